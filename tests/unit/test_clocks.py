"""What events do to the clocks of a case: the due day is a function of the events."""

import pytest

from tests.helpers.desk import Desk, accepted
from vorgang.config.errors import InvalidInputError


@pytest.fixture
def desk() -> Desk:
    """Opened on Monday, 08.01.2024: two weeks, until the 22nd."""
    desk = Desk()
    accepted(desk.open(art="gross"))
    return desk


def test_a_clock_starts_with_its_event_and_explains_itself(desk: Desk) -> None:
    assert desk.due() == "2024-01-22"
    assert desk.case.due_on == desk.clocks["arbeit"].due_on
    assert [line.step for line in desk.clocks["arbeit"].due.trace] == ["rule", "start", "end"]


def test_a_clock_can_count_from_a_day_that_was_given(desk: Desk) -> None:
    accepted(desk.fire("nachtragen", eingang="2024-01-02"))
    assert desk.due("rueckwirkend") == "2024-01-16"


def test_the_most_urgent_clock_is_the_due_day_of_the_case(desk: Desk) -> None:
    assert str(accepted(desk.fire("nachtragen", eingang="2024-01-02")).due_on) == "2024-01-16"
    assert str(accepted(desk.fire("vormerken", tag="2024-01-10")).due_on) == "2024-01-10"
    assert str(accepted(desk.fire("wahrnehmen")).due_on) == "2024-01-16"


@pytest.mark.parametrize(
    ("day", "hour", "status"),
    [("2024-01-08", 9, "met"), ("2024-01-22", 23, "met"), ("2024-01-23", 0, "late")],
)
def test_a_clock_stopped_on_its_last_day_is_met(desk: Desk, day: str, hour: int, status: str) -> None:
    accepted(desk.wait(day, hour).fire("erledigen"))
    assert desk.ended == [("arbeit", status)]


def test_what_is_not_stopped_when_the_case_closes_is_cancelled(desk: Desk) -> None:
    accepted(desk.fire("vormerken", tag="2024-01-10"))
    accepted(desk.fire("erledigen"))
    assert sorted(desk.ended) == [("arbeit", "met"), ("termin", "cancelled")]
    assert not desk.clocks


def test_a_clock_stands_still_and_goes_on_with_the_days_added(desk: Desk) -> None:
    step = accepted(desk.wait("2024-01-10").fire("ruhen_lassen"))
    assert desk.clocks["arbeit"].status == "paused"
    assert str(step.due_on) == "2024-01-17"  # what stands still is not due; the other clock is
    accepted(desk.wait("2024-01-15").fire("aufnehmen"))
    assert (desk.clocks["arbeit"].status, desk.due()) == ("running", "2024-01-29")  # 27.01. is a Saturday
    assert desk.clocks["arbeit"].due.trace[-2].step == "pause"


def test_a_clock_that_stands_still_is_not_missed(desk: Desk) -> None:
    accepted(desk.wait("2024-01-10").fire("ruhen_lassen"))
    accepted(desk.wait("2024-03-01").fire("erledigen"))
    assert ("arbeit", "met") in desk.ended


def test_a_clock_stopped_too_late_stays_missed_while_it_stands_still(desk: Desk) -> None:
    accepted(desk.wait("2024-01-25").fire("ruhen_lassen"))
    accepted(desk.fire("erledigen"))
    assert ("arbeit", "late") in desk.ended


def test_a_clock_is_moved_to_a_given_day_and_says_why(desk: Desk) -> None:
    step = accepted(desk.fire("verlaengern", neuer_tag="2024-02-01"))
    assert str(step.due_on) == desk.due() == "2024-02-01"
    assert "verlängern" in desk.clocks["arbeit"].due.trace[-1].de


def test_moving_a_clock_that_stands_still_does_not_wake_it(desk: Desk) -> None:
    accepted(desk.wait("2024-01-10").fire("ruhen_lassen"))
    accepted(desk.fire("verlaengern", neuer_tag="2024-02-01"))
    assert (desk.clocks["arbeit"].status, str(desk.clocks["arbeit"].paused_on)) == ("paused", "2024-01-10")
    accepted(desk.wait("2024-01-15").fire("aufnehmen"))
    assert (desk.clocks["arbeit"].status, desk.due()) == ("running", "2024-02-01")


def test_a_clock_started_again_begins_anew(desk: Desk) -> None:
    first = desk.clocks["arbeit"]
    accepted(desk.wait("2024-01-12").fire("neu_beginnen"))
    assert desk.ended == [("arbeit", "cancelled")]
    assert (desk.due(), desk.clocks["arbeit"].id != first.id) == ("2024-01-26", True)


def test_a_day_that_is_not_given_starts_nothing(desk: Desk) -> None:
    assert not accepted(desk.fire("vormerken")).started


def test_a_day_given_before_starts_the_clock_anew(desk: Desk) -> None:
    accepted(desk.fire("vormerken", tag="2024-01-10"))
    accepted(desk.fire("vormerken", tag="2024-01-12"))
    assert (desk.due("termin"), desk.ended) == ("2024-01-12", [("termin", "cancelled")])


def test_the_log_tells_what_became_of_the_clocks(desk: Desk) -> None:
    step = accepted(desk.wait("2024-01-12").fire("neu_beginnen"))
    assert step.changes() == {"deadlines": [["arbeit", "cancelled", "2024-01-22"], ["arbeit", "started", "2024-01-26"]]}


@pytest.mark.parametrize("day", ["9999-12-31", "2150-10-30", "2150-10-31", "0001-01-01"])
def test_a_day_beyond_every_calendar_is_an_error_that_explains_itself(desk: Desk, day: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        desk.fire("vormerken", tag=day)
    assert caught.value.text("en")
    assert caught.value.remedy("en")


def test_a_day_begins_where_the_town_lies(desk: Desk) -> None:
    """23:30 UTC on the 14th is half past midnight on the 15th in Berlin."""
    desk.now = desk.wait("2024-01-15", 0).now
    accepted(desk.fire("neu_beginnen"))
    assert desk.due() == "2024-01-29"
