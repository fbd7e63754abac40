"""Setting the bad rows of a file aside, as CSV that can be corrected and read again."""

import csv
from pathlib import Path
from typing import Self

from ..config.errors import Finding, InvalidInputError
from ..config.sheets import read_cell, safe_cell
from .history_columns import ERRORS
from .history_files import Line


class Aside:
    """The file with the bad rows; it is there once everything else has come in."""

    def __init__(self, path: Path, *, single: bool) -> None:
        if not single:
            raise InvalidInputError("history_bad_single")
        if path.exists():
            raise InvalidInputError("history_bad_exists", path=str(path))
        self._path, self._part = path, path.with_name(path.name + ".part")

    def __enter__(self) -> Self:
        self._part.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=";")
        self._count = 0
        return self

    def __exit__(self, *_ending: object) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)

    def put(self, header: list[str], line: Line, reasons: list[Finding]) -> None:
        """A bad row with what is wrong with it."""
        if not self._count:
            self._writer.writerow([*map(safe_cell, header), ERRORS])
        self._count += 1
        cells = [*line.raw[: len(header)], *[""] * (len(header) - len(line.raw))]
        told = " ".join(f"{one.key}: {one.text()} {one.remedy()}".strip() for one in reasons)
        self._writer.writerow([*(safe_cell(read_cell(cell.strip()).text) for cell in cells), safe_cell(told)])

    def finish(self) -> None:
        """Let it be seen."""
        self._file.close()
        if self._count:
            self._part.replace(self._path)
