"""What reached nobody becomes a task: a case of the council office, with a due date like any other.

Found by "dead or bounced, and without a task", never by the failure itself: a process that dies in between loses
nothing. The idempotency key of the task names the message and its last attempt, so two processes open it once.
"""

import logging
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from sqlalchemy import String, cast, literal, select, text

from ..config.errors import StoreError, VorgangError
from ..states.database import Database
from ..states.decide import ENGINE
from ..states.step import Actor, Facts
from ..states.tables import UNREACHED, CaseRow, KeyRow, MessageRow, table_of
from .outbox import ALONE

log = logging.getLogger("vorgang.mail")

#: The lifecycle of the task. That somebody could not be told of a task makes no further one.
LIFECYCLE = "zustellung"
#: How the idempotency key of a task begins.
TASKS = "unzustellbar:"
#: Messages read at once.
PAGE = 200

_message, _case, _key = table_of(MessageRow), table_of(CaseRow), table_of(KeyRow)
_unreached = text(f"({UNREACHED})")
_death = cast(_message.c.id, String).concat(":").concat(cast(_message.c.token, String))


class Unreached(NamedTuple):
    """A message that was given up, and whom and what it concerned."""

    id: str
    body: str
    case_id: str
    recipient: str
    template: str
    error: str | None
    #: The id with the token of the last lease: tried again and given up again, it is another failure.
    death: str


class Opens(Protocol):
    """Who opens cases: a workflow, so that the hooks of its host run as for any event."""

    def open_case(  # as Workflow.open_case
        self, lifecycle: str, *, body: str, actor: Actor, data: Facts, key: str, parent_id: str
    ) -> object:
        """Open a case that belongs to `parent_id`; with the same key nothing is done again."""
        ...


def report_undeliverable(database: Database, opens: Opens) -> int:
    """Open a task for each message that was given up and has none yet. Returns how many; one that fails stops no other.

    Raises:
        StoreError: the database cannot be used.
    """
    opened = 0
    for message in _every_without_task(database):
        data = {
            "empfaenger": message.recipient,
            "vorlage": message.template,
            "vorgang": message.case_id,
            "nachricht": message.id,
            "grund": message.error or "–",
        }
        key = TASKS + message.death
        try:
            opens.open_case(LIFECYCLE, body=message.body, actor=ENGINE, data=data, key=key, parent_id=message.case_id)
        except StoreError:
            raise
        except VorgangError as error:
            log.error("no task for message %s of case %s: %s", message.id, message.case_id, error)  # noqa: TRY400  # as it is each time
        else:
            opened += 1
    return opened


def _every_without_task(database: Database) -> Iterator[Unreached]:
    """All of them, page by page: one that can have no task does not hide those behind it."""
    after: str | None = None
    while page := _without_task(database, after):
        yield from page
        after = page[-1].id


def _without_task(database: Database, after: str | None) -> list[Unreached]:
    task = select(_key.c.key).where(_key.c.key == literal(TASKS).concat(_death)).exists()
    query = (
        select(*(_message.c[name] for name in Unreached._fields[:-1]), _death)
        .join(_case, _case.c.id == _message.c.case_id)
        .where(_unreached, _case.c.lifecycle != LIFECYCLE, ALONE, ~task)
        .order_by(_message.c.id)
        .limit(PAGE)
    )
    if after is not None:
        query = query.where(_message.c.id > after)
    with database.reading() as connection:
        return [Unreached._make(row) for row in connection.execute(query)]
