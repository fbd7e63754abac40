"""What both databases are asked in the same words, but for the placeholders; loading and writing are each one's own."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson

from .clock_records import ClockTerms
from .columns import parse_instant
from .statements import PostgresStatements, SqliteStatements
from .statements_beside import cases_saying, cases_with, led_by, sessions_ahead, with_record
from .step import ChildCount, Member
from .store import KnownKey, children_from
from .town import Session


class SqlTransaction(ABC):
    """The reading statements of the hot path on one connection."""

    #: The driver's placeholder, and the schema before the name of a table.
    _mark = "?"
    _prefix = ""

    def __init__(self, execute: Callable[..., Any], sql: SqliteStatements | PostgresStatements) -> None:
        self._ask, self._asked = execute, sql

    def terms(self, case_id: str) -> dict[str, ClockTerms]:
        """See `store.Transaction`."""
        return {row[0]: ClockTerms(*row[1:]) for row in self._ask(self._asked.terms, (case_id,))}

    def children(self, case_id: str) -> tuple[ChildCount, ...]:
        """See `store.Transaction`."""
        return children_from(self._ask(self._asked.children, (case_id,)).fetchall())

    def members(self, case_id: str, child: str) -> Sequence[Member]:
        """See `store.Transaction`."""
        return _members(child, self._ask(self._asked.members, (case_id, child)))

    def open_children(self, case_id: str, child: str) -> Sequence[str]:
        """See `store.Transaction`."""
        return [row[0] for row in self._ask(self._asked.open_children, (case_id, child))]

    def with_record(self, table: str, body: str, where: Mapping[str, Any]) -> Sequence[str]:
        """See `store.Transaction`."""
        sql = with_record(self._prefix, table, tuple(where), mark=self._mark)
        return [str(row[0]) for row in self._ask(sql, (body, *where.values()))]

    def sessions(self, body: str, since: date) -> Sequence[tuple[str, Session]]:
        """See `store.Transaction`."""
        held, read = sessions_ahead(self._prefix, mark=self._mark)
        self.begin()
        self._ask(held, (body,))
        rows = self._ask(read, (body, since.isoformat()))
        return [(row[0], Session(row[1], date.fromisoformat(row[2]), *row[3:])) for row in rows]

    def led_by(self, lifecycle: str, body: str, office: str) -> Sequence[str]:
        """See `store.Transaction`."""
        held, read = led_by(self._prefix, mark=self._mark)
        self.begin()
        self._ask(held, (body,))
        return [str(row[0]) for row in self._ask(read, (office, body, lifecycle))]

    @abstractmethod
    def begin(self) -> None:
        """See `store.Transaction`."""

    def cases_with(self, table: str, body: str, where: Mapping[str, Any], paper: str | None = None) -> Sequence[Member]:
        """See `store.Transaction`."""
        sql = cases_with(self._prefix, table, tuple(where), mark=self._mark, about=paper is not None)
        return _members("", self._ask(sql, (body, *where.values(), *([paper] if paper is not None else []))))

    def cases_saying(self, lifecycle: str, body: str, facts: Mapping[str, Any]) -> Sequence[Member]:
        """See `store.Transaction`."""
        sql = cases_saying(self._prefix, tuple(facts), mark=self._mark)
        return _members("", self._ask(sql, (body, lifecycle, *facts.values())))

    def happened(self, case_id: str) -> Sequence[tuple[int, datetime, str, dict[str, Any]]]:
        """See `store.Transaction`."""
        rows = self._ask(self._asked.happened, (case_id,))
        return [(seq, parse_instant(at), event, _document(changes)) for seq, at, event, changes in rows]

    def find_key(self, key: str) -> KnownKey | None:
        """See `store.Transaction`."""
        row = self._ask(self._asked.find_key, (key,)).fetchone()
        return KnownKey(*row) if row else None


def _members(child: str, rows: Iterable[Sequence[Any]]) -> list[Member]:
    return [Member(r[0], child, r[1], r[2], r[3], bool(r[4]), _document(r[5]), bool(r[6]), r[7], r[8]) for r in rows]


def _document(value: str | dict[str, Any]) -> dict[str, Any]:
    """A JSON column as SQLite hands it over (text), or PostgreSQL."""
    found: dict[str, Any] = orjson.loads(value) if isinstance(value, str) else value
    return found
