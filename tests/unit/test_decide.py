"""An event is decided from what is known, without a database: it is a step, or a refusal that explains itself."""

from datetime import date
from typing import Any

import pytest

from tests.helpers.desk import AKTE, TOWN, Desk, accepted, codes, refused, told
from vorgang.config.errors import InvalidInputError
from vorgang.states.decide import ENGINE, decide, decide_opening
from vorgang.states.loader import load_text
from vorgang.states.overrides import Override, decide_override
from vorgang.states.program import Program
from vorgang.states.step import Actor, Command
from vorgang.workflow.guards import shipped_registry


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    accepted(desk.open(amt="amt10", art="klein"))
    return desk


# --- who may ---


def test_a_member_of_the_office_that_holds_the_function_may_act(desk: Desk) -> None:
    assert accepted(desk.fire("uebergeben", "anna")).role == "geschaeftsstelle"


def test_the_office_named_in_the_case_may_act(desk: Desk) -> None:
    accepted(desk.fire("uebergeben"))
    assert accepted(desk.fire("bearbeiten", "berta")).role == "amt"


def test_somebody_else_may_not_and_learns_who_may(desk: Desk) -> None:
    refusal = refused(desk.fire("uebergeben", "dora"))
    assert refusal.code == "role_missing"
    assert "geschaeftsstelle (gs)" in refusal.text("en")


def test_a_former_member_may_not(desk: Desk) -> None:
    accepted(desk.fire("uebergeben", amt="amt20"))
    assert refused(desk.fire("bearbeiten", "carl")).code == "role_missing"


def test_a_deputy_acts_for_the_person_represented_and_both_are_recorded(desk: Desk) -> None:
    accepted(desk.fire("uebergeben"))
    step = accepted(desk.fire("bearbeiten", desk.deputy("dora", "berta")))
    assert (step.actor.key, step.actor.on_behalf_of, step.role) == ("dora", "berta", "amt")


def test_a_deputy_whose_mandate_is_over_is_refused_whenever_the_actor_was_made(desk: Desk) -> None:
    accepted(desk.fire("uebergeben"))
    deputy = desk.deputy("dora", "berta")
    desk.town = TOWN
    refusal = refused(desk.fire("bearbeiten", deputy))
    assert (refusal.code, refusal.params["represented"]) == ("deputy_without_mandate", "berta")
    assert refused(Desk().open(deputy)).code == "deputy_without_mandate"


def test_a_role_granted_by_the_host_is_enough(desk: Desk) -> None:
    service = Actor("service", "portal", roles=frozenset({"geschaeftsstelle"}))
    assert accepted(desk.fire("uebergeben", service)).role == "geschaeftsstelle"


@pytest.mark.parametrize("who", ["anna", "dora", "rita"])
def test_nobody_but_the_engine_fires_an_automatic_event(desk: Desk, who: str) -> None:
    assert refused(desk.fire("mahnen", who)).code == "role_missing"
    accepted(desk.fire("mahnen", ENGINE))


def test_a_party_called_like_the_automatic_role_is_not_the_engine() -> None:
    desk = Desk()
    accepted(desk.open())
    desk.town.functions["automatik"] = "gs"
    try:
        assert refused(desk.fire("mahnen", "anna")).code == "role_missing"
    finally:
        del desk.town.functions["automatik"]


# --- what is possible now ---


def test_an_unknown_event_is_refused_with_the_one_that_was_meant(desk: Desk) -> None:
    refusal = refused(desk.fire("ubergeben"))
    assert refusal.code == "event_unknown"
    assert "uebergeben" in refusal.text("en") + refusal.remedy("en")


def test_a_case_is_opened_once(desk: Desk) -> None:
    assert refused(desk.fire("anlegen", betreff="Zweite")).code == "event_unknown"


def test_an_event_of_another_state_is_refused_with_those_of_this_one(desk: Desk) -> None:
    refusal = refused(desk.fire("aufnehmen"))
    assert refusal.code == "event_not_now"
    assert "verlaengern" in refusal.text("en") + refusal.remedy("en")


def test_a_closed_case_is_closed(desk: Desk) -> None:
    accepted(desk.fire("uebergeben", amt="amt10"))
    desk.case = desk.case._replace(facts={**desk.case.facts, "art": "gross"})
    accepted(desk.fire("erledigen", "berta"))
    assert refused(desk.fire("bearbeiten", "berta")).code == "case_closed"


# --- guards and ways ---


def test_a_guard_that_does_not_hold_says_so(desk: Desk) -> None:
    refusal = refused(desk.fire("verlaengern", neuer_tag="2024-01-05"))
    assert refusal.code == "guards_fail"
    assert [reason.code for reason in refusal.reasons] == ["day_in_the_past"]
    assert "2024-01-05" in refusal.text("en")


def test_a_negated_guard_refuses_what_it_names(desk: Desk) -> None:
    assert codes(desk.fire("erledigen")) == ["fact_differs", "guard_negated", "fact_differs"]


