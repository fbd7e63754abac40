"""The SQL for what an event looks at beside its case: by typed records, sessions, whatever else an office leads.

Part of the hot path, as `statements`.
"""

from functools import cache

from .closed_sessions import public_sql
from .link_spec import FOUND_BY
from .records import Body, Meeting
from .statements import table_name
from .tables import COUNCIL_BODY, LEAD, SESSION, CaseRow

#: The facts by which cases are found, in the words of their indexes.
_SAYING = dict(zip(FOUND_BY, (COUNCIL_BODY, SESSION), strict=True))


@cache
def with_record(prefix: str, table: str, columns: tuple[str, ...], *, mark: str) -> str:
    """The statement for the open cases of a body whose records in `table` have given values in `columns`."""
    found = _recorded(prefix, table, columns, mark=mark)
    return f"SELECT c.id {found} AND c.closed_at IS NULL ORDER BY c.id"


@cache
def sessions_ahead(prefix: str, *, mark: str) -> tuple[str, str]:
    """The statements that let nobody else look at the sessions of a body, and that read those from a day on."""
    held = _held(prefix, mark=mark)
    read = (
        "SELECT organization_key, CAST(id AS text), CAST(meeting_date AS text), begins, ends, location, CAST(case_id AS"
        f" text), cancelled FROM {prefix}{table_name(Meeting)} WHERE body = {mark} AND meeting_date >= {mark}"
        " ORDER BY meeting_date, begins"
    )
    return held, read


@cache
def led_by(prefix: str, *, mark: str) -> tuple[str, str]:
    """The statements that let nobody else ask in a body, and that read the open cases of a kind which an office leads.

    In the words of the index.
    """
    asked = f"{LEAD} = {mark} AND body = {mark} AND closed_at IS NULL AND lifecycle = {mark}"
    return _held(prefix, mark=mark), f"SELECT id FROM {prefix}{table_name(CaseRow)} WHERE {asked} ORDER BY id"


def _held(prefix: str, *, mark: str) -> str:
    # An update for the reason given at `lock` of the other statements.
    return f"UPDATE {prefix}{table_name(Body)} SET name = name WHERE key = {mark}"  # names are ours


@cache
def cases_with(prefix: str, table: str, columns: tuple[str, ...], *, mark: str, about: bool = False) -> str:
    """The statement for all cases of a body whose records in `table` have given values in `columns`, as `members`.

    With `about` only those about one paper.
    """
    paper = f" AND c.paper_id = {mark}" if about else ""
    return f"SELECT {_member(prefix)} {_recorded(prefix, table, columns, mark=mark)}{paper} ORDER BY c.id"


@cache
def cases_saying(prefix: str, names: tuple[str, ...], *, mark: str) -> str:
    """The statement for all cases of a kind in a body whose facts say given values under `names`, as `members`."""
    wanted = "".join(f" AND c.{_SAYING[name]} = {mark}" for name in names)
    found = f"FROM {prefix}{table_name(CaseRow)} c WHERE c.body = {mark} AND c.lifecycle = {mark}{wanted}"
    return f"SELECT {_member(prefix)} {found} ORDER BY c.id"


def _member(prefix: str) -> str:
    known = "CAST(c.id AS text), c.round, c.state, c.outcome, c.closed_at IS NOT NULL, c.facts"
    return f"{known}, {public_sql(prefix, 'c.')}, c.position, CAST(c.parent_id AS text)"


def _recorded(prefix: str, table: str, columns: tuple[str, ...], *, mark: str) -> str:
    """The cases `c` of a body whose records `r` have given values in `columns`; all names are ours."""
    wanted = "".join(f" AND r.{column} = {mark}" for column in columns)
    joined = f"{prefix}{table} r JOIN {prefix}{table_name(CaseRow)} c ON c.id = r.case_id"
    return f"FROM {joined} WHERE r.body = {mark}{wanted}"
