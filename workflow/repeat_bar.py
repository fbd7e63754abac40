"""How long the same must not be asked again: the rule ``wiederholung`` of a town's rule set."""

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection

from ..config.text import Text
from ..states.deadlines import compute
from ..states.search_queries import sessions_before
from ..states.town import Town

#: The name under which rule sets keep it.
RULE = "wiederholung"

#: How an earlier answer stands to it: asked again too early; long enough ago; not answered yet; no such rule.
Standing: TypeAlias = Literal["within", "older", "open", "free"]


class Bar(NamedTuple):
    """How an earlier answer stands to the bar."""

    standing: Standing
    #: The last day of the bar; None where it counts sessions, or there is none.
    until: date | None = None
    #: Where it is laid down.
    norm: Text | None = None


#: What an answer of that day (None: there is none yet) means today.
Judge: TypeAlias = Callable[[date | None], Bar]


def judge(connection: Connection, town: Town, today: date) -> Judge:
    """The bar in `town`, as it holds today. A rule in sessions asks which sessions of the town are known."""
    rules = town.rules_on(today)
    rule = rules.rules.get(RULE)
    met = sessions_before(connection, town.key, today, rule.sessions) if rule and rule.sessions else []

    def judged(answered_on: date | None) -> Bar:
        if answered_on is None:
            return Bar("open")
        if rule is None or (rule.length is None and rule.sessions is None):
            return Bar("free")
        if rule.sessions is not None:
            reached = len(met) == rule.sessions and answered_on < met[-1]
            return Bar("older" if reached else "within", None, rule.norm)
        until = compute(rule, event_day=answered_on, calendar=rules.calendar).due_on
        return Bar("within" if today <= until else "older", until, rule.norm)

    return judged
