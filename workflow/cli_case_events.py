"""``vorgang case``: open cases and make things happen."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import ForbiddenError, InvalidInputError
from .case_documents import fired_document, offer_document
from .case_page import show_fired, show_offers, show_promises
from .cli_call import Call, command
from .cli_case import Reference, case, offers_for
from .cli_input import Input, plain_day
from .cli_reader import case_meant, reader_in

if TYPE_CHECKING:
    from ..states.engine import Fired
    from ..states.queries import CaseSummary
    from ..states.step import Facts
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
    from ..states.lifecycle import AUTOMATIC  # noqa: PLC0415  # loads the engine
    from .kept_files import Carried, with_files  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        body = call.body_in(workflow)
        opening = workflow.library.get(lifecycle, None).lifecycle.opening
        if set(opening.by) == {AUTOMATIC}:
            raise ForbiddenError("opens_by_itself", kind=lifecycle, ways=_ways_to(workflow, lifecycle))
        fields = opening.ask
        given = Input(workflow, body, fields, reader_in(call, workflow))
        values, actor = given.read(settings or (), data), call.actor_in(workflow, body)
        fired = with_files(
            workflow,
            Carried(body, given.files, key),
            lambda acting: acting.open_case(lifecycle, body=body, actor=actor, data=values, key=key),
        )
        _tell(call, workflow, fired)


def _ways_to(workflow: "Workflow", lifecycle: str) -> str:
    """The events by which other cases open one of that kind."""
    newest = workflow.library.newest.values()
    opened = ((one, child) for one in newest for child in one.children.values() if child.lifecycle == lifecycle)
    return "; ".join(f"{one.id}: {', '.join(child.opens_on)}" for one, child in opened) or "–"


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
    from ..states.step import Command  # noqa: PLC0415  # loads the engine
    from .draft_duties import duties  # noqa: PLC0415  # as above
    from .drafts import FILE_DRAFT, read_into  # noqa: PLC0415  # as above
    from .kept_files import Carried, with_files  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow)
        found = workflow.case(case_meant(call, workflow, reference, reader)).case
        lifecycle = workflow.library.get(found.lifecycle, found.lifecycle_version).lifecycle
        fields = lifecycle.events[event].ask if event in lifecycle.events else ()
        given = Input(workflow, found.body, fields, reader)
        typed = given.read(settings or (), data)
        said = {**_seen(call, workflow, found, event, typed), **typed}
        command = Command(found.id, event, call.actor_in(workflow, found.body), said)
        required = duties(call.settings, found) if event == FILE_DRAFT else ()
        command = read_into(workflow, command, given.files, required)
        fired = with_files(
            workflow,
            Carried(found.body, given.files, key),
            lambda acting: acting.fire(
                found.id, event, actor=command.actor, data=command.data, expected_version=expect, key=key
            ),
        )
        _tell(call, workflow, fired)


def _seen(call: Call, workflow: "Workflow", found: "CaseSummary", event: str, typed: "Facts") -> "Facts":
    """Who signs at a terminal is shown the draft and asked; who is not there says which one they have seen."""
    from .seen_drafts import shown_draft  # noqa: PLC0415  # loads the engine

    draft = shown_draft(workflow, found, event)
    if draft is None or draft.field in typed or not call.is_asked:
        return {}
    call.confirmed(call.say("sign_question", name=draft.name, sha=draft.sha256[:12], event=event), yes=False)
    return draft.said


@command(case, "events")
def events(call: Call, reference: Reference) -> None:
    """What can happen next, and what it asks for."""
    from .reading_rights import seen_view  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        reader = reader_in(call, workflow)
        seen = seen_view(workflow, case_meant(call, workflow, reference, reader), reader).seen
        found = seen.case
        offers = offers_for(call, workflow, found, everything=seen.everything)
        answer = {"case": found.id, "version": found.version, "events": [offer_document(one) for one in offers]}

        def page(screen: "Screen") -> None:
            if found.closed_at is not None:
                at = screen.shown(found.closed_at.astimezone(workflow.directory.town(found.body).zone))
                screen.say("case_closed", case=found.number or found.id, at=at)
            if offers or found.closed_at is None:
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
        reader = reader_in(call, workflow)
        view = workflow.case(case_meant(call, workflow, reference, reader))
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
    from .consultations import (  # noqa: PLC0415  # loads the engine
        gone_ahead,
        questionable,
        show_ahead,
        show_questionable,
    )
    from .promises import unentered_promises  # noqa: PLC0415  # as above
    from .reading_rights import seen_view, visible  # noqa: PLC0415  # as above

    case_id, reader = fired.case.id, reader_in(call, workflow)
    found = seen_view(workflow, case_id, reader) if visible(workflow, [case_id], reader) else None
    view, everything = (found.view, found.seen.everything) if found else (workflow.case(case_id), False)
    promises = unentered_promises(workflow, view) if everything else ()
    stops, ahead = questionable(workflow, fired, reader), gone_ahead(workflow, fired) if everything else None

    def page(screen: "Screen") -> None:
        show_fired(screen, workflow, view, fired, everything=everything)
        show_promises(screen, promises)
        show_questionable(screen, stops)
        show_ahead(screen, ahead)

    told = {
        "without_session": [one for one in stops if one.without_session],
        "decided_before": [one for one in stops if one.decided_on],
        "paper_ahead": ahead,
    }
    call.tell({**fired_document(found, fired, promises), **told}, page)
