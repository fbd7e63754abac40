"""What is still open: before a body of the council, or with an office. Reads only.

On the list of a body stand the cases with a measured deadline (see `punctuality_rows`) that were meant for it, and any
with a consultation before it that has no result yet; on the list of an office those with a measured deadline that it
has the lead of, and whatever else lies with it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, select, text

from ..config.text import Text
from . import queries
from .columns import Among
from .lifecycle import Lifecycle
from .publicity import publicity_of
from .punctuality import ASKER, OFFICES
from .punctuality_rows import Known
from .punctuality_tables import RUNNING, PunctualityRow
from .queries import CaseSummary, DeadlineView
from .records import UNDECIDED, Consultation
from .tables import TransitionRow, table_of
from .town import Town
from .visibility import Reader, may_show_content

Light: TypeAlias = Literal["gruen", "gelb", "rot"]
LIGHTS: tuple[Light, ...] = ("gruen", "gelb", "rot")

_measured, _consultation = table_of(PunctualityRow), table_of(Consultation)
_line = table_of(TransitionRow)
#: Facts that say more than the subject what is to be done; what the responsible office says of it.
WHAT, _LIGHT, _DELAY, _REASON = ("zusage", "aufgabe"), "ampel", "verzug_weil", "grund"
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


#: An entry, and the case that it is made of.
Listed: TypeAlias = tuple[Entry, CaseSummary]


class Desk(NamedTuple):
    """Where a list is made: what follows from the log, the municipality, and the day."""

    known: Known
    town: Town
    today: date


def before_body(connection: Connection, desk: Desk, council_body: str) -> list[Listed]:
    """What is open before a body of the council, the most urgent first."""
    columns = _measured.c, _consultation.c
    measured = select(columns[0].case_id).where(
        columns[0].body == desk.town.key, columns[0].council_body == council_body, text(RUNNING)
    )
    stops = select(columns[1].case_id).where(
        columns[1].body == desk.town.key, columns[1].organization_key == council_body, text(UNDECIDED)
    )
    found = {*connection.execute(measured).scalars(), *connection.execute(stops).scalars()}
    cases = _open(connection, found)
    answered = [case for case in cases.values() if not (case.parent_id in cases and _is_paper(desk, case))]
    return _entries(connection, desk, answered)


def with_office(connection: Connection, desk: Desk, office: str) -> list[Listed]:
    """What is open with an office, the most urgent first."""
    measured = select(_measured.c.case_id).where(
        _measured.c.body == desk.town.key, _measured.c.office == office, text(RUNNING)
    )
    lying = queries.worklist(connection, desk.town.key, (office,), queries.Page(limit=_MOST))
    cases = _open(connection, {*connection.execute(measured).scalars(), *(case.id for case in lying)})
    asked = {case.parent_id for case in cases.values() if _is_paper(desk, case)}
    return _entries(connection, desk, [case for case in cases.values() if case.id not in asked])


def _entries(connection: Connection, desk: Desk, cases: Collection[CaseSummary]) -> list[Listed]:
    page = _Page(connection, desk, cases)
    return sorted(((page.entry(case), case) for case in cases), key=lambda listed: _urgency(listed[0]))


def _urgency(entry: Entry) -> tuple[bool, date, str, str]:
    return entry.target is None, entry.target or date.max, entry.number or "", entry.case_id


def _open(connection: Connection, ids: Iterable[str | None]) -> dict[str, CaseSummary]:
    """Those of the cases that are open, by their ids: of stops the papers to which they belong."""
    cases = queries.summaries(connection, sorted(one for one in ids if one))
    while stops := [case for case in cases.values() if case.lifecycle == _STOP]:
        above = {case.parent_id for case in stops if case.parent_id} - cases.keys()
        cases = {name: case for name, case in cases.items() if case.lifecycle != _STOP}
        cases |= queries.summaries(connection, sorted(above))
    return {name: case for name, case in cases.items() if case.closed_at is None}


def _is_paper(desk: Desk, case: CaseSummary) -> bool:
    return _lifecycle(desk, case).record == "paper"


def _lifecycle(desk: Desk, case: CaseSummary) -> Lifecycle:
    return desk.known.lifecycles(case.lifecycle, case.lifecycle_version)


class _Page:
    """What the entries of some cases need, read at once."""

    def __init__(self, connection: Connection, desk: Desk, cases: Collection[CaseSummary]) -> None:
        self._desk = desk
        ids = [case.id for case in cases]
        self._clocks = queries.deadlines_of(connection, ids) if ids else {}
        self._delays = _delays(connection, desk, cases)
        self._publicity = publicity_of(connection, ids, desk.known.lifecycles, lambda _body: desk.town)
        self._outside = Reader(inside=False, day=desk.today)

    def entry(self, case: CaseSummary) -> Entry:
        facts, lifecycle = case.facts, _lifecycle(self._desk, case)
        clock = self._clock(case)
        target = clock.due_on if clock else case.due_on
        return Entry(
            case.id,
            case.number,
            case.subject,
            next((str(facts[name]) for name in WHAT if facts.get(name)), None),
            lifecycle.label,
            lifecycle.states[case.state].label,
            self._name(facts.get(ASKER)),
            self._name(next((facts[name] for name in OFFICES if facts.get(name)), case.owner)),
            target,
            self._light(facts.get(_LIGHT), target, clock),
            facts.get(_DELAY) or self._delays.get(case.id),
            case.id in self._publicity and may_show_content(self._publicity[case.id], self._outside),
        )

    def _clock(self, case: CaseSummary) -> DeadlineView | None:
        """The measured deadline that runs."""
        measured = self._desk.known.measured.get(case.lifecycle, {})
        running = (one for one in self._clocks.get(case.id, ()) if one.name in measured and one.settled_at is None)
        return min(running, key=lambda one: one.due_on, default=None)

    def _name(self, party: object) -> str | None:
        return self._desk.town.names.get(str(party), str(party)) if party else None

    def _light(self, said: object, target: date | None, clock: DeadlineView | None) -> Light:
        """Red once the day is over, yellow once somebody had to be reminded; or worse, if the office says so."""
        over = target is not None and target < self._desk.today
        computed: Light = "rot" if over else "gelb" if clock and clock.told else "gruen"
        reported: Light = next((light for light in LIGHTS if light == said), "gruen")
        return max(computed, reported, key=LIGHTS.index)


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
    return {
        case: str(data[_REASON]) for case, event, data in rows if event in moving[case] and (data or {}).get(_REASON)
    }
