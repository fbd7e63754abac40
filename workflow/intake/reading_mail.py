"""Mails (.eml) and saved web pages (.mht): header, text, and the files in them, each read as what it is."""

from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from ...config.errors import UnreadableError
from .encodings import decoded
from .limits import MOST_PARTS
from .pages import Pages
from .reading_html import write_html
from .reading_text import write_text
from .sheet import Sheet, Source

_HEADERS = ("Date", "From", "Subject", "To", "Cc")
#: Between the name of a mail and that of a file in it.
WITHIN = " › "
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})


class _Found(NamedTuple):
    """What a mail consists of."""

    texts: list[EmailMessage]
    files: list[EmailMessage]


def read_mail(source: Source, sheet: Sheet, read: Callable[[Source], Pages]) -> tuple[Pages, ...]:
    """Read a mail; `read` reads the files in it. One that cannot be read is remarked on and stops nothing.

    Raises:
        UnreadableError: it is encrypted, or holds too many files.
    """
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(source.content)
    found = _Found([], [])
    _sort(message, source, found)
    if len(found.files) > MOST_PARTS:
        raise UnreadableError("intake_parts", file=source.name, number=len(found.files), most=MOST_PARTS)
    _write_header(message, sheet)
    for part in found.texts:
        sheet.blank()
        _write_text(part, sheet)
    return tuple(_files(found.files, source, sheet, read))


def _sort(part: EmailMessage, source: Source, found: _Found) -> None:
    kind = part.get_content_type()
    if kind in _ENCRYPTED or (kind.endswith("pkcs7-mime") and part.get_param("smime-type") != "signed-data"):
        raise UnreadableError("intake_password", file=source.name, place=kind)
    if kind == "multipart/alternative":
        for each in _chosen(_children(part)):
            _sort(each, source, found)
    elif part.is_multipart() and kind != "message/rfc822":
        for each in _children(part):
            _sort(each, source, found)
    elif kind in {"text/plain", "text/html"} and not part.get_filename() and not part.is_attachment():
        found.texts.append(part)
    elif kind not in _SIGNATURES and not (kind.startswith("image/") and not part.is_attachment()):
        found.files.append(part)


def _children(part: EmailMessage) -> list[EmailMessage]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, EmailMessage)] if isinstance(payload, list) else []


def _chosen(parts: list[EmailMessage]) -> list[EmailMessage]:
    """Of several versions of a text the plain one, if it says something; else the last. Files among them stay."""
    plain = [each for each in parts if each.get_content_type() == "text/plain" and _text(each)[0].strip()]
    rest = [each for each in parts if each.get_content_type() == "multipart/mixed"]
    return [*plain[:1], *rest] if plain else parts[-1:]


def _text(part: EmailMessage) -> tuple[str, str | None]:
    """The words of a part and the encoding they were in."""
    content = part.get_payload(decode=True)
    read = decoded(content, part.get_content_charset()) if isinstance(content, bytes) else None
    return (read.text, read.encoding) if read else ("", None)


def _write_header(message: EmailMessage, sheet: Sheet) -> None:
    for name in _HEADERS:
        value = _header(message, name)
        if value:
            sheet.write(f"{name}: {value}")


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = str(message.get(name) or "")
    except Exception:  # the parser of headers fails in many ways on headers that are wrong
        value = next((str(text) for key, text in message.raw_items() if key.lower() == name.lower()), "")
    value = " ".join(value.split())
    return _day(value) if name == "Date" and value else value


def _day(value: str) -> str:
    """The day and time where it was sent, as Germans write it; what is no date stays as it is."""
    try:
        return f"{parsedate_to_datetime(value):%d.%m.%Y %H:%M}"
    except (ValueError, TypeError, IndexError, OverflowError):
        return value


def _write_text(part: EmailMessage, sheet: Sheet) -> None:
    text, _ = _text(part)
    if part.get_content_type() == "text/html":
        write_html(text, sheet)
    elif part.get_param("format") == "flowed":
        write_text(_unfolded(text, part.get_param("delsp") == "yes"), sheet, whole=False)
    else:
        write_text(text, sheet, whole=False)


def _unfolded(text: str, delsp: bool) -> str:  # noqa: FBT001  # RFC 3676's own name
    """Paragraphs that were broken for narrow screens (RFC 3676) in one piece."""
    whole = ""
    for line in text.splitlines():
        flows = line.endswith(" ") and line != "-- "
        whole += (line[:-1] if delsp else line) if flows else line + "\n"
    return whole


def _files(parts: list[EmailMessage], source: Source, sheet: Sheet, read: Callable[[Source], Pages]) -> Iterator[Pages]:
    for number, part in enumerate(parts, 1):
        name = _name(part, number)
        inner = Source(f"{source.name}{WITHIN}{name}", _content(part), source.depth + 1)
        try:
            yield read(inner)
        except UnreadableError as failure:
            sheet.remark(failure.code, **failure.params)


def _name(part: EmailMessage, number: int) -> str:
    given = " ".join((part.get_filename() or "").split()).replace("\\", "/").rpartition("/")[2]
    if given:
        return given
    if part.get_content_type() == "message/rfc822":
        return f"{_subject(part) or number}.eml"
    return f"{number}.{part.get_content_subtype()}"


def _subject(part: EmailMessage) -> str:
    inner = _children(part)
    return _header(inner[0], "Subject")[:80].replace("/", "-") if inner else ""


def _content(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return b"".join(each.as_bytes() for each in _children(part))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
