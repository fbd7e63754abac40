"""``vorgang case``: look at cases."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError, NotFoundError
from .case_documents import case_document, summary_document
from .case_page import show_case, show_cases, show_history, show_offers
from .cli_call import Call, command
from .cli_reference import require_id, resolve
from .cli_root import group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..states.lifecycle import Lifecycle
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
    require_id("--after", after)
    if only_open and only_closed:
        raise InvalidInputError("cli_open_and_closed")
    with call.workflow() as workflow:
        _require_known(workflow, lifecycle, state)
        wanted = _filter(call, workflow)._replace(
            lifecycle=lifecycle,
            state=state,
            open=only_open if only_open or only_closed else None,
            limit=limit,
            after=after,
        )
        found = workflow.cases(wanted)
        call.tell(
            {"cases": [summary_document(workflow, one) for one in found]},
            lambda screen: show_cases(screen, workflow, found),
        )


def _require_known(workflow: "Workflow", lifecycle: str | None, state: str | None) -> None:
    """A filter by what there is not would answer "no cases", which is not what is amiss.

    Raises:
        NotFoundError: neither the lifecycles nor any case has it.
    """
    from ..states.survey import standing  # noqa: PLC0415  # loads the database library

    newest = workflow.library.newest
    if lifecycle in (None, *newest) and state in (None, *_states_of(newest, lifecycle)):
        return
    with workflow.database.reading() as connection:  # cases of a lifecycle that is no longer there
        lived = standing(connection)
    if lifecycle is not None and lifecycle not in {*newest, *(name for name, _ in lived)}:
        raise NotFoundError("lifecycle_unknown", lifecycle=lifecycle, known=", ".join(newest))
    states = {*_states_of(newest, lifecycle), *(one for name, one in lived if lifecycle in (None, name))}
    if state is not None and state not in states:
        raise NotFoundError("state_unknown", state=state, known=", ".join(sorted(states)))


def _states_of(newest: "Mapping[str, Lifecycle]", lifecycle: str | None) -> set[str]:
    return {state for one in newest.values() if lifecycle in (None, one.id) for state in one.states}


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
