"""How much mail may go out: per minute in all, per minute to one domain, and at once to one domain.

What goes out is written down before it goes (``tried_at``, ``domain``), in the transaction that counts what went out in
the minute before. So the limits per minute hold for all processes on one database together, in every span of sixty
seconds by the clocks of those processes. An attempt that fails counts like one that succeeds. Not counted is the
attempt before the last one of a message that somebody had tried again by hand within the same minute.

`at_once` counts the connections of one process.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, select, update

from ..config.errors import DeliveryError
from ..states.database import Database
from ..states.tables import MessageRow, table_of
from .outbox import Leased

MINUTE = timedelta(minutes=1)
#: Makes processes on PostgreSQL count one after the other; any number will do as long as it stays.
_LOCK = 0x766F726D61696C

_message = table_of(MessageRow)


class Limits(NamedTuple):
    """The limits of an installation; None: no limit."""

    #: Messages a minute.
    per_minute: int | None = None
    #: Messages a minute to one domain.
    domain_per_minute: int | None = None
    #: Connections at once on which something goes to one domain.
    domain_at_once: int | None = None


class Limited(DeliveryError):
    """A limit is reached: the message waits `until` then and has used up no attempt."""

    def __init__(self, until: datetime, domain: str) -> None:
        self.until = until
        super().__init__("mail_limit", domain=domain, until=f"{until:%H:%M:%S} UTC")


class Gate:
    """Lets messages through as the limits allow."""

    def __init__(self, database: Database, limits: Limits | None = None) -> None:
        self._database = database
        self.limits = limits or Limits()
        self._counts = self.limits.per_minute is not None or self.limits.domain_per_minute is not None
        #: When the next message to a domain is to come back: those too many come one after the other, not all at once.
        self._back: dict[str, datetime] = {}

    def room(self, now: datetime) -> int | None:
        """How many messages may go out at present; None: any number."""
        most = self.limits.per_minute
        if most is None:
            return None
        with self._database.reading() as connection:
            gone: int = connection.execute(select(func.count()).where(_message.c.tried_at > now - MINUTE)).scalar_one()
        return max(0, most - gone)

    def enter(self, leased: Leased, domain: str, now: datetime) -> datetime | None:
        """Let a message to `domain` through, and count it; else the instant at which it should be tried again."""
        if not self._counts:
            return None
        with self._database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            free_at = self._free_at(connection, domain, now)
            if free_at is None:
                gone = update(_message).where(_message.c.id == leased.id, _message.c.token == leased.token)
                connection.execute(gone.values(tried_at=now, domain=domain))
                return None
        return self._turn(domain, free_at)

    def _free_at(self, connection: Connection, domain: str, now: datetime) -> datetime | None:
        within = select(_message.c.tried_at).where(_message.c.tried_at > now - MINUTE)
        full = (
            _oldest_counted(connection, within, self.limits.per_minute),
            _oldest_counted(connection, within.where(_message.c.domain == domain), self.limits.domain_per_minute),
        )
        return max((one + MINUTE for one in full if one is not None), default=None)

    def _turn(self, domain: str, free_at: datetime) -> datetime:
        turn = max(free_at, self._back.get(domain, free_at))
        self._back[domain] = turn + MINUTE / (self.limits.domain_per_minute or self.limits.per_minute or 1)
        return turn


def _oldest_counted(connection: Connection, within: Select[datetime], most: int | None) -> datetime | None:
    """The attempt that must be a minute old before another one fits; None: there is room."""
    if most is None:
        return None
    found: datetime | None = connection.execute(
        within.order_by(_message.c.tried_at.desc()).offset(most - 1).limit(1)
    ).scalar()
    return found
