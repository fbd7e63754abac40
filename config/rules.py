"""Rule sets: the periods, reminder ladders and calendar of one Geschäftsordnung, valid from a day on.

A rule set is written as a TOML file and read by `rule_files`. The figures of one municipality stand in its own file,
each with its source; none of them is a constant of the product.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple, TypeAlias

from .calendars import Calendar
from .errors import InvalidInputError, NotFoundError
from .reader import meant
from .retention import RetentionRule
from .rule_agenda import NO_STANDING_ITEMS, Agenda
from .rule_limits import Limit, Majority
from .text import Text

Unit: TypeAlias = Literal[
    "kalendertage",
    "werktage",
    "arbeitstage",
    "wochen",
    "halbmonate",
    "monate",
    "quartale",
    "halbjahre",
    "jahre",
    "stunden",
]
Roll: TypeAlias = Literal["next", "previous", "none"]
Direction: TypeAlias = Literal["forward", "backward"]
Basis: TypeAlias = Literal["gesetz", "geschaeftsordnung", "uebung"]

#: The rules that the shipped lifecycles refer to.
REQUIRED = (
    "zulassung",
    "ergaenzung",
    "annahme",
    "antwort",
    "mitzeichnung",
    "veroeffentlichung",
    "sperre",
    "kenntnisnahme",
    "sitzung",
    "neuansetzung",
    "folgeberatung",
    "kontrolle",
    "zustellung",
    "befassung",
    "stellungnahme_verwaltung",
    "mitteilung",
    "aussonderung",
    "archivantwort",
    "aufbewahrungssperre",
)

#: What stands behind a due date. Being late is never called unlawful where only a courtesy is broken.
BASIS_LABELS: Mapping[Basis, Text] = {
    "gesetz": Text("Gesetz oder Satzung", "statute or bylaw"),
    "geschaeftsordnung": Text("Geschäftsordnung oder Dienstanweisung", "rules of procedure or standing instruction"),
    "uebung": Text("Übung, keine Rechtspflicht", "courtesy, no legal duty"),
}

#: What a period counts from where a rule does not say.
EVENT = Text("Ereignis", "Event")
#: What is counted back from where nobody says.
SESSION = Text("Sitzung", "Session")
_NO_NORM = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRule:
    """One step of a reminder ladder: so many working days from the due day, at a local time, to these roles.

    A role is ``owner`` (whoever the case is with at that time), a function of the municipality, or a party field of
    the case.
    """

    offset: int
    at: time
    to: tuple[str, ...]
    template: str
    #: Instead of `offset` and `at`: so many hours from the instant at which it is over.
    hours: int | None = None
    #: Of the last step: told again after so many working days, as long as the deadline runs; 0: told once.
    every: int = 0


UNIT_WORDS: Mapping[str, tuple[Text, Text]] = {
    "kalendertage": (Text("Tag", "day"), Text("Tage", "days")),
    "werktage": (Text("Werktag", "Werktag"), Text("Werktage", "Werktage")),
    "arbeitstage": (Text("Arbeitstag", "working day"), Text("Arbeitstage", "working days")),
    "wochen": (Text("Woche", "week"), Text("Wochen", "weeks")),
    "halbmonate": (Text("halber Monat", "half month"), Text("halbe Monate", "half months")),
    "monate": (Text("Monat", "month"), Text("Monate", "months")),
    "quartale": (Text("Vierteljahr", "quarter"), Text("Vierteljahre", "quarters")),
    "halbjahre": (Text("halbes Jahr", "half year"), Text("halbe Jahre", "half years")),
    "jahre": (Text("Jahr", "year"), Text("Jahre", "years")),
    "stunden": (Text("Stunde", "hour"), Text("Stunden", "hours")),
}


@lru_cache(maxsize=1024)
def period(length: int, unit: str) -> Text:
    """4 Wochen."""
    word = UNIT_WORDS[unit][length != 1]
    return Text(f"{length} {word.de}", f"{length} {word.en}")


@lru_cache(maxsize=1024)
def period_by(length: int, unit: str) -> Text:
    """1 halben Monat: the length by which a period is extended, or before which a day lies."""
    long = period(length, unit)
    return Text(long.de.replace("halber ", "halben "), long.en)


#: 1–7, 8–14, 15–30, 31–90 and over 90 days late.
LATE_BANDS = (7, 14, 30, 90)
#: Units of a period; more is a slip of the pen.
LONGEST = 100_000


class Span(NamedTuple):
    """A length: so many units."""

    n: int
    unit: Unit


class ExtensionRule(NamedTuple):
    """Who may extend a period, by how much at once (from the old end, § 190 BGB), and how often at most."""

    span: Span
    most: int
    #: Roles of whom one must have agreed.
    by: tuple[str, ...]
    #: A day that somebody promises counts as an extension: at most so far, and at most so often.
    caps_moves: bool = False
    #: Also what has lapsed may be extended, if the new end is still ahead (§ 31 Abs. 7 Satz 2 VwVfG).
    retroactive: bool = False


class Milestone(NamedTuple):
    """The place of a rule in a backward plan: the day until which a step must be done to hold a session."""

    plan: str
    step: str
    #: Roles whose day it is.
    who: tuple[str, ...]
    #: Working days that the step takes at the very least; with fewer left, the session is out of reach.
    at_least: int
    #: The milestone before which is counted; None: the session itself.
    before: "Rule | None"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A period, or (without `length`) the ladder of a fixed day. Immutable and usable as a cache key."""

    id: str
    label: Text
    length: int | None = None
    unit: Unit = "kalendertage"
    #: Instead of a length: so many sessions of the town's bodies. Only a bar on asking again is counted so.
    sessions: int | None = None
    #: None: to the next Werktag; backward, and counted in hours, nowhere.
    roll: Roll | None = None
    #: Backward: counted from the day of the event back, as from a session.
    direction: Direction = "forward"
    #: The day of the event counts (§ 187 Abs. 2 BGB).
    inclusive: bool = False
    #: Backward: so many full days must lie between.
    full_days: bool = False
    #: Local time of the last day until which to act.
    cutoff: time | None = None
    #: Closing days of the administration move the end as public holidays do.
    closing_roll: bool = False
    #: The period does not run during the recess of the calendar.
    rests_in_recess: bool = False
    #: The interim reply due inside the period, counted from the same event: a rule of its own, ``NAME.interim``.
    interim: "Rule | None" = None
    extension: ExtensionRule | None = None
    #: Whoever lets the period pass has consented: what a lifecycle names as `silence` happens at its end.
    silence_is_consent: bool = False
    #: What is late comes on the next agenda of the body: what a lifecycle names as `agenda` happens at its end.
    on_next_agenda: bool = False
    #: So many working days after the last day what happens by itself at its end does; the ladder goes on meanwhile.
    grace: int = 0
    basis: Basis = "uebung"
    #: Where the period is laid down; may explain why nothing is.
    norm: Text = _NO_NORM
    #: What the period counts from, as a noun: "Eingang".
    event: Text = EVENT
    ladder: tuple[RungRule, ...] = ()
    #: Of a rule ``PLAN.STEP``: which step of which backward plan it is.
    milestone: Milestone | None = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        counting = (self.length, self.unit, self.roll, self.direction, self.inclusive, self.full_days, self.cutoff)
        more = (self.closing_roll, self.rests_in_recess, self.interim, self.extension, self.milestone)
        return hash(
            (
                self.id,
                self.label,
                counting,
                more,
                self.silence_is_consent,
                self.on_next_agenda,
                self.grace,
                self.basis,
                self.norm,
                self.event,
                self.ladder,
            )
        )

    @property
    def is_fixed(self) -> bool:
        """Whether this is the rule of a Termin: the day is given, nothing is counted."""
        return self.length is None

    @property
    def span(self) -> Span:
        """Its length and unit."""
        return Span(self.length or 0, self.unit)


