"""A municipality as the engine sees it while it decides: who holds which role, who exists, which rules apply."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..config.profiles import UNNAMED_DOMAIN
from ..config.rules import RuleSet
from ..config.text import Lang
from .deputies import Absence, deputies_of, related, represented_by
from .step import Actor, Facts


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
    #: Person key -> when they are away; only what has not passed.
    absences: dict[str, tuple[Absence, ...]] = field(default_factory=dict)
    #: Party key -> name; made once, for every mail asks for them.
    names: dict[str, str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Gather the names."""
        object.__setattr__(self, "names", {party.key: party.name for party in self.parties.values()})

    def today(self, now: datetime) -> date:
        """Which day it is in this town."""
        return now.astimezone(self.zone).date()

    def holders(self, role: str, facts: Facts) -> tuple[str, ...]:
        """The parties that hold `role` in a case with these facts: a fact of that name, else a function of the town.

        ``<role>.leitung`` and ``<role>.dezernent`` are those above the holders of the role (see `deputies`).
        """
        base, dot, relation = role.partition(".")
        if dot:
            above = (related(self, holder, relation) for holder in self.holders(base, facts))
            return tuple(dict.fromkeys(party for party in above if party is not None))
        named = facts.get(role)
        if named is None:
            named = self.functions.get(role)
        if named is None:
            return ()
        return (named,) if isinstance(named, str) else tuple(named)

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

    def may_represent(self, deputy: str, person: str, today: date) -> bool:
        """Whether `deputy` may act for `person`: who works in the same organisation, or is named as the deputy."""
        if deputy in deputies_of(self, person, today):
            return True
        return not self.organisations(deputy, today).isdisjoint(self.organisations(person, today))

    def represented(self, person: str, today: date) -> frozenset[str]:
        """The persons who are away and for whom `person` stands in."""
        return represented_by(self, person, today)

    def actor(self, key: str, today: date, *, on_behalf_of: str | None = None) -> Actor:
        """The person `key` as an actor, with the organisations they belong to on `today`."""
        people = (key,) if on_behalf_of is None else (key, on_behalf_of)
        parties = frozenset(people).union(*(self.organisations(person, today) for person in people))
        return Actor("person", key, parties, on_behalf_of=on_behalf_of, body=self.key)
