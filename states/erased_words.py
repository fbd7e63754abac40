"""The spellings of the search: words that only erased cases have held are forgotten.

The list of spellings (revision 0011) is shared by all cases, so each word is looked for in what is left.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, String, delete, select
from sqlalchemy.sql import column, table

from .search_tables import SearchRow
from .tables import table_of

_row = table_of(SearchRow)
_COLUMNS = ("number_words", "subject", "questions", "answers", "texts")
_vocabulary = table("vorgang_fts_vocabulary", column("id"), column("word", String()))

_USED_SQLITE = "SELECT 1 FROM vorgang_fts_paper WHERE vorgang_fts_paper MATCH ? LIMIT 1"
_GONE_SQLITE = (
    "INSERT INTO vorgang_fts_word (vorgang_fts_word, rowid, word)"
    " SELECT 'delete', id, word FROM vorgang_fts_vocabulary WHERE word = ?"
)
#: The index finds stems, so the words themselves are compared besides; what it knows no stem of is left alone.
_USED_POSTGRES = (
    "SELECT 1 WHERE numnode(plainto_tsquery('pg_catalog.german', %s)) = 0 OR EXISTS ("
    "SELECT FROM {schema}vorgang_fts_paper f JOIN {schema}vorgang_search s ON s.id = f.id"
    " WHERE f.words @@ plainto_tsquery('pg_catalog.german', %s) AND"
    " position(' ' || %s || ' ' IN ' ' ||"
    " concat_ws(' ', s.number_words, s.subject, s.questions, s.answers, s.texts) || ' ') > 0)"
)


def words_of(connection: Connection, ids: Sequence[str]) -> set[str]:
    """The words under which these cases are found."""
    columns = (_row.c[name] for name in _COLUMNS)
    rows = connection.execute(select(*columns).where(_row.c.case_id.in_(ids)))
    return {word for row in rows for text in row for word in text.split()}


def forget_words(connection: Connection, gone: Iterable[str]) -> None:
    """Forget those of the words that no case holds any more."""
    if connection.dialect.name == "sqlite":
        _forget_sqlite(connection, gone)
        return
    schema = (connection.get_execution_options().get("schema_translate_map") or {}).get(None)
    place = f'"{schema}".' if schema else ""
    used = _USED_POSTGRES.format(schema=place)
    words = [word for word in sorted(gone) if not connection.exec_driver_sql(used, (word,) * 3).first()]
    connection.exec_driver_sql(f"DELETE FROM {place}vorgang_fts_vocabulary WHERE word = ANY (%s)", (words,))  # noqa: S608  # names are ours


def _forget_sqlite(connection: Connection, gone: Iterable[str]) -> None:
    for word in sorted(gone):
        if connection.exec_driver_sql(_USED_SQLITE, (f'"{word}"',)).first() is None:
            connection.exec_driver_sql(_GONE_SQLITE, (word,))
            connection.execute(delete(_vocabulary).where(_vocabulary.c.word == word))
