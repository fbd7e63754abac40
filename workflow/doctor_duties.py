"""What ``vorgang doctor`` says of the duties that come again and again: whether anybody does them, and gets on."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..notifications.reminders import SCAN, VAIN
from ..notifications.watchdog import Health, health
from ..states import survey
from ..states.database import Database
from .doctor_check import Check, failure, local, ok, warning

#: The other duties, and what follows when nobody does them: no mail goes out, or it is only not tidied up.
DRAIN, SWEEP = "drain", "sweep"
#: One signed head a day, with a day of grace.
HEAD_LATE = timedelta(days=2)


class _Seen(NamedTuple):
    """What there is to be judged."""

    now: datetime
    #: For how long a duty may not succeed.
    late: timedelta
    #: When each duty last succeeded.
    ticks: Mapping[str, datetime]
    last_sent: datetime | None
    zone: ZoneInfo

    def is_late(self, at: datetime) -> bool:
        return self.now - at > self.late


def duties(database: Database, now: datetime, late: timedelta) -> Iterator[Check]:
    """Whether each duty was done in time, and whether all that is due gets on.

    What keeps reminders or mail from going out is a failure. Where no service ever ran it is one only once something
    is due, as in `watchdog.health`.
    """
    with database.reading() as connection:
        ticks, zone = survey.ticks(connection), survey.zone_of_all(connection)
        seen = _Seen(now, late, ticks, survey.last_sent(connection), zone)
    found = health(database, now, late)
    yield _scan(seen, found)
    if DRAIN in ticks:
        yield _drain(seen, ticks[DRAIN])
    if SWEEP in ticks:
        tidied = local(ticks[SWEEP], zone)
        say, finding = (warning, "sweep_late") if seen.is_late(ticks[SWEEP]) else (ok, "tick")
        yield say("ticks", finding, name=SWEEP, at=tidied)
    yield from _stuck(found, zone)


def _scan(seen: _Seen, found: Health) -> Check:
    at, vain = seen.ticks.get(SCAN), seen.ticks.get(VAIN)
    if vain is not None and not seen.is_late(vain) and (at is None or vain > at):
        say = failure if at is None or seen.is_late(at) else warning
        return say("ticks", "tick_vain", name=SCAN, at=local(vain, seen.zone))
    if at is None:
        return warning("ticks", "tick_unused", name=SCAN) if found.ok else failure("ticks", "tick_never", name=SCAN)
    say, finding = (failure, "tick_late") if seen.is_late(at) else (ok, "tick")
    return say("ticks", finding, name=SCAN, at=local(at, seen.zone))


def _drain(seen: _Seen, ended: datetime) -> Check:
    """A delivery of very many mails may take longer than a duty may be away; then mails go out all the time."""
    at = max(ended, seen.last_sent or ended)
    say, finding = (failure, "drain_late") if seen.is_late(at) else (ok, "tick")
    return say("ticks", finding, name=DRAIN, at=local(at, seen.zone))


def _stuck(seen: Health, zone: ZoneInfo) -> Iterator[Check]:
    """Whether what is due gets done, where somebody looks; where nobody does, that is told already."""
    if (found := seen.stuck) is not None:
        params = {"cases": found.cases, "first": found.name, "since": local(found.since, zone)}
        yield failure("stuck", "stuck", **params, failure=found.failure or "–")
    elif seen.ok and seen.last_scan is not None:
        yield ok("stuck", "stuck_none")


def seal(database: Database, now: datetime) -> Iterator[Check]:
    """Whether the end of the log was signed lately; a log without a line needs no seal. It stops no reminder."""
    with database.reading() as connection:
        line, head, zone = survey.last_line(connection), survey.last_head(connection), survey.zone_of_all(connection)
    if line is None:
        return
    if head is None:
        yield warning("audit", "head_none")
    elif line > head and now - head > HEAD_LATE:
        yield warning("audit", "head_old", at=local(head, zone))
    else:
        yield ok("audit", "head", at=local(head, zone))
