"""Which closed cases are due to be disposed of, and what holds others up; holds and the answers of the archive."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from ..config.errors import NotFoundError
from ..states.engine import Fired
from ..states.retained import DISPOSAL, HOLD, Closed, closed_cases, disposal_of, family
from ..states.retention import Due, due, held_up
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


def plan(workflow: Workflow, body: str, on: date | None = None) -> Plan:
    """What would be disposed of on that day (today, if not given); nothing is changed."""
    town = workflow.directory.town(body)
    day = on or workflow.today(body)
    rules = town.rules_on(day)
    found, without, later = list[Due](), Counter[str](), list[date]()
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=town.zone).astimezone(UTC)
    with workflow.database.reading() as connection:
        for closed in closed_cases(connection, body, end):
            rule = rules.retention.get(closed.lifecycle)
            if rule is None:
                without[closed.lifecycle] += 1
                continue
            days = (closed.closed_at.astimezone(town.zone).date(), day)
            one = due(closed, rule, f"{rules.id} {rules.version}: {closed.lifecycle}", days)
            if one.next == "noch_nicht":
                later.append(one.due_on)
                continue
            found.append(held_up(_as_begun(one, closed, workflow), family(connection, closed.id)))
    return Plan(body, day, tuple(found), len(later), min(later, default=None), dict(sorted(without.items())))


def _as_begun(one: Due, closed: Closed, workflow: Workflow) -> Due:
    """A disposal goes on under the rule under which it began."""
    if closed.disposal is None:
        return one
    facts = workflow.case(closed.disposal).case.facts
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
        raise NotFoundError("retention_no_hold", case=case_id)
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
        raise NotFoundError("retention_not_offered", case=case_id, lifecycle=DISPOSAL)
    data = {"vermerk": note} if note else {}
    return workflow.fire(disposal.id, EVENTS[said], actor=actor, data=data)
