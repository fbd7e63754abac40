"""The SQL of the hot path, compiled once per dialect from the tables.

Everything that fires an event goes through these statements, on the driver's own connection (docs/design.md says why);
lists and reports use SQLAlchemy in `queries`.
"""

from functools import cache
from typing import NamedTuple

from sqlmodel import SQLModel

from .tables import CaseRow, DeadlineRow, KeyRow, MessageRow, TransitionRow

CASE = [
    *("id", "body", "lifecycle", "lifecycle_version", "state", "version", "log_seq", "log_hash", "owner", "due_on"),
    *("public", "parent_id", "child", "round", "position", "outcome", "paper_id", "record_id", "facts"),
    *("opened_at", "closed_at"),
]
CLOCK = [
    *("id", "name", "occurrence", "rule", "ruleset", "ruleset_version", "status", "due_on", "lapses_at", "told"),
    *("paused_on", "ladder", "trace"),
]
LINE = [
    *("case_id", "seq", "at", "event", "source", "target", "role", "actor_kind", "actor", "on_behalf_of", "reason"),
    *("data", "salt", "changes", "private_digest", "prev_hash", "hash"),
]
NEW_CLOCK = [
    *("id", "case_id", "name", "occurrence", "rule", "ruleset", "ruleset_version", "basis", "status"),
    *("started_on", "due_on", "lapses_at", "next_at", "told", "ladder", "trace"),
]
NEW_MESSAGE = [
    *("id", "body", "case_id", "occasion", "occurrence", "recipient", "template", "attach", "params", "status"),
    *("created_at", "due_at", "attempts", "token"),
]
MOVED = [
    *("state", "version", "log_seq", "log_hash", "facts", "owner", "due_on", "public", "unattended", "outcome"),
    *("changed_at", "closed_at"),
]
KEY = ["key", "request", "case_id", "seq", "created_at"]


class Names(NamedTuple):
    """The tables under the names by which a statement finds them (with schema, where one is set)."""

    case: str
    transition: str
    deadline: str
    message: str
    key: str
    schema: str


@cache
def names(schema: str | None) -> Names:
    """Table names, qualified by `schema` on PostgreSQL if one is set."""
    prefix = f'"{schema}".' if schema else ""
    return Names(
        prefix + table_name(CaseRow),
        prefix + table_name(TransitionRow),
        prefix + table_name(DeadlineRow),
        prefix + table_name(MessageRow),
        prefix + table_name(KeyRow),
        prefix,
    )


def table_name(table: type[SQLModel]) -> str:
    """The name of the table in the database."""
    return str(table.__tablename__)


class SqliteStatements(NamedTuple):
    """What SQLite is asked."""

    load: str
    children: str
    open_children: str
    move: str
    open: str
    line: str
    clock: str
    settle: str
    replan: str
    message: str
    find_key: str
    key: str


@cache
def sqlite_statements() -> SqliteStatements:
    """The statements with ``?`` parameters."""
    n = names(None)
    clocks = ", ".join(f"d.{c}" for c in CLOCK)
    opened = [*CASE, "unattended", "changed_at"]
    return SqliteStatements(
        load=f"SELECT {_listed(CASE, 'c')}, {clocks} FROM {n.case} c LEFT JOIN {n.deadline} d"
        " ON d.case_id = c.id AND d.status IN ('running', 'paused') WHERE c.id = ?",
        children=_children(n).format(mark="?"),
        open_children=f"SELECT id FROM {n.case} WHERE parent_id = ? AND child = ? AND closed_at IS NULL ORDER BY id",
        move=f"UPDATE {n.case} SET {', '.join(f'{c} = ?' for c in MOVED)} WHERE id = ? AND log_seq = ?",
        open=_insert(n.case, opened),
        line=_insert(n.transition, LINE),
        clock=_insert(n.deadline, NEW_CLOCK),
        settle=f"UPDATE {n.deadline} SET status = ?, next_at = ?, told = ?, paused_on = ?, settled_at = ? WHERE id = ?",
        replan=f"UPDATE {n.deadline} SET due_on = ?, lapses_at = ?, ladder = ?, trace = ? WHERE id = ?",
        message=_insert(n.message, NEW_MESSAGE),
        find_key=f"SELECT request, case_id, seq FROM {n.key} WHERE key = ?",
        key=_insert(n.key, KEY),
    )


def _children(n: Names) -> str:
    return (
        f"SELECT child, round, state, outcome, closed_at IS NOT NULL, count(*) FROM {n.case}"
        " WHERE parent_id = {mark} GROUP BY 1, 2, 3, 4, 5"
    )


