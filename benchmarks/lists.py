"""(m) Pages of lists and the control list of a council body, among many cases and among few.

The cases are made in the database, like a real one that was brought into co-signing by its events. One in fifty is
open, lies with one of forty offices and was meant for one of twenty bodies; it has the deadlines and the log of the
real one; one in five has its co-signatures, among them all of the body and of the office whose lists are made. A
page is fifty cases.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any, NamedTuple

from vorgang.states.queries import Filter, Page
from vorgang.workflow.control_list import ControlList, control_list
from vorgang.workflow.reading_rights import page_of_cases

from .places import Place
from .reports import fill as fill_reports

#: The most that a page and a control list may take, in milliseconds, and how much longer a page among many cases.
PAGE_MS, LIST_MS, GROWTH = 50.0, 200.0, 3.0
FEW, OPEN, BODY, OFFICE = 1_000, 50, "integrationsrat", "amt01"
#: One in so many open cases is in co-signing.
COSIGNED = 5
_CLERK, _LEAD = "randt", "beispiel01"
_DRAFT = {"name": "Entwurf.docx", "media_type": "application/octet-stream", "sha256": "0" * 64, "size": 1}
_IDS = {
    "sqlite": ("printf('019d0000-0000-7000-8000-%012x', n)", "printf('019e0000-0000-7000-8000-%012x', n)"),
    "postgresql": (
        "('019d0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
        "('019e0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
    ),
}
_DAY = {"sqlite": "date('2025-01-01', '+' || (n % 400) || ' days')", "postgresql": "'2025-01-01'::date + (n % 400)"}


class _Copies(NamedTuple):
    """Of one row of a table (`of`: its condition) a copy for each number that `when` is true of."""

    table: str
    of: str
    own: Mapping[str, str]
    copies: int
    when: str = "true"


def fill(place: Place, cases: int) -> str:
    """Put so many inquiries with a paper of their own into the database; the id of the real one that they are like."""
    real = _real(place)
    dialect = place.workflow.database.dialect
    connection = place.connect()
    connection.execute("BEGIN")
    for copies in _copies(connection, real, cases, dialect):
        _copied(connection, dialect, copies)
    connection.execute("COMMIT")
    fill_reports(place, cases)
    connection.execute("ANALYZE")
    return real


def _real(place: Place) -> str:
    """An inquiry that its office has given to be co-signed."""
    workflow = place.workflow
    said = {"betreff": "Muster", "schreiben_vom": "2024-01-02", "eingang": "2024-01-03", "fragesteller": "severcan"}
    data = {**said, "fragen": ["Wie viele?"], "gremium": BODY, "nummer": "9999/1999", "oeffentlich": True}
    real = workflow.open_case("anfrage", body="hagen", actor=workflow.actor("hagen", _CLERK), data=data).case.id
    answers = [{"frage": "Wie viele?", "antwort": "Viele."}]
    for event, person, given in (
        ("zulassen", _CLERK, {}),
        ("zuweisen", _CLERK, {"federfuehrung": OFFICE, "beteiligt": ["amt41", "amt48"]}),
        ("annehmen", _LEAD, {}),
        ("entwurf_ablegen", _LEAD, {"entwurf": _DRAFT, "antworten": answers}),
        ("in_mitzeichnung_geben", _LEAD, {}),
    ):
        workflow.fire(real, event, actor=workflow.actor("hagen", person), data=given)
    return real


def _copies(connection: Any, real: str, cases: int, dialect: str) -> list[_Copies]:
    """What belongs to each case: its paper and itself; of open ones the deadlines and the log, of some the children."""
    case, paper = _IDS[dialect]
    true = "1" if dialect == "sqlite" else "true"
    is_open, office = (
        f"n % {OPEN} = 0",
        f"CASE n / {OPEN} % 40 WHEN 0 THEN '{OFFICE}' ELSE 'stelle' || (n / {OPEN} % 40) END",
    )
    named = f"CASE n / {OPEN} % 20 WHEN 0 THEN '{BODY}' ELSE 'gremium' || (n / {OPEN} % 20) END"
    own = {
        "id": case,
        "paper_id": paper,
        "record_id": paper,
        "state": f"CASE WHEN {is_open} THEN t.state ELSE 'abgeschlossen' END",
        "owner": f"CASE WHEN {is_open} THEN {office} END",
        "due_on": f"CASE WHEN {is_open} THEN {_DAY[dialect]} END",
        "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE t.opened_at END",
        "public": true,
        "facts": _FACTS[dialect].format(gremium=named, office=office),
    }
    number = "n || '/2020'"
    names = {"reference": number, "canonical": number, "name": "'Sache Nummer ' || n"}
    of_paper = f"t.id = (SELECT record_id FROM vorgang_case WHERE id = '{real}')"
    found = [
        _Copies("vorgang_paper", of_paper, {**names, "id": paper}, cases),
        _Copies("vorgang_case", f"t.id = '{real}'", own, cases),
        _Copies("vorgang_transition", f"t.case_id = '{real}'", {"id": "", "case_id": case}, cases, is_open),
    ]
    for table, column, when in (
        ("vorgang_deadline", "case_id", is_open),
        ("vorgang_case", "parent_id", f"n % {OPEN * COSIGNED} = 0"),
    ):
        rows = connection.execute(f"SELECT id FROM {table} WHERE {column} = '{real}'").fetchall()
        for place, (row,) in enumerate(rows, 1):
            values = {"id": case.replace("019d0000", f"019d{place:04x}"), column: case, "next_at": "NULL"}
            found.append(_Copies(table, f"t.id = '{row}'", values, cases, when))
    return found


def _copied(connection: Any, dialect: str, copies: _Copies) -> None:
    """Copy a row so often, with values of its own in some columns; a column with an empty one numbers itself."""
    columns = [row[0] for row in connection.execute(_COLUMNS[dialect].format(table=copies.table)).fetchall()]
    columns = [name for name in columns if copies.own.get(name) != ""]
    values = ", ".join(copies.own.get(name, f"t.{name}") for name in columns)
    count = copies.copies
    recursive = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
    numbers = recursive if dialect == "sqlite" else f"WITH numbers AS (SELECT generate_series(1, {count}) AS n)"
    source = f"SELECT {values} FROM {copies.table} t, numbers WHERE {copies.of} AND {copies.when}"
    connection.execute(f"{numbers} INSERT INTO {copies.table} ({', '.join(columns)}) {source}")


_FACTS = {
    "sqlite": "json_set(t.facts, '$.gremium', {gremium}, '$.federfuehrung', {office})",
    "postgresql": "t.facts || jsonb_build_object('gremium', {gremium}, 'federfuehrung', {office})",
}
_COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}')",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
    " AND table_schema = current_schema() ORDER BY ordinal_position",
}


def _pages(place: Place, cases: int) -> dict[str, Callable[[], object]]:
    """The pages that people open."""
    workflow, middle = place.workflow, f"019d0000-0000-7000-8000-{cases // 2:012x}"
    listed, shown = workflow.cases, partial(page_of_cases, workflow)
    public, member, office = (workflow.reader("hagen", party) for party in (None, "severcan", _LEAD))
    return {
        "cases, public": lambda: shown(Filter(body="hagen", after=middle), public),
        "cases, member": lambda: shown(Filter(body="hagen", after=middle), member),
        "cases, office": lambda: shown(Filter(body="hagen", after=middle), office),
        "open cases, public": lambda: shown(Filter(body="hagen", open=True), public),
        "open cases, office": lambda: shown(Filter(body="hagen", open=True), office),
        "work list": lambda: workflow.worklist("hagen", OFFICE, Page()),
        "first cases": lambda: listed(Filter(body="hagen")),
        "cases further on": lambda: listed(Filter(body="hagen", after=middle)),
        "open cases": lambda: listed(Filter(body="hagen", open=True)),
        "cases of a kind": lambda: listed(Filter(body="hagen", lifecycle="anfrage", after=middle)),
        "cases of a rare kind": lambda: listed(Filter(body="hagen", lifecycle="mitzeichnung")),
        "cases of a kind without any, public": lambda: shown(Filter(body="hagen", lifecycle="zusage"), public),
        "cases in a rare state": lambda: listed(Filter(body="hagen", state="zugelassen")),
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
    asked = _control_lists(large)
    listed = _median_ms(asked, rounds)
    made = {name: ask() for name, ask in asked.items()}
    growth = max(many[name] / few[name] for name in alike)
    met = max(many.values()) <= PAGE_MS and max(listed.values()) <= LIST_MS and growth <= GROWTH
    return {
        "cases": cases,
        "pages_ms": many,
        "page_at_most_ms": PAGE_MS,
        "growth_from_a_thousand": round(growth, 2),
        "growth_at_most": GROWTH,
        "control_lists_ms": listed,
        "control_list_at_most_ms": LIST_MS,
        "entries": {name: len(found.public) + len(found.closed) for name, found in made.items()},
        "met": met,
    }


def _control_lists(place: Place) -> dict[str, Callable[[], ControlList]]:
    """The control list as its readers get it."""
    workflow = place.workflow
    public, member = workflow.reader("hagen"), workflow.reader("hagen", "severcan")
    return {
        "operator": lambda: control_list(workflow, "hagen", BODY),
        "public": lambda: control_list(workflow, "hagen", BODY, public),
        "member": lambda: control_list(workflow, "hagen", BODY, member),
        "office": lambda: control_list(workflow, "hagen", OFFICE, workflow.reader("hagen", _LEAD)),
    }


def _rows(answer: object) -> int:
    return len(answer) if isinstance(answer, list) else 1


def _median_ms(asked: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(2 * rounds + 1):
        for name, ask in asked.items():
            start = time.perf_counter()
            ask()
            if number:  # the first round warms up
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: round(median(found), 2) for name, found in times.items()}
