"""Fristberechnung against vectors, and against an oracle that walks through the days one by one."""

import json
from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.config.calendars import Calendar, ClosingDay, Recess
from vorgang.config.errors import InvalidInputError
from vorgang.config.rule_files import shipped_rules
from vorgang.config.rules import ExtensionRule, Rule, RungRule, Span, Unit
from vorgang.config.text import Text
from vorgang.states.counting import count as count_period
from vorgang.states.deadlines import Due, compute, extended, fixed, lapse_instant, moved, plan_ladder, resumed
from vorgang.states.period import Interval, Period

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
NW = Calendar(land="NW")
OFFICE = Calendar(land="NW", closing=(ClosingDay("12-24", Text("Heiligabend", "Christmas Eve")),))
HAGEN = shipped_rules().for_("hagen", date(2024, 1, 1))

DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))
CALENDARS = st.sampled_from([NW, OFFICE, HAGEN.calendar, Calendar(land="SN"), Calendar(land="BY", friedensfest=True)])
CALENDAR_UNITS = st.sampled_from(["kalendertage", "wochen", "monate", "jahre"])


def rule(length: int | None, unit: Unit = "kalendertage", **changes: object) -> Rule:
    made = Rule(id="probe", label=Text("Probe", "Sample"), length=length, unit=unit, event=Text("Eingang", "Receipt"))
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests name real fields


def norms(due: Due) -> list[tuple[str, str]]:
    return [(line.step, line.norm) for line in due.trace]


def german(due: Due, step: str) -> str:
    return next(line.de for line in due.trace if line.step == step)


# --- vectors: §§ 187, 188, 193 BGB ---


@pytest.mark.parametrize(
    ("event_day", "length", "unit", "land", "due_on"),
    [
        (date(2023, 12, 5), 2, "wochen", "NW", date(2023, 12, 19)),
        (date(2023, 12, 5), 3, "wochen", "NW", date(2023, 12, 27)),
        (date(2023, 12, 5), 4, "wochen", "NW", date(2024, 1, 2)),
        (date(2023, 12, 22), 4, "wochen", "NW", date(2024, 1, 19)),
        (date(2023, 12, 22), 6, "wochen", "NW", date(2024, 2, 2)),
        (date(2024, 11, 6), 2, "wochen", "NW", date(2024, 11, 20)),
        (date(2024, 11, 6), 2, "wochen", "SN", date(2024, 11, 21)),
        (date(2024, 1, 31), 1, "monate", "NW", date(2024, 2, 29)),
        (date(2023, 1, 31), 1, "monate", "NW", date(2023, 2, 28)),
        (date(2023, 11, 10), 1, "monate", "NW", date(2023, 12, 11)),  # the 10th is a Sunday
        (date(2023, 11, 30), 3, "monate", "NW", date(2024, 2, 29)),
        (date(2024, 2, 29), 1, "jahre", "NW", date(2025, 2, 28)),
        (date(2026, 12, 11), 2, "wochen", "NW", date(2026, 12, 28)),
        (date(2024, 3, 28), 1, "kalendertage", "NW", date(2024, 4, 2)),  # Good Friday to Easter Monday
        (date(2024, 3, 1), 5, "arbeitstage", "NW", date(2024, 3, 8)),
        (date(2024, 12, 20), 3, "arbeitstage", "NW", date(2024, 12, 27)),
    ],
)
def test_known_periods(event_day: date, length: int, unit: Unit, land: str, due_on: date) -> None:
    assert compute(rule(length, unit), event_day=event_day, calendar=Calendar(land=land)).due_on == due_on


def test_the_answer_to_the_hagen_inquiry_explains_its_due_day() -> None:
    due = compute(HAGEN.rule("antwort"), event_day=date(2023, 12, 22), calendar=HAGEN.calendar)
    assert "\n".join(line.de for line in due.trace) == (
        "Antwort auf die Anfrage: 4 Wochen (Übung, keine Rechtspflicht: vier Wochen ab Eingang; "
        "§ 18 der Geschäftsordnung nennt keine Tage); gezählt entsprechend §§ 187 bis 193 BGB.\n"
        "Eingang am Freitag, 22.12.2023; dieser Tag zählt nicht mit (§ 187 Abs. 1 BGB).\n"
        "4 Wochen enden mit Ablauf des Freitags, 19.01.2024 (§ 188 Abs. 2 BGB).\n"
        "Feiertage innerhalb der Frist zählen mit: 25.12.2023 (Erster Weihnachtstag), "
        "26.12.2023 (Zweiter Weihnachtstag), 01.01.2024 (Neujahr); nur das Ende kann sich verschieben (§ 193 BGB)."
    )


