"""``vorgang worklist``: what lies with whom, the most urgent first."""

from typing import TYPE_CHECKING, Annotated

import typer

from .case_documents import summary_document
from .cli_call import Call, command
from .cli_root import app

if TYPE_CHECKING:
    from ..states.queries import CaseSummary
    from .workflow import Workflow


@command(app, "worklist")
def worklist(
    call: Call,
    party: Annotated[str | None, typer.Argument(metavar="PARTY")] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, metavar="N")] = 50,
) -> None:
    """The open cases of an office or a person."""
    from .case_page import show_cases  # noqa: PLC0415  # Rich takes a tenth of a second to import

    with call.workflow() as workflow:
        body = call.body_in(workflow)
        found = open_cases(workflow, body, party or call.person, limit)
        answer = {"body": body, "party": party or call.person, "cases": [summary_document(workflow, c) for c in found]}
        call.tell(answer, lambda screen: show_cases(screen, workflow, found))


def open_cases(workflow: "Workflow", body: str, party: str | None, limit: int = 50) -> "list[CaseSummary]":
    """The open cases of `party`; None: of everybody in the town."""
    from ..states.queries import Page  # noqa: PLC0415  # loads the database library
    from ..states.queries import worklist as listed  # noqa: PLC0415  # as above

    if party is not None:
        return workflow.worklist(body, party, Page(limit))
    everybody = tuple(workflow.directory.town(body).parties)
    with workflow.database.reading() as connection:
        return listed(connection, body, everybody, Page(limit))
