"""What the database knows about the cases of messages: read for many of them at once, on one snapshot."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from ..states.amendments import changes_made
from ..states.kin import Kin, Known, Lifecycles, Row, mappings
from ..states.queries import DeadlineView
from ..states.tables import MessageRow, TransitionRow, table_of
from ..states.ticks import LAPSED, REMINDED
from .outbox import Leased

_line, _message = table_of(TransitionRow), table_of(MessageRow)

# Columns are asked for one by one, and what else comes along is left out: SQLite finds pairs by no index.
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_OCCURRENCES: BindParameter[int] = bindparam("occurrences", expanding=True)
_EVENTS = select(*(_line.c[name] for name in ("case_id", "seq", "event", "data", "reason", "at", "target"))).where(
    _line.c.case_id.in_(_CASES), _line.c.seq.in_(_OCCURRENCES)
)
#: What changed the deadlines of cases. A reminder leaves them as they are.
_CHANGES = (
    select(_line.c.case_id, _line.c.seq, _line.c.changes)
    .where(_line.c.case_id.in_(_CASES), _line.c.event != REMINDED, _line.c.event != LAPSED)
    .order_by(_line.c.seq)
)
#: The line with which each case last left a state, and the newest message of each template in it.
_MOVED = (
    select(_line.c.case_id, func.max(_line.c.seq))
    .where(_line.c.case_id.in_(_CASES), _line.c.source != _line.c.target)
    .group_by(_line.c.case_id)
)
_NEWEST = (
    select(_message.c.case_id, _message.c.template, func.max(_message.c.occurrence))
    .where(_message.c.case_id.in_(_CASES), _message.c.status != "cancelled")
    .group_by(_message.c.case_id, _message.c.template)
)
_TOLD = select(
    _message.c.id, _message.c.case_id, _message.c.recipient, _message.c.occurrence, _message.c.template
).where(_message.c.case_id.in_(_CASES))
_TOGETHER = (
    select(_message.c.case_id, _message.c.occasion, _message.c.occurrence, _message.c.template, _message.c.recipient)
    .where(
        _message.c.case_id.in_(_CASES),
        _message.c.occasion.in_(bindparam("occasions", expanding=True)),
        _message.c.occurrence.in_(_OCCURRENCES),
    )
    .order_by(_message.c.id)
)


class Dossier(NamedTuple):
    """Everything a message may speak of."""

    case: Known
    #: The cases above it, the nearest first.
    ancestors: tuple[Known, ...]
    #: Those below it; with a stop that has adopted its paper with changes, the amendments by which it did.
    children: tuple[Known, ...]
    paper: Row | None
    #: The log line that caused the message.
    event: Row
    deadlines: tuple[DeadlineView, ...]
    #: Those that have ended and have not begun anew, as far as the recipient was told of days while they ran.
    ended: tuple[DeadlineView, ...]
    #: Those that were met too late.
    late: tuple[DeadlineView, ...]
    #: By the name of a deadline: the log line that last changed it. Grows with every change, whatever the rule.
    changed: Mapping[str, int]
    #: Who else is told the same by the same log line.
    also_to: tuple[str, ...]
    #: The log line with which the case last left a state; 0: none.
    moved: int = 0
    #: The log line that caused the newest message of the same template, whoever it is for.
    newest: int = 0


class Dossiers:
    """The dossiers of several messages."""

    def __init__(self, connection: Connection, messages: Sequence[Leased], lifecycles: Lifecycles) -> None:
        wanted = {message.case_id for message in messages}
        self._kin = Kin(connection, wanted, lifecycles, clocks=True)
        self._clocks = self._kin.clocks
        self._changed = deadline_changes(connection, wanted & self._clocks.keys())
        self._told = _told(connection, [case for case in wanted if _ended(self._clocks.get(case, ()))])
        self._events = _events(connection, messages)
        self._together = _together(connection, messages)
        cases = {"cases": list(wanted)}
        self._moved: dict[str, int] = dict(tuple(row) for row in connection.execute(_MOVED, cases))
        lines = [(self._kin.of(case), *self._kin.above(case)) for case in wanted if case in self._kin]
        self._changes = changes_made(connection, lines, lifecycles)
        self._newest = {(case, template): seq for case, template, seq in connection.execute(_NEWEST, cases)}

    def of(self, message: Leased, brings_days: Callable[[str], bool]) -> Dossier:
        """The dossier of a message. `brings_days`: whether mails of a template bring entries for a calendar.

        Raises:
            NotFoundError: there is no such case.
        """
        case = message.case_id
        known = self._kin.of(case)
        clocks, changed = self._clocks.get(case, []), self._changed.get(case, {})
        before = [
            (occurrence, template)
            for id_, recipient, occurrence, template in self._told.get(case, ())
            if recipient == message.recipient and id_ != message.id
        ]

        def was_told(clock: DeadlineView) -> bool:
            while_it_ran = range(clock.occurrence, changed.get(clock.name, 0))
            return any(occurrence in while_it_ran and brings_days(template) for occurrence, template in before)

        return Dossier(
            case=known,
            ancestors=self._kin.above(case),
            children=(*self._kin.below(case), *self._changes.get(case, ())),
            paper=self._kin.paper(case),
            event=self._events.get((message.case_id, message.occurrence), {}),
            deadlines=tuple(clock for clock in clocks if clock.settled_at is None),
            ended=tuple(filter(was_told, _ended(clocks))),
            late=tuple(clock for clock in clocks if clock.status == "late"),
            changed=changed,
            also_to=tuple(other for other in self._together[_cause(message)] if other != message.recipient),
            moved=self._moved.get(case, 0),
            newest=self._newest.get((case, message.template), 0),
        )


def deadline_changes(connection: Connection, cases: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
    """By case and the name of a deadline: the log line that last changed it."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for case, seq, changes in connection.execute(_CHANGES, {"cases": list(cases)}):
        found[case].update({name: seq for name, _status, _day in changes.get("deadlines", ())})
    return found


