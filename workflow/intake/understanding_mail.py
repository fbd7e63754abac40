"""Mails: what their header says, and their own words without those of an earlier mail that they quote. Pure.

Of a mail that only passes another one on, the words and the header are those of the other one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .pages import Line, Pages
from .understanding_header import Field
from .understanding_rows import Row
from .understanding_words import plain, words

_MAIL = "message/rfc822"
_HEADER = re.compile(r"^(Date|From|Subject|To|Cc): ")
_FIELD = re.compile(r"^\W{0,3}([A-Za-zÄÖÜäöü]{2,12})\s?:\s*(.*)$")
_PREFIX = re.compile(r"^([A-Za-z]{2,7})(?:\[\d{1,3}\])?\s?:\s*")
_PERSON = re.compile(r'(?:"([^"]*)"|([^<>";]*?))\s*<(?:mailto:)?([^<>]+)>')
_TIME = re.compile(r"\d{1,2}:\d\d|@")
_FRAME = " -–—_*:="
_LONG, _NEAR, _WRAPPED = 2_000, 5, 3


class Envelope(NamedTuple):
    """The fields of the header; each row is the line as it stands there."""

    sender: Field | None = None
    addressee: Field | None = None
    subject: Field | None = None
    sent: Field | None = None
    #: It answers another mail: its subject is the other one's.
    replies: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Where they stand."""
        return tuple(one.row for one in (self.sender, self.addressee, self.subject, self.sent) if one)


class Opened(NamedTuple):
    """The lines that are to be understood, with the header of a mail; and what it quotes."""

    lines: tuple[Line, ...]
    envelope: Envelope | None = None
    #: The first line of an earlier mail.
    quoted: Row | None = None


class _Quote(NamedTuple):
    start: int
    #: Of a mail that is passed on, as its mark says.
    forwarded: bool


def opened(pages: Pages) -> Opened:
    """A mail without its header and what it quotes; any other file as it is, as a saved page, which nobody sent."""
    header = _header(pages.lines) if pages.media_type == _MAIL else {}
    if "@" not in header.get("From", Field("", Row("", 0, None), "")).value:
        return Opened(pages.lines)
    subject, prefixes = _subject(header.get("Subject"))
    envelope = Envelope(
        header.get("From"), header.get("To"), subject, header.get("Date"), bool(prefixes & words().mail["replies"])
    )
    lines = pages.lines[len(header) :]
    quote = _quote(lines)
    if quote and _passes_on(lines[: quote.start], quote, prefixes):
        return _passed_on(lines[quote.start :], envelope)
    own, quoted = _own(lines, quote)
    return Opened(own, _named(envelope), quoted)


def _header(lines: Sequence[Line]) -> dict[str, Field]:
    found = dict[str, Field]()
    for line in lines:
        match = _HEADER.match(line.text)
        if match is None or match[1] in found:
            break
        found[match[1]] = _field(line, line.text[match.end() :])
    return found


def _field(line: Line, value: str) -> Field:
    return Field(value.strip(), Row(line.text, line.number, line.page), "")


def _subject(field: Field | None) -> tuple[Field | None, set[str]]:
    """The subject without „AW:“ and „WG:“, and those."""
    known, found = words().mail["replies"] | words().mail["forwards"], set[str]()
    if field is None:
        return None, found
    text = field.value
    while (match := _PREFIX.match(text)) and plain(match[1]) in known:
        found.add(plain(match[1]))
        text = text[match.end() :]
    return (field._replace(value=text) if text else None), found


def _named(envelope: Envelope) -> Envelope:
    """People by their names, or else by their addresses."""
    sender, to = (
        field._replace(value=", ".join(_names(field.value[:_LONG]))) if field else None
        for field in (envelope.sender, envelope.addressee)
    )
    return envelope._replace(sender=sender, addressee=to)


def _names(value: str) -> Iterator[str]:
    end = 0
    for match in _PERSON.finditer(value):
        end = match.end()
        yield (match[1] or match[2] or "").strip(" ,;'\"") or match[3]
    if rest := value[end:].strip(" ,;"):
        yield rest