def test_an_end_on_a_holiday_says_which_and_where_it_moves() -> None:
    due = compute(rule(3, "wochen"), event_day=date(2023, 12, 5), calendar=NW)
    assert german(due, "roll") == (
        "Dienstag, 26.12.2023 ist Feiertag (Zweiter Weihnachtstag, NW); "
        "die Frist endet am nächsten Werktag, Mittwoch, 27.12.2023 (§ 193 BGB)."
    )
    assert (due.end_on, due.due_on) == (date(2023, 12, 26), date(2023, 12, 27))


def test_every_day_passed_over_is_named() -> None:
    due = compute(rule(1), event_day=date(2024, 3, 28), calendar=NW)
    for words in ("(Karfreitag, NW)", "30.03.2024 ist ein Samstag", "31.03.2024 ist ein Sonntag", "(Ostermontag, NW)"):
        assert words in german(due, "roll")


def test_working_days_name_the_days_not_counted() -> None:
    due = compute(rule(3, "arbeitstage"), event_day=date(2024, 12, 20), calendar=OFFICE)
    assert due.due_on == date(2024, 12, 30)
    assert german(due, "skipped") == (
        "Keine Arbeitstage und nicht mitgezählt: 24.12.2024 (Heiligabend), 25.12.2024 (Erster Weihnachtstag), "
        "26.12.2024 (Zweiter Weihnachtstag); Wochenende 21.12.2024, 22.12.2024, 28.12.2024, 29.12.2024."
    )


def test_a_closed_office_does_not_move_the_end_and_says_so() -> None:
    due = compute(rule(2), event_day=date(2024, 12, 22), calendar=OFFICE)
    assert due.due_on == date(2024, 12, 24)
    assert "kein Feiertag, die Frist endet trotzdem" in german(due, "stay")


def test_a_missing_day_of_the_month_is_explained() -> None:
    due = compute(rule(1, "monate"), event_day=date(2024, 1, 31), calendar=NW)
    assert ("end", "§ 188 Abs. 3 BGB") in norms(due)
    assert "den entsprechenden Tag hat der Monat nicht" in german(due, "end")


def test_a_rule_without_roll_leaves_the_end_on_a_sunday() -> None:
    due = compute(rule(2, roll="none"), event_day=date(2024, 11, 15), calendar=NW)
    assert due.due_on == date(2024, 11, 17)
    assert german(due, "stay") == "Der 17.11.2024 ist ein Sonntag; nach dieser Regel verschiebt sich das Ende nicht."


def test_a_statute_is_applied_and_other_rules_follow_it_by_analogy() -> None:
    statute, custom = (
        compute(rule(1, basis=basis), event_day=date(2024, 3, 5), calendar=NW) for basis in ("gesetz", "uebung")
    )
    assert "gezählt nach §§ 187 bis 193 BGB" in german(statute, "rule")
    assert "keine Rechtspflicht" in german(custom, "rule")


# --- the oracle ---


def walk(event_day: date, length: int, unit: str, calendar: Calendar) -> date:
    """The end of a period, found by going through the days one by one."""
    counted = months = 0
    for n in count(1):
        day = event_day + n * DAY
        counted += calendar.is_working_day(day) if unit == "arbeitstage" else 1
        months += day.day == 1
        last = monthrange(day.year, day.month)[1]
        same_number = day.day == event_day.day or (day.day == last and event_day.day > last)
        wanted_months = length * 12 if unit == "jahre" else length
        if unit in {"monate", "jahre"}:
            if months == wanted_months and same_number:
                return day
        elif counted == (7 * length if unit == "wochen" else length):
            return day
    raise AssertionError


