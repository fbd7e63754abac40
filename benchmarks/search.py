"""(h) Questions to the search and "already answered?", of each kind of reader, among a thousand papers and among many.

Counted is processor time in milliseconds, of this process and of the server's: the wall clock of a machine that does
other things as well says little.
"""

import itertools
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from vorgang.states.publicity import reader_for
from vorgang.states.search_rebuild import reindex
from vorgang.states.visibility import Reader
from vorgang.workflow.search import search
from vorgang.workflow.similar import Inquiry, similar

from .corpus import NOTHING, RARE, fill, papers
from .places import Place

#: Each question, and how it is called in the report.
QUESTIONS = {
    "rare word": RARE,
    "common word": "Radweg",
    "part of a compound": "beleuchtung",
    "part of very many compounds": "Straße",
    "three letters": "ung",
    "two words": "Radweg Beleuchtung",
    "three parts": "Brücken Sanierung Kosten",
    "three short parts": "plan weg bau",
    "eight parts": "Radweg Planung Straße Brücke Kosten Beleuchtung Sanierung Schule",
    "eight words": "Schulweg Sporthalle Lärmschutz Haushaltsplanung Klimakonzept Bücherei Gebühren Glasfasernetz",
    "phrase": '"Radweg Planung"',
    "number": "0500/16",
    "nothing found": NOTHING,
}
#: So many inquiries are compared with all papers; the first is like this one of them.
INQUIRIES, FIRST = 3, 500
#: The most that each may take, in the median.
SEARCH_MS = 50.0

#: Asks something of a place, for a reader.
Ask: TypeAlias = Callable[[Place, Reader | None], object]


def prepared(place: Place, papers: int) -> dict[str, float]:
    """Put papers in and index them; the seconds of it."""
    fill(place, papers)
    start = time.perf_counter()
    reindex(place.workflow.database)
    seconds = time.perf_counter() - start
    place.connect().execute("ANALYZE")
    return {"papers": papers, "indexed_per_second": round(papers / seconds, 1)}


def asked() -> dict[str, Ask]:
    """All that is asked, by its name in the report."""
    found: dict[str, Ask] = {name: partial(_search, words) for name, words in QUESTIONS.items()}
    for number, paper in enumerate(itertools.islice(papers(1_000), FIRST, FIRST + INQUIRIES), 1):
        found[f"already answered {number}"] = partial(_similar, Inquiry(paper.subject, tuple(paper.questions)))
    return found


def _search(words: str, place: Place, reader: Reader | None) -> object:
    return search(place.workflow, words, reader=reader)


def _similar(inquiry: Inquiry, place: Place, reader: Reader | None) -> object:
    return similar(place.workflow, inquiry, "hagen", reader=reader)


def searching(small: Place, large: Place, papers: int, rounds: int) -> dict[str, Any]:
    """How long each question takes each kind of reader, and how much longer among many papers."""
    sizes = {"small": prepared(small, 1_000), "large": prepared(large, papers)}
    times: dict[str, list[tuple[float, float]]] = {}
    for number in range(2 * rounds + 1):
        for who, reader in _readers(large).items():
            for name, ask in asked().items():
                took = (_milliseconds(small, ask, reader), _milliseconds(large, ask, reader))
                if number:  # the first round warms up
                    times.setdefault(f"{name}, {who}", []).append(took)
    report = {
        name: {
            "small_ms": round(median(one for one, _ in found), 2),
            "large_ms": round(median(other for _, other in found), 2),
            "ratio": round(median(other / one for one, other in found), 2),
        }
        for name, found in times.items()
    }
    slowest = max(found["large_ms"] for found in report.values())
    return {**report, "sizes": sizes, "slowest_ms": slowest, "at_most_ms": SEARCH_MS, "met": slowest <= SEARCH_MS}


def _readers(place: Place) -> dict[str, Reader | None]:
    """Who keeps the database, everybody, and somebody in the house."""
    workflow = place.workflow
    today = workflow.today("hagen")
    person = reader_for(workflow.directory.town("hagen"), "beispiel01", today)
    return {"all": None, "public": Reader(inside=False, day=today), "person": person}


def _milliseconds(place: Place, ask: Ask, reader: Reader | None) -> float:
    served = served_by(place)
    start = processor_ns(served)
    ask(place, reader)
    return (processor_ns(served) - start) / 1e6


def served_by(place: Place) -> list[Path]:
    """Where the processor time of the server's processes is told."""
    return [Path(f"/proc/{pid}/schedstat") for pid in place.servers()]


def processor_ns(served: list[Path]) -> int:
    """Processor time of this process and of those that serve it, if they run on this machine."""
    return time.process_time_ns() + sum(int(one.read_text("ascii").split()[0]) for one in served if one.exists())
