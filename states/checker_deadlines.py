"""The promise "nichts bleibt liegen" for due dates: every open state is under a running deadline.

All ways to it are followed, not as single paths but as what they leave behind: the state and the set of running
deadlines. A deadline given by a date starts only where the date is there; where that is open, both are followed.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from ..config.errors import Finding
from .checker_findings import found
from .checker_flow import Flow, Move, Names, absent
from .lifecycle import DeadlineSpec

#: A state and the deadlines that have been started and not stopped in it.
Standing: TypeAlias = tuple[str, Names]


@dataclass(frozen=True, slots=True)
class _Runs:
    """Every standing that a case can be in, and the events of a shortest way there."""

    paths: dict[Standing, tuple[str, ...]]

    def running(self, name: str) -> set[str]:
        """The states in which the deadline may be running."""
        return {state for state, clocks in self.paths if name in clocks}


def _may_run(flow: Flow, runs: _Runs, spec: DeadlineSpec) -> set[str]:
    """The states in which the deadline may be running; a milestone says so itself."""
    return {*spec.open_in} & flow.reachable if spec.before else runs.running(spec.name)


def deadlines_in(flow: Flow) -> dict[str, tuple[str, ...]]:
    """The deadlines that may be running (and not paused) in each state, in the order of the file."""
    runs = _Runs(_follow(flow))
    found = {name: _may_run(flow, runs, spec) - {*spec.pauses} for name, spec in flow.lifecycle.deadlines.items()}
    return {state: tuple(name for name in found if state in found[name]) for state in flow.lifecycle.states}


def check_deadlines(flow: Flow) -> Iterator[Finding]:
    """Open states without a due date, and deadlines that cannot do what they say."""
    runs = _Runs(_follow(flow))
    yield from _check_due(flow, runs)
    for deadline in flow.lifecycle.deadlines.values():
        key = f"deadline.{deadline.name}"
        if not _may_run(flow, runs, deadline) or (deadline.before and not _is_asked(flow, deadline.before)):
            yield found(flow.lifecycle, "lifecycle_deadline_never_runs", key, deadline=deadline.name)
        for name, event in (("expired", deadline.expired), ("silence", deadline.silence), ("nears", deadline.nears)):
            if event:
                yield from _check_timer(flow, runs, deadline, (name, event))


def _is_asked(flow: Flow, field: str) -> bool:
    return any(field in facts for facts in flow.possible.values())


def _check_due(flow: Flow, runs: _Runs) -> Iterator[Finding]:
    lifecycle = flow.lifecycle
    told: set[str] = set()
    for (state, clocks), path in runs.paths.items():
        spec = lifecycle.states[state]
        standing_still = {name for name in clocks if state in lifecycle.deadlines[name].pauses}
        if spec.final or spec.unattended or clocks - standing_still or state in told:
            continue
        told.add(state)
        params = {"state": state, "event": path[-1], "path": " → ".join(path)}
        code = "lifecycle_deadline_only_paused" if standing_still else "lifecycle_deadline_missing"
        yield found(lifecycle, code, f"state.{state}", deadlines=", ".join(sorted(standing_still)), **params)


def _check_timer(flow: Flow, runs: _Runs, deadline: DeadlineSpec, fired: tuple[str, str]) -> Iterator[Finding]:
    lifecycle, key, event = flow.lifecycle, f"deadline.{deadline.name}.{fired[0]}", fired[1]
    possible = {move.source for move in flow.of(event)}
    open_states = {name for name in runs.running(deadline.name) if not lifecycle.states[name].final}
    stuck = sorted(open_states - possible - set(deadline.pauses))
    if stuck:
        yield found(
            lifecycle, "lifecycle_timer_impossible", key, deadline=deadline.name, event=event, states=", ".join(stuck)
        )
    if deadline.date and event in deadline.starts:
        yield found(lifecycle, "lifecycle_timer_restarts", key, deadline=deadline.name, event=event, date=deadline.date)


def _follow(flow: Flow) -> dict[Standing, tuple[str, ...]]:
    paths: dict[Standing, tuple[str, ...]] = {}
    waiting: deque[Standing] = deque()
    by_source: dict[str | None, list[Move]] = {}
    for move in flow.moves:
        by_source.setdefault(move.source, []).append(move)

    def go(source: str | None, clocks: Names, path: tuple[str, ...]) -> None:
        for move in by_source.get(source, ()):
            for after in _clocks_after(flow, move, clocks):
                standing = (move.target, after)
                if standing not in paths:
                    paths[standing] = (*path, move.event.name)
                    waiting.append(standing)

    go(None, frozenset(), ())
    while waiting:
        state, clocks = waiting.popleft()
        go(state, clocks, paths[state, clocks])
    return paths


def _clocks_after(flow: Flow, move: Move, clocks: Names) -> Iterator[Names]:
    """The deadlines that run after `move`: one set, or several where it depends on a date that may be missing."""
    specs = flow.lifecycle.deadlines.values()
    stopped = {spec.name for spec in specs if move.event.name in spec.stops}
    arriving = [spec for spec in specs if not spec.only_in or move.target in spec.only_in]
    starting = [spec for spec in arriving if move.event.name in spec.starts]
    choices = [_starts(flow, move, spec) for spec in starting]
    for taken in product(*choices):
        started = {spec.name for spec, starts in zip(starting, taken, strict=True) if starts}
        yield (clocks - stopped) | started


def _starts(flow: Flow, move: Move, spec: DeadlineSpec) -> tuple[bool, ...]:
    """Does `move` start the deadline: surely, surely not, or perhaps?"""
    if spec.is_optional:  # not in every town
        return (True, False)
    if spec.date is None or spec.date in flow.surely(move):
        return (True,)
    if spec.date in absent(move.way) or spec.date not in flow.possibly(move):
        return (False,)
    return (True, False)
