"""Cases as people see them on the command line."""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .case_documents import still_unanswered, still_unstated
from .wording import say

if TYPE_CHECKING:  # the command line must answer --help before Rich and a database library are loaded
    from ..config.text import Lang
    from ..states.engine import Fired
    from ..states.lifecycle import Field, Lifecycle
    from ..states.queries import CaseSummary, DeadlineView, HistoryLine
    from .console import Screen
    from .facts_page import Facts
    from .intake.understood import PromiseFound
    from .reading_rights import PublicLine, Seen, SeenView
    from .views import CaseView, Offer
    from .workflow import Workflow

#: How much of an id tells cases apart: its time and its counter.
SHORT_ID = 18
_LONG = 60
#: Fields that say best what a case is about, the column of a paper with it, and types of fields that may say it.
_ABOUT = ("betreff", "frage", "zusage", "aufgabe")
_SUBJECT = "name"
_TELLING = frozenset({"text", "office", "person", "body", "party"})


def show_case(screen: "Screen", workflow: "Workflow", found: "SeenView") -> None:
    """Everything that explains where a case stands."""
    view = found.view
    case, lifecycle, zone = view.case, lifecycle_of(workflow, view.case), zone_of(workflow, view.case)
    title = f"{case.number or ''} {lifecycle.label.in_(screen.lang)} · {view.state_label.in_(screen.lang)}"
    screen.line(title.strip(), style="bold")
    _show_subject(screen, workflow, case)
    screen.pairs(_head(screen.lang, view, zone, workflow.today(case.body)))
    if case.facts:
        screen.heading("head_facts")
        facts = _without_stops(lifecycle, case.facts, {one.child for one in view.children})
        screen.pairs(_facts(screen, workflow, case, found.named).rows(facts))
    screen.heading("head_deadlines")
    for clock in view.deadlines_by_day:
        show_deadline(screen, lifecycle, clock)
    if view.children:
        screen.heading("head_children")
        show_cases(screen, workflow, view.children)


def _without_stops(
    lifecycle: "Lifecycle", facts: "Mapping[str, object]", opened: "Set[str | None]"
) -> "Mapping[str, object]":
    """The facts without the stops that were asked for: a table of its own tells how those stand that were opened."""
    from .consultations import STOP  # noqa: PLC0415  # as above

    kinds = lifecycle.children.items()
    asked = {kind.for_each for name, kind in kinds if kind.lifecycle == STOP and name in opened}
    return facts if lifecycle.id == STOP else {name: value for name, value in facts.items() if name not in asked}


def _show_subject(screen: "Screen", workflow: "Workflow", case: "CaseSummary") -> None:
    """What the case is about; of a child without a subject its facts tell."""
    about = case.subject if case.parent_id else _about(workflow, case)
    if about:
        screen.line(about, indent=2)


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


def show_open_case(screen: "Screen", workflow: "Workflow", found: "SeenView") -> None:
    """What is told outside of a case."""
    case, lifecycle, zone = found.seen.case, lifecycle_of(workflow, found.seen.case), zone_of(workflow, found.seen.case)
    title = f"{case.number or ''} {lifecycle.label.in_(screen.lang)} · {found.seen.state.in_(screen.lang)}"
    screen.line(title.strip(), style="bold")
    _show_subject(screen, workflow, case)
    screen.pairs(
        [
            (say("opened", screen.lang), case.opened_at.astimezone(zone)),
            (say("closed", screen.lang), case.closed_at and case.closed_at.astimezone(zone)),
            (say("id", screen.lang), case.id),
        ]
    )
    facts = _without_stops(lifecycle, case.facts, {one.case.child for one in found.children})
    screen.pairs(_facts(screen, workflow, case, found.named).rows(facts))
    if found.children:
        screen.heading("head_children")
        show_seen(screen, workflow, found.children)


