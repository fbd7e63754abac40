"""Papers as PDF/UA-1: the only module that knows Typst.

What is compiled is `paper.typ`, which is part of the product; the paper comes as JSON. No package, no network, no font
of the system takes part, and the instant of making is the paper's own: the same paper gives the same bytes.
"""

import json
import re
import tomllib
from collections.abc import Set
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal
from unicodedata import name as name_of

import typst

from .model import Paper, block_data, mapped

_FOLDER = Path(__file__).parent
#: How Typst says that it cannot show something.
_CANNOT = re.compile(r'the text `("(?:[^"\\]|\\.)+")` could not be displayed')
#: Longest word that is set without places where it may break.
_LONGEST = 40
_BREAK = "\u200b"
_PPI = 110.0


class _Press:
    """One compiler for all papers: what is shipped is parsed once, and the fonts are read once."""

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=False)
        self._compiler = typst.Compiler(_FOLDER / "paper.typ", root=_FOLDER, font_paths=fonts, ignore_system_fonts=True)
        self._lock = Lock()

    def set(self, paper: Paper, form: Literal["pdf", "png"], ppi: float = _PPI) -> Any:
        inputs = {"paper": json.dumps(_data(paper), ensure_ascii=False)}
        more: dict[str, Any] = {"pdf_standards": "ua-1"} if form == "pdf" else {"ppi": ppi}
        with self._lock:
            return self._compiler.compile(format=form, sys_inputs=inputs, timestamp=_fixed(paper.created), **more)


def _fixed(instant: datetime) -> datetime:
    """The instant with an offset instead of a zone, as Typst wants it."""
    return instant.astimezone(timezone(instant.utcoffset() or timedelta()))


@cache
def _press() -> _Press:
    return _Press()


def pdf(paper: Paper) -> bytes:
    """The paper as PDF/UA-1. Letters that no font has are told by their names (see `unshown`)."""
    told: set[str] = set()
    while True:
        try:
            made: bytes = _press().set(shown(paper, told), "pdf")
            return made
        except typst.TypstError as error:  # a letter that the table says is shown is not, in these surroundings
            refused = set(_refused(str(error))) - told
            if not refused:
                raise
            told |= refused


def _refused(error: str) -> str:
    """The letters that Typst could not show."""
    found = _CANNOT.search(error)
    return str(json.loads(found[1])) if found else ""


def pages(paper: Paper, ppi: float = _PPI) -> list[bytes]:
    """The pages of the paper as PNG of `ppi` dots an inch, for documentation and for the eye."""
    made = _press().set(shown(paper), "png", ppi)
    return list(made) if isinstance(made, list) else [made]


def shown(paper: Paper, told: Set[str] = frozenset()) -> Paper:
    """The paper with what no font can show, and `told`, in words; and with places where endless words may break."""
    return mapped(paper, lambda text: _shown(text, told))


def unshown(paper: Paper) -> tuple[str, ...]:
    """The letters of a paper that the PDF tells by their names: emoji, scripts for which no font is at hand."""
    found: set[str] = set()

    def look(text: str) -> str:
        found.update(character for character in text if not _is_known(character))
        return text

    mapped(paper, look)
    return tuple(sorted(found))


def _shown(text: str, told: Set[str]) -> str:
    known = text
    if not (told.isdisjoint(text) and all(map(_is_known, text))):
        known = "".join(letter if _is_known(letter) and letter not in told else _in_words(letter) for letter in text)
    if len(known) <= _LONGEST:
        return known
    return " ".join(_breakable(word) for word in known.split(" "))


def _breakable(word: str) -> str:
    if len(word) <= _LONGEST:
        return word
    return _BREAK.join(word[start : start + _LONGEST // 2] for start in range(0, len(word), _LONGEST // 2))


def _in_words(character: str) -> str:
    if character in "\u200c\u200d\ufe0e\ufe0f":  # they say how their neighbours look
        return ""
    return f"[{name_of(character, f'U+{ord(character):04X}').title()}]"


def _is_known(character: str) -> bool:
    return character == "\n" or ord(character) in _letters()


@cache
def _letters() -> frozenset[int]:
    ranges = tomllib.loads((_FOLDER / "letters.toml").read_text("utf-8"))["ranges"]
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


def _data(paper: Paper) -> dict[str, Any]:
    values = {name: getattr(paper, name) for name in ("title", "author", "footer", "watermark", "landscape")}
    blocks = [block_data(block) for block in paper.blocks]
    for block in blocks:
        if block["kind"] == "picture":
            block["content"] = list(bytes.fromhex(block["content"].removeprefix("hex:")))
    return {**values, "blocks": blocks}
