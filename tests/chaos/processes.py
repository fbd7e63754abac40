"""Processes that can be killed, stopped and counted: forked from a server that has everything imported already."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

#: Seconds after which a test gives up on a process that does not end.
_PATIENCE = 120
_PRELOADED = ["tests.chaos.sink", "tests.chaos.workers"]


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


class Process:
    """A process that runs a function of a module."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        self._process: ForkServerProcess = _context().Process(target=target, args=arguments, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it."""
        os.kill(self.pid, number)

    def end(self, number: signal.Signals) -> int | None:
        """Send a signal that ends it, and wait for that; how it ended."""
        with suppress(ProcessLookupError):  # it has ended by itself
            if self.alive:
                self.send(number)
        return self.ended()

    def ended(self) -> int | None:
        """Wait until it has ended; how."""
        self._process.join(_PATIENCE)
        assert self._process.exitcode is not None, "it does not end"
        return self._process.exitcode
