"""``vorgang deadline plan``: what must be done by when, so that it is ready for a session."""

from typing import TYPE_CHECKING, Annotated

import typer

from .cli_call import Call, command
from .cli_deadline import deadline
from .cli_input import day_given
from .wording import say

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..config.rules import RuleSet
    from ..config.text import Lang
    from ..states.lifecycle import Lifecycle
    from ..states.slips import MilestoneDay, View
    from .console import Screen

#: The rule set and the plan of those who name none.
_RULES, _PLAN = "neutral", "sitzung"


@command(deadline, "plan")
def plan(
    call: Call,
    *,
    session: Annotated[str, typer.Option("--session", metavar="DAY")],
    rules: Annotated[str, typer.Option("--rules", metavar="NAME")] = _RULES,
    plan_name: Annotated[str, typer.Option("--plan", metavar="NAME")] = _PLAN,
    land: Annotated[str | None, typer.Option("--land", metavar="LAND")] = None,
    today: Annotated[str | None, typer.Option("--today", metavar="DAY")] = None,
) -> None:
    """The backward plan of a session: the day of each step, why, and what is over already."""
    from ..config.clock import SystemClock  # noqa: PLC0415  # not before it is needed
    from ..config.public_holidays import require_year  # noqa: PLC0415  # the calendar takes a tenth of a second to import
    from ..config.rule_files import load_rules  # noqa: PLC0415  # as above
    from ..states.loader import survey_folders  # noqa: PLC0415  # as above
    from ..states.period import BERLIN  # noqa: PLC0415  # as above
    from ..states.slips import View, days_of, slip_of  # noqa: PLC0415  # as above
    from ..states.trace_rolls import reasons  # noqa: PLC0415  # as above

    day = day_given("--session", session)
    require_year(day.year)
    seen_on = day_given("--today", today) if today else SystemClock().now().astimezone(BERLIN).date()
    meant = load_rules(call.settings.rules).for_(rules, seen_on, land=land)
    view = View(meant.plan(plan_name), day, meant.calendar, seen_on)
    days = days_of(view.plan, day, view.calendar, seen_on)
    first, running = days[0], [one.rule.id for one in days[1:]]
    odd = reasons(meant.calendar, [day]) if not meant.calendar.is_working_day(day) else None
    slip = slip_of(view, first.rule, running).text if first.past else None

    def show(screen: "Screen") -> None:
        screen.say("plan_head", label=view.plan.label.in_(call.lang), day=screen.shown(day), rules=meant.id)
        if odd:
            screen.say("plan_odd_session", style="yellow", why=odd.in_(call.lang))
        lifecycles = survey_folders(*call.settings.lifecycles).sound.values()
        for one in days:
            _show(screen, one, _who(one, lifecycles, call.lang))
        if slip:
            screen.line(slip.in_(call.lang), style="red")

    call.tell({**_document(meant, view, days), "warning": odd, "slip": slip}, show)


def _who(one: "MilestoneDay", lifecycles: "Collection[Lifecycle]", lang: "Lang") -> str:
    """Whose step it is, in the words of those lifecycles first that have it."""
    from .role_words import role_words  # noqa: PLC0415  # loads the lifecycles

    def lacks_it(each: "Lifecycle") -> bool:
        return all(clock.rule != one.rule.id for clock in each.deadlines.values())

    having = sorted(lifecycles, key=lacks_it)
    return ", ".join(role_words(role, having, lang) for role in one.milestone.who)


def _show(screen: "Screen", one: "MilestoneDay", who: str) -> None:
    until = f", {one.rule.cutoff:%H:%M}" if one.rule.cutoff else ""
    line = f"{screen.shown(one.due_on)}{until}  {one.rule.label.in_(screen.lang)} ({who})"
    screen.line(line, style="red" if one.past else "bold", indent=2)
    if one.past:
        screen.line(say("plan_past", screen.lang), style="red", indent=6)
    for said in one.trace:
        screen.line(f"· {said.en if screen.lang == 'en' else said.de}", style="dim", indent=6)


def _document(meant: "RuleSet", view: "View", days: "list[MilestoneDay]") -> dict[str, object]:
    return {
        "plan": view.plan.id,
        "label": view.plan.label,
        "rules": meant.id,
        "version": meant.version,
        "session": view.session,
        "today": view.today,
        "milestones": [
            {
                "step": one.milestone.step,
                "label": one.rule.label,
                "who": list(one.milestone.who),
                "due_on": one.due_on,
                "until": f"{one.rule.cutoff:%H:%M}" if one.rule.cutoff else None,
                "at_least": one.milestone.at_least,
                "past": one.past,
                "trace": [line.row for line in one.trace],
            }
            for one in days
        ],
    }
