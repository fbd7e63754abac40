"""Signatures under drafts: bound to a hash, with four eyes; triggers refuse every change, as of the log."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXT = sa.String()
ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")

_FOUR_EYES = (
    "(drafted_by IS NULL OR (signer <> drafted_by AND (on_behalf_of IS NULL OR on_behalf_of <> drafted_by)))"
    " AND (drafted_for IS NULL OR (signer <> drafted_for AND (on_behalf_of IS NULL OR on_behalf_of <> drafted_for)))"
)


def upgrade() -> None:
    """Create the table and its triggers."""
    op.create_table(
        "vorgang_signature",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draft_sha256", TEXT, nullable=False),
        sa.Column("drafted_by", TEXT),
        sa.Column("drafted_for", TEXT),
        sa.Column("signer", TEXT, nullable=False),
        sa.Column("on_behalf_of", TEXT),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("result", TEXT, nullable=False),
        sa.Column("remark", TEXT),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_vorgang_signature")),
        sa.ForeignKeyConstraint(
            ["case_id", "seq"],
            ["vorgang_transition.case_id", "vorgang_transition.seq"],
            name=op.f("fk_vorgang_signature_case_id_seq"),
        ),
        sa.CheckConstraint(_FOUR_EYES, name=op.f("ck_vorgang_signature_four_eyes")),
        sa.CheckConstraint("length(draft_sha256) = 64", name=op.f("ck_vorgang_signature_draft_known")),
        sa.CheckConstraint(
            "role <> 'automatik' OR result = 'schweigen_gilt'", name=op.f("ck_vorgang_signature_timer_is_silence")
        ),
    )
    statements = _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: signatures would be lost."""
    raise RuntimeError("downgrade refused: the signatures would be deleted")


_POSTGRES = (
    """
    CREATE TRIGGER vorgang_signature_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON vorgang_signature
    FOR EACH STATEMENT EXECUTE FUNCTION vorgang_refuse_change()
    """,
)

_SQLITE = (
    """
    CREATE TRIGGER vorgang_signature_kept BEFORE DELETE ON vorgang_signature
    BEGIN SELECT RAISE(ABORT, 'vorgang_signature is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_signature_unchanged BEFORE UPDATE ON vorgang_signature
    BEGIN SELECT RAISE(ABORT, 'vorgang_signature is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_signature_not_replaced BEFORE INSERT ON vorgang_signature
    WHEN EXISTS (SELECT 1 FROM vorgang_signature WHERE case_id = NEW.case_id AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: vorgang_signature.case_id, vorgang_signature.seq'); END
    """,
)
