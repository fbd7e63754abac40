"""Text that can do no harm in a header, a terminal or a list: no line ends, no control characters."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from unicodedata import category

#: A subject longer than this is cut at a word.
LONGEST_SUBJECT = 200
#: RFC 3676: what follows this line in a mail is a signature.
SIGNATURE = "-- "
#: Not seen, but part of how some languages write names.
_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """`text` with control characters and line ends as blanks, and without what steers the direction of writing."""
    return text if text.isprintable() else "".join(map(_seen, text))


def _seen(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return "" if category(character) == "Cf" else " "


def one_line(subject: str, limit: int = LONGEST_SUBJECT) -> str:
    """A subject without line breaks, which could begin a header of their own; a long one is cut at a word."""
    text = " ".join(printable(subject).split())
    if len(text) <= limit:
        return text
    cut = text[: limit - len(" …")]
    whole = cut if text[len(cut)] == " " else cut.rpartition(" ")[0]
    return whole.rstrip() + " …" if len(whole) > limit // 2 else cut + "…"  # one endless word is cut within


def tidy(text: str) -> str:
    """Lines without trailing blanks, one empty line between paragraphs."""
    return _spaced(printable(line).rstrip() for line in text.strip().splitlines())


def tidy_letter(text: str) -> str:
    """The same for a whole letter, whose frame may hold the `SIGNATURE` line; `tidy` took it from its content."""
    return _spaced(line if line == SIGNATURE else printable(line).rstrip() for line in text.strip().splitlines())


def _spaced(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def known_number(known: Mapping[str, Any]) -> str | None:
    """By which number people know the case of a message: its own; as long as it has none, that of what it answers."""
    above = known["main"]["answers"] or {}
    number: str | None = known["case"]["number"] or above.get("number")
    return number


def file_name(name: str, number: str | None, suffix: str) -> str:
    """Stellungnahme_1062-2023.docx."""
    tail = re.sub(r"[^A-Za-z0-9]+", "-", number or "").strip("-")[:80]
    return f"{name[:1].upper()}{name[1:]}{'_' + tail if tail else ''}{suffix}"
