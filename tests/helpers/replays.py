"""Replays of the demo in processes that can be killed: one that has everything imported forks one for each run.

Run as a program it reads lines: ``start FOLDER`` answers with the id of a process that plays the demo there and ends;
``wait`` answers with how it ended.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vorgang.config.settings import Settings
from vorgang.workflow.demo import play, prepared
from vorgang.workflow.demo_folder import clean_folder
from vorgang.workflow.scenario_files import shipped_scenario

ROOT = Path(__file__).parents[2]
REPORT = "report.json"


def replay(path: Path) -> None:
    """Play the demo in the folder, as ``vorgang demo`` does, and leave its report there."""
    # A killed process loses nothing that it handed to the operating system; waiting for the disk would only take time.
    settings = Settings().model_copy(update={"sqlite_synchronous": "NORMAL"})
    with clean_folder(path) as folder, prepared(shipped_scenario("kartal"), folder, settings) as stage:
        document = play(stage, folder, lambda _happened: None).document
    document.pop("elapsed_s")
    (path / REPORT).write_text(json.dumps(document, default=str))


class Replays:
    """Plays demos in processes of their own, one at a time."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.replays"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._ask("wait") == 0  # everything is imported now; nothing has been started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()

    def whole(self, folder: Path) -> tuple[dict[str, Any], float]:
        """The report of a run that nobody disturbs, and how many seconds it took."""
        started = time.monotonic()
        self._ask(f"start {folder}")
        assert self._ask("wait") == 0
        took = time.monotonic() - started
        report: dict[str, Any] = json.loads((folder / REPORT).read_text())
        return report, took

    def killed(self, folder: Path, after: float) -> bool:
        """Run, and kill -9 after so many seconds; False: it had ended before."""
        process = self._ask(f"start {folder}")
        time.sleep(after)  # the moment is what is tried here; nothing waits for anything
        os.kill(process, signal.SIGKILL)
        how = self._ask("wait")
        assert how in {0, signal.SIGKILL}
        return how == signal.SIGKILL

    def _ask(self, line: str) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(f"{line}\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


def _serve() -> None:
    process = 0
    for line in sys.stdin:
        command, _, folder = line.strip().partition(" ")
        if command == "start":
            process = os.fork()
            if process == 0:
                _child(Path(folder))
            print(process, flush=True)  # noqa: T201  # the answer to the line
        else:
            status = os.waitpid(process, 0)[1] if process else 0
            print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)  # noqa: T201


def _child(folder: Path) -> None:
    try:
        replay(folder)
    except BaseException:  # whatever it was, the process must not go on to serve
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _serve()
