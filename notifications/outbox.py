"""The outbox: who may deliver which message, and what became of it. Every statement about messages stands here.

A row is leased before anything is tried: its attempt is counted, its token grows, and only the holder of the newest
token may settle it. So a process that dies loses nothing, one that freezes past its lease changes nothing, and a mail
may at worst be sent twice under the same Message-ID, never not at all.

``due_at`` is when somebody must look at a row again: while it is leased, the end of the lease.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Update, bindparam, func, select, text, update

from ..states.columns import parse_instant
from ..states.database import Database
from ..states.mornings import WAITS_UNTIL
from ..states.tables import WAITING, MessageRow
from .covered import forget_closed_task
from .interventions import Intervention, intervene, intervene_everywhere
from .strays import ALONE, STRAY, free_strays

#: How long a message waits after its first, second, … failed attempt; after the last of them it is dead.
RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(RETRIES) + 1
#: How long messages wait while nothing can be delivered.
OUTAGE_WAIT = timedelta(minutes=1)
#: After how long somebody looks again whether what must not be told at present may be told.
QUIET_WAIT = timedelta(hours=1)

#: Under this name the leader of a digest keeps the instant of it among its params.
DIGEST_AT = "digest_at"

#: A pause is longer by up to this part of it, another one for each message: what failed together is not tried together.
SPREAD = 0.2

_message = MessageRow.__table__  # type: ignore[attr-defined]  # sqlmodel adds it
_WAITING = text(f"({WAITING})")
_UNTRIED = _message.c.status.in_(("queued", "deferred"))
_UNTOLD = _message.c.status.in_(("queued", "deferred", "held"))
_DEAD = text("status = 'dead'")  # as the index says it


def pause_after(message: str, attempts: int) -> timedelta:
    """How long a message waits after so many failed attempts (1 to the length of `RETRIES`); always the same for it."""
    chance = int.from_bytes(sha256(f"{message}/{attempts}".encode()).digest()[:4], "big") / 2**32
    return RETRIES[attempts - 1] * (1 + SPREAD * chance)


class Leased(NamedTuple):
    """A message that the caller, and nobody else until `leased_until`, may deliver."""

    id: str
    body: str
    case_id: str
    occasion: str
    occurrence: int
    recipient: str
    template: str
    attach: str | None
    params: Mapping[str, Any]
    created_at: datetime
    attempts: int
    token: int
    leased_until: datetime
    #: Its own id: it leads a digest, the messages of which name it likewise.
    bundle_id: str | None = None

    @property
    def written_at(self) -> datetime:
        """The instant for which it is written: its cause, the working morning for which that waits, or its digest."""
        waits_until = self.params.get(DIGEST_AT) or self.params.get(WAITS_UNTIL)
        return parse_instant(waits_until) if waits_until else self.created_at


class Receipt(NamedTuple):
    """What was sent: to which address, under which subject, and the SHA-256 of the mail."""

    address: str
    subject: str
    digest: str


class Outcome(NamedTuple):
    """What became of a leased message: its status, and the columns that go with it."""

    leased: Leased
    status: str
    values: Mapping[str, Any]
    #: Of the messages that a digest tells beside its leader: the id of each and the columns that change.
    members: Sequence[tuple[str, Mapping[str, Any]]] = ()


def sent(leased: Leased, now: datetime, receipt: Receipt) -> Outcome:
    """The mail was handed over."""
    return Outcome(leased, "sent", {"sent_at": now, "error": None, **receipt._asdict()})


def failed(leased: Leased, now: datetime, error: str) -> Outcome:
    """The attempt failed: deferred by the retry table, dead after its end."""
    if leased.attempts >= MOST_ATTEMPTS:
        return Outcome(leased, "dead", {"error": error})
    return Outcome(leased, "deferred", {"due_at": now + pause_after(leased.id, leased.attempts), "error": error})


def put_back(leased: Leased, due_at: datetime, error: str) -> Outcome:
    """Nothing was tried: the attempt does not count."""
    return Outcome(leased, "deferred", {"due_at": due_at, "attempts": leased.attempts - 1, "error": error})


def kept_quiet(leased: Leased, now: datetime, error: str) -> Outcome:
    """It must not be told at present and waits on purpose: the attempt does not count."""
    return Outcome(leased, "queued", {**put_back(leased, now + QUIET_WAIT, error).values})


class Entry(NamedTuple):
    """A message as a list shows it."""

    id: str
    body: str
    case_id: str
    occasion: str
    recipient: str
    template: str
    status: str
    created_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    address: str | None
    subject: str | None
    error: str | None


class Wanted(NamedTuple):
    """Which messages a list shows; None: any. The newest come first; `before` goes on after the last id shown."""

    status: str | None = None
    body: str | None = None
    case_id: str | None = None
    limit: int = 50
    before: str | None = None


class Outbox:
    """The messages of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- delivering ---

    def claim(self, now: datetime, *, limit: int, lease: timedelta, only: str | None = None) -> list[Leased]:
        """Lease the messages that are due, the longest waiting first; among them those whose holder let them lapse."""
        due = select(_message.c.id).where(_WAITING, _message.c.due_at <= now)
        if only is not None:
            due = due.where(_message.c.id == only)
        with self.database.reading() as connection:  # an idle tick must not queue for SQLite's write lock
            if connection.execute(due.where(ALONE | STRAY).limit(1)).first() is None:
                return []
        due = due.where(ALONE).order_by(_message.c.due_at, _message.c.id).limit(limit)
        until = now + lease
        taken = self._lease(due, until)
        return taken or (self._lease(due, until) if free_strays(self.database, now) else [])

    def _lease(self, due: Select[tuple[str]], until: datetime) -> list[Leased]:
        if self.database.dialect == "postgresql":
            due = due.with_for_update(skip_locked=True)
        chosen = due.cte("due")
        taken = (
            update(_message)
            .where(_message.c.id == chosen.c.id)
            .values(
                status="leased",
                token=_message.c.token + 1,
                attempts=_message.c.attempts + 1,
                leased_until=until,
                due_at=until,
            )
            .returning(*(_message.c[name] for name in Leased._fields))
        )
        with self.database.writing() as connection:
            return sorted((Leased(*row) for row in connection.execute(taken)), key=lambda leased: leased.id)

    def settle(self, outcomes: Sequence[Outcome]) -> list[str]:
        """Write down what became of messages, all in one transaction; the status of each, or ``lost``.

        Lost: the lease has passed to somebody else, who decides.
        """
        with self.database.writing() as connection:
            return [_settle(connection, outcome) for outcome in outcomes]

    def sweep(self, now: datetime) -> int:
        """Show messages whose holder has died as waiting again; `claim` would take them anyway. Returns how many."""
        lapsed = (_WAITING, _message.c.due_at <= now, _message.c.status == "leased")
        with self.database.reading() as connection:
            if connection.execute(select(_message.c.id).where(*lapsed).limit(1)).first() is None:
                return 0
        with self.database.writing() as connection:
            freed = update(_message).where(*lapsed).values(status="deferred", leased_until=None)
            return connection.execute(freed).rowcount

    def next_due(self, after: datetime | None = None) -> datetime | None:
        """When the next message must be looked at (`after`: later than that); None: nothing waits."""
        query = select(_message.c.due_at).where(_WAITING, ALONE | STRAY).order_by(_message.c.due_at).limit(1)
        if after is not None:
            query = query.where(_message.c.due_at > after)
        with self.database.reading() as connection:
            found: datetime | None = connection.execute(query).scalar()
            return found

    # --- for people ---

    def hold(self, message: str | None = None) -> int:
        """Keep a message (None: all that wait) from being sent until it is released. Returns how many."""
        return self._change(message, Intervention(("queued", "deferred"), {"status": "held"}))

    def release(self, message: str | None = None) -> int:
        """Let a held message (None: all) go. Returns how many."""
        return self._change(message, Intervention(("held",), {"status": "queued"}))

    def retry(self, now: datetime, message: str | None = None) -> int:
        """Try a message that failed (None: all of them) at once, with all its attempts anew. Returns how many.

        A message of a digest is tried with the whole digest. The task that covers it goes on covering it.
        """
        anew = {"status": "queued", "due_at": now, "attempts": 0, "sent_at": None}
        return self._change(message, Intervention(("dead", "bounced", "deferred"), anew, whole=True))

    def cancel(self, message: str) -> int:
        """Never send a message that has not been sent."""
        sources = ("queued", "deferred", "held", "dead")
        return self._change(message, Intervention(sources, {"status": "cancelled"}))

    def entries(self, wanted: Wanted | None = None) -> Sequence[Entry]:
        """Messages, the newest first."""
        wanted = wanted or Wanted()
        query = select(*(_message.c[name] for name in Entry._fields)).order_by(_message.c.id.desc()).limit(wanted.limit)
        for column in ("status", "body", "case_id"):
            if (value := getattr(wanted, column)) is not None:
                query = query.where(_message.c[column] == value)
        if wanted.before is not None:
            query = query.where(_message.c.id < wanted.before)
        with self.database.reading() as connection:
            return [Entry(*row) for row in connection.execute(query)]

    def dead(self) -> list[str]:
        """The ids of all messages that were given up."""
        query = select(_message.c.id).where(_DEAD).order_by(_message.c.id)
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def counts(self) -> dict[str, int]:
        """How many messages there are in each status."""
        query = select(_message.c.status, func.count().label("number")).group_by(_message.c.status)
        with self.database.reading() as connection:
            return {row.status: row.number for row in connection.execute(query.order_by(_message.c.status))}

    def _change(self, message: str | None, what: Intervention) -> int:
        with self.database.writing() as connection:
            if message is None:
                return intervene_everywhere(connection, what)
            return intervene(connection, what, message)


