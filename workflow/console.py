"""What people see: tables, headings and lines on standard output (Rich), safe against control characters in data."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from ..config.text import Lang, Text
from .wording import clean, say

#: Width of what goes into a file or a pipe: wide enough that tables need not break.
PIPED_WIDTH = 160
#: Longest word of such a column; a longer one is cut where everybody sees it.
_LONGEST = 40
#: Least width that any other column needs.
_NARROWEST = 9
#: Columns that people copy from or compare by; they are never broken.
_WHOLE = frozenset({"number", "due", "id", "at", "at_utc", "seq"})


class Screen:
    """Standard output in one language."""

    def __init__(self, lang: Lang, console: Console | None = None) -> None:
        self.lang = lang
        self.console = console or stdout_console()

    def say(self, key: str, /, *, style: str = "", **params: Any) -> None:
        """A sentence of the command line."""
        self.line(say(key, self.lang, **params), style=style)

    def notes(self, texts: Iterable[Text]) -> None:
        """What should be looked at once more, a line each."""
        for text in texts:
            self.line(text.in_(self.lang), style="yellow")

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """Any line."""
        for part in (clean(text) if text else "").split("\n"):
            shown = Rich(part, style=style, overflow="fold")
            if part and self.console.is_terminal:
                self.console.print(Padding(shown, (0, 0, 0, indent), expand=False))
            else:  # a file or a pipe: one line is one line
                self.console.print(" " * indent, shown, sep="", soft_wrap=True)

    def heading(self, key: str, /, **params: object) -> None:
        """A heading with an empty line above."""
        self.line()
        self.say(key, style="bold", **params)

    def rows(self, titles: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "none") -> None:
        """A table under the titles of that name (`col_…` in the wording); where there are no rows it says so."""
        names = [say(f"col_{title}", self.lang) for title in titles]
        shown = [[self._cell(title, cell) for title, cell in zip(titles, row, strict=True)] for row in rows]
        if not shown:
            self.line(say(empty, self.lang), indent=2)
        else:
            self._table(titles, names, shown)

    def table(self, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table under these names."""
        self._table(names, names, [[self._cell("", cell) for cell in row] for row in rows])

    def _table(self, titles: Sequence[str], names: Sequence[str], shown: Sequence[Sequence[str]]) -> None:
        if self._fits(titles, names, shown):
            table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
            for title, name in zip(titles, names, strict=True):
                table.add_column(name, overflow="fold", no_wrap=title in _WHOLE)
            for row in shown:
                table.add_row(*map(Rich, row))
            self.console.print(table)
        else:  # too narrow for a table: each row as a list of its own
            for row in shown:
                self.line()
                self.pairs(zip(names, row, strict=True))

    def _cell(self, title: str, value: object) -> str:
        """A value in one line."""
        text = " ".join(clean(self.shown(value)).split())
        return text if title not in _WHOLE or len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def _fits(self, titles: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
        """Whether a table of this width breaks no word of the columns that must stay whole."""
        needed = 0
        for number, title in enumerate(titles):
            widest = max(cell_len(text) for text in (names[number], *(row[number] for row in rows)))
            needed += 2 + (widest if title in _WHOLE else min(widest, _NARROWEST))
        return needed <= self.console.width

    def pairs(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Names and values below each other; what is None is left out."""
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(overflow="fold", max_width=max(8, self.console.width // 2))
        table.add_column(overflow="fold")
        for name, value in pairs:
            if value is not None:
                table.add_row(Rich("  " + clean(name), style="dim"), Rich(clean(self.shown(value))))
        self.console.print(table)

    def shown(self, value: object) -> str:
        """A value as people of the language write it."""
        if isinstance(value, bool):
            return say("yes" if value else "no", self.lang)
        if isinstance(value, datetime):
            return f"{day_text(value.date(), self.lang)} {value:%H:%M}"
        if isinstance(value, date):
            return day_text(value, self.lang)
        if isinstance(value, list | tuple):
            return ", ".join(self.shown(item) for item in value)
        if isinstance(value, dict):
            return ", ".join(f"{key}: {self.shown(item)}" for key, item in value.items())
        return clean(value)


def day_text(day: date, lang: Lang) -> str:
    """22.12.2023, in English 2023-12-22: nobody can take the day for the month."""
    return day.isoformat() if lang == "en" else f"{day:%d.%m.%Y}"


def _piped_width() -> int:
    given = os.environ.get("COLUMNS", "")
    return max(int(given), 20) if given.isascii() and given.isdigit() and 0 < len(given) < 6 else PIPED_WIDTH  # noqa: PLR2004  # more is no width


class _Console(Console):
    """Rich's console, but that a reader who went away is told as everywhere else."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        raise BrokenPipeError


def stdout_console() -> Console:
    """A console on standard output."""
    width = None if sys.stdout.isatty() else _piped_width()
    return _Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)
