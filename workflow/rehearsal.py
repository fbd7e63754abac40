"""Letting time pass on a copy: what would happen by itself if nobody acted. No mail leaves, nothing is sealed."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ..config.clock import VirtualClock
from ..config.errors import ConflictError, InvalidInputError, StoreError, VorgangError
from ..config.settings import Settings, sqlite_url
from ..notifications.composer import Composer, Style
from ..notifications.context import Scene
from ..notifications.drafting import DOCX, Attachment, Drafts
from ..notifications.failures import Outage
from ..notifications.mail import Mail
from ..notifications.mailer import FolderMailer, Handover
from ..notifications.outbox import Outbox
from ..notifications.papers.answering import Printer
from ..notifications.reminders import ONE_CASE
from ..notifications.scenes import Sources
from .installation import setup_of
from .office import Office, Post
from .workflow import Workflow

#: Happenings after which a run is taken for an endless one: so many, and so many more for each open case.
MOST, MOST_PER_CASE = 100_000, 100


class Passed(NamedTuple):
    """How far the time has come, and how much has happened so far."""

    at: datetime
    happened: int


class Failure(NamedTuple):
    """A case to which time could not do what it should; with the live installation it would fail as well."""

    at: datetime
    case_id: str
    reason: str


class Rehearsal(Workflow):
    """A workflow on a copy: a case that cannot be ticked is set aside and told of, and the others go on."""

    failures: dict[str, Failure]

    def tick(self, case_id: str) -> bool:
        """See `Workflow`."""
        if case_id in self.failures:
            return False
        try:
            return super().tick(case_id)
        except ConflictError:
            raise
        except Exception as error:
            if isinstance(error, StoreError) and error.code not in ONE_CASE:
                raise
            reason = str(error) if isinstance(error, VorgangError) else f"{type(error).__name__}: {error}"
            self.failures[case_id] = Failure(self.clock.now(), case_id, reason)
            return False


class Nobody:
    """Takes every mail and hands it to nobody; in a `folder` they are kept as files."""

    connections = 1

    def __init__(self, folder: Path | None) -> None:
        self._files = FolderMailer(folder) if folder else None
        #: Why no file can be written any more.
        self.outage: Outage | None = None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Handover]:
        """See `Mailer`."""
        yield self

    async def send(self, mail: Mail) -> None:
        """See `Handover`."""
        try:
            if self._files:
                await self._files.send(mail)
        except Outage as outage:
            self.outage = outage
            raise


class Briefly(Composer):
    """Writes subject and words of a mail that nobody will see: no draft is filled in, no bytes are made."""

    def __init__(self, sources: Sources, style: Style) -> None:
        super().__init__(sources, style._replace(drafts=_Unfilled(style.drafts), answer=_Unprinted()))

    def compose(self, scene: Scene) -> Mail:
        """See `Composer`."""
        letter = self.letter(scene)
        recipient, sender = letter.recipient, letter.sender
        parties = {"sender": sender.address, "recipient": recipient.key, "address": recipient.address}
        when = letter.written_at
        return Mail(letter.id, letter.template, when, subject=letter.words.subject, content=b"", **parties)


class _Unprinted(Printer):
    def __call__(self, _sources: Sources, _scene: Scene, *, keep: bool = True) -> None:  # as above
        """See `Printer`; nobody will see it."""


class _Unfilled(Drafts):
    def __init__(self, drafts: Drafts) -> None:
        self._drafts, self._known = drafts, drafts.names()

    @property
    def elsewhere(self) -> bool:
        """See `Drafts`; what is not filled in takes no time."""
        return False

    def fill_each(self, name: str, context: Mapping[str, Any]) -> tuple[Attachment, ...]:
        """See `Drafts`; one that there is not fails here as it does there."""
        return (Attachment(name, DOCX, b""),) if name in self._known else self._drafts.fill_each(name, context)


class Stage:
    """A copy with an office whose clock can be moved forward."""

    def __init__(self, rehearsal: Rehearsal, settings: Settings, clock: VirtualClock, mails: Path | None) -> None:
        self.workflow = rehearsal
        self.clock = clock
        self.start = clock.now()
        self.happened = 0
        #: Messages that reach nobody, and since when.
        self.dead: dict[str, datetime] = {}
        self._mailer = Nobody(mails)
        self._office = Office(rehearsal, settings, Post(Composer if mails else Briefly, self._mailer))
        self._outbox = Outbox(rehearsal.database)
        self._given_up = frozenset(self._outbox.dead())

    def pass_until(self, goal: datetime, most: int, tell: Callable[[Passed], None]) -> None:
        """Do everything that falls due up to `goal` when it falls due.

        Raises:
            InvalidInputError: more than `most` things happen.
            Outage: the mails cannot be kept.
        """
        due: datetime | None = self.clock.now()
        while due is not None and due <= goal:
            self.clock.advance_to(due)
            self._work()
            while self._still_due() and self._work():
                self._require_end(most)
            self._require_end(most)
            tell(Passed(due, self.happened))
            due = self._office.next_due(after=self.clock.now())
        self.clock.advance_to(goal)

    def _work(self) -> bool:
        """Do what is due now; whether anything was done."""
        scanned, drained = self._office.scan(), self._office.drain()
        if self._mailer.outage:
            raise self._mailer.outage
        if drained.dead:
            new = (message for message in self._outbox.dead() if message not in self._given_up)
            for message in new:
                self.dead.setdefault(message, self.clock.now())
        done = scanned.ticked + sum(drained)
        self.happened += done
        return done > 0

    def _still_due(self) -> bool:
        due = self._office.next_due()
        return due is not None and due <= self.clock.now()

    def _require_end(self, most: int) -> None:
        if self.happened > most:
            raise InvalidInputError("simulate_endless", most=most, at=self.clock.now().date().isoformat())


def harmless(settings: Settings, copy: Path) -> Settings:
    """The settings of an installation for a rehearsal on the database file `copy`: nothing reaches the world."""
    nothing = {"smtp_password": None, "smtp_username": None, "admin_mail": None, "audit_key_file": None}
    return settings.model_copy(update={"database_url": sqlite_url(copy), "mail_to": "folder", **nothing})


@contextmanager
def staged(settings: Settings, copy: Path, now: datetime, mails: Path | None) -> Iterator[Stage]:
    """The stage on the database file `copy`, its clock at `now`; mails are kept in the folder `mails`, or nowhere."""
    here, clock = harmless(settings, copy), VirtualClock(now)
    setup = setup_of(here, clock)
    options = setup.options._replace(synchronous="NORMAL") if setup.options else None
    with _quiet(), Rehearsal.open(here.database_url, setup._replace(options=options)) as rehearsal:
        rehearsal.failures = {}
        yield Stage(rehearsal, here, clock, mails)


@contextmanager
def _quiet() -> Iterator[None]:
    """What the log would say of a rehearsal, its result says."""
    logger, nowhere = logging.getLogger("vorgang"), logging.NullHandler()
    before, logger.propagate = logger.propagate, False
    logger.addHandler(nowhere)
    try:
        yield
    finally:
        logger.removeHandler(nowhere)
        logger.propagate = before
