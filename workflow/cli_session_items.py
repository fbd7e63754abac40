"""``vorgang session``: results of items, extracts of the minutes, the invitation as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError, NotFoundError
from .cli_call import Call, command
from .cli_input import plain_day
from .cli_out import Overwrite, PaperForm, form_of, put_out
from .cli_reader import Public, reader_in
from .cli_session import Closed, Words, session, session_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..config.text import Text
    from ..notifications.papers.printing import Printed
    from ..states.agendas import AgendaView, Item
    from ..states.amendments import Moved
    from ..states.engine import Fired
    from ..states.visibility import Reader
    from .console import Screen
    from .session_outcomes import Outcome
    from .workflow import Workflow

Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|FOLDER")]
Form = Annotated[PaperForm | None, typer.Option("--format", metavar="pdf|docx|html")]


@command(session, "urgent")
def urgent(  # noqa: PLR0913  # one option per thing that may be said
    call: Call,
    words: Words,
    *,
    paper: Annotated[str | None, typer.Option("--paper", metavar="NUMBER")] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT")] = None,
    because: Annotated[str, typer.Option("--because", "--reason", metavar="TEXT")],
    closed: Closed = False,
    yes: Annotated[int, typer.Option("--yes", min=0, metavar="N")],
    no: Annotated[int, typer.Option("--no", min=0, metavar="N")] = 0,
    abstain: Annotated[int | None, typer.Option("--abstain", min=0, metavar="N")] = None,
) -> None:
    """Put an urgent item on the agenda after the invitation."""
    from .session_page import agenda_document, show_agenda  # noqa: PLC0415  # Rich takes a tenth of a second to import
    from .session_urgency import Urgent, add_urgent  # noqa: PLC0415  # loads the engine
    from .sessions import agenda, as_seen  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow)
        meant = session_in(call, workflow, words, reader)
        wanted = Urgent(paper, title, because, closed, yes, no, abstain)
        add_urgent(workflow, meant, wanted, call.actor_in(workflow, meant.body))
        view, seen = agenda(workflow, meant, reader), as_seen(workflow, meant, reader)
        answer = {"session": seen.document, **agenda_document(view)}
        call.tell(answer, lambda screen: show_agenda(screen, workflow, seen, view))


@command(session, "result")
def result(  # noqa: PLR0913  # one option per thing that may be said
    call: Call,
    words: Annotated[list[str], typer.Argument(metavar="SESSION ITEM RESULT")],
    *,
    yes: Annotated[int | None, typer.Option("--yes", min=0, metavar="N")] = None,
    no: Annotated[int | None, typer.Option("--no", min=0, metavar="N")] = None,
    abstain: Annotated[int | None, typer.Option("--abstain", min=0, metavar="N")] = None,
    majority: Annotated[str | None, typer.Option("--majority", metavar="NAME")] = None,
    wording: Annotated[str | None, typer.Option("--wording", metavar="TEXT")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY|BODY")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY")] = None,
    minutes: Annotated[str | None, typer.Option("--minutes", metavar="TEXT")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
) -> None:
    """Enter what a body did with an item of its agenda."""
    from .amendment_results import amendment_meant, enter_amendment  # noqa: PLC0415  # loads the engine
    from .session_outcomes import outcome  # noqa: PLC0415  # as above
    from .session_results import Said, enter, result_meant  # noqa: PLC0415  # as above
    from .sessions import members_missing  # noqa: PLC0415  # as above

    named = result_meant(words[-1])
    said = Said(yes, no, abstain, wording, plain_day(to) if to else None, plain_day(on) if on else None)
    with call.workflow() as workflow:
        reader = reader_in(call, workflow)
        view, word = _view(call, workflow, words[:-1], reader)
        actor = call.actor_in(workflow, view.session.body)
        said = said._replace(minutes=minutes, reason=reason, majority=majority)
        notes = members_missing(workflow, view.session, said.cast)
        if (moved := amendment_meant(view, word)) is not None:
            _told_moved(call, workflow, moved, enter_amendment(workflow, view, moved, named, said, actor), notes)
            return
        item = _item_in(view, word)
        fired = enter(workflow, view, item, named, said, actor)
        _told(call, item, fired, outcome(workflow, view, fired, reader), notes)


def _told(call: Call, item: "Item", fired: "Fired", told: "Outcome", notes: "Sequence[Text]") -> None:
    answer = {
        "item": item.number,
        "consultation": item.stop and fired.case.id,
        "event": fired.event,
        "state": fired.target,
    }
    notes = [*notes, *told.notes]
    label = told.label.in_(call.lang)

    def show(screen: "Screen") -> None:
        screen.say("session_result_done", style="green", item=item.number, title=item.title or "–", state=label)
        screen.notes(notes)

    call.tell({**answer, "state_label": told.label, "notes": list(notes)}, show)


def _told_moved(call: Call, workflow: "Workflow", moved: "Moved", fired: "Fired", notes: "Sequence[Text]") -> None:
    from .case_page import lifecycle_of  # noqa: PLC0415  # loads the engine

    case = workflow.case(moved.id).case
    label = lifecycle_of(workflow, case).states[case.state].label
    answer = {"amendment": moved.id, "event": fired.event, "state": fired.target, "state_label": label}
    item = " ".join(one for one in (moved.kind.in_(call.lang), moved.number) if one)
    state = label.in_(call.lang)

    def show(screen: "Screen") -> None:
        screen.say("session_result_done", item=item, title=moved.subject, state=state)
        screen.notes(notes)

    call.tell({**answer, "notes": list(notes)}, show)


@command(session, "extract")
def extract(  # one option per property of the file
    call: Call,
    words: Annotated[list[str], typer.Argument(metavar="SESSION ITEM")],
    *,
    form: Form = None,
    public: Public = False,
    written_to: Out = None,
    over: Overwrite = False,
) -> None:
    """The extract of the minutes of one item, as a file."""
    from .session_papers import extract_of  # noqa: PLC0415  # loads the template library

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        view, item = _item(call, workflow, words, reader)
        printed = extract_of(workflow, (view, item), form_of(form, written_to), call.settings, reader=reader)
    _put(call, printed, written_to, over=over)


@command(session, "invitation")
def invitation(  # as above
    call: Call,
    words: Words,
    *,
    form: Form = None,
    public: Public = False,
    written_to: Out = None,
    over: Overwrite = False,
) -> None:
    """The invitation with the agenda as a file; its part that is not public for members only."""
    from .session_papers import invitation_of  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        meant = session_in(call, workflow, words, reader)
        printed = invitation_of(workflow, meant, form_of(form, written_to), call.settings, reader=reader)
    _put(call, printed, written_to, over=over)


def _item(call: Call, workflow: "Workflow", words: list[str], reader: "Reader | None") -> "tuple[AgendaView, Item]":
    view, word = _view(call, workflow, words, reader)
    return view, _item_in(view, word)


def _item_in(view: "AgendaView", word: str) -> "Item":
    from .session_results import item_meant  # noqa: PLC0415  # loads the engine

    item = item_meant(view, word)
    if item.title is None:
        raise NotFoundError("session_item_unknown", item=word, known="–")
    return item


def _view(call: Call, workflow: "Workflow", words: list[str], reader: "Reader | None") -> "tuple[AgendaView, str]":
    """The agenda of the session that words begin with, and the rest of them."""
    from .session_reference import session_meant  # noqa: PLC0415  # loads the engine
    from .sessions import agenda  # noqa: PLC0415  # as above

    if not words:
        raise InvalidInputError("session_call", usage="SESSION ITEM")
    found = session_meant(workflow, call.body_in(workflow), words, reader)
    if not found.rest:
        raise InvalidInputError("session_call", usage="ITEM")
    return agenda(workflow, found.session, reader), " ".join(found.rest)


def _put(call: Call, printed: "Printed", written_to: Path | None, *, over: bool) -> None:
    path = put_out(written_to or Path(), printed.file.name, printed.file.content, over=over)

    def show(screen: "Screen") -> None:
        screen.say("written", path=path)

    call.tell({"path": path, "name": printed.file.name, "media_type": printed.file.media_type}, show)
