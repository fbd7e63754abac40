"""Which task covers a message that reached nobody, so that only new ones are looked at; what waits for a recipient."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
_UNREPORTED = "(status = 'dead' OR status = 'bounced') AND task_id IS NULL"
_WAITING = "status = 'queued' OR status = 'deferred' OR status = 'leased'"


def upgrade() -> None:
    """Add a column and two indexes; for messages of before the program finds their tasks by itself."""
    op.add_column("vorgang_message", sa.Column("task_id", ID, nullable=True))
    _index("ix_vorgang_message_unreported", ["id"], _UNREPORTED)
    _index("ix_vorgang_message_recipient", ["recipient", "due_at"], _WAITING)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_vorgang_message_recipient", "vorgang_message")
    op.drop_index("ix_vorgang_message_unreported", "vorgang_message")
    op.drop_column("vorgang_message", "task_id")


def _index(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "vorgang_message", columns, postgresql_where=only, sqlite_where=only)