@given(
    DAYS, st.integers(1, 30), st.sampled_from(["kalendertage", "arbeitstage", "wochen", "monate", "jahre"]), CALENDARS
)
def test_the_end_is_where_counting_day_by_day_leads(day: date, length: int, unit: Unit, calendar: Calendar) -> None:
    assert compute(rule(length, unit), event_day=day, calendar=calendar).end_on == walk(day, length, unit, calendar)


@given(DAYS, st.integers(1, 60), CALENDAR_UNITS.filter(lambda unit: unit != "jahre"), CALENDARS)
def test_a_rolled_end_is_the_first_possible_day(day: date, length: int, unit: Unit, calendar: Calendar) -> None:
    due = compute(rule(length, unit), event_day=day, calendar=calendar)
    assert due.due_on.weekday() < 5
    assert calendar.holiday(due.due_on) is None
    passed = [due.end_on + n * DAY for n in range((due.due_on - due.end_on).days)]
    assert all(each.weekday() >= 5 or calendar.holiday(each) for each in passed)


@given(DAYS, st.integers(1, 40), CALENDAR_UNITS, CALENDARS)
def test_every_explanation_is_complete_in_both_languages(
    day: date, length: int, unit: Unit, calendar: Calendar
) -> None:
    due = compute(rule(length, unit), event_day=day, calendar=calendar)
    assert [line.step for line in due.trace[:3]] == ["rule", "start", "end"]
    assert all(line.de.endswith(".") and line.en.endswith(".") for line in due.trace)
    assert ("roll" in [line.step for line in due.trace]) == (due.due_on != due.end_on)
    assert f"{due.due_on:%d.%m.%Y}" in due.trace_json


# --- what is frozen ---


def test_the_trace_is_stored_and_read_back() -> None:
    due = compute(HAGEN.rule("antwort"), event_day=date(2023, 12, 5), calendar=HAGEN.calendar)
    rows = json.loads(due.trace_json)
    assert rows[1] == {
        "step": "start",
        "de": "Eingang am Dienstag, 05.12.2023; dieser Tag zählt nicht mit (§ 187 Abs. 1 BGB).",
        "en": "Receipt on Tuesday, 5 December 2023; this day does not count (§ 187 Abs. 1 BGB).",
        "norm": "§ 187 Abs. 1 BGB",
        "day": "2023-12-05",
    }
    assert Due.stored(due.due_on, rows) == due


def test_the_same_question_gives_the_same_object() -> None:
    first, second = (compute(rule(4, "wochen"), event_day=date(2024, 3, 5), calendar=NW) for _ in range(2))
    assert first is second
    assert first.trace_json is second.trace_json


@pytest.mark.parametrize(
    ("unit", "length", "since", "until", "due_on"),
    [
        # One Werktag is used before the pause; after it four are left: Friday, Saturday, Monday, Tuesday.
        ("werktage", 5, date(2024, 3, 5), date(2024, 3, 7), date(2024, 3, 12)),
        ("arbeitstage", 5, date(2024, 3, 5), date(2024, 3, 7), date(2024, 3, 13)),
        ("kalendertage", 5, date(2024, 3, 5), date(2024, 3, 7), date(2024, 3, 11)),
    ],
)
def test_a_pause_leaves_the_days_that_were_left(
    unit: Unit, length: int, since: date, until: date, due_on: date
) -> None:
    counted = rule(length, unit)
    due = compute(counted, event_day=date(2024, 3, 4), calendar=NW)
    assert resumed(due, paused_from=since, paused_to=until, rule=counted, calendar=NW).due_on == due_on


