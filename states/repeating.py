"""The last step of a ladder, told again and again as long as the deadline runs: nothing overdue falls silent. Pure.

The next time is added to the ladder when the last one is told, so that a machine that was off tells it once.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from .columns import instant_text
from .deadlines import instant_of
from .ledger import canonical
from .mornings import time_of
from .plans import EVERY, Plan

if TYPE_CHECKING:
    from .decide import Stage

Ladder: TypeAlias = tuple[Mapping[str, Any], ...]


def going_on(stage: "Stage", plan: Plan, told: int) -> Plan:
    """The plan of which so many steps have been told, with the next time of its last one."""
    ladder = with_next(stage, plan.ladder, told)
    return plan if ladder is plan.ladder else plan._replace(ladder=ladder, ladder_json=canonical(ladder))


def with_next(stage: "Stage", ladder: Ladder, told: int) -> Ladder:
    """The ladder with the next time of its last step, where that has been told and is to be told again."""
    place, last = max(
        ((n, step) for n, step in enumerate(ladder) if "rung" in step), default=(told, {}), key=itemgetter(0)
    )
    if place >= told or EVERY not in last:
        return ladder
    calendar = stage.town.rules_on(stage.today).calendar
    day = calendar.next_loud_day(calendar.add_working_days(stage.today, last[EVERY]))
    at = instant_of(day, time_of(stage, last["at"]), stage.town.zone)
    again = {**last, "at": instant_text(at), "rung": last["rung"] + 1}
    return tuple(sorted((*ladder, again), key=lambda step: str(step["at"])))
