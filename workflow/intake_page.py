"""What intake understood, as people read it: each field with its place, what is doubtful, and what follows."""

import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ..config.text import Lang
from ..config.texts import text_of
from ..states.visibility import PUBLIC
from .intake.names import also_named, party_meant
from .intake.openness import Openness
from .intake.understood import ConsultationFound, Found, PromiseFound, Understood
from .search_page import show_earlier
from .wording import say

if TYPE_CHECKING:
    from ..states.town import Town
    from .console import Screen
    from .intake.desk import Desk, Plan
    from .intake.proposal import Proposal
    from .intake.taking import Taking
    from .similar import Earlier
    from .workflow import Workflow

#: Characters of a text that a list of documents shows; and at most of one value of a document: nobody asks longer.
_SHORT, _MOST = 120, 2000
#: A pipe is told of each tenth part of more than a few documents.
_PARTS, _FEW = 10, 20
#: Fields in the order in which people look for them, each a column of `Understood`.
_SINGLE = (
    *("paper_type", "number", "parent_number", "subject", "date", "public"),
    *("originator", "lead_office", "signatory"),
)


def show_document(screen: "Screen", taking: "Taking") -> None:
    """All of one document."""
    _show_understood(screen, taking.said)
    for number, attachment in enumerate(taking.said.attachments, 1):
        screen.heading("intake_attachment", number=number, name=attachment.name or "–")
        _show_understood(screen, attachment)


def _show_understood(screen: "Screen", said: Understood) -> None:
    rows = [
        (_called(screen, path), _short(screen.shown(value), _MOST), *_place(_found(said, path), screen.lang))
        for path, value in _values(screen.lang, said)
    ]
    screen.rows(("field", "value", "place", "sure"), rows, empty="intake_nothing")
    for warning in said.warnings:
        place = "" if warning.line is None else say("intake_line", screen.lang, line=warning.line) + ": "
        screen.line(f"! {place}{text_of(warning.code, warning.params, screen.lang)}", style="yellow")


def _called(screen: "Screen", path: str) -> str:
    """What a field is called; one question of several with its number."""
    name, _, number = path.partition(".")
    called = say(f"intake_{name}", screen.lang)
    return f"{called} {int(number) + 1}" if number and name == "questions" else called


def _found(said: Understood, path: str) -> Found | None:
    """Where a value was found; of values out of one field, where that is."""
    return said.found.get(path) or said.found.get(path.partition(".")[0])


def _values(lang: Lang, said: Understood) -> Iterator[tuple[str, Any]]:
    """Where `found` has a field, and its value; what the document does not say is left out."""
    for name in _SINGLE:
        if (value := getattr(said, name)) is not None:
            yield name, value
    many: Mapping[str, Sequence[Any]] = {
        "involved_offices": said.involved_offices,
        "consultations": [_consultation(one, lang) for one in said.consultations],
        "questions": said.questions,
        "promises": [_promise(one, lang) for one in said.promises],
        "references": [one.number for one in said.references],
    }
    for name, values in many.items():
        for number, value in enumerate(values):
            yield f"{name}.{number}", value


def _consultation(one: ConsultationFound, lang: Lang) -> str:
    day = f"{one.date:%d.%m.%Y}" if one.date and lang == "de" else one.date
    public = None if one.public is None else say("intake_open_session" if one.public else "intake_closed_session", lang)
    return ", ".join(str(part) for part in (day, one.body, one.role, public) if part is not None)


def _promise(one: PromiseFound, lang: Lang) -> str:
    day = f"{one.due:%d.%m.%Y}" if one.due and lang == "de" else one.due
    return f"{one.text} ({day})" if day else one.text


def _place(found: Found | None, lang: Lang) -> tuple[str, str]:
    if found is None:
        return "–", "–"
    line = say("intake_line", lang, line=found.line)
    page = "" if found.page is None else say("intake_page", lang, page=found.page) + ", "
    return page + line, say(f"intake_sure_{found.sure}", lang)


def _short(text: str, most: int = _SHORT) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def show_plan(screen: "Screen", taking: "Taking", plan: "Plan", desk: "Desk", *, whole: bool) -> None:
    """What taking the document in would do; with `whole`, after all that it says."""
    if whole:
        show_document(screen, taking)
    screen.line()
    said = _of_plan(screen, plan, desk.workflow.directory.town(desk.body).zone)
    screen.say(f"intake_plan_{plan.relation}", style="bold", file=taking.pages.name, **said)
    if plan.proposal is not None and whole:
        _show_proposal(screen, plan.proposal, plan, desk)
    if plan.relation == "opened":
        _show_unknown(screen, taking.said, plan, desk)
        if plan.proposal is not None and plan.proposal.role_assumed:
            screen.say("intake_role_assumed", style="yellow")
    if plan.openness is not None:
        _show_openness(screen, plan.openness)


def _show_unknown(screen: "Screen", said: Understood, plan: "Plan", desk: "Desk") -> None:
    """What the document names and the case will not have, because nobody here is called so."""
    if said.parent_number and plan.parent is None:
        screen.say("intake_parent_unknown", style="yellow", number=said.parent_number)
    town = desk.workflow.directory.town(desk.body)
    bodies = dict.fromkeys(one.body for one in said.consultations if one.body)
    unknown = [one for one in bodies if party_meant(town, one, ("body",)).key is None]
    if unknown:
        screen.say("intake_body_unknown", style="yellow", bodies="; ".join(unknown))
    _show_left_out(screen, said, plan, town)


