"""Who has asked is nowhere to be found once a case was anonymised or deleted: in no row, no index, no page of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select, text, update

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import CLERK, House
from tests.helpers.rosters import file
from tests.helpers.soundness import assert_sound
from tests.storage.test_retention import closed
from tests.storage.test_rosters import bring_in
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import Person
from vorgang.states.database import Database
from vorgang.states.punctuality_queries import By
from vorgang.states.records import RECORDS
from vorgang.states.roster_tables import RosterChangeRow
from vorgang.states.tables import table_of
from vorgang.workflow.disposal import dispose
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.package_contents import inside
from vorgang.workflow.punctuality import Wanted, make_anew, punctuality
from vorgang.workflow.retention import answer
from vorgang.workflow.search_texts import TextReader
from vorgang.workflow.sessions import agenda, proposal, session_row, set_agenda
from vorgang.workflow.setup import Setup

#: A citizen, how her name is written and folded, and words that only her case has.
KEY, NAME, PLACE = "buergerin-99", "Adelgunde Quarkspitzow", "Zwetschgenstieg 3"
HUNTED = (
    *("adelgunde", "quarkspitzow", "quarkspitzov", "zwetschgenstieg", "buergerin-99", "quark@post.example"),
    *("elgund", "uarkspitz"),  # an index keeps words that begin alike in pieces
)
#: A session, and the body that sits in it.
BODY, DAY = "integrationsrat", "2024-03-05"
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

[retention.sitzung]
years = 2
offer = false
answer_months = false
then = "THEN"
norm = { de = "Test", en = "test" }
"""
#: What the records of the council keep of a case whatever happens.
PLAIN = {
    *("id", "case_id", "follows_id", "body", "paper_type", "organization_key", "role", "result", "authoritative"),
    *("reference", "canonical", "answer_reference", "answer_canonical", "public", "cancelled"),
    *("date", "meeting_date", "begins", "ends", "published_at", "withdrawn_at", "created", "modified"),
}
#: Where a session takes place that was called after it; and what is said in each record.
MEETS = "mirabellenhof"
SAID = {"paper": NAME, "consultation": NAME, "meeting": MEETS}


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


def town(url: str, folder: Path, then: str) -> House:
    """A house in a town with these rules, and with the citizen."""
    (folder / "regeln").mkdir()
    (folder / "regeln" / "kurz.toml").write_text(RULES.replace("THEN", then))
    house = House(url, Setup(rules=(folder / "regeln",)))
    house.body = house.found_town(rules="kurz")
    profile = replace(load_profiles().get("hagen"), key=house.body, rules="kurz")
    for spelling in ("A. Quarkspitzow", NAME):
        citizen = Person(key=KEY, name=spelling, email="quark@post.example")
        import_profile(house.workflow, replace(profile, persons=(*profile.persons, citizen)))
    return house


def scene(url: str, folder: Path, then: str) -> Scene:
    house = town(url, folder, then)
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
    with database.reading() as connection:
        kept = select(_change.c.action).where(_change.c.body == made.house.body, _change.c.key.like("entfernt:%"))
        assert connection.execute(kept).scalars().all() == ["new", "changed"]
    assert list((tmp_path / "anbietung").iterdir()) == []
    assert_sound(database)
    case = made.house.workflow.case(made.case).case
    assert case.number == "0777/2024"
    assert case.facts == {} if then == "loeschen" else case.facts["eingang"] == "2024-01-05"
    assert (case.subject is None) == (then == "loeschen")
    made.house.close()


