"""Addresses that are not written to: they bounced, or somebody said so. A list for each municipality.

Compared without regard to case, in the domain and before the @. Who gets another address in the master data is written
to again at once, for it is the address that stands on the list, not the person.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from ..config.errors import InvalidInputError, NotFoundError
from ..states.database import Database
from ..states.mail_tables import SuppressionRow
from ..states.tables import table_of
from .failures import Permanent
from .recipients import deliverable, why_not

_suppression = table_of(SuppressionRow)
_of_address = select(_suppression.c.reason, _suppression.c.since).where(
    _suppression.c.body == bindparam("body"), _suppression.c.address == bindparam("address")
)


class Suppressed(NamedTuple):
    """An address that is not written to."""

    body: str
    address: str
    reason: str
    since: datetime


class Suppressions:
    """The addresses of a database that are not written to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, suppressed: Suppressed) -> bool:
        """Put an address on the list; whether it is new there.

        Raises:
            InvalidInputError: this is no address.
        """
        with self._database.writing() as connection:
            return suppress(connection, suppressed._replace(address=_normal(suppressed.address)))

    def remove(self, body: str, address: str) -> None:
        """Take an address off the list.

        Raises:
            NotFoundError: it does not stand there.
        """
        only = (_suppression.c.body == body, _suppression.c.address == _normal(address))
        with self._database.writing() as connection:
            if not connection.execute(delete(_suppression).where(*only)).rowcount:
                raise NotFoundError("suppression_unknown", address=address, body=body)

    def entries(self, body: str | None = None) -> Sequence[Suppressed]:
        """The list, of one municipality or of all, the newest first."""
        query = select(*(_suppression.c[name] for name in Suppressed._fields))
        if body is not None:
            query = query.where(_suppression.c.body == body)
        with self._database.reading() as connection:
            newest = query.order_by(_suppression.c.since.desc(), _suppression.c.address)
            return [Suppressed(*row) for row in connection.execute(newest)]


def require_welcome(connection: Connection, body: str, address: str) -> None:
    """Let an address be written to.

    Raises:
        Permanent: it stands on the list.
    """
    found = connection.execute(_of_address, {"body": body, "address": address.lower()}).first()
    if found is not None:
        since = f"{found.since:%Y-%m-%d}"
        raise Permanent("mail_address_suppressed", address=address, since=since, reason=found.reason)


def suppress(connection: Connection, suppressed: Suppressed) -> bool:
    """Put an address (in lower case) on the list, within a transaction; whether it is new there."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    listed = insert(_suppression).values(suppressed._asdict()).on_conflict_do_nothing()
    return connection.execute(listed.returning(_suppression.c.address)).first() is not None


def _normal(address: str) -> str:
    valid = deliverable(address)
    if valid is None:
        raise InvalidInputError("suppression_address", address=address, why=why_not(address))
    return valid.lower()
