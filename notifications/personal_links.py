"""The personal link of a mail: a token that names a case and a person, and until when. Pure.

It says who acts, and nothing more: what that person may do, the engine decides when it is used. To look at it does
nothing; who acts sends it with an event. Each mail carries a fresh one, a reminder too, so none runs out between two.
Form: base64url without padding of version, instant, id of the case, key of the person, and an HMAC-SHA256 of all that.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from ..config.errors import ForbiddenError
from ..states.lifecycle import Lifecycle

#: The name of the installation's secret that signs them.
KEY_NAME = "personal_links"
_VERSION = 1
_SIGNATURE, _INSTANT, _ID = 16, 5, 16
_HEAD = 1 + _INSTANT + _ID
#: Longer than any token: nothing longer is even decoded.
_LONGEST = 1_000
#: Types of fields with a day, which their text begins with.
_DAYS, _DAY = frozenset({"date", "instant"}), len("2020-06-15")
#: So long after the last day of its case a link is still good: whoever is late is told so by the engine.
_AFTER = timedelta(days=8)


class Claim(NamedTuple):
    """What a token says."""

    case_id: str
    person: str
    #: It is valid before this instant.
    until: datetime


class LinkMaker(NamedTuple):
    """Makes the links of an installation."""

    #: Asked for only where a mail has one.
    key: Callable[[], bytes]
    base_url: str
    valid_for: timedelta

    def link(self, case_id: str, person: str, now: datetime, last: date | None = None) -> str:
        """Where the personal link of a mail written at `now` leads; it outlives `last`, the last day of the case."""
        until = now + self.valid_for
        if last is not None:
            until = max(until, datetime.combine(last, time(), UTC) + _AFTER)
        return f"{self.base_url}/link/{token_of(self.key(), Claim(case_id, person, until))}"


def token_of(key: bytes, claim: Claim) -> str:
    """The token for a claim."""
    seconds = int(claim.until.timestamp()).to_bytes(_INSTANT, "big")
    said = bytes([_VERSION]) + seconds + UUID(claim.case_id).bytes + claim.person.encode()
    return urlsafe_b64encode(said + _signature(key, said)).rstrip(b"=").decode()


def claim_of(key: bytes, token: str, now: datetime) -> Claim:
    """What a token says.

    Raises:
        ForbiddenError: nobody here has made it (`link_invalid`), or its time is over (`link_expired`).
    """
    said = _signed(key, token)
    until = datetime.fromtimestamp(int.from_bytes(said[1 : 1 + _INSTANT], "big"), UTC)
    claim = Claim(str(UUID(bytes=said[1 + _INSTANT : _HEAD])), said[_HEAD:].decode(), until)
    if now >= until:
        raise ForbiddenError("link_expired")
    return claim


def _signed(key: bytes, token: str) -> bytes:
    try:
        # A whole address is as good as the token at its end.
        text = token.strip().rpartition("/")[2].encode("ascii")
        whole = urlsafe_b64decode(text + b"=" * (-len(text) % 4)) if len(text) <= _LONGEST else b""
    except ValueError:
        whole = b""
    said, signature = whole[:-_SIGNATURE], whole[-_SIGNATURE:]
    genuine = hmac.compare_digest(signature, _signature(key, said))
    if not genuine or len(said) <= _HEAD or said[0] != _VERSION:
        raise ForbiddenError("link_invalid")
    return said


def _signature(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")[:_SIGNATURE]


def acts_by_link(lifecycle: Lifecycle, facts: Mapping[str, Any], person: str) -> bool:
    """Whether `person` is named by a field that is the role of an event which may be fired by link."""
    roles = (role for event in lifecycle.events.values() if event.by_link for role in event.by)
    return any(facts.get(role) == person for role in roles)


def last_day(lifecycle: Lifecycle, facts: Mapping[str, Any], due_on: date | None) -> date | None:
    """The latest day that a case knows: its due day, and every day or instant in its fields."""
    fields = (field for field in lifecycle.fields.values() if field.type in _DAYS and not field.many)
    known = (facts.get(field.name) for field in fields)
    days = [date.fromisoformat(str(text)[:_DAY]) for text in known if text]
    return max([*days, *([due_on] if due_on else [])], default=None)
