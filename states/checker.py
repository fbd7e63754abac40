"""Checks a loaded lifecycle before it may run: does every way lead to an end, owned and in time, with names that exist?

Pure. What is wrong within the file itself (unknown keys, wrong types, states that do not exist) the loader has
refused already; `check_surveyed` looks at what could be read nevertheless.
"""

from collections.abc import Iterable

from ..config.errors import Finding
from .checker_automatic import check_automatic, check_rest
from .checker_children import check_children
from .checker_deadlines import check_deadlines
from .checker_flow import Flow
from .checker_guards import check_guards
from .checker_links import check_links
from .checker_names import check_fields, check_names
from .checker_queue import check_queue
from .checker_states import check_fired, check_owners, check_states
from .known import Known
from .lifecycle import Lifecycle
from .loader import Survey

__all__ = ["Known", "check", "check_surveyed"]


def check(lifecycle: Lifecycle, known: Known) -> tuple[Finding, ...]:
    """Everything that is wrong with `lifecycle` where `known` is what exists; empty if it may run."""
    flow = Flow(lifecycle)
    findings = (
        *_check_words(lifecycle, known),
        *check_states(flow),
        *check_owners(flow),
        *check_deadlines(flow),
        *check_automatic(lifecycle),
        *check_fired(lifecycle, known),
        *check_children(flow, known),
        *check_links(lifecycle, known),
        *check_rest(lifecycle, known),
        *check_queue(lifecycle, known),
    )
    return _unique(findings)


def check_surveyed(survey: Survey, known: Known) -> tuple[Finding, ...]:
    """What is wrong with the files that could not be loaded: their own mistakes, and what can be checked all the same.

    Ways, owners and deadlines cannot be followed through a file with such mistakes; a note at its end says so.
    """
    words = [finding for lifecycle in survey.loose for finding in _check_words(lifecycle, known)]
    files = dict.fromkeys(finding.file for finding in survey.findings)
    notes = [Finding(code="lifecycle_more_may_follow", file=file, key="–") for file in files]
    return _unique((*survey.findings, *words, *notes))


def _check_words(lifecycle: Lifecycle, known: Known) -> tuple[Finding, ...]:
    """What can be said without following the ways of a case."""
    return (*check_names(lifecycle, known), *check_fields(lifecycle), *check_guards(lifecycle))


def _unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    unique = {(finding.file, finding.code, finding.key, str(finding.params)): finding for finding in findings}
    return tuple(unique.values())
