"""A database that cannot be used: a clear error with its code and remedy, and nothing half written."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.helpers.databases import Sqlite
from tests.helpers.house import DRAFT, LEAD, START, House, letter
from tests.helpers.pages import ROOT
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import StoreError, VorgangError
from vorgang.config.settings import Settings
from vorgang.states.database import Database
from vorgang.states.migrate import VERSION_TABLE
from vorgang.workflow.absences import Away, enter, remove
from vorgang.workflow.office import Office
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

MANUAL = ROOT / "docs" / "operations.md"


@contextmanager
def failing(*codes: str, saying: str = "") -> Iterator[None]:
    """Inside, a `StoreError` with one of these codes must come, with a remedy in both languages, `saying` so much."""
    with pytest.raises(StoreError) as caught:
        yield
    assert caught.value.code in codes, str(caught.value)
    assert caught.value.exit_code == 7
    assert caught.value.text("de") != caught.value.text("en")
    assert saying in str(caught.value)
    assert caught.value.remedy("de")
    assert caught.value.remedy("en")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A file system in memory at `folder`; skips where that is not permitted."""
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system is not permitted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def copied(sqlite: Sqlite, folder: Path) -> Path:
    """A prepared database file in `folder`."""
    path = folder / "vorgang.db"
    prepared = sqlite.prepared()
    shutil.copyfile(make_url(prepared).database or "", path)
    sqlite.drop(prepared)
    return path


# --- unreachable ---


def test_nobody_listens_at_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(StoreError) as caught:
        Workflow.open(f"postgresql://nobody:geheim@127.0.0.1:{port}/vorgang")
    for said in (str(caught.value), caught.value.text("en")):
        assert f"port {port}" in said
        assert "geheim" not in said
    assert (caught.value.code, caught.value.exit_code) == ("store_unreachable", 7)


@pytest.mark.postgres
def test_the_server_has_no_such_database(postgres_database: Database) -> None:
    url = postgres_database.url.set(database="gibt_es_nicht").render_as_string(hide_password=False)
    with failing("store_unreachable", saying='"gibt_es_nicht"'):
        Workflow.open(url)
    with failing("store_unreachable"):
        Workflow.open(url, Setup(upgrade=True))  # neither is it made by the way
    with psycopg.connect(postgres_database.url.set(drivername="postgresql").render_as_string(False)) as admin:
        found = admin.execute("SELECT count(*) FROM pg_database WHERE datname = 'gibt_es_nicht'").fetchone()
    assert found == (0,)


@pytest.mark.postgres
def test_the_server_throws_everybody_out_and_is_there_again(postgres_database: Database) -> None:
    url = postgres_database.url.render_as_string(hide_password=False)
    house = House(url)
    case = house.ask()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with failing("store_unreachable"):
        house.database.store.run(lambda transaction: transaction.load(case))
    house.fire(case, "zulassen")
    assert house.state(case) == "zugelassen"
    assert_sound(house.database)
    house.close()


def test_the_path_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "Akten.txt").write_text("wichtig", "utf-8")
    with failing("store_unreachable", saying="Adresse"):
        Workflow.open(f"sqlite:///{tmp_path}")
    assert [(one.name, one.read_text("utf-8")) for one in tmp_path.iterdir()] == [("Akten.txt", "wichtig")]


@pytest.mark.parametrize("url", ["mysql://localhost/vorgang", "sqlite://", "nonsense", "sqlite:///:memory:"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(VorgangError) as caught:
        Workflow.open(url)
    assert (caught.value.code, caught.value.exit_code) == ("database_url_invalid", 2)


# --- read-only ---


def test_a_file_system_mounted_read_only(sqlite: Sqlite, tmp_path: Path) -> None:
    with mounted(tmp_path, "size=32m"):
        path = copied(sqlite, tmp_path)
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path)], check=True)
        before = path.read_bytes()
        with failing("store_read_only", "store_unreachable"):
            Workflow.open(f"sqlite:///{path}")
        assert path.read_bytes() == before
        subprocess.run(["mount", "-o", "remount,rw", str(tmp_path)], check=True)
        house = House(f"sqlite:///{path}")  # as if nothing had been
        assert house.state(house.ask()) == "eingegangen"
        house.close()


def test_a_database_that_became_read_only_while_open(sqlite: Sqlite) -> None:
    url = sqlite.prepared()
    house = House(url)
    case = house.ask()
    store = house.database.store
    store.run(lambda transaction: transaction._execute("SELECT 1"))  # type: ignore[attr-defined]  # it is connected now
    store._connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]  # as a file that lost its rights
    with failing("store_read_only"):
        house.fire(case, "zulassen")
    store._connection.execute("PRAGMA query_only = OFF")  # type: ignore[attr-defined]
    assert house.events(case) == ["registrieren"]
    house.fire(case, "zulassen")
    house.close()
    sqlite.drop(url)


