"""The frozen model of a lifecycle: what a TOML file says, checked for shape, before anything runs.

A lifecycle is data (see docs/lifecycles.md). This module knows no file format, no database and no state machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..config.text import Text

FieldType: TypeAlias = Literal[
    "text", "date", "number", "bool", "choice", "office", "person", "body", "party", "file", "case", "record"
]
Outcome: TypeAlias = Literal["agree", "refuse", "neutral"]

#: The role that only the engine itself holds: timers and the ends of children.
AUTOMATIC = "automatik"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A typed input field of an event. `many` makes it a list; `parts` are the fields of a record."""

    name: str
    type: FieldType
    label: Text
    required: bool = True
    many: bool = False
    choices: tuple[str, ...] = ()
    parts: tuple["Field", ...] = ()
    #: Column of the typed record in which the value lands; None: the case's facts.
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A guard or an effect by name, with literal arguments: ``older_than(6 months)``."""

    name: str
    args: tuple[str, ...] = ()
    negated: bool = False

    def __str__(self) -> str:
        text = f"{self.name}({', '.join(self.args)})" if self.args else self.name
        return f"not {text}" if self.negated else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A message that an event or the new day of a deadline causes: to whom, from a template, perhaps with a draft."""

    to: tuple[str, ...]
    template: str
    attach: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of the case. A final state closes it; `outcome` tells the parent how a child ended."""

    name: str
    label: Text
    owner: str | None = None
    public: Text | None = None
    final: bool = False
    outcome: Outcome = "neutral"
    #: Why this open state may stand without owner or due date; None: it may not.
    unattended: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way on for an event: the first way from the current state whose guards hold is taken. `to` None: stays."""

    sources: tuple[str, ...]
    to: str | None
    needs: tuple[Call, ...] = ()
    do: tuple[Call, ...] = ()
    tell: tuple[Tell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a role can make happen. `opens` marks the event that starts a case of this lifecycle."""

    name: str
    label: Text
    by: tuple[str, ...]
    ask: tuple[Field, ...]
    ways: tuple[Way, ...]
    opens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSpec:
    """A clock of the lifecycle: which rule, and the events that start, stop, pause and move it.

    `date` names a date field that gives the due day itself (a Termin, which never rolls); else `rule` is computed.
    `starts` may be empty only when `date` or `before` is given. `moves` maps an event to the date field with the new
    due day.

    An interim stage (`interim_of`) shares start, start day and pauses with the deadline that it belongs to, and ends
    with it at the latest. A milestone (`before`, `open_in`) needs no events: it runs whenever its date field is filled
    and the case stands in one of its states, and has been met when the case leaves them. Both exist only where the
    town's rule set has their rule.
    """

    name: str
    label: Text
    rule: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[str, ...] = ()
    date: str | None = None
    #: Date field from which the period counts (receipt of the letter); None: the day of the event.
    counts_from: str | None = None
    moves: Mapping[str, str] = field(default_factory=dict)
    #: Events that extend it by what its rule allows, with the party field that names who has agreed.
    extends: Mapping[str, str] = field(default_factory=dict)
    #: The event that the timer fires when the last day has passed.
    expired: str | None = None
    #: The deadline of which this is the interim stage.
    interim_of: str | None = None
    #: Date field with the session before which this milestone lies; its rule counts back.
    before: str | None = None
    #: The states in which the milestone is open.
    open_in: tuple[str, ...] = ()
    #: Who is told when it gets another day, as far as the event itself tells them nothing.
    tell: tuple[Tell, ...] = ()

    @property
    def is_optional(self) -> bool:
        """Whether it runs only in towns whose rule set has its rule."""
        return self.interim_of is not None or self.before is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """Cases that an event opens under this one, and what their ends do to it."""

    name: str
    lifecycle: str
    opens_on: tuple[str, ...]
    #: List field of which each item opens one child; None: one child.
    for_each: str | None
    #: Fact of the child that takes the item when it is no record.
    as_: str | None = None
    #: Facts of the parent copied into the child.
    copy: tuple[str, ...] = ()
    #: Choice field that says "reihe" when the children run in order, one after the other.
    order: str | None = None
    #: Events fired here: when all of a round have ended agreeing; as soon as one refuses; when none is open any more.
    all_agree: str | None = None
    any_refuse: str | None = None
    all_end: str | None = None
    #: Events of this case after which open children are withdrawn by `withdraw_event` of the child.
    withdrawn_on: tuple[str, ...] = ()
    withdraw_event: str | None = None
    #: Events of this case, each with the event that it fires on every open child, with the copied facts it asks for.
    passes_on: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """A whole lifecycle: its states, events, clocks and children."""

    id: str
    version: int
    label: Text
    initial: str
    states: Mapping[str, State]
    events: Mapping[str, Event]
    deadlines: Mapping[str, DeadlineSpec] = field(default_factory=dict)
    children: Mapping[str, ChildSpec] = field(default_factory=dict)
    #: Typed table that holds what a case of this kind is about: "paper" or "consultation"; None: facts only.
    record: str | None = None
    #: Where it was read, for findings; "<text>" when it came from memory.
    source: str = "<text>"
    #: SHA-256 of the resolved content, pinned by each running case.
    digest: str = ""

    @property
    def opening(self) -> Event:
        """The event that starts a case."""
        return next(event for event in self.events.values() if event.opens)

    @property
    def fields(self) -> Mapping[str, Field]:
        """Every input field by name, over all events (a name means the same everywhere)."""
        return {asked.name: asked for event in self.events.values() for asked in event.ask}

    def ways_from(self, state: str) -> tuple[tuple[Event, Way], ...]:
        """All ways that leave or stay in `state`, in file order."""
        return tuple((e, w) for e in self.events.values() for w in e.ways if state in w.sources)
