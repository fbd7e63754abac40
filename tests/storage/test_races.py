"""Processes and threads race each other for the same case: exactly one wins, nobody waits for ever, nothing is lost."""

import multiprocessing
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text

from tests.helpers.council import Council
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.history import many, take_over
from tests.helpers.house import ASKER, CLERK, LEAD, MOTION, House, letter
from tests.helpers.rosters import file
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import AuthorError, ConflictError, RefusedError, StoreError, VorgangError
from vorgang.config.profile_files import load_profiles
from vorgang.config.roster_files import read_rosters
from vorgang.notifications.bundles import Bundles
from vorgang.notifications.outbox import Receipt, sent
from vorgang.states.database import Database
from vorgang.states.following import Reached
from vorgang.states.history_rows import TABLES, Batch
from vorgang.states.retained import looked_at, references
from vorgang.states.roster_store import history
from vorgang.states.search_tables import SearchMarkRow
from vorgang.states.sqlite_store import SqliteStore
from vorgang.states.store import Transaction
from vorgang.states.tables import table_of
from vorgang.workflow.joined import Joined
from vorgang.workflow.master_data import carry_out, import_profile, prepare
from vorgang.workflow.org_export import roster_of
from vorgang.workflow.punctuality import Wanted, keep_up, punctuality
from vorgang.workflow.search_texts import TextReader
from vorgang.workflow.workflow import Workflow

THREADS = 4
PROCESSES = 2
CASES = 5
DAYS = "2024-02-01", "2024-03-01"


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


# --- cases that look at each other ---

#: What a session does and what is done with the consultation before it, with what is entered.
ENTERED: dict[str, dict[str, Any]] = {
    "durchfuehren": {"anwesend": 2},
    "absagen": {"grund": "Hochwasser"},
    "verlegen": {"tag": "2024-09-17"},
    "beschliessen": {"ja": 4, "nein": 1},
    "zur_kenntnis_nehmen": {},
    "muendlich_beantworten": {},
}
#: Written first, fired before that is committed, and why it cannot be.
MEANWHILE = [
    ("durchfuehren", "beschliessen", {"votes_above_present"}),
    ("beschliessen", "durchfuehren", {"present_below_votes"}),
    ("beschliessen", "absagen", {"results_entered"}),
    ("absagen", "zur_kenntnis_nehmen", {"day_not_reached", "case_changed_meanwhile"}),
    ("absagen", "muendlich_beantworten", {"day_not_reached", "case_changed_meanwhile"}),
]


def test_a_session_and_what_is_before_it_wait_for_each_other(raced: House) -> None:
    raced.body = raced.found_town(sits=("schulz", "beispiel01", "beispiel41", "beispiel48", "randt"))
    days = ["2024-03-05", "2024-04-16", "2024-05-14", "2024-06-04", "2024-07-02", "2024-09-03"]
    sessions = [raced.open("sitzung", gremium="integrationsrat", tag=day).case.id for day in days]
    for (first, second, refused), day, session in zip(MEANWHILE, days, sessions, strict=False):
        cases = dict.fromkeys(ENTERED, _before_session(raced, day, {first, second}))
        cases |= dict.fromkeys(("durchfuehren", "absagen"), session)
        raced.clock(day)
        lost = _meanwhile(raced, (cases[first], first), (cases[second], second))
        reasons = lost.refusal.reasons if isinstance(lost, RefusedError) else ()
        assert ({reason.code for reason in reasons} or {lost.code}) <= refused, (first, second)
    assert_sound(raced.database)


