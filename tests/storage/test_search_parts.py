"""On PostgreSQL parts of words are found with the extension pg_trgm and without it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.helpers.databases import Postgres, acting_role
from tests.helpers.house import House
from vorgang.states import migrate
from vorgang.states.database import Database
from vorgang.states.search_queries import finds_parts_quickly
from vorgang.states.search_rebuild import reindex
from vorgang.workflow.doctor import _search
from vorgang.workflow.search import search

pytestmark = pytest.mark.postgres


def quick(database: Database) -> bool:
    with database.reading() as connection:
        return finds_parts_quickly(connection)


def told(database: Database) -> list[str]:
    return [check.code for check in _search(database)]


def execute(database: Database, statement: str) -> None:
    with database.writing() as connection:
        connection.execute(text(statement))


def test_without_the_extension_parts_are_found_and_doctor_says_so(postgres_database: Database) -> None:
    house = House(postgres_database.url.render_as_string(hide_password=False))
    house.ask(betreff="Straßenbeleuchtung")
    assert (quick(postgres_database), told(postgres_database)) == (True, ["search"])
    execute(postgres_database, "DROP EXTENSION pg_trgm CASCADE")
    assert (quick(postgres_database), told(postgres_database)) == (False, ["search_slow_parts"])
    assert len(search(house.workflow, "Beleuchtung").hits) == 1
    execute(postgres_database, "CREATE EXTENSION pg_trgm")
    reindex(postgres_database)
    assert quick(postgres_database)
    assert len(search(house.workflow, "Beleuchtung").hits) == 1
    house.close()


@pytest.fixture
def poor(postgres: Postgres) -> Iterator[str]:
    """A database in which the role may make tables, but no extension."""
    url = postgres.empty()
    with acting_role(url, lambda role: [f"GRANT ALL ON SCHEMA public TO {role}"]) as limited:
        yield limited
    postgres.drop(url)


def test_a_role_that_may_not_create_the_extension_can_upgrade_and_search(poor: str) -> None:
    database = Database(poor)
    migrate.upgrade(database)
    assert migrate.check(database).state == "current"
    assert not quick(database)
    database.close()
    house = House(poor)
    house.ask(betreff="Straßenbeleuchtung")
    assert len(search(house.workflow, "Beleuchtung").hits) == 1
    house.close()
