"""The tables of the engine: cases, their log, deadlines, messages, and what keeps them honest.

SQLModel declares them; the statements of the hot path are built from them in `statements`. Everything is prefixed
``vorgang_`` so that it can live in a host's database; on PostgreSQL a schema may be set besides.
Rows belong to a body (municipality). Instants are UTC; a due date is a day, inclusive, in the body's own zone.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, MetaData, SQLModel

from .columns import DOCUMENT, ID, Instant

PREFIX = "vorgang_"
#: SQLite numbers rows itself only for INTEGER keys.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of all tables of Vorgang, with metadata of its own (a host's metadata stays untouched)."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(row: type[SQLModel]) -> sqlalchemy.Table:
    """The table behind a row class, for SQLAlchemy Core."""
    return Table.metadata.tables[str(row.__tablename__)]


def _either(column: str, *values: str) -> str:
    """Not ``IN``: for that SQLite builds a table of the values anew with each row that it checks."""
    return " OR ".join(f"{column} = '{value}'" for value in values)


def one_of(column: str, *values: str) -> CheckConstraint:
    return CheckConstraint(_either(column, *values), name=f"{column}_known")


def partial_index(name: str, *columns: str | TextClause, where: str) -> Index:
    """An index that holds only the rows of which `where` is true."""
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


#: The body of the council that a case names, the day of its session there, and the office that leads it; in the same
#: words as their indexes.
COUNCIL_BODY, SESSION = "facts ->> 'gremium'", "facts ->> 'sitzung'"
LEAD = "coalesce(facts ->> 'federfuehrung', facts ->> 'amt')"
#: Which messages the index of the outbox holds; a query must say it in the same words, or no database would use it.
WAITING = _either("status", "queued", "deferred", "leased")
#: Which messages have reached nobody; in the same words as their index, as above.
UNREACHED = _either("status", "dead", "bounced")
#: Which of them are covered by no task yet; as above.
UNREPORTED = f"({UNREACHED}) AND task_id IS NULL"
#: Those that a task covers, or has covered until they were given up once more.
COVERED = "task_id IS NOT NULL"


class LifecycleRow(Table, table=True):
    """A lifecycle version that some case runs on, kept whole so that an edited file never changes a running case."""

    __tablename__ = PREFIX + "lifecycle"

    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    content: dict[str, Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    pinned_at: datetime = Field(sa_type=Instant)


class CaseRow(Table, table=True):
    """A case: a row that runs through a lifecycle. Children point to their parent."""

    __tablename__ = PREFIX + "case"
    __table_args__ = (
        CheckConstraint("(closed_at IS NOT NULL) = (owner IS NULL)", name="open_has_owner"),
        CheckConstraint("closed_at IS NOT NULL OR due_on IS NOT NULL OR unattended", name="open_has_due_date"),
        CheckConstraint("closed_at IS NULL OR due_on IS NULL", name="closed_has_no_due_date"),
        CheckConstraint("log_seq >= 1 AND version >= 1", name="logged"),
        Index(None, "parent_id", "child", "round", postgresql_where=text("parent_id IS NOT NULL")),
        partial_index("ix_vorgang_case_worklist", "body", "owner", "due_on", "id", where="closed_at IS NULL"),
        # The town comes second: SQLite would take the index for whatever is open there.
        partial_index("ix_vorgang_case_council_body", text(f"({COUNCIL_BODY})"), "body", where="closed_at IS NULL"),
        partial_index("ix_vorgang_case_lead", text(f"({LEAD})"), "body", where="closed_at IS NULL"),
        partial_index("ix_vorgang_case_session", text(f"({SESSION})"), "body", where=f"{SESSION} IS NOT NULL"),
        Index(None, "paper_id"),
        # Lists are in order of the ids; what they are filtered by may be rare, and is there in just these words.
        Index("ix_vorgang_case_kind", "body", "lifecycle", "id"),
        Index("ix_vorgang_case_state", "body", "state", "id"),
        partial_index("ix_vorgang_case_open", "body", "id", where="closed_at IS NULL"),
        Index("ix_vorgang_case_public", "body", "id", postgresql_where=text("public"), sqlite_where=text("public = 1")),
        # One tree to walk through instead of two, for each event and each row that refers to a case.
        {"sqlite_with_rowid": False},
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str
    lifecycle: str
    lifecycle_version: int
    state: str
    #: Grows when state, facts, owner or due date change; what a caller compares.
    version: int
    #: Length of the log; the lock of every write.
    log_seq: int
    log_hash: str
    #: Party whose work list shows the case: key of an organisation or a person; NULL once closed.
    owner: str | None = None
    #: The next day by which something must happen; NULL only when closed or declared unattended.
    due_on: date | None = None
    unattended: bool = False
    public: bool = True
    parent_id: str | None = Field(default=None, sa_type=ID, foreign_key=PREFIX + "case.id")
    child: str | None = None
    round: int = 0
    position: int = 0
    outcome: str | None = None
    paper_id: str | None = Field(default=None, sa_type=ID)
    record_id: str | None = Field(default=None, sa_type=ID)
    facts: dict[str, Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    opened_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


class TransitionRow(Table, table=True):
    """One line of the log. Never changed, never deleted (triggers); chained by hash per case.

    `actor`, `on_behalf_of`, `reason` and `data` may hold personal data: they enter the hash only as a salted digest,
    so that they can be erased (set to NULL together with the salt) without breaking the chain.
    """

    __tablename__ = PREFIX + "transition"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        one_of("actor_kind", "person", "service", "timer", "engine"),
        CheckConstraint("seq >= 1", name="seq_counts"),
    )

    id: int | None = Field(default=None, sa_column=Column(SERIAL, primary_key=True, autoincrement=True))
    case_id: str = Field(sa_type=ID, foreign_key=PREFIX + "case.id")
    seq: int
    at: datetime = Field(sa_type=Instant)
    event: str
    source: str | None = None
    target: str
    role: str
    actor_kind: str
    actor: str | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    data: dict[str, Any] | None = Field(default=None, sa_column=Column(DOCUMENT))
    salt: str | None = None
    #: What the event did besides: deadlines, messages, children (no personal data).
    changes: dict[str, Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    private_digest: str
    prev_hash: str
    hash: str


def _other_than(column: str) -> str:
    """Neither who signs nor who is represented is the person in `column`."""
    return f"{column} IS NULL OR (signer <> {column} AND (on_behalf_of IS NULL OR on_behalf_of <> {column}))"


class SignatureRow(Table, table=True):
    """A signature under a draft, beside the line of the log that tells of it. Never changed, never deleted (triggers).

    Only names can be erased, once they are from the line: the signer becomes empty, who else is named and the remark
    NULL.

    It is bound to the draft by its SHA-256. Nobody signs what they have drafted themselves, nor on behalf of whoever
    has; a timer signs nothing but silence.
    """

    __tablename__ = PREFIX + "signature"
    __table_args__ = (
        CheckConstraint(f"({_other_than('drafted_by')}) AND ({_other_than('drafted_for')})", name="four_eyes"),
        CheckConstraint("length(draft_sha256) = 64", name="draft_known"),
        CheckConstraint("role <> 'automatik' OR result = 'schweigen_gilt'", name="timer_is_silence"),
        ForeignKeyConstraint(["case_id", "seq"], [PREFIX + "transition.case_id", PREFIX + "transition.seq"]),
    )

    case_id: str = Field(sa_column=Column(ID, primary_key=True))
    #: The line of the log.
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    draft_sha256: str
    drafted_by: str | None = None
    #: On whose behalf it was drafted.
    drafted_for: str | None = None
    signer: str
    #: The person for whom a deputy has signed.
    on_behalf_of: str | None = None
    role: str
    result: str
    remark: str | None = None
    at: datetime = Field(sa_type=Instant)


class DeadlineRow(Table, table=True):
    """A clock of a case: the due day, its explanation, and the reminders still to be told."""

    __tablename__ = PREFIX + "deadline"
    __table_args__ = (
        # Those that run or stand still come first: however many there have been, an event finds its own at once.
        Index(None, "case_id", "settled_at"),
        one_of("status", "running", "paused", "met", "late", "cancelled"),
        CheckConstraint("(status IN ('running', 'paused')) = (settled_at IS NULL)", name="settled_has_instant"),
        CheckConstraint("status = 'running' OR next_at IS NULL", name="only_running_is_scanned"),
        CheckConstraint("(status = 'paused') = (paused_on IS NOT NULL)", name="paused_has_day"),
        partial_index("ix_vorgang_deadline_next", "next_at", where="next_at IS NOT NULL"),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    case_id: str = Field(sa_type=ID, foreign_key=PREFIX + "case.id")
    name: str
    occurrence: int
    rule: str
    ruleset: str
    ruleset_version: str
    basis: str
    status: str
    started_on: date
    due_on: date
    #: The instant at which the last day is over.
    lapses_at: datetime = Field(sa_type=Instant)
    #: When the scan must look again (next rung or lapse); NULL when nothing more follows by itself.
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    #: How many steps of the ladder have been told.
    told: int = 0
    ladder: list[Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    trace: list[Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    paused_on: date | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


class MessageRow(Table, table=True):
    """The outbox: one row per recipient. The row is the truth; a mail is its shadow."""

    __tablename__ = PREFIX + "message"
    __table_args__ = (
        # Named by hand: the name by convention would be longer than PostgreSQL allows.
        UniqueConstraint("case_id", "occasion", "occurrence", "recipient", "template", name="uq_vorgang_message_once"),
        one_of("status", "queued", "leased", "sent", "bounced", "deferred", "dead", "held", "cancelled"),
        CheckConstraint(f"({_either('status', 'sent', 'bounced')}) = (sent_at IS NOT NULL)", name="sent_has_instant"),
        CheckConstraint("(status = 'leased') = (leased_until IS NOT NULL)", name="leased_has_end"),
        partial_index("ix_vorgang_message_due", "due_at", where=WAITING),
        partial_index("ix_vorgang_message_unreached", "id", where=UNREACHED),
        partial_index("ix_vorgang_message_unreported", "id", where=UNREPORTED),
        partial_index("ix_vorgang_message_covered", "status", "task_id", where=COVERED),
        # What waits for one recipient.
        partial_index("ix_vorgang_message_recipient", "recipient", "due_at", where=WAITING),
        partial_index("ix_vorgang_message_tried_at", "tried_at", where="tried_at IS NOT NULL"),
        # How many mails somebody has had on a day.
        partial_index("ix_vorgang_message_told", "recipient", "sent_at", where="status = 'sent'"),
        partial_index("ix_vorgang_message_bundle", "bundle_id", where="bundle_id IS NOT NULL"),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str
    case_id: str = Field(sa_type=ID, foreign_key=PREFIX + "case.id")
    #: The event, or deadline and rung, that caused it.
    occasion: str
    #: Log line of the case that caused it.
    occurrence: int
    #: Key of the party told.
    recipient: str
    template: str
    attach: str | None = None
    #: What the template needs to know beside the case, as it was when the message was caused.
    params: dict[str, Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    status: str = "queued"
    created_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    #: The message in whose mail this one is told; its own id: the mail is a digest of all that name it.
    bundle_id: str | None = Field(default=None, sa_type=ID)
    attempts: int = 0
    #: Fencing token: counts leases; only the holder of the newest may settle the row.
    token: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    address: str | None = None
    subject: str | None = None
    #: SHA-256 of the mail as handed to the server.
    digest: str | None = None
    error: str | None = None
    #: When it was last handed over or tried to, and to which domain; written only where limits are set.
    tried_at: datetime | None = Field(default=None, sa_type=Instant)
    domain: str | None = None
    #: The task of the council office that covers it, since it has reached nobody.
    task_id: str | None = Field(default=None, sa_type=ID)


class KeyRow(Table, table=True):
    """An idempotency key: what was asked under it and what came of it."""

    __tablename__ = PREFIX + "idempotency_key"

    key: str = Field(primary_key=True)
    request: str
    case_id: str = Field(sa_type=ID, foreign_key=PREFIX + "case.id")
    seq: int
    created_at: datetime = Field(sa_type=Instant)


class HeadRow(Table, table=True):
    """A signed head over the log up to one line: what makes a truncated log visible."""

    __tablename__ = PREFIX + "head"
    # No two heads can follow the same one: the chain of heads never forks.
    __table_args__ = (UniqueConstraint("prev_hash"), CheckConstraint("lines >= 0", name="lines_counts"))

    id: int | None = Field(default=None, sa_column=Column(SERIAL, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_type=Instant)
    #: The last line of the log that the head covers.
    last_id: int = Field(sa_column=Column(SERIAL, nullable=False))
    #: How many lines it covers: those after the head before it, up to `last_id`.
    lines: int
    prev_hash: str
    hash: str
    key_id: str
    signature: str
