"""The labels of list items as a word processor counts them: ``1.``, ``2.1``, ``c)``, ``IV.``. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_PLACE = re.compile(r"%([1-9])")
BULLET = "-"
_ROMAN_END = 4000


class Level(NamedTuple):
    """How one level of a list is labelled."""

    #: ``decimal``, ``lowerLetter``, ``upperLetter``, ``lowerRoman``, ``upperRoman``; ``bullet``; ``none``.
    format: str = "bullet"
    #: The label, with ``%1`` for the number of the first level, and so on.
    text: str = ""
    start: int = 1


class Counters:
    """The numbers reached in each list of a document."""

    def __init__(self) -> None:
        self._reached: dict[str, dict[int, int]] = {}

    def label(self, list_: str, level: int, levels: Mapping[int, Level], start: int | None = None) -> str:
        """The label of the next item. `start`: where this list begins anew."""
        this = levels.get(level, Level())
        reached = self._reached.setdefault(list_, {})
        begin = this.start if start is None else start
        reached[level] = reached.get(level, begin - 1) + 1
        for deeper in [each for each in reached if each > level]:
            del reached[deeper]
        if this.format == "bullet":
            return BULLET
        if this.format == "none":
            return ""
        return _PLACE.sub(lambda found: self._number(list_, int(found[1]) - 1, levels), this.text).strip()

    def _number(self, list_: str, level: int, levels: Mapping[int, Level]) -> str:
        one = levels.get(level, Level("decimal"))
        return spelled(self._reached[list_].get(level, one.start), one.format)


def spelled(number: int, format_: str) -> str:
    """A number as the format writes it."""
    if format_ in {"lowerLetter", "upperLetter"} and 0 < number <= 26 * 26:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if format_ == "lowerLetter" else letter.upper()
    if format_ in {"lowerRoman", "upperRoman"} and 0 < number < _ROMAN_END:
        return _roman(number) if format_ == "lowerRoman" else _roman(number).upper()
    return f"{number:02d}" if format_ == "decimalZero" else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in (*_ROMAN, *_ROMAN_SMALL):
        count, number = divmod(number, value)
        written += letters * count
    return written
