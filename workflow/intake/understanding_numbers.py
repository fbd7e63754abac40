"""Numbers of papers and resolutions in a text. Pure.

In running text only shapes are taken that nothing else has; after a label (Drucksache, Vorlage-Nr.) and in a field for
numbers any shape is. A date, an amount, a telephone number, a season (2023/2024), a month (05/2016) and a paragraph of
a law are none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ...config.profiles import ANY_KIND, NumberPattern
from .understanding_dates import days_in
from .understanding_town import KnownTown
from .understanding_words import words

_YEAR, _TERM = r"(?:19|20)\d\d", r"[IVX]{1,6}"
_SHAPES = (
    rf"\d{{1,5}}-\d{{1,4}}\({_TERM}\)\d\d",  # 1562-53(VI)07
    r"\d\d-\d\d\s?/\s?[A-Z]{1,2}\s?\d{4,6}",  # 20-26 / A 1234
    rf"[a-z]?[A-ZÄÖÜ][A-Za-zÄÖÜ]{{0,3}}\d{{3,5}}/(?:{_YEAR}|\d\d)(?:[/-]\d{{1,2}})?",  # DS0322/16/1
    rf"[A-ZÄÖÜ]{{1,5}}/\d{{2,5}}/(?:{_YEAR}|\d\d|{_TERM})(?:[/-]\d{{1,2}})?",  # VO/4680/2016, DS/1246/V
    rf"[A-ZÄÖÜ]{{1,4}}/(?:{_YEAR}|\d\d)/\d{{3,5}}(?:-\d{{1,2}})?",  # VO/2023/12345
    rf"(?:{_YEAR}|\d\d)/[A-Z]{{2,4}}/\d{{3,5}}(?:-\d{{1,2}})?",  # 2023/AN/4567, 23/SVV/0123
    rf"{_TERM}/{_YEAR}/\d{{3,5}}",  # VII/2023/06123
    r"[A-ZÄÖÜ]{1,3}\s?\d{1,3}/\d{2,5}/WP\d{1,2}(?:-\d{1,2})?",  # FB 45/0312/WP18
    rf"{_TERM}-[A-Z][A-Za-z]{{0,3}}-\d{{4,6}}(?:-[A-ZÄÖÜ]{{1,3}}-\d\d){{0,3}}",  # VII-A-01234-ÄA-01
    rf"[A-Z]{{1,6}}-\d{{1,5}}/(?:{_YEAR}|\d\d|{_TERM})(?:-\d{{1,2}})?",  # RBIV-1121/08, B-123/2023
    rf"{_TERM}/\d{{1,5}}(?:/\d{{1,3}})?",  # IX/416/1
    rf"{_TERM}-\d{{3,5}}",  # IX-0006
    rf"(?:KA\s?:?\s)?\d{{1,5}}\s?/\s?{_TERM}(?:\.\s?L\.)?",  # 1818/IV, KA 359/XXI, 1061 /IX.L.
    rf"\d{{2}}/\d{{1,4}}/{_YEAR}",  # 01/70/2018
    r"\d{4}/\d",  # 0002/3
    rf"\d{{1,5}}/{_YEAR}-{_YEAR}",  # 0142/2023-2028: a number and a term
    rf"\d{{1,5}}(?:-\d{{1,4}})?\s?[/_]\s?{_YEAR}(?:-\d{{1,3}})?(?:/[A-Z]{{1,3}}\d?)?",  # 1062/2023-1, 0123/2023/BV
    rf"{_YEAR}/\d{{3,5}}(?:-\d{{1,2}})?",  # 2023/0123
)
#: Shapes that other things have as well.
_LABELLED = (
    r"\d{5}-\d\d(?:-?E\d?)?",  # 05157-03E
    r"\d\d-\d{4,5}(?:[-.]\d{1,2})?",  # 23-12345-01, 22-1234.1
    rf"{_YEAR}-\d{{3,5}}",  # 2015-0030
    r"\d\d-F-\d\d-\d{4}",  # 23-F-22-0012
    r"\d{1,5}/\d\d(?:-\d{1,2})?",  # 1234/23
    r"\d\d/\d{4,5}(?:-\d{1,2})?",  # 23/1187
    r"(?!DS|VO|KW|TOP|NR|BV|EU|A\s|B\s|L\s|K\s)[A-ZÄÖÜ]{1,3}\s\d{1,4}(?:/\d{2,4})?",  # M 138
    r"\d{3,6}(?:-\d{1,2})?",  # 231234-02
)
_BEFORE, _AFTER = r"(?<![\w/.,§-])", r"(?![\w/]|[.,]\d|-\w)"
_FREE = re.compile(f"{_BEFORE}(?:{'|'.join(_SHAPES)}){_AFTER}")
_ANY = re.compile(f"{_BEFORE}(?:{'|'.join((*_SHAPES, *_LABELLED))}){_AFTER}")
#: What stands before something that is no number of a paper.
_ALIEN = re.compile(
    r"(?:§{1,2}\s?\d*\w?|\bArt\.|\bArtikel|\bAbs\.|\bTel(?:efon|\.)?:?|\bFax:?|\bMobil:?|\bDurchwahl:?|\bFon:?|\bAz\.:?"
    r"|\bAktenzeichen:?|\bBGBl\.?|\bGVBl\.?|\bAmtsblatt|\bAmtsblatt Nr\.|\bAusgabe|\bHeft|\bStand:?|\bKGSt|[Pp]lan Nr\."
    r"|\bRichtlinie|\bVerordnung|\bEU\)?|\bEG\)?|\bKonto\w*|\bIBAN|\bLiegenschaft|\bFlst\.?|\bFlurstücke?(?: Nr\.)?"
    r"|\b\d+ [A-Z]{1,3}|\bSchuljahr\w*"
    r"|\bWinter|\bSaison|\bSpielzeit|\bHaushalt\w*|\bDoppelhaushalt\w*|\bKW|\bQuartal)\s*$"
)
_AMOUNT = re.compile(r"\s?(?:€|EUR\b|Euro\b|T€|Tsd|Mio|Mrd|%|Prozent|qm\b|m²|Uhr\b|km\b|EWG\b|EG\b|EU\b)")
_LABEL = re.compile(
    r"(?:\b(?:Drs|Drucks|DS|DrS|Vorl|GRDrs|VO)\.?(?:\s?-?\s?Nr)?\.?"
    r"|\b\w*(?:[Dd]rucksache|[Vv]orlage|[Aa]nfrage|[Aa]ntrag|[Aa]ntrags|[Mm]itteilung|[Ii]nformation|[Ss]tellungnahme"
    r"|[Bb]eschluss|[Bb]eschlüsse)n?(?:nummer|-Nr\.|\sNr\.|nr\.)?)[\s:.(]{0,3}$"
)
_SEASON = re.compile(r"(?:19|20)\d\d\s?/\s?(?:19|20)\d\d$|^(?:0?[1-9]|1[0-2])/(?:19|20)\d\d$")
_TERM_ONLY = re.compile(rf"^{_TERM}[/-]\d+$")
_SLASHED_DAY = re.compile(r"^(?:[0-2]\d|3[01])/(?:0?[1-9]|1[0-2])/(?:19|20)\d\d$")
_RESOLUTION = re.compile(r"\([IVX]+\)\d\d$")
_LABEL_REACH, _YEAR_LONG = 40, 4
_DIGIT = re.compile("[0-9]")
_DAY_MASK = "\x00"


class NumberRead(NamedTuple):
    """A number in a text, as written but for blanks."""

    number: str
    start: int
    end: int

    @property
    def kind(self) -> str:
        """``resolution``, if its shape is that of a resolution, else ``paper``."""
        return "resolution" if _RESOLUTION.search(self.number) else "paper"


def numbers_in(text: str, town: KnownTown) -> Iterator[NumberRead]:
    """The numbers in running text, in order."""
    if not _DIGIT.search(text):
        return
    for match in _own(town).finditer(_without_days(text)):
        before = text[max(match.start() - _LABEL_REACH, 0) : match.start()]
        own = _is_own(match[0], town)
        plain = own or _LABEL.search(before) is not None or _stands_alone(match[0])
        if plain and not _is_alien(match, before, text, own=own):
            yield NumberRead(tidy(match[0]), match.start(), match.end())


def field_number(text: str, town: KnownTown) -> NumberRead | None:
    """The number that a field for numbers holds, whatever its shape; the whole value if it is one word with digits."""
    masked = _without_days(text)
    for match in _own(town).finditer(masked):
        if not _AMOUNT.match(text, match.end()):
            return NumberRead(tidy(match[0]), match.start(), match.end())
    word = masked.strip().rstrip(".:,;")
    whole = 0 < len(word) <= _LABEL_REACH and " " not in word and _DIGIT.search(word) is not None
    return NumberRead(word, 0, len(text)) if whole and _DAY_MASK not in word else None


def labelled_number(text: str, town: KnownTown) -> NumberRead | None:
    """The number in a line that begins with a label for numbers: ``Drucksache Nr. 0123/2024``."""
    match = words().number_label.match(text)
    if not match:
        return None
    whole = field_number(text, town)
    if whole and whole.start == 0 and whole.end > match.end():  # DS0231/25: the label is a part of it
        return whole
    read = field_number(text[match.end() :], town)
    close = read is not None and read.start <= len("Nr.: (")
    return NumberRead(read.number, match.end() + read.start, match.end() + read.end) if read and close else None


def kind_of_number(number: str, town: KnownTown) -> str | None:
    """The kind of paper whose numbers, and no others of the town, look like this one."""
    kinds = [kind for kind, one in town.numbers.items() if _own_patterns((one,))[0].fullmatch(number)]
    return kinds[0] if len(kinds) == 1 and kinds[0] != ANY_KIND else None


def tidy(number: str) -> str:
    """A number without blanks around strokes and escapes: ``1061/IX.L.``, ``KA 359/XXI``."""
    text = re.sub(r"\s*([/_])\s*", r"\1", number).replace("KA:", "KA")
    text = re.sub(r"\s+", " ", re.sub(r"\.\s(?=L)", ".", text)).strip()
    return re.sub(r"(?<=\d)_(?=(?:19|20)\d\d)", "/", text)


def _without_days(text: str) -> str:
    """The text with its days masked, so that no part of one is taken for a number."""
    parts, end = list[str](), 0
    for day in days_in(text):
        parts += [text[end : day.start], _DAY_MASK * (day.end - day.start)]
        end = day.end
    return "".join([*parts, text[end:]])


def _is_alien(match: re.Match[str], before: str, text: str, *, own: bool) -> bool:
    if _AMOUNT.match(text, match.end()) or _ALIEN.search(before):
        return True
    return bool(_is_season(match[0], own=own) or _SLASHED_DAY.match(match[0])) and not _LABEL.search(before)


def _is_season(number: str, *, own: bool) -> bool:
    """2023/2024, 05/2016; where the town's own numbers look so too, only a year and the next one."""
    years = [int(part) for part in re.split(r"\s?/\s?", number) if len(part) == _YEAR_LONG and part.isdigit()]
    following = len(years) == 2 and years[1] == years[0] + 1  # noqa: PLR2004 - from, to
    return following if own else _SEASON.match(number) is not None


