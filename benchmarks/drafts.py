"""(k) How long a drafting template takes: filled in, and read back; in milliseconds, each against a target."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from vorgang.notifications.draft_parts import Format
from vorgang.notifications.draft_reading import read_elsewhere
from vorgang.notifications.draft_return import read_draft
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.samples import samples

#: Milliseconds for one draft; half of the drafts may take longer, none twice as long.
AT_MOST_MS = 100.0
_TIMES = 10


def drafts(rounds: int) -> dict[str, dict[str, Any]]:
    """Milliseconds for filling in the shipped templates, and for reading one back, here and in the child process."""
    shop, sample = Drafts(), samples("de")[0]
    contents = {suffix: shop.fill("stellungnahme", sample, suffix).content for suffix in _FORMATS}
    found: dict[str, dict[str, Any]] = {}
    for suffix in _FORMATS:
        found[f"k fill {suffix}"] = _timed(rounds, partial(shop.fill, "stellungnahme", sample, suffix))
        found[f"k read {suffix}"] = _timed(rounds, partial(read_draft, contents[suffix], suffix))
    found["k read docx, child"] = _timed(rounds, lambda: read_elsewhere(contents["docx"], "docx"))
    return found


_FORMATS: tuple[Format, ...] = ("docx", "odt")


def _timed(rounds: int, work: Callable[[], Any]) -> dict[str, Any]:
    work()
    taken = sorted(_milliseconds(work) for _ in range(rounds * _TIMES))
    middle = median(taken)
    worst = {"median_ms": round(middle, 1), "most_ms": round(taken[-1], 1), "at_most_ms": AT_MOST_MS}
    return {**worst, "met": middle <= AT_MOST_MS}


def _milliseconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
