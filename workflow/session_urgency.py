"""Items that come on an agenda after the invitation, because they are urgent and the body wants them there."""

from typing import Any, NamedTuple

from ..config.errors import InvalidInputError
from ..states.engine import Fired
from ..states.session_queries import SessionRow
from ..states.step import Actor, Command
from .agenda import next_number
from .session_results import item_meant
from .sessions import ITEM, agenda
from .workflow import Workflow


class Urgent(NamedTuple):
    """A late item: a paper that stands before the session (its number), or a title; why, and the vote on it."""

    paper: str | None
    title: str | None
    because: str
    closed: bool
    yes: int
    no: int
    abstain: int | None = None


def add_urgent(workflow: Workflow, session: SessionRow, urgent: Urgent, actor: Actor) -> list[Fired]:
    """Put it behind the other items of its part, and its number on the consultation, in one transaction.

    Raises:
        InvalidInputError: both or neither of paper and title are said.
        NotFoundError: no such paper stands before the session.
        RefusedError: as in `Workflow.fire`; the majority of the rule set is not reached.
    """
    if (urgent.paper is None) == (urgent.title is None):
        raise InvalidInputError("session_call", usage="--paper, --title")
    rows = workflow.case(session.id).case.facts.get("tagesordnung") or []
    data: dict[str, Any] = {"dringlich_weil": urgent.because, "ja": urgent.yes, "nein": urgent.no}
    if urgent.abstain is not None:
        data["enthaltungen"] = urgent.abstain
    closed, title, stop = urgent.closed, urgent.title, None
    if urgent.paper is not None:
        item = item_meant(agenda(workflow, session, None), urgent.paper)
        closed, title, stop = closed or item.closed, item.title, item.stop
    number = next_number(rows, closed=closed)
    data |= {"nummer": number, "titel": title} | ({"nichtoeffentlich": True} if closed else {})
    commands = [Command(session.id, "dringlich_aufnehmen", actor, data | ({"beratung": stop} if stop else {}))]
    if stop is not None:
        commands.append(Command(stop, ITEM, actor, {"top": number}))
    return workflow.fire_batch(commands)
