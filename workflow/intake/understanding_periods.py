"""The day until which something is promised: of a period its last day. Pure.

„Mitte Mai“ and „Ende Mai“ are § 192 BGB: the 15th, the last of the month („Anfang“: the 1st). Seasons are those of the
weather (spring ends on 31 May, summer on 31 August, autumn on 30 November, winter at the end of February). The
beginning of a year ends in March, its middle in June. A calendar week ends on its Sunday.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from .understanding_dates import MONTH, days_in, month_of

_ORDINALS = {"erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_NTH = r"(?:(?P<n>[1-4])\.?|(?P<word>erste|zweite|dritte|vierte)[nrsm]?|(?P<roman>I{1,3}|IV)\.?)"
_FOUR = r"(?P<year>(?:19|20)\d\d)"
_REL = (
    r"(?P<rel>dieses Jahres|diesen Jahres|des laufenden Jahres|d\.\s?J\."
    r"|(?:des |im )?(?:kommenden|nächsten|folgenden) Jahr(?:es)?|des Folgejahres)"
)
_YEAR = rf"(?:\s*(?:/|des Jahres|im Jahre?|in)?\s*{_FOUR}(?:/(?P<next>(?:20)?\d\d))?|\s*{_REL})?"
_SEASON = r"(?:Spät|Früh)?(?P<name>Frühjahrs?|Frühlings?|Sommers?|Herbst(?:es|s)?|Winters?)\b(?!-?\w)"
_PARTS, _PART_WORDS = r"(?P<part>Anfang|Mitte|Ende)", r"(?P<part>Jahresende|Jahresanfang|Jahresmitte|Jahreswechsel)"
_THIS = r"(?P<this>diesem Jahr|dieses Jahres|diesen Jahres|des laufenden Jahres|des Jahres)"
_AHEAD = r"(?P<rel>kommenden|nächsten|folgenden)"
_NUMBERS = r"(?P<count>\d{1,2}|einem|einer|eines|zwei|drei|vier|fünf|sechs|acht|zehn|zwölf)"
_UNIT = r"(?P<unit>Tag|Woche|Monat)"
#: What a period is, words of which one is in every such text, and how it is written.
_SHAPES = (
    ("quarter", "quartal", rf"\b{_NTH}\s?Quartale?s?\b{_YEAR}"),
    ("quarter", "vierteljahr", rf"\b{_NTH}\s?Vierteljahre?s?\b{_YEAR}"),
    ("quarter", "q1 q2 q3 q4", rf"\bQ(?P<q>[1-4]){_YEAR}"),
    ("half", "hälfte halbjahr", rf"\b{_NTH}\s?(?:Jahreshälfte|Halbjahre?s?|Hälfte des Jahres)\b{_YEAR}"),
    ("week", "kw kalenderwoche", rf"\b(?P<week>\d{{1,2}})\.\s?(?:KW|Kalenderwoche)\b{_YEAR}"),
    ("week", "kw kalenderwoche", rf"\b(?:KW|Kalenderwoche)\s?(?P<week>\d{{1,2}})\b{_YEAR}"),
    ("season", "früh sommer herbst winter", rf"\b{_SEASON}{_YEAR}"),
    (
        "month",
        "jan jän feb mär mrz mae apr mai jun jul aug sep okt nov dez",
        rf"\b(?:{_PARTS}\s(?:des Monats\s)?)?(?<!\d\.\s)(?<!\d\s)(?P<month>{MONTH}){_YEAR}",
    ),
    ("year", "anfang mitte ende", rf"\b{_PARTS}(?:\sdes)?\s(?:Jahres\s)?{_FOUR}\b"),
    ("year", "jahres", rf"\b{_PART_WORDS}\s{_FOUR}\b"),
    (
        "year",
        "jahres",
        rf"\b(?:nach\sAblauf\s)?{_PARTS}\s(?:des|dieses|diesen)\s(?:laufenden\s|aktuellen\s)?(?P<this>Jahres)\b",
    ),
    ("year", "jahres", rf"\b{_PARTS}\s(?:des\s)?{_AHEAD}\sJahres\b"),
    ("year", "jahres", rf"\b{_PART_WORDS}(?P<this>)\b"),
    ("year", "jahr", rf"\b(?:noch\s)?(?:in|im Laufe|während)\s?{_THIS}(?!\s(?:19|20)\d\d)"),
    ("year", "laufenden jahr", r"\bim (?P<this>laufenden Jahr)(?:es)?\b"),
    ("year", "jahres", r"\b(?<!Ende )(?<!Mitte )(?<!Anfang )(?P<this>dieses Jahres)\b"),
    ("year", "jahr", rf"\b(?:im|im Laufe des)\s{_AHEAD}\sJahre?s?\b"),
    ("year", "in bis jahr", rf"\b(?:im Jahre?|im Laufe des Jahres|des Jahres|in|bis|Jahr)\s{_FOUR}\b(?!\s?/)"),
    (
        "span",
        "tag woche monat",
        rf"\b(?:in|innerhalb|binnen)\s(?:von\s|der\s|den\s)?(?:nächsten\s|kommenden\s)?{_NUMBERS}\s{_UNIT}",
    ),
    ("this", "monat", rf"\b{_PARTS}\s(?:des|dieses|diesen)\s(?:laufenden\s|aktuellen\s)?(?P<month>Monats)\b"),
    ("this", "monats", r"\b(?P<part>Monatsende)\b"),
    ("coming", "monat", r"\b(?:im|des)\s(?P<next>kommenden|nächsten)\sMonats?\b"),
    ("coming", "woche", r"\b(?:in\s)?der\s(?P<nextweek>kommenden|nächsten)\sWoche\b"),
)
_PERIODS = tuple((name, tuple(needles.split()), re.compile(shape, re.IGNORECASE)) for name, needles, shape in _SHAPES)
_COUNTS = {
    "einem": 1,
    "einer": 1,
    "eines": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "sechs": 6,
    "acht": 8,
    "zehn": 10,
    "zwölf": 12,
}
_SEASON_ENDS = {"frü": 5, "som": 8, "her": 11, "win": 2}
_BARE_DAY = re.compile(
    r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?:(?P<month>\d{1,2})\.|(?P<name>" + MONTH + r"))(?!\s?\d)", re.IGNORECASE
)
_PAST = re.compile(r"(?:\bvom|\bseit(?: dem)?|\bSchreiben vom|\bStand|\bvon|\bdatiert)\s*$", re.IGNORECASE)
#: Not before such a day: none until which something is done.
_EARLIEST = re.compile(
    r"\b(?:frühestens|nicht vor|nach)(?:\s(?:nach|ab|im|in|am|zum|zu|mit|dem|den|der|Beginn|Ablauf|des)){0,4}\s*$",
    re.IGNORECASE,
)
_REACH = 60


class Due(NamedTuple):
    """The last day of a period, the words for it, and what had to be concluded."""

    day: date | None
    words: str
    #: A period was made a day.
    derived: bool = False
    #: The year was taken from the day of the document.
    assumed: bool = False
    #: It is relative, and the document has no day.
    lacking: bool = False


def dues_in(text: str, base: date | None) -> Iterator[Due]:
    """Every day or period that a sentence names; without those of the past (``vom 06.09.2007``) or before it is due."""
    taken = [(day.start, day.end) for day in days_in(text)]
    for written in days_in(text):
        if not _is_no_end(text, written.start):
            yield Due(written.day, text[written.start : written.end])
    for match in _BARE_DAY.finditer(text):
        if not _overlaps(match, taken) and not _is_no_end(text, match.start()):
            taken.append(match.span())
            yield _bare(match, base)
    key = text.lower()
    for name, needles, shape in _PERIODS:
        for match in shape.finditer(text) if any(needle in key for needle in needles) else ():
            if not _overlaps(match, taken):
                taken.append(match.span())
                yield from () if _is_earliest(text, match.start()) else _period(name, match, base)


def _is_no_end(text: str, start: int) -> bool:
    return _PAST.search(text[max(start - _REACH, 0) : start]) is not None or _is_earliest(text, start)


def _is_earliest(text: str, start: int) -> bool:
    return _EARLIEST.search(text[max(start - _REACH, 0) : start]) is not None


def _overlaps(match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return any(start < match.end() and match.start() < end for start, end in taken)


def _bare(match: re.Match[str], base: date | None) -> Due:
    month = month_of(match["name"]) if match["name"] else int(match["month"])
    return _assumed(match[0], base, lambda year: date(year, month, int(match["day"])), derived=False)


def _period(name: str, match: re.Match[str], base: date | None) -> Iterator[Due]:
    said = {key: value for key, value in match.groupdict().items() if value is not None}
    if name in {"span", "coming"}:
        yield _relative(said, match[0], base)
        return
    if name == "this":
        yield _in_this_month(said["part"].lower(), match[0], base)
        return
    ending = _ENDINGS[name](said)
    year = said.get("year")
    if year:
        yield Due(_safe(ending, int(year)), match[0], derived=True)
    elif "rel" in said or "this" in said:
        if name == "year" or "rel" in said:
            ahead = re.match(r"(?:des |im )?(?:kommend|nächst|folgend|des Folge|Folge)", said.get("rel") or "")
            day = _safe(ending, base.year + bool(ahead)) if base else None
            yield Due(day, match[0], derived=True, lacking=base is None)
    else:
        yield _assumed(match[0], base, ending, derived=True)


def _assumed(said: str, base: date | None, ending: Callable[[int], date], *, derived: bool) -> Due:
    """Without a year: the first such day from that of the document on."""
    if base is None:
        return Due(None, said, derived=derived, lacking=True)
    day = _safe(ending, base.year)
    if day is not None and day < base:
        day = _safe(ending, base.year + 1)
    return Due(day, said, derived=derived, assumed=True)


def _in_this_month(part: str, text: str, base: date | None) -> Due:
    """„Mitte des Monats“, written on the 20th, may be that of the next one: no day."""
    if base is None:
        return Due(None, text, derived=True, lacking=True)
    end = _month_end(base.year, base.month)
    day = base.replace(day=1) if part == "anfang" else base.replace(day=15) if part == "mitte" else end
    return Due(day if day >= base else None, text, derived=True)


def _relative(said: dict[str, str], text: str, base: date | None) -> Due:
    if base is None:
        return Due(None, text, derived=True, lacking=True)
    if "nextweek" in said:
        return Due(base + timedelta(days=13 - base.weekday()), text, derived=True)
    if "next" in said:
        return Due(_month_end(base.year + base.month // 12, base.month % 12 + 1), text, derived=True)
    count = _COUNTS.get(said["count"].lower()) or int(said["count"])
    if said["unit"].lower() == "monat":
        months = base.month - 1 + count
        last = _month_end(base.year + months // 12, months % 12 + 1)
        return Due(last.replace(day=min(base.day, last.day)), text, derived=True)
    return Due(base + timedelta(days=count * (7 if said["unit"].lower() == "woche" else 1)), text, derived=True)


def _nth(said: dict[str, str]) -> int:
    word = said.get("n") or said.get("q") or said.get("roman") or said["word"][:-1]
    return int(word) if word.isdigit() else _ORDINALS[word.lower()]


def _quarter(said: dict[str, str]) -> Callable[[int], date]:
    return lambda year: _month_end(year, 3 * _nth(said))


def _half(said: dict[str, str]) -> Callable[[int], date]:
    return lambda year: _month_end(year, 6 * min(_nth(said), 2))


def _week(said: dict[str, str]) -> Callable[[int], date]:
    return lambda year: date.fromisocalendar(year, int(said["week"]), 7)


def _season(said: dict[str, str]) -> Callable[[int], date]:
    month = _SEASON_ENDS[said["name"][:3].lower()]
    winter = month == _SEASON_ENDS["win"]
    return lambda year: _month_end(year + winter, month)


def _month(said: dict[str, str]) -> Callable[[int], date]:
    month, part = month_of(said["month"]), (said.get("part") or "Ende").lower()
    if part == "ende":
        return lambda year: _month_end(year, month)
    return lambda year: date(year, month, 1 if part == "anfang" else 15)


def _year(said: dict[str, str]) -> Callable[[int], date]:
    part = (said.get("part") or "Ende").lower()
    month = 3 if "anfang" in part else 6 if "mitte" in part else 12
    return lambda year: _month_end(year, month)


_ENDINGS: dict[str, Callable[[dict[str, str]], Callable[[int], date]]] = {
    "quarter": _quarter,
    "half": _half,
    "week": _week,
    "season": _season,
    "month": _month,
    "year": _year,
}


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _safe(ending: Callable[[int], date], year: int) -> date | None:
    try:
        return ending(year)
    except ValueError:
        return None
