"""Processes and threads race each other for the same case: exactly one wins, nobody waits for ever, nothing is lost."""

import multiprocessing
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.helpers.council import Council
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.history import many, take_over
from tests.helpers.house import LEAD, House
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import ConflictError, RefusedError, StoreError, VorgangError
from vorgang.notifications.bundles import Bundles
from vorgang.notifications.outbox import Receipt, sent
from vorgang.states.database import Database
from vorgang.states.history_rows import TABLES, Batch
from vorgang.states.punctuality_rows import AGAIN, catch_up
from vorgang.states.sqlite_store import SqliteStore
from vorgang.states.store import Transaction
from vorgang.workflow.punctuality import Wanted, keep_up, known_of, punctuality

THREADS = 4
PROCESSES = 2
CASES = 5


@pytest.fixture
def raced(maker: Sqlite | Postgres) -> Iterator[House]:
    url = maker.prepared()
    house = House(url)
    yield house
    house.close()
    maker.drop(url)


def _race(url: str, cases: list[str], gate: Any, results: Any) -> None:
    """One process: its threads fire the same event on each case, all at the same moment."""
    house = House(url)
    gate.wait()
    with ThreadPoolExecutor(THREADS) as pool:
        tries = [(case, person) for case in cases for person in [LEAD] * THREADS]
        results.put(list(pool.map(lambda one: _outcome(house, *one), tries)))
    house.close()


def _outcome(house: House, case: str, person: str) -> tuple[str, str]:
    try:
        house.fire(case, "annehmen", person)
    except (ConflictError, RefusedError) as lost:
        return case, lost.code
    return case, "won"


def test_processes_and_threads_race_for_the_same_event(raced: House) -> None:
    cases = [raced.at("zugewiesen") for _ in range(CASES)]
    context = multiprocessing.get_context("forkserver")
    gate, results = context.Barrier(PROCESSES), context.Queue()
    racers = [context.Process(target=_race, args=(raced.url, cases, gate, results)) for _ in range(PROCESSES)]
    for racer in racers:
        racer.start()
    outcomes = [outcome for _ in racers for outcome in results.get(timeout=120)]
    for racer in racers:
        racer.join()
    assert len(outcomes) == CASES * THREADS * PROCESSES
    assert Counter(case for case, how in outcomes if how == "won") == Counter(cases)
    assert {how for _, how in outcomes} - {"won"} <= {"event_not_now", "case_changed_meanwhile"}
    assert [raced.events(case).count("annehmen") for case in cases] == [1] * CASES
    assert_sound(raced.database)


def _keep_writing(url: str, cases: list[str], gate: Any) -> None:
    house = House(url)
    gate.wait()
    for case in cases:
        house.fire(case, "annehmen", LEAD)
    house.close()


def test_another_process_writes_at_the_same_time_and_nobody_is_turned_away(raced: House) -> None:
    theirs, ours = ([raced.at("zugewiesen") for _ in range(20)] for _ in range(2))
    context = multiprocessing.get_context("forkserver")
    gate = context.Barrier(2)
    other = context.Process(target=_keep_writing, args=(raced.url, theirs, gate))
    other.start()
    gate.wait()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda case: raced.fire(case, "annehmen", LEAD), ours))
    other.join()
    assert other.exitcode == 0
    assert {raced.state(case) for case in [*ours, *theirs]} == {"in_bearbeitung"}
    assert_sound(raced.database)


def test_threads_open_and_fire_side_by_side(raced: House) -> None:
    with ThreadPoolExecutor(8) as pool:
        cases = list(pool.map(lambda _n: raced.at("in_bearbeitung"), range(16)))
    assert {raced.state(case) for case in cases} == {"in_bearbeitung"}
    assert_sound(raced.database)


def test_a_case_is_ticked_by_two_scanners_at_once_and_told_once(raced: House) -> None:
    case = raced.at("in_bearbeitung")
    raced.clock("2024-04-01")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: _ignoring_conflicts(lambda: raced.workflow.tick(case)), range(4)))
    raced.workflow.tick(case)
    assert raced.events(case).count("ueberfaellig_melden") == 1
    assert Counter(raced.told(case)).most_common(1)[0][1] == 1


def _ignoring_conflicts(act: Callable[[], object]) -> None:
    try:
        act()
    except ConflictError:
        return


# --- one commit for many (SQLite) ---


@pytest.fixture
def store(sqlite_database: Database) -> SqliteStore:
    found = sqlite_database.store
    assert isinstance(found, SqliteStore)
    found.run(lambda tx: _write(tx, "CREATE TABLE zettel (text)"))
    return found


