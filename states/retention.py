"""What follows for a closed case once its time of keeping is over. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from ..config.retention import RetentionRule, Then
from .retained import HOLD, Closed, Member, is_disposal_of

#: What comes next; the last four wait for somebody or something.
Next: TypeAlias = Literal["anlegen", "anbieten", "ausfuehren", "archiv", "gesperrt", "offen", "noch_nicht"]

_NEXT: Mapping[str | None, Next] = {
    None: "anlegen",
    "faellig": "anbieten",
    "angeboten": "archiv",
    "bewertet": "ausfuehren",
    "freigegeben": "ausfuehren",
}


class Due(NamedTuple):
    """A closed case, the rule for it, and what comes next."""

    case: str
    number: str | None
    kind: str
    closed_on: date
    due_on: date
    #: The rule: set, version, kind.
    rule: str
    offer: bool
    #: How long the archive has to answer.
    answer_months: int
    then: Then
    next: Next
    #: The case of its disposal, if that has begun.
    disposal: str | None
    #: The open cases below it that hold it up.
    held_by: tuple[str, ...]


def due(closed: Closed, rule: RetentionRule, named: str, days: tuple[date, date]) -> Due:
    """How a case stands; `named` is what the rule is called, `days` when it was closed and which day it is."""
    closed_on, today = days
    due_on = rule.due_on(closed_on)
    following: Next = "noch_nicht" if closed.disposal is None and due_on > today else _NEXT[closed.disposal_state]
    if following == "anbieten" and not rule.offer:
        following = "ausfuehren"
    case = (closed.id, closed.number, closed.lifecycle)
    return Due(
        *case, closed_on, due_on, named, rule.offer, rule.answer_months, rule.then, following, closed.disposal, ()
    )


def held_up(one: Due, members: Iterable[Member]) -> Due:
    """The same, with what is open below the case: a hold, a promise, any other child."""
    still_open = open_below(one.case, members)
    if not still_open:
        return one
    on_hold = any(member.lifecycle == HOLD for member in still_open)
    held_by = tuple(member.id for member in still_open)
    return one._replace(next="gesperrt" if on_hold else "offen", held_by=held_by)


def open_below(case_id: str, members: Iterable[Member]) -> list[Member]:
    """The open cases of a family, but for its disposal; that of a case below it must be over first."""
    return [one for one in members if one.closed_at is None and not is_disposal_of(one, case_id)]


def goes_along(one: Due, above: Due) -> bool:
    """Whether a case is disposed of with the one above it: due no later, begun, or as ready for it today."""
    ready = above.next not in ("noch_nicht", "gesperrt", "offen")
    return one.disposal is None and (above.due_on <= one.due_on or above.disposal is not None or ready)