@given(
    DAYS,
    st.builds(Span, st.integers(1, 30), st.sampled_from(["kalendertage", "werktage", "arbeitstage", "wochen"])),
    st.tuples(st.integers(0, 40), st.integers(0, 60)),
    CALENDARS,
    st.booleans(),
)
def test_a_pause_counts_as_the_calculator_counts_it(
    day: date, span: Span, stopped: tuple[int, int], calendar: Calendar, recess: bool
) -> None:
    (length, unit), (after, pause) = span, stopped
    between = Recess(day + 10 * DAY, day + 35 * DAY, Text("Pause", "recess"))
    calendar = replace(calendar, recesses=(between,) if recess else ())
    counted = rule(length, unit, rests_in_recess=recess)
    due = compute(counted, event_day=day, calendar=calendar)
    since = min(day + after * DAY, due.end_on - DAY)
    until = since + pause * DAY
    ours = resumed(due, paused_from=since, paused_to=until, rule=counted, calendar=calendar)
    stops = (Interval(since + DAY, until),) if pause else ()
    recesses = (Interval(between.first, between.last),) if recess else ()
    theirs = count_period(Period(day, Span(length, unit), calendar, suspensions=recesses, pauses=stops))
    assert ours.due_on == theirs.due


def test_a_cut_off_ends_the_day_early() -> None:
    assert lapse_instant(date(2024, 3, 4), BERLIN, time(12)) == datetime(2024, 3, 4, 11, tzinfo=UTC)
    assert lapse_instant(date(2024, 3, 4), BERLIN) == datetime(2024, 3, 4, 23, tzinfo=UTC)


# --- hours ---

#: The hour of a Thursday that is followed by a night in which the clocks change.
THURSDAY = datetime(2024, 3, 28, 10, 30, tzinfo=BERLIN)


def hours(n: int, since: datetime | None = THURSDAY, **more: Any) -> Due:
    return compute(rule(n, "stunden", **more), event_day=date(2024, 3, 28), calendar=NW, since=since, zone=BERLIN)


def test_hours_run_through_weekends_from_the_instant_of_the_event() -> None:
    due = hours(72)  # over Good Friday and the change to summer time: 72 real hours
    assert (due.due_on, due.at) == (date(2024, 3, 31), datetime(2024, 3, 31, 11, 30, tzinfo=BERLIN))
    assert "10:30 Uhr" in due.trace[1].de
    assert "11:30 Uhr" in due.trace[2].de


def test_hours_of_an_event_of_which_only_the_day_is_known_run_from_its_end() -> None:
    assert hours(24, None).at == datetime(2024, 3, 30, 0, 0, tzinfo=BERLIN)
    assert hours(24, None).due_on == date(2024, 3, 29)  # what ends at midnight ends with the day before


def test_hours_are_extended_by_hours_or_days_from_their_old_end() -> None:
    more = ExtensionRule(Span(12, "stunden"), 1, ("leitung",))
    longer = extended(
        hours(24, extension=more), rule=rule(24, "stunden", extension=more), calendar=NW, granted=THURSDAY.date()
    )
    assert longer.at == datetime(2024, 3, 29, 22, 30, tzinfo=BERLIN)
    days = ExtensionRule(Span(2, "kalendertage"), 1, ("leitung",))
    later = extended(
        hours(24, extension=days), rule=rule(24, "stunden", extension=days), calendar=NW, granted=THURSDAY.date()
    )
    assert (later.due_on, later.at) == (date(2024, 3, 31), datetime(2024, 3, 31, 10, 30, tzinfo=BERLIN))


def test_hours_go_on_after_a_pause_as_many_days_later_at_the_same_time() -> None:
    paused = {"paused_from": date(2024, 3, 28), "paused_to": date(2024, 4, 2)}
    later = resumed(hours(24), **paused, rule=rule(24, "stunden"), calendar=NW)
    assert (later.due_on, later.at) == (date(2024, 4, 3), datetime(2024, 4, 3, 10, 30, tzinfo=BERLIN))
    assert "10:30" in later.trace[-1].de
    same_day = {"paused_from": date(2024, 3, 28), "paused_to": date(2024, 3, 28)}
    assert resumed(hours(24), **same_day, rule=rule(24, "stunden"), calendar=NW).at == hours(24).at


@given(st.integers(1, 2000), DAYS, st.times())
def test_hours_end_on_the_day_of_their_last_moment(n: int, day: date, at: time) -> None:
    since = datetime.combine(day, at, tzinfo=BERLIN)
    due = compute(rule(n, "stunden"), event_day=since.date(), calendar=NW, since=since, zone=BERLIN)
    assert due.at is not None
    assert due.at.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=n)
    assert due.due_on == (due.at.astimezone(UTC) - timedelta(microseconds=1)).astimezone(BERLIN).date()


