"""Checks a loaded lifecycle before it may run: does every way lead to an end, owned and in time, with names that exist?

Pure. What is wrong within the file itself (unknown keys, wrong types, states that do not exist) the loader has
refused already.
"""

from ..config.errors import Finding
from .checker_automatic import check_automatic, check_rest
from .checker_children import check_children
from .checker_deadlines import check_deadlines
from .checker_flow import Flow
from .checker_guards import check_guards
from .checker_names import check_fields, check_names
from .checker_states import check_fired, check_owners, check_states
from .known import Known
from .lifecycle import Lifecycle

__all__ = ["Known", "check"]


def check(lifecycle: Lifecycle, known: Known) -> tuple[Finding, ...]:
    """Everything that is wrong with `lifecycle` where `known` is what exists; empty if it may run."""
    flow = Flow(lifecycle)
    findings = (
        *check_names(lifecycle, known),
        *check_fields(lifecycle),
        *check_states(flow),
        *check_owners(flow),
        *check_deadlines(flow),
        *check_guards(lifecycle),
        *check_automatic(lifecycle),
        *check_fired(lifecycle, known),
        *check_children(flow, known),
        *check_rest(lifecycle, known),
    )
    unique = {(finding.code, finding.key, str(finding.params)): finding for finding in findings}
    return tuple(unique.values())
