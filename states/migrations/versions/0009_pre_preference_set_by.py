"""Who set a preference is noted beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; NULL means that it was set before that was noted."""
    op.add_column("vorgang_preference", sa.Column("set_by", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("vorgang_preference", "set_by")
