"""In which form a report is handed out: on the terminal, as data, or as a file."""

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from ..config.errors import InvalidInputError
from .cli_call import Call, write_json
from .cli_out import put_out
from .documents import document

if TYPE_CHECKING:  # Rich takes a tenth of a second to import
    from .console import Screen

#: The form for a terminal, and that of ``--json``; every report has both.
TABLE, JSON = "table", "json"


class Place(NamedTuple):
    """Where a report goes, and in which form."""

    form: str
    out: Path | None
    over: bool


class Made(NamedTuple):
    """A report that is made: what it is, and how it is shown and written."""

    #: The name under which it stands in an answer as JSON, and the report itself.
    name: str
    value: object
    show: "Callable[[Screen], None]"
    #: Its content in a form other than the table and JSON.
    content: Callable[[str], bytes]
    #: The word that says where it was written; its entry is `path`.
    written: str


def place_of(
    call: Call, asked: tuple[str | None, Path | None, bool], forms: Collection[str], files: Collection[str]
) -> Place:
    """The form among `forms` that was asked for: by its name, or by the ending of the file.

    `asked` are the form, the file, and whether another file may be replaced; `files` are the forms that are no text for
    a terminal.

    Raises:
        InvalidInputError: there is no such form, the ending means another, or a file is needed.
    """
    form, out, over = asked
    ending = out.suffix.lower().removeprefix(".") if out else None
    found = form or (JSON if call.as_json and out is None else None) or ending or TABLE
    known = [one for one in forms if one != TABLE or out is None]
    if found not in known or (ending is not None and ending != found):
        raise InvalidInputError("report_format_unclear", given=ending or found, known=", ".join(known))
    if found in files and out is None:
        raise InvalidInputError("report_needs_file", form=found)
    return Place(found, out, over)


def hand_out(call: Call, made: Made, place: Place) -> None:
    """Show the report, print it as text, or write it into its file.

    Raises:
        InvalidInputError: another file lies there, and may not be replaced.
    """
    form, out, over = place
    if out is not None:
        path = put_out(out, out.name, _content(made, form), over=over)
        call.tell({"path": path, made.name: made.value}, lambda screen: screen.say(made.written, path=path))
    elif form == JSON:
        write_json(made.value)
    elif form == TABLE:
        call.tell(made.value, made.show)
    else:
        typer.echo(made.content(form), nl=False)


def _content(made: Made, form: str) -> bytes:
    if form != JSON:
        return made.content(form)
    return (json.dumps(document(made.value), ensure_ascii=False, indent=2) + "\n").encode()
