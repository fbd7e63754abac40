"""Mail that comes back: the status ``bounced``, what bounced and why, addresses that are not written to, and limits.

Only adds: the constraints on the status of a message become wider, so a program of before can go on writing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.String()
ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")

_NAMES = ("queued", "leased", "sent", "bounced", "deferred", "dead", "held", "cancelled")
_STATUS_KNOWN = sa.text(" OR ".join(f"status = '{one}'" for one in _NAMES))
_SENT_HAS_INSTANT = sa.text("(status = 'sent' OR status = 'bounced') = (sent_at IS NOT NULL)")
_WAITING = "status = 'queued' OR status = 'deferred' OR status = 'leased'"
_UNREACHED = "status = 'dead' OR status = 'bounced'"


def upgrade() -> None:
    """Widen the outbox, and add two tables."""
    if op.get_context().dialect.name == "postgresql":
        _widen_in_place()
    else:
        _rebuild()
    _partial_index("ix_vorgang_message_unreached", ["id"], _UNREACHED)
    _partial_index("ix_vorgang_message_tried_at", ["tried_at"], "tried_at IS NOT NULL")
    _suppressions()
    _bounces()


def downgrade() -> None:
    """Refuse: what came back would be lost."""
    raise RuntimeError("downgrade refused: bounces would be lost")


def _widen_in_place() -> None:
    op.drop_index("ix_vorgang_message_dead", "vorgang_message")
    for name, condition in (("status_known", _STATUS_KNOWN), ("sent_has_instant", _SENT_HAS_INSTANT)):
        full = op.f(f"ck_vorgang_message_{name}")
        op.drop_constraint(full, "vorgang_message")
        op.create_check_constraint(full, "vorgang_message", condition)
    op.add_column("vorgang_message", sa.Column("tried_at", INSTANT))
    op.add_column("vorgang_message", sa.Column("domain", TEXT))


#: SQLite cannot change a CHECK: the table is built anew. Its columns are those of 0001, in their order.
_COLUMNS = """
    id VARCHAR(36) NOT NULL, body VARCHAR NOT NULL, case_id VARCHAR(36) NOT NULL, occasion VARCHAR NOT NULL,
    occurrence INTEGER NOT NULL, recipient VARCHAR NOT NULL, template VARCHAR NOT NULL, attach VARCHAR,
    params JSON NOT NULL, status VARCHAR NOT NULL, created_at VARCHAR(27) NOT NULL, due_at VARCHAR(27) NOT NULL,
    attempts INTEGER NOT NULL, token INTEGER NOT NULL, leased_until VARCHAR(27), sent_at VARCHAR(27),
    address VARCHAR, subject VARCHAR, digest VARCHAR, error VARCHAR
"""


def _rebuild() -> None:
    names = ", ".join(column.split()[0] for column in _COLUMNS.split(","))
    op.execute(f"""
        CREATE TABLE vorgang_message_new ({_COLUMNS}, tried_at VARCHAR(27), domain VARCHAR,
            CONSTRAINT pk_vorgang_message PRIMARY KEY (id),
            CONSTRAINT fk_vorgang_message_case_id FOREIGN KEY(case_id) REFERENCES vorgang_case (id),
            CONSTRAINT uq_vorgang_message_once UNIQUE (case_id, occasion, occurrence, recipient, template),
            CONSTRAINT ck_vorgang_message_status_known CHECK ({_STATUS_KNOWN}),
            CONSTRAINT ck_vorgang_message_sent_has_instant CHECK ({_SENT_HAS_INSTANT}),
            CONSTRAINT ck_vorgang_message_leased_has_end CHECK ((status = 'leased') = (leased_until IS NOT NULL))
        )
    """)
    op.execute(f"INSERT INTO vorgang_message_new ({names}) SELECT {names} FROM vorgang_message")  # noqa: S608  # ours
    op.drop_table("vorgang_message")
    op.rename_table("vorgang_message_new", "vorgang_message")
    _partial_index("ix_vorgang_message_due", ["due_at"], _WAITING)


def _suppressions() -> None:
    op.create_table(
        "vorgang_suppression",
        sa.Column("body", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("body", "address", name="pk_vorgang_suppression"),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_vorgang_suppression_address_lower")),
    )


def _bounces() -> None:
    op.create_table(
        "vorgang_bounce",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_vorgang_bounce"),
        sa.ForeignKeyConstraint(["message_id"], ["vorgang_message.id"], name="fk_vorgang_bounce_message_id"),
        sa.CheckConstraint("kind = 'failed' OR kind = 'delayed'", name=op.f("ck_vorgang_bounce_kind_known")),
    )
    op.create_index("ix_vorgang_bounce_message_id", "vorgang_bounce", ["message_id"])


def _partial_index(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "vorgang_message", columns, postgresql_where=only, sqlite_where=only)
