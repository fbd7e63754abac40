"""Addresses that are not written to: they bounced, or somebody said so. A list for each municipality.

Compared without regard to case, in the domain and before the @. Who gets another address in the master data is written
to again at once, for it is the address that stands on the list, not the person.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..config.errors import InvalidInputError, NotFoundError
from ..states.database import Database
from ..states.mail_tables import SuppressionRow
from ..states.tables import table_of
from .failures import Permanent
from .recipients import deliverable, why_not

#: What is written where nobody gave a reason.
NO_REASON = "–"

_suppression = table_of(SuppressionRow)
_OF_ADDRESSES = select(_suppression.c.body, _suppression.c.address, _suppression.c.reason, _suppression.c.since).where(
    _suppression.c.body.in_(bindparam("bodies", expanding=True)),
    _suppression.c.address.in_(bindparam("addresses", expanding=True)),
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

    def add(self, suppressed: Suppressed) -> Suppressed | None:
        """Put an address on the list; the entry that there was already, as it was (None: it is new).

        Since when it stands there remains; its reason is replaced, unless the new one is empty.

        Raises:
            InvalidInputError: this is no address.
        """
        new = suppressed._replace(address=_normal(suppressed.address), reason=suppressed.reason or NO_REASON)
        with self._database.writing() as connection:
            before = listed(connection, [(new.body, new.address)]).get((new.body, new.address))
            if not suppress(connection, new) and suppressed.reason:
                connection.execute(update(_suppression).where(*_entry(new.body, new.address)).values(reason=new.reason))
            return before

    def remove(self, body: str, address: str) -> None:
        """Take an address off the list.

        Raises:
            NotFoundError: it does not stand there.
        """
        with self._database.writing() as connection:
            if not connection.execute(delete(_suppression).where(*_entry(body, _normal(address)))).rowcount:
                raise NotFoundError("suppression_unknown", address=address, body=body)

    def entries(self, body: str | None = None) -> Sequence[Suppressed]:
        """The list, of one municipality or of all, the newest first."""
        query = select(*(_suppression.c[name] for name in Suppressed._fields))
        if body is not None:
            query = query.where(_suppression.c.body == body)
        with self._database.reading() as connection:
            newest = query.order_by(_suppression.c.since.desc(), _suppression.c.address)
            return [Suppressed(*row) for row in connection.execute(newest)]


def listed(connection: Connection, addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Suppressed]:
    """The entries of those (municipality, address) that stand on the list."""
    entries = {(body, address): (body, address.lower()) for body, address in addresses}
    wanted = {"bodies": list({body for body, _ in entries}), "addresses": [each for _, each in entries.values()]}
    found = {(row.body, row.address): Suppressed(*row) for row in connection.execute(_OF_ADDRESSES, wanted)}
    return {each: found[entry] for each, entry in entries.items() if entry in found}


def unwelcome(connection: Connection, addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Permanent]:
    """Why they are not written to, of those (municipality, address) that stand on the list."""
    return {each: _refusal(each[1], entry) for each, entry in listed(connection, addresses).items()}


def _refusal(address: str, entry: Suppressed) -> Permanent:
    since = f"{entry.since:%Y-%m-%d}"
    return Permanent("mail_address_suppressed", address=address, since=since, reason=entry.reason)


def suppress(connection: Connection, suppressed: Suppressed) -> bool:
    """Put an address (in lower case) on the list, within a transaction; whether it is new there."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    listed = insert(_suppression).values(suppressed._asdict()).on_conflict_do_nothing()
    return connection.execute(listed.returning(_suppression.c.address)).first() is not None


def _entry(body: str, address: str) -> tuple[ColumnElement[bool], ...]:
    return _suppression.c.body == body, _suppression.c.address == address


def _normal(address: str) -> str:
    valid = deliverable(address)
    if valid is None:
        raise InvalidInputError("suppression_address", address=address, why=why_not(address))
    return valid.lower()
