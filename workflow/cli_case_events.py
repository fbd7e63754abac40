"""``vorgang case``: open cases and make things happen."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..config.errors import InvalidInputError
from .case_documents import fired_document, offer_document
from .case_page import show_fired, show_offers
from .cli_call import Call, command
from .cli_case import Reference, case, offers_for
from .cli_input import Input, plain_day
from .cli_reference import resolve

if TYPE_CHECKING:
    from ..states.engine import Fired
    from .console import Screen
    from .workflow import Workflow

Settings = Annotated[list[str] | None, typer.Option("--set", "-s", metavar="FIELD=VALUE")]
Data = Annotated[str | None, typer.Option("--data", metavar="JSON|@FILE")]
Key = Annotated[str | None, typer.Option("--key", metavar="TEXT")]


@command(case, "open")
def open_case(  # one option per thing that may be said
    call: Call,
    lifecycle: Annotated[str, typer.Argument(metavar="LIFECYCLE")],
    *,
    settings: Settings = None,
    data: Data = None,
    key: Key = None,
) -> None:
    """Open a case."""
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        fields = workflow.library.get(lifecycle, None).lifecycle.opening.ask
        values = Input(workflow, body, fields).read(settings or (), data)
        fired = workflow.open_case(lifecycle, body=body, actor=call.actor_in(workflow, body), data=values, key=key)
        _tell(call, workflow, fired)


@command(case, "fire")
def fire(  # noqa: PLR0913  # as above
    call: Call,
    reference: Reference,
    event: Annotated[str, typer.Argument(metavar="EVENT")],
    *,
    settings: Settings = None,
    data: Data = None,
    expect: Annotated[int | None, typer.Option("--expect", metavar="VERSION")] = None,
    key: Key = None,
) -> None:
    """Make an event happen."""
    with call.workflow() as workflow:
        found = workflow.case(resolve(workflow, reference, call.body)).case
        lifecycle = workflow.library.get(found.lifecycle, found.lifecycle_version).lifecycle
        fields = lifecycle.events[event].ask if event in lifecycle.events else ()
        values = Input(workflow, found.body, fields).read(settings or (), data)
        actor = call.actor_in(workflow, found.body)
        _tell(
            call,
            workflow,
            workflow.fire(found.id, event, actor=actor, data=values, expected_version=expect, key=key),
        )


@command(case, "events")
def events(call: Call, reference: Reference) -> None:
    """What can happen next, and what it asks for."""
    with call.workflow() as workflow:
        found = workflow.case(resolve(workflow, reference, call.body)).case
        offers = offers_for(call, workflow, found.id, found.body)
        answer = {"case": found.id, "version": found.version, "events": [offer_document(one) for one in offers]}

        def page(screen: "Screen") -> None:
            if found.closed_at is not None and not offers:
                at = screen.shown(found.closed_at.astimezone(workflow.directory.town(found.body).zone))
                screen.say("case_closed", case=found.number or found.id, at=at)
            else:
                show_offers(screen, offers, acting=call.person is not None, fields=True)

        call.tell(answer, page)


@command(case, "override")
def override(  # as above
    call: Call,
    reference: Reference,
    state: Annotated[str, typer.Argument(metavar="STATE")],
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
    due: Annotated[list[str] | None, typer.Option("--due", metavar="DEADLINE=DATE")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
) -> None:
    """Set a case into another state by hand."""
    from ..states.overrides import Override  # noqa: PLC0415  # loads the engine

    days = dict(_day(setting) for setting in due or ())
    with call.workflow() as workflow:
        view = workflow.case(resolve(workflow, reference, call.body))
        actor = call.actor_in(workflow, view.case.body)
        question = call.say(
            "override_question", case=view.case.number or view.case.id, source=view.case.state, target=state
        )
        call.confirmed(question, yes=yes)
        _tell(call, workflow, workflow.override(Override(view.case.id, state, reason, actor, days)))


def _day(setting: str) -> tuple[str, date]:
    name, _, day = setting.partition("=")
    try:
        return name, date.fromisoformat(plain_day(day))
    except ValueError:
        raise InvalidInputError("cli_due_form", given=setting) from None


def _tell(call: Call, workflow: "Workflow", fired: "Fired") -> None:
    view: Any = workflow.case(fired.case.id)
    call.tell(fired_document(workflow, view, fired), lambda screen: show_fired(screen, workflow, view, fired))
