from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.config.calendars import LANDS, Calendar, ClosingDay
from vorgang.config.errors import InvalidInputError
from vorgang.config.text import Text

HAGEN = Calendar(
    land="NW",
    closing=(
        ClosingDay("12-24", Text("Heiligabend", "Christmas Eve")),
        ClosingDay("2024-05-10", Text("Brückentag", "bridge day")),
        ClosingDay("rosenmontag", Text("Rosenmontag", "Carnival Monday")),
    ),
)
DAYS = st.dates(date(1991, 2, 1), date(2090, 12, 31))


def test_holidays_have_german_names_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert Calendar(land="NI").holiday(date(2031, 10, 3)) == "Tag der Deutschen Einheit"
    assert Calendar(land="NI").holiday_text(date(2031, 12, 25)) == Text("Erster Weihnachtstag", "Christmas Day")


@pytest.mark.parametrize(
    ("land", "day", "holiday"),
    [
        ("NW", date(2024, 11, 1), "Allerheiligen"),
        ("SH", date(2024, 11, 1), None),
        ("SH", date(2024, 10, 31), "Reformationstag"),
        ("SN", date(2024, 11, 20), "Buß- und Bettag"),
        ("NW", date(2024, 11, 20), None),
        ("ST", date(2024, 1, 6), "Heilige Drei Könige"),
        ("BE", date(2024, 3, 8), "Frauentag"),
        ("SL", date(2024, 8, 15), "Mariä Himmelfahrt"),
        (None, date(2024, 11, 1), None),
        (None, date(2024, 10, 3), "Tag der Deutschen Einheit"),
    ],
)
def test_holidays_are_those_of_the_land(land: str | None, day: date, holiday: str | None) -> None:
    assert Calendar(land=land).holiday(day) == holiday


def test_local_holidays_hold_only_where_the_municipality_says_so() -> None:
    assumption, corpus_christi, peace = date(2024, 8, 15), date(2024, 5, 30), date(2024, 8, 8)
    assert Calendar(land="BY").holiday(assumption) is None
    assert Calendar(land="BY", mariae_himmelfahrt=True).holiday(assumption) == "Mariä Himmelfahrt"
    assert Calendar(land="SN").holiday(corpus_christi) is None
    assert Calendar(land="SN", fronleichnam=True).holiday(corpus_christi) == "Fronleichnam"
    augsburg = Calendar(land="BY", friedensfest=True)
    assert augsburg.holiday(peace) == "Augsburger Hohes Friedensfest"
    assert augsburg.holiday(assumption) == "Mariä Himmelfahrt"


def test_a_closing_day_is_no_holiday_and_no_working_day() -> None:
    christmas_eve = date(2024, 12, 24)
    assert HAGEN.closed(christmas_eve) == "Heiligabend"
    assert HAGEN.holiday(christmas_eve) is None
    assert not HAGEN.is_working_day(christmas_eve)
    assert HAGEN.is_werktag(christmas_eve)
    assert HAGEN.may_end(christmas_eve)


def test_closing_days_are_yearly_single_or_movable() -> None:
    assert [HAGEN.closed(date(year, 5, 10)) for year in (2023, 2024, 2025)] == [None, "Brückentag", None]
    assert HAGEN.closed(date(2024, 2, 12)) == HAGEN.closed(date(2025, 3, 3)) == "Rosenmontag"
    leap = Calendar(closing=(ClosingDay("02-29", Text("Schalttag", "leap day")),))
    assert leap.closed(date(2024, 2, 29)) == "Schalttag"
    assert leap.closed(date(2023, 2, 28)) is None


def test_a_holiday_on_a_closing_day_stays_a_holiday() -> None:
    both = Calendar(land="NW", closing=(ClosingDay("12-25", Text("zu", "closed")),))
    assert both.holiday(date(2024, 12, 25)) == "Erster Weihnachtstag"
    assert both.closed(date(2024, 12, 25)) is None


def test_saturday_is_a_werktag_but_no_period_ends_on_it() -> None:
    saturday = date(2024, 11, 23)
    assert HAGEN.is_werktag(saturday)
    assert not HAGEN.may_end(saturday)
    assert HAGEN.next_werktag(saturday) == date(2024, 11, 25)


def test_the_easter_weekend_is_passed_over_as_a_whole() -> None:
    assert HAGEN.next_werktag(date(2024, 3, 29)) == date(2024, 4, 2)
    assert HAGEN.last_working_day(date(2024, 4, 1)) == date(2024, 3, 28)
    assert HAGEN.add_working_days(date(2024, 3, 28), 1) == date(2024, 4, 2)
    assert HAGEN.add_working_days(date(2024, 4, 2), -1) == date(2024, 3, 28)


@given(DAYS, st.integers(-40, 40))
def test_working_days_are_counted_one_by_one(day: date, n: int) -> None:
    reached = HAGEN.add_working_days(day, n)
    step = 1 if n > 0 else -1
    passed = [day + timedelta(days=step * i) for i in range(1, abs((reached - day).days) + 1)]
    assert sum(HAGEN.is_working_day(each) for each in passed) == abs(n)
    assert n == 0 or HAGEN.is_working_day(reached)


@given(DAYS, st.sampled_from(LANDS))
def test_the_next_day_is_the_first_that_fits(day: date, land: str) -> None:
    calendar = Calendar(land=land)
    following = [day + timedelta(days=i) for i in range(12)]
    assert calendar.next_werktag(day) == next(each for each in following if calendar.may_end(each))
    assert calendar.next_working_day(day) == next(each for each in following if calendar.is_working_day(each))


def test_equal_calendars_are_one_cache_key() -> None:
    assert {HAGEN, Calendar(land="NW", closing=HAGEN.closing)} == {HAGEN}
    assert Calendar(land="NW") != Calendar(land="SH")


@pytest.mark.parametrize("on", ["12-32", "02-30", "24.12.", "rosenmontga", "2024-13-01", ""])
def test_a_closing_day_that_is_no_day_is_refused(on: str) -> None:
    with pytest.raises(InvalidInputError, match="kein Schließtag"):
        Calendar(closing=(ClosingDay(on, Text("x", "x")),))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="kein Land"):
        Calendar(land="XX")
    with pytest.raises(InvalidInputError, match="gibt es im Land NW nicht"):
        Calendar(land="NW", mariae_himmelfahrt=True)
    for year in (1985, 1990, 2101, 9999):
        with pytest.raises(InvalidInputError, match=f"das Jahr {year} .*; der Kalender beginnt 1991 und endet 2100"):
            Calendar(land="NW").holiday(date(year, 1, 1))
    carnival = Calendar(closing=(ClosingDay("rosenmontag", Text("x", "x")), ClosingDay("brueckentage", Text("x", "x"))))
    assert carnival.holiday(date(2100, 12, 25)) == "Erster Weihnachtstag"
    with pytest.raises(InvalidInputError, match="endet 2100"):
        carnival.is_working_day(date(2101, 2, 28))


def test_english_names_are_british() -> None:
    ascension = Calendar(land="NW").holiday_text(date(2008, 5, 1))
    assert ascension == Text("Christi Himmelfahrt/Erster Mai", "Ascension Day/Labour Day")
