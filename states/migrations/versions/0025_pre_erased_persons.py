"""Whoever is erased leaves the history of the master data without name and key: both of a line may go together.

The key is the only thing besides actor, before and after that may change, and only into one word that says so; that
something changed, when and from which file, stays as it was.
"""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Let the trigger know the keys of persons."""
    for statement in _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the trigger of before would not let anybody be erased."""
    raise RuntimeError("downgrade refused: who was erased could not be erased any more")


_POSTGRES = (
    """
    CREATE OR REPLACE FUNCTION vorgang_refuse_unless_roster_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        personal CONSTANT text[] := ARRAY['actor', 'before', 'after', 'key', 'person_key'];
        erased CONSTANT text := 'entfernt:' || OLD.id;
    BEGIN
        IF num_nonnulls(NEW.actor, NEW.before, NEW.after) = 0
            AND (to_jsonb(NEW) - personal)::text = (to_jsonb(OLD) - personal)::text
            AND (NEW.key = OLD.key OR (NEW.key = erased AND OLD.kind = 'person'))
            AND (NEW.person_key IS NOT DISTINCT FROM OLD.person_key
                OR (NEW.person_key = erased AND OLD.kind = 'membership'))
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
)

_SQLITE = (
    "DROP TRIGGER vorgang_roster_change_unchanged",
    """
    CREATE TRIGGER vorgang_roster_change_unchanged BEFORE UPDATE ON vorgang_roster_change
    WHEN coalesce(NEW.actor, NEW.before, NEW.after) IS NOT NULL
        OR NEW.id IS NOT OLD.id OR NEW.body IS NOT OLD.body OR NEW.at IS NOT OLD.at OR NEW.source IS NOT OLD.source
        OR NEW.action IS NOT OLD.action OR NEW.kind IS NOT OLD.kind
        OR NEW.organization_key IS NOT OLD.organization_key
        OR (NEW.key IS NOT OLD.key AND NOT (NEW.key IS 'entfernt:' || OLD.id AND OLD.kind = 'person'))
        OR (NEW.person_key IS NOT OLD.person_key
            AND NOT (NEW.person_key IS 'entfernt:' || OLD.id AND OLD.kind = 'membership'))
    BEGIN SELECT RAISE(ABORT, 'vorgang_roster_change is append-only'); END
    """,
)
