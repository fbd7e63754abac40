"""Signatures of cases whose lifecycle keeps none (a version from before there were any): what their log tells."""

from collections.abc import Mapping

from sqlalchemy import Connection

from ..states import queries
from ..states.lifecycle import Lifecycle
from ..states.queries import CaseSummary, HistoryLine
from ..states.signed import SignatureLine

#: The event by which an answer is signed, and that by which a new draft makes it unsigned again.
_SIGNING, _DRAFTING = "unterzeichnen", "entwurf_ablegen"
#: The facts in which such a lifecycle has its draft and who has written it.
BEFORE = ("entwurf", "entwurf_von")


def logged(connection: Connection, case: CaseSummary, lifecycle: Lifecycle) -> SignatureLine | None:
    """What stands for the signature of a case of such a lifecycle; None: nobody has signed, or it keeps its own."""
    if lifecycle.signature is not None:
        return None
    lines = queries.history(connection, case.id)
    if case.child is None:
        last = next((line for line in reversed(lines) if line.event in {_SIGNING, _DRAFTING}), None)
        return _line(case, last, "unterzeichnet") if last and last.event == _SIGNING else None
    agreed = lifecycle.states[case.state].outcome in {"agree", "refuse"}
    return _line(case, lines[-1], case.state) if agreed else None


def _line(case: CaseSummary, line: HistoryLine, result: str) -> SignatureLine:
    draft = case.facts.get(BEFORE[0])
    return SignatureLine(
        case_id=case.id,
        seq=line.seq,
        at=line.at,
        draft_sha256=str(draft["sha256"]) if isinstance(draft, Mapping) else "",
        drafted_by=None,
        drafted_for=None,
        signer=line.actor or "",
        on_behalf_of=line.on_behalf_of,
        role=line.role,
        result=result,
        remark=case.facts.get("anmerkung") or case.facts.get("grund"),
    )
