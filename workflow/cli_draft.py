"""``vorgang draft``: drafts on their way back, their versions, and what changed between them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..config.errors import InvalidInputError, NotFoundError, Reason
from .cli_call import Call, command
from .cli_case import Reference
from .cli_out import Overwrite, put_out
from .cli_reader import case_worked_on, zone_in
from .cli_root import group

if TYPE_CHECKING:
    from ..notifications.draft_difference import FieldDifference
    from .console import Screen
    from .drafts import DraftVersion, FiledDraft
    from .workflow import Workflow

draft = group("draft")

Version = Annotated[int | None, typer.Option("--version", min=1, metavar="N")]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|FOLDER")]


@command(draft, "list")
def list_versions(call: Call, reference: Reference) -> None:
    """The drafts that were filed with a case."""
    from .drafts import draft_versions  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        case = case_worked_on(call, workflow, reference)
        found, zone = draft_versions(workflow, case), zone_in(workflow, case)

    def show(screen: "Screen") -> None:
        rows = ([one.number, one.at.astimezone(zone), one.actor, one.name, one.size, one.sha256[:12]] for one in found)
        screen.rows(("version", "at", "actor", "file", "bytes", "sha256"), rows, empty="draft_none")

    call.tell({"drafts": [_document(one) for one in found]}, show)


def _document(one: "DraftVersion") -> dict[str, Any]:
    return {**one._asdict(), "fields": dict(one.fields)}


@command(draft, "show")
def show_version(
    call: Call, reference: Reference, *, number: Version = None, into: Out = None, over: Overwrite = False
) -> None:
    """What stands in a draft, field by field."""
    from .drafts import draft_content, draft_version  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        case = case_worked_on(call, workflow, reference)
        found, zone = draft_version(workflow, case, number), zone_in(workflow, case)
        questions = _questions(workflow, case)
        path = into and put_out(into, found.name, draft_content(workflow, case, found), over=over)

    def show(screen: "Screen") -> None:
        screen.pairs(
            (call.say(f"col_{name}"), value)
            for name, value in (
                ("version", found.number),
                ("at", found.at.astimezone(zone)),
                ("actor", found.actor),
                ("file", found.name),
            )
        )
        for name, text in found.fields.items():
            screen.line()
            screen.line(_title(call, name, questions), style="bold")
            screen.line(text or call.say("draft_empty"), indent=2)
        if not found.fields:
            screen.say("draft_unread")
        if found.by_hand:
            screen.say("draft_by_hand", style="yellow")
        if path is not None:
            screen.say("written", path=path)

    call.tell({"draft": _document(found), "questions": questions}, show)


def _questions(workflow: "Workflow", case: str) -> list[str]:
    return [str(one) for one in workflow.case(case).case.facts.get("fragen") or ()]


def _title(call: Call, name: str, questions: list[str]) -> str:
    kind, _, tail = name.partition("_")
    if kind == "antwort" and tail.isdigit():
        if not questions:
            return call.say("draft_text")
        asked = questions[int(tail) - 1] if int(tail) <= len(questions) else ""
        return f"{tail}. {asked}" if asked else call.say("draft_answer", number=tail)
    if not tail:
        return call.say("draft_proposal")
    return call.say("draft_statement", name=tail)


@command(draft, "diff")
def diff(
    call: Call,
    reference: Reference,
    *,
    older: Annotated[int | None, typer.Option("--from", min=1, metavar="N")] = None,
    newer: Annotated[int | None, typer.Option("--to", min=1, metavar="M")] = None,
    page_format: Annotated[Literal["text", "html"], typer.Option("--format", metavar="text|html")] = "text",
) -> None:
    """What changed between two drafts."""
    from .draft_page import difference_page  # noqa: PLC0415  # not before it is needed
    from .drafts import draft_difference, draft_version, draft_versions  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        case = case_worked_on(call, workflow, reference)
        last = draft_version(workflow, case, newer)
        if older is None and last.number == 1:
            known = ", ".join(str(one.number) for one in draft_versions(workflow, case))
            raise NotFoundError("draft_version_unknown", number=0, known=known)
        first = draft_version(workflow, case, older or last.number - 1)
        questions = _questions(workflow, case)
    found = draft_difference(first, last)
    if page_format == "html" and not call.as_json:
        typer.echo(difference_page(first, last, found, call.lang))
        return
    answer = {"from": first.number, "to": last.number, "same_file": first.sha256 == last.sha256}
    call.tell(
        {**answer, "fields": [_compared(one) for one in found]},
        lambda screen: _show_difference(screen, call, found, questions),
    )


def _compared(one: "FieldDifference") -> dict[str, Any]:
    return {"field": one.name, "changed": one.changed, "spans": [span._asdict() for span in one.spans]}


def _show_difference(screen: "Screen", call: Call, found: "tuple[FieldDifference, ...]", questions: list[str]) -> None:
    changed = [one for one in found if one.changed]
    for one in changed:
        screen.line(_title(call, one.name, questions), style="bold")
        marked = (_MARKS[span.kind].format(span.text) for span in one.spans)
        screen.line("".join(marked), indent=2)
    if not changed:
        screen.say("draft_same" if found else "draft_unread")


#: As in wdiff, which needs no colours to be read.
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


@command(draft, "file")
def file(  # noqa: PLR0913  # one option per thing that may be said
    call: Call,
    reference: Reference,
    draft_file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    change: Annotated[str | None, typer.Option("--change", metavar="TEXT")] = None,
    trivial: Annotated[str | None, typer.Option("--trivial", metavar="REASON")] = None,
    other_case: Annotated[str | None, typer.Option("--other-case", metavar="REASON")] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="TEXT")] = None,
) -> None:
    """File a draft with a case."""
    from ..states.files import LIMIT_MIB  # noqa: PLC0415  # loads the engine
    from .draft_duties import duties  # noqa: PLC0415  # as above
    from .drafts import DraftFile, file_draft  # noqa: PLC0415  # as above

    if not draft_file.is_file():
        raise InvalidInputError("cli_no_file" if draft_file.is_dir() else "cli_path_missing", path=str(draft_file))
    if draft_file.stat().st_size > LIMIT_MIB * 2**20:
        raise InvalidInputError("file_too_large", name=draft_file.name, limit=LIMIT_MIB)
    with call.workflow() as workflow:
        view = workflow.case(case_worked_on(call, workflow, reference)).case
        actor = call.actor_in(workflow, view.body)
        said = _said(aenderung=change, unwesentlich_weil=trivial, anderer_vorgang_weil=other_case)
        handed_in = DraftFile(draft_file.name, draft_file.read_bytes(), said, duties(call.settings, view))
        filed = file_draft(workflow, view.id, handed_in, actor=actor, key=key)
    call.tell(_filed(filed), lambda screen: _show_filed(screen, filed))


def _said(**given: str | None) -> dict[str, Any]:
    """What is said with a draft, as the event takes it: whoever says why a change is trivial says that it is."""
    said: dict[str, Any] = {name: text for name, text in given.items() if text is not None}
    return {**said, "unwesentliche_aenderung": True} if "unwesentlich_weil" in said else said


def _filed(filed: "FiledDraft") -> dict[str, Any]:
    draft = filed.draft
    return {
        "case": filed.fired.case.id,
        "seq": filed.fired.seq,
        "readable": draft.readable,
        "answers": [{"number": one.number, "text": one.text} for one in draft.answers],
        "statements": [{"id": one.id, "ticked": one.ticked, "text": one.text} for one in draft.statements],
        "ticked": draft.ticked,
        "unanswered": [{"number": number, "question": question} for number, question in filed.unanswered],
        "unstated": filed.unstated,
        "warnings": [_warning(one) for one in filed.warnings],
    }


def _warning(one: Reason) -> dict[str, Any]:
    return {"code": one.code, "text": {"de": one.text("de"), "en": one.text("en")}, "params": dict(one.params)}


def _show_filed(screen: "Screen", filed: "FiledDraft") -> None:
    case = filed.fired.case
    given = sum(one.given for one in filed.draft.answers)
    screen.say("draft_filed", style="green", case=case.id, answers=given)
    for warning in filed.warnings:
        screen.line(warning.text(screen.lang), style="yellow", indent=2)
    if filed.unanswered:
        screen.say("draft_unanswered", style="red")
        for number, question in filed.unanswered:
            screen.line(f"{number}. {question}", indent=2)
    if filed.unstated:
        screen.say("draft_unstated", style="red", statements=", ".join(filed.unstated))


@command(draft, "template")
def template(
    call: Call,
    reference: Reference,
    *,
    draft_format: Annotated[Literal["docx", "odt"] | None, typer.Option("--format", metavar="docx|odt")] = None,
    into: Annotated[Path, typer.Option("--out", "-o", metavar="FILE|FOLDER")],
    over: Overwrite = False,
) -> None:
    """The drafting template of a case, filled in."""
    from .draft_templates import draft_of_case  # noqa: PLC0415  # loads the engine
    from .office import Office  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        case_id = case_worked_on(call, workflow, reference)
        made = draft_of_case(workflow, Office(workflow, call.settings).composer, case_id, draft_format)
    path = put_out(into, made.name, made.content, over=over)
    answer = {"name": made.name, "media_type": made.media_type, "bytes": len(made.content), "written": path}
    call.tell(answer, lambda screen: screen.say("written", path=path))
