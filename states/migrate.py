"""Preparing the database and telling whether it fits the program.

The schema has a history of revisions (`migrations/versions`) and a version table of its own, so that a host's Alembic
is left alone. `require_current` is one SELECT and meant for each start; `check` compares every table as well.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Column, Connection, MetaData, String, Table, func, select

from ..config.errors import StoreError
from .database import Database
from .driver_errors import translated

#: Every revision of this program, oldest first. Kept here because reading the files would cost each start more than
#: everything else it does.
REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
    "0021",
    "0022",
    "0023",
    "0024",
    "0025",
    "0026",
    "0027",
)
HEAD = REVISIONS[-1]
VERSION_TABLE = "vorgang_alembic_version"

State: TypeAlias = Literal["current", "older", "newer", "missing", "drifted"]

_VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))
#: Makes upgrades of one database wait for each other; any number will do as long as it stays.
_LOCK = 0x766F7267616E67
#: Alembic's `op` and `context` belong to the whole process: threads must not run revisions side by side.
_ONE_THREAD = threading.Lock()
_ERRORS = {"missing": "store_not_prepared", "older": "store_older", "newer": "store_newer"}


class SchemaState(NamedTuple):
    """How the schema of a database stands to the program."""

    head: str
    current: str | None
    state: State
    #: What differs from the program's tables although the revision is the right one.
    differences: tuple[str, ...] = ()


class Upgraded(NamedTuple):
    """What an upgrade did: the revision before (None: the database was empty) and after."""

    before: str | None
    after: str


def upgrade(database: Database) -> Upgraded:
    """Bring the schema to the newest revision, all or nothing; on a current schema this does nothing.

    Several threads and processes may call it at once: one works, the others wait for it and find everything done.

    Raises:
        StoreError: The schema is newer than the program (``store_newer``), or the database cannot be used.
    """
    from .migrate_alembic import run_revisions  # noqa: PLC0415  # Alembic takes a fifth of a second to import

    before = _revision(database)
    if before == HEAD:
        return Upgraded(before, HEAD)
    transaction = _sqlite_transaction if database.dialect == "sqlite" else _postgres_transaction
    with _ONE_THREAD, transaction(database) as connection:
        before = run_revisions(connection, database.schema)
        if _state(before) == "newer":
            raise StoreError("store_newer", current=before, head=HEAD)
    return Upgraded(before, HEAD)


def check(database: Database) -> SchemaState:
    """Where the schema stands, down to each table, constraint, index and trigger."""
    current = _revision(database)
    state = _state(current)
    if state != "current":
        return SchemaState(HEAD, current, state)
    from .migrate_alembic import differences  # noqa: PLC0415  # as above

    with database.reading() as connection:
        found = differences(connection, database.schema)
    return SchemaState(HEAD, current, "drifted" if found else "current", found)


def require_current(database: Database) -> None:
    """Refuse to work on a schema of another version.

    Raises:
        StoreError: ``store_not_prepared``, ``store_older`` or ``store_newer``; or the database cannot be used.
    """
    current = _revision(database)
    state = _state(current)
    if state != "current":
        raise StoreError(_ERRORS[state], current=current, head=HEAD)


def _state(current: str | None) -> State:
    if current is None:
        return "missing"
    if current == HEAD:
        return "current"
    return "older" if current in REVISIONS else "newer"


def _revision(database: Database) -> str | None:
    try:
        with database.reading() as connection:
            found: str | None = connection.execute(select(func.max(_VERSION.c.version_num))).scalar_one()
            return found
    except StoreError as error:
        if error.code == "store_not_prepared":
            return None
        raise


@contextmanager
def _postgres_transaction(database: Database) -> Iterator[Connection]:
    """One upgrade at a time; everything lands in the schema of the options, which is created where it is missing."""
    with database.writing() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        # Whoever waits for a table makes all who come later wait behind him.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        if database.schema:
            quoted = connection.dialect.identifier_preparer.quote_identifier(database.schema)
            if connection.execute(select(func.to_regnamespace(quoted))).scalar_one() is None:
                connection.exec_driver_sql(f"CREATE SCHEMA {quoted}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {quoted}")
        yield connection


@contextmanager
def _sqlite_transaction(database: Database) -> Iterator[Connection]:
    """BEGIN IMMEDIATE lets one process write; foreign keys are checked at the end.

    They are off meanwhile, for a table that is rebuilt must not take its children along
    (https://sqlite.org/lang_altertable.html#otheralter).
    """
    with translated(), database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise StoreError("store_unreachable", detail="no connection")
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise StoreError("store_constraint", detail=f"foreign key of {broken[0]}, row {broken[1]}")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
