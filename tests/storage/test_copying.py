"""A copy for a rehearsal holds all that time can do something to; the original is not written to, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from tests.helpers.contents import contents
from tests.helpers.databases import Sqlite
from tests.helpers.house import House
from vorgang.config.errors import StoreError
from vorgang.config.settings import Settings, sqlite_url
from vorgang.notifications.undeliverable import TASKS
from vorgang.states.copying import copy_database
from vorgang.states.database import Database, Options
from vorgang.states.document_tables import FileRow
from vorgang.states.files import keep_file
from vorgang.states.tables import CaseRow, DeadlineRow, MessageRow, Table, TransitionRow, table_of
from vorgang.workflow.office import Office
from vorgang.workflow.rehearsal import staged


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.close()


def copied(house: House, folder: Path) -> Database:
    source = Database(house.url, Options(read_only=True))
    reports: list[tuple[int, int | None]] = []
    try:
        copy_database(source, folder / "copy.db", lambda *report: reports.append(report), tasks=TASKS)
    finally:
        source.close()
    assert reports
    return Database(sqlite_url(folder / "copy.db"))


def rows(database: Database, table: Any, **where: Any) -> list[Any]:
    query = select(table).order_by(*table.primary_key.columns)
    for column, value in where.items():
        query = query.where(table.c[column] == value)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_every_value_of_an_open_case_survives(house: House, tmp_path: Path) -> None:
    case = house.at("in_mitzeichnung", betreff='Straße „Ü" \\ 100 % 🚲')
    children = [child.id for child in house.children(case, "mitzeichnung")]
    before = contents(house.url)
    copy = copied(house, tmp_path)
    for one in (case, *children):
        assert rows(copy, table_of(CaseRow), id=one) == rows(house.database, table_of(CaseRow), id=one)
        for table in (table_of(TransitionRow), table_of(DeadlineRow), table_of(MessageRow)):
            assert rows(copy, table, case_id=one) == rows(house.database, table, case_id=one)
            assert rows(copy, table, case_id=one)
    master = [
        table for table in Table.metadata.sorted_tables if table.name.endswith(("_body", "_person", "_lifecycle"))
    ]
    assert all(rows(copy, table) == rows(house.database, table) != [] for table in master)
    copy.close()
    assert contents(house.url) == before


@pytest.mark.postgres
def test_closed_business_and_files_stay_behind(postgres: Any, tmp_path: Path) -> None:
    house = House(postgres.prepared())
    over, living = house.ask(), house.ask()
    house.fire(over, "zurueckziehen")
    Office(house.workflow, Settings(mail_folder=tmp_path / "mail")).drain()
    with house.database.writing() as connection:
        keep_file(connection, "hagen", ("a.txt", "text/plain", b"x"), house.wall.now())
    copy = copied(house, tmp_path)
    assert [row[0] for row in rows(copy, table_of(CaseRow))] == [living]
    assert rows(copy, table_of(FileRow)) == []
    copy.close()
    house.close()


def test_a_closed_case_with_a_waiting_message_and_its_parent_come_along(house: House, tmp_path: Path) -> None:
    parent = house.at("in_mitzeichnung")
    house.cosign(parent)  # the children are closed; their messages wait
    copy = copied(house, tmp_path)
    kept = {row[0] for row in rows(copy, table_of(CaseRow))}
    assert {parent, *(child.id for child in house.children(parent, "mitzeichnung", every=True))} <= kept
    copy.close()


def test_the_task_of_a_dead_message_is_not_opened_again(house: House, tmp_path: Path) -> None:
    house.ask(fragesteller="integrationsrat")  # which has no address
    office = Office(house.workflow, Settings(mail_folder=tmp_path / "mail"))
    office.drain()
    [task] = [one for one in house.workflow.worklist("hagen", "gs-integrationsrat") if one.lifecycle == "zustellung"]
    house.fire(task.id, "erledigen", ergebnis="entbehrlich")
    office.drain()
    copied(house, tmp_path).close()
    with staged(Settings(database_url=house.url), tmp_path / "copy.db", house.wall.now(), None) as stage:
        stage.pass_until(house.wall.now() + timedelta(days=1), 1000, lambda _passed: None)
        kinds = [one.lifecycle for one in stage.workflow.cases()]
    assert kinds.count("zustellung") == 1


def test_what_is_opened_to_read_cannot_be_written(house: House) -> None:
    house.ask()
    before = contents(house.url)
    reader = Database(house.url, Options(read_only=True))
    with pytest.raises(StoreError) as caught, reader.writing() as connection:
        connection.execute(text("DELETE FROM vorgang_message"))
    assert caught.value.code == "store_read_only"
    reader.close()
    assert contents(house.url) == before


def test_nothing_new_lies_beside_a_database_that_was_only_read(sqlite: Sqlite, tmp_path: Path) -> None:
    house = House(sqlite.prepared())
    house.ask()
    house.close()
    path = Path(make_url(house.url).database or "")

    def seen() -> tuple[list[str], bytes, int]:
        return sorted(one.name for one in path.parent.glob(f"{path.name}*")), path.read_bytes(), path.stat().st_mtime_ns

    before = seen()
    assert before[0] == [path.name]
    copied(house, tmp_path).close()
    assert seen() == before
    sqlite.drop(house.url)


def test_the_log_of_a_service_that_started_meanwhile_is_left_to_it(sqlite: Sqlite) -> None:
    house = House(sqlite.prepared())
    house.close()
    path = Path(make_url(house.url).database or "")
    reader = Database(house.url, Options(read_only=True))
    with reader.reading() as connection:
        connection.execute(select(table_of(CaseRow))).all()
    service = House(house.url)
    case = service.ask()
    log = path.with_name(path.name + "-wal")
    before = (log.stat().st_ino, log.read_bytes())
    reader.close()
    assert (log.stat().st_ino, log.read_bytes()) == before
    service.fire(case, "zulassen")
    assert service.state(case) == "zugelassen"
    service.close()
    sqlite.drop(house.url)


def test_others_write_while_it_is_copied(house: House, tmp_path: Path) -> None:
    """What is written meanwhile is not in the copy, half or whole, and whoever writes does not wait for the end."""
    cases = [house.ask() for _ in range(3)]
    source = Database(house.url, Options(read_only=True))
    written: list[str] = []

    def meanwhile(_done: int, _every: int | None) -> None:
        if not written:
            written.append(house.ask(betreff="Inzwischen"))

    copy_database(source, tmp_path / "copy.db", meanwhile, tasks=TASKS)
    source.close()
    copy = Database(sqlite_url(tmp_path / "copy.db"))
    assert [row[0] for row in rows(copy, table_of(CaseRow))] == cases
    copy.close()
    assert house.state(written[0]) == "eingegangen"


def test_no_room_for_the_copy_is_told_with_the_folder(house: House, tmp_path: Path, monkeypatch: Any) -> None:
    if house.database.dialect != "sqlite":
        pytest.skip("how large the rows will be, PostgreSQL does not tell")
    full = SimpleNamespace(free=0)
    monkeypatch.setattr("vorgang.states.copying.shutil.disk_usage", lambda _folder: full)  # a real one takes root
    with pytest.raises(StoreError) as caught:
        copied(house, tmp_path)
    assert caught.value.code == "copy_no_room"
    assert str(tmp_path) in caught.value.text("de")
    assert "TMPDIR" in caught.value.remedy("en")
