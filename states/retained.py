"""What is asked of the database about closed cases: which there are, what belongs to them, whose files they have."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, String, and_, cast, func, or_, select

from .document_tables import DocumentRow, IssueRow
from .following import BEGINNING, Reached, newest_of, reached_by, since
from .records import Paper
from .tables import CaseRow, TransitionRow, table_of

#: The lifecycle of what is done after the time of keeping, its states once it is, and that of a hold.
DISPOSAL, DISPOSED, HOLD = "aussonderung", ("anonymisiert", "geloescht"), "aufbewahrungssperre"

_case, _line, _paper = table_of(CaseRow), table_of(TransitionRow), table_of(Paper)
_issue, _document = table_of(IssueRow), table_of(DocumentRow)
_HASH = re.compile(r'"sha256": ?"([0-9a-f]{64})"')

#: By the SHA-256 of a file the cases that name it.
References: TypeAlias = Mapping[str, frozenset[str]]

#: Told how many are done, of how many.
Tell: TypeAlias = Callable[[int, int], None]
#: Cases read at once, and an id before all others.
BATCH, BEFORE_ALL = 1000, "00000000-0000-0000-0000-000000000000"


class Closed(NamedTuple):
    """A closed case that is disposed of by itself; `disposal`: what is being done about it, and how far that is."""

    id: str
    #: Of the case above it; None: it belongs to no other.
    parent_id: str | None
    body: str
    lifecycle: str
    number: str | None
    closed_at: datetime
    disposal: str | None
    disposal_state: str | None
    disposal_facts: Mapping[str, Any] | None


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


def closed_cases(
    connection: Connection, body: str, before: datetime, own: Collection[str] = (), tell: Tell | None = None
) -> Iterator[list[Closed]]:
    """The cases of a town closed before that instant, in batches, without those that are disposed of.

    `own`: the kinds that are disposed of by themselves although they belong to a case; with it their log is erased.
    `tell` is told how many have been looked at, of how many.
    """
    conditions = _closed(body, before, own)
    total = connection.execute(select(func.count()).where(*conditions)).scalar_one() if tell else 0
    query, after, seen = _listed(conditions).order_by(_case.c.id).limit(BATCH), BEFORE_ALL, 0
    while rows := connection.execute(query.where(_case.c.id > after)).all():
        yield _not_disposed_of(connection, rows)
        after, seen = rows[-1].id, seen + len(rows)
        if tell:
            tell(seen, total)


def closed_among(
    connection: Connection, ids: Collection[str], body: str, before: datetime, own: Collection[str] = ()
) -> list[Closed]:
    """Those of `closed_cases` that are among these."""
    query = _listed((*_closed(body, before, own), _case.c.id.in_(ids)))
    return _not_disposed_of(connection, connection.execute(query).all()) if ids else []


def _closed(body: str, before: datetime, own: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    kept = select(_line.c.id).where(_line.c.case_id == _case.c.id, _line.c.salt.is_not(None)).exists()
    by_itself = or_(_case.c.parent_id.is_(None), and_(_case.c.lifecycle.in_(own), kept))
    return _case.c.body == body, by_itself, _case.c.closed_at < before


def _listed(conditions: Iterable[ColumnElement[bool]]) -> Select[Any]:
    columns = (_case.c.id, _case.c.parent_id, _case.c.body, _case.c.lifecycle, _case.c.paper_id, _case.c.closed_at)
    return select(*columns).where(*conditions)


def _not_disposed_of(connection: Connection, rows: Sequence[Any]) -> list[Closed]:
    """The cases, each with its number and the disposal that runs.

    Both are asked for by the ids of a batch: joined to the cases, they are walked through once for each case by a
    database that has not counted its rows since an import.
    """
    papers = select(_paper.c.id, _paper.c.reference).where(_paper.c.id.in_([row.paper_id for row in rows]))
    numbers = {row[0]: row[1] for row in connection.execute(papers)}
    columns = _case.c.parent_id, _case.c.id, _case.c.state, _case.c.facts
    of = _case.c.parent_id.in_([row.id for row in rows]), _case.c.lifecycle == DISPOSAL
    done = set(connection.execute(select(_case.c.parent_id).where(*of, _case.c.state.in_(DISPOSED))).scalars())
    begun = connection.execute(select(*columns).where(*of, _case.c.closed_at.is_(None)))
    running: dict[str, tuple[Any, Any, Any]] = {case: (id, state, facts) for case, id, state, facts in begun}
    return [
        Closed(id, parent, body, kind, numbers.get(paper), closed_at, *running.get(id, (None, None, None)))
        for id, parent, body, kind, paper, closed_at in rows
        if id not in done
    ]


def family(connection: Connection, case_id: str) -> list[Member]:
    """The case and everything below it, the case first."""
    above = select(_case.c.id).where(_case.c.id == case_id).cte("kin", recursive=True)
    kin = above.union(select(_case.c.id).join(above, _case.c.parent_id == above.c.id))
    columns = (_case.c[name] for name in Member._fields)
    found = connection.execute(select(*columns).where(_case.c.id.in_(select(kin.c.id))).order_by(_case.c.id))
    members = [Member(*row) for row in found]
    return sorted(members, key=lambda one: one.id != case_id)


def open_below(connection: Connection, ids: Collection[str]) -> Mapping[str, list[Member]]:
    """By each of these cases what is open somewhere below it."""
    roots = select(_case.c.id.label("root"), _case.c.id).where(_case.c.id.in_(ids)).cte("kin", recursive=True)
    kin = roots.union_all(select(roots.c.root, _case.c.id).join(roots, _case.c.parent_id == roots.c.id))
    columns = [_case.c[name] for name in Member._fields]
    query = select(kin.c.root, *columns).join(kin, _case.c.id == kin.c.id).where(_case.c.closed_at.is_(None))
    found: dict[str, list[Member]] = {}
    for root, *member in connection.execute(query.order_by(_case.c.id)) if ids else ():
        found.setdefault(root, []).append(Member(*member))
    return found


def above(connection: Connection, case_id: str) -> list[str]:
    """The cases above that one."""
    return lines_above(connection, [case_id]).get(case_id, [])


def lines_above(connection: Connection, ids: Collection[str]) -> Mapping[str, list[str]]:
    """By each of these cases those above it."""
    columns = _case.c.id, _case.c.parent_id
    here = select(_case.c.id.label("root"), *columns).where(_case.c.id.in_(ids)).cte("line", recursive=True)
    line = here.union_all(select(here.c.root, *columns).join(here, _case.c.id == here.c.parent_id))
    found: dict[str, list[str]] = {}
    for root, id in connection.execute(select(line.c.root, line.c.id).where(line.c.id != line.c.root)) if ids else ():
        found.setdefault(root, []).append(id)
    return found


def holds_of(connection: Connection, ids: Collection[str]) -> list[Member]:
    """The holds of these very cases that nobody has lifted."""
    columns = (_case.c[name] for name in Member._fields)
    open_here = _case.c.parent_id.in_(ids), _case.c.lifecycle == HOLD, _case.c.closed_at.is_(None)
    query = select(*columns).where(*open_here).order_by(_case.c.id)
    return [Member(*row) for row in connection.execute(query)] if ids else []


def disposal_of(members: Sequence[Member]) -> Member | None:
    """What is being done after its time of keeping about the first of a family."""
    return next((one for one in members if is_disposal_of(one, members[0].id) and one.closed_at is None), None)


def is_disposal_of(member: Member, case_id: str) -> bool:
    """Whether that is the disposal of this very case, not of one below it."""
    return member.lifecycle == DISPOSAL and member.parent_id == case_id


def lock_family(connection: Connection, ids: Sequence[str]) -> None:
    """Let nobody change these cases, or open one below them, until the transaction ends."""
    connection.execute(_case.update().where(_case.c.id.in_(ids)).values(changed_at=_case.c.changed_at))


def named_in_logs(connection: Connection, ids: Sequence[str]) -> list[Any]:
    """Whatever the logs of these cases hold that may name people."""
    columns = (_line.c.actor, _line.c.on_behalf_of, _line.c.data)
    return [value for row in connection.execute(select(*columns).where(_line.c.case_id.in_(ids))) for value in row]


def looked_at(connection: Connection) -> Reached:
    """How far the log is there."""
    return reached_by(connection, _line.c.id, newest_of(connection, _line.c.id))


def references(
    connection: Connection, after: Reached = BEGINNING, of: Collection[str] | None = None
) -> dict[str, frozenset[str]]:
    """Which cases name which file, in one walk over what has come to the log since then; erased lines name none.

    `of`: only these files are of interest.
    """
    found: dict[str, set[str]] = {}
    for case_id, digest in _named_files(connection, after, of):
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


def _named_files(connection: Connection, after: Reached, of: Collection[str] | None) -> Iterator[tuple[str, str]]:
    text = cast(_line.c.data, String)
    named_there = select(_line.c.case_id, text).where(text.like('%"sha256"%'))
    for lines in since(named_there, _line.c.id, after):
        for case_id, data in connection.execute(lines, execution_options={"yield_per": 1000}):
            yield from ((case_id, digest) for digest in _HASH.findall(data))
    for table in (_issue, _document):
        named = select(table.c.case_id, table.c.sha256)
        rows = connection.execute(named if of is None else named.where(table.c.sha256.in_(of)))
        yield from ((row[0], row[1]) for row in rows)