@pytest.mark.parametrize(
    ("facts", "target"),
    [({"art": "gross"}, "fertig"), ({"art": "klein"}, "abgelegt"), ({"art": "gross", "amt": "amt10"}, "fertig")],
)
def test_the_first_way_that_is_open_is_taken(facts: dict[str, str], target: str) -> None:
    desk = Desk()
    given: dict[str, Any] = dict(facts)
    accepted(desk.open(**given))
    assert accepted(desk.fire("erledigen")).target == target


def test_every_way_that_is_not_open_is_explained() -> None:
    desk = Desk()
    accepted(desk.open())
    assert codes(desk.fire("erledigen")) == ["fact_missing", "fact_differs"]  # what two ways lack is said once


def test_four_eyes() -> None:
    desk = Desk()
    accepted(desk.open(art="gross"))
    desk.case = desk.case._replace(facts={**desk.case.facts, "dora": "anna", "amt": "amt10"})
    assert codes(desk.fire("erledigen"))[0] == "same_person"
    deputy = desk.deputy("dora", "anna")
    assert codes(desk.fire("erledigen", deputy))[0] == "same_person"


# --- what an event leaves behind ---


def test_input_becomes_facts_and_what_has_a_column_goes_to_the_record() -> None:
    desk = Desk()
    step = accepted(desk.open(art="klein", oeffentlich=True))
    assert step.record == {"name": "Bank am Rathaus", "public": True}
    assert step.facts == {"art": "klein"}
    assert step.data == {"betreff": "Bank am Rathaus", "art": "klein", "oeffentlich": True}


def test_a_field_of_the_record_can_be_seen_by_guards() -> None:
    desk = Desk()
    accepted(desk.open(betreff="Egal"))
    assert accepted(desk.fire("erledigen")).target == "abgelegt"


def test_effects_set_and_clear_facts_and_fields_of_the_record(desk: Desk) -> None:
    step = accepted(desk.fire("verwahren"))
    assert step.facts == {"amt": "amt10", "stand": "verwahrt"}
    assert step.record == {"name": "Verwahrt"}


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), date(2024, 1, 22), 2**53, "\ud800", {"a": [0.1]}, {1: "a"}, {"a"}]
)
def test_an_effect_whose_value_the_log_cannot_hold_is_named(desk: Desk, value: Any) -> None:
    registry = shipped_registry()
    registry.effect("set", least=2)(lambda _moment, name, *_: {name: value})
    desk.program = Program(load_text(AKTE), registry)
    with pytest.raises(InvalidInputError) as caught:
        desk.fire("verwahren")
    assert caught.value.code == "effect_value_unstorable"
    assert "stand" in caught.value.text("en")


def test_a_field_left_empty_on_purpose_loses_its_fact_and_one_left_out_keeps_it(desk: Desk) -> None:
    accepted(desk.fire("uebergeben", hinweis="eilt"))
    assert desk.case.facts["amt"] == "amt10"
    desk.case = desk.case._replace(state="neu")
    accepted(desk.fire("uebergeben", hinweis=""))
    assert "hinweis" not in desk.case.facts


def test_a_case_registered_as_not_public_is_not() -> None:
    desk = Desk()
    assert not accepted(desk.open(oeffentlich=False)).public
    assert not accepted(desk.fire("vormerken")).public


def test_hiding_a_case_hides_its_record_too_for_good(desk: Desk) -> None:
    step = accepted(desk.fire("verstecken"))
    assert not step.public
    assert step.record == {"public": False}
    assert not accepted(desk.fire("vormerken")).public


def test_everybody_is_told_once_per_template() -> None:
    step = accepted(Desk().open(amt="amt10", stellen=["amt10", "rat", "rat"]))
    assert told(step) == [("amt10", "neu"), ("rat", "neu"), ("amt10", "mehr")]
    assert all(message.params["due_on"] == "2024-01-22" for message in step.messages)


def test_a_role_that_nobody_holds_is_told_nothing() -> None:
    assert told(accepted(Desk().open())) == []


# --- nichts bleibt liegen ---


def test_a_case_without_owner_is_refused() -> None:
    desk = Desk()
    accepted(desk.open())
    refusal = refused(desk.fire("uebergeben"))
    assert (refusal.code, refusal.params["role"]) == ("owner_missing", "amt")


def test_a_case_without_due_day_is_refused(desk: Desk) -> None:
    assert refused(desk.fire("abbrechen")).code == "due_date_missing"


def test_a_state_declared_unattended_needs_no_due_day() -> None:
    desk = Desk()
    accepted(desk.open())
    desk.clocks.clear()
    step = accepted(desk.fire("verwahren"))
    assert (step.unattended, step.due_on, step.owner) == (True, None, "gs")


def test_a_closed_case_has_neither(desk: Desk) -> None:
    desk.case = desk.case._replace(facts={"art": "gross"})
    step = accepted(desk.fire("erledigen"))
    assert (step.closed, step.owner, step.due_on, step.outcome) == (True, None, None, "agree")


# --- opening ---


def test_opening_asks_for_a_role_as_well() -> None:
    assert refused(Desk().open("dora")).code == "role_missing"


