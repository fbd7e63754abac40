"""Cases, offers and outcomes as the command line answers them in JSON."""

from typing import TYPE_CHECKING, Any

from .cli_errors import told
from .documents import document

if TYPE_CHECKING:
    from ..states.engine import Fired
    from ..states.lifecycle import Field
    from ..states.queries import CaseSummary
    from .views import CaseView, Offer
    from .workflow import Workflow


def summary_document(workflow: "Workflow", case: "CaseSummary") -> dict[str, Any]:
    """A case as lists answer it: its columns, and its state in words."""
    state = workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle.states[case.state]
    return {**case._asdict(), "state_label": state.label}


def case_document(workflow: "Workflow", view: "CaseView", offers: "list[Offer]") -> dict[str, Any]:
    """A case with its deadlines and their traces, its children and the next events."""
    return {
        "case": {**summary_document(workflow, view.case), "owner_name": view.owner_name},
        "deadlines": document(view.deadlines_by_day),
        "children": [summary_document(workflow, child) for child in view.children],
        "events": [offer_document(offer) for offer in offers],
    }


def offer_document(offer: "Offer") -> dict[str, Any]:
    """An event with the form of its input, and why it is refused."""
    return {
        "event": offer.event,
        "label": offer.label,
        "allowed": offer.allowed,
        "refusal": offer.refusal and told(offer.refusal),
        "fields": [_field(field) for field in offer.fields],
    }


def _field(field: "Field") -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "label": field.label,
        "required": field.required,
        "many": field.many,
        "choices": field.choices,
        "parts": [_field(part) for part in field.parts],
    }


def fired_document(workflow: "Workflow", view: "CaseView", fired: "Fired") -> dict[str, Any]:
    """What came of an event."""
    return {
        "event": fired.event,
        "from": fired.source,
        "to": fired.target,
        "seq": fired.seq,
        "replayed": fired.replayed,
        "case": {**summary_document(workflow, view.case), "owner_name": view.owner_name},
    }
