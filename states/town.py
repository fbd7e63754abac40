"""A municipality as the engine sees it while it decides: who holds which role, who exists, which rules apply."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..config.profiles import UNNAMED_DOMAIN, NumberPattern
from ..config.rules import RuleSet
from ..config.text import Lang, Text
from .deputies import MEMBERS, Absence, deputies_of, offices_of, related, represented_by
from .step import Actor, Facts

#: No body of a council has fewer members; where fewer are entered, the list is not complete.
FEWEST_MEMBERS = 3
#: Since how long sessions that have passed are known: a day is left over for towns kept in memory.
SESSIONS_KEPT = timedelta(days=1)

#: Types and classifications of organisations that meet in no sessions; any other may be a body of the council.
_NO_BODIES = frozenset({"Fraktion", "Partei", "Verwaltungsbereich", "Institution"})
_FACTION = re.compile(r"\b\w*fraktion\b|\b(?:rats)?gruppe\b", re.IGNORECASE)


class Remit(NamedTuple):
    """What a body of the council may deal with: roles of a consultation and kinds of paper; None: any."""

    roles: frozenset[str] | None = None
    kinds: frozenset[str] | None = None


ANYTHING = Remit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or an organisation that a case can name; keys are unique within the body."""

    key: str
    name: str
    kind: str
    email: str | None = None
    #: Of an organisation: the person at its head, the organisation above it, and what it is called (Dezernat, Amt …).
    head: str | None = None
    parent: str | None = None
    classification: str | None = None
    #: Of a person: who stands in for them whenever they are away.
    deputy: str | None = None
    #: The language in which they are written to; None: that of the installation.
    lang: Lang | None = None
    #: Other names under which documents know it.
    also_called: tuple[str, ...] = ()
    #: Of an organisation: when it began and, inclusive, ended; None: since ever, or without an end in sight.
    start: date | None = None
    end: date | None = None
    #: Of a body of the council: how many vote in it by law or statute; None: nobody has said so.
    seats: int | None = None
    #: What it may deal with.
    remit: Remit = ANYTHING
    #: Of an organisation: its oparl:organizationType.
    type: str | None = None

    @property
    def is_council_body(self) -> bool:
        """Whether it meets in sessions: a body of the council, and no faction in it or single function."""
        is_other = self.type in _NO_BODIES or _FACTION.search(self.classification or "") is not None
        return self.kind == "body" and not is_other

    def exists_on(self, day: date) -> bool:
        """Whether it exists on `day`; a person does."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class Term(NamedTuple):
    """A legislative term (Wahlperiode); `end` is inclusive, None: it runs."""

    key: str
    name: str
    start: date
    end: date | None


class Session(NamedTuple):
    """A session of a body of the council; clock times HH:MM in the town's zone."""

    id: str
    day: date
    begins: str | None
    ends: str | None
    location: str | None
    #: The case that it is.
    case: str
    cancelled: bool = False


class Planned(NamedTuple):
    """The sessions of today and later, by the key of the body of the council."""

    #: What is to take place, the earliest first.
    held: dict[str, tuple[Session, ...]]
    #: The days on which the body would have sat, and does not.
    called_off: dict[str, frozenset[date]]


