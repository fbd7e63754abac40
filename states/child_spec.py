"""What a lifecycle says of the cases that it opens under its own, and of the chain they may form."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSpec:
    """How the children of a record list hang together: stages one after the other, bound to what they are about.

    Children of one stage run side by side; a later stage opens when those before it have ended well. A child that
    agreed to another version of `bound_to` is asked again.
    """

    #: Fact that an agreement is about; its children get it by `copy`.
    bound_to: str
    #: Number part of the record: the stage of the item; None: all are asked at once.
    stage: str | None = None
    #: Fact with the earlier versions whose agreements stay valid.
    same: str | None = None
    #: Parts with the value that marks an item which holds nothing up.
    beside: Mapping[str, str] = field(default_factory=dict)
    #: Text part with the reason why the item is skipped.
    skipped: str | None = None
    #: Number part, and field of the child: how often it was asked before; in the plan, how often it must have been.
    count: str | None = None
    #: Number field of the child: the stages that come after it.
    after: str | None = None
    #: Events of this case that are refused as long as an agreement to the present version is missing.
    needed_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadSpec:
    """Which day of this case its children lie before, and by how much: they get both in fields of their own."""

    #: Deadlines of this case; the earliest that runs counts.
    of: tuple[str, ...]
    #: Date field of the child for that day.
    day: str
    #: Number field of the child for the working days in between.
    days: str
    #: Step of a backward plan of rules that the children are: `at_least` of it for every stage that follows, and of
    #: each step after it, lies in between; None: one working day.
    step: str | None = None


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
    #: Events fired here: when all of a round have ended agreeing; as soon as one refuses; in turn when none is open.
    all_agree: str | None = None
    any_refuse: str | None = None
    all_end: tuple[str, ...] = ()
    #: Events fired here whenever one has ended, before those of `all_end`; their guards say whether it is enough.
    each_end: tuple[str, ...] = ()
    #: Events of this case after which open children are withdrawn by `withdraw_event` of the child.
    withdrawn_on: tuple[str, ...] = ()
    withdraw_event: str | None = None
    #: Events of this case, each with the event that it fires on every open child, with what that asks for of the copied
    #: facts and of its own input.
    passes_on: Mapping[str, str] = field(default_factory=dict)
    #: The children are steps of a chain; `for_each` is its plan, `as_` the part that tells one step from another.
    chain: ChainSpec | None = None
    #: Their days lie before one of this case.
    ahead: AheadSpec | None = None

    @property
    def item(self) -> str:
        """The field of the child that takes the item, or tells one item from another."""
        return self.as_ or "item"