@pytest.mark.parametrize("event", ["absagen", "verlegen"])
@pytest.mark.parametrize("kind", ["muendliche_frage", "einwohnerfrage", "zusatzfrage"])
def test_nobody_asks_in_a_session_that_is_just_being_called_off_or_moved(raced: House, kind: str, event: str) -> None:
    raced.body = raced.found_town()
    days = ("2024-03-05", "2024-04-16")
    session, _ = (raced.open("sitzung", gremium="integrationsrat", tag=day).case.id for day in days)
    there = {"gremium": "integrationsrat", "fragesteller": ASKER, "frage": "Wann?"}
    asked = {**there, "sitzung": days[0], "betreff": "Spielplatz"}
    if kind == "zusatzfrage":
        question = {**there, "sitzung": days[1], "betreff": "Spielplatz"}
        asked = {**there, "sitzung": days[0], "zu": raced.open("muendliche_frage", **question).case.id}
    workflow = Workflow.open(raced.url, raced.setup)

    def ask() -> None:
        workflow.open_case(kind, body=raced.body, actor=raced.actor(CLERK), data=asked)

    lost = _while_written(raced, workflow, (session, event), ask)
    assert isinstance(lost, RefusedError)
    assert [reason.code for reason in lost.refusal.reasons] == ["parent_missing"]
    assert raced.children(session, kind) == []


def _before_session(house: House, day: str, events: set[str]) -> str:
    """A consultation of the session on that day that is to be dealt with so, or a follow-up to a question there."""
    place = {"gremium": "integrationsrat", "sitzung": day}
    if "muendlich_beantworten" in events:
        asked = {**place, "fragesteller": ASKER, "frage": "Wann?"}
        question = house.open("muendliche_frage", betreff="Spielplatz", **asked).case.id
        return house.open("zusatzfrage", zu=question, **asked).case.id
    motion = house.open("antrag", **MOTION).case.id
    house.fire(motion, "zulassen")
    role = "entscheidung" if "beschliessen" in events else "kenntnisnahme"
    house.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[{**place, "rolle": role}])
    (stop,) = house.children(motion, "beratung")
    return stop.id


def _meanwhile(house: House, first: tuple[str, str], second: tuple[str, str]) -> RefusedError | ConflictError:
    """What came of an event that is fired when another one is written and not yet committed."""
    workflow = Workflow.open(house.url, house.setup)  # with a hook: no loser of a deadlock tries again

    def fire() -> None:
        workflow.fire(second[0], second[1], actor=house.actor(CLERK), data=ENTERED[second[1]])

    lost = _while_written(house, workflow, first, fire)
    assert isinstance(lost, RefusedError | ConflictError), (first[1], second[1])
    return lost


def _while_written(
    house: House, workflow: Workflow, first: tuple[str, str], act: Callable[[], None]
) -> BaseException | None:
    """What came of `act` in `workflow` when an event is written there and not yet committed; closes it."""
    came: list[Future[Any]] = []

    def written(_context: object) -> None:
        came.append(pool.submit(act))
        while not (came[0].done() or _somebody_waits(house.database)):
            threading.Event().wait(0.001)

    with ThreadPoolExecutor(1) as pool:
        workflow.on(first[1], written)
        workflow.fire(first[0], first[1], actor=house.actor(CLERK), data=ENTERED[first[1]])
    workflow.close()
    return came[0].exception()


def _somebody_waits(database: Database) -> bool:
    """Whether somebody goes on only when somebody else has committed; on SQLite whoever writes second does."""
    if database.dialect == "sqlite":
        return True
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as connection:
        return bool(connection.exec_driver_sql(waiting).scalar())


# --- master data ---


