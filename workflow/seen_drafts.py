"""What somebody was shown before they sign: every face sends the hash of the draft that it has shown."""

from collections.abc import Mapping
from typing import NamedTuple

from ..states.queries import CaseSummary
from ..states.step import Facts
from .workflow import Workflow


class ShownDraft(NamedTuple):
    """The draft in a case as it was read, and the input of an event that names it."""

    field: str
    name: str
    sha256: str

    @property
    def said(self) -> Facts:
        """What the event is told."""
        return {self.field: self.sha256}


def shown_draft(workflow: Workflow, shown: CaseSummary, event: str) -> ShownDraft | None:
    """The draft that `shown` holds, where `event` asks which one was seen; None: it asks nothing, or there is none.

    `shown` is the case as the person has seen it, not as it is now: whoever reads it anew to send it binds nobody.
    """
    lifecycle = workflow.lifecycle(shown.lifecycle, shown.lifecycle_version)
    spec, asking = lifecycle.signature, lifecycle.events.get(event)
    if spec is None or spec.seen is None or asking is None or spec.seen not in {field.name for field in asking.ask}:
        return None
    draft = shown.facts.get(spec.draft)
    return ShownDraft(spec.seen, draft["name"], draft["sha256"]) if isinstance(draft, Mapping) else None
