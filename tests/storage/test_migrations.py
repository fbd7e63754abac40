"""The database is prepared by revisions: from nothing to the newest, once, whoever else tries at the same time."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.logs import logged
from vorgang.config.errors import StoreError
from vorgang.notifications.recipients import domain_of
from vorgang.states import migrate
from vorgang.states.database import Database, Options
from vorgang.states.migrate_alembic import alembic_config
from vorgang.states.search_tables import UNSEEN
from vorgang.states.tables import Table


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """A database without tables; the test runs on both kinds."""
    database = Database(empty_url)
    yield database
    database.close()


def run(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def tables(database: Database, schema: str | None = None) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names(schema=schema))


def stamp(database: Database, revision: str) -> None:
    run(database, f"UPDATE {migrate.VERSION_TABLE} SET version_num = '{revision}'")  # noqa: S608  # names are ours


def code_of(database: Database) -> str:
    with pytest.raises(StoreError) as caught:
        migrate.require_current(database)
    return caught.value.code


# --- upgrading ---


def test_an_empty_database_is_brought_to_the_newest_revision(empty: Database) -> None:
    assert migrate.upgrade(empty) == (None, migrate.HEAD)
    migrate.require_current(empty)
    logged(empty)


def test_upgrading_again_changes_nothing(empty: Database) -> None:
    migrate.upgrade(empty)
    case = logged(empty)
    assert migrate.upgrade(empty) == (migrate.HEAD, migrate.HEAD)
    with empty.reading() as connection:
        assert connection.execute(text("SELECT log_seq FROM vorgang_case")).scalars().all() == [case.log_seq]


def test_an_older_database_is_refused_until_it_is_upgraded(empty: Database) -> None:
    with empty.writing() as connection:
        command.upgrade(alembic_config(connection), migrate.REVISIONS[0])
    assert code_of(empty) == "store_older"
    assert migrate.check(empty).state == "older"
    assert migrate.upgrade(empty) == (migrate.REVISIONS[0], migrate.HEAD)
    assert migrate.check(empty).state == "current"


def test_messages_survive_the_upgrade_that_lets_them_bounce(empty: Database) -> None:
    with empty.writing() as connection:
        command.upgrade(alembic_config(connection), "0002")
    case = logged(empty)
    then = "2026-03-02T08:00:00.000000Z"
    same = {"body": "m", "case_id": case.id, "occasion": "e", "recipient": "r", "template": "t", "params": "{}"}
    same |= {"created_at": then, "due_at": then}
    for number, (status, sent_at) in enumerate([("queued", "NULL"), ("sent", f"'{then}'"), ("dead", "NULL")]):
        id_ = f"019b44d4-7c1a-7003-8df5-b200286bf52{number}"
        row = {**same, "id": id_, "status": status}
        texts = ", ".join(f"'{value}'" for value in row.values())
        columns = f"{', '.join(row)}, occurrence, attempts, token, sent_at"
        values = f"{texts}, {number}, 1, 1, {sent_at}"
        run(empty, f"INSERT INTO vorgang_message ({columns}) VALUES ({values})")  # noqa: S608  # ours
    migrate.upgrade(empty)
    assert migrate.check(empty).state == "current"
    run(empty, "UPDATE vorgang_message SET status = 'bounced' WHERE status = 'sent'")
    with pytest.raises(StoreError):
        run(empty, "UPDATE vorgang_message SET status = 'bounced' WHERE status = 'queued'")
    with empty.reading() as connection:
        query = text("SELECT status, recipient, attempts FROM vorgang_message ORDER BY id")
        assert [tuple(row) for row in connection.execute(query)] == [
            ("queued", "r", 1),
            ("bounced", "r", 1),
            ("dead", "r", 1),
        ]


def test_towns_of_before_keep_the_domain_of_their_message_ids(empty: Database) -> None:
    with empty.writing() as connection:
        command.upgrade(alembic_config(connection), "0005")
    senders = {"a": "Stadt <rat@Hagen.example>", "b": "rat@münchen.example", "c": "rat@straße.example", "d": "-"}
    columns = "key, name, short_name, land, zone, ruleset, sender, functions"
    for key, sender in senders.items():
        values = f"'{key}', 'n', 'n', 'NW', 'Europe/Berlin', 'hagen', '{sender}', '{{}}'"
        run(empty, f"INSERT INTO vorgang_body ({columns}) VALUES ({values})")  # noqa: S608  # ours
    migrate.upgrade(empty)
    with empty.reading() as connection:
        found = connection.execute(text("SELECT key, message_domain FROM vorgang_body ORDER BY key")).all()
    expected = ["Hagen.example", "xn--mnchen-3ya.example", "xn--strae-oqa.example", "vorgang.invalid"]
    assert [row.message_domain for row in found] == expected
    for row, sender in zip(found, senders.values(), strict=True):
        assert domain_of(sender) in {row.message_domain, None}


def test_several_processes_can_upgrade_at_once(empty_url: str) -> None:
    program = (
        "import sys; from vorgang.states.database import Database; from vorgang.states.migrate import upgrade\n"
        "database = Database(sys.argv[1]); print('ready', flush=True); sys.stdin.readline()\n"
        "upgrade(database); database.close()"
    )
    arguments = [sys.executable, "-c", program, empty_url]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(arguments, text=True, **pipes) for _ in range(3)]
    for process in started:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in started] == [("", 0)] * 3
    database = Database(empty_url)
    assert migrate.check(database).state == "current"
    database.close()


def test_several_threads_can_upgrade_databases_of_their_own(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path}/{number}.db", Options(synchronous="NORMAL")) for number in range(6)]
    with ThreadPoolExecutor(len(databases)) as pool:
        assert list(pool.map(migrate.upgrade, databases)) == [(None, migrate.HEAD)] * len(databases)
    for database in databases:
        assert migrate.check(database).state == "current"
        database.close()


def test_an_upgrade_that_fails_leaves_nothing_behind(empty: Database) -> None:
    run(empty, "CREATE TABLE vorgang_paper (id INTEGER)")
    with pytest.raises(StoreError):
        migrate.upgrade(empty)
    assert tables(empty) == {"vorgang_paper"}
    run(empty, "DROP TABLE vorgang_paper")
    migrate.upgrade(empty)
    assert migrate.check(empty).state == "current"


def test_sqlite_guards_foreign_keys_again_after_an_upgrade(sqlite: Sqlite) -> None:
    database = Database(sqlite.empty())
    migrate.upgrade(database)
    with database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    database.close()


def test_the_program_knows_all_its_revisions_in_order(sqlite_database: Database) -> None:
    with sqlite_database.reading() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert [revision.revision for revision in reversed(list(script.walk_revisions()))] == list(migrate.REVISIONS)


# --- refusing ---


def test_a_database_without_tables_is_refused_with_a_remedy(empty: Database) -> None:
    with pytest.raises(StoreError) as caught:
        migrate.require_current(empty)
    assert caught.value.code == "store_not_prepared"
    assert "vorgang db upgrade" in caught.value.remedy("de")
    assert migrate.check(empty).state == "missing"


def test_a_database_of_a_newer_program_is_refused_and_never_taken_back(database: Database) -> None:
    stamp(database, "9999")
    assert code_of(database) == "store_newer"
    assert migrate.check(database) == (migrate.HEAD, "9999", "newer", ())
    with pytest.raises(StoreError) as caught:
        migrate.upgrade(database)
    assert caught.value.code == "store_newer"
    assert migrate.check(database).current == "9999"


# --- comparing ---


def test_the_revisions_make_the_tables_that_the_program_works_with(database: Database) -> None:
    assert migrate.check(database) == (migrate.HEAD, migrate.HEAD, "current", ())


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # of those SQLite tells nothing
def test_the_revisions_make_the_same_constraints_as_the_tables_declare(
    database: Database, maker: Sqlite | Postgres
) -> None:
    url = maker.empty()
    declared = Database(url)
    with declared.writing() as connection:
        Table.metadata.create_all(connection)
    assert constraints(database) == constraints(declared)
    declared.close()
    maker.drop(url)


def constraints(database: Database) -> dict[str, Any]:
    with database.reading() as connection:
        found = inspect(connection)
        return {
            name: {
                "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(name)},
                "key": found.get_pk_constraint(name),
                "checks": sorted((c["name"] or "", c["sqltext"]) for c in found.get_check_constraints(name)),
                "unique": sorted((c["name"] or "", c["column_names"]) for c in found.get_unique_constraints(name)),
                "foreign": sorted((c["name"] or "", c["referred_table"]) for c in found.get_foreign_keys(name)),
                "indexes": sorted(
                    (i["name"] or "", i["column_names"], i["unique"], where(i)) for i in found.get_indexes(name)
                ),
            }
            for name in found.get_table_names()
            if name != migrate.VERSION_TABLE and not name.startswith(UNSEEN)
        }


def where(index: Any) -> str:
    return " ".join(str(index["dialect_options"].get(f"{name}_where")) for name in ("sqlite", "postgresql"))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("DROP INDEX ix_vorgang_deadline_next", "ix_vorgang_deadline_next"),
        ("DROP INDEX ix_vorgang_case_lead", "ix_vorgang_case_lead"),
        ("ALTER TABLE vorgang_person ADD COLUMN nickname VARCHAR", "nickname"),
        ("ALTER TABLE vorgang_person DROP COLUMN email", "email"),
        ("DROP TABLE vorgang_tick", "vorgang_tick"),
    ],
)
def test_a_table_changed_by_hand_is_named(database: Database, change: str, name: str) -> None:
    run(database, change)
    state = migrate.check(database)
    assert state.state == "drifted"
    assert len(state.differences) == 1
    assert name in state.differences[0]


@pytest.mark.parametrize("kind", BOTH)
def test_a_missing_trigger_is_named(request: pytest.FixtureRequest, kind: str) -> None:
    database: Database = request.getfixturevalue(f"{kind}_database")
    on_table = " ON vorgang_transition" if kind == "postgres" else ""
    run(database, f"DROP TRIGGER vorgang_transition_unchanged{on_table}")
    assert migrate.check(database).differences == ("missing_trigger vorgang_transition_unchanged",)


@pytest.mark.postgres
def test_a_switched_off_trigger_is_named(postgres_database: Database) -> None:
    run(postgres_database, "ALTER TABLE vorgang_head DISABLE TRIGGER USER")
    assert migrate.check(postgres_database).differences == ("missing_trigger vorgang_head_kept",)


# --- living with a host ---


def test_the_tables_and_the_history_of_a_host_are_left_alone(empty: Database) -> None:
    run(empty, "CREATE TABLE alembic_version (version_num VARCHAR)", "INSERT INTO alembic_version VALUES ('host')")
    run(empty, "CREATE TABLE ratsinfo (id INTEGER)")
    migrate.upgrade(empty)
    assert migrate.check(empty).state == "current"
    assert {"alembic_version", "ratsinfo", migrate.VERSION_TABLE} <= tables(empty)
    with empty.reading() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "host"


@pytest.fixture
def empty_postgres(postgres: Postgres) -> Iterator[str]:
    """URL of a PostgreSQL database without tables."""
    url = postgres.empty()
    yield url
    postgres.drop(url)


@pytest.mark.postgres
@pytest.mark.parametrize("schema", ["vorgang", "Rat & Verwaltung"])
def test_on_postgres_everything_can_live_in_a_schema(empty_postgres: str, schema: str) -> None:
    database = Database(empty_postgres, Options(schema=schema))
    assert code_of(database) == "store_not_prepared"
    migrate.upgrade(database)
    assert migrate.check(database) == (migrate.HEAD, migrate.HEAD, "current", ())
    logged(database)
    assert tables(database, "public") == set()
    unseen = {"vorgang_fts_paper", "vorgang_fts_vocabulary"}
    assert tables(database, schema) == {*Table.metadata.tables, *unseen, migrate.VERSION_TABLE}
    with pytest.raises(StoreError):
        run(database, f'DELETE FROM "{schema}".vorgang_transition')  # noqa: S608  # names are ours
    database.close()


@pytest.mark.postgres
def test_two_schemas_of_a_database_stand_apart(empty_postgres: str) -> None:
    first, second = (Database(empty_postgres, Options(schema=name)) for name in ("nord", "sued"))
    migrate.upgrade(first)
    assert code_of(second) == "store_not_prepared"
    migrate.upgrade(second)
    run(first, "DROP TABLE nord.vorgang_tick")
    assert [migrate.check(database).state for database in (first, second)] == ["drifted", "current"]
    first.close()
    second.close()
