"""What reached nobody, or perhaps nobody, becomes a task: a case of the council office, with a due date like any other.

A mail is one task, however many messages it told: the office has one thing to clear up, and the task names every case.
What becomes of the task is told by `covered`.
Found by "dead or bounced, and covered by no task", never by the failure itself: a process that dies in between loses
nothing. The idempotency key of the task names the mail and its last attempt, so two processes open it once.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select, text, update

from ..config.errors import StoreError, VorgangError
from ..states.database import Database
from ..states.decide import ENGINE
from ..states.mail_tables import BounceRow
from ..states.step import Actor, Case, Facts
from ..states.tables import UNREACHED, CaseRow, KeyRow, MessageRow, table_of

log = logging.getLogger("vorgang.mail")

#: The lifecycle of the task. That somebody could not be told of a task makes no further one.
LIFECYCLE = "zustellung"
#: How the idempotency key of a task begins.
TASKS = "unzustellbar:"
#: Messages read at once.
PAGE = 200

_message, _case, _key = table_of(MessageRow), table_of(CaseRow), table_of(KeyRow)
_bounce = table_of(BounceRow)
_uncovered = _message.c.task_id.is_(None)
_unreported = and_(text(f"({UNREACHED})"), _uncovered)  # as the index says it
#: A bounce that may be forged. Few are, so the messages are found from them and not by a walk over all that were sent.
_forgeable = (_bounce.c.kind == "failed", ~_bounce.c.proven)
_newest = (_bounce.c.message_id == _message.c.id, _bounce.c.token == _message.c.token)
#: One of them says that the newest delivery came back.
DOUBTED = (
    _message.c.id.in_(select(_bounce.c.message_id).where(*_forgeable))
    & select(_bounce.c.digest).where(*_newest, *_forgeable).exists()
)
_sent = (_message.c.status == "sent") & _uncovered
#: The message whose mail it was: that of the digest, or the message itself.
_mail = _message.alias("mail")
_DEATH = literal(TASKS).concat(cast(_mail.c.id, String)).concat(":").concat(cast(_mail.c.token, String))


class Unreached(NamedTuple):
    """A message that was given up, and whom and what it concerned."""

    id: str
    body: str
    case_id: str
    recipient: str
    template: str
    error: str | None
    bundle_id: str | None
    lifecycle: str
    #: The message whose mail told it, and the token of that one's last lease.
    mail: str
    token: int
    #: The idempotency key of its task: given up again after its task was closed, it is another failure.
    key: str
    #: The case opened under this key, if there is one already.
    task: str | None


class Opens(Protocol):
    """Who opens cases: a workflow, so that the hooks of its host run as for any event."""

    def open_case(  # as Workflow.open_case
        self, lifecycle: str, *, body: str, actor: Actor, data: Facts, key: str, parent_id: str
    ) -> "Opened":
        """Open a case that belongs to `parent_id`; with the same key nothing is done again."""
        ...


class Opened(Protocol):
    """What was opened."""

    @property
    def case(self) -> Case:
        """The case."""
        ...


def report_undeliverable(database: Database, opens: Opens) -> int:
    """Open a task for each mail that was given up and has none yet. Returns how many; one that fails stops no other.

    Raises:
        StoreError: the database cannot be used.
    """
    opened = 0
    for mail in _every_mail(database):
        try:
            task, is_new = _task(opens, mail)
        except StoreError:
            raise
        except VorgangError as error:
            log.error("no task for message %s of case %s: %s", mail[0].mail, mail[0].case_id, error)  # noqa: TRY400  # as it is each time
        else:
            _note(database, mail, task)
            opened += is_new
    return opened


def _task(opens: Opens, mail: Sequence[Unreached]) -> tuple[str, bool]:
    """The task that covers what a mail told, and whether it is new. What told of a task is covered by that one."""
    told = [one for one in mail if one.lifecycle != LIFECYCLE]
    if not told or told[0].task is not None:
        return mail[0].task or mail[0].case_id, False
    first, cases = told[0], list(dict.fromkeys(one.case_id for one in told))
    data: dict[str, str | list[str]] = {
        "empfaenger": first.recipient,
        "vorlage": first.template,
        "vorgang": first.case_id,
        "nachricht": first.id,
        "grund": next((one.error for one in told if one.error), "–"),
    }
    if cases[1:]:
        data["weitere"] = cases[1:]
    above = {"key": first.key, "parent_id": first.case_id}
    return opens.open_case(LIFECYCLE, body=first.body, actor=ENGINE, data=data, **above).case.id, True


def _note(database: Database, mail: Sequence[Unreached], task: str) -> None:
    """Not if it has been tried again meanwhile: what became of that is another matter."""
    same = select(_message.c.id).where(_message.c.id == mail[0].mail, _message.c.token == mail[0].token)
    covered = update(_message).where(_message.c.id.in_([one.id for one in mail]), _uncovered)
    with database.writing() as connection:
        if connection.execute(same.with_for_update()).first() is not None:
            connection.execute(covered.values(task_id=task))


def _every_mail(database: Database) -> Iterator[list[Unreached]]:
    """The messages of each: those given up, then those of which it is doubtful whether they came back."""
    yield from _mails(database, _unreported, _unreported)
    yield from _mails(database, _sent & DOUBTED, _sent)


def _mails(database: Database, found: ColumnElement[bool], along: ColumnElement[bool]) -> Iterator[list[Unreached]]:
    """Page by page, each with those told `along` with it: one that can have no task does not hide those behind it."""
    after: str | None = None
    done: set[str] = set()
    while page := _read(database, found & (_message.c.id > after) if after else found):
        for one in page:
            if one.mail not in done:
                done.add(one.mail)
                within = (_message.c.bundle_id == one.mail) & along
                yield _read(database, within, limit=None) if one.bundle_id else [one]
        after = page[-1].id


def _read(database: Database, which: ColumnElement[bool], limit: int | None = PAGE) -> list[Unreached]:
    """Such messages, in the order in which they were caused."""
    some = select(_message.c.id).where(which).order_by(_message.c.id).limit(limit).subquery()
    found = (
        some.join(_message, _message.c.id == some.c.id)
        .join(_case, _case.c.id == _message.c.case_id)
        .join(_mail, _mail.c.id == func.coalesce(_message.c.bundle_id, _message.c.id))
        .outerjoin(_key, _key.c.key == _DEATH)
    )
    own = (_message.c[name] for name in Unreached._fields[:7])
    mail = (_mail.c.id, _mail.c.token, _DEATH, _key.c.case_id)
    query = select(*own, _case.c.lifecycle, *mail).select_from(found).order_by(_message.c.id)
    with database.reading() as connection:
        return [Unreached._make(row) for row in connection.execute(query)]