def test_a_step_of_the_ladder_may_lie_hours_before_the_lapse() -> None:
    early = RungRule(offset=0, at=time(8), to=("owner",), template="erinnerung", hours=-2)
    due = hours(24)
    rungs = plan_ladder(rule(24, "stunden", ladder=(early,)), due.due_on, NW, BERLIN, due.at)
    assert [rung.at for rung in rungs] == [datetime(2024, 3, 29, 7, 30, tzinfo=UTC)]  # Good Friday or not
    noon = plan_ladder(rule(3, cutoff=time(12), ladder=(early,)), date(2024, 3, 4), NW, BERLIN)
    assert [rung.at for rung in noon] == [datetime(2024, 3, 4, 9, tzinfo=UTC)]


# --- quiet days ---

SUMMER = Recess(date(2024, 7, 8), date(2024, 8, 20), Text("Sommerpause", "summer recess"))


def told_on(calendar: Calendar, due_on: date, *offsets: int) -> list[date]:
    ladder = tuple(RungRule(offset=offset, at=time(8), to=("amt",), template="erinnerung") for offset in offsets)
    rungs = plan_ladder(rule(4, "wochen", ladder=ladder), due_on, calendar, BERLIN)
    return [rung.at.astimezone(BERLIN).date() for rung in rungs]


def test_nobody_is_reminded_during_a_quiet_recess() -> None:
    calendar = Calendar(land="NW", recesses=(SUMMER,))
    assert told_on(calendar, date(2024, 7, 10), -5, 0, 3) == [date(2024, 7, 3), date(2024, 8, 21), date(2024, 8, 21)]
    loud = Calendar(land="NW", recesses=(SUMMER._replace(quiet=False),))
    assert told_on(loud, date(2024, 7, 10), -5, 0, 3) == [date(2024, 7, 3), date(2024, 7, 10), date(2024, 7, 15)]


def test_after_a_recess_that_ends_before_a_weekend_it_is_told_on_the_monday() -> None:
    calendar = Calendar(land="NW", recesses=(SUMMER._replace(last=date(2024, 8, 23)),))
    assert told_on(calendar, date(2024, 8, 1), 0) == [date(2024, 8, 26)]


# --- Termine, moves, pauses ---


def test_a_termin_never_moves_and_says_why() -> None:
    session = HAGEN.rule("sitzung")
    assert len(fixed(date(2024, 11, 19), rule=session, calendar=NW).trace) == 1
    sunday = fixed(date(2024, 11, 17), rule=session, calendar=NW)
    assert sunday.due_on == date(2024, 11, 17)
    assert german(sunday, "stay") == (
        "Der 17.11.2024 ist ein Sonntag; ein bestimmter Tag verschiebt sich nicht (vgl. § 31 Abs. 5 VwVfG)."
    )


def test_a_promised_day_replaces_the_computed_one_and_keeps_the_history() -> None:
    due = compute(rule(4, "wochen"), event_day=date(2023, 12, 22), calendar=NW)
    later = moved(due, date(2024, 3, 3), reason=Text("Zwischenbescheid", "interim reply"))
    assert later.due_on == later.end_on == date(2024, 3, 3)
    assert later.trace[:-1] == due.trace
    assert later.trace[-1].de.startswith(
        "Neuer Termin Sonntag, 03.03.2024 statt Freitag, 19.01.2024 (Zwischenbescheid)"
    )


@given(DAYS, st.integers(1, 40), st.data(), CALENDARS)
def test_a_pause_counts_as_if_the_period_were_longer(
    day: date, length: int, data: st.DataObject, calendar: Calendar
) -> None:
    due = compute(rule(length), event_day=day, calendar=calendar)
    since = day + data.draw(st.integers(0, length)) * DAY
    pause = data.draw(st.integers(0, 40))
    longer = resumed(due, paused_from=since, paused_to=since + pause * DAY, rule=rule(length), calendar=calendar)
    assert longer.due_on == compute(rule(length + pause), event_day=day, calendar=calendar).due_on


