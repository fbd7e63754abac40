"""Files of historical cases, and taking them over."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vorgang.config.errors import AuthorError, Finding
from vorgang.workflow.history import History, Wish
from vorgang.workflow.history_report import Report
from vorgang.workflow.workflow import Workflow

HEADER = (
    *("Nummer", "Art", "Betreff", "Fragesteller", "Federführung", "Datum", "Eingang", "Beantwortet", "Abgeschlossen"),
    *("Status", "Öffentlich", "Fragen", "Antwort"),
)


def row(number: str, **other: str) -> dict[str, str]:
    """An inquiry that was answered in time."""
    return {
        "Nummer": number,
        "Art": "Anfrage",
        "Betreff": "Bänke am Marktplatz",
        "Fragesteller": "Severcan, Hakan",
        "Federführung": "amt01",
        "Datum": "01.03.2021",
        "Eingang": "3.3.2021",
        "Beantwortet": "2021-03-12",
        "Abgeschlossen": "30.04.2021",
        "Status": "abgeschlossen",
        "Öffentlich": "ja",
        "Fragen": "Wie viele Bänke fehlen?",
        "Antwort": "Es fehlen vier Sitzgelegenheiten.",
        **other,
    }


def written(path: Path, rows: Sequence[dict[str, str]], *, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    """A CSV file of these rows."""
    names = list(dict.fromkeys([*HEADER, *(name for one in rows for name in one)]))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def many(path: Path, count: int) -> Path:
    """A CSV file of so many sound rows."""
    years = [2021, 2022, 2023]
    rows = (row(f"{n:06}/{years[n % 3]}", Betreff=f"Bank Nummer {n}") for n in range(1, count + 1))
    return written(path, list(rows))


def take_over(workflow: Workflow, body: str, files: Sequence[Path], wish: Wish | None = None) -> tuple[Report, int]:
    """Check and take over; what was found, and how many came in."""
    with History(workflow, body, workflow.actor(body, "randt"), wish or Wish()) as history:
        report = history.check(files)
        return report, history.take_over()


def refused(workflow: Workflow, body: str, files: Sequence[Path], wish: Wish | None = None) -> Sequence[Finding]:
    """What is found wrong with files."""
    try:
        take_over(workflow, body, files, wish)
    except AuthorError as error:
        return error.findings
    raise AssertionError("nothing was found wrong")


def codes(findings: Sequence[Finding]) -> list[Any]:
    """The code, the column and the row of each."""
    return [(one.code, one.key, one.line) for one in findings]
