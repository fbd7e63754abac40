"""``vorgang run``: the process that reminds and delivers."""

import logging
import sys
from typing import Annotated

import typer

from .cli_call import Call, command
from .cli_root import app


@command(app, "run")
def run(call: Call, *, once: Annotated[bool, typer.Option("--once")] = False) -> None:
    """Remind and deliver until it is stopped."""
    from .office import Office  # noqa: PLC0415  # loads everything

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    told: list[dict[str, object]] = []
    with call.workflow() as workflow:
        office = Office(workflow, call.settings)
        if once:
            told = [dict(one._asdict()) for one in office.work()]
        else:
            sys.stderr.write(call.say("run_started") + "\n")
            office.run_forever()
    key = "run_once" if once else "run_stopped"
    call.tell({"stopped": True, "told": told}, lambda screen: screen.say(key, count=len(told)))
