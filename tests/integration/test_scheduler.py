"""The scheduler: it calls, again and again, wakes when told, survives what it calls, and stops cleanly."""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from threading import Event

import pytest

from tests.helpers.council import Council
from vorgang.config.errors import StoreError
from vorgang.notifications.scheduler import Duties, Intervals, Scheduler
from vorgang.states.database import Database

#: Seconds after which a test gives up on something that never comes.
PATIENCE = 20
NEVER = Intervals(3600, 3600, 3600)
OFTEN = Intervals(0.05, 0.05, 0.05)


def nothing() -> None:
    """A duty with nothing to do."""


def times(number: int, reached: Event) -> Callable[[], None]:
    seen: list[None] = []

    def duty() -> None:
        seen.append(None)
        if len(seen) == number:
            reached.set()

    return duty


def test_duties_are_called_again_and_again() -> None:
    scans, drains, sweeps = Event(), Event(), Event()
    scheduler = Scheduler(Duties(times(3, scans), times(3, drains), times(3, sweeps)), OFTEN)
    scheduler.start()
    assert all(event.wait(PATIENCE) for event in (scans, drains, sweeps))
    scheduler.stop()


def test_a_clock_set_back_by_an_hour_silences_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    back, ticking, ticking_again = timedelta(0), Event(), Event()
    before, after = times(3, ticking), times(3, ticking_again)

    class OnTheWall(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "OnTheWall":
            return super().now(tz) - back

    def duty() -> None:
        (after if back else before)()

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", OnTheWall)
    scheduler = Scheduler(Duties(nothing, nothing, duty), OFTEN)
    scheduler.start()
    assert ticking.wait(PATIENCE)
    back = timedelta(hours=1)
    assert ticking_again.wait(PATIENCE)
    scheduler.stop()


def test_a_commit_wakes_the_delivery(database: Database, tmp_path: Path) -> None:
    council = Council(database)
    first, second = Event(), Event()

    def drain() -> None:
        sent = council.drain(tmp_path).sent
        (second if sent else first).set()

    scheduler = Scheduler(Duties(nothing, drain, nothing), NEVER)
    scheduler.start()
    assert first.wait(PATIENCE)
    council.ask()
    scheduler.wake()
    assert second.wait(PATIENCE)
    scheduler.stop()


def test_a_call_that_comes_while_mails_are_sent_is_not_lost() -> None:
    begun, go_on, again = Event(), Event(), Event()
    calls: list[None] = []

    def drain() -> None:
        calls.append(None)
        if len(calls) == 1:
            begun.set()
            go_on.wait(PATIENCE)
        else:
            again.set()

    # No scan at the start, which would wake the delivery by itself.
    scheduler = Scheduler(Duties(failing, drain, nothing), NEVER)
    scheduler.start()
    assert begun.wait(PATIENCE)
    scheduler.wake()
    go_on.set()
    assert again.wait(PATIENCE)
    scheduler.stop()


def failing() -> None:
    raise RuntimeError


def test_a_duty_that_fails_stops_neither_itself_nor_others() -> None:
    failed, drained = Event(), Event()

    def scan() -> None:
        count()
        raise RuntimeError

    count = times(3, failed)
    scheduler = Scheduler(Duties(scan, times(3, drained), nothing), OFTEN)
    scheduler.start()
    assert failed.wait(PATIENCE)
    assert drained.wait(PATIENCE)
    scheduler.stop()


def test_a_database_that_is_away_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    failed = Event()

    def drain() -> None:
        count()
        raise StoreError("store_unreachable", detail="the server is away")

    count = times(2, failed)
    scheduler = Scheduler(Duties(nothing, drain, nothing), OFTEN)
    scheduler.start()
    assert failed.wait(PATIENCE)
    scheduler.stop()
    line = next(record for record in caplog.records if record.levelno == logging.ERROR)
    assert "the server is away" in line.getMessage()
    assert line.exc_info is None


def test_a_start_and_a_busy_duty_are_no_reason_for_warnings(caplog: pytest.LogCaptureFixture) -> None:
    go_on, again = Event(), Event()
    calls: list[None] = []

    def drain() -> None:
        calls.append(None)
        (again.set if len(calls) > 1 else lambda: go_on.wait(0.5))()

    scheduler = Scheduler(Duties(nothing, drain, lambda: go_on.wait(0.5)), OFTEN)
    with caplog.at_level(logging.WARNING):
        scheduler.start()
        names = [job.name for job in scheduler._scheduler.get_jobs()]
        assert again.wait(PATIENCE)
        scheduler.stop()
    assert caplog.messages == []
    assert sorted(names) == ["drain", "scan_deadlines", "sweep"]


def test_stopping_waits_for_what_is_being_done() -> None:
    begun, stopped = Event(), Event()
    finished: list[bool] = []

    def drain() -> None:
        begun.set()
        finished.append(not stopped.wait(0.2))

    scheduler = Scheduler(Duties(nothing, drain, nothing), NEVER)
    scheduler.start()
    assert begun.wait(PATIENCE)
    scheduler.stop()
    stopped.set()
    assert finished
    assert all(finished)
    scheduler.wake()  # too late, and harmless


RUNNING = """
import threading
from vorgang.notifications.scheduler import Duties, Intervals, Scheduler

begun = threading.Event()

def drain():
    if not begun.is_set():
        begun.set()
        print("begun", flush=True)
        threading.Event().wait(0.3)
        print("finished", flush=True)

Scheduler(Duties(lambda: None, drain, lambda: None), Intervals(3600, 3600, 3600)).run()
print("stopped", flush=True)
"""


def test_sigterm_ends_the_service_after_the_mail_in_hand() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", RUNNING], cwd=root, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == "begun\n"
        service.send_signal(signal.SIGTERM)
        assert service.communicate(timeout=PATIENCE)[0] == "finished\nstopped\n"
    assert service.returncode == 0


ELSEWHERE = """
import signal, threading
from vorgang.notifications.scheduler import Duties, Intervals, Scheduler

def drain():
    threading.Event().wait(0.5)  # by then the main thread waits
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

Scheduler(Duties(lambda: None, drain, lambda: None), Intervals(3600, 3600, 3600)).run()
print("stopped", flush=True)
"""


def test_a_signal_that_the_system_hands_to_another_thread_ends_the_service_too() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", ELSEWHERE], cwd=root, stdout=subprocess.PIPE, text=True) as service:
        try:
            assert service.communicate(timeout=PATIENCE)[0] == "stopped\n"
        finally:
            service.kill()
