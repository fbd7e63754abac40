"""What intake understood, as people read it: each field with its place, what is doubtful, and what follows."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ..config.text import Lang
from ..config.texts import text_of
from ..states.visibility import PUBLIC
from .intake.openness import Openness
from .intake.understood import ConsultationFound, Found, PromiseFound, Understood
from .search_page import show_earlier
from .wording import say

if TYPE_CHECKING:
    from .console import Screen
    from .intake.desk import Plan
    from .intake.taking import Taking
    from .similar import Earlier
    from .workflow import Workflow

#: Characters of a text that a table shows.
_SHORT = 120
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
        (say(f"intake_{name}", screen.lang), _short(screen.shown(value)), *_place(said.found.get(path), screen.lang))
        for name, path, value in _values(screen.lang, said)
    ]
    screen.rows(("field", "value", "place", "sure"), rows, empty="intake_nothing")
    for warning in said.warnings:
        place = "" if warning.line is None else say("intake_line", screen.lang, line=warning.line) + ": "
        screen.line(f"! {place}{text_of(warning.code, warning.params, screen.lang)}", style="yellow")


def _values(lang: Lang, said: Understood) -> Iterator[tuple[str, str, Any]]:
    """Name of the field, where `found` has it, and the value; what the document does not say is left out."""
    for name in _SINGLE:
        if (value := getattr(said, name)) is not None:
            yield name, name, value
    many: Mapping[str, Sequence[Any]] = {
        "involved_offices": said.involved_offices,
        "consultations": [_consultation(one, lang) for one in said.consultations],
        "questions": said.questions,
        "promises": [_promise(one, lang) for one in said.promises],
        "references": [one.number for one in said.references],
    }
    for name, values in many.items():
        for number, value in enumerate(values):
            yield name, f"{name}.{number}", value


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


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def show_plan(screen: "Screen", taking: "Taking", plan: "Plan", *, whole: bool) -> None:
    """What taking the document in would do; with `whole`, after all that it says."""
    if whole:
        show_document(screen, taking)
    screen.line()
    screen.say(f"intake_plan_{plan.relation}", style="bold", file=taking.pages.name, **_of_plan(screen, plan))
    if plan.proposal is not None and whole:
        screen.pairs(
            (plan.proposal.labels[name].in_(screen.lang), _short(_given(screen, _named(plan, value))))
            for name, value in plan.proposal.data.items()
            if name in plan.proposal.labels and name != PUBLIC
        )
    if plan.openness is not None:
        _show_openness(screen, plan.openness)


def _show_openness(screen: "Screen", planned: Openness) -> None:
    """How public the case is, and how that is known: whoever agrees must have been told."""
    place = ", ".join(_place(planned.found, screen.lang)) if planned.found else say("intake_unsaid", screen.lang)
    said = place if planned.said is None else f"{screen.shown(planned.said)} ({place})"
    screen.say("intake_publicity", public=screen.shown(planned.public), said=said)
    for warning in planned.warnings:
        screen.line(f"! {text_of(warning.code, warning.params, screen.lang)}", style="yellow")


def _named(plan: "Plan", value: object) -> object:
    """The case that is followed up by its number."""
    return plan.parent[1] or value if plan.parent is not None and value == plan.parent[0] else value


def _given(screen: "Screen", value: object) -> str:
    """The value of a field as people read it: a file by its name, a day in their way."""
    if isinstance(value, dict) and "sha256" in value:
        return str(value["name"])
    if isinstance(value, str):
        with suppress(ValueError):
            return screen.shown(date.fromisoformat(value))
    return screen.shown(value)


def _of_plan(screen: "Screen", plan: "Plan") -> dict[str, object]:
    at = plan.before.taken_at.date() if plan.before else None
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


def show_report(screen: "Screen", rows: Sequence[Mapping[str, Any]]) -> None:
    """One line for each of several documents, and what was wrong with those that could not be read."""
    good = [row for row in rows if "error" not in row]
    screen.rows(("file", "kind", "number", "subject", "result"), [_report_row(screen.lang, row) for row in good])
    for row in rows:
        if "error" in row:
            error = row["error"]
            screen.line(f"✘ {row['file']}: [{error['code']}] {error[screen.lang]}", style="red")
            if remedy := error[f"remedy_{screen.lang}"]:
                screen.line(f"→ {remedy}", indent=4)
    for row in good:
        for warning in (row.get("publicity") or {}).get("warnings", ()):
            screen.line(f"! {Path(row['file']).name}: {warning[screen.lang]}", style="yellow")
    screen.line()
    screen.say("intake_counts", read=len(good), failed=len(rows) - len(good))


def _report_row(lang: Lang, row: Mapping[str, Any]) -> tuple[object, ...]:
    document = row["document"]
    result = say(f"intake_result_{row['relation']}", lang) if "relation" in row else say("intake_result_read", lang)
    kind = document["paper_type"] or document["kind"]
    return (Path(row["file"]).name, kind, document["number"], _short(document["subject"] or "–"), result)


def watched(paths: Sequence[Path], lang: Lang, *, shown: bool) -> Iterator[Path]:
    """The paths one after the other, with a bar on standard error; none in a pipe, and none unless `shown`."""
    console = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    disable = not (shown and console.is_terminal)
    with Progress(*columns, console=console, transient=True, disable=disable) as bars:
        bar = bars.add_task(say("intake_reading", lang), total=len(paths))
        for path in paths:
            bars.update(bar, description=path.name)
            yield path
            bars.advance(bar)
