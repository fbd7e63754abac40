"""``make bench``: what an event costs against the same rows written by hand; ratios of one run, as JSON too."""

import argparse
import gc
import json
import platform
import random
import resource
import sqlite3
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlmodel import Session

from vorgang.states.decide import _Model
from vorgang.states.loader import load_folders
from vorgang.states.program import Program
from vorgang.states.registry import Moment
from vorgang.states.step import NOTHING, Situation
from vorgang.workflow.guards import shipped_registry

from .drafts import drafts
from .grow import grow
from .history import history
from .intake import intake
from .lists import lists
from .mail import mail
from .measure import Variant, interleaved, result, side_by_side
from .papers import papers
from .places import ORDINARY_DISK_S, Grouped, OrdinaryDisk, Place, Server, postgres, postgres_place, sqlite_place
from .reports import reporting
from .search import searching
from .waiting import mails, waiting
from .workload import NOTE, Office, swing

WORKERS = 8
BATCH = 50
#: A round of batches is over in a blink; so many more of them are taken.
_SHORT = 5


def single(place: Place, rounds: int, at_least: float) -> dict[str, Any]:
    """(a) One event through the public API against the same rows by hand, statement by statement."""
    connection, ids = place.connect(), place.case_ids
    variants: dict[str, Variant] = {
        "by hand": lambda: place.by_hand(connection, ids),
        "vorgang": lambda: place.by_engine(ids),
    }
    return result(interleaved(variants, rounds), of="vorgang", to="by hand", at_least=at_least)


def concurrent(place: Place, rounds: int, at_least: float) -> dict[str, Any]:
    """(b) The same with eight workers at once, each on cases of its own."""
    shares = [place.case_ids[n::WORKERS] for n in range(WORKERS)]
    connections = [place.connect() for _ in shares]
    by_hand = [partial(place.by_hand, *pair) for pair in zip(connections, shares, strict=True)]
    by_engine = [partial(place.by_engine, share) for share in shares]
    variants: dict[str, Variant] = {
        "by hand": lambda: side_by_side(by_hand),
        "vorgang": lambda: side_by_side(by_engine),
    }
    return result(interleaved(variants, rounds), of="vorgang", to="by hand", at_least=at_least)


def limit(place: Place, rounds: int) -> dict[str, Any]:
    """How far group commit can get on this disk at all, against eight writers by hand; no target.

    The same rows by hand, without any engine or thread, eight to a commit.
    """
    shares = [place.case_ids[n::WORKERS] for n in range(WORKERS)]
    by_hand = [partial(place.by_hand, place.connect(), share) for share in shares]
    grouped = Grouped(place.connect(), WORKERS)
    variants: dict[str, Variant] = {
        "by hand": lambda: side_by_side(by_hand),
        "by hand in groups": lambda: place.by_hand(grouped, place.case_ids),
    }
    return result(interleaved(variants, rounds), of="by hand in groups", to="by hand", at_least=0.0)


def ordinary_disk(place: Place, rounds: int, at_least: float) -> dict[str, Any]:
    """(b) on a disk that takes a millisecond longer to sync, as most do, under both."""
    shares = [place.case_ids[n::WORKERS] for n in range(WORKERS)]
    by_hand = [partial(place.by_hand, OrdinaryDisk(place.connect()), share) for share in shares]
    by_engine = [partial(place.by_engine, share) for share in shares]

    def ours() -> int:
        with place.on_ordinary_disk():
            return side_by_side(by_engine)

    variants: dict[str, Variant] = {"by hand": lambda: side_by_side(by_hand), "vorgang": ours}
    found = result(interleaved(variants, rounds), of="vorgang", to="by hand", at_least=at_least)
    return {**found, "added_to_each_sync_s": ORDINARY_DISK_S}


def growth(small: Place, large: Place, cases: int, rounds: int) -> dict[str, Any]:
    """(c) The cost of an event on scattered cases among many, against the cost among a thousand."""
    connection = large.connect()
    start = time.perf_counter()
    ids = grow(connection, large.case_ids[0], cases, sqlite=large.name.startswith("sqlite"))
    grown_s = time.perf_counter() - start
    chance = random.Random(11)
    chance.shuffle(ids)
    share = len(small.case_ids)
    batches = iter([ids[n : n + share] for n in range(0, share * (rounds + 2), share)])
    variants: dict[str, Variant] = {
        "small": lambda: small.by_engine(small.case_ids),
        "large": lambda: large.by_engine(next(batches)),
    }
    found = result(interleaved(variants, rounds), of="large", to="small", at_least=0.85)
    return {**found, "cases": {"small": share, "large": cases}, "seconds_to_grow": round(grown_s, 1)}


