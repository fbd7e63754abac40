"""The rows of the report on punctuality: kept up from the log, a page at a time, or made anew case by case.

Each page is one transaction that begins by taking the mark: whoever else does the same waits, and goes on from there.
All rows of a case are made anew from its whole log, so that doing it twice does no harm.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .columns import Among
from .database import Database
from .kin import Lifecycles
from .lifecycle import DeadlineSpec
from .publicity import publicity_of
from .punctuality import Course, Line, Measured, faction_of, measured_clocks
from .punctuality_tables import MARK, STEPS, PunctualityRow
from .records import Organization
from .search_tables import SearchMarkRow
from .tables import CaseRow, DeadlineRow, TransitionRow, table_of
from .town import Town
from .visibility import Publicity, is_public

#: Told how many cases are done.
Tell = Callable[[int], None]
#: What stands behind the line up to which the log will have been followed, while all cases are gone through.
_BUILDING = "@"
#: Lines looked at together; those looked at again, for a lower number may be committed later; cases of one page.
PAGE, AGAIN, CASES = 400, 200, 250
#: oparl:organizationType.
FACTION = "Fraktion"
#: What the steps are called that have no column of their own.
MORE = "weitere"

_row, _mark, _line = table_of(PunctualityRow), table_of(SearchMarkRow), table_of(TransitionRow)
_case, _clock, _organization = table_of(CaseRow), table_of(DeadlineRow), table_of(Organization)


class Known(NamedTuple):
    """What the rows follow from besides the log."""

    lifecycles: Lifecycles
    towns: Callable[[str], Town]
    #: By lifecycle the deadlines that are measured, by name.
    measured: Mapping[str, Mapping[str, DeadlineSpec]]


class _Done(NamedTuple):
    """A page that is done: its cases, the last line looked at in this round, and whether there is more."""

    cases: int
    after: int | None = None
    more: bool = True


def catch_up(database: Database, known: Known, pages: int | None = None, tell: Tell = lambda _done: None) -> int:
    """Follow the log from where it was left, so many pages at most; how many cases were looked at.

    Where nothing has been followed yet, all cases are gone through.
    """
    cases, after = 0, None
    for _ in count() if pages is None else range(pages):
        with database.writing() as connection:
            done = _page(connection, known, after)
        cases, after = cases + done.cases, done.after
        if not done.more:
            break
        tell(cases)
    return cases


def rebuild(database: Database, known: Known, tell: Tell = lambda _done: None) -> int:
    """Make all rows anew; how many cases were gone through."""
    with database.writing() as connection:
        _taken(connection)
        _set(connection, "")
    return catch_up(database, known, tell=tell)


def _page(connection: Connection, known: Known, after: int | None) -> _Done:
    """The next page: of the cases, as long as they are gone through (``LINE@CASE``), then of the log (``LINE``)."""
    newest, building, case = (_taken(connection) or _begun(connection)).partition(_BUILDING)
    return _cases(connection, known, newest, case) if building else _lines(connection, known, int(newest), after)


def _cases(connection: Connection, known: Known, newest: str, after: str) -> _Done:
    query = select(_case.c.id).where(_case.c.lifecycle.in_(known.measured)).order_by(_case.c.id).limit(CASES)
    ids = connection.execute(query.where(_case.c.id > after) if after else query).scalars().all()
    if not ids:
        _set(connection, newest)
        return _Done(0)
    _set(connection, f"{newest}{_BUILDING}{ids[-1]}")
    return _Done(_renew(connection, known, ids))


def _lines(connection: Connection, known: Known, reached: int, after: int | None) -> _Done:
    start = after if after is not None else _again(connection, reached)
    query = select(_line.c.id, _line.c.case_id).where(_line.c.id > start).order_by(_line.c.id).limit(PAGE)
    rows = connection.execute(query).all()
    if not rows:
        return _Done(0, more=False)
    last = rows[-1][0]
    if last > reached:
        _set(connection, str(last))
    return _Done(_renew(connection, known, {row[1] for row in rows}), last, len(rows) == PAGE)


def _begun(connection: Connection) -> str:
    """Go through all cases from the first on; what happens meanwhile is followed afterwards."""
    connection.execute(delete(_row))
    newest = connection.execute(select(_line.c.id).order_by(_line.c.id.desc()).limit(1)).scalar() or 0
    return f"{newest}{_BUILDING}"


def _taken(connection: Connection) -> str:
    """How far it is done, kept from others until this page is; empty: not begun."""
    insert_ = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert_(_mark).values(name=MARK, reached="").on_conflict_do_nothing())
    query = select(_mark.c.reached).where(_mark.c.name == MARK)
    reached: str = connection.execute(query.with_for_update()).scalar_one()
    return reached


def _again(connection: Connection, reached: int) -> int:
    query = select(_line.c.id).where(_line.c.id <= reached).order_by(_line.c.id.desc()).offset(AGAIN).limit(1)
    return connection.execute(query).scalar() or 0


def _set(connection: Connection, reached: str) -> None:
    connection.execute(update(_mark).where(_mark.c.name == MARK).values(reached=reached))


def _renew(connection: Connection, known: Known, case_ids: Collection[str]) -> int:
    """Make the rows of these cases anew, and of those below them, whose publicity is theirs too."""
    ids = _with_those_below(connection, set(case_ids))
    columns = (_case.c.id, _case.c.body, _case.c.lifecycle, _case.c.lifecycle_version, _case.c.facts)
    cases = [
        dict(row)
        for row in connection.execute(select(*columns).where(Among(_case.c.id)), {"ids": sorted(ids)}).mappings()
        if row["lifecycle"] in known.measured
    ]
    wanted = {"ids": sorted(row["id"] for row in cases)}
    connection.execute(delete(_row).where(Among(_row.c.case_id)), wanted)
    page = _Page(connection, known, wanted)
    rows = [row for case in cases for row in page.rows_of(case)]
    if rows:
        connection.execute(insert(_row), rows)
    return len(cases)


def _with_those_below(connection: Connection, ids: set[str]) -> set[str]:
    newer = ids
    while newer:
        query = select(_case.c.id).where(Among(_case.c.parent_id))
        newer = set(connection.execute(query, {"ids": sorted(newer)}).scalars()) - ids
        ids |= newer
    return ids


class _Page:
    """What the rows of some cases need, read at once."""

    def __init__(self, connection: Connection, known: Known, wanted: Mapping[str, Any]) -> None:
        self._known = known
        names = ("case_id", "seq", "at", "event", "target", "changes", "data")
        log = select(*(_line.c[name] for name in names)).where(Among(_line.c.case_id))
        rows = connection.execute(log.order_by(_line.c.case_id, _line.c.seq), wanted).all()
        self._lines = {case: [_read(row) for row in lines] for case, lines in groupby(rows, itemgetter(0))}
        known_by = ("case_id", "name", "occurrence", "basis", "started_on", "settled_at")
        clocks = select(*(_clock.c[name] for name in known_by)).where(Among(_clock.c.case_id))
        self._bases: dict[tuple[str, str, int], str] = {}
        self._ended: dict[str, dict[tuple[str, int], tuple[date, datetime]]] = defaultdict(dict)
        for case, name, occurrence, basis, started_on, settled_at in connection.execute(clocks, wanted):
            self._bases[case, name, occurrence] = basis
            if settled_at is not None:
                self._ended[case][name, occurrence] = started_on, settled_at
        self._publicity = publicity_of(connection, wanted["ids"], known.lifecycles, known.towns)
        factions = select(_organization.c.body, _organization.c.key).where(_organization.c.organization_type == FACTION)
        self._factions: dict[str, set[str]] = {}
        for body, key in connection.execute(factions):
            self._factions.setdefault(body, set()).add(key)

    def rows_of(self, case: Mapping[str, Any]) -> list[dict[str, Any]]:
        town = self._known.towns(case["body"])
        pinned = self._known.lifecycles(case["lifecycle"], case["lifecycle_version"])
        ended = self._ended.get(case["id"], {})
        course = Course(pinned, self._lines.get(case["id"], ()), case["facts"], ended)
        clocks = measured_clocks(course, self._known.measured[case["lifecycle"]], town.today)
        return [self._row(case, town, one) for one in clocks]

    def _row(self, case: Mapping[str, Any], town: Town, one: Measured) -> dict[str, Any]:
        factions = frozenset(self._factions.get(case["body"], ()))
        organisations = town.organisations(one.asker, one.began_on) if one.asker else frozenset[str]()
        return {
            "body": case["body"],
            "began_on": one.began_on,
            "public_from": public_from(self._publicity[case["id"]]),
            "days": one.days,
            "kind": case["lifecycle"],
            "office": one.office,
            "faction": faction_of(one.asker, organisations, factions),
            "council_body": one.council_body,
            "ending": one.ending(self._bases.get((case["id"], one.deadline, one.occurrence), "uebung")).text,
            **_path(one.steps),
            "case_id": case["id"],
            "deadline": one.deadline,
            "occurrence": one.occurrence,
        }


def _path(steps: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """The steps as columns; those for which there is none are added up in the last."""
    kept = steps if len(steps) <= STEPS else (*steps[: STEPS - 1], (MORE, sum(s for _, s in steps[STEPS - 1 :])))
    seconds: dict[str, Any] = {f"seconds_{number}": None for number in range(1, STEPS + 1)}
    seconds |= {f"seconds_{number}": spent for number, (_, spent) in enumerate(kept, 1)}
    return {"path": " ".join(state for state, _ in kept) if kept else None, **seconds}


def public_from(known: Publicity) -> date | None:
    """The first day on which everybody may know of a case, as it stands; None: there is none."""
    if known.internal or not is_public(known):
        return None
    last = max(known.embargoes, default=None)
    if last is None:
        return date.min
    return last + timedelta(days=1) if last < date.max else None


def _read(row: Any) -> Line:
    deadlines = ((name, status, date.fromisoformat(due)) for name, status, due in row.changes.get("deadlines", ()))
    return Line(row.seq, row.at, row.event, row.target, tuple(deadlines), row.data or {})
