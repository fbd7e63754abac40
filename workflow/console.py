"""What people see: tables, headings and lines on standard output (Rich), safe against control characters in data."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from ..config.text import Lang
from .wording import clean, say

#: Width of what goes into a file or a pipe: wide enough that tables need not break.
PIPED_WIDTH = 160
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

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """Any line."""
        shown = Rich(clean(text) if text else "", style=style)
        if text and self.console.is_terminal:
            self.console.print(Padding(shown, (0, 0, 0, indent), expand=False))
        else:  # a file or a pipe: one line is one line
            self.console.print(" " * indent, shown, sep="", soft_wrap=True)

    def heading(self, key: str, /, **params: object) -> None:
        """A heading with an empty line above."""
        self.line()
        self.say(key, style="bold", **params)

    def rows(self, titles: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "none") -> None:
        """A table under the titles of that name (`col_…` in the wording); where there are no rows it says so."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for title in titles:
            table.add_column(say(f"col_{title}", self.lang), overflow="fold", no_wrap=title in _WHOLE)
        for row in rows:
            table.add_row(*(cell if isinstance(cell, Rich) else Rich(clean(self.shown(cell))) for cell in row))
        if table.row_count:
            self.console.print(table)
        else:
            self.line(say(empty, self.lang), indent=2)

    def pairs(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Names and values below each other; what is None is left out."""
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
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


def stdout_console() -> Console:
    """A console on standard output."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)
