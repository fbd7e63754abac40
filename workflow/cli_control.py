"""``vorgang report control``: what is open before a body of the council, or with an office."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import typer

from ..config.errors import ForbiddenError, InvalidInputError
from .cli_call import Call, command
from .cli_out import Overwrite, put_out
from .cli_reader import Public, reader_in
from .cli_report import report
from .wording import say

if TYPE_CHECKING:  # the command line must answer --help before a database library is loaded
    from ..states.visibility import Reader
    from .control_list import ControlList
    from .workflow import Workflow

Form: TypeAlias = Literal["table", "json", "csv", "xlsx", "pdf"]
#: What is no text for a terminal.
_FILES = frozenset({"pdf", "xlsx"})


@command(report, "control")
def control(
    call: Call,
    party: Annotated[str, typer.Argument(metavar="PARTY")],
    *,
    public: Public = False,
    form: Annotated[Form | None, typer.Option("--format", metavar="|".join(get_args(Form)))] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
    over: Overwrite = False,
) -> None:
    """The open cases of a body of the council or of an office."""
    chosen = _form(call, form, out)
    from .control_list import control_list, without_house  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        if not public:
            _require_right(call, workflow, reader, party)
        found = control_list(workflow, call.body_in(workflow), party, reader)
        _answer(call, workflow, without_house(found) if public else found, (chosen, out, over))


def _form(call: Call, form: Form | None, out: Path | None) -> Form:
    """The form that was asked for, by its name or by the ending of the file."""
    ending = out.suffix.lower().removeprefix(".") if out else None
    found = form or ("json" if call.as_json and out is None else None) or ending or "table"
    known = [one for one in get_args(Form) if one != "table" or out is None]
    if found not in known or (ending is not None and ending != found):
        raise InvalidInputError("report_format_unclear", given=ending or found, known=", ".join(known))
    chosen: Form = next(one for one in get_args(Form) if one == found)
    if chosen in _FILES and out is None:
        raise InvalidInputError("report_needs_file", form=chosen)
    return chosen


def _require_right(call: Call, workflow: "Workflow", reader: "Reader | None", party: str) -> None:
    """Whoever belongs to the body or office, and whoever may read whatever there is; with --public everybody."""
    from ..states.publicity import sees_all  # noqa: PLC0415  # loads the database library

    if reader is None or party in reader.parties:
        return
    if not sees_all(workflow.directory.town(reader.body or ""), reader):
        raise ForbiddenError("control_not_for_you", person=call.person, party=party)


def _answer(call: Call, workflow: "Workflow", found: "ControlList", place: tuple[Form, Path | None, bool]) -> None:
    form, out, over = place
    if out is not None:
        path = put_out(out, out.name, _content(call, workflow, found, form), over=over)
        call.tell({"path": path, "list": found}, lambda screen: screen.say("control_written", path=path))
    elif form == "csv":
        typer.echo(_content(call, workflow, found, form), nl=False)
    elif form == "json":
        from .cli_call import write_json  # noqa: PLC0415  # as above

        write_json(found)
    else:
        from .control_paper import show_control  # noqa: PLC0415  # Rich takes a tenth of a second to import

        call.tell(found, lambda screen: show_control(screen, found))


def _content(call: Call, workflow: "Workflow", found: "ControlList", form: Form) -> bytes:
    """The list as the content of a file."""
    from .control_list import sheets, title  # noqa: PLC0415  # as above

    if form == "pdf":
        from .control_paper import control_pdf  # noqa: PLC0415  # a large library

        return control_pdf(found, workflow.clock.now())
    if form == "xlsx":
        from ..notifications.workbooks import workbook  # noqa: PLC0415  # as above

        return workbook(title(found, call.lang), sheets(found, call.lang), workflow.clock.now())
    if form == "csv":
        from ..notifications.sheets import csv_file  # noqa: PLC0415  # as above

        parts = sheets(found, call.lang)
        rows = [(sheet.name, *row) for sheet in parts for row in sheet.rows]
        return csv_file((say("control_part", call.lang), *parts[0].head), rows, call.lang)
    import json  # noqa: PLC0415  # as above

    from .documents import document  # noqa: PLC0415  # as above

    return (json.dumps(document(found), ensure_ascii=False, indent=2) + "\n").encode()
