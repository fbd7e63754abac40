"""Many events in one transaction."""

from ..config.errors import ConflictError
from .ids import is_id
from .run import Fired, Run
from .situations import World
from .step import Command, Situation
from .store import Transaction
from .writes import Write


class Batch(Run):
    """Many events in one transaction: cases are loaded together, and steps from which nothing follows written together.

    Whatever needs the database to be up to date (a case met again, children, parents, records) is preceded by the
    steps held back so far, so that the outcome is that of firing one after the other.
    """

    def __init__(self, world: World, tx: Transaction) -> None:
        super().__init__(world, tx)
        self._fresh: dict[str, Situation] = {}
        self._held: list[Write] = []

    def fire_all(self, commands: list[Command]) -> list[Fired]:
        """See `Engine.fire_batch`."""
        wanted = [case_id for case_id in dict.fromkeys(c.case_id for c in commands) if is_id(case_id)]
        self._fresh = {situation.case.id: situation for situation in self._tx.load_many(wanted)}
        fired = self.fire_each(commands)
        self._release()
        return fired

    def fire(self, command: Command) -> Fired:
        """See `Run.fire`."""
        if command.key:
            self._release()  # the same key may have been used by one of them
        return super().fire(command)

    def _load(self, case_id: str) -> Situation | None:
        if case_id in self._fresh:
            return self._fresh.pop(case_id)
        self._release()
        return super()._load(case_id)

    def _write(self, write: Write) -> None:
        step = write.step
        if (
            step.openings
            or step.withdrawals
            or step.passed_on
            or step.lapsed
            or step.follows
            or write.record
            or self._world.observe
            or step.closed
            or step.moves_up
        ):
            self._release()
            self._fresh.clear()  # what follows from this step may touch any of them
            super()._write(write)
        else:
            self._held.append(write)

    def _release(self) -> None:
        held, self._held = self._held, []
        if held and not self._tx.apply(held):
            raise ConflictError("case_changed_meanwhile", case=", ".join(write.case.id for write in held))
