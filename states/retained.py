"""What is asked of the database about closed cases: which there are, what belongs to them, whose files they have."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, String, and_, cast, func, select

from .document_tables import DocumentRow, IssueRow
from .records import Paper
from .tables import CaseRow, TransitionRow, table_of

#: The lifecycle of what is done after the time of keeping, its states once it is, and that of a hold.
DISPOSAL, DISPOSED, HOLD = "aussonderung", ("anonymisiert", "geloescht"), "aufbewahrungssperre"

_case, _line, _paper = table_of(CaseRow), table_of(TransitionRow), table_of(Paper)
_issue, _document = table_of(IssueRow), table_of(DocumentRow)
_HASH = re.compile(r'"sha256": ?"([0-9a-f]{64})"')
#: Lines of the log that are looked at again: of two transactions at the same time the lower number may come later.
_AGAIN = 500

#: By the SHA-256 of a file the cases that name it.
References: TypeAlias = Mapping[str, frozenset[str]]


class Closed(NamedTuple):
    """A closed case that belongs to no other; `disposal`: what is being done about it, and how far that is."""

    id: str
    body: str
    lifecycle: str
    number: str | None
    closed_at: datetime
    disposal: str | None
    disposal_state: str | None


class Member(NamedTuple):
    """A case of a family: the one above all, or one below it."""

    id: str
    parent_id: str | None
    lifecycle: str
    lifecycle_version: int
    state: str
    closed_at: datetime | None
    facts: dict[str, Any]
    paper_id: str | None
    record_id: str | None


def closed_cases(connection: Connection, body: str, before: datetime) -> list[Closed]:
    """The cases of a town closed before that instant, the oldest first, without those that are disposed of."""
    below = _case.alias("below")
    mine = and_(below.c.parent_id == _case.c.id, below.c.lifecycle == DISPOSAL)
    done = select(below.c.id).where(mine, below.c.state.in_(DISPOSED)).exists()
    current = _case.alias("current")
    running = and_(current.c.parent_id == _case.c.id, current.c.lifecycle == DISPOSAL, current.c.closed_at.is_(None))
    columns = (_case.c.id, _case.c.body, _case.c.lifecycle, _paper.c.reference, _case.c.closed_at)
    query = (
        select(*columns, current.c.id, current.c.state)
        .select_from(_case.outerjoin(_paper, _paper.c.id == _case.c.paper_id).outerjoin(current, running))
        .where(_case.c.body == body, _case.c.parent_id.is_(None), _case.c.closed_at < before, ~done)
        .order_by(_case.c.closed_at, _case.c.id)
    )
    return [Closed(*row) for row in connection.execute(query)]


def family(connection: Connection, case_id: str) -> list[Member]:
    """The case and everything below it, the case first."""
    above = select(_case.c.id).where(_case.c.id == case_id).cte("kin", recursive=True)
    kin = above.union(select(_case.c.id).join(above, _case.c.parent_id == above.c.id))
    columns = (_case.c[name] for name in Member._fields)
    found = connection.execute(select(*columns).where(_case.c.id.in_(select(kin.c.id))).order_by(_case.c.id))
    members = [Member(*row) for row in found]
    return sorted(members, key=lambda one: one.id != case_id)


def disposal_of(members: Iterable[Member]) -> Member | None:
    """What is being done about a family after its time of keeping."""
    return next((one for one in members if one.lifecycle == DISPOSAL and one.closed_at is None), None)


def lock_family(connection: Connection, ids: Sequence[str]) -> None:
    """Let nobody change these cases, or open one below them, until the transaction ends."""
    connection.execute(_case.update().where(_case.c.id.in_(ids)).values(changed_at=_case.c.changed_at))


def named_in_logs(connection: Connection, ids: Sequence[str]) -> list[Any]:
    """Whatever the logs of these cases hold that may name people."""
    columns = (_line.c.actor, _line.c.on_behalf_of, _line.c.data)
    return [value for row in connection.execute(select(*columns).where(_line.c.case_id.in_(ids))) for value in row]


def last_line(connection: Connection) -> int:
    """The id of the newest line of the log."""
    return int(connection.execute(select(func.coalesce(func.max(_line.c.id), 0))).scalar_one())


def references(connection: Connection, after: int = 0, of: Collection[str] | None = None) -> dict[str, frozenset[str]]:
    """Which cases name which file, in one walk over the log after that line; erased lines name none.

    `of`: only these files are of interest.
    """
    found: dict[str, set[str]] = {}
    for case_id, digest in _named_files(connection, max(after - _AGAIN, 0), of):
        found.setdefault(digest, set()).add(str(case_id))
    return {digest: frozenset(cases) for digest, cases in found.items()}


def files_of(connection: Connection, ids: Sequence[str]) -> set[str]:
    """The files that these cases name, by SHA-256."""
    text = cast(_line.c.data, String)
    rows = connection.execute(select(text).where(_line.c.case_id.in_(ids), text.like('%"sha256"%'))).scalars()
    named = {digest for data in rows for digest in _HASH.findall(data)}
    facts = connection.execute(select(cast(_case.c.facts, String)).where(_case.c.id.in_(ids))).scalars()
    named |= {digest for data in facts for digest in _HASH.findall(data)}
    for table in (_issue, _document):
        named |= set(connection.execute(select(table.c.sha256).where(table.c.case_id.in_(ids))).scalars())
    return named


def _named_files(connection: Connection, after: int, of: Collection[str] | None) -> Iterator[tuple[str, str]]:
    text = cast(_line.c.data, String)
    lines = select(_line.c.case_id, text).where(_line.c.id > after, text.like('%"sha256"%'))
    for case_id, data in connection.execute(lines, execution_options={"yield_per": 1000}):
        yield from ((case_id, digest) for digest in _HASH.findall(data))
    for table in (_issue, _document):
        named = select(table.c.case_id, table.c.sha256)
        rows = connection.execute(named if of is None else named.where(table.c.sha256.in_(of)))
        yield from ((row[0], row[1]) for row in rows)
