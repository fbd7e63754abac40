"""``vorgang history``: the cases of another system, taken over."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .cli_call import Call, command
from .cli_root import group

if TYPE_CHECKING:  # the command line must answer --help before a database library is loaded
    from .history import History, Wish
    from .history_report import Report

history = group("history")


@command(history, "import")
def import_(  # noqa: PLR0913  # one option per wish
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE")],
    *,
    mapping: Annotated[Path | None, typer.Option("--map", metavar="FILE.toml")] = None,
    open_cases: Annotated[bool, typer.Option("--open")] = False,
    skip_bad: Annotated[Path | None, typer.Option("--skip-bad", metavar="FILE.csv")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    no_index: Annotated[bool, typer.Option("--no-index")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
) -> None:
    """Check files of historical cases, and take them over."""
    from .history import History, Wish  # noqa: PLC0415  # loads the database library
    from .history_columns import Mapped, read_mapping  # noqa: PLC0415  # as above

    wish = Wish(read_mapping(mapping) if mapping else Mapped(), open_cases, skip_bad)
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        with History(workflow, body, call.actor_in(workflow, body), wish) as found:
            report = _checked(call, found, files)
            if dry_run:
                _tell(call, report, wish, {"imported": 0, "indexed": 0})
                return
            if report.fresh:
                call.confirmed(call.say("history_ask", count=report.fresh), yes=yes)
            imported = _taken_over(call, found, report)
            indexed = 0 if no_index else _indexed(call, found)
            if not no_index:
                _followed(call, found)
            _tell(call, report, wish, {"imported": imported, "indexed": indexed})


def _checked(call: Call, found: "History", files: list[Path]) -> "Report":
    from .history_page import progress  # noqa: PLC0415  # Rich takes a tenth of a second to import

    with progress("history_checking", call.lang, shown=not call.as_json) as tell:
        return found.check(files, tell)


def _taken_over(call: Call, found: "History", report: "Report") -> int:
    from .history_page import progress  # noqa: PLC0415  # as above

    try:
        with progress("history_importing", call.lang, shown=not call.as_json) as tell:
            return found.take_over(tell)
    except KeyboardInterrupt:
        sys.stderr.write(call.say("history_interrupted", done=found.imported, total=report.fresh) + "\n")
        raise


def _indexed(call: Call, found: "History") -> int:
    from .history_page import progress  # noqa: PLC0415  # as above

    try:
        with progress("db_reindexing", call.lang, shown=not call.as_json) as tell:
            return found.index(tell)
    except KeyboardInterrupt:
        sys.stderr.write(call.say("history_unindexed") + "\n")
        raise


def _followed(call: Call, found: "History") -> None:
    from .history_page import progress  # noqa: PLC0415  # as above

    try:
        with progress("history_counting", call.lang, shown=not call.as_json) as tell:
            found.follow(tell)
    except KeyboardInterrupt:
        sys.stderr.write(call.say("history_uncounted") + "\n")
        raise


def _tell(call: Call, report: "Report", wish: "Wish", done: dict[str, Any]) -> None:
    from .history_page import show_report  # noqa: PLC0415  # as above
    from .history_report import report_document  # noqa: PLC0415  # as above

    aside = str(wish.bad_rows) if wish.bad_rows and report.bad else None
    answer = {**report_document(report), **done, "bad_rows": aside}
    call.tell(answer, lambda screen: show_report(screen, answer))
