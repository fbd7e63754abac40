"""The engine against a plain model of it: whatever is done in whatever order, both know the same afterwards."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import START, House
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import ConflictError, RefusedError
from vorgang.states.ids import new_id
from vorgang.workflow.setup import Setup

RULES = """\
id = "modell"
version = "1"
extends = "neutral"
valid_from = 2000-01-01
label = { de = "Modell", en = "Model" }
basis = { de = "Modell", en = "Model" }
source = "-"

[rule.woche]
label = { de = "Woche", en = "Week" }
length = 7
unit = "kalendertage"
roll = "none"
"""
MAIN = """\
id = "haupt"
version = 1
label = "Haupt"
initial = "offen"

[deadline.woche]
label = "Woche"
starts = ["anlegen", "neu_beginnen"]
stops = ["abschliessen", "alle_fertig"]
pauses = ["ruhend"]
expired = "mahnen"

[deadline.ruhe]
label = "Ruhe"
rule = "woche"
starts = ["ruhen"]
stops = ["wecken"]

[state.offen]
label = "offen"
owner = "geschaeftsstelle"

[state.verteilt]
label = "verteilt"
owner = "geschaeftsstelle"

[state.ruhend]
label = "ruhend"
owner = "geschaeftsstelle"

[state.fertig]
label = "fertig"
final = true

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle"]

[event.verteilen]
label = "verteilen"
from = ["offen"]
to = "verteilt"
by = ["geschaeftsstelle"]
ask = { teile = "text*" }

[event.alle_fertig]
label = "alle fertig"
from = ["verteilt"]
to = "fertig"
by = ["automatik"]

[event.eines_schlecht]
label = "eines schlecht"
from = ["verteilt"]
to = "offen"
by = ["automatik"]

[event.ruhen]
label = "ruhen"
from = ["offen"]
to = "ruhend"
by = ["geschaeftsstelle"]

[event.wecken]
label = "wecken"
from = ["ruhend"]
to = "offen"
by = ["geschaeftsstelle"]

[event.neu_beginnen]
label = "neu beginnen"
from = ["offen"]
by = ["geschaeftsstelle"]

[event.mahnen]
label = "mahnen"
from = ["offen", "verteilt"]
by = ["automatik"]
tell = [{ to = "verwaltungsleitung", template = "fristablauf" }]

[event.abschliessen]
label = "abschließen"
from = ["offen", "verteilt", "ruhend"]
to = "fertig"
by = ["geschaeftsstelle"]
tell = [{ to = ["geschaeftsstelle", "verwaltungsleitung"], template = "abgeschlossen" }]

[child.teil]
lifecycle = "teil"
opens_on = ["verteilen"]
for_each = "teile"
as = "was"
all_agree = "alle_fertig"
any_refuse = "eines_schlecht"
withdrawn_on = ["abschliessen", "eines_schlecht"]
withdraw_event = "entfallen"
"""
PART = """\
id = "teil"
version = 1
label = "Teil"
initial = "offen"

[deadline.woche]
label = "Woche"
starts = ["anlegen"]
stops = ["gut", "schlecht", "entfallen", "gilt_als_gut"]
expired = "gilt_als_gut"

[state.offen]
label = "offen"
owner = "geschaeftsstelle"

[state.gut]
label = "gut"
final = true
outcome = "agree"

[state.schlecht]
label = "schlecht"
final = true
outcome = "refuse"

[state.entfallen]
label = "entfallen"
final = true

[event.anlegen]
label = "anlegen"
opens = true
by = ["automatik"]
ask = { was = "text" }

[event.gut]
label = "gut"
from = ["offen"]
to = "gut"
by = ["geschaeftsstelle"]

[event.schlecht]
label = "schlecht"
from = ["offen"]
to = "schlecht"
by = ["geschaeftsstelle"]

[event.entfallen]
label = "entfallen"
from = ["offen"]
to = "entfallen"
by = ["automatik"]

