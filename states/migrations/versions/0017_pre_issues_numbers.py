"""Papers as they were issued, the numbers of answers, and how numbers look in a municipality. Only adds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

_ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
_INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
_TEXT = sa.String()
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table and its triggers."""
    op.create_table(
        "vorgang_issue",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("form", _TEXT, nullable=False),
        sa.Column("lang", _TEXT, nullable=False),
        sa.Column("basis", _TEXT, nullable=False),
        sa.Column("anonymised", sa.Boolean(), nullable=False),
        sa.Column("draft_sha256", _TEXT, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("media_type", _TEXT, nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        sa.Column("told", _DOCUMENT, nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_issue"),
        sa.ForeignKeyConstraint(["case_id"], ["vorgang_case.id"], name="fk_vorgang_issue_case_id"),
        sa.UniqueConstraint(
            "case_id", "kind", "form", "lang", "basis", name="uq_vorgang_issue_case_id_kind_form_lang_basis"
        ),
        sa.CheckConstraint("form = 'pdf' OR form = 'docx' OR form = 'html'", name=op.f("ck_vorgang_issue_form_known")),
    )
    for name in ("answer_reference", "answer_canonical"):
        op.add_column("vorgang_paper", sa.Column(name, _TEXT, nullable=True))
    op.add_column("vorgang_body", sa.Column("numbers", _DOCUMENT, nullable=True))
    known = sa.text("answer_canonical IS NOT NULL")
    op.create_index(
        "uq_vorgang_paper_answer_number",
        "vorgang_paper",
        ["body", "answer_canonical"],
        unique=True,
        postgresql_where=known,
        sqlite_where=known,
    )
    for statement in _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: which papers were issued would be lost."""
    raise RuntimeError("downgrade refused: the papers issued would be lost")


_POSTGRES = (
    """
    CREATE TRIGGER vorgang_issue_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON vorgang_issue
    FOR EACH STATEMENT EXECUTE FUNCTION vorgang_refuse_change()
    """,
    """
    CREATE FUNCTION vorgang_refuse_taken_number() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        taken boolean;
    BEGIN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %I.vorgang_paper WHERE body = $1 AND id <> $2 AND answer_canonical = $3)'
            ' OR EXISTS (SELECT FROM %1$I.vorgang_paper WHERE body = $1 AND id <> $2 AND canonical = $4)',
            TG_TABLE_SCHEMA
        ) INTO taken USING NEW.body, NEW.id, NEW.canonical, NEW.answer_canonical;
        IF taken THEN
            RAISE EXCEPTION 'the number is taken'
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_vorgang_paper_number';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER vorgang_paper_number_free BEFORE INSERT OR UPDATE OF canonical, answer_canonical ON vorgang_paper
    FOR EACH ROW EXECUTE FUNCTION vorgang_refuse_taken_number()
    """,
)

_TAKEN = """
    ON vorgang_paper WHEN EXISTS (
        SELECT 1 FROM vorgang_paper WHERE body = NEW.body AND id <> NEW.id AND answer_canonical = NEW.canonical
    ) OR EXISTS (
        SELECT 1 FROM vorgang_paper WHERE body = NEW.body AND id <> NEW.id AND canonical = NEW.answer_canonical
    )
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: vorgang_paper.canonical'); END
"""

_SQLITE = (
    """
    CREATE TRIGGER vorgang_issue_kept BEFORE DELETE ON vorgang_issue
    BEGIN SELECT RAISE(ABORT, 'vorgang_issue is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_issue_unchanged BEFORE UPDATE ON vorgang_issue
    BEGIN SELECT RAISE(ABORT, 'vorgang_issue is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_issue_not_replaced BEFORE INSERT ON vorgang_issue
    WHEN EXISTS (SELECT 1 FROM vorgang_issue WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: vorgang_issue.id'); END
    """,
    f"CREATE TRIGGER vorgang_paper_number_added BEFORE INSERT {_TAKEN}",
    f"CREATE TRIGGER vorgang_paper_number_changed BEFORE UPDATE OF canonical, answer_canonical {_TAKEN}",
)
