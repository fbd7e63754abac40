"""What must stand on the control list of a body or of an office, counted case by case as docs/reports.md defines it."""

from collections.abc import Iterable, Mapping

from vorgang.states.queries import CaseSummary
from vorgang.workflow.workflow import Workflow

#: What answers another case stands there with that.
ANSWERS = {"stellungnahme", "mitteilung"}
#: What is meant for the council: papers, and what names a body of it. A consultation is no entry of its own.
COUNCIL = {
    *("anfrage", "antrag", "aenderungsantrag", "beschlussvorlage", "stellungnahme", "mitteilung"),
    *("beschlusskontrolle", "zusage", "muendliche_frage", "einwohnerfrage", "zusatzfrage", "sitzung"),
}


def recount(workflow: Workflow, every: Iterable[CaseSummary], body: str) -> set[str]:
    """Of the open cases of a town those meant for the body, and the papers that it still has to deal with."""
    cases = {case.id: case for case in every}
    wanted = {case.id for case in cases.values() if case.facts.get("gremium") == body}
    for case in cases.values():
        if case.lifecycle == "beratung" and body_of(workflow, case) == body:
            wanted |= papers_of(cases, case)
    return {one for one in wanted if not (cases[one].lifecycle in ANSWERS and cases[one].parent_id in wanted)}


def body_of(workflow: Workflow, stop: CaseSummary) -> str:
    """Before which body a consultation stands."""
    opened = workflow.history(stop.id)[0].data or {}
    return str(opened["gremium"])


def recount_of_office(every: Iterable[CaseSummary], office: str) -> set[str]:
    """Of the open cases of a town those for the council that the office leads, and whatever else lies with it."""
    cases = {case.id: case for case in every}
    led = {case.id for case in cases.values() if case.lifecycle in COUNCIL and _lead(case) == office}
    wanted = led.union(*(papers_of(cases, case) for case in cases.values() if case.owner == office))
    answered = {cases[one].parent_id for one in wanted if cases[one].lifecycle in ANSWERS}
    return wanted - answered


def _lead(case: CaseSummary) -> object:
    return case.facts.get("federfuehrung") or case.facts.get("amt")


def papers_of(cases: Mapping[str, CaseSummary], case: CaseSummary) -> set[str]:
    """The case itself; of a consultation the paper that it is about, unless that has been issued meanwhile."""
    while case.lifecycle == "beratung":
        above = cases.get(case.parent_id or "")
        if above is None:
            return set()
        case = above
    return {case.id}
