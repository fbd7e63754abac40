"""One row per measured clock of a case, for the report on punctuality. Only adds; the rows follow from the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0019"

_ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
_SECONDS = sa.JSON(none_as_null=True).with_variant(sa.ARRAY(sa.Integer()), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "vorgang_punctuality",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("deadline", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("faction", sa.String(), nullable=True),
        sa.Column("council_body", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("public_from", sa.Date(), nullable=True),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stood_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("handed_back", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("seconds", _SECONDS, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "deadline", "occurrence", name="pk_vorgang_punctuality"),
        sa.CheckConstraint(
            "status = 'open' OR status = 'met' OR status = 'late' OR status = 'dropped'",
            name=op.f("ck_vorgang_punctuality_status_known"),
        ),
        sa.CheckConstraint(
            "(status = 'open') = (ended_on IS NULL)", name=op.f("ck_vorgang_punctuality_open_has_no_end")
        ),
    )
    op.create_index("ix_vorgang_punctuality_body_began_on", "vorgang_punctuality", ["body", "began_on"])


def downgrade() -> None:
    """Drop it; the rows are made anew from the log."""
    op.drop_table("vorgang_punctuality")