def batches(place: Place, rounds: int) -> dict[str, Any]:
    """(e) Fifty events in one transaction, per event, against fifty transactions."""
    ids = place.case_ids[:BATCH]

    def batched() -> int:
        commands = swing(ids, 2)
        for start in range(0, len(commands), BATCH):
            place.workflow.fire_batch(commands[start : start + BATCH])
        return len(commands)

    variants: dict[str, Variant] = {"single": lambda: place.by_engine(ids), "batch": batched}
    return result(interleaved(variants, _SHORT * rounds), of="batch", to="single", at_least=3.0)


def hosted(place: Place, rounds: int) -> dict[str, Any]:
    """An event inside a host's own session and transaction, against one of the engine's own; no target."""

    def joined() -> int:
        commands = swing(place.case_ids, 2)
        for command in commands:
            with place.workflow.database.writing() as connection, Session(bind=connection) as session:
                place.workflow.joined(session).fire(
                    command.case_id, command.event, actor=Office.clerk, data=command.data
                )
        return len(commands)

    variants: dict[str, Variant] = {"own": lambda: place.by_engine(place.case_ids), "host's": joined}
    return result(interleaved(variants, rounds), of="host's", to="own", at_least=0.0)


def machine(rounds: int) -> dict[str, Any]:
    """(d) A step of the machine alone (guards included), and the memory of a live case."""
    lifecycle = load_folders(Path(__file__).parent / "lifecycles")["pendel"]
    program = Program(lifecycle, shipped_registry())
    moment = Moment(Situation.__new__(Situation, None), {"thema": NOTE}, NOTHING, Office.clerk, None, None)  # type: ignore[arg-type]  # the guard looks at facts only
    there, back = program.triggers["hin"], program.triggers["zurueck"]
    model = _Model("links", program, moment)

    def steps() -> int:
        for _ in range(10_000):
            there(model)
            back(model)
        return 20_000

    rates = interleaved({"step": steps}, rounds)["step"]
    step_us = sorted(1e6 / rate for rate in rates)[len(rates) // 2]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    live = [_Model("links", program, moment) for _ in range(10_000)]
    per_case = (tracemalloc.get_traced_memory()[0] - before) / len(live)
    tracemalloc.stop()
    return {
        "step_us": round(step_us, 2),
        "step_at_most_us": 10,
        "bytes_per_live_case": round(per_case),
        "bytes_at_most": 200,
        "met": step_us <= 10 and per_case <= 200,
    }


def memory(place: Place, events: int) -> dict[str, Any]:
    """Resident memory after a tenth of the events and after all of them: a process that fires does not grow."""
    early = _fire_until(place, events // 10)
    late = _fire_until(place, events - events // 10)
    grown = (late - early) / early
    return {"events": events, "mib_early": round(early, 1), "mib_late": round(late, 1), "met": grown <= 0.05}


def _fire_until(place: Place, events: int) -> float:
    """Fire so many events; resident MiB afterwards."""
    done = 0
    while done < events:
        done += place.by_engine(place.case_ids)
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def measure(options: argparse.Namespace, report: dict[str, Any]) -> None:
    """Everything, in the order of the report."""
    rounds, few = options.rounds, options.events // 2
    _add(report, "d machine", partial(machine, rounds))
    _add(report, "j papers", partial(papers, rounds))
    for name, found in mail(options.mails, rounds).items():
        _add(report, name, partial(dict, found))
    for name, found in (drafts(rounds) | intake(rounds, options.documents)).items():
        _add(report, name, partial(dict, found))
    with postgres() as server:
        with sqlite_place("FULL", few) as place:
            _add(report, "a sqlite FULL", partial(single, place, rounds, 0.65))
            _add(report, "b sqlite FULL", partial(concurrent, place, rounds, 4.0))
            _add(report, "b sqlite FULL, limit of this disk", partial(limit, place, rounds))
            _add(report, "b sqlite FULL, ordinary disk", partial(ordinary_disk, place, rounds, 4.0))
            _add(report, "e sqlite", partial(batches, place, rounds))
            _add(report, "host sqlite", partial(hosted, place, rounds))
        with sqlite_place("NORMAL", few) as place:
            _add(report, "a sqlite NORMAL", partial(single, place, rounds, 0.65))
            _add(report, "b sqlite NORMAL", partial(concurrent, place, rounds, 0.65))
            _add(report, "memory", partial(memory, place, options.fired))
        with sqlite_place("NORMAL", few) as place:  # one whose messages have not been waiting by the hundred thousand
            _add(report, "g mails", partial(mails, place, options.delivered))
        with postgres_place(server, few) as place:
            _add(report, "a postgresql", partial(single, place, rounds, 0.9))
            _add(report, "b postgresql", partial(concurrent, place, rounds, 0.9))
            _add(report, "e postgresql", partial(batches, place, rounds))
            _add(report, "host postgresql", partial(hosted, place, rounds))
        _history(options, server, report)
        _search(options, server, report)
        _reports(options, server, report)
        _lists(options, server, report)
        _growth(options, server, report)


def _growth(options: argparse.Namespace, server: Server, report: dict[str, Any]) -> None:
    with sqlite_place("FULL", 1000) as small, sqlite_place("FULL", 1) as large:
        _add(report, "c sqlite", partial(growth, small, large, options.cases, options.rounds))
        _add(report, "f sqlite", partial(waiting, small, large, options.rounds))
    with postgres_place(server, 1000) as small, postgres_place(server, 1) as large:
        _add(report, "c postgresql", partial(growth, small, large, options.cases, options.rounds))
        _add(report, "f postgresql", partial(waiting, small, large, options.rounds))


def _history(options: argparse.Namespace, server: Server, report: dict[str, Any]) -> None:
    rows, few = options.historical, min(options.rounds, 2)
    _add(report, "k sqlite", partial(history, lambda: sqlite_place("FULL", 1), rows, few))
    _add(report, "k postgresql", partial(history, lambda: postgres_place(server, 1), rows, few))


def _search(options: argparse.Namespace, server: Server, report: dict[str, Any]) -> None:
    with sqlite_place("NORMAL", 1) as small, sqlite_place("NORMAL", 1) as large:
        _add(report, "h sqlite", partial(searching, small, large, options.papers, options.rounds))
    with postgres_place(server, 1) as small, postgres_place(server, 1) as large:
        _add(report, "h postgresql", partial(searching, small, large, options.papers, options.rounds))


def _reports(options: argparse.Namespace, server: Server, report: dict[str, Any]) -> None:
    with sqlite_place("NORMAL", 1) as small, sqlite_place("NORMAL", 1) as large, sqlite_place("NORMAL", 1) as fresh:
        _add(report, "l sqlite", partial(reporting, small, large, fresh, options.cases // 10, options.rounds))
    with postgres_place(server, 1) as small, postgres_place(server, 1) as large, postgres_place(server, 1) as fresh:
        _add(report, "l postgresql", partial(reporting, small, large, fresh, options.cases, options.rounds))


def _lists(options: argparse.Namespace, server: Server, report: dict[str, Any]) -> None:
    with sqlite_place("NORMAL", 1) as small, sqlite_place("NORMAL", 1) as large:
        _add(report, "m sqlite", partial(lists, small, large, options.cases // 10, options.rounds))
    with postgres_place(server, 1) as small, postgres_place(server, 1) as large:
        _add(report, "m postgresql", partial(lists, small, large, options.cases, options.rounds))


def _add(report: dict[str, Any], name: str, measured: Callable[[], dict[str, Any]]) -> None:
    print(f"… {name}", file=sys.stderr, flush=True)
    found = report["results"][name] = measured()
    shown = ", ".join(f"{key} {value}" for key, value in found.items() if key not in {"ratios", "of", "to"})
    print(f"{'ok ' if found['met'] else 'LOW'} {name}: {shown}", flush=True)


def main() -> None:
    """Measure, print a line each, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds of each variant (default 5)")
    parser.add_argument("--events", type=int, default=400, help="events of a variant in a round (default 400)")
    parser.add_argument("--cases", type=int, default=1_000_000, help="cases of the large database (default 1,000,000)")
    parser.add_argument("--papers", type=int, default=100_000, help="papers searched in (default 100,000)")
    parser.add_argument("--historical", type=int, default=50_000, help="cases taken over (default 50,000)")
    parser.add_argument("--documents", type=int, default=1_000, help="documents taken in (default 1,000)")
    parser.add_argument("--fired", type=int, default=100_000, help="events fired to watch memory (default 100,000)")
    parser.add_argument("--mails", type=int, default=300, help="mails of a variant in a round (default 300)")
    parser.add_argument("--delivered", type=int, default=5_000, help="mails sent to watch memory (default 5,000)")
    parser.add_argument("--output", type=Path, default=Path("var/bench.json"))
    options = parser.parse_args()
    versions = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "psycopg": psycopg.__version__}
    report: dict[str, Any] = {"versions": versions, "rounds": options.rounds, "results": {}}
    measure(options, report)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(f"→ {options.output}")


if __name__ == "__main__":
    main()
