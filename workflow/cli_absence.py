"""``vorgang absence``: who is away when, and who stands in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_call import Call, command
from .cli_input import day_given
from .cli_root import group

if TYPE_CHECKING:
    from ..states.absences import Entry
    from .console import Screen

absence = group("absence")

_COLUMNS = ("party", "from", "until", "deputy", "id")


@command(absence, "add")
def add(
    call: Call,
    absent: Annotated[str, typer.Argument(metavar="PERSON")],
    *,
    first: Annotated[str, typer.Option("--from", metavar="DAY")],
    last: Annotated[str, typer.Option("--until", metavar="DAY")],
    deputy: Annotated[str | None, typer.Option("--deputy", metavar="PERSON")] = None,
) -> None:
    """Enter an absence."""
    from .absences import Away, enter  # noqa: PLC0415  # loads the database library

    away = Away(absent, day_given("--from", first), day_given("--until", last), deputy)
    with call.workflow() as workflow:
        body = call.body_in(workflow)
        entry = enter(workflow, body, away, call.actor_in(workflow, body))
    call.tell(entry._asdict(), lambda screen: _show([entry], screen))


@command(absence, "list")
def list_absences(call: Call) -> None:
    """The present and future absences."""
    from .absences import listed  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        found = listed(workflow, call.body_in(workflow))
    call.tell({"absences": [one._asdict() for one in found]}, lambda screen: _show(found, screen))


@command(absence, "remove")
def remove_absence(call: Call, absence_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Take an absence away again."""
    from .absences import remove  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        body = call.body_in(workflow)
        remove(workflow, body, absence_id, call.actor_in(workflow, body))
    call.tell({"removed": absence_id}, lambda screen: screen.say("absence_removed"))


def _show(found: "Sequence[Entry]", screen: "Screen") -> None:
    rows = [(one.person_key, one.first_day, one.last_day, one.deputy_key, one.id) for one in found]
    screen.rows(_COLUMNS, rows, empty="absence_none")
