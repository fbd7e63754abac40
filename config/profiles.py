"""Profiles of municipalities (oparl:Body): who they are, which rules they follow, who holds which function.

A profile is written as a TOML file and read by `profile_files`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from .errors import NotFoundError
from .reader import meant
from .rules import RuleSet, RuleSets
from .text import Lang

#: What the organisationType of OParl recommends (the list is not closed there; here a slip is worth noticing).
ORGANIZATION_TYPES = (
    *("Gremium", "Partei", "Fraktion", "Verwaltungsbereich"),
    *("externes Gremium", "Institution", "Sonstiges"),
)

#: The kind of paper whose number pattern holds for every kind without its own.
ANY_KIND = "paper"

#: The papers that leave the house, each with the layout that it has where a profile names no other.
PAPER_KINDS: Mapping[str, str] = {
    "stellungnahme": "brief",
    "mitteilung": "mitteilung",
    "beschlussvorlage": "beschlussvorlage",
    "verfuegung": "verfuegung",
    "ausfertigung": "ausfertigung",
    "zwischenbescheid": "zwischenbescheid",
}


#: What stands for a field of a pattern: so many digits, or one more.
_FIELD = re.compile(r"\{(?P<name>\w+)(?::0?(?P<digits>\d+))?\}")
_DIGITS = {"year": r"\d{4}", "yy": r"\d{2}"}


def _shape(pattern: str) -> str:
    """The regular expression of the numbers that `pattern` makes."""
    pieces, end = [], 0
    for found in _FIELD.finditer(pattern):
        digits = _DIGITS.get(found["name"]) or rf"\d{{{found['digits'] or 1},}}"
        pieces += [re.escape(pattern[end : found.start()]), digits]
        end = found.end()
    return "".join([*pieces, re.escape(pattern[end:])])


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPattern:
    """How numbers of one kind of paper look: ``{number:04}/{year}``; `followup` is appended for later papers on it."""

    pattern: str
    followup: str = "-{number}"

    def render(self, number: int, year: int) -> str:
        """The number of the `number`-th paper of a year: 0321/2022."""
        return self.pattern.format(number=number, year=year, yy=f"{year % 100:02}")

    def fits(self, number: str) -> bool:
        """Whether `number` looks like this, or like a follow-up of one that does."""
        return re.fullmatch(f"{_shape(self.pattern)}(?:{_shape(self.followup)})?", number.strip()) is not None

    def follow_up(self, reference: str, number: int) -> str:
        """The number of the `number`-th follow-up of the paper `reference`: 1062/2023-1."""
        return reference + self.followup.format(number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An office, body of the council or faction (oparl:Organization)."""

    key: str
    name: str
    organization_type: str
    short_name: str | None = None
    classification: str | None = None
    email: str | None = None
    parent: str | None = None
    #: Key of the person at its head.
    head: str | None = None
    #: The language in which it is written to; None: that of the installation.
    lang: Lang | None = None
    #: When it began and, inclusive, ended; None: since ever, or without an end in sight.
    start: date | None = None
    end: date | None = None
    #: How many members it has by law or statute, and how many of them vote.
    seats: int | None = None
    voting_seats: int | None = None
    #: Which roles of a consultation and which kinds of paper it may deal with; None: any.
    remit_roles: tuple[str, ...] | None = None
    remit_kinds: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's time in an organisation (oparl:Membership). None: since ever, or without an end in sight."""

    organization: str
    role: str | None = None
    start: date | None = None
    end: date | None = None
    voting: bool = True
    #: Key of the organisation that sent the person, such as a faction.
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A legislative term (Wahlperiode); `end` is inclusive, None: it runs."""

    key: str
    name: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A natural person (oparl:Person)."""

    key: str
    name: str
    email: str
    form_of_address: str | None = None
    #: Other spellings met in documents.
    also_written: tuple[str, ...] = ()
    #: Key of the person who stands in whenever this one is away.
    deputy: str | None = None
    memberships: tuple[Membership, ...] = ()
    #: The language in which they are written to; None: that of the installation.
    lang: Lang | None = None


#: The domain of the Message-IDs of a municipality without a sender. RFC 2606 keeps it from ever being somebody's.
UNNAMED_DOMAIN = "vorgang.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A municipality."""

    key: str
    name: str
    short_name: str
    land: str
    zone: str
    #: Id of its rule set.
    rules: str
    #: Address that its messages come from.
    sender: str
    #: Function of the administration -> key of the organisation that holds it.
    functions: Mapping[str, str]
    numbers: Mapping[str, NumberPattern] = field(default_factory=dict)
    #: Kind of paper -> name of its layout, where that is not the usual one.
    papers: Mapping[str, str] = field(default_factory=dict)
    #: Kind of paper -> what it is called here, where that is not the usual name.
    titles: Mapping[str, str] = field(default_factory=dict)
    organizations: tuple[Organization, ...] = ()
    persons: tuple[Person, ...] = ()
    terms: tuple[Term, ...] = ()

    @property
    def tz(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.zone)

    def number_pattern(self, kind: str) -> NumberPattern | None:
        """How papers of this kind are numbered; None: by hand."""
        return self.numbers.get(kind, self.numbers.get(ANY_KIND))

    def rules_on(self, day: date, known: RuleSets) -> RuleSet:
        """The rule set that holds here on `day`, with the calendar of this Land."""
        return known.for_(self.rules, day, land=self.land)


class Profiles:
    """All known profiles by key."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._profiles = {profile.key: profile for profile in profiles}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all profiles."""
        return tuple(sorted(self._profiles))

    def get(self, key: str) -> Profile:
        """The profile of that key."""
        if key not in self._profiles:
            close = meant(key, self._profiles)
            raise NotFoundError("profile_unknown", profile=key, known=", ".join(self.keys), meant=close)
        return self._profiles[key]
