"""What the engine needs of a database, whichever it is; and the rows both databases hand back in the same shape."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, TypeVar

import orjson

from .clock_records import ClockTerms, RunningClock
from .columns import parse_instant
from .history_rows import Batch
from .step import Case, ChildCount, Member, Situation
from .town import Session
from .writes import Write

T = TypeVar("T")


class KnownKey(NamedTuple):
    """What is remembered under an idempotency key."""

    request: str
    case_id: str
    seq: int
    event: str
    source: str | None
    target: str


class Transaction(Protocol):
    """The statements of the hot path inside one transaction."""

    def begin(self) -> None:
        """Make everything that follows one transaction, if it is not one already."""
        ...

    def lock(self, case_id: str) -> None:
        """Let nobody else change the case until the end of the transaction."""
        ...

    def load(self, case_id: str) -> Situation | None:
        """The case with its running clocks, or None."""
        ...

    def load_many(self, case_ids: Sequence[str]) -> list[Situation]:
        """The cases among `case_ids` that exist, in any order, with their running clocks."""
        ...

    def terms(self, case_id: str) -> dict[str, ClockTerms]:
        """The terms of the running clocks of a case, by the id of the clock."""
        ...

    def children(self, case_id: str) -> tuple[ChildCount, ...]:
        """How many children of each kind and round stand in which state."""
        ...

    def members(self, case_id: str, child: str) -> Sequence[Member]:
        """The children of one kind, one by one, in the order of opening."""
        ...

    def open_children(self, case_id: str, child: str) -> Sequence[str]:
        """The ids of the open children of one kind."""
        ...

    def with_record(self, table: str, body: str, where: Mapping[str, Any]) -> Sequence[str]:
        """The ids of the open cases of a body whose typed record has these values in its columns."""
        ...

    def sessions(self, body: str, since: date) -> Sequence[tuple[str, Session]]:
        """The sessions on `since` or later, those called off too, each with the key of whose it is.

        Until the end of the transaction nobody else asks.
        """
        ...

    def led_by(self, lifecycle: str, body: str, office: str) -> Sequence[str]:
        """The ids of the open cases of a kind that an office leads.

        Until the end of the transaction nobody else asks.
        """
        ...

    def cases_with(self, table: str, body: str, where: Mapping[str, Any], paper: str | None = None) -> Sequence[Member]:
        """The cases, open or ended, of a body whose typed record has these values in its columns; of one paper."""
        ...

    def cases_saying(self, lifecycle: str, body: str, facts: Mapping[str, Any]) -> Sequence[Member]:
        """The cases of a kind, open or ended, of a body whose facts say this (see `link_spec.FOUND_BY`)."""
        ...

    def record(self, table: str, record_id: str) -> dict[str, Any]:
        """The typed record of a case."""
        ...

    def happened(self, case_id: str) -> Sequence[tuple[int, datetime, str, dict[str, Any]]]:
        """Number, instant, event and changes of the log lines of a case, in order."""
        ...

    def find_key(self, key: str) -> KnownKey | None:
        """What is remembered under an idempotency key."""
        ...

    def apply(self, writes: Sequence[Write]) -> bool:
        """Write steps, each on a case of its own.

        False: a case has changed since it was loaded. A single step has then written nothing; of several, the
        caller undoes the transaction.
        """
        ...

    def take_over(self, batch: Batch) -> bool:
        """Add the cases of `batch` and move its mark on. False: somebody else has; nothing may be kept of it."""
        ...


class Store(Protocol):
    """A database."""

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction: committed when it returns, undone when it raises."""
        ...


def case_from(row: Sequence[Any]) -> Case:
    """A case from the columns of `statements.CASE`."""
    values = list(row)
    values[9] = _day(values[9])
    values[10] = bool(values[10])
    values[18] = orjson.loads(values[18]) if isinstance(values[18], str) else values[18]
    values[19] = parse_instant(values[19])
    values[20] = parse_instant(values[20]) if values[20] else None
    return Case(*values)


def clock_from(row: Sequence[Any]) -> RunningClock:
    """A running clock from the columns of `statements.CLOCK`."""
    due = _day(row[4])
    if due is None:
        raise ValueError(row[1])
    return RunningClock(row[0], row[1], row[2], row[3], due, parse_instant(row[5]), row[6], _day(row[7]))


def children_from(rows: Sequence[Sequence[Any]]) -> tuple[ChildCount, ...]:
    """Children counted, from rows of (child, round, state, outcome, closed, count)."""
    return tuple(ChildCount(r[0], r[1], r[2], r[3], bool(r[4]), r[5]) for r in rows)


def _day(value: str | date | None) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    return date.fromisoformat(str(value))
