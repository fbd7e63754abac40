"""What must stand on the control list of a body, counted case by case as docs/reports.md defines it."""

from collections.abc import Iterable

from vorgang.states.queries import CaseSummary
from vorgang.workflow.workflow import Workflow

#: What answers another case stands there with that.
ANSWERS = {"stellungnahme", "mitteilung"}


def recount(workflow: Workflow, every: Iterable[CaseSummary], body: str) -> set[str]:
    """Of the open cases of a town those meant for the body, and the papers that it still has to deal with."""
    cases = {case.id: case for case in every}
    wanted = {case.id for case in cases.values() if case.facts.get("gremium") == body}
    for case in cases.values():
        if case.lifecycle == "beratung" and body_of(workflow, case) == body:
            paper = case
            while paper.lifecycle == "beratung":
                paper = cases[paper.parent_id or ""]
            wanted.add(paper.id)
    return {one for one in wanted if not (cases[one].lifecycle in ANSWERS and cases[one].parent_id in wanted)}


def body_of(workflow: Workflow, stop: CaseSummary) -> str:
    """Before which body a consultation stands."""
    opened = workflow.history(stop.id)[0].data or {}
    return str(opened["gremium"])
