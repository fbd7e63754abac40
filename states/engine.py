"""The engine of a store: every event in a transaction of its own.

There is no other way to change a case: timers, children, overrides and imports come through here.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from ..config.errors import ConflictError, RefusedError
from .batch import Batch
from .history_rows import Batch as Takeovers
from .overrides import Override
from .recompute import Recomputation
from .run import Fired, OpenRequest, Run
from .situations import Applied, World
from .step import Command
from .store import Store, Transaction

__all__ = ["Applied", "Engine", "Fired", "OpenRequest", "Run", "World"]

T = TypeVar("T")


class Engine:
    """Fires events on cases of a store."""

    def __init__(self, store: Store, world: World) -> None:
        self._store = store
        self._world = world

    def fire(self, command: Command) -> Fired:
        """Fire an event in a transaction of its own.

        Raises:
            RefusedError: The event cannot happen; the refusal explains why. Nothing has changed.
            ConflictError: The case is not as the caller saw it.
            NotFoundError: There is no such case.
        """
        return self.keyed([command.key], lambda: self._store.run(lambda tx: Run(self._world, tx).fire(command)))

    def open(self, request: OpenRequest) -> Fired:
        """Open a case in a transaction of its own. Errors as in `fire`."""
        return self.keyed([request.key], lambda: self._store.run(lambda tx: Run(self._world, tx).open(request)))

    def fire_batch(self, commands: list[Command]) -> list[Fired]:
        """Fire many events in one transaction: all of them happen, or none."""

        def work(tx: Transaction) -> list[Fired]:
            tx.begin()
            return Batch(self._world, tx).fire_all(commands)

        return self.keyed([command.key for command in commands], lambda: self._store.run(work))

    def take_over(self, batch: Takeovers) -> None:
        """Take historical cases over, all of them in one transaction; hooks are not asked.

        Raises:
            ConflictError: somebody else takes the same file over, or has just taken a number.
        """

        def work(tx: Transaction) -> None:
            tx.begin()
            if not tx.take_over(batch):
                raise ConflictError("history_taken_meanwhile", file=batch.mark.sha256[:12])

        self._store.run(work)

    def override(self, override: Override) -> Fired:
        """Set a case by hand, recorded with reason and role. Errors as in `fire`."""
        return self._store.run(lambda tx: Run(self._world, tx).override(override))

    def recompute(self, wanted: Recomputation) -> Fired:
        """Compute a running deadline anew under the rules of today, recorded with a reason. Errors as in `fire`."""
        return self._store.run(lambda tx: Run(self._world, tx).recompute(wanted))

    def tick(self, case_id: str) -> bool:
        """Do what time demands of a case: tell rungs, fire lapsed deadlines. False: nothing was due."""
        return self._store.run(lambda tx: Run(self._world, tx).tick(case_id))

    def within(self, transaction: Transaction) -> "Run":
        """The engine inside a transaction that somebody else commits."""
        return Run(self._world, transaction)

    def keyed(self, keys: Sequence[str | None], attempt: Callable[[], T]) -> T:
        """Run `attempt`; once more if it failed because the same call under the same key was faster."""
        try:
            return attempt()
        except (ConflictError, RefusedError):
            given = [key for key in keys if key]
            if not given or not self._store.run(lambda tx: any(tx.find_key(key) for key in given)):
                raise
            return attempt()
