"""Indexes for the control lists: which open cases name a body of the council, and which an office leads."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_OPEN = sa.text("closed_at IS NULL")
_NAMED = {"council_body": "(facts ->> 'gremium')", "lead": "(coalesce(facts ->> 'federfuehrung', facts ->> 'amt'))"}


def upgrade() -> None:
    """Add them, in place of those that only knew measured clocks."""
    for name, expression in _NAMED.items():
        op.create_index(
            f"ix_vorgang_case_{name}",
            "vorgang_case",
            [sa.text(expression), "body"],
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        )
    for name in ("council_body", "office"):
        op.drop_index(f"ix_vorgang_punctuality_{name}", table_name="vorgang_punctuality")


def downgrade() -> None:
    """Take them away again."""
    running = sa.text("ending >= 'open' AND ending < 'opeo'")
    for name in ("council_body", "office"):
        op.create_index(
            f"ix_vorgang_punctuality_{name}",
            "vorgang_punctuality",
            ["body", name],
            postgresql_where=running,
            sqlite_where=running,
        )
    for name in _NAMED:
        op.drop_index(f"ix_vorgang_case_{name}", table_name="vorgang_case")
