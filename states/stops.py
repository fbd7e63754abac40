"""The days on which a period does not run: recess and pauses. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from .period import Interval, Period

_DAY = timedelta(days=1)


class Standing(Exception):
    """The period stands still: a pause without an end began before it was over."""

    def __init__(self, since: date) -> None:
        super().__init__(since)
        self.since = since


class Stops:
    """The days on which a period does not run: disjoint closed intervals in order, and since when it stands still."""

    __slots__ = ("closed", "open_since")

    def __init__(self, intervals: Iterable[Interval]) -> None:
        self.closed: list[tuple[date, date]] = []
        self.open_since: date | None = None
        for first, last in sorted(intervals, key=lambda one: one.first):
            if last is None:
                self.open_since = first
                break  # whatever begins later begins while it stands still
            if self.closed and first <= self.closed[-1][1] + _DAY:
                self.closed[-1] = (self.closed[-1][0], max(last, self.closed[-1][1]))
            else:
                self.closed.append((first, last))

    def __contains__(self, day: date) -> bool:
        for first, last in self.closed:  # noqa: SIM110  # asked for each day: a generator takes three times as long
            if first <= day <= last:
                return True
        return False

    def days(self, first: date, last: date) -> int:
        """How many days from `first` to `last`, both included, are stopped."""
        overlaps = ((min(last, end) - max(first, begin)).days + 1 for begin, end in self.closed)
        return sum(days for days in overlaps if days > 0)

    def passed(self, first: date, last: date) -> tuple[Interval, ...]:
        """The intervals that lie, at least partly, between two days (both included)."""
        low, high = min(first, last), max(first, last)
        return tuple(Interval(begin, end) for begin, end in self.closed if begin <= high and end >= low)

    def stretched(self, first: date, end: date, *, backward: bool) -> date:
        """Where a period from `first` to `end` ends when stopped days are not counted."""
        step = -1 if backward else 1
        missing = self.days(min(first, end), max(first, end))
        while missing:
            further = end + step * missing * _DAY
            missing = self.days(*sorted((end + step * _DAY, further)))
            end = further
        return end

    def require_running(self, day: date) -> None:
        """Raise `Standing` if the period stood still before it ended on `day`."""
        if self.open_since is not None and self.open_since <= day:
            raise Standing(self.open_since)


def stops_of(period: Period) -> Stops:
    """The days on which `period` does not run."""
    return Stops((*period.suspensions, *period.pauses)) if period.suspensions or period.pauses else _NONE


_NONE = Stops(())