def _write(transaction: Transaction, sql: str) -> None:
    transaction._execute(sql)  # type: ignore[attr-defined]  # the connection of the one store that is tried here


def _note(text: str) -> Callable[[Transaction], str]:
    def work(transaction: Transaction) -> str:
        _write(transaction, f"INSERT INTO zettel VALUES ('{text}')")  # noqa: S608  # a word of ours
        return text

    return work


def notes(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.exec_driver_sql("SELECT text FROM zettel").scalars())


class Queue:
    """Callers that stand in the queue behind a leader who is held up until all of them are there."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.busy, self.go_on = threading.Event(), threading.Event()
        self.outcomes: dict[str, object] = {}
        self.threads = [self._started("leader", self._lead)]
        assert self.busy.wait(10)

    def add(self, name: str, work: Callable[[Transaction], object]) -> None:
        waiting = len(self.store._queue)
        self.threads.append(self._started(name, work))
        while len(self.store._queue) == waiting:
            threading.Event().wait(0.001)  # until the thread stands in the queue

    def finish(self) -> None:
        self.go_on.set()
        for thread in self.threads:
            thread.join(10)
        assert not [thread for thread in self.threads if thread.is_alive()]

    def _lead(self, transaction: Transaction) -> None:
        self.busy.set()
        self.go_on.wait(10)
        _note("leader")(transaction)

    def _started(self, name: str, work: Callable[[Transaction], object]) -> threading.Thread:
        def run() -> None:
            try:
                self.outcomes[name] = self.store.run(work)
            except BaseException as error:  # what came of it is what the test looks at
                self.outcomes[name] = error

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread


class Failed(Exception):
    """What a caller's own work raises."""


def _fail(transaction: Transaction) -> None:
    _note("fails")(transaction)
    raise Failed


def _interrupt(transaction: Transaction) -> None:
    _note("interrupted")(transaction)
    raise KeyboardInterrupt


def test_one_that_fails_in_a_shared_commit_harms_no_other(store: SqliteStore, sqlite_database: Database) -> None:
    queue = Queue(store)
    queue.add("a", _note("a"))
    queue.add("fails", _fail)
    queue.add("b", _note("b"))
    queue.finish()
    assert isinstance(queue.outcomes["fails"], Failed)
    assert (queue.outcomes["a"], queue.outcomes["b"]) == ("a", "b")
    assert notes(sqlite_database) == {"leader", "a", "b"}


def test_a_full_disk_undoes_the_whole_group_and_nobody_writes_outside_of_it(
    store: SqliteStore, sqlite_database: Database
) -> None:
    def fill(transaction: Transaction) -> str:
        _write(transaction, "INSERT INTO zettel VALUES (zeroblob(20000000))")
        return "filled"

    store.run(lambda tx: _write(tx, "PRAGMA max_page_count = 400"))
    queue = Queue(store)
    for name, work in (("big", fill), ("a", _note("a")), ("b", _note("b"))):
        queue.add(name, work)
    queue.finish()
    assert {name for name, outcome in queue.outcomes.items() if isinstance(outcome, StoreError)} == {"leader", "big"}
    assert notes(sqlite_database) == {"a", "b"}  # of a commit of their own
    store.run(lambda tx: _write(tx, "PRAGMA max_page_count = 1000000"))
    assert store.run(_note("later")) == "later"


def test_a_leader_that_fails_hands_over(store: SqliteStore, sqlite_database: Database) -> None:
    queue = Queue(store)
    queue.add("fails", _fail)  # leads the second commit
    for name in ("a", "b"):
        queue.add(name, _note(name))
    queue.finish()
    assert notes(sqlite_database) == {"leader", "a", "b"}
    assert store.run(_note("later")) == "later"


def test_those_whose_commit_was_interrupted_learn_of_it_and_may_try_again(
    store: SqliteStore, sqlite_database: Database
) -> None:
    queue = Queue(store)
    for name, work in (("before", _note("before")), ("interrupted", _interrupt), ("after", _note("after"))):
        queue.add(name, work)
    queue.finish()
    assert isinstance(queue.outcomes["interrupted"], KeyboardInterrupt)
    before = queue.outcomes["before"]
    assert isinstance(before, StoreError)
    assert before.code == "store_busy"
    assert queue.outcomes["after"] == "after"
    assert notes(sqlite_database) == {"after"}
    assert store.run(_note("again")) == "again"


class Alarm(Exception):
    """What the handler of a signal raises in the main thread."""


def _ring(_number: int, _frame: object) -> None:
    raise Alarm


