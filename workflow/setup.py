"""What a workflow is given when it is opened, and what a host's hook receives."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session

from ..config.clock import Clock
from ..states.database import Options
from ..states.registry import Registry
from ..states.step import Case, Facts


class HookContext(NamedTuple):
    """What a hook gets, inside the transaction of the event: a session to write with, and what happened.

    The hook must neither commit nor roll back; if it raises, the event has not happened.
    """

    session: Session
    case: Case
    event: str
    source: str | None
    data: Facts


Hook = Callable[[HookContext], None]


class Setup(NamedTuple):
    """What a workflow may be given beside its database; the defaults are those of an installation."""

    clock: Clock | None = None
    registry: Registry | None = None
    #: Folders of the municipality with lifecycles and rule sets of its own.
    lifecycles: Sequence[Path] = ()
    rules: Sequence[Path] = ()
    options: Options | None = None
    #: Bring the tables up to date first (a demo, a test, an embedded SQLite file).
    upgrade: bool = False
    #: Called after each commit of an event, to wake whoever delivers.
    wake: Callable[[], None] | None = None
