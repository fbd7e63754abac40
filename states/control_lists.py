"""What is still open: before a body of the council, or with an office. Reads only.

On the list of a body stands every open case that names it, and any with a consultation before it that has no result
yet; on the list of an office whatever it leads of what is meant for the council, and whatever else lies with it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, Select, select, text

from ..config.text import Text
from . import queries
from .columns import Among
from .lifecycle import Lifecycle
from .publicity import publicity_of
from .punctuality import ASKER, COUNCIL_BODY, OFFICES
from .punctuality_rows import Known
from .queries import CaseSummary
from .records import UNDECIDED, Consultation
from .tables import COUNCIL_BODY as NAMES_BODY
from .tables import LEAD as IS_LED_BY
from .tables import CaseRow, DeadlineRow, TransitionRow, table_of
from .town import Town
from .visibility import Publicity, Reader, may_show_resolution

Light: TypeAlias = Literal["gruen", "gelb", "rot"]
LIGHTS: tuple[Light, ...] = ("gruen", "gelb", "rot")

_case, _consultation = table_of(CaseRow), table_of(Consultation)
_line, _deadline = table_of(TransitionRow), table_of(DeadlineRow)
#: Facts that say more than the subject what is to be done; what the responsible office says of it.
WHAT, _LIGHT, DELAY, MOVED, _REASON = ("zusage", "aufgabe"), "ampel", "verzug_weil", "verschoben_weil", "grund"
#: What a case is about that is no paper, such as a question put in a session.
SUBJECT = "betreff"
#: A task that has this fact is called by its name.
_EXAMINE = "pruefauftrag"
#: A stop is no entry of its own: the paper is.
_STOP = "beratung"
#: The most that lie with one office.
_MOST = 10_000


class Entry(NamedTuple):
    """An open case as a control list shows it; parties by their names."""

    case_id: str
    #: The number of the paper that it is, or belongs to.
    number: str | None
    subject: str | None
    #: What is to be done, where that is not the paper itself.
    what: str | None
    kind: Text
    state: Text
    asker: str | None
    office: str | None
    #: The day by which it is to be done; None: no deadline runs.
    target: date | None
    light: Light
    #: Why it takes longer, as somebody has said.
    delay: str | None
    #: Whether everybody may know of it today.
    public: bool


class Listed(NamedTuple):
    """An entry, the case that it is made of, and who may know of that."""

    entry: Entry
    case: CaseSummary
    publicity: Publicity


class _Clock(NamedTuple):
    """A deadline that has not come to its end."""

    name: str
    due_on: date
    #: How many steps of its ladder have been told.
    told: int


class Desk(NamedTuple):
    """Where a list is made: what follows from the log, the municipality, and the day."""

    known: Known
    town: Town
    today: date


def before_body(connection: Connection, desk: Desk, council_body: str) -> list[Listed]:
    """What is open before a body of the council, the most urgent first."""
    stops = select(_consultation.c.case_id).where(
        _consultation.c.body == desk.town.key, _consultation.c.organization_key == council_body, text(UNDECIDED)
    )
    named = _naming(desk, NAMES_BODY).params(party=council_body)
    cases = _open(connection, {*connection.execute(named).scalars(), *connection.execute(stops).scalars()} - {None})
    answered = [case for case in cases.values() if not (case.parent_id in cases and _answers(desk, case))]
    return _entries(connection, desk, answered)


def with_office(connection: Connection, desk: Desk, office: str) -> list[Listed]:
    """What is open with an office, the most urgent first."""
    led = _naming(desk, IS_LED_BY).where(_case.c.lifecycle != _STOP).params(party=office)
    ids = {case for case, *of in connection.execute(led) if _is_for_the_council(desk.known.lifecycles(*of))}
    lying = queries.worklist(connection, desk.town.key, (office,), queries.Page(limit=_MOST))
    found = _open(connection, ids, {case.id: case for case in lying})
    asked = {case.parent_id for case in found.values() if _answers(desk, case)}
    return _entries(connection, desk, [case for case in found.values() if case.id not in asked])


def _naming(desk: Desk, expression: str) -> Select[Any]:
    """The open cases that name a party there, with lifecycle and version."""
    return select(_case.c.id, _case.c.lifecycle, _case.c.lifecycle_version).where(
        _case.c.body == desk.town.key, _case.c.closed_at.is_(None), text(f"{expression} = :party")
    )


def _entries(connection: Connection, desk: Desk, cases: Collection[CaseSummary]) -> list[Listed]:
    page = _Page(connection, desk, cases)
    return sorted(map(page.listed, cases), key=lambda listed: urgency(listed.entry))


def urgency(entry: Entry) -> tuple[bool, date, str, str]:
    """By which entries are sorted, the most urgent first."""
    return entry.target is None, entry.target or date.max, entry.number or "", entry.case_id


def _open(
    connection: Connection, ids: Iterable[str], read: Mapping[str, CaseSummary] | None = None
) -> dict[str, CaseSummary]:
    """Those of the cases and of those `read` already that are open, by their ids: of stops the papers above them."""
    cases = dict(read or {})
    cases |= queries.summaries(connection, sorted(set(ids) - cases.keys()))
    while stops := [case for case in cases.values() if case.lifecycle == _STOP]:
        above = {case.parent_id for case in stops if case.parent_id} - cases.keys()
        cases = {name: case for name, case in cases.items() if case.lifecycle != _STOP}
        cases |= queries.summaries(connection, sorted(above))
    return {name: case for name, case in cases.items() if case.closed_at is None}


def _answers(desk: Desk, case: CaseSummary) -> bool:
    """Whether an office writes it on the case above; an amendment, which no office leads, stands beside its paper."""
    lifecycle = _lifecycle(desk, case)
    return lifecycle.record == "paper" and any(name in lifecycle.fields for name in OFFICES)


def _is_for_the_council(lifecycle: Lifecycle) -> bool:
    """Not so what is asked within the house on the way, such as a co-signature."""
    return lifecycle.record == "paper" or COUNCIL_BODY in lifecycle.fields


def _lifecycle(desk: Desk, case: CaseSummary) -> Lifecycle:
    return desk.known.lifecycles(case.lifecycle, case.lifecycle_version)


class _Page:
    """What the entries of some cases need, read at once."""

    def __init__(self, connection: Connection, desk: Desk, cases: Collection[CaseSummary]) -> None:
        self._desk = desk
        ids = [case.id for case in cases]
        self._clocks = _clocks(connection, ids)
        self._delays = _delays(connection, desk, cases)
        self._publicity = publicity_of(connection, ids, desk.known.lifecycles, lambda _body: desk.town)
        self._outside = Reader(inside=False, day=desk.today)

    def listed(self, case: CaseSummary) -> Listed:
        publicity = self._publicity[case.id]
        return Listed(self._entry(case, public=may_show_resolution(publicity, self._outside)), case, publicity)

    def _entry(self, case: CaseSummary, *, public: bool) -> Entry:
        facts, lifecycle = case.facts, _lifecycle(self._desk, case)
        clock = self._clock(case)
        target = clock.due_on if clock else case.due_on
        return Entry(
            case.id,
            case.number,
            case.subject or facts.get(SUBJECT),
            next((str(facts[name]) for name in WHAT if facts.get(name)), None),
            lifecycle.fields[_EXAMINE].label if facts.get(_EXAMINE) else lifecycle.label,
            lifecycle.states[case.state].label,
            self._name(facts.get(ASKER)),
            self._name(next((facts[name] for name in OFFICES if facts.get(name)), case.owner)),
            target,
            self._light(facts.get(_LIGHT), target, clock),
            facts.get(DELAY) or self._delays.get(case.id),
            public,
        )

    def _clock(self, case: CaseSummary) -> _Clock | None:
        """The measured deadline, else the next one."""
        measured = self._desk.known.measured.get(case.lifecycle, {})
        clocks = self._clocks.get(case.id, ())
        wanted = [one for one in clocks if one.name in measured] or [one for one in clocks if one.due_on == case.due_on]
        return min(wanted, key=lambda one: one.due_on, default=None)

    def _name(self, party: object) -> str | None:
        return self._desk.town.names.get(str(party), str(party)) if party else None

    def _light(self, said: object, target: date | None, clock: _Clock | None) -> Light:
        """Red once the day is over, yellow once somebody had to be reminded; or worse, if the office says so."""
        over = target is not None and target < self._desk.today
        computed: Light = "rot" if over else "gelb" if clock and clock.told else "gruen"
        reported: Light = next((light for light in LIGHTS if light == said), "gruen")
        return max(computed, reported, key=LIGHTS.index)


def _clocks(connection: Connection, ids: Collection[str]) -> Mapping[str, list[_Clock]]:
    """Of each case the deadlines that have not come to their end."""
    query = select(_deadline.c.case_id, *(_deadline.c[name] for name in _Clock._fields))
    found: dict[str, list[_Clock]] = {}
    for case, *values in connection.execute(
        query.where(Among(_deadline.c.case_id), _deadline.c.settled_at.is_(None)), {"ids": list(ids)}
    ):
        found.setdefault(case, []).append(_Clock(*values))
    return found


def _delays(connection: Connection, desk: Desk, cases: Iterable[CaseSummary]) -> Mapping[str, str]:
    """Of each case the reason with which a measured deadline was moved last."""
    moving = {
        case.id: {
            event
            for clock in desk.known.measured.get(case.lifecycle, {}).values()
            for event in (*clock.moves, *clock.extends)
        }
        for case in cases
    }
    events = sorted(set().union(*moving.values())) if moving else []
    if not events:
        return {}
    query = select(_line.c.case_id, _line.c.event, _line.c.data).where(
        Among(_line.c.case_id), _line.c.event.in_(events)
    )
    rows = connection.execute(query.order_by(_line.c.case_id, _line.c.seq), {"ids": sorted(moving)})
    told = [
        (case, name, data) for case, event, data in rows if data and event in moving[case] for name in (_REASON, MOVED)
    ]
    return {case: str(data[name]) for case, name, data in told if data.get(name)}
