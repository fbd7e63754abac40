"""A process of its own for work on files that are not ours, so that none can take the rest with it.

It was made for the municipality's templates. A sandbox keeps a template from reaching out, but a loop without end or a
text multiplied by ten thousand million needs no forbidden name; to guard each of the hundred ways to write one is a
game without end as well, and a thread cannot be stopped. A process can: the kernel ends it when it has used up its
seconds of CPU or asks for more memory than its limit, whatever Python or a C library is doing. What it works on comes
and goes as JSON; it has neither the database nor the environment with its passwords.

The process starts with the first template of the municipality (a fifth of a second, 32 MiB), serves all threads one
after the other and ends with this one; a message takes about a millisecond longer than in here. Shipped templates are
tested and need none. After three failures in a row a template is not tried again for a minute: messages that wait for a
bad one do not keep those that wait for a good one.

Other work has a process of its own (documents that come in): its `Trade` says what the process runs, how long it may
take and what its failures are called. The process's side is `workshop_serving`.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any, NamedTuple

from ..config.errors import VorgangError
from .failures import Temporary

#: Seconds of CPU for one message; a shipped template takes some thousandths.
CPU_SECONDS = 5
#: Seconds on the wall, for systems that count no CPU seconds and for a process that was stopped.
WALL_SECONDS = 60
#: Most bytes of an answer.
MOST = 64 << 20
#: After so many failures in a row a template rests for so many seconds.
FAILURES, REST_SECONDS = 3, 60.0

_PROGRAM = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {} import main; main()"
#: All that it needs to know of the environment.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")


class _Strikes(NamedTuple):
    number: int
    rests_until: float
    #: How it failed last.
    answer: Mapping[str, Any]


_NONE = _Strikes(0, 0, {})


class Trade(NamedTuple):
    """What the process is for."""

    #: The module that runs in it; its `main` answers jobs (see `workshop_serving.serve`).
    bench: str
    #: What is raised for a job that failed.
    error: type[VorgangError]
    #: The codes of a job that took too long, needed too much memory, or ended the process in another way.
    time: str
    memory: str
    crash: str
    #: The parameter of these errors that names what the job was about.
    named: str
    #: What one job may take, of CPU and on the wall.
    cpu_seconds: float = CPU_SECONDS
    wall_seconds: float = WALL_SECONDS
    #: Whether what failed several times in a row rests: for work that is tried again by itself.
    rests: bool = False


#: Filling in the municipality's templates.
TEMPLATES = Trade(
    bench=f"{__package__}.workshop_bench",
    error=Temporary,
    time="mail_template_time",
    memory="mail_template_memory",
    crash="mail_template_failed",
    named="template",
    rests=True,
)


class Workshop:
    """Hands jobs to the process of a trade, and starts it when there is none."""

    def __init__(self, trade: Trade = TEMPLATES) -> None:
        self.trade = trade
        self.cpu_seconds = trade.cpu_seconds
        self.wall_seconds = trade.wall_seconds
        self.process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._strikes: dict[str, _Strikes] = {}

    def do(self, task: str, about: str, /, *, content: bytes | None = None, **job: Any) -> Any:
        """The answer to a job about a template or a file, which is named in errors.

        `content` goes to the task as it is, as a parameter of that name.

        Raises:
            VorgangError: of the trade's class: it failed, took too long or needed too much; a corrected file mends it.
        """
        key = f"{task} {job.get('folders') or job.get('path')} {about}"
        strikes = self._strikes.get(key, _NONE)
        if strikes.rests_until > time.monotonic():
            raise self.trade.error(strikes.answer["failed"], **strikes.answer["params"])
        head = {"task": task, "cpu": self.cpu_seconds, "memory": self._memory(about), "more": content is not None}
        asked = [json.dumps({**head, "job": job}, default=str).encode(), *([] if content is None else [content])]
        with self._lock:
            answer = self._answer(about, asked)
            self._count(key, answer)
        if "failed" in answer:
            raise self.trade.error(answer["failed"], **answer["params"])
        return answer["done"]

    def _answer(self, name: str, asked: Sequence[bytes]) -> Mapping[str, Any]:
        process = self._running()
        overdue = threading.Timer(self.wall_seconds, process.kill)
        overdue.daemon = True
        overdue.start()
        try:
            written = _exchange(process, asked)
        finally:
            overdue.cancel()
        if written is None:
            return self._ended(name, self._stop())
        answer: Mapping[str, Any] = json.loads(written)
        if answer.get("failed") == self.trade.memory:
            self._stop()  # what is left of its memory is in pieces
        return answer

    def _ended(self, name: str, code: int) -> Mapping[str, Any]:
        """What the end means: SIGPROF is about CPU seconds, SIGKILL our wall clock, any other signal about memory."""
        if code in {-getattr(signal, each, 0) for each in ("SIGPROF", "SIGKILL")} - {0}:
            return {"failed": self.trade.time, "params": {self.trade.named: name, "seconds": self.cpu_seconds}}
        if code < 0:
            return self._memory(name)
        params = {self.trade.named: name, "lang": "–", "reason": f"{sys.executable}: exit {code}"}
        return {"failed": self.trade.crash, "params": params}

    def _memory(self, name: str) -> Mapping[str, Any]:
        return {"failed": self.trade.memory, "params": {self.trade.named: name}}

    def _count(self, key: str, answer: Mapping[str, Any]) -> None:
        """Remember what ended the process or nearly did."""
        if not self.trade.rests or answer.get("failed") not in {self.trade.time, self.trade.memory}:
            self._strikes.pop(key, None)
            return
        number = self._strikes.get(key, _NONE).number + 1
        rests_until = time.monotonic() + REST_SECONDS if number >= FAILURES else 0
        self._strikes[key] = _Strikes(number, rests_until, answer)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self.process is None or self.process.poll() is not None:
            self._stop()
            self.process = _start(self.trade.bench)
        return self.process

    def _stop(self) -> int:
        """End the process; how it ended."""
        process, self.process = self.process, None
        if process is None:
            return 0
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what it did not read any more cannot be flushed
                if pipe is not None:
                    pipe.close()
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def close(self) -> None:
        """End the process; the next job starts another one."""
        with self._lock:
            self._stop()

    def forget(self) -> None:
        """In the child of a fork: process and lock belong to the parent."""
        self.process, self._lock = None, threading.Lock()


def _start(bench: str) -> "subprocess.Popen[bytes]":
    """The process, with this one's modules at hand and nothing else of it."""
    program = _PROGRAM.format(bench)
    return subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-I", "-c", program, json.dumps([path for path in sys.path if path])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
    )


def _exchange(process: "subprocess.Popen[bytes]", asked: Sequence[bytes]) -> bytes | None:
    """Ask and wait for the answer; None: the process has ended, or answers too much."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        for frame in asked:
            write_frame(process.stdin, frame)
        return read_frame(process.stdout)
    except (OSError, ValueError):
        return None


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Write a message with its length before it."""
    stream.write(len(content).to_bytes(4, "big") + content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message; None: there is none, or it is too long."""
    length = int.from_bytes(stream.read(4), "big")
    return (stream.read(length) or None) if 0 < length <= MOST else None


def lasting(trade: Trade) -> Workshop:
    """A workshop for all the time of this process; the child of a fork starts a process of its own."""
    workshop = Workshop(trade)
    atexit.register(workshop.close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=workshop.forget)
    return workshop


#: One for all installations of a process.
WORKSHOP = lasting(TEMPLATES)
