"""The SQL of the hot path, compiled once per dialect from the tables.

Everything that fires an event goes through these statements, on the driver's own connection (docs/design.md says why);
lists and reports use SQLAlchemy in `queries`.
"""

from functools import cache
from typing import NamedTuple

from sqlmodel import SQLModel

from .closed_sessions import public_sql
from .tables import CaseRow, DeadlineRow, KeyRow, MessageRow, SignatureRow, TransitionRow

CASE = [
    *("id", "body", "lifecycle", "lifecycle_version", "state", "version", "log_seq", "log_hash", "owner", "due_on"),
    *("public", "parent_id", "child", "round", "position", "outcome", "paper_id", "record_id", "facts"),
    *("opened_at", "closed_at"),
]
#: What every event looks at, and what only those need that tell, move or resume a deadline.
CLOCK = ["id", "name", "occurrence", "status", "due_on", "lapses_at", "told", "paused_on"]
CLOCK_TERMS = ["id", "rule", "ruleset", "ruleset_version", "ladder", "trace"]
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
    *("changed_at", "closed_at", "parent_id"),
]
SIGNATURE = [
    *("case_id", "seq", "draft_sha256", "drafted_by", "drafted_for", "signer", "on_behalf_of", "role", "result"),
    *("remark", "at"),
]
KEY = ["key", "request", "case_id", "seq", "created_at"]


class Names(NamedTuple):
    """The tables under the names by which a statement finds them (with schema, where one is set)."""

    case: str
    transition: str
    deadline: str
    message: str
    key: str
    signature: str
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
        prefix + table_name(SignatureRow),
        prefix,
    )


def table_name(table: type[SQLModel]) -> str:
    """The name of the table in the database."""
    return str(table.__tablename__)


class SqliteStatements(NamedTuple):
    """What SQLite is asked."""

    load: str
    load_many: str
    terms: str
    children: str
    members: str
    open_children: str
    move: str
    open: str
    line: str
    clock: str
    settle: str
    replan: str
    message: str
    happened: str
    find_key: str
    key: str
    signature: str


@cache
def sqlite_statements() -> SqliteStatements:
    """The statements with ``?`` parameters."""
    n = names(None)
    clocks = ", ".join(f"d.{c}" for c in CLOCK)
    opened = [*CASE, "unattended", "changed_at"]
    load = (
        f"SELECT {_listed(CASE, 'c')}, {clocks} FROM {n.case} c LEFT JOIN {n.deadline} d"
        " ON d.case_id = c.id AND d.settled_at IS NULL WHERE c.id "
    )
    return SqliteStatements(
        load=load + "= ?",
        load_many=load + "IN (SELECT value FROM json_each(?)) ORDER BY c.id",
        terms=_terms(n, "?", CLOCK_TERMS),
        children=_children(n).format(mark="?"),
        members=_members(n, "id", "?"),
        open_children=f"SELECT id FROM {n.case} WHERE parent_id = ? AND child = ? AND closed_at IS NULL ORDER BY id",
        move=f"UPDATE {n.case} SET {', '.join(f'{c} = ?' for c in MOVED)} WHERE id = ? AND log_seq = ?",
        open=inserted(n.case, opened),
        line=inserted(n.transition, LINE),
        clock=inserted(n.deadline, NEW_CLOCK),
        settle=f"UPDATE {n.deadline} SET status = ?, next_at = ?, told = ?, paused_on = ?, settled_at = ? WHERE id = ?",
        replan=f"UPDATE {n.deadline} SET due_on = ?, lapses_at = ?, ladder = ?, trace = ? WHERE id = ?",
        message=inserted(n.message, NEW_MESSAGE),
        happened=_happened(n, "?"),
        find_key=_known_key(n, "k.case_id", "?"),
        key=inserted(n.key, KEY),
        signature=inserted(n.signature, SIGNATURE),
    )


