"""Who must be told what, computed the slow way: with a calendar and daylight saving time of its own, look by look.

It shares nothing with the product but the ladders of the rule set, written down here once more.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

#: Working days before or after the last day, and who is told; as in the neutral rule set, with Hagen's offices.
_CLERKS, _LEAD, _HEAD = "gs-integrationsrat", "amt01", "verwaltungsleitung"
LADDERS = {
    "zulassung": ((-1, {_CLERKS}), (0, {_CLERKS}), (2, {_CLERKS, _HEAD})),
    "annahme": ((-1, {_LEAD}), (0, {_LEAD}), (2, {_LEAD, _CLERKS})),
    "antwort": ((-5, {_LEAD}), (0, {_LEAD}), (3, {_LEAD, _CLERKS, _HEAD}), (10, {_LEAD, _HEAD, "ob"})),
}
#: After so many working days the last of them is told again, and again.
EVERY = 5
#: From October 2026 to July 2027, North Rhine-Westphalia, with the two days on which the town hall is closed.
_FREE = {
    *("2026-10-03", "2026-11-01", "2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31", "2027-01-01", "2027-03-26"),
    *("2027-03-28", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-17", "2027-05-27"),
}
_SUMMER_ENDS, _SUMMER_BEGINS = date(2026, 10, 25), date(2027, 3, 28)


class Clock(NamedTuple):
    """A deadline of a case, as it was started."""

    case: str
    name: str
    due_on: date
    started_at: datetime
    #: How often somebody had looked before it was there.
    looks_before: int = 0


class Told(NamedTuple):
    """A message about a rung, to one recipient."""

    case: str
    deadline: str
    rung: int
    missed: tuple[int, ...]
    recipient: str


def expected(clocks: Iterable[Clock], looks: Sequence[datetime]) -> set[Told]:
    """What has been told when somebody looked at these instants, in this order."""
    return {told for clock in clocks for told in _told(clock, looks)}


def rung_instants(name: str, due_on: date) -> list[datetime]:
    """When each rung of a deadline is due."""
    return [_instant(_day(due_on, offset)) for offset, _ in LADDERS[name]]


def _told(clock: Clock, looks: Sequence[datetime]) -> Iterable[Told]:
    instants = rung_instants(clock.name, clock.due_on)
    overdue = clock.started_at >= _midnight_after(clock.due_on)
    known = {n for n, at in enumerate(instants, start=1) if at <= clock.started_at and not overdue}
    for now in looks[clock.looks_before :]:
        due = [n for n, at in enumerate(instants, start=1) if at <= now and n not in known]
        if due:
            for recipient in LADDERS[clock.name][min(due[-1], len(LADDERS[clock.name])) - 1][1]:
                yield Told(clock.case, clock.name, due[-1], tuple(due[:-1]), recipient)
            known |= set(due)
        if len(instants) in known:
            instants.append(_instant(_after(_local_day(now), EVERY)))


def _day(due_on: date, offset: int) -> date:
    day = due_on
    if offset <= 0:
        while not _works(day):
            day -= timedelta(days=1)
    return _after(day, offset)


def _after(day: date, offset: int) -> date:
    step = timedelta(days=1 if offset > 0 else -1)
    for _ in range(abs(offset)):
        day += step
        while not _works(day):
            day += step
    return day


def _works(day: date) -> bool:
    return day.weekday() < 5 and day.isoformat() not in _FREE


def _instant(day: date) -> datetime:
    """Eight o'clock there: two hours ahead of UTC in summer, one in winter."""
    return datetime.combine(day, time(8 - _ahead(day)), UTC)


def _local_day(now: datetime) -> date:
    day = now.date()
    return day + timedelta(days=1) if now >= _midnight_after(day) else day


def _midnight_after(day: date) -> datetime:
    # The clocks change at night: the day of the change begins as the day before it ended.
    changed = day + timedelta(days=1)
    ahead = _ahead(day if changed in {_SUMMER_ENDS, _SUMMER_BEGINS} else changed)
    return datetime.combine(changed, time(), UTC) - timedelta(hours=ahead)


def _ahead(day: date) -> int:
    return 1 if _SUMMER_ENDS <= day < _SUMMER_BEGINS else 2
