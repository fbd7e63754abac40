"""The fields of the head: kind, number, subject, day, publicity, originator, offices. Pure.

Each is sought first in its labelled field (``stated``), then where such documents have it (``read``), and at last it is
concluded (``derived``).
"""

import re

from .understanding_dates import day_of, is_only_a_day
from .understanding_draft import Draft
from .understanding_header import Field
from .understanding_kind import KindRead, heading_of, kind_of, kind_of_field
from .understanding_labels import label_of
from .understanding_letter import dated_rows
from .understanding_numbering import REPLIES, number_and_parent
from .understanding_numbers import kind_of_number
from .understanding_originator import OWN, originator_of
from .understanding_public import public_of
from .understanding_publicity import without_publicity
from .understanding_rows import Row
from .understanding_subject import subject_of
from .understanding_words import plain

_ANSWERS = re.compile(
    r"\b(?:antwortet die Verwaltung|beantwortet die Verwaltung|beantworte ich|wird wie folgt beantwortet"
    r"|nimmt die Verwaltung .{0,60}Stellung|wie folgt Stellung)",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\b(?:möge|wolle|soll) beschließen\b|\bmöge (?:der|die|das) .{3,60} beschließen\b"
    r"|\bbeantrag(?:t|en) (?:die Fraktion|wir)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:fragen? (?:ich|wir) (?:die|das|den|Sie)|folgende[nr]? (?:An)?frage|(?:ich|wir) fragen? (?:die|das|den|Sie)"
    r"|(?:ich|wir) fragen?(?: daher| deshalb)?\s?:"
    r"|um (?:die )?(?:schriftliche )?Beantwortung)",
    re.IGNORECASE,
)
_PROPOSES = re.compile(
    r"\bfolgenden Beschluss zu fassen\b|^Beschlu(?:ss|ß)(?:vorschlag|antrag|entwurf)\b", re.IGNORECASE
)
#: Words by which a kind is known that no heading names.
_SAYINGS = (("stellungnahme", _ANSWERS), ("antrag", _MOVES), ("beschlussvorlage", _PROPOSES), ("anfrage", _ASKS))
#: „Anfrage-Nr.“ is a label: what has a number there may be the answer.
_LABEL_ONLY = re.compile(r"^\w+(?:-|\s)(?:Nr|Nummer)\b", re.IGNORECASE)
#: Above the office that has the lead.
_ABOVE = re.compile(r"Dezernat$|Referat$|Geschäftsbereich$")
#: „eingebracht am 05.11.2024“: a label without a colon.
_BROUGHT = re.compile(r"^(?:eingebracht|eingereicht)\s(?:am\s)?\W{0,2}\d", re.IGNORECASE)
#: „Berlin, den …“ at the end, even without a name below it.
_SIGNED_ON = re.compile(r"^[A-ZÄÖÜ][\w.\s()-]{2,40},\s*(?:den|am|dem)?\s*\d|^[A-ZÄÖÜ][\w.-]+ den \d")
_OF_PAPER = re.compile(r"anfrage|antrag|vorlage|drucksache|schreiben", re.IGNORECASE)
_TO_YOURS = re.compile(
    r"\bIhre[rnm]?\b.{0,60}\b(?:Anfrage|Antrag|Fragen)\b.{0,120}\b(?:beantwort|Stellung|antwort|wie folgt)",
    re.IGNORECASE,
)
_REPLYING = (
    r"(?:beantworte(?:n wir| ich|t (?:das|die|der) \w+)|(?:amt|verwaltung|magistrat|meister(?:in)?) (?:be)?antwortet)"
)
#: „Das Bezirksamt beantwortet Ihre Kleine Anfrage wie folgt“; it may go on in the next line.
_REPLY = re.compile(
    rf"{_REPLYING}\b.{{0,80}}\b(?:Ihre[rn]?\b.{{0,40}}(?:Anfrage|Antrag|Fragen)|wie folgt)\b", re.IGNORECASE
)
_ASKED, _FIRST, _BEFORE_COLON = {"anfrage", "antrag"}, 4, 60
_END_ROWS = 25
#: Fields whose label is of interest even without a value.
_TOLD = {"number", "subject", "date", "originator", "public", "kind", "lead_office", "involved_offices", "parent"}


