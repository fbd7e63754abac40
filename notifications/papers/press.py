"""From a case to a printed paper: what is read, who may see it, what must be black."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ...config.errors import InvalidInputError
from ...config.profiles import PAPER_KINDS
from ...states import queries
from ...states.lifecycle import Lifecycle
from ...states.publicity import official, private_of
from ...states.town import Town
from ...states.visibility import Reader, public_parts, visible_parts
from ..context import Scene, context, facts_known, publicity
from ..dossiers import Dossiers
from ..outbox import Leased
from ..recipients import Recipient
from ..scenes import Sources
from .printing import Format, Papers, Redaction, Sheet
from .record import ANSWERS, INTERIM, known_of
from .references import with_known_references
from .resolution import is_resolved_upon
from .view import Known, view

#: Papers that are nothing without an answer.
_ANSWERING = frozenset({"stellungnahme", "mitteilung"})
#: The extract for an office: of a resolution, or where nothing is resolved of an answer.
_EXTRACT = "ausfertigung"
#: Papers in which an answer stands.
_TELLING = _ANSWERING | {_EXTRACT}


class Wish(NamedTuple):
    """Which paper is wanted of a case, in which form."""

    kind: str = "stellungnahme"
    form: Format = "pdf"
    anonymised: bool = False
    #: A text to be looked at instead of the answer of the case; what is set of it is a preview.
    text: str | None = None
    #: The only office that an extract is for.
    office: str | None = None
    #: Set it anew from what the case says now, marked as a preview.
    preview: bool = False
    #: What the case was called by whoever asked, for an answer that tells no more.
    asked: str | None = None
    #: Who is to read it; None: whoever keeps the database.
    reader: Reader | None = None
    #: Whether it goes with a mail, which everybody may read.
    mailed: bool = False


class Case(NamedTuple):
    """A case of which a paper is wanted, and when."""

    id: str
    body: str
    now: datetime
    base_url: str = ""


class Set(NamedTuple):
    """A paper before it is printed, and what it was set from."""

    sheet: Sheet
    known: Known


def scene_of(sources: Sources, case: Case) -> Scene:
    """A scene as if the council office had asked; nothing is stored or sent.

    Raises:
        NotFoundError: there is no such case.
    """
    town = sources.town(case.body)
    office = town.functions.get("geschaeftsstelle", "")
    with sources.database.reading() as connection:
        queries.case_summary(connection, case.id)
        line = queries.history(connection, case.id)[-1]
        message = _asked(case, office, line.seq)
        dossier = Dossiers(connection, [message], sources.lifecycles).of(message, lambda _template: False)
    party = town.parties.get(office)
    recipient = Recipient(office, party.name if party else office, "office", "", "de")
    return Scene(message, dossier, town, recipient, case.base_url)


def _asked(case: Case, office: str, occurrence: int) -> Leased:
    return Leased(
        id=case.id,
        body=case.body,
        case_id=case.id,
        occasion="",
        occurrence=occurrence,
        recipient=office,
        template="",
        attach=None,
        params={},
        created_at=case.now,
        attempts=0,
        token=0,
        leased_until=case.now,
    )


def set_of(sources: Sources, papers: Papers, scene: Scene, wish: Wish) -> Set:
    """What is to be printed of the case of a scene, whoever is to read it.

    Raises:
        InvalidInputError: what the paper is about is missing.
        Temporary: the layout is wrong.
    """
    town, dossier = scene.town, scene.dossier
    lifecycle, goes_out = dossier.case.lifecycle, wish.kind in _ANSWERING
    resolved = wish.kind == _EXTRACT and is_resolved_upon(lifecycle)
    if wish.kind != INTERIM and not resolved:
        _require_here(scene, wish.reader)
    look, kind = papers.look(town.key), _kind(wish, lifecycle)
    own = look.own_number and not resolved and (lifecycle.id not in PAPER_KINDS or lifecycle.id == "stellungnahme")
    known = _wished(known_of(sources, scene, goes_out=goes_out or wish.mailed), wish)
    known = known._replace(own_number=own, called=look.titles.get(kind))
    if resolved:
        known = _of_resolution(scene, wish, known)
    _require(wish, known, town)
    facts = facts_known(dossier.case)
    if wish.mailed:
        facts = visible_parts(publicity(dossier), facts, scene.reader)
    if wish.text is not None:
        facts = {name: value for name, value in facts.items() if name != ANSWERS}
    told = with_known_references(sources, scene, facts, wish.reader) if goes_out else facts
    values = view({**context(scene, attached=False), "facts": told}, known)
    if goes_out and not values["answers"]:
        raise _missing(lifecycle, facts)
    redaction = _redaction(scene) if wish.anonymised else None
    return Set(Sheet(kind, town.key, values, _made_at(scene), redaction), known)


def _wished(known: Known, wish: Wish) -> Known:
    text = known.text if wish.text is None else wish.text
    preview = wish.preview or wish.text is not None
    return known._replace(text=text, preview=preview, unsigned=wish.kind == INTERIM, office=wish.office)


def _of_resolution(scene: Scene, wish: Wish, known: Known) -> Known:
    """What an extract of a resolution tells: nobody signs it, and it is a draft until the resolution is issued."""
    case = scene.dossier.case
    if known.resolution is None:
        state = case.lifecycle.states[case.row["state"]].label
        raise InvalidInputError("paper_resolution_missing", state=state)
    if wish.text is not None:
        raise InvalidInputError("paper_text_unused", paper=wish.kind)
    about, resolution = publicity(scene.dossier), known.resolution
    if wish.mailed:
        resolution = resolution._replace(tasks=tuple(public_parts(about, resolution.tasks)))
    public = known.public and not about.undisclosed
    return known._replace(final=None, signed=None, unsigned=resolution.settled, resolution=resolution, public=public)


def _require_here(scene: Scene, reader: Reader | None) -> None:
    """A paper that another one answers, such as a motion, has neither an answer nor a Verfügung of its own."""
    case = scene.dossier.case
    if case.lifecycle.signature is not None:
        return
    answers = [each for each in scene.dossier.children if each.lifecycle.record == "paper" and each.lifecycle.signature]
    seen = [each for each in answers if reader is None or each.row["public"]]
    if seen:
        named = [(each.record or {}).get("reference") or each.row["id"] for each in seen]
        raise InvalidInputError("paper_answer_elsewhere", answers=named)


def _missing(lifecycle: Lifecycle, facts: Mapping[str, Any]) -> InvalidInputError:
    """Why there is no answer to be set: none at all, or one in a file that cannot be read as one."""
    draft = facts.get(lifecycle.signature.draft) if lifecycle.signature else None
    if isinstance(draft, Mapping):
        return InvalidInputError("paper_answer_in_file", file=draft["name"])
    return InvalidInputError("paper_answer_missing")


def _kind(wish: Wish, lifecycle: Lifecycle) -> str:
    """Of a lifecycle that is a kind of paper itself, such as a report to the council, the answer is that paper."""
    return lifecycle.id if wish.kind == "stellungnahme" and lifecycle.id in PAPER_KINDS else wish.kind


def _require(wish: Wish, known: Known, town: Town) -> None:
    if wish.text is not None and wish.kind not in _TELLING:
        raise InvalidInputError("paper_text_unused", paper=wish.kind)
    if wish.kind == INTERIM and known.interim is None:
        raise InvalidInputError("paper_interim_missing")
    if wish.office is not None and wish.office not in town.parties:
        offices = sorted(key for key, party in town.parties.items() if party.kind == "office")
        raise InvalidInputError("paper_office_unknown", office=wish.office, known=", ".join(offices))


def _made_at(scene: Scene) -> datetime:
    """The instant of the log line that made the case what it is, so that the same paper has the same bytes."""
    at: datetime = scene.dossier.event["at"]
    return at.astimezone(scene.town.zone).replace(microsecond=0)


def _redaction(scene: Scene) -> Redaction:
    dossier = scene.dossier
    private = private_of((dossier.case, *dossier.ancestors, *dossier.children), scene.town)
    if private is None:
        return Redaction((), official(scene.town))
    return Redaction(private.names, private.kept, private.streets)
