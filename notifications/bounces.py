"""Mails that came back: which message did not arrive, and what follows from it.

A message that was sent and came back for good becomes ``bounced`` and thereby a task of the council office
(`undeliverable`). Its address is put on the list of those not written to, if the server named this very address and
gave a reason that lies in it (`bounce_reason`); not for a full mailbox or a filter, and where it has said only that it
gives up, after several messages.

All this only if the bounce is proven: it came to the signed return path of the message. What only quotes a Message-ID
anybody can have written who has had an answer to that mail. Where a return path is set, the message is doubtful then: a
task for a person, no more. Where none is set there is no proof; it counts as come back, but closes no address.

A delay is noted, nothing else. What names no message of ours changes nothing. Everything happens in one transaction
with the note that this bounce was read, so that reading it again does nothing again.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..config.clock import Clock
from ..states.database import Database
from ..states.mail_tables import BounceRow
from ..states.records import Body
from ..states.tables import MessageRow, table_of
from .bounce_mail import Notice, read_notice
from .covered import forget_closed_task
from .failures import Permanent
from .return_path import Claim, ReturnPath
from .suppression import Suppressed, suppress

log = logging.getLogger("vorgang.mail")

#: bounced: the message is so from now on; doubtful: somebody says so who may be anybody; noted: it is not ``sent`` any
#: more, or not for good; known: read before; early: somebody is delivering it just now, so it must be read again;
#: unknown: about no message of ours; other: no bounce.
Effect: TypeAlias = Literal["bounced", "doubtful", "noted", "known", "early", "unknown", "other"]

#: So many messages to an address within so many days must come back without a reason that lies elsewhere.
UNCLEAR_BOUNCES = 3
UNCLEAR_DAYS = timedelta(days=30)

_message, _bounce, _body = table_of(MessageRow), table_of(BounceRow), table_of(Body)
#: A message of the outbox: id, body, address, status, token, domain.
_Message: TypeAlias = Row[Any, Any, Any, Any, Any, Any]


class Taken(NamedTuple):
    """What came of a mail that was read."""

    effect: Effect
    kind: str
    message: str | None = None
    address: str | None = None
    #: Whether the address is not written to from now on.
    suppressed: bool = False
    reason: str = ""


class Bounces:
    """Reads bounces for one database."""

    def __init__(self, database: Database, clock: Clock, path: ReturnPath | None) -> None:
        self._database = database
        self._clock = clock
        self._path = path

    def take(self, content: bytes) -> Taken:
        """Read one mail and do what follows from it.

        Raises:
            StoreError: the database cannot be used; read it again later.
        """
        notice = read_notice(content, self._path)
        if notice.kind == "other":
            return Taken("other", notice.kind, reason=notice.reason)
        with self._database.writing() as connection:
            taken = self._take(connection, notice)
        log.log(
            logging.WARNING if taken.effect in {"bounced", "doubtful", "unknown"} else logging.INFO,
            "bounce %s: %s, message %s: %s", notice.digest[:12], taken.effect, taken.message, taken.reason,
        )  # fmt: skip
        return taken

    def _take(self, connection: Connection, notice: Notice) -> Taken:
        claim, row = _found(connection, notice.claims)
        if row is None:
            return Taken("unknown", notice.kind, reason=notice.reason)
        taken = Taken("known", notice.kind, row.id, row.address, reason=notice.reason)
        if row.status == "leased":
            return taken._replace(effect="early")
        doubtful = not claim.proven and self._path is not None and notice.kind == "failed"
        if (doubtful and _doubted(connection, row)) or not self._is_new(connection, notice, row, proven=claim.proven):
            return taken
        if notice.kind == "delayed":
            return taken._replace(effect="noted")
        if doubtful:
            return taken._replace(effect="doubtful" if _doubt(connection, notice, row) else "noted")
        changed = _came_back(connection, notice, row)
        suppressed = claim.proven and self._closes(connection, notice, row) and self._suppress(connection, notice, row)
        return taken._replace(effect="bounced" if changed else "noted", suppressed=suppressed)

    def _is_new(self, connection: Connection, notice: Notice, row: _Message, *, proven: bool) -> bool:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        values = {
            "digest": notice.digest,
            "message_id": row.id,
            "kind": notice.kind,
            "status": notice.status,
            "reason": notice.reason,
            "read_at": self._clock.now(),
            "proven": proven,
            "token": row.token,
            "fault": notice.fault,
        }
        noted = insert(_bounce).values(values).on_conflict_do_nothing().returning(_bounce.c.digest)
        return connection.execute(noted).first() is not None

    def _closes(self, connection: Connection, notice: Notice, row: _Message) -> bool:
        """Behind one address there may be several, of which one has failed; so the very address must be named."""
        if row.address is None or row.address.lower() not in notice.recipients:
            return False
        if notice.fault == "unclear":
            return _unclear_before(connection, row, self._clock.now() - UNCLEAR_DAYS) >= UNCLEAR_BOUNCES
        return notice.fault == "address"

    def _suppress(self, connection: Connection, notice: Notice, row: _Message) -> bool:
        return suppress(connection, Suppressed(row.body, row.address.lower(), notice.reason, self._clock.now()))


def _found(connection: Connection, claims: Iterable[Claim]) -> tuple[Claim, _Message | None]:
    """The first of these that exists and was tried at least once; what never left cannot come back."""
    columns = (_message.c.id, _message.c.body, _message.c.address, _message.c.status, _message.c.token)
    query = select(*columns, func.lower(_body.c.message_domain).label("domain"))
    query = query.join(_body, _body.c.key == _message.c.body).where(_message.c.token > 0)
    for claim in claims:
        row = connection.execute(query.where(_message.c.id == claim.message)).first()
        if row is not None and claim.domain in {None, row.domain}:
            return claim, row
    return Claim(""), None


def _came_back(connection: Connection, notice: Notice, row: _Message) -> bool:
    """The message, and what was told within its mail, reached nobody; whether that is new."""
    error = str(Permanent("mail_bounced", address=row.address or "–", reason=notice.reason))
    back = update(_message).where(_message.c.id == row.id, _message.c.status == "sent")
    changed = connection.execute(back.values(status="bounced", error=error)).rowcount == 1
    told_in_it = update(_message).where(_message.c.bundle_id == row.id, _message.c.status == "sent")
    connection.execute(told_in_it.values(status="bounced", error=error))
    forget_closed_task(connection, row.id)
    return changed


def _doubt(connection: Connection, notice: Notice, row: _Message) -> bool:
    """The message stays sent, and says what is told of it; whether it is still sent."""
    error = str(Permanent("mail_bounce_doubtful", address=row.address or "–", reason=notice.reason))
    sent = update(_message).where(_message.c.id == row.id, _message.c.status == "sent")
    forget_closed_task(connection, row.id)
    return connection.execute(sent.values(error=error)).rowcount == 1


def _doubted(connection: Connection, row: _Message) -> bool:
    """Once is enough, however many such mails somebody sends."""
    told = (_bounce.c.message_id == row.id, _bounce.c.token == row.token, _bounce.c.kind == "failed")
    query = select(_bounce.c.digest).where(*told, ~_bounce.c.proven).limit(1)
    return connection.execute(query).first() is not None


def _unclear_before(connection: Connection, row: _Message, since: datetime) -> int:
    """How many messages to the address of this one have come back since then, for reasons not told."""
    unclear = (_bounce.c.read_at >= since, _bounce.c.proven, _bounce.c.kind == "failed", _bounce.c.fault == "unclear")
    same = (_message.c.body == row.body, func.lower(_message.c.address) == row.address.lower())
    query = select(func.count(_bounce.c.message_id.distinct())).join(_message, _message.c.id == _bounce.c.message_id)
    return int(connection.execute(query.where(*unclear, *same)).scalar_one())


class Entry(NamedTuple):
    """A bounce as a list shows it."""

    message: str
    body: str
    recipient: str
    address: str | None
    kind: str
    status: str | None
    reason: str
    read_at: datetime
    #: It came to the signed return path.
    proven: bool


def entries(connection: Connection, *, body: str | None, limit: int) -> Sequence[Entry]:
    """The bounces that were read, of one municipality or of all, the newest first."""
    message, bounce = _message.c, _bounce.c
    columns = (message.id, message.body, message.recipient, message.address)
    query = select(*columns, bounce.kind, bounce.status, bounce.reason, bounce.read_at, bounce.proven).join_from(
        _bounce, _message, message.id == bounce.message_id
    )
    if body is not None:
        query = query.where(message.body == body)
    newest = query.order_by(bounce.read_at.desc(), bounce.digest).limit(limit)
    return [Entry(*row) for row in connection.execute(newest)]