def _ended(clocks: Sequence[DeadlineView]) -> Sequence[DeadlineView]:
    """The newest of each name, unless one of that name goes on."""
    newest = {clock.name: clock for clock in clocks}
    going_on = {clock.name for clock in clocks if clock.settled_at is None}
    return [clock for name, clock in newest.items() if name not in going_on]


def _told(connection: Connection, cases: Sequence[str]) -> Mapping[str, Sequence[tuple[str, str, int, str]]]:
    """By case the messages to anybody: id, recipient, line of the log, template."""
    found = defaultdict(list)
    for id_, case, *rest in connection.execute(_TOLD, {"cases": cases}) if cases else ():
        found[case].append((id_, *rest))
    return found


def _events(connection: Connection, messages: Sequence[Leased]) -> Mapping[tuple[str, int], Row]:
    lines = mappings(connection.execute(_EVENTS, _columns(messages)))
    return {(line["case_id"], line["seq"]): line for line in lines}


def _together(connection: Connection, messages: Sequence[Leased]) -> Mapping[tuple[str, str, int, str], list[str]]:
    """Who is told the same by the same log line, by what the messages have in common."""
    found: dict[tuple[str, str, int, str], list[str]] = {_cause(message): [] for message in messages}
    for *cause, recipient in connection.execute(_TOGETHER, _columns(messages)):
        if (known := found.get(tuple(cause))) is not None:
            known.append(recipient)
    return found


def _columns(messages: Sequence[Leased]) -> dict[str, list[Any]]:
    return {
        "cases": list({message.case_id for message in messages}),
        "occasions": list({message.occasion for message in messages}),
        "occurrences": list({message.occurrence for message in messages}),
    }


def _cause(message: Leased) -> tuple[str, str, int, str]:
    return message.case_id, message.occasion, message.occurrence, message.template
