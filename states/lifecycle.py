"""The frozen model of a lifecycle: what a TOML file says, checked for shape, before anything runs.

A lifecycle is data (see docs/lifecycles.md). This module knows no file format, no database and no state machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

from ..config.text import Text
from .child_spec import ChildSpec
from .link_spec import LinkSpec, ParentSpec, QueueSpec

FieldType: TypeAlias = Literal[
    "text", "date", "instant", "number", "bool", "choice", "office", "person", "body", "party", "file", "case", "record"
]
#: When others than those concerned read a field: with the paper, the answer, or what was decided in public.
Shown: TypeAlias = Literal["drucksache", "antwort", "beschluss"]
Outcome: TypeAlias = Literal["agree", "refuse", "waive", "neutral"]

#: The role that only the engine itself holds: timers and the ends of children.
AUTOMATIC = "automatik"
#: Fields of these types name a party.
PARTIES = frozenset({"office", "person", "body", "party"})
#: The event under which the log shows that a case was set into a state by hand.
BY_HAND = "uebersteuern"
#: The effect that keeps who acted, as a fact: the author of a draft.
NOTES = "note_actor"
#: The effect that keeps who had a hand in it before, in a list.
NOTES_ALL = "note_authors"
#: The effect that keeps that something holds.
MARKS = "mark"
#: The effect that keeps in a list what waits for a decision.
PENDING = "note_pending"
#: The effect that keeps the next day of what is still to be done.
NEXT_DAY = "note_next"


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
    public: Shown | None = None
    #: Column of the typed record in which the value lands; None: the case's facts.
    column: str | None = None
    #: What the choices are called where they are shown, one each; none: they are shown as they are.
    words: tuple[Text, ...] = ()
    #: Of a party: whoever is named has not ended on the day on which somebody names it.
    present: bool = False

    @property
    def names_party(self) -> bool:
        """Whether it holds a party, itself or in its records."""
        return self.type in PARTIES or any(part.names_party for part in self.parts)


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
    #: Who is asked to pass it on where nobody holds the roles of `to`; None: nobody is.
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of the case. A final state closes it; `outcome` tells the parent how a child ended."""

    name: str
    label: Text
    owner: str | None = None
    public: Text | None = None
    #: What the public is told instead where that was decided in private; None: nothing else.
    undisclosed: Text | None = None
    final: bool = False
    outcome: Outcome = "neutral"
    #: Why this open state may stand without owner or due date; None: it may not.
    unattended: str | None = None
    #: The effects of setting a case into it by hand: what was entered on the way that is taken back no longer counts.
    by_hand: tuple[Call, ...] = ()
    #: The guards of that.
    by_hand_needs: tuple[Call, ...] = ()

    def told(self, *, disclosed: bool) -> Text | None:
        """What the public may see instead of the label; None: nothing."""
        return self.public if disclosed or self.public is None else self.undisclosed or self.public


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way on for an event: the first way from the current state whose guards hold is taken. `to` None: stays."""

    sources: tuple[str, ...]
    to: str | None
    needs: tuple[Call, ...] = ()
    do: tuple[Call, ...] = ()
    tell: tuple[Tell, ...] = ()
    #: The result with which this way signs the draft (see `SignatureSpec`); None: it is no signature.
    signs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a role can make happen. `opens` marks the event that starts a case."""

    name: str
    label: Text
    by: tuple[str, ...]
    ask: tuple[Field, ...]
    ways: tuple[Way, ...]
    opens: bool = False
    #: Whoever a mail about the case is to may fire it with the personal link in that mail.
    by_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSpec:
    """A clock of the lifecycle: which rule, and the events that start, stop, pause and move it.

    `date` names a date field that gives the due day itself (a Termin, which never rolls); else `rule` is computed.
    `starts` may be empty only when `date` or `before` is given. `moves` maps an event to the field with its new day.

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
    #: The event that the timer fires instead of `expired` where the rule of the town takes silence for consent.
    silence: str | None = None
    #: The states into which an event must lead to start it; none: any.
    only_in: tuple[str, ...] = ()
    #: The event that the timer fires besides where the rule of the town puts what is late on the next agenda.
    agenda: str | None = None
    #: The event that the timer fires with the first step of the ladder before the last day.
    nears: str | None = None
    #: Of a milestone: number field with the stages of a chain that come after this case; each has days of its own.
    stages: str | None = None
    #: Date field with a day above the case, and number field with the working days that must lie between: the deadline
    #: ends no later.
    latest: str | None = None
    room: str | None = None
    #: Fact with which that holds even where silence is consent: then the event of silence must be guarded.
    firm: str | None = None
    #: It runs only in towns whose rule set has its rule.
    where_ruled: bool = False
    #: What the report on punctuality counts: the stopping events with which the thing is done; none: it is not counted.
    measured: tuple[str, ...] = field(default=(), compare=False)
    #: Events by which an office gives the case back meanwhile.
    handed_back: tuple[str, ...] = field(default=(), compare=False)
    #: Events after which what was said to be done never was, and never will be: it was dropped.
    undone: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_optional(self) -> bool:
        """Whether it runs only in towns whose rule set has its rule."""
        return self.interim_of is not None or self.before is not None or self.where_ruled


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureSpec:
    """What a signature of this lifecycle is about: the draft, its author, and the inputs beside them."""

    #: File field with the draft.
    draft: str
    #: Facts with who has drafted it, and on whose behalf.
    author: tuple[str, ...]
    #: Inputs of which the first that is given is the remark.
    remark: tuple[str, ...] = ()
    #: Text input with the SHA-256 (or its beginning) of the draft that the signer has seen.
    seen: str | None = None
    #: Roles that sign by order ("i. A."), each with the role on whose order.
    by_order: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
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
    links: Mapping[str, LinkSpec] = field(default_factory=dict)
    #: Typed table that holds what a case of this kind is about: a key of `records.RECORDS`; None: facts only.
    record: str | None = None
    #: What its signatures are about; None: nothing is signed.
    signature: SignatureSpec | None = None
    #: To which case one belongs from its opening on; None: to the one that opens it, if any.
    parent: ParentSpec | None = None
    #: How its cases wait for their turn beside one another; None: they do not.
    queue: QueueSpec | None = None
    #: What is declared of facts that no event asks for and effects fill: their labels.
    unasked: Mapping[str, Field] = field(default_factory=dict)
    #: Where it was read, for findings; "<text>" when it came from memory.
    source: str = "<text>"
    #: SHA-256 of the resolved content, pinned by each running case.
    digest: str = ""

    @property
    def opening(self) -> Event:
        """The event that starts a case."""
        return next(event for event in self.events.values() if event.opens)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every input field by name, over all events (a name means the same everywhere), and what effects fill."""
        return self.filled | {asked.name: asked for event in self.events.values() for asked in event.ask}

    @cached_property
    def filled(self) -> dict[str, Field]:
        """The facts that effects keep: the noted authors, what is pending, what is marked, which day comes next."""
        noted = {name: self._unasked(name, "text") for name in self.noted}
        noted |= {name: replace(noted[name], many=True) for name in self._noted_by(NOTES_ALL)}
        marked = {name: self._unasked(name, "bool") for name in self._noted_by(MARKS)}
        marked |= {name: replace(self._unasked(name, "text"), many=True) for name in self._noted_by(PENDING)}
        return noted | marked | {name: self._unasked(name, "date") for name in self._noted_by(NEXT_DAY)}

    def _unasked(self, name: str, kind: FieldType) -> Field:
        declared = self.unasked.get(name)
        return Field(name=name, type=kind, label=declared.label if declared else Text(name, name), required=False)

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The columns of the typed record, by the names of the fields whose values land there."""
        return {name: asked.column for name, asked in self.fields.items() if asked.column}

    @cached_property
    def naming(self) -> tuple[Field, ...]:
        """The fields that hold parties, themselves or in their records."""
        return tuple(asked for asked in self.fields.values() if asked.names_party)

    @cached_property
    def signed_fields(self) -> tuple[str, ...]:
        """What is signed: the draft, and of what is asked for with it, or when it is signed, what is told outside."""
        draft = self.signature.draft if self.signature else None
        events = [e for e in self.events.values() if any(w.signs for w in e.ways) or draft in {f.name for f in e.ask}]
        shown = (f.name for e in events for f in e.ask if f.public == "antwort" and f.column is None)
        return tuple(dict.fromkeys((*([draft] if draft else []), *shown)))

    @property
    def noted(self) -> tuple[str, ...]:
        """The facts in which effects keep who acted."""
        return tuple(dict.fromkeys((*self._noted_by(NOTES), *self._noted_by(NOTES_ALL))))

    def _noted_by(self, effect: str) -> tuple[str, ...]:
        """The facts that `effect` fills."""
        ways = (way for event in self.events.values() for way in event.ways)
        calls = (call.args for way in ways for call in way.do if call.name == effect)
        return tuple(name for args in calls for name in (args if effect == NOTES else args[:1]))
