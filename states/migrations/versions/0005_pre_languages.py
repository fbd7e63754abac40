"""Persons and organisations may have a language of their own, in which they are written to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; NULL means the language of the installation."""
    for table in ("vorgang_organization", "vorgang_person"):
        op.add_column(table, sa.Column("lang", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    for table in ("vorgang_organization", "vorgang_person"):
        op.drop_column(table, "lang")
