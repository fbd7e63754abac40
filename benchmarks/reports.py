"""(l) The report on punctuality over five years, by office and by faction, among many cases and among a thousand.

The rows that the report counts are made in the database, spread as in a large city: its seconds are those of counting
rows that are there. What a report costs besides, to follow the log since the last one, is measured on real cases: after
one event, and after an import of historical cases, which ends with it so that the first report need not.
"""

import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from vorgang.workflow.punctuality import Wanted, keep_up, make_anew, punctuality

from .history import taken_over, written
from .places import Place
from .search import processor_ns, served_by

#: The most that a report may take, in seconds.
AT_MOST_S = 2.0
#: So many cases make the few; a report on more of them may take longer in proportion at most.
FEW = 1_000
#: Historical cases taken over before a first report.
IMPORTED = 10_000
#: By what it is asked for, over which years.
BY, YEARS = ("office", "faction", "body"), (date(2020, 1, 1), date(2024, 12, 31))
_COLUMNS = (
    "case_id, deadline, occurrence, body, kind, office, faction, council_body, ending, public_from, began_on, days,"
    " path, seconds_1, seconds_2, seconds_3, seconds_4, seconds_5"
)
#: Of each row `n`: forty offices, eight factions, twenty bodies; one in fifty is open, one in ten late.
_VALUES = (
    "{id}, 'antwort', 2, 'hagen', CASE n % 4 WHEN 0 THEN 'stellungnahme' ELSE 'anfrage' END, 'amt' || (n * 7 % 40),"
    " CASE n % 9 WHEN 0 THEN NULL ELSE 'fraktion' || (n * 11 % 8) END, 'gremium' || (n * 13 / 50 % 20),"
    " CASE WHEN n % 50 = 0 THEN 'open geschaeftsordnung 0 0 0 ' || {due} || ' -'"
    " WHEN n % 10 = 1 THEN 'late geschaeftsordnung ' || (1 + n * 19 % 120) || ' ' || (n % 3) || ' 0 - -'"
    " WHEN n % 33 = 2 THEN 'dropped uebung 0 0 0 - -'"
    " ELSE 'met geschaeftsordnung 0 ' || (n % 2) || ' ' || (n % 3) || ' - -' END,"
    " {first}, {began}, CASE WHEN n % 50 = 0 OR n % 33 = 2 THEN NULL ELSE n * 17 % 90 END,"
    " CASE n % 5 WHEN 0 THEN 'zugelassen zugewiesen in_bearbeitung zur_unterschrift'"
    " ELSE 'zugelassen zugewiesen in_bearbeitung in_mitzeichnung zur_unterschrift' END,"
    " n % 9000, n % 80000, n * 3 % 900000, n % 70000, CASE n % 5 WHEN 0 THEN NULL ELSE n * 7 % 400000 END"
)
_DIALECT = {
    "sqlite": {
        "id": "printf('019d0000-0000-7000-8000-%012x', n)",
        "first": "'0001-01-01'",
        "began": "date('2020-01-01', '+' || (n * 31 % 1826) || ' days')",
        "due": "date('2020-01-01', '+' || (n * 31 % 1826 + 28) || ' days')",
    },
    "postgresql": {
        "id": "('019d0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
        "first": "'0001-01-01'::date",
        "began": "'2020-01-01'::date + (n::bigint * 31 % 1826)::int",
        "due": "'2020-01-01'::date + (n::bigint * 31 % 1826 + 28)::int",
    },
}


def fill(place: Place, cases: int) -> None:
    """Put in the rows of so many cases; nothing of the log is left to follow."""
    make_anew(place.workflow)
    dialect = place.workflow.database.dialect
    values = _VALUES.format(**_DIALECT[dialect])
    numbers = (
        f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {cases})"
        if dialect == "sqlite"
        else f"WITH numbers AS (SELECT generate_series(1, {cases}) AS n)"
    )
    connection = place.connect()
    insert = f"INSERT INTO vorgang_punctuality ({_COLUMNS}) SELECT {values} FROM numbers"  # names are ours
    connection.execute(f"{numbers} {insert}")
    connection.execute("ANALYZE")
    if dialect == "postgresql":
        connection.execute("VACUUM vorgang_punctuality")


def reporting(small: Place, large: Place, imported: Place, cases: int, rounds: int) -> dict[str, Any]:
    """How long a report takes, and how much longer than among a thousand cases; what following the log costs."""
    for place, number in ((small, FEW), (large, cases)):
        fill(place, number)
    walls: dict[str, list[float]] = {by: [] for by in BY}
    times: dict[str, list[float]] = {by: [] for by in BY}
    for number in range(rounds + 1):
        for by in BY:
            (_, few), (wall, many) = _seconds(small, by), _seconds(large, by)
            if number:  # the first round warms up
                walls[by].append(wall)
                times[by].append(many / few)
    slowest, growth = max(median(found) for found in walls.values()), max(median(found) for found in times.values())
    return {
        "measured": "counting rows that were made in the database; after_import: from real cases to the first report",
        "cases": cases,
        "seconds": {by: round(median(found), 3) for by, found in walls.items()},
        "slowest_s": round(slowest, 3),
        "at_most_s": AT_MOST_S,
        "growth_from_a_thousand": round(growth, 1),
        "growth_at_most": cases / FEW,
        "follow_ms": round(1000 * median(_followed(large) for _ in range(rounds)), 1),
        "after_import": _after_import(imported),
        "met": slowest <= AT_MOST_S and growth <= cases / FEW,
    }


def _seconds(place: Place, by: Any) -> tuple[float, float]:
    """Seconds on the wall, and of processors (ours and the server's)."""
    served = served_by(place)
    start, busy = time.perf_counter(), processor_ns(served)
    punctuality(place.workflow, Wanted("hagen", by, *YEARS))
    return time.perf_counter() - start, (processor_ns(served) - busy) / 1e9


def _followed(place: Place) -> float:
    """Seconds to follow the log when one event has happened since."""
    place.by_engine(place.case_ids[:1])
    start = time.perf_counter()
    keep_up(place.workflow)
    return time.perf_counter() - start


def _after_import(place: Place) -> dict[str, float]:
    """Seconds that an import takes at its end to follow the log, and those of the first report then."""
    with tempfile.TemporaryDirectory() as folder:
        taken_over(place, written(Path(folder) / "alt.csv", IMPORTED))
    start = time.perf_counter()
    keep_up(place.workflow)
    followed = time.perf_counter() - start
    first, _ = _seconds(place, "office")
    return {"cases": IMPORTED, "follow_s": round(followed, 2), "first_report_s": round(first, 3)}
