"""The texts of files are read into the index of the search: by the worker, after the events that brought them.

Never in the transaction of an event: a file may take seconds to read, and may be made to do harm. What cannot be read
is found by its name alone; it is logged once and not tried again, except by ``vorgang db reindex``.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ..config.clock import Clock
from ..config.errors import NotFoundError, UnreadableError
from ..states.database import Database
from ..states.files import read_file
from ..states.kin import Lifecycles
from ..states.search_files import SearchedFile, files_of
from ..states.search_unread import (
    ALL,
    FOLLOWED,
    Filed,
    drop_texts,
    filed,
    newest,
    next_leaf,
    put_text,
    searched,
    set_mark,
)

log = logging.getLogger("vorgang.search")

#: Files read in one call of the worker's duty: some seconds.
AT_ONCE = 100
#: Pages of rows looked through at a time.
LEAVES = 20
#: Characters of a text that are kept.
LONGEST = 250_000

#: The text of a file, from its content and its name; raises `UnreadableError`.
Read = Callable[[bytes, str], str]
#: Told how many cases are done, of how many.
Tell = Callable[[int, int], None]


class Texts(NamedTuple):
    """What came of reading files."""

    #: Files whose text is searched from now on.
    read: int = 0
    #: Files that cannot be read.
    failed: int = 0
    #: Whether there may be more of them.
    more: bool = False


class TextReader:
    """Reads the texts of one installation. `read`: how a file is read; None: in the process for foreign files."""

    def __init__(self, database: Database, lifecycles: Lifecycles, clock: Clock, read: Read | None = None) -> None:
        self._database, self._lifecycles, self._clock = database, lifecycles, clock
        self._read = read or text_apart

    def read_new(self, limit: int = AT_ONCE) -> Texts:
        """Read the files that came since the last time; about so many at most, the rest is left for the next call.

        So it is after so many pages of rows: a million historical cases must not keep anybody waiting.
        """
        done = Texts()
        for source in FOLLOWED:
            for number, (last, cases) in enumerate(self._leaves(source)):
                if number == LEAVES:
                    return done._replace(more=True)
                for case in cases:
                    if done.read + done.failed >= limit:
                        return done._replace(more=True)
                    done = self._brought_up_to_date(case, done)
                self._set_mark(source, last)
        return done

    def read_all(self, tell: Tell = lambda _done, _of: None) -> Texts:
        """Read the files of all cases that are not in the index, and once more those that could not be read."""
        with self._database.reading() as connection:
            of, marks = searched(connection), [(source, newest(connection, source)) for source in FOLLOWED]
        done, number = Texts(), 0
        for _last, cases in self._leaves(ALL, 0):
            for case in cases:
                done, number = self._brought_up_to_date(case, done, again=True), number + 1
                tell(number, max(of, number))
        for source, last in marks:
            self._set_mark(source, last)
        return done

    def _leaves(self, source: str, after: str | int | None = None) -> Iterator[tuple[str | int, list[Filed]]]:
        while True:
            with self._database.reading() as connection:
                leaf = next_leaf(connection, source, after)
                cases = filed(connection, leaf.cases)
            if leaf.last is None:
                return
            yield leaf.last, cases
            after = leaf.last

    def _set_mark(self, source: str, reached: str | int | None) -> None:
        if reached is not None:
            with self._database.writing() as connection:
                set_mark(connection, source, reached)

    def _brought_up_to_date(self, case: Filed, done: Texts, *, again: bool = False) -> Texts:
        """What of a case is no file of it any longer goes; what is new is read, with `again` what failed too."""
        files = self._files(case)
        if stale := case.indexed.keys() - files.keys():
            with self._database.writing() as connection:
                drop_texts(connection, case.id, sorted(stale))
        settled = {key for key, full in case.indexed.items() if full or not again}
        for file in (one for key, one in files.items() if key not in settled):
            text = self._text(case, file)
            with self._database.writing() as connection:
                put_text(connection, case.id, file, text, self._clock.now())
            done = done._replace(read=done.read + bool(text), failed=done.failed + (not text))
        return done

    def _files(self, case: Filed) -> Mapping[str, SearchedFile]:
        lifecycle = self._lifecycles(case.lifecycle, case.lifecycle_version)
        files = files_of(lifecycle.fields.values(), case.facts)
        known = {file.sha256 for file in files.values()}
        return {**files, **{one.key: one for one in case.documents if one.sha256 not in known}}

    def _text(self, case: Filed, file: SearchedFile) -> str:
        """What the file says; nothing, if that cannot be told. Logged without its name, which may be a secret."""
        try:
            with self._database.reading() as connection:
                content = read_file(connection, case.body, file.sha256)
            return self._read(content, file.name)[:LONGEST]
        except (NotFoundError, UnreadableError) as error:
            log.warning("file %s of case %s is not searched: %s", file.sha256[:12], case.id, error.code)
            return ""


def text_apart(content: bytes, name: str) -> str:
    """The text of a file and of the files in it, read in the process for that.

    Raises:
        UnreadableError: it cannot be read, or must not be.
    """
    from .intake.apart import read_apart  # noqa: PLC0415  # most calls find no file to be read
    from .intake.pages import Pages  # noqa: PLC0415  # as above

    def whole(pages: Pages) -> str:
        return "\n".join([pages.text, *map(whole, pages.parts)])

    return whole(read_apart(content, name)).strip()
