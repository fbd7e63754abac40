"""One row per measured clock of a case, for the report on punctuality. Only adds; the rows follow from the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

_ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "vorgang_punctuality",
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("public_from", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("faction", sa.String(), nullable=True),
        sa.Column("council_body", sa.String(), nullable=True),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=True),
        *(sa.Column(f"seconds_{number}", sa.Integer(), nullable=True) for number in range(1, 9)),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("deadline", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("body", "began_on", "case_id", "deadline", "occurrence", name="pk_vorgang_punctuality"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vorgang_punctuality_case_id", "vorgang_punctuality", ["case_id"])
    running = sa.text("ending >= 'open' AND ending < 'opeo'")
    for name in ("council_body", "office"):
        op.create_index(
            f"ix_vorgang_punctuality_{name}",
            "vorgang_punctuality",
            ["body", name],
            postgresql_where=running,
            sqlite_where=running,
        )


def downgrade() -> None:
    """Drop it; the rows are made anew from the log."""
    op.drop_table("vorgang_punctuality")