def _quote(lines: Sequence[Line]) -> _Quote | None:
    """Where an earlier mail begins that goes on to the end."""
    known = words().mail
    for index, line in enumerate(lines):
        key = plain(line.text.strip(_FRAME)) if len(line.text) < _LONG else ""
        if key in known["passed"]:
            return _Quote(index, forwarded=True)
        if key in known["parted"] or _header_follows(lines, index):
            return _Quote(index, forwarded=False)
        if (behind := _wrote(lines, index)) and not _is_marked(lines, behind):
            return _Quote(index, forwarded=False)
    return None


def _header_follows(lines: Sequence[Line], index: int) -> bool:
    """„Von: …“, and „Gesendet: …“ close below; „Datum: …“ only with an address, for papers have such fields, too."""
    if _inner(lines[index])[0] != "from":
        return False
    names = {_inner(line)[0] for line in lines[index : index + _NEAR]}
    return "sent" in names or ("@" in lines[index].text and {"day", "subject"} <= names)


def _inner(line: Line) -> tuple[str, str]:
    """The field of a header within the text, and its value."""
    match = _FIELD.match(line.text) if len(line.text) < _LONG else None
    key, known = plain(match[1]) if match else "", words().mail
    name = next((name for name in ("from", "sent", "to", "subject", "copy", "day") if key in known[name]), "")
    return (name, match[2]) if match and name else ("", "")


def _wrote(lines: Sequence[Line], index: int) -> int:
    """The index behind „Am … schrieb …:“, which may go on in the next lines; 0: there is none.

    A paper says so, too, of a letter that it cites: of a mail, the time or the address is told, or each line is marked.
    """
    if not lines[index].text.startswith(("Am ", "On ")):
        return 0
    for behind in range(index + 1, min(index + _WRAPPED, len(lines)) + 1):
        text = " ".join(line.text for line in lines[index:behind])
        if len(text) > _LONG or not lines[behind - 1].text:
            return 0
        if text.endswith(":") and not words().mail["wrote"].isdisjoint(text.lower().split()):
            return behind if _TIME.search(text) or _is_marked(lines, behind) else 0
    return 0


def _is_marked(lines: Sequence[Line], start: int) -> bool:
    """The next words are quoted line by line."""
    return next((line.text for line in lines[start : start + _NEAR] if line.text), "").startswith(">")


def _passes_on(own: Sequence[Line], quote: _Quote, prefixes: set[str]) -> bool:
    """The mail itself asks nothing, and passes on what follows."""
    meant = quote.forwarded or bool(prefixes & words().mail["forwards"])
    return meant and not any("?" in line.text for line in own)


def _passed_on(lines: Sequence[Line], outer: Envelope) -> Opened:
    fields, index = dict[str, Field](), 0
    for index, line in enumerate(lines):
        name, value = _inner(line)
        if name:
            fields.setdefault("sent" if name == "day" else name, _field(line, value))
        elif fields or (line.text and index):
            break
    inner, prefixes = _subject(fields.get("subject"))
    envelope = Envelope(
        fields.get("from"),
        fields.get("to"),
        inner or outer.subject,
        fields.get("sent"),
        bool(prefixes & words().mail["replies"]),
    )
    own, quoted = _own(lines[index:], _quote(lines[index:]))
    return Opened(own, _named(envelope), quoted)


def _own(lines: Sequence[Line], quote: _Quote | None) -> tuple[tuple[Line, ...], Row | None]:
    """The lines that are not quoted, and the first that is."""
    end = quote.start if quote else len(lines)
    marked = {index for index, line in enumerate(lines[:end]) if line.text.startswith(">")}
    for index in range(end):
        if marked and (behind := _wrote(lines, index)):
            marked |= set(range(index, behind))
    own = tuple(line for index, line in enumerate(lines[:end]) if index not in marked)
    first = min([*marked, end])
    told = lines[first] if first < len(lines) else None
    return own, Row(told.text, told.number, told.page) if told else None
