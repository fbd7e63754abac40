"""Which closed cases are due to be disposed of, and what holds others up; holds and the answers of the archive."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from ..config.errors import NotFoundError
from ..states.engine import Fired
from ..states.retained import (
    DISPOSAL,
    HOLD,
    Closed,
    Tell,
    closed_among,
    closed_cases,
    disposal_of,
    family,
    holds_of,
    lines_above,
    open_below,
)
from ..states.retention import Due, due, goes_along, held_up
from ..states.step import Actor
from .workflow import Workflow

#: What an archive can answer, and the event that tells it.
EVENTS: Mapping[str, str] = {"uebernommen": "uebernehmen", "abgelehnt": "ablehnen"}


class Plan(NamedTuple):
    """What is due on a day in a town."""

    body: str
    on: date
    due: tuple[Due, ...]
    #: How many closed cases are not due yet, and when the next one will be.
    later: int
    next_on: date | None
    #: How many closed cases there are of kinds for which there is no rule.
    without_rule: Mapping[str, int]


def plan(workflow: Workflow, body: str, on: date | None = None, tell: Tell | None = None) -> Plan:
    """What would be disposed of on that day (today, if not given); nothing is changed.

    `tell` is told how many closed cases have been looked at, of how many.
    """
    town = workflow.directory.town(body)
    day = on or workflow.today(body)
    rules = town.rules_on(day)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=town.zone).astimezone(UTC)
    own = [id for id, one in workflow.library.newest.items() if one.parent is not None and id in rules.retention]
    found, without, later = list[tuple[datetime, Due]](), Counter[str](), Counter[date]()

    def measured(closed: Closed) -> Due | None:
        rule = rules.retention.get(closed.lifecycle)
        days = (closed.closed_at.astimezone(town.zone).date(), day)
        return due(closed, rule, f"{rules.id} {rules.version}: {closed.lifecycle}", days) if rule else None

    with workflow.database.reading() as connection:
        look = _Look(connection, lambda ids: closed_among(connection, ids, body, end, own), measured)
        for cases in closed_cases(connection, body, end, own, tell):
            by_rule = [(one, measured(one)) for one in cases]
            without.update(one.lifecycle for one, held in by_rule if held is None)
            later.update(held.due_on for _, held in by_rule if held and held.next == "noch_nicht")
            ready = [(one, held) for one, held in by_rule if held and held.next != "noch_nicht"]
            found += ((closed.closed_at, one) for closed, one in _standing(look, ready))
    stated = tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].case)))
    return Plan(body, day, stated, later.total(), min(later, default=None), dict(sorted(without.items())))


class _Look(NamedTuple):
    """Where cases are looked up, which of those with an id are closed, and how one stands by its own rule."""

    connection: Connection
    closed: Callable[[Collection[str]], list[Closed]]
    measured: Callable[[Closed], Due | None]


def _standing(look: _Look, ready: Sequence[tuple[Closed, Due]]) -> Iterator[tuple[Closed, Due]]:
    """Those that are not disposed of with one above them, with whatever holds them up."""
    lines = lines_above(look.connection, [one.id for one, _ in ready if one.parent_id])
    named = {id for line in lines.values() for id in line}
    uppers = [one for closed in look.closed(named) if (one := look.measured(closed))]
    below = open_below(look.connection, {one.case for one in uppers} | {one.id for one, _ in ready})
    held = {one.case: held_up(one, below.get(one.case, ())) for one in uppers}
    holds = holds_of(look.connection, named)
    for closed, one in ready:
        line = lines.get(closed.id, [])
        if not any(goes_along(one, held[id]) for id in line if id in held):
            kin = [*below.get(closed.id, ()), *(hold for hold in holds if hold.parent_id in line)]
            yield closed, held_up(_as_begun(one, closed), kin)


def _as_begun(one: Due, closed: Closed) -> Due:
    """A disposal goes on under the rule under which it began."""
    if closed.disposal_facts is None:
        return one
    facts = closed.disposal_facts
    offer = bool(facts["anzubieten"])
    following = one.next
    if closed.disposal_state == "faellig":
        following = "anbieten" if offer else "ausfuehren"
    terms = {"rule": facts["regel"], "answer_months": facts["antwortmonate"], "then": facts["massnahme"]}
    return one._replace(offer=offer, next=following, **terms)


def hold(workflow: Workflow, case_id: str, reason: str, actor: Actor) -> Fired:
    """Keep a case from being disposed of until somebody lifts that.

    Raises:
        RefusedError: `actor` may not, or there is no reason.
    """
    body = workflow.case(case_id).case.body
    return workflow.open_case(HOLD, body=body, actor=actor, data={"grund": reason}, parent_id=case_id)


def release(workflow: Workflow, case_id: str, reason: str, actor: Actor) -> list[Fired]:
    """Lift every hold of a case.

    Raises:
        NotFoundError: there is none.
    """
    with workflow.database.reading() as connection:
        members = family(connection, case_id)
    holds = [one.id for one in members if one.lifecycle == HOLD and one.closed_at is None]
    if not holds:
        raise NotFoundError("retention_no_hold", case=_called(workflow, case_id))
    return [workflow.fire(one, "aufheben", actor=actor, data={"grund": reason}) for one in holds]


def answer(workflow: Workflow, case_id: str, said: str, note: str | None, actor: Actor) -> Fired:
    """Record what the archive has answered to the offer of a case.

    Raises:
        NotFoundError: the case has not been offered.
        RefusedError: it has been answered, or `actor` may not.
    """
    with workflow.database.reading() as connection:
        disposal = disposal_of(family(connection, case_id))
    if disposal is None:
        raise NotFoundError("retention_not_offered", case=_called(workflow, case_id), lifecycle=DISPOSAL)
    data = {"vermerk": note} if note else {}
    return workflow.fire(disposal.id, EVENTS[said], actor=actor, data=data)


def _called(workflow: Workflow, case_id: str) -> str:
    return workflow.case(case_id).case.number or case_id
