"""Reading files of unknown origin: in a process of its own, so that none can take this one with it.

The process is the one that fills in templates, for another trade (see `notifications.workshop`): limits of memory, CPU
and the wall clock, kept by the kernel; one process for many files, started with the first and again after one that has
ended it. What can be asked of it stands in `bench.TASKS`.
"""

from pathlib import Path
from typing import Any

from ...config.errors import UnreadableError
from ...notifications.workshop import Trade, lasting
from .limits import CPU_SECONDS, WALL_SECONDS
from .packing import packed_town, unpacked_said
from .pages import Line, Pages, Remark
from .reading import check_size, content_of
from .understanding_town import KnownTown
from .understood import Understood

READING = Trade(
    bench=f"{__package__}.bench",
    error=UnreadableError,
    time="intake_time",
    memory="intake_memory",
    crash="intake_crash",
    named="file",
    cpu_seconds=CPU_SECONDS,
    wall_seconds=WALL_SECONDS,
)
#: One for all installations of a process.
READER = lasting(READING)


def read_apart(content: bytes, name: str) -> Pages:
    """Read a file in the process for that. As `reading.read_document`.

    Raises:
        UnreadableError: also if reading takes too long or needs too much memory.
    """
    return unpacked(asked("read", content, name))


def read_file(path: Path) -> Pages:
    """Read the file at `path` in the process for that; one that is too large is refused before it is read.

    Raises:
        UnreadableError: it cannot be read, or must not be.
    """
    return read_apart(content_of(path), path.name)


def understand_apart(content: bytes, name: str, known: KnownTown) -> tuple[Pages, Understood]:
    """Read a file in the process for that, and understand it there: its words are as foreign as its form.

    Raises:
        UnreadableError: as in `read_apart`.
    """
    answer = asked("understand", content, name, town=packed_town(known))
    return unpacked(answer["pages"]), unpacked_said(answer["said"])


def asked(task: str, content: bytes, name: str, **job: Any) -> Any:
    """What a task of `bench.TASKS` answers about a file, as JSON carries it."""
    check_size(name, len(content))
    return READER.do(task, name, content=content, name=name, **job)


def unpacked(packed: Any) -> Pages:
    """Pages that `bench.packed` has packed."""
    name, media_type, digest, size, lines, parts, remarks = packed
    read, remarked = tuple(Line(*line) for line in lines), tuple(Remark(*remark) for remark in remarks)
    return Pages(name, media_type, digest, size, read, tuple(map(unpacked, parts)), remarked)
