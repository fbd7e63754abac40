"""Which searched rows everybody may know of, as far as flags alone say so; what papers follow up; alike documents.

The search asks the visibility predicate; the flags kept here (of the case and of its paper) only spare it the rows that
it would refuse anyhow. Triggers keep them, in the transaction of whatever changes a flag: on PostgreSQL in a column
beside the vectors, on SQLite as the rows of a narrow table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_OPEN = "c.public AND coalesce((SELECT p.public FROM {schema}vorgang_paper p WHERE p.id = c.paper_id), true)"


def upgrade() -> None:
    """Add everything; on SQLite rows that are there get their flag."""
    postgres = op.get_context().dialect.name == "postgresql"
    for statement in _POSTGRES if postgres else _SQLITE:
        op.execute(statement)
    op.create_index(
        "ix_vorgang_paper_follows_id",
        "vorgang_paper",
        ["follows_id"],
        postgresql_where=sa.text("follows_id IS NOT NULL"),
        sqlite_where=sa.text("follows_id IS NOT NULL"),
    )
    op.add_column("vorgang_document", sa.Column("text_sha256", sa.String(), nullable=True))
    op.create_index(
        "uq_vorgang_document_text",
        "vorgang_document",
        ["body", "text_sha256"],
        unique=True,
        postgresql_where=sa.text(_OPENED),
        sqlite_where=sa.text(_OPENED),
    )


def downgrade() -> None:
    """Drop it: nothing of it is more than a copy."""
    op.drop_index("uq_vorgang_document_text", "vorgang_document")
    op.drop_column("vorgang_document", "text_sha256")
    op.drop_index("ix_vorgang_paper_follows_id", "vorgang_paper")
    for statement in _POSTGRES_BACK if op.get_context().dialect.name == "postgresql" else _SQLITE_BACK:
        op.execute(statement)


#: Of the documents with one text at most one has opened a case.
_OPENED = "relation = 'opened' AND text_sha256 IS NOT NULL"


def _sqlite_follow(changed: str, cases: str) -> str:
    """The trigger that follows the flag of a table; `cases`: those that it concerns."""
    rows = f"SELECT s.id FROM vorgang_search s JOIN vorgang_case c ON c.id = s.case_id WHERE {cases}"  # noqa: S608  # names are ours
    return (
        f"CREATE TRIGGER {changed}_opened AFTER UPDATE OF public ON {changed} WHEN NEW.public IS NOT OLD.public BEGIN"  # noqa: S608  # as above
        f" DELETE FROM vorgang_fts_open WHERE id IN ({rows});"
        f" INSERT INTO vorgang_fts_open {rows} AND {_OPEN.format(schema='')}; END"
    )


_SQLITE = (
    "CREATE TABLE vorgang_fts_open (id INTEGER PRIMARY KEY)",
    (
        "INSERT INTO vorgang_fts_open SELECT s.id FROM vorgang_search s JOIN vorgang_case c ON c.id = s.case_id"  # noqa: S608  # names are ours
        f" WHERE {_OPEN.format(schema='')}"
    ),
    (
        "CREATE TRIGGER vorgang_search_opened AFTER INSERT ON vorgang_search BEGIN"  # noqa: S608  # as above
        " INSERT OR IGNORE INTO vorgang_fts_open"
        f" SELECT NEW.id FROM vorgang_case c WHERE c.id = NEW.case_id AND {_OPEN.format(schema='')}; END"
    ),
    (
        "CREATE TRIGGER vorgang_search_closed AFTER DELETE ON vorgang_search"
        " BEGIN DELETE FROM vorgang_fts_open WHERE id = OLD.id; END"
    ),
    _sqlite_follow("vorgang_case", "c.id = NEW.id"),
    _sqlite_follow("vorgang_paper", "c.paper_id = NEW.id"),
)
_SQLITE_BACK = (
    "DROP TRIGGER vorgang_search_opened",
    "DROP TRIGGER vorgang_search_closed",
    "DROP TRIGGER vorgang_case_opened",
    "DROP TRIGGER vorgang_paper_opened",
    "DROP TABLE vorgang_fts_open",
)


def _postgres_words(columns: str, values: str, changes: str) -> str:
    """The function behind the trigger that writes the vectors of a row, as revision 0011 has it, and more columns."""
    return f"""
    CREATE OR REPLACE FUNCTION vorgang_index_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format(
            'INSERT INTO %1$I.vorgang_fts_paper (id, subject, words{columns}) VALUES ($1, $2, $3{values})'
            ' ON CONFLICT (id) DO UPDATE SET subject = EXCLUDED.subject, words = EXCLUDED.words{changes}',
            TG_TABLE_SCHEMA
        ) USING
            NEW.id,
            to_tsvector('pg_catalog.german', NEW.subject),
            to_tsvector('pg_catalog.german', concat_ws(
                ' ', NEW.number_words, NEW.subject, NEW.questions, NEW.answers, NEW.texts
            )),
            NEW.case_id;
        RETURN NULL;
    END $$
    """  # noqa: S608  # names are ours


def _postgres_follow(changed: str, which: str) -> tuple[str, str]:
    """Function and trigger that follow the flag of a table; `which`: the cases that it concerns."""
    function = f"""
    CREATE FUNCTION {changed}_opened() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format(
            'UPDATE %1$I.vorgang_fts_paper f SET open = {_OPEN.format(schema="%1$I.")}'
            ' FROM %1$I.vorgang_search s JOIN %1$I.vorgang_case c ON c.id = s.case_id WHERE s.id = f.id AND {which}',
            TG_TABLE_SCHEMA
        ) USING NEW.id;
        RETURN NULL;
    END $$
    """  # noqa: S608  # names are ours
    trigger = (
        f"CREATE TRIGGER {changed}_opened AFTER UPDATE OF public ON {changed} FOR EACH ROW"
        f" WHEN (OLD.public IS DISTINCT FROM NEW.public) EXECUTE FUNCTION {changed}_opened()"
    )
    return function, trigger


_KNOWN = f"(SELECT {_OPEN.format(schema='%1$I.')} FROM %1$I.vorgang_case c WHERE c.id = $4)"  # noqa: S608  # as above
_POSTGRES = (
    # NULL: not known, which counts as open; to write all rows anew is the business of vorgang db reindex.
    "ALTER TABLE vorgang_fts_paper ADD COLUMN open boolean",
    _postgres_words(", open", f", {_KNOWN}", ", open = EXCLUDED.open"),
    *_postgres_follow("vorgang_case", "c.id = $1"),
    *_postgres_follow("vorgang_paper", "c.paper_id = $1"),
)
_POSTGRES_BACK = (
    "DROP TRIGGER vorgang_case_opened ON vorgang_case",
    "DROP TRIGGER vorgang_paper_opened ON vorgang_paper",
    "DROP FUNCTION vorgang_case_opened()",
    "DROP FUNCTION vorgang_paper_opened()",
    _postgres_words("", "", ""),
    "ALTER TABLE vorgang_fts_paper DROP COLUMN open",
)
