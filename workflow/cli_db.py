"""``vorgang db``: prepare the database, check it, read in the municipality."""

from typing import TYPE_CHECKING, Annotated

import typer

from .cli_call import Call, command
from .cli_init import read_in
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from .console import Screen

db = group("db")


@command(db, "upgrade")
def upgrade(call: Call) -> None:
    """Bring the tables up to date; safe to repeat."""
    from ..states.migrate import upgrade as migrate  # noqa: PLC0415  # loads the database library
    from .installation import opened_database  # noqa: PLC0415  # as above

    with opened_database(call.settings, create=True) as database:
        done = migrate(database)
    key = "db_current" if done.before == done.after else "db_upgraded"
    call.tell(done, lambda screen: screen.say(key, before=done.before or "–", after=done.after))


@command(db, "check")
def check(call: Call) -> None:
    """Whether the tables fit this program."""
    from ..states.migrate import check as compare  # noqa: PLC0415  # as above
    from .installation import opened_database  # noqa: PLC0415  # as above

    with opened_database(call.settings) as database:
        found = compare(database)

    def show(screen: "Screen") -> None:
        style = "green" if found.state == "current" else "red"
        screen.say(f"db_{found.state}", style=style, current=found.current or "–", head=found.head)
        for difference in found.differences:
            screen.line(f"– {difference}", indent=2)

    call.tell(found, show)
    if found.state != "current":
        raise typer.Exit(1)


@command(db, "reindex")
def reindex(call: Call) -> None:
    """Make the index of the search anew, from what the cases say."""
    from ..states.search_rebuild import reindex as rebuild  # noqa: PLC0415  # as above
    from .punctuality import make_anew  # noqa: PLC0415  # as above
    from .search_progress import progress  # noqa: PLC0415  # Rich takes a tenth of a second to import
    from .search_texts import TextReader  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        with progress(call.lang, shown=not call.as_json) as tell:
            done = rebuild(workflow.database, tell)
        with progress(call.lang, shown=not call.as_json) as tell:
            texts = TextReader(workflow.database, workflow.lifecycle, workflow.clock).read_all(tell)
        make_anew(workflow)
    answer = {"cases": done, "files": texts.read, "unreadable": texts.failed, "seconds": round(call.waited_s, 1)}

    def show(screen: "Screen") -> None:
        screen.say("db_reindexed", cases=counted(done, "cases", call.lang), files=texts.read, unreadable=texts.failed)

    call.tell(answer, show)


@command(db, "profile")
def profile(call: Call, name: Annotated[str, typer.Argument(metavar="NAME|FILE")]) -> None:
    """Read the profile of a municipality into the master data."""
    read = read_in(call, name)
    call.tell(read.answer, read.show)