def show_links(screen: "Screen", workflow: "Workflow", found: "SeenView") -> None:
    """The paper that a case follows up, and those that follow it up."""
    for heading, linked in (("head_follows", found.follows), ("head_followed_by", found.followed_by)):
        if linked:
            screen.heading(heading)
            show_seen(screen, workflow, linked)


def show_cases(screen: "Screen", workflow: "Workflow", cases: "Sequence[CaseSummary]") -> None:
    """A list of cases, as the operator sees them."""
    from .reading_rights import seen  # noqa: PLC0415  # as above

    show_seen(screen, workflow, seen(workflow, cases, None))


def show_seen(screen: "Screen", workflow: "Workflow", cases: "Sequence[Seen]") -> None:
    """A list of cases, as a reader may see them."""
    screen.rows(
        ("number", "kind", "subject", "state", "owner", "due", "id"),
        (_case_row(screen, workflow, case) for case in cases),
        empty="no_cases",
    )


def _case_row(screen: "Screen", workflow: "Workflow", seen: "Seen") -> list[object]:
    case = seen.case
    lifecycle, town = lifecycle_of(workflow, case), workflow.directory.town(case.body)
    owner = town.parties.get(case.owner or "")
    return [
        case.number,
        lifecycle.label.in_(screen.lang),
        short(_about(workflow, case)),
        seen.state.in_(screen.lang),
        owner.name if owner else case.owner,
        case.due_on,
        case.id[:SHORT_ID],
    ]


def _about(workflow: "Workflow", case: "CaseSummary") -> str:
    if case.parent_id is None:
        return case.subject or _telling(workflow, case, ())
    return child_subject(workflow, case) or body_of(workflow, case)


def child_subject(workflow: "Workflow", case: "CaseSummary") -> str:
    """What a child case is about: the first party or text that is not merely copied from its parent."""
    return telling_subject(workflow, workflow.case(case.parent_id or "").case, case)


def body_of(workflow: "Workflow", case: "CaseSummary") -> str:
    """The name of the body that deals with a stop of a Beratungsfolge, which lies in its record; else nothing."""
    if lifecycle_of(workflow, case).record != "consultation":
        return ""
    opened = workflow.history(case.id)[0].data or {}
    return workflow.directory.town(case.body).names.get(opened.get("gremium", ""), "")


def telling_subject(workflow: "Workflow", parent: "CaseSummary", case: "CaseSummary") -> str:
    """As `child_subject`, where the parent is known already."""
    spec = lifecycle_of(workflow, parent).children.get(case.child or "")
    return _telling(workflow, case, spec.copy if spec else ())


def _telling(workflow: "Workflow", case: "CaseSummary", copied: "Sequence[str]") -> str:
    lifecycle = lifecycle_of(workflow, case)
    own = case.subject if lifecycle.record == "paper" else None
    asked = [field for field in lifecycle.opening.ask if field.name not in copied and field.type in _TELLING]
    said = {one.name: own if one.column == _SUBJECT else case.facts.get(one.name) for one in asked}
    telling = [name for name, value in said.items() if value]
    telling.sort(key=lambda name: _ABOUT.index(name) if name in _ABOUT else len(_ABOUT))
    value = str(said[telling[0]]) if telling else own or ""
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
    facts = _facts(screen, workflow, view.case, {})

    def row(line: "HistoryLine") -> list[object]:
        event, target = lifecycle.events.get(line.event), lifecycle.states[line.target]
        who = parties[line.actor].name if line.actor in parties else line.actor or say("org_erased", screen.lang)
        told = line.reason or short(", ".join(f"{name}: {it}" for name, it in facts.entered(line.data or {})))
        label = event.label.in_(screen.lang) if event else say(f"log_{line.event}", screen.lang)
        return [line.seq, line.at.astimezone(zone), label, target.label.in_(screen.lang), f"{who} ({line.role})", told]

    screen.rows(("seq", "at", "event", "state", "who", "entered"), map(row, lines))


