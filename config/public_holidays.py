"""The public holidays of Germany, as the `holidays` library knows them.

Its language is fixed, since its default follows the machine's locale.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

from .errors import InvalidInputError
from .text import Text

#: The years that the library knows. It begins with German unity; outside, it would silently know no holiday at all.
_GERMANY = country_holidays("DE")
FIRST_YEAR, LAST_YEAR = _GERMANY.start_year, _GERMANY.end_year

_DAY = timedelta(days=1)


def public_holidays(subdivision: str | None, categories: tuple[str, ...], year: int) -> Mapping[date, Text]:
    """The public holidays of a year with their names, in order; Augsburg is a `subdivision` too.

    Raises:
        InvalidInputError: the year lies before or after those that are known.
    """
    require_year(year)
    return _decade(subdivision, categories, year // 10)[year]


def require_year(year: int) -> None:
    """Refuse a year whose holidays nobody can know."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInputError("calendar_year", year=year, first=FIRST_YEAR, last=LAST_YEAR)


@lru_cache(maxsize=512)
def _decade(subdivision: str | None, categories: tuple[str, ...], decade: int) -> Mapping[int, Mapping[date, Text]]:
    """The public holidays of ten years: the library takes longer to begin than to name those of a year."""
    years = range(max(10 * decade, FIRST_YEAR), min(10 * decade + 9, LAST_YEAR) + 1)
    german = _names(subdivision, categories, years, "de")
    if not _ENGLISH.keys() >= {*german.values()}:
        english = _names(subdivision, categories, years, "en_US")
        _ENGLISH.update({name: english[day].replace(*_BRITISH) for day, name in german.items()})
    found: dict[int, dict[date, Text]] = {year: {} for year in years}
    for day, name in sorted(german.items()):
        found[day.year][day] = Text(name.replace("; ", "/"), _ENGLISH[name].replace("; ", "/"))
    return found


#: The library's English is American; this is the one name that Britain spells otherwise.
_BRITISH = ("Labor", "Labour")
#: What the library calls in English what it calls so in German: asked for once.
_ENGLISH: dict[str, str] = {}


def _names(subdivision: str | None, categories: tuple[str, ...], years: range, language: str) -> Mapping[date, str]:
    return dict(
        country_holidays("DE", subdiv=subdivision, categories=categories, years=years, expand=False, language=language)
    )


@lru_cache(maxsize=512)
def easter(year: int) -> date:
    """Easter Sunday: two days after Good Friday, a public holiday everywhere in Germany."""
    everywhere = public_holidays(None, ("public",), year)
    return next(day for day, name in everywhere.items() if name.de == "Karfreitag") + 2 * _DAY
