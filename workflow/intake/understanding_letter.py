"""Letters: addressee, place and day, the body meant, subject, salutation. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .understanding_dates import day_of, days_in, is_only_a_day
from .understanding_kind import heading_of, kind_of
from .understanding_labels import is_salutation, label_of
from .understanding_numbers import field_number
from .understanding_publicity import publicity
from .understanding_rows import Paragraph, Row, paragraphs
from .understanding_town import KnownTown
from .understanding_words import plain, words

_TO = re.compile(
    r"^(?:[Aa]n(?:\s(?:die|den|das|Herrn?|Frau)\b|$|:)|Herrn?\s|Frau\s|über\b|z\.\s?H|Stadtverwaltung|Gemeindeverwaltung|Rathaus)"
)
_AUTHORITY = re.compile(r"^(?:Stadt|Gemeinde|Landeshauptstadt|Landkreis|Kreis|Markt|Bezirksamt|Hansestadt)\b")
_PERSON = re.compile(r"^(?:Herrn?|Frau|z\.\s?H|An|Der|Die|Büro|Geschäftsstelle|Rathaus)\b")
_CONTACT = re.compile(
    r"\b\d{5}\s[A-ZÄÖÜ]|@|\b(?:Tel|Fax|Telefon|www\.|E-Mail|Mobil)\b|straße\s\d|str\.\s\d|platz\s\d|weg\s\d|(?:^|\s)Markt\s\d|allee\s\d|Postfach|\bIBAN\b|\bBIC\b"
)
_PLACE = r"[A-ZÄÖÜ][\w.-]*(?:[\s/](?:am|an|der|im|bei|ob|in|vor|auf|[a-z]{1,2}\.|\(?[A-ZÄÖÜ][\w.-]*\)?)){0,5}"
#: „am“ stands there only behind a comma: without it, it is said of a session.
_PLACE_DAY = re.compile(rf"^(?:(?P<place>{_PLACE})(?:,\s*(?:den|am|dem)?|\s+den)?|(?:den|dem|Datum:?)?)\s*$")
_BARE_DAY = re.compile(r"^\W*(?:(?:Mo|Di|Mi|Do|Fr|Sa|So|\w+tag|\w+woch),?\s*)?(?:den|dem)?\s*\d", re.IGNORECASE)
FACTION = re.compile(r"(?:[Ff]raktion(?:en)?|[Rr]atsgruppe|Gruppe im Rat)\b")
#: „vom 02.05.2024, eingegangen am …“
_DATED = re.compile(r"^(?:vom|eingegangen|eingereicht|eingebracht|gestellt)\b.{0,20}\d")
#: „Antrag nach § 24: Bänke im Park“.
BEHIND_COLON = re.compile(r"^[^:„“]{3,80}:\s(\S+\s\S.{0,300})$")
_SUBJECT = re.compile(r"^(?:Betreff|Betr\.?|Betrifft|Thema|hier)\s?:\s*", re.IGNORECASE)


_HONOURED = re.compile(r"^(?:Herrn|Frau)\s")
#: Who writes for an authority, and is not written to.
_HEADED = re.compile(r"^(?:Der|Die)\s")
_SHORT = 3


class Letter(NamedTuple):
    """The parts of a letter's head; `start`: the index of the salutation."""

    start: int
    addressee: Paragraph | None = None
    dated: Row | None = None
    subject: Paragraph | None = None


def letter_of(rows: Sequence[Row], town: KnownTown) -> Letter | None:
    """The head of a letter, if the rows are one."""
    start = next((index for index, row in enumerate(rows) if is_salutation(row.text)), None)
    if start is None:
        return None
    head = _blocks(rows[:start], town)
    addressee = _addressee(head)
    dated = next(dated_rows(rows[:start]), None)
    return Letter(start, addressee, dated, _subject(head, town))


def _addressee(head: Sequence[Paragraph]) -> Paragraph | None:
    """To whom it goes: „An …“, „Herrn …“; else the lines of an authority, if they are not the letterhead."""
    named = (block for block in head if _TO.match(block.text) or any(_HONOURED.match(row.text) for row in block.rows))
    lines = (block for block in head if _is_addressee(block) and not _HEADED.match(block.rows[-1].text))
    return next(named, None) or next(lines, None)


def is_address(block: Paragraph) -> bool:
    """To whom a letter goes, or where somebody is to be found."""
    return _is_addressee(block) or is_contact(block.text)


def is_contact(text: str) -> bool:
    """Where somebody is to be found: a street, a telephone."""
    return _CONTACT.search(text) is not None


def _is_addressee(block: Paragraph) -> bool:
    """„An die …“; or the lines of an address, the first of which names the authority."""
    several = len(block.rows) > 1 and any(_PERSON.match(row.text) for row in block.rows[1:])
    return _TO.match(block.text) is not None or (several and _AUTHORITY.match(block.text) is not None)


