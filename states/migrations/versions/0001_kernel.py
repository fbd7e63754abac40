"""The kernel: cases, their log, deadlines, the outbox, heads of the log, and the council's records.

What keeps the log append-only follows in 0002.

Habits for the revisions that follow:

* A published revision is never edited. It names its types and SQL itself and imports nothing of the product, so that
  it does the same in ten years.
* Each change of a running installation is cut in two. The *pre* revision only adds (tables, columns that may be NULL
  or have a default, indexes) and runs before the new program starts, while the old one still writes. The *post*
  revision takes away or tightens (drops, NOT NULL, constraints) and ships with the release after that, when no old
  program runs any more. The file name says which: ``0002_pre_…``, ``0003_post_…``.
* `migrate.upgrade` runs all revisions in one transaction, on SQLite with foreign keys checked at its end; long work on
  many rows belongs into a command of its own, not here. On PostgreSQL a lock is awaited for a few seconds only.
* On SQLite an ALTER beyond ADD COLUMN rebuilds the table (`op.batch_alter_table`) and thereby loses its triggers:
  such a revision on an append-only table must create them again.
* A new revision is appended to `migrate.REVISIONS`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

TEXT = sa.String()
ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
#: UTC; on SQLite text with microseconds and Z.
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything."""
    _lifecycles()
    _cases()
    _log()
    _heads()
    _deadlines()
    _outbox()
    _duties()
    _files()
    _parties()
    _memberships()
    _papers()


def downgrade() -> None:
    """Refuse: this would delete the log."""
    raise RuntimeError("downgrade refused: the log would be deleted")


def _lifecycles() -> None:
    op.create_table(
        "vorgang_lifecycle",
        _column("id", TEXT),
        _column("version", sa.Integer()),
        _column("digest", TEXT),
        _column("content", DOCUMENT),
        _column("pinned_at", INSTANT),
        sa.PrimaryKeyConstraint("id", "version", name="pk_vorgang_lifecycle"),
    )


