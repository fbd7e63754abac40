"""Delivering what is in the outbox: claim, write, send, settle, until nothing is due. One bad one stops no other."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from ..config.clock import Clock
from ..config.errors import StoreError, VorgangError
from .bundles import Bundles, Verdict, led_anew, sent_together
from .composer import Composer
from .context import Scene
from .digest import compose_digest
from .failures import NotNow, Outage, Overtaken, Permanent, Temporary, brief
from .kinds import OVERDUE, Kinds
from .lanes import Lanes, Size, Work
from .limits import Gate, Limited, Limits
from .mail import Mail
from .mailer import Handover, Mailer
from .outbox import MOST_ATTEMPTS, OUTAGE_WAIT, Leased, Outbox, Outcome, Receipt, failed, kept_quiet, put_back, sent
from .scenes import Sources
from .sorting import Policy, Sorter

log = logging.getLogger("vorgang.mail")
#: What became of each message.
FATES = "vorgang.mail.fate"
fates = logging.getLogger(FATES)

#: Messages leased at once. A process that is killed leaves so many, and those on its lanes, to the end of their lease.
BATCH = 16
LEASE = timedelta(minutes=10)
#: What must be left of a lease to begin: the worst that `smtp` may take for a mail (a held connection that hangs, a
#: new one, and the mail again), and some.
MARGIN = timedelta(minutes=6)
#: For how long what was read of a case when its message was claimed is good enough to write it, and what was written
#: to send it.
FRESH = timedelta(seconds=2)
#: For how many seconds what was sent waits to be written down while the database is away (it restarts), and how long
#: between two tries. Within the rest of the lease; past it, somebody else sends it again.
PATIENCE = 60
PAUSE = 0.2
#: Errors of the database that pass.
_PASSING = frozenset({"store_unreachable", "store_busy"})


class Desk(NamedTuple):
    """What delivery works with: the outbox, its digests, who writes and who sorts."""

    outbox: Outbox
    bundles: Bundles
    composer: Composer
    sorter: Sorter
    kinds: Kinds

    @classmethod
    def of(cls, sources: Sources, composer: Composer, kinds: Kinds, policy: Policy) -> Self:
        """The desk of an installation."""
        outbox, bundles = Outbox(sources.database), Bundles(sources.database)
        return cls(outbox, bundles, composer, Sorter(outbox, bundles, sources.town, kinds, policy), kinds)


class Drained(NamedTuple):
    """What became of the messages that were due."""

    sent: int = 0
    deferred: int = 0
    dead: int = 0
    cancelled: int = 0
    #: Taken over by somebody else meanwhile.
    lost: int = 0


class PostOffice:
    """Delivers the messages of one database by one mailer. Several may work on the same database at once."""

    def __init__(self, desk: Desk, mailer: Mailer, clock: Clock, limits: Limits | None = None) -> None:
        self._desk = desk
        self._mailer = mailer
        self._clock = clock
        self._gate = Gate(desk.outbox.database, limits)

    def drain(self) -> Drained:
        """Deliver everything that is due. Not from within a running event loop; there, await `drain_async`."""
        return asyncio.run(self.drain_async())

    def deliver(self, message: str) -> Drained:
        """Deliver one message, if it is due."""
        return asyncio.run(self.drain_async(message))

    async def drain_async(self, only: str | None = None) -> Drained:
        """Deliver everything that is due, or `only` one message.

        Raises:
            StoreError: the database cannot be used; what was leased comes back when its lease ends.
        """
        async with self._mailer.session() as handover:
            clerk = _Clerk(self._desk, self._clock, self._gate, only)
            delivery = _Delivery(self._desk, handover, clerk)
            size = Size(self._mailer.connections, BATCH, self._gate.limits.domain_at_once)
            work = Work(delivery.claim, delivery.write, delivery.send, clerk.settle)
            left: list[Leased] = []
            while clerk.goes_on and not left:
                clerk.goes_on = False
                lanes = Lanes(size, work)
                left = await lanes.run()
        if left and lanes.outage:
            log.warning("delivery stops for now: %s", lanes.outage)
            clerk.give_back(left, str(lanes.outage))
        return Drained(**{status: clerk.counts[status] for status in Drained._fields})


class _Clerk:
    """The paperwork of one drain: what is claimed, what is settled, and how much may go out."""

    def __init__(self, desk: Desk, clock: Clock, gate: Gate, only: str | None) -> None:
        self._outbox, self._sorter = desk.outbox, desk.sorter
        self.clock = clock
        self._gate = gate
        self._only = only
        self._told: set[str] = set()
        self.counts: Counter[str] = Counter()
        #: There is something to fetch: at the beginning, and once a digest has got another leader.
        self.goes_on = True

    def claim(self) -> Sequence[Leased]:
        """The next messages, no more than may go out at present."""
        now = self.clock.now()
        room = self._gate.room(now)
        if room == 0:
            self._tell_limit("all domains")
            return []
        limit = BATCH if room is None else min(BATCH, room)
        while batch := self._outbox.claim(now, limit=limit, lease=LEASE, only=self._only):
            if ready := self._sorter.sort(batch, now):
                return ready
        return []

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Write down and count what became of messages."""
        statuses = self._written_down(outcomes)
        self.counts.update(statuses)
        for outcome, status in zip(outcomes, statuses, strict=True):
            _log(outcome, status)
            if status != "lost":
                self.counts.update(fate["status"] for _, fate in outcome.members if "status" in fate)
                self.goes_on |= any("status" not in fate for _, fate in outcome.members)

    def _written_down(self, outcomes: Sequence[Outcome]) -> Sequence[str]:
        """What was sent would be sent again, were it not written down; in a thread, so it may wait."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._outbox.settle(outcomes)
            except StoreError as error:
                if error.code not in _PASSING or time.monotonic() > until:
                    raise
                log.warning("%d messages cannot be written down yet: %s", len(outcomes), error)
            time.sleep(PAUSE)

    def give_back(self, messages: Sequence[Leased], error: str) -> None:
        """What could not be tried waits; it has used up no attempt."""
        due_at = self.clock.now() + OUTAGE_WAIT
        self.counts.update(self._outbox.settle([put_back(message, due_at, error) for message in messages]))

    def require_room(self, message: Leased, domain: str) -> None:
        """Let a message out as the limits allow.

        Raises:
            Limited: not now.
        """
        later = self._gate.enter(message, domain, self.clock.now())
        if later is not None:
            self._tell_limit(domain)
            raise Limited(later, domain)

    def _tell_limit(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            log.info("the limit of messages a minute is reached (%s); the others wait", what)


class _Delivery:
    """Tries messages; whatever goes wrong with one is what became of it."""

    def __init__(self, desk: Desk, handover: Handover, clerk: _Clerk) -> None:
        self._bundles, self._composer = desk.bundles, desk.composer
        self._overdue = desk.kinds.templates(OVERDUE)
        self._handover = handover
        self._clerk = clerk
        #: What the digests on their way tell, by the id of their leader.
        self._verdicts: dict[str, Sequence[Verdict]] = {}
        self._ahead = _ReadAhead(desk.composer, clerk.clock)
        #: When the mails that are to be sent were written.
        self._written: dict[str, datetime] = {}

    def claim(self) -> Sequence[Leased]:
        """The next messages, with what there is to be known of them."""
        claimed = self._clerk.claim()
        self._ahead.read([message for message in claimed if _is_tried(message) and not _leads(message)])
        return claimed

    async def write(self, message: Leased) -> Mail | Outcome:
        """The mail of a message. Where a template of the municipality takes its seconds, others go on meanwhile."""
        elsewhere = self._composer.writes_elsewhere
        written = await asyncio.to_thread(self._write, message) if elsewhere else self._write(message)
        if isinstance(written, Mail):
            self._written[message.id] = self._clerk.clock.now()
        return written

    def _write(self, message: Leased) -> Mail | Outcome:
        try:
            if not _is_tried(message):
                raise Permanent("mail_attempts_used_up", attempts=message.attempts - 1)
            members = self._bundles.members(message) if _leads(message) else []
            return self._write_digest(message, members) if members else self._composer.compose(self._scene(message))
        except Exception as error:  # one bad message stops no other
            return self._failed(message, error)

    def _scene(self, message: Leased) -> Scene:
        scene = self._ahead.take(message) or self._composer.scenes([message])[message.id]
        if isinstance(scene, Exception):
            raise scene
        return scene

    def _write_digest(self, leader: Leased, members: Sequence[Leased]) -> Mail | Outcome:
        mail, verdicts = compose_digest(self._composer, leader, members, overdue=self._overdue)
        now = self._clerk.clock.now()
        if verdicts[0].broken and verdicts[0].failure:
            return led_anew(self._failed(leader, verdicts[0].failure), verdicts, now)
        if mail is None:
            return sent_together(Outcome(leader, "cancelled", {}), verdicts, now)
        self._verdicts[leader.id] = verdicts
        return mail

    async def send(self, message: Leased, mail: Mail) -> Outcome:
        """Hand the mail over. `Outage` says that this was not possible whatever the mail."""
        now = self._clerk.clock.now()
        if message.leased_until - now < MARGIN:
            return put_back(message, now, "")
        if not _is_fresh(self._written.pop(message.id, now), now):  # it has waited for others to the same domain
            written = await self.write(message)
            if isinstance(written, Outcome):
                return written
            mail = written
        try:
            self._clerk.require_room(message, mail.domain)
            await self._handover.send(mail)
        except Outage:
            raise
        except Exception as error:  # as above
            return self._failed(message, error)
        now = self._clerk.clock.now()
        outcome = sent(message, now, Receipt(mail.address, mail.subject, mail.digest))
        verdicts = self._verdicts.pop(message.id, None)
        return sent_together(outcome, verdicts, now) if verdicts else outcome

    def _failed(self, message: Leased, error: Exception) -> Outcome:
        if isinstance(error, StoreError):
            raise error
        now, told = self._clerk.clock.now(), str(error)
        if isinstance(error, Limited):
            return put_back(message, error.until, told)
        if isinstance(error, NotNow):
            return kept_quiet(message, now, told)
        if isinstance(error, Overtaken):
            return Outcome(message, "cancelled", {"error": told})
        if isinstance(error, Permanent):
            return Outcome(message, "dead", {"error": told})
        if not isinstance(error, VorgangError):
            log.error("message %s of case %s", message.id, message.case_id, exc_info=error)
            told = str(Temporary("mail_unexpected", reason=brief(f"{type(error).__name__}: {error}")))
        return failed(message, now, told)


class _ReadAhead:
    """Scenes read together when their messages were claimed, which is far less work. They serve while fresh."""

    def __init__(self, composer: Composer, clock: Clock) -> None:
        self._composer, self._clock = composer, clock
        self._scenes: dict[str, tuple[datetime, Scene | Exception]] = {}

    def read(self, messages: Sequence[Leased]) -> None:
        """Get the scenes of these messages."""
        now = self._clock.now()
        with suppress(StoreError):  # each one's turn will show whether the database is back
            self._scenes |= {id: (now, scene) for id, scene in self._composer.scenes(messages).items()}

    def take(self, message: Leased) -> Scene | Exception | None:
        """The scene of a message, or why it has none; None: it must be read anew."""
        then, scene = self._scenes.pop(message.id, (None, None))
        return scene if then and _is_fresh(then, self._clock.now()) else None


def _is_fresh(then: datetime, now: datetime) -> bool:
    """Whether what was read or written `then` may be used; not where the clock has been set back."""
    return timedelta() <= now - then <= FRESH


def _is_tried(message: Leased) -> bool:
    """Whether it has attempts left. If each of them ended with the end of the process, it may kill this one too."""
    return message.attempts <= MOST_ATTEMPTS


def _leads(message: Leased) -> bool:
    return message.bundle_id == message.id


def _log(outcome: Outcome, status: str) -> None:
    message, error = outcome.leased, outcome.values.get("error")
    if status == "sent":
        fates.info("message %s of case %s sent", message.id, message.case_id)
        return
    if outcome.values.get("attempts") is not None:  # put back: nothing happened
        return
    level = {"dead": logging.ERROR, "deferred": logging.WARNING}.get(status, logging.INFO)
    fates.log(level, "message %s of case %s, attempt %d: %s", message.id, message.case_id, message.attempts, error)
