"""Work through lines of standard input: at once for one who asks and waits, on all cores for many."""

import os
import select
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Self

#: Answers a block of whole lines; the number is that of its first line.
Work = Callable[[bytes, int], bytes]

#: Bytes of input after which other processes are worth their start.
_MANY = 500_000
#: How long is waited for more input before everything answered so far is written, in seconds.
_PATIENCE = 0.02
_AT_ONCE = 1 << 18


def answer_lines(source: int, write: Callable[[bytes], object], work: Work) -> None:
    """Read lines from the file descriptor `source` to its end; `write` the answers in the order of the lines."""
    rest = b""
    with _Pipeline(write, work) as pipeline:
        while piece := os.read(source, _AT_ONCE):
            whole, newline, rest = (rest + piece).rpartition(b"\n")
            if newline:
                pipeline.put(whole + newline)
            if not _more_at_once(source):
                pipeline.drain()
        if rest:
            pipeline.put(rest)
        pipeline.drain()


def _more_at_once(source: int) -> bool:
    if sys.platform == "win32":  # select knows sockets only there
        return False
    return bool(select.select([source], [], [], _PATIENCE)[0])


class _Pipeline:
    """Blocks under way, in their order: the first of them here, later ones in other processes."""

    def __init__(self, write: Callable[[bytes], object], work: Work) -> None:
        self._write, self._work = write, work
        self._pool: ProcessPoolExecutor | None = None
        self._under_way: deque[Future[bytes]] = deque()
        self._seen = 0
        self._line = 1
        self._workers = os.cpu_count() or 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def put(self, block: bytes) -> None:
        """Take in a block of whole lines; waits while too many are under way."""
        first, self._line = self._line, self._line + block.count(b"\n")
        self._seen += len(block)
        if self._workers == 1 or self._seen < _MANY:
            self._write(self._work(block, first))
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers)
        self._under_way.append(self._pool.submit(self._work, block, first))
        while len(self._under_way) > 3 * self._workers:
            self._write(self._under_way.popleft().result())

    def drain(self) -> None:
        """Write what is still under way."""
        while self._under_way:
            self._write(self._under_way.popleft().result())
