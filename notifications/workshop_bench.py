"""The other side of `workshop`: the process in which templates are filled in. It does one job after the other."""

import contextlib
import json
import os
import signal
import sys
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from .failures import Temporary
from .workshop import read_frame, write_frame
from .writer import Writer

#: Address space for everything, the interpreter and its libraries (about a tenth of it) included.
MEMORY = 512 << 20


def main() -> None:
    """Answer jobs until the other side closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that talks to the person
    _limit_memory()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not print into an answer
    while job := read_frame(sys.stdin.buffer):
        asked = json.loads(job)
        _watch(asked["cpu"])
        answer = _answer(asked)
        _watch(0)
        write_frame(answers, answer)


def _answer(asked: dict[str, Any]) -> bytes:
    try:
        return _packed({"done": _TASKS[asked["task"]](**asked["job"])})
    except Temporary as failure:
        return _packed({"failed": failure.code, "params": dict(failure.params)})
    except MemoryError:
        return _packed({"failed": "mail_template_memory", "params": {"template": asked["template"]}})


def _packed(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, default=str).encode()


def _render(folders: list[str], name: str, lang: Any, context: dict[str, Any]) -> Any:
    return _writer(tuple(folders)).render(name, lang, context)


def _note(folders: list[str], lang: Any, subject: str, text: str, base_url: str) -> Any:
    return _writer(tuple(folders)).note(lang, subject, text, base_url)


def _examine(folders: list[str], name: str, lang: Any, *, rung: bool) -> Any:
    found = _writer(tuple(folders)).examine(name, lang, rung=rung)
    return [[one.code, one.file, one.key, dict(one.params), one.line] for one in found]


def _fill(path: str, context: dict[str, Any]) -> str:
    from .filling import filled  # noqa: PLC0415  # few installations have a drafting template of their own

    return b64encode(filled(Path(path), context)).decode()


_TASKS: dict[str, Callable[..., Any]] = {"render": _render, "note": _note, "examine": _examine, "fill": _fill}


@cache
def _writer(folders: tuple[str, ...]) -> Writer:
    return Writer([Path(folder) for folder in folders])


def _watch(seconds: float) -> None:
    """The kernel ends this process after so many seconds of CPU from now on; 0: it does not."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without such limits
        import resource  # noqa: PLC0415  # Unix only

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
