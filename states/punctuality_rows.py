"""The rows of the report on punctuality: kept up from the log, a page at a time, or made anew case by case.

Each page is one transaction that takes the mark first: whoever else does the same waits, and goes on from there.
All rows of a case are made anew from its whole log, so that doing it twice does no harm. Besides the log, the changes
of the master data are followed: they may say of days long past who belonged to which faction.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..config.collector import without_collector
from .columns import Among
from .database import Database
from .following import Reached, look, newest_of, reached_by
from .kin import Lifecycles
from .lifecycle import DeadlineSpec
from .publicity import publicity_of
from .punctuality import Course, Line, Measured, faction_of, measured_clocks
from .punctuality_roster import CHANGE, Altered, Factions, altered_since
from .punctuality_tables import MARK, ROSTER_MARK, STEPS, PunctualityRow
from .search_tables import SearchMarkRow
from .search_unread import set_mark
from .tables import CaseRow, DeadlineRow, TransitionRow, table_of
from .town import Town
from .visibility import Publicity, is_public

#: Told how many cases are done.
Tell = Callable[[int], None]
#: What stands behind how far the log will have been followed, while all cases are gone through.
_BUILDING = "@"
#: Lines looked at together, and cases of one page.
PAGE, CASES = 1000, 500
#: What the steps are called that have no column of their own.
MORE = "weitere"

_row, _mark, _line = table_of(PunctualityRow), table_of(SearchMarkRow), table_of(TransitionRow)
_case, _clock = table_of(CaseRow), table_of(DeadlineRow)


class Known(NamedTuple):
    """What the rows follow from besides the log."""

    lifecycles: Lifecycles
    towns: Callable[[str], Town]
    #: By lifecycle the deadlines that are measured, by name.
    measured: Mapping[str, Mapping[str, DeadlineSpec]]


class _Done(NamedTuple):
    """A page that is done: its cases, and whether there is more."""

    cases: int
    more: bool = True


def catch_up(database: Database, known: Known, pages: int | None = None, tell: Tell = lambda _done: None) -> int:
    """Follow the log from where it was left, so many pages at most; how many cases were looked at.

    Where nothing has been followed yet, all cases are gone through.
    """
    cases = 0
    for _ in count() if pages is None else range(pages):
        with without_collector(), database.writing() as connection:
            done = _page(connection, known)
        cases += done.cases
        tell(cases)
        if not done.more:
            break
    return cases


def lines_left(database: Database) -> int:
    """How many lines of the log have not been followed yet."""
    with database.reading() as connection:
        mark = connection.execute(select(_mark.c.reached).where(_mark.c.name == MARK)).scalar() or ""
        reached = Reached.read(mark.partition(_BUILDING)[0])
        return newest_of(connection, _line.c.id) - reached.number


def rebuild(database: Database, known: Known, tell: Tell = lambda _done: None) -> int:
    """Make all rows anew; how many cases were gone through."""
    with database.writing() as connection:
        _taken(connection)
        _set(connection, "")
    return catch_up(database, known, tell=tell)


def renew(connection: Connection, known: Known, case_ids: Collection[str]) -> None:
    """Make the rows of these cases anew in the caller's transaction; whoever follows the log waits for its end."""
    _taken(connection)
    _renew(connection, known, case_ids)


def _page(connection: Connection, known: Known) -> _Done:
    """The next page: of the cases, as long as they are gone through (``LOG@CASE``), then of the log (``LOG``)."""
    newest, newest_change = newest_of(connection, _line.c.id), newest_of(connection, CHANGE)
    mark = _taken(connection) or _begun(connection, newest, newest_change)
    reached, building, case = mark.partition(_BUILDING)
    if building:
        return _cases(connection, known, reached, case)
    if altered := _altered(connection, newest_change):
        return _roster(connection, known, altered)
    return _lines(connection, known, Reached.read(reached), newest)


