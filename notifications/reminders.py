"""Reminders: what is due is found by "due at or before now and not yet told", never by "due today", never by a tick.

So a machine that was off for a week tells the latest step of each ladder once, as soon as it is back.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from ..config.clock import Clock
from ..config.errors import ConflictError, StoreError
from ..states.database import Database
from . import heartbeat
from .outbox import Outbox
from .queries import due_cases, next_clock
from .stuck import reason_of, remember

log = logging.getLogger("vorgang.reminders")

#: Under this name the last complete scan is remembered; and the last one in which everything that was due failed.
SCAN, VAIN = "scan_deadlines", "scan_in_vain"
#: Cases read at once.
PAGE = 200
#: Errors of the database that lie with one case, not with the database.
ONE_CASE = frozenset({"store_constraint"})


class Ticks(Protocol):
    """Who does to one case what time demands: the engine, or a workflow around it with the hooks of its host."""

    def tick(self, case_id: str) -> bool:
        """Tell the rungs and fire the lapsed deadlines of a case that are due. False: nothing was due."""
        ...


class Scanned(NamedTuple):
    """What a scan has done."""

    #: Cases to which time has done something.
    ticked: int = 0
    #: Cases that raised; they are logged and looked at again by the next scan.
    failed: int = 0


def scan_deadlines(database: Database, ticks: Ticks, clock: Clock, limit: int = PAGE) -> Scanned:
    """Do what time demands of every case that is due; `limit` cases are read at once. One broken case stops no other.

    What failed is remembered for those who watch; a scan in which all failed is no success.

    Raises:
        StoreError: the database cannot be used.
    """
    ticked = looked_at = 0
    failures: dict[str, str] = {}
    for case_id in _due(database, clock.now(), limit):
        looked_at += 1
        try:
            ticked += ticks.tick(case_id)
        except ConflictError:
            continue  # another scanner, or a person, was faster; what is still due is found again
        except Exception as error:
            if isinstance(error, StoreError) and error.code not in ONE_CASE:
                raise
            log.exception("deadlines of case %s", case_id)
            failures[case_id] = reason_of(error)
    remember(database, failures, clock.now())
    heartbeat.beat(database, VAIN if failures and len(failures) == looked_at else SCAN, clock.now())
    return Scanned(ticked, len(failures))


def _due(database: Database, now: datetime, limit: int) -> Iterator[str]:
    """The cases that are due, each once, page by page: what fails on one page does not hide the next."""
    seen: set[str] = set()
    after: tuple[datetime, str] | None = None
    while True:
        with database.reading() as connection:
            page = due_cases(connection, now, limit=limit, after=after)
        for instant, case_id in page:
            if case_id not in seen:
                seen.add(case_id)
                yield case_id
            after = (instant, case_id)
        if len(page) < limit:
            return


def next_due(database: Database, after: datetime | None = None) -> datetime | None:
    """When something must be done by itself next: a clock looked at or a message delivered; None: nothing follows.

    `after`: the next instant later than that; what was due earlier and could not be done is passed over.
    """
    with database.reading() as connection:
        clock = next_clock(connection, after)
    return min((at for at in (clock, Outbox(database).next_due(after)) if at is not None), default=None)
