"""Which days count: the public holidays of a Land and the days on which an administration is closed.

The two are not the same. A public holiday at the place moves the end of a period (§ 193 BGB); a day on which the town
hall is merely closed (24 December, Carnival Monday, a bridge day) does not, but is no working day of the office.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from string import digits
from typing import NamedTuple, TypedDict, cast

from .errors import InvalidInputError
from .public_holidays import easter, public_holidays
from .text import Text

LANDS = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")

#: Holidays that hold in some municipalities of a Land only, and the Länder where that is so.
LOCAL_HOLIDAYS: Mapping[str, tuple[str, ...]] = {
    "mariae_himmelfahrt": ("BY",),  # Art. 1 Abs. 1 Nr. 2 BayFTG: where Catholics are the majority
    "fronleichnam": ("SN", "TH"),  # § 1 Abs. 1 SächsSFG, § 2 Abs. 2 ThürFGtG: by ordinance
    "friedensfest": ("BY",),  # Art. 1 Abs. 2 BayFTG: the city of Augsburg
}

#: The one of them of which each municipality concerned must say if it has it.
MUST_SAY = "mariae_himmelfahrt"

#: Where such a day is a holiday in the whole Land, so that naming it changes nothing.
STATEWIDE: Mapping[str, tuple[str, ...]] = {
    "mariae_himmelfahrt": ("SL",),
    "fronleichnam": ("BW", "BY", "HE", "NW", "RP", "SL"),
}

#: Movable days by name, as days from Easter Sunday.
MOVABLE: Mapping[str, int] = {
    "weiberfastnacht": -52,
    "rosenmontag": -48,
    "faschingsdienstag": -47,
    "aschermittwoch": -46,
    "gruendonnerstag": -3,
    "ostersamstag": -1,
    "freitag_nach_himmelfahrt": 40,
    "freitag_nach_fronleichnam": 61,
}

#: All bridge days of a year: working days between a day off (a weekend, a public holiday) and another.
BRIDGE_DAYS = "brueckentage"

_SATURDAY, _SUNDAY = 5, 6
_DAY = timedelta(days=1)
_YEARLY = re.compile(r"(\d\d)-(\d\d)")
_YEARLY_LENGTH = len("MM-DD")


class ClosingDay(NamedTuple):
    """A day on which the administration is closed.

    ``12-24`` (each year), ``2024-05-10`` (once), one of `MOVABLE`, or `BRIDGE_DAYS` for all of them.
    """

    on: str
    label: Text

    def in_year(self, year: int) -> date | None:
        """The day in `year`, if there is one (and it is one alone)."""
        return _closing_day(self.on, year)

    @property
    def once(self) -> date | None:
        """The day, if it is one of one year alone."""
        return date.fromisoformat(self.on) if len(self.on) > _YEARLY_LENGTH and self.on[0] in digits else None

    def is_wellformed(self) -> bool:
        """Whether `on` names a day at all."""
        try:
            self.in_year(2000)  # a leap year, so that 02-29 passes
        except ValueError:
            return False
        return True


@lru_cache(maxsize=4096)
def _closing_day(on: str, year: int) -> date | None:
    if on == BRIDGE_DAYS:
        return None
    if on in MOVABLE:
        return easter(year) + timedelta(days=MOVABLE[on])
    if yearly := _YEARLY.fullmatch(on):
        month, day = map(int, yearly.groups())
        return date(year, month, day) if (month, day) != (2, 29) or _leap(year) else None
    once = date.fromisoformat(on)
    return once if once.year == year else None


class LocalOptions(TypedDict, total=False):
    """Which of `LOCAL_HOLIDAYS` hold in a municipality."""

    mariae_himmelfahrt: bool
    fronleichnam: bool
    friedensfest: bool


def local_options(names: Iterable[str], land: str | None) -> LocalOptions:
    """The options of a `Calendar` in `land` for holidays that depend on the place, by the names of those that hold.

    Raises:
        InvalidInputError: there is none of that name.
    """
    asked = tuple(names)
    for name in asked:
        if name not in LOCAL_HOLIDAYS:
            raise InvalidInputError("calendar_option_unknown", option=name, known=", ".join(LOCAL_HOLIDAYS))
    return cast("LocalOptions", {name: True for name in asked if land not in STATEWIDE.get(name, ())})


class Recess(NamedTuple):
    """A time without sessions (Ratsferien), both days included."""

    first: date
    last: date
    label: Text
    #: Nobody is reminded meanwhile: what would be told is told on the first working day after it.
    quiet: bool = True


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The days of a municipality. `land` None: only the holidays of all Länder. Immutable and usable as a cache key."""

    land: str | None = None
    #: None: the municipality has not said; where it matters (`LOCAL_HOLIDAYS`) that counts as no.
    mariae_himmelfahrt: bool | None = None
    fronleichnam: bool | None = None
    friedensfest: bool | None = None
    closing: tuple[ClosingDay, ...] = ()
    recesses: tuple[Recess, ...] = ()
    #: The day until which closing days and recesses have been entered; None: nobody has said.
    kept_until: date | None = None

    def __post_init__(self) -> None:
        if self.land is not None and self.land not in LANDS:
            raise InvalidInputError("calendar_land", value=self.land, known=", ".join(LANDS))
        for option, lands in LOCAL_HOLIDAYS.items():
            if getattr(self, option) and self.land not in lands:
                land = self.land or "–"
                raise InvalidInputError("calendar_option", option=option, land=land, known=", ".join(lands))
        for closed in self.closing:
            if not closed.is_wellformed():
                raise InvalidInputError(
                    "calendar_closing_day", value=closed.on, known=", ".join((*MOVABLE, BRIDGE_DAYS))
                )

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        options = (self.mariae_himmelfahrt, self.fronleichnam, self.friedensfest)
        return hash((self.land, options, self.closing, self.recesses, self.kept_until))

    @cached_property
    def _years(self) -> "_Years":
        subdivision, categories = self.land, ("public",)
        if self.friedensfest:
            subdivision = "Augsburg"
        elif self.mariae_himmelfahrt or self.fronleichnam:
            categories = ("public", "catholic")  # type: ignore[assignment]  # a tuple of either length
        return _Years(subdivision, categories, self.closing)

    @property
    def unsaid(self) -> str | None:
        """The holiday of which a municipality of this Land must say whether it holds there, and has not.

        Of the local holidays it is the one that most municipalities of its Land have: silence would be a guess.
        """
        by_place = self.land in LOCAL_HOLIDAYS[MUST_SAY] and not self.friedensfest
        return MUST_SAY if by_place and getattr(self, MUST_SAY) is None else None

    @property
    def open_options(self) -> tuple[str, ...]:
        """The holidays that depend on the place in this Land, and of which the municipality has not spoken."""
        return tuple(
            name for name, lands in LOCAL_HOLIDAYS.items() if self.land in lands and getattr(self, name) is None
        )

    def holiday(self, day: date) -> str | None:
        """The German name of the public holiday, or None."""
        name = self.holiday_text(day)
        return name.de if name else None

    def holiday_text(self, day: date) -> Text | None:
        """The name of the public holiday in both languages, or None."""
        return self._years[day.year].holidays.get(day)

    def holidays_between(self, first: date, last: date) -> list[tuple[date, Text]]:
        """The public holidays from `first` to `last`, both included, in order, with their names."""
        found: list[tuple[date, Text]] = []
        for year in range(first.year, last.year + 1):
            holidays = self._years.plain(year).holidays.items()
            if first.year < year < last.year:
                found += holidays
            else:
                found += [one for one in holidays if first <= one[0] <= last]
        return found

    def closed(self, day: date) -> str | None:
        """The German name of the closing day, or None. A public holiday is not a closing day."""
        name = self.closed_text(day)
        return name.de if name else None

    def closed_text(self, day: date) -> Text | None:
        """The name of the closing day in both languages, or None."""
        return self._years[day.year].closed.get(day)

    def recess(self, day: date) -> Recess | None:
        """The recess into which `day` falls, or None."""
        return next((one for one in self.recesses if one.first <= day <= one.last), None)

    def is_werktag(self, day: date) -> bool:
        """Monday to Saturday and no public holiday (the Werktag of statutes such as § 3 Abs. 2 BUrlG)."""
        return day.weekday() != _SUNDAY and day not in self._years[day.year].holidays

    def may_end(self, day: date) -> bool:
        """Whether a period may end on `day` under § 193 BGB: no Saturday, no Sunday, no public holiday."""
        return day.weekday() < _SATURDAY and day not in self._years[day.year].holidays

    def is_working_day(self, day: date) -> bool:
        """Arbeitstag of the administration: Monday to Friday, no public holiday, no closing day."""
        return day.weekday() < _SATURDAY and day not in self._years[day.year].off

    def next_werktag(self, day: date) -> date:
        """`day` itself if a period may end on it, else the next day on which it may (§ 193 BGB)."""
        while not self.may_end(day):
            day += _DAY
        return day

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is a working day, else the next one."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def last_working_day(self, day: date) -> date:
        """`day` itself if it is a working day, else the last one before it."""
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def next_loud_day(self, day: date) -> date:
        """`day` itself if people may be reminded on it (a working day, in no quiet recess), else the next such day."""
        while True:
            day = self.next_working_day(day)
            recess = self.recess(day)
            if recess is None or not recess.quiet:
                return day
            day = recess.last + _DAY

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it, for negative n); `day` itself does not count. n = 0: `day`."""
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day


class _Year(NamedTuple):
    """The special days of one calendar in one year, in order."""

    holidays: Mapping[date, Text]
    closed: Mapping[date, Text]
    off: frozenset[date]


class _Years(dict[int, _Year]):
    """The years of one calendar, each looked up once."""

    def __init__(self, subdivision: str | None, categories: tuple[str, ...], closing: tuple[ClosingDay, ...]) -> None:
        super().__init__()
        self._place = (subdivision, categories)
        self._closing = tuple((one, one.once) for one in closing)

    def plain(self, year: int) -> _Year:
        """A year without its closing days."""
        return _plain_year(*self._place, year)

    def __missing__(self, year: int) -> _Year:
        found = self[year] = self._with_closing_days(year) if self._closing else self.plain(year)
        return found

    def _with_closing_days(self, year: int) -> _Year:
        holidays = self.plain(year).holidays
        bridges = next((one.label for one, _ in self._closing if one.on == BRIDGE_DAYS), None)
        days = [
            (once or one.in_year(year), one.label) for one, once in self._closing if once is None or once.year == year
        ]
        if bridges:
            days += [(day, bridges) for day in _bridge_days(year, holidays)]
        closed = {day: label for day, label in days if day and day not in holidays}
        return _Year(holidays, closed, self.plain(year).off.union(closed))


@lru_cache(maxsize=8192)
def _plain_year(subdivision: str | None, categories: tuple[str, ...], year: int) -> _Year:
    holidays = public_holidays(subdivision, categories, year)
    return _Year(holidays, {}, frozenset(holidays))


def _bridge_days(year: int, holidays: Mapping[date, Text]) -> list[date]:
    """Working days alone between a weekend and a public holiday, or between two public holidays."""
    every = {*holidays, *([date(year + 1, 1, 1)] if year < date.max.year else [])}

    def off(day: date) -> bool:
        return day.weekday() >= _SATURDAY or day in every

    beside = {holiday + step for holiday in every for step in (-_DAY, _DAY)}  # no holiday is the last day there is
    return [day for day in sorted(beside) if day.year == year and not off(day) and off(day - _DAY) and off(day + _DAY)]


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
