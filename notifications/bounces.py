"""Mails that came back: which message did not arrive, and what follows from it.

A message that was sent and came back for good becomes ``bounced`` and thereby a task of the council office
(`undeliverable`). Its address is put on the list of those not written to, if the server named this very address and
gave a reason that lies in it; not for a full mailbox or a filter. A delay is noted, nothing else. What names no message
of ours changes nothing. Everything happens in one transaction with the note that this bounce was read, so that reading
it again does nothing again.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..config.clock import Clock
from ..states.database import Database
from ..states.mail_tables import BounceRow
from ..states.tables import MessageRow, table_of
from .bounce_mail import Notice, read_notice
from .failures import Permanent
from .return_path import ReturnPath
from .suppression import Suppressed, suppress

log = logging.getLogger("vorgang.mail")

#: bounced: the message is so from now on; noted: it is not ``sent`` any more, or not for good; known: read before;
#: early: somebody is delivering it just now, so it must be read again; unknown: about no message of ours; other: no
#: bounce.
Effect: TypeAlias = Literal["bounced", "noted", "known", "early", "unknown", "other"]

#: RFC 3463: which reasons lie in the address. Without a status the server has said only that it gives up.
_LIES_IN_ADDRESS = ("5.0.0", "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.9", "5.1.10", "5.2.0", "5.2.1")

_message, _bounce = table_of(MessageRow), table_of(BounceRow)


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
            logging.WARNING if taken.effect in {"bounced", "unknown"} else logging.INFO,
            "bounce %s: %s, message %s: %s", notice.digest[:12], taken.effect, taken.message, taken.reason,
        )  # fmt: skip
        return taken

    def _take(self, connection: Connection, notice: Notice) -> Taken:
        row = _found(connection, notice.messages)
        if row is None:
            return Taken("unknown", notice.kind, reason=notice.reason)
        taken = Taken("known", notice.kind, row.id, row.address, reason=notice.reason)
        if row.status == "leased":
            return taken._replace(effect="early")
        if not self._is_new(connection, notice, row.id):
            return taken
        if notice.kind == "delayed":
            return taken._replace(effect="noted")
        error = str(Permanent("mail_bounced", address=row.address or "–", reason=notice.reason))
        back = update(_message).where(_message.c.id == row.id, _message.c.status == "sent")
        changed = connection.execute(back.values(status="bounced", error=error)).rowcount == 1
        told_in_it = update(_message).where(_message.c.bundle_id == row.id, _message.c.status == "sent")
        connection.execute(told_in_it.values(status="bounced", error=error))
        suppressed = _lies_in_address(notice, row.address) and self._suppress(connection, notice, row)
        return taken._replace(effect="bounced" if changed else "noted", suppressed=suppressed)

    def _is_new(self, connection: Connection, notice: Notice, message: str) -> bool:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        values = {
            "digest": notice.digest,
            "message_id": message,
            "kind": notice.kind,
            "status": notice.status,
            "reason": notice.reason,
            "read_at": self._clock.now(),
        }
        noted = insert(_bounce).values(values).on_conflict_do_nothing().returning(_bounce.c.digest)
        return connection.execute(noted).first() is not None

    def _suppress(self, connection: Connection, notice: Notice, row: Row[Any, Any, Any, Any]) -> bool:
        return suppress(connection, Suppressed(row.body, row.address.lower(), notice.reason, self._clock.now()))


def _found(connection: Connection, messages: Iterable[str]) -> Row[Any, Any, Any, Any] | None:
    """The first of these that exists and was tried at least once; what never left cannot come back."""
    query = select(_message.c.id, _message.c.body, _message.c.address, _message.c.status)
    for message in messages:
        row = connection.execute(query.where(_message.c.id == message, _message.c.token > 0)).first()
        if row is not None:
            return row
    return None


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


def entries(connection: Connection, *, body: str | None, limit: int) -> Sequence[Entry]:
    """The bounces that were read, of one municipality or of all, the newest first."""
    message, bounce = _message.c, _bounce.c
    columns = (message.id, message.body, message.recipient, message.address)
    query = select(*columns, bounce.kind, bounce.status, bounce.reason, bounce.read_at).join_from(
        _bounce, _message, message.id == bounce.message_id
    )
    if body is not None:
        query = query.where(message.body == body)
    newest = query.order_by(bounce.read_at.desc(), bounce.digest).limit(limit)
    return [Entry(*row) for row in connection.execute(newest)]


def _lies_in_address(notice: Notice, address: str | None) -> bool:
    """Behind one address there may be several, of which one has failed; so the very address must be named."""
    named = address is not None and address.lower() in notice.recipients
    return named and (notice.status is None or notice.status in _LIES_IN_ADDRESS)
