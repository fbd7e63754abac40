"""(j) A paper as PDF, DOCX and HTML: the first one of a process, and every one after it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from examples.build_paper_pictures import SIGNED_AT, values
from vorgang.notifications.papers.printing import FORMATS, Papers, Sheet

#: Seconds that a PDF may take.
_AT_MOST = 1.0


def papers(rounds: int) -> dict[str, Any]:
    """Seconds of a paper in each form, warm; and of the first PDF of a process, without the start of Python."""
    made = Papers()
    warm = {form: _median(lambda form=form: made.printed(_sheet(), form), rounds) for form in FORMATS}  # type: ignore[misc]  # bound at once
    cold = median(_cold() for _ in range(rounds))
    return {
        "pdf_cold_s": round(cold, 3),
        **{f"{form}_warm_s": round(seconds, 4) for form, seconds in warm.items()},
        "pdf_at_most_s": _AT_MOST,
        "met": max(cold, warm["pdf"]) <= _AT_MOST,
    }


def _sheet() -> Sheet:
    return Sheet("stellungnahme", "", values(own_number=False), SIGNED_AT)


def _median(work: Callable[[], object], rounds: int) -> float:
    work()
    return median(_seconds(work) for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _cold() -> float:
    """The first PDF of a process: the library, the fonts and the layout are read."""
    command = [sys.executable, "-m", "benchmarks.papers"]
    found: float = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(_seconds(lambda: Papers().printed(_sheet(), "pdf"))))