def is_place_and_day(row: Row) -> bool:
    """``Hagen, 05.12.2023`` or ``Musterstadt, den 5. Mai 2023``, or a day alone."""
    written = next(days_in(row.text), None)
    if written is None or row.is_item or row.text[written.end :].strip(" .,)"):
        return False
    said = row.text[: written.start].strip()
    before = _PLACE_DAY.match(row.text[: written.start])
    if before is None and not (row.cells and is_only_a_day(row.cells[-1])):
        return is_only_a_day(row.text) and not said.endswith("am")
    place = ((before["place"] or "") if before else said).lower()
    if label_of(place) in {"number", "date"}:
        return True
    return not words().body_part.search(place) and not any(map(_no_place, re.findall(r"[^\W\d]+", place)))


def _no_place(word: str) -> bool:
    """„Sitzung“, „Ratssitzung“, „bis“."""
    return any(word == no or (len(no) > _SHORT and word.endswith(no)) for no in words().prose["no_place"])


def dated_rows(rows: Sequence[Row], used: frozenset[int] | set[int] = frozenset()) -> Iterator[Row]:
    """The rows that name the day of a paper; a day alone may be that of a session, as may be one of several."""
    dated = [(index, row) for index, row in enumerate(rows) if row.number not in used and is_place_and_day(row)]
    bare = {day_of(row.text) for _, row in dated if _BARE_DAY.match(row.text)}
    for index, row in dated:
        above = next((one.text for one in reversed(rows[max(index - 3, 0) : index]) if one.text), "")
        planned = any(word in above.lower() for word in words().prose["sessions"]) or above.endswith(
            (" am", " für den")
        )
        if not _BARE_DAY.match(row.text) or not (planned or len(bare) > 1):
            yield row


def _blocks(rows: Sequence[Row], town: KnownTown) -> list[Paragraph]:
    """The paragraphs of the head; a day and a field stand for themselves."""
    return [part for block in paragraphs(rows) for part in _parts(block, town)]


def _parts(block: Paragraph, town: KnownTown) -> list[Paragraph]:
    alone = [Paragraph(row.text, (row,)) for row in block.rows]
    cuts = [one.first for one in alone if _stands_alone(one, town)]
    if not cuts:
        return [block]
    runs, open_ = list[list[Row]](), list[Row]()
    for row in block.rows:
        if row in cuts:
            runs += [open_, [row]]
            open_ = []
        else:
            open_.append(row)
    return [Paragraph(" ".join(row.text for row in run), tuple(run)) for run in [*runs, open_] if run]


def _stands_alone(line: Paragraph, town: KnownTown) -> bool:
    row = line.first
    return is_place_and_day(row) or _is_field(row) or _is_kind_only(line, town) or _numbered(line, town)


def _is_field(row: Row) -> bool:
    return words().label.match(row.text) is not None and _SUBJECT.match(row.text) is None


def _subject(head: Sequence[Paragraph], town: KnownTown) -> Paragraph | None:
    """The last words before the salutation that are nothing else; else a heading that says more than its kind."""
    spare = None
    for block in reversed(head):
        text = _SUBJECT.sub("", block.text)
        if _SUBJECT.match(block.text) and text:
            return block._replace(text=text)
        if _is_other(block):
            continue
        if _numbered(block, town):
            continue
        if kind_of(text):
            if told := BEHIND_COLON.match(text):
                return block._replace(text=told[1])
            spare = spare or (None if _is_kind_only(block, town) else block)
            continue
        return block if len(block.text) <= 300 else None  # noqa: PLR2004 - a subject is no page
    return spare


def _numbered(block: Paragraph, town: KnownTown) -> bool:
    """A number and nothing else."""
    number = field_number(block.text, town)
    return number is not None and number.end - number.start >= len(block.text)


def _is_other(block: Paragraph) -> bool:
    text = block.text
    office = FACTION.search(text) is not None and len(text.split()) <= 8  # noqa: PLR2004 - letterhead, no sentence
    cells = any(sum(map(bool, row.cells)) > 1 for row in block.rows)
    day = any(is_place_and_day(row) for row in block.rows)
    day = day or _DATED.match(text) is not None
    marked = _is_field(block.first) or label_of(text) is not None or publicity(text) is not None
    return bool(_is_addressee(block) or _TO.match(text) or _CONTACT.search(text) or office or cells or day or marked)


def _is_kind_only(block: Paragraph, town: KnownTown) -> bool:
    """A kind and no subject: ``Anfrage an die Verwaltung``, ``Antrag gemäß § 4 GeschO``."""
    read = heading_of(block.first._replace(text=block.text), town)
    rest = plain(read.rest) if read else ""
    begins = (
        "an die",
        "an den",
        "an das",
        "an herrn",
        "an frau",
        "gemäß",
        "gem.",
        "nach §",
        "der",
        "des",
        "von",
        "für die",
        "für den",
        "zur sitzung",
        "in der",
    )
    own = kind_of(block.text)
    said = plain(own[1]) if own else ""
    known = said.endswith(tuple(f" {begin}" for begin in ("an die verwaltung", "der", "des", "von", "gemäß", "nach")))
    session = re.match(r"(?:zur|zu der|für die|in der)\s\w*sitzung\b", rest)
    return read is not None and bool(not rest or rest.startswith(begins) or known or session)
