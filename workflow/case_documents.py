"""Cases, offers and outcomes as the command line answers them in JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .cli_errors import told
from .documents import document

if TYPE_CHECKING:
    from ..states.engine import Fired
    from ..states.lifecycle import Field
    from .intake.understood import PromiseFound
    from .reading_rights import SeenView
    from .views import CaseView, Offer


def case_document(found: "SeenView", offers: "list[Offer]", promises: "Sequence[PromiseFound]" = ()) -> dict[str, Any]:
    """A case with its deadlines and their traces, its children and the next events, as a reader may see them."""
    owner = {"owner_name": found.view.owner_name} if found.seen.everything else {}
    return {
        "case": {**found.seen.document, **owner},
        "deadlines": document(found.view.deadlines_by_day),
        "children": [child.document for child in found.children],
        "follows": next((earlier.document for earlier in found.follows), None),
        "followed_by": [later.document for later in found.followed_by],
        "events": [offer_document(offer) for offer in offers],
        "unentered_promises": [one._asdict() for one in promises],
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


def fired_document(found: "SeenView | None", fired: "Fired", promises: "Sequence[PromiseFound]" = ()) -> dict[str, Any]:
    """What came of an event; of a case that whoever acts may no longer see (None), nothing more than its id."""
    owner = {"owner_name": found.view.owner_name} if found and found.seen.everything else {}
    told = {"event": fired.event, "seq": fired.seq, "replayed": fired.replayed}
    if found is None or not found.seen.everything:
        return {**told, "case": found.seen.document if found else {"id": fired.case.id}}
    return {
        "event": fired.event,
        "from": fired.source,
        "to": fired.target,
        "seq": fired.seq,
        "replayed": fired.replayed,
        "case": {**found.seen.document, **owner},
        "unanswered": [{"number": number, "question": question} for number, question in still_unanswered(found.view)],
        "unstated": still_unstated(found.view),
        "unentered_promises": [one._asdict() for one in promises],
    }


def still_unanswered(view: "CaseView") -> list[tuple[int, str]]:
    """The questions of an open case that its newest draft leaves open."""
    from .guards import unanswered  # noqa: PLC0415  # loads the engine

    facts = view.case.facts
    return [] if _settled(view) else unanswered(facts.get("fragen"), facts.get("antworten"))


def still_unstated(view: "CaseView") -> list[str]:
    """The mandatory statements that the newest draft of an open case does not make."""
    from .guards import unstated  # noqa: PLC0415  # loads the engine

    return [] if _settled(view) else unstated(view.case.facts.get("angaben"))


def _settled(view: "CaseView") -> bool:
    """Whether nobody need look for what is missing: there is no draft, or it is signed as it is, or all is over."""
    facts = view.case.facts
    return not facts.get("entwurf") or view.case.closed_at is not None or bool(facts.get("unvollstaendig_weil"))
