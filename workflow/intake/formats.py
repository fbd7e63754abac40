"""Which format a file is in: by what it begins with, then by its name. Pure."""

import re
from typing import Literal, TypeAlias

from ...config.errors import UnreadableError
from .encodings import decoded
from .reading_text import is_text
from .sheet import Source

Format: TypeAlias = Literal["text", "html", "mail", "pdf", "zip"]

#: What a file is recognised by that is not read, with what people call it.
_OTHERS = (
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"%!PS", "PostScript"),
    (b"\x78\x9f\x3e\x22", "winmail.dat (Outlook)"),
)
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"\0\0\x01\0", b"\x76\x2f\x31\x01")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Streams of an old Office file, as names in UTF-16.
_STREAMS = (("EncryptedPackage", ""), ("WordDocument", "doc"), ("Workbook", "Excel 97–2003 (.xls)"))
_MORE_STREAMS = (("PowerPoint Document", "PowerPoint 97–2003 (.ppt)"), ("__substg1.0_", "Outlook (.msg)"))
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div)\b", re.I | re.S
)
_HEADER = re.compile(
    r"(?:From|To|Date|Subject|Message-ID|MIME-Version|Received|Return-Path|Delivered-To|Content-Type|Reply-To):", re.I
)
_FIELD = re.compile(r"(?:[!-9;-~]+:|[ \t]|From )")
_MAILS, _PAGES = (".eml", ".mht", ".mhtml"), (".html", ".htm", ".xhtml")
#: What must not be text by its name.
_NEVER_TEXT = {".docx": "Word", ".odt": "ODT", ".pdf": "PDF", ".docm": "Word", ".dotx": "Word", ".ott": "ODT"}
#: Text that programs are written in, or write for each other: nothing that somebody asks.
_PROGRAMS = (
    *(".py", ".js", ".mjs", ".ts", ".sh", ".bash", ".bat", ".cmd", ".ps1", ".c", ".h", ".cpp", ".java", ".go", ".rs"),
    *(".rb", ".php", ".pl", ".lua", ".sql", ".css", ".scss", ".toml", ".json", ".jsonl", ".xml", ".xsd", ".xsl"),
    *(".yaml", ".yml", ".ini", ".cfg", ".conf", ".lock", ".ipynb"),
)
_HEAD = 8192


def recognised(source: Source) -> Format:
    """The format of a file that can be read.

    Raises:
        UnreadableError: it cannot, with a remedy where there is one.
    """
    content, name = source.content, source.name.lower()
    if b"%PDF-" in content[: 1024 if name.endswith(".pdf") else 8]:
        return "pdf"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    _refuse_known(source)
    return _of_text(source, name)


def _refuse_known(source: Source) -> None:
    content = source.content
    if content.startswith(_OLE):
        raise _old(source)
    for start, called in _OTHERS:
        if content.startswith(start):
            raise UnreadableError("intake_format", file=source.name, format=called)
    if content.startswith(_IMAGES) and b"\0" in content[:4096]:
        raise UnreadableError("intake_image", file=source.name)


def _old(source: Source) -> UnreadableError:
    """What to say of an old Office file: which one it is tell the names of its streams."""
    for stream, called in (*_STREAMS, *_MORE_STREAMS):
        if stream.encode("utf-16-le") in source.content:
            if stream == "EncryptedPackage":
                return UnreadableError("intake_password", file=source.name, place=stream)
            if stream == "WordDocument":
                return UnreadableError("intake_old_word", file=source.name)
            return UnreadableError("intake_format", file=source.name, format=called)
    return UnreadableError("intake_unknown_format", file=source.name)


def _of_text(source: Source, name: str) -> Format:
    read = decoded(source.content[:_HEAD])
    if read is None or not is_text(read):
        raise UnreadableError("intake_unknown_format", file=source.name)
    suffix = next((each for each in _NEVER_TEXT if name.endswith(each)), None)
    if suffix:
        called = _NEVER_TEXT[suffix]
        raise UnreadableError("intake_broken", file=source.name, place="–", reason=f"no {called} file inside")
    if _is_mail(read.text, named=name.endswith(_MAILS)):
        return "mail"
    if name.endswith(_PAGES) or _HTML.match(read.text):
        return "html"
    if read.text.lstrip().startswith("<?xml"):
        raise UnreadableError("intake_format", file=source.name, format="XML")
    if name.endswith(_PROGRAMS):
        raise UnreadableError("intake_unknown_format", file=source.name)
    return "text"


def _is_mail(text: str, *, named: bool) -> bool:
    """Whether a text begins with the header of a mail."""
    head = re.split(r"\r?\n\r?\n", text.lstrip("\r\n"), maxsplit=1)[0].splitlines()
    found = sum(1 for line in head if _HEADER.match(line))
    return found >= (1 if named else 2) and all(_FIELD.match(line) for line in head[:-1])
