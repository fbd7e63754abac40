"""``vorgang case file``: the files of a case, each only to those who may know of it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_call import Call, command
from .cli_case import Reference, case
from .cli_out import Overwrite, put_out
from .cli_reader import Public, case_meant, reader_in
from .documents import document

if TYPE_CHECKING:
    from .case_files import CaseFile
    from .console import Screen


@command(case, "file")
def file(
    call: Call,
    reference: Reference,
    file: Annotated[str | None, typer.Argument(metavar="NAME|SHA256")] = None,
    *,
    output: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|FOLDER")] = None,
    over: Overwrite = False,
    public: Public = False,
) -> None:
    """List the files of a case, or hand one out."""
    from .case_files import content, files, one_file  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        case_id = case_meant(call, workflow, reference, reader)
        found = files(workflow, case_id, reader)
        if file is None:
            call.tell({"files": document(found)}, lambda screen: _list(screen, found))
            return
        chosen = one_file(found, file)
        handed_out = content(workflow, case_id, chosen)
    if output is not None:
        path = put_out(output, chosen.name, handed_out, over=over)
        answer = {"file": document(chosen), "out": str(path)}
        call.tell(answer, lambda screen: screen.say("file_written", path=str(path)))
        return
    sys.stdout.buffer.write(handed_out)
    sys.stdout.flush()


def _list(screen: "Screen", found: "list[CaseFile]") -> None:
    for one in found:
        screen.line(f"{one.sha256[:12]}  {one.name}  ({one.title})", indent=2)
    if not found:
        screen.say("no_files")
