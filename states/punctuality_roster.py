"""From which day on a change of the master data alters the faction of those who asked, in the report on punctuality.

Whoever is entered as a member of a faction afterwards was one on all the days that the membership names.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from .following import Reached, look
from .records import Membership, Organization, Person
from .roster_tables import RosterChangeRow
from .tables import table_of

#: oparl:organizationType.
FACTION = "Fraktion"

_change, _organization = table_of(RosterChangeRow), table_of(Organization)
_member, _person = table_of(Membership), table_of(Person)
#: The number of a change; to be looked at before a transaction writes.
CHANGE = _change.c.id
_COLUMNS = [_change.c[name] for name in ("id", "body", "kind", "action", "organization_key", "before", "after")]


class Altered(NamedTuple):
    """How far the changes have been followed, and what is still to be made anew for those."""

    reached: str = ""
    #: Towns, with the first day on which a case that began then may be of another faction.
    days: tuple[tuple[str, date], ...] = ()
    #: The last case that was made anew, in the first of these towns.
    case: str = ""

    @property
    def text(self) -> str:
        """As it is stored."""
        return "@".join([self.reached, self.case, *(f"{body}:{first.isoformat()}" for body, first in self.days)])

    @classmethod
    def read(cls, text: str) -> "Altered":
        """What `text` has written; empty: nothing has been followed yet."""
        reached, case, *days = text.split("@") if text else ("", "")
        parts = (one.rpartition(":") for one in days)
        return cls(reached, tuple((body, date.fromisoformat(first)) for body, _, first in parts), case)

    def next_town(self) -> "Altered":
        """The first town is done."""
        return Altered(self.reached, self.days[1:])


class Factions:
    """The factions of all towns as they are stored, and who belongs to them when."""

    def __init__(self, connection: Connection) -> None:
        query = select(_organization.c.body, _organization.c.key).where(_organization.c.organization_type == FACTION)
        self._known: dict[str, set[str]] = {}
        for body, key in connection.execute(query):
            self._known.setdefault(body, set()).add(key)
        members = (
            select(_person.c.body, _person.c.key, _organization.c.key, _member.c.start_date, _member.c.end_date)
            .select_from(_member)
            .join(_person, _person.c.id == _member.c.person_id)
            .join(_organization, _organization.c.id == _member.c.organization_id)
            .where(_organization.c.organization_type == FACTION)
        )
        self._periods: dict[tuple[str, str], list[tuple[str, date | None, date | None]]] = {}
        for body, person, key, start, end in connection.execute(members):
            self._periods.setdefault((body, person), []).append((key, start, end))

    def of(self, body: str) -> frozenset[str]:
        """The factions of a town."""
        return frozenset(self._known.get(body, ()))

    def of_person(self, body: str, person: str, day: date) -> frozenset[str]:
        """The factions to which a person belongs on `day`."""
        periods = self._periods.get((body, person), ())
        return frozenset(key for key, start, end in periods if (start or day) <= day <= (end or day))


def altered_since(connection: Connection, known: Altered, newest: int) -> Altered:
    """What the changes up to the number `newest` alter that have not been followed yet."""
    seen = look(connection, _COLUMNS, Reached.read(known.reached), newest)
    if not seen.rows:
        return known._replace(reached=seen.reached.text)
    factions, first = Factions(connection), dict[str, date]()
    for _, body, kind, action, organisation, before, after in seen.rows:
        change = _Change(kind, action, before or {}, after or {}, erased=before is None or after is None)
        day = change.first_day(is_faction=organisation in factions.of(body))
        if day is not None:
            first[body] = min(day, first.get(body, day))
    return Altered(seen.reached.text, tuple(sorted(first.items())))


class _Change(NamedTuple):
    """What has been written of a row that changed."""

    kind: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    erased: bool

    def first_day(self, *, is_faction: bool) -> date | None:
        """The first day on which somebody's faction is another; None: there is none."""
        if self.kind == "organization":
            retyped = self.action != "new" and FACTION in (self.before.get("type"), self.after.get("type"))
            return date.min if retyped or self.erased else None
        if self.kind != "membership":
            return None
        if self.action in ("new", "withdrawn"):
            said = self.after or self.before
            return (_day(said.get("from")) or date.min) if is_faction else None
        if self.erased or not {"person", "organization"}.isdisjoint(self.after):
            return date.min
        return self._moved() if is_faction else None

    def _moved(self) -> date | None:
        both = self.before, self.after
        if "from" in self.after:
            return min(_day(one["from"]) or date.min for one in both)
        return min(filter(None, (_day(one.get("until")) for one in both)), default=None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
