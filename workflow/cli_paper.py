"""``vorgang paper``: the papers of a case that leave the house."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

import typer

from ..config.errors import InvalidInputError
from ..config.os_errors import cause
from .cli_call import Call, command
from .cli_out import Overwrite, PaperForm, form_of, put_out
from .cli_reader import Public, case_meant, case_worked_on, reader_in, zone_in
from .cli_root import group

if TYPE_CHECKING:
    from ..notifications.papers.press import Wish
    from ..notifications.papers.printing import Printed
    from ..states.issues import Issue
    from .console import Screen

paper = group("paper")

_Kind: TypeAlias = Literal["stellungnahme", "verfuegung", "ausfertigung", "zwischenbescheid"]


@command(paper, "render")
def render(  # noqa: PLR0913  # one option per property of the paper
    call: Call,
    reference: Annotated[str, typer.Argument(metavar="REF")],
    *,
    kind: Annotated[_Kind, typer.Option("--kind", metavar="KIND")] = "stellungnahme",
    form: Annotated[PaperForm | None, typer.Option("--format", metavar="pdf|docx|html")] = None,
    anonymised: Annotated[bool, typer.Option("--anonymised")] = False,
    text: Annotated[Path | None, typer.Option("--text", metavar="FILE")] = None,
    office: Annotated[str | None, typer.Option("--office", metavar="KEY")] = None,
    preview: Annotated[bool, typer.Option("--preview")] = False,
    public: Public = False,
    written_to: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|FOLDER")] = None,
    over: Overwrite = False,
) -> None:
    """Print a paper of a case."""
    from ..notifications.papers.press import Wish  # noqa: PLC0415  # loads the template library

    wish = Wish(
        kind, form_of(form, written_to), anonymised, _read(text) if text else None, office, preview, asked=reference
    )
    printed, zone = _printed(call, reference, wish, public=public)
    path = put_out(written_to or Path(), printed.file.name, printed.file.content, over=over)
    _tell(call, printed, path, zone)


@command(paper, "issued")
def issued(
    call: Call,
    reference: Annotated[str, typer.Argument(metavar="REF")],
    issue: Annotated[str | None, typer.Argument(metavar="SHA256")] = None,
    *,
    written_to: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|FOLDER")] = None,
    over: Overwrite = False,
) -> None:
    """List the papers of a case that were issued, or hand one out."""
    from .papers import issued_paper, issued_papers  # noqa: PLC0415  # loads the template library

    with call.workflow() as workflow:
        case_id = case_worked_on(call, workflow, reference)
        if issue is None:
            _list(call, issued_papers(workflow, case_id), zone_in(workflow, case_id))
            return
        printed, zone = issued_paper(workflow, case_id, issue), zone_in(workflow, case_id)
    path = put_out(written_to or Path(), printed.file.name, printed.file.content, over=over)
    _tell(call, printed, path, zone)


def _list(call: Call, found: "list[Issue]", zone: ZoneInfo) -> None:
    def show(screen: "Screen") -> None:
        for one in found:
            day = f"{one.issued_at.astimezone(zone):%d.%m.%Y %H:%M}"
            screen.line(f"{one.sha256[:12]}  {day}  {one.name}", indent=2)
        if not found:
            screen.say("no_issues")

    call.tell({"issued": [_told(one) for one in found]}, show)


def _told(issue: "Issue") -> dict[str, object]:
    key = issue.key
    return {
        "kind": key.kind,
        "format": key.form,
        "lang": key.lang,
        "anonymised": issue.anonymised,
        "draft_sha256": issue.draft_sha256,
        "seq": issue.seq,
        "name": issue.name,
        "sha256": issue.sha256,
        "issued_at": issue.issued_at,
    }


def _printed(call: Call, reference: str, wish: "Wish", *, public: bool) -> "tuple[Printed, ZoneInfo]":
    from .papers import papers_of, render_paper  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        case_id = case_meant(call, workflow, reference, reader)
        printed = render_paper(workflow, case_id, wish, papers_of(call.settings), reader=reader)
        return printed, zone_in(workflow, case_id)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError("paper_text_unreadable", path=str(path), reason=cause(error)) from error


def _tell(call: Call, printed: "Printed", path: Path, zone: ZoneInfo) -> None:
    def show(screen: "Screen") -> None:
        screen.say("written", path=path)
        if printed.issued_at:
            screen.say("paper_issued", day=f"{printed.issued_at.astimezone(zone):%d.%m.%Y}")
        if printed.draft:
            screen.say("paper_draft")
        for what, count in printed.redacted.items():
            screen.say("paper_redacted", what=what, count=count)
        if printed.unshown:
            screen.say("paper_unshown", letters=" ".join(printed.unshown))

    answer = {
        "file": path,
        "name": printed.file.name,
        "media_type": printed.file.media_type,
        "bytes": len(printed.file.content),
        "draft": printed.draft,
        "issued_at": printed.issued_at,
        "redacted": dict(printed.redacted),
        "told_by_name": list(printed.unshown),
    }
    call.tell(answer, show)
