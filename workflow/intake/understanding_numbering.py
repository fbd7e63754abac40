"""The number of a paper, and that of the paper it follows, answers or changes. Pure."""

import re
from collections.abc import Iterator

from ...states.numbers import canonical_number, parent_of
from .understanding_draft import Draft
from .understanding_kind import follows_up, kind_of
from .understanding_letter import FACTION
from .understanding_numbers import field_number, labelled_number, numbers_in
from .understanding_rows import Row

#: Papers that answer or change another one.
REPLIES = {"stellungnahme", "aenderungsantrag", "ergaenzungsantrag", "alternativantrag"}
#: „Auszug - Vorlage - 0033/2025“.
_EXTRACT = re.compile(r"^Auszug\s*[-–:]\s*", re.IGNORECASE)
_FIRST_WORDS = 40
_REACH = 40
_FOLLOWS = re.compile(r"^zu[mr]/zu[mr]\b")
#: A label that names what is asked or moved.
_OF_ANOTHER = re.compile(r"^(?:\w+\s)?(?:(?:An|Nach)?frage|\w*antrag)", re.IGNORECASE)
#: „Antrag der SPD-Fraktion Nr. 40/2023“.
_NUMBERED = re.compile(r"\b(?:Anfrage|Antrag|Vorlage|Drucksache)s?\b.{0,80}?\bNr\.\s?(?=\S{0,20}\d)")
_PAPER = re.compile(r"Anfrage|Antrag|Vorlage|Drucks|Drs|^(?:zu|zur|zum)\s")
#: Who moved or asked stands behind the number of what is answered.
_SOMEBODY = re.compile(r"(?:Fraktion|Ratsgruppe|Stadtrat|Stadträtin|SR\b|Herr|Frau|Interfraktionell)")


def number_and_parent(draft: Draft) -> None:
    """The paper's own number; then that of the paper it follows, answers or changes."""
    _number(draft)
    _parent(draft)


def _number(draft: Draft) -> None:
    read = [
        (one, number)
        for one in draft.header.fields.get("number", ())
        if (number := field_number(one.value, draft.town)) and _is_own(draft, one.label, number.number)
    ]
    for one, own_number in read:
        draft.put("number", own_number.number, one.row, "stated")
    if draft.heading and draft.heading.number and _is_own(draft, draft.heading.words, draft.heading.number):
        draft.put("number", draft.heading.number, draft.heading.row, "stated")
    for row in draft.head:
        number = (
            None if draft.values.get("number") or row.cells else labelled_number(_EXTRACT.sub("", row.text), draft.town)
        )
        if number and _is_own(draft, row.text, number.number):
            draft.put("number", number.number, row, "stated")
    own = draft.text("number") or _alone(draft)
    others = {number.number for _, number in read if canonical_number(number.number) != canonical_number(own or "")}
    if own and others:
        draft.notes.warn("understanding_numbers_differ", read[0][0].row, one=own, others=", ".join(sorted(others)))


def _is_own(draft: Draft, label: str, number: str) -> bool:
    """In a reply, „Anfrage Nr. …“ is the number of what it answers; unless that number is one of a reply."""
    return draft.text("kind") not in REPLIES or not _OF_ANOTHER.match(label) or parent_of(number) is not None


def _alone(draft: Draft) -> str | None:
    """A line of the head that is a number and nothing else."""
    for row in draft.head:
        read = next(numbers_in(row.text, draft.town), None)
        if read and len(row.text.strip()) <= len(read.number) and row.number not in _others(draft):
            draft.put("number", read.number, row, "read")
    return draft.text("number")


def _others(draft: Draft) -> set[int]:
    """The rows of the Beratungsfolge, and of fields in which numbers are those of offices and files."""
    fields = ("lead_office", "involved_offices", "file_number", "handled_by")
    rows = {one.row.number for name in fields for one in draft.header.fields.get(name, ())}
    return rows | draft.consultations.used


def _parent(draft: Draft) -> None:
    own, stated = draft.text("number"), draft.header.first("parent")
    number = field_number(stated.value, draft.town) if stated else None
    if stated and number:
        draft.put("parent_number", number.number, stated.row, "stated")
        rest = stated.value[number.end :].strip(" ,;–-()")
        if FACTION.search(rest) or _SOMEBODY.match(rest):
            draft.put("originator", rest, stated.row, "stated")
    if draft.text("kind") in REPLIES:
        for one in draft.header.fields.get("number", ()):
            asked = field_number(one.value, draft.town)
            if asked and not _is_own(draft, one.label, asked.number):
                draft.put("parent_number", asked.number, one.row, "stated")
    if own and (parent := parent_of(own)):
        draft.put("parent_number", parent, draft.row_of("number"), "derived", quote=own)
    if draft.text("kind") in REPLIES and not draft.text("parent_number"):
        _answered(draft)
    elif draft.text("kind") == "anfrage":
        _asked_before(draft)


def _asked_before(draft: Draft) -> None:
    """„Nachfrage zur Anfrage F0172/14“, as heading or subject."""
    heading, subject = draft.heading, draft.text("subject") or ""
    if heading and heading.answers:
        draft.put("parent_number", heading.answered, heading.row, "read")
    own = kind_of(subject)
    if own and follows_up(own[1]):
        row = draft.row_of("subject")
        cited = (read.number for read in numbers_in(subject, draft.town) if read.kind == "paper")
        draft.put("parent_number", next(cited, None), row, "read")


def _answered(draft: Draft) -> None:
    """The number of what a reply answers: in its heading, subject or head, else in its first words; at last its own."""
    own, heading = draft.text("number"), draft.heading
    answered = heading.answered or heading.number if heading else None
    if heading and answered and canonical_number(answered) != canonical_number(own or ""):
        draft.put("parent_number", answered, heading.row, "read")
        return
    subject = [draft.row_of("subject")] if draft.text("subject") else []
    named = [row for row in draft.head if row.number not in _others(draft) and _is_of_paper(row)]
    told = [row for row in draft.body[:_FIRST_WORDS] if _PAPER.search(row.text)]
    for row in [*subject, *named, *told]:
        for number in _cited(row, draft):
            if canonical_number(number) != canonical_number(own or ""):
                draft.put("parent_number", number, row, "read")
                return
    if own and draft.text("kind") == "stellungnahme":
        draft.put("parent_number", own, draft.row_of("number"), "derived", quote=own)


def _is_of_paper(row: Row) -> bool:
    return (_PAPER.search(row.text) or _FOLLOWS.match(row.text)) is not None


def _cited(row: Row, draft: Draft) -> Iterator[str]:
    """The numbers of papers that a row cites; behind „Anfrage Nr.“ of any shape."""
    yield from (read.number for read in numbers_in(row.text, draft.town) if read.kind == "paper")
    if match := _NUMBERED.search(row.text):
        read = field_number(row.text[match.end() : match.end() + _REACH], draft.town)
        if read and read.start == 0:
            yield read.number
