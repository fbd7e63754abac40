"""Steps on SQLite: a few prepared statements on one connection; those of several cases go table by table."""

import sqlite3
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from .clock_records import ClockChange
from .columns import instant_text
from .history_rows import TABLES, Batch, mark_statement, mark_values
from .ledger import canonical
from .plans import Plan
from .search_index import Index
from .sql_transaction import SqlTransaction
from .statements import CASE, inserted, sqlite_statements
from .step import Situation
from .store import case_from, clock_from
from .writes import KeyWrite, Write, case_values, closed_text, next_text, record_statement, settled_at

#: How many columns of a loaded row are those of the case; the others are a running clock.
LOADED = len(CASE)


class SqliteTransaction(SqlTransaction):
    """The hot path's statements on one SQLite connection that is inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._sql = sqlite_statements()
        super().__init__(self._execute, self._sql)

    def begin(self) -> None:
        """Nothing to do: `SqliteStore.run` (or the host) has begun."""

    def lock(self, case_id: str) -> None:
        """Nothing to do: whoever writes holds the whole database."""

    def load(self, case_id: str) -> Situation | None:
        """See `store.Transaction`."""
        rows = self._execute(self._sql.load, (case_id,)).fetchall()
        return _situation(rows) if rows else None

    def load_many(self, case_ids: Sequence[str]) -> list[Situation]:
        """See `store.Transaction`."""
        rows = self._execute(self._sql.load_many, (canonical(case_ids),))
        return [_situation(list(of_case)) for _, of_case in groupby(rows, key=itemgetter(0))]

    def record(self, table: str, record_id: str) -> dict[str, Any]:
        """See `store.Transaction`."""
        cursor = self._execute(f"SELECT * FROM {table} WHERE id = ?", (record_id,))  # a table of ours
        row = cursor.fetchone()
        return dict(zip((c[0] for c in cursor.description), row, strict=True)) if row else {}

    def apply(self, writes: Sequence[Write]) -> bool:
        """See `store.Transaction`."""
        if len(writes) == 1 or any(write.record or write.searched or write.line.seq == 1 for write in writes):
            return all(self._apply(write) for write in writes)
        return self._apply_together(writes)

    def take_over(self, batch: Batch) -> bool:
        """See `store.Transaction`."""
        if self._execute(mark_statement("?"), mark_values(batch.mark)).rowcount != 1:
            return False
        for table, rows in batch.rows.items():
            self._connection.executemany(inserted(table, TABLES[table]), rows)
        return True

    def _apply_together(self, writes: Sequence[Write]) -> bool:
        """Steps of cases that are open already, table by table."""
        many, sql = self._connection.executemany, self._sql
        if many(sql.move, [_move_values(write) for write in writes]).rowcount != len(writes):
            return False
        many(sql.line, [_line_values(write) for write in writes])
        many(sql.clock, [tuple(clock.values()) for write in writes for clock in write.clocks])
        changes = [(write, change) for write in writes for change in write.step.changed]
        many(sql.settle, [_settle_values(write, change) for write, change in changes])
        many(sql.replan, [_replan_values(change.id, change.plan) for _, change in changes if change.plan])
        many(sql.message, [(*message.values(), 0, 0) for write in writes for message in write.messages])
        many(sql.key, [_key_values(write, write.key) for write in writes if write.key])
        many(sql.signature, [tuple(write.signature.values()) for write in writes if write.signature])
        return True

    def _apply(self, write: Write) -> bool:
        if write.line.seq == 1:
            self._open(write)
        elif not self._move(write):
            return False
        self._execute(self._sql.line, _line_values(write))
        for clock in write.clocks:
            self._execute(self._sql.clock, tuple(clock.values()))
        for change in write.step.changed:
            self._change(write, change)
        for message in write.messages:
            self._execute(self._sql.message, (*message.values(), 0, 0))
        if write.key:
            self._execute(self._sql.key, _key_values(write, write.key))
        if write.signature:
            self._execute(self._sql.signature, tuple(write.signature.values()))
        if write.searched:
            Index(self._execute, postgres=False).put(write.case)
        return True

    def _move(self, write: Write) -> bool:
        moved = self._execute(self._sql.move, _move_values(write)).rowcount == 1
        if moved and write.record:
            self._write_record(write)
        return moved

    def _open(self, write: Write) -> None:
        if write.record:
            self._write_record(write)
        self._execute(self._sql.open, case_values(write))

    def _write_record(self, write: Write) -> None:
        self._execute(*record_statement(write, mark="?"))

    def _change(self, write: Write, change: ClockChange) -> None:
        self._execute(self._sql.settle, _settle_values(write, change))
        if change.plan:
            self._execute(self._sql.replan, _replan_values(change.id, change.plan))


def _situation(rows: Sequence[Sequence[Any]]) -> Situation:
    """A case from its rows, one for each running clock, or one without."""
    clocks = tuple(clock_from(row[LOADED:]) for row in rows if row[LOADED] is not None)
    return Situation(case_from(rows[0][:LOADED]), clocks)


def _move_values(write: Write) -> tuple[Any, ...]:
    case, line = write.case, write.line
    return (
        case.state,
        case.version,
        line.seq,
        line.hash,
        write.facts_json,
        case.owner,
        case.due_on.isoformat() if case.due_on else None,
        case.public,
        write.unattended,
        case.outcome,
        write.at,
        closed_text(write),
        case.parent_id,
        case.id,
        line.seq - 1,
    )


def _settle_values(write: Write, change: ClockChange) -> tuple[Any, ...]:
    paused = change.paused_on.isoformat() if change.paused_on else None
    settled = settled_at(write.at, change.status)
    return (change.status, next_text(change), change.told, paused, settled, change.id)


def _replan_values(clock_id: str, plan: Plan) -> tuple[Any, ...]:
    return (plan.due_on.isoformat(), instant_text(plan.lapses_at), plan.ladder_json, plan.trace_json, clock_id)


def _key_values(write: Write, key: KeyWrite) -> tuple[Any, ...]:
    return (key.key, key.request, write.case.id, write.line.seq, write.at)


def _line_values(write: Write) -> tuple[Any, ...]:
    line = write.line
    return (*line[:11], write.data_json, line.salt, write.changes_json, *line[14:])
