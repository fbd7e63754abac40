"""``vorgang case``: look at cases."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError, NotFoundError
from .case_documents import case_document
from .case_page import (
    show_case,
    show_history,
    show_links,
    show_offers,
    show_open_case,
    show_promises,
    show_public_history,
    show_seen,
    zone_of,
)
from .cli_call import Call, command
from .cli_reader import Public, case_meant, reader_in
from .cli_reference import require_id
from .cli_root import group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..states.lifecycle import Lifecycle
    from ..states.queries import CaseSummary, Filter
    from .console import Screen
    from .views import Offer
    from .workflow import Workflow

case = group("case")

Reference = Annotated[str, typer.Argument(metavar="REF")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, metavar="N")]


@command(case, "show")
def show(call: Call, reference: Reference, *, public: Public = False) -> None:
    """Where a case stands, why, and what can happen next."""
    from .consultations import show_stages, stages  # noqa: PLC0415  # loads the engine
    from .promises import unentered_promises  # noqa: PLC0415  # as above
    from .reading_rights import seen_view  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        found = seen_view(workflow, case_meant(call, workflow, reference, reader), reader)
        offers = [] if public else offers_for(call, workflow, found.view.case, everything=found.seen.everything)
        promises = unentered_promises(workflow, found.view) if found.seen.everything else ()
        consultations = stages(workflow, found.view.case, reader)

        def page(screen: "Screen") -> None:
            if found.seen.everything:
                show_case(screen, workflow, found)
                show_promises(screen, promises)
            else:
                show_open_case(screen, workflow, found)
            show_stages(screen, consultations)
            show_links(screen, workflow, found)
            if offers:
                screen.heading("head_events")
                show_offers(screen, offers, acting=call.person is not None)

        call.tell({**case_document(found, offers, promises), "consultations": consultations}, page)


def offers_for(call: Call, workflow: "Workflow", found: "CaseSummary", *, everything: bool = True) -> "list[Offer]":
    """The next events as the acting person sees them; without one, as a stranger does.

    Who does not see everything of a case is told only what they may do.
    """
    from ..states.step import Actor  # noqa: PLC0415  # loads the engine

    actor = call.actor_in(workflow, found.body) if call.person else Actor("person", "")
    return [offer for offer in workflow.available(found.id, actor) if everything or offer.allowed]


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
    public: Public = False,
) -> None:
    """Cases in the order in which they were opened."""
    from .reading_rights import page_of_cases  # noqa: PLC0415  # loads the engine

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
        found = page_of_cases(workflow, wanted, reader_in(call, workflow, public=public))
        call.tell({"cases": [one.document for one in found]}, lambda screen: show_seen(screen, workflow, found))


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
def history(call: Call, reference: Reference, *, public: Public = False) -> None:
    """The log of a case."""
    from .reading_rights import public_history, seen_view  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        found = seen_view(workflow, case_meant(call, workflow, reference, reader), reader)
        lines, case = workflow.history(found.view.case.id), found.view.case
        if found.seen.everything:
            answer = {"case": found.seen.document, "history": lines}
            call.tell(answer, lambda screen: show_history(screen, workflow, found.view, lines))
            return
        told = public_history(workflow, found.seen, lines)
        short = {"case": found.seen.document, "history": told}
        call.tell(short, lambda screen: show_public_history(screen, zone_of(workflow, case), told))