class BackwardPlan(NamedTuple):
    """The milestones before a session; who is told when it is out of reach, and in which words."""

    id: str
    label: Text
    #: In order of time, the nearest to the session last.
    milestones: tuple[Rule, ...]
    warn: tuple[str, ...]
    template: str


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleSet:
    """All rules of one Geschäftsordnung in one version; one object per version and Land, compared by identity."""

    id: str
    version: str
    valid_from: date
    valid_until: date | None = None
    label: Text
    #: The Geschäftsordnung or practice that this set writes down.
    basis: Text
    #: Where its figures were read.
    source: str
    calendar: Calendar
    #: By name; also the interim replies (``antwort.interim``) and the milestones of the plans (``sitzung.entwurf``).
    rules: Mapping[str, Rule]
    plans: Mapping[str, BackwardPlan] = field(default_factory=dict)
    #: What a body decides with another majority than the plain one, such as urgency.
    majorities: Mapping[str, Majority] = field(default_factory=dict)
    #: How much of something is allowed, such as questions in a session.
    limits: Mapping[str, Limit] = field(default_factory=dict)
    #: What stands on every agenda.
    agenda: Agenda = NO_STANDING_ITEMS
    #: How long closed cases are kept, by their kind (the id of the lifecycle).
    retention: Mapping[str, RetentionRule] = field(default_factory=dict)
    #: The last day of each band in which the report on punctuality counts what was late; a last band is open.
    late_bands: tuple[int, ...] = LATE_BANDS

    def rule(self, name: str) -> Rule:
        """The rule of that name."""
        if name not in self.rules:
            known = ", ".join(sorted(self.rules))
            raise NotFoundError("rules_rule", rule=name, rules=self.id, known=known, meant=meant(name, self.rules))
        return self.rules[name]

    def plan(self, name: str) -> BackwardPlan:
        """The backward plan of that name."""
        if name not in self.plans:
            known = ", ".join(sorted(self.plans)) or "–"
            raise NotFoundError("rules_plan", plan=name, rules=self.id, known=known, meant=meant(name, self.plans))
        return self.plans[name]

    @property
    def period(self) -> str:
        """From when to when this version is valid, by its own dates."""
        until = f"{self.valid_until:%d.%m.%Y}" if self.valid_until else ""
        return f"{self.valid_from:%d.%m.%Y}–{until}"


