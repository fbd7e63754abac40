"""A paper number is found again however it is written; each example stands in a real document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.states.numbers import canonical_number


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1062/2023", "1062/2023"),
        (" 1062 / 2023 ", "1062/2023"),
        ("1062/2023-1", "1062/2023-1"),
        ("1199/2023-03", "1199/2023-3"),
        ("0321_2022", "321/2022"),
        ("0128/2021", "128/2021"),
        ("128/2021", "128/2021"),
        ("S0183/23", "S183/23"),
        ("s0183/23", "S183/23"),
        ("DS0231/19", "DS231/19"),
        ("0045-02/2024", "45-2/2024"),
        ("20-26 / A 1234", "20-26/A1234"),
        ("0000/2023", "0/2023"),
    ],
)
def test_a_number_is_compared_in_one_form(written: str, kept: str) -> None:
    assert canonical_number(written) == kept


@pytest.mark.parametrize(
    ("one", "other"), [("1062/2023", "1062/2023-1"), ("1062/2023", "1062/2024"), ("S1/23", "1/23")]
)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert canonical_number(one) != canonical_number(other)


@given(st.text() | st.from_regex(r"[A-Z]{0,2}[0-9]{1,6}(-[0-9]{1,3})?[/_][0-9]{2,4}(-[0-9]{1,3})?", fullmatch=True))
def test_the_form_for_comparing_is_final(written: str) -> None:
    assert canonical_number(canonical_number(written)) == canonical_number(written)


def test_a_number_of_any_length_can_be_compared() -> None:
    assert canonical_number(f"1-{'0' * 5000}7/2023") == "1-7/2023"
