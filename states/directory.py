"""The towns of an installation, read from the master data and kept in memory until they change."""

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ..config.clock import Clock
from ..config.errors import NotFoundError
from ..config.profiles import NumberPattern
from ..config.rules import RuleSet, RuleSets
from ..config.text import Text
from .database import Database
from .deputies import Absence
from .records import AbsenceRow, Body, LegislativeTerm, Meeting, Membership, Organization, Person
from .tables import table_of
from .town import ANYTHING, SESSIONS_KEPT, Party, Planned, Remit, Session, Term, Town, planned

_body, _organization = table_of(Body), table_of(Organization)
_person, _member, _absence = table_of(Person), table_of(Membership), table_of(AbsenceRow)
_term, _meeting = table_of(LegislativeTerm), table_of(Meeting)

log = logging.getLogger("vorgang.directory")

#: For how long master data are taken from memory; another process may have changed them.
MAX_AGE = timedelta(seconds=30)
#: oparl:organizationType of an office; everything else a case may name as a body (committee, faction, council).
OFFICE_TYPES = frozenset({"Verwaltungsbereich"})
#: oparl:organizationType of a body of the council.
COUNCIL = "Gremium"


class Directory:
    """Towns by the key of their body."""

    def __init__(
        self, database: Database, rules: RuleSets, clock: Clock, kinds: Mapping[str, Text] = MappingProxyType({})
    ) -> None:
        """`kinds`: what the lifecycles are called, by their id."""
        self._kinds = kinds
        self._database = database
        self._rules = rules
        self._clock = clock
        self._towns: dict[str, tuple[datetime, Town]] = {}
        self._lock = threading.Lock()

    def town(self, body: str) -> Town:
        """The town of `body`.

        Raises:
            NotFoundError: There is no such body in the database.
        """
        now = self._clock.now()
        known = self._towns.get(body)
        return known[1] if known and now - known[0] < MAX_AGE else self._read(body, now)

    def forget(self) -> None:
        """Read everything anew when it is needed next (this process has changed the master data)."""
        with self._lock:
            self._towns = {}

    def _read(self, body: str, now: datetime) -> Town:
        with self._database.reading() as connection:
            town = replace(read_town(connection, body, self._rules, now), kinds=self._kinds)
        with self._lock:
            self._towns[body] = (now, town)
        return town


def read_town(connection: Connection, body: str, rules: RuleSets, now: datetime) -> Town:
    """The town of `body` as the database has it now."""
    row = connection.execute(select(_body).where(_body.c.key == body)).mappings().first()
    if row is None:
        known = ", ".join(connection.execute(select(_body.c.key).order_by(_body.c.key)).scalars())
        raise NotFoundError("body_unknown", body=body, known=known or "–")
    ruleset, zone = row["ruleset"], ZoneInfo(row["zone"])
    today = now.astimezone(zone).date()

    @lru_cache(maxsize=512)
    def rules_on(day: date) -> RuleSet:
        return rules.for_(ruleset, on=day, land=row["land"])

    ahead = _planned(connection, body, today)
    return Town(
        key=row["key"],
        name=row["name"],
        zone=zone,
        functions=dict(row["functions"]),
        parties=_parties(connection, body),
        memberships=_memberships(connection, body),
        rules_on=rules_on,
        rules_pinned=lambda name, version: _pinned(rules, name, version, row["land"]),
        sender=row["sender"],
        message_domain=row["message_domain"],
        short_name=row["short_name"],
        numbers={kind: NumberPattern(**pattern) for kind, pattern in (row["numbers"] or {}).items()},
        absences=_absences(connection, body, today),
        day=today,
        terms=_terms(connection, body),
        sessions=ahead.held,
        called_off=ahead.called_off,
        voters=_voters(connection, body),
    )


def _pinned(rules: RuleSets, name: str, version: str, land: str) -> RuleSet:
    """The version under which a deadline started; if its file is gone, the oldest that is left, with a warning.

    What has been computed stays as it is (due day, trace and ladder are stored); only a move or a pause asks again.
    """
    try:
        return rules.pinned(name, version, land=land)
    except NotFoundError as error:
        log.warning("%s", error)
        return rules.for_(name, on=rules.versions(name)[0].valid_from, land=land)


