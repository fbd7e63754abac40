"""What became of files of historical cases, as people read it; and how far the work is."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..config.text import Lang
from ..config.texts import text_of
from .history import Tell
from .wording import say

if TYPE_CHECKING:
    from .console import Screen

#: A pipe is told of each tenth part.
_PARTS = 10


@contextmanager
def progress(key: str, lang: Lang, *, shown: bool) -> Iterator[Tell]:
    """A bar on standard error while a block runs, or lines in a pipe; nothing unless `shown`."""
    console = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    if shown and not console.is_terminal:
        yield _Told(say(key, lang), lang)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not shown) as bars:
        bar = bars.add_task(say(key, lang), total=None)
        yield lambda done, of: bars.update(bar, completed=done, total=of)


class _Told:
    """Says after each tenth part how far the work is."""

    def __init__(self, what: str, lang: Lang) -> None:
        self._what, self._lang, self._part = what, lang, 0

    def __call__(self, done: int, of: int) -> None:
        """So many of so many are done."""
        part = done * _PARTS // max(of, 1)
        if part > self._part:
            self._part = part
            print(say("history_so_far", self._lang, what=self._what, done=done, total=of), file=sys.stderr, flush=True)  # noqa: T201  # for a log


def show_report(screen: "Screen", answer: Mapping[str, Any]) -> None:
    """What the files hold, and what has come of it."""
    rows = [
        (f["file"], f["encoding"], _delimiter(f["delimiter"]), *(f[name] for name in ("rows", "fresh", "known", "bad")))
        for f in answer["files"]
    ]
    screen.rows(("file", "encoding", "delimiter", "rows", "fresh", "known", "bad"), rows)
    screen.pairs(answer["by_state"].items())
    for code, count in answer["notes"].items():
        screen.line(f"! {text_of(code, {'count': count}, screen.lang)}", style="yellow")
    for name, count in answer["unplaced"].items():
        screen.say("history_unplaced", field=name, count=count)
    ignored = sorted({name for f in answer["files"] for name in f["unknown_columns"]})
    if ignored:
        screen.say("history_ignored", columns=", ".join(ignored))
    if answer["bad_rows"]:
        screen.say("history_aside", count=answer["bad"], path=answer["bad_rows"], style="yellow")
    screen.say("history_done", count=answer["imported"], known=answer["known"], indexed=answer["indexed"], style="bold")


def _delimiter(given: str | None) -> str:
    return {None: "JSON", "\t": "Tab"}.get(given, given or "")