def show_public_history(screen: "Screen", zone: ZoneInfo, lines: "list[PublicLine]") -> None:
    """When the public state of a case changed."""
    screen.rows(("at", "state"), ([line.at.astimezone(zone), line.state_label.in_(screen.lang)] for line in lines))


def show_fired(  # as JSON: what, where, for whom
    screen: "Screen", workflow: "Workflow", view: "CaseView", fired: "Fired", *, everything: bool = True
) -> None:
    """What came of an event; with `everything`, where the case stands now."""
    lifecycle, case = lifecycle_of(workflow, view.case), view.case
    if fired.replayed:
        screen.say("fired_replayed", style="yellow", case=case.number or case.id)
    else:
        known = lifecycle.events.get(fired.event)
        label = known.label.in_(screen.lang) if known else fired.event
        screen.say("fired", style="green", case=case.number or case.id, event=label)
    if not everything:
        return
    pairs = _head(screen.lang, view, zone_of(workflow, case), workflow.today(case.body))
    screen.pairs([(say("state", screen.lang), view.state_label.in_(screen.lang)), *pairs])
    _show_beyond(screen, workflow, view, fired.event)
    if missing := still_unanswered(view):
        screen.say("draft_unanswered", style="yellow")
        for number, question in missing:
            screen.line(f"{number}. {question}", indent=2)
    if statements := still_unstated(view):
        screen.say("draft_unstated", style="yellow", statements=", ".join(statements))


def _show_beyond(screen: "Screen", workflow: "Workflow", view: "CaseView", event: str) -> None:
    """That the deadline of the case is over before the last session for which it was just scheduled."""
    lifecycle, known = lifecycle_of(workflow, view.case), workflow.library.newest
    for spec in lifecycle.children.values():
        is_stop = event in spec.opens_on and spec.lifecycle in known and known[spec.lifecycle].record == "consultation"
        if is_stop and (found := view.beyond(spec.name, spec.all_end, lifecycle)):
            clock, session = found
            label = lifecycle.deadlines[clock.name].label.in_(screen.lang)
            days = {"due": screen.shown(clock.due_on), "session": screen.shown(session)}
            screen.say("session_after_deadline", style="yellow", deadline=label, **days)


def show_promises(screen: "Screen", promises: "Sequence[PromiseFound]") -> None:
    """What the answer promises and nobody has entered."""
    if not promises:
        return
    screen.say("promises_unentered", style="yellow")
    for one in promises:
        screen.line(f"· {one.text} ({screen.shown(one.due)})" if one.due else f"· {one.text}", indent=2)


def lifecycle_of(workflow: "Workflow", case: "CaseSummary") -> "Lifecycle":
    """The lifecycle that a case runs through, in its version."""
    return workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle


def zone_of(workflow: "Workflow", case: "CaseSummary") -> ZoneInfo:
    """The time zone of a case's town."""
    return workflow.directory.town(case.body).zone


def _label(lifecycle: "Lifecycle", name: str, lang: "Lang") -> str:
    field = lifecycle.fields.get(name)
    return field.label.in_(lang) if field else name


def _facts(screen: "Screen", workflow: "Workflow", case: "CaseSummary", cases: "Mapping[str, CaseSummary]") -> "Facts":
    from ..states.visibility import EMBARGO  # noqa: PLC0415  # as above
    from .facts_page import Facts  # noqa: PLC0415  # as above

    known = workflow.publicity([case.id]).get(case.id)
    past = frozenset({EMBARGO}) if known is not None and known.answered else frozenset[str]()
    return Facts(screen, lifecycle_of(workflow, case), workflow.directory.town(case.body).parties, cases, past)


def short(text: object, length: int = _LONG) -> str:
    """A text in one line."""
    line = " ".join(str(text or "").split())
    return line if len(line) <= length else line[: length - 1] + "…"
