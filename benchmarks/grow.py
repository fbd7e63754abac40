"""Growing a database to a million cases: one case is copied inside the database, with log, deadline and message."""

from typing import Any

from vorgang.states.tables import CaseRow, DeadlineRow, MessageRow, TransitionRow, table_of

#: How ids of copies look: sorted like UUIDv7, scattered over nothing else.
_SQLITE_ID = "printf('019c0000-%04x-7%03x-8000-%012x', n / 65536, n % 4096, n)"
_POSTGRES_ID = (
    "('019c0000-' || lpad(to_hex(n / 65536), 4, '0') || '-7' || lpad(to_hex(mod(n, 4096)), 3, '0')"
    " || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
)


def grow(connection: Any, template: str, cases: int, *, sqlite: bool) -> list[str]:
    """Add `cases` copies of the case `template`; their ids."""
    mark, new_id = ("?", _SQLITE_ID) if sqlite else ("%s", _POSTGRES_ID)
    numbers = (
        f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {cases}) "
        if sqlite
        else f"WITH numbers AS (SELECT generate_series(1, {cases}) AS n) "
    )
    connection.execute("BEGIN")
    for row, key in ((CaseRow, "id"), (TransitionRow, "case_id"), (DeadlineRow, "case_id"), (MessageRow, "case_id")):
        table = table_of(row)
        own = {"id": None if row is TransitionRow else new_id, key: new_id}
        columns = [c.name for c in table.columns if not (row is TransitionRow and c.name == "id")]
        values = ", ".join(own.get(c) or f"t.{c}" for c in columns)
        insert = f"INSERT INTO {table.name} ({', '.join(columns)}) "  # names are ours
        source = f"SELECT {values} FROM {table.name} t, numbers WHERE t.{key} = {mark}"
        # SQLite wants the WITH before the INSERT, PostgreSQL takes it there too.
        connection.execute(numbers + insert + source, (template,))
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    return [
        row[0]
        for row in connection.execute("SELECT cast(id AS text) FROM vorgang_case WHERE id <> " + mark, (template,))
    ]
