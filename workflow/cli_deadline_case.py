"""``vorgang deadline``: how the deadlines of a case came about, and what the rules of today would make of them."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ..config.errors import InvalidInputError, Refusal, RefusedError, VorgangError
from .cli_call import Call, command
from .cli_case import Reference
from .cli_deadline import deadline
from .cli_errors import told
from .cli_reader import case_meant, reader_in
from .documents import document

if TYPE_CHECKING:
    from ..states.engine import Fired
    from ..states.recompute import Difference
    from .console import Screen
    from .views import CaseView
    from .workflow import Workflow


@command(deadline, "explain")
def explain(
    call: Call,
    reference: Reference,
    *,
    all_deadlines: Annotated[bool, typer.Option("--all")] = False,
) -> None:
    """How the deadlines of a case were computed: each step with norm, day and reason."""
    from .case_page import show_deadline  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        view = workflow.case(case_meant(call, workflow, reference, reader_in(call, workflow), everything=True))
        lifecycle = workflow.library.get(view.case.lifecycle, view.case.lifecycle_version).lifecycle
        clocks = [clock for clock in view.deadlines_by_day if all_deadlines or clock.settled_at is None]
        differing = _differing(workflow, view)

        def show(screen: "Screen") -> None:
            for clock in clocks:
                show_deadline(screen, lifecycle, clock)
                under = call.say("deadline_under", rule=clock.rule, rules=clock.ruleset, version=clock.ruleset_version)
                screen.line(under, style="dim", indent=6)
                if clock.settled_at is None and (other := differing.get(clock.name)):
                    said = call.say("explain_differs", rules=other.rules_after, day=screen.shown(other.after))
                    screen.line(said, style="yellow", indent=6)
            if not clocks:
                screen.say("no_deadlines", case=view.case.number or view.case.id)

        today = {name: {"after": one.after, "rules": one.rules_after} for name, one in differing.items()}
        answer = {"case": view.case.id, "number": view.case.number, "deadlines": document(clocks)}
        call.tell({**answer, "by_the_rules_of_today": today}, show)


def _differing(workflow: "Workflow", view: "CaseView") -> "dict[str, Difference]":
    """The running deadlines that the rules and the calendar of today would give another day."""
    try:
        return {one.name: one for one in _outlook(workflow, view, None).changed}
    except VorgangError:  # whatever keeps them from being computed today, the frozen ones explain themselves
        return {}


@command(deadline, "recompute")
def recompute(
    call: Call,
    reference: Reference,
    *,
    deadline_name: Annotated[str | None, typer.Option("--deadline", metavar="NAME")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
) -> None:
    """What the rules of today would change; with --reason and a yes it is done, as a recorded event."""
    if yes and reason is None:
        raise InvalidInputError("cli_reason_missing")
    with call.workflow() as workflow:
        view = workflow.case(
            case_meant(call, workflow, reference, reader_in(call, workflow), everything=reason is None)
        )
        outlook = _outlook(workflow, view, deadline_name)
        if reason is None:
            call.tell(_difference_document(view.case.id, outlook), partial(_show, outlook))
            return
        if outlook.changed:
            days = (f"{one.name}: {one.before:%d.%m.%Y} → {one.after:%d.%m.%Y}" for one in outlook.changed)
            call.confirmed(call.say("recompute_question", days=", ".join(days)), yes=yes)
        names = [one.name for one in outlook.changed] if deadline_name is None else [deadline_name]
        done = _recomputed(call, workflow, view, names, reason)
        answer = {**_difference_document(view.case.id, outlook), "done": [one.seq for one in done]}
        call.tell(answer, partial(_show_done, outlook))


class _Outlook(NamedTuple):
    """What computing deadlines anew would change, and those that cannot be."""

    differences: "list[Difference]"
    refusals: list[Refusal]

    @property
    def changed(self) -> "list[Difference]":
        """Those that would get another day."""
        return [one for one in self.differences if one.changes]


def _outlook(workflow: "Workflow", view: "CaseView", name: str | None) -> _Outlook:
    """Of the deadline `name`, or of all that run.

    Raises:
        RefusedError: no deadline of that name is running.
    """
    running = [clock.name for clock in view.deadlines if clock.settled_at is None]
    if name is not None and name not in running:
        known = ", ".join(running) or "–"
        raise RefusedError(Refusal("deadline_not_running", {"deadline": name, "known": known}))
    outlook = _Outlook([], [])
    for one in workflow.recomputed(view.case.id):
        if isinstance(one, Refusal):
            if name in {None, one.params["deadline"]}:
                outlook.refusals.append(one)
        elif name in {None, one.name}:
            outlook.differences.append(one)
    return outlook


def _recomputed(call: Call, workflow: "Workflow", view: "CaseView", names: list[str], reason: str) -> "list[Fired]":
    """Each an event of its own; if somebody changes the case in between, the rest is a conflict and not done."""
    from ..states.recompute import Recomputation  # noqa: PLC0415  # loads the engine

    actor, version = call.actor_in(workflow, view.case.body), view.case.version
    done: list[Fired] = []
    for name in names:
        done.append(workflow.recompute(Recomputation(view.case.id, name, reason, actor, version)))
        version = done[-1].case.version
    return done


def _difference_document(case: str, outlook: _Outlook) -> dict[str, object]:
    return {
        "case": case,
        "differences": [{**one._asdict(), "changes": one.changes} for one in outlook.differences],
        "refused": [told(one) for one in outlook.refusals],
    }


def _show(outlook: _Outlook, screen: "Screen") -> None:
    if not outlook.differences and not outlook.refusals:
        screen.say("recompute_none")
    for one in outlook.differences:
        rules = {"before": one.rules_before, "after": one.rules_after}
        days = {"old": screen.shown(one.before), "new": screen.shown(one.after)}
        screen.say("recompute_changes" if one.changes else "recompute_same", name=one.name, **days, **rules)
        for line in one.trace_after if one.changes else ():
            screen.line(f"· {line[screen.lang]}", style="dim", indent=4)
    for refusal in outlook.refusals:
        screen.line(refusal.text(screen.lang), style="dim")
    if outlook.changed:
        screen.say("recompute_how", style="dim")


def _show_done(outlook: _Outlook, screen: "Screen") -> None:
    for refusal in outlook.refusals:
        screen.line(refusal.text(screen.lang), style="dim")
    for one in outlook.changed:
        screen.say("recompute_done", name=one.name, old=screen.shown(one.before), new=screen.shown(one.after))
    if not outlook.changed:
        screen.say("recompute_nothing")
