"""Who asks or moves: a labelled field, a heading, a letterhead, the words, at last who signed. Pure."""

import re
from collections.abc import Iterator, Sequence

from .understanding_draft import Draft
from .understanding_kind import kind_of
from .understanding_labels import label_of
from .understanding_letter import FACTION, is_contact
from .understanding_rows import Row
from .understanding_signature import PARTY, PARTY_NAME
from .understanding_town import KnownTown
from .understanding_words import plain, words

_FROM = re.compile(r"^(?:der|des|von|durch|vom)\s(?!\d)", re.IGNORECASE)
_CUT = re.compile(r"\s+(?:vom\s\d.*|zur Sitzung.*|gem(?:\.|äß)\s.*|betreffend.*|zum Thema.*|:\s.*)$", re.IGNORECASE)
_ASKER = re.compile(r"\b(?:Antrag|Frage|Anfrage|Anfragen)steller(?:in)?,\s(?P<name>[^,.;:]{3,80}),")
_BODY_ASKS = re.compile(
    r"\bbittet\s(?:der|die|das)\s(?P<body>[A-ZÄÖÜ][\w-]{0,60}(?:rat|ausschuss|vertretung|beirat|versammlung)\b)"
)
_ON_INQUIRY = re.compile(
    r"\bAnfrage\s(?:(?:Nr\.\s?)?\S{0,20}\d\S{0,20}\s)?(?:der|von|des)\s(?P<name>[^,.;:()]{3,70}?)"
    r"(?=\s(?:vom|zur|zum|bezüglich|betreffend|nach|gemäß|im|wird|,)|[,.;:(]|$)"
)
_TITLED = re.compile(r"(?:Herrn|Frau|Ratsherrn?|Stadtr|Bezirksverordnete|Stadtverordnete|Gemeinder|Kreistagsmitglied)")
#: „Betreff: Anfrage der SPD-Fraktion: Brunnen im Park“.
_IN_SUBJECT = re.compile(r"^(?:\w+\s)?(?:Anfrage|Antrag|Vorschlag|Frage)\s(?:der|des|von)\s(?P<name>[^:]{3,80}?)\s?:\s")
#: Papers of those who ask or move themselves.
OWN = {"anfrage", "einwohnerfrage", "antrag", "aenderungsantrag", "ergaenzungsantrag", "alternativantrag"}
#: What stands beside the name of a faction in its letterhead.
_BESIDE = re.compile(r"\s*[,·•|]\s|\s[–-]\s|\s{2,}|\t|\s(?=Tel\b|Tel\.|Telefon)")
#: „des Magistrats“, „des Bezirksamtes“: the name is the Magistrat, the Bezirksamt.
_GENITIVE = re.compile(r"^des\s+(?P<name>[A-ZÄÖÜ][\w-]*?(?:amt(?=es)|[^\Ws](?=s)))(?:e?s)$")
#: A line of the head below that with the kind.
_OF_SOMEBODY = re.compile(
    r"^(?:der|des|von)\s(?P<name>(?:Fraktion|Ratsgruppe|Bezirksverordnete|Stadtrat|Stadträtin|Stadtverordnete|Ratsmitglied|Ratsherr|Ratsfrau|Abgeordnete"
    r"|Herrn?|Frau|Mitglied|Gemeinderat|Kreistags|[\w-]+-Fraktion)\w*\s.{0,100})"
)
_END_ROWS, _LETTERHEAD, _FIRST_WORDS, _TOP = 8, 9, 20, 3


def originator_of(draft: Draft) -> None:
    """Who asks or moves; in an answer, whom it answers."""
    for one in draft.header.fields.get("originator", ()):
        draft.put("originator", one.value.strip(" ,;"), one.row, "stated")
    _of_writer(draft)
    _of_headings(draft)
    _of_subject(draft)
    for row in draft.rows[-_END_ROWS:]:
        label = words().label.match(row.text)
        if label and label_of(label[1]) == "originator":
            draft.put("originator", row.text[label.end() :].strip(" ,"), row, "stated")
    if draft.text("kind") in OWN:
        _asker(draft)
    elif draft.text("kind") == "stellungnahme":
        _answered(draft)
    elif draft.text("kind") is None:
        top = [row for row in draft.head if row.text][:_TOP]
        for row in _letterheads(top, draft):
            draft.put("originator", _name(row, draft), row, "read")
        _sender(draft)


def _of_writer(draft: Draft) -> None:
    """„Verfasser: Fraktion …“ of an inquiry or a motion: elsewhere it is who works on the paper."""
    for one in draft.header.fields.get("handled_by", ()) if draft.text("kind") in OWN else ():
        if one.label.startswith("Verfasser") and (_is_faction(one.value, draft.town) or PARTY.search(one.value)):
            draft.put("originator", one.value.strip(" ,;"), one.row, "stated")


