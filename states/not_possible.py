"""Why an event that nobody can fire now is refused. Pure."""

import difflib

from ..config.errors import Refusal
from .program import Program
from .step import Case


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
