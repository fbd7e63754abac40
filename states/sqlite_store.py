"""Steps on SQLite: a few prepared statements on one writing connection, and group commit when callers queue.

A caller that finds no one writing becomes the leader: it begins, runs its own work and that of all who queued
meanwhile, and commits once for them all. With one caller there is no thread hop; with many, one fsync serves many.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

import orjson

from ..config.errors import InvalidInputError, StoreError
from .columns import instant_text, parse_instant
from .driver_errors import translated
from .ledger import canonical
from .plans import Plan
from .statements import CASE, sqlite_statements
from .step import ChildCount, ClockChange, ClockTerms, Situation
from .store import KnownKey, Transaction, case_from, children_from, clock_from
from .writes import KeyWrite, Write, case_values, next_text, record_statement, settled_at

T = TypeVar("T")

#: How many waiting callers one commit serves at most.
GROUP = 64

#: How often the interpreter is handed on at most while those whom the last commit served come back.
_YIELDS = 10

LOADED = len(CASE)


class SqliteTransaction:
    """The hot path's statements on one SQLite connection that is inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._sql = sqlite_statements()

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

    def terms(self, case_id: str) -> dict[str, ClockTerms]:
        """See `store.Transaction`."""
        return {row[0]: ClockTerms(*row[1:]) for row in self._execute(self._sql.terms, (case_id,))}

    def children(self, case_id: str) -> tuple[ChildCount, ...]:
        """See `store.Transaction`."""
        return children_from(self._execute(self._sql.children, (case_id,)).fetchall())

    def open_children(self, case_id: str, child: str) -> Sequence[str]:
        """See `store.Transaction`."""
        return [row[0] for row in self._execute(self._sql.open_children, (case_id, child))]

    def record(self, table: str, record_id: str) -> dict[str, Any]:
        """See `store.Transaction`."""
        cursor = self._execute(f"SELECT * FROM {table} WHERE id = ?", (record_id,))  # a table of ours
        row = cursor.fetchone()
        return dict(zip((c[0] for c in cursor.description), row, strict=True)) if row else {}

    def happened(self, case_id: str) -> Sequence[tuple[int, datetime, str, dict[str, Any]]]:
        """See `store.Transaction`."""
        rows = self._execute(self._sql.happened, (case_id,))
        return [(seq, parse_instant(at), event, orjson.loads(changes)) for seq, at, event, changes in rows]

    def find_key(self, key: str) -> KnownKey | None:
        """See `store.Transaction`."""
        row = self._execute(self._sql.find_key, (key,)).fetchone()
        return KnownKey(*row) if row else None

    def apply(self, writes: Sequence[Write]) -> bool:
        """See `store.Transaction`."""
        if len(writes) == 1 or any(write.record or write.line.seq == 1 for write in writes):
            return all(self._apply(write) for write in writes)
        return self._apply_together(writes)

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
        write.at if write.step.closed else None,
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


class _Waiting(Generic[T]):
    """A caller in the queue: what it wants done, and what came of it."""

    __slots__ = ("error", "finished", "result", "turn", "work")

    def __init__(self, work: Callable[[Transaction], T]) -> None:
        self.work = work
        self.finished = False
        self.result: T | None = None
        self.error: BaseException | None = None
        #: Locked until the caller is either served or made the leader; None for one who leads at once.
        self.turn: threading.Lock | None = None


