"""SIGSTOP of a worker beyond its lease: another one takes over, and what the first says later changes nothing."""

from pathlib import Path

import pytest

from tests.chaos.conftest import Chaos
from tests.chaos.scene import Scene, repeated, wait_for
from tests.chaos.sink import Sink
from tests.chaos.workers import Time, Worker, Workers
from tests.helpers.house import START
from tests.helpers.soundness import assert_sound

PACE = 100
#: As many as are handed over at once.
MAILS = 4


def freeze(worker: Worker, scene: Scene) -> None:
    """Stop it, but not within a transaction: everybody would have to wait for the lock of SQLite, or of its rows."""
    worker.stop()
    while not scene.can_be_written():
        worker.go_on()
        worker.stop()


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_worker_frozen_beyond_its_lease(
    database_url: str, sink: Sink, chaos: Chaos, tmp_path: Path, command: str
) -> None:
    rounds = chaos.size(1, 2)
    clock = Time.from_now(START, PACE)
    scene, workers = Scene(database_url, clock), Workers(database_url, sink, clock, tmp_path)
    copies = 0
    try:
        for _ in range(rounds):
            before = len(sink.taken())
            asked = {scene.ask() for _ in range(MAILS)}
            sink.hold(command)
            frozen = workers.start()
            wait_for(lambda: sink.held == MAILS)
            freeze(frozen, scene)
            sink.let_go()  # the answer waits for it
            other = workers.start()
            wait_for(lambda: scene.statuses() == {"sent"})
            assert other.leave() == 0
            settled = scene.messages()
            assert all(row["token"] > 1 for row in settled if row["case_id"] in asked)
            frozen.go_on()
            # It goes on, and has settled what it held before it takes up more.
            last = scene.ask()
            wait_for(lambda: scene.statuses() == {"sent"})
            assert frozen.leave() == 0
            assert [row for row in scene.messages() if row["case_id"] != last] == settled
            copies += len(sink.taken()) - before - 1
        twice = repeated(scene.messages(), sink.taken(), workers.all)
        # The frozen one and its successor have each handed over once, and nobody a third time.
        assert copies == 2 * len(twice) == 2 * MAILS * rounds
        assert_sound(scene.workflow.database)
    finally:
        workers.close()
        scene.close()
    chaos.report(frozen=rounds, mails=(MAILS + 1) * rounds, copies=len(sink.taken()), changed_by_the_stale_one=0)
