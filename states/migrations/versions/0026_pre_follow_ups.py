"""An index for what is asked in a session without being below it: follow-ups to a question of another one."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_ASKED = sa.text("facts ->> 'sitzung' IS NOT NULL")


def upgrade() -> None:
    """Add it."""
    op.create_index(
        "ix_vorgang_case_session",
        "vorgang_case",
        [sa.text("(facts ->> 'sitzung')"), "body"],
        postgresql_where=_ASKED,
        sqlite_where=_ASKED,
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_vorgang_case_session", table_name="vorgang_case")
