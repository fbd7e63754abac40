"""What files of historical cases hold."""

from typing import Any, NamedTuple


class FileReport(NamedTuple):
    """What a file holds."""

    file: str
    sha256: str
    encoding: str
    delimiter: str | None
    rows: int
    fresh: int
    known: int
    bad: int
    empty: int
    unknown_columns: list[str]


class Report(NamedTuple):
    """What files hold together."""

    files: list[FileReport]
    rows: int
    fresh: int
    known: int
    bad: int
    #: New cases by kind and state.
    by_state: dict[str, int]
    #: Remarks that are no mistakes, and values that only the log keeps: how often.
    notes: dict[str, int]
    unplaced: dict[str, int]


def report_document(report: Report) -> dict[str, Any]:
    """A report for programs."""
    return {**report._asdict(), "files": [one._asdict() for one in report.files]}
