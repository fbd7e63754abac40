"""``vorgang init``: make a municipality ready for work, and the profile that ``vorgang db profile`` reads in, too."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from .cli_call import Call, command
from .cli_errors import finding_lines, findings_document, told
from .cli_root import app
from .wording import counted

if TYPE_CHECKING:
    from .console import Screen


class ReadIn(NamedTuple):
    """A profile that was read in: as JSON, and for people."""

    answer: dict[str, object]
    show: "Callable[[Screen], None]"


@command(app, "init")
def init(call: Call, *, profile: Annotated[str, typer.Option("--profile", metavar="NAME|FILE")]) -> None:
    """Make the database, or bring it up to date, and read the profile in; safe to repeat."""
    from ..states.migrate import upgrade  # noqa: PLC0415  # loads the database library
    from .checking import profile_meant  # noqa: PLC0415  # as above
    from .installation import opened_database  # noqa: PLC0415  # as above

    profile_meant(call.settings, profile)  # a wrong profile leaves no empty database
    with opened_database(call.settings, create=True) as database:
        done = upgrade(database)
        url = database.url.render_as_string(hide_password=True)
    read = read_in(call, profile)

    def show(screen: "Screen") -> None:
        key = "db_current" if done.before == done.after else "db_upgraded"
        screen.say(key, before=done.before or "–", after=done.after)
        read.show(screen)
        screen.say("init_next")

    call.tell({"database": {"url": url, **done._asdict()}, **read.answer}, show)


def read_in(call: Call, name: str) -> ReadIn:
    """Read the profile of that name, or in that file, into the master data. Errors as in `profile_meant`."""
    from ..notifications.recipients import unreachable  # noqa: PLC0415  # as above
    from .checking import profile_meant  # noqa: PLC0415  # as above
    from .master_data import import_profile  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        chosen = profile_meant(call.settings, name)
        notices = import_profile(workflow, chosen)
    wrong = list(unreachable([*chosen.organizations, *chosen.persons]))
    answer: dict[str, Any] = {
        "body": chosen.key,
        "name": chosen.name,
        "rules": chosen.rules,
        "organizations": len(chosen.organizations),
        "persons": len(chosen.persons),
        "unreachable": [told(one) for one in wrong],
        "notices": findings_document(notices),
    }
    counts = {
        **answer,
        "organizations": counted(len(chosen.organizations), "organizations", call.lang),
        "persons": counted(len(chosen.persons), "persons", call.lang),
    }

    def show(screen: "Screen") -> None:
        screen.line(call.say("profile_read", **counts))
        for one in wrong:
            screen.line(one.text(call.lang), style="yellow")
            screen.line(f"→ {one.remedy(call.lang)}", indent=2)
        for notice in notices:
            for line in finding_lines(notice, call.lang):
                screen.line(line, style="yellow")

    return ReadIn(answer, show)
