"""``vorgang outbox``: the messages, and what people may do with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError
from ..config.text import Text
from ..notifications.statuses import LABELS, listed, status_of
from .case_page import short
from .cli_call import Call, command, only_body
from .cli_reference import require_id
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from ..notifications.outbox import Outbox
    from ..states.database import Database
    from .console import Screen

outbox = group("outbox")

Message = Annotated[str | None, typer.Argument(metavar="MESSAGE")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS")]
_POSSIBLE = Text("möglich sind", "possible are")
All = Annotated[bool, typer.Option("--all")]


@contextmanager
def _opened(call: Call) -> "Iterator[Outbox]":
    from ..notifications.outbox import Outbox  # noqa: PLC0415  # loads the database library

    with call.database() as database:
        yield Outbox(database)


@command(outbox, "list")
def list_messages(
    call: Call,
    *,
    status: Annotated[str | None, typer.Option("--status", metavar="STATUS")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, metavar="N")] = 50,
    before: Annotated[str | None, typer.Option("--before", metavar="ID")] = None,
) -> None:
    """The messages, the newest first."""
    from ..notifications.outbox import Outbox, Wanted  # noqa: PLC0415  # as above
    from ..states.survey import zones  # noqa: PLC0415  # as above

    require_id("--before", before)
    wanted = _status(status) if status is not None else None
    with call.database() as database:
        messages = Outbox(database)
        found = messages.entries(Wanted(status=wanted, body=call.body, limit=limit, before=before))
        counts = messages.counts()
        with database.reading() as connection:
            local = zones(connection)

    def show(screen: "Screen") -> None:
        rows = (
            [
                one.created_at.astimezone(local[one.body]),
                one.recipient,
                one.template,
                LABELS[one.status].in_(call.lang),
                one.attempts,
                one.error and short(one.error),
                one.id,
            ]
            for one in found
        )
        screen.rows(("at", "recipient", "template", "status", "attempts", "error", "id"), rows, empty="no_mails")
        screen.line(", ".join(f"{count} {LABELS[name].in_(call.lang)}" for name, count in counts.items()), style="dim")

    call.tell({"messages": list(found), "counts": counts}, show)


def _status(given: str) -> str:
    found = status_of(given)
    if found is None:
        known = Text(*(f"{head}: {words}" for head, words in zip(_POSSIBLE, listed(LABELS), strict=True)))
        raise InvalidInputError(
            "cli_parameter_wrong", parameter="--status", detail=known, command="vorgang outbox list"
        )
    return found


@command(outbox, "retry")
def retry(call: Call, message: Message = None, *, every: All = False) -> None:
    """Try dead or deferred messages again at once."""
    from ..config.clock import SystemClock  # noqa: PLC0415  # as above

    now = SystemClock().now()
    _change(call, "outbox_retried", _one_or_all(message, every=every), lambda box, one: box.retry(now, one))


@command(outbox, "hold")
def hold(call: Call, message: Message = None, *, every: All = False) -> None:
    """Keep messages from being sent."""
    _change(call, "outbox_held", _one_or_all(message, every=every), lambda box, one: box.hold(one))


@command(outbox, "release")
def release(call: Call, message: Message = None, *, every: All = False) -> None:
    """Let held messages go."""
    _change(call, "outbox_released", _one_or_all(message, every=every), lambda box, one: box.release(one))


def _one_or_all(message: str | None, *, every: bool) -> str | None:
    if (message is None) != every:
        raise InvalidInputError("cli_message_or_all")
    return message


def _change(call: Call, key: str, message: str | None, change: "Callable[[Outbox, str | None], int]") -> None:
    with _opened(call) as messages:
        count = change(messages, message)
    call.tell({"changed": count}, lambda screen: screen.say(key, messages=counted(count, "messages", call.lang)))


@command(outbox, "suppress")
def suppress(
    call: Call, address: Address, *, note: Annotated[str, typer.Option("--reason", metavar="TEXT")] = ""
) -> None:
    """Write to an address no more."""
    from ..config.clock import SystemClock  # noqa: PLC0415  # as above
    from ..notifications.suppression import Suppressed, Suppressions  # noqa: PLC0415  # as above
    from ..states.survey import zone_of_all  # noqa: PLC0415  # as above

    with call.database() as database:
        entry = Suppressed(_body(call, database), address, note.strip(), SystemClock().now())
        before = Suppressions(database).add(entry)
        with database.reading() as connection:
            zone = zone_of_all(connection)
    if before is None:
        call.tell({"new": True}, lambda screen: screen.say("suppressed", address=address))
        return
    key = "suppressed_anew" if entry.reason not in ("", before.reason) else "suppressed_already"
    reasons = {"reason": entry.reason or before.reason, "reason_before": before.reason}
    since = before.since.astimezone(zone).date()
    answer = {"new": False, "since": before.since, **reasons}
    call.tell(answer, lambda screen: screen.say(key, address=address, since=screen.shown(since), **reasons))


@command(outbox, "unsuppress")
def unsuppress(call: Call, address: Address) -> None:
    """Write to an address again."""
    from ..notifications.suppression import Suppressions  # noqa: PLC0415  # as above

    with call.database() as database:
        Suppressions(database).remove(_body(call, database), address)
    call.tell({"removed": True}, lambda screen: screen.say("unsuppressed", address=address))


@command(outbox, "suppressed")
def suppressed(call: Call) -> None:
    """The addresses that are not written to."""
    from ..notifications.suppression import Suppressions  # noqa: PLC0415  # as above
    from ..states.survey import zones  # noqa: PLC0415  # as above

    with call.database() as database:
        found = Suppressions(database).entries(call.body)
        with database.reading() as connection:
            local = zones(connection)

    def show(screen: "Screen") -> None:
        rows = ([one.since.astimezone(local[one.body]), one.address, one.reason, one.body] for one in found)
        screen.rows(("at", "recipient", "error", "body"), rows, empty="no_suppressed")

    call.tell({"addresses": list(found)}, show)


def _body(call: Call, database: "Database") -> str:
    """The municipality meant: the one named, else the only one there is."""
    from ..states.survey import bodies  # noqa: PLC0415  # as above

    if call.body is not None:
        return call.body
    with database.reading() as connection:
        return only_body([key for key, _ in bodies(connection)])
