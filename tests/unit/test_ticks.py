"""What the passing of time does to a case: each rung is told once, a lapse happens once, and nothing is made up for."""

import pytest

from tests.helpers.desk import Desk, accepted, told
from vorgang.states.step import Step


@pytest.fixture
def desk() -> Desk:
    """Opened on Monday, 08.01.2024, due on the 22nd; reminders on the 18th, 22nd and 24th at eight."""
    desk = Desk()
    accepted(desk.open(art="gross"))
    return desk


def rungs(steps: list[Step]) -> list[tuple[int, list[int]]]:
    """The rungs told, each with those that were missed before it."""
    return [(m.params["rung"], m.params["missed"]) for step in steps for m in step.messages if "rung" in m.params]


def test_nothing_is_told_before_its_time(desk: Desk) -> None:
    assert desk.wait("2024-01-18", 7).tick() == []


def test_each_rung_is_told_once_at_its_hour(desk: Desk) -> None:
    assert told(desk.wait("2024-01-18", 8).tick()) == [("gs", "erinnerung")]
    assert desk.tick() == []
    assert told(desk.wait("2024-01-22", 8).tick()) == [("gs", "erinnerung")]
    assert told(desk.wait("2024-01-23", 9).tick()) == [("chef", "mahnung")]
    assert told(desk.wait("2024-01-24", 9).tick()) == [("gs", "ueberfaellig"), ("chef", "ueberfaellig")]
    assert desk.wait("2024-12-31").tick() == []


def test_a_message_names_its_rung_and_deadline(desk: Desk) -> None:
    (step,) = desk.wait("2024-01-18", 8).tick()
    params = step.messages[0].params
    assert (params["rung"], params["rungs"], params["missed"]) == (1, 3, [])
    assert (params["due_on"], params["label_de"], params["label_en"]) == ("2024-01-22", "Arbeit", "work")


def test_after_a_week_off_only_the_latest_rung_is_told_and_names_those_missed(desk: Desk) -> None:
    steps = desk.wait("2024-01-22", 12).tick()
    assert rungs(steps) == [(2, [1])]
    assert desk.tick() == []


def test_after_a_month_off_the_lapse_and_the_last_rung_happen_once(desk: Desk) -> None:
    steps = desk.wait("2024-02-20").tick()
    assert [step.event for step in steps] == ["frist_abgelaufen", "mahnen"]
    assert rungs(steps) == [(3, [1, 2]), (3, [1, 2])]  # two parties
    assert desk.wait("2024-06-01").tick() == []


def waits(steps: list[Step]) -> list[tuple[str, str | None]]:
    """The templates told, each with the instant until which the mail waits."""
    return [(m.template, m.params.get("waits_until")) for step in steps for m in step.messages]


def test_a_rung_that_was_missed_waits_for_the_next_working_morning(desk: Desk) -> None:
    sunday = desk.wait("2024-01-21", 15).tick()
    assert waits(sunday) == [("erinnerung", "2024-01-22T07:00:00.000000Z")]


def test_found_early_on_a_working_day_it_waits_for_the_hour_of_the_ladder(desk: Desk) -> None:
    assert waits(desk.wait("2024-01-19", 3).tick()) == [("erinnerung", "2024-01-19T07:00:00.000000Z")]


def test_on_a_working_day_it_is_told_at_once(desk: Desk) -> None:
    assert waits(desk.wait("2024-01-19", 22).tick()) == [("erinnerung", None)]


def test_what_a_lapse_causes_is_told_in_the_morning(desk: Desk) -> None:
    desk.wait("2024-01-22", 8).tick()
    assert waits(desk.wait("2024-01-23", 0).tick()) == [("mahnung", "2024-01-23T07:00:00.000000Z")]


def test_what_a_person_does_at_night_is_told_at_once(desk: Desk) -> None:
    desk = Desk()
    step = accepted(desk.wait("2024-01-07", 3).open(amt="amt10"))
    assert {until for _, until in waits([step])} == {None}


