"""The messages that a task covers, found by their status: what is delivered after all closes its task."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_COVERED = sa.text("task_id IS NOT NULL")


def upgrade() -> None:
    """Add an index."""
    columns = ["status", "task_id"]
    op.create_index(
        "ix_vorgang_message_covered", "vorgang_message", columns, postgresql_where=_COVERED, sqlite_where=_COVERED
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_vorgang_message_covered", "vorgang_message")
