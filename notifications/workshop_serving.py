"""The other side of `workshop`: a process that does one job after the other, within its limits."""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..config.errors import VorgangError
from .workshop import read_frame, write_frame

#: What can be asked, by name. What a task answers becomes JSON; a `VorgangError` goes back as code and parameters.
Tasks: TypeAlias = Mapping[str, Callable[..., Any]]


def serve(tasks: Tasks, memory: int) -> None:
    """Answer jobs until the other side closes its end.

    Args:
        tasks: what can be asked.
        memory: most bytes of address space for everything, the interpreter and its libraries included.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that talks to the person
    _limit_memory(memory)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not print into an answer
    while frame := read_frame(sys.stdin.buffer):
        asked = json.loads(frame)
        if asked["more"]:
            asked["job"]["content"] = read_frame(sys.stdin.buffer) or b""
        _watch(asked["cpu"])
        answer = _answer(tasks, asked)
        _watch(0)
        write_frame(answers, answer)


def _answer(tasks: Tasks, asked: dict[str, Any]) -> bytes:
    try:
        return _packed({"done": tasks[asked["task"]](**asked["job"])})
    except VorgangError as failure:
        return _packed({"failed": failure.code, "params": dict(failure.params)})
    except MemoryError:
        return _packed(asked["memory"])


def _packed(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, default=str).encode()


def _watch(seconds: float) -> None:
    """The kernel ends this process after so many seconds of CPU from now on; 0: it does not."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(most: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without such limits
        import resource  # noqa: PLC0415  # Unix only

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
