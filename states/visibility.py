"""Who may see what of a case: the one predicate for everything that shows or sends something. Pure.

Whatever has an output (a mail, a list, a page, a file, a feed) asks here; docs/publication.md says for which readers.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from .blackening import Blackout, Private, blackout

#: The fact with the last day of an embargo; a deadline with this `date` that no longer runs says that it was lifted.
EMBARGO = "gesperrt_bis"
#: The field that says whether a case, or an attachment, may be shown to everybody.
PUBLIC = "oeffentlich"
#: The field with the attachments of a case: records of `datei` (file), `titel`, `oeffentlich` and `gesperrt_bis`.
ATTACHMENTS = "anlagen"
#: Of an attachment: what cannot be blacked out.
FILE = "datei"
#: The fact with the names (or keys of parties) that must not be read in public.
PRIVATE = "privat"
#: What is known, by the names that the typed paper has for it, of when an answer was published.
PUBLISHED, WITHDRAWN = "published_at", "withdrawn_at"
#: The fact that says that what was decided on a case was decided where the public was excluded.
UNDISCLOSED = "nichtoeffentlich_behandelt"
#: The choice made when an answer is made known; any choice says that it has been.
_CHOICE, _NOT_PUBLIC = "veroeffentlichung", "nichtoeffentlich"

Attachment: TypeAlias = Mapping[str, Any]


class Publicity(NamedTuple):
    """What is known about the publicity of a case, its ancestors and what they are about."""

    #: Of the case and of every case above it.
    cases: tuple[bool, ...]
    #: Of the paper and the typed records; None: named by a case, but not there.
    records: tuple[bool | None, ...]
    #: The facts of the case and of every case above it.
    facts: tuple[Mapping[str, Any], ...]
    #: The last days of embargoes not yet lifted, of the case and of every case above it.
    embargoes: tuple[date, ...] = ()
    #: The parties that own the case, may act on it, are named by it or told of it.
    concerned: frozenset[str] = frozenset()
    #: Whether the case stands in a state of which the public is told nothing.
    internal: bool = False
    #: Whether its answer has been made known.
    answered: bool = False
    #: Whether what was decided on it was decided where the public was excluded, and has not been announced since.
    undisclosed: bool = False
    #: The municipality to which the case belongs; keys of parties mean nothing in another.
    body: str | None = None
    #: Those whose matter it is: who has asked.
    askers: frozenset[str] = frozenset()
    #: What is private in it; None: nothing.
    private: Private | None = None


class Reader(NamedTuple):
    """Who is to read something, and on which day."""

    #: Whether they belong to the administration, which may know an answer before it is published.
    inside: bool
    day: date
    #: The parties for whom they read; none: the public, or an open channel such as mail.
    parties: frozenset[str] = frozenset()
    #: The municipality to which they belong.
    body: str | None = None


def may_show_content(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` may know of a case more than that there is one: its number, subject and text.

    Whatever says "not public" wins, and what is missing counts as not public; then only those concerned may. An
    embargo holds for everybody else outside the administration, to the end of its day.
    """
    if _is_concerned(known, reader):
        return True
    if not is_public(known):
        return False
    return _is_inside(known, reader) or not (known.internal or _is_locked(known.embargoes, reader))


def is_public(known: Publicity) -> bool:
    """Whether a case is a public one at all; a lock changes when everybody may know of it, not whether."""
    return all(known.cases) and all(known.records) and not any(map(_is_withheld, known.facts))


def may_mail_content(known: Publicity, day: date) -> bool:
    """Whether a mail may tell of the case: to whomever, the channel is open; what is under way inside may be told.

    Every mail says how things stand; so none tells of a case on which a decision was taken in private.
    """
    return may_show_resolution(known._replace(internal=False), Reader(inside=False, day=day))


def may_show_ahead(known: Publicity, day: date) -> bool:
    """Whether everybody may be told on `day` of what lies ahead of a case, read as it will stand later.

    A lock that will have been lifted by then holds on `day`; what is under way inside a public case may be named.
    """
    locks = _days(facts.get(EMBARGO) for facts in known.facts)
    return may_show_resolution(known._replace(internal=False, embargoes=locks), Reader(inside=False, day=day))


