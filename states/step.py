"""The records between deciding and applying: what is known of a case, who asks for what, and the step that follows.

Everything here is immutable and knows no database. NamedTuples, because one event makes a handful of them and
their construction is on the hot path.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from .clock_records import ClockChange, NewClock, RunningClock
from .ids import new_id
from .ledger import GENESIS
from .slips import Slip

Facts: TypeAlias = Mapping[str, Any]
NOTHING: Facts = {}
ActorKind: TypeAlias = Literal["person", "service", "timer", "engine"]


class Actor(NamedTuple):
    """Who acts: a person or service with the parties they may act for.

    `parties` are keys: the person's own and those of their organisations; `roles` are roles granted by the host
    besides those that follow from the parties. `on_behalf_of` names the person represented by a deputy.
    """

    kind: ActorKind
    key: str
    parties: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    on_behalf_of: str | None = None
    #: The body whose parties these are; None: a service that the host lets act in every body.
    body: str | None = None


class Command(NamedTuple):
    """A wish: fire `event` on the case with `data`."""

    case_id: str
    event: str
    actor: Actor
    data: Facts = NOTHING
    #: The version of the case that the caller saw; None: whatever it is now.
    expected_version: int | None = None
    #: Idempotency key of the caller.
    key: str | None = None
    reason: str | None = None


class Case(NamedTuple):
    """A case as it stands."""

    id: str
    body: str
    lifecycle: str
    lifecycle_version: int
    state: str
    version: int
    log_seq: int
    log_hash: str
    owner: str | None
    due_on: date | None
    public: bool
    parent_id: str | None
    child: str | None
    round: int
    position: int
    outcome: str | None
    #: The paper that the case, or an ancestor of it, is about.
    paper_id: str | None
    #: The typed record of the case itself.
    record_id: str | None
    facts: Facts
    opened_at: datetime
    closed_at: datetime | None

    @classmethod
    def unopened(cls, lifecycle: tuple[str, int], body: str, now: datetime) -> "Case":
        """A case of a lifecycle (id and version) before its first event: an identity, and an empty log."""
        return cls(
            id=new_id(now),
            body=body,
            lifecycle=lifecycle[0],
            lifecycle_version=lifecycle[1],
            state="",
            version=0,
            log_seq=0,
            log_hash=GENESIS,
            owner=None,
            due_on=None,
            public=True,
            parent_id=None,
            child=None,
            round=0,
            position=0,
            outcome=None,
            paper_id=None,
            record_id=None,
            facts=NOTHING,
            opened_at=now,
            closed_at=None,
        )


class ChildCount(NamedTuple):
    """How many children of one kind and round stand in one state."""

    child: str
    round: int
    state: str
    outcome: str | None
    closed: bool
    how_many: int


class Member(NamedTuple):
    """One child of a chain, or a case that a link finds: what was asked, and how it ended."""

    id: str
    child: str
    #: Which time its step of the plan was asked; from 1.
    round: int
    state: str
    outcome: str | None
    closed: bool
    facts: Facts
    public: bool = True
    #: Its place among those that were opened with it; from 0.
    position: int = 0
    parent_id: str | None = None


class Beside(NamedTuple):
    """What is above and beside a case: the facts of its parent, and all children of its kind with it among them."""

    facts: Facts
    members: tuple[Member, ...]
    #: The parent itself, and the nearest case above of another kind: of a stop its paper, however often referred.
    above: Case | None = None
    origin: Case | None = None
    #: Children of its kind below the sessions to come to which it may go, by the day of each.
    ahead: Mapping[str, tuple[Member, ...]] = NOTHING


class Situation(NamedTuple):
    """All that is known of a case when an event is decided."""

    case: Case
    clocks: tuple[RunningClock, ...] = ()
    #: Loaded only where the lifecycle has children.
    children: tuple[ChildCount, ...] = ()
    #: Fields kept in the typed record, by field name; loaded only where the lifecycle looks at one.
    record: Facts = NOTHING
    #: The children of chains, one by one; loaded only for events that a chain concerns.
    members: tuple[Member, ...] = ()
    #: Loaded only for events that look beside the case, after nobody else can change what they look at.
    beside: Beside | None = None
    #: The cases that a link finds, ended ones too, by the name of the link; only for guards that look.
    linked: Mapping[str, tuple[Member, ...]] = NOTHING
    #: When a case is opened: the open ones of its kind that the same office leads; only for guards that look.
    alike: tuple[str, ...] = ()

    @property
    def known(self) -> Facts:
        """Everything known of the case by name: its facts, and the fields of its typed record."""
        return {**self.record, **self.case.facts} if self.record else self.case.facts


class NewMessage(NamedTuple):
    """A message for the outbox, to one party."""

    occasion: str
    recipient: str
    template: str
    attach: str | None
    params: Facts


class NewSignature(NamedTuple):
    """A signature under a draft; who signs, when, and in which role stands in the step."""

    draft_sha256: str
    drafted_by: str | None
    drafted_for: str | None
    result: str
    remark: str | None


class Opening(NamedTuple):
    """A child case to open."""

    lifecycle: str
    child: str
    round: int
    position: int
    data: Facts


class Linked(NamedTuple):
    """An event to fire on every open case of a lifecycle whose fields have these values; no values: on those below."""

    lifecycle: str
    where: Facts
    event: str
    data: Facts


class Step(NamedTuple):
    """All that one event changes; `apply` writes it as it is."""

    case: Case
    event: str
    target: str
    role: str
    actor: Actor
    at: datetime
    data: Facts
    facts: Facts
    owner: str | None
    due_on: date | None
    unattended: bool
    closed: bool
    public: bool
    outcome: str | None
    #: False for a mere reminder: the log grows, but nothing changed that a reader of the case would have to see.
    visible: bool = True
    reason: str | None = None
    record: Facts = NOTHING
    started: tuple[NewClock, ...] = ()
    changed: tuple[ClockChange, ...] = ()
    messages: tuple[NewMessage, ...] = ()
    openings: tuple[Opening, ...] = ()
    #: Events to fire next in the same transaction: (child name, event) for open children of that name.
    withdrawals: tuple[tuple[str, str], ...] = ()
    #: Event that a lapsed deadline fires on this very case.
    lapsed: tuple[str, ...] = ()
    #: Events to fire on open children: name of the child, its event, what they are told.
    passed_on: tuple[tuple[str, str, Facts], ...] = ()
    #: Milestones that were late, and what that means for the session.
    slips: tuple[Slip, ...] = ()
    #: Events that the engine fires next on this very case.
    follows: tuple[str, ...] = ()
    signature: NewSignature | None = None
    #: Events to fire on cases that a link finds.
    linked: tuple[Linked, ...] = ()
    #: Whether cases beside this one may move up after it.
    moves_up: bool = False
    #: The case to which it belongs from now on; None: as before.
    parent_id: str | None = None

    @property
    def ends(self) -> bool:
        """Whether the step closes the case: it was open, or ended otherwise (an override)."""
        return self.closed and (self.case.closed_at is None or self.case.state != self.target)

    @property
    def closed_at(self) -> datetime | None:
        """When the case was closed; None: it is open. An event on a closed case leaves that as it was."""
        if not self.closed:
            return None
        return self.at if self.ends else self.case.closed_at

    def changes(self) -> dict[str, Any]:
        """What the log says of the step besides the transition itself (no personal data)."""
        found: dict[str, Any] = {}
        if self.started or self.changed:
            settled = [[c.name, c.status, c.due_on.isoformat()] for c in self.changed]
            started = [[c.name, "started", c.plan.due_on.isoformat()] for c in self.started]
            found["deadlines"] = [*settled, *started]
        if self.messages:
            found["messages"] = [[m.occasion, m.template] for m in self.messages]
        if self.slips:
            found["slips"] = [slip.row for slip in self.slips]
        if self.signature:
            found["signature"] = [self.signature.result, self.signature.draft_sha256]  # a digest of the rest is added
        if self.parent_id:
            found["parent"] = self.parent_id
        if self.openings:
            found["children"] = [[o.child, o.round, o.position] for o in self.openings]
        return found