@pytest.mark.postgres
def test_a_server_that_only_reads(postgres_database: Database) -> None:
    url = postgres_database.url.render_as_string(hide_password=False)
    house = House(url)
    case = house.ask()
    house.database.close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        name = postgres_database.url.database
        admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with failing("store_read_only"):
        house.fire(case, "zulassen")
    assert house.events(case) == ["registrieren"]
    house.close()


@pytest.mark.postgres
def test_a_role_without_rights(postgres_database: Database, tmp_path: Path) -> None:
    url = postgres_database.url.render_as_string(hide_password=False)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        role = f"leser_{os.getpid()}"
        admin.execute(f"CREATE ROLE {role} LOGIN")
        try:
            theirs = postgres_database.url.set(username=role, password=None).render_as_string()
            with failing("store_forbidden", saying="Rechte"):
                Workflow.open(theirs)
            grants = re.findall(r"^GRANT .+ TO vorgang;$", MANUAL.read_text("utf-8"), re.MULTILINE)
            for grant in grants:
                admin.execute(grant.replace("TO vorgang;", f"TO {role};"))
            house = House(theirs)  # with what the manual grants, and no more, it works
            case = house.at("in_bearbeitung")
            Office(house.workflow, Settings(mail_folder=tmp_path)).work()
            clerk = house.actor("randt")
            away = enter(house.workflow, "hagen", Away("randt", START.date(), START.date(), None), clerk)
            remove(house.workflow, "hagen", away.id, clerk)
            assert house.state(case) == "in_bearbeitung"
            house.close()
        finally:
            admin.execute(f"DROP OWNED BY {role}")
            admin.execute(f"DROP ROLE {role}")


# --- full ---


def test_a_full_disk_leaves_every_event_whole(sqlite: Sqlite, tmp_path: Path) -> None:
    with mounted(tmp_path, "size=2m"):
        house = House(f"sqlite:///{copied(sqlite, tmp_path)}")
        done = _until_full(house)
        assert done > 0
        assert_sound(house.database)
        house.close()


def test_a_database_at_its_greatest_size_leaves_every_event_whole(sqlite: Sqlite) -> None:
    url = sqlite.prepared()
    house = House(url)
    house.ask()
    connection = house.database.store._connection  # type: ignore[attr-defined]  # what a quota would do to it
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 40}")
    done = _until_full(house)
    assert_sound(house.database)
    connection.execute(f"PRAGMA max_page_count = {pages + 4000}")
    house.at("in_mitzeichnung")  # there is room again
    assert_sound(house.database)
    assert done > 0
    house.close()
    sqlite.drop(url)


def _until_full(house: House) -> int:
    """Open and move cases until the disk is full; how many events happened before."""
    done = 0
    with failing("store_full"):
        while done < 10_000:
            case = house.open("anfrage", **letter(bemerkung="x" * 2000)).case.id
            house.bring(case, "in_bearbeitung")
            house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
            house.fire(case, "in_mitzeichnung_geben", LEAD)
            done += 6
    return done


# --- damaged, or of another version ---


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "vorgang.db"
    path.write_bytes(b"Dies ist keine Datenbank, sondern ein Brief. " * 200)
    with failing("store_damaged"):
        Workflow.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"Dies ist")


def test_a_database_damaged_in_the_middle(sqlite: Sqlite) -> None:
    url = sqlite.prepared()
    house = House(url)
    case = house.at("in_bearbeitung")
    house.close()
    path = Path(make_url(url).database or "")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    before = path.read_bytes()
    with failing("store_damaged", saying="Sicherung"):
        again = House(url)
        again.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    assert path.read_bytes() == before  # whoever has to rescue something finds it as it was
    sqlite.drop(url)


def test_an_empty_file_is_not_prepared(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'neu.db'}"
    with failing("store_not_prepared", saying="vorgang db upgrade"):
        Workflow.open(url)
    Workflow.open(url, Setup(upgrade=True)).close()
    house = House(url)  # what it told to do has helped
    assert house.state(house.ask()) == "eingegangen"
    house.close()


def test_a_schema_newer_than_the_code_is_left_alone(sqlite: Sqlite) -> None:
    url = sqlite.prepared()
    path = make_url(url).database or ""
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")  # noqa: S608  # a name of ours
    connection.close()
    before = Path(path).read_bytes()
    with failing("store_newer"):
        Workflow.open(url)
    with failing("store_newer"):
        Workflow.open(url, Setup(upgrade=True))
    assert Path(path).read_bytes() == before
    sqlite.drop(url)
