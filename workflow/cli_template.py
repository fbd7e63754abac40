"""``vorgang template``: the drafting templates and text blocks of an installation."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import Finding, InvalidInputError, NotFoundError
from .cli_call import Call, command
from .cli_errors import finding_lines, findings_document
from .cli_input import day_given
from .cli_out import Overwrite, put_out
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from .console import Screen

template = group("template")

On = Annotated[str | None, typer.Option("--on", metavar="DATE")]


@command(template, "list")
def list_files(call: Call) -> None:
    """The drafting templates, and for which town and kind each is."""
    from ..notifications.drafting import Drafts  # noqa: PLC0415  # loads the template library

    files = Drafts(call.settings.templates).files()

    def show(screen: "Screen") -> None:
        rows = (
            [one.name, one.format, one.scope or call.say("template_all"), one.path if one.own else call.say("shipped")]
            for one in files
        )
        screen.rows(("name", "format", "scope", "source"), rows)

    call.tell({"templates": [{**one._asdict(), "own": one.own} for one in files]}, show)


@command(template, "check")
def check(
    call: Call,
    template_files: Annotated[list[Path] | None, typer.Argument(metavar="FILE")] = None,
    *,
    on_day: On = None,
) -> None:
    """Check drafting templates before they go out."""
    from .draft_checks import check_all, check_files  # noqa: PLC0415  # loads the template library

    missing = next((path for path in template_files or () if not path.is_file()), None)
    if missing is not None:
        raise InvalidInputError("cli_path_missing", path=str(missing))
    if template_files:
        count, found = len(template_files), check_files(call.settings, template_files, _day(on_day))
    else:
        files, found = check_all(call.settings, _day(on_day))
        count = len(files)
    _tell(call, count, found)


def _tell(call: Call, count: int, found: list[Finding]) -> None:
    def show(screen: "Screen") -> None:
        for finding in found:
            for line in finding_lines(finding, call.lang):
                screen.line(line)
        if found:
            screen.say("template_findings", style="red", findings=counted(len(found), "findings", call.lang))
        else:
            screen.say("template_ok", style="green", templates=counted(count, "templates", call.lang))

    call.tell({"checked": count, "findings": findings_document(found)}, show)
    if found:
        raise typer.Exit(1)


def _day(given: str | None) -> date:
    from ..config.clock import SystemClock  # noqa: PLC0415  # not before it is needed

    return day_given("--on", given) if given else SystemClock().now().date()


@command(template, "export")
def export(
    call: Call,
    template_name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    draft_format: Annotated[str, typer.Option("--format", metavar="docx|odt")] = "docx",
    into: Annotated[Path, typer.Option("--out", "-o", metavar="FILE|FOLDER")],
    over: Overwrite = False,
) -> None:
    """Copy a drafting template, so that an office can change it."""
    from ..notifications.drafting import Drafts  # noqa: PLC0415  # loads the template library

    drafts = Drafts(call.settings.templates)
    scope, _, base = template_name.rpartition("/")
    found = [one for one in drafts.files() if (one.name, one.format, one.scope) == (base, draft_format, scope)]
    if not found:
        known = dict.fromkeys(
            f"{one.scope}/{one.name}".lstrip("/") for one in drafts.files() if one.format == draft_format
        )
        raise NotFoundError(
            "draft_template_unknown", name=f"{template_name}.{draft_format}", known=", ".join(known) or "–"
        )
    path = put_out(into, found[0].path.name, found[0].path.read_bytes(), over=over)
    call.tell({"template": found[0]._asdict(), "written": path}, lambda screen: screen.say("written", path=path))


@command(template, "blocks")
def blocks(call: Call, *, on_day: On = None) -> None:
    """The text blocks, and until when each is valid."""
    from ..notifications.drafting import Drafts  # noqa: PLC0415  # loads the template library

    day = _day(on_day)
    found = list(Drafts(call.settings.templates).blocks(call.body).values())
    states = {block.id: "block_over" if block.problem(day) else "block_valid" for block in found}

    def show(screen: "Screen") -> None:
        rows = (
            [
                one.id,
                one.label.in_(call.lang),
                one.valid_from,
                one.valid_until,
                ", ".join(one.kinds),
                call.say(states[one.id]),
            ]
            for one in found
        )
        screen.rows(("name", "label", "from", "until", "kinds", "state"), rows)

    call.tell({"blocks": [{**one._asdict(), "valid": states[one.id] == "block_valid"} for one in found]}, show)
