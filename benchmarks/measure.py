"""Measuring: variants in turn, round by round, so that a machine that slows down slows all; medians and ratios."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

#: A variant does a batch of work and says how many events it did.
Variant = Callable[[], int]


def interleaved(variants: Mapping[str, Variant], rounds: int) -> dict[str, list[float]]:
    """Events per second of each variant in each round, after one round of warming up."""
    rates: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds + 1):
        for name, run in variants.items():
            start = time.perf_counter()
            done = run()
            if number:
                rates[name].append(done / (time.perf_counter() - start))
    return rates


def result(rates: Mapping[str, Sequence[float]], *, of: str, to: str, at_least: float) -> dict[str, Any]:
    """Medians, and the median of the ratio round by round, held against the target."""
    ratio = median(a / b for a, b in zip(rates[of], rates[to], strict=True))
    return {
        "per_second": {name: round(median(values), 1) for name, values in rates.items()},
        "ratio": round(ratio, 3),
        "ratios": [round(a / b, 3) for a, b in zip(rates[of], rates[to], strict=True)],
        "of": of,
        "to": to,
        "at_least": at_least,
        "met": ratio >= at_least,
    }


def side_by_side(works: Sequence[Callable[[], int]]) -> int:
    """Run all works at once, each in a thread of its own; their number of events."""
    done: list[int] = []
    failed: list[BaseException] = []

    def run(work: Callable[[], int]) -> None:
        try:
            done.append(work())
        except BaseException as error:  # told to the one who measures
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(done)
