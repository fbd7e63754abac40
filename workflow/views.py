"""What the front hands out: cases with their labels, deadlines and children; offers of events; work lists."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from ..config.errors import Refusal
from ..config.text import Text
from ..states.lifecycle import Field, Lifecycle
from ..states.queries import CaseSummary, DeadlineView


class Offer(NamedTuple):
    """An event that leads on from the present state, and whether this actor may fire it now."""

    event: str
    label: Text
    allowed: bool
    #: Why not; None if allowed.
    refusal: Refusal | None
    #: What the event asks for.
    fields: tuple[Field, ...]


class CaseView(NamedTuple):
    """A case with everything that explains where it stands."""

    case: CaseSummary
    state_label: Text
    owner_name: str | None
    deadlines: tuple[DeadlineView, ...]
    children: tuple[CaseSummary, ...]

    @property
    def deadlines_by_day(self) -> list[DeadlineView]:
        """What still runs, the next due day first; then what has ended, by its day as well."""
        return sorted(self.deadlines, key=lambda clock: (clock.settled_at is not None, clock.due_on))

    def beyond(self, child: str, events: Collection[str], lifecycle: Lifecycle) -> tuple[DeadlineView, date] | None:
        """A deadline that ends with one of `events`, before the last day of the open children `child`; and that day."""
        last = max((one.due_on for one in self.children if one.child == child and one.due_on), default=None)
        for clock in self.deadlines:
            stops = lifecycle.deadlines[clock.name].stops if clock.name in lifecycle.deadlines else ()
            if (
                last is not None
                and not set(events).isdisjoint(stops)
                and clock.status == "running"
                and clock.due_on < last
            ):
                return clock, last
        return None


class Overdue(NamedTuple):
    """How a due day stands to today."""

    days: int

    @property
    def text(self) -> Text:
        """In words."""
        if self.days == 0:
            return Text("heute fällig", "due today")
        number = abs(self.days)
        if self.days > 0:
            return Text(f"{number} {'Tag' if number == 1 else 'Tage'} überfällig", f"{_english(number)} overdue")
        return Text(f"in {number} {'Tag' if number == 1 else 'Tagen'}", f"in {_english(number)}")


def _english(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
