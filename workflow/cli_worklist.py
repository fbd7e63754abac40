"""``vorgang worklist``: what lies with whom, the most urgent first."""

from typing import TYPE_CHECKING, Annotated

import typer

from .cli_call import Call, command
from .cli_reader import reader_in
from .cli_root import app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ..states.queries import CaseSummary
    from ..states.visibility import Reader
    from .reading_rights import Seen
    from .workflow import Workflow


@command(app, "worklist")
def worklist(
    call: Call,
    party: Annotated[str | None, typer.Argument(metavar="PARTY")] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, metavar="N")] = 50,
) -> None:
    """The open cases of an office or a person."""
    from .case_page import show_seen  # noqa: PLC0415  # Rich takes a tenth of a second to import

    with call.workflow() as workflow:
        body = call.body_in(workflow)
        found = _page(workflow, body, party or call.person, limit, reader_in(call, workflow))
        answer = {"body": body, "party": party or call.person, "cases": [one.document for one in found]}
        call.tell(answer, lambda screen: show_seen(screen, workflow, found))


def _page(workflow: "Workflow", body: str, party: str | None, limit: int, reader: "Reader | None") -> "list[Seen]":
    """A page of the list: of the cases of others only those whose work `reader` may see."""
    from .reading_rights import filled, seen  # noqa: PLC0415  # loads the engine

    if reader is None:
        return seen(workflow, open_cases(workflow, body, party, limit), None)
    own = reader.parties

    def read(most: int, last: "CaseSummary | None") -> "list[CaseSummary]":
        return open_cases(workflow, body, party, most, (last.due_on, last.id) if last else None)

    def pick(cases: "Sequence[CaseSummary]") -> "list[Seen]":
        mine = {case.id for case in cases if case.owner in own}
        return [one for one in seen(workflow, cases, reader) if one.everything or one.case.id in mine]

    return filled(read, pick, limit)


def open_cases(
    workflow: "Workflow", body: str, party: str | None, limit: int = 50, after: "tuple[date | None, str] | None" = None
) -> "list[CaseSummary]":
    """The open cases of `party`; None: of everybody in the town."""
    from ..states.queries import Page  # noqa: PLC0415  # loads the database library
    from ..states.queries import worklist as listed  # noqa: PLC0415  # as above

    if party is not None:
        return workflow.worklist(body, party, Page(limit, after))
    everybody = tuple(workflow.directory.town(body).parties)
    with workflow.database.reading() as connection:
        return listed(connection, body, everybody, Page(limit, after))
