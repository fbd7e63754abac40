"""``vorgang session``: schedule sessions, draw up agendas, invite, move, cancel, look at them."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..config.errors import InvalidInputError, NotFoundError
from .cli_call import Call, command
from .cli_input import day_given, plain_day
from .cli_reader import Public, reader_in
from .cli_root import group

if TYPE_CHECKING:  # the command line must answer --help before a database library is loaded
    from collections.abc import Sequence
    from datetime import date

    from ..config.text import Text
    from ..states.engine import Fired
    from ..states.session_queries import SessionRow
    from ..states.visibility import Reader
    from .console import Screen
    from .session_series import Planned
    from .sessions import Series
    from .workflow import Workflow

session = group("session")

Body = Annotated[str, typer.Argument(metavar="BODY")]
Words = Annotated[list[str], typer.Argument(metavar="SESSION")]
Begins = Annotated[str | None, typer.Option("--from", metavar="HH:MM")]
Ends = Annotated[str | None, typer.Option("--until", metavar="HH:MM")]
EndsOfSeries = Annotated[str | None, typer.Option("--ends", metavar="HH:MM")]
Place = Annotated[str | None, typer.Option("--place", metavar="TEXT")]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT")]
Closed = Annotated[bool, typer.Option("--closed")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT")]
ShortNotice = Annotated[str | None, typer.Option("--short-notice", metavar="TEXT")]
Yes = Annotated[bool, typer.Option("--yes", "-y")]


@command(session, "schedule")
def schedule(  # noqa: PLR0913  # one option per thing that may be said
    call: Call,
    organisation: Body,
    day: Annotated[str, typer.Argument(metavar="DAY")],
    *,
    begins: Begins = None,
    ends: Ends = None,
    place: Place = None,
    name: Name = None,
    closed: Closed = False,
) -> None:
    """Schedule a session of a body."""
    from .sessions import Where  # noqa: PLC0415  # loads the engine
    from .sessions import schedule as opened  # noqa: PLC0415  # as above

    on = day_given("DAY", day)
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        where = Where(_body(workflow, body, organisation), begins, ends, place, name, False if closed else None)
        fired = opened(workflow, body, call.actor_in(workflow, body), where, on)
        _told(call, workflow, fired, _remarks(workflow, body, on))


@command(session, "series")
def series(  # noqa: PLR0913  # as above
    call: Call,
    organisation: Body,
    *,
    first: Annotated[str, typer.Option("--first", metavar="DAY")],
    every: Annotated[str, typer.Option("--every", metavar="4w|monthly:2tue")],
    until: Annotated[str, typer.Option("--until", metavar="DAY")],
    begins: Begins = None,
    ends: EndsOfSeries = None,
    place: Place = None,
    name: Name = None,
    closed: Closed = False,
    skip_recess: Annotated[bool, typer.Option("--skip-recess")] = False,
    on_holiday: Annotated[Literal["move", "skip"], typer.Option("--on-holiday", metavar="move|skip")] = "move",
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    yes: Yes = False,
) -> None:
    """Schedule a series of sessions: all of them, or none."""
    from .session_series import Bad, planned, rhythm_of  # noqa: PLC0415  # loads the engine
    from .sessions import Series, Where  # noqa: PLC0415  # as above

    rhythm, start, end = rhythm_of(every), day_given("--first", first), day_given("--until", until)
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        where = Where(_body(workflow, body, organisation), begins, ends, place, name, False if closed else None)
        calendar = workflow.directory.town(body).rules_on(start).calendar
        days = planned(rhythm, start, end, calendar, Bad(on_holiday, skip_recess))
        if skip_recess and not calendar.recesses and not call.as_json:
            call.tell(None, lambda screen: screen.say("series_no_recess", style="yellow"))
        _series(call, workflow, Series(where, f"{every} {start}", days), dry_run=dry_run, yes=yes)


def _series(call: Call, workflow: "Workflow", wanted: "Series", *, dry_run: bool, yes: bool) -> None:
    """What is wrong is said before anybody is asked."""
    from .session_page import show_series  # noqa: PLC0415  # Rich takes a tenth of a second to import
    from .sessions import schedule_series  # noqa: PLC0415  # loads the engine

    body = call.body_in(workflow)
    actor = call.actor_in(workflow, body)
    schedule_series(workflow, body, actor, wanted, keep=False)
    if not call.as_json:
        call.tell(None, lambda screen: show_series(screen, wanted.days))
    count = sum(one.day is not None for one in wanted.days)
    if not dry_run:
        call.confirmed(call.say("session_series_question", count=count), yes=yes)
    done = [] if dry_run else schedule_series(workflow, body, actor, wanted)
    answer = {"days": [_planned(one) for one in wanted.days], "scheduled": [one.case.id for one in done]}
    said = "session_series_tried" if dry_run else "session_series_done"
    call.tell(answer, lambda screen: screen.say(said, count=count))


def _planned(one: "Planned") -> dict[str, Any]:
    return {"meant": one.meant, "day": one.day, "why": one.why}


@command(session, "list")
def list_sessions(  # one option per filter
    call: Call,
    *,
    organisation: Annotated[str | None, typer.Option("--body-key", metavar="BODY")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY")] = None,
    past: Annotated[bool, typer.Option("--past")] = False,
    public: Public = False,
) -> None:
    """The sessions of all bodies, from today on."""
    from ..states.session_queries import Wanted  # noqa: PLC0415  # loads the database library
    from .session_page import session_document, show_sessions  # noqa: PLC0415  # as above
    from .sessions import listed  # noqa: PLC0415  # loads the engine

    first, last = (day_given(name, day) if day else None for name, day in (("--from", since), ("--to", until)))
    with call.workflow() as workflow:
        body, reader = call.body_in(workflow), reader_in(call, workflow, public=public)
        if first is None and not past:
            first = workflow.today(body)
        key = _body(workflow, body, organisation) if organisation else None
        found = listed(workflow, Wanted(body, key, first, last), reader)
        answer = {"sessions": [session_document(workflow, one) for one in found]}
        call.tell(answer, lambda screen: show_sessions(screen, workflow, found))


@command(session, "show")
def show(call: Call, words: Words, *, public: Public = False) -> None:
    """A session with its agenda and the results."""
    from .session_page import agenda_document, show_agenda  # noqa: PLC0415  # as above
    from .sessions import agenda as agenda_seen  # noqa: PLC0415  # as above
    from .sessions import as_seen  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        meant = session_in(call, workflow, words, reader)
        view, seen = agenda_seen(workflow, meant, reader), as_seen(workflow, meant, reader)
        call.tell(
            {"session": seen.document, **agenda_document(view)},
            lambda screen: show_agenda(screen, workflow, seen, view),
        )


@command(session, "agenda")
def agenda(
    call: Call,
    words: Words,
    *,
    items: Annotated[list[str] | None, typer.Option("--item", metavar="TEXT")] = None,
    closed: Annotated[list[str] | None, typer.Option("--closed-item", metavar="TEXT")] = None,
    fix: Annotated[bool, typer.Option("--set")] = False,
    short_notice: ShortNotice = None,
) -> None:
    """Propose the agenda of a session, and with --set fix it."""
    from .reading_rights import require  # noqa: PLC0415  # loads the engine
    from .session_page import item_document, show_proposal  # noqa: PLC0415  # as above
    from .sessions import Free, items_of, proposal, set_agenda  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        reader = reader_in(call, workflow)
        meant = session_in(call, workflow, words, reader)
        require(workflow, meant.id, reader, asked=" ".join(words), everything=True)
        rows = proposal(workflow, meant, Free(tuple(items or ()), tuple(closed or ())))
        stands = rows == list(workflow.case(meant.id).case.facts.get("tagesordnung") or ())
        if fix:
            set_agenda(workflow, meant, rows, call.actor_in(workflow, meant.body), short_notice)
        listed, names = items_of(workflow, meant, rows), workflow.directory.town(meant.body).names
        answer = {"session": meant.id, "set": fix, "agenda": rows, "items": [item_document(one) for one in listed]}
        call.tell(answer, lambda screen: show_proposal(screen, listed, names, fixed=fix or stands))


@command(session, "invite")
def invite(call: Call, words: Words, *, short_notice: ShortNotice = None) -> None:
    """Invite the members of the body, with the agenda; once they are, those who have become one since."""
    from .sessions import invite as invited  # noqa: PLC0415  # loads the engine
    from .sessions import unreached  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        meant = session_in(call, workflow, words, reader_in(call, workflow))
        fired = invited(workflow, meant, call.actor_in(workflow, meant.body), short_notice)
        _told(call, workflow, fired, unreached(workflow, meant))


@command(session, "move")
def move(  # noqa: PLR0913  # as above
    call: Call,
    words: Words,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY")] = None,
    begins: Begins = None,
    ends: Ends = None,
    place: Place = None,
    reason: Reason = None,
    short_notice: ShortNotice = None,
) -> None:
    """Move a session to another day, time or place."""
    given = {"beginn": begins, "ende": ends, "ort": place, "grund": reason, "abgekuerzt_weil": short_notice}
    if to is None and not any((begins, ends, place)):
        raise InvalidInputError("session_move_what")
    _fire(call, words, "verlegen", {"tag": plain_day(to) if to else None, **given})


@command(session, "cancel")
def cancel(call: Call, words: Words, *, reason: Annotated[str, typer.Option("--reason", metavar="TEXT")]) -> None:
    """Cancel a session; what stands before it comes to the next."""
    _fire(call, words, "absagen", {"grund": reason})


@command(session, "held")
def held(
    call: Call, words: Words, *, present: Annotated[int | None, typer.Option("--present", min=0, metavar="N")] = None
) -> None:
    """Note that a session has taken place; once that is noted, correct how many were present."""
    from .sessions import held_event, members_missing  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        meant = session_in(call, workflow, words, reader_in(call, workflow))
        event = held_event(workflow, meant, corrects=present is not None)
        data = {} if present is None else {"anwesend": present}
        fired = workflow.fire(meant.id, event, actor=call.actor_in(workflow, meant.body), data=data)
        _told(call, workflow, fired, members_missing(workflow, meant, present or 0))


def session_in(call: Call, workflow: "Workflow", words: list[str], reader: "Reader | None") -> "SessionRow":
    """The session that all of `words` mean.

    Raises:
        NotFoundError: there is none, or none for this reader.
    """
    from .session_reference import session_meant  # noqa: PLC0415  # loads the engine

    found = session_meant(workflow, call.body_in(workflow), words, reader)
    if found.rest:
        raise NotFoundError("session_unknown", session=" ".join(words))
    return found.session


def _fire(call: Call, words: list[str], event: str, data: dict[str, Any]) -> None:
    from .sessions import session_row  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        meant = session_in(call, workflow, words, reader_in(call, workflow))
        given = {name: value for name, value in data.items() if value is not None}
        if event == "verlegen":
            given = {"tag": meant.day.isoformat(), **given}
        fired = workflow.fire(meant.id, event, actor=call.actor_in(workflow, meant.body), data=given)
        day = session_row(workflow, meant.id).day
        _told(call, workflow, fired, _remarks(workflow, meant.body, day) if day != meant.day else ())


def _remarks(workflow: "Workflow", body: str, day: "date") -> "Sequence[Text]":
    """What speaks against a session on a day that somebody has just named."""
    from .session_series import remarks  # noqa: PLC0415  # loads the engine

    today = workflow.today(body)
    return remarks(day, today, workflow.directory.town(body).rules_on(today).calendar)


def _told(call: Call, workflow: "Workflow", fired: "Fired", notes: "Sequence[Text]" = ()) -> None:
    from .session_page import show_done  # noqa: PLC0415  # Rich takes a tenth of a second to import
    from .sessions import as_seen, session_row  # noqa: PLC0415  # loads the engine

    found = as_seen(workflow, session_row(workflow, fired.case.id), reader_in(call, workflow))

    def page(screen: "Screen") -> None:
        show_done(screen, workflow, found, fired)
        screen.notes(notes)

    call.tell({"event": fired.event, "session": found.document, "notes": list(notes)}, page)


def _body(workflow: "Workflow", body: str, given: str) -> str:
    from .session_reference import bodies_of, organisation_meant  # noqa: PLC0415  # loads the engine

    town = workflow.directory.town(body)
    key = organisation_meant(town, given)
    if key is None:
        raise NotFoundError("session_body_unknown", given=given, known=", ".join(bodies_of(town)))
    return key