@given(DAYS, st.integers(1, 20), st.data())
def test_a_pause_gives_back_every_working_day(day: date, length: int, data: st.DataObject) -> None:
    working_days = rule(length, "arbeitstage")
    due = compute(working_days, event_day=day, calendar=OFFICE)
    since = day + data.draw(st.integers(0, (due.due_on - day).days)) * DAY
    until = since + data.draw(st.integers(0, 40)) * DAY
    later = resumed(due, paused_from=since, paused_to=until, rule=working_days, calendar=OFFICE)
    assert later.due_on >= until
    assert OFFICE.is_working_day(later.due_on)
    running = [day + n * DAY for n in range(1, (later.due_on - day).days + 1) if not since < day + n * DAY <= until]
    counted = sum(OFFICE.is_working_day(each) for each in running)
    # On its last day a period may be stopped; resumed on a weekend, it ends on the first working day after that.
    assert counted == length or (since == due.due_on and counted == length + 1 and not OFFICE.is_working_day(until))


@given(DAYS, st.integers(1, 40), st.data(), CALENDARS)
def test_two_pauses_add_up_although_the_end_rolled_between(
    day: date, length: int, data: st.DataObject, calendar: Calendar
) -> None:
    due = compute(rule(length), event_day=day, calendar=calendar)
    first, second = data.draw(st.integers(0, 10)), data.draw(st.integers(0, 10))
    once = resumed(due, paused_from=day, paused_to=day + first * DAY, rule=rule(length), calendar=calendar)
    stored = Due.stored(once.due_on, json.loads(once.trace_json))
    again = day + first * DAY
    twice = resumed(stored, paused_from=again, paused_to=again + second * DAY, rule=rule(length), calendar=calendar)
    assert twice.due_on == compute(rule(length + first + second), event_day=day, calendar=calendar).due_on


@given(DAYS, st.integers(1, 40), st.integers(0, 40), CALENDARS)
def test_nothing_falls_due_before_it_is_resumed(day: date, length: int, pause: int, calendar: Calendar) -> None:
    due = compute(rule(length), event_day=day, calendar=calendar)
    until = due.due_on + pause * DAY
    assert resumed(due, paused_from=due.due_on, paused_to=until, rule=rule(length), calendar=calendar).due_on >= until


def test_a_pause_is_explained() -> None:
    due = compute(rule(4, "wochen"), event_day=date(2023, 12, 22), calendar=NW)
    later = resumed(due, paused_from=date(2024, 1, 3), paused_to=date(2024, 1, 11), rule=rule(4, "wochen"), calendar=NW)
    assert later.due_on == date(2024, 1, 29)
    assert german(later, "pause") == (
        "Angehalten am Mittwoch, 03.01.2024, fortgesetzt am Donnerstag, 11.01.2024: "
        "Verlängerung um 8 Tage, bis Samstag, 27.01.2024."
    )
    assert later.trace[-1].step == "roll"


def test_a_pause_moves_neither_a_termin_nor_a_promised_day_nor_what_has_lapsed() -> None:
    pause = {"paused_from": date(2024, 3, 6), "paused_to": date(2024, 3, 20)}
    termin = fixed(date(2024, 3, 10), rule=rule(None), calendar=NW)
    assert resumed(termin, rule=rule(None), calendar=NW, **pause).due_on == date(2024, 3, 10)
    promised = moved(compute(rule(9), event_day=date(2024, 3, 1), calendar=NW), date(2024, 3, 30))
    kept = resumed(promised, rule=rule(9), calendar=NW, **pause)
    assert kept.due_on == date(2024, 3, 30)
    assert resumed(kept, rule=rule(9), calendar=NW, **pause).due_on == date(2024, 3, 30)
    lapsed = compute(rule(4), event_day=date(2024, 3, 1), calendar=NW)
    late = resumed(lapsed, rule=rule(4), calendar=NW, **pause)
    assert late.due_on == lapsed.due_on == date(2024, 3, 5)
    assert "war schon abgelaufen" in late.trace[-1].de


# --- ladder and lapse ---

LADDER = tuple(RungRule(offset=n, at=time(8), to=("amt",), template="t") for n in (-5, -1, 0, 1, 3))


