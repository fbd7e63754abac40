"""Databases for every test that asks: `database` runs it on SQLite and on PostgreSQL.

The server is `VORGANG_TEST_POSTGRES` if set, else an embedded one, started when the first test needs it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.databases import GIVEN, Postgres, Sqlite, postgres_server
from vorgang.states.database import Database

# Settings of the developer's own installation must not reach a test. The server's address stays for xdist's workers.
for _name in [name for name in os.environ if name.startswith("VORGANG_") and name != GIVEN]:
    del os.environ[_name]

# How long an example takes says something of the machine and what else runs on it, nothing of the product.
settings.register_profile("vorgang", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("vorgang")

BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Maker of databases on a real PostgreSQL."""
    made = Postgres(postgres_server())
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """Maker of SQLite databases."""
    return Sqlite(tmp_path_factory.mktemp("databases"))


@pytest.fixture(params=BOTH)
def maker(request: pytest.FixtureRequest) -> Sqlite | Postgres:
    """Maker of databases: the test runs with each of them."""
    found: Sqlite | Postgres = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def empty_url(maker: Sqlite | Postgres) -> Iterator[str]:
    """URL of a database without tables; the test runs on both kinds."""
    with _dropped(maker, maker.empty()) as url:
        yield url


@pytest.fixture
def database_url(maker: Sqlite | Postgres) -> Iterator[str]:
    """URL of a fresh database with all tables; the test runs on both kinds."""
    with _dropped(maker, maker.prepared()) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with all tables; the test runs on both kinds."""
    with _opened(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_database(sqlite: Sqlite) -> Iterator[Database]:
    """A fresh SQLite database with all tables."""
    with _dropped(sqlite, sqlite.prepared()) as url, _opened(url) as opened:
        yield opened


@pytest.fixture
def postgres_database(postgres: Postgres) -> Iterator[Database]:
    """A fresh PostgreSQL database with all tables; mark the test with `pytest.mark.postgres`."""
    with _dropped(postgres, postgres.prepared()) as url, _opened(url) as opened:
        yield opened


@contextmanager
def _dropped(maker: Sqlite | Postgres, url: str) -> Iterator[str]:
    try:
        yield url
    finally:
        maker.drop(url)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    opened = Database(url)
    try:
        yield opened
    finally:
        opened.close()
