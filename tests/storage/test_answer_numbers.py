"""Numbers of answers: given as the town counts them, once, before the answer is made known."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from tests.helpers.house import CLERK, House, letter
from vorgang.config.errors import ConflictError, RefusedError
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import NumberPattern
from vorgang.states.ids import new_id
from vorgang.states.records import Paper
from vorgang.workflow.master_data import import_profile


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A town like Hagen that numbers answers as Magdeburg does."""
    made = House(database_url)
    numbers = load_profiles().get("magdeburg").numbers
    import_profile(made.workflow, replace(load_profiles().get("hagen"), numbers=numbers))
    yield made
    made.close()


def reason(house: House, case: str, event: str, **data: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        house.fire(case, event, CLERK, **data)
    (code,) = {found.code for found in caught.value.refusal.reasons}
    return code


PUBLIC = {"veroeffentlichung": "oeffentlich"}


@pytest.mark.parametrize("data", [PUBLIC, {"veroeffentlichung": "nichtoeffentlich"}])
def test_an_answer_without_its_number_is_not_made_known(house: House, data: dict[str, Any]) -> None:
    case = house.at("unterzeichnet", nummer="F0172/24")
    assert reason(house, case, "veroeffentlichen", **data) == "number_missing"
    assert reason(house, case, "sperren", gesperrt_bis="2024-01-12") == "number_missing"
    house.fire(case, "papiere_verfuegen", stellungnahme_nummer="S0233/24")
    house.fire(case, "veroeffentlichen", **data)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("quatsch <b>", "number_shape"),
        ("S233/24", "number_shape"),
        ("S0233/2024", "number_shape"),
        ("F0172/24", "number_shape"),
    ],
)
def test_a_number_is_one_of_the_towns(house: House, number: str, code: str) -> None:
    case = house.at("unterzeichnet", nummer="F0172/24")
    assert reason(house, case, "papiere_verfuegen", stellungnahme_nummer=number) == code


def test_the_number_of_an_answer_is_not_that_of_the_inquiry(house: House) -> None:
    case = house.at("unterzeichnet", nummer="S0233/24")
    assert reason(house, case, "papiere_verfuegen", stellungnahme_nummer="S0233/24") == "number_of_inquiry"


def test_a_number_is_given_once(house: House) -> None:
    one, other = (house.at("unterzeichnet", nummer=f"F000{number}/24") for number in (1, 2))
    house.fire(one, "papiere_verfuegen", stellungnahme_nummer="S0001/24")
    house.fire(one, "papiere_verfuegen", stellungnahme_nummer="S0001/24")
    with pytest.raises(ConflictError) as caught:
        house.fire(other, "papiere_verfuegen", stellungnahme_nummer="S0001/24")
    assert caught.value.code == "number_taken"
    with pytest.raises(ConflictError):
        house.open("anfrage", CLERK, **letter(nummer="S0001/24"))
    house.open("anfrage", CLERK, **letter(nummer="S0002/24"))
    with pytest.raises(ConflictError):
        house.fire(other, "papiere_verfuegen", stellungnahme_nummer="S0002/24")


def test_a_number_stays_once_the_answer_is_known(house: House) -> None:
    case = house.at("unterzeichnet", nummer="F0172/24")
    house.fire(case, "papiere_verfuegen", stellungnahme_nummer="S0233/24")
    house.fire(case, "papiere_verfuegen", stellungnahme_nummer="S0234/24")
    house.fire(case, "veroeffentlichen", **PUBLIC)
    assert reason(house, case, "papiere_verfuegen", stellungnahme_nummer="S0235/24") == "number_published"
    house.fire(case, "papiere_verfuegen", privat=["Petra Müller"])


def test_towns_have_numbers_of_their_own_and_may_have_none(house: House) -> None:
    house.body = house.found_town(f"stadt-{new_id(house.wall.now())}")
    case = house.at("unterzeichnet", nummer="0001/2024")
    house.fire(case, "papiere_verfuegen", stellungnahme_nummer="irgendeine")
    house.fire(case, "veroeffentlichen", **PUBLIC)
    with house.database.reading() as connection:
        numbers = connection.scalars(select(Paper.answer_reference).where(col(Paper.body) == house.body)).all()
    assert numbers == ["irgendeine"]
    assert house.state(case) == "beantwortet"


@pytest.mark.parametrize(
    ("pattern", "number", "fits"),
    [
        ("{number:04}/{year}", "0321/2022", True),
        ("{number:04}/{year}", "12321/2022", True),
        ("{number:04}/{year}", "0321/2022-2", True),
        ("{number:04}/{year}", "0321/22", False),
        ("S{number}/{yy}", "S7/24", True),
        ("S{number}/{yy}", "S7x24", False),
        ("S.{number}/{yy}", "Sx7/24", False),
    ],
)
def test_what_fits_a_pattern(pattern: str, number: str, fits: bool) -> None:
    assert NumberPattern(pattern=pattern).fits(number) == fits
