"""kill -9 of two workers at random moments: no mail is lost, and each sent twice is the same mail."""

from pathlib import Path

from tests.chaos.conftest import Chaos
from tests.chaos.scene import Scene, kill_one, repeated, wait_for
from tests.chaos.sink import Sink
from tests.chaos.workers import Time, Workers
from tests.helpers.house import START
from tests.helpers.soundness import assert_sound

#: A lease of ten minutes is over in six seconds.
PACE = 100


def test_two_workers_killed_again_and_again(database_url: str, sink: Sink, chaos: Chaos, tmp_path: Path) -> None:
    kills, mails = chaos.size((6, 60), (60, 1_200))
    clock = Time.from_now(START, PACE)
    scene, workers = Scene(database_url, clock), Workers(database_url, sink, clock, tmp_path)
    try:
        scene.ask_often(mails - mails // kills * (kills - 1))
        pair = [workers.start(), workers.start()]
        for number in range(kills):
            kill_one(workers, pair, chaos.random)
            if number < kills - 1:
                scene.ask_often(mails // kills)
        wait_for(lambda: scene.statuses() == {"sent"} and all(worker.ready for worker in pair))
        assert [worker.leave() for worker in pair] == [0, 0]
        messages, taken = scene.messages(), sink.taken()
        twice = repeated(messages, taken, workers.all)
        assert len(messages) == mails
        for copy, worker in twice:
            # Sent again only because its deliverer died between the server's 250 and its own commit.
            assert worker.killed_at is not None
            assert copy.message not in worker.committed
        assert_sound(scene.workflow.database)
    finally:
        workers.close()
        scene.close()
    windows = [(worker.killed_at or 0) - copy.at for copy, worker in twice]
    chaos.report(
        kills=kills,
        mails=mails,
        lost=0,
        accepted=len(taken),
        duplicates=len(twice),
        longest_window_ms=round(1000 * max(windows, default=0), 1),
        leases_that_lapsed=sum(row["token"] - 1 for row in messages),
    )
