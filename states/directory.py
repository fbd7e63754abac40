"""The towns of an installation, read from the master data and kept in memory until they change."""

import threading
from collections import defaultdict
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ..config.errors import NotFoundError
from ..config.rules import RuleSet, RuleSets
from .database import Database
from .records import Body, Membership, Organization, Person
from .town import Party, Town

#: oparl:organizationType of an office; everything else a case may name as a body (committee, faction, council).
OFFICE_TYPES = frozenset({"Verwaltungsbereich"})


class Directory:
    """Towns by the key of their body."""

    def __init__(self, database: Database, rules: RuleSets) -> None:
        self._database = database
        self._rules = rules
        self._towns: dict[str, Town] = {}
        self._lock = threading.Lock()

    def town(self, body: str) -> Town:
        """The town of `body`.

        Raises:
            NotFoundError: There is no such body in the database.
        """
        return self._towns.get(body) or self._read(body)

    def forget(self) -> None:
        """Read everything anew when it is needed next (master data have changed)."""
        with self._lock:
            self._towns = {}

    def _read(self, body: str) -> Town:
        with self._database.reading() as connection:
            town = read_town(connection, body, self._rules)
        with self._lock:
            return self._towns.setdefault(body, town)


def read_town(connection: Connection, body: str, rules: RuleSets) -> Town:
    """The town of `body` as the database has it now."""
    row = connection.execute(select(Body.__table__).where(Body.key == body)).mappings().first()  # type: ignore[attr-defined]  # sqlmodel adds it
    if row is None:
        known = ", ".join(connection.execute(select(Body.key).order_by(Body.key)).scalars())  # type: ignore[call-overload]  # sqlmodel columns
        raise NotFoundError("body_unknown", body=body, known=known or "–")
    ruleset = row["ruleset"]

    @lru_cache(maxsize=512)
    def rules_on(day: date) -> RuleSet:
        return rules.for_(ruleset, on=day, land=row["land"])

    return Town(
        key=row["key"],
        name=row["name"],
        zone=ZoneInfo(row["zone"]),
        functions=dict(row["functions"]),
        parties=_parties(connection, body),
        memberships=_memberships(connection, body),
        rules_on=rules_on,
        sender=row["sender"],
    )


def _parties(connection: Connection, body: str) -> dict[str, Party]:
    organisation, person = Organization.__table__, Person.__table__  # type: ignore[attr-defined]  # sqlmodel adds it
    parties = {
        row["key"]: Party(
            key=row["key"],
            name=row["name"],
            kind="office" if row["organization_type"] in OFFICE_TYPES else "body",
            email=row["email"],
        )
        for row in connection.execute(select(organisation).where(organisation.c.body == body)).mappings()
    }
    for row in connection.execute(select(person).where(person.c.body == body)).mappings():
        parties[row["key"]] = Party(key=row["key"], name=row["name"], kind="person", email=row["email"])
    return parties


def _memberships(
    connection: Connection, body: str
) -> dict[str, tuple[tuple[str, date | None, date | None], ...]]:
    organisation, person, member = Organization.__table__, Person.__table__, Membership.__table__  # type: ignore[attr-defined]  # sqlmodel adds it
    query = (
        select(person.c.key, organisation.c.key, member.c.start_date, member.c.end_date)
        .join(person, person.c.id == member.c.person_id)
        .join(organisation, organisation.c.id == member.c.organization_id)
        .where(person.c.body == body)
    )
    found: defaultdict[str, list[tuple[str, date | None, date | None]]] = defaultdict(list)
    for who, where, start, end in connection.execute(query):
        found[who].append((where, start, end))
    return {who: tuple(periods) for who, periods in found.items()}
