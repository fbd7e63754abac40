"""Where mails that came back lie: files, mbox files, folders and Maildirs."""

import mailbox
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..config.errors import InvalidInputError
from ..config.os_errors import cause
from .bounce_mail import MOST_BYTES

#: Into this subfolder of a folder the office puts what it has read.
READ = "gelesen"
_MAILDIR = ("new", "cur")


class Found(NamedTuple):
    """A mail, where it lies, and what is to be done once it was read."""

    name: str
    content: bytes
    done: Callable[[], None]


def from_paths(paths: Sequence[Path]) -> Iterator[Found]:
    """The mails of files, mbox files and folders; they stay as they are.

    Raises:
        InvalidInputError: one of them is not there or cannot be read.
    """
    for path in paths:
        with _translated(path):
            for file in _files(path, _MAILDIR) if path.is_dir() else [path]:
                yield from _mails(file)


def from_folder(folder: Path) -> Iterator[Found]:
    """The mails of a folder that nobody has read: as `READ` they are put aside, those of a Maildir marked as seen.

    Raises:
        InvalidInputError: it is not there or cannot be read.
    """
    with _translated(folder):
        for file in _files(folder, _MAILDIR[:1]):
            yield Found(str(file), _beginning(file), partial(_put_aside, folder, file))


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InvalidInputError("bounce_source_missing", path=path, reason=cause(error)) from error


def _files(folder: Path, parts: Sequence[str]) -> list[Path]:
    folders = [folder / part for part in parts] if (folder / "new").is_dir() else [folder]
    found = (path for each in folders for path in each.iterdir())
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _mails(file: Path) -> Iterator[Found]:
    with file.open("rb") as opened:
        is_mbox = opened.read(5) == b"From "
    if not is_mbox:
        yield Found(str(file), _beginning(file), _nothing)
        return
    box = mailbox.mbox(file, create=False)
    try:
        for number, key in enumerate(box.keys(), start=1):
            with box.get_file(key) as opened:
                yield Found(f"{file}:{number}", opened.read(MOST_BYTES), _nothing)
    finally:
        box.close()


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)


def _nothing() -> None:
    """What lies elsewhere is not ours to move."""


def _put_aside(folder: Path, file: Path) -> None:
    with _translated(file):
        if file.parent != folder:
            file.rename(folder / "cur" / f"{file.name.partition(':')[0]}:2,S")
            return
        (folder / READ).mkdir(exist_ok=True)
        file.rename(folder / READ / file.name)
