"""What the proofs look at: inquiries fired into a database, the rows of the outbox, and whether nothing was lost."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import select, text

from tests.chaos.sink import Copy
from tests.chaos.workers import Worker, Workers
from tests.helpers.house import CLERK, HASTY, letter
from vorgang.config.clock import Clock
from vorgang.config.errors import StoreError
from vorgang.config.profile_files import load_profiles
from vorgang.states.tables import CaseRow, MessageRow, table_of
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

_case, _message = table_of(CaseRow), table_of(MessageRow)
#: How many others PostgreSQL knows to be in the midst of a transaction.
_IN_TRANSACTION = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
)
#: Seconds after which a test gives up on something that never comes.
PATIENCE = 90
#: Seconds until a worker is killed, at most; and how often it may be killed while it still begins.
LONGEST, EARLY = 0.5, 0.2


class Scene:
    """The city of Hagen on a database, where inquiries come in; each tells one person by one mail."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.workflow = Workflow.open(url, Setup(clock=clock, options=HASTY))
        import_profile(self.workflow, load_profiles().get("hagen"))

        self._clerk = self.workflow.actor("hagen", CLERK)

    def ask(self, *, key: str | None = None) -> str:
        """An inquiry comes in; its case."""
        return self.workflow.open_case("anfrage", body="hagen", actor=self._clerk, data=letter(), key=key).case.id

    def ask_often(self, number: int) -> None:
        """So many inquiries come in."""
        for _ in range(number):
            self.ask()

    def messages(self) -> list[dict[str, Any]]:
        """Every row of the outbox."""
        with self.workflow.database.reading() as connection:
            return [dict(row) for row in connection.execute(select(_message)).mappings()]

    def cases(self) -> set[str]:
        """Every case."""
        with self.workflow.database.reading() as connection:
            return set(connection.execute(select(_case.c.id)).scalars())

    def statuses(self) -> set[str]:
        """The statuses that messages have now."""
        with self.workflow.database.reading() as connection:
            return set(connection.execute(select(_message.c.status).distinct()).scalars())

    def can_be_written(self) -> bool:
        """Whether nobody keeps the database, or rows of it, from being written to."""
        database = self.workflow.database
        try:
            with database.writing() as connection:
                return database.dialect == "sqlite" or not connection.scalar(_IN_TRANSACTION)
        except StoreError:
            return False

    def close(self) -> None:
        self.workflow.close()


def wait_for(what: Callable[[], object], patience: float = PATIENCE) -> None:
    """Until `what` is true."""
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)  # between two looks


class Repeated(NamedTuple):
    """A copy that was not the last of its message."""

    copy: Copy
    #: The worker that handed it over.
    worker: Worker


def repeated(messages: Iterable[dict[str, Any]], taken: Iterable[Copy], workers: dict[str, Worker]) -> list[Repeated]:
    """Assert that nothing was lost and that copies of a message are one mail; all copies but the last of each."""
    copies: dict[str, list[Copy]] = defaultdict(list)
    for copy in taken:
        copies[copy.message].append(copy)
    rows = {row["id"]: row for row in messages}
    assert {row["status"] for row in rows.values()} == {"sent"}
    assert set(copies) == set(rows)  # none lost, and none that nobody wrote
    for message, same in copies.items():
        assert len({(copy.message_id, copy.digest) for copy in same}) == 1
        assert {copy.digest for copy in same} == {rows[message]["digest"]}
        assert len(same) <= rows[message]["token"]  # nobody sends without a lease
    return [Repeated(copy, workers[copy.worker]) for same in copies.values() for copy in same[:-1]]


def kill_one(workers: Workers, pair: list[Worker], chance: random.Random) -> None:
    """Kill one of two workers at some moment, and start another one."""
    victim = chance.randrange(2)
    if chance.random() > EARLY:
        wait_for(lambda: pair[victim].ready)
    time.sleep(chance.uniform(0, LONGEST))  # the moment is what is tried here
    pair[victim].kill()
    pair[victim] = workers.start()
