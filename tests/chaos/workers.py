"""``vorgang run`` in processes where time passes faster, so that a lease of ten minutes is over in a few seconds."""

import os
import re
import signal
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.chaos.processes import Process
from tests.chaos.sink import Sink
from vorgang.config.clock import SystemClock
from vorgang.notifications.reminders import scan_deadlines
from vorgang.notifications.scheduler import Intervals
from vorgang.workflow import office
from vorgang.workflow.cli import main
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

#: Loaded here, not when a worker begins, so that it is in memory when a process is forked.
LOADED = (office,)

#: Seconds between two looks of a worker, in real time.
TICKS = Intervals(scan_deadlines=0.5, drain=0.1, sweep=1.0)
#: What a worker writes into its log once it has committed that a mail was sent.
_SENT = re.compile(r"message (\S+) of case \S+ sent$", re.MULTILINE)


class Time(NamedTuple):
    """A clock that all processes share: `start` at the monotonic second `since`, and `pace` seconds in each second."""

    start: datetime
    since: float
    pace: float

    @classmethod
    def from_now(cls, start: datetime, pace: float) -> "Time":
        """It is `start` now."""
        return cls(start, time.monotonic(), pace)

    def now(self) -> datetime:
        """See `vorgang.config.clock.Clock`."""
        return self.start + timedelta(seconds=(time.monotonic() - self.since) * self.pace)


class Worker:
    """One process of ``vorgang run``, from its start to its end."""

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self.name, self._process, self._log = name, process, log
        self.pid = process.pid
        #: When it was killed, in monotonic seconds.
        self.killed_at: float | None = None

    @property
    def alive(self) -> bool:
        return self._process.alive

    @property
    def ready(self) -> bool:
        """Whether it has opened its database and said how it can be ended."""
        return "SIGTERM" in self.log

    def kill(self) -> None:
        """End it as a loss of power would."""
        self.killed_at = time.monotonic()
        assert self._process.end(signal.SIGKILL) == -signal.SIGKILL

    def stop(self) -> None:
        """Let it stand still."""
        self._process.send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._process.send(signal.SIGCONT)

    def leave(self) -> int | None:
        """Ask it to end, and wait; its exit code."""
        return self._process.end(signal.SIGTERM)

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._log.read_text("utf-8")

    @property
    def committed(self) -> set[str]:
        """The messages that it has recorded as sent."""
        return set(_SENT.findall(self.log))


class Workers:
    """Workers on one database that deliver to one sink."""

    def __init__(self, url: str, sink: Sink, clock: Time, folder: Path) -> None:
        #: The time for those that are started from now on.
        self.clock = clock
        #: Beyond how many mails a day one recipient gets a digest; 0: each message is a mail of its own.
        self.digest_beyond = 0
        self._folder = folder
        self._environment = {
            "VORGANG_DATABASE_URL": url,
            "VORGANG_MAIL_TO": "smtp",
            "VORGANG_SMTP_HOST": "127.0.0.1",
            "VORGANG_SMTP_PORT": str(sink.port),
            "VORGANG_SMTP_STARTTLS": "never",
            "VORGANG_SMTP_PASSWORD": "geheim",
        }
        self._numbers = count(1)
        self.all: dict[str, Worker] = {}

    def start(self) -> Worker:
        """One more."""
        name = f"worker-{next(self._numbers)}"
        log = self._folder / f"{name}.log"
        log.touch()
        own = {"VORGANG_SMTP_USERNAME": name, "VORGANG_DIGEST_BEYOND": str(self.digest_beyond)}
        process = Process(run, {**self._environment, **own}, log, self.clock)
        worker = self.all[name] = Worker(name, process, log)
        return worker

    def close(self) -> None:
        """End those that are left."""
        for worker in self.all.values():
            if worker.alive:
                worker.go_on()
                worker.kill()


def scan(url: str, clock: Time) -> None:
    """Look once at all deadlines, at the time of `clock`."""
    with Workflow.open(url, Setup(clock=clock)) as workflow:
        assert scan_deadlines(workflow.database, workflow, clock).failed == 0


def run(environment: Mapping[str, str], log: Path, clock: Time) -> None:
    """``vorgang run`` under another clock."""
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    SystemClock.now = lambda self: clock.now()  # type: ignore[method-assign]  # time itself is what is changed here
    Intervals.__new__.__defaults__ = TICKS  # as above: a tick is a measure of time
    sys.exit(main(["run"]))