def _cases(connection: Connection, known: Known, reached: str, after: str) -> _Done:
    query = select(_case.c.id).where(_case.c.lifecycle.in_(known.measured)).order_by(_case.c.id).limit(CASES)
    ids = connection.execute(query.where(_case.c.id > after) if after else query).scalars().all()
    if not ids:
        _set(connection, reached)
        return _Done(0)
    _set(connection, f"{reached}{_BUILDING}{ids[-1]}")
    return _Done(_renew(connection, known, ids))


def _altered(connection: Connection, newest_change: int) -> Altered | None:
    """What is to be made anew because the master data have changed, if anything is."""
    mark = connection.execute(select(_mark.c.reached).where(_mark.c.name == ROSTER_MARK)).scalar() or ""
    known = Altered.read(mark)
    altered = known if known.days else altered_since(connection, known, newest_change)
    if altered.text != mark:
        _remember(connection, altered)
    return altered if altered.days else None


def _roster(connection: Connection, known: Known, altered: Altered) -> _Done:
    """The next page of the cases of a town in which the master data may have changed whose they are."""
    body, first = altered.days[0]
    query = select(_row.c.case_id).where(_row.c.body == body, _row.c.began_on >= first).distinct()
    query = query.where(_row.c.case_id > altered.case) if altered.case else query
    ids = connection.execute(query.order_by(_row.c.case_id).limit(CASES)).scalars().all()
    _remember(connection, altered._replace(case=ids[-1]) if ids else altered.next_town())
    return _Done(_renew(connection, known, ids) if ids else 0)


def _lines(connection: Connection, known: Known, reached: Reached, newest: int) -> _Done:
    seen = look(connection, (_line.c.id, _line.c.case_id), reached, newest, PAGE)
    if seen.reached != reached:
        _set(connection, seen.reached.text)
    return _Done(_renew(connection, known, {row[1] for row in seen.rows}) if seen.rows else 0, seen.more)


def _begun(connection: Connection, newest: int, newest_change: int) -> str:
    """Go through all cases from the first on; what happens meanwhile is followed afterwards."""
    connection.execute(delete(_row))
    _remember(connection, Altered(reached_by(connection, CHANGE, newest_change).text))
    return f"{reached_by(connection, _line.c.id, newest).text}{_BUILDING}"


def _taken(connection: Connection) -> str:
    """How far it is done, kept from others until this page is; empty: not begun."""
    insert_ = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert_(_mark).values(name=MARK, reached="").on_conflict_do_nothing())
    query = select(_mark.c.reached).where(_mark.c.name == MARK)
    reached: str = connection.execute(query.with_for_update()).scalar_one()
    return reached


def _set(connection: Connection, reached: str) -> None:
    connection.execute(update(_mark).where(_mark.c.name == MARK).values(reached=reached))


def _remember(connection: Connection, altered: Altered) -> None:
    """How far the changes of the master data are done; whoever holds the mark of the log holds this one too."""
    set_mark(connection, ROSTER_MARK, altered.text)


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
        # As stored now: what a town remembers may be older than the change that is being followed.
        self._factions = Factions(connection)

    def rows_of(self, case: Mapping[str, Any]) -> list[dict[str, Any]]:
        town = self._known.towns(case["body"])
        pinned = self._known.lifecycles(case["lifecycle"], case["lifecycle_version"])
        ended = self._ended.get(case["id"], {})
        course = Course(pinned, self._lines.get(case["id"], ()), case["facts"], ended)
        clocks = measured_clocks(course, self._known.measured[case["lifecycle"]], town.today)
        return [self._row(case, one) for one in clocks]

    def _row(self, case: Mapping[str, Any], one: Measured) -> dict[str, Any]:
        body = case["body"]
        organisations = self._factions.of_person(body, one.asker, one.began_on) if one.asker else frozenset[str]()
        return {
            "body": body,
            "began_on": one.began_on,
            "public_from": public_from(self._publicity[case["id"]]),
            "days": one.days,
            "kind": case["lifecycle"],
            "office": one.office,
            "faction": faction_of(one.asker, organisations, self._factions.of(body)),
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