def _cases() -> None:
    op.create_table(
        "vorgang_case",
        _column("id", ID),
        *_texts("body lifecycle"),
        _column("lifecycle_version", sa.Integer()),
        _column("state", TEXT),
        _column("version", sa.Integer()),
        _column("log_seq", sa.Integer()),
        _column("log_hash", TEXT),
        _optional("owner", TEXT),
        _optional("due_on", sa.Date()),
        _column("unattended", sa.Boolean()),
        _column("public", sa.Boolean()),
        _optional("parent_id", ID),
        _optional("child", TEXT),
        _column("round", sa.Integer()),
        _column("position", sa.Integer()),
        _optional("outcome", TEXT),
        _optional("paper_id", ID),
        _optional("record_id", ID),
        _column("facts", DOCUMENT),
        _column("opened_at", INSTANT),
        _column("changed_at", INSTANT),
        _optional("closed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_case"),
        sa.ForeignKeyConstraint(["parent_id"], ["vorgang_case.id"], name="fk_vorgang_case_parent_id"),
        _check("case", "open_has_owner", "(closed_at IS NOT NULL) = (owner IS NULL)"),
        _check("case", "open_has_due_date", "closed_at IS NOT NULL OR due_on IS NOT NULL OR unattended"),
        _check("case", "closed_has_no_due_date", "closed_at IS NULL OR due_on IS NULL"),
        _check("case", "logged", "log_seq >= 1 AND version >= 1"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vorgang_case_paper_id", "vorgang_case", ["paper_id"])
    op.create_index(
        "ix_vorgang_case_parent_id_child_round",
        "vorgang_case",
        ["parent_id", "child", "round"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    _partial_index("ix_vorgang_case_worklist", ["body", "owner", "due_on", "id"], "closed_at IS NULL")


def _log() -> None:
    op.create_table(
        "vorgang_transition",
        _column("id", SERIAL, autoincrement=True),
        _column("case_id", ID),
        _column("seq", sa.Integer()),
        _column("at", INSTANT),
        _column("event", TEXT),
        _optional("source", TEXT),
        *_texts("target role actor_kind"),
        *_optional_texts("actor on_behalf_of reason"),
        _optional("data", DOCUMENT),
        _optional("salt", TEXT),
        _column("changes", DOCUMENT),
        *_texts("private_digest prev_hash hash"),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_transition"),
        _of_a_case("transition"),
        sa.UniqueConstraint("case_id", "seq", name="uq_vorgang_transition_case_id_seq"),
        _check("transition", "actor_kind_known", _either("actor_kind", "person service timer engine")),
        _check("transition", "seq_counts", "seq >= 1"),
    )


def _heads() -> None:
    op.create_table(
        "vorgang_head",
        _column("id", SERIAL, autoincrement=True),
        _column("at", INSTANT),
        _column("last_id", SERIAL),
        _column("lines", sa.Integer()),
        *_texts("prev_hash hash key_id signature"),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_head"),
        sa.UniqueConstraint("prev_hash", name="uq_vorgang_head_prev_hash"),
        _check("head", "lines_counts", "lines >= 0"),
    )


def _deadlines() -> None:
    op.create_table(
        "vorgang_deadline",
        _column("id", ID),
        _column("case_id", ID),
        _column("name", TEXT),
        _column("occurrence", sa.Integer()),
        *_texts("rule ruleset ruleset_version basis status"),
        _column("started_on", sa.Date()),
        _column("due_on", sa.Date()),
        _column("lapses_at", INSTANT),
        _optional("next_at", INSTANT),
        _column("told", sa.Integer()),
        _column("ladder", DOCUMENT),
        _column("trace", DOCUMENT),
        _optional("paused_on", sa.Date()),
        _optional("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_deadline"),
        _of_a_case("deadline"),
        _check("deadline", "status_known", _either("status", "running paused met late cancelled")),
        _check("deadline", "settled_has_instant", "(status IN ('running', 'paused')) = (settled_at IS NULL)"),
        _check("deadline", "only_running_is_scanned", "status = 'running' OR next_at IS NULL"),
        _check("deadline", "paused_has_day", "(status = 'paused') = (paused_on IS NOT NULL)"),
    )
    op.create_index("ix_vorgang_deadline_case_id_settled_at", "vorgang_deadline", ["case_id", "settled_at"])
    _partial_index("ix_vorgang_deadline_next", ["next_at"], "next_at IS NOT NULL")


def _outbox() -> None:
    op.create_table(
        "vorgang_message",
        _column("id", ID),
        _column("body", TEXT),
        _column("case_id", ID),
        _column("occasion", TEXT),
        _column("occurrence", sa.Integer()),
        *_texts("recipient template"),
        _optional("attach", TEXT),
        _column("params", DOCUMENT),
        _column("status", TEXT),
        _column("created_at", INSTANT),
        _column("due_at", INSTANT),
        _column("attempts", sa.Integer()),
        _column("token", sa.Integer()),
        _optional("leased_until", INSTANT),
        _optional("sent_at", INSTANT),
        *_optional_texts("address subject digest error"),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_message"),
        _of_a_case("message"),
        sa.UniqueConstraint(
            "case_id", "occasion", "occurrence", "recipient", "template", name="uq_vorgang_message_once"
        ),
        _check("message", "status_known", _either("status", "queued leased sent deferred dead held cancelled")),
        _check("message", "sent_has_instant", "(status = 'sent') = (sent_at IS NOT NULL)"),
        _check("message", "leased_has_end", "(status = 'leased') = (leased_until IS NOT NULL)"),
    )
    _partial_index("ix_vorgang_message_dead", ["id"], "status = 'dead'")
    _partial_index("ix_vorgang_message_due", ["due_at"], _either("status", "queued deferred leased"))


def _duties() -> None:
    op.create_table(
        "vorgang_idempotency_key",
        *_texts("key request"),
        _column("case_id", ID),
        _column("seq", sa.Integer()),
        _column("created_at", INSTANT),
        sa.PrimaryKeyConstraint("key", name="pk_vorgang_idempotency_key"),
        _of_a_case("idempotency_key"),
    )
    op.create_table(
        "vorgang_tick",
        _column("name", TEXT),
        _column("succeeded_at", INSTANT),
        sa.PrimaryKeyConstraint("name", name="pk_vorgang_tick"),
    )


def _files() -> None:
    op.create_table(
        "vorgang_file",
        *_texts("sha256 body name media_type"),
        _column("size", sa.Integer()),
        _column("content", sa.LargeBinary()),
        _column("stored_at", INSTANT),
        sa.PrimaryKeyConstraint("sha256", "body", name="pk_vorgang_file"),
        _check("file", "size_counts", "size >= 0"),
    )


def _parties() -> None:
    op.create_table(
        "vorgang_body",
        *_texts("key name short_name land zone ruleset sender"),
        _column("functions", DOCUMENT),
        sa.PrimaryKeyConstraint("key", name="pk_vorgang_body"),
    )
    op.create_table(
        "vorgang_organization",
        _column("id", ID),
        *_texts("body key name organization_type"),
        *_optional_texts("classification email parent_key"),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_organization"),
        sa.ForeignKeyConstraint(["body"], ["vorgang_body.key"], name="fk_vorgang_organization_body"),
        sa.UniqueConstraint("body", "key", name="uq_vorgang_organization_body_key"),
    )
    op.create_table(
        "vorgang_person",
        _column("id", ID),
        *_texts("body key name"),
        *_optional_texts("form_of_address email"),
        _column("also_written", DOCUMENT),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_person"),
        sa.ForeignKeyConstraint(["body"], ["vorgang_body.key"], name="fk_vorgang_person_body"),
        sa.UniqueConstraint("body", "key", name="uq_vorgang_person_body_key"),
    )


def _memberships() -> None:
    op.create_table(
        "vorgang_membership",
        _column("id", ID),
        _column("person_id", ID),
        _column("organization_id", ID),
        _optional("role", TEXT),
        _optional("start_date", sa.Date()),
        _optional("end_date", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_membership"),
        sa.ForeignKeyConstraint(["person_id"], ["vorgang_person.id"], name="fk_vorgang_membership_person_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["vorgang_organization.id"], name="fk_vorgang_membership_organization_id"
        ),
        _check("membership", "period", "end_date IS NULL OR start_date <= end_date"),
    )
    op.create_index("ix_vorgang_membership_person_id", "vorgang_membership", ["person_id"])
    op.create_index("ix_vorgang_membership_organization_id", "vorgang_membership", ["organization_id"])


def _papers() -> None:
    op.create_table(
        "vorgang_paper",
        _column("id", ID),
        *_texts("body paper_type"),
        *_optional_texts("reference canonical name"),
        _optional("date", sa.Date()),
        _column("public", sa.Boolean()),
        _optional("follows_id", ID),
        _column("created", INSTANT),
        _column("modified", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_paper"),
    )
    _partial_index("uq_vorgang_paper_number", ["body", "canonical"], "canonical IS NOT NULL")
    op.create_table(
        "vorgang_consultation",
        _column("id", ID),
        _column("body", TEXT),
        _optional("organization_key", TEXT),
        _optional("meeting_date", sa.Date()),
        *_optional_texts("role agenda_item"),
        _column("public", sa.Boolean()),
        _column("created", INSTANT),
        _column("modified", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_consultation"),
    )
    op.create_index("ix_vorgang_consultation_meeting_date", "vorgang_consultation", ["meeting_date"])


def _column(name: str, kind: sa.types.TypeEngine[Any], *, autoincrement: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=autoincrement or "auto")


def _optional(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _texts(names: str) -> list[sa.Column[Any]]:
    return [_column(name, TEXT) for name in names.split()]


def _optional_texts(names: str) -> list[sa.Column[Any]]:
    return [_optional(name, TEXT) for name in names.split()]


def _either(column: str, values: str) -> str:
    return " OR ".join(f"{column} = '{value}'" for value in values.split())


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_vorgang_{table}_{name}"))


def _of_a_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["vorgang_case.id"], name=f"fk_vorgang_{table}_case_id")


def _partial_index(name: str, columns: list[str], where: str) -> None:
    kind, prefix, table, _ = name.split("_")
    only = sa.text(where)
    unique = kind == "uq"
    op.create_index(name, f"{prefix}_{table}", columns, unique=unique, postgresql_where=only, sqlite_where=only)
