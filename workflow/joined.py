"""The engine inside a transaction that a host commits or rolls back."""

from ..states.engine import Fired, OpenRequest, Run
from ..states.step import Actor, Command, Facts


class Joined:
    """Opens cases and fires events inside the host's own transaction.

    Nothing is committed here: if the host rolls back, nothing of Vorgang remains, neither log lines nor messages.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def open_case(self, lifecycle: str, *, body: str, actor: Actor, data: Facts | None = None) -> Fired:
        """See `Workflow.open_case`."""
        return self._run.open(OpenRequest(lifecycle, body, actor, data or {}))

    def fire(self, case_id: str, event: str, *, actor: Actor, data: Facts | None = None) -> Fired:
        """See `Workflow.fire`."""
        return self._run.fire(Command(case_id, event, actor, data or {}))