def _parties(connection: Connection, body: str) -> dict[str, Party]:
    parties = {
        row["key"]: Party(
            key=row["key"],
            name=row["name"],
            kind="office" if row["organization_type"] in OFFICE_TYPES else "body",
            email=row["email"],
            head=row["head_key"],
            parent=row["parent_key"],
            classification=row["classification"],
            lang=row["lang"],
            also_called=(row["short_name"],) if row["short_name"] else (),
            start=row["start_date"],
            end=row["end_date"],
            seats=row["voting_member_count"] or row["member_count"],
            remit=_remit(row["remit"]),
            type=row["organization_type"],
        )
        for row in connection.execute(select(_organization).where(_organization.c.body == body)).mappings()
    }
    for row in connection.execute(select(_person).where(_person.c.body == body)).mappings():
        parties[row["key"]] = Party(
            key=row["key"],
            name=row["name"],
            kind="person",
            email=row["email"],
            deputy=row["deputy_key"],
            lang=row["lang"],
            also_called=tuple(row["also_written"]),
        )
    return parties


def _remit(stored: Mapping[str, Any] | None) -> Remit:
    if not stored:
        return ANYTHING
    roles, kinds = stored.get("roles"), stored.get("kinds")
    return Remit(None if roles is None else frozenset(roles), None if kinds is None else frozenset(kinds))


def _terms(connection: Connection, body: str) -> tuple[Term, ...]:
    query = select(_term.c.key, _term.c.name, _term.c.start_date, _term.c.end_date)
    rows = connection.execute(query.where(_term.c.body == body).order_by(_term.c.start_date, _term.c.key))
    return tuple(Term(*row) for row in rows)


def _planned(connection: Connection, body: str, today: date) -> Planned:
    """The sessions of today and later."""
    names = ("id", "meeting_date", "begins", "ends", "location", "case_id", "cancelled")
    columns = [_meeting.c[name] for name in names]
    ahead = _meeting.c.meeting_date >= today - SESSIONS_KEPT
    query = select(_meeting.c.organization_key, *columns).where(_meeting.c.body == body, ahead)
    rows = connection.execute(query.order_by(_meeting.c.meeting_date, _meeting.c.begins))
    return planned((organisation, Session(*session)) for organisation, *session in rows)


def _absences(connection: Connection, body: str, today: date) -> dict[str, tuple[Absence, ...]]:
    """When persons are away, today or later; a day is left over for towns kept in memory."""
    query = select(_absence).where(_absence.c.body == body, _absence.c.last_day >= today - timedelta(days=1))
    found: defaultdict[str, list[Absence]] = defaultdict(list)
    for row in connection.execute(query.order_by(_absence.c.first_day, _absence.c.id)).mappings():
        found[row["person_key"]].append(Absence(row["first_day"], row["last_day"], row["deputy_key"]))
    return {person: tuple(periods) for person, periods in found.items()}


def _voters(connection: Connection, body: str) -> dict[str, tuple[tuple[str, date | None, date | None], ...]]:
    query = (
        select(_organization.c.key, _person.c.key, _member.c.start_date, _member.c.end_date)
        .select_from(_member)
        .join(_person, _person.c.id == _member.c.person_id)
        .join(_organization, _organization.c.id == _member.c.organization_id)
        .where(_organization.c.body == body, _organization.c.organization_type == COUNCIL, _member.c.voting_right)
    )
    found: defaultdict[str, list[tuple[str, date | None, date | None]]] = defaultdict(list)
    for where, who, start, end in connection.execute(query):
        found[where].append((who, start, end))
    return {where: tuple(periods) for where, periods in found.items()}


def _memberships(connection: Connection, body: str) -> dict[str, tuple[tuple[str, date | None, date | None], ...]]:
    query = (
        select(_person.c.key, _organization.c.key, _member.c.start_date, _member.c.end_date)
        .select_from(_member)
        .join(_person, _person.c.id == _member.c.person_id)
        .join(_organization, _organization.c.id == _member.c.organization_id)
        .where(_person.c.body == body)
    )
    found: defaultdict[str, list[tuple[str, date | None, date | None]]] = defaultdict(list)
    for who, where, start, end in connection.execute(query):
        found[who].append((where, start, end))
    return {who: tuple(periods) for who, periods in found.items()}
