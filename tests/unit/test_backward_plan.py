"""The backward plan of a session: its arithmetic against counting day by day, and mistakes in files that use it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.lifecycle_samples import PARENT, SMALL, TASK
from tests.unit.test_checker import KNOWN, changed, readable
from tests.unit.test_loader import findings as mistakes
from tests.unit.test_rules import DAY, findings, write
from vorgang.config.rule_files import load_rules, shipped_rules
from vorgang.config.text import Text
from vorgang.states.checker import check
from vorgang.states.loader import load_text
from vorgang.states.slips import Slip, View, aim_of, days_of, is_lost_in, slip_of, working_days

RULES = shipped_rules().for_("hagen", DAY)
PLAN = RULES.plan("sitzung")
CALENDAR = RULES.calendar
SESSIONS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def slip(session: date, today: date, step: int = 0, *, done: bool = True) -> Slip:
    running = [rule.id for rule in PLAN.milestones[step + 1 :]]
    return slip_of(View(PLAN, session, CALENDAR, today), PLAN.milestones[step], running, met_on=today if done else None)


# --- arithmetic ---


@given(SESSIONS)
def test_each_step_lies_its_working_days_before_the_next(session: date) -> None:
    found = days_of(PLAN, session, CALENDAR)
    days = [one.due_on for one in found]
    assert [one.milestone.step for one in found] == ["entwurf", "mitzeichnung", "unterschrift", "tagesordnungsschluss"]
    assert all(CALENDAR.is_working_day(day) for day in days)
    between = [working_days(CALENDAR, first, second) for first, second in pairwise(days)]
    assert between == [5, 3, 2]
    # The session may be on any day, and does not count itself.
    assert working_days(CALENDAR, days[-1] - timedelta(1), session - timedelta(1)) == 10


@given(SESSIONS, st.integers(0, 60))
def test_a_later_session_never_makes_a_step_due_sooner(session: date, days: int) -> None:
    before = [one.due_on for one in days_of(PLAN, session, CALENDAR)]
    after = [one.due_on for one in days_of(PLAN, session + timedelta(days), CALENDAR)]
    assert all(first <= second for first, second in zip(before, after, strict=True))


@given(SESSIONS, st.integers(0, 40), st.integers(0, 2))
def test_what_is_late_is_missing_afterwards(session: date, days: int, step: int) -> None:
    due = days_of(PLAN, session, CALENDAR)[step].due_on
    found = slip(session, due + timedelta(days), step)
    assert found.following is PLAN.milestones[step + 1]
    assert found.left == max(found.planned - found.late, 0)
    assert (found.due_on, found.view.session) == (due, session)


@given(SESSIONS, st.integers(0, 40), st.integers(0, 10), st.booleans())
def test_what_is_lost_is_never_won_back_by_waiting(session: date, days: int, more: int, done: bool) -> None:
    due = days_of(PLAN, session, CALENDAR)[0].due_on
    sooner, later = (slip(session, due + timedelta(n), done=done) for n in (days, days + more))
    assert sooner.reachable or not later.reachable
    assert later.late >= sooner.late
    assert later.left <= sooner.left


@given(SESSIONS, st.integers(0, 40))
def test_a_session_can_be_reached_as_long_as_the_least_times_fit_in(session: date, days: int) -> None:
    found = days_of(PLAN, session, CALENDAR)
    today = found[0].due_on + timedelta(days)
    day = today
    for one in found[1:]:  # each step in as little time as it takes
        day = CALENDAR.add_working_days(day, one.milestone.at_least)
    assert slip(session, today).reachable == (day <= found[-1].due_on)


DRAFT, DRAFT_EN = "Entwurf der Stellungnahme", "Draft of the answer"
LOST = "; zur Sitzung am 04.03.2027 nicht mehr zu schaffen."
LOST_EN = "; business for the session on 4 March 2027 can no longer be ready in time."


@pytest.mark.parametrize(
    ("today", "step", "done", "de", "en"),
    [
        (
            date(2027, 2, 9),
            0,
            True,
            f"{DRAFT} 3 Arbeitstage verspätet: für „Mitzeichnung“ bleiben 2 Arbeitstage (vorgesehen: 5).",
            "Draft of the answer 3 working days late: 2 working days are left for “Co-signing” (planned: 5).",
        ),
        (
            date(2027, 2, 12),
            0,
            False,
            f"{DRAFT} 6 Arbeitstage verspätet: für „Mitzeichnung“ bleibt kein Arbeitstag (vorgesehen: 5){LOST}",
            f"{DRAFT_EN} 6 working days late: no working day is left for “Co-signing” (planned: 5){LOST_EN}",
        ),
        (
            date(2027, 2, 18),
            3,
            False,
            f"Tagesordnungsschluss verspätet{LOST}",
            f"Close of the agenda late{LOST_EN}",
        ),
    ],
)
def test_slippage_in_words(today: date, step: int, done: bool, de: str, en: str) -> None:
    found = slip(date(2027, 3, 4), today, step, done=done)
    assert (found.text.de, found.text.en) == (de, en)
    assert found.line.de == f"Stand {today:%d.%m.%Y}: {de}"
    assert found.line.step == ("lost" if LOST in de else "slip")
    assert is_lost_in([found.line]) == (LOST in de)


@given(SESSIONS, st.integers(0, 15), st.integers(0, 40))
def test_a_step_met_late_stays_as_late_as_it_was_and_leaves_less_each_day(session: date, days: int, more: int) -> None:
    due = days_of(PLAN, session, CALENDAR)[0].due_on
    met_on = due + timedelta(days)
    then = slip(session, met_on)
    view = then.view._replace(today=met_on + timedelta(more))
    now = slip_of(view, then.rule, [rule.id for rule in PLAN.milestones[1:]], met_on=met_on)
    assert (now.late, now.planned, now.reachable) == (then.late, then.planned, then.reachable)
    assert now.left == max(then.left - working_days(CALENDAR, met_on, view.today), 0)


# --- rule files ---


def test_a_town_changes_one_step_and_the_others_follow(tmp_path: Path) -> None:
    body = "[plan.sitzung.step.tagesordnungsschluss]\nlength = 15\n[calendar]\nland = 'NW'\n"
    rules = load_rules([write(tmp_path, "probe", body)]).for_("probe", DAY)
    ours = [one.due_on for one in days_of(rules.plan("sitzung"), date(2027, 3, 4), rules.calendar)]
    theirs = [one.due_on for one in days_of(PLAN, date(2027, 3, 4), CALENDAR)]
    assert all(working_days(CALENDAR, own, their) == 5 for own, their in zip(ours, theirs, strict=True))


STEP = "[plan.sitzung.step.{}]\n{}\n"


@pytest.mark.parametrize(
    ("change", "key", "code"),
    [
        (STEP.format("entwurf", 'before = "mitzeichnug"'), "plan.sitzung.step.entwurf.before", "rules_plan_before"),
        (
            STEP.format("mitzeichnung", 'before = "entwurf"'),
            "plan.sitzung.step.mitzeichnung.before",
            "rules_plan_before",
        ),
        (STEP.format("entwurf", 'unit = "stunden"'), "plan.sitzung.step.entwurf.length", "rules_plan_length"),
        (STEP.format("entwurf", "at_least = 0"), "plan.sitzung.step.entwurf.at_least", "rules_length"),
        (STEP.format("entwurf", "length = 2"), "plan.sitzung.step.entwurf.length", "rules_plan_at_least"),
        (STEP.format("entwurf", 'direction = "forward"'), "plan.sitzung.step.entwurf.direction", "rules_plan_key"),
        (STEP.format("unterschrift", "who = 5"), "plan.sitzung.step.unterschrift.who", "config_type"),
        (
            STEP.format("spaet", 'label = "x"\nlength = 1\nunit = "arbeitstage"\nwho = ["amt"]\nnorm = "x"'),
            "plan.sitzung.step.spaet",
            "rules_plan_order",
        ),
        ("[plan.leer]\nlabel = 'x'\nwarn = ['x']\nstep = {}", "plan.leer.step", "config_empty"),
        (
            '[rule.antwort]\nladder = [{ offset = 1, hours = 2, to = ["owner"], template = "erinnerung" }]',
            "rule.antwort.ladder[0].hours",
            "rules_rung_twice",
        ),
    ],
)
def test_a_contradictory_plan_is_found(tmp_path: Path, change: str, key: str, code: str) -> None:
    found = findings(write(tmp_path, "probe", f"{change}\n"))
    assert found[key][0] == code


# --- lifecycles ---

INTERIM = '[deadline.zwischen]\nlabel = "Z"\ninterim_of = "arbeit"\nstops = ["mahnen"]\n'
STAGE = '[deadline.entwurf]\nlabel = "E"\nrule = "sitzung.entwurf"\nbefore = "bis"\nopen_in = ["neu"]\n'
SECOND = STAGE.replace("deadline.entwurf", "deadline.zweiter").replace("sitzung.entwurf", "sitzung.schluss")
HOUSE = replace(
    KNOWN,
    rules={*KNOWN.rules, "sitzung.entwurf", "sitzung.schluss", "einreichung"},
    backward={"sitzung.entwurf", "sitzung.schluss", "einreichung"},
    milestones={"sitzung.entwurf": 0, "sitzung.schluss": 1},
)


def test_what_can_no_longer_be_ready_is_what_the_lifecycle_calls_it() -> None:
    lifecycle = load_text(with_part(STAGE))
    aim = aim_of(lifecycle, lifecycle.deadlines["entwurf"])
    assert aim == lifecycle.fields["bis"].label
    view = View(PLAN, date(2027, 3, 4), CALENDAR, date(2027, 2, 17), Text("Bericht zur Sitzung am", "report for"))
    found = slip_of(view, PLAN.milestones[0], [])
    assert found.text.de.endswith("; Bericht zur Sitzung am 04.03.2027 nicht mehr zu schaffen.")
    assert found.text.en.endswith("; report for 4 March 2027 can no longer be ready in time.")


def with_part(part: str, *changes: tuple[str, str]) -> str:
    return f"{SMALL}\n{changed(part, *changes)}"


def test_a_sound_interim_stage_and_a_sound_plan_have_no_findings() -> None:
    assert check(load_text(with_part(INTERIM + STAGE)), HOUSE) == ()
    stage = load_text(with_part(INTERIM)).deadlines["zwischen"]
    whole = load_text(SMALL).deadlines["arbeit"]
    assert (stage.rule, stage.starts, stage.pauses) == ("arbeit.interim", whole.starts, whole.pauses)
    assert set(stage.stops) == {"mahnen", *whole.stops}


@pytest.mark.parametrize(
    ("part", "change", "code", "key"),
    [
        (INTERIM, ('"arbeit"', '"arbiet"'), "lifecycle_unknown_deadline", "deadline.zwischen.interim_of"),
        (INTERIM, ("stops", 'starts = ["annehmen"]\nstops'), "lifecycle_interim_key", "deadline.zwischen.starts"),
        (INTERIM, ('"arbeit"', '"zwischen"'), "lifecycle_interim_of_what", "deadline.zwischen.interim_of"),
        (STAGE, ('before = "bis"\n', ""), "lifecycle_open_in_key", "deadline.entwurf.open_in"),
        (STAGE, ('open_in = ["neu"]', 'pauses = ["neu"]\nopen_in = ["neu"]'), "lifecycle_milestone_key",
         "deadline.entwurf.pauses"),
        (STAGE, ('open_in = ["neu"]\n', ""), "config_key_missing", "deadline.entwurf.open_in"),
        (STAGE, ('["neu"]', '["neuu"]'), "lifecycle_unknown_state", "deadline.entwurf.open_in"),
        (STAGE, ('["neu"]', '["erledigt"]'), "lifecycle_milestone_final", "deadline.entwurf.open_in"),
        (STAGE, ('"bis"', '"was"'), "lifecycle_field_type", "deadline.entwurf.before"),
        (STAGE, ('"bis"', '"wann"'), "lifecycle_unknown_field", "deadline.entwurf.before"),
    ],
)  # fmt: skip
def test_what_a_deadline_cannot_be_is_found(part: str, change: tuple[str, str], code: str, key: str) -> None:
    assert (code, key) in {(finding.code, finding.key) for finding in mistakes(with_part(part, change))}


@pytest.mark.parametrize(
    ("part", "change", "code", "key"),
    [
        (STAGE, ("sitzung.entwurf", "sitzung.entwurv"), "lifecycle_unknown_rule", "deadline.entwurf"),
        (STAGE, ("sitzung.entwurf", "arbeit"), "lifecycle_milestone_forward", "deadline.entwurf"),
        (STAGE, ('before = "bis"\nopen_in = ["neu"]',
                 'starts = ["anlegen"]\nstops = ["annehmen"]\ncounts_from = "bis"'),
         "lifecycle_milestone_without_session", "deadline.entwurf"),
        (STAGE, ('"sitzung.entwurf"\nbefore = "bis"\nopen_in = ["neu"]',
                 '"einreichung"\nstarts = ["anlegen"]\nstops = ["annehmen"]'),
         "lifecycle_backward_without_day", "deadline.entwurf"),
        (STAGE + SECOND, ('open_in = ["neu"]', 'open_in = ["neu", "in_arbeit"]'),
         "lifecycle_milestone_order", "deadline.zweiter.open_in"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_fit_its_rules_is_found(part: str, change: tuple[str, str], code: str, key: str) -> None:
    assert (code, key) in readable(check(load_text(with_part(part, change)), HOUSE))


def passing(event: str, task: str = TASK) -> set[tuple[str, str]]:
    """What is found when the parent hands `event` down to its children."""
    below: Any = load_text(task)
    text = changed(
        PARENT, ("[child.aufgabe]", f'[child.aufgabe]\npasses_on = {{ {load_text(PARENT).opening.name} = "{event}" }}')
    )
    return readable(check(load_text(text), replace(KNOWN, lifecycles={below.id: below})))


def test_what_is_handed_down_must_be_possible_below() -> None:
    kinds = {code for code, key in passing("gibtsnicht") if "passes_on" in key}
    assert kinds == {"lifecycle_unknown_event"}
    kinds = {code for code, key in passing("annehmen") if "passes_on" in key}
    assert "lifecycle_automatic_forbidden" in kinds
