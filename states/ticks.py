"""What the passing of time does to a case: rungs of the ladder told, lapsed deadlines acted upon. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from .clock_records import ClockChange, RunningClock
from .columns import instant_text, parse_instant
from .decide import TIMER, Stage, slip_messages
from .deputies import told
from .ledger import canonical
from .lifecycle import AUTOMATIC
from .milestones import is_news, missed
from .mornings import in_the_morning, time_of
from .plans import AHEAD, Plan, next_step
from .repeating import with_next
from .slips import Slip
from .step import NewMessage, Situation, Step
from .telling import OWNER

#: The parameters of a reminder by which it is sorted: before which instant it must have been told (text; None: it may
#: wait), and whether it was meant for its hour.
TELL_BEFORE, EXACT = "tell_before", "exact"

#: The event names under which the log shows what a timer did.
REMINDED = "erinnern"
LAPSED = "frist_abgelaufen"


def decide_tick(stage: Stage, situation: Situation, clock: RunningClock) -> Step | None:
    """Tell the latest rung that is due (naming those missed) and hand on the event of a lapse; None: nothing is due.

    A machine that was off for a week tells each party once, the latest rung, and never again what was told.
    """
    now = instant_text(stage.now)
    ladder = clock.known_terms().ladder
    due = [step for step in ladder[clock.told :] if step["at"] <= now]
    if not due or clock.status != "running":
        return None
    case = situation.case
    lapsed = tuple(step["event"] for step in due if "event" in step)
    owner = next(iter(stage.town.holders(OWNER, {OWNER: case.owner})), None)
    over = any("missed" in step or ("event" in step and AHEAD not in step) for step in due)
    slip = _missed(stage, situation, clock, due)
    return Step(
        case=case,
        event=LAPSED if over else REMINDED,
        target=case.state,
        role=AUTOMATIC,
        actor=TIMER,
        at=stage.now,
        data={"deadline": clock.name, "due_on": clock.due_on.isoformat()},
        facts=case.facts,
        owner=owner,
        due_on=case.due_on,
        unattended=stage.program.lifecycle.states[case.state].unattended is not None,
        closed=False,
        public=case.public,
        outcome=None,
        visible=owner != case.owner,
        changed=(_told(stage, clock, clock.told + len(due)), *slip.changed),
        messages=(*_rung_messages(stage, situation, clock, due), *slip.messages),
        lapsed=lapsed,
        slips=slip.slips,
    )


def without_doubles(tick: Step, lapse: Step) -> Step:
    """The step of the event that a lapse has fired, without its messages to those whom the same tick has reminded.

    Where the event ends the deadline, nobody is reminded of it any more, and its messages tell something else.
    """
    goes_on = all(change.status == "running" for change in lapse.changed if change.name == tick.data["deadline"])
    reminded = {message.recipient for message in tick.messages} if goes_on else set()
    return lapse._replace(messages=tuple(one for one in lapse.messages if one.recipient not in reminded))


class _Missed(NamedTuple):
    """A milestone that has passed undone: what that means, for which clock, and who must know."""

    slips: tuple[Slip, ...] = ()
    changed: tuple[ClockChange, ...] = ()
    messages: tuple[NewMessage, ...] = ()


def _missed(stage: Stage, situation: Situation, clock: RunningClock, due: list[Mapping[str, Any]]) -> _Missed:
    found = missed(stage, situation, clock) if clock.name in stage.program.milestones else None
    if found is None:
        return _Missed()
    slip, following = found
    changed = (following,) if following else ()
    just_now = any("missed" in step for step in due)
    if not (just_now or following) or not is_news(stage, situation, slip):
        return _Missed((slip,), changed)
    facts = {**situation.known, "owner": situation.case.owner}
    occasion = f"{clock.name}#{clock.occurrence}.{clock.told}"
    messages = slip_messages(stage, slip, occasion, facts)
    return _Missed((slip,), changed, tuple(in_the_morning(stage, message) for message in messages))


def _told(stage: Stage, clock: RunningClock, told: int) -> ClockChange:
    terms = clock.known_terms()
    ladder = with_next(stage, terms.ladder, told)
    following = next_step(ladder, told)
    next_at: datetime | None = parse_instant(following) if following else None
    change = ClockChange(clock.id, clock.name, "running", clock.due_on, clock.lapses_at, next_at, told)
    if len(ladder) == len(terms.ladder):
        return change
    trace = tuple(json.loads(terms.trace_json))
    return change._replace(plan=Plan(clock.due_on, clock.lapses_at, ladder, canonical(ladder), trace, terms.trace_json))


def _pointless_from(stage: Stage, clock: RunningClock, following: str | None) -> str | None:
    """When it is too late to tell a step: the following one is due, or the deadline is over."""
    now, over = instant_text(stage.now), instant_text(clock.lapses_at)
    return min((instant for instant in (following, over) if instant and instant > now), default=None)


def _rung_messages(
    stage: Stage, situation: Situation, clock: RunningClock, due: list[Mapping[str, Any]]
) -> tuple[NewMessage, ...]:
    rungs = [step for step in due if "rung" in step]
    if not rungs:
        return ()
    last = rungs[-1]
    spec = stage.program.lifecycle.deadlines.get(clock.name)
    params = {
        "deadline": clock.name,
        "label_de": spec.label.de if spec else clock.name,
        "label_en": spec.label.en if spec else clock.name,
        "due_on": clock.due_on.isoformat(),
        "rung": last["rung"],
        "rungs": sum(1 for step in clock.known_terms().ladder if "rung" in step),
        "missed": [step["rung"] for step in rungs[:-1]],
        TELL_BEFORE: _pointless_from(stage, clock, next_step(clock.known_terms().ladder, clock.told + len(due))),
        EXACT: "exact" in last,
    }
    occasion = f"{clock.name}#{clock.occurrence}.{last['rung']}"
    meant = stage.town.meant(last["to"], {**situation.known, "owner": situation.case.owner})
    messages = (
        NewMessage(occasion, one.party, last["template"], None, one.added_to(params))
        for one in told(stage.town, meant, stage.today)
    )
    if "exact" in last:
        return tuple(messages)
    at = time_of(stage, last["at"])
    return tuple(in_the_morning(stage, message, at) for message in messages)