def test_a_caller_interrupted_while_waiting_holds_nobody_up(store: SqliteStore, sqlite_database: Database) -> None:
    queue = Queue(store)
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(Alarm):
            store.run(_note("interrupted"))  # in the main thread, behind the leader
    finally:
        signal.signal(signal.SIGALRM, before)
    queue.add("a", _note("a"))
    queue.finish()
    assert queue.outcomes["a"] == "a"
    assert notes(sqlite_database) == {"leader", "a"}


def test_many_callers_share_few_commits_and_all_are_served(store: SqliteStore, sqlite_database: Database) -> None:
    def attempt(n: int) -> str:
        try:
            return store.run(_fail if n % 10 == 0 else _note(str(n))) or ""
        except Failed:
            return "failed"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(attempt, range(400)))
    assert outcomes.count("failed") == 40
    assert notes(sqlite_database) == {str(n) for n in range(400) if n % 10}


# --- deadlocks (PostgreSQL) ---


@pytest.mark.postgres
def test_the_loser_of_a_deadlock_tries_again(postgres_database: Database) -> None:
    house = House(postgres_database.url.render_as_string(hide_password=False))
    cases = [house.ask() for _ in range(2)]
    both_locked = threading.Barrier(2)
    tries: Counter[str] = Counter()

    def locking(first: str, second: str) -> Callable[[Transaction], str]:
        def work(transaction: Transaction) -> str:
            tries[first] += 1
            transaction.begin()
            transaction.lock(first)
            if sum(tries.values()) <= 2:
                both_locked.wait(60)
            transaction.lock(second)
            return first

        return work

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(house.database.store.run, [locking(*cases), locking(*reversed(cases))]))
    house.close()
    assert done == cases
    assert sum(tries.values()) >= 3


# --- digests (PostgreSQL; on SQLite one writes after the other) ---


@pytest.mark.postgres
def test_nobody_sends_a_digest_that_somebody_is_joining(postgres_database: Database) -> None:
    council = Council(postgres_database)
    outbox, bundles, lease = council.outbox, Bundles(postgres_database), timedelta(hours=2)
    for _ in range(2):
        council.ask()
    first, second = outbox.claim(council.clock.now(), limit=2, lease=lease)
    at = council.clock.now() + timedelta(hours=1)
    bundles.postpone([first], at=at)
    council.wait(at)

    other = Database(postgres_database.url.render_as_string(hide_password=False))
    chosen, go_on = threading.Event(), threading.Event()

    def pause(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT") and "bundle_id" in statement:
            chosen.set()
            assert go_on.wait(60)

    event.listen(other.engine, "after_cursor_execute", pause)
    joining = threading.Thread(target=lambda: Bundles(other).postpone([second], at=at + lease, since=at))
    joining.start()
    assert chosen.wait(60)
    early = outbox.claim(at, limit=2, lease=lease)
    for leader in early:
        outbox.settle([sent(leader, at, Receipt("a@b.example", "–", "0" * 64))])
    go_on.set()
    joining.join(60)
    other.close()
    assert early == []
    (leader,) = outbox.claim(at, limit=2, lease=lease)
    assert (leader.id, [one.id for one in bundles.members(leader)]) == (first.id, [second.id])


def test_errors_of_the_drivers_never_reach_the_caller(raced: House) -> None:
    with pytest.raises(VorgangError) as caught:
        raced.database.store.run(lambda transaction: _write(transaction, "SELECT * FROM nirgends"))
    assert caught.value.code == "store_not_prepared"


@pytest.mark.postgres
def test_no_report_follows_the_log_past_cases_that_are_still_coming_in(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their lines have lower numbers than that of an event that was faster, and are too many to be looked at again."""
    url = postgres_database.url.render_as_string(hide_password=False)
    house = House(url)
    keep_up(house.workflow)
    impatient = Database(f"{url}{'&' if '?' in url else '?'}options=-c%20lock_timeout%3D50")
    at_once, last = house.workflow.engine.take_over, [*TABLES][-1]

    def slowly(rows: list[Any]) -> Iterator[Any]:
        """An event and a report come in between, when the lines are written and nothing is committed."""
        house.ask()
        with suppress(StoreError):
            catch_up(impatient, known_of(house.workflow))
        yield from rows

    def meanwhile(batch: Batch) -> None:
        slow: Any = {**batch.rows, last: slowly(batch.rows[last])} if batch.rows else {}
        at_once(batch._replace(rows=slow))

    monkeypatch.setattr(house.workflow.engine, "take_over", meanwhile)
    take_over(house.workflow, house.body, [many(tmp_path / "alt.csv", AGAIN + 50)])
    total = punctuality(house.workflow, Wanted(house.body)).total
    impatient.close()
    house.close()
    assert total.done == AGAIN + 50
