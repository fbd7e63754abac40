"""When the answer of a paper was made known, and when that was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

#: UTC; on SQLite text with microseconds and Z.
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
_COLUMNS = ("published_at", "withdrawn_at")


def upgrade() -> None:
    """Add the columns; NULL: it is not known, or has not happened."""
    for name in _COLUMNS:
        op.add_column("vorgang_paper", sa.Column(name, INSTANT, nullable=True))


def downgrade() -> None:
    """Drop them."""
    for name in _COLUMNS:
        op.drop_column("vorgang_paper", name)
