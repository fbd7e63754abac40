"""Which cases may have files whose texts are not in the index yet: what the database knows of that.

Followed are the log, for files come with events, and the documents of the intake. Each is read from where it was left.
The documents have no numbers but the time, and come one by one, by hand: of those the last are looked at again, for so
many are not taken in while one of them is being written.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from .document_tables import DocumentRow
from .following import Reached, look, newest_of, reached_by
from .search_files import KINDS, OF_WORK, SearchedFile
from .search_rebuild import Text, drop_document, put_document
from .search_tables import SearchDocumentRow, SearchMarkRow, SearchRow
from .tables import CaseRow, TransitionRow, table_of

#: Documents of the intake that are looked at again, and rows looked at together.
AGAIN, PAGE = 500, 500

_line, _taken, _mark = table_of(TransitionRow), table_of(DocumentRow), table_of(SearchMarkRow)
_case, _row, _text = table_of(CaseRow), table_of(SearchRow), table_of(SearchDocumentRow)
_SOURCES: Mapping[str, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    "intake": (_taken.c.id, _taken.c.case_id),
    "all": (_row.c.id, _row.c.case_id),
}
_LOG = "log"
#: What is followed, and what is gone through once from its beginning.
FOLLOWED, ALL = (_LOG, "intake"), "all"
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
#: Ours begin so; what others have put into the index is theirs.
_OURS = tuple(f"{kind}:" for kind in KINDS)


class Leaf(NamedTuple):
    """Some rows of a source: the cases that they are about, and how far the source is done with them."""

    cases: tuple[str, ...]
    last: str | int | None


class Filed(NamedTuple):
    """A case that is searched, with what says which files it has."""

    id: str
    body: str
    lifecycle: str
    lifecycle_version: int
    facts: Mapping[str, Any]
    #: Documents of the intake that belong to it.
    documents: tuple[SearchedFile, ...]
    #: Keys of the texts in the index, ours alone: whether each has a text.
    indexed: Mapping[str, bool]


def next_leaf(connection: Connection, source: str, after: str | int | None) -> Leaf:
    """The next rows of a source; `after`: how far this round is, None: from where the last round ended."""
    if source == _LOG:
        return _next_lines(connection, after)
    key, case_id = _SOURCES[source]
    query = select(key, case_id).order_by(key).limit(PAGE + AGAIN)
    start = after if after is not None else _start(connection, source)
    rows = connection.execute(query if start is None else query.where(key > start)).all()
    return Leaf(tuple(dict.fromkeys(row[1] for row in rows)), rows[-1][0] if rows else None)


def _next_lines(connection: Connection, after: str | int | None) -> Leaf:
    newest_line = newest_of(connection, _line.c.id)
    reached = Reached.read(str(after or _marked(connection, _LOG) or ""))
    seen = look(connection, (_line.c.id, _line.c.case_id), reached, newest_line, PAGE)
    last = seen.reached.text if seen.rows else None
    return Leaf(tuple(dict.fromkeys(row[1] for row in seen.rows)), last)


def _start(connection: Connection, source: str) -> Any:
    reached = _marked(connection, source)
    if reached is None:
        return None
    key = _SOURCES[source][0]
    return connection.execute(select(key).where(key <= reached).order_by(key.desc()).offset(AGAIN).limit(1)).scalar()


def _marked(connection: Connection, source: str) -> str | None:
    return connection.execute(select(_mark.c.reached).where(_mark.c.name == source)).scalar()


def newest(connection: Connection, source: str) -> str | None:
    """How far a source is done with all that is there."""
    if source == _LOG:
        return reached_by(connection, _line.c.id, newest_of(connection, _line.c.id)).text
    key = _SOURCES[source][0]
    return connection.execute(select(key).order_by(key.desc()).limit(1)).scalar()


def set_mark(connection: Connection, source: str, reached: str | int) -> None:
    """Remember how far a source is done."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(_mark).values(name=source, reached=str(reached))
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"reached": str(reached)}))


def searched(connection: Connection) -> int:
    """How many cases are searched."""
    return connection.execute(select(func.count()).select_from(_row)).scalar_one()


def filed(connection: Connection, case_ids: Iterable[str]) -> list[Filed]:
    """Those of the cases that are searched."""
    ids = {"ids": list(case_ids)}
    columns = (_case.c[name] for name in Filed._fields[:5])
    cases = select(*columns).join(_row, _row.c.case_id == _case.c.id).where(_case.c.id.in_(_IDS))
    texts, documents = _texts(connection, ids), _documents(connection, ids)
    return [
        Filed(row[0], row[1], row[2], row[3], row[4], tuple(documents.get(row[0], ())), texts.get(row[0], {}))
        for row in connection.execute(cases, ids)
    ]


def _texts(connection: Connection, ids: Mapping[str, Any]) -> dict[str, dict[str, bool]]:
    found: dict[str, dict[str, bool]] = {}
    query = select(_text.c.case_id, _text.c.key, _text.c.text != "").where(_text.c.case_id.in_(_IDS))
    for case_id, key, full in connection.execute(query, ids):
        if key.startswith(_OURS):
            found.setdefault(case_id, {})[key] = bool(full)
    return found


def _documents(connection: Connection, ids: Mapping[str, Any]) -> dict[str, list[SearchedFile]]:
    found: dict[str, list[SearchedFile]] = {}
    query = select(_taken.c.case_id, _taken.c.sha256, _taken.c.name).where(_taken.c.case_id.in_(_IDS))
    for case_id, sha256, name in connection.execute(query, ids):
        found.setdefault(case_id, []).append(SearchedFile(OF_WORK, sha256, name, name))
    return found


def put_text(connection: Connection, case_id: str, file: SearchedFile, text: str, at: datetime) -> None:
    """Let a file be found by its text; with an empty text, by what it is called. Others who do the same wait."""
    _alone(connection, case_id)
    put_document(connection, case_id, Text(file.key, file.title, text), at)


def drop_texts(connection: Connection, case_id: str, keys: Iterable[str]) -> None:
    """Let files be found no longer."""
    _alone(connection, case_id)
    for key in keys:
        drop_document(connection, case_id, key)


def _alone(connection: Connection, case_id: str) -> None:
    connection.execute(select(_row.c.id).where(_row.c.case_id == case_id).with_for_update())
