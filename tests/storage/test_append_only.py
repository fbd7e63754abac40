"""What is written in the log stays written: the database itself refuses everything else, but for an erasure."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from tests.helpers.logs import START, logged
from vorgang.config.clock import VirtualClock
from vorgang.config.errors import StoreError, VorgangError
from vorgang.states.audit import sign_head, verify
from vorgang.states.audit_keys import SigningKey, generate_key
from vorgang.states.database import Database
from vorgang.states.tables import CaseRow, HeadRow, LifecycleRow, TransitionRow, table_of

LINE, HEAD, LIFECYCLE, CASE = (table_of(row) for row in (TransitionRow, HeadRow, LifecycleRow, CaseRow))
UNUSED = 99  # a version on which no case runs, and which is none of those that are shipped
ERASED: dict[str, Any] = dict.fromkeys(("actor", "on_behalf_of", "reason", "data", "salt"))
OTHER: dict[str, Any] = {
    "id": 99,
    "seq": 9,
    "at": START.replace(year=2020),
    "event": "anders",
    "source": "anders",
    "target": "anders",
    "role": "anders",
    "actor_kind": "service",
    "changes": {"deadlines": []},
    "private_digest": "0",
    "prev_hash": "0",
    "hash": "0",
}


@pytest.fixture
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return generate_key(tmp_path_factory.mktemp("key") / "head.pem")


def execute(database: Database, statement: Any) -> int:
    with database.writing() as connection:
        return int(connection.execute(statement).rowcount)


def refused(database: Database, statement: Any) -> bool:
    """Whether the database refuses a statement, and still holds exactly what it held."""
    before = contents(database)
    with pytest.raises(VorgangError) as caught:
        execute(database, statement)
    assert contents(database) == before
    return caught.value.code in {"store_constraint", "case_changed_meanwhile"}


def contents(database: Database) -> list[Any]:
    with database.reading() as connection:
        tables = (LINE, HEAD, LIFECYCLE)
        return [tuple(row) for table in tables for row in connection.execute(select(table).order_by(table.c.id))]


def pin(database: Database, lifecycle: str = "anfrage", version: int = 1) -> None:
    values = {"id": lifecycle, "version": version, "digest": "d", "content": {"id": lifecycle}, "pinned_at": START}
    execute(database, insert(LIFECYCLE).values(**values))


def test_no_line_can_be_deleted(database: Database) -> None:
    logged(database)
    assert refused(database, delete(LINE).where(LINE.c.seq == 4))


@pytest.mark.parametrize("column", [*OTHER, "case_id"])
def test_no_line_can_be_changed(database: Database, column: str) -> None:
    case, other = logged(database), logged(database, lines=1)
    value = other.id if column == "case_id" else OTHER[column]
    assert refused(database, update(LINE).where(LINE.c.case_id == case.id, LINE.c.seq == 4).values({column: value}))


@pytest.mark.parametrize("column", ERASED)
def test_the_personal_part_cannot_be_rewritten(database: Database, column: str) -> None:
    logged(database)
    value = {"anders": 1} if column == "data" else "anders"
    assert refused(database, update(LINE).where(LINE.c.seq == 2).values({**ERASED, column: value}))


@pytest.mark.parametrize("kept", ERASED)
def test_an_erasure_erases_the_whole_personal_part(database: Database, kept: str) -> None:
    logged(database)
    values = {column: None for column in ERASED if column != kept}
    assert refused(database, update(LINE).where(LINE.c.seq == 2).values(values))


@pytest.mark.parametrize("column", OTHER)
def test_an_erasure_changes_nothing_else(database: Database, column: str) -> None:
    logged(database)
    assert refused(database, update(LINE).where(LINE.c.seq == 2).values({**ERASED, column: OTHER[column]}))


def test_personal_data_can_be_erased_and_the_chain_still_holds(database: Database) -> None:
    case = logged(database)
    assert execute(database, update(LINE).where(LINE.c.case_id == case.id, LINE.c.seq == 2).values(ERASED)) == 1
    with database.reading() as connection:
        row = connection.execute(select(LINE).where(LINE.c.seq == 2)).mappings().one()
    assert {column: row[column] for column in ERASED} == ERASED
    report = verify(database)
    assert report.ok
    assert report.erased == 1


def test_a_head_can_neither_be_changed_nor_deleted(database: Database, key: SigningKey) -> None:
    logged(database)
    sign_head(database, key, VirtualClock(START))
    assert refused(database, update(HEAD).values(signature="00"))
    assert refused(database, delete(HEAD))


def test_two_heads_cannot_follow_the_same_one(database: Database, key: SigningKey) -> None:
    logged(database)
    head = sign_head(database, key, VirtualClock(START))
    rival = {**head._asdict(), "id": 77, "at": START, "hash": "0"}
    assert refused(database, insert(HEAD).values(rival))


def test_a_pinned_lifecycle_cannot_be_changed(database: Database) -> None:
    pin(database)
    assert refused(database, update(LIFECYCLE).values(content={"id": "anders"}))


def test_a_lifecycle_that_a_case_runs_on_cannot_be_deleted(database: Database) -> None:
    logged(database, lines=1)
    pin(database)
    pin(database, version=UNUSED)
    own = LIFECYCLE.c.id == "anfrage"
    assert refused(database, delete(LIFECYCLE).where(own, LIFECYCLE.c.version == 1))
    assert execute(database, delete(LIFECYCLE).where(own, LIFECYCLE.c.version == UNUSED)) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("table", [LINE, HEAD, LIFECYCLE], ids=lambda table: table.name)
def test_postgres_refuses_truncate(postgres_database: Database, table: Any) -> None:
    logged(postgres_database)
    assert refused(postgres_database, text(f"TRUNCATE {table.name} CASCADE"))


@pytest.mark.parametrize("table", [LINE, HEAD, LIFECYCLE], ids=lambda table: table.name)
def test_sqlite_refuses_to_replace(sqlite_database: Database, table: Any, key: SigningKey) -> None:
    logged(sqlite_database)
    pin(sqlite_database)
    sign_head(sqlite_database, key, VirtualClock(START))
    columns = ", ".join(column.name for column in table.columns)
    statement = f"INSERT OR REPLACE INTO {table.name} SELECT {columns} FROM {table.name}"  # noqa: S608  # names are ours
    assert refused(sqlite_database, text(statement))


def test_sqlite_refuses_to_replace_a_line_under_another_id(sqlite_database: Database) -> None:
    logged(sqlite_database)
    columns = ", ".join(column.name for column in LINE.columns)
    others = columns.replace("id,", "id + 50,", 1)
    statement = f"INSERT OR REPLACE INTO {LINE.name} ({columns}) SELECT {others} FROM {LINE.name}"  # noqa: S608  # as above
    assert refused(sqlite_database, text(statement))


def test_a_refusal_of_the_database_is_told_as_such(database: Database) -> None:
    logged(database)
    with pytest.raises(StoreError) as caught:
        execute(database, delete(LINE))
    assert caught.value.code == "store_constraint"
    assert "append-only" in caught.value.text("en")
