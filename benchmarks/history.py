"""(k) Historical cases taken over, from the file to the last commit, against their rows alone.

The very same rows, made beforehand, are sent by the bare driver: COPY on PostgreSQL, executemany on SQLite, in the same
transactions. And how it goes on when there are many already. Counted is processor time, of this process and of the
server's, as in (h); seconds by the clock stand beside it.

The search is no part of it: its index is made afterwards (``vorgang db reindex`` measures itself, see (h)).
"""

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeAlias

from vorgang.states.history_rows import TABLES, Batch
from vorgang.states.statements import inserted
from vorgang.workflow.history import History, Wish

from .places import Place, postgres, postgres_place, sqlite_place

#: Makes a place with nothing in it.
Fresh: TypeAlias = Callable[[], AbstractContextManager[Place]]
#: The least that is wanted of the speed of the rows alone; and of the first file's by the last of many.
AT_LEAST, GROWTH = 0.4, 0.85
FILES = 4
_HEADER = (
    *("Nummer", "Art", "Betreff", "Fragesteller", "Federführung", "Gremium", "Datum", "Eingang", "Beantwortet"),
    *("Abgeschlossen", "Status", "Öffentlich", "Fragen", "Antwort"),
)


def written(path: Path, rows: int, first: int = 0) -> Path:
    """A file as an old system puts it out: inquiries of many years with their answers, in order of time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEADER)
        for number in range(first, first + rows):
            year, month, day = 2004 + (number - first) * 19 // rows, 1 + number % 9, 1 + number % 27
            days = [f"{day:02}.{month + later:02}.{year}" for later in (0, 0, 1, 2)]
            subject = f"Beleuchtung und Bänke am Weg Nummer {number}"
            said = ["Wie viele Leuchten fehlen, und wann kommen neue? " * 3, "Die Verwaltung nimmt Stellung. " * 12]
            parties = ["Hakan Severcan", "amt01", ""]
            writer.writerow([f"{number:07}/{year}", "Anfrage", subject, *parties, *days, "abgeschlossen", "ja", *said])
    return path


class Cost(NamedTuple):
    """Seconds of the processors, and by the clock."""

    busy: float
    wall: float


def cost(place: Place, work: Callable[[], object]) -> Cost:
    """What a piece of work takes."""
    busy, wall = _busy_ns(place), time.perf_counter()
    work()
    return Cost((_busy_ns(place) - busy) / 1e9, time.perf_counter() - wall)


def _busy_ns(place: Place) -> int:
    served = (Path(f"/proc/{pid}/schedstat") for pid in place.servers())
    return time.process_time_ns() + sum(int(one.read_text("ascii").split()[0]) for one in served if one.exists())


def taken_over(place: Place, path: Path) -> None:
    """Take a whole file over."""
    actor = place.workflow.actor("hagen", "randt")
    with History(place.workflow, "hagen", actor, Wish()) as history:
        history.check([path])
        history.take_over()


def made(place: Place, path: Path) -> list[Batch]:
    """The rows of a file, as they would be written."""
    kept: list[Batch] = []
    place.workflow.engine.take_over = kept.append  # type: ignore[assignment, method-assign]  # they are to be written by hand
    taken_over(place, path)
    return kept


def by_hand(place: Place, batches: list[Batch]) -> None:
    """Write the rows alone."""
    connection: Any = place.connect()
    for batch in batches:
        connection.execute("BEGIN")
        for table, rows in batch.rows.items():
            if place.name.startswith("sqlite"):
                connection.executemany(inserted(table, TABLES[table]), rows)
            else:
                with connection.cursor().copy(f"COPY {table} ({', '.join(TABLES[table])}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        connection.execute("COMMIT")


def history(fresh: Fresh, rows: int, rounds: int) -> dict[str, Any]:
    """Cases per second of both, each time in a new database."""
    ours: list[Cost] = []
    theirs: list[Cost] = []
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "alt.csv", rows)
        for number in range(rounds + 1):
            with fresh() as place:
                mine = cost(place, partial(taken_over, place, path))
            with fresh() as place:
                batches = made(place, path)
                hers = cost(place, partial(by_hand, place, batches))
            if number:
                ours.append(mine)
                theirs.append(hers)
        grown = growth(fresh, Path(folder), rows)
    ratio = median(b.busy / a.busy for a, b in zip(ours, theirs, strict=True))
    wall = median(b.wall / a.wall for a, b in zip(ours, theirs, strict=True))
    times = {"vorgang": ours, "by hand": theirs}
    busy = {name: round(1e6 * median(one.busy for one in costs) / rows, 1) for name, costs in times.items()}
    rates = {name: round(rows / median(one.wall for one in costs), 1) for name, costs in times.items()}
    found = {"rows": rows, "busy_us": busy, "per_second": rates, "ratio": round(ratio, 3), "at_least": AT_LEAST}
    met = ratio >= AT_LEAST and grown["growth"] >= GROWTH
    return {**found, "ratio_by_the_clock": round(wall, 3), **grown, "met": met}


def growth(fresh: Fresh, folder: Path, rows: int) -> dict[str, Any]:
    """The last of several files against the second; the first finds an empty house and need not look for numbers."""
    with fresh() as place:
        files = [written(folder / f"{n}.csv", rows, n * rows) for n in range(FILES)]
        times = [cost(place, partial(taken_over, place, path)).busy for path in files]
    return {"growth": round(times[1] / times[-1], 3), "growth_at_least": GROWTH, "files": FILES}


def main() -> None:
    """Measure this alone, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="cases of a file (default 20,000)")
    parser.add_argument("--rounds", type=int, default=2, help="counted rounds (default 2)")
    options = parser.parse_args()
    found = {"sqlite": history(lambda: sqlite_place("FULL", 1), options.rows, options.rounds)}
    with postgres() as server:
        found["postgresql"] = history(lambda: postgres_place(server, 1), options.rows, options.rounds)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
