"""However bodies and amendments of a paper end, in whatever order: it never waits for something that nobody can do."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.house import CLERK, DRAFT, LEAD, MOTION, House, later, local
from vorgang.config.errors import RefusedError
from vorgang.states.decide import ENGINE
from vorgang.states.queries import CaseSummary
from vorgang.workflow.consultations import stages

BODIES = ("rat", "integrationsrat")
ROLES = ("kenntnisnahme", "anhoerung", "vorberatung", "entscheidung", "entscheidung")
ON_STOP = (
    *("beschliessen", "beschliessen", "ablehnen", "empfehlen", "zur_kenntnis_nehmen", "erledigen"),
    *("absetzen", "vertagen", "neu_ansetzen", "verweisen", "zurueckziehen"),
)
ON_AMENDMENT = ("annehmen", "ablehnen", "uebernehmen", "zurueckweisen", "zurueckziehen")
STEPS = 20


class Walk:
    """Whatever somebody may come upon, with one paper."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.any = house, random.Random(seed)
        self.paper = proposal(house, seed) if seed % 2 else motion(house)

    def below(self, case: str) -> Iterator[CaseSummary]:
        """The stops and amendments of the paper, those of a referral too."""
        for child in self.house.workflow.case(case).children:
            if child.child in {"beratung", "folge", "aenderungsantrag"}:
                yield child
                yield from self.below(child.id)

    def step(self) -> None:
        open_ones = [one for one in self.below(self.paper) if one.closed_at is None]
        choices = [self.paper, *(one.id for one in open_ones), *(one.id for one in open_ones)]
        case = self.any.choice(choices)
        kind = next((one.lifecycle for one in open_ones if one.id == case), "")
        events = {"beratung": ON_STOP, "aenderungsantrag": ON_AMENDMENT}
        event = self.any.choice(events.get(kind, ("auf_tagesordnung_setzen", "aenderungsantrag_einbringen")))
        try:
            self.house.fire(case, event, **self.said(event, kind))
        except RefusedError:
            return

    def stop(self) -> dict[str, Any]:
        day = later(self.house.workflow.today(self.house.body).isoformat(), self.any.randrange(40))
        role, body = self.any.choice(ROLES), self.any.choice(BODIES)
        return {"gremium": body, "sitzung": day, "rolle": role, "massgeblich": self.any.random() < 0.3}

    def deciding(self) -> dict[str, Any]:
        """Body and day of some stop that is to decide, where there is one; its day has come."""
        rows = stages(self.house.workflow, self.house.workflow.case(self.paper).case, None)
        stops = [(one.body_key, one.day) for one in rows if one.role == "entscheidung" and one.day]
        body, day = self.any.choice(stops or [("rat", self.house.workflow.today(self.house.body))])
        self.house.wall.instant = max(self.house.wall.instant, local(day.isoformat()))
        return {"gremium": body, "sitzung": day.isoformat()}

    def said(self, event: str, kind: str) -> dict[str, Any]:
        amendment = {"betreff": "Beirat", "fragesteller": "beispiel48", "wortlaut": "… und ein Beirat."}
        if event in {"annehmen", "ablehnen"} and kind == "aenderungsantrag":
            return self.deciding()
        of_others: dict[str, dict[str, Any]] = {
            "auf_tagesordnung_setzen": {"beratungsfolge": [self.stop() for _ in range(self.any.randint(1, 2))]},
            "aenderungsantrag_einbringen": {"aenderungsantrag": amendment},
            "verweisen": {"verweisung": self.stop()},
            "neu_ansetzen": {"sitzung": self.stop()["sitzung"]},
            "vertagen": {"sitzung": self.stop()["sitzung"]},
        }
        return {"grund": "verspätet"} if event == "zurueckweisen" else of_others.get(event, {})

    def assert_leads_on(self) -> None:
        """Somebody can bring every open case further, and the engine has done what it had to."""
        view = self.house.workflow.case(self.paper)
        family = [view.case, *self.below(self.paper)]
        for case in (one for one in family if one.closed_at is None):
            lifecycle = self.house.workflow.lifecycle(case.lifecycle, case.lifecycle_version)
            offered = self.house.workflow.available(case.id, self.house.actor(CLERK))
            leading = {e.name for e in lifecycle.events.values() if any(way.to for way in e.ways)}
            assert leading & {one.event for one in offered if one.allowed}, (case.lifecycle, case.state)
            children = [one for one in family if one.parent_id == case.id]
            for spec in lifecycle.children.values():
                mine = [one for one in children if one.child == spec.name]
                for event in spec.all_end if mine and all(one.closed_at for one in mine) else ():
                    self.assert_done(case, event, children)

    def assert_done(self, case: CaseSummary, event: str, children: list[CaseSummary]) -> None:
        lifecycle = self.house.workflow.lifecycle(case.lifecycle, case.lifecycle_version)
        if not any(way.to and case.state in way.sources for way in lifecycle.events[event].ways):
            return
        try:
            self.house.workflow.fire(case.id, event, actor=ENGINE)
        except RefusedError:
            return
        pytest.fail(f"{case.lifecycle} waits for {event}: {[(one.child, one.state) for one in children]}")


def motion(house: House) -> str:
    case = house.open("antrag", CLERK, **MOTION).case.id
    house.fire(case, "zulassen")
    return case


def proposal(house: House, seed: int) -> str:
    data: dict[str, Any] = {
        "betreff": "Netzwerk",
        "nummer": f"{seed:04}/2024",
        "federfuehrung": "amt01",
        "unterzeichner": "verwaltungsleitung",
        "beschlussvorschlag": ["Ein Netzwerk wird gegründet."],
    }
    case = house.open("beschlussvorlage", CLERK, **data).case.id
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(case, "zur_unterschrift_geben", LEAD)
    house.fire(case, "unterzeichnen", "leitung")
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich")
    return case


@pytest.mark.parametrize("open_house", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(24))
def test_a_paper_never_waits_for_what_nobody_can_do(house: House, seed: int) -> None:
    walk = Walk(house, seed)
    for _ in range(STEPS):
        walk.step()
        walk.assert_leads_on()
        if house.state(walk.paper) in {"beschlossen", "abgelehnt", "abgeschlossen"}:
            break
