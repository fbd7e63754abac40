"""How far a long piece of work has got, on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..config.text import Lang
from ..states.search_rebuild import Tell
from .wording import say


@contextmanager
def progress(lang: Lang, *, shown: bool, words: str = "db_reindexing") -> Iterator[Tell]:
    """A bar on standard error while a block runs; without a terminal, nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not (shown and console.is_terminal)) as bar:
        task = bar.add_task(say(words, lang))
        yield lambda done, of: bar.update(task, completed=done, total=of)
