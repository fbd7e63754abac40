"""Counting of periods, against vectors and against an oracle that walks through the days one by one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vorgang.config.calendars import BRIDGE_DAYS, LANDS, Calendar, ClosingDay
from vorgang.config.errors import InvalidInputError
from vorgang.config.rules import Roll, Span, Unit
from vorgang.config.text import Text
from vorgang.states.counting import count
from vorgang.states.period import BERLIN, Counted, Extension, Interval, Period
from vorgang.states.period_input import read_period

DAY = timedelta(days=1)
CLOSED = Text("geschlossen", "closed")
MONTHS = {"monate": 1, "quartale": 3, "halbjahre": 6, "jahre": 12}
DAYS = {"kalendertage": 1, "wochen": 7, "halbmonate": 15}

starts = st.dates(date(2000, 1, 1), date(2040, 12, 31))
calendars = st.builds(
    Calendar,
    land=st.sampled_from(LANDS),
    closing=st.lists(st.sampled_from(["12-24", "rosenmontag", BRIDGE_DAYS, "07-01"]), unique=True).map(
        lambda days: tuple(ClosingDay(day, CLOSED) for day in sorted(days))
    ),
)
day_units = st.sampled_from([unit for unit in get_args(Unit) if unit != "stunden"])


def ask(**question: object) -> Counted:
    return count(read_period(question))


def due(**question: object) -> str | None:
    found = ask(**question).due
    return found.isoformat() if found else None


def said(counted: Counted, step: str) -> str:
    return " ".join(line.de for line in counted.trace if line.step == step)


# --- vectors ---


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"start": "2023-12-05", "n": 2, "unit": "wochen"}, "2023-12-19"),
        ({"start": "2023-12-05", "n": 3, "unit": "wochen"}, "2023-12-27"),
        ({"start": "2023-12-05", "n": 4, "unit": "wochen"}, "2024-01-02"),
        ({"start": "2023-12-22", "n": 6, "unit": "wochen"}, "2024-02-02"),
        ({"start": "2024-11-06", "n": 2, "unit": "wochen"}, "2024-11-20"),
        ({"start": "2024-11-06", "n": 2, "unit": "wochen", "land": "SN"}, "2024-11-21"),
        ({"start": "2024-01-31", "n": 1, "unit": "monate"}, "2024-02-29"),
        # § 187 Abs. 2: the first day counts, so the last is the one before its namesake.
        ({"start": "2024-01-01", "n": 1, "unit": "monate", "inclusive_start": True}, "2024-01-31"),
        ({"start": "2024-01-31", "n": 1, "unit": "monate", "inclusive_start": True}, "2024-02-29"),
        ({"start": "2023-01-30", "n": 1, "unit": "monate", "inclusive_start": True}, "2023-02-28"),
        ({"start": "2024-03-31", "n": 1, "unit": "monate", "inclusive_start": True}, "2024-04-30"),
        ({"start": "2024-01-01", "n": 1, "unit": "jahre", "inclusive_start": True}, "2024-12-31"),
        ({"start": "2024-03-04", "n": 1, "unit": "wochen", "inclusive_start": True, "roll": "none"}, "2024-03-10"),
        ({"start": "2024-03-04", "n": 5, "unit": "arbeitstage", "inclusive_start": True}, "2024-03-08"),
        # § 189: half a month is 15 days, a quarter three months, half a year six.
        ({"start": "2024-02-01", "n": 1, "unit": "halbmonate"}, "2024-02-16"),
        ({"start": "2024-11-30", "n": 1, "unit": "quartale"}, "2025-02-28"),
        ({"start": "2024-08-31", "n": 1, "unit": "halbjahre"}, "2025-02-28"),
        ({"start": "2024-02-29", "n": 1, "unit": "jahre"}, "2025-02-28"),
        # Werktage: Monday to Saturday; that the last is a Saturday is the business of § 193.
        ({"start": "2024-03-04", "n": 5, "unit": "werktage"}, "2024-03-11"),
        ({"start": "2024-03-04", "n": 5, "unit": "werktage", "roll": "none"}, "2024-03-09"),
        ({"start": "2024-03-04", "n": 6, "unit": "werktage"}, "2024-03-11"),
        # Back from a session, which does not count itself.
        ({"start": "2024-03-18", "n": 10, "unit": "arbeitstage", "direction": "backward"}, "2024-03-04"),
        ({"start": "2024-03-18", "n": 10, "unit": "kalendertage", "direction": "backward"}, "2024-03-08"),
        ({"start": "2024-03-18", "n": 9, "unit": "kalendertage", "direction": "backward"}, "2024-03-09"),
        (
            {"start": "2024-03-18", "n": 9, "unit": "kalendertage", "direction": "backward", "roll": "previous"},
            "2024-03-08",
        ),
        (
            {"start": "2024-03-18", "n": 9, "unit": "kalendertage", "direction": "backward", "roll": "next"},
            "2024-03-11",
        ),
        (
            {"start": "2024-05-06", "n": 3, "unit": "kalendertage", "direction": "backward", "full_days": True},
            "2024-05-02",
        ),
        (
            {"start": "2024-05-06", "n": 2, "unit": "arbeitstage", "direction": "backward", "full_days": True},
            "2024-04-30",
        ),
        ({"start": "2024-03-31", "n": 1, "unit": "monate", "direction": "backward"}, "2024-02-29"),
        # A closing day is no public holiday: it moves an end only where the rule says so.
        ({"start": "2024-12-20", "n": 4, "unit": "kalendertage", "closing_days": ["12-24"]}, "2024-12-24"),
        (
            {
                "start": "2024-12-20",
                "n": 4,
                "unit": "kalendertage",
                "closing_days": ["12-24"],
                "closing_days_roll": True,
            },
            "2024-12-27",
        ),
        ({"start": "2024-05-07", "n": 5, "unit": "arbeitstage", "closing_days": [BRIDGE_DAYS]}, "2024-05-16"),
        ({"start": "2018-12-28", "n": 1, "unit": "arbeitstage", "closing_days": [BRIDGE_DAYS]}, "2019-01-02"),
        ({"start": "2024-02-08", "n": 2, "unit": "arbeitstage", "closing_days": ["rosenmontag"]}, "2024-02-13"),
        # Recess and pauses are not counted.
        (
            {"start": "2024-06-20", "n": 4, "unit": "wochen", "suspensions": [["2024-07-08", "2024-08-20"]]},
            "2024-09-02",
        ),
        (
            {"start": "2024-03-04", "n": 5, "unit": "arbeitstage", "pauses": [["2024-03-06", "2024-03-07"]]},
            "2024-03-13",
        ),
        ({"start": "2024-03-04", "n": 4, "unit": "kalendertage", "pauses": [["2024-03-08", None]]}, None),
        ({"start": "2024-03-04", "n": 4, "unit": "kalendertage", "pauses": [["2024-03-09", None]]}, "2024-03-08"),
        # Of one day back, that day being stopped, the one before it is left.
        (
            {"start": "2024-03-15", "n": 1, "unit": "kalendertage", "direction": "backward"}
            | {"suspensions": [["2024-03-14", "2024-03-14"]]},
            "2024-03-13",
        ),
        # 14 + 14 days, counted from the old end (§ 190), which had moved to Monday (BGH, VII ZB 87/08).
        (
            {"start": "2024-03-04", "n": 14, "unit": "kalendertage", "extensions": [{"n": 14, "unit": "kalendertage"}]},
            "2024-04-02",
        ),
        (
            {
                "start": "2024-03-02",
                "n": 1,
                "unit": "wochen",
                "extensions": [{"n": 1, "unit": "wochen", "granted": "2024-03-08"}],
            },
            "2024-03-18",
        ),
        (
            {
                "start": "2024-03-04",
                "n": 1,
                "unit": "wochen",
                "extensions": [{"n": 1, "unit": "wochen", "granted": None}],
            },
            "2024-03-11",
        ),
    ],
)
def test_known_periods(question: dict[str, object], expected: str | None) -> None:
    assert due(**{"land": "NW", **question}) == expected


@pytest.mark.parametrize(
    ("options", "land", "expected"),
    [
        ([], "BY", "2024-08-15"),
        (["mariae_himmelfahrt"], "BY", "2024-08-16"),
        ([], "SL", "2024-08-16"),
        (["mariae_himmelfahrt"], "SL", "2024-08-16"),
        (["friedensfest"], "BY", "2024-08-16"),
    ],
)
def test_a_holiday_may_depend_on_the_place(options: list[str], land: str, expected: str) -> None:
    assert due(start="2024-08-14", n=1, unit="kalendertage", land=land, options=options) == expected


@pytest.mark.parametrize(
    ("question", "due_on", "at"),
    [
        # Hours are real ones: the night in which summer time begins is an hour short.
        ({"start": "2024-03-30T12:00", "n": 24}, "2024-03-31", "2024-03-31T13:00:00+02:00"),
        ({"start": "2024-10-26T12:00", "n": 24}, "2024-10-27", "2024-10-27T11:00:00+01:00"),
        ({"start": "2024-03-01T10:00:00Z", "n": 2}, "2024-03-01", "2024-03-01T13:00:00+01:00"),
        ({"start": "2024-03-18T17:00", "n": 24, "direction": "backward"}, "2024-03-17", "2024-03-17T17:00:00+01:00"),
        # Only the day is known: from its end, or with it from its beginning.
        ({"start": "2024-03-01", "n": 24}, "2024-03-02", "2024-03-03T00:00:00+01:00"),
        ({"start": "2024-03-01", "n": 24, "inclusive_start": True}, "2024-03-01", "2024-03-02T00:00:00+01:00"),
        (
            {"start": "2024-03-01T10:00", "n": 24, "pauses": [["2024-03-02", "2024-03-03"]]},
            "2024-03-04",
            "2024-03-04T10:00:00+01:00",
        ),
        ({"start": "2024-03-01T10:00", "n": 24, "roll": "next"}, "2024-03-04", "2024-03-04T10:00:00+01:00"),
        ({"start": "2024-03-01T10:00", "n": 24, "pauses": [["2024-03-02", None]]}, None, None),
        # The end of Sunday, moved, is the end of Monday.
        ({"start": "2024-03-01", "n": 48, "roll": "next"}, "2024-03-04", "2024-03-05T00:00:00+01:00"),
        (
            {"start": "2024-03-04", "n": 24, "extensions": [{"n": 2, "unit": "kalendertage"}]},
            *("2024-03-07", "2024-03-08T00:00:00+01:00"),
        ),
    ],
)
def test_hours(question: dict[str, object], due_on: str | None, at: str | None) -> None:
    found = ask(unit="stunden", land="NW", **question)
    assert (found.due and found.due.isoformat(), found.at and found.at.isoformat()) == (due_on, at)


def test_a_cut_off_is_a_local_time_on_the_last_day() -> None:
    found = ask(start="2024-04-09", n=10, unit="kalendertage", direction="backward", cutoff="12:00")
    assert found.at == datetime(2024, 3, 30, 12, tzinfo=BERLIN)
    skipped_hour = ask(start="2024-03-30", n=1, unit="kalendertage", cutoff="02:30", roll="none")
    assert skipped_hour.at is not None
    assert skipped_hour.at.isoformat() == "2024-03-31T03:30:00+02:00"


def test_the_interim_reply_lies_inside_the_period_and_is_not_extended() -> None:
    found = ask(
        start="2024-03-04",
        n=3,
        unit="wochen",
        land="NW",
        interim={"n": 1, "unit": "wochen"},
        extensions=[{"n": 2, "unit": "wochen"}],
    )
    assert (found.due, found.interim) == (date(2024, 4, 8), date(2024, 3, 11))
    assert "Zwischennachricht (1 Woche)" in said(found, "interim")


def test_an_interim_reply_after_the_end_is_answered_and_said_to_be_too_late() -> None:
    question = {"start": "2024-03-04", "n": 1, "unit": "wochen", "land": "NW"}
    found = ask(**question, interim={"n": 14, "unit": "kalendertage"})
    assert (found.due, found.interim) == (date(2024, 3, 11), date(2024, 3, 18))
    warning = found.trace[-1]
    assert "Montag, 18.03.2024 liegt nach dem Ende der Frist (Montag, 11.03.2024)" in warning.de
    assert "is after the end of the period" in warning.en
    on_the_day = ask(**question, interim={"n": 7, "unit": "kalendertage"})
    assert "nach dem Ende" not in said(on_the_day, "interim")


def test_each_step_of_the_interim_reply_is_told_as_its_own() -> None:
    found = ask(start="2026-03-28", n=3, unit="wochen", land="NW", interim={"n": 1, "unit": "wochen"}, full_days=True)
    steps = [line for line in found.trace if line.step == "interim"]
    assert found.trace[-len(steps) :] == tuple(steps)
    assert [(line.norm, line.day) for line in steps] == [
        ("§ 187 Abs. 1 BGB", date(2026, 3, 28)),
        ("§ 188 Abs. 2 BGB", date(2026, 4, 4)),
        ("§ 193 BGB", None),
        ("§ 193 BGB", date(2026, 4, 7)),
        ("", date(2026, 4, 7)),
    ]
    assert all(line.de.startswith("Zwischennachricht") and line.en.startswith("Interim reply") for line in steps)
    assert "zählen mit: 03.04.2026 (Karfreitag)" in steps[2].de
    assert "Ostermontag, NW); die Frist endet am nächsten Werktag, Dienstag, 07.04.2026" in steps[3].de
    assert steps[4].de == "Zwischennachricht (1 Woche): bis Dienstag, 07.04.2026."


def test_the_interim_reply_names_the_days_passed_over_and_those_on_which_it_rests() -> None:
    question = {"start": "2026-04-01", "n": 3, "unit": "wochen", "land": "NW"}
    stops = {"suspensions": [["2026-04-07", "2026-04-08"]]}
    found = ask(**question, **stops, interim={"n": 3, "unit": "arbeitstage"})
    assert found.interim == date(2026, 4, 10)
    assert "03.04.2026 (Karfreitag), 06.04.2026 (Ostermontag); Wochenende 04.04.2026, 05.04.2026" in said(
        found, "interim"
    )
    assert "Die Frist ruht, diese Tage zählen nicht mit: 07.04.2026–08.04.2026" in said(found, "interim")
    standing = ask(**question, pauses=[["2026-04-08", None]], interim={"n": 3, "unit": "arbeitstage"})
    assert standing.interim is None
    assert "Zwischennachricht: Die Frist ruht seit Mittwoch, 08.04.2026" in said(standing, "interim")


@pytest.mark.parametrize(
    ("start", "due_on", "words"),
    [
        ("2026-04-01T14:30", date(2026, 4, 2), "bis Donnerstag, 02.04.2026, 14:30 Uhr."),
        ("2026-04-01", date(2026, 4, 2), "bis Freitag, 03.04.2026, 00:00 Uhr."),  # when the 2nd is over
    ],
)
def test_an_interim_reply_in_hours_says_at_which_hour(start: str, due_on: date, words: str) -> None:
    found = ask(start=start, n=3, unit="wochen", land="NW", interim={"n": 24, "unit": "stunden"}, cutoff="12:00")
    assert found.interim == due_on
    assert f"Zwischennachricht (24 Stunden): {words}" in said(found, "interim")
    assert "Zwischennachricht: 24 Stunden enden am" in said(found, "interim")


# --- the trace ---


def test_every_step_is_told_with_its_norm() -> None:
    found = ask(
        start="2024-06-20",
        n=4,
        unit="wochen",
        land="NW",
        suspensions=[["2024-07-08", "2024-08-20"]],
        extensions=[{"n": 2, "unit": "wochen", "granted": "2024-08-28"}],
    )
    assert [(line.step, line.norm) for line in found.trace] == [
        ("start", "§ 187 Abs. 1 BGB"),
        ("end", "§ 188 Abs. 2 BGB"),
        ("stopped", "§ 209 BGB"),
        ("roll", "§ 193 BGB"),
        ("extension", "§ 190 BGB"),
        ("end", "§ 188 Abs. 2 BGB"),
    ]
    assert said(found, "stopped") == (
        "Die Frist ruht, diese Tage zählen nicht mit: 08.07.2024–20.08.2024; "
        "letzter Tag ist Samstag, 31.08.2024 (vgl. § 209 BGB)."
    )
    assert "bewilligt am 28.08.2024" in said(found, "extension")
    assert "Montag, 02.09.2024" in said(found, "extension")
    assert all(line.en != line.de for line in found.trace)


def test_a_period_that_stands_still_says_since_when() -> None:
    found = ask(start="2024-03-04", n=4, unit="wochen", pauses=[["2024-03-11", None]])
    assert found.due is None
    assert "ruht seit Montag, 11.03.2024" in said(found, "standing")


def test_days_passed_over_are_named() -> None:
    found = ask(start="2024-05-07", n=5, unit="werktage", land="NW")
    assert said(found, "skipped") == (
        "Keine Werktage und nicht mitgezählt: 09.05.2024 (Christi Himmelfahrt); Sonntag 12.05.2024."
    )


def test_the_session_from_which_is_counted_back_is_called_so() -> None:
    found = ask(start="2024-03-18", n=10, unit="arbeitstage", direction="backward", cutoff="12:00", land="NW")
    assert said(found, "start").startswith("Sitzung am Montag, 18.03.2024; dieser Tag zählt nicht mit")
    assert said(found, "cutoff") == "An diesem Tag bis 12:00 Uhr Ortszeit."


def test_rolled_back_a_period_does_not_end_before_it_began_because_it_rested() -> None:
    rests: dict[str, object] = {"suspensions": [["2018-03-30", "2018-04-20"]]}
    question: dict[str, object] = {"start": "2018-04-01", "unit": "kalendertage", "n": 2, "roll": "previous"}
    found = ask(**question, **rests)
    assert str(found.due) == "2018-04-23"  # the two days are a Saturday and a Sunday
    assert "der Werktag davor läge vor dem Ereignis" in said(found, "roll")
    # Where only the weekend lies between, the rule is followed to the letter, and the trace says so.
    plain = ask(**{**question, "start": "2024-05-11", "n": 1})
    assert str(plain.due) == "2024-05-10"
    assert "das ist vor dem Ereignis" in said(plain, "roll")
    assert "das ist" not in said(ask(**{**question, "start": "2024-05-06", "n": 6}), "roll")


def test_rolled_on_a_step_counted_back_may_reach_the_session_and_says_so() -> None:
    found = ask(start="2024-05-13", unit="kalendertage", n=1, direction="backward", roll="next")
    assert str(found.due) == "2024-05-13"
    assert "nicht mehr vor der Sitzung" in said(found, "roll")


def test_hours_end_at_their_hour_whatever_the_cut_off() -> None:
    found = ask(start="2024-03-05T10:00", unit="stunden", n=24, cutoff="12:00")
    assert found.at is not None
    assert found.at.isoformat() == "2024-03-06T10:00:00+01:00"
    assert "die Uhrzeit 12:00 gilt für sie nicht" in said(found, "cutoff")
    later = ask(start="2024-03-05", unit="arbeitstage", n=1, cutoff="12:00", extensions=[{"n": 24, "unit": "stunden"}])
    assert later.at is not None
    assert later.at.isoformat() == "2024-03-08T00:00:00+01:00"  # a day after the last day was over


@pytest.mark.parametrize(
    ("start", "at", "words"),
    [
        ("2024-03-30", "2024-03-31T03:30:00+02:00", "bis 03:30 Uhr Ortszeit; 02:30 Uhr gibt es an ihm nicht"),
        ("2024-10-26", "2024-10-27T02:30:00+02:00", "kommt zweimal vor, es ist die erste (+02:00)"),
        ("2024-05-06", "2024-05-07T02:30:00+02:00", "bis 02:30 Uhr Ortszeit."),
    ],
)
def test_a_cut_off_in_the_night_in_which_the_clocks_change(start: str, at: str, words: str) -> None:
    found = ask(start=start, unit="kalendertage", n=1, cutoff="02:30", roll="none")
    assert found.at is not None
    assert (found.at.isoformat(), words in said(found, "cutoff")) == (at, True)


def test_hours_say_which_of_two_hours_they_end_in() -> None:
    first, second = (ask(start="2024-10-26T02:30", unit="stunden", n=n) for n in (24, 25))
    assert "es ist die erste (+02:00)" in said(first, "end")
    assert "es ist die zweite (+01:00)" in said(second, "end")
    begun = ask(start="2024-03-31T02:30", unit="stunden", n=1)
    assert begun.at is not None
    assert ("03:30 Uhr" in said(begun, "start"), begun.at.isoformat()) == (True, "2024-03-31T04:30:00+02:00")


def rolls(**question: object) -> list[tuple[str, date | None]]:
    found = ask(start="2026-12-20", unit="kalendertage", land="NW", closing_days_roll=True, **question)
    return [(line.norm, line.day) for line in found.trace if line.step == "roll"]


def test_a_closing_day_moves_the_end_by_the_rule_of_the_town_and_not_by_the_code() -> None:
    found = ask(start="2026-12-20", n=1, unit="kalendertage", closing_days=["12-21"], closing_days_roll=True)
    [line] = [line for line in found.trace if line.step == "roll"]
    assert (found.due, line.norm, line.day) == (date(2026, 12, 22), "", date(2026, 12, 22))
    assert line.de == (
        "Am 21.12.2026 ist die Verwaltung geschlossen (Schließtag);"
        " nach örtlicher Regel verschiebt sich das Ende auf Dienstag, 22.12.2026."
    )
    assert line.en.endswith("by the town's own rule the end moves to Tuesday, 22 December 2026.")


def test_closing_days_and_holidays_in_turn_keep_their_own_reasons() -> None:
    days = ["12-24", "12-28"]
    assert rolls(n=4, closing_days=days) == [
        ("", date(2026, 12, 25)),
        ("§ 193 BGB", date(2026, 12, 28)),
        ("", date(2026, 12, 29)),
    ]
    back = ask(start="2026-12-20", n=8, unit="kalendertage", closing_days=days, closing_days_roll=True, roll="previous")
    assert back.due == date(2026, 12, 23)
    assert [line.norm for line in back.trace if line.step == "roll"] == ["", "", ""]
    assert rolls(n=5, closing_days=["12-24"]) == [("§ 193 BGB", date(2026, 12, 28))]


def test_a_closing_day_that_moves_nothing_is_no_reason() -> None:
    found = ask(
        start="2026-04-30",
        n=1,
        unit="kalendertage",
        land="NW",
        suspensions=[["2026-05-04", "2026-05-04"]],
        closing_days=["05-04"],
    )
    assert found.due == date(2026, 5, 5)
    assert "am 04.05.2026 ruht die Frist" in said(found, "roll")
    assert "geschlossen" not in said(found, "roll")


@pytest.mark.parametrize(
    ("question", "step", "words"),
    [
        ({"unit": "arbeitstage", "direction": "backward", "full_days": True}, "end", "1 Arbeitstag muss voll"),
        ({"unit": "halbmonate", "direction": "backward"}, "end", "1 halben Monat davor"),
        ({"extensions": [{"n": 1, "unit": "halbmonate"}]}, "extension", "Verlängert um 1 halben Monat, gerechnet"),
        ({"extensions": [{"n": 2, "unit": "halbmonate"}]}, "extension", "um 2 halbe Monate"),
        ({"suspensions": [["2026-03-25"] * 2]}, "stopped", "dieser Tag zählt nicht mit: 25.03.2026; letzter"),
        (
            {"suspensions": [["2026-03-25"] * 2, ["2026-03-27", "2026-03-28"]]},
            "stopped",
            "diese Tage zählen nicht mit: 25.03.2026, 27.03.2026–28.03.2026;",
        ),
        ({"cutoff": "12:00:30"}, "cutoff", "bis 12:00:30 Uhr"),
        ({"cutoff": "12:00"}, "cutoff", "bis 12:00 Uhr"),
    ],
)
def test_a_trace_is_written_in_good_german(question: dict[str, object], step: str, words: str) -> None:
    assert words in said(ask(**{"start": "2026-03-23", "n": 1, "unit": "wochen", **question}), step)


@pytest.mark.parametrize("granted", [None, False])
def test_an_extension_that_nobody_granted_is_told_and_does_not_count(granted: object) -> None:
    question: dict[str, object] = {"start": "2026-03-23", "n": 1, "unit": "wochen"}
    asked = {"n": 2, "unit": "wochen", "granted": granted}
    found = ask(**question, extensions=[asked])
    assert found.due == ask(**question).due
    assert said(found, "extension") == "Eine Verlängerung um 2 Wochen ist nicht bewilligt und zählt nicht."
    assert ask(**question, direction="backward", extensions=[asked]).due == date(2026, 3, 16)


@pytest.mark.parametrize("more", [{}, {"unit": "stunden"}, {"unit": "stunden", "direction": "backward"}])
def test_full_days_that_change_nothing_are_told_so(more: dict[str, object]) -> None:
    question = {"start": "2026-03-23", "n": 3, "unit": "arbeitstage", "land": "NW", **more}
    found, plain = ask(**question, full_days=True), ask(**question)
    assert (found.due, found.at) == (plain.due, plain.at)
    assert "„full_days“ ändert hier nichts" in said(found, "remark")
    assert said(plain, "remark") == ""


def test_hours_that_begin_at_a_time_which_the_clocks_leave_out_say_so() -> None:
    found = ask(start="2026-03-29T02:30", unit="stunden", n=1)
    assert said(found, "start").endswith(
        "03:30 Uhr; die Stunden zählen von diesem Zeitpunkt an; "
        "02:30 Uhr gibt es an diesem Tag nicht, weil die Uhr vorgestellt wird."
    )
    assert "vorgestellt" not in said(ask(start="2026-03-29T03:30", unit="stunden", n=1), "start")
    assert "vorgestellt" not in said(ask(start="2026-03-29T03:30+02:00", unit="stunden", n=1), "start")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Ereignis am Freitag, 27.03.2026; die Stunden zählen vom Ende dieses Tages an."),
        ({"inclusive_start": True}, "Ereignis am Freitag, 27.03.2026; die Stunden zählen vom Beginn dieses Tages an."),
        (
            {"direction": "backward"},
            "Sitzung am Freitag, 27.03.2026; die Stunden zählen vom Beginn dieses Tages zurück.",
        ),
    ],
)
def test_hours_from_a_day_name_that_day(more: dict[str, object], words: str) -> None:
    found = ask(start="2026-03-27", unit="stunden", n=24, **more)
    assert said(found, "start") == words
    assert found.trace[0].day == date(2026, 3, 27)


def test_an_extension_granted_after_the_end_says_so() -> None:
    question: dict[str, object] = {"start": "2023-12-05", "n": 2, "unit": "wochen"}
    late, in_time = (
        ask(**question, extensions=[{"n": 1, "unit": "wochen", "granted": day}]) for day in ("2023-12-20", "2023-12-19")
    )
    assert late.due == in_time.due
    assert said(late, "extension").startswith("Rückwirkend verlängert um 1 Woche (bewilligt am 20.12.2023)")
    assert "§ 31 Abs. 7 Satz 2 VwVfG" in said(late, "extension")
    assert said(in_time, "extension").startswith("Verlängert um 1 Woche (bewilligt am 19.12.2023)")


# --- against an oracle ---


def walk(period: Period) -> date:
    """The last day of a period without extensions, found by walking through the days one by one."""
    calendar, step = period.calendar, -DAY if period.backward else DAY
    counts: Callable[[date], bool] = {"werktage": calendar.is_werktag, "arbeitstage": calendar.is_working_day}.get(
        period.span.unit, lambda _day: True
    )

    def stopped(day: date) -> bool:
        return any(first <= day <= (last or date.max) for first, last in (*period.suspensions, *period.pauses))

    wanted = how_many(period)
    day = period.start if period.inclusive else period.start + step
    while True:
        if counts(day) and not stopped(day):
            wanted -= 1
            if wanted == 0:
                break
        day += step
    if period.rolls == "none":
        return day
    onward = -DAY if period.rolls == "previous" else DAY
    moved = day
    rested = False
    while not calendar.may_end(moved) or (moved != day and stopped(moved)):
        rested = rested or stopped(moved)
        moved += onward
    if rested and period.rolls == "previous" and not period.backward and moved < period.start:
        return walk(period._replace(roll="next"))
    return moved


def how_many(period: Period) -> int:
    """How many days that count lie in the period, however long its months are."""
    n, unit = period.span
    if unit in {"werktage", "arbeitstage"}:
        return n
    if unit in DAYS:
        return n * DAYS[unit]
    namesake, step = period.start, -1 if period.backward else 1
    months = namesake.year * 12 + namesake.month - 1 + step * n * MONTHS[unit]
    for number in range(namesake.day, 27, -1):  # the namesake, or the last day of a month that has none
        try:
            end = date(months // 12, months % 12 + 1, number)
            break
        except ValueError:
            continue
    else:
        end = date(months // 12, months % 12 + 1, namesake.day)
    return abs((end - period.start).days)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, unit = draw(starts), draw(day_units)
    first = start + draw(st.integers(-30, 60)) * DAY
    stops = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=3))
    intervals = tuple(Interval(first + gap * DAY, first + (gap + length) * DAY) for gap, length in stops)
    return Period(
        start=start,
        span=Span(draw(st.integers(1, 5 if unit in MONTHS else 40)), unit),
        calendar=draw(calendars),
        roll=draw(st.sampled_from(get_args(Roll))),
        inclusive=unit not in MONTHS and draw(st.booleans()),
        backward=draw(st.booleans()),
        suspensions=intervals[:1],
        pauses=intervals[1:],
    )


@settings(max_examples=1500)
@given(periods())
def test_counting_agrees_with_walking(period: Period) -> None:
    assert count(period).due == walk(period)


@given(starts, st.integers(1, 30), day_units, calendars, st.integers(1, 30), day_units)
def test_an_extension_is_a_period_from_the_old_end(
    start: date, n: int, unit: Unit, calendar: Calendar, more: int, more_unit: Unit
) -> None:
    n, more = (min(length, 3) if kind in MONTHS else length for length, kind in ((n, unit), (more, more_unit)))
    plain = Period(start, Span(n, unit), calendar)
    old_end = count(plain).due
    assert old_end is not None
    extended = count(plain._replace(extensions=(Extension(Span(more, more_unit)),)))
    assert extended.due == count(Period(old_end, Span(more, more_unit), calendar)).due


@given(starts, st.times(), st.integers(1, 2_000), st.booleans())
def test_hours_are_hours_whatever_the_clocks_do(day: date, at: time, n: int, backward: bool) -> None:  # drawn
    instant = datetime.combine(day, at, tzinfo=UTC).astimezone(BERLIN)
    found = count(Period(instant.date(), Span(n, "stunden"), Calendar(), backward=backward, instant=instant))
    assert found.at is not None
    assert abs(found.at.astimezone(UTC) - instant.astimezone(UTC)) == timedelta(hours=n)
    assert found.due == (found.at - timedelta(microseconds=1)).astimezone(BERLIN).date()


@given(starts, st.integers(1, 60), calendars)
def test_a_longer_period_never_ends_earlier(start: date, n: int, calendar: Calendar) -> None:
    ends = [count(Period(start, Span(length, "arbeitstage"), calendar)).due for length in (n, n + 1)]
    assert ends == sorted(ends, key=lambda day: day or date.max)
    assert ends[0] != ends[1]


def test_a_day_without_hyphens_is_the_same_day() -> None:
    assert due(start="20240304", n=1, unit="wochen") == due(start="2024-03-04", n=1, unit="wochen")


# --- wrong questions ---


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        ({"start": "2024-02-30"}, "period_field", "start"),
        ({"start": None}, "period_field_missing", "start"),
        ({"start": 20240230}, "period_field", "start"),
        ({"n": -3}, "period_length", "-3"),
        ({"n": 0}, "period_length", "0"),
        ({"n": 1.5}, "period_field", "n"),
        ({"n": True}, "period_field", "true"),
        ({"n": 10**9}, "period_length", "100000"),
        ({"unit": "tag"}, "period_field", "kalendertage"),
        ({"unit": None}, "period_field_missing", "unit"),
        ({"land": "XX"}, "calendar_land", "NW"),
        ({"options": ["karneval"]}, "calendar_option_unknown", "karneval"),
        ({"options": "fronleichnam"}, "period_field", "options"),
        ({"options": ["mariae_himmelfahrt"], "land": "NW"}, "calendar_option", "BY"),
        ({"closing_days": ["13-45"]}, "calendar_closing_day", "13-45"),
        ({"closing_days": [3]}, "period_field", "closing_days"),
        ({"direction": "sideways"}, "period_field", "backward"),
        ({"roll": "up"}, "period_field", "previous"),
        ({"n": "3"}, "period_field_text", "3"),
        ({"interim": {"n": "3", "unit": "wochen"}}, "period_field_text", "interim.n"),
        ({"full_days": "true"}, "period_field_text", "full_days"),
        ({"inclusive_start": "ja"}, "period_field", "true"),
        ({"cutoff": "25:00"}, "period_field", "12:00"),
        ({"cutoff": "12:00+01:00"}, "period_field", "12:00"),
        ({"zone": "Europe/Hagen"}, "period_field", "Europe/Berlin"),
        ({"zone": "/etc/passwd"}, "period_field", "Europe/Berlin"),
        ({"suspensions": [["2024-07-01", None]]}, "period_field_missing", "suspensions[0], "),
        ({"extensions": [{"n": 1, "unit": "wochen"}, {"n": -1, "unit": "wochen"}]}, "period_length", "extensions[1].n"),
        ({"interim": {"n": 0, "unit": "wochen"}}, "period_length", "interim.n"),
        ({"pauses": [["2024-07-01"]]}, "period_field", "pauses[0]"),
        ({"pauses": [["2024-07-10", "2024-07-01"]]}, "deadline_pause_backwards", "10.07.2024"),
        ({"extensions": [{"n": 1}]}, "period_field_missing", "extensions[0].unit"),
        ({"extensions": [14]}, "period_field", "extensions[0]"),
        ({"extensions": [{"n": 1, "unit": "wochen"}], "direction": "backward"}, "period_extended_backward", ""),
        ({"interim": 14}, "period_field", "interim"),
        ({"Land": "NW"}, "period_field_unknown", "land"),
        ({"start": "9999-12-01", "n": 90}, "period_out_of_range", "01.12.9999"),
        ({"start": "9999-12-01", "n": 90, "closing_days": [BRIDGE_DAYS]}, "period_out_of_range", "01.12.9999"),
        ({"start": "1990-01-01"}, "calendar_year", "1991"),
    ],
)
def test_a_wrong_question_is_refused_with_its_field(wrong: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ask(**{"start": "2024-03-04", "n": 2, "unit": "wochen", **wrong})
    assert caught.value.code == code
    for lang in ("de", "en"):
        assert words in f"{caught.value.text(lang)} {caught.value.remedy(lang)}"


@pytest.mark.parametrize(
    ("wrong", "missing", "en"),
    [
        ({"suspensions": [["2026-03-28", None]]}, "suspensions[0], letzter Tag", "suspensions[0], last day"),
        ({"suspensions": [[None, "2026-03-28"]]}, "suspensions[0], erster Tag", "suspensions[0], first day"),
        ({"pauses": [[None, "2026-03-28"]]}, "pauses[0], erster Tag", "pauses[0], first day"),
        ({"pauses": [[None, None]]}, "pauses[0], erster Tag", "pauses[0], first day"),
    ],
)
def test_which_end_of_an_interval_is_missing_is_said(wrong: dict[str, object], missing: str, en: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ask(start="2024-03-04", n=2, unit="wochen", **wrong)
    assert caught.value.text("de") == f"„{missing}“ fehlt."
    assert caught.value.text("en") == f"“{en}” is missing."
    assert '["2024-07-01", "2024-08-15"]' in caught.value.remedy("de")


@pytest.mark.parametrize(
    "wrong",
    [{"suspensions": [["31.03.2026", "02.04.2026"]]}, {"extensions": [{"n": 1, "unit": "wochen", "granted": "1.4."}]}],
)
def test_a_day_is_asked_for_as_json_writes_it_whatever_the_language(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ask(start="2024-03-04", n=2, unit="wochen", **wrong)
    assert (caught.value.remedy("de"), caught.value.remedy("en")) == (
        "Erwartet wird: 2024-01-31.",
        "Expected is: 2024-01-31.",
    )


def test_a_number_in_quotes_is_called_a_text() -> None:
    with pytest.raises(InvalidInputError, match=r"„n“ ist ein Text \(„3“\), erwartet wird eine Zahl"):
        ask(start="2024-03-04", n="3", unit="wochen")


def test_local_time_of_another_zone() -> None:
    found = ask(start="2024-03-04T23:30:00+01:00", n=1, unit="stunden", zone="Europe/London")
    assert found.at is not None
    assert (found.at.isoformat(), found.due) == ("2024-03-04T23:30:00+00:00", date(2024, 3, 4))
    assert found.at.timetz() == time(23, 30, tzinfo=found.at.tzinfo)
