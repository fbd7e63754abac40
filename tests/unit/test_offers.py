"""What a person is offered: every event that leads on from here, and for what is not open to them the reason."""

import pytest

from tests.helpers.desk import AKTE, Desk, accepted
from vorgang.config.errors import Refusal
from vorgang.workflow.offers import offers
from vorgang.workflow.views import Offer


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    accepted(desk.open(amt="amt10"))
    return desk


def offered(desk: Desk, person: str = "anna") -> dict[str, Offer]:
    return {offer.event: offer for offer in offers(desk.stage, desk.situation, desk.person(person))}


def test_the_events_of_the_state_are_offered_in_the_order_of_the_file(desk: Desk) -> None:
    accepted(desk.fire("ruhen_lassen"))
    assert list(offered(desk)) == ["verlaengern", "aufnehmen", "abbrechen", "erledigen"]


def test_what_only_the_engine_does_is_not_offered(desk: Desk) -> None:
    assert "mahnen" not in offered(desk)
    assert "wahrnehmen" in offered(desk)


def test_an_offer_says_what_it_asks_for(desk: Desk) -> None:
    offer = offered(desk)["uebergeben"]
    assert offer.allowed
    assert [(field.name, field.required) for field in offer.fields] == [("amt", False), ("hinweis", False)]


def test_whoever_may_not_learns_who_may(desk: Desk) -> None:
    refusal = offered(desk, "dora")["uebergeben"].refusal
    assert refusal is not None
    assert "geschaeftsstelle (gs)" in refusal.text("en")


def test_what_stands_in_the_way_is_told_for_every_way(desk: Desk) -> None:
    offer = offered(desk)["erledigen"]
    assert not offer.allowed
    assert offer.refusal is not None
    assert [reason.code for reason in offer.refusal.reasons] == ["fact_missing", "fact_missing", "fact_differs"]


def test_a_condition_on_the_input_is_not_judged_before_the_input_is_there(desk: Desk) -> None:
    assert offered(desk)["verlaengern"].allowed


def test_a_field_of_the_record_is_seen() -> None:
    desk = Desk()
    accepted(desk.open(betreff="Egal"))
    assert offered(desk)["erledigen"].allowed


def test_a_role_named_by_a_field_of_the_record_is_seen() -> None:
    desk = Desk(AKTE.replace('by = ["amt"]', 'by = ["betreff"]'))
    accepted(desk.open(betreff="amt10", amt="amt10"))
    accepted(desk.fire("uebergeben"))
    assert offered(desk, "berta")["bearbeiten"].allowed
    accepted(desk.fire("bearbeiten", "berta"))


def test_what_is_offered_can_be_done(desk: Desk) -> None:
    """An offer without conditions on its input is what deciding says."""
    for person in ("anna", "berta", "dora"):
        for event, offer in offered(desk, person).items():
            if not any(field.required for field in offer.fields):
                again = Desk()
                accepted(again.open(amt="amt10"))
                decision = again.fire(event, person)
                refused_here = {"owner_missing", "due_date_missing"}
                assert offer.allowed == (not isinstance(decision, Refusal) or decision.code in refused_here), event
