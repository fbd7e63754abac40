"""Days of children that lie before a day of the case that opens them. Pure.

An office co-signs for an answer that is due itself: its day must leave the time that is still needed after it, for the
stages that follow, for the signature and for making the answer known. So a child gets the day of its parent and the
working days that must lie before it; its own clock is then never longer than its rule allows, nor later than that.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from .child_spec import AheadSpec, ChildSpec
from .lifecycle import DeadlineSpec
from .step import Facts, Opening, Situation
from .trace import Ahead, ahead_line

if TYPE_CHECKING:
    from ..config.rules import Rule, RuleSet
    from .deadlines import Due
    from .decide import Stage

#: What lies between a child and the day above it, where nothing else is said.
_LEAST = 1


def with_days(stage: "Stage", parent: Situation, openings: tuple[Opening, ...]) -> tuple[Opening, ...]:
    """The children to open, each with the day above it as its lifecycle asks for it."""
    specs = stage.program.lifecycle.children
    return tuple(_with_day(stage, parent, specs[one.child], one) for one in openings)


def _with_day(stage: "Stage", parent: Situation, spec: ChildSpec, opening: Opening) -> Opening:
    if spec.ahead is None:
        return opening
    named = [clock.due_on for clock in parent.clocks if clock.name in spec.ahead.of and clock.status == "running"]
    if not named:
        return opening
    given = {spec.ahead.day: min(named).isoformat(), spec.ahead.days: _needed(stage, spec, spec.ahead, opening.data)}
    return opening._replace(data={**opening.data, **given})


def _needed(stage: "Stage", spec: ChildSpec, ahead: AheadSpec, data: Facts) -> int:
    """The working days that must lie between the child and the day above it."""
    rule = stage.town.rules_on(stage.today).rules.get(ahead.step or "")
    if rule is None or rule.milestone is None:
        return _LEAST
    stages = int(data.get(spec.chain.after) or 0) if spec.chain and spec.chain.after else 0
    return stages * rule.milestone.at_least + sum(_least_after(rule)) or _LEAST


def _least_after(rule: "Rule") -> Iterator[int]:
    """What each step of the plan after this one takes at the very least."""
    following = rule.milestone.before if rule.milestone else None
    if following is not None and following.milestone is not None:
        yield following.milestone.at_least
        yield from _least_after(following)


def limited(stage: "Stage", spec: DeadlineSpec, facts: Facts, due: "Due") -> "Due":
    """The due day, no later than the day above the case allows; never before today.

    Where silence is consent, nobody's time to speak is cut short (but `firm`); and what is late already gives no day to
    count from.
    """
    rules = stage.town.rules_on(stage.today)
    rule, day = rules.rule(spec.rule), facts.get(spec.latest) if spec.latest else None
    is_firm = spec.firm is not None and facts.get(spec.firm) is not None
    if day is None or (spec.silence and rule.silence_is_consent and not is_firm):
        return due
    above, days = date.fromisoformat(day), int(facts.get(spec.room or "") or 0)
    if above < stage.today:
        return due
    wanted = rules.calendar.add_working_days(above, -days)
    latest = max(wanted, _today(rules, stage.today))
    line = ahead_line(Ahead(above, days, wanted, latest), due.due_on)
    return replace(due, due_on=min(latest, due.due_on), trace=(*due.trace, line))


def _today(rules: "RuleSet", today: date) -> date:
    """Today, or the next working day."""
    return rules.calendar.add_working_days(today - timedelta(days=1), 1)
