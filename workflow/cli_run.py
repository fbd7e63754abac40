"""``vorgang run``: the process that reminds and delivers."""

import logging
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from ..config.errors import DeliveryError
from .cli_call import Call, command
from .cli_errors import debugging
from .cli_root import app
from .wording import counted

if TYPE_CHECKING:
    from .console import Screen
    from .office import Office


@command(app, "run")
def run(call: Call, *, once: Annotated[bool, typer.Option("--once")] = False) -> None:
    """Remind and deliver until it is stopped."""
    from ..notifications.delivery import FATES  # noqa: PLC0415  # as below
    from .office import Office  # noqa: PLC0415  # loads everything

    # A service writes its log; whoever runs it once is told what was done in the words of the command.
    level = logging.INFO if not once or debugging() else logging.ERROR
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # A message that is given up is counted in the answer, and becomes a task that says why.
    logging.getLogger(FATES).setLevel(logging.NOTSET if level == logging.INFO else logging.CRITICAL)
    with call.workflow() as workflow:
        office = Office(workflow, call.settings)
        if once:
            _once(call, office)
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


def _once(call: Call, office: "Office") -> None:
    """What is due now; the exit code tells whether all of it could be done."""
    done = office.run_once()
    mails = done.mails

    def show(screen: "Screen") -> None:
        told = {
            "cases": counted(done.reminded.ticked, "cases", call.lang),
            "mails": counted(mails.sent, "mails", call.lang),
        }
        screen.say(
            "run_once", **told, deferred=mails.deferred, dead=mails.dead, tasks=counted(done.tasks, "cases", call.lang)
        )

    call.tell(done._asdict(), show)
    if mails.deferred or mails.dead or done.reminded.failed or done.failed:
        raise typer.Exit(DeliveryError.exit_code)
