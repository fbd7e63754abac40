"""What the front hands out: cases with their labels, deadlines and children; offers of events; work lists."""

from typing import NamedTuple

from ..config.errors import Refusal
from ..config.text import Text
from ..states.lifecycle import Field
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


class Overdue(NamedTuple):
    """How a due day stands to today."""

    days: int

    @property
    def text(self) -> Text:
        """In words."""
        if self.days > 0:
            return Text(f"{self.days} Tage überfällig", f"{self.days} days overdue")
        if self.days == 0:
            return Text("heute fällig", "due today")
        return Text(f"in {-self.days} Tagen", f"in {-self.days} days")
