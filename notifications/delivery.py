"""Delivering what is in the outbox: claim, write, send, settle, until nothing is due. One bad one stops no other."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from ..config.clock import Clock
from ..config.errors import StoreError, VorgangError
from .bundles import Bundles
from .composer import Composer
from .digest import compose_digest
from .failures import Outage, Overtaken, Permanent, Temporary, brief
from .mailer import Handover, Mailer
from .outbox import MOST_ATTEMPTS, Leased, Outbox, Receipt
from .sorting import Sorter

log = logging.getLogger("vorgang.mail")

#: Messages leased at once, and for how long: even at the worst pace that `smtp` allows, none outlives its lease unsent.
BATCH = 8
LEASE = timedelta(minutes=10)


class Desk(NamedTuple):
    """What delivery works with: the outbox, its digests, who writes and who sorts."""

    outbox: Outbox
    bundles: Bundles
    composer: Composer
    sorter: Sorter


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

    def __init__(self, desk: Desk, mailer: Mailer, clock: Clock) -> None:
        self._desk = desk
        self._mailer = mailer
        self._clock = clock

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
        counts: Counter[str] = Counter()
        async with self._mailer.session() as handover:
            while batch := self._desk.outbox.claim(self._clock.now(), limit=BATCH, lease=LEASE, only=only):
                ready = self._desk.sorter.sort(batch, self._clock.now())
                outage = await self._deliver_all(ready, handover, counts)
                if outage:
                    log.warning("delivery stops for now: %s", outage)
                    break
        return Drained(**counts)

    async def _deliver_all(self, batch: list[Leased], handover: Handover, counts: Counter[str]) -> Outage | None:
        delivery = _Delivery(self._desk, handover, self._clock)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(delivery.deliver(message)) for message in batch]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        for task in tasks:
            counts.update(task.result())
        return delivery.outage


class _Delivery:
    """The delivery of one batch; once nothing can be handed over, the rest of it is given back."""

    def __init__(self, desk: Desk, handover: Handover, clock: Clock) -> None:
        self._outbox, self._bundles, self._composer, _ = desk
        self._handover = handover
        self._clock = clock
        self.outage: Outage | None = None

    async def deliver(self, message: Leased) -> Mapping[str, int]:
        """Deliver one message, or the digest that it leads; says what became of how many."""
        try:
            self._require_worth_trying(message)
            members = self._bundles.members(message) if message.bundle_id == message.id else []
            if members:
                return await self._attempt_digest(message, members)
            return {await self._attempt(message): 1}
        except StoreError:
            raise
        except VorgangError as failure:
            return {self._settle(message, failure): 1}
        except Exception as error:  # one bad message stops no other
            log.exception("message %s of case %s", message.id, message.case_id)
            reason = brief(f"{type(error).__name__}: {error}")
            return {self._settle(message, Temporary("mail_unexpected", reason=reason)): 1}

    def _require_worth_trying(self, message: Leased) -> None:
        if self.outage:
            raise self.outage
        if message.attempts > MOST_ATTEMPTS:
            # Each attempt ended with the end of the process: do not try what may kill this one too.
            raise Permanent("mail_attempts_used_up", attempts=message.attempts - 1)

    async def _attempt_digest(self, leader: Leased, members: list[Leased]) -> Mapping[str, int]:
        digest = compose_digest(self._composer, leader, members)
        broken = [one for one in digest.outcomes if one.failure and not one.overtaken]
        if any(one.message.id == leader.id for one in broken):
            self._bundles.dissolve(leader, broken, self._clock.now())
            return {"deferred": len(broken)}
        receipt = None
        if digest.mail:
            await self._handover.send(digest.mail)
            receipt = Receipt(digest.mail.address, digest.mail.subject, digest.mail.digest)
        if not self._bundles.settle(leader, digest.outcomes, self._clock.now(), receipt):
            return {"lost": 1}
        log.info("digest %s of %d messages sent", leader.id, len(digest.told))
        overtaken = len(digest.outcomes) - len(digest.told) - len(broken)
        return {"sent": len(digest.told), "cancelled": overtaken, "deferred": len(broken)}

    async def _attempt(self, message: Leased) -> str:
        mail = self._composer.compose(message)
        await self._handover.send(mail)
        receipt = Receipt(mail.address, mail.subject, mail.digest)
        settled = self._outbox.settle_sent(message, self._clock.now(), receipt)
        log.info("message %s of case %s sent", message.id, message.case_id)
        return "sent" if settled else "lost"

    def _settle(self, message: Leased, failure: VorgangError) -> str:
        now, error = self._clock.now(), str(failure)
        if isinstance(failure, Outage):
            self.outage = failure
            return self._outbox.give_back(message, now, error)
        if isinstance(failure, Overtaken):
            return self._outbox.settle_cancelled(message, error)
        if isinstance(failure, Permanent):
            status = self._outbox.settle_dead(message, error)
        else:
            status = self._outbox.settle_failed(message, now, error)
        level = logging.ERROR if status == "dead" else logging.WARNING
        log.log(level, "message %s of case %s, attempt %d: %s", message.id, message.case_id, message.attempts, error)
        return status
