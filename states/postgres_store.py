"""Steps on PostgreSQL: one SELECT, one data-modifying statement; an explicit transaction only where more follows."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import psycopg

from .columns import instant_text
from .driver_errors import translated
from .ledger import canonical
from .statements import CASE, postgres_statements
from .step import ChildCount, ClockChange, Situation
from .store import KnownKey, Transaction, case_from, children_from, clock_from
from .writes import Write, next_text, opening_values, record_statement, settled_at

T = TypeVar("T")
#: Hands out a pooled connection in autocommit for the length of a with block.
Lend = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]

_LOADED = len(CASE)
#: A step that opens a case has inserted it already; this takes the place of the UPDATE in the one statement.
_NO_ROWS = "[]"


class PostgresTransaction:
    """The hot path's statements on one connection: each commits alone, unless `begin` was called or a host has begun."""

    def __init__(self, connection: psycopg.Connection[Any], schema: str | None) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._sql = postgres_statements(schema)
        self._prefix = f'"{schema}".' if schema else ""

    def begin(self) -> None:
        """See `store.Transaction`."""
        if self._connection.autocommit and self._connection.info.transaction_status == IDLE:
            self._execute("BEGIN")

    def lock(self, case_id: str) -> None:
        """See `store.Transaction`."""
        self.begin()
        self._execute(self._sql.lock, (case_id,))

    def load(self, case_id: str) -> Situation | None:
        """See `store.Transaction`."""
        row = self._execute(self._sql.load, (case_id,)).fetchone()
        if row is None:
            return None
        clocks = tuple(clock_from(clock) for clock in row[_LOADED] or ())
        return Situation(case_from(row[:_LOADED]), clocks)

    def children(self, case_id: str) -> tuple[ChildCount, ...]:
        """See `store.Transaction`."""
        return children_from(self._execute(self._sql.children, (case_id,)).fetchall())

    def open_children(self, case_id: str, child: str) -> Sequence[str]:
        """See `store.Transaction`."""
        return [row[0] for row in self._execute(self._sql.open_children, (case_id, child))]

    def record(self, table: str, record_id: str) -> dict[str, Any]:
        """See `store.Transaction`."""
        sql = f"SELECT to_jsonb(r) FROM {self._prefix}{table} r WHERE id = %s"  # a table of ours
        row = self._execute(sql, (record_id,)).fetchone()
        return dict(row[0]) if row else {}

    def find_key(self, key: str) -> KnownKey | None:
        """See `store.Transaction`."""
        row = self._execute(self._sql.find_key, (key,)).fetchone()
        return KnownKey(*row) if row else None

    def apply(self, write: Write) -> bool:
        """See `store.Transaction`."""
        if write.record or write.step.case.log_seq == 0:
            self.begin()
        if write.record:
            self._execute(*record_statement(write, mark="%s", prefix=self._prefix))
        if write.step.case.log_seq == 0:
            self._execute(self._sql.open, opening_values(write))
        row = self._execute(self._sql.apply, self._values(write)).fetchone()
        return bool(row and row[0] == 1)

    def _values(self, write: Write) -> tuple[Any, ...]:
        case, line = write.case, write.line
        before = line.seq if write.step.case.log_seq == 0 else line.seq - 1
        return (
            case.state,
            case.version,
            line.seq,
            line.hash,
            write.facts_json,
            case.owner,
            case.due_on,
            case.public,
            write.unattended,
            case.outcome,
            write.at,
            write.at if write.step.closed else None,
            case.id,
            before,
            canonical([{**line._asdict(), "data": write.data_json, "changes": write.changes_json}]),
            canonical(write.clocks) if write.clocks else _NO_ROWS,
            canonical([_change_row(write, change) for change in write.step.changed])
            if write.step.changed
            else _NO_ROWS,
            canonical([{**m, "attempts": 0, "token": 0} for m in write.messages]) if write.messages else _NO_ROWS,
            canonical([_key_row(write)]) if write.key else _NO_ROWS,
        )


IDLE = psycopg.pq.TransactionStatus.IDLE


def _change_row(write: Write, change: ClockChange) -> dict[str, Any]:
    plan = change.plan
    return {
        "id": change.id,
        "status": change.status,
        "due_on": change.due_on.isoformat(),
        "lapses_at": instant_text(change.lapses_at),
        "next_at": next_text(change),
        "told": change.told,
        "paused_on": change.paused_on.isoformat() if change.paused_on else None,
        "settled_at": settled_at(write.at, change.status),
        "ladder": plan.ladder_json if plan else None,
        "trace": plan.trace_json if plan else None,
    }


def _key_row(write: Write) -> dict[str, Any]:
    key = write.key
    named = {"key": key.key, "request": key.request} if key else {}
    return {**named, "case_id": write.case.id, "seq": write.line.seq, "created_at": write.at}


class PostgresStore:
    """Connections in autocommit out of the pool; several works run side by side."""

    def __init__(self, lend: Lend, schema: str | None) -> None:
        self._lend = lend
        self._schema = schema

    def run(self, work: Callable[[Transaction], T]) -> T:
        """See `store.Store`."""
        with translated(), self._lend() as connection:
            transaction = PostgresTransaction(connection, self._schema)
            try:
                result = work(transaction)
                if connection.info.transaction_status != IDLE:
                    connection.execute("COMMIT")
            except BaseException:
                if not connection.closed and connection.info.transaction_status != IDLE:
                    connection.execute("ROLLBACK")
                raise
            return result
