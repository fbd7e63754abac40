"""The folder of a demo: database, mails and key in one place, cleared before each run, never anybody else's files."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..config.errors import ConflictError, InvalidInputError

#: Says that a folder was made by a demo, and keeps two demos apart.
MARKER = ".vorgang-demo"
_DATABASE, _MAILS, _KEY, _PAPERS = "vorgang.db", "mail", "audit-key.pem", "papiere"
#: What a demo leaves in its folders of files, and clears there.
_LEFT = {_MAILS: ("*.eml",), _PAPERS: ("*.pdf", "*.docx", "*.odt")}


class DemoFolder(NamedTuple):
    """Where the things of a demo lie."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / _DATABASE

    @property
    def mails(self) -> Path:
        """The folder of the mails."""
        return self.path / _MAILS

    @property
    def papers(self) -> Path:
        """The folder of the drafts and of the papers that left the house."""
        return self.path / _PAPERS

    @property
    def key(self) -> Path:
        """The key that signs the audit heads."""
        return self.path / _KEY


@contextlib.contextmanager
def clean_folder(path: Path) -> Iterator[DemoFolder]:
    """The folder at `path`, without what an earlier demo left there; nobody else may use it meanwhile.

    Raises:
        InvalidInputError: the folder holds files and was not made by a demo.
        ConflictError: another demo is using it.
    """
    folder, marker = DemoFolder(path), path / MARKER
    if path.exists() and not marker.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InvalidInputError("cli_demo_folder", path=str(path))
    path.mkdir(parents=True, exist_ok=True)
    with _alone(marker):
        _clear(folder)
        try:
            yield folder
        except BaseException:  # nothing half-made stays
            _clear(folder)
            marker.unlink(missing_ok=True)
            for made in (folder.mails, folder.papers, path):
                with contextlib.suppress(OSError):  # somebody else's files, or no such folder
                    made.rmdir()
            raise


def _clear(folder: DemoFolder) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        folder.database.with_name(folder.database.name + suffix).unlink(missing_ok=True)
    folder.key.unlink(missing_ok=True)
    for name, patterns in _LEFT.items():
        below = folder.path / name
        if below.is_dir() and not below.is_symlink():
            for file in (file for pattern in patterns for file in below.glob(pattern)):
                file.unlink()


@contextlib.contextmanager
def _alone(marker: Path) -> Iterator[None]:
    """Hold the marker; the lock ends with the process, however it ends."""
    handle = os.open(marker, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(handle, marker.parent)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415  # does not exist on Windows, where a demo in use fails at the first file
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise ConflictError("cli_demo_running", path=str(folder)) from None
