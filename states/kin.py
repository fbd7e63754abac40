"""Cases read together with those above and below them and their typed records, many at once, on one snapshot."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, CursorResult, Select, select

from ..config.errors import NotFoundError
from . import queries
from .closed_sessions import public_column
from .columns import Among
from .lifecycle import Lifecycle
from .queries import DeadlineView
from .records import RECORDS
from .tables import CaseRow, table_of
from .visibility import EMBARGO, last_day

#: The lifecycle of an id in a version.
Lifecycles: TypeAlias = Callable[[str, int], Lifecycle]
Row: TypeAlias = Mapping[str, Any]

#: How a clock stands whose day is over or whose event has come.
_ENDED = frozenset({"met", "late"})
_case = table_of(CaseRow)
_CASES = select(*(column for column in _case.c if column is not _case.c.public), public_column())
_CASES_BY_ID = _CASES.where(Among(_case.c.id))
_CHILDREN = _CASES.where(Among(_case.c.parent_id)).order_by(_case.c.round, _case.c.position, _case.c.id)


class Known(NamedTuple):
    """A case with its lifecycle and its typed record (None: it has none; empty: it is gone)."""

    row: Row
    lifecycle: Lifecycle
    record: Row | None
    #: The last day of an embargo that has not been lifted.
    embargo: date | None


class Kin:
    """The cases of `wanted`, with their children and everything above them; `clocks`: with their deadlines too."""

    def __init__(
        self, connection: Connection, wanted: Iterable[str], lifecycles: Lifecycles, *, clocks: bool = False
    ) -> None:
        self._lifecycles = lifecycles
        ids = set(wanted)
        found = _rows(connection, _CASES_BY_ID, ids)
        self._cases = dict(found)
        self._children: dict[str, list[Row]] = defaultdict(list)
        for child in mappings(connection.execute(_CHILDREN, {"ids": list(ids)})):
            self._children[child["parent_id"]].append(child)
        while above := _parents(found) - self._cases.keys():
            found = _rows(connection, _CASES_BY_ID, above)
            self._cases |= found
        self._records = {
            name: _rows(connection, _by_id(_table(name)), named) for name, named in self._named_records().items()
        }
        timed = {row["id"] for row in self._all_cases() if EMBARGO in row["facts"]}.union(ids if clocks else ())
        #: The deadlines of the cases with an embargo, and with `clocks` of those wanted.
        self.clocks: Mapping[str, list[DeadlineView]] = queries.deadlines_of(connection, timed) if timed else {}

    def __contains__(self, case_id: object) -> bool:
        return case_id in self._cases

    def of(self, case_id: str) -> Known:
        """The case.

        Raises:
            NotFoundError: there is no such case.
        """
        return self._known(self._row(case_id))

    def above(self, case_id: str) -> tuple[Known, ...]:
        """The cases above it, the nearest first. Errors as in `of`."""
        return tuple(map(self._known, self._above(self._row(case_id))))

    def below(self, case_id: str) -> tuple[Known, ...]:
        """Its children, in the order of their rounds."""
        return tuple(map(self._known, self._children.get(case_id, ())))

    def paper(self, case_id: str) -> Row | None:
        """The paper that it is about; empty: it is gone. Errors as in `of`."""
        named = self._row(case_id)["paper_id"]
        return self._record("paper", named) if named is not None else None

    def _row(self, case_id: str) -> Row:
        if case_id not in self._cases:
            raise NotFoundError("case_unknown", case=case_id)
        return self._cases[case_id]

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
        """Lifted is what its own release has ended, in time or late; a clock that was cancelled has lifted nothing."""
        until = last_day(row["facts"].get(EMBARGO))
        if until is None:
            return None
        guarding = {clock.name for clock in lifecycle.deadlines.values() if clock.date == EMBARGO}
        clocks = [clock for clock in self.clocks.get(row["id"], ()) if clock.name in guarding]
        newest = max(clocks, key=lambda clock: clock.occurrence, default=None)
        if newest is None:
            return until
        return None if newest.status in _ENDED else max(until, newest.due_on)


def mappings(rows: CursorResult[Any]) -> Iterator[Row]:
    """The rows by the names of their columns."""
    names = tuple(rows.keys())
    return (dict(zip(names, row, strict=True)) for row in rows.all())


def _rows(connection: Connection, query: Select[Any], ids: Iterable[str]) -> dict[str, Row]:
    """By their id."""
    return {row["id"]: row for row in mappings(connection.execute(query, {"ids": list(ids)}))}


@lru_cache(maxsize=32)
def _by_id(table: Any) -> Select[Any]:
    """Put together once: that costs more than the database needs for the answer."""
    return select(table).where(Among(table.c.id))


def _table(record: str) -> Any:
    return table_of(RECORDS[record])


def _parents(cases: Mapping[str, Row]) -> set[str]:
    return {row["parent_id"] for row in cases.values()} - {None}
