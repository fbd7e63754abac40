"""What the end of a child means for its parent: all agreed, somebody refused, nobody is left, whose turn it is."""

import pytest

from tests.helpers.desk import Desk, accepted
from tests.unit.lifecycle_samples import PARENT
from vorgang.states.families import AfterChild, after_child
from vorgang.states.lifecycle import Outcome
from vorgang.states.step import Case, ChildCount

ORDERED = (
    PARENT.replace("leitung", "geschaeftsstelle")
    .replace("[deadline.arbeit]", '[deadline.arbeit]\nrule = "eine_woche"')
    .replace('for_each = "aufgaben"', 'for_each = "aufgaben"\norder = "folge"')
    .replace('ask = { aufgaben = "record*" }', 'ask = { aufgaben = "record*", folge = "choice?" }')
    + '\n[field.folge]\nchoices = ["reihe", "zugleich"]\n'
)
THREE = [{"was": "eins"}, {"was": "zwei", "bis": "2024-02-01"}, {"was": "drei"}]


@pytest.fixture
def desk() -> Desk:
    desk = Desk(ORDERED)
    accepted(desk.open(data={}))
    return desk


def children(*ends: Outcome | None, round_: int = 1) -> tuple[ChildCount, ...]:
    """One child for each way to have ended; None: still open."""
    return tuple(ChildCount("aufgabe", round_, f"zustand{n}", e, e is not None, 1) for n, e in enumerate(ends))


def ended(desk: Desk, outcome: Outcome, round_: int = 1) -> Case:
    return desk.case._replace(parent_id=desk.case.id, child="aufgabe", outcome=outcome, round=round_)


def after(desk: Desk, outcome: Outcome, *now: tuple[ChildCount, ...], round_: int = 1) -> AfterChild:
    desk.children = tuple(count for counts in now for count in counts)
    return after_child(desk.program, desk.situation, ended(desk, outcome, round_))


def distribute(desk: Desk, folge: str = "zugleich") -> list[tuple[int, int, object]]:
    step = accepted(desk.fire("verteilen", data={"aufgaben": THREE, "folge": folge}))
    return [(opening.round, opening.position, opening.data["was"]) for opening in step.openings]


def test_an_event_opens_a_child_for_each_item(desk: Desk) -> None:
    assert distribute(desk) == [(1, 0, "eins"), (1, 1, "zwei"), (1, 2, "drei")]


def test_in_order_only_the_first_is_opened(desk: Desk) -> None:
    assert distribute(desk, "reihe") == [(1, 0, "eins")]


def test_a_second_round_is_counted(desk: Desk) -> None:
    desk.children = children("agree", "refuse")
    assert [round_ for round_, _, _ in distribute(desk)] == [2, 2, 2]


def test_the_parent_waits_until_all_have_agreed(desk: Desk) -> None:
    distribute(desk)
    assert after(desk, "agree", children("agree", None, "agree")) == AfterChild()
    assert after(desk, "agree", children("agree", "agree", "agree")).events == ("alle_fertig",)


def test_one_refusal_is_enough(desk: Desk) -> None:
    distribute(desk)
    assert after(desk, "refuse", children("refuse", None, None)).events == ("eine_abgelehnt",)


def test_a_refusal_of_an_earlier_round_counts_no_more(desk: Desk) -> None:
    distribute(desk)
    assert after(desk, "refuse", children("refuse"), children(None, round_=2)) == AfterChild()


def test_a_child_that_fell_away_is_not_waited_for(desk: Desk) -> None:
    distribute(desk)
    assert after(desk, "neutral", children("agree", "agree", "neutral")).events == ("alle_fertig",)
    assert after(desk, "neutral", children("agree", None, "neutral")) == AfterChild()


def test_in_order_the_next_one_follows_an_agreement(desk: Desk) -> None:
    distribute(desk, "reihe")
    (following,) = after(desk, "agree", children("agree")).openings
    assert (following.position, dict(following.data)) == (1, {"was": "zwei", "bis": "2024-02-01"})
    assert after(desk, "agree", children("agree", "agree", "agree")).events == ("alle_fertig",)


def test_in_order_nobody_follows_a_refusal(desk: Desk) -> None:
    distribute(desk, "reihe")
    assert after(desk, "refuse", children("refuse")).openings == ()


def test_in_order_the_next_one_follows_a_child_that_fell_away(desk: Desk) -> None:
    distribute(desk, "reihe")
    assert after(desk, "neutral", children("neutral")).openings


def test_a_parent_that_has_moved_on_is_left_alone(desk: Desk) -> None:
    assert after(desk, "refuse", children("refuse")) == AfterChild()


def test_a_kind_of_child_that_the_lifecycle_does_not_know_means_nothing(desk: Desk) -> None:
    assert after_child(desk.program, desk.situation, desk.case._replace(child="fremd")) == AfterChild()
