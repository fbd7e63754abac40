"""What costs when nothing is due, and what is taken when much is: a scan, a look into the outbox, a claim of 500."""

import gc
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.chaos.sink import Sink
from vorgang.notifications.delivery import LEASE
from vorgang.notifications.outbox import Outbox
from vorgang.notifications.reminders import Scanned, scan_deadlines
from vorgang.states.tables import MessageRow, table_of
from vorgang.workflow.office import Office

from .places import Place
from .workload import NOW, swing

CLAIMED = 500
#: The most that a scan with nothing due, and a claim, may take; and how much more of it among many cases.
SCAN_MS, CLAIM_MS, FLAT = 5.0, 50.0, 1.5
#: A look into an index is over in a blink; so many are taken together.
_LOOKS = 20


class Waiting:
    """A place whose messages have all been sent, one of each case at least, and where some can be made due."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.outbox = Outbox(place.workflow.database)
        self._execute = place.connect().execute
        self._sqlite = place.name.startswith("sqlite")
        self._send_all()
        self._one_of_each_case()
        self._execute("ANALYZE")
        self._ids = [row[0] for row in self._execute("SELECT cast(id AS text) FROM vorgang_case ORDER BY id")]

    def scan(self) -> None:
        """Look at the deadlines; nothing is due."""
        assert scan_deadlines(self.place.workflow.database, self.place.workflow, self.place.workflow.clock) == Scanned()

    def look(self) -> None:
        """Look into the outbox; nothing is due."""
        assert self.outbox.claim(NOW, limit=CLAIMED, lease=LEASE) == []

    def claim(self) -> None:
        """Lease what is due."""
        assert len(self.outbox.claim(NOW, limit=CLAIMED, lease=LEASE)) == CLAIMED

    def make_due(self, chance: random.Random, *, scattered: bool) -> None:
        """Let messages be due: of cases one after the other, as what was just written is, or of any."""
        self._send_all()
        first = chance.randrange(len(self._ids) - CLAIMED)
        some = chance.sample(self._ids, CLAIMED) if scattered else self._ids[first : first + CLAIMED]
        where, ids = (
            ("IN (SELECT value FROM json_each(?))", json.dumps(some)) if self._sqlite else ("= ANY(%s::uuid[])", some)
        )
        due = self._mark(NOW - timedelta(hours=1))
        update = f"UPDATE vorgang_message SET status = 'queued', sent_at = NULL, due_at = {due} WHERE id {where}"
        self._execute(update, (ids,))

    def _send_all(self) -> None:
        update = f"UPDATE vorgang_message SET status = 'sent', leased_until = NULL, sent_at = {self._mark(NOW)}"
        self._execute(update + " WHERE status <> 'sent'")

    def _one_of_each_case(self) -> None:
        """The message of a case has the id of the case; everything else is that of another one."""
        columns = [column.name for column in table_of(MessageRow).columns]
        own = {"id": "c.id", "case_id": "c.id", "occasion": "'gewachsen'"}
        values = ", ".join(own.get(name, f"t.{name}") for name in columns)
        any_one = "(SELECT * FROM vorgang_message LIMIT 1)"
        insert = f"INSERT INTO vorgang_message ({', '.join(columns)}) SELECT {values} FROM vorgang_case c, {any_one} t"
        self._execute(insert)

    def _mark(self, instant: datetime) -> str:
        return f"'{instant.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z'"


def waiting(small: Place, large: Place, rounds: int) -> dict[str, Any]:
    """(f) An empty scan, an empty outbox and a claim of 500, among a thousand cases and among many; milliseconds.

    A claim of messages scattered over all pages of the table writes more pages the larger it is; no target.
    """
    places = [Waiting(small), Waiting(large)]
    chance = random.Random(13)
    times: dict[str, list[list[float]]] = {"scan": [], "look": [], "claim": [], "scattered": []}
    for number in range(rounds + 1):
        for name, found in times.items():
            took = [_took(name, place, chance) for place in places]
            if number:  # the first round warms up
                found.append(took)
    report = {name: _compared(found) for name, found in times.items()}
    flat = all(report[name]["ratio"] <= FLAT for name in ("scan", "look", "claim"))
    quick = report["scan"]["large_ms"] <= SCAN_MS and report["claim"]["large_ms"] <= CLAIM_MS
    targets = {"scan_at_most_ms": SCAN_MS, "claim_at_most_ms": CLAIM_MS, "ratio_at_most": FLAT}
    return {**report, **targets, "quick": quick, "met": flat}


def _took(name: str, place: Waiting, chance: random.Random) -> float:
    """Milliseconds of one of it."""
    if name in {"claim", "scattered"}:
        place.make_due(chance, scattered=name == "scattered")
        took = _milliseconds(place.claim)
        place._send_all()  # noqa: SLF001  # of the same module
        return took
    work: Callable[[], None] = getattr(place, name)
    return median(_milliseconds(work) for _ in range(_LOOKS))


def _milliseconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _compared(times: list[list[float]]) -> dict[str, float]:
    return {
        "small_ms": round(median(small for small, _ in times), 2),
        "large_ms": round(median(large for _, large in times), 2),
        "ratio": round(median(large / small for small, large in times), 2),
    }


def mails(place: Place, number: int) -> dict[str, Any]:
    """(g) So many mails to a server in a process of its own: how many a second, and the memory of who delivers."""
    with tempfile.TemporaryDirectory() as folder, Sink(Path(folder) / "sink") as sink:
        office = Office(place.workflow, sink.settings("messung"))
        early, _ = _deliver(place, office, number // 5)
        late, seconds = _deliver(place, office, number - number // 5)
        assert len(sink.taken()) >= number
    grown = (late - early) / early
    return {
        "mails": number,
        "per_second": round((number - number // 5) / seconds, 1),
        "mib_early": round(early, 1),
        "mib_late": round(late, 1),
        "met": grown <= 0.05,
    }


def _deliver(place: Place, office: Office, number: int) -> tuple[float, float]:
    """Fire events, scan and drain until so many mails are delivered; resident MiB, and the seconds of the drains."""
    done, seconds = 0, 0.0
    while done < number:
        for command in swing(place.case_ids, 2):
            place.workflow.fire(command.case_id, command.event, actor=command.actor, data=command.data)
        office.scan()
        start = time.perf_counter()
        drained = office.drain()
        seconds += time.perf_counter() - start
        assert drained.sent == 2 * len(place.case_ids) or not done, drained
        done += drained.sent
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20, seconds
