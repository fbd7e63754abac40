"""kill -9 of two workers that bundle: each message is told in exactly one mail, and a mail sent twice is the same."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from tests.chaos.conftest import Chaos
from tests.chaos.scene import Scene, kill_one
from tests.chaos.sink import Copy, Sink
from tests.chaos.workers import Time, Workers
from tests.helpers.house import START
from tests.helpers.soundness import assert_sound
from vorgang.workflow.office import Office

#: A lease of ten minutes is over in six seconds.
PACE = 100
#: Between two rounds: what waited for company is due, the mails of a day are counted anew, and reminders are due.
STEP = timedelta(days=8)


class Days:
    """A clock that runs, and jumps from round to round."""

    def __init__(self) -> None:
        self.time = Time.from_now(START, PACE)

    def now(self) -> datetime:
        return self.time.now()

    def jump(self, days: timedelta) -> None:
        self.time = Time.from_now(self.time.now() + days, PACE)


def test_digests_of_workers_killed_again_and_again(database_url: str, sink: Sink, chaos: Chaos, tmp_path: Path) -> None:
    rounds, kills, asked = chaos.size((2, 3, 24), (3, 8, 40))
    days = Days()
    scene, workers = Scene(database_url, days), Workers(database_url, sink, days.time, tmp_path)
    workers.digest_beyond = 1
    try:
        for _ in range(rounds):
            scene.ask_often(asked)
            workers.clock = days.time
            pair = [workers.start(), workers.start()]
            for _ in range(kills):
                kill_one(workers, pair, chaos.random)
            for worker in pair:
                worker.kill()
            days.jump(STEP)
        office = Office(scene.workflow, sink.settings("last", digest_beyond=1))
        office.scan()
        while scene.statuses() - {"sent", "cancelled"}:  # in peace; each look is a day of its own
            office.drain()
            days.jump(timedelta(days=1))
        _assert_told_once(scene, sink.taken())
        assert_sound(scene.workflow.database)
    finally:
        workers.close()
        scene.close()
    taken = sink.taken()
    mails = {copy.message_id: copy for copy in taken}
    chaos.report(
        kills=rounds * (kills + 2),
        messages=sum(len(copy.cases) for copy in mails.values()),
        mails=len(mails),
        digests=sum(len(copy.cases) > 1 for copy in mails.values()),
        lost=0,
        told_twice=0,
        duplicates=len(taken) - len(mails),
    )


def _assert_told_once(scene: Scene, taken: list[Copy]) -> None:
    """Every row of the outbox stands in one mail to its recipient, and in no other.

    Copies of a mail are that mail, unless what it told was overtaken by the next step of its ladder before a process
    could write down that it had sent it: the copy leaves that out, and the next step is told instead.
    """
    told = {(copy.message_id, tuple(copy.cases), copy.digest) for copy in taken}
    assert len(told) == len({(message_id, cases) for message_id, cases, _ in told})
    last = {copy.message_id: copy for copy in taken}
    found = Counter((copy.recipient, case) for copy in last.values() for case in copy.cases)
    sent = [row for row in scene.messages() if row["status"] == "sent"]
    assert found == Counter((row["address"], row["case_id"]) for row in sent)
    overtaken = [row for row in scene.messages() if row["status"] != "sent"]
    assert all("[mail_step_overtaken]" in row["error"] for row in overtaken)
    assert {(row["recipient"], row["case_id"]) for row in overtaken} <= {
        (row["recipient"], row["case_id"]) for row in sent
    }
