"""``vorgang calendar export``: sessions or due days as a file for calendar programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError, NotFoundError
from .cli_calendar import calendar
from .cli_call import Call, command
from .cli_out import Overwrite, put_out
from .cli_reader import Public, reader_in
from .wording import counted

if TYPE_CHECKING:
    from .workflow import Workflow

#: The word for the sessions of all bodies.
ALL = "all"


@command(calendar, "export")
def export(  # one option per wish
    call: Call,
    *,
    of_sessions: Annotated[str | None, typer.Option("--sessions", metavar="BODY|all")] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="OFFICE")] = None,
    public: Public = False,
    written_to: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.ics")],
    over: Overwrite = False,
) -> None:
    """Write the sessions of a body or the due days of an office as an ICS file."""
    from .calendar_files import Publisher, due_calendar, sessions_calendar  # noqa: PLC0415  # loads the engine

    if (of_sessions is None) == (due is None):
        raise InvalidInputError("calendar_what")
    with call.workflow() as workflow:
        body, reader = call.body_in(workflow), reader_in(call, workflow, public=public)
        publisher = Publisher(call.settings.base_url, call.settings.sender, call.lang)
        if due is not None:
            content = due_calendar(workflow, body, due, publisher, reader=reader)
        else:
            key = _body(workflow, body, of_sessions or ALL)
            content = sessions_calendar(workflow, body, key, publisher, reader=reader)
    path = put_out(written_to, "kalender.ics", content, over=over)
    count = content.count(b"BEGIN:VEVENT")
    entries = counted(count, "entries", call.lang)
    call.tell(
        {"path": path, "entries": count}, lambda screen: screen.say("calendar_written", path=path, entries=entries)
    )


def _body(workflow: "Workflow", body: str, given: str) -> str | None:
    from .session_reference import bodies_of, organisation_meant  # noqa: PLC0415  # loads the engine

    if given == ALL:
        return None
    town = workflow.directory.town(body)
    key = organisation_meant(town, given)
    if key is None:
        raise NotFoundError("session_body_unknown", given=given, known=", ".join(bodies_of(town)))
    return key
