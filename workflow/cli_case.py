"""``vorgang case``: look at cases."""

from typing import TYPE_CHECKING, Annotated

import typer

from .case_documents import case_document, summary_document
from .case_page import show_case, show_cases, show_history, show_offers
from .cli_call import Call, command
from .cli_reference import resolve
from .cli_root import group

if TYPE_CHECKING:
    from ..states.queries import Filter
    from .console import Screen
    from .views import Offer
    from .workflow import Workflow

case = group("case")

Reference = Annotated[str, typer.Argument(metavar="REF")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, metavar="N")]


@command(case, "show")
def show(call: Call, reference: Reference) -> None:
    """Where a case stands, why, and what can happen next."""
    with call.workflow() as workflow:
        view = workflow.case(resolve(workflow, reference, call.body))
        offers = offers_for(call, workflow, view.case.id, view.case.body)

        def page(screen: "Screen") -> None:
            show_case(screen, workflow, view)
            if offers:
                screen.heading("head_events")
                show_offers(screen, offers, acting=call.person is not None)

        call.tell(case_document(workflow, view, offers), page)


def offers_for(call: Call, workflow: "Workflow", case_id: str, body: str) -> "list[Offer]":
    """The next events as the acting person sees them; without one, as a stranger does."""
    from ..states.step import Actor  # noqa: PLC0415  # loads the engine

    actor = call.actor_in(workflow, body) if call.person else Actor("person", "")
    return workflow.available(case_id, actor)


@command(case, "list")
def list_cases(  # noqa: PLR0913  # one option per filter
    call: Call,
    *,
    lifecycle: Annotated[str | None, typer.Option("--lifecycle", metavar="NAME")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="NAME")] = None,
    only_open: Annotated[bool, typer.Option("--open")] = False,
    only_closed: Annotated[bool, typer.Option("--closed")] = False,
    limit: Limit = 50,
    after: Annotated[str | None, typer.Option("--after", metavar="ID")] = None,
) -> None:
    """Cases in the order in which they were opened."""
    with call.workflow() as workflow:
        wanted = _filter(call, workflow)._replace(
            lifecycle=lifecycle,
            state=state,
            open=None if only_open == only_closed else only_open,
            limit=limit,
            after=after,
        )
        found = workflow.cases(wanted)
        call.tell(
            {"cases": [summary_document(workflow, one) for one in found]},
            lambda screen: show_cases(screen, workflow, found),
        )


def _filter(call: Call, workflow: "Workflow") -> "Filter":
    from ..states.queries import Filter  # noqa: PLC0415  # loads the database library

    return Filter(body=workflow.directory.town(call.body).key if call.body else None)


@command(case, "history")
def history(call: Call, reference: Reference) -> None:
    """The log of a case."""
    with call.workflow() as workflow:
        view = workflow.case(resolve(workflow, reference, call.body))
        lines = workflow.history(view.case.id)
        answer = {"case": summary_document(workflow, view.case), "history": lines}
        call.tell(answer, lambda screen: show_history(screen, workflow, view, lines))
