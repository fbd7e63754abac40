"""What a body did with an amendment, entered at its case: it is decided before the paper, in the same session."""

from collections.abc import Mapping

from ..config.errors import InvalidInputError
from ..states.agendas import AgendaView
from ..states.amendments import Moved
from ..states.engine import Fired
from ..states.step import Actor
from .session_results import Result, Said, data_of, require_options
from .workflow import Workflow

_EVENTS: Mapping[Result, str] = {
    "adopted": "annehmen",
    "changed": "annehmen",
    "rejected": "ablehnen",
    "withdrawn": "zurueckziehen",
    "none": "erledigen",
}
_DECIDED = frozenset({"adopted", "changed", "rejected"})
#: What is said with the result of a paper alone.
_OF_PAPER = frozenset({"--majority", "--minutes"})


def amendment_meant(view: AgendaView, word: str) -> Moved | None:
    """The amendment beneath an item of an agenda that a word means: its number or its case; None: it means none."""
    found = (one for item in view.items for one in item.amendments if word in {one.number, one.id})
    return next(found, None)


def enter_amendment(
    workflow: Workflow, view: AgendaView, moved: Moved, result: Result, said: Said, actor: Actor
) -> Fired:
    """The result of an amendment in the session.

    Raises:
        InvalidInputError: an amendment does not have this result, or something is said that it does not have, or lacks.
        RefusedError: as in `Workflow.fire`, such as where another body decides on the paper.
    """
    if result not in _EVENTS:
        raise InvalidInputError("session_amendment_result", result=result)
    require_options(result, said)
    wrong = [one for one in said.options if one in _OF_PAPER]
    if wrong:
        raise InvalidInputError("session_result_option", result=result, options=", ".join(wrong))
    session = view.session
    there = {"gremium": session.organisation, "sitzung": session.day.isoformat()} if result in _DECIDED else {}
    return workflow.fire(moved.id, _EVENTS[result], actor=actor, data=there | data_of(result, said))
