"""``vorgang retention``: what becomes of closed cases after their time of keeping."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..config.errors import InvalidInputError
from ..config.text import Lang
from .cli_call import Call, command
from .cli_case import Reference
from .cli_errors import error_document
from .cli_input import day_given
from .cli_out import Overwrite, put_out
from .cli_reader import case_meant, reader_in
from .cli_root import group
from .documents import document
from .wording import counted, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..states.lifecycle import Lifecycle
    from .console import Screen
    from .disposal import Done
    from .retention import Plan
    from .workflow import Workflow

retention = group("retention")

#: Columns of the report of a run.
COLUMNS = (
    *("case", "number", "kind", "rule", "disposal", "steps", "waits", "cases", "lines", "files", "package", "error"),
)
#: Endings that a report can have.
_FORMS = (".json", ".csv")


@command(retention, "plan")
def plan(call: Call, *, on: Annotated[str | None, typer.Option("--on", metavar="DAY")] = None) -> None:
    """What is due to be disposed of, and what holds others up; nothing is changed."""
    from .disposal import require_disposer  # noqa: PLC0415  # loads the engine
    from .retention import plan as planned  # noqa: PLC0415  # as above
    from .search_progress import progress  # noqa: PLC0415  # Rich takes a tenth of a second to import

    day = day_given("--on", on) if on else None
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        if call.person is not None:
            require_disposer(workflow, body, call.actor_in(workflow, body))
        with progress(call.lang, shown=not call.as_json, words="retention_planning") as tell:
            found = planned(workflow, body, day, tell)
        call.tell(found, lambda screen: _show_plan(screen, workflow, found))


def _show_plan(screen: "Screen", workflow: "Workflow", found: "Plan") -> None:
    newest = workflow.library.newest
    rows = (
        [
            one.number or one.case,
            newest[one.kind].label.in_(screen.lang) if one.kind in newest else one.kind,
            one.closed_on,
            one.due_on,
            one.rule,
            say(f"next_{one.next}", screen.lang),
        ]
        for one in found.due
    )
    screen.rows(("number", "kind", "closed_on", "due_on", "rule", "next"), rows, empty="retention_nothing_due")
    if found.next_on is not None:
        screen.say("retention_later", count=found.later, on=screen.shown(found.next_on))
    for kind, count in found.without_rule.items():
        screen.say("retention_without_rule", style="yellow", kind=kind, count=count)


@command(retention, "run")
def run(
    call: Call,
    *,
    folder: Annotated[Path | None, typer.Option("--dir", metavar="FOLDER")] = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE.json|FILE.csv")] = None,
    over: Overwrite = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
) -> None:
    """Do what can be done today with all that is due: offer it, anonymise or delete it."""
    from .disposal import dispose, require_disposer  # noqa: PLC0415  # loads the engine
    from .retention import plan as planned  # noqa: PLC0415  # as above
    from .search_progress import progress  # noqa: PLC0415  # Rich takes a tenth of a second to import

    if report is not None and report.suffix not in _FORMS:
        raise InvalidInputError("retention_report_form", given=report.name, known=", ".join(_FORMS))
    if report is not None and report.exists() and not over:  # afterwards it would be too late to say so
        raise InvalidInputError("retention_report_exists", path=str(report))
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        actor = call.actor_in(workflow, body)
        require_disposer(workflow, body, actor)
        with progress(call.lang, shown=not call.as_json, words="retention_planning") as tell:
            found = planned(workflow, body, tell=tell)
        ready = [one for one in found.due if one.next not in ("gesperrt", "offen")]
        gone = sum(one.next == "ausfuehren" or not one.offer for one in ready)
        if ready:
            cases = counted(len(ready), "cases", call.lang)
            call.confirmed(call.say("ask_retention_gone" if gone else "ask_retention", cases=cases, gone=gone), yes=yes)
        with progress(call.lang, shown=not call.as_json, words="retention_running") as tell:
            done = dispose(workflow, body, actor, folder=folder, tell=tell)
        newest = workflow.library.newest
    answer = {"on": found.on, "body": body, "cases": [_row(one) for one in done]}
    if report is not None:
        content = _json(answer) if report.suffix == ".json" else _csv(done, newest, call.lang)
        put_out(report, report.name, content, over=over)
    call.tell(answer, lambda screen: _show_done(screen, done))
    if any(one.error for one in done):
        raise typer.Exit(1)


def _row(one: "Done") -> dict[str, Any]:
    erased = one.erased._asdict() if one.erased else {"cases": 0, "lines": 0, "files": 0}
    error = error_document(one.error)["error"] if one.error else None
    told = {**one._asdict(), "steps": list(one.steps), **erased, "error": error}
    return {name: told[name] for name in COLUMNS}


def _json(answer: dict[str, Any]) -> bytes:
    import orjson  # noqa: PLC0415  # not before it is needed

    return orjson.dumps(document(answer), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _csv(done: "list[Done]", newest: "Mapping[str, Lifecycle]", lang: Lang) -> bytes:
    """The report as a table in words."""
    from ..notifications.sheets import csv_file  # noqa: PLC0415  # as above
    from ..states.retained import DISPOSAL  # noqa: PLC0415  # loads the database library

    def in_words(one: "Done") -> list[str | int | None]:
        told = {
            **_row(one),
            "kind": newest[one.kind].label.in_(lang) if one.kind in newest else one.kind,
            "steps": ", ".join(say(f"step_{step}", lang) for step in one.steps),
            "waits": newest[DISPOSAL].states[one.waits].label.in_(lang) if one.waits else None,
            "error": one.error.text(lang) if one.error else None,
        }
        return [told[name] for name in COLUMNS]

    return csv_file([say(f"retention_col_{name}", lang) for name in COLUMNS], map(in_words, done), lang)


def _show_done(screen: "Screen", done: "list[Done]") -> None:
    for one in done:
        said = ", ".join(say(f"step_{step}", screen.lang) for step in one.steps) or "–"
        screen.line(f"{one.number or one.case}: {said}")
        if one.package:
            screen.line(one.package, indent=4)
        if one.error:
            screen.line(f"✘ [{one.error.code}] {one.error.text(screen.lang)}", style="red", indent=4)
            screen.line(f"→ {one.error.remedy(screen.lang)}", indent=4)
    if not done:
        screen.say("retention_nothing_due")
        return
    screen.say(
        "retention_done",
        cases=counted(sum(bool(one.steps) for one in done), "cases", screen.lang),
        gone=counted(sum(one.erased is not None for one in done), "cases", screen.lang),
        waiting=counted(sum(one.waits is not None for one in done), "cases", screen.lang),
    )


@command(retention, "answer")
def answer(
    call: Call,
    reference: Reference,
    said: Annotated[str, typer.Argument(metavar="uebernommen|abgelehnt")],
    *,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT")] = None,
) -> None:
    """Record what the archive has answered."""
    from .retention import EVENTS  # noqa: PLC0415  # loads the engine
    from .retention import answer as answered  # noqa: PLC0415  # as above

    if said not in EVENTS:
        raise InvalidInputError("retention_answer_unknown", given=said, known=", ".join(EVENTS))
    with call.workflow() as workflow:
        case_id, actor = _worked_on(call, workflow, reference)
        fired = answered(workflow, case_id, said, note, actor)
    told = {"case": case_id, "disposal": fired.case.id, "state": fired.target}
    call.tell(told, lambda screen: screen.say("retention_answered", answer=said))


@command(retention, "hold")
def hold(call: Call, reference: Reference, *, reason: Annotated[str, typer.Option("--reason", metavar="TEXT")]) -> None:
    """Keep a case from being disposed of."""
    from .retention import hold as keep  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        case_id, actor = _worked_on(call, workflow, reference)
        fired = keep(workflow, case_id, reason, actor)
    call.tell({"case": case_id, "hold": fired.case.id}, lambda screen: screen.say("retention_on_hold"))


@command(retention, "release")
def release(
    call: Call, reference: Reference, *, reason: Annotated[str, typer.Option("--reason", metavar="TEXT")]
) -> None:
    """Lift the holds of a case."""
    from .retention import release as lift  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        case_id, actor = _worked_on(call, workflow, reference)
        lifted = [one.case.id for one in lift(workflow, case_id, reason, actor)]
    call.tell({"case": case_id, "lifted": lifted}, lambda screen: screen.say("retention_released"))


def _worked_on(call: Call, workflow: "Workflow", reference: str) -> tuple[str, Any]:
    actor = call.actor_in(workflow, call.body_in(workflow))
    return case_meant(call, workflow, reference, reader_in(call, workflow), everything=True), actor