def _listed(columns: list[str], alias: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _insert(table: str, columns: list[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})"


class PostgresStatements(NamedTuple):
    """What PostgreSQL is asked."""

    load: str
    children: str
    lock: str
    open_children: str
    apply: str
    open: str
    find_key: str


#: Column types of the rows that travel as one JSON parameter.
_CLOCK_TYPES = (
    "id uuid, case_id uuid, name text, occurrence int, rule text, ruleset text, ruleset_version text, basis text,"
    " status text, started_on date, due_on date, lapses_at timestamptz, next_at timestamptz, told int,"
    " ladder text, trace text"
)
_CHANGE_TYPES = (
    "id uuid, status text, due_on date, lapses_at timestamptz, next_at timestamptz, told int, paused_on date,"
    " settled_at timestamptz, ladder text, trace text"
)
_MESSAGE_TYPES = (
    "id uuid, body text, case_id uuid, occasion text, occurrence int, recipient text, template text, attach text,"
    " params text, status text, created_at timestamptz, due_at timestamptz, attempts int, token int"
)
_KEY_TYPES = "key text, request text, case_id uuid, seq int, created_at timestamptz"
_LINE_TYPES = (
    "case_id uuid, seq int, at timestamptz, event text, source text, target text, role text, actor_kind text,"
    " actor text, on_behalf_of text, reason text, data text, salt text, changes text, private_digest text,"
    " prev_hash text, hash text"
)
_JSON = frozenset({"ladder", "trace", "params", "data", "changes"})


@cache
def postgres_statements(schema: str | None) -> PostgresStatements:
    """The statements with ``%s`` parameters; rows of any number travel as JSON, so that each is sent whole."""
    n = names(schema)
    case = ", ".join(f"c.{c}::text" if c in {"id", "parent_id", "paper_id", "record_id"} else f"c.{c}" for c in CASE)
    clocks = (
        f"SELECT jsonb_agg(jsonb_build_array({_listed(CLOCK[:-2], 'd')}, d.ladder::text, d.trace::text))"
        f" FROM {n.deadline} d"
        " WHERE d.case_id = c.id AND d.status IN ('running', 'paused')"
    )
    return PostgresStatements(
        load=f"SELECT {case}, ({clocks}) FROM {n.case} c WHERE c.id = %s",
        children=_children(n).format(mark="%s"),
        lock=f"SELECT 1 FROM {n.case} WHERE id = %s FOR UPDATE",
        open_children=f"SELECT id::text FROM {n.case}"
        " WHERE parent_id = %s AND child = %s AND closed_at IS NULL ORDER BY id",
        apply=_postgres_apply(n),
        open=f"INSERT INTO {n.case} ({', '.join([*CASE, 'unattended', 'changed_at'])})"
        f" VALUES ({', '.join(['%s'] * (len(CASE) + 2))})",
        find_key=f"SELECT request, case_id::text, seq FROM {n.key} WHERE key = %s",
    )


def _postgres_apply(n: Names) -> str:
    """One data-modifying statement: if the case is as it was read, everything is written, else nothing."""
    moved = ", ".join(f"{c} = %s" for c in MOVED)
    return (
        f"WITH moved AS (UPDATE {n.case} SET {moved} WHERE id = %s AND log_seq = %s RETURNING id),"
        f" logged AS ({_postgres_rows(n.transition, LINE, _LINE_TYPES)}),"
        f" started AS ({_postgres_rows(n.deadline, NEW_CLOCK, _CLOCK_TYPES)}),"
        f" changed AS (UPDATE {n.deadline} d SET status = r.status, due_on = r.due_on, lapses_at = r.lapses_at,"
        " next_at = r.next_at, told = r.told, paused_on = r.paused_on, settled_at = r.settled_at,"
        " ladder = coalesce(r.ladder::jsonb, d.ladder), trace = coalesce(r.trace::jsonb, d.trace)"
        f" FROM moved, jsonb_to_recordset(%s::jsonb) AS r({_CHANGE_TYPES}) WHERE d.id = r.id),"
        f" told AS ({_postgres_rows(n.message, NEW_MESSAGE, _MESSAGE_TYPES)}),"
        f" keyed AS ({_postgres_rows(n.key, KEY, _KEY_TYPES)})"
        " SELECT count(*) FROM moved"
    )


def _postgres_rows(table: str, columns: list[str], types: str) -> str:
    values = ", ".join(f"r.{c}::jsonb" if c in _JSON else f"r.{c}" for c in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"
        f" FROM moved, jsonb_to_recordset(%s::jsonb) AS r({types})"
    )
