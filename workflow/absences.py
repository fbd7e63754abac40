"""Who is away when, and who stands in: entered by the person, somebody of the same office, or the council office."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..config.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from ..states import absences
from ..states.absences import Entry
from ..states.ids import is_id, new_id
from ..states.step import Actor
from ..states.town import Town
from .workflow import Workflow

#: Longest absence, in days; more is a slip of the pen.
LONGEST = 2 * 366


class Away(NamedTuple):
    """A person is away from `first` to `last` (inclusive); without `deputy`, their standing deputy stands in."""

    person: str
    first: date
    last: date
    deputy: str | None = None


def enter(workflow: Workflow, body: str, away: Away, actor: Actor) -> Entry:
    """Enter an absence: who stands in is told what the person is told, sees their work list and may act for them.

    Raises:
        NotFoundError: a person is unknown.
        InvalidInputError: the days make no sense, or the person would stand in for themselves.
        ForbiddenError: the actor belongs neither to the person's office nor to the council office.
        ConflictError: the person is entered as away on some of these days already.
    """
    town = workflow.directory.town(body)
    today = workflow.today(body)
    _require_sensible(town, away, today)
    _require_right(town, away.person, actor, today)
    now = workflow.clock.now()
    entry = Entry(new_id(now), body, away.person, away.first, away.last, away.deputy, actor.key, now)
    with workflow.database.writing() as connection:
        other = absences.between(connection, body, away.person, first=away.first, last=away.last)
        if other is not None:
            days = {"first": f"{other.first_day:%d.%m.%Y}", "last": f"{other.last_day:%d.%m.%Y}"}
            raise ConflictError("absence_overlaps", person=away.person, id=other.id, **days)
        absences.put(connection, entry)
    workflow.directory.forget()
    return entry


def remove(workflow: Workflow, body: str, id: str, actor: Actor) -> None:
    """Take an absence away again.

    Raises:
        NotFoundError: there is none of that id that has not ended.
        ForbiddenError: as in `enter`.
    """
    known = {entry.id: entry for entry in listed(workflow, body)}
    entry = known.get(id) if is_id(id) else None
    if entry is None:
        raise NotFoundError("absence_unknown", id=id, known=", ".join(known) or "–")
    _require_right(workflow.directory.town(body), entry.person_key, actor, workflow.today(body))
    with workflow.database.writing() as connection:
        absences.remove(connection, body, id)
    workflow.directory.forget()


def listed(workflow: Workflow, body: str) -> Sequence[Entry]:
    """The absences that have not ended, the earliest first."""
    with workflow.database.reading() as connection:
        return absences.since(connection, body, workflow.today(body))


def _require_sensible(town: Town, away: Away, today: date) -> None:
    people = [key for key, party in town.parties.items() if party.kind == "person"]
    for key in (away.person, away.deputy):
        if key is not None and key not in people:
            raise NotFoundError("actor_unknown", person=key, body=town.key, known=", ".join(sorted(people)))
    if away.deputy == away.person:
        raise InvalidInputError("absence_own_deputy", person=away.person)
    if away.last < away.first or away.last < today or (away.last - away.first).days > LONGEST:
        days = {"first": f"{away.first:%d.%m.%Y}", "last": f"{away.last:%d.%m.%Y}", "today": f"{today:%d.%m.%Y}"}
        raise InvalidInputError("absence_period", most=LONGEST, **days)


def _require_right(town: Town, person: str, actor: Actor, today: date) -> None:
    council_office = town.holders("geschaeftsstelle", {})
    if actor.parties & {person, *town.organisations(person, today), *council_office}:
        return
    raise ForbiddenError("absence_not_yours", person=person, actor=actor.key)
