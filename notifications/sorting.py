"""Sorting what is to be delivered: at once, later within a digest, or not at all where somebody does not wish it.

What waits for one recipient beyond a number of mails a day goes out as one digest; whoever wishes so gets a kind of
message daily, weekly or monthly. Sorted is what has been leased: nobody else sends meanwhile what waits for a digest.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from ..config.errors import StoreError
from ..states.columns import parse_instant
from ..states.ticks import EXACT, TELL_BEFORE
from ..states.town import Town
from .bundles import Address, Bundles
from .failures import Overtaken
from .frequencies import AT_ONCE, NEVER, Frequency, digest_instant
from .kinds import Kind, Kinds
from .outbox import Leased, Outbox, Outcome

log = logging.getLogger("vorgang.mail")

#: After the digest of a day, what comes more waits so long for company.
PAUSE = timedelta(hours=1)


class Policy(NamedTuple):
    """How an installation bundles: beyond how many mails to one recipient in a day, and at which local time."""

    #: 0: never because of their number.
    most: int = 5
    at: time = time(9)


class _Sorted(NamedTuple):
    message: Leased
    kind: Kind
    frequency: Frequency
    #: When it may go out.
    at: datetime


class Sorter:
    """Sorts leased messages; changes those that are not to go out now."""

    def __init__(
        self, outbox: Outbox, bundles: Bundles, town: Callable[[str], Town], kinds: Kinds, policy: Policy
    ) -> None:
        self._outbox = outbox
        self._bundles = bundles
        self._town = town
        self._kinds = kinds
        self._policy = policy

    def sort(self, batch: Sequence[Leased], now: datetime) -> list[Leased]:
        """Those of the leased messages that are to be delivered now, digests by their leaders."""
        alone = [one for one in batch if not self._may_wait(one)]
        waiting = [one for one in batch if self._may_wait(one)]
        addresses = list(dict.fromkeys(Address(one.body, one.recipient) for one in waiting))
        wishes = self._bundles.wishes(addresses) if addresses else {}
        for address in addresses:
            own = [one for one in waiting if (one.body, one.recipient) == address]
            found = {one.id: self._tried(one, wishes.get((*address, self._kinds.of(one.template).id))) for one in own}
            alone += [one for one in own if found[one.id] is None]  # writing it will tell what is wrong
            alone += self._sorted(address, [placed for placed in found.values() if placed], now)
        return alone

    def _may_wait(self, message: Leased) -> bool:
        """A digest that is due goes out, what has failed before is tried by itself, and a file would be lost in one."""
        fresh = message.bundle_id is None and message.attempts <= 1 and message.attach is None
        return fresh and self._kinds.of(message.template).bundled

    def _tried(self, message: Leased, wish: Frequency | None) -> _Sorted | None:
        """None: a message that cannot be sorted; it stops no other."""
        try:
            return self._placed(message, wish)
        except StoreError:
            raise
        except Exception as error:
            log.warning("message %s of case %s cannot be sorted: %s", message.id, message.case_id, error)
            return None

    def _placed(self, message: Leased, wish: Frequency | None) -> _Sorted:
        kind, town = self._kinds.of(message.template), self._town(message.body)
        frequency = wish if wish in kind.frequencies and wish is not None else kind.frequencies[0]
        if frequency in (AT_ONCE, NEVER):
            return _Sorted(message, kind, frequency, message.created_at)
        calendar = town.rules_on(town.today(message.created_at)).calendar
        at = digest_instant(frequency, message.created_at, at=self._policy.at, calendar=calendar, zone=town.zone)
        if not _may_wait_until(message, at):
            return _Sorted(message, kind, AT_ONCE, message.created_at)
        return _Sorted(message, kind, frequency, at)

    def _sorted(self, address: Address, found: Sequence[_Sorted], now: datetime) -> list[Leased]:
        for one in found:
            if one.frequency == NEVER:
                unwanted = Overtaken("mail_unwanted", recipient=address.recipient, kind=one.kind.label)
                self._outbox.settle([Outcome(one.message, "cancelled", {"error": str(unwanted)})])
        for at in sorted({one.at for one in found if one.at > now and one.frequency != NEVER}):
            self._bundles.postpone([one.message for one in found if one.at == at and one.frequency != NEVER], at=at)
        ready = [one for one in found if one.at <= now and one.frequency != NEVER]
        return self._together(address, ready, now) if ready else []

    def _together(self, address: Address, ready: Sequence[_Sorted], now: datetime) -> list[Leased]:
        """What goes out now: one by one, as one digest, or (the day's digest has gone out) a little later."""
        messages = [one.message for one in ready]
        templates = self._free_templates(ready)
        wished = any(one.frequency != AT_ONCE for one in ready)
        most = self._policy.most
        if not (wished or most):
            return messages
        told = self._bundles.told_since(address, self._morning(address, now)) if most else 0
        number = len(messages) + self._bundles.waiting(address, templates, now, most=most + 1)
        if not wished and told + number <= most:
            return messages
        if told > most:
            later = [one for one in messages if _may_wait_until(one, now + PAUSE)]
            if later:
                self._bundles.postpone(later, at=now + PAUSE, since=now)
            return [one for one in messages if one not in later]
        if number == 1:
            return messages
        return [self._bundles.lead(messages[0], messages[1:], at=now, gather=templates)]

    def _free_templates(self, ready: Iterable[_Sorted]) -> frozenset[str]:
        """The templates of the kinds in hand: what else waits of them goes along."""
        return frozenset(name for one in ready for name in self._kinds.templates(one.kind.id))

    def _morning(self, address: Address, now: datetime) -> datetime:
        """When the day began in the town."""
        zone = self._town(address.body).zone
        return datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone).astimezone(UTC)


def _may_wait_until(message: Leased, at: datetime) -> bool:
    """Whether a message still makes sense at `at`: a reminder does until the next step of its ladder, or the lapse."""
    before = message.params.get(TELL_BEFORE)
    return not message.params.get(EXACT) and (before is None or at < parse_instant(before))