class RuleSets:
    """All known rule sets; says which version holds on a day."""

    def __init__(self, sets: Iterable[RuleSet]) -> None:
        self._sets: dict[str, tuple[RuleSet, ...]] = {}
        for one in sorted(sets, key=lambda each: each.valid_from):
            self._sets[one.id] = (*self._sets.get(one.id, ()), one)
        self._placed: dict[tuple[RuleSet, str], RuleSet] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all rule sets."""
        return tuple(sorted(self._sets))

    def versions(self, id: str) -> tuple[RuleSet, ...]:
        """Every version of a rule set, oldest first."""
        if id not in self._sets:
            raise NotFoundError("rules_unknown", rules=id, known=", ".join(self.ids), meant=meant(id, self._sets))
        return self._sets[id]

    def for_(self, id: str, on: date, *, land: str | None = None) -> RuleSet:
        """The version valid on that day: a newer one ends the older. `land`: see `_in_land`."""
        begun = [one for one in self.versions(id) if one.valid_from <= on]
        if not begun or on > (begun[-1].valid_until or on):
            periods = "; ".join(one.period for one in self.versions(id))
            raise NotFoundError("rules_not_valid", rules=id, day=f"{on:%d.%m.%Y}", periods=periods)
        return self._in_land(begun[-1], land)

    def pinned(self, id: str, version: str, *, land: str | None = None) -> RuleSet:
        """The very version that a running deadline was computed with."""
        for one in self.versions(id):
            if one.version == version:
                return self._in_land(one, land)
        known = ", ".join(one.version for one in self.versions(id))
        raise NotFoundError("rules_version", rules=id, version=version, known=known)

    def _in_land(self, rules: RuleSet, land: str | None) -> RuleSet:
        """`rules` with its calendar in `land`, if it names none itself; always the same object."""
        if land is None or land == rules.calendar.land:
            return rules
        if rules.calendar.land is not None:
            raise InvalidInputError("rules_other_land", rules=rules.id, theirs=rules.calendar.land, land=land)
        if (rules, land) not in self._placed:
            self._placed[rules, land] = replace(rules, calendar=replace(rules.calendar, land=land))
        return self._placed[rules, land]
