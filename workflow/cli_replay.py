"""``vorgang demo``, and how a scenario is played under a virtual clock."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from .cli_call import Call, command
from .cli_root import app

if TYPE_CHECKING:
    from ..config.settings import Settings
    from .console import Screen
    from .outlook import Outlook
    from .scenario_files import Scenario

DEMO = "kartal"


@command(app, "demo")
def demo(
    call: Call,
    *,
    played: Annotated[str, typer.Option("--scenario", metavar="NAME")] = DEMO,
    listed: Annotated[bool, typer.Option("--list")] = False,
    folder: Annotated[Path, typer.Option("--dir", metavar="FOLDER")] = Path("var/demo"),
) -> None:
    """Play a real case, that of Kartal unless another is named, with what is shipped."""
    from .scenario_files import shipped_scenario  # noqa: PLC0415  # not before it is needed

    call.refuse("database", "body", "person")
    if listed:
        _list(call)
        return
    shipped = {"lifecycles": (), "rules": (), "profiles": (), "templates": (), "sender": None}
    replay(call, shipped_scenario(played), Place(folder), call.settings.model_copy(update=shipped))


def _list(call: Call) -> None:
    """The scenarios that are shipped."""
    from .scenario_files import shipped_scenario, shipped_scenarios  # noqa: PLC0415  # as above

    found = [shipped_scenario(name) for name in shipped_scenarios()]

    def show(screen: "Screen") -> None:
        screen.rows(("name", "label"), ([one.id, one.title.in_(call.lang)] for one in found))

    call.tell({"scenarios": [{"id": one.id, "title": one.title, "profile": one.profile} for one in found]}, show)


class Place(NamedTuple):
    """Where a scenario is played: a folder, cleared before; the database there, or an empty one at the address `on`."""

    path: Path
    on: str | None = None


class Ending(NamedTuple):
    """What is told of the time after the last step: for programs, and for people."""

    document: "Callable[[Outlook], dict[str, Any]]"
    show: "Callable[[Outlook], None]"


def replay(
    call: Call, scenario: "Scenario", place: Place, settings: "Settings", *, ending: Ending | None = None
) -> None:
    """Play `scenario` at `place`; exit code 1 if the log does not verify."""
    from .demo import outlook_of, play, prepared  # noqa: PLC0415  # loads everything
    from .demo_folder import clean_folder  # noqa: PLC0415  # as above
    from .demo_papers import leave_papers  # noqa: PLC0415  # as above
    from .scenario_check import check_scenario  # noqa: PLC0415  # as above

    spoken = settings.model_copy(update={"lang": call.lang})
    check_scenario(spoken, scenario)
    with clean_folder(place.path) as folder, prepared(scenario, folder, spoken, on=place.on) as stage:
        if call.as_json:
            report = play(stage, folder, lambda _happened: None)
            files = [str(path) for path in leave_papers(stage, folder)]
            more = ending.document(outlook_of(stage)) if ending else {}
            call.tell({**report.document, "files": files, **more}, lambda _screen: None)
        else:
            from .console import Screen  # noqa: PLC0415  # Rich takes a tenth of a second to import
            from .demo_page import show_files, show_report, timeline  # noqa: PLC0415  # as above

            screen = Screen(call.lang)
            with timeline(screen, stage) as show:
                report = play(stage, folder, show)
            show_report(screen, stage, report)
            show_files(screen, stage, folder, leave_papers(stage, folder))
            if ending:
                ending.show(outlook_of(stage))
    if not report.audit.ok:
        raise typer.Exit(1)
