"""Fast-forwarding a copy of the live database. Of the live installation nothing is written, sent or signed."""

import contextlib
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..config.errors import InvalidInputError, NotFoundError
from ..config.settings import Settings
from ..notifications.undeliverable import TASKS
from ..states.copying import Tell, copy_database
from ..states.database import Database
from ..states.migrate import require_current
from ..states.survey import bodies, zone_of_all
from .installation import opened_database
from .outlook import Outlook
from .outlook_reading import Window, end_of, read_outlook, since
from .rehearsal import MOST, MOST_PER_CASE, Passed, staged

#: Further ahead nobody looks; and the rules of today say little about it.
MOST_YEARS = 10
_SIGNALS = ("SIGTERM", "SIGHUP")
#: How long the removal of the copy is tried again, and the pause between two tries.
_PATIENCE_S, _PAUSE_S = 10, 0.02


class Wish(NamedTuple):
    """What is to be simulated, and where its results go."""

    until: date
    body: str | None = None
    #: Folder of the mails; None: they are written, counted and thrown away.
    out: Path | None = None
    #: Where the copy is kept; None: it is removed.
    keep: Path | None = None
    #: Most happenings; None: `MOST`, and `MOST_PER_CASE` more for each open case.
    most: int | None = None


class Watch(NamedTuple):
    """Who is told how far it has come: of the copying (done, of how many) and of the time."""

    copying: Tell
    passing: Callable[[Passed], None]


def rehearse(settings: Settings, wish: Wish, now: datetime, watch: Watch) -> Outlook:
    """Copy the database of the settings, let time pass on the copy to the end of `wish.until`, tell what came of it.

    Raises:
        StoreError: the database cannot be read, or there is no room for the copy.
        InvalidInputError: the day is not ahead, a place is taken, or more happens than may.
        NotFoundError: the database has no such municipality.
    """
    started = time.perf_counter()
    _require_free(wish)
    with workshop() as folder:
        copy, mails = folder / "copy.db", folder / "mail"
        with opened_database(settings, read_only=True) as source:
            zone = _zone_of(source, wish.body)
            require_ahead(wish.until, now.astimezone(zone).date())
            copy_database(source, copy, watch.copying, tasks=TASKS)
            shown = source.url.render_as_string(hide_password=True)
        with staged(settings, copy, now, mails if wish.out else None) as stage:
            before = since(stage.workflow, wish.body)
            most = wish.most or MOST + MOST_PER_CASE * before.open_cases
            stage.pass_until(end_of(wish.until, zone), most, watch.passing)
            window = Window(shown, now, wish.until, zone, wish.body)
            failures = stage.workflow.failures.values()
            outlook = read_outlook(stage.workflow, before, window, dead=stage.dead, failures=failures)
        _hand_over(wish, copy, mails)
    return replace(outlook, elapsed_s=time.perf_counter() - started)


def require_ahead(until: date, today: date) -> None:
    """Refuse a day that is not ahead, or too far.

    Raises:
        InvalidInputError: it is before `today`, or more than `MOST_YEARS` years after it.
    """
    if until < today:
        raise InvalidInputError("simulate_past", until=until.isoformat(), today=today.isoformat())
    if until.year - today.year > MOST_YEARS:
        raise InvalidInputError("simulate_far", until=until.isoformat(), years=MOST_YEARS)


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """A folder that only we can read; gone afterwards, also after Ctrl-C and SIGTERM."""
    temporary = tempfile.TemporaryDirectory(prefix="vorgang-simulate-", ignore_cleanup_errors=True)
    with _signals_interrupt(), temporary as name:
        try:
            yield Path(name)
        finally:
            _remove(Path(name))


def _remove(folder: Path) -> None:
    """An interrupt may leave a thread of the delivery that still writes into the folder; it is done soon."""
    patience = time.monotonic() + _PATIENCE_S
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists() or time.monotonic() > patience:
            return
        time.sleep(_PAUSE_S)


@contextlib.contextmanager
def _signals_interrupt() -> Iterator[None]:
    """SIGTERM and SIGHUP end the run as Ctrl-C does; in a host's thread the host sees to signals."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = [(number, signal.signal(number, interrupt)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _zone_of(source: Database, body: str | None) -> ZoneInfo:
    require_current(source)
    with source.reading() as connection:
        known = [key for key, _ in bodies(connection)]
        if body is not None and body not in known:
            raise NotFoundError("body_unknown", body=body, known=", ".join(known) or "–")
        return zone_of_all(connection)


def _require_free(wish: Wish) -> None:
    """What would be overwritten is asked for before anything is done."""
    if wish.keep and wish.keep.exists():
        raise InvalidInputError("simulate_keep_exists", path=str(wish.keep))
    if wish.out and wish.out.exists() and (not wish.out.is_dir() or any(wish.out.iterdir())):
        raise InvalidInputError("simulate_out_used", path=str(wish.out))


def _hand_over(wish: Wish, copy: Path, mails: Path) -> None:
    """Only what is whole leaves the folder of the run."""
    if wish.out:
        mails.mkdir(exist_ok=True)
        shutil.copytree(mails, wish.out, dirs_exist_ok=True)
    if wish.keep:
        wish.keep.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(copy, wish.keep)
