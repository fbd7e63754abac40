"""How hard the proofs try: a few seconds each in `make test`, all of it in `make chaos`, the same code either way.

``CHAOS=full`` asks for all of it, ``CHAOS_SEED`` for another course of chance. Each proof reports its figures; a full
run prints them at its end and writes them to ``var/chaos.json``.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.chaos.sink import Sink

T = TypeVar("T")

FULL = os.environ.get("CHAOS") == "full"
SEED = int(os.environ.get("CHAOS_SEED", "20261025"))
REPORT = Path(__file__).parents[2] / "var" / "chaos.json"


class Chaos:
    """Chance and size of one proof, and where its figures go."""

    def __init__(self, name: str, record: Callable[[str, object], None]) -> None:
        self.seed = SEED
        self.random = random.Random(f"{name} {SEED}")
        self._name, self._record = name, record
        print(f"CHAOS_SEED={SEED}")  # noqa: T201  # shown when the test fails

    def size(self, short: T, full: T) -> T:
        """The one or the other, after how hard is tried."""
        return full if FULL else short

    def report(self, **figures: Any) -> None:
        """What was found."""
        self._record("chaos", json.dumps([self._name, {"seed": self.seed, **figures}]))


@pytest.fixture
def chaos(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Chaos:
    """Chance and size of the test."""
    return Chaos(request.node.name.removeprefix("test_"), record_property)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """An SMTP server in a process of its own that keeps a journal of what it takes."""
    with Sink(tmp_path / "sink") as running:
        yield running


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line of figures for each proof, and the file of them."""
    told = [
        json.loads(value)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, value in report.user_properties
        if name == "chaos" and report.when == "call"
    ]
    if not told or not FULL:
        return
    terminalreporter.section("figures")
    for name, figures in told:
        terminalreporter.write_line(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(dict(told), indent=2, ensure_ascii=False) + "\n", "utf-8")
    terminalreporter.write_line(f"→ {REPORT}")