@lru_cache(maxsize=32)
def _settling(names: tuple[str, ...]) -> Update:
    """Changes these columns of a message that is still leased to its holder; put together once."""
    itself = (_message.c.id == bindparam("leased_id"), _message.c.token == bindparam("leased_token"))
    changed = {name: bindparam(name, type_=_message.c[name].type) for name in names}
    return update(_message).where(*itself, _message.c.status == "leased").values(changed)


def _settle(connection: Connection, outcome: Outcome) -> str:
    leased = outcome.leased
    values = {"status": outcome.status, "leased_until": None, **outcome.values}
    fence = {"leased_id": leased.id, "leased_token": leased.token}
    if connection.execute(_settling(tuple(values)), {**values, **fence}).rowcount != 1:
        return "lost"
    if outcome.members or leased.bundle_id == leased.id:
        _settle_members(connection, outcome)
    if outcome.status == "dead":
        forget_closed_task(connection, leased.id)
    return outcome.status


def _settle_members(connection: Connection, outcome: Outcome) -> None:
    """What became of the messages that a digest told, or should have."""
    leased = outcome.leased
    within = update(_message).where(_message.c.bundle_id == leased.id, _message.c.id != leased.id, _UNTRIED)
    for member, changes in outcome.members:
        if changes.get("status") == "sent":  # it has been told, whatever was asked meanwhile
            told = update(_message).where(_message.c.id == member, _UNTOLD)
            connection.execute(told.values(bundle_id=leased.id, **changes))
        else:
            connection.execute(within.where(_message.c.id == member).values(changes))
    if outcome.status == "dead":  # nor does what is told in it reach anybody
        connection.execute(within.values(status="dead", error=outcome.values["error"]))
