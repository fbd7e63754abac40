"""The chain as the engine carries it on, in any order, with own offices below: what must hold is looked for."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.helpers.databases import Sqlite
from tests.helpers.house import CLERK, DRAFT, LEAD, MAYOR, START, House
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import RefusedError
from vorgang.workflow.chain import ChainStep, SignatureChain, signature_chain

#: Who signs for which office; the first three are asked by the lead office, all of them by one another.
PEOPLE = {
    "amt41": "beispiel41",
    "amt48": "beispiel48",
    "gs-integrationsrat": CLERK,
    "ob": MAYOR,
    "verwaltungsleitung": "leitung",
}
OFFICES, OWN = list(PEOPLE)[:3], list(PEOPLE)[2:]
#: How a step has ended for the present draft.
ENDED = {"done", "skipped"}


@pytest.fixture(scope="module")
def engine_house(sqlite: Sqlite) -> Iterator[House]:
    house = House(sqlite.prepared())
    house.wall.instant = START
    yield house
    assert_sound(house.database)
    house.close()


class Signing(RuleBasedStateMachine):
    """Everybody does what they may, in any order; what must never be is looked for after each act."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.drafts = 0
        self.case = self.house.at("mit_entwurf")
        #: By case: the draft to which its office has agreed, as the test has seen it do so.
        self.agreed: dict[str, str] = {}
        self.valid: set[str] = {str(DRAFT["sha256"])}

    @property
    def present(self) -> str:
        return str(self.house.workflow.case(self.case).case.facts["entwurf"]["sha256"])

    @property
    def chain(self) -> SignatureChain:
        return signature_chain(self.house.workflow, self.case)

    def every(self, steps: tuple[ChainStep, ...] | None = None) -> list[ChainStep]:
        """All steps, those of own offices too."""
        found = []
        for step in self.chain.steps if steps is None else steps:
            found += [step, *(self.every(step.below) if step.below else [])]
        return found

    def open(self) -> list[ChainStep]:
        return [step for step in self.every() if step.standing == "open"]

    def tried(self, case: str, event: str, person: str, **data: Any) -> bool:
        """Whether the event has happened; what is refused changes nothing."""
        try:
            self.house.fire(case, event, person, **data)
        except RefusedError:
            return False
        return True

    @initialize(plan=st.lists(st.tuples(st.sampled_from(OFFICES), st.integers(1, 2)), min_size=1, max_size=3))
    def send_out(self, plan: list[tuple[str, int]]) -> None:
        rows = [{"amt": office, "stufe": stage} for office, stage in dict(plan).items()]
        self.house.fire(self.case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=rows)

    @precondition(lambda self: self.house.state(self.case) == "in_bearbeitung")
    @rule()
    def send_out_again(self) -> None:
        assert self.tried(self.case, "in_mitzeichnung_geben", LEAD)

    @rule(data=st.data())
    def sign(self, data: st.DataObject) -> None:
        if not (waiting := self.open()):
            return
        step = data.draw(st.sampled_from(waiting))
        assert step.case_id is not None
        may = all(below.standing in ENDED for below in step.below)
        assert self.tried(step.case_id, "mitzeichnen", PEOPLE[step.office]) == may
        if may:
            self.agreed[step.case_id] = self.present

    @rule(data=st.data(), head=st.booleans())
    def refuse_or_sign_as_the_head(self, data: st.DataObject, head: bool) -> None:  # what hypothesis hands in
        if not (waiting := self.open()):
            return
        step = data.draw(st.sampled_from(waiting))
        assert step.case_id is not None
        event = "ohne_unterbeteiligung_mitzeichnen" if head else "verweigern"
        if self.tried(step.case_id, event, PEOPLE[step.office], grund="x") and head:
            self.agreed[step.case_id] = self.present

    @rule(data=st.data(), own=st.sampled_from(OWN))
    def involve(self, data: st.DataObject, own: str) -> None:
        if not (waiting := self.open()):
            return
        step = data.draw(st.sampled_from(waiting))
        assert step.case_id is not None
        above = self.house.workflow.case(step.case_id).case.facts["kette"]
        happened = self.tried(step.case_id, "unterbeteiligen", PEOPLE[step.office], unterbeteiligt=[own])
        assert happened == (own not in above)

    @rule(trivial=st.booleans())
    def file_another_draft(self, trivial: bool) -> None:  # what hypothesis hands in
        self.drafts += 1
        draft = {**DRAFT, "sha256": f"{self.drafts:064x}"}
        said = {"unwesentliche_aenderung": True, "unwesentlich_weil": "Tippfehler"} if trivial else {}
        if self.tried(self.case, "entwurf_ablegen", LEAD, entwurf=draft, **said):
            self.valid = {*(self.valid if trivial else ()), str(draft["sha256"])}

    @rule(data=st.data(), event=st.sampled_from(["mitzeichnung_ueberspringen", "mitzeichnung_wiederholen"]))
    def skip_or_repeat(self, data: st.DataObject, event: str) -> None:
        office = data.draw(st.sampled_from([step.office for step in self.chain.steps]))
        self.tried(self.case, event, LEAD, amt=office, grund="x")

    @rule(office=st.sampled_from(OFFICES), stage=st.integers(1, 3))
    def insert(self, office: str, stage: int) -> None:
        self.tried(self.case, "mitzeichnung_einfuegen", LEAD, amt=office, stufe=stage)

    @invariant()
    def whoever_is_asked_has_the_present_draft(self) -> None:
        for step in self.open():
            assert step.case_id is not None
            assert self.house.workflow.case(step.case_id).case.facts["entwurf"]["sha256"] == self.present

    @invariant()
    def what_counts_was_said_of_a_draft_that_counts(self) -> None:
        for step in self.every():
            if step.standing == "done":
                assert self.agreed[step.case_id or ""] in self.valid

    @invariant()
    def nobody_below_who_is_waited_for_has_agreed_to_another_draft(self) -> None:
        for step in self.open():
            for below in step.below:
                assert below.standing in {"open", "refused", "done"}
                assert below.standing != "done" or self.agreed[below.case_id or ""] == self.present

    @invariant()
    def nothing_is_stuck_and_nothing_is_signed_without_all(self) -> None:
        state, chain = self.house.state(self.case), self.chain
        if state == "in_mitzeichnung":
            assert any(step.standing == "open" for step in chain.steps)
        if state == "zur_unterschrift":
            assert chain.complete
            assert not self.open()


def test_whatever_happens_the_chain_comes_to_its_end(engine_house: House) -> None:
    machine = type("SigningHere", (Signing,), {"house": engine_house})
    few = settings(
        max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(machine, settings=few)
