"""Files that come with an event: kept in the same transaction, so that a refused event leaves nothing behind."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import Session

from ..states.engine import Fired
from ..states.files import StoredFile, keep_file
from .joined import Joined
from .workflow import Workflow


class NewFile(NamedTuple):
    """A file that somebody hands in."""

    name: str
    media_type: str
    content: bytes

    @property
    def stored(self) -> StoredFile:
        """What an event says of it."""
        return StoredFile(self.name, self.media_type, sha256(self.content).hexdigest(), len(self.content))


class Carried(NamedTuple):
    """The files of one event in a body; `key`: the idempotency key of the call."""

    body: str
    files: Sequence[NewFile] = ()
    key: str | None = None


def with_files(workflow: Workflow, carried: Carried, act: Callable[[Workflow | Joined], Fired]) -> Fired:
    """What `act` makes happen, its files kept with it: both, or neither.

    Raises:
        InvalidInputError: a file is too large. Others as in `Workflow.fire`.
    """
    if not carried.files:
        return act(workflow)

    def work(session: Session, joined: Joined) -> Fired:
        _keep(session.connection(), workflow, carried)
        return act(joined)

    return workflow.engine.keyed([carried.key], lambda: workflow.together(work))


def keep_each(workflow: Workflow, carried: Carried) -> None:
    """Keep files for something that happens later. Errors as in `with_files`."""
    if carried.files:
        with workflow.database.writing() as connection:
            _keep(connection, workflow, carried)


def _keep(connection: Connection, workflow: Workflow, carried: Carried) -> None:
    for file in carried.files:
        keep_file(connection, carried.body, file, workflow.clock.now())
