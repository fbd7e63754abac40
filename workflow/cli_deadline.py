"""``vorgang deadline``: what a deadline is, why, and what it would be."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from ..config.errors import InvalidInputError, Refusal, RefusedError
from ..config.text import Lang
from .cli_call import Call, command, write_json
from .cli_case import Reference
from .cli_errors import as_error
from .cli_reference import resolve
from .cli_root import group
from .documents import document
from .line_work import answer_lines
from .wording import say

if TYPE_CHECKING:
    from ..states.periods import Counted
    from ..states.recompute import Difference
    from .console import Screen

deadline = group("deadline")


@command(deadline, "compute")
def compute(
    call: Call,
    *,
    start: Annotated[str | None, typer.Option("--start", metavar="DAY")] = None,
    n: Annotated[int | None, typer.Option("--n", metavar="N")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="UNIT")] = None,
    land: Annotated[str | None, typer.Option("--land", metavar="LAND")] = None,
) -> None:
    """What a deadline would be: one by options, or many as JSON lines on standard input."""
    call.refuse("database", "body", "person")
    given = {"start": start, "n": n, "unit": unit, "land": land}
    asked = {name: value for name, value in given.items() if value is not None}
    if asked:
        _one(call, asked)
    else:
        _many(call.lang)


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
        view = workflow.case(resolve(workflow, reference, call.body))
        lifecycle = workflow.library.get(view.case.lifecycle, view.case.lifecycle_version).lifecycle
        clocks = [clock for clock in view.deadlines if all_deadlines or clock.settled_at is None]

        def show(screen: "Screen") -> None:
            for clock in clocks:
                show_deadline(screen, lifecycle, clock)
                under = call.say("deadline_under", rule=clock.rule, rules=clock.ruleset, version=clock.ruleset_version)
                screen.line(under, style="dim", indent=6)
            if not clocks:
                screen.say("no_deadlines", case=view.case.number or view.case.id)

        call.tell({"case": view.case.id, "number": view.case.number, "deadlines": document(clocks)}, show)


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
    from ..states.recompute import Difference, Recomputation  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        view = workflow.case(resolve(workflow, reference, call.body))
        found = workflow.recomputed(view.case.id)
        running = [clock.name for clock in view.deadlines if clock.settled_at is None]
        if deadline_name is not None and deadline_name not in running:
            known = ", ".join(running) or "–"
            raise RefusedError(Refusal("deadline_not_running", {"deadline": deadline_name, "known": known}))
        if yes and reason is None:
            raise InvalidInputError("cli_reason_missing")
        differences = [one for one in found if isinstance(one, Difference) and deadline_name in {None, one.name}]
        refusals = [
            one for one in found if not isinstance(one, Difference) and deadline_name in {None, one.params["deadline"]}
        ]
        changed = [one for one in differences if one.changes]
        if reason is None:
            call.tell(_difference_document(view.case.id, differences, refusals), partial(_show, differences, refusals))
            return
        meant = [one.name for one in changed] if deadline_name is None else [deadline_name]
        actor = call.actor_in(workflow, view.case.body)
        if changed:
            screen_days = ", ".join(f"{one.name}: {one.before:%d.%m.%Y} → {one.after:%d.%m.%Y}" for one in changed)
            call.confirmed(call.say("recompute_question", days=screen_days), yes=yes)
        done, seen = [], view.case.version
        for one in meant:  # what was confirmed is done, or nothing: a change in between is a conflict
            done.append(workflow.recompute(Recomputation(view.case.id, one, reason, actor, seen)))
            seen = done[-1].case.version
        answer = {**_difference_document(view.case.id, differences, refusals), "done": [one.seq for one in done]}
        call.tell(answer, partial(_show_done, differences, refusals, len(done)))


def _difference_document(case: str, differences: "list[Difference]", refusals: "list[Refusal]") -> dict[str, object]:
    return {
        "case": case,
        "differences": [{**one._asdict(), "changes": one.changes} for one in differences],
        "refused": [{"code": one.code, "de": one.text("de"), "en": one.text("en")} for one in refusals],
    }


def _show(differences: "list[Difference]", refusals: "list[Refusal]", screen: "Screen") -> None:
    if not differences and not refusals:
        screen.say("recompute_none")
    for one in differences:
        rules = {"before": one.rules_before, "after": one.rules_after}
        days = {"old": screen.shown(one.before), "new": screen.shown(one.after)}
        screen.say("recompute_changes" if one.changes else "recompute_same", name=one.name, **days, **rules)
        for line in one.trace_after if one.changes else ():
            screen.line(f"· {line[screen.lang]}", style="dim", indent=4)
    for refusal in refusals:
        screen.line(refusal.text(screen.lang), style="dim")
    if any(one.changes for one in differences):
        screen.say("recompute_how", style="dim")


def _show_done(differences: "list[Difference]", refusals: "list[Refusal]", done: int, screen: "Screen") -> None:
    for refusal in refusals:
        screen.line(refusal.text(screen.lang), style="dim")
    for one in differences:
        if one.changes:
            screen.say("recompute_done", name=one.name, old=screen.shown(one.before), new=screen.shown(one.after))
    if not done:
        screen.say("recompute_nothing")


def _one(call: Call, question: dict[str, Any]) -> None:
    from ..states.period_input import read_period  # noqa: PLC0415  # the calendar takes a tenth of a second to import
    from ..states.periods import count  # noqa: PLC0415  # as above

    counted = count(read_period(question))

    def show(screen: "Screen") -> None:
        for line in counted.trace:
            screen.line(line.en if call.lang == "en" else line.de)

    if call.as_json:
        write_json(_answer(None, counted))
    else:
        call.tell(None, show)


def _many(lang: Lang) -> None:
    """Answer each line of standard input with a line; a bad one with what is wrong with it."""

    def write(answers: bytes) -> None:
        sys.stdout.buffer.write(answers)
        sys.stdout.buffer.flush()

    if sys.stdin is not None:  # None: closed by whoever called
        if sys.stdin.isatty():
            sys.stderr.write(say("reads_lines", lang) + "\n")
        answer_lines(sys.stdin.fileno(), write, partial(answer_block, lang=lang))


def answer_block(block: bytes, first: int, *, lang: Lang) -> bytes:
    """A line of JSON for each line of JSON in `block` that is not blank; `first` is the number of its first line."""
    numbered = enumerate(block.removeprefix(_BOM).split(b"\n"), start=first)
    return b"".join(_line(_answered(line, number, lang)) for number, line in numbered if line.strip())


#: What some editors of Windows write before the first line.
_BOM = b"\xef\xbb\xbf"


def _line(answer: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # an id nested too deep to be written again
        return orjson.dumps({**answer, "id": None}, option=orjson.OPT_APPEND_NEWLINE)


def _answered(line: bytes, number: int, lang: Lang) -> dict[str, Any]:
    from ..states.period_input import read_period  # noqa: PLC0415  # as above
    from ..states.periods import count  # noqa: PLC0415  # as above

    id_ = None
    try:
        question = _question(line, number)
        id_ = question.get("id")
        return _answer(id_, count(read_period(question)))
    except Exception as raised:  # whatever one line does, the others go on
        error = as_error(raised)
        message = " ".join(part for part in (error.text(lang), error.remedy(lang)) if part)
        return {"id": id_, "error": {"code": error.code, "message": message}}


def _question(line: bytes, number: int) -> dict[str, Any]:
    try:
        question = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError("period_not_json", line=number, detail=str(error)) from None
    if not isinstance(question, dict):
        raise InvalidInputError("period_not_json", line=number, detail=type(question).__name__)
    return question


def _answer(id_: Any, counted: "Counted") -> dict[str, Any]:
    return {
        "id": id_,
        "due": counted.due,
        "at": counted.at,
        "interim": counted.interim,
        "trace": [line.row for line in counted.trace],
    }
