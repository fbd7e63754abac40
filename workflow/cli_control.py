"""``vorgang report control``: what is open before a body of the council, or with an office."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import typer

from ..config.errors import ForbiddenError
from .cli_call import Call, command
from .cli_forms import Made, hand_out, place_of
from .cli_out import Overwrite
from .cli_reader import Public, reader_in
from .cli_report import report
from .wording import say

if TYPE_CHECKING:  # the command line must answer --help before a database library is loaded
    from ..states.visibility import Reader
    from .console import Screen
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
    place = place_of(call, (form, out, over), get_args(Form), _FILES)
    from .control_list import control_list  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        if not public:
            _require_right(call, workflow, reader, party)
        found = control_list(workflow, call.body_in(workflow), party, reader)
        hand_out(call, _made(call, workflow, found), place)


def _require_right(call: Call, workflow: "Workflow", reader: "Reader | None", party: str) -> None:
    """Whoever belongs to the body or office, and whoever may read whatever there is; with --public everybody."""
    from ..states.publicity import sees_all  # noqa: PLC0415  # loads the database library

    if reader is None or party in reader.parties:
        return
    if not sees_all(workflow.directory.town(reader.body or ""), reader):
        raise ForbiddenError("control_not_for_you", person=call.person, party=party)


def _made(call: Call, workflow: "Workflow", found: "ControlList") -> Made:
    def show(screen: "Screen") -> None:
        from .control_paper import show_control  # noqa: PLC0415  # Rich takes a tenth of a second to import

        show_control(screen, found)

    return Made("list", found, show, lambda form: _content(call, workflow, found, form), "control_written")


def _content(call: Call, workflow: "Workflow", found: "ControlList", form: str) -> bytes:
    """The list as the content of a file."""
    from .control_list import sheets, title  # noqa: PLC0415  # as above

    if form == "pdf":
        from .control_paper import control_pdf  # noqa: PLC0415  # a large library

        return control_pdf(found, workflow.clock.now())
    parts = sheets(found, call.lang)
    if form == "xlsx":
        from ..notifications.workbooks import workbook  # noqa: PLC0415  # as above

        return workbook(title(found, call.lang), parts, workflow.clock.now())
    from ..notifications.sheets import csv_file  # noqa: PLC0415  # as above

    rows = [(sheet.name, *row) for sheet in parts for row in sheet.rows]
    return csv_file((say("control_part", call.lang), *parts[0].head), rows, call.lang)
