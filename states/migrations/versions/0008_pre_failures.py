"""Why the scan of the deadlines could not do something to a case: one row per case, the last failure."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "vorgang_failure",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("failed_at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_vorgang_failure"),
        sa.ForeignKeyConstraint(["case_id"], ["vorgang_case.id"], name="fk_vorgang_failure_case_id"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("vorgang_failure")
