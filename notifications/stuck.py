"""Cases to which the scan cannot do what time demands: what failed, and which clocks have waited too long."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ..config.errors import VorgangError
from ..states.database import Database
from ..states.records import Paper
from ..states.tables import CaseRow, DeadlineRow, table_of
from ..states.watch_tables import FailureRow
from .failures import brief

_deadline, _case, _paper = table_of(DeadlineRow), table_of(CaseRow), table_of(Paper)
_failure = table_of(FailureRow)
#: What kept a clock waiting has happened since it fell due; whatever is older has been overcome.
_ITS_FAILURE = and_(_failure.c.case_id == _deadline.c.case_id, _failure.c.failed_at >= _deadline.c.next_at)


class Stuck(NamedTuple):
    """Cases with a clock that should have been looked at long ago."""

    cases: int
    #: The one that has waited longest: its id, its number (None: it has none), and since when.
    first: str
    number: str | None
    since: datetime
    #: What kept it from going on when it was last tried; None: nothing is known.
    failure: str | None
    #: Since when the one waits that was the last to get stuck.
    newest: datetime

    @property
    def name(self) -> str:
        """What people call the first case."""
        return self.number or self.first


def reason_of(error: Exception) -> str:
    """One short line for whoever has to mend it."""
    if isinstance(error, VorgangError):
        return brief(f"[{error.code}] {error.text()}")
    return brief(f"{type(error).__name__}: {error}")


def remember(database: Database, failures: Mapping[str, str], now: datetime) -> None:
    """Remember why these cases (by id) could not go on."""
    if not failures:
        return
    insert = postgresql.insert if database.dialect == "postgresql" else sqlite.insert
    statement = insert(_failure)
    newer = {"failed_at": statement.excluded.failed_at, "reason": statement.excluded.reason}
    rows = [{"case_id": case, "failed_at": now, "reason": failures[case]} for case in sorted(failures)]
    with database.writing() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=newer), rows)


def stuck(connection: Connection, before: datetime, *, failed: bool = False) -> Stuck | None:
    """The cases with a clock due before that instant, and still waiting; `failed`: only those known to have failed."""
    clocks = _deadline.join(_failure, _ITS_FAILURE, isouter=not failed)
    waiting = _deadline.c.next_at < before
    kind = _deadline.c.next_at.type
    counted = select(func.count(_deadline.c.case_id.distinct()), func.max(_deadline.c.next_at, type_=kind))
    cases, newest = connection.execute(counted.select_from(clocks).where(waiting)).one()
    if not cases:
        return None
    longest = (
        select(_deadline.c.case_id, _paper.c.reference, _deadline.c.next_at, _failure.c.reason)
        .select_from(clocks.join(_case, _case.c.id == _deadline.c.case_id))
        .outerjoin(_paper, _paper.c.id == _case.c.paper_id)
        .where(waiting)
        .order_by(_deadline.c.next_at, _deadline.c.case_id)
        .limit(1)
    )
    first, number, since, failure = connection.execute(longest).one()
    return Stuck(cases, first, number, since, failure, newest)
