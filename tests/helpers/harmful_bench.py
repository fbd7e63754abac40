"""A process that reads files, and does what the worst of them could make it do."""

import os
from typing import Any

from vorgang.notifications.workshop_serving import serve
from vorgang.workflow.intake.bench import TASKS
from vorgang.workflow.intake.limits import MEMORY


def main() -> None:
    serve({**TASKS, "spin": _spin, "hoard": _hoard, "crash": _crash, "sleep": _sleep}, MEMORY)


def _spin(content: bytes, name: str) -> Any:
    while True:
        content += name.encode()[:0]


def _hoard(content: bytes, name: str) -> Any:
    hoard = [name]
    while True:
        hoard.append((content * (64 << 20)).decode())


def _crash(content: bytes, name: str) -> Any:
    os._exit(len(content) + len(name))


def _sleep(content: bytes, name: str) -> Any:
    os.read(os.pipe()[0], len(content) + len(name))
