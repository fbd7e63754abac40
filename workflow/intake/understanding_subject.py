"""What a paper is about: its labelled field, the subject of a letter, a heading. Pure."""

import re
from collections.abc import Sequence

from .understanding_dates import is_only_a_day
from .understanding_draft import Draft
from .understanding_head import is_sentence
from .understanding_kind import KindRead, kind_of
from .understanding_labels import label_of
from .understanding_letter import BEHIND_COLON, FACTION, dated_rows, is_address, is_place_and_day
from .understanding_numbers import field_number, labelled_number
from .understanding_publicity import publicity, without_publicity
from .understanding_rows import Paragraph, Row, paragraphs
from .understanding_sentences import sentences
from .understanding_signature import PARTY, is_person
from .understanding_words import plain, words

_FROM = re.compile(r"^(?:der|des|von|durch|vom)\s(?!\d)", re.IGNORECASE)
_LEAD = re.compile(r"^(?:(?:Betreff|Betr\.?|hier)\s?:|(?:zum Thema|betreffend|bzgl\.|Thema)\s?:?)\s*", re.IGNORECASE)
_AUTHORITY = re.compile(
    r"^(?:Landeshauptstadt|Hansestadt|Stadt|Gemeinde|Landkreis|Kreis|Universitätsstadt|Bezirksamt"
    r"|Der Oberbürgermeister|Die Oberbürgermeisterin|Der Bürgermeister|Die Bürgermeisterin|Der Magistrat)\b"
)
#: „Anfrage der X-Fraktion zum Thema „Y““; „Anfrage: Y“.
_ABOUT = re.compile(
    r"\b(?:zum Thema|betreffend|betr\.)\s?:?\s?[„\"“»](.{3,300}?)[“”\"«]|^(?:\w+\s)?(?:Anfrage|Antrag):\s(.{3,300})$"
)
#: What a reply answers is no subject: „auf eine mündliche Anfrage“, „zur Drucksache 12/2026“.
_OF_ANOTHER = re.compile(
    r"^(?:zu|zur|zum|auf)\s(?:\w+\s){0,4}?\w*(?:anfrage|antrag|vorlage|drucksache)[\w/. -]{0,20}$", re.IGNORECASE
)
_REPORT = re.compile(r"^\w*[Bb]ericht\s(?:zu|zum|zur|über)\s(?!\w*(?:[Aa]nfrage|[Aa]ntrag|[Vv]orlage|[Dd]rucksache))\S")
_WORD = re.compile(r"[^\W\d_]{3}")
_NO_SUBJECT = ("gem", "an ", "nach", "vom", "zur sitzung", "für", "nr")
_MOST, _LETTERHEAD, _BESIDE_KIND = 400, 6, 30


def subject_of(draft: Draft) -> None:
    """The subject."""
    for row in draft.head:
        about = _ABOUT.search(row.text) if kind_of(row.text) else None
        if about and not _is_sender(about[1] or about[2], draft):
            draft.put("subject", about[1] or about[2], row, "read")
    for one in draft.header.fields.get("subject", ()):
        value = _LEAD.sub("", one.value)
        if value and not is_only_a_day(value) and not _is_bare_number(value, draft):
            draft.put("subject", value[:_MOST], one.row, "stated")
    mailed = draft.envelope.subject if draft.envelope else None
    if mailed and _says_more(mailed.value, draft):
        draft.put("subject", mailed.value[:_MOST], mailed.row, "stated")
    if draft.letter and draft.letter.subject:
        block = _before_kind(draft.letter.subject)
        about = _ABOUT.match(block.text)
        text = about[2] if about and about[2] else _LEAD.sub("", block.text)
        draft.put("subject", text[:_MOST], block.first, "read")
    if not draft.text("subject"):
        _of_headings(draft)
    if mailed:
        draft.put("subject", mailed.value[:_MOST], mailed.row, "stated")


def _says_more(value: str, draft: Draft) -> bool:
    """Than its kind and number: „Anfrage 12/2024“ is the subject of a mail only where there is no other."""
    read = kind_of(value)
    rest = value[len(read[1]) :] if read else value
    return _WORD.search(rest) is not None and not _is_bare_number(rest, draft)


def _is_sender(text: str, draft: Draft) -> bool:
    """„Anfrage: SPD-Fraktion“ names who asks, and not what about."""
    if len(text.split()) > _LETTERHEAD or not PARTY.search(text):
        return False
    return draft.put("originator", text.strip(" ,"), draft.heading.row if draft.heading else draft.rows[0], "read")


def _is_bare_number(value: str, draft: Draft) -> bool:
    number = field_number(value, draft.town)
    return number is not None and number.end - number.start >= len(value.strip()) - 2


