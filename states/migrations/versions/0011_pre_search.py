"""Full-text search: a row of words per case, the texts of documents, and the index structures of either database.

Cases that are there already are indexed by ``vorgang db reindex`` (or when an event changes what is searched of them).
The extension pg_trgm is created where the role may do so; without it the words in which a part stands are found by
reading them all, and ``vorgang db reindex`` adds the index once the extension is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TEXT = sa.String()
ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything, empty."""
    _tables()
    postgres = op.get_context().dialect.name == "postgresql"
    for statement in _POSTGRES if postgres else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Drop it: nothing of it is more than a copy."""
    for table in ("vorgang_fts_word", "vorgang_fts_subject", "vorgang_fts_paper", "vorgang_fts_vocabulary"):
        op.execute(f"DROP TABLE IF EXISTS {table}")
    op.drop_table("vorgang_search_document")
    op.drop_table("vorgang_search")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION vorgang_index_words()")


def _tables() -> None:
    words = [
        sa.Column(name, TEXT, nullable=False) for name in ("number_words", "subject", "questions", "answers", "texts")
    ]
    op.create_table(
        "vorgang_search",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("originator", TEXT, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", TEXT, nullable=True),
        *words,
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_search"),
        sa.UniqueConstraint("case_id", name="uq_vorgang_search_case_id"),
        sa.ForeignKeyConstraint(["case_id"], ["vorgang_case.id"], name="fk_vorgang_search_case_id"),
    )
    op.create_index("ix_vorgang_search_number", "vorgang_search", ["number"])
    op.create_table(
        "vorgang_search_document",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("locked_until", sa.Date(), nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", name="pk_vorgang_search_document"),
    )


_COLUMNS = "number_words, subject, questions, answers, texts"


def _written(row: str, also: str = "", value: str = "") -> str:
    """Write a row into both indexes (`also`: the command of FTS5 that takes it out of them)."""
    return " ".join(
        f"INSERT INTO {index} ({also.format(index)}rowid, {columns}) VALUES ({value}{row}.id, "  # noqa: S608  # names are ours
        + ", ".join(f"{row}.{name}" for name in columns.split(", "))
        + ");"  # names are ours
        for index, columns in (("vorgang_fts_paper", _COLUMNS), ("vorgang_fts_subject", "subject"))
    )


_OLD, _NEW = _written("OLD", "{}, ", "'delete', "), _written("NEW")
_FTS = "content='vorgang_search', content_rowid='id', tokenize='unicode61 remove_diacritics 2', columnsize=0"
# The indexes keep no text of their own (https://sqlite.org/fts5.html#external_content_tables).
_SQLITE = (
    f"CREATE VIRTUAL TABLE vorgang_fts_paper USING fts5({_COLUMNS}, {_FTS})",
    # The subjects once more: asking a column of a large index reads the places of each word in all columns.
    f"CREATE VIRTUAL TABLE vorgang_fts_subject USING fts5(subject, {_FTS})",
    f"CREATE TRIGGER vorgang_search_added AFTER INSERT ON vorgang_search BEGIN {_NEW} END",
    f"CREATE TRIGGER vorgang_search_removed AFTER DELETE ON vorgang_search BEGIN {_OLD} END",
    f"CREATE TRIGGER vorgang_search_changed AFTER UPDATE OF {_COLUMNS} ON vorgang_search BEGIN {_OLD} {_NEW} END",
    "CREATE TABLE vorgang_fts_vocabulary (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    (
        "CREATE VIRTUAL TABLE vorgang_fts_word USING fts5(word, content='vorgang_fts_vocabulary', content_rowid='id',"
        " tokenize='trigram', columnsize=0)"
    ),
    (
        "CREATE TRIGGER vorgang_fts_word_added AFTER INSERT ON vorgang_fts_vocabulary"
        " BEGIN INSERT INTO vorgang_fts_word (rowid, word) VALUES (NEW.id, NEW.word); END"
    ),
)

# Narrow rows with the vectors set apart: whatever matches is then read from few pages. What was written a moment ago
# is in the index itself (fastupdate = off), or a search after a large import would read it all.
_POSTGRES = (
    (
        "CREATE TABLE vorgang_fts_paper (id bigint PRIMARY KEY REFERENCES vorgang_search ON DELETE CASCADE,"
        " subject tsvector NOT NULL, words tsvector NOT NULL) WITH (toast_tuple_target = 128)"
    ),
    "CREATE INDEX vorgang_fts_paper_subject ON vorgang_fts_paper USING gin (subject) WITH (fastupdate = off)",
    "CREATE INDEX vorgang_fts_paper_words ON vorgang_fts_paper USING gin (words) WITH (fastupdate = off)",
    """
    CREATE FUNCTION vorgang_index_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format(
            'INSERT INTO %I.vorgang_fts_paper (id, subject, words) VALUES ($1, $2, $3)'
            ' ON CONFLICT (id) DO UPDATE SET subject = EXCLUDED.subject, words = EXCLUDED.words',
            TG_TABLE_SCHEMA
        ) USING
            NEW.id,
            to_tsvector('pg_catalog.german', NEW.subject),
            to_tsvector('pg_catalog.german', concat_ws(
                ' ', NEW.number_words, NEW.subject, NEW.questions, NEW.answers, NEW.texts
            ));
        RETURN NULL;
    END $$
    """,
    (
        "CREATE TRIGGER vorgang_search_changed"
        " AFTER INSERT OR UPDATE OF number_words, subject, questions, answers, texts ON vorgang_search"
        " FOR EACH ROW EXECUTE FUNCTION vorgang_index_words()"
    ),
    "CREATE TABLE vorgang_fts_vocabulary (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, word text NOT NULL)",
    # Not unique: who meets a word that somebody else is just adding must not wait for them; twice does no harm.
    "CREATE INDEX vorgang_fts_vocabulary_word ON vorgang_fts_vocabulary (word)",
    """
    DO $$
    DECLARE
        place text;
    BEGIN
        BEGIN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
        EXCEPTION WHEN OTHERS THEN
            NULL;  -- not installed on the server, or not for this role to create
        END;
        SELECT quote_ident(n.nspname) INTO place
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
        IF place IS NOT NULL THEN
            EXECUTE 'CREATE INDEX vorgang_fts_word ON vorgang_fts_vocabulary USING gin (word '
                || place || '.gin_trgm_ops) WITH (fastupdate = off)';
        END IF;
    END $$
    """,
)
