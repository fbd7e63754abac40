"""Instants keep their zone, and are told in every zone with the right label."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from vorgang.config.text import Lang
from vorgang.notifications.instants import spans, zone_label
from vorgang.states.instants import NotAnInstantError, zoned

OVER_MIDNIGHT = "15.06.2020, 22:30–23:30 Uhr CEST (15.06.2020, 23:30 Uhr – 16.06.2020, 00:30 Uhr TRT)"
BERLIN, ISTANBUL = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Istanbul")


@pytest.mark.parametrize(
    "written",
    [
        "2020-06-15T11:00",
        "2020-06-15 11:00",
        "2020-06-15T11:00:00",
        "2020-06-15T11:00 Europe/Berlin",
        "2020-06-15T11:00+02:00[Europe/Berlin]",
        "2020-06-15T09:00:00Z[Europe/Berlin]",
        "2020-06-15T12:00+03:00",
    ],
)
def test_one_instant_however_it_is_written_is_stored_in_utc_with_its_zone(written: str) -> None:
    found = zoned(written, BERLIN)
    assert found.at == datetime(2020, 6, 15, 9, tzinfo=UTC)
    assert found.text == "2020-06-15T09:00:00Z[Europe/Berlin]"
    assert zoned(found.text, ISTANBUL) == found


def test_the_zone_that_is_named_wins_over_that_of_the_town() -> None:
    found = zoned("2020-06-15T12:00[Europe/Istanbul]", BERLIN)
    assert (found.at, found.zone) == (datetime(2020, 6, 15, 9, tzinfo=UTC), ISTANBUL)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("15. Juni, 11 Uhr", "field_not_an_instant"),
        ("2020-06-15", "field_not_an_instant"),
        ("2020-06-31T11:00", "field_not_an_instant"),
        ("2020-06-15T24:30", "field_not_an_instant"),
        ("2020-06-15T11:00+25:00", "field_not_an_instant"),
        ("0001-01-01T00:00+02:00", "field_not_an_instant"),
        ("2020-06-15T11:00[Europe/Atlantis]", "field_unknown_zone"),
        ("2020-06-15T11:00[../../etc/passwd]", "field_unknown_zone"),
        ("2020-03-29T02:30", "field_no_such_time"),
        ("2020-10-25T02:30", "field_time_twice"),
    ],
)
def test_what_is_no_instant_says_why(written: str, code: str) -> None:
    with pytest.raises(NotAnInstantError) as wrong:
        zoned(written, BERLIN)
    assert wrong.value.code == code


def test_an_offset_says_which_of_two_equal_times_of_day_is_meant() -> None:
    first, second = (zoned(f"2020-10-25T02:30{offset}", BERLIN).at for offset in ("+02:00", "+01:00"))
    assert (second - first).total_seconds() == 3600


@pytest.mark.parametrize(
    ("begin", "end", "lang", "told"),
    [
        ("2020-06-15T11:00", "2020-06-15T13:00", "de", "15.06.2020, 11:00–13:00 Uhr CEST (12:00–14:00 Uhr TRT)"),
        ("2020-06-15T11:00", "2020-06-15T13:00", "en", "15 June 2020, 11:00–13:00 CEST (12:00–14:00 TRT)"),
        ("2020-01-15T11:00", "2020-01-15T13:00", "de", "15.01.2020, 11:00–13:00 Uhr CET (13:00–15:00 Uhr TRT)"),
        ("2020-06-15T22:30", "2020-06-15T23:30", "de", OVER_MIDNIGHT),
        ("2020-06-15T11:00", None, "de", "15.06.2020, 11:00 Uhr CEST (12:00 Uhr TRT)"),
    ],
)  # fmt: skip
def test_summer_and_winter_are_told_right_in_both_zones(begin: str, end: str | None, lang: Lang, told: str) -> None:
    last = zoned(end, BERLIN) if end else None
    assert spans(zoned(begin, BERLIN), last, [BERLIN, ISTANBUL], lang) == told


def test_an_event_set_in_istanbul_names_istanbul_first() -> None:
    begin = zoned("2020-06-15T12:00[Europe/Istanbul]", BERLIN)
    assert spans(begin, None, [BERLIN], "de") == "15.06.2020, 12:00 Uhr TRT (11:00 Uhr CEST)"


def test_a_zone_without_a_name_is_told_by_its_distance() -> None:
    assert zone_label(datetime(2020, 6, 15, 12, tzinfo=ZoneInfo("Asia/Kathmandu"))) == "UTC+05:45"
    assert zone_label(datetime(2015, 1, 15, 12, tzinfo=ISTANBUL)) == "EET"  # before Türkiye gave up winter time
