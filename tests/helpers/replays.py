"""Replays of the demo in processes that can be killed: one that has everything imported forks one for each run.

Run as a program it reads lines. ``play FOLDER`` plays the demo there in a process of its own and answers with how that
ended, and with the seconds after which each thing happened; ``kill FOLDER NUMBER SECONDS`` does so too, but kills that
process so many seconds after so many things have happened. What decides when is what happened, not the clock alone: so
the kills are spread over the whole run however slow the machine is at the moment.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from vorgang.config.settings import Settings
from vorgang.workflow.demo import play, prepared
from vorgang.workflow.demo_folder import clean_folder
from vorgang.workflow.scenario_files import Scenario, ScenarioFile, ScenarioStep, shipped_scenario

ROOT = Path(__file__).parents[2]
REPORT = "report.json"


class Run(NamedTuple):
    """How a run ended (0: by itself, else the signal), and the seconds after which each thing happened in it."""

    how: int
    moments: list[float]


def replay(path: Path, tell: Callable[[], None] = lambda: None) -> None:
    """Play the demo in the folder, as ``vorgang demo`` does, and leave its report there; `tell` each thing."""
    # A killed process loses nothing that it handed to the operating system; waiting for the disk would only take time.
    settings = Settings().model_copy(update={"sqlite_synchronous": "NORMAL"})
    with clean_folder(path) as folder, prepared(_plain(shipped_scenario("kartal")), folder, settings) as stage:
        document = play(stage, folder, lambda _happened: tell()).document
    document.pop("elapsed_s")
    (path / REPORT).write_text(json.dumps(document, default=str))


def _plain(scenario: Scenario) -> Scenario:
    """The scenario with its letters entered by hand and its drafts as plain text.

    Documents are read in processes of their own, before the event that they lead to and outside of its transaction.
    To start those anew for each of two hundred runs would take longer than all the runs.
    """
    asked: dict[str | None, list[str]] = {}
    return replace(scenario, steps=tuple(_plain_step(step, asked) for step in scenario.steps))


def _plain_step(step: ScenarioStep, asked: dict[str | None, list[str]]) -> ScenarioStep:
    """`asked` keeps the questions of each case for its drafts."""
    if step.intake is not None:
        step = replace(step, intake=None, data={**step.intake.reads, **step.data})
    asked |= {step.case: step.data["fragen"]} if "fragen" in step.data else {}
    if step.draft is None:
        return step
    texts = step.draft.answers
    answers = [{"frage": asked[step.case][int(number) - 1], "antwort": text} for number, text in texts.items()]
    file = ScenarioFile(name=f"{step.draft.name}.txt", text="\n".join(texts.values()))
    return replace(step, draft=None, files={"entwurf": file}, data={**step.data, "antworten": answers})


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
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()

    def whole(self, folder: Path) -> tuple[dict[str, Any], list[float]]:
        """The report of a run that nobody disturbs, and when each thing happened in it."""
        run = self._ask(f"play {folder}")
        assert run.how == 0
        report: dict[str, Any] = json.loads((folder / REPORT).read_text())
        return report, run.moments

    def killed(self, folder: Path, number: int, seconds: float) -> bool:
        """Run, and kill -9 so many seconds after so many things have happened; False: it had ended before."""
        run = self._ask(f"kill {folder} {number} {seconds:.6f}")
        assert run.how in {0, signal.SIGKILL}
        return run.how == signal.SIGKILL

    def _ask(self, line: str) -> Run:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(f"{line}\n")
        self._server.stdin.flush()
        return Run(*json.loads(self._server.stdout.readline()))


def _serve() -> None:
    for line in sys.stdin:
        command, *rest = line.split()
        folder = Path(rest[0])
        run = _played(folder) if command == "play" else _killed(folder, int(rest[1]), float(rest[2]))
        print(json.dumps(run), flush=True)  # noqa: T201  # the answer to the line


def _played(folder: Path) -> Run:
    started = time.monotonic()
    process, happened = _forked(folder)
    with happened:
        moments = [time.monotonic() - started for _ in iter(lambda: happened.read(1), b"")]
    return Run(_ended(process), moments)


def _killed(folder: Path, number: int, seconds: float) -> Run:
    process, happened = _forked(folder)
    with happened:
        for _ in range(number):
            happened.read(1)
        time.sleep(seconds)  # the moment is what is tried here; nothing waits for anything
        os.kill(process, signal.SIGKILL)
        return Run(_ended(process), [])


def _forked(folder: Path) -> tuple[int, FileIO]:
    """A process that plays, and where it leaves a byte for each thing that happens."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _child(folder, writing)
    os.close(writing)
    return process, FileIO(reading)


def _ended(process: int) -> int:
    status = os.waitpid(process, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _child(folder: Path, writing: int) -> None:
    def tell() -> None:
        os.write(writing, b".")

    try:
        replay(folder, tell)
    except BaseException:  # whatever it was, the process must not go on to serve
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _serve()
