"""Time comes from here and nowhere else: the process clock, or a virtual one that a scenario moves."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware instant in UTC."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant to which the clock was moved last, UTC."""
        return self._now

    def advance_to(self, instant: datetime) -> None:
        """Move forward to `instant`; an earlier instant leaves the clock where it is."""
        self._now = max(self._now, instant.astimezone(UTC))
