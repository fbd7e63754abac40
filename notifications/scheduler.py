"""The ticks that drive everything: APScheduler, met only here.

A tick decides nothing. It wakes duties that find out by themselves what is due, so a missed tick loses nothing, a
second process ticking at the same time does no harm, and no job is ever stored. A tick that finds its duty at work
makes it look once more when it is done, and is no event worth a warning. Intervals, because a clock time happens twice
or not at all when summer time begins or ends. A clock that is set back delays no tick by more than an interval.
"""

import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from types import FrameType
from typing import Any, NamedTuple, Self

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from ..config.errors import VorgangError

log = logging.getLogger("vorgang.scheduler")

Duty = Callable[[], object]


class Duties(NamedTuple):
    """What has to be done again and again. Each finds out by itself what is due, and may be called at any time."""

    scan_deadlines: Duty
    drain: Duty
    sweep: Duty
    #: None: nobody has set where bounces lie.
    read_bounces: Duty | None = None
    #: None: nobody searches.
    read_texts: Duty | None = None


class Intervals(NamedTuple):
    """Seconds between two calls of a duty."""

    scan_deadlines: float = 30
    drain: float = 15
    sweep: float = 300
    read_bounces: float = 60
    read_texts: float = 60


class Scheduler:
    """Calls the duties until it is stopped."""

    def __init__(self, duties: Duties, intervals: Intervals | None = None) -> None:
        self._intervals = intervals or Intervals()
        self._stopped = threading.Event()
        self._bell: _Bell | None = None
        self._threads = ThreadPoolExecutor(len(duties), thread_name_prefix="vorgang")

        def scan() -> None:
            duties.scan_deadlines()
            self.wake()

        calls = {"scan_deadlines": scan, "drain": duties.drain, "sweep": duties.sweep}
        others = {"read_bounces": duties.read_bounces, "read_texts": duties.read_texts}
        calls |= {name: duty for name, duty in others.items() if duty}
        self._workers = {name: _Worker(name, call, self._threads) for name, call in calls.items()}
        self._scheduler = BackgroundScheduler(
            jobstores={"default": _Jobs()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )

    def start(self) -> None:
        """Begin in the background, with every duty at once."""
        for name, worker in self._workers.items():
            seconds = getattr(self._intervals, name)
            self._scheduler.add_job(worker.wake, "interval", id=name, name=name, seconds=seconds)
        self._scheduler.start()
        for worker in self._workers.values():
            worker.wake()

    def run(self) -> None:
        """Begin, and return after SIGTERM or SIGINT, when the duties in progress are done. In the main thread only."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        with _Bell() as bell:
            self._bell = bell
            try:
                self.start()
                while not self._stopped.is_set():
                    bell.wait()
            finally:
                self.stop()
                for number, handler in before.items():
                    signal.signal(number, handler)

    def wake(self) -> None:
        """Drain soon: something has been committed. Only a hint; the next tick would find it too."""
        if self._scheduler.running:
            self._workers["drain"].wake()

    def stop(self) -> None:
        """Let the duties in progress end, and begin no more."""
        self._stopped.set()
        if self._bell is not None:
            self._bell.ring()
        for worker in self._workers.values():
            worker.retire()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._threads.shutdown(wait=True)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        log.info("stopping on %s", signal.Signals(number).name)
        self._stopped.set()


class _Bell:
    """What the main thread waits for: rung by `ring`, and by each signal, whichever thread receives it.

    A main thread that waits for a lock does not notice a signal that the system hands to another thread: its handler
    would run with the next signal only.
    """

    def __enter__(self) -> Self:
        self._heard, self._rung = socket.socketpair()
        self._rung.setblocking(False)
        self._before = signal.set_wakeup_fd(self._rung.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._before)
        self._heard.close()
        self._rung.close()

    def wait(self) -> None:
        """Until it rings, or has rung since the last time."""
        self._heard.recv(4096)

    def ring(self) -> None:
        """Wake whoever waits."""
        with contextlib.suppress(OSError):  # nobody waits any more, or it has rung often enough
            self._rung.send(b"\0")


class _Jobs(MemoryJobStore):  # type: ignore[misc]  # APScheduler ships no types
    """The ticks; one that lies further ahead than its interval, because the clock was set back, is due at once."""

    def get_due_jobs(self, now: datetime) -> Any:
        """See `apscheduler.jobstores.base.BaseJobStore`."""
        for job in self.get_all_jobs():
            if job.next_run_time - now > job.trigger.interval:
                job.modify(next_run_time=now)
        return super().get_due_jobs(now)


class _Worker:
    """Calls one duty: never twice at once, and again at the end for all the wakings that came meanwhile."""

    def __init__(self, name: str, call: Duty, threads: Executor) -> None:
        self._name = name
        self._call = call
        self._threads = threads
        self._lock = threading.Lock()
        self._working = False
        self._woken = False
        self._retired = False

    def wake(self) -> None:
        """Call the duty soon."""
        with self._lock:
            self._woken = True
            if self._working or self._retired:
                return
            try:
                self._threads.submit(self._work)
            except RuntimeError:
                log.debug("%s woken while the process ends", self._name)
            else:
                self._working = True

    def retire(self) -> None:
        """Begin no more."""
        with self._lock:
            self._retired = True

    def _work(self) -> None:
        while self._goes_on():
            try:
                self._call()
            except VorgangError as error:  # says what is wrong; tried again at the next tick
                log.error("duty %s: %s", self._name, error)  # noqa: TRY400  # one sentence, no traceback
            except Exception:  # tried again at the next tick
                log.exception("duty %s", self._name)

    def _goes_on(self) -> bool:
        with self._lock:
            self._working = self._woken and not self._retired
            self._woken = False
            return self._working