def test_who_is_named_by_the_opening_itself_may_open_by_that_role() -> None:
    desk = Desk(
        'id="a"\nversion=1\nlabel="A"\ninitial="x"\n[state.x]\nlabel="x"\nowner="wer"\nunattended="-"\n'
        '[event.los]\nlabel="los"\nopens=true\nby=["wer"]\nask={wer="person"}\n'
    )
    assert refused(desk.open("dora", {"wer": "anna"})).code == "role_missing"
    assert accepted(desk.open("dora", {"wer": "dora"})).owner == "dora"


def test_opening_with_wrong_input_is_refused() -> None:
    assert codes(Desk().open(data={})) == ["field_missing"]


def test_a_guard_of_the_opening_refuses() -> None:
    desk = Desk(
        'id="a"\nversion=1\nlabel="A"\ninitial="x"\n[state.x]\nlabel="x"\nowner="geschaeftsstelle"\nunattended="-"\n'
        '[event.los]\nlabel="los"\nopens=true\nby=["geschaeftsstelle"]\nask={tag="date"}\nneeds=["day_passed(tag)"]\n'
        'do=["set(art, alt)"]\n'
    )
    assert codes(desk.open(data={"tag": "2024-01-08"})) == ["day_not_passed"]
    assert accepted(desk.open(data={"tag": "2024-01-07"})).facts == {"tag": "2024-01-07", "art": "alt"}


def test_deciding_changes_nothing_that_was_handed_in(desk: Desk) -> None:
    before, situation = desk.situation, desk.situation
    command = Command(desk.case.id, "uebergeben", desk.person("anna"), {"amt": "amt20"})
    assert decide(desk.stage, situation, command) == decide(desk.stage, situation, command)
    opening = Command(desk.case.id, "", desk.person("anna"), {"betreff": "x"})
    assert accepted(decide_opening(desk.stage, opening, desk.case)).facts["art"] == "klein"
    assert desk.situation == before


# --- overrides ---


def overriding(desk: Desk, to: str, reason: str = "Büroversehen", by: str = "rita", **due: object) -> Override:
    return Override(desk.case.id, to, reason, desk.person(by), due)  # type: ignore[arg-type]  # days


def test_an_override_is_recorded_with_reason_and_a_role_of_its_own(desk: Desk) -> None:
    step = accepted(decide_override(desk.stage, desk.situation, overriding(desk, "beim_amt")))
    assert (step.event, step.role, step.reason) == ("uebersteuern", "aufsicht", "Büroversehen")
    assert (step.target, step.owner, step.due_on) == ("beim_amt", "amt10", desk.clocks["arbeit"].due_on)


@pytest.mark.parametrize(
    ("to", "reason", "by", "code"),
    [
        ("neu", "weil", "anna", "role_missing"),
        ("neuu", "weil", "rita", "state_unknown"),
        ("neu", "  ", "rita", "reason_missing"),
    ],
)
def test_an_override_is_refused(desk: Desk, to: str, reason: str, by: str, code: str) -> None:
    assert refused(decide_override(desk.stage, desk.situation, overriding(desk, to, reason, by))).code == code


def test_an_override_names_deadlines_that_exist(desk: Desk) -> None:
    override = overriding(desk, "neu", arbeiten=desk.town.today(desk.now))
    assert refused(decide_override(desk.stage, desk.situation, override)).code == "deadline_unknown"


def test_an_override_leaves_no_open_case_without_owner_or_due_day() -> None:
    desk = Desk()
    accepted(desk.open())
    assert refused(decide_override(desk.stage, desk.situation, overriding(desk, "beim_amt"))).code == "owner_missing"
    desk.clocks.clear()
    assert refused(decide_override(desk.stage, desk.situation, overriding(desk, "neu"))).code == "override_needs_due"
    day = desk.town.today(desk.now)
    assert accepted(decide_override(desk.stage, desk.situation, overriding(desk, "neu", arbeit=day))).due_on == day


def test_an_override_stops_and_wakes_clocks_like_an_event(desk: Desk) -> None:
    day = desk.town.today(desk.now)
    step = accepted(
        desk.carry(accepted(decide_override(desk.stage, desk.situation, overriding(desk, "ruhend", ruhe=day))))
    )
    assert desk.clocks["arbeit"].status == "paused"
    assert step.due_on == day
    desk.wait("2024-01-10")
    desk.carry(accepted(decide_override(desk.stage, desk.situation, overriding(desk, "neu"))))
    assert (desk.clocks["arbeit"].status, desk.due()) == ("running", "2024-01-24")


def test_an_override_can_close_and_reopen_a_case(desk: Desk) -> None:
    desk.carry(accepted(decide_override(desk.stage, desk.situation, overriding(desk, "fertig"))))
    assert (desk.case.owner, desk.case.outcome, desk.clocks) == (None, "agree", {})
    day = desk.town.today(desk.now)
    desk.carry(accepted(decide_override(desk.stage, desk.situation, overriding(desk, "neu", arbeit=day))))
    assert (desk.case.owner, desk.case.outcome, desk.case.closed_at, desk.due()) == ("gs", None, None, "2024-01-08")
