"""The documents that intake has read, and the short names of organisations by which documents call them. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
_INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
_TEXT = sa.String()


def upgrade() -> None:
    """Add a table and a column."""
    op.add_column("vorgang_organization", sa.Column("short_name", _TEXT, nullable=True))
    op.create_table(
        "vorgang_document",
        sa.Column("id", _ID, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("relation", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=True),
        sa.Column("canonical", _TEXT, nullable=True),
        sa.Column("taken_at", _INSTANT, nullable=False),
        sa.Column("taken_by", _TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_document"),
        sa.ForeignKeyConstraint(["body"], ["vorgang_body.key"], name="fk_vorgang_document_body"),
        sa.ForeignKeyConstraint(["case_id"], ["vorgang_case.id"], name="fk_vorgang_document_case_id"),
        sa.UniqueConstraint("body", "sha256", name="uq_vorgang_document_body_sha256"),
        sa.CheckConstraint(
            "relation = 'opened' OR relation = 'same' OR relation = 'reply'",
            name=op.f("ck_vorgang_document_relation_known"),
        ),
    )
    op.create_index("ix_vorgang_document_case_id", "vorgang_document", ["case_id"])


def downgrade() -> None:
    """Refuse: which documents were read would be lost."""
    raise RuntimeError("downgrade refused: the documents read would be lost")
