"""Stops the embedded PostgreSQL of a test run as soon as its last user is gone, however they went (Ctrl-C, kill -9).

Run as a script of its own, with the server's folder. Each user holds a shared lock on the file beside it for as long
as the process lives.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Starting, joining and stopping: one process of this user at a time."""
    with (folder.parent / f"vorgang-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def users_of(folder: Path) -> int:
    """A new handle on the file that every user of the server holds; never closed, so that it ends with the process."""
    return os.open(folder.with_suffix(".users"), os.O_RDWR | os.O_CREAT, 0o600)


def main(folder: Path) -> None:
    users = users_of(folder)
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)  # waits for the last user
        fcntl.flock(users, fcntl.LOCK_UN)
        with locked(folder), suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # unless another one came meanwhile
            stop(folder)
            folder.with_suffix(".users").unlink(missing_ok=True)
            return


def stop(folder: Path) -> None:
    pid_file = folder / "postmaster.pid"
    with suppress(FileNotFoundError, ProcessLookupError):
        pid = int(pid_file.read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)  # fast shutdown
        while pid_file.exists():
            os.kill(pid, 0)
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