def fill(draft: Draft) -> None:
    """All fields of the head, in the order in which one helps to find the next."""
    _kind(draft)
    subject_of(draft)
    _date(draft)
    public_of(draft)
    number_and_parent(draft)
    _kind_of_number(draft)
    originator_of(draft)
    _offices(draft)
    _addressee(draft)
    _warn_of_gaps(draft)


def _kind(draft: Draft) -> None:
    stated, said = draft.header.first("kind"), _kind_of_subject(draft)
    read = kind_of_field(stated.value) if stated else None
    if stated and read:
        _put_kind(draft, read[0], stated.value, stated)
    elif draft.heading and said and said[0] in REPLIES and _LABEL_ONLY.match(draft.heading.row.text):
        _put_kind(draft, said[0], said[1], said[2])
    elif _is_asking(draft, said) and (row := _replies(draft)):
        draft.put("kind", "stellungnahme", row, "read")
    elif draft.heading:
        _put_kind(draft, draft.heading.id, draft.heading.words, Field("", draft.heading.row, ""))
    elif said:
        _put_kind(draft, said[0], said[1], said[2])
    elif by_words := _kind_by_words(draft):
        draft.put("kind", by_words[0], by_words[1], "derived")


def _is_asking(draft: Draft, said: tuple[str, str, Field] | None) -> bool:
    """A heading or the subject of a mail names an inquiry or a motion."""
    mailed = draft.envelope is not None and said is not None and said[2].row in draft.envelope.rows
    named = draft.heading.id if draft.heading else said[0] if said and mailed else ""
    return named in _ASKED


def _replies(draft: Draft) -> Row | None:
    """What names an inquiry above may answer it: „zu Ihrer Anfrage nehme ich wie folgt …“, in a letter or below."""
    first = [row for row in draft.body if row.text][:_FIRST] if draft.letter else []
    if read := next((row for row in first if _TO_YOURS.search(row.text)), None):
        return read
    told = [row for row in draft.rows if row.text]
    pairs = zip(told, [*told[1:], None], strict=True)
    return next((row for row, after in pairs if not row.text.endswith("?") and _answers_in(row, after)), None)


def _answers_in(row: Row, after: Row | None) -> bool:
    said = f"{row.text} {after.text[:_BEFORE_COLON] if after and not after.is_item else ''}"
    match = _REPLY.search(said)
    return match is not None and match.start() < len(row.text)


def _put_kind(draft: Draft, id: str, said: str, at: Field) -> None:
    draft.put("kind", id, at.row, "stated")
    draft.put("paper_type", said.capitalize() if said.isupper() else said, at.row, "stated")


def _kind_of_subject(draft: Draft) -> tuple[str, str, Field] | None:
    subject, letter = draft.header.first("subject"), draft.letter.subject if draft.letter else None
    if subject and (read := kind_of(subject.value)):
        return *read, subject
    if letter and (read := kind_of(letter.text)):
        return *read, Field("", letter.first, "")
    for row in draft.head:
        read = kind_of(row.text) if ": " in row.text[:_BEFORE_COLON] and row.number not in draft.header.used else None
        if read and read[0] in OWN and row.text[len(read[1]) :].startswith(":"):
            return *read, Field("", row, "")
    mailed = draft.envelope.subject if draft.envelope and not draft.envelope.replies else None
    read = kind_of(mailed.value) if mailed else None
    return (*read, mailed) if read and mailed else None


def _kind_by_words(draft: Draft) -> tuple[str, Row] | None:
    for kind, shape in _SAYINGS:
        if row := next((row for row in draft.rows if shape.search(row.text)), None):
            return kind, row
    return None


def _kind_of_number(draft: Draft) -> None:
    """Where nothing else names the kind, the town's own pattern may: F0172/14 is an inquiry in Magdeburg."""
    number = draft.text("number")
    kind = kind_of_number(number, draft.town) if number else None
    if number and kind:
        draft.put("kind", kind, draft.row_of("number"), "derived", quote=number)


