"""Text files, and pages of council systems copied as text or Markdown."""

import re

from ...config.errors import UnreadableError
from .encodings import Decoded, decoded
from .markdown import is_ruler, line, without_markup
from .sheet import Sheet, Source

#: As editors count lines.
_BREAKS = re.compile(r"\r\n|\r|\n")
_BLANK = "\f"
#: Characters that words do not have, in how many of the first, and what part of them may be such.
_ODD = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_LOOKED_AT, _FEW, _LOST = 20_000, 0.02, 0.1


def read_text(source: Source, sheet: Sheet) -> None:
    """Read a text file: each of its lines stays one line with its number; form feeds count pages."""
    write_text(text_of(source, sheet), sheet)


def text_of(source: Source, sheet: Sheet, declared: str | None = None) -> str:
    """The text of a file, in whatever encoding it is.

    Raises:
        UnreadableError: it is no text.
    """
    read = decoded(source.content, declared)
    if read is None or not is_text(read):
        raise UnreadableError("intake_unknown_format", file=source.name)
    for remark in read.remarks:
        sheet.keep(remark)
    return read.text


def is_text(read: Decoded) -> bool:
    """Whether these are words: few control characters, and few that could not be decoded."""
    start = read.text[:_LOOKED_AT]
    odd, lost = len(_ODD.findall(start)), start.count("\ufffd")
    return odd <= len(start) * _FEW + 1 and lost <= len(start) * _LOST + 10 and bool(start.strip("\0"))


def write_text(text: str, sheet: Sheet, *, whole: bool = True) -> None:
    """Write text line by line; with the numbers that an editor shows, if it is the whole of a file.

    In a mail the mark of a quoted line stays: it tells who wrote it.
    """
    paged = _BLANK in text.rstrip("\f\r\n \x1a")
    page = 1
    for number, raw in enumerate(_BREAKS.split(without_markup(text)), 1):
        page += raw.count(_BLANK)
        if is_ruler(raw):
            continue
        sheet.page = page if paged and whole else None
        text = raw.strip(" \f\u00a0")
        mark = "> " if not whole and text.startswith(">") else ""
        sheet.write(mark + line(text), number=number if whole else None)
