"""Cases as people see them on the command line."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .console import Screen, local
from .views import Overdue
from .wording import say

if TYPE_CHECKING:
    from ..config.text import Lang
    from ..states.engine import Fired
    from ..states.lifecycle import Field, Lifecycle
    from ..states.queries import CaseSummary, DeadlineView, HistoryLine
    from .views import CaseView, Offer
    from .workflow import Workflow

#: How much of an id people need to name a case.
SHORT_ID = 13
_LONG = 60


def show_case(screen: Screen, workflow: "Workflow", view: "CaseView", offers: "list[Offer]") -> None:
    """Everything that explains where a case stands."""
    case, lifecycle, zone = view.case, lifecycle_of(workflow, view.case), zone_of(workflow, view.case)
    title = f"{case.number or ''} {lifecycle.label.in_(screen.lang)} · {view.state_label.in_(screen.lang)}"
    screen.line(title.strip(), style="bold")
    screen.line(case.subject or "", indent=2)
    screen.pairs(_head(screen.lang, view, zone, workflow.today(case.body)))
    if case.facts:
        screen.heading("head_facts")
        screen.pairs((_label(lifecycle, name, screen.lang), _fact(value)) for name, value in case.facts.items())
    screen.heading("head_deadlines")
    for clock in view.deadlines:
        show_deadline(screen, lifecycle, clock)
    if view.children:
        screen.heading("head_children")
        show_cases(screen, workflow, view.children)
    if not case.closed_at:
        screen.heading("head_events")
        show_offers(screen, offers)


def _head(lang: "Lang", view: "CaseView", zone: ZoneInfo, today: date) -> list[tuple[str, object]]:
    case = view.case
    due = case.due_on and f"{case.due_on:%d.%m.%Y}" if lang == "de" else case.due_on and case.due_on.isoformat()
    owner = view.owner_name and f"{view.owner_name} ({case.owner})"
    late = f" ({Overdue((today - case.due_on).days).text.in_(lang)})" if case.due_on else ""
    return [
        (say("owner", lang), owner),
        (say("due", lang), due and due + late),
        (say("opened", lang), local(case.opened_at, zone)),
        (say("closed", lang), case.closed_at and local(case.closed_at, zone)),
        (say("public", lang), case.public),
        (say("version", lang), f"{case.version} ({case.lifecycle} {case.lifecycle_version})"),
        (say("id", lang), case.id),
        (say("parent", lang), case.parent_id),
    ]


def show_deadline(screen: Screen, lifecycle: "Lifecycle", clock: "DeadlineView") -> None:
    """A deadline and how its day was found, in words."""
    spec = lifecycle.deadlines.get(clock.name)
    name = spec.label.in_(screen.lang) if spec else clock.name
    status = say(f"clock_{clock.status}", screen.lang)
    screen.line(f"{screen.shown(clock.due_on)}  {name}: {status}", indent=2)
    for line in clock.trace:
        screen.line(f"· {line[screen.lang]}", style="dim", indent=6)


def show_cases(screen: Screen, workflow: "Workflow", cases: "Sequence[CaseSummary]") -> None:
    """A list of cases."""
    screen.rows(
        ("number", "kind", "subject", "state", "owner", "due", "id"),
        (_case_row(screen, workflow, case) for case in cases),
        empty="no_cases",
    )


def _case_row(screen: Screen, workflow: "Workflow", case: "CaseSummary") -> list[object]:
    lifecycle, town = lifecycle_of(workflow, case), workflow.directory.town(case.body)
    owner = town.parties.get(case.owner or "")
    return [
        case.number,
        lifecycle.label.in_(screen.lang),
        _short(case.subject if case.parent_id is None else child_subject(workflow, case)),
        lifecycle.states[case.state].label.in_(screen.lang),
        owner.name if owner else case.owner,
        case.due_on,
        case.id[:SHORT_ID],
    ]


def child_subject(workflow: "Workflow", case: "CaseSummary") -> str:
    """What a child case is about: the first of its facts that names a party, else its first text."""
    town = workflow.directory.town(case.body)
    asked = lifecycle_of(workflow, case).opening.ask
    values = [case.facts[field.name] for field in asked if isinstance(case.facts.get(field.name), str)]
    named = [town.parties[value].name for value in values if value in town.parties]
    return next(iter(named or values), "")


def show_offers(screen: Screen, offers: "list[Offer]", *, fields: bool = False) -> None:
    """The next events: which are open to the person, why the others are not, and what they ask for."""
    for offer in offers:
        mark = "✔" if offer.allowed else "✘"
        style = "green" if offer.allowed else "dim"
        screen.line(f"{mark} {offer.event}: {offer.label.in_(screen.lang)}", style=style, indent=2)
        if offer.refusal:
            screen.line(offer.refusal.text(screen.lang), style="dim", indent=6)
        for field in offer.fields if fields else ():
            screen.line(field_text(field, screen.lang), indent=6)


def field_text(field: "Field", lang: "Lang") -> str:
    """A field of an event with its type, as it is typed after ``-s``."""
    kind = say(f"type_{field.type}", lang) + (say("type_many", lang) if field.many else "")
    choices = f": {', '.join(field.choices)}" if field.choices else ""
    parts = f": {', '.join(part.name for part in field.parts)}" if field.parts else ""
    optional = "" if field.required else f", {say('type_optional', lang)}"
    return f"-s {field.name}=…  {field.label.in_(lang)} ({kind}{choices}{parts}{optional})"


def show_history(screen: Screen, workflow: "Workflow", view: "CaseView", lines: "list[HistoryLine]") -> None:
    """The log of a case."""
    lifecycle, zone = lifecycle_of(workflow, view.case), zone_of(workflow, view.case)
    parties = workflow.directory.town(view.case.body).parties

    def row(line: "HistoryLine") -> list[object]:
        event, target = lifecycle.events.get(line.event), lifecycle.states[line.target]
        who = parties[line.actor].name if line.actor in parties else line.actor
        told = line.reason or (_short(screen.shown({k: _fact(v) for k, v in line.data.items()})) if line.data else "")
        label = event.label.in_(screen.lang) if event else line.event
        return [line.seq, local(line.at, zone), label, target.label.in_(screen.lang), f"{who} ({line.role})", told]

    screen.rows(("seq", "at", "event", "state", "who", "entered"), map(row, lines))


def show_fired(screen: Screen, workflow: "Workflow", view: "CaseView", fired: "Fired") -> None:
    """What came of an event."""
    lifecycle, case = lifecycle_of(workflow, view.case), view.case
    if fired.replayed:
        screen.say("fired_replayed", style="yellow", case=case.number or case.id)
    else:
        known = lifecycle.events.get(fired.event)
        label = known.label.in_(screen.lang) if known else fired.event
        screen.say("fired", style="green", case=case.number or case.id, event=label)
    pairs = _head(screen.lang, view, zone_of(workflow, case), workflow.today(case.body))
    screen.pairs([(say("state", screen.lang), view.state_label.in_(screen.lang)), *pairs])


def lifecycle_of(workflow: "Workflow", case: "CaseSummary") -> "Lifecycle":
    """The lifecycle that a case runs through, in its version."""
    return workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle


def zone_of(workflow: "Workflow", case: "CaseSummary") -> ZoneInfo:
    """The time zone of a case's town."""
    return workflow.directory.town(case.body).zone


def _label(lifecycle: "Lifecycle", name: str, lang: "Lang") -> str:
    field = lifecycle.fields.get(name)
    return field.label.in_(lang) if field else name


def _fact(value: Any) -> Any:
    """A fact as people read it: of a file its name."""
    if isinstance(value, dict) and "sha256" in value:
        return value["name"]
    return [_fact(item) for item in value] if isinstance(value, list) else value


def _short(text: object) -> str:
    line = " ".join(str(text or "").split())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"
