"""(m) Pages of lists and the control list of a council body, among many cases and among few.

The cases are made in the database: one in fifty is open, they lie with forty offices and were meant for twenty bodies.
A page is fifty cases.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from vorgang.states.queries import Filter, Page
from vorgang.workflow.control_list import control_list

from .places import Place
from .reports import fill as fill_reports

#: The most that a page and a control list may take, in milliseconds, and how much longer a page among many cases.
PAGE_MS, LIST_MS, GROWTH = 50.0, 200.0, 3.0
FEW, OPEN, BODY, OFFICE = 1_000, 50, "integrationsrat", "amt01"
_IDS = {
    "sqlite": ("printf('019d0000-0000-7000-8000-%012x', n)", "printf('019e0000-0000-7000-8000-%012x', n)"),
    "postgresql": (
        "('019d0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
        "('019e0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
    ),
}
_DAY = {"sqlite": "date('2025-01-01', '+' || (n % 400) || ' days')", "postgresql": "'2025-01-01'::date + (n % 400)"}


def fill(place: Place, cases: int) -> str:
    """Put so many inquiries with a paper of their own into the database; the id of the real one that they are like."""
    actor = place.workflow.actor("hagen", "randt")
    said = {"betreff": "Muster", "schreiben_vom": "2024-01-02", "eingang": "2024-01-03", "fragesteller": "severcan"}
    data = {**said, "fragen": ["Wie viele?"], "gremium": "integrationsrat", "nummer": "9999/1999", "oeffentlich": True}
    real = place.workflow.open_case("anfrage", body="hagen", actor=actor, data=data).case.id
    dialect = place.workflow.database.dialect
    case, paper = _IDS[dialect]
    true = "1" if dialect == "sqlite" else "true"
    own_case = {
        "id": case,
        "paper_id": paper,
        "record_id": paper,
        "state": f"CASE WHEN n % {OPEN} = 0 THEN 'in_bearbeitung' ELSE 'abgeschlossen' END",
        "owner": f"CASE n % {OPEN} WHEN 0 THEN CASE n / {OPEN} % 40 WHEN 0 THEN '{OFFICE}' ELSE 'buero' END END",
        "due_on": f"CASE WHEN n % {OPEN} = 0 THEN {_DAY[dialect]} END",
        "closed_at": f"CASE WHEN n % {OPEN} = 0 THEN NULL ELSE t.opened_at END",
        "public": true,
    }
    number = "n || '/2020'"
    own_paper = {"id": paper, "reference": number, "canonical": number, "name": "'Sache Nummer ' || n"}
    connection = place.connect()
    connection.execute("BEGIN")
    _copied(
        connection,
        dialect,
        ("vorgang_paper", own_paper, cases),
        f"SELECT record_id FROM vorgang_case WHERE id = '{real}'",
    )
    _copied(connection, dialect, ("vorgang_case", own_case, cases), f"'{real}'")
    connection.execute("COMMIT")
    fill_reports(place, cases)
    connection.execute(f"UPDATE vorgang_punctuality SET council_body = '{BODY}' WHERE council_body = 'gremium0'")
    connection.execute("ANALYZE")
    return real


def _copied(connection: Any, dialect: str, what: tuple[str, dict[str, str], int], of: str) -> None:
    """Copy one row of a table so often, with values of their own in some columns."""
    table, own, count = what
    columns = [row[0] for row in connection.execute(_COLUMNS[dialect].format(table=table)).fetchall()]
    values = ", ".join(own.get(name, f"t.{name}") for name in columns)
    recursive = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
    numbers = recursive if dialect == "sqlite" else f"WITH numbers AS (SELECT generate_series(1, {count}) AS n)"
    insert = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t, numbers WHERE t.id = ({of})"
    connection.execute(f"{numbers} {insert}")


_COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}')",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
    " AND table_schema = current_schema() ORDER BY ordinal_position",
}


def _pages(place: Place, cases: int) -> dict[str, Callable[[], object]]:
    """The pages that people open."""
    workflow, middle = place.workflow, f"019d0000-0000-7000-8000-{cases // 2:012x}"
    listed = workflow.cases
    return {
        "work list": lambda: workflow.worklist("hagen", OFFICE, Page()),
        "first cases": lambda: listed(Filter(body="hagen")),
        "cases further on": lambda: listed(Filter(body="hagen", after=middle)),
        "open cases": lambda: listed(Filter(body="hagen", open=True)),
        "cases of a kind": lambda: listed(Filter(body="hagen", lifecycle="anfrage", after=middle)),
        "by number": lambda: workflow.find(f"{cases // 2}/2020"),
        "by the beginning of the id": lambda: workflow.candidates(f"019d0000-0000-7000-8000-{cases // 2:012x}"[:35]),
        "one case": lambda: workflow.case(middle),
    }


def lists(small: Place, large: Place, cases: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of each page and of the control list; and how much longer pages take than among a thousand cases.

    Compared are pages with as many rows among few cases as among many.
    """
    for place, number in ((small, FEW), (large, cases)):
        fill(place, number)
    pages = [_pages(place, number) for place, number in ((small, FEW), (large, cases))]
    few, many = (_median_ms(asked, rounds) for asked in pages)
    alike = [name for name in many if len({_rows(asked[name]()) for asked in pages}) == 1]
    asked: dict[str, Callable[[], object]] = {"control list": lambda: control_list(large.workflow, "hagen", BODY)}
    listed = _median_ms(asked, rounds)["control list"]
    found = control_list(large.workflow, "hagen", BODY)
    growth = max(many[name] / few[name] for name in alike)
    met = max(many.values()) <= PAGE_MS and listed <= LIST_MS and growth <= GROWTH
    return {
        "cases": cases,
        "pages_ms": many,
        "page_at_most_ms": PAGE_MS,
        "growth_from_a_thousand": round(growth, 2),
        "growth_at_most": GROWTH,
        "control_list_ms": listed,
        "control_list_at_most_ms": LIST_MS,
        "entries": len(found.public) + len(found.closed),
        "met": met,
    }


def _rows(answer: object) -> int:
    return len(answer) if isinstance(answer, list) else 1


def _median_ms(asked: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(2 * rounds + 1):
        for name, ask in asked.items():
            start = time.perf_counter()
            ask()
            if number:  # the first round warms up
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: round(median(found), 2) for name, found in times.items()}