[event.gilt_als_gut]
label = "gilt als gut"
from = ["offen"]
to = "gut"
by = ["automatik"]
"""
WEEK = timedelta(days=7)
#: Cases that one run opens at most, so that each gets far.
MOST = 2
MOVES = {
    "verteilen": ("offen", "verteilt"),
    "ruhen": ("offen", "ruhend"),
    "wecken": ("ruhend", "offen"),
    "neu_beginnen": ("offen", "offen"),
}


@dataclass(eq=False)
class Clock:
    """A deadline as the model sees it."""

    due: date
    paused_on: date | None = None
    lapsed: bool = False


@dataclass(eq=False)
class Model:
    """A case as the model sees it: what a reader of the case would notice."""

    state: str = "offen"
    version: int = 1
    lines: list[str] = field(default_factory=lambda: ["anlegen"])
    told: list[str] = field(default_factory=list)
    clocks: dict[str, Clock] = field(default_factory=dict)
    parent: "Model | None" = None
    round: int = 0
    children: list["Model"] = field(default_factory=list)

    def line(self, event: str, state: str) -> None:
        self.lines.append(event)
        self.version += 1
        self.state = state
        if state in {"fertig", "gut", "schlecht", "entfallen"}:
            self.clocks.clear()

    @property
    def due(self) -> date | None:
        return min((clock.due for clock in self.clocks.values() if clock.paused_on is None), default=None)

    def fire(self, event: str, today: date, parts: int = 0) -> bool:
        """What a clerk does; False: refused."""
        if event == "abschliessen":
            return self._close()
        source, target = MOVES[event]
        if self.state != source:
            return False
        self.line(event, target)
        if event == "verteilen":
            self._distribute(parts, today)
        elif event == "ruhen":
            self.clocks["woche"].paused_on = today
            self.clocks["ruhe"] = Clock(today + WEEK)
        elif event == "wecken":
            del self.clocks["ruhe"]
            self._resume(today)
        else:
            self.clocks["woche"] = Clock(today + WEEK)
        return True

    def end(self, event: str) -> bool:
        """How a part ends; False: refused."""
        if self.state != "offen":
            return False
        self.line(event, "gut" if event == "gilt_als_gut" else event)
        parent = self.parent
        assert parent is not None
        mine = [child for child in parent.children if child.round == self.round]
        if event == "schlecht" and parent.state == "verteilt":
            parent.line("eines_schlecht", "offen")
            parent.withdraw()
        elif parent.state == "verteilt" and all(child.state == "gut" for child in mine):
            parent.line("alle_fertig", "fertig")
        return True

    def lapse(self, today: date) -> None:
        """What time does once a last day is over."""
        for clock in list(self.clocks.values()):
            if (
                clock is not self.clocks.get("ruhe")
                and clock.paused_on is None
                and clock.due < today
                and not clock.lapsed
            ):
                clock.lapsed = True
                self.lines.append("frist_abgelaufen")
                if self.parent is not None:
                    self.end("gilt_als_gut")
                else:
                    self.line("mahnen", self.state)
                    self.told.append("verwaltungsleitung")

    def withdraw(self) -> None:
        for child in self.children:
            if child.state == "offen":
                child.line("entfallen", "entfallen")

    def _close(self) -> bool:
        if self.state == "fertig":
            return False
        self.line("abschliessen", "fertig")
        self.told += ["gs-integrationsrat", "verwaltungsleitung"]
        self.withdraw()
        return True

    def _distribute(self, parts: int, today: date) -> None:
        round_ = max((child.round for child in self.children), default=0) + 1
        for _ in range(parts):
            self.children.append(Model(parent=self, round=round_, clocks={"woche": Clock(today + WEEK)}))

    def _resume(self, today: date) -> None:
        clock = self.clocks["woche"]
        assert clock.paused_on is not None
        if clock.paused_on <= clock.due:
            clock.due += today - clock.paused_on
        clock.paused_on = None


class EngineMachine(RuleBasedStateMachine):
    """Does the same to the engine and to the model."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.house.wall.instant = START
        self.pairs: dict[str, Model] = {}
        self.touched: set[str] = set()
        self.keys: list[tuple[str, str, str, dict[str, Any]]] = []

    @property
    def today(self) -> date:
        return self.house.workflow.today(self.house.body)

    def main_cases(self) -> list[str]:
        return [case for case, model in self.pairs.items() if model.parent is None]

    @precondition(lambda self: len(self.main_cases()) < MOST)
    @rule()
    def opens(self) -> None:
        case = self.house.open("haupt").case.id
        self.pairs[case] = Model(clocks={"woche": Clock(self.today + WEEK)})

    @precondition(lambda self: self.pairs)
    @rule(data=st.data(), parts=st.integers(1, 3))
    def moves(self, data: st.DataObject, parts: int) -> None:
        """Something that is possible now."""
        moves = [(c, e) for c in self.main_cases() for e, (source, _) in MOVES.items() if self.pairs[c].state == source]
        if moves:
            self._fires(*data.draw(st.sampled_from(moves)), parts)

    @precondition(lambda self: self.pairs)
    @rule(data=st.data(), event=st.sampled_from([*MOVES, "abschliessen"]), parts=st.integers(1, 3))
    def tries(self, data: st.DataObject, event: str, parts: int) -> None:
        """Something that may or may not be possible now."""
        self._fires(data.draw(st.sampled_from(self.main_cases())), event, parts)

    def _fires(self, case: str, event: str, parts: int) -> None:
        given = {"teile": [f"Teil {n}" for n in range(parts)]} if event == "verteilen" else {}
        self._both(case, event, given, self.pairs[case].fire(event, self.today, parts))

    @precondition(lambda self: any(model.parent for model in self.pairs.values()))
    @rule(data=st.data(), event=st.sampled_from(["gut", "gut", "schlecht"]))
    def ends(self, data: st.DataObject, event: str) -> None:
        case = data.draw(st.sampled_from([case for case, model in self.pairs.items() if model.parent]))
        self._both(case, event, {}, self.pairs[case].end(event))

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def repeats(self, data: st.DataObject) -> None:
        """The same request under the same key answers, and another one does not happen."""
        case, event, key, given = data.draw(st.sampled_from(self.keys))
        clerk = self.house.actor("randt")
        assert self.house.workflow.fire(case, event, actor=clerk, data=given, key=key).replayed
        with pytest.raises(ConflictError):
            self.house.workflow.fire(case, "anlegen", actor=clerk, key=key)

    @rule(days=st.integers(1, 10))
    def waits(self, days: int) -> None:
        for _ in range(days):
            day = self.today + timedelta(days=1)
            self.house.clock(day.isoformat(), 1)
            for case, model in self.pairs.items():
                self.house.workflow.tick(case)
                model.lapse(day)

    def _both(self, case: str, event: str, given: dict[str, Any], possible: bool) -> None:
        key = new_id(START)
        clerk = self.house.actor("randt")
        if possible:
            self.house.workflow.fire(case, event, actor=clerk, data=given, key=key)
            self.keys.append((case, event, key, given))
        else:
            with pytest.raises(RefusedError):
                self.house.workflow.fire(case, event, actor=clerk, data=given, key=key)
        model = self.pairs[case]
        if event == "verteilen" and possible:
            born = [child.id for child in self.house.children(case, "teil", every=True) if child.id not in self.pairs]
            known = [child for child in model.children if child not in self.pairs.values()]
            self.pairs |= dict(zip(born, known, strict=True))

    @invariant()
    def both_know_the_same(self) -> None:
        for case, model in self.pairs.items():
            view = self.house.workflow.case(case)
            assert (view.case.state, view.case.version) == (model.state, model.version)
            assert self.house.events(case) == model.lines
            assert view.case.due_on == model.due
            assert (view.case.owner is None) == (view.case.closed_at is not None)
            running = {(c.name, c.due_on, c.status) for c in view.deadlines if c.status in {"running", "paused"}}
            wanted = {(n, c.due, "paused" if c.paused_on else "running") for n, c in model.clocks.items()}
            assert running == wanted
            assert Counter(party for party, _ in self.house.told(case)) == Counter(model.told)


@pytest.fixture(scope="module", params=BOTH)
def model_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    maker: Sqlite | Postgres = request.getfixturevalue(request.param)
    rules, lifecycles = (tmp_path_factory.mktemp(name) for name in ("rules", "lifecycles"))
    (rules / "modell.toml").write_text(RULES)
    for name, text in (("haupt", MAIN), ("teil", PART)):
        (lifecycles / f"{name}.toml").write_text(text)
    url = maker.prepared()
    house = House(url, Setup(rules=[rules], lifecycles=[lifecycles]))
    house.body = house.found_town(rules="modell")
    yield house
    assert_sound(house.database)
    house.close()
    maker.drop(url)


@pytest.mark.slow
def test_the_engine_does_what_the_model_does(model_house: House) -> None:
    machine = type("Machine", (EngineMachine,), {"house": model_house})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The rules of the machine compare after each step; this is that it took any.
    assert {case.state for case in model_house.workflow.cases()} > {"fertig"}
