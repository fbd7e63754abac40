"""A period as it is asked for, and what counting it found. Records only; `counting` counts."""

from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..config.calendars import Calendar
from ..config.rules import Roll, Span
from .trace import TraceLine

BERLIN = ZoneInfo("Europe/Berlin")


class Interval(NamedTuple):
    """Days on which a period does not run, both included; `last` None: it stands still for the time being."""

    first: date
    last: date | None


class Extension(NamedTuple):
    """An extension, counted from the end of the former period. `granted`: when it was agreed to, if that is known."""

    span: Span
    granted: date | None = None
    #: Whether the former period was over by then; None: as the days say. (One that stands still is not, whatever day.)
    lapsed: bool | None = None
    #: Whether anybody has agreed; else it does not count.
    agreed: bool = True

    def is_late(self, former: date) -> bool:
        """Whether it was granted when the period that ended on `former` was over."""
        if self.lapsed is not None:
            return self.lapsed
        return self.granted is not None and self.granted > former


class Period(NamedTuple):
    """A period to be counted."""

    start: date
    span: Span
    calendar: Calendar
    #: Where an end moves that falls on no Werktag. None: to the next one; backward, and counted in hours, nowhere.
    roll: Roll | None = None
    #: The day of the event counts (§ 187 Abs. 2 BGB).
    inclusive: bool = False
    #: Counted from `start` back, as from a session.
    backward: bool = False
    #: Backward: so many full days must lie between the last day to act and the session.
    full_days: bool = False
    #: The local time of the last day until which to act.
    cutoff: time | None = None
    #: Closing days of the administration move the end as public holidays do.
    closing_roll: bool = False
    suspensions: tuple[Interval, ...] = ()
    pauses: tuple[Interval, ...] = ()
    extensions: tuple[Extension, ...] = ()
    #: The interim reply due inside the period.
    interim: Span | None = None
    zone: ZoneInfo = BERLIN
    #: The instant of the event, for hours.
    instant: datetime | None = None
    #: The local time that was given for it, where the clocks leave that out: the instant is an hour later.
    left_out: time | None = None

    @property
    def rolls(self) -> Roll:
        """Where an end moves that falls on no Werktag."""
        if self.roll is not None:
            return self.roll
        return "none" if self.backward or self.span.unit == "stunden" else "next"


class Counted(NamedTuple):
    """What came of it: the last day (None while it stands still), the instant of the cut-off, the interim reply."""

    due: date | None
    at: datetime | None
    interim: date | None
    trace: tuple[TraceLine, ...]


class End(NamedTuple):
    """An end of a period as counted so far: the last day, the instant (of hours), and the lines that explain it."""

    due: date
    at: datetime | None
    lines: tuple[TraceLine, ...]
