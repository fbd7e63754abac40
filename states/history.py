"""Historical cases: how a case that ran elsewhere is taken over, as one step that opens it where it ended. Pure.

The line of the log says when and by whom it was taken over, and from which row of which file; the days on which things
happened elsewhere are those of the case. Nobody is told of it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from ..config.errors import NotFoundError, Reason
from .clock_plans import lapse_events, planned
from .clock_records import ClockChange, ClockStatus, NewClock
from .clocks import clocks_begun
from .columns import instant_text
from .deadlines import compute, fixed
from .decide import Stage
from .ids import new_id
from .ledger import GENESIS
from .lifecycle import DeadlineSpec
from .plans import Plan, Terms, make_plan, told_at_start
from .signatures import signed_state
from .step import NOTHING, Actor, Case, Facts, Step

if TYPE_CHECKING:
    from ..config.rules import Rule, RuleSet
    from .town import Town

#: The event under which the log shows it, and the roles of a town that may do it.
EVENT = "altbestand_uebernehmen"
ROLES = ("geschaeftsstelle", "aufsicht")
#: The deadline of a closed case of which it is known when it was met: that of its answer.
ANSWER = "antwort"
#: A day without a time of day happened at this hour.
_NOON = time(12)


class Past(NamedTuple):
    """A historical case, checked: days as ISO text, parties as keys."""

    #: Row of the file, and the id that the case gets.
    row: int
    id: str
    #: What tells it from every other one, wherever it is read from; and a digest of what is known of it.
    key: str
    digest: str
    kind: str
    state: str
    opened: str
    #: The day on which it ended; None: it is still open.
    closed: str | None
    answered: str | None
    #: The day by which an answer was due, where somebody wrote it down.
    due: str | None
    public: bool
    #: Columns of the typed record, and facts.
    record: Facts
    facts: Facts
    #: What the line of the log says besides.
    said: Facts
    #: Canonical number of the paper that it follows up.
    follows: str | None


class SettledClock(NamedTuple):
    """A deadline that ended elsewhere."""

    clock: NewClock
    id: str
    status: ClockStatus
    settled_at: datetime


class Takeover(NamedTuple):
    """A step that takes a case over, with what a step of our own does not have: days of the past."""

    step: Step
    key: str
    digest: str
    closed_at: datetime | None
    settled: tuple[SettledClock, ...]


class Origin(NamedTuple):
    """Where cases come from, and who takes them over in which role."""

    source: str
    file: str
    sha256: str
    actor: Actor
    role: str


def role_of(town: "Town", actor: Actor) -> str | None:
    """The role by which `actor` may take cases over, or None."""
    if actor.body not in (None, town.key):
        return None
    held = (role for role in ROLES if role in actor.roles or not actor.parties.isdisjoint(town.holders(role, NOTHING)))
    return next(held, None)


class Takeovers:
    """Makes the steps of one source; what many cases share is worked out once."""

    def __init__(self, stage_of: Callable[[str], Stage], origin: Origin) -> None:
        self._stage_of, self._origin = stage_of, origin
        self._stages: dict[str, Stage] = {}
        self._plans: dict[tuple[str, str, str | None], tuple[NewClock, str] | None] = {}

    def decide(self, past: Past) -> Takeover:
        """The step by which `past` is taken over; it must have been found sound."""
        stage = self._stage(past.kind)
        lifecycle = stage.program.lifecycle
        opened = noon(past.opened, stage.town.zone)
        closed = noon(past.closed, stage.town.zone) if past.closed else None
        seed = _seed(past, lifecycle.version, stage.town.key, opened)
        begun = () if closed else self.clocks(past)
        settled = self._settled(past, stage) if past.answered and closed else ()
        state = lifecycle.states[past.state]
        step = Step(
            case=seed,
            event=EVENT,
            target=past.state,
            role=self._origin.role,
            actor=self._origin.actor,
            at=stage.now,
            data=self._said(past),
            facts=past.facts,
            owner=None if closed else owner_of(stage, past),
            due_on=min([clock.plan.due_on for clock in begun], default=None),
            unattended=state.unattended is not None,
            closed=closed is not None,
            public=past.public,
            outcome=state.outcome if closed else None,
            record=past.record,
            started=begun,
            changed=tuple(_change(one) for one in settled),
        )
        return Takeover(step, past.key, past.digest, closed, settled)

    def clocks(self, past: Past) -> tuple[NewClock, ...]:
        """The deadlines of a case that is still open, as the rules of today have them; a day written down counts."""
        stage = self._stage(past.kind)
        specs = stage.program.lifecycle.deadlines
        known = {**past.record, **past.facts}
        named = stage.program.clocks_in(past.state)
        meant = tuple(specs[name] for name in specs if name in named and not specs[name].is_optional)
        found = clocks_begun(stage, meant, known, occurrence=1)
        return tuple(self._as_given(stage, clock, past.due) for clock in found)

    def _as_given(self, stage: Stage, clock: NewClock, due: str | None) -> NewClock:
        if due is None or clock.name != ANSWER:
            return clock
        rules = stage.town.rules_on(stage.today)
        spec = stage.program.lifecycle.deadlines[clock.name]
        rule = rules.rule(spec.rule)
        plan = planned(stage, spec, rules, fixed(date.fromisoformat(due), rule=rule, calendar=rules.calendar))
        return clock._replace(plan=plan, told=told_at_start(plan, instant_text(stage.now)))

    def _stage(self, kind: str) -> Stage:
        stage = self._stages.get(kind)
        if stage is None:
            stage = self._stages[kind] = self._stage_of(kind)
        return stage

    def _said(self, past: Past) -> dict[str, Any]:
        origin = self._origin
        named = {"quelle": origin.source, "datei": origin.file, "datei_sha256": origin.sha256, "zeile": past.row}
        return {**named, "inhalt_sha256": past.digest, **past.said}

    def _settled(self, past: Past, stage: Stage) -> tuple[SettledClock, ...]:
        key = (past.kind, past.opened, past.due)
        if key not in self._plans:
            self._plans[key] = _planned_then(stage, past)
            if len(self._plans) > _MOST_PLANS:
                self._plans = {key: self._plans[key]}
        found = self._plans[key]
        if found is None or past.answered is None:
            return ()
        clock, due_on = found
        at = noon(past.answered, stage.town.zone)
        status: ClockStatus = "met" if past.answered <= due_on else "late"
        return (SettledClock(clock, new_id(stage.now), status, at),)


#: Plans kept: more days than a generation of files has.
_MOST_PLANS = 50_000


def open_refused(stage: Stage, past: Past, takeovers: Takeovers) -> Reason | None:
    """Why a case that is still open cannot be taken over in its state: nothing may be left lying."""
    lifecycle = stage.program.lifecycle
    state = lifecycle.states[past.state]
    if signed_state(lifecycle, past.state):
        return Reason("history_open_signed", {"state": past.state})
    if any(past.state in _led_to(stage, child.opens_on) for child in lifecycle.children.values()):
        return Reason("history_open_children", {"state": past.state})
    if owner_of(stage, past) is None:
        return Reason("owner_missing", {"state": past.state, "role": state.owner or "–"})
    if state.unattended is None and not takeovers.clocks(past):
        return Reason("due_date_missing", {"state": past.state, "role": state.owner or "–"})
    return None


def _led_to(stage: Stage, events: tuple[str, ...]) -> set[str]:
    """The states into which these events lead."""
    ways = (way for name in events for way in stage.program.lifecycle.events[name].ways)
    return {way.to for way in ways if way.to}


def owner_of(stage: Stage, past: Past) -> str | None:
    """On whose work list a case that is still open comes."""
    role = stage.program.lifecycle.states[past.state].owner or "geschaeftsstelle"
    return next(iter(stage.town.holders(role, {**past.record, **past.facts})), None)


@lru_cache(maxsize=65_536)
def noon(day: str, zone: ZoneInfo) -> datetime:
    """The middle of a day in the town, in UTC."""
    return datetime.combine(date.fromisoformat(day), _NOON, zone).astimezone(UTC)


def _seed(past: Past, version: int, body: str, opened: datetime) -> Case:
    return Case(
        past.id,
        body,
        past.kind,
        version,
        "",
        0,
        0,
        GENESIS,
        None,
        None,
        past.public,
        None,
        None,
        0,
        0,
        None,
        None,
        None,
        NOTHING,
        opened,
        None,
    )


def _change(one: SettledClock) -> ClockChange:
    plan = one.clock.plan
    return ClockChange(one.id, one.clock.name, one.status, plan.due_on, plan.lapses_at, None, 0)


def _planned_then(stage: Stage, past: Past) -> tuple[NewClock, str] | None:
    """The deadline of the answer as the rules of that day had it, or as it was written down; None: nobody knows it."""
    spec = stage.program.lifecycle.deadlines.get(ANSWER)
    rules = _rules_then(stage, past) if spec else None
    if spec is None or rules is None or spec.rule not in rules.rules:
        return None
    rule = rules.rule(spec.rule)
    plan = _plan_then(stage, past, (rules, rule, spec))
    if plan is None:
        return None
    opened = date.fromisoformat(past.opened)
    clock = NewClock(spec.name, 1, rule.id, rules.id, rules.version, rule.basis, opened, plan, 0)
    return clock, plan.due_on.isoformat()


def _plan_then(stage: Stage, past: Past, under: "tuple[RuleSet, Rule, DeadlineSpec]") -> Plan | None:
    rules, rule, spec = under
    if past.due:
        due = fixed(date.fromisoformat(past.due), rule=rule, calendar=rules.calendar)
    elif rule.length is None:
        return None
    else:
        due = compute(rule, event_day=date.fromisoformat(past.opened), calendar=rules.calendar, zone=stage.town.zone)
    made = make_plan(due, Terms(rule, rules.calendar, stage.town.zone, lapse_events(spec, rule)))
    return made._replace(ladder=(), ladder_json="[]")  # nobody is reminded of it any more


def _rules_then(stage: Stage, past: Past) -> "RuleSet | None":
    """The rules of the day; of before all rules, those of today, if the day that was due was written down."""
    try:
        return stage.town.rules_on(date.fromisoformat(past.opened))
    except NotFoundError:
        return stage.town.rules_on(stage.today) if past.due else None


def known_kinds(lifecycles: Mapping[str, Any]) -> list[str]:
    """The lifecycles of which cases can be taken over: those about a paper, or with a subject of their own."""
    return sorted(
        name
        for name, one in lifecycles.items()
        if one.record == "paper" or (one.record is None and {"betreff", "nummer"} <= set(one.fields))
    )
