"""Was this asked before? The right earlier inquiry is among the first, with its answer and how it stands to the bar."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import CLERK, House
from tests.helpers.inquiries import INQUIRIES
from vorgang.states.search_rebuild import reindex
from vorgang.workflow.repeat_bar import judge
from vorgang.workflow.similar import Inquiry, similar


@pytest.fixture(scope="module", params=BOTH)
def full(request: pytest.FixtureRequest) -> Iterator[House]:
    """A house with two hundred inquiries."""
    maker: Sqlite | Postgres = request.getfixturevalue(request.param)
    url = maker.prepared()
    house = House(url)
    for asked in INQUIRIES:
        house.ask(betreff=asked.subject, fragen=[asked.question])
    yield house
    house.close()
    maker.drop(url)


def test_a_paraphrase_finds_its_inquiry_among_the_first_three(full: House) -> None:
    missed = []
    for asked in INQUIRIES:
        found = similar(full.workflow, Inquiry(asked.again), full.body, limit=3)
        if asked.subject not in {earlier.hit.subject for earlier in found}:
            missed.append(asked.again)
    assert missed == []


def test_a_case_finds_others_and_not_itself(full: House) -> None:
    case = full.ask(betreff="Kaputte Straßenlaternen am Uferweg", fragen=["Wann werden sie ersetzt?"])
    found = similar(full.workflow, case, full.body)
    assert found[0].hit.subject == "Straßenbeleuchtung am Uferweg"
    assert case not in {earlier.hit.case_id for earlier in found}
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)


def test_nothing_similar_is_no_error(full: House) -> None:
    for words in ("Quastenflosser", "", "der die das", '" OR * NEAR(', "?"):
        assert similar(full.workflow, Inquiry(words), full.body) == []


def answered(house: House, rules: str, land: str, **more: object) -> House:
    house.body = house.found_town(rules=rules, land=land)
    house.at("beantwortet", betreff="Laternen am Uferweg", **more)
    return house


@pytest.mark.parametrize(
    ("rules", "land", "today", "standing", "until"),
    [
        ("herne", "NW", "2024-07-08", "within", date(2024, 7, 8)),
        ("herne", "NW", "2024-07-09", "older", date(2024, 7, 8)),
        ("wermelskirchen", "NW", "2024-07-09", "older", date(2024, 7, 8)),
        ("wolfsburg", "NI", "2025-01-08", "within", date(2025, 1, 8)),
        ("wolfsburg", "NI", "2025-01-09", "older", date(2025, 1, 8)),
        ("hagen", "NW", "2024-01-09", "free", None),
    ],
)
def test_the_bar_of_the_town_decides_whether_it_may_be_asked_again(
    house: House, rules: str, land: str, today: str, standing: str, until: date | None
) -> None:
    answered(house, rules, land)
    house.clock(today)
    (earlier,) = similar(house.workflow, Inquiry("Laternen am Uferweg"), house.body)
    assert (earlier.bar.standing, earlier.bar.until) == (standing, until)
    assert earlier.answered_on == date(2024, 1, 8)


def test_what_is_not_answered_yet_bars_nothing(house: House) -> None:
    house.body = house.found_town(rules="herne")
    house.ask(betreff="Laternen am Uferweg")
    (earlier,) = similar(house.workflow, Inquiry("Laternen am Uferweg"), house.body)
    assert (earlier.bar.standing, earlier.answered_on, earlier.answers) == ("open", None, ())


def test_a_bar_of_sessions_ends_when_so_many_have_been(house: House) -> None:
    house.body = house.found_town(rules="kiel", land="SH")
    case = house.at("beantwortet", betreff="Laternen am Uferweg")
    standings = []
    for body, day in (("integrationsrat", "2024-02-06"), ("rat", "2024-03-05")):
        house.schedule(case, body, on=day)
        house.clock(day, 23)
        house.clock(date.fromisoformat(day).replace(day=20).isoformat())
        (earlier,) = similar(house.workflow, Inquiry("Laternen am Uferweg"), house.body)
        standings.append(earlier.bar.standing)
    assert standings == ["within", "older"]


def test_an_answer_that_is_not_out_is_told_to_nobody_outside(house: House) -> None:
    house.body = house.found_town(rules="herne")
    house.at("unterzeichnet", betreff="Laternen am Uferweg")
    told = {}
    for person in (None, CLERK):
        reader = house.workflow.reader(house.body, person)
        (earlier,) = similar(house.workflow, Inquiry("Laternen am Uferweg"), house.body, reader=reader)
        told[person] = (earlier.answered_on, earlier.bar.standing)
    assert told == {None: (None, "open"), CLERK: (date(2024, 1, 8), "within")}


def test_the_bar_judges_without_an_inquiry_too(house: House) -> None:
    house.body = house.found_town(rules="herne")
    reindex(house.database)
    with house.database.reading() as connection:
        judged = judge(connection, house.workflow.directory.town(house.body), date(2024, 3, 1))
        assert [judged(day).standing for day in (None, date(2023, 1, 1), date(2024, 1, 1))] == [
            "open",
            "older",
            "within",
        ]
