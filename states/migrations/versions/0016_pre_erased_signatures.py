"""Names can be erased from signatures, as from the log: together with the personal part of their line, or after it.

The signer becomes empty; on_behalf_of, drafted_by, drafted_for and remark become NULL. Nothing else may change. Only
triggers are replaced.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

_POSTGRES = (
    "DROP TRIGGER vorgang_signature_kept ON vorgang_signature",
    """
    CREATE FUNCTION vorgang_refuse_unless_erased_line() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        personal CONSTANT text[] := ARRAY['signer', 'on_behalf_of', 'drafted_by', 'drafted_for', 'remark'];
        erased boolean;
    BEGIN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %I.vorgang_transition WHERE case_id = $1 AND seq = $2 AND salt IS NULL)',
            TG_TABLE_SCHEMA
        ) INTO erased USING OLD.case_id, OLD.seq;
        IF erased AND NEW.signer = ''
            AND num_nonnulls(NEW.on_behalf_of, NEW.drafted_by, NEW.drafted_for, NEW.remark) = 0
            AND (to_jsonb(NEW) - personal)::text = (to_jsonb(OLD) - personal)::text
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER vorgang_signature_kept BEFORE DELETE OR TRUNCATE ON vorgang_signature
    FOR EACH STATEMENT EXECUTE FUNCTION vorgang_refuse_change()
    """,
    """
    CREATE TRIGGER vorgang_signature_unchanged BEFORE UPDATE ON vorgang_signature
    FOR EACH ROW EXECUTE FUNCTION vorgang_refuse_unless_erased_line()
    """,
)

_SQLITE = (
    "DROP TRIGGER vorgang_signature_unchanged",
    """
    CREATE TRIGGER vorgang_signature_unchanged BEFORE UPDATE ON vorgang_signature
    WHEN NEW.signer <> '' OR coalesce(NEW.on_behalf_of, NEW.drafted_by, NEW.drafted_for, NEW.remark) IS NOT NULL
        OR NEW.case_id IS NOT OLD.case_id OR NEW.seq IS NOT OLD.seq OR NEW.draft_sha256 IS NOT OLD.draft_sha256
        OR NEW.role IS NOT OLD.role OR NEW.result IS NOT OLD.result OR NEW.at IS NOT OLD.at
        OR NOT EXISTS (
            SELECT 1 FROM vorgang_transition WHERE case_id = OLD.case_id AND seq = OLD.seq AND salt IS NULL
        )
    BEGIN SELECT RAISE(ABORT, 'vorgang_signature is append-only'); END
    """,
)


def upgrade() -> None:
    """Replace the triggers."""
    for statement in _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: signatures may have been erased by now."""
    raise RuntimeError("downgrade refused: signatures may have been erased")
