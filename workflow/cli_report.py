"""``vorgang report``: figures about many cases."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import typer

from ..config.errors import ForbiddenError, InvalidInputError
from .cli_call import Call, command
from .cli_forms import Made, hand_out, place_of
from .cli_input import day_given
from .cli_out import Overwrite
from .cli_reader import Public, reader_in
from .cli_root import group

if TYPE_CHECKING:  # the command line must answer --help before a database library is loaded
    from ..states.visibility import Reader
    from .console import Screen
    from .punctuality import Report, Wanted
    from .workflow import Workflow

report = group("report")

Form: TypeAlias = Literal["table", "json", "csv", "svg", "pdf"]
GroupedBy: TypeAlias = Literal["office", "faction", "body", "kind", "term"]
#: What is no text for a terminal.
_FILES = frozenset({"pdf"})


@command(report, "punctuality")
def punctuality(  # noqa: PLR0913  # one option per wish
    call: Call,
    *,
    by: Annotated[GroupedBy, typer.Option("--by", metavar="|".join(get_args(GroupedBy)))] = "kind",
    since: Annotated[str | None, typer.Option("--from", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", metavar="LIFECYCLE")] = None,
    public: Public = False,
    form: Annotated[Form | None, typer.Option("--format", metavar="|".join(get_args(Form)))] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
    over: Overwrite = False,
) -> None:
    """How many deadlines were kept, and how late the others were."""
    place = place_of(call, (form, out, over), get_args(Form), _FILES)
    if public and by == "office":
        raise InvalidInputError("report_not_public")
    from .punctuality import Wanted  # noqa: PLC0415  # loads the database library

    days = [day_given(option, day) if day else None for option, day in (("--from", since), ("--to", until))]
    if days[0] and days[1] and days[0] > days[1]:
        raise InvalidInputError("report_days_backwards", since=days[0], until=days[1])
    with call.workflow() as workflow:
        _require_right(call, workflow, reader_in(call, workflow, public=public), public=public)
        wanted = Wanted(call.body_in(workflow), by, days[0], days[1], tuple(kind or ()), public)
        hand_out(call, _handed(call, workflow, _made(workflow, wanted)), place)


def _require_right(call: Call, workflow: "Workflow", reader: "Reader | None", *, public: bool) -> None:
    """Whoever may read whatever there is; with --public everybody."""
    from ..states.publicity import sees_all  # noqa: PLC0415  # as above

    if reader is not None and not public and not sees_all(workflow.directory.town(reader.body or ""), reader):
        raise ForbiddenError("report_not_for_you", person=call.person)


def _made(workflow: "Workflow", wanted: "Wanted") -> "Report":
    from .punctuality import known_of, terms_of  # noqa: PLC0415  # as above
    from .punctuality import punctuality as report_on  # noqa: PLC0415  # as above

    measured = known_of(workflow).measured
    for kind in wanted.kinds:
        if kind not in measured:
            raise InvalidInputError("report_kind_not_measured", given=kind, known=sorted(measured))
    terms = terms_of(workflow.directory.town(wanted.body))
    if wanted.by == "term" and not terms:
        raise InvalidInputError("report_no_terms", body=wanted.body)
    return report_on(workflow, wanted, terms)


def _handed(call: Call, workflow: "Workflow", report: "Report") -> Made:
    def show(screen: "Screen") -> None:
        from .punctuality_page import show_report  # noqa: PLC0415  # Rich takes a tenth of a second to import

        show_report(screen, report)

    return Made("report", report, show, lambda form: _content(call, workflow, report, form), "punctuality_written")


def _content(call: Call, workflow: "Workflow", report: "Report", form: str) -> bytes:
    """The report as the content of a file."""
    if form == "pdf":
        from .punctuality_paper import report_pdf  # noqa: PLC0415  # a large library

        return report_pdf(report, workflow.clock.now())
    if form == "svg":
        from .punctuality_svg import svg  # noqa: PLC0415  # not before it is needed

        return svg(report, call.lang).encode()
    from ..notifications.sheets import csv_file  # noqa: PLC0415  # as above
    from .punctuality_tables import whole_sheet  # noqa: PLC0415  # as above

    sheet = whole_sheet(report, call.lang)
    return csv_file(sheet.titles, sheet.rows, call.lang)