def planned(rows: Iterable[tuple[str, Session]]) -> Planned:
    """Sessions with the keys of whose they are, in their order."""
    held, off = defaultdict[str, list[Session]](list), defaultdict[str, set[date]](set)
    for organisation, session in rows:
        if session.cancelled:
            off[organisation].add(session.day)
        else:
            held[organisation].append(session)
    called_off = {key: frozenset(days.difference(one.day for one in held.get(key, ()))) for key, days in off.items()}
    return Planned({key: tuple(each) for key, each in held.items()}, called_off)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One body (municipality) with its functions, parties and rules. Immutable; made anew when master data change."""

    key: str
    name: str
    zone: ZoneInfo
    functions: dict[str, str]
    parties: dict[str, Party]
    #: Person key -> organisations with the period of the membership.
    memberships: dict[str, tuple[tuple[str, date | None, date | None], ...]] = field(default_factory=dict)
    rules_on: Callable[[date], RuleSet]
    #: The very version under which a running deadline started.
    rules_pinned: Callable[[str, str], RuleSet]
    sender: str = ""
    #: What stands behind the @ of its Message-IDs, whoever the sender is.
    message_domain: str = UNNAMED_DOMAIN
    #: How numbers look, by the kind of paper.
    numbers: dict[str, NumberPattern] = field(default_factory=dict)
    #: Such as „Hagen“.
    short_name: str | None = None
    #: Person key -> when they are away; only what has not passed.
    absences: dict[str, tuple[Absence, ...]] = field(default_factory=dict)
    #: The day on which it was read: who belongs to what is said of that day where nobody names another.
    day: date = date.min
    #: Legislative terms, the earliest first.
    terms: tuple[Term, ...] = ()
    #: Body of the council -> its sessions that are to take place and have not passed, the earliest first.
    sessions: dict[str, tuple[Session, ...]] = field(default_factory=dict)
    #: Body of the council -> the days of sessions that do not take place; as far ahead.
    called_off: dict[str, frozenset[date]] = field(default_factory=dict)
    #: Organisation -> memberships that give a vote: person with the period.
    voters: dict[str, tuple[tuple[str, date | None, date | None], ...]] = field(default_factory=dict)
    #: Party key -> name; made once, for every mail asks for them.
    names: dict[str, str] = field(init=False, compare=False)
    #: What the kinds of cases are called, by their lifecycle.
    kinds: Mapping[str, Text] = field(default_factory=dict, compare=False)
    #: The keys of persons who hold nothing here and never did: citizens.
    citizens: frozenset[str] = field(init=False, compare=False)
    #: The offices that had ended on that day; whatever a case leaves to them falls to the council office.
    ended: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Gather what every case asks for."""
        object.__setattr__(self, "names", {party.key: party.name for party in self.parties.values()})
        people = {party.key for party in self.parties.values() if party.kind == "person"}
        known = {*self.memberships, *self.functions.values(), *(party.head for party in self.parties.values())}
        deputies = {party.deputy for party in self.parties.values()}
        object.__setattr__(self, "citizens", frozenset(people - known - deputies))
        ended = (one.key for one in self.parties.values() if one.kind == "office" and one.end and one.end < self.day)
        object.__setattr__(self, "ended", frozenset(ended))

    def today(self, now: datetime) -> date:
        """Which day it is in this town."""
        return now.astimezone(self.zone).date()

    def holders(self, role: str, facts: Facts) -> tuple[str, ...]:
        """The parties that hold `role` in a case with these facts: a fact of that name, else a function of the town.

        ``<role>.leitung`` and ``<role>.dezernent`` are those above the holders of the role, ``<role>.mitglieder`` those
        who belong to them (see `deputies`). What a case leaves to an office that has ended falls to the council office.
        """
        base, dot, relation = role.partition(".")
        relation, _, ahead = relation.partition(".")
        if relation == MEMBERS:
            bodies, given = self.holders(base, facts), facts.get(ahead)
            # Whoever belonged to a body on a day that has passed need not know what becomes of it since.
            day = max(self.day, date.fromisoformat(str(given))) if given else self.day
            return tuple(dict.fromkeys(one for body in bodies for one in self.members(body, day) or (body,)))
        if dot:
            above = (related(self, holder, relation) for holder in self.holders(base, facts))
            return tuple(dict.fromkeys(party for party in above if party is not None))
        named = facts.get(role)
        if named is None:
            function = self.functions.get(role)
            return () if function is None else (function,)
        holders = (named,) if isinstance(named, str) else tuple(named)
        return holders if self.ended.isdisjoint(holders) else self._left_to(holders)

    def _left_to(self, holders: tuple[str, ...]) -> tuple[str, ...]:
        """The parties, and the council office instead of the offices that have ended."""
        office = self.functions.get("geschaeftsstelle")
        return tuple(dict.fromkeys(office if office and one in self.ended else one for one in holders))

    def has_ended(self, named: object) -> bool:
        """Whether it is the key of an office that has ended."""
        return isinstance(named, str) and named in self.ended

    def meant(self, roles: Iterable[str], facts: Facts) -> list[str]:
        """Whom a reminder to `roles` is for: each party once; for a role that nobody holds, the council office.

        So nothing that should be told to somebody is told to nobody, whoever else hears of it.
        """
        office = self.holders("geschaeftsstelle", {})
        return list(dict.fromkeys(party for role in roles for party in self.holders(role, facts) or office))

    def organisations(self, person: str, today: date) -> frozenset[str]:
        """The organisations to which `person` belongs on `today`."""
        return frozenset(
            organisation
            for organisation, start, end in self.memberships.get(person, ())
            if (start is None or start <= today) and (end is None or today <= end)
        )

    def votes_in(self, organisation: str, day: date) -> int | None:
        """How many have a vote in a body of the council on `day`; None: nobody has said so, nor entered all members."""
        seats = self.statutory_number(organisation)
        if seats is not None:
            return seats
        members = self.voters_entered(organisation, day)
        return members if members >= FEWEST_MEMBERS else None

    def statutory_number(self, organisation: str) -> int | None:
        """The members with a vote that a body of the council has by law, vacant seats too; None: nobody has said so."""
        known = self.parties.get(organisation)
        return known.seats if known else None

    def voters_entered(self, organisation: str, day: date) -> int:
        """How many members with a vote are entered for a body of the council on `day`, be they all of them or not."""
        members = {
            person
            for person, start, end in self.voters.get(organisation, ())
            if (start is None or start <= day) and (end is None or day <= end)
        }
        return len(members)

    def sessions_after(self, organisation: str, after: date) -> Iterator[Session]:
        """The sessions of a body of the council after the day `after` that are planned, as long as it exists."""
        body = self.parties.get(organisation)
        planned = self.sessions.get(organisation, ())
        return (one for one in planned if one.day > after and (body is None or body.exists_on(one.day)))

    def next_session(self, organisation: str, after: date) -> Session | None:
        """The first of these sessions."""
        return next(self.sessions_after(organisation, after), None)

    def may_represent(self, deputy: str, person: str, today: date) -> bool:
        """Whether `deputy` may act for `person`: named to do so, or of the office that stands in for want of a deputy.

        To share a committee, a council or a faction gives nobody anybody else's signature; nor does it to share an
        office with somebody who is there.
        """
        return not deputies_of(self, person, today).isdisjoint({deputy, *self.organisations(deputy, today)})

    def persons(self, party: str, today: date) -> frozenset[str]:
        """Who is meant by `party`: the person; of an organisation its head, without one all who belong to it."""
        known = self.parties.get(party)
        if known is None or known.kind == "person":
            return frozenset({party})
        if known.head is not None:
            return frozenset({known.head})
        return frozenset(one for one in self.memberships if party in self.organisations(one, today))

    def members(self, organisation: str, day: date) -> tuple[str, ...]:
        """Who belongs to the organisation on `day`, by key."""
        return tuple(sorted(one for one in self.memberships if organisation in self.organisations(one, day)))

    def represented(self, person: str, today: date) -> frozenset[str]:
        """The persons who are away and for whom `person` stands in."""
        return represented_by(self, person, today)

    def actor(self, key: str, today: date, *, on_behalf_of: str | None = None) -> Actor:
        """The person `key` as an actor, with the organisations they belong to on `today`.

        As a deputy also with the person represented and the offices of that one, but not with committees and the like.
        """
        parties = self.organisations(key, today) | {key}
        if on_behalf_of is not None:
            parties |= {on_behalf_of, *offices_of(self, on_behalf_of, today)}
        return Actor("person", key, parties, on_behalf_of=on_behalf_of, body=self.key)
