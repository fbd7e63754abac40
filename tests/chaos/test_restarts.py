"""PostgreSQL restarted every few seconds under load: what was acknowledged is there, the workers live on."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.chaos.conftest import Chaos
from tests.chaos.scene import Scene, repeated, wait_for
from tests.chaos.sink import Sink
from tests.chaos.workers import Time, Workers
from tests.helpers.databases import OwnServer
from tests.helpers.house import START
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import StoreError

PACE = 100
#: Of ten minutes, in real seconds.
LEASE = 600 / PACE
#: Seconds between two restarts, at most.
LONGEST = 3.0


class Caller:
    """Somebody who registers inquiry after inquiry, and repeats a call under its key until it is answered."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._call)
        self.acknowledged: list[str] = []
        self.failures = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_how: object) -> None:
        """Finish the call in hand."""
        self._over.set()
        self._thread.join()

    def _call(self) -> None:
        while not self._over.is_set():
            self.acknowledged.append(self._ask(f"letter-{len(self.acknowledged)}"))
            time.sleep(0.005)  # so that the deliverers keep up

    def _ask(self, key: str) -> str:
        while True:
            try:
                return self._scene.ask(key=key)
            except StoreError:
                self.failures += 1
                time.sleep(0.05)  # as a caller would, before asking again


@pytest.fixture
def server() -> Iterator[OwnServer]:
    own = OwnServer()
    try:
        yield own
    finally:
        own.close()


@pytest.mark.postgres
def test_a_database_restarted_under_load(server: OwnServer, sink: Sink, chaos: Chaos, tmp_path: Path) -> None:
    restarts = chaos.size(2, 10)
    clock = Time.from_now(START, PACE)
    scene, workers = Scene(server.url, clock), Workers(server.url, sink, clock, tmp_path)
    down: list[tuple[float, float]] = []
    try:
        pair = [workers.start(), workers.start()]
        wait_for(lambda: all(worker.ready for worker in pair))
        with Caller(scene) as caller:
            for number in range(restarts):
                time.sleep(chaos.random.uniform(0.5, LONGEST))  # the moment is what is tried here
                began = time.monotonic()
                server.restart(signal.SIGQUIT if number % 2 else signal.SIGINT)
                down.append((began, time.monotonic()))
        wait_for(lambda: scene.statuses() == {"sent"})
        assert [worker.alive for worker in workers.all.values()] == [True, True]  # the same two processes
        assert [worker.leave() for worker in pair] == [0, 0]
        assert scene.cases() == set(caller.acknowledged)
        assert len(set(caller.acknowledged)) == len(caller.acknowledged)
        messages, taken = scene.messages(), sink.taken()
        twice = repeated(messages, taken, workers.all)
        for copy, _ in twice:
            # Sent again only because the database went away before it could be recorded.
            assert any(since - LEASE < copy.at <= until for since, until in down)
            assert sum(copy.message in worker.committed for worker in pair) <= 1
        assert_sound(scene.workflow.database)
    finally:
        workers.close()
        scene.close()
    chaos.report(
        restarts=restarts,
        acknowledged=len(caller.acknowledged),
        lost=0,
        calls_that_failed=caller.failures,
        accepted=len(taken),
        duplicates=len(twice),
        longest_outage_s=round(max(until - since for since, until in down), 1),
    )
