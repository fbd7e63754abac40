"""``vorgang demo`` and ``vorgang simulate``: play a scenario under a virtual clock."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_call import Call, command
from .cli_root import app

if TYPE_CHECKING:
    from ..config.settings import Settings
    from .scenario_files import Scenario

DEMO = "kartal"


@command(app, "demo")
def demo(call: Call, *, folder: Annotated[Path, typer.Option("--dir", metavar="FOLDER")] = Path("var/demo")) -> None:
    """Play the case of Kartal with what is shipped."""
    from .scenario_files import shipped_scenario  # noqa: PLC0415  # not before it is needed

    call.refuse("database", "body", "person")
    shipped = {"lifecycles": (), "rules": (), "profiles": (), "templates": (), "sender": None}
    replay(call, shipped_scenario(DEMO), folder, call.settings.model_copy(update=shipped))


@command(app, "simulate")
def simulate(
    call: Call,
    scenario: Annotated[str, typer.Argument(metavar="FILE|NAME")],
    *,
    folder: Annotated[Path | None, typer.Option("--dir", metavar="FOLDER")] = None,
) -> None:
    """Play a scenario with the files of the installation."""
    from .scenario_files import load_scenario, shipped_scenario  # noqa: PLC0415  # as above

    call.refuse("body", "person")
    path = Path(scenario)
    chosen = load_scenario(path) if path.suffix == ".toml" or path.is_file() else shipped_scenario(scenario)
    place = folder or Path("var/simulate") / re.sub(r"[^A-Za-z0-9_-]+", "-", chosen.id)
    replay(call, chosen, place, call.settings, on=call.settings.database_url if "database" in call.typed else None)


def replay(call: Call, scenario: "Scenario", path: Path, settings: "Settings", *, on: str | None = None) -> None:
    """Play `scenario` in the folder at `path`, cleared before; exit code 1 if the log does not verify.

    The database is a new one in the folder, or the one at the address `on`, which must have no case yet.
    """
    from .demo import play, prepared  # noqa: PLC0415  # loads everything
    from .demo_folder import clean_folder  # noqa: PLC0415  # as above
    from .scenario_check import check_scenario  # noqa: PLC0415  # as above

    spoken = settings.model_copy(update={"lang": call.lang})
    check_scenario(spoken, scenario)
    with clean_folder(path) as folder, prepared(scenario, folder, spoken, on=on) as stage:
        if call.as_json:
            report = play(stage, folder, lambda _happened: None)
            call.tell(report.document, lambda _screen: None)
        else:
            from .console import Screen  # noqa: PLC0415  # Rich takes a tenth of a second to import
            from .demo_page import show_report, timeline  # noqa: PLC0415  # as above

            screen = Screen(call.lang)
            with timeline(screen, stage) as show:
                report = play(stage, folder, show)
            show_report(screen, stage, report, folder)
    if not report.audit.ok:
        raise typer.Exit(1)
