"""The engine inside a transaction that a host commits or rolls back."""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from ..states.driver_errors import translated
from ..states.engine import Fired, OpenRequest, Run
from ..states.overrides import Override
from ..states.recompute import Recomputation
from ..states.step import Actor, Command, Facts

T = TypeVar("T")


class Joined:
    """Opens cases and fires events inside the host's own transaction.

    Nothing is committed here: if the host rolls back, nothing of Vorgang remains, neither log lines nor messages. What
    fails leaves nothing either (a savepoint), so that the host may go on with its transaction.
    """

    def __init__(self, session: Session, begin: Callable[[], Run]) -> None:
        self._session = session
        self._begin = begin

    def open_case(
        self, lifecycle: str, *, body: str, actor: Actor, data: Facts | None = None, key: str | None = None
    ) -> Fired:
        """See `Workflow.open_case`."""
        return self._inside(lambda run: run.open(OpenRequest(lifecycle, body, actor, data or {}, key)))

    def fire(  # as Workflow.fire
        self,
        case_id: str,
        event: str,
        *,
        actor: Actor,
        data: Facts | None = None,
        expected_version: int | None = None,
        key: str | None = None,
    ) -> Fired:
        """See `Workflow.fire`."""
        return self._inside(lambda run: run.fire(Command(case_id, event, actor, data or {}, expected_version, key)))

    def override(self, override: Override) -> Fired:
        """See `Workflow.override`."""
        return self._inside(lambda run: run.override(override))

    def recompute(self, wanted: Recomputation) -> Fired:
        """See `Workflow.recompute`."""
        return self._inside(lambda run: run.recompute(wanted))

    def _inside(self, work: Callable[[Run], T]) -> T:
        with translated():
            run = self._begin()  # anew each time: the host may have committed meanwhile
            with self._session.begin_nested():
                self._session.connection()  # only now SQLAlchemy sets the savepoint
                return work(run)
