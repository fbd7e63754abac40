"""Writing on SQLite: one connection per process, and group commit when callers queue.

A caller that finds no one writing becomes the leader: it begins, runs its own work and that of all who queued
meanwhile, and commits once for them all. With one caller there is no thread hop; with many, one fsync serves many.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from ..config.errors import InvalidInputError, StoreError
from .driver_errors import translated
from .sqlite_transaction import SqliteTransaction
from .store import Transaction

T = TypeVar("T")

#: How many waiting callers one commit serves at most.
GROUP = 64

#: How often the interpreter is handed on at most while those whom the last commit served come back.
_YIELDS = 10


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