def test_a_lapse_fires_its_event_once_the_last_day_is_over(desk: Desk) -> None:
    assert not [step for step in desk.wait("2024-01-22", 23).tick() if step.lapsed]
    assert [step.event for step in desk.wait("2024-01-23", 0).tick()] == ["frist_abgelaufen", "mahnen"]
    assert desk.wait("2024-01-23", 7).tick() == []


def test_telling_changes_nothing_a_reader_would_have_to_see(desk: Desk) -> None:
    version = desk.case.version
    (step,) = desk.wait("2024-01-18", 8).tick()
    assert not step.visible
    assert (desk.case.version, step.role, step.actor.kind) == (version, "automatik", "timer")


def test_a_clock_that_stands_still_tells_nothing(desk: Desk) -> None:
    accepted(desk.fire("ruhen_lassen"))
    assert desk.wait("2024-01-14", 23).tick() == []
    assert desk.wait("2024-06-01").tick() == []


def test_a_clock_resumed_on_the_same_day_forgets_no_rung_and_repeats_none(desk: Desk) -> None:
    assert rungs(desk.wait("2024-01-18", 8).tick()) == [(1, [])]
    accepted(desk.wait("2024-01-22", 9).fire("ruhen_lassen"))  # the second rung is due and not yet told
    accepted(desk.fire("aufnehmen"))
    assert rungs(desk.tick()) == [(2, [])]


def test_a_clock_resumed_a_day_later_tells_what_its_new_day_has_brought_already(desk: Desk) -> None:
    assert rungs(desk.wait("2024-01-18", 8).tick()) == [(1, [])]
    accepted(desk.wait("2024-01-22", 7).fire("ruhen_lassen"))  # an hour before the second rung
    accepted(desk.wait("2024-01-23", 10).fire("aufnehmen"))
    assert desk.due("arbeit") == "2024-01-23"
    assert rungs(desk.tick()) == [(2, [])]


def test_a_clock_resumed_after_it_lapsed_does_not_lapse_again(desk: Desk) -> None:
    assert desk.wait("2024-01-25").tick()
    accepted(desk.fire("ruhen_lassen"))
    accepted(desk.wait("2024-02-05").fire("aufnehmen"))
    assert desk.tick() == []


def test_a_clock_moved_lapses_at_its_new_end(desk: Desk) -> None:
    assert desk.wait("2024-01-23").tick()
    accepted(desk.fire("verlaengern", neuer_tag="2024-01-31"))
    assert rungs(desk.wait("2024-01-29", 8).tick()) == [(1, [])]
    assert "mahnen" in [step.event for step in desk.wait("2024-02-01", 1).tick()]


def test_reminders_of_days_gone_by_are_not_sent_for_a_clock_that_starts_late(desk: Desk) -> None:
    accepted(desk.wait("2024-01-19").fire("nachtragen", eingang="2024-01-06"))  # due on the 20th, a Saturday: the 22nd
    del desk.clocks["arbeit"]
    assert desk.tick() == []


def test_a_clock_that_starts_overdue_tells_its_latest_rung(desk: Desk) -> None:
    accepted(desk.wait("2024-01-26").fire("nachtragen", eingang="2023-12-01"))
    del desk.clocks["arbeit"]
    assert rungs(desk.tick()) == [(3, [1, 2]), (3, [1, 2])]


def test_a_timer_that_ends_its_own_clock_has_not_missed_it(desk: Desk) -> None:
    accepted(desk.fire("vormerken", tag="2024-01-09"))
    desk.wait("2024-01-10", 0).tick()
    assert desk.ended == [("termin", "met")]


def test_an_event_of_a_lapse_that_is_not_possible_leaves_the_case_where_it_is(desk: Desk) -> None:
    accepted(desk.fire("vormerken", tag="2024-01-09"))
    desk.case = desk.case._replace(state="beim_amt")
    assert [step.event for step in desk.wait("2024-01-10", 1).tick()] == ["frist_abgelaufen"]
    assert desk.tick() == []