def _terms(n: Names, mark: str, columns: list[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM {n.deadline} WHERE case_id = {mark} AND settled_at IS NULL"


def _children(n: Names) -> str:
    return (
        f"SELECT child, round, state, outcome, closed_at IS NOT NULL, count(*) FROM {n.case}"
        " WHERE parent_id = {mark} GROUP BY 1, 2, 3, 4, 5"
    )


def _members(n: Names, id_: str, mark: str) -> str:
    return (
        f"SELECT {id_}, round, state, outcome, closed_at IS NOT NULL, facts, {public_sql(n.schema)}, position,"
        " CAST(parent_id AS text)"
        f" FROM {n.case} WHERE parent_id = {mark} AND child = {mark} ORDER BY round, id"
    )


def _happened(n: Names, mark: str) -> str:
    return f"SELECT seq, at, event, changes FROM {n.transition} WHERE case_id = {mark} ORDER BY seq"


def _known_key(n: Names, case_id: str, mark: str) -> str:
    return (
        f"SELECT k.request, {case_id}, k.seq, t.event, t.source, t.target"
        f" FROM {n.key} k JOIN {n.transition} t ON t.case_id = k.case_id AND t.seq = k.seq WHERE k.key = {mark}"
    )


def _listed(columns: list[str], alias: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def inserted(table: str, columns: list[str]) -> str:
    """The INSERT of SQLite."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})"


class PostgresStatements(NamedTuple):
    """What PostgreSQL is asked, but for the writing (see `postgres_apply`)."""

    load: str
    load_many: str
    terms: str
    children: str
    members: str
    lock: str
    open_children: str
    happened: str
    find_key: str


class Parts(NamedTuple):
    """Which kinds of rows a writing statement carries; the lines of the log always come along."""

    moved: bool
    opened: bool
    started: bool
    changed: bool
    told: bool
    keyed: bool
    signed: bool


#: Column types of the rows that travel as JSON; JSON columns themselves travel as text, ready to be stored.
_CASE_TYPES = (
    "id uuid, body text, lifecycle text, lifecycle_version int, state text, version int, log_seq int, log_hash text,"
    " owner text, due_on date, public bool, parent_id uuid, child text, round int, position int, outcome text,"
    " paper_id uuid, record_id uuid, facts text, opened_at timestamptz, closed_at timestamptz, unattended bool,"
    " changed_at timestamptz"
)
_LINE_TYPES = (
    "case_id uuid, seq int, at timestamptz, event text, source text, target text, role text, actor_kind text,"
    " actor text, on_behalf_of text, reason text, data text, salt text, changes text, private_digest text,"
    " prev_hash text, hash text"
)
_CLOCK_TYPES = (
    "id uuid, case_id uuid, name text, occurrence int, rule text, ruleset text, ruleset_version text, basis text,"
    " status text, started_on date, due_on date, lapses_at timestamptz, next_at timestamptz, told int,"
    " ladder text, trace text"
)
_CHANGE_TYPES = (
    "id uuid, case_id uuid, status text, due_on date, lapses_at timestamptz, next_at timestamptz, told int,"
    " paused_on date, settled_at timestamptz, ladder text, trace text"
)
_MESSAGE_TYPES = (
    "id uuid, body text, case_id uuid, occasion text, occurrence int, recipient text, template text, attach text,"
    " params text, status text, created_at timestamptz, due_at timestamptz, attempts int, token int"
)
_KEY_TYPES = "key text, request text, case_id uuid, seq int, created_at timestamptz"
_SIGNATURE_TYPES = (
    "case_id uuid, seq int, draft_sha256 text, drafted_by text, drafted_for text, signer text, on_behalf_of text,"
    " role text, result text, remark text, at timestamptz"
)
_JSON = frozenset({"facts", "ladder", "trace", "params", "data", "changes"})
_IDS = frozenset({"id", "parent_id", "paper_id", "record_id"})


@cache
def postgres_statements(schema: str | None) -> PostgresStatements:
    """The statements with ``%s`` parameters."""
    n = names(schema)
    case = ", ".join(f"c.{c}::text" if c in _IDS else f"c.{c}" for c in CASE)
    clocks = (
        f"SELECT json_agg(json_build_array({_listed(CLOCK, 'd')})) FROM {n.deadline} d"
        " WHERE d.case_id = c.id AND d.settled_at IS NULL"
    )
    load = f"SELECT {case}, ({clocks}) FROM {n.case} c WHERE c.id = "
    return PostgresStatements(
        load=load + "%s",
        load_many=load + "ANY(%s::uuid[])",
        terms=_terms(n, "%s", [f"{c}::text" for c in CLOCK_TERMS]),
        children=_children(n).format(mark="%s"),
        members=_members(n, "id::text", "%s"),
        # An update, not FOR UPDATE: a host's REPEATABLE READ transaction must fail if the row was locked after its
        # snapshot, or it would count children as they no longer are.
        lock=f"UPDATE {n.case} SET changed_at = changed_at WHERE id = %s",
        open_children=f"SELECT id::text FROM {n.case}"
        " WHERE parent_id = %s AND child = %s AND closed_at IS NULL ORDER BY id",
        happened=_happened(n, "%s"),
        find_key=_known_key(n, "k.case_id::text", "%s"),
    )


@cache
def postgres_apply(schema: str | None, parts: Parts) -> str:
    """One data-modifying statement for any number of steps, each on a case of its own.

    Rows travel as one JSON parameter per table, in the order of `Parts` with the lines after ``opened``. A case that
    is not as it was read is passed over with everything that belongs to it; the count tells.
    """
    n = names(schema)
    written = {
        "moved": _moved(n) if parts.moved else "",
        "opened": _opened(n) if parts.opened else "",
        "touched": " UNION ALL ".join(f"SELECT id FROM {part}" for part in ("moved", "opened") if getattr(parts, part)),
        "logged": _rows(n.transition, LINE, _LINE_TYPES),
        "started": _rows(n.deadline, NEW_CLOCK, _CLOCK_TYPES) if parts.started else "",
        "changed": _changed(n) if parts.changed else "",
        "told": _rows(n.message, NEW_MESSAGE, _MESSAGE_TYPES) if parts.told else "",
        "keyed": _rows(n.key, KEY, _KEY_TYPES) if parts.keyed else "",
        "signed": _rows(n.signature, SIGNATURE, _SIGNATURE_TYPES) if parts.signed else "",
    }
    listed = ", ".join(f"{name} AS ({sql})" for name, sql in written.items() if sql)
    return f"WITH {listed} SELECT count(*) FROM touched"


def _moved(n: Names) -> str:
    values = ", ".join(f"{c} = {_value(c)}" for c in MOVED)
    return (
        f"UPDATE {n.case} c SET {values} FROM jsonb_to_recordset(%s::jsonb) AS r({_CASE_TYPES})"
        " WHERE c.id = r.id AND c.log_seq = r.log_seq - 1 RETURNING c.id"
    )


def _opened(n: Names) -> str:
    columns = [*CASE, "unattended", "changed_at"]
    return (
        f"INSERT INTO {n.case} ({', '.join(columns)}) SELECT {', '.join(map(_value, columns))}"
        f" FROM jsonb_to_recordset(%s::jsonb) AS r({_CASE_TYPES}) RETURNING id"
    )


def _changed(n: Names) -> str:
    return (
        f"UPDATE {n.deadline} d SET status = r.status, due_on = r.due_on, lapses_at = r.lapses_at,"
        " next_at = r.next_at, told = r.told, paused_on = r.paused_on, settled_at = r.settled_at,"
        " ladder = coalesce(r.ladder::jsonb, d.ladder), trace = coalesce(r.trace::jsonb, d.trace)"
        f" FROM jsonb_to_recordset(%s::jsonb) AS r({_CHANGE_TYPES})"
        " WHERE d.id = r.id AND r.case_id IN (SELECT id FROM touched)"
    )


def _value(column: str) -> str:
    return f"r.{column}::jsonb" if column in _JSON else f"r.{column}"


def _rows(table: str, columns: list[str], types: str) -> str:
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(map(_value, columns))}"
        f" FROM jsonb_to_recordset(%s::jsonb) AS r({types}) WHERE r.case_id IN (SELECT id FROM touched)"
    )
