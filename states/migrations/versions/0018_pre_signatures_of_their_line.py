"""A signature is added together with the line of the log that tells of it, and says what that line and its case say.

The newest line of the case tells of it with the same signer, represented person, role, instant, result and draft; who
has drafted it is who the case knows as the author (nobody, in a case that began before authors were kept); and neither
the signer nor the represented person is among the authors, however old. Which facts name them the pinned lifecycle
says. Only triggers are added; what the program before this one wrote agrees with them.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

_POSTGRES = (
    """
    CREATE FUNCTION vorgang_refuse_unless_told() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        told boolean;
    BEGIN
        EXECUTE format($query$
            SELECT EXISTS (
                SELECT FROM %1$I.vorgang_transition t
                JOIN %1$I.vorgang_case c ON c.id = t.case_id AND c.log_seq = t.seq
                JOIN %1$I.vorgang_lifecycle l ON l.id = c.lifecycle AND l.version = c.lifecycle_version
                WHERE t.case_id = ($1).case_id AND t.seq = ($1).seq
                    AND t.actor = ($1).signer AND t.on_behalf_of IS NOT DISTINCT FROM ($1).on_behalf_of
                    AND t.role = ($1).role AND t.at = ($1).at
                    AND t.changes #>> '{signature,0}' = ($1).result
                    AND t.changes #>> '{signature,1}' = ($1).draft_sha256
                    AND c.facts ->> (l.content #>> '{signature,author,0}') IS NOT DISTINCT FROM ($1).drafted_by
                    AND c.facts ->> (l.content #>> '{signature,author,1}') IS NOT DISTINCT FROM ($1).drafted_for
                    AND NOT EXISTS (
                        SELECT FROM jsonb_array_elements_text(l.content #> '{signature,author}') name,
                            jsonb_path_query(c.facts -> name, '$[*]') author
                        WHERE author #>> '{}' IN (($1).signer, ($1).on_behalf_of)
                    )
            )
        $query$, TG_TABLE_SCHEMA) INTO told USING NEW;
        IF NOT told THEN
            RAISE EXCEPTION 'no line of the log tells of this signature' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    # At the end of the statement, which writes case, line and signature at once.
    """
    CREATE TRIGGER vorgang_signature_told AFTER INSERT ON vorgang_signature
    FOR EACH ROW EXECUTE FUNCTION vorgang_refuse_unless_told()
    """,
)

_SQLITE = (
    """
    CREATE TRIGGER vorgang_signature_told BEFORE INSERT ON vorgang_signature
    WHEN NOT EXISTS (
        SELECT 1 FROM vorgang_transition t
        JOIN vorgang_case c ON c.id = t.case_id AND c.log_seq = t.seq
        JOIN vorgang_lifecycle l ON l.id = c.lifecycle AND l.version = c.lifecycle_version
        WHERE t.case_id = NEW.case_id AND t.seq = NEW.seq
            AND t.actor IS NEW.signer AND t.on_behalf_of IS NEW.on_behalf_of AND t.role IS NEW.role AND t.at IS NEW.at
            AND json_extract(t.changes, '$.signature[0]') IS NEW.result
            AND json_extract(t.changes, '$.signature[1]') IS NEW.draft_sha256
            AND json_extract(c.facts, '$.' || json_extract(l.content, '$.signature.author[0]')) IS NEW.drafted_by
            AND json_extract(c.facts, '$.' || json_extract(l.content, '$.signature.author[1]')) IS NEW.drafted_for
            AND NOT EXISTS (
                SELECT 1 FROM json_each(l.content, '$.signature.author') name,
                    json_tree(c.facts, '$.' || name.value) author
                WHERE author.type = 'text' AND author.value IN (NEW.signer, NEW.on_behalf_of)
            )
    )
    BEGIN SELECT RAISE(ABORT, 'no line of the log tells of this signature'); END
    """,
)


def upgrade() -> None:
    """Add the triggers."""
    for statement in _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: signatures would be left unprotected."""
    raise RuntimeError("downgrade refused: the signatures would be left unprotected")