def may_show_answer(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` may know the answer given in a case: once made known, outside not before the embargo is over."""
    free = known.answered and (_is_inside(known, reader) or not _is_locked(known.embargoes, reader))
    return may_show_everything(known, reader) or (free and may_show_content(known, reader))


def may_show_resolution(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` may know what was decided on a case: if in private, those concerned only, as with its tasks."""
    return may_show_content(known, reader) and (not known.undisclosed or _is_concerned(known, reader))


def may_show_everything(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` may know of the work on a case too (drafts, remarks, the log): in the house, if concerned."""
    return _is_inside(known, reader) and _is_concerned(known, reader)


def may_show_letters(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` may read what was written to the asker meanwhile (an interim reply): if the case is theirs."""
    return _is_concerned(known, reader)


def may_attend(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` may know of the part of a session that is not public: its members, and who prepares it."""
    return _is_concerned(known, reader)


def may_show_attachment(known: Publicity, attachment: Attachment, reader: Reader) -> bool:
    """Whether `reader` may know of an attachment: if of its paper, and if it is not withheld or locked itself.

    Nobody outside the administration sees an attachment of an answer that is still locked. A file cannot be blacked
    out: of a case with private data, only those that are marked as public are shown to others.
    """
    if FILE in attachment and attachment.get(PUBLIC) is not True and blackout_for(known, reader) is not None:
        return False
    own = known._replace(
        facts=(*known.facts, attachment), embargoes=(*known.embargoes, *_days([attachment.get(EMBARGO)]))
    )
    return may_show_content(own, reader) and (_is_inside(own, reader) or not _is_locked(own.embargoes, reader))


def may_read_private(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` may read what is private in a case: who may know of the work on it, and the asker themself."""
    is_theirs = reader.body == known.body and not known.askers.isdisjoint(reader.parties)
    return is_theirs or may_show_everything(known, reader)


def blackout_for(known: Publicity, reader: Reader | None) -> Blackout | None:
    """What every text of a case goes through before `reader` is shown it; None: there is nothing to black out.

    Without a reader it is for the operator. Whatever has an output asks here, also for the name of a file.
    """
    if known.private is None or reader is None or may_read_private(known, reader):
        return None
    return blackout(known.private)


def is_anonymised(known: Publicity, reader: Reader) -> bool:
    """Whether `reader` has papers anonymised: where something is private; outside also where nothing is said to be."""
    return not may_read_private(known, reader) and (known.private is not None or not _is_inside(known, reader))


def visible_attachments(known: Publicity, attachments: object, reader: Reader) -> list[Attachment]:
    """Those of the fact `anlagen` of a case that `reader` may know of; what is no attachment is not shown."""
    listed = attachments if isinstance(attachments, list | tuple) else ()
    shown = [one for one in listed if isinstance(one, Mapping) and may_show_attachment(known, one, reader)]
    hidden = [_content(one) for one in listed if one not in shown]
    return [one for one in shown if _content(one) not in hidden]


def visible_parts(known: Publicity, facts: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """Facts without the records in them that `reader` may not know of: an attachment, a session that is not public."""
    return {name: _visible_part(known, name, value, reader) for name, value in facts.items()}


def _visible_part(known: Publicity, name: str, value: Any, reader: Reader) -> Any:
    if name == ATTACHMENTS:
        return visible_attachments(known, value, reader)
    if not isinstance(value, list | tuple):
        return value
    return [one for one in value if not _has_own_publicity(one) or may_show_attachment(known, one, reader)]


def _has_own_publicity(part: object) -> bool:
    return isinstance(part, Mapping) and not part.keys().isdisjoint((PUBLIC, EMBARGO))


def public_parts(known: Publicity, parts: Iterable[Attachment]) -> list[Attachment]:
    """Of records of a case (the sessions before which it comes), those that a paper of it may name."""
    return [one for one in parts if not is_public(known) or not _is_withheld(one)]


def _content(attachment: object) -> object:
    """What tells contents apart: one that is withheld under one name is not shown under another."""
    file = attachment.get(FILE) if isinstance(attachment, Mapping) else None
    return file.get("sha256") if isinstance(file, Mapping) else file


def _is_inside(known: Publicity, reader: Reader) -> bool:
    return reader.inside and reader.body == known.body


def _is_concerned(known: Publicity, reader: Reader) -> bool:
    return reader.body == known.body and not known.concerned.isdisjoint(reader.parties)


def _is_withheld(facts: Mapping[str, Any]) -> bool:
    return facts.get(PUBLIC) is False or facts.get(_CHOICE) == _NOT_PUBLIC


def _is_locked(embargoes: Iterable[date], reader: Reader) -> bool:
    return any(until >= reader.day for until in embargoes)


def is_answered(facts: Mapping[str, Any]) -> bool:
    """Whether facts (and the columns of the paper) say that an answer has been made known."""
    return facts.get(PUBLISHED) is not None or facts.get(_CHOICE) is not None


def is_made_known(before: Mapping[str, Any], after: Mapping[str, Any], entered: Mapping[str, Any]) -> bool:
    """Whether an event makes the answer known: by the choice entered with it, or by an effect that says when."""
    at = after.get(PUBLISHED)
    return entered.get(_CHOICE) is not None or (at is not None and at != before.get(PUBLISHED))


def last_day(value: object) -> date | None:
    """The last day of an embargo as facts hold it; what is no day, in a lifecycle of somebody else, has no end."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return date.max


def _days(values: Iterable[object]) -> tuple[date, ...]:
    return tuple(day for day in map(last_day, values) if day is not None)
