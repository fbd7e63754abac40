"""Opening a database: SQLAlchemy engines with the settings that durability needs, and the store of the hot path."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, cast

import orjson
import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import PoolProxiedConnection
from sqlmodel import Session

from ..config.errors import InvalidInputError
from .driver_errors import translated
from .postgres_store import PostgresStore, PostgresTransaction
from .sqlite_companions import present, tidy
from .sqlite_store import SqliteStore
from .sqlite_transaction import SqliteTransaction
from .store import Store, Transaction

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

#: How long a process waits for another one that is writing to the same SQLite file, in milliseconds.
BUSY_MS = 10_000
#: Page cache of each SQLite connection in KiB: index pages of a million cases stay in memory.
CACHE_KIB = 65_536
#: Pages of SQLite's write-ahead log (about 40 MB) before they are carried over into the file: scattered writes in a
#: large file cost less then (``make bench`` (c) measures it).
WAL_PAGES = 10_000


#: What may stand before the host of an address that cannot be read.
_PASSWORD = re.compile(r"(//[^:/@]*:)[^@]*@")


class Options(NamedTuple):
    """How a database is opened."""

    #: Schema of the tables on PostgreSQL; None: the first of the search path.
    schema: str | None = None
    #: SQLite: FULL keeps every commit through a power cut; NORMAL may lose the last ones, never consistency.
    synchronous: Synchronous = "FULL"
    #: Most connections held at once on PostgreSQL.
    pool_size: int = 10
    #: The database itself refuses every change.
    read_only: bool = False


class Database:
    """One database of Vorgang. `store` fires events; `reading` and `writing` serve everything else."""

    def __init__(self, url: str, options: Options | None = None) -> None:
        self.options = options or Options()
        self.url = _parsed(url)
        self.dialect = self.url.get_backend_name()
        #: The file beside which we, who only read, must leave nothing that was not there.
        self._untouched: Path | None = None
        if self.dialect == "sqlite":
            path = Path(self.url.database or "")
            self._untouched = path if self.options.read_only and not present(path) else None
            self.engine = _sqlite_engine(self.url, self.options)
            self.store: Store = SqliteStore(self._sqlite_connection)
            self.schema = None
        else:
            self.engine = _postgres_engine(self.url, self.options, autocommit=False)
            # Without a transaction there is none that could be read-only.
            self._hot = _postgres_engine(self.url, self.options, autocommit=not self.options.read_only)
            self.schema = self.options.schema
            self.store = PostgresStore(self._lend, self.schema)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading, on one consistent snapshot."""
        # On PostgreSQL a transaction sees one snapshot only from REPEATABLE READ on; psycopg says so in its BEGIN.
        level = {"isolation_level": "REPEATABLE READ"} if self.dialect == "postgresql" else {}
        with translated(), self.engine.connect() as connection:
            options = {"vorgang_read": True, "schema_translate_map": self._translated(), **level}
            bound = connection.execution_options(**options)
            with bound.begin():
                yield bound

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside a writing transaction, committed at the end of the block."""
        with translated(), self.engine.connect() as connection:
            bound = connection.execution_options(schema_translate_map=self._translated())
            with bound.begin():
                yield bound

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session inside a writing transaction, committed at the end of the block."""
        with self.writing() as connection, Session(bind=connection) as session:
            yield session
            session.flush()

    def look(self, work: Callable[[Transaction], T]) -> T:
        """Run a reading `work` of the hot path's statements on one snapshot; nothing is locked."""
        with self.reading() as connection:
            return work(self._transaction(connection.connection.driver_connection))

    def joined(self, session: Session) -> Transaction:
        """The hot path's statements inside the transaction of a host's session on the same database."""
        driver = session.connection().connection.driver_connection
        if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
            driver.execute("BEGIN IMMEDIATE")
        return self._transaction(driver)

    def close(self) -> None:
        """Give back every connection."""
        if isinstance(self.store, SqliteStore):
            self.store.close()
        else:
            self._hot.dispose()
        self.engine.dispose()
        if self._untouched is not None and present(self._untouched):
            tidy(self._untouched)

    def _transaction(self, driver: object) -> Transaction:
        if isinstance(driver, sqlite3.Connection):
            return SqliteTransaction(driver)
        return PostgresTransaction(cast("psycopg.Connection[Any]", driver), self.schema)

    def _translated(self) -> dict[str | None, str | None]:
        return {None: self.schema} if self.schema else {}

    def _sqlite_connection(self) -> sqlite3.Connection:
        with translated():
            pooled = self.engine.raw_connection()
            driver = cast("sqlite3.Connection", pooled.driver_connection)
            pooled.detach()
            return driver

    @contextmanager
    def _lend(self) -> Iterator["psycopg.Connection[Any]"]:
        with _checked_out(self._hot) as pooled:
            yield cast("psycopg.Connection[Any]", pooled.driver_connection)


@contextmanager
def _checked_out(engine: Engine) -> Iterator[PoolProxiedConnection]:
    with translated():
        pooled = engine.raw_connection()
    try:
        yield pooled
    except psycopg.OperationalError:
        if getattr(pooled.driver_connection, "closed", True):
            pooled.invalidate()
            engine.dispose(close=False)  # the others are as dead: one caller learns of it, not each in turn
        raise
    finally:
        pooled.close()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidInputError("database_url_invalid", url=_PASSWORD.sub(r"\1***@", url)) from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise InvalidInputError("database_url_invalid", url=parsed.render_as_string(hide_password=True))


def _sqlite_engine(url: URL, options: Options) -> Engine:
    path = Path(url.database or "")
    arguments: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "cached_statements": 256}
    if options.read_only:
        address = f"{path.absolute().as_uri()}?mode=ro"
        engine = create_engine(
            url, creator=lambda: sqlite3.connect(address, uri=True, **arguments), json_deserializer=orjson.loads
        )
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args=arguments, json_deserializer=orjson.loads)
    event.listen(engine, "connect", _pragmas(options))
    event.listen(engine, "begin", _begin)
    return engine


def _pragmas(options: Options) -> Callable[[sqlite3.Connection, object], None]:
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if options.read_only:
            connection.execute("PRAGMA query_only = ON")
        if connection.execute("PRAGMA query_only").fetchone() == (0,):
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {options.synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")

    return configure


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("vorgang_read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _postgres_engine(url: URL, options: Options, *, autocommit: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=options.pool_size,
        max_overflow=options.pool_size,
        isolation_level="AUTOCOMMIT" if autocommit else "READ COMMITTED",
        connect_args={"connect_timeout": 5},
        json_deserializer=orjson.loads,
        # The hot path finds out by itself; everything else asks before it trusts an idle connection.
        pool_pre_ping=not autocommit,
    )
    event.listen(engine, "connect", _identifiers_as_text)
    if options.read_only:
        event.listen(engine, "connect", _begin_read_only)
    return engine


def _identifiers_as_text(connection: "psycopg.Connection[Any]", _record: object) -> None:
    """As they are used; to make a `UUID` of each and text of that takes longer than to read a row."""
    connection.adapters.register_loader("uuid", TextLoader)


def _begin_read_only(connection: "psycopg.Connection[Any]", _record: object) -> None:
    """Each BEGIN says it. A SET for the session would reach others through a pooler of connections."""
    connection.read_only = True
