"""Indexes for lists that are filtered by what is rare: a kind, a state, what is open, what is public."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_KINDS = {"kind": "lifecycle", "state": "state"}
#: By name: what PostgreSQL and SQLite have to read in a query to take it.
_SOME = {"open": ("closed_at IS NULL", "closed_at IS NULL"), "public": ("public", "public = 1")}


def upgrade() -> None:
    """Add them."""
    for name, column in _KINDS.items():
        op.create_index(f"ix_vorgang_case_{name}", "vorgang_case", ["body", column, "id"])
    for name, (postgresql, sqlite) in _SOME.items():
        op.create_index(
            f"ix_vorgang_case_{name}",
            "vorgang_case",
            ["body", "id"],
            postgresql_where=sa.text(postgresql),
            sqlite_where=sa.text(sqlite),
        )


def downgrade() -> None:
    """Take them away again."""
    for name in (*_KINDS, *_SOME):
        op.drop_index(f"ix_vorgang_case_{name}", table_name="vorgang_case")
