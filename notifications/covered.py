"""What a task covers: a message that reached nobody, as long as the task is open. Every statement about that.

Tried again and given up again, a message is covered by the same task, so the office has one thing to clear up. Once
everything that a task covers has been delivered after all (or is no longer true), nothing is left to clear up, and the
engine closes it. Found by "sent, and covered by a task", never by the delivery itself: a process that dies in between
leaves no task that goes on reminding.
"""

import logging
from typing import Any, Protocol

from sqlalchemy import Connection, or_, select, text, update

from ..config.errors import StoreError, VorgangError
from ..states.database import Database
from ..states.decide import ENGINE
from ..states.step import Actor, Facts
from ..states.tables import COVERED, CaseRow, MessageRow, table_of
from .undeliverable import DOUBTED, LIFECYCLE

log = logging.getLogger("vorgang.mail")

#: The event that closes a task, what it says of how it was cleared up, and the note that goes with it.
EVENT, RESULT = "erledigen", "erneut_zugestellt"
NOTE = "von selbst geschlossen: die Nachricht ist doch noch zugestellt worden"

_message, _case = table_of(MessageRow), table_of(CaseRow)
_covered = text(f"({COVERED})")  # as the index says it
_of_no_task = select(_case.c.id).where(_case.c.id == _message.c.case_id, _case.c.lifecycle != LIFECYCLE).exists()
_SETTLED = (_message.c.status == "cancelled") | ((_message.c.status == "sent") & ~DOUBTED)


class Fires(Protocol):
    """Who fires events: a workflow, so that the hooks of its host run as for any event."""

    def fire(self, case_id: str, event: str, *, actor: Actor, data: Facts) -> object:  # as Workflow.fire
        """Fire an event on a case."""
        ...


def forget_closed_task(connection: Connection, mail: str) -> None:
    """What was told in a mail, and has just reached nobody once more, is covered only by a task that is still open."""
    told = or_(_message.c.id == mail, _message.c.bundle_id == mail)
    closed = select(_case.c.id).where(_case.c.id == _message.c.task_id, _case.c.closed_at.is_not(None)).exists()
    connection.execute(update(_message).where(told, _covered, closed).values(task_id=None))


def close_tasks(database: Database, fires: Fires) -> int:
    """Close each task of which everything has been delivered after all; one that fails stops no other. How many.

    Raises:
        StoreError: the database cannot be used.
    """
    closed = 0
    for task in _delivered(database):
        try:
            fires.fire(task, EVENT, actor=ENGINE, data={"ergebnis": RESULT, "vermerk": NOTE})
            closed += 1
        except StoreError:
            raise
        except VorgangError as error:  # closed by hand meanwhile, or of a lifecycle that leaves it to people
            log.info("task %s is not closed by itself: %s", task, error)
        _uncover(database, task)
    return closed


def _delivered(database: Database) -> list[str]:
    """The tasks that cover something delivered, and nothing that is not."""
    arrived = select(_message.c.task_id).where(_covered, _message.c.status == "sent", ~DOUBTED, _of_no_task).distinct()
    with database.reading() as connection:
        tasks: list[Any] = list(connection.execute(arrived.order_by(_message.c.task_id)).scalars())
        if not tasks:
            return []
        left = select(_message.c.task_id).where(_covered, _message.c.task_id.in_(tasks), ~_SETTLED, _of_no_task)
        open_still = set(connection.execute(left).scalars())
    return [task for task in tasks if task not in open_still]


def _uncover(database: Database, task: str) -> None:
    """What was delivered needs no task, and is not looked at again."""
    done = update(_message).where(_covered, _message.c.task_id == task, _SETTLED)
    with database.writing() as connection:
        connection.execute(done.values(task_id=None))
