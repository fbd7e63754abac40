"""Digests in the outbox: several messages for one recipient that go out as one mail. Every statement for them.

One of them leads: the mail has its id, its lease and its attempts. The others name it in `bundle_id` and wait; what
becomes of the leader becomes of them in the same transaction. So a digest is delivered by the rules of any message.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select, text, update

from ..config.errors import VorgangError
from ..states.database import Database
from ..states.mail_tables import PreferenceRow
from ..states.tables import WAITING, MessageRow, table_of
from .failures import NotNow
from .frequencies import Frequency
from .outbox import DIGEST_AT, QUIET_WAIT, Leased, Outcome, pause_after

MAIL = "mail"

_message, _preference = table_of(MessageRow), table_of(PreferenceRow)
_UNTRIED = _message.c.status.in_(("queued", "deferred"))
_FREE = _message.c.bundle_id.is_(None)
_WAITING = text(f"({WAITING})")  # in the words of the indexes


class Address(NamedTuple):
    """Whose messages are bundled."""

    body: str
    recipient: str


class Verdict(NamedTuple):
    """What a digest can tell of one of its messages: it tells it, it is no longer true, or it could not be written."""

    message: Leased
    failure: VorgangError | None = None
    #: It is no longer true: not sent, and nobody needs to know.
    overtaken: bool = False

    @property
    def broken(self) -> bool:
        """It could not be written."""
        return self.failure is not None and not self.overtaken


class Bundles:
    """The digests of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wishes(self, addresses: Collection[Address]) -> Mapping[tuple[str, str, str], Frequency]:
        """The frequencies that these recipients wish, by body, recipient and kind."""
        query = select(_preference.c.body, _preference.c.party_key, _preference.c.kind, _preference.c.frequency).where(
            _preference.c.channel == MAIL, _preference.c.party_key.in_({one.recipient for one in addresses})
        )
        with self._database.reading() as connection:
            return {(body, party, kind): frequency for body, party, kind, frequency in connection.execute(query)}

    def told_since(self, address: Address, start: datetime) -> int:
        """How many mails `address` has been sent since `start`; a digest is one."""
        mails = _of(address, select(func.count())).where(_message.c.status == "sent", _message.c.sent_at >= start)
        with self._database.reading() as connection:
            found: int = connection.execute(mails.where(_FREE | (_message.c.bundle_id == _message.c.id))).scalar_one()
            return found

    def waiting(self, address: Address, templates: Collection[str], now: datetime, *, most: int) -> int:
        """How many messages of these templates wait for `address`, leased by nobody and in no digest; up to `most`."""
        some = _of(address, select(_message.c.id)).where(*_gatherable(templates, now)).limit(most).subquery()
        with self._database.reading() as connection:
            found: int = connection.execute(select(func.count()).select_from(some)).scalar_one()
            return found

    def lead(self, leader: Leased, others: Sequence[Leased], *, at: datetime, gather: Collection[str] = ()) -> Leased:
        """Make `leader` (leased) lead a digest of `others` (leased) and of all that waits of the templates `gather`.

        It stays leased if `at` has come (``leased.leased_until`` holds), so that the holder sends it now.
        """
        led = leader._replace(bundle_id=leader.id, params={**leader.params, DIGEST_AT: at.isoformat()})
        address = Address(leader.body, leader.recipient)
        with self._database.writing() as connection:
            if not _fenced(connection, leader, bundle_id=leader.id, params=dict(led.params)):
                return led  # lost meanwhile: whoever holds it now decides
            for other in others:
                _fenced(connection, other, **_into(leader.id, at, other))
            if gather:
                more = _of(address, update(_message)).where(*_gatherable(gather, at))
                connection.execute(more.values(bundle_id=leader.id))
        return led

    def postpone(self, messages: Sequence[Leased], *, at: datetime, since: datetime | None = None) -> None:
        """Let the messages (leased, of one recipient) wait for the digest of the instant `at`; the first may lead it.

        With `since`, a digest that is due from then to `at` takes them along.
        """
        first = messages[0]
        with self._database.writing() as connection:
            leader = _leader(connection, Address(first.body, first.recipient), since or at, at)
            for message in messages:
                values = _into(leader or message.id, at, message)
                if leader is None:
                    leader = message.id
                    values["params"] = {**message.params, DIGEST_AT: at.isoformat()}
                _fenced(connection, message, **values)

    def members(self, leader: Leased) -> list[Leased]:
        """What a digest tells beside its leader, in the order in which it was caused."""
        with self._database.reading() as connection:
            return _members(connection, leader)


