"""Promises that a signed answer makes and nobody has entered: what is promised, somebody must keep until a day."""

from typing import TYPE_CHECKING

from ..states.search_index import texts_of

if TYPE_CHECKING:
    from .intake.understood import PromiseFound
    from .views import CaseView
    from .workflow import Workflow

#: The field in which promises are entered, and the kind of child that each becomes.
PROMISES, PROMISE = "zusagen", "zusage"
_ANSWERS, _SIGNED_ON = "antworten", "unterzeichnet_am"


def unentered_promises(workflow: "Workflow", view: "CaseView") -> "tuple[PromiseFound, ...]":
    """What the answer of a case seems to promise, where promises could be entered now and none has been."""
    facts = view.case.facts
    entered = facts.get(PROMISES) or any(child.child == PROMISE for child in view.children)
    if entered or not facts.get(_ANSWERS) or not _can_be_entered(workflow, view):
        return ()
    from .intake.pages import Pages  # noqa: PLC0415  # reading is for answers alone
    from .intake.understanding import understand  # noqa: PLC0415  # as above

    signed = str(facts.get(_SIGNED_ON) or workflow.today(view.case.body))
    text = "\n\n".join(texts_of({_ANSWERS: facts[_ANSWERS]}, "answers"))
    return understand(Pages.of_text(f"Stellungnahme der Verwaltung\nDatum: {signed}\n\n{text}", "–")).promises


def _can_be_entered(workflow: "Workflow", view: "CaseView") -> bool:
    lifecycle = workflow.library.get(view.case.lifecycle, view.case.lifecycle_version).lifecycle
    return any(
        any(field.name == PROMISES for field in event.ask) and any(view.case.state in way.sources for way in event.ways)
        for event in lifecycle.events.values()
    )
