"""Indexing what is there: all cases of a database that is older than the index, and the texts of documents."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, or_, select, text
from sqlalchemy.engine import RowMapping

from .columns import parse_instant
from .database import Database
from .records import Paper as PaperRecord
from .search_index import SUBJECT, Index, Paper, row_of
from .search_tables import SearchDocumentRow, SearchRow
from .search_text import words
from .step import NOTHING, Case
from .tables import CaseRow, table_of

#: Told how many cases are done, of how many.
Tell = Callable[[int, int], None]
#: Cases of one transaction: others who write wait no longer for it.
AT_ONCE = 500

_case, _paper, _document = table_of(CaseRow), table_of(PaperRecord), table_of(SearchDocumentRow)
_search = table_of(SearchRow)
#: Cases with a paper of their own; without any, those that belong to no other and have a subject.
_SEARCHED = or_(
    _case.c.record_id == _case.c.paper_id,
    _case.c.record_id.is_(None) & _case.c.parent_id.is_(None) & _case.c.facts[SUBJECT].as_string().is_not(None),
)
_SEARCHED_IDS = (
    _case.c.id.in_(bindparam("ids", expanding=True))
    & select(_search.c.id).where(_search.c.case_id == _case.c.id).exists()
)
_UNINDEXED = ~select(_search.c.id).where(_search.c.case_id == _case.c.id).exists()
_COLUMNS = [_case.c[name] for name in ("id", "body", "lifecycle", "record_id", "facts", "opened_at")]


class Text(NamedTuple):
    """A document to be found by its text."""

    #: What tells it from the others of the case, such as its hash: under the same key it is replaced.
    key: str
    title: str
    text: str
    #: Whether outsiders may see it once they may see the answer of its case.
    public: bool = False
    #: Locked for outsiders until the end of this day.
    locked_until: date | None = None


def reindex(database: Database, tell: Tell = lambda _done, _of: None, *, missing: bool = False) -> int:
    """Index every case anew, the oldest first; how many. The search goes on meanwhile, and so does the house.

    With `missing` only those that are in no index yet, such as historical cases just taken over.

    Events that happen at the same time wait for the transaction of their case, or come after it: nothing older is
    written over what they wrote.
    """
    with database.writing() as connection:
        meant = _SEARCHED & _UNINDEXED if missing else _SEARCHED
        of = connection.execute(select(func.count()).select_from(_case).where(meant)).scalar_one()
    last, done = "", 0
    while ids := _next(database, last, meant):
        last, done = ids[-1], done + len(ids)
        tell(done, max(of, done))
    if database.dialect == "postgresql":
        _index_parts(database)
    return done


def _next(database: Database, last: str, meant: ColumnElement[bool]) -> list[str]:
    """Index the next cases after the one with the id `last`."""
    with database.writing() as connection:
        query = select(*_COLUMNS, _paper.c.reference, _paper.c.name, _paper.c.date)
        query = query.select_from(_case.outerjoin(_paper, _paper.c.id == _case.c.record_id)).where(meant)
        query = query.where(_case.c.id > last) if last else query
        locked = query.order_by(_case.c.id).limit(AT_ONCE).with_for_update(of=_case)
        rows = connection.execute(locked).mappings().all()
        if rows:
            index = _index(connection)
            index.put_rows([_row(row) for row in rows])
            for case_id in _documented(connection, [row["id"] for row in rows]):
                index.put_documents(case_id)
        return [row["id"] for row in rows]


def index_anew(connection: Connection, ids: Sequence[str]) -> None:
    """Index those of these cases that are searched as they stand now, in the transaction of `connection`."""
    query = select(*_COLUMNS, _paper.c.reference, _paper.c.name, _paper.c.date)
    query = query.select_from(_case.outerjoin(_paper, _paper.c.id == _case.c.record_id)).where(_SEARCHED_IDS)
    index = _index(connection)
    for row in connection.execute(query, {"ids": list(ids)}).mappings().all():
        index.put_rows([_row(row)])
        index.put_documents(row["id"])


def _row(row: RowMapping) -> tuple[Any, ...]:
    opened = parse_instant(row["opened_at"])
    case = Case.unopened((row["lifecycle"], 0), row["body"], opened)
    case = case._replace(id=row["id"], record_id=row["record_id"], facts=row["facts"] or NOTHING)
    day = row["date"].isoformat() if row["date"] else None
    return row_of(case, Paper(row["reference"], row["name"], day))


def _documented(connection: Connection, ids: list[str]) -> list[str]:
    query = select(_document.c.case_id).where(_document.c.case_id.in_(ids)).distinct()
    return list(connection.execute(query).scalars())


def put_document(connection: Connection, case_id: str, document: Text, at: datetime) -> None:
    """Let a document of a case be found by its text, in the transaction of `connection`."""
    columns = _document.c
    connection.execute(delete(_document).where(columns.case_id == case_id, columns.key == document.key))
    folded = " ".join(words(f"{document.title} {document.text}"))
    connection.execute(insert(_document).values(case_id=case_id, **document._asdict(), words=folded, added_at=at))
    _index(connection).put_documents(case_id)


def drop_document(connection: Connection, case_id: str, key: str) -> None:
    """Let a document be found no longer, in the transaction of `connection`."""
    connection.execute(delete(_document).where(_document.c.case_id == case_id, _document.c.key == key))
    _index(connection).put_documents(case_id)


def _index(connection: Connection) -> Index:
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    return Index(connection.exec_driver_sql, postgres=connection.dialect.name == "postgresql", schema=schema)


def _index_parts(database: Database) -> None:
    """On PostgreSQL, let parts of words be found by an index, if the extension has come since the tables were made."""
    with database.writing() as connection:
        schema = f'"{database.schema}".' if database.schema else ""
        vocabulary = f"{schema}vorgang_fts_vocabulary"
        place = connection.execute(text(_PLACE), {"vocabulary": vocabulary}).scalar()
        if place is not None:
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS vorgang_fts_word ON {vocabulary}"
                f" USING gin (word {place}.gin_trgm_ops) WITH (fastupdate = off)"
            )


#: Where the extension is, if this role may make an index of ours.
_PLACE = (
    "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
    " WHERE e.extname = 'pg_trgm' AND pg_has_role("
    "(SELECT relowner FROM pg_class WHERE oid = to_regclass(:vocabulary)), 'USAGE')"
)