def _stands_alone(number: str) -> bool:
    """It has a shape of its own, so that it needs no label; the twelve months and small terms do."""
    if not _FREE.fullmatch(number) or _TERM_ONLY.match(number):
        return False
    head, *rest = re.split(r"[/_]", number)
    return not (rest and head.strip().isdigit() and len(head.strip()) < 3 and len(rest) == 1)  # noqa: PLR2004


def _is_own(number: str, town: KnownTown) -> bool:
    return any(pattern.fullmatch(number) for pattern in _own_patterns(tuple(town.numbers.values())))


def _own(town: KnownTown) -> re.Pattern[str]:
    own = tuple(town.numbers.values())
    return _with_own(own) if own else _ANY


@lru_cache(maxsize=32)
def _with_own(patterns: tuple[NumberPattern, ...]) -> re.Pattern[str]:
    own = "|".join(pattern.pattern for pattern in _own_patterns(patterns))
    return re.compile(f"{_BEFORE}(?:{own}|{'|'.join((*_SHAPES, *_LABELLED))}){_AFTER}")


@lru_cache(maxsize=32)
def _own_patterns(patterns: tuple[NumberPattern, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"{_as_shape(one.pattern)}(?:{_as_shape(one.followup)})?") for one in patterns)


def _as_shape(pattern: str) -> str:
    """A number pattern as a regular expression: ``{number:04}`` is any digits, typed with zeros or without."""
    parts = re.split(r"(\{\w+(?::\w+)?\})", pattern)
    return "".join(_group(part) if part.startswith("{") else re.escape(part) for part in parts)


def _group(part: str) -> str:
    names = {"{yy": r"\d\d", "{year": r"\d{4}"}
    return names.get(re.split(r"[:}]", part)[0], r"\d{1,6}")
