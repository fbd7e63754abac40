"""Why an event that nobody can fire now is refused. Pure."""

import difflib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..config.errors import Reason, Refusal
from .lifecycle import Call, Way
from .program import Program
from .step import Case

#: Guards on what was said or is known, and on the day it is; of two ways such a guard and its contrary only tell which
#: one is meant.
_SAID = frozenset({"fact", "given", "day_passed"})


class Hindrance(NamedTuple):
    """What stood against a way: the first of its guards that did not hold, and why."""

    guard: Call
    reason: Reason


def reasons_of(ways: Iterable[Way], against: Sequence[Hindrance]) -> tuple[Reason, ...]:
    """Why none of the ways from a state is open: of the way that is meant, where others only need the contrary."""
    wanted = {(guard.name, guard.args, guard.negated) for way in ways for guard in way.needs}

    def tells_apart(guard: Call) -> bool:
        return guard.name in _SAID and (guard.name, guard.args, not guard.negated) in wanted

    found = [one.reason for one in against if not tells_apart(one.guard)] or [one.reason for one in against]
    return tuple(reason for place, reason in enumerate(found) if reason not in found[:place])  # several may have it


def unknown_event(program: Program, event: str) -> Refusal:
    """There is no such event: which one may be meant."""
    known = [name for name, compiled in program.events.items() if not compiled.event.opens]
    near = difflib.get_close_matches(event, known, n=1)
    params = {"event": event, "lifecycle": program.lifecycle.id, "near": near[0] if near else ", ".join(known)}
    return Refusal("event_unknown", params)


def not_now(program: Program, case: Case, event: str) -> Refusal:
    """The event is not possible in the state of the case: which ones are."""
    state = program.lifecycle.states[case.state]
    if state.final:
        return Refusal("case_closed", {"event": event, "state": case.state})
    possible = ", ".join(program.event_names_from(case.state)) or "–"
    return Refusal("event_not_now", {"event": event, "state": case.state, "possible": possible})
