"""How far files of historical cases have been taken over. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
_TEXT = sa.String()


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "vorgang_history_run",
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        sa.Column("terms", _TEXT, nullable=False),
        sa.Column("file", _TEXT, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("body", "sha256", "terms", name="pk_vorgang_history_run"),
        sa.CheckConstraint("reached >= 0 AND imported >= 0", name=op.f("ck_vorgang_history_run_counts")),
    )


def downgrade() -> None:
    """Drop it: which rows were taken over stands under their idempotency keys."""
    op.drop_table("vorgang_history_run")
