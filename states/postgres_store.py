"""Steps on PostgreSQL: one SELECT, one data-modifying statement; an explicit transaction only where more follows."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import psycopg

from .clock_records import ClockChange
from .columns import instant_text
from .driver_errors import translated
from .history_rows import TABLES, Batch, mark_statement, mark_values
from .ledger import canonical
from .search_index import Index
from .sql_transaction import SqlTransaction
from .statements import CASE, Parts, postgres_apply, postgres_statements
from .step import Situation
from .store import Transaction, case_from, clock_from
from .writes import Write, case_values, next_text, record_statement, settled_at

T = TypeVar("T")
#: Hands out a pooled connection in autocommit for the length of a with block.
Lend = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]

_LOADED = len(CASE)
_CASE_ROW = (*CASE, "unattended", "changed_at")
IDLE = psycopg.pq.TransactionStatus.IDLE
#: How often the loser of a deadlock tries again, and how long it waits at most before that (seconds): long enough for
#: the winner to wake up and take the row that was let go, or the same two would meet again.
_RETRIES = 3
_PAUSE = 0.1


class PostgresTransaction(SqlTransaction):
    """The hot path's statements on one connection: each commits alone, unless `begin` was called or a host began."""

    _mark = "%s"

    def __init__(self, connection: psycopg.Connection[Any], schema: str | None) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._sql = postgres_statements(schema)
        super().__init__(self._execute, self._sql)
        self._schema = schema
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
        return _situation(row) if row else None

    def load_many(self, case_ids: Sequence[str]) -> list[Situation]:
        """See `store.Transaction`."""
        rows = self._execute(self._sql.load_many, (f"{{{','.join(case_ids)}}}",)).fetchall()
        return [_situation(row) for row in rows]

    def record(self, table: str, record_id: str) -> dict[str, Any]:
        """See `store.Transaction`."""
        sql = f"SELECT to_jsonb(r) FROM {self._prefix}{table} r WHERE id = %s"  # a table of ours
        row = self._execute(sql, (record_id,)).fetchone()
        return dict(row[0]) if row else {}

    def apply(self, writes: Sequence[Write]) -> bool:
        """See `store.Transaction`."""
        if len(writes) > 1 or any(write.record or write.searched for write in writes):
            self.begin()
        rows = _rows(writes)
        parts = Parts(**{part: bool(rows[part]) for part in Parts._fields})
        values = tuple(canonical(found) for found in rows.values() if found)
        row = self._execute(postgres_apply(self._schema, parts), values).fetchone()
        done = bool(row and row[0] == len(writes))
        for write in writes if done else ():
            if write.record:  # behind the case: whoever has locked that writes here, too
                self._execute(*record_statement(write, mark="%s", prefix=self._prefix))
            if write.searched:
                Index(self._execute, postgres=True, schema=self._schema).put(write.case)
        return done

    def take_over(self, batch: Batch) -> bool:
        """See `store.Transaction`. COPY: the fastest way in."""
        self.begin()
        if self._execute(mark_statement("%s", self._prefix), mark_values(batch.mark)).rowcount != 1:
            return False
        with self._connection.cursor() as cursor:
            for table, rows in batch.rows.items():
                with cursor.copy(f"COPY {self._prefix}{table} ({', '.join(TABLES[table])}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        return True


def _situation(row: Sequence[Any]) -> Situation:
    return Situation(case_from(row[:_LOADED]), tuple(clock_from(clock) for clock in row[_LOADED] or ()))


def _rows(writes: Sequence[Write]) -> dict[str, list[dict[str, Any]]]:
    """The rows of all steps, by the part of the statement that writes them, in its order."""
    return {
        "moved": [_case_row(write) for write in writes if write.line.seq > 1],
        "opened": [_case_row(write) for write in writes if write.line.seq == 1],
        "logged": [{**w.line._asdict(), "data": w.data_json, "changes": w.changes_json} for w in writes],
        "started": [clock for write in writes for clock in write.clocks],
        "changed": [_change_row(write, change) for write in writes for change in write.step.changed],
        "told": [{**message, "attempts": 0, "token": 0} for write in writes for message in write.messages],
        "keyed": [_key_row(write) for write in writes if write.key],
        "signed": [write.signature for write in writes if write.signature],
    }


def _case_row(write: Write) -> dict[str, Any]:
    return dict(zip(_CASE_ROW, case_values(write), strict=True))


def _change_row(write: Write, change: ClockChange) -> dict[str, Any]:
    plan = change.plan
    return {
        "id": change.id,
        "case_id": write.case.id,
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
        """See `store.Store`. The loser of a deadlock has written nothing and tries again."""
        with translated():
            for _ in range(_RETRIES):
                try:
                    return self._run_once(work)
                except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
                    time.sleep(random.uniform(_PAUSE / 4, _PAUSE))  # noqa: S311  # spreads callers, keeps no secret
            return self._run_once(work)

    def _run_once(self, work: Callable[[Transaction], T]) -> T:
        with self._lend() as connection:
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
