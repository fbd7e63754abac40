"""Items that come on an agenda after the invitation, because they are urgent and the body wants them there."""

from typing import Any, NamedTuple

from ..config.errors import InvalidInputError, NotFoundError
from ..states.agendas import Item
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
        NotFoundError: there is no such paper, or it does not stand before the session.
        RefusedError: as in `Workflow.fire`; the majority of the rule set is not reached.
    """
    if (urgent.paper is None) == (urgent.title is None):
        raise InvalidInputError("session_urgent_what")
    rows = workflow.case(session.id).case.facts.get("tagesordnung") or []
    data: dict[str, Any] = {"dringlich_weil": urgent.because, "ja": urgent.yes, "nein": urgent.no}
    if urgent.abstain is not None:
        data["enthaltungen"] = urgent.abstain
    closed, title, stop = urgent.closed or not session.public, urgent.title, None
    if urgent.paper is not None:
        item = _before(workflow, session, urgent.paper)
        closed, title, stop = closed or item.closed, item.title, item.stop
    number = next_number(rows, closed=closed)
    data |= {"nummer": number} | ({"nichtoeffentlich": True} if closed else {})
    data |= {"beratung": stop} if stop else {"titel": title}
    commands = [Command(session.id, "dringlich_aufnehmen", actor, data)]
    if stop is not None:
        commands.append(Command(stop, ITEM, actor, {"top": number}))
    return workflow.fire_batch(commands)


def _before(workflow: Workflow, session: SessionRow, paper: str) -> Item:
    try:
        return item_meant(agenda(workflow, session, None), paper)
    except NotFoundError as error:
        workflow.find(paper, session.body)
        body = workflow.directory.town(session.body).names.get(session.organisation, session.organisation)
        raise NotFoundError("session_paper_elsewhere", paper=paper, body=body, day=session.day) from error
