"""What the database knows about the cases of messages: read for many of them at once, on one snapshot."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import BindParameter, Connection, CursorResult, Select, bindparam, select

from ..config.errors import NotFoundError
from ..states import queries
from ..states.lifecycle import Lifecycle
from ..states.queries import DeadlineView
from ..states.records import RECORDS
from ..states.tables import CaseRow, MessageRow, TransitionRow, table_of
from ..states.ticks import LAPSED, REMINDED
from .outbox import Leased

#: The lifecycle of an id in a version.
Lifecycles: TypeAlias = Callable[[str, int], Lifecycle]
Row: TypeAlias = Mapping[str, Any]

#: The fact with the last day of an embargo; a deadline with this `date` that no longer runs says that it was lifted.
EMBARGO = "gesperrt_bis"

_case, _line, _message = table_of(CaseRow), table_of(TransitionRow), table_of(MessageRow)

# Columns are asked for one by one, and what else comes along is left out: SQLite finds pairs by no index.
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_OCCURRENCES: BindParameter[int] = bindparam("occurrences", expanding=True)
_CHILDREN = select(_case).where(_case.c.parent_id.in_(_CASES)).order_by(_case.c.round, _case.c.position, _case.c.id)
_EVENTS = select(*(_line.c[name] for name in ("case_id", "seq", "event", "data", "reason", "at", "target"))).where(
    _line.c.case_id.in_(_CASES), _line.c.seq.in_(_OCCURRENCES)
)
#: What changed the deadlines of cases. A reminder leaves them as they are.
_CHANGES = (
    select(_line.c.case_id, _line.c.seq, _line.c.changes)
    .where(_line.c.case_id.in_(_CASES), _line.c.event != REMINDED, _line.c.event != LAPSED)
    .order_by(_line.c.seq)
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


class Known(NamedTuple):
    """A case with its lifecycle and its typed record (None: it has none; empty: it is gone)."""

    row: Row
    lifecycle: Lifecycle
    record: Row | None
    #: The last day of an embargo that has not been lifted.
    embargo: date | None


class Dossier(NamedTuple):
    """Everything a message may speak of."""

    case: Known
    #: The cases above it, the nearest first.
    ancestors: tuple[Known, ...]
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


class Dossiers:
    """The dossiers of several messages."""

    def __init__(self, connection: Connection, messages: Sequence[Leased], lifecycles: Lifecycles) -> None:
        self._lifecycles = lifecycles
        wanted = {message.case_id for message in messages}
        found = _rows(connection, _by_id(_case), wanted)
        self._cases = dict(found)
        self._children: dict[str, list[Row]] = defaultdict(list)
        for child in _mappings(connection.execute(_CHILDREN, {"cases": list(wanted)})):
            self._children[child["parent_id"]].append(child)
        while above := _parents(found) - self._cases.keys():
            found = _rows(connection, _by_id(_case), above)
            self._cases |= found
        self._records = {
            name: _rows(connection, _by_id(_table(name)), ids) for name, ids in self._named_records().items()
        }
        embargoed = (row["id"] for row in self._all_cases() if EMBARGO in row["facts"])
        self._clocks = queries.deadlines_of(connection, wanted.union(embargoed))
        self._changed = _changed(connection, wanted & self._clocks.keys())
        self._told = _told(connection, [case for case in wanted if _ended(self._clocks.get(case, ()))])
        self._events = _events(connection, messages)
        self._together = _together(connection, messages)

    def of(self, message: Leased, brings_days: Callable[[str], bool]) -> Dossier:
        """The dossier of a message. `brings_days`: whether mails of a template bring entries for a calendar.

        Raises:
            NotFoundError: there is no such case.
        """
        row = self._cases.get(message.case_id)
        if row is None:
            raise NotFoundError("case_unknown", case=message.case_id)
        clocks, changed = self._clocks.get(row["id"], []), self._changed.get(row["id"], {})
        before = [
            (occurrence, template)
            for id_, recipient, occurrence, template in self._told.get(row["id"], ())
            if recipient == message.recipient and id_ != message.id
        ]

        def was_told(clock: DeadlineView) -> bool:
            while_it_ran = range(clock.occurrence, changed.get(clock.name, 0))
            return any(occurrence in while_it_ran and brings_days(template) for occurrence, template in before)

        return Dossier(
            case=self._known(row),
            ancestors=tuple(map(self._known, self._above(row))),
            children=tuple(map(self._known, self._children.get(row["id"], ()))),
            paper=self._record("paper", row["paper_id"]) if row["paper_id"] is not None else None,
            event=self._events.get((message.case_id, message.occurrence), {}),
            deadlines=tuple(clock for clock in clocks if clock.settled_at is None),
            ended=tuple(filter(was_told, _ended(clocks))),
            late=tuple(clock for clock in clocks if clock.status == "late"),
            changed=changed,
            also_to=tuple(other for other in self._together[_cause(message)] if other != message.recipient),
        )

    def _all_cases(self) -> Iterator[Row]:
        yield from self._cases.values()
        for children in self._children.values():
            yield from children

    def _above(self, row: Row) -> list[Row]:
        found: list[Row] = []
        while (parent := row["parent_id"]) is not None:
            row = self._cases.get(parent, row)
            if row["id"] != parent or row in found:  # only in a damaged database: it is gone, or below itself
                raise NotFoundError("case_unknown", case=parent)
            found.append(row)
        return found

    def _named_records(self) -> Mapping[str, set[str]]:
        """Of each table the ids of the records that the cases name."""
        named = defaultdict(set)
        for row in self._all_cases():
            if (table := self._lifecycle(row).record) is not None:
                named[table].add(row["record_id"])
            named["paper"].add(row["paper_id"])
        return {table: ids - {None} for table, ids in named.items() if ids != {None}}

    def _record(self, table: str, id_: str) -> Row:
        return self._records.get(table, {}).get(id_, {})

    def _lifecycle(self, row: Row) -> Lifecycle:
        return self._lifecycles(row["lifecycle"], row["lifecycle_version"])

    def _known(self, row: Row) -> Known:
        lifecycle = self._lifecycle(row)
        embargo = self._embargo(row, lifecycle)
        if lifecycle.record is None or row["record_id"] is None:
            return Known(row, lifecycle, None, embargo)
        return Known(row, lifecycle, self._record(lifecycle.record, row["record_id"]), embargo)

    def _embargo(self, row: Row, lifecycle: Lifecycle) -> date | None:
        until = row["facts"].get(EMBARGO)
        if until is None:
            return None
        guarding = {clock.name for clock in lifecycle.deadlines.values() if clock.date == EMBARGO}
        running = {clock.name for clock in self._clocks.get(row["id"], ()) if clock.settled_at is None}
        if guarding and guarding.isdisjoint(running):
            return None
        try:
            return date.fromisoformat(str(until))
        except ValueError:  # a lifecycle of somebody else: what is no day has no end
            return date.max


def _rows(connection: Connection, query: Select[Any], ids: Iterable[str]) -> dict[str, Row]:
    """By their id."""
    return {row["id"]: row for row in _mappings(connection.execute(query, {"ids": list(ids)}))}


def _mappings(rows: CursorResult[Any]) -> Iterator[Row]:
    names = tuple(rows.keys())
    return (dict(zip(names, row, strict=True)) for row in rows)


@lru_cache(maxsize=32)
def _by_id(table: Any) -> Select[Any]:
    """Put together once: that costs more than the database needs for the answer."""
    return select(table).where(table.c.id.in_(bindparam("ids", expanding=True)))


def _table(record: str) -> Any:
    return table_of(RECORDS[record])


def _parents(cases: Mapping[str, Row]) -> set[str]:
    return {row["parent_id"] for row in cases.values()} - {None}


def _changed(connection: Connection, cases: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
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
    lines = _mappings(connection.execute(_EVENTS, _columns(messages)))
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
