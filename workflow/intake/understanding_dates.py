"""Days as German documents write them: 05.12.2023, 5.12.23, 5. Dezember 2023, 5. Dez. 2023, 2023-12-05. Pure.

A day that does not exist (31.02.) is no day. A year of two digits is of this century up to 69.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

#: The first three letters tell them apart.
MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
MONTH = (
    r"(?:Januar|Jänner|Februar|März|Maerz|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|Jan|Feb|Mär|Mrz|Apr|Jun|Jul|Aug|Sept|Sep|Okt|Nov|Dez)\b\.?"
)
_DAY = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)(?![\w-])"
    r"|(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d|\d\d)(?!\d|\.\d|/\d)"
    rf"|(?P<day2>\d{{1,2}})\.?\s{{0,3}}(?P<name>{MONTH})\s{{0,3}}(?P<year2>(?:19|20)\d\d|\d\d(?![\d.:]))"
    r")",
    re.IGNORECASE,
)
#: In file names: 20231205.
_PACKED = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")


class Written(NamedTuple):
    """A day and the words for it in a text."""

    day: date
    start: int
    end: int


def days_in(text: str) -> Iterator[Written]:
    """Every day that `text` names, in order."""
    for match in _DAY.finditer(text):
        if day := _day_of(match):
            yield Written(day, match.start(), match.end())


def impossible_days(text: str) -> list[str]:
    """What looks like a day and is none: 31.02.2023."""
    return [match[0] for match in _DAY.finditer(text) if _day_of(match) is None and _may_be_meant(match)]


def _may_be_meant(match: re.Match[str]) -> bool:
    """31.02. was meant for a day; 40.12.03 is the number of a file."""
    day, month = int(match["day"] or match["day2"] or 0), int(match["month"] or 1)
    return 0 < day <= 31 and 0 < month <= 12  # noqa: PLR2004 - days, months


def day_of(text: str) -> date | None:
    """The first day that `text` names."""
    return next((written.day for written in days_in(text)), None)


def packed_day(text: str) -> date | None:
    """The day in a file name, as 20231205."""
    match = _PACKED.search(text)
    return _real(int(match[1]), int(match[2]), int(match[3])) if match else None


def month_of(name: str) -> int:
    """The number of a month by its name or abbreviation."""
    short = name.lower().replace("maerz", "mär").replace("mrz", "mär").replace("jänner", "jan")[:3]
    return MONTHS.index(short) + 1


def is_only_a_day(text: str) -> bool:
    """There is a day in `text` and hardly anything beside it: ``Fr, 16.09.2016``, ``den 5. Mai 2023``."""
    written = next(days_in(text), None)
    return written is not None and len(text) - (written.end - written.start) <= len("Donnerstag, den  ")


def _day_of(match: re.Match[str]) -> date | None:
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return _real(year, month, day)
    if match["name"]:
        return _real(_year(match["year2"]), month_of(match["name"]), int(match["day2"]))
    return _real(_year(match["year"]), int(match["month"]), int(match["day"]))


def _year(text: str) -> int:
    year = int(text)
    return year if year > 99 else year + (2000 if year < 70 else 1900)  # noqa: PLR2004 - see the module


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