def _of_headings(draft: Draft) -> None:
    """A heading that is no kind, section or label; words behind a kind; the line below a kind with its number."""
    first = next((row for row in draft.rows if row.text), None)
    marked = [row for row in draft.head if row.level and row is not first and _may_be(row, draft)]
    for row in marked[:1]:
        draft.put("subject", row.text, row, "read")
    if draft.heading and not draft.text("subject"):
        _beside_kind(draft, draft.heading)
    if not draft.text("subject"):
        _alone(draft)
    if first and first.level and not draft.text("subject") and first in draft.head and _may_be(first, draft):
        draft.put("subject", first.text, first, "read")


def _alone(draft: Draft) -> None:
    """The last paragraph of the head that is nothing else, behind the first thing that was recognised."""
    first = min(_recognised(draft), default=0)
    for block in reversed([_before_kind(_without_sender(block)) for block in paragraphs(draft.head)]):
        row = block.first
        told = row.number > first and len(block.text.split()) > 1 and not is_address(block)
        said = any(is_sentence(row._replace(text=one)) for one in sentences(block.text))
        told = told and not said and "gez." not in block.text and not _is_closing_name(block, draft)
        if told and row.number not in draft.consultations.used and _may_be(row._replace(text=block.text), draft):
            draft.put("subject", block.text, row, "derived")
            return


def _recognised(draft: Draft) -> set[int]:
    """The rows of the head that are known to be something."""
    placed = {place.line for place in draft.notes.found.values()} | draft.header.used
    dated = {row.number for row in dated_rows(draft.head)}
    return placed | dated | {row.number for row in draft.head if labelled_number(row.text, draft.town)}


def _without_sender(block: Paragraph) -> Paragraph:
    """A paragraph without the lines at its beginning that name who writes."""
    rows = list(block.rows)
    while len(rows) > 1 and (FACTION.search(rows[0].text) or _AUTHORITY.match(rows[0].text)) and not _is_cut(rows):
        rows.pop(0)
    return paragraphs(rows)[0] if len(rows) < len(block.rows) else block


def _before_kind(block: Paragraph) -> Paragraph:
    """A paragraph without the lines at its end that name the kind: „Anfrage der Fraktion …“ below the subject."""
    end = next((index for index, row in enumerate(block.rows) if index and _names_kind(row)), len(block.rows))
    return paragraphs(block.rows[:end])[0] if end < len(block.rows) else block


def _names_kind(row: Row) -> bool:
    about = kind_of(row.text)
    rest = row.text[len(about[1]) :].strip() if about else ""
    said = (
        PARTY.search(rest)
        or FACTION.search(rest)
        or rest.startswith(("gem.", "gemäß", "nach §", "vom ", "der ", "des ", "von ", "Nr"))
    )
    return about is not None and bool(not rest or said)


def _is_cut(rows: Sequence[Row]) -> bool:
    """The first line is long, or goes on in the next one."""
    return len(rows[0].text.split()) > _LETTERHEAD or rows[1].text[:1].islower()


def _is_closing_name(block: Paragraph, draft: Draft) -> bool:
    """The last words of the document, and a name of a person: who signed."""
    last = next((row for row in reversed(draft.rows) if row.text), None)
    return block.rows[-1] is last and is_person(block.text)


def _beside_kind(draft: Draft, heading: KindRead) -> None:
    rest = heading.rest
    if about := BEHIND_COLON.match(rest):
        draft.put("subject", about[1], heading.row, "read")
        return
    if heading.answers or _OF_ANOTHER.match(rest):
        return
    told = len(rest.split()) > 1 and not _FROM.match(rest) and not rest.lower().startswith(_NO_SUBJECT)
    if told:
        draft.put("subject", _LEAD.sub("", rest), heading.row, "read")
    elif heading.number:
        below = next((row for row in draft.head if row.number > heading.row.number and row.text), None)
        if below and _may_be(below, draft):
            draft.put("subject", below.text, below, "read")


def _may_be(row: Row, draft: Draft) -> bool:
    """It is neither a name, a label, a section nor a kind, and no other part of a head."""
    text, key, known = row.text, plain(row.text), words()
    if row.cells or row.is_item or row.number in draft.header.used or len(text) > _MOST or text.endswith(":"):
        return False
    if label_of(text) or known.label.match(text) or key in known.sections | known.statements or _AUTHORITY.match(text):
        return False
    if (
        publicity(text) is not None
        or is_place_and_day(row)
        or (FACTION.search(text) and len(text.split()) <= _LETTERHEAD)
    ):
        return False
    return not _is_kind(text) if row.level else kind_of(text) is None or _is_report(row, draft)


def _is_report(row: Row, draft: Draft) -> bool:
    """„Bericht zum Radverkehr 2020“ below the heading that names the kind."""
    below = draft.heading is not None and draft.heading.row.number < row.number
    return below and _REPORT.match(row.text) is not None and labelled_number(row.text, draft.town) is None


def _is_kind(text: str) -> bool:
    read = kind_of(without_publicity(text))
    return read is not None and len(text) <= len(read[1]) + _BESIDE_KIND
