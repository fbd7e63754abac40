"""What the database knows of historical cases: how far files have been taken over, and what is there already."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from .columns import Among
from .history_tables import HistoryRunRow
from .records import Paper
from .tables import CaseRow, KeyRow, table_of

_run, _key, _paper, _case = table_of(HistoryRunRow), table_of(KeyRow), table_of(Paper), table_of(CaseRow)

#: How the idempotency keys of historical cases begin.
KEYS = "altbestand:"
#: How those go on that are left of cases whose data were removed; and what is remembered under them.
_REMOVED, REMOVED = KEYS + "entfernt:", ""


class Run(NamedTuple):
    """A file that is taken over."""

    body: str
    sha256: str
    terms: str
    file: str
    source: str


def reached(connection: Connection, run: Run) -> int:
    """Up to which row a file has been taken over; 0: it is new."""
    found: int | None = connection.execute(select(_run.c.reached).where(*_is(run))).scalar()
    return found or 0


def begin(connection: Connection, run: Run, at: datetime) -> int:
    """Remember that a file is taken over; up to which row it has been already."""
    if connection.execute(select(_run.c.reached).where(*_is(run))).first() is None:
        new = {**run._asdict(), "reached": 0, "imported": 0, "started_at": at, "changed_at": at}
        connection.execute(insert(_run).values(**new))
    return reached(connection, run)


def _is(run: Run) -> list[Any]:
    return [_run.c.body == run.body, _run.c.sha256 == run.sha256, _run.c.terms == run.terms]


def digests(connection: Connection, keys: Sequence[str]) -> Mapping[str, str]:
    """What is remembered under those of the keys that have been used; `REMOVED`: the data of the case are."""
    removed = {_left_of(key): key for key in keys}
    query = select(_key.c.key, _key.c.request).where(Among(_key.c.key, "keys"))
    rows = connection.execute(query, {"keys": [*keys, *removed]})
    return {removed.get(row[0], row[0]): row[1] for row in rows}


def forget(connection: Connection, cases: Sequence[str]) -> None:
    """Leave nothing of the keys of these cases but how a historical one is recognised if its row is read again."""
    mine = _key.c.case_id.in_(cases)
    keys = [dict(row) for row in connection.execute(select(_key).where(mine)).mappings()]
    connection.execute(delete(_key).where(mine))
    left = [
        {**row, "key": row["key"] if row["request"] == REMOVED else _left_of(row["key"]), "request": REMOVED}
        for row in keys
        if row["key"].startswith(KEYS)
    ]
    if left:
        connection.execute(insert(_key), left)


def _left_of(key: str) -> str:
    """A key in which no name can be read: the other system may have called its rows after persons."""
    return _REMOVED + sha256(key.encode()).hexdigest()


def taken_numbers(connection: Connection, body: str, numbers: Sequence[str]) -> set[str]:
    """Those of the canonical numbers that a paper or an answer has."""
    wanted = {"numbers": list(numbers)}
    found: set[str] = set()
    for column in (_paper.c.canonical, _paper.c.answer_canonical):
        query = select(column).where(_paper.c.body == body, Among(column, "numbers"))
        found.update(connection.execute(query, wanted).scalars())
    return found


def cases_of(connection: Connection, body: str, numbers: Sequence[str]) -> dict[str, str]:
    """The cases of papers, by their canonical numbers."""
    query = (
        select(_paper.c.canonical, _case.c.id)
        .select_from(_paper.join(_case, _case.c.paper_id == _paper.c.id))
        .where(_paper.c.body == body, Among(_paper.c.canonical, "numbers"), _case.c.record_id == _paper.c.id)
    )
    return {row[0]: row[1] for row in connection.execute(query, {"numbers": list(numbers)})}


def has_papers(connection: Connection, body: str) -> bool:
    """Whether there is any paper whose number could be taken."""
    return connection.execute(select(_paper.c.id).where(_paper.c.body == body).limit(1)).first() is not None


def has_keys(connection: Connection) -> bool:
    """Whether any historical case has been taken over."""
    query = select(_key.c.key).where(_key.c.key.startswith(KEYS)).limit(1)
    return connection.execute(query).first() is not None
