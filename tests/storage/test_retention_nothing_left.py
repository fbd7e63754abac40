"""Who has asked is nowhere to be found once a case was anonymised or deleted: in no row, no index, no page of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import insert, text

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import CLERK, START, House
from tests.helpers.soundness import assert_sound
from vorgang.states.database import Database
from vorgang.states.ids import new_id
from vorgang.states.records import Person
from vorgang.states.tables import table_of
from vorgang.workflow.disposal import dispose
from vorgang.workflow.retention import answer
from vorgang.workflow.search_texts import TextReader
from vorgang.workflow.setup import Setup

#: A citizen, how her name is written and folded, and words that only her case has.
KEY, NAME, PLACE = "buergerin-99", "Adelgunde Quarkspitzow", "Zwetschgenstieg 3"
HUNTED = (
    *("adelgunde", "quarkspitzow", "quarkspitzov", "zwetschgenstieg", "buergerin-99", "quark@post.example"),
    *("elgund", "uarkspitz"),  # an index keeps words that begin alike in pieces
)
#: Words of another case, which stay.
OTHER = "Kastanienallee"
RULES = """
id = "kurz"
version = "1"
extends = "hagen"
valid_from = 2020-01-01
label = { de = "kurz", en = "short" }
basis = { de = "kurz", en = "short" }
source = "Test"

[retention.anfrage]
years = 1
then = "THEN"
norm = { de = "Test", en = "test" }
"""


class Scene(NamedTuple):
    """A house with one case full of a citizen, and another that stays."""

    house: House
    case: str
    other: str


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    maker: Sqlite | Postgres = request.getfixturevalue(request.param)
    made = maker.prepared()
    yield made
    maker.drop(made)


def scene(url: str, folder: Path, then: str) -> Scene:
    (folder / "regeln").mkdir()
    (folder / "regeln" / "kurz.toml").write_text(RULES.replace("THEN", then))
    house = House(url, Setup(rules=(folder / "regeln",)))
    house.body = house.found_town(rules="kurz")
    values = {"id": new_id(START), "body": house.body, "key": KEY, "name": NAME, "also_written": ["A. Quarkspitzow"]}
    with house.database.writing() as connection:
        connection.execute(insert(table_of(Person)).values(**values, email="quark@post.example"))
    house.workflow.directory.forget()
    said = f"{NAME}, {PLACE}, quark@post.example"
    case = house.at(
        "mit_entwurf",
        drafted=house.text_draft(f"Sehr geehrte Frau {said}"),
        nummer="0777/2024",
        betreff=f"Laternen, Anfrage von {NAME}",
        fragesteller=KEY,
        fragen=[f"Warum wohnt {said} im Dunkeln?"],
    )
    house.fire(case, "privat_kennzeichnen", CLERK, privat=[NAME])
    house.fire(case, "zurueckziehen", KEY)
    other = house.ask(betreff=f"Bäume in der {OTHER}", nummer="0778/2024")
    TextReader(house.database, house.workflow.lifecycle, house.wall).read_new()
    return Scene(house, case, other)


def disposed(scene: Scene, folder: Path) -> None:
    house, actor = scene.house, scene.house.actor(CLERK)
    house.clock("2026-01-02")
    packages = folder / "anbietung"
    dispose(house.workflow, house.body, house.actor(CLERK), folder=packages)
    answer(house.workflow, scene.case, "abgelehnt", None, actor)
    (one,) = dispose(house.workflow, house.body, house.actor(CLERK), folder=packages)
    assert one.error is None
    assert one.waits is None


def found_in(database: Database, hunted: str) -> set[str]:
    """Where the text stands: tables on PostgreSQL, files on SQLite."""
    if database.dialect == "sqlite":
        path = Path(database.url.database or "")
        return {one.name for one in path.parent.glob(f"{path.name}*") if hunted in _folded(one.read_bytes())}
    with database.reading() as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
        tables = list(names.scalars())
        rows = {name: connection.execute(text(f'SELECT t::text FROM "{name}" t')).scalars().all() for name in tables}  # noqa: S608  # names are ours
    return {name for name, found in rows.items() if any(hunted in _folded(str(row).encode()) for row in found)}


def _folded(content: bytes) -> str:
    plain = content.decode("utf-8", errors="ignore").casefold()
    hexadecimal = [bytes.fromhex(one) for one in re.findall(r"\\x((?:[0-9a-f]{2})+)", plain)]
    return plain + "".join(one.decode("utf-8", errors="ignore").casefold() for one in hexadecimal)


@pytest.mark.parametrize("then", ["anonymisieren", "loeschen"])
def test_nothing_of_who_asked_is_left(url: str, tmp_path: Path, then: str) -> None:
    made = scene(url, tmp_path, then)
    database = made.house.database
    for hunted in HUNTED[:2]:
        assert found_in(database, hunted), hunted  # else the hunt would prove nothing
    disposed(made, tmp_path)
    assert {hunted: found_in(database, hunted) for hunted in HUNTED} == {hunted: set() for hunted in HUNTED}
    assert found_in(database, OTHER.casefold())
    assert list((tmp_path / "anbietung").iterdir()) == []
    assert_sound(database)
    case = made.house.workflow.case(made.case).case
    assert case.number == "0777/2024"
    assert case.facts == {} if then == "loeschen" else case.facts["eingang"] == "2024-01-05"
    assert (case.subject is None) == (then == "loeschen")
    made.house.close()
