"""How far the texts of documents have been read into the index of the search. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "vorgang_search_mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reached", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_vorgang_search_mark"),
    )


def downgrade() -> None:
    """Drop it; all is read again."""
    op.drop_table("vorgang_search_mark")
