"""``vorgang link``: what the personal link of a mail shows, and acting with it."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError
from .cli_call import Call, command
from .cli_input import Input
from .cli_root import group

if TYPE_CHECKING:
    from .console import Screen

link = group("link")

Token = Annotated[str, typer.Argument(metavar="TOKEN")]


@command(link, "show")
def show_link(call: Call, token: Token) -> None:
    """What a personal link is about, and what it allows now; nothing happens."""
    from .case_documents import offer_document  # noqa: PLC0415  # loads the engine
    from .case_page import show_offers  # noqa: PLC0415  # as above
    from .links import look  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        seen = look(workflow, token)
        until = seen.claim.until.astimezone(workflow.directory.town(seen.case.body).zone)
        answer = {
            "case": seen.case.id,
            "person": seen.claim.person,
            "until": seen.claim.until,
            "state": seen.case.state,
            "state_label": seen.state,
            "events": [offer_document(one) for one in seen.offers],
        }

        def page(screen: "Screen") -> None:
            kind, state = (text.in_(screen.lang) for text in (seen.label, seen.state))
            screen.say("link_shown", kind=kind, name=seen.name, state=state, until=screen.shown(until))
            show_offers(screen, list(seen.offers), acting=True, fields=True)

        call.tell(answer, page)


@command(link, "use")
def use_link(
    call: Call,
    token: Token,
    event: Annotated[str, typer.Argument(metavar="EVENT")],
    *,
    settings: Annotated[list[str] | None, typer.Option("--set", "-s", metavar="FIELD=VALUE")] = None,
    data: Annotated[str | None, typer.Option("--data", metavar="JSON|@FILE")] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="TEXT")] = None,
) -> None:
    """Make an event happen as the person whom the link names."""
    from .links import linked_event, look, use  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        seen = look(workflow, token)
        fields = linked_event(workflow, seen.case, event).ask
        given = Input(workflow, seen.case.body, fields, workflow.reader(seen.case.body, seen.claim.person))
        values = given.read(settings or (), data)
        if given.files:
            raise InvalidInputError("link_files")
        fired = use(workflow, token, event, values, key)
        lifecycle = workflow.lifecycle(fired.case.lifecycle, fired.case.lifecycle_version)
        state = lifecycle.states[fired.case.state].label
        answer = {"case": fired.case.id, "event": event, "state": fired.case.state, "state_label": state}
        call.tell(
            answer | {"replayed": fired.replayed},
            lambda screen: screen.say(
                "link_used", label=lifecycle.events[event].label.in_(screen.lang), state=state.in_(screen.lang)
            ),
        )