def _both(house: House, imports: Sequence[Callable[[], object]]) -> BaseException | None:
    """What came of the second import, begun when the first has read everything and has written the first row."""
    came: list[Future[Any]] = []

    def written(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "INSERT INTO vorgang_roster_change" in statement and not came:
            came.append(pool.submit(imports[1]))
            while not (came[0].done() or _somebody_waits(house.database)):
                threading.Event().wait(0.001)

    with ThreadPoolExecutor(1) as pool:
        event.listen(house.database.engine, "after_cursor_execute", written)
        imports[0]()
    return came[0].exception()


def test_of_two_imports_at_once_the_second_sees_what_the_first_has_written(raced: House, tmp_path: Path) -> None:
    rows = {f"{day}.csv": f"person;organization;from\nschulz;integrationsrat;{day}\n" for day in DAYS}
    rosters = [read_rosters([file(tmp_path, name, text)], raced.body) for name, text in rows.items()]
    workflow, body = raced.workflow, raced.body
    shown = [prepare(workflow, body, roster).plan for roster in rosters]
    pairs = zip(rosters, shown, strict=True)
    lost = _both(raced, [partial(carry_out, workflow, body, one, shown=plan, actor=None) for one, plan in pairs])
    assert isinstance(lost, AuthorError)
    assert {one.code for one in lost.findings} == {"org_overlap"}
    members = [one for one in roster_of(workflow, body)["membership"].values() if one["person"] == "schulz"]
    assert [one["from"].isoformat() for one in members if one["organization"] == "integrationsrat"] == [DAYS[0]]


def test_a_municipality_that_is_set_up_twice_at_once_is_there_once(raced: House) -> None:
    profile = load_profiles().get("kiel")
    assert _both(raced, [partial(import_profile, raced.workflow, profile)] * 2) is None
    with raced.database.reading() as connection:
        changes = [one for key in {one.key for one in profile.persons} for one in history(connection, "kiel", key)]
    assert {one.action for one in changes} == {"new"}
    assert set(Counter((one.kind, one.key) for one in changes).values()) == {1}


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
    """Their lines have lower numbers than that of an event that was faster."""
    house = House(postgres_database.url.render_as_string(hide_password=False))
    keep_up(house.workflow)
    at_once, last = house.workflow.engine.take_over, [*TABLES][-1]

    def slowly(rows: list[Any]) -> Iterator[Any]:
        """An event and a report come in between, when the lines are written and nothing is committed."""
        house.ask()
        keep_up(house.workflow)
        yield from rows

    def meanwhile(batch: Batch) -> None:
        slow: Any = {**batch.rows, last: slowly(batch.rows[last])} if batch.rows else {}
        at_once(batch._replace(rows=slow))

    monkeypatch.setattr(house.workflow.engine, "take_over", meanwhile)
    take_over(house.workflow, house.body, [many(tmp_path / "alt.csv", 250)])
    total = punctuality(house.workflow, Wanted(house.body)).total
    house.close()
    assert total.done == 250


@pytest.mark.postgres
@pytest.mark.parametrize("committed", [True, False])
def test_whoever_follows_the_log_misses_nothing_of_a_long_transaction(
    postgres_database: Database, *, committed: bool
) -> None:
    """Cases are opened in one transaction while others go on: reports, the search and erasing find all of them."""
    house = House(postgres_database.url.render_as_string(hide_password=False))
    texts = TextReader(house.database, house.workflow.lifecycle, house.wall)
    file = {"name": "a.txt", "media_type": "text/plain", "sha256": "a" * 64, "size": 1}
    brief = letter(anlagen=[{"datei": file, "titel": "Anlage"}])
    house.at("zugelassen")
    marks: list[Reached] = []

    def is_open() -> int:
        return punctuality(house.workflow, Wanted(house.body)).total.open

    def long(_session: object, joined: Joined) -> None:
        for number in range(3):
            case = joined.open_case("anfrage", body=house.body, actor=house.actor(CLERK), data=brief).case.id
            joined.fire(case, "zulassen", actor=house.actor(CLERK))
            house.at("zugelassen")
            assert (is_open(), texts.read_new().failed) == (number + 2, 0)
            with house.database.reading() as connection:
                marks.append(looked_at(connection))
        if not committed:
            raise LookupError

    with suppress(LookupError):
        house.workflow.together(long)
    assert (is_open(), texts.read_new().failed) == (4 + 3 * committed, 3 * committed)
    with house.database.reading() as connection:
        newer = [references(connection, mark).get("a" * 64, frozenset()) for mark in marks]
    assert [len(cases) for cases in newer] == [3 * committed] * 3
    assert any(nothing_is_looked_for(house.database) for _ in range(500) if is_open())  # others use the server, too
    house.close()


def nothing_is_looked_for(database: Database) -> bool:
    """Whether no number is waited for that nobody writes any more."""
    with database.reading() as connection:
        mark = connection.execute(select(table_of(SearchMarkRow).c.reached).where(text("name = 'punctuality'")))
        return str(mark.scalar_one()).isdigit()
