"""What people do to messages: hold, release, try again, cancel. What is done to a digest is done to all that it tells.

A digest stays the same digest through all of it: it may have arrived although nobody said so, and must then not come
a second time under another Message-ID. Only a message of it that is held, released or cancelled by itself leaves it.
What is on its way is left alone: nobody can call it back.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, select, true, update

from ..config.errors import NotFoundError, Refusal, RefusedError
from ..states.tables import MessageRow, table_of
from .statuses import LABELS, listed

_message = table_of(MessageRow)
_other = _message.alias("other")
_UNTRIED = ("queued", "deferred")
_UNDER_WAY = (
    select(_other.c.id)
    .where(_other.c.id == _message.c.bundle_id, _other.c.id != _message.c.id, _other.c.status == "leased")
    .exists()
)


class Intervention(NamedTuple):
    """From which statuses, and the columns that change."""

    sources: tuple[str, ...]
    values: Mapping[str, Any]
    #: Asked for one message of a digest it is done to the whole of it, else to that message alone.
    whole: bool = False


def intervene_everywhere(connection: Connection, what: Intervention) -> int:
    """Do it to all messages that it is possible for; how many."""
    leading = select(_message.c.id).where(_message.c.bundle_id == _message.c.id, _message.c.status.in_(what.sources))
    connection.execute(leading.with_for_update())  # so that none of them sets out meanwhile
    return _done(connection, what, true())


def intervene(connection: Connection, what: Intervention, message: str) -> int:
    """Do it to one message, and to all that it leads; how many.

    Raises:
        NotFoundError: there is no such message.
        RefusedError: it is not possible in its status.
    """
    row = _found(connection, message)
    leader = _found(connection, row.bundle_id, lock=True) if row.bundle_id not in (None, row.id) else None
    if leader is not None and leader.status == "leased" and row.status in _UNTRIED:
        raise _refused(message, "leased", what)
    whole = what.whole and leader is not None and leader.bundle_id == leader.id and leader.status in what.sources
    changed = _done(connection, what, _message.c.id == (row.bundle_id if whole else row.id))
    if not changed:
        raise _refused(message, row.status, what)
    return changed


def _done(connection: Connection, what: Intervention, itself: ColumnElement[bool]) -> int:
    leading = select(_message.c.id).where(
        itself, _message.c.bundle_id == _message.c.id, _message.c.status.in_(what.sources)
    )
    along = _message.c.bundle_id.in_(select(leading.subquery().c.id))  # the same leaders for each row
    possible = _message.c.status.in_(what.sources)
    wanted = (itself & possible) | (along & (possible | _message.c.status.in_(_UNTRIED)))
    change = update(_message).where(wanted, ~_UNDER_WAY)
    digest = case((along, _message.c.bundle_id), else_=None)
    changed: int = connection.execute(change.values(bundle_id=digest, **what.values)).rowcount
    return changed


def _found(connection: Connection, message: str, *, lock: bool = False) -> Row[Any, Any, Any]:
    try:
        UUID(message)
    except ValueError:  # PostgreSQL would refuse the comparison
        raise NotFoundError("message_unknown", message=message) from None
    query = select(_message.c.id, _message.c.status, _message.c.bundle_id).where(_message.c.id == message)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFoundError("message_unknown", message=message)
    return row


def _refused(message: str, status: str, what: Intervention) -> RefusedError:
    possible = {"message": message, "status": LABELS[status], "possible": listed(what.sources)}
    return RefusedError(Refusal("message_not_possible", possible))
