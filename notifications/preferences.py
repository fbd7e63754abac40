"""What parties wish to be told, and how often. What is mandatory cannot be switched off."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import RowMapping, delete, insert, select

from ..config.errors import InvalidInputError
from ..config.reader import meant
from ..states.database import Database
from ..states.mail_tables import PreferenceRow
from ..states.tables import table_of
from .bundles import MAIL, Address
from .frequencies import Frequency
from .kinds import Kind, Kinds

_preference = table_of(PreferenceRow)


class Preference(NamedTuple):
    """How often a party is told messages of a kind by a channel. `changed_at` None: nobody has said anything else."""

    kind: Kind
    channel: str
    frequency: Frequency
    changed_at: datetime | None
    #: The person who set it; None also where nobody had noted it.
    set_by: str | None = None


class Wish(NamedTuple):
    """A kind of messages, and how often somebody wishes to be told them."""

    kind: str
    frequency: str


class Preferences:
    """The preferences of one database."""

    def __init__(self, database: Database, kinds: Kinds) -> None:
        self._database = database
        self._kinds = kinds

    def of(self, address: Address) -> list[Preference]:
        """What holds for a recipient, for every kind."""
        mine = (_preference.c.body == address.body, _preference.c.party_key == address.recipient)
        with self._database.reading() as connection:
            rows = {row["kind"]: row for row in connection.execute(select(_preference).where(*mine)).mappings()}
        return [self._preference(kind, rows.get(kind.id)) for kind in self._kinds.by_id.values()]

    def set(self, address: Address, wish: Wish, *, by: str, now: datetime) -> None:
        """Note what the person `by` says a recipient wishes; whether they may is for the caller to see.

        Raises:
            InvalidInputError: there is no such kind or frequency, or the kind cannot be told so seldom.
        """
        kind, frequency = wish
        found = self._kinds.by_id.get(kind)
        if found is None:
            known = list(self._kinds.by_id)
            raise InvalidInputError("preference_kind", kind=kind, known=", ".join(known), meant=meant(kind, known))
        if frequency not in found.frequencies:
            allowed = ", ".join(found.frequencies)
            code = "preference_mandatory" if found.mandatory and frequency == "nie" else "preference_frequency"
            raise InvalidInputError(code, kind=found.label, frequency=frequency, allowed=allowed)
        row = {"body": address.body, "party_key": address.recipient, "kind": kind, "channel": MAIL}
        with self._database.writing() as connection:
            connection.execute(delete(_preference).where(*(_preference.c[name] == row[name] for name in row)))
            connection.execute(insert(_preference).values(**row, frequency=frequency, changed_at=now, set_by=by))

    def _preference(self, kind: Kind, row: RowMapping | None) -> Preference:
        if row is None:
            return Preference(kind, MAIL, kind.frequencies[0], None)
        held: Frequency = row["frequency"] if row["frequency"] in kind.frequencies else kind.frequencies[0]
        return Preference(kind, MAIL, held, row["changed_at"], row["set_by"])