def _show_left_out(screen: "Screen", said: Understood, plan: "Plan", town: "Town") -> None:
    """Who asks or moves besides the one whom a field takes."""
    from .intake.proposal import ORIGINATORS  # noqa: PLC0415  # with its page only

    data = plan.proposal.data if plan.proposal else {}
    for name in ORIGINATORS:
        key = data.get(name)
        others = also_named(town, said.originator or "", key) if isinstance(key, str) else ()
        if plan.proposal and key and others:
            label, taken = plan.proposal.labels[name].in_(screen.lang), town.names[key]
            screen.say("intake_one_only", style="yellow", field=label, taken=taken, others="; ".join(others))


def _show_proposal(screen: "Screen", proposal: "Proposal", plan: "Plan", desk: "Desk") -> None:
    """What would be entered, all of it: whoever agrees has read it."""
    from .facts_page import Facts  # noqa: PLC0415  # with its page only

    lifecycle = desk.workflow.library.newest[proposal.lifecycle]
    facts = Facts(screen, lifecycle, desk.workflow.directory.town(desk.body).parties, {})
    screen.pairs(
        (label.in_(screen.lang), _cut(facts.told(name, _named(plan, proposal.data[name]))))
        for name, label in proposal.labels.items()
        if name in proposal.data and name != PUBLIC
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def _show_openness(screen: "Screen", planned: Openness) -> None:
    """How public the case is, and how that is known: whoever agrees must have been told."""
    place = ", ".join(_place(planned.found, screen.lang)) if planned.found else say("intake_unsaid", screen.lang)
    said = place if planned.said is None else f"{screen.shown(planned.said)} ({place})"
    screen.say("intake_publicity", public=screen.shown(planned.public), said=said)
    for warning in planned.warnings:
        screen.line(f"! {text_of(warning.code, warning.params, screen.lang)}", style="yellow")


def _named(plan: "Plan", value: object) -> object:
    """The case that is followed up by its number, a file by its name."""
    if isinstance(value, dict) and "sha256" in value:
        return value["name"]
    return plan.parent[1] or value if plan.parent is not None and value == plan.parent[0] else value


def _of_plan(screen: "Screen", plan: "Plan", zone: ZoneInfo) -> dict[str, object]:
    at = plan.before.taken_at.astimezone(zone).date() if plan.before else None
    return {
        "number": plan.number or plan.case_id or say("intake_no_number", screen.lang),
        "lifecycle": plan.proposal.lifecycle if plan.proposal else "–",
        "at": screen.shown(at) if at else "–",
    }


def show_similar(screen: "Screen", workflow: "Workflow", earlier: "Sequence[Earlier]") -> None:
    """What was asked before and how it was answered; nothing, if nothing is like it."""
    if earlier:
        screen.heading("intake_earlier")
        show_earlier(screen, workflow, earlier)


def show_taken(screen: "Screen", taken: Mapping[str, Any]) -> None:
    """What was done."""
    screen.line()
    number, id_ = taken["number"], taken["case_id"] or "–"
    named = {"case": f"{number} ({id_})" if number else id_}
    screen.say(f"intake_done_{taken['relation']}", style="green", **named)


def show_report(screen: "Screen", rows: Sequence[Mapping[str, Any]], unread: int = 0) -> None:
    """One line for each of several documents, and what was wrong with those that could not be read.

    `unread` were left when the call was broken off.
    """
    good = [row for row in rows if "error" not in row]
    screen.rows(("file", "kind", "number", "subject", "result"), [_report_row(screen.lang, row) for row in good])
    for row in rows:
        if "error" in row:
            error = row["error"]
            screen.line(f"✘ {row['file']}: [{error['code']}] {error[screen.lang]}", style="red")
            if remedy := error[f"remedy_{screen.lang}"]:
                screen.line(f"→ {remedy}", indent=4)
    for row in good:
        little = [one for one in row["document"]["warnings"] if one["code"] == "understanding_little"]
        for warning in (*little, *((row.get("publicity") or {}).get("warnings", ()))):
            screen.line(f"! {Path(row['file']).name}: {warning[screen.lang]}", style="yellow")
    screen.line()
    screen.say("intake_counts", read=len(good), failed=len(rows) - len(good))
    if unread:
        screen.say("intake_unread", style="yellow", count=unread)


def _report_row(lang: Lang, row: Mapping[str, Any]) -> tuple[object, ...]:
    document = row["document"]
    result = say(f"intake_result_{row['relation']}", lang) if "relation" in row else say("intake_result_read", lang)
    kind = document["paper_type"] or document["kind"]
    return (Path(row["file"]).name, kind, document["number"], _short(document["subject"] or "–"), result)


def watched(paths: Sequence[Path], lang: Lang, *, shown: bool) -> Generator[Path]:
    """The paths one after the other, with a bar on standard error, or lines in a pipe; nothing unless `shown`."""
    console = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    if shown and not console.is_terminal:
        yield from _told(paths, lang)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not shown) as bars:
        bar = bars.add_task(say("intake_reading", lang), total=len(paths))
        for path in paths:
            bars.update(bar, description=path.name)
            yield path
            bars.advance(bar)


def _told(paths: Sequence[Path], lang: Lang) -> Iterator[Path]:
    """The paths; after each tenth part of many, how many are done."""
    step = max(1, -(-len(paths) // _PARTS))
    for done, path in enumerate(paths, 1):
        yield path
        if len(paths) > _FEW and (done % step == 0 or done == len(paths)):
            print(say("intake_read_of", lang, done=done, total=len(paths)), file=sys.stderr, flush=True)  # noqa: T201  # for a log
