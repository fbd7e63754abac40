"""Bytes to text, whatever wrote them. Pure.

UTF-8 is recognised by itself: text in another encoding is practically never valid UTF-8. Then come the encodings of
Windows and DOS, of which the first that makes sense is taken; a remark says so.
"""

import codecs
import re
from typing import NamedTuple

from .pages import Remark

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Declared names of one-byte encodings that Windows-1252 contains; what calls itself Latin-1 is that, too.
_WESTERN = {"ascii", "us-ascii", "iso8859-1", "iso8859-15", "cp1252"}
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
#: Umlauts in the code page of DOS; in Windows-1252 they are quotation marks, or nothing.
_DOS = frozenset(b"\x81\x84\x8e\x94\x99\x9a\xe1")

#: Characters that tell UTF-16 without a mark.
_ENOUGH = 4


class Decoded(NamedTuple):
    """Text, the encoding it was read in, and what should be known of that."""

    text: str
    encoding: str
    remarks: tuple[Remark, ...] = ()


def decoded(content: bytes, declared: str | None = None) -> Decoded | None:
    """The text of these bytes; None: they are no text.

    Args:
        content: the bytes.
        declared: the encoding that a header names; it counts where the bytes do not contradict it.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _mended(_marked(content, encoding))
    wide = _wide(content)
    if wide:
        return _mended(_told(content, wide))
    if b"\0" in content[:8192]:
        return None
    return _mended(_narrow(content, declared))


def _marked(content: bytes, encoding: str) -> Decoded:
    text = content.decode(encoding, "replace")
    return Decoded(text, encoding)


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of European text is zero."""
    start = content[:4096]
    half = len(start) // 2
    if half < _ENOUGH:
        return None
    even, odd = start[: half * 2 : 2].count(0), start[1 : half * 2 : 2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.05 else None


def _narrow(content: bytes, declared: str | None) -> Decoded:
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    named = _named(declared)
    if named:
        return Decoded(content.decode(named, "replace"), named)
    if len(_MULTIBYTE.findall(content)) > _single(content):
        lines = content.split(b"\n")
        return Decoded("\n".join(map(_line, lines)), "utf-8", (Remark("intake_remark_encodings_mixed", {}),))
    return _western(content)


def _named(declared: str | None) -> str | None:
    """The declared encoding, if Python knows it and it says more than that it is Western."""
    try:
        name = codecs.lookup(declared or "").name
    except (LookupError, ValueError):
        return None
    return None if name in {*_WESTERN, "utf-8"} or name.startswith("utf-") or not _is_text(name) else name


def _is_text(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name), str)
    except (LookupError, ValueError):  # rot13, hex and the like
        return False


def _single(content: bytes) -> int:
    """Bytes above ASCII that belong to no character of UTF-8."""
    return len(re.findall(rb"[\x80-\xff]", _MULTIBYTE.sub(b"", content)))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _western(content: bytes) -> Decoded:
    high = frozenset(content) - frozenset(range(128))
    if high <= _DOS and high & {0x81, 0x84, 0x94}:
        return _told(content, "cp850")
    try:
        return _told(content, "cp1252")
    except UnicodeDecodeError:
        return _told(content, "latin-1")


def _told(content: bytes, encoding: str) -> Decoded:
    errors = "replace" if encoding.startswith("utf") else "strict"
    text = content.decode(encoding, errors)
    return Decoded(text, encoding, (Remark("intake_remark_encoding", {"encoding": encoding}),))


# --- UTF-8 that was read as Windows-1252 and written again ---


def _sloppy() -> dict[str, int]:
    """Each character of Windows-1252 with its byte; bytes without a character count as those of Latin-1."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    return table | {bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0x100) if byte not in _UNDEFINED}


_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_BYTES = _sloppy()
_FOLLOWING = range(0x80, 0xC0)
_TAIL = "".join(sorted({re.escape(char) for char, byte in _BYTES.items() if byte in _FOLLOWING}))
#: Nothing but such an accident puts these beside each other; Ä and Å are letters, and count only where the others are.
_SURE = re.compile(f"[ÃÂ][{_TAIL}]|â[€‚][{_TAIL}]")
_ANY = re.compile(f"[ÂÃÄÅ][{_TAIL}]|â[{_TAIL}][{_TAIL}]|ï»¿")
_TIMES = 3


def _mended(read: Decoded) -> Decoded:
    text, first = read.text, _SURE.search(read.text)
    if first is None:
        return read
    number = len(_SURE.findall(text))
    for _ in range(_TIMES):
        text = _ANY.sub(_again, text)
        if not _SURE.search(text):
            break
    line = read.text.count("\n", 0, first.start()) + 1
    remark = Remark("intake_remark_mojibake", {"number": number, "example": first[0]}, line)
    return Decoded(text, read.encoding, (*read.remarks, remark))


def _again(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[char] for char in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
