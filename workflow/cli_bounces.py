"""``vorgang bounces``: mails that came back."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import InvalidInputError
from .cli_call import Call, command
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from ..notifications.bounce_sources import Found
    from .console import Screen
    from .returns import Returned

bounces = group("bounces")


@command(bounces, "read")
def read(
    call: Call,
    mails: Annotated[list[Path] | None, typer.Argument(metavar="PATH")] = None,
    *,
    imap: Annotated[bool, typer.Option("--imap")] = False,
) -> None:
    """Read mails that came back, and note which message did not arrive."""
    from .office import Office  # noqa: PLC0415  # loads everything

    with call.workflow() as workflow:
        office = Office(workflow, call.settings)
        read_now = list(office.read_bounces(_found(call, mails or [], imap=imap)))
        tasks = office.report()

    def show(screen: "Screen") -> None:
        rows = [[one.name, call.say(f"bounce_{one.effect}"), one.address, one.reason, one.message] for one in read_now]
        screen.rows(("mail", "effect", "recipient", "error", "id"), rows, empty="no_mails")
        screen.say("bounces_read", mails=counted(len(read_now), "mails", call.lang), **_summary(call, read_now, tasks))

    call.tell({"mails": read_now, "tasks": tasks}, show)


def _found(call: Call, paths: list[Path], *, imap: bool) -> "Iterable[Found]":
    from ..notifications.bounce_imap import from_imap  # noqa: PLC0415  # loads the library
    from ..notifications.bounce_sources import from_paths  # noqa: PLC0415  # as above
    from .returns import account, is_set, unread  # noqa: PLC0415  # as above

    if imap:
        return from_imap(account(call.settings))
    if paths:
        return from_paths(paths)
    if not is_set(call.settings):
        raise InvalidInputError("bounce_nothing_named")
    return unread(call.settings)


def _summary(call: Call, read_now: "list[Returned]", tasks: int) -> dict[str, str]:
    effects = Counter(one.effect for one in read_now)
    return {
        "bounced": counted(effects["bounced"], "bounced", call.lang),
        "suppressed": counted(sum(one.suppressed for one in read_now), "suppressed", call.lang),
        "tasks": counted(tasks, "cases", call.lang),
    }


@command(bounces, "list")
def list_bounces(
    call: Call, *, limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, metavar="N")] = 50
) -> None:
    """The bounces that were read, the newest first."""
    from ..notifications.bounces import entries  # noqa: PLC0415  # loads the database library
    from ..states.survey import zones  # noqa: PLC0415  # as above

    with call.database() as database, database.reading() as connection:
        found = entries(connection, body=call.body, limit=limit)
        local = zones(connection)

    def show(screen: "Screen") -> None:
        rows = (
            [
                one.read_at.astimezone(local[one.body]),
                one.address or one.recipient,
                call.say("bounce_doubtful" if one.kind == "failed" and not one.proven else f"bounce_{one.kind}"),
                one.reason,
                one.message,
            ]
            for one in found
        )
        screen.rows(("at", "recipient", "effect", "error", "id"), rows, empty="no_bounces")

    call.tell({"bounces": list(found)}, show)
