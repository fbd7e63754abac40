"""The use cases of sessions: scheduling one or a series, drawing up the agenda, looking at them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..config.errors import ConflictError, NotFoundError, Refusal, RefusedError
from ..config.rule_agenda import Agenda
from ..config.text import LANGS, Text
from ..notifications.recipients import deliverable
from ..states import queries
from ..states.agendas import AgendaView, Item, Sight, Stop, agenda_of, listed_items, stops_of
from ..states.consultation_results import TAKEN_OFF
from ..states.decide import ENGINE
from ..states.engine import Fired
from ..states.session_queries import SessionRow, Wanted, session_of, sessions
from ..states.step import Actor, Command
from ..states.visibility import Reader
from .agenda import Candidate, proposed, proposed_closed, supplemented
from .joined import Joined
from .reading_rights import Seen, seen
from .session_series import Planned
from .wording import sentence
from .workflow import Workflow

LIFECYCLE, AGENDA, ITEM, SUPPLEMENT = "sitzung", "tagesordnung_aufstellen", "top_setzen", "nachladen"
INVITE, NEWCOMERS = "einladen", "einladung_nachreichen"
HELD, ATTENDANCE = "durchfuehren", "anwesenheit_berichtigen"
#: The state of a session whose members know its agenda.
_INVITED = "eingeladen"
#: The state of one that was held, as long as its minutes are not approved.
_HELD = "durchgefuehrt"
#: The state of a consultation in which it stands before a session, and of a session to which nobody was invited.
_PLANNED = "geplant"


class Where(NamedTuple):
    """What the sessions of a series share."""

    organisation: str
    begins: str | None = None
    ends: str | None = None
    place: str | None = None
    name: str | None = None
    public: bool | None = None

    def data(self, day: date, series: str | None = None) -> dict[str, Any]:
        """The input of the opening event."""
        given = {
            "gremium": self.organisation,
            "tag": day.isoformat(),
            "beginn": self.begins,
            "ende": self.ends,
            "ort": self.place,
            "bezeichnung": self.name,
            "oeffentlich": self.public,
            "reihe": series,
        }
        return {name: value for name, value in given.items() if value is not None}


class SeenSession(NamedTuple):
    """A session in a list, with its case as a reader may see it."""

    session: SessionRow
    seen: Seen

    @property
    def is_planned(self) -> bool:
        """Whether nobody has been invited to it yet."""
        return self.seen.case.state == _PLANNED

    @property
    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        one = self.session
        return {
            "id": one.id,
            "body_key": one.organisation,
            "name": one.name,
            "day": one.day,
            "begins": one.begins,
            "ends": one.ends,
            "place": one.location,
            "public": one.public,
            "cancelled": one.cancelled,
            "state": self.seen.case.state if self.seen.everything else None,
            "state_label": self.seen.state,
        }


def sight_of(workflow: Workflow) -> Sight:
    """With what agendas are read."""
    return Sight(workflow.lifecycle, workflow.directory.town)


def listed(workflow: Workflow, wanted: Wanted, reader: Reader | None) -> list[SeenSession]:
    """The sessions wanted of which `reader` may know."""
    with workflow.database.reading() as connection:
        rows = sessions(connection, wanted)
        found = queries.summaries(connection, [one.id for one in rows])
    shown = {one.case.id: one for one in seen(workflow, [found[one.id] for one in rows if one.id in found], reader)}
    return [SeenSession(one, shown[one.id]) for one in rows if one.id in shown]


def agenda(workflow: Workflow, session: SessionRow, reader: Reader | None) -> AgendaView:
    """A session with its agenda, as `reader` may see it; that they may see it at all, the caller has asked."""
    with workflow.database.reading() as connection:
        view = agenda_of(connection, session.id, sight_of(workflow), reader)
    if view is None:
        raise NotFoundError("session_unknown", session=session.id)
    return view


def schedule(workflow: Workflow, body: str, actor: Actor, where: Where, day: date) -> Fired:
    """One session. Errors as in `Workflow.open_case`."""
    return workflow.open_case(LIFECYCLE, body=body, actor=actor, data=where.data(day))


class Series(NamedTuple):
    """A series that is to be scheduled; under its name its sessions are known as one."""

    where: Where
    name: str
    days: Sequence[Planned]


def schedule_series(workflow: Workflow, body: str, actor: Actor, series: Series, *, keep: bool = True) -> list[Fired]:
    """All sessions of a series, or none; without `keep` it is only tried whether they are possible.

    Raises:
        RefusedError: naming every day that is not possible, and why.
    """
    wanted = [one.day for one in series.days if one.day is not None]
    refused: list[Text] = []
    done: list[Fired] = []

    def work(_session: object, joined: Joined) -> None:
        for day in wanted:
            try:
                done.append(
                    joined.open_case(LIFECYCLE, body=body, actor=actor, data=series.where.data(day, series.name))
                )
            except RefusedError as error:
                refused.append(_why(day, error))
        twice = sorted({day for day in wanted if wanted.count(day) > 1})
        refused.extend(Text(*(f"{day:%d.%m.%Y}: 2 ×" for _ in LANGS)) for day in twice)
        if refused or not keep:
            raise _LeftError

    try:
        workflow.together(work)
    except _LeftError:
        if refused:
            raise RefusedError(Refusal("session_series_refused", {"days": refused})) from None
    return done


class _LeftError(Exception):
    """The transaction is left without anything written."""


def _why(day: date, error: RefusedError) -> Text:
    reasons = error.refusal.reasons or (error.refusal,)
    return Text(*(f"{day:%d.%m.%Y}: {'; '.join(_said(one, lang) for one in reasons)}" for lang in LANGS))


def _said(reason: Any, lang: Any) -> str:
    text: str = reason.text(lang)
    return text.rstrip(".")


class Free(NamedTuple):
    """Items without a paper that are to stand on an agenda too."""

    public: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def proposal(workflow: Workflow, session: SessionRow, free: Free | None = None) -> list[dict[str, Any]]:
    """The agenda by the rules of the town: its standing items, and every consultation before the session.

    Once the agenda is made known with the invitation, or an item has its result, what waits is added to it; once the
    session was held it is the agenda that there is.
    """
    town = workflow.directory.town(session.body)
    view, case = agenda(workflow, session, None), workflow.case(session.id).case
    rows, due = case.facts.get("tagesordnung") or (), session.day.isoformat()
    with workflow.database.reading() as connection:
        known = stops_of(connection, [row["beratung"] for row in rows if row.get("beratung")], sight_of(workflow))
    done = {one.id for one in known.values() if (found := one.result_on(due)) and found["ergebnis"] not in TAKEN_OFF}
    is_kept = case.state != _PLANNED or any(row.get("ergebnis") or row.get("beratung") in done for row in rows)
    can_grow = case.state in {_PLANNED, _INVITED}
    stops = [*(view.waiting if can_grow else ()), *(() if is_kept else known.values())]
    candidates = [_candidate(stop) for stop in stops if _stands_before(stop, due)]
    free = free or Free()
    candidates += [Candidate(None, title, None, None, session.public) for title in free.public]
    candidates += [Candidate(None, title, None, None, False) for title in free.closed]
    asked = {one.under for one in view.questions if can_grow and one.listed and one.under}
    standing = town.rules_on(session.day).agenda
    if is_kept:
        gone = {one.id for one in known.values() if not (one.result_on(due) or _stands_before(one, due))}
        rows = [row for row in rows if case.state != _PLANNED or row.get("beratung") not in gone]
        return supplemented(rows, candidates, standing, asked=asked, closed=not session.public)
    if not session.public:
        return proposed_closed(standing, candidates, asked=asked)
    return proposed(standing, candidates, asked=asked, controls_closed=_controls_closed(workflow, session, standing))


def _stands_before(stop: Stop, day: str) -> bool:
    return stop.state == _PLANNED and stop.facts.get("sitzung") == day


def _controls_closed(workflow: Workflow, session: SessionRow, standing: Agenda) -> bool:
    """Whether the control list that stands on the agenda has a part that is not public."""
    if standing.control is None:
        return False
    from .control_list import closed_part  # noqa: PLC0415  # loads the library for workbooks

    return bool(closed_part(workflow, session.body, session.organisation).closed)


def _candidate(stop: Stop) -> Candidate:
    """Without a title: whoever reads the agenda is told that of the paper, and the session outlives many a paper."""
    return Candidate(stop.id, None, stop.facts.get("rolle"), stop.number, stop.is_open_to_all)


def items_of(workflow: Workflow, session: SessionRow, rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    """What rows of an agenda stand for, as the council office sees it."""
    with workflow.database.reading() as connection:
        return listed_items(connection, rows, session, sight_of(workflow))


def set_agenda(
    workflow: Workflow,
    session: SessionRow,
    rows: Sequence[Mapping[str, Any]],
    actor: Actor,
    short_notice: str | None = None,
) -> list[Fired]:
    """Fix the agenda, and on each consultation its number, in one transaction. Errors as in `Workflow.fire`.

    Once the members are invited, they are told what is added; too late for the period of notice only for a reason.
    """
    case = workflow.case(session.id).case
    adds = case.state == _INVITED and len(rows) > len(case.facts.get("tagesordnung") or ())
    numbers = {row["beratung"]: row["nummer"] for row in rows if row.get("beratung")}
    with workflow.database.reading() as connection:
        stops = stops_of(connection, numbers, sight_of(workflow))
    data: dict[str, Any] = {"tagesordnung": [dict(row) for row in rows]}
    if adds and short_notice is not None:
        data["abgekuerzt_weil"] = short_notice
    commands = [Command(session.id, SUPPLEMENT if adds else AGENDA, actor, data)]
    commands += [
        Command(stop, ITEM, actor, {"top": number})
        for stop, number in numbers.items()
        if stops[stop].facts.get("top") != number
    ]
    return workflow.fire_batch(commands)


def invite_newcomers(workflow: Workflow, body: str | None = None) -> None:
    """Whoever has come into a body since its members were invited is invited, too; nobody is invited twice.

    What somebody else is just doing with a session is not waited for: the worker asks again, for all municipalities.
    """
    yesterday = workflow.clock.now().date() - timedelta(days=1)  # of all zones; what is over refuses by itself
    with workflow.database.reading() as connection:
        ahead = [one.id for one in sessions(connection, Wanted(body, first=yesterday))]
        found = queries.summaries(connection, ahead)
    for one in ahead:
        if found[one].state == _INVITED:
            with suppress(RefusedError, ConflictError):
                workflow.fire(one, NEWCOMERS, actor=ENGINE)


def invite(workflow: Workflow, session: SessionRow, actor: Actor, short_notice: str | None = None) -> Fired:
    """Invite the members; where that is done, those who have become one since. Errors as in `Workflow.fire`."""
    if workflow.case(session.id).case.state == _INVITED:
        return workflow.fire(session.id, NEWCOMERS, actor=actor)
    data = {} if short_notice is None else {"abgekuerzt_weil": short_notice}
    return workflow.fire(session.id, INVITE, actor=actor, data=data)


def held_event(workflow: Workflow, session: SessionRow, *, corrects: bool) -> str:
    """The event by which it is noted that a session was held; `corrects`: of one that is, how many were present."""
    return ATTENDANCE if corrects and workflow.case(session.id).case.state == _HELD else HELD


def unreached(workflow: Workflow, session: SessionRow) -> list[Text]:
    """What keeps an invitation from the members of the body: there are none on that day, or they have no address."""
    town, day = workflow.directory.town(session.body), session.day
    name = town.names.get(session.organisation, session.organisation)
    members = town.members(session.organisation, day)
    notes = [] if members else [sentence("session_nobody_member", day=day, body=name)]
    parties = [town.parties[key] for key in members or (session.organisation,)]
    if silent := ", ".join(one.name for one in parties if not deliverable(one.email or "")):
        notes.append(sentence("session_without_address", names=silent))
    return notes


def members_missing(workflow: Workflow, session: SessionRow, counted: int) -> list[Text]:
    """That more have voted or were present than members are entered, where nobody has said how many there are."""
    town, body = workflow.directory.town(session.body), session.organisation
    entered = town.voters_entered(body, session.day)
    if counted <= entered or town.votes_in(body, session.day) is not None:
        return []
    name = town.names.get(body, body)
    return [sentence("session_members_missing", body=name, count=counted, members=entered)]


def session_row(workflow: Workflow, case_id: str) -> SessionRow:
    """The session that a case is.

    Raises:
        NotFoundError: it is none.
    """
    with workflow.database.reading() as connection:
        found = session_of(connection, case_id)
    if found is None:
        raise NotFoundError("session_unknown", session=case_id)
    return found


def as_seen(workflow: Workflow, session: SessionRow, reader: Reader | None) -> SeenSession:
    """A session as `reader` may see it. Errors as in `session_row`."""
    found = seen(workflow, [workflow.case(session.id).case], reader)
    if not found:
        raise NotFoundError("session_unknown", session=session.id)
    return SeenSession(session, found[0])