@given(DAYS, CALENDARS)
def test_every_rung_falls_on_a_working_day_at_eight_local_time(day: date, calendar: Calendar) -> None:
    rungs = plan_ladder(rule(1, ladder=LADDER), day, calendar, BERLIN)
    local = [rung.at.astimezone(BERLIN) for rung in rungs]
    assert all(at.time() == time(8) and calendar.is_working_day(at.date()) for at in local)
    assert [rung.number for rung in rungs] == [1, 2, 3, 4, 5]
    assert all(first < second for first, second in pairwise(local))
    assert local[2].date() <= day < local[3].date()


@given(DAYS, CALENDARS)
def test_rungs_keep_their_distance_in_working_days(day: date, calendar: Calendar) -> None:
    working = [each for n in range(-40, 40) if calendar.is_working_day(each := day + n * DAY)]
    before, after = [each for each in working if each <= day], [each for each in working if each > day]
    days = [rung.at.astimezone(BERLIN).date() for rung in plan_ladder(rule(1, ladder=LADDER), day, calendar, BERLIN)]
    assert days == [before[-6], before[-2], before[-1], after[0], after[2]]


def test_eight_in_the_morning_stays_eight_over_the_change_of_the_clocks() -> None:
    rungs = plan_ladder(
        rule(1, ladder=LADDER), date(2024, 4, 2), NW, BERLIN
    )  # Easter lies on the change to summer time
    assert [rung.at for rung in rungs][1:3] == [
        datetime(2024, 3, 28, 7, tzinfo=UTC),
        datetime(2024, 4, 2, 6, tzinfo=UTC),
    ]


def test_a_ladder_passes_over_christmas() -> None:
    rungs = plan_ladder(HAGEN.rule("antwort"), date(2024, 1, 2), HAGEN.calendar, BERLIN)
    days = [date(2023, 12, 21), date(2024, 1, 2), date(2024, 1, 5), date(2024, 1, 16)]
    assert [rung.at.date() for rung in rungs] == days
    assert rungs[2].to == ("federfuehrung", "federfuehrung.leitung", "geschaeftsstelle", "verwaltungsleitung")
    assert [rung.template for rung in rungs] == ["erinnerung", "erinnerung", "ueberfaellig", "ueberfaellig"]


@pytest.mark.parametrize(
    ("due_on", "zone", "instant"),
    [
        (date(2024, 1, 19), "Europe/Berlin", datetime(2024, 1, 19, 23, tzinfo=UTC)),
        (date(2024, 7, 19), "Europe/Berlin", datetime(2024, 7, 19, 22, tzinfo=UTC)),
        (date(2024, 3, 30), "Europe/Berlin", datetime(2024, 3, 30, 23, tzinfo=UTC)),
        (date(2024, 3, 31), "Europe/Berlin", datetime(2024, 3, 31, 22, tzinfo=UTC)),
        (date(2024, 10, 27), "Europe/Berlin", datetime(2024, 10, 27, 23, tzinfo=UTC)),
        (date(2024, 12, 31), "Europe/Istanbul", datetime(2024, 12, 31, 21, tzinfo=UTC)),
    ],
)
def test_a_day_is_over_at_the_midnight_of_the_place(due_on: date, zone: str, instant: datetime) -> None:
    assert lapse_instant(due_on, ZoneInfo(zone)) == instant


# --- what cannot be computed ---


def test_impossible_questions_are_refused_in_words() -> None:
    with pytest.raises(InvalidInputError, match="ist ein Termin"):
        compute(rule(None), event_day=date(2024, 1, 1), calendar=NW)
    for unit in ("kalendertage", "jahre"):
        with pytest.raises(InvalidInputError, match="außerhalb des Kalenders"):
            compute(rule(9, unit), event_day=date(9999, 12, 30), calendar=NW)
    with pytest.raises(InvalidInputError, match="endet 2100"):
        compute(rule(9, "arbeitstage"), event_day=date(9999, 12, 30), calendar=NW)
    with pytest.raises(InvalidInputError, match="vor ihrem Beginn"):
        resumed(
            compute(rule(9), event_day=date(2024, 1, 1), calendar=NW),
            paused_from=date(2024, 1, 5),
            paused_to=date(2024, 1, 4),
            rule=rule(9),
            calendar=NW,
        )
