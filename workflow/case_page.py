"""Cases as people see them on the command line."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .wording import say

if TYPE_CHECKING:  # the command line must answer --help before Rich and a database library are loaded
    from ..config.text import Lang
    from ..states.engine import Fired
    from ..states.lifecycle import Field, Lifecycle
    from ..states.queries import CaseSummary, DeadlineView, HistoryLine
    from .console import Screen
    from .views import CaseView, Offer
    from .workflow import Workflow

#: How much of an id tells cases apart: its time and its counter.
SHORT_ID = 18
_LONG = 60
#: Types of fields that say what a case is about.
_TELLING = frozenset({"text", "office", "person", "body", "party"})


def show_case(screen: "Screen", workflow: "Workflow", view: "CaseView") -> None:
    """Everything that explains where a case stands."""
    case, lifecycle, zone = view.case, lifecycle_of(workflow, view.case), zone_of(workflow, view.case)
    title = f"{case.number or ''} {lifecycle.label.in_(screen.lang)} · {view.state_label.in_(screen.lang)}"
    screen.line(title.strip(), style="bold")
    screen.line(case.subject or "", indent=2)
    screen.pairs(_head(screen.lang, view, zone, workflow.today(case.body)))
    if case.facts:
        screen.heading("head_facts")
        told = _Facts(workflow, case, lifecycle)
        screen.pairs((_label(lifecycle, name, screen.lang), told.of(name, value)) for name, value in case.facts.items())
    screen.heading("head_deadlines")
    for clock in view.deadlines_by_day:
        show_deadline(screen, lifecycle, clock)
    if view.children:
        screen.heading("head_children")
        show_cases(screen, workflow, view.children)


def _head(lang: "Lang", view: "CaseView", zone: ZoneInfo, today: date) -> list[tuple[str, object]]:
    from .console import day_text  # noqa: PLC0415  # as above
    from .views import Overdue  # noqa: PLC0415  # as above

    case = view.case
    due = case.due_on and day_text(case.due_on, lang)
    owner = view.owner_name and f"{view.owner_name} ({case.owner})"
    late = f" ({Overdue((today - case.due_on).days).text.in_(lang)})" if case.due_on else ""
    return [
        (say("owner", lang), owner),
        (say("due", lang), due and due + late),
        (say("opened", lang), case.opened_at.astimezone(zone)),
        (say("closed", lang), case.closed_at and case.closed_at.astimezone(zone)),
        (say("public", lang), case.public),
        (say("version", lang), f"{case.version} ({case.lifecycle} {case.lifecycle_version})"),
        (say("id", lang), case.id),
        (say("parent", lang), case.parent_id),
    ]


def show_deadline(screen: "Screen", lifecycle: "Lifecycle", clock: "DeadlineView") -> None:
    """A deadline and how its day was found, in words."""
    spec = lifecycle.deadlines.get(clock.name)
    name = spec.label.in_(screen.lang) if spec else clock.name
    status = say(f"clock_{clock.status}", screen.lang)
    screen.line(f"{screen.shown(clock.due_on)}  {name}: {status}", indent=2)
    for line in clock.trace:
        screen.line(f"· {line[screen.lang]}", style="dim", indent=6)


def show_cases(screen: "Screen", workflow: "Workflow", cases: "Sequence[CaseSummary]") -> None:
    """A list of cases."""
    screen.rows(
        ("number", "kind", "subject", "state", "owner", "due", "id"),
        (_case_row(screen, workflow, case) for case in cases),
        empty="no_cases",
    )


def _case_row(screen: "Screen", workflow: "Workflow", case: "CaseSummary") -> list[object]:
    lifecycle, town = lifecycle_of(workflow, case), workflow.directory.town(case.body)
    owner = town.parties.get(case.owner or "")
    return [
        case.number,
        lifecycle.label.in_(screen.lang),
        short(case.subject if case.parent_id is None else child_subject(workflow, case)),
        lifecycle.states[case.state].label.in_(screen.lang),
        owner.name if owner else case.owner,
        case.due_on,
        case.id[:SHORT_ID],
    ]


def child_subject(workflow: "Workflow", case: "CaseSummary") -> str:
    """What a child case is about: the first party or text that is not merely copied from its parent."""
    return telling_subject(workflow, workflow.case(case.parent_id or "").case, case)


def telling_subject(workflow: "Workflow", parent: "CaseSummary", case: "CaseSummary") -> str:
    """As `child_subject`, where the parent is known already."""
    spec = lifecycle_of(workflow, parent).children.get(case.child or "")
    copied = spec.copy if spec else ()
    asked = [field for field in lifecycle_of(workflow, case).opening.ask if field.name not in copied]
    telling = [field.name for field in asked if field.type in _TELLING and case.facts.get(field.name)]
    value = str(case.facts[telling[0]]) if telling else ""
    parties = workflow.directory.town(case.body).parties
    return parties[value].name if value in parties else value


def show_offers(screen: "Screen", offers: "list[Offer]", *, acting: bool, fields: bool = False) -> None:
    """The next events: which are open to whoever acts, why the others are not, and what they ask for."""
    for offer in offers:
        mark = "·" if not acting else "✔" if offer.allowed else "✘"
        style = "green" if offer.allowed else "dim" if acting else ""
        label = offer.label.in_(screen.lang)
        named = offer.event if label == offer.event else f"{offer.event}: {label}"
        screen.line(f"{mark} {named}", style=style, indent=2)
        if offer.refusal:
            screen.line(offer.refusal.text(screen.lang), style="dim", indent=6)
        for field in offer.fields if fields else ():
            screen.line(field_text(field, screen.lang), indent=6)
    if not acting:
        screen.say("offers_as", style="dim")


def field_text(field: "Field", lang: "Lang") -> str:
    """A field of an event with its type, as it is typed after ``-s``."""
    kind = say(f"type_{field.type}", lang) + (say("type_many", lang) if field.many else "")
    choices = f": {', '.join(field.choices)}" if field.choices else ""
    parts = f": {', '.join(part.name for part in field.parts)}" if field.parts else ""
    optional = "" if field.required else f", {say('type_optional', lang)}"
    return f"-s {field.name}=…  {field.label.in_(lang)} ({kind}{choices}{parts}{optional})"


def show_history(screen: "Screen", workflow: "Workflow", view: "CaseView", lines: "list[HistoryLine]") -> None:
    """The log of a case."""
    lifecycle, zone = lifecycle_of(workflow, view.case), zone_of(workflow, view.case)
    parties = workflow.directory.town(view.case.body).parties

    def row(line: "HistoryLine") -> list[object]:
        event, target = lifecycle.events.get(line.event), lifecycle.states[line.target]
        who = parties[line.actor].name if line.actor in parties else line.actor
        told = line.reason or (short(screen.shown({k: _fact(v) for k, v in line.data.items()})) if line.data else "")
        label = event.label.in_(screen.lang) if event else say(f"log_{line.event}", screen.lang)
        return [line.seq, line.at.astimezone(zone), label, target.label.in_(screen.lang), f"{who} ({line.role})", told]

    screen.rows(("seq", "at", "event", "state", "who", "entered"), map(row, lines))


def show_fired(screen: "Screen", workflow: "Workflow", view: "CaseView", fired: "Fired") -> None:
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


class _Facts:
    """The facts of a case in words: a case by its number and subject, a party by its name."""

    def __init__(self, workflow: "Workflow", case: "CaseSummary", lifecycle: "Lifecycle") -> None:
        self._workflow = workflow
        self._parties = workflow.directory.town(case.body).parties
        asked = (field for event in lifecycle.events.values() for field in event.ask)
        self._cases = {field.name for field in asked if field.type == "case"}

    def of(self, name: str, value: Any) -> Any:
        """The fact `name`."""
        if name in self._cases and isinstance(value, str):
            meant = self._workflow.case(value).case
            return " · ".join(filter(None, (meant.number or meant.id, meant.subject)))
        if isinstance(value, str) and value in self._parties:
            return f"{self._parties[value].name} ({value})"
        return _fact(value)


def _fact(value: Any) -> Any:
    """A fact as people read it: of a file its name."""
    if isinstance(value, dict) and "sha256" in value:
        return value["name"]
    return [_fact(item) for item in value] if isinstance(value, list) else value


def short(text: object, length: int = _LONG) -> str:
    """A text in one line."""
    line = " ".join(str(text or "").split())
    return line if len(line) <= length else line[: length - 1] + "…"