def _of_subject(draft: Draft) -> None:
    match = _IN_SUBJECT.match(draft.text("subject") or "")
    named = match is not None and PARTY.search(match["name"]) and plain(match["name"]) not in {"fraktion", "ratsgruppe"}
    if match and named and draft.text("kind") in OWN | {"stellungnahme"}:
        draft.put("originator", match["name"], draft.row_of("subject"), "read")


def _of_headings(draft: Draft) -> None:
    """„Anfrage der Fraktion …“; or „der Fraktion …“ on the line below."""
    if draft.heading and _FROM.match(draft.heading.rest):
        draft.put("originator", _of(draft.heading.rest), draft.heading.row, "read")
    for row in draft.head:
        if row.number in draft.header.used:
            continue
        own = None if row.cells else kind_of(row.text)
        rest = row.text[len(own[1]) :].strip() if own and own[0] == draft.text("kind") else ""
        if _FROM.match(rest):
            draft.put("originator", _of(rest), row, "read")
        if match := _OF_SOMEBODY.match(row.text):
            draft.put("originator", _CUT.sub("", match["name"]).strip(" :,"), row, "read")


def _of(rest: str) -> str:
    """Whose paper it is: ``der Fraktion X vom …``."""
    cut = _CUT.sub("", rest.strip())
    genitive = _GENITIVE.match(cut)
    return genitive["name"] if genitive else _nominative(_FROM.sub("", cut).strip(" :,"))


def _nominative(name: str) -> str:
    return re.sub(r"^Herrn\s", "Herr ", name)


def _name(row: Row, draft: Draft) -> str:
    """The name of a faction in its letterhead, without its address; with the party that stands above it."""
    name, *beside = _BESIDE.split(row.text)
    name = name.strip(" ,") if any(is_contact(part) for part in beside) else row.text.strip(" ,")
    above = next((one for one in draft.rows if one.number == row.number - 1), None)
    party = above is not None and above.text and PARTY.search(above.text) and not FACTION.search(above.text)
    return f"{above.text} {name}" if above and party and not PARTY_NAME.search(name) else name


def _answered(draft: Draft) -> None:
    for row in (*draft.head, *draft.body[:_FIRST_WORDS]):
        match = _ON_INQUIRY.search(row.text)
        if match and (_is_faction(match["name"], draft.town) or _TITLED.match(match["name"])):
            draft.put("originator", _nominative(match["name"]), row, "read")


def _asker(draft: Draft) -> None:
    head = draft.rows[: draft.letter.start] if draft.letter else draft.head
    for row in _letterheads(head, draft):
        draft.put("originator", _name(row, draft), row, "read")
    if draft.signature and draft.signature.faction:
        draft.put("originator", draft.signature.faction, draft.signature.row, "read")
    for row in draft.body:
        if match := _ASKER.search(row.text):
            draft.put("originator", match["name"], row, "read")
    _body_asks(draft)
    if not draft.signature or _is_sender(draft, draft.signature.name):
        _sender(draft)
    if draft.signature and draft.text("kind"):
        draft.put("originator", draft.signature.name, draft.signature.row, "derived")


def _sender(draft: Draft) -> None:
    """Who sent the mail, where its words name nobody else."""
    if draft.envelope and (sender := draft.envelope.sender):
        draft.put("originator", sender.value, sender.row, "stated")


def _is_sender(draft: Draft, name: str) -> bool:
    sender = draft.envelope.sender if draft.envelope else None
    return sender is not None and plain(name) == plain(sender.value)


def _letterheads(head: Sequence[Row], draft: Draft) -> Iterator[Row]:
    for row in head:
        short = len(_name(row, draft).split()) <= _LETTERHEAD and label_of(row.text) is None and not kind_of(row.text)
        if (
            short
            and row.number not in draft.header.used | draft.consultations.used
            and _is_faction(row.text, draft.town)
        ):
            yield row


def _is_faction(text: str, town: KnownTown) -> bool:
    known = any(plain(text) == plain(name) for one in town.factions for name in one.spellings)
    return known or FACTION.search(text) is not None


def _body_asks(draft: Draft) -> None:
    """„bittet der Integrationsrat“: a body asks, where somebody else is named too."""
    read = next(((match, row) for row in draft.body if (match := _BODY_ASKS.search(row.text))), None)
    named = draft.text("originator")
    if read and named and read[0]["body"] not in named:
        draft.notes.warn("understanding_originators_differ", read[1], one=named, other=read[0]["body"])
    elif read and not named and not draft.signature:
        draft.put("originator", read[0]["body"], read[1], "read")
