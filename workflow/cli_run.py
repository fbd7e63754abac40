"""``vorgang run``: the process that reminds and delivers."""

import logging
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import DeliveryError
from .cli_call import Call, command
from .cli_root import app
from .wording import counted

if TYPE_CHECKING:
    from .console import Screen
    from .office import Office
    from .workflow import Workflow


@command(app, "run")
def run(call: Call, *, once: Annotated[bool, typer.Option("--once")] = False) -> None:
    """Remind and deliver until it is stopped."""
    from .office import Office  # noqa: PLC0415  # loads everything

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with call.workflow() as workflow:
        office = Office(workflow, call.settings)
        if once:
            _once(call, workflow, office)
        else:
            _for_ever(call, office)
            call.tell({"stopped": True}, lambda screen: screen.say("run_stopped"))


def _for_ever(call: Call, office: "Office") -> None:
    """Until a signal comes; one that comes before the scheduler listens ends it as cleanly."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.stderr.write(call.say("run_started") + "\n")
        office.run_forever()
    except KeyboardInterrupt:
        logging.getLogger("vorgang").info("stopped before it began")
    finally:
        signal.signal(signal.SIGTERM, before)


def _once(call: Call, workflow: "Workflow", office: "Office") -> None:
    """What is due now; the exit code tells whether all mails could be delivered."""
    from ..notifications.reminders import scan_deadlines  # noqa: PLC0415  # loads the engine

    reminded = scan_deadlines(workflow.database, workflow.engine, workflow.clock)
    mails = office.post_office.drain()
    waiting = mails.deferred + mails.dead

    def show(screen: "Screen") -> None:
        told = {"cases": counted(reminded.ticked, "cases", call.lang), "mails": counted(mails.sent, "mails", call.lang)}
        screen.say("run_once", **told, deferred=mails.deferred, dead=mails.dead)

    call.tell({"reminded": reminded, "mails": mails}, show)
    if waiting or reminded.failed:
        raise typer.Exit(DeliveryError.exit_code)