def held(house: House) -> tuple[str, str]:
    """A session, which is over, and what was asked before it."""
    session = house.open("sitzung", CLERK, gremium=BODY, tag=DAY, bezeichnung=f"Im {MEETS}", ort=f"{MEETS} 3").case.id
    letter = {"nummer": "0777/2024", "betreff": f"Laternen, Anfrage von {NAME}", "fragesteller": KEY}
    case = house.at("unterzeichnet", drafted=house.text_draft(f"Sehr geehrte Frau {NAME}"), **letter)
    house.fire(case, "veroeffentlichen", CLERK, veroeffentlichung="nichtoeffentlich")
    house.fire(case, "privat_kennzeichnen", CLERK, privat=[NAME])
    house.schedule(case, BODY)
    row = session_row(house.workflow, session)
    set_agenda(house.workflow, row, proposal(house.workflow, row), house.actor(CLERK))
    house.fire(session, "einladen")
    house.clock(DAY, 18)
    (stop,) = house.children(case, "beratung")
    house.fire(stop.id, "zur_kenntnis_nehmen")
    house.fire(session, "durchfuehren")
    house.fire(session, "ohne_niederschrift_abschliessen", grund="Test")
    return session, case


def fill_records(house: House) -> None:
    """Every column of a typed record that is not known to be plain holds words."""
    with house.database.writing() as connection:
        for record, row in RECORDS.items():
            table = table_of(row)
            said = dict.fromkeys({*table.c.keys()} - PLAIN, SAID[record])
            connection.execute(update(table).where(table.c.body == house.body).values(said))


def titles(house: House, session: str) -> list[str | None]:
    return [item.title for item in agenda(house.workflow, session_row(house.workflow, session), None).items]


@pytest.mark.parametrize("then", ["anonymisieren", "loeschen"])
def test_a_session_keeps_no_title_of_a_paper_that_is_gone_and_goes_with_its_name_and_place(
    url: str, tmp_path: Path, then: str
) -> None:
    house = town(url, tmp_path, then)
    session, case = held(house)
    fill_records(house)
    assert f"0777/2024: {NAME}" in titles(house, session)
    offered = inside(house.workflow, session).document["case"]["agenda"]
    assert [item["title"] for item in offered] == titles(house, session)
    disposed(Scene(house, case, ""), tmp_path)
    assert {hunted: found_in(house.database, hunted) for hunted in HUNTED} == {hunted: set() for hunted in HUNTED}
    left = "0777/2024" if then == "loeschen" else "0777/2024: [geschwärzt: Name]"
    assert left in titles(house, session)
    assert found_in(house.database, MEETS)
    house.clock("2027-01-02")
    (one,) = dispose(house.workflow, house.body, house.actor(CLERK))
    assert (one.case, one.error, one.waits) == (session, None, None)
    assert found_in(house.database, MEETS) == set()
    assert_sound(house.database)
    house.close()


@pytest.mark.parametrize("then", ["anonymisieren", "loeschen"])
def test_the_report_on_punctuality_counts_by_what_is_left_and_goes_on_so(url: str, tmp_path: Path, then: str) -> None:
    house = town(url, tmp_path, then)
    faction = file(tmp_path, "o.csv", "key;name;type\ncdu;CDU-Fraktion;Fraktion\n")
    bring_in(house, faction, file(tmp_path, "m.csv", "person;organization;from\nsevercan;cdu;2020-01-01\n"))
    case = closed(house)
    kept = {"office": "amt01", "faction": "cdu", "body": BODY}
    assert counted(house) == (kept, 1, 1)
    disposed(Scene(house, case, ""), tmp_path)
    left = {"anonymisieren": ({**kept, "faction": None}, 1, 1), "loeschen": (dict.fromkeys(kept), 1, 0)}[then]
    assert counted(house) == left
    bring_in(house, file(tmp_path, "n.csv", "person;organization;from\nschulz;cdu;2021-01-01\n"))
    assert counted(house) == left
    make_anew(house.workflow)
    assert counted(house) == left
    house.close()


def counted(house: House) -> tuple[dict[str, str | None], int, int]:
    """By whom the one case of the town is counted, and how many cases are, in the report and in the public one."""
    ways: Sequence[By] = ("office", "faction", "body")
    groups: dict[str, str | None] = {}
    for by in ways:
        (group,) = punctuality(house.workflow, Wanted(house.body, by)).groups
        groups[by] = group.key
    whole, public = (punctuality(house.workflow, Wanted(house.body, public=one)).total.done for one in (False, True))
    return groups, whole, public


_change = table_of(RosterChangeRow)