def sent_together(leader: Outcome, verdicts: Sequence[Verdict], now: datetime) -> Outcome:
    """What became of a digest that was handed over (`leader`: sent) or that had nothing left to tell."""
    told = {name: value for name, value in leader.values.items() if name != "due_at"}
    members = [(one.message.id, _fate(one, {"status": leader.status, **told}, now)) for one in verdicts[1:]]
    own = verdicts[0]
    if own.overtaken:
        leader = Outcome(leader.leased, "cancelled", {"error": str(own.failure)})
    return leader._replace(members=members)


def led_anew(leader: Outcome, verdicts: Sequence[Verdict], now: datetime) -> Outcome:
    """What becomes of a digest whose leader could not be written (`leader`: deferred, dead): the rest goes out at once.

    What could not be written leaves the digest and is tried by itself.
    """
    rest = [one.message for one in verdicts[1:] if not one.broken]
    members = [(one.message.id, _fate(one, {}, now)) for one in verdicts[1:] if one.broken]
    for message in rest:
        values: dict[str, Any] = {"bundle_id": rest[0].id, "due_at": now}
        if message is rest[0]:
            values["params"] = {**message.params, DIGEST_AT: leader.leased.params[DIGEST_AT]}
        members.append((message.id, values))
    return leader._replace(values={**leader.values, "bundle_id": None}, members=members)


def _gatherable(templates: Collection[str], at: datetime) -> tuple[Any, ...]:
    """What may be taken into a digest of `at`; nothing that brings a file, which would be lost in it."""
    return (
        _message.c.attach.is_(None),
        _WAITING,
        _UNTRIED,
        _FREE,
        _message.c.attempts == 0,
        _message.c.due_at <= at,
        _message.c.template.in_(templates),
    )


def _of(address: Address, statement: Any) -> Any:
    return statement.where(_message.c.body == address.body, _message.c.recipient == address.recipient)


def _members(connection: Connection, leader: Leased) -> list[Leased]:
    query = select(*(_message.c[name] for name in Leased._fields)).where(
        _message.c.bundle_id == leader.id, _message.c.id != leader.id, _UNTRIED
    )
    return [Leased._make(row) for row in connection.execute(query.order_by(_message.c.id))]


def _leader(connection: Connection, address: Address, since: datetime, at: datetime) -> str | None:
    """A digest that waits, and that nobody can take before this transaction ends."""
    query: Select[Any] = _of(address, select(_message.c.id)).where(
        _WAITING,
        _message.c.bundle_id == _message.c.id,
        _message.c.status == "queued",
        _message.c.due_at.between(since, at),
    )
    found: str | None = connection.execute(query.limit(1).with_for_update()).scalar()
    return found


def _into(leader: str, at: datetime, message: Leased) -> dict[str, Any]:
    """How a leased message goes back to wait within a digest: the attempt does not count."""
    return {
        "status": "queued",
        "leased_until": None,
        "due_at": at,
        "attempts": message.attempts - 1,
        "bundle_id": leader,
    }


def _fate(verdict: Verdict, told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The columns of a message that change with the digest that it is in."""
    if verdict.failure is None:
        return dict(told)
    if verdict.overtaken:
        return {"status": "cancelled", "error": str(verdict.failure)}
    if isinstance(verdict.failure, NotNow):
        due_at, error = now + QUIET_WAIT, str(verdict.failure)
        return {"status": "queued", "bundle_id": None, "due_at": due_at, "error": error}
    attempts = max(verdict.message.attempts, 1)
    due_at = now + pause_after(verdict.message.id, attempts)
    error = str(verdict.failure)
    return {"status": "deferred", "bundle_id": None, "attempts": attempts, "due_at": due_at, "error": error}


def _fenced(connection: Connection, leased: Leased, **values: Any) -> bool:
    """Change a message that is still leased to the holder of its newest token."""
    itself = (_message.c.id == leased.id, _message.c.token == leased.token, _message.c.status == "leased")
    values = {"leased_until": None, **values} if "status" in values else values
    return connection.execute(update(_message).where(*itself).values(**values)).rowcount == 1
