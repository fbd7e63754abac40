"""The log, its heads and the pinned lifecycles can be added to, and nothing else: triggers refuse every change.

One change of the log is let through, the erasure of personal data: actor, on_behalf_of, reason, data and salt become
NULL together while everything else stays as it is (the chain of hashes does not need them). Who owns the database can
drop the triggers; what they did then is for `audit.verify` to find.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the triggers."""
    statements = _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the log must stay protected."""
    raise RuntimeError("downgrade refused: the log would be left unprotected")


#: restrict_violation: of class 23, like the constraints.
_POSTGRES = (
    """
    CREATE FUNCTION vorgang_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    # Compared as text, because jsonb takes 1 and 1.0 for equal; future columns are guarded as well.
    """
    CREATE FUNCTION vorgang_refuse_unless_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        personal CONSTANT text[] := ARRAY['actor', 'on_behalf_of', 'reason', 'data', 'salt'];
    BEGIN
        IF num_nonnulls(NEW.actor, NEW.on_behalf_of, NEW.reason, NEW.data, NEW.salt) = 0
            AND (to_jsonb(NEW) - personal)::text = (to_jsonb(OLD) - personal)::text
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION vorgang_refuse_if_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        used boolean;
    BEGIN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %I.vorgang_case WHERE lifecycle = $1 AND lifecycle_version = $2)',
            TG_TABLE_SCHEMA
        ) INTO used USING OLD.id, OLD.version;
        IF used THEN
            RAISE EXCEPTION 'a case runs on this lifecycle' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER vorgang_transition_kept BEFORE DELETE OR TRUNCATE ON vorgang_transition
    FOR EACH STATEMENT EXECUTE FUNCTION vorgang_refuse_change()
    """,
    """
    CREATE TRIGGER vorgang_transition_unchanged BEFORE UPDATE ON vorgang_transition
    FOR EACH ROW EXECUTE FUNCTION vorgang_refuse_unless_erasure()
    """,
    """
    CREATE TRIGGER vorgang_head_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON vorgang_head
    FOR EACH STATEMENT EXECUTE FUNCTION vorgang_refuse_change()
    """,
    """
    CREATE TRIGGER vorgang_lifecycle_unchanged BEFORE UPDATE OR TRUNCATE ON vorgang_lifecycle
    FOR EACH STATEMENT EXECUTE FUNCTION vorgang_refuse_change()
    """,
    """
    CREATE TRIGGER vorgang_lifecycle_kept BEFORE DELETE ON vorgang_lifecycle
    FOR EACH ROW EXECUTE FUNCTION vorgang_refuse_if_in_use()
    """,
)

# INSERT OR REPLACE deletes rows without calling the triggers for DELETE (https://sqlite.org/lang_conflict.html), so a
# row whose key is taken is refused before; the wording is SQLite's own, as without the trigger.
_SQLITE = (
    """
    CREATE TRIGGER vorgang_transition_kept BEFORE DELETE ON vorgang_transition
    BEGIN SELECT RAISE(ABORT, 'vorgang_transition is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_transition_unchanged BEFORE UPDATE ON vorgang_transition
    WHEN coalesce(NEW.actor, NEW.on_behalf_of, NEW.reason, NEW.data, NEW.salt) IS NOT NULL
        OR NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.seq IS NOT OLD.seq OR NEW.at IS NOT OLD.at
        OR NEW.event IS NOT OLD.event OR NEW.source IS NOT OLD.source OR NEW.target IS NOT OLD.target
        OR NEW.role IS NOT OLD.role OR NEW.actor_kind IS NOT OLD.actor_kind OR NEW.changes IS NOT OLD.changes
        OR NEW.private_digest IS NOT OLD.private_digest OR NEW.prev_hash IS NOT OLD.prev_hash
        OR NEW.hash IS NOT OLD.hash
    BEGIN SELECT RAISE(ABORT, 'vorgang_transition is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_transition_not_replaced BEFORE INSERT ON vorgang_transition
    WHEN EXISTS (SELECT 1 FROM vorgang_transition WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM vorgang_transition WHERE case_id = NEW.case_id AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: vorgang_transition.case_id, vorgang_transition.seq'); END
    """,
    """
    CREATE TRIGGER vorgang_head_kept BEFORE DELETE ON vorgang_head
    BEGIN SELECT RAISE(ABORT, 'vorgang_head is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_head_unchanged BEFORE UPDATE ON vorgang_head
    BEGIN SELECT RAISE(ABORT, 'vorgang_head is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_head_not_replaced BEFORE INSERT ON vorgang_head
    WHEN EXISTS (SELECT 1 FROM vorgang_head WHERE id = NEW.id OR prev_hash = NEW.prev_hash)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: vorgang_head.prev_hash'); END
    """,
    """
    CREATE TRIGGER vorgang_lifecycle_unchanged BEFORE UPDATE ON vorgang_lifecycle
    BEGIN SELECT RAISE(ABORT, 'vorgang_lifecycle is append-only'); END
    """,
    """
    CREATE TRIGGER vorgang_lifecycle_kept BEFORE DELETE ON vorgang_lifecycle
    WHEN EXISTS (SELECT 1 FROM vorgang_case WHERE lifecycle = OLD.id AND lifecycle_version = OLD.version)
    BEGIN SELECT RAISE(ABORT, 'a case runs on this lifecycle'); END
    """,
    """
    CREATE TRIGGER vorgang_lifecycle_not_replaced BEFORE INSERT ON vorgang_lifecycle
    WHEN EXISTS (SELECT 1 FROM vorgang_lifecycle WHERE id = NEW.id AND version = NEW.version)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: vorgang_lifecycle.id, vorgang_lifecycle.version'); END
    """,
)
