"""Chains of children against a plain model of them: inserted, skipped, asked again, changed, refused, in any order."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from vorgang.states.chains import Progress, missing, progress, stands_of
from vorgang.states.child_spec import ChildSpec
from vorgang.states.loader import load_folders
from vorgang.states.step import Member

SPEC: ChildSpec = load_folders()["anfrage"].children["mitzeichnung"]
OFFICES = [f"amt{n:02}" for n in range(6)]
#: What an end of a child means.
OUTCOMES = {"mitgezeichnet": "agree", "verweigert": "refuse", "uebersprungen": "waive", "entfallen": "neutral"}


def step_of(office: str, stage: int = 1, *, seen: bool = False) -> dict[str, Any]:
    return {"amt": office, "stufe": stage, "art": "gesehen" if seen else "mitzeichnung"}


def facts_of(plan: list[dict[str, Any]], draft: str = "a", same: tuple[str, ...] = ()) -> dict[str, Any]:
    equal = [{"sha256": one, "grund": "Tippfehler"} for one in same]
    return {"mitzeichnungen": plan, "entwurf": {"sha256": draft}, "gleiche_entwuerfe": equal}


def member(office: str, state: str | None = "mitgezeichnet", *, draft: str = "a", round_: int = 1) -> Member:
    facts = {"amt": office, "entwurf": {"sha256": draft}}
    closed = state is not None
    return Member(f"{office}-{round_}", SPEC.name, round_, state or "offen", OUTCOMES.get(state or ""), closed, facts)


def asked(found: Progress) -> list[str]:
    return [opening.data["amt"] for opening in found.openings]


def test_a_later_stage_waits_for_the_one_before() -> None:
    facts = facts_of([step_of("amt01"), step_of("amt02"), step_of("amt03", 2)])
    assert asked(progress(SPEC, facts, [])) == ["amt01", "amt02"]
    half = [member("amt01"), member("amt02", None)]
    assert progress(SPEC, facts, half) == Progress((), complete=False)
    assert asked(progress(SPEC, facts, [member("amt01"), member("amt02")])) == ["amt03"]


def test_every_child_is_told_the_stages_after_it_and_how_often_it_was_asked() -> None:
    facts = facts_of([step_of("amt01"), step_of("amt02", 2), step_of("amt03", 5), step_of("amt04", 9, seen=True)])
    (first,) = progress(SPEC, facts, []).openings
    assert (first.data["stufen_danach"], first.data["runde"], first.round) == (2, 0, 1)
    (again,) = progress(SPEC, facts, [member("amt01", draft="b")]).openings
    assert (again.data["runde"], again.round) == (1, 2)


def test_a_seen_mark_is_told_and_waited_for_by_nobody() -> None:
    facts = facts_of([step_of("amt01", seen=True), step_of("amt02", 2)])
    assert asked(progress(SPEC, facts, [])) == ["amt01", "amt02"]
    assert progress(SPEC, facts, [member("amt01", None), member("amt02")]).complete


def test_who_was_refused_or_withdrawn_is_asked_only_when_the_plan_asks_for_it_again() -> None:
    plan = [step_of("amt01"), step_of("amt02")]
    ended = [member("amt01", "verweigert"), member("amt02", "entfallen")]
    assert asked(progress(SPEC, facts_of(plan), ended)) == []
    again = facts_of([{**row, "runde": 1} for row in plan])
    assert asked(progress(SPEC, again, ended)) == ["amt01", "amt02"]


def test_what_is_missing_names_the_office_and_both_versions() -> None:
    facts = facts_of([step_of("amt01"), step_of("amt02"), step_of("amt03", seen=True)], draft="neu")
    (reason, other) = missing(SPEC, facts, [member("amt01", draft="alt")])
    assert (reason.params["who"], reason.params["version"], reason.params["present"]) == ("amt01", "alt", "neu")
    assert (other.code, other.params["who"]) == ("chain_planned", "amt02")
    assert "alt" in reason.text()


def test_an_office_named_twice_is_asked_once() -> None:
    assert asked(progress(SPEC, facts_of([step_of("amt01"), step_of("amt01", 2)]), [])) == ["amt01"]


def test_a_skip_needs_no_draft_but_a_repetition_undoes_it() -> None:
    skipped = [member("amt01", "uebersprungen", draft="alt")]
    assert progress(SPEC, facts_of([step_of("amt01")], "neu"), skipped).complete
    again = facts_of([{**step_of("amt01"), "runde": 1}], "neu")
    assert asked(progress(SPEC, again, skipped)) == ["amt01"]


@dataclass
class Model:
    """The chain as a person would keep it on paper."""

    plan: dict[str, tuple[int, bool]] = field(default_factory=dict)
    #: Who has signed which drafts; who is being asked; who is skipped.
    valid: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    #: Seen marks that were given; they hold for every draft.
    seen: set[str] = field(default_factory=set)

    @property
    def lacking(self) -> set[str]:
        return {one for one, (_, beside) in self.plan.items() if not beside} - self.valid - self.skipped


class Chains(RuleBasedStateMachine):
    """Does what the engine does with a chain, and compares after each act."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.rows: list[dict[str, Any]] = []
        self.members: list[Member] = []
        self.drafts = 0
        self.same: tuple[str, ...] = ()
        self.signing = False

    @property
    def facts(self) -> dict[str, Any]:
        return facts_of(self.rows, f"d{self.drafts}", self.same)

    def carry_on(self) -> None:
        """What follows from an event of the parent, or from the end of a child."""
        found = progress(SPEC, self.facts, self.members)
        for opening in found.openings:
            office = opening.data["amt"]
            assert office not in self.model.open
            self.members.append(member(office, None, draft=f"d{self.drafts}", round_=opening.round))
            self.model.open.add(office)
            stage = self.model.plan[office][0]
            assert not [one for one in self.model.lacking if self.model.plan[one][0] < stage]
        assert found.complete == (not self.model.lacking)
        if found.complete:
            self.signing = False

    def end(self, office: str, state: str) -> None:
        n = next(n for n, one in enumerate(self.members) if one.facts["amt"] == office and not one.closed)
        old = self.members[n]
        self.members[n] = old._replace(state=state, outcome=OUTCOMES[state], closed=True)
        self.model.open.discard(office)

    @precondition(lambda self: not self.signing)
    @rule(plan=st.lists(st.tuples(st.sampled_from(OFFICES), st.integers(1, 3), st.booleans()), min_size=1, max_size=5))
    def send_out(self, plan: list[tuple[str, int, bool]]) -> None:
        if not self.rows:
            for office, stage, seen in {one[0]: one for one in plan}.values():
                self.insert_row(office, stage, seen=seen)
        self.signing = True
        self.rows = [{**row, **self.renewed(row["amt"])} for row in self.rows]
        self.carry_on()

    def renewed(self, office: str) -> dict[str, int]:
        last = max((one for one in self.members if one.facts["amt"] == office), key=lambda one: one.round, default=None)
        return {"runde": last.round} if last and last.outcome in {"refuse", "neutral"} else {}

    def insert_row(self, office: str, stage: int, *, seen: bool) -> None:
        self.rows.append(step_of(office, stage, seen=seen))
        self.model.plan[office] = (stage, seen)

    @precondition(lambda self: self.signing)
    @rule(office=st.sampled_from(OFFICES), stage=st.integers(1, 4), seen=st.booleans())
    def insert(self, office: str, stage: int, seen: bool) -> None:  # what hypothesis hands in
        if office not in self.model.plan:
            self.insert_row(office, stage, seen=seen)
            self.carry_on()

    @precondition(lambda self: self.model.open)
    @rule(data=st.data())
    def sign(self, data: st.DataObject) -> None:
        office = data.draw(st.sampled_from(sorted(self.model.open)))
        self.end(office, "mitgezeichnet")
        self.model.valid.add(office)
        if self.signing:
            self.carry_on()

    @precondition(lambda self: self.signing and self.model.open - self.beside())
    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        office = data.draw(st.sampled_from(sorted(self.model.open - self.beside())))
        self.end(office, "verweigert")
        for other in sorted(self.model.open):
            self.end(other, "entfallen")
        self.signing = False

    @precondition(lambda self: self.signing and self.model.plan)
    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        office = data.draw(st.sampled_from(sorted(self.model.plan)))
        self.model.skipped.add(office)
        if office in self.model.open:
            self.end(office, "uebersprungen")
            self.carry_on()
        else:
            self.change(office, {"entfallen_weil": "nicht betroffen"})

    @precondition(lambda self: self.signing and set(self.model.plan) - self.model.open)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        office = data.draw(st.sampled_from(sorted(set(self.model.plan) - self.model.open)))
        self.model.skipped.discard(office)
        self.model.valid.discard(office)
        rounds = max((one.round for one in self.members if one.facts["amt"] == office), default=0)
        self.change(office, {"runde": rounds, "entfallen_weil": None})

    def change(self, office: str, parts: dict[str, Any]) -> None:
        self.rows = [{**row, **parts} if row["amt"] == office else row for row in self.rows]
        self.carry_on()

    @rule(trivial=st.booleans())
    def file_another_draft(self, trivial: bool) -> None:  # what hypothesis hands in
        before = f"d{self.drafts}"
        self.drafts += 1
        self.same = (*self.same, before) if trivial else ()
        if not trivial:
            self.model.valid -= self.model.plan.keys() - self.beside()
        now = {"sha256": f"d{self.drafts}"}
        self.members = [
            one if one.closed else one._replace(facts={**one.facts, "entwurf": now}) for one in self.members
        ]
        if self.signing:
            self.carry_on()

    def beside(self) -> set[str]:
        return {office for office, (_, beside) in self.model.plan.items() if beside}

    @invariant()
    def nothing_is_stuck(self) -> None:
        if self.signing:
            assert self.model.open - self.beside()

    @invariant()
    def every_agreement_that_counts_is_to_the_present_draft(self) -> None:
        valid = {f"d{self.drafts}", *self.same}
        for item, how, last in stands_of(SPEC, self.facts, self.members):
            assert (how in {"done", "skipped"} and item.blocks) <= (item.key not in self.model.lacking)
            if how == "done" and item.blocks:
                assert last is not None
                assert last.facts["entwurf"]["sha256"] in valid

    @invariant()
    def what_is_missing_is_what_the_model_lacks(self) -> None:
        named = {reason.params["who"] for reason in missing(SPEC, self.facts, self.members)}
        assert named == self.model.lacking


def test_whatever_happens_the_chain_comes_to_its_end() -> None:
    run_state_machine_as_test(Chains, settings=settings(max_examples=60, stateful_step_count=25, deadline=None))
