"""Calendars as ICS files: the sessions of a body, the due days of an office. The same data give the same bytes.

Whoever serves them later calls the same functions with the reader who asks.
"""

from datetime import datetime
from typing import NamedTuple

from ..config.errors import ForbiddenError, NotFoundError
from ..config.text import Lang
from ..notifications.dossiers import deadline_changes
from ..notifications.recipients import sender
from ..notifications.session_entries import DueDay, Entry, Hand, calendar_of, due_event, session_event
from ..states import queries
from ..states.queries import CaseSummary, DeadlineView
from ..states.session_queries import Wanted, changes_of
from ..states.town import Town
from ..states.visibility import Reader
from .reading_rights import Seen, lifecycle_of, seen
from .sessions import listed
from .workflow import Workflow

#: More than anybody has open at once.
_MOST = 10_000


class Publisher(NamedTuple):
    """Where links lead, and in whose name entries are written (None: that of the town)."""

    base_url: str
    sender: str | None = None
    lang: Lang = "de"


class _Made(NamedTuple):
    """The line of the log by which a deadline became what it is."""

    seq: int
    at: datetime


def sessions_calendar(
    workflow: Workflow, body: str, organisation: str | None, publisher: Publisher, *, reader: Reader | None
) -> bytes:
    """The sessions of a body of the council (None: of all) of which `reader` may know; what fell away is marked."""
    town = workflow.directory.town(body)
    known = listed(workflow, Wanted(body, organisation), reader)
    found, planned = [one.session for one in known], {one.session.id for one in known if one.is_planned}
    with workflow.database.reading() as connection:
        changes = changes_of(connection, [one.id for one in found])
    hand = _hand(town, publisher)
    entries = [
        Entry(
            one,
            one.name or town.names.get(one.organisation, one.organisation),
            changes[one.id],
            _link(publisher, one.id),
            one.id in planned,
        )
        for one in found
    ]
    name = f"{town.name}: {town.names[organisation]}" if organisation else town.name
    return calendar_of([session_event(one, hand, one.session.modified) for one in entries], "PUBLISH", name=name)


def due_calendar(workflow: Workflow, body: str, party: str, publisher: Publisher, *, reader: Reader | None) -> bytes:
    """The running deadlines of the open cases that lie with an office or a person, as far as `reader` may know of them.

    Raises:
        ForbiddenError: a reader outside the administration.
        NotFoundError: there is no such party.
    """
    if reader is not None and not reader.inside:
        raise ForbiddenError("calendar_due_inside")
    town = workflow.directory.town(body)
    if party not in town.parties:
        raise NotFoundError("party_unknown", party=party, body=body, known=", ".join(sorted(town.parties)))
    cases = seen(workflow, workflow.worklist(body, party, queries.Page(_MOST)), reader)
    ids = [one.case.id for one in cases if one.everything]
    with workflow.database.reading() as connection:
        clocks, changed = queries.deadlines_of(connection, ids), deadline_changes(connection, ids)
        running = [
            (one, clock, max(clock.occurrence, changed.get(one.case.id, {}).get(clock.name, 0)))
            for one in cases
            for clock in clocks.get(one.case.id, ())
            if clock.status == "running"
        ]
        at = queries.moments(connection, ((one.case.id, seq) for one, _, seq in running))
    hand = _hand(town, publisher)
    dues = [
        _due(workflow, one, clock, (_Made(seq, at[one.case.id, seq]), hand, publisher)) for one, clock, seq in running
    ]
    ordered = sorted(dues, key=lambda one: (one.day, one.case_id, one.name))
    return calendar_of([due_event(one, hand) for one in ordered], "PUBLISH", name=f"{town.name}: {town.names[party]}")


def _due(workflow: Workflow, found: Seen, clock: DeadlineView, where: tuple[_Made, Hand, Publisher]) -> DueDay:
    made, hand, publisher = where
    case, lifecycle = found.case, lifecycle_of(workflow, found.case)
    spec, local = lifecycle.deadlines.get(clock.name), clock.lapses_at.astimezone(hand.zone)
    label = spec.label.in_(hand.lang) if spec else clock.name
    return DueDay(
        case_id=case.id,
        name=clock.name,
        summary=f"{label}: {_called(workflow, case, lifecycle.label.in_(hand.lang))}",
        day=clock.due_on,
        clock=local.time().replace(second=0, microsecond=0) if local.date() == clock.due_on else None,
        changed=made.seq,
        stamped=made.at,
        link=_link(publisher, case.id),
    )


def _called(workflow: Workflow, case: CaseSummary, kind: str) -> str:
    """By its subject; without a paper by what is asked, or by who has got no mail."""
    names, facts = workflow.directory.town(case.body).names, case.facts
    telling = facts.get("betreff") or names.get(str(facts.get("empfaenger")))
    name = case.subject or (f"{kind}: {telling}" if telling else kind)
    return f"[{case.number}] {name}" if case.number else name


def _hand(town: Town, publisher: Publisher) -> Hand:
    return Hand(sender(town, publisher.sender), town.message_domain, town.zone, publisher.lang)


def _link(publisher: Publisher, case_id: str) -> str:
    return f"{publisher.base_url}/vorgang/{case_id}"
