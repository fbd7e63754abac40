"""Reads the backward plans of a rule file: what must be done by when, so that it is ready for a session. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from .reader import Table, meant
from .rule_tables import read_rule, shortest
from .rules import LONGEST, SESSION, BackwardPlan, Milestone, Rule

#: What a milestone cannot say: it is counted back from a fixed day.
_NOT_HERE = ("direction", "inclusive", "interim", "extension")
#: The words of the message that a session can no longer be reached.
_TEMPLATE = "planverzug"


def read_plan(name: str, table: Table) -> BackwardPlan:
    """The plan `name` of a rule set; its steps stand in the file from the session back.

    Mistakes are recorded in the source of the table.
    """
    label, warn = table.text("label"), table.names("warn", required=True)
    template = table.string("template", _TEMPLATE)
    steps: dict[str, Rule] = {}
    below = table.table("step", required=True)
    for step, one in below.entries():
        steps[step] = _step(f"{name}.{step}", one, steps)
    if not steps and "step" in table.data:
        table.find("config_empty", "step")
    table.close()
    _check_order(below, steps)
    return BackwardPlan(name, label, tuple(reversed(steps.values())), warn, template)


def _step(name: str, table: Table, nearer: Mapping[str, Rule]) -> Rule:
    """A milestone; `nearer` are those between it and the session."""
    plan, step = name.split(".", 1)
    who, at_least, before = table.names("who", required=True), table.integer("at_least", 1), table.optional("before")
    for key in _NOT_HERE:
        if key in table.data:
            table.find("rules_plan_key", key)
    if before is not None and before not in nearer:
        known = ", ".join(nearer) or "–"
        table.find("rules_plan_before", "before", value=before, known=known, meant=meant(before, nearer))
    rule = read_rule(name, table, "backward")
    if rule.length is None or rule.unit == "stunden":
        table.find("rules_plan_length", "length")
    if at_least < 1:
        table.find("rules_length", "at_least", value=at_least, most=LONGEST)
    _check_room(table, rule, nearer.get(before or ""))
    event = rule.event if "event" in table.data else SESSION
    milestone = Milestone(plan, step, who, at_least, nearer.get(before or ""))
    return replace(
        rule, milestone=milestone, inclusive=False, extension=None, interim=None, direction="backward", event=event
    )


def _check_room(table: Table, rule: Rule, next_: Rule | None) -> None:
    """The time between this step and the next must be enough for the next."""
    needed = next_.milestone.at_least if next_ and next_.milestone else 0
    if rule.unit == "arbeitstage" and rule.length is not None and rule.length < needed:
        step = next_.milestone.step if next_ and next_.milestone else "–"
        table.find("rules_plan_at_least", "length", step=step, value=rule.length, least=needed)


def _check_order(table: Table, steps: Mapping[str, Rule]) -> None:
    """Each step lies before the one that stands above it, as far as lengths can tell."""
    for (above, near), (below, far) in pairwise(steps.items()):
        if _distance(far) < _distance(near):
            table.find("rules_plan_order", below, step=below, above=above)


def _distance(rule: Rule) -> float:
    """Roughly how many days a milestone lies before the session."""
    before = rule.milestone.before if rule.milestone else None
    return shortest(rule.span) + (_distance(before) if before else 0)