def _date(draft: Draft) -> None:
    days = [(one, day) for one in draft.header.fields.get("date", ()) if (day := day_of(one.value))]
    for one, day in days:
        draft.put("date", day, one.row, "stated")
    if days and (other := next((day for _, day in days if day != days[0][1]), None)):
        draft.notes.warn("understanding_dates_differ", days[1][0].row, one=days[0][1], other=other)
    _date_without_label(draft)
    _date_of_headings(draft)
    _date_alone(draft)


def _date_without_label(draft: Draft) -> None:
    for row in draft.head:
        if _BROUGHT.match(row.text) and row.number not in draft.header.used and is_only_a_day(row.text):
            draft.put("date", day_of(row.text), row, "stated")
    if draft.letter and draft.letter.dated and draft.letter.dated.number not in draft.consultations.used:
        draft.put("date", day_of(draft.letter.dated.text), draft.letter.dated, "read")
    if draft.envelope and (sent := draft.envelope.sent):
        draft.put("date", day_of(sent.value), sent.row, "stated")


def _date_of_headings(draft: Draft) -> None:
    if (told := draft.heading) and not told.answers and is_only_a_day(without_publicity(told.rest)):
        draft.put("date", day_of(told.rest), told.row, "read")
    for row in draft.head:
        heading = heading_of(row, draft.town) if "vom" in row.text and row.number not in draft.header.used else None
        if heading and heading.id == draft.text("kind") and _is_own_day(heading):
            draft.put("date", day_of(heading.rest), row, "read")


def _date_alone(draft: Draft) -> None:
    used = draft.consultations.used | draft.header.used
    for row in dated_rows(draft.head, used):
        draft.put("date", day_of(row.text), row, "read")
    for row in dated_rows(draft.rows[-_END_ROWS:], used):
        if draft.signature or _SIGNED_ON.match(row.text):
            draft.put("date", day_of(row.text), row, "read")


def _is_own_day(heading: KindRead) -> bool:
    """„Anfrage der Fraktion vom …“; in a reply, „vom …“ is the day of what it answers, or else that of a session."""
    said = re.match(r"(?P<before>.*?)\bvom\s\d", heading.rest)
    if said is None or "sitzung" in said["before"].lower():
        return False
    return heading.id not in REPLIES or not (heading.answers or _OF_PAPER.search(said["before"]))


def _offices(draft: Draft) -> None:
    offices = draft.header.fields.get("lead_office", [])
    lead = next((one for one in offices if not _ABOVE.match(one.label)), next(iter(offices), None))
    involved = list[str]()
    if lead:
        first, *more = _listed(lead.value) if "beteiligte" in plain(lead.label) else [lead.value.strip(" ,;")]
        draft.put("lead_office", first, lead.row, "stated")
        involved += more
    for one in draft.header.fields.get("involved_offices", ()):
        involved += _listed(one.value)
        draft.put("involved_offices", tuple(involved), one.row, "stated")
    if involved and lead:
        draft.put("involved_offices", tuple(involved), lead.row, "stated")


def _listed(value: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;\n]|,(?!\s?-)(?!\s[a-zäöü])|\s{2,}|\s\|\s", value)]
    return [part for part in parts if part and part not in {"-", "–", "keine"}] or [value]


def _addressee(draft: Draft) -> None:
    if one := draft.header.first("addressee"):
        draft.put("addressee", one.value, one.row, "stated")
    if draft.letter and draft.letter.addressee:
        block = draft.letter.addressee
        draft.put("addressee", ", ".join(row.text for row in block.rows), block.first, "read")
    if draft.envelope and (mailed := draft.envelope.addressee):
        draft.put("addressee", mailed.value, mailed.row, "stated")


def _warn_of_gaps(draft: Draft) -> None:
    """Labels without a value; what the document says elsewhere is there, but the empty field should be known."""
    for one in draft.header.empty:
        place = draft.notes.found.get(label_of(one.label) or "")
        if one.row.number in draft.consultations.used or (place and place.sure == "stated"):
            continue
        if label_of(one.label) in _TOLD or one.label == "Beschlussfassung":
            draft.notes.warn("understanding_field_empty", one.row, label=one.label.strip(": "))
    table = draft.consultations
    if table.label is not None and not table.rows:
        draft.notes.warn("understanding_field_empty", table.label, label=table.label.text.strip(": "))
