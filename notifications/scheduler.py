"""The ticks that drive everything: APScheduler, met only here.

A tick decides nothing. It calls duties that find out by themselves what is due, so a missed tick loses nothing, a
second process ticking at the same time does no harm, and no job is ever stored. Intervals, because a clock time happens
twice or not at all when summer time begins or ends.
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC
from types import FrameType
from typing import Any, NamedTuple

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from ..config.clock import Clock, SystemClock

log = logging.getLogger("vorgang.scheduler")

Duty = Callable[[], object]


class Duties(NamedTuple):
    """What has to be done again and again. Each finds out by itself what is due, and may be called at any time."""

    scan_deadlines: Duty
    drain: Duty
    sweep: Duty


class Intervals(NamedTuple):
    """Seconds between two calls of a duty."""

    scan_deadlines: float = 30
    drain: float = 15
    sweep: float = 300


class Scheduler:
    """Calls the duties until it is stopped."""

    def __init__(self, duties: Duties, intervals: Intervals | None = None, clock: Clock | None = None) -> None:
        self._duties = duties
        self._intervals = intervals or Intervals()
        self._clock = clock or SystemClock()
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(len(duties))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )

    def start(self) -> None:
        """Begin in the background, with every duty at once."""
        calls = {"scan_deadlines": self._scan, "drain": self._drain, "sweep": self._duties.sweep}
        for name, call in calls.items():
            self._scheduler.add_job(
                _quietly(name, call),
                "interval",
                id=name,
                seconds=getattr(self._intervals, name),
                next_run_time=self._clock.now(),
            )
        self._scheduler.start()

    def run(self) -> None:
        """Begin, and return after SIGTERM or SIGINT, when the duties in progress are done. In the main thread only."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.start()
            self._stopped.wait()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def wake(self) -> None:
        """Drain soon: something has been committed. Only a hint; the next tick would find it too."""
        self._woken.set()
        if not self._scheduler.running:
            return
        try:
            self._scheduler.modify_job("drain", next_run_time=self._clock.now())
        except JobLookupError:
            log.debug("woken while stopping")

    def stop(self) -> None:
        """Let the duties in progress end, and begin no more."""
        self._stopped.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _scan(self) -> None:
        self._duties.scan_deadlines()
        self.wake()

    def _drain(self) -> None:
        """A call that came while mails were being sent would be dropped; so look again before ending."""
        while True:
            self._woken.clear()
            self._duties.drain()
            if self._stopped.is_set() or not self._woken.is_set():
                return

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        log.info("stopping on %s", signal.Signals(number).name)
        self._stopped.set()


def _quietly(name: str, call: Duty) -> Callable[[], Any]:
    """A failed duty is logged and tried again at the next tick."""

    def duty() -> None:
        try:
            call()
        except Exception:
            log.exception("duty %s", name)

    return duty
