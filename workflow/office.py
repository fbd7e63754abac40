"""The office: a workflow with its mail. The one place that wires the engine, the outbox, the templates and a mailer."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from ..config.errors import StoreError, VorgangError
from ..config.settings import Settings
from ..config.text import Text
from ..notifications import heartbeat, watchdog
from ..notifications.bounce_sources import Found
from ..notifications.bounces import Bounces
from ..notifications.composer import Composer, Style
from ..notifications.covered import close_tasks
from ..notifications.delivery import Desk, Drained, PostOffice
from ..notifications.drafting import Drafts
from ..notifications.kinds import load_kinds
from ..notifications.mailer import Mailer
from ..notifications.outbox import Entry, Outbox, Wanted
from ..notifications.papers.answering import Printer
from ..notifications.reminders import Scanned, next_due, scan_deadlines
from ..notifications.scenes import Sources
from ..notifications.scheduler import Duties, Intervals, Scheduler
from ..notifications.sorting import Policy
from ..notifications.templates import Templates
from ..notifications.undeliverable import report_undeliverable
from ..notifications.watchdog import Health
from ..states import queries
from ..states.audit import sign_head
from ..states.audit_keys import load_signing_key
from ..states.ticks import LAPSED, REMINDED
from .alarms import Alarms
from .control_issues import make_lists
from .control_mail import lister
from .links import link_maker
from .mailers import limits_of, make_mailer, return_path_of
from .papers import papers_of, sources_of
from .punctuality import keep_up
from .returns import READ_BOUNCES, Returned, is_set, read_all, unread
from .search_texts import TextReader
from .sessions import invite_newcomers
from .workflow import Workflow

log = logging.getLogger("vorgang.office")

#: What the log lines of the timer are called.
TIMER_LABELS = {
    REMINDED: Text("Erinnerung", "reminder"),
    LAPSED: Text("Frist abgelaufen", "deadline lapsed"),
}
#: Under this name the last daily head is remembered, and how often one is signed.
SEAL = "seal"
SEAL_EVERY = timedelta(days=1)
#: How long a delivery waits for a scan; no scan, however long, shall hold up the mail.
LONGEST_WAIT = timedelta(seconds=30)
#: How far a sweep follows the log with the rows of the reports: some seconds.
REPORT_PAGES = 8
#: How far back `work` looks for messages that it has just settled.
NEWEST = 500


class Told(NamedTuple):
    """Something that the office did by itself: a log line written by time, or a mail sent."""

    kind: str  # "reminder" or "mail"
    case_id: str
    event: str
    text: Text


class Round(NamedTuple):
    """What all duties did when each was done once."""

    reminded: Scanned
    mails: Drained
    #: New tasks about messages that reached nobody.
    tasks: int
    #: Mails that came back and were read.
    returned: int
    #: Duties that could not be done; they are logged.
    failed: tuple[str, ...]
    #: Files whose text is found by the search from now on.
    texts: int = 0


class Post(NamedTuple):
    """Who writes the mails, and who takes them."""

    composer: Callable[[Sources, Style], Composer]
    mailer: Mailer


class Office:
    """Reminds and delivers for one workflow: by hand (`work`), or for ever (`run_forever`).

    `post`: who writes and takes the mails instead of what the settings say.
    """

    def __init__(self, workflow: Workflow, settings: Settings, post: Post | None = None) -> None:
        self._workflow = workflow
        self.outbox = Outbox(workflow.database)
        sources = sources_of(workflow)
        folders, links = settings.templates, link_maker(workflow, settings)
        words = (settings.base_url, Templates(folders), Drafts(folders), settings.sender, settings.lang)
        style = Style(*words, Printer(papers_of(settings)), links, listed=lister(workflow))
        self.composer = post.composer(sources, style) if post else Composer(sources, style)
        policy = Policy(settings.digest_beyond, settings.digest_at)
        desk = Desk.of(sources, self.composer, load_kinds(settings.templates), policy)
        path = return_path_of(workflow, settings)
        self._settings, self._mailer = settings, post.mailer if post else make_mailer(settings, path)
        self._alarms = Alarms(workflow, settings, self._mailer)
        self._silence = timedelta(minutes=settings.watchdog_minutes)
        self.post_office = PostOffice(desk, self._mailer, workflow.clock, None if post else limits_of(settings))
        self._bounces = Bounces(workflow.database, workflow.clock, path)
        self._audit_key = settings.audit_key_file
        self._texts = TextReader(workflow.database, workflow.lifecycle, workflow.clock)
        self._scheduler: Scheduler | None = None
        self._watched = False
        #: No scan of this office is under way.
        self._scanned = threading.Event()
        self._scanned.set()

    @property
    def settings(self) -> Settings:
        """By what it was set up."""
        return self._settings

    def next_due(self, after: datetime | None = None) -> datetime | None:
        """When something must be done by itself next (`after`: later than that); None: nothing follows."""
        return next_due(self._workflow.database, after)

    def scan(self) -> Scanned:
        """Tell the rungs and fire the lapsed deadlines that are due; hooks of the workflow run as for any event."""
        self._scanned.clear()
        try:
            return scan_deadlines(self._workflow.database, self._workflow, self._workflow.clock)
        finally:
            self._scanned.set()

    def drain(self) -> Drained:
        """Deliver the messages that are due; a scan under way is awaited, so that what it tells can be one mail."""
        self._scanned.wait(LONGEST_WAIT.total_seconds())
        drained = self.post_office.drain()
        self._beat("drain")
        self.report()
        return drained

    def report(self) -> int:
        """Make a task of the council office of each message that reached nobody; how many are new.

        A task about what has been delivered after all is closed.
        """
        close_tasks(self._workflow.database, self._workflow)
        return report_undeliverable(self._workflow.database, self._workflow)

    def read_bounces(self, found: Iterable[Found]) -> Iterator[Returned]:
        """Read mails that came back, each as it is asked for; `report` then opens the tasks."""
        return read_all(self._bounces, found)

    def read_unread_bounces(self) -> int:
        """Read what came back where the settings say, and open the tasks that follow; how many mails were read."""
        read = sum(1 for _ in self.read_bounces(unread(self._settings)))
        self.report()
        self._beat(READ_BOUNCES)
        return read

    def run_once(self) -> Round:
        """All duties once, in such an order that one call suffices.

        What came back and what reached nobody is reported before the mails about that go out.

        Raises:
            StoreError: the database cannot be used.
        """
        failed: list[str] = []
        self._tried("sweep", self.sweep, failed)
        returned = self._tried(READ_BOUNCES, self.read_unread_bounces, failed) if is_set(self._settings) else 0
        self.tell_silence()
        reminded = self.scan()
        mails, opened = self.post_office.drain(), self.report()
        if opened:
            mails = Drained(*map(sum, zip(mails, self.post_office.drain(), strict=True)))
        self._beat("drain")
        texts = self._tried("read_texts", self.read_texts, failed)
        return Round(reminded, mails, opened, returned, tuple(failed), texts)

    def _tried(self, name: str, duty: Callable[[], int], failed: list[str]) -> int:
        """What a duty did; one that cannot be done is logged and stops none of the others."""
        try:
            return duty()
        except StoreError:
            raise
        except VorgangError as error:
            log.error("duty %s: %s", name, error)  # noqa: TRY400  # one sentence, no traceback
            failed.append(name)
            return 0

    def sweep(self) -> int:
        """Give back what crashed deliverers had leased, seal the log once a day, make what sessions still lack."""
        swept = self.outbox.sweep(self._workflow.clock.now())
        self._beat("sweep")
        self.seal()
        keep_up(self._workflow, REPORT_PAGES)
        invite_newcomers(self._workflow)
        make_lists(self._workflow)
        return swept

    def read_texts(self) -> int:
        """Let the search find new files by their texts; how many were read. What is left comes the next time."""
        return self._texts.read_new().read

    def seal(self) -> bool:
        """Sign the daily head over the log, if a key is set and the last one is a day old; whether it was signed."""
        last = heartbeat.last_beats(self._workflow.database).get(SEAL)
        if self._audit_key is None or (last is not None and self._workflow.clock.now() - last < SEAL_EVERY):
            return False
        sign_head(self._workflow.database, load_signing_key(self._audit_key), self._workflow.clock)
        self._beat(SEAL)
        return True

    def _beat(self, duty: str) -> None:
        """Remember that `duty` has succeeded, for doctor and the watchdog."""
        heartbeat.beat(self._workflow.database, duty, self._workflow.clock.now())

    def work(self) -> list[Told]:
        """Do everything that is due now, and tell what was done."""
        with self._workflow.database.reading() as connection:
            last = queries.last_line(connection)
        self.scan()
        with self._workflow.database.reading() as connection:
            lines = queries.lines_since(connection, last)
        before = {entry.id for entry in self._settled()}
        self.drain()
        mailed = [entry for entry in self._settled() if entry.id not in before]
        return [*map(self._happened, lines), *map(_mailed, mailed)]

    def _settled(self) -> list[Entry]:
        """The newest messages that were sent or given up, oldest first."""
        newest = self.outbox.entries(Wanted(limit=NEWEST))
        return [entry for entry in reversed(newest) if entry.status in {"sent", "dead"}]

    def _happened(self, line: queries.NewLine) -> Told:
        lifecycle = self._workflow.lifecycle(line.lifecycle, line.lifecycle_version)
        event = lifecycle.events.get(line.event)
        label = event.label if event else TIMER_LABELS.get(line.event, Text(line.event, line.event))
        clock = lifecycle.deadlines.get(line.deadline or "")
        what = clock.label if clock else lifecycle.label
        return Told("reminder", line.case_id, line.event, Text(f"{label.de}: {what.de}", f"{label.en}: {what.en}"))

    def start(self, intervals: Intervals | None = None) -> None:
        """Scan and deliver in the background of a host, until `stop`; every event wakes the delivery."""
        self._plan(intervals).start()

    def run_forever(self, intervals: Intervals | None = None) -> None:
        """Scan and deliver until SIGTERM or SIGINT; what is under way is finished. In the main thread only."""
        self._plan(intervals).run()

    def stop(self) -> None:
        """End what `start` began; what is under way is finished."""
        if self._scheduler is not None:
            self._scheduler.stop()
            self._scheduler = None

    def wake(self) -> None:
        """Deliver soon: something was committed."""
        if self._scheduler is not None:
            self._scheduler.wake()

    def health(self) -> Health:
        """Whether deadlines are being looked at: a status for monitoring."""
        return watchdog.health(self._workflow.database, self._workflow.clock.now(), self._silence)

    def tell_silence(self) -> bool:
        """Tell the administrator, once, that nobody had looked at the deadlines, or that cases are stuck; whether so.

        What cannot be told now is logged and told at the next start.
        """
        return self._alarms.tell(self._silence)

    def examine_templates(self) -> int:
        """Log what is wrong with the municipality's templates, tried out with samples; how many mistakes.

        They hold up nothing: a message that cannot be written waits for the corrected file.
        """
        style = self.composer.style
        found = [*style.templates.findings(), *style.drafts.findings()] if self.composer.writes_elsewhere else []
        for finding in found:
            log.error("%s: %s %s", finding.place(), finding.text(style.lang), finding.remedy(style.lang))
        return len(found)

    def _watched_scan(self) -> Scanned:
        """The first scan of a start tells of the silence before it, and what is wrong with templates after it.

        In a worker's thread, where nobody waits for it.
        """
        if self._watched:
            return self.scan()
        self._watched = True
        self.tell_silence()
        scanned = self.scan()
        self.examine_templates()
        return scanned

    def _plan(self, intervals: Intervals | None) -> Scheduler:
        self._watched = False
        read = self.read_unread_bounces if is_set(self._settings) else None
        duties = Duties(self._watched_scan, self.drain, self.sweep, read, self.read_texts)
        self._scheduler = Scheduler(duties, intervals)
        self._workflow.wake_with(self.wake)
        return self._scheduler


def _mailed(entry: Entry) -> Told:
    text = f"{entry.address or entry.recipient}: {entry.subject or entry.error}"
    return Told("mail", entry.case_id, entry.template, Text(text, text))