class SqliteStore:
    """One writing connection per process; other processes are waited for by SQLite's busy handler."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._queue: deque[_Waiting[Any]] = deque()
        self._mutex = threading.Lock()
        self._led = False
        #: The thread whose turn it is, so that work which asks for work is told instead of waiting for itself.
        self._leader: int | None = None
        #: How many the last commit served.
        self._last = 1

    def run(self, work: Callable[[Transaction], T]) -> T:
        """See `store.Store`. Works of several threads may share one commit; each is undone alone if it fails."""
        if self._leader == threading.get_ident():
            raise InvalidInputError("called_from_within")
        waiting = _Waiting(work)
        self._wait_for_turn(waiting)
        if not waiting.finished:
            self._lead()
        if waiting.error is not None:
            raise waiting.error
        return waiting.result  # type: ignore[return-value]  # set by _serve before it counts as finished

    def close(self) -> None:
        """Close the writing connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _wait_for_turn(self, waiting: _Waiting[Any]) -> None:
        with self._mutex:
            self._queue.append(waiting)
            if not self._led:
                self._led = True
                return
            waiting.turn = threading.Lock()
            waiting.turn.acquire()
        try:
            waiting.turn.acquire()
        except BaseException:  # Ctrl-C, or a signal handler that raises
            self._give_up(waiting)
            raise

    def _give_up(self, waiting: _Waiting[Any]) -> None:
        """A caller was interrupted while it waited: nobody may wait for it, and it may be its turn to lead."""
        with self._mutex:
            if waiting not in self._queue:
                return
            leads = waiting is self._queue[0] and waiting.turn is not None and waiting.turn.acquire(blocking=False)
            self._queue.remove(waiting)
            if leads:
                self._hand_over()

    def _hand_over(self) -> None:
        """Make the next in the queue the leader; the mutex is held."""
        if self._queue:
            _wake(self._queue[0])
        else:
            self._led = False

    def _lead(self) -> None:
        served: list[_Waiting[Any]] = []
        self._leader = threading.get_ident()
        try:
            self._serve(served)
        finally:
            self._leader = None
            self._last = len(served)
            with self._mutex:
                self._hand_over()
            for waiting in served[1:]:
                waiting.finished = True
                _wake(waiting)

    def _serve(self, served: list[_Waiting[Any]]) -> None:
        """Begin, do everybody's work until nobody waits (or the group is full), commit once."""
        try:
            with translated():
                connection = self._ready()
                self._gather()
                try:
                    with _committed(connection):
                        # One by one: whoever is taken out of the queue must stand in `served`, or would wait for ever.
                        while waiting := self._next(served):
                            _attempt(connection, waiting)
                except _HalfDoneError as half_done:
                    if len(served) == 1:
                        raise half_done.reason from None
                    with _committed(connection):
                        for waiting in served:
                            _attempt_apart(connection, waiting)
        except BaseException as error:  # every caller of the group must learn of it
            if not served:
                self._next(served)
            _fail(served[:1], error)
            # Ctrl-C in the leader's thread is not theirs: they may simply try again.
            theirs = error if isinstance(error, Exception) else StoreError("store_busy", detail=type(error).__name__)
            _fail(served[1:], theirs)

    def _gather(self) -> None:
        """Let those whom the last commit served come back, if they do so at once: then this one serves as many.

        It also keeps them from asking for the interpreter between the statements that follow.
        """
        for _ in range(_YIELDS):
            if len(self._queue) >= self._last:
                return
            time.sleep(0)

    def _next(self, served: list[_Waiting[Any]]) -> _Waiting[Any] | None:
        """Take the next caller out of the queue; who begins a group finds itself first in it."""
        if not self._queue or len(served) == GROUP:
            return None
        with self._mutex:
            if not self._queue:
                return None
            served.append(self._queue.popleft())
            return served[-1]

    def _ready(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection


def _fail(batch: list[_Waiting[Any]], error: BaseException) -> None:
    for waiting in batch:
        waiting.error = waiting.error or error


class _HalfDoneError(Exception):
    """A work failed after it had written something."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def _committed(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _attempt(connection: sqlite3.Connection, waiting: _Waiting[Any]) -> None:
    """One caller's work. What fails before it has written anything, as a refusal does, leaves the others alone."""
    before = connection.total_changes
    try:
        with translated():
            waiting.result = waiting.work(SqliteTransaction(connection))
    except BaseException as error:
        waiting.error = error
        # On a full disk SQLite undoes the whole transaction by itself: whoever came next would write outside of one.
        if not isinstance(error, Exception) or not connection.in_transaction:
            raise
        if connection.total_changes != before:
            raise _HalfDoneError(error) from error


def _attempt_apart(connection: sqlite3.Connection, waiting: _Waiting[Any]) -> None:
    """One caller's work, done again in a savepoint of its own: beside others it can fail alone.

    Not the first choice: SQLite copies every page that changes inside a savepoint.
    """
    waiting.error = None
    connection.execute("SAVEPOINT one")
    try:
        with translated():
            waiting.result = waiting.work(SqliteTransaction(connection))
    except BaseException as error:
        waiting.error = error
        if not isinstance(error, Exception):
            raise
        connection.execute("ROLLBACK TO one")  # belongs to this caller alone
    connection.execute("RELEASE one")


def _wake(waiting: _Waiting[Any]) -> None:
    if waiting.turn is not None:
        waiting.turn.release()
