"""What has been changed of the master data, by whom, and what was there before. Only adds.

Lines are never changed nor deleted, but for an erasure: actor, before and after become NULL together.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"

_INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
_TEXT = sa.String()
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _either(column: str, *values: str) -> str:
    return " OR ".join(f"{column} = '{value}'" for value in values)


def upgrade() -> None:
    """Create the table and its triggers."""
    op.create_table(
        "vorgang_roster_change",
        sa.Column("id", _SERIAL, nullable=False, autoincrement=True),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", _TEXT, nullable=True),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("action", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("person_key", _TEXT, nullable=True),
        sa.Column("organization_key", _TEXT, nullable=True),
        sa.Column("before", _DOCUMENT, nullable=True),
        sa.Column("after", _DOCUMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_roster_change"),
        sa.CheckConstraint(
            _either("kind", "term", "organization", "person", "membership"),
            name=op.f("ck_vorgang_roster_change_kind_known"),
        ),
        sa.CheckConstraint(
            _either("action", "new", "changed", "ended", "withdrawn"),
            name=op.f("ck_vorgang_roster_change_action_known"),
        ),
        sa.CheckConstraint(
            "kind <> 'membership' OR person_key IS NOT NULL",
            name=op.f("ck_vorgang_roster_change_membership_has_person"),
        ),
    )
    for column in ("key", "person_key", "organization_key"):
        op.create_index(f"ix_vorgang_roster_change_body_{column}", "vorgang_roster_change", ["body", column])
    for statement in _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: who changed what stands nowhere else."""
    raise RuntimeError("downgrade refused: the changes of the master data would be lost")


_POSTGRES = (
    """
    CREATE FUNCTION vorgang_refuse_unless_roster_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        personal CONSTANT text[] := ARRAY['actor', 'before', 'after'];
    BEGIN
        IF num_nonnulls(NEW.actor, NEW.before, NEW.after) = 0
            AND (to_jsonb(NEW) - personal)::text = (to_jsonb(OLD) - personal)::text
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER vorgang_roster_change_kept BEFORE DELETE OR TRUNCATE ON vorgang_roster_change
    FOR EACH STATEMENT EXECUTE FUNCTION vorgang_refuse_change()
    """,
    """
    CREATE TRIGGER vorgang_roster_change_unchanged BEFORE UPDATE ON vorgang_roster_change
    FOR EACH ROW EXECUTE FUNCTION vorgang_refuse_unless_roster_erasure()
    """,
)

_SQLITE = (
    """
    CREATE TRIGGER vorgang_roster_change_kept BEFORE DELETE ON vorgang_roster_change
    BEGIN SELECT RAISE(ABORT, 'vorgang_roster_change is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_roster_change_unchanged BEFORE UPDATE ON vorgang_roster_change
    WHEN coalesce(NEW.actor, NEW.before, NEW.after) IS NOT NULL
        OR NEW.id IS NOT OLD.id OR NEW.body IS NOT OLD.body OR NEW.at IS NOT OLD.at OR NEW.source IS NOT OLD.source
        OR NEW.action IS NOT OLD.action OR NEW.kind IS NOT OLD.kind OR NEW.key IS NOT OLD.key
        OR NEW.person_key IS NOT OLD.person_key OR NEW.organization_key IS NOT OLD.organization_key
    BEGIN SELECT RAISE(ABORT, 'vorgang_roster_change is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_roster_change_not_replaced BEFORE INSERT ON vorgang_roster_change
    WHEN EXISTS (SELECT 1 FROM vorgang_roster_change WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'vorgang_roster_change is append-only'); END
    """,
)
