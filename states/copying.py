"""A copy of a database in an SQLite file of its own: one consistent view of it; in the original nothing is written.

SQLite is copied page by page. Of PostgreSQL the rows are copied that what happens by itself can depend on: every open
case and every case with a message that is not settled, with all above and below them, their log, deadlines and
messages; the master data and lifecycles; neither closed business, nor the contents of files (and which of them were
issued), nor signatures, nor signed heads.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, insert, select, union

from ..config.errors import StoreError
from ..config.settings import sqlite_url
from .database import Database, Options
from .document_tables import FileRow, IssueRow
from .driver_errors import translated
from .mail_tables import SecretRow
from .migrate import upgrade
from .punctuality_tables import PunctualityRow
from .records import RECORDS
from .roster_tables import RosterChangeRow
from .search_tables import SearchDocumentRow, SearchMarkRow, SearchRow
from .tables import CaseRow, HeadRow, KeyRow, MessageRow, SignatureRow, table_of
from .tables import Table as Tables

#: Told how much is copied: so many pages or rows, of how many (None: nobody knows yet).
Tell: TypeAlias = Callable[[int, int | None], None]

#: Pages copied between two reports, and rows kept in memory at once.
PAGES, ROWS = 2_000, 1_000

_case, _key, _message = table_of(CaseRow), table_of(KeyRow), table_of(MessageRow)
#: What nothing that happens by itself can depend on, and what nobody else is to know.
_SEARCH = frozenset({table_of(SearchRow), table_of(SearchDocumentRow), table_of(SearchMarkRow)})
_LEFT_OUT = _SEARCH | {
    table_of(PunctualityRow),
    *(table_of(FileRow), table_of(IssueRow), table_of(HeadRow), table_of(SecretRow), table_of(SignatureRow)),
    table_of(RosterChangeRow),
}
_RECORDS = frozenset(map(table_of, RECORDS.values()))


def copy_database(source: Database, target: Path, tell: Tell, *, tasks: str) -> None:
    """Copy `source` into the new file `target`. `tasks`: beginning of the idempotency keys whose cases come along.

    Raises:
        StoreError: `source` cannot be read, or there is no room for the copy.
    """
    try:
        if source.dialect == "sqlite":
            _copy_pages(source, target, tell)
        else:
            _copy_rows(source, target, tell, tasks)
    except StoreError as error:
        if error.code == "store_full":
            raise StoreError("copy_no_room", folder=target.parent, detail=error.params["detail"]) from error
        raise


def _copy_pages(source: Database, target: Path, tell: Tell) -> None:
    with source.reading() as connection, translated(), closing(sqlite3.connect(target)) as copy:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()  # what is read first begins the view
        _require_room(target.parent, pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        driver.backup(copy, pages=PAGES, progress=lambda _state, left, every: tell(every - left, every))


def _require_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        detail = f"{free // 2**20} MiB < {needed // 2**20} MiB"
        raise StoreError("copy_no_room", folder=folder, detail=detail)


def _copy_rows(source: Database, target: Path, tell: Tell, tasks: str) -> None:
    copy = Database(sqlite_url(target), Options(synchronous="NORMAL"))
    try:
        upgrade(copy)
        with source.reading() as reader, copy.writing() as writer:
            writer.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # a child may come before its parent
            copied = 0
            for table, rows in _pieces(reader, tasks):
                writer.execute(insert(table), rows)
                copied += len(rows)
                tell(copied, None)
    finally:
        copy.close()


def _pieces(reader: Connection, tasks: str) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    streaming = reader.execution_options(yield_per=ROWS)
    for table in Tables.metadata.sorted_tables:
        if table not in _LEFT_OUT:
            query = select(table).where(*_wanted(table, tasks))
            with streaming.execute(query) as result:
                for page in result.mappings().partitions():
                    yield table, [dict(row) for row in page]


def _wanted(table: Table, tasks: str) -> list[ColumnElement[bool]]:
    """Which rows of a table: those of the cases concerned, as far as it has cases; else all."""
    if table is _case:
        return [_case.c.id.in_(_concerned(tasks))]
    if table in _RECORDS:
        concerned = _case.c.id.in_(_concerned(tasks))
        named = union(select(_case.c.paper_id).where(concerned), select(_case.c.record_id).where(concerned))
        return [table.c.id.in_(named)]
    return [key.parent.in_(_concerned(tasks)) for key in table.foreign_keys if key.column is _case.c.id]


def _concerned(tasks: str) -> Select[tuple[str]]:
    """The cases to which something can happen by itself, and everything above and below them."""
    living = select(_case.c.id).where(_case.c.closed_at.is_(None))
    waiting = select(_message.c.case_id).where(_message.c.status.not_in(("sent", "cancelled")))
    known = select(_key.c.case_id).where(_key.c.key.startswith(tasks, autoescape=True))
    seed = union(living, waiting, known).cte("seed")
    above = select(seed.c[0].label("id")).cte("above", recursive=True)
    parents = select(_case.c.parent_id).join(above, _case.c.id == above.c.id).where(_case.c.parent_id.is_not(None))
    above = above.union(parents)
    below = select(above.c.id).cte("below", recursive=True)
    below = below.union(select(_case.c.id).join(below, _case.c.parent_id == below.c.id))
    return select(below.c.id)
