"""Whoever changes the log past the application is found, even one who may do everything in the database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from tests.helpers.logs import START, logged, moved, opened, step_of
from vorgang.config.clock import VirtualClock
from vorgang.config.errors import InvalidInputError, StoreError
from vorgang.states.audit import AuditReport, sign_head, verify
from vorgang.states.audit_chains import line_from
from vorgang.states.audit_heads import Digest, signed_message
from vorgang.states.audit_keys import SigningKey, generate_key, load_public_key, load_signing_key
from vorgang.states.columns import instant_text
from vorgang.states.database import Database
from vorgang.states.ledger import GENESIS, recomputed
from vorgang.states.statements import LINE as LINE_COLUMNS
from vorgang.states.step import Case
from vorgang.states.tables import CaseRow, HeadRow, TransitionRow, table_of
from vorgang.states.writes import prepare

LINE, HEAD, CASE = (table_of(row) for row in (TransitionRow, HeadRow, CaseRow))
CLOCK = VirtualClock(START)
Attack = Callable[[Connection, Case], None]


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return generate_key(tmp_path / "head.pem")


@contextmanager
def attacking(database: Database) -> Iterator[Connection]:
    """The connection of somebody who owns the database: no trigger and no foreign key stands in the way."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if database.dialect == "sqlite":
            driver.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            disarm(connection)
            yield connection
        if database.dialect == "sqlite":
            driver.execute("PRAGMA foreign_keys = ON")


def disarm(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for table in (LINE, HEAD):
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    connection.exec_driver_sql(f"ALTER TABLE {LINE.name} DROP CONSTRAINT IF EXISTS fk_vorgang_transition_case_id")


def found(report: AuditReport) -> list[tuple[str, int | None]]:
    assert report.found == len(report.findings)
    return [(finding.code, finding.head if finding.seq is None else finding.seq) for finding in report.findings]


def at(case: Case, seq: int) -> Any:
    return (LINE.c.case_id == case.id) & (LINE.c.seq == seq)


def rewrite(connection: Connection, case: Case, first: int, **values: Any) -> None:
    """Change line `first` and give it and all lines after it the hashes they would have had, and the case its end."""
    connection.execute(update(LINE).where(at(case, first)).values(**values))
    last = ""
    for seq in range(first, case.log_seq + 1):
        if last:
            connection.execute(update(LINE).where(at(case, seq)).values(prev_hash=last))
        last = rehash(connection, case, seq)
    connection.execute(update(CASE).where(CASE.c.id == case.id).values(log_hash=last))


def rehash(connection: Connection, case: Case, seq: int) -> str:
    columns = [LINE.c[name] for name in LINE_COLUMNS]
    line = line_from(connection.execute(select(*columns).where(at(case, seq))).one())
    fresh = recomputed(line)
    connection.execute(update(LINE).where(at(case, seq)).values(hash=fresh))
    return fresh


def setting(seq: int, **values: Any) -> Attack:
    return lambda connection, case: connection.execute(update(LINE).where(at(case, seq)).values(**values)) and None


def removing(*seqs: int) -> Attack:
    def attack(connection: Connection, case: Case) -> None:
        for seq in seqs:
            connection.execute(delete(LINE).where(at(case, seq)))

    return attack


def exchanging(seq: int) -> Attack:
    def attack(connection: Connection, case: Case) -> None:
        connection.execute(update(LINE).where(at(case, seq)).values(event="anders"))
        rehash(connection, case, seq)

    return attack


def setting_case(**values: Any) -> Attack:
    return lambda connection, case: connection.execute(update(CASE).where(CASE.c.id == case.id).values(**values)) and None


def appending(connection: Connection, case: Case) -> None:
    """A fifth line, sound in itself, without telling the case."""
    line = prepare(step_of(case, "erfunden", case.state), record=None).line
    connection.execute(insert(LINE).values({**line._asdict(), "at": START}))
    connection.execute(update(LINE).where(at(case, 5)).values(at=START))
    rehash(connection, case, 5)


def deleting_the_case(connection: Connection, case: Case) -> None:
    connection.execute(delete(CASE).where(CASE.c.id == case.id))


ATTACKS: dict[str, tuple[Attack, list[tuple[str, int]]]] = {
    "another event": (setting(2, event="anders"), [("audit_changed", 2)]),
    "another time": (setting(2, at=START.replace(year=2025)), [("audit_changed", 2)]),
    "another state before": (setting(2, source="anders"), [("audit_changed", 2)]),
    "another role": (setting(4, role="oberbuergermeister"), [("audit_changed", 4)]),
    "another kind of actor": (setting(2, actor_kind="timer"), [("audit_changed", 2)]),
    "other changes": (setting(2, changes={"deadlines": [["antwort", "met", "2026-01-01"]]}), [("audit_changed", 2)]),
    "another hash": (setting(2, hash="0" * 64), [("audit_changed", 2), ("audit_exchanged", 2)]),
    "another target at the end": (setting(4, target="erledigt"), [("audit_changed", 4)]),
    "another actor": (setting(2, actor="jemand.anders"), [("audit_personal_changed", 2)]),
    "acted for another": (setting(2, on_behalf_of="jemand.anders"), [("audit_personal_changed", 2)]),
    "another reason": (setting(2, reason="anders"), [("audit_personal_changed", 2)]),
    "other input": (setting(2, data={"bemerkung": "anders"}), [("audit_personal_changed", 2)]),
    "another salt": (setting(2, salt="00"), [("audit_personal_changed", 2)]),
    "half erased": (setting(2, actor=None, salt=None), [("audit_personal_changed", 2)]),
    "a line gone": (removing(2), [("audit_removed", 2)]),
    "two lines gone": (removing(2, 3), [("audit_removed", 2)]),
    "quotation marks": (setting(2, event='weiter","from":"eingegangen'), [("audit_changed", 2)]),
    "nothing for no state before": (setting(1, source=""), [("audit_changed", 1)]),
    "the first line gone": (removing(1), [("audit_removed", 1)]),
    "the last line gone": (removing(4), [("audit_truncated", 4)]),
    "the whole log gone": (removing(1, 2, 3, 4), [("audit_truncated", 1)]),
    "a line exchanged": (exchanging(2), [("audit_exchanged", 2)]),
    "the first line exchanged": (exchanging(1), [("audit_exchanged", 1)]),
    "the last line exchanged": (exchanging(4), [("audit_exchanged", 4)]),
    "a line put at the end": (appending, [("audit_inserted", 5)]),
    "the case gone": (deleting_the_case, [("audit_case_removed", 4)]),
    "the state set by hand": (setting_case(state="erledigt"), [("audit_state_changed", 4)]),
    "the length of the log set back": (setting_case(log_seq=3), [("audit_inserted", 4)]),
    "the end of the log set": (setting_case(log_hash="0" * 64), [("audit_exchanged", 4)]),
}


def test_an_untouched_log_is_found_whole(database: Database) -> None:
    logged(database, lines=4)
    logged(database, lines=1)
    report = verify(database)
    assert report.ok
    assert (report.cases, report.lines, report.erased, report.heads, report.unsigned) == (2, 5, 0, 0, 5)


def test_an_empty_database_is_found_whole(database: Database) -> None:
    assert verify(database) == AuditReport(0, 0, 0, 0, 0, None, False, 0, ())


@pytest.mark.parametrize("name", ATTACKS)
def test_each_kind_of_tampering_is_found_in_its_place(database: Database, name: str) -> None:
    attack, expected = ATTACKS[name]
    logged(database)
    case = logged(database)
    logged(database)
    with attacking(database) as connection:
        attack(connection, case)
    report = verify(database)
    assert found(report) == expected
    for finding in report.findings:
        assert finding.case_id == case.id
        assert case.id in finding.text("de")
        assert str(finding.seq) in finding.text("en")
        assert finding.remedy("de")


def test_tampering_in_many_cases_is_found_in_each(database: Database) -> None:
    cases = sorted((logged(database) for _ in range(4)), key=lambda case: case.id)
    with attacking(database) as connection:
        removing(2)(connection, cases[0])
        deleting_the_case(connection, cases[1])
        removing(1, 2, 3, 4)(connection, cases[3])
    report = verify(database)
    assert [(f.case_id, f.code) for f in report.findings] == [
        (cases[0].id, "audit_removed"),
        (cases[1].id, "audit_case_removed"),
        (cases[3].id, "audit_truncated"),
    ]


@pytest.mark.parametrize("column", ["changes", "data", "at", "hash", "event"])
@pytest.mark.parametrize("garbage", ["{", "[1, 2", b"\x00\xff", 7])
def test_garbage_that_sqlite_lets_in_is_a_finding_like_any_other(
    sqlite_database: Database, column: str, garbage: Any
) -> None:
    case = logged(sqlite_database)
    with attacking(sqlite_database) as connection:
        connection.exec_driver_sql(
            f"UPDATE {LINE.name} SET {column} = ? WHERE case_id = ? AND seq = 2", (garbage, case.id)
        )
    codes = [code for code, seq in found(verify(sqlite_database)) if seq == 2]
    assert codes[0] == ("audit_personal_changed" if column == "data" else "audit_changed")


# --- heads ---


def test_a_head_covers_all_lines_since_the_one_before(database: Database, key: SigningKey) -> None:
    case = logged(database)
    first = sign_head(database, key, CLOCK)
    moved(database, case, 2)
    opened(database)
    second = sign_head(database, key, CLOCK)
    assert (first.prev_hash, first.lines) == (GENESIS, 4)
    assert (second.prev_hash, second.lines) == (first.hash, 3)
    moved(database, case=opened(database))
    report = verify(database, keys=[key.public], expected_head=first.hash)
    assert report.ok
    assert report.signatures_checked
    assert (report.heads, report.unsigned, report.head) == (2, 2, second)


def test_the_hash_of_a_head_can_be_recomputed_by_anybody(database: Database, key: SigningKey) -> None:
    logged(database)
    head = sign_head(database, key, CLOCK)
    with database.reading() as connection:
        hashes = connection.execute(select(LINE.c.hash).order_by(LINE.c.id)).scalars().all()
    header = (
        f'{{"at":"{instant_text(START)}","last_id":{head.last_id},"lines":4,"prev":"{GENESIS}"}}'  # RFC 8785
    )
    assert head.hash == sha256("".join(f"{one}\n" for one in hashes).encode() + header.encode()).hexdigest()


def test_without_new_lines_the_last_head_stands(database: Database, key: SigningKey) -> None:
    logged(database)
    assert sign_head(database, key, CLOCK) == sign_head(database, key, CLOCK)
    assert verify(database).heads == 1


def test_two_signers_at_once_make_one_chain(database: Database, key: SigningKey) -> None:
    logged(database)
    threads = [threading.Thread(target=sign_head, args=(database, key, CLOCK)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify(database, keys=[key.public])
    assert report.ok
    assert (report.heads, report.unsigned) == (1, 0)


def test_a_history_rewritten_together_with_its_case_is_found_by_the_head(database: Database, key: SigningKey) -> None:
    case = logged(database)
    sign_head(database, key, CLOCK)
    with attacking(database) as connection:
        rewrite(connection, case, 2, event="anders")
    report = verify(database, keys=[key.public])
    assert found(report) == [("audit_head_invalid", 1)]
    assert "(besiegelt: 4, vorhanden: 4)" in report.findings[0].text("de")


def test_an_end_cut_off_together_with_its_case_is_found_by_the_head(database: Database, key: SigningKey) -> None:
    case = logged(database, lines=3)
    moved(database, case)
    sign_head(database, key, CLOCK)
    with attacking(database) as connection:
        removing(4)(connection, case)
        setting_case(log_seq=3, log_hash=case.log_hash, state=case.state)(connection, case)
    report = verify(database, keys=[key.public])
    assert found(report) == [("audit_head_invalid", 1)]
    assert "(signed: 4, present: 3)" in report.findings[0].text("en")


def test_a_line_slipped_in_below_a_head_is_found(database: Database, key: SigningKey) -> None:
    case = logged(database)
    with attacking(database) as connection:
        connection.execute(update(LINE).where(at(case, 4)).values(id=50))
    sign_head(database, key, CLOCK)
    case = moved(database, case)
    with attacking(database) as connection:
        connection.execute(update(LINE).where(at(case, 5)).values(id=20))
    assert found(verify(database, keys=[key.public])) == [("audit_head_invalid", 1)]


@pytest.mark.parametrize("signature", ["kept", "of another key", "of another key under the old name", "nonsense"])
def test_a_forged_head_is_found_by_its_signature(
    database: Database, key: SigningKey, tmp_path: Path, signature: str
) -> None:
    case = logged(database)
    head = sign_head(database, key, CLOCK)
    other = generate_key(tmp_path / "other.pem")
    with attacking(database) as connection:
        rewrite(connection, case, 2, event="anders")
        digest = Digest()
        for one in connection.execute(select(LINE.c.hash).order_by(LINE.c.id)).scalars():
            digest.add(one)
        forged: dict[str, Any] = {"hash": digest.hash(head.at, head.last_id, head.prev_hash)}
        if signature == "nonsense":
            forged["signature"] = "nonsense"
        elif signature != "kept":
            forged["signature"] = other.sign(signed_message(forged["hash"]))
        if signature == "of another key":
            forged["key_id"] = other.public.id
        connection.execute(update(HEAD).values(**forged))
    assert found(verify(database, keys=[key.public])) == [("audit_signature_invalid", head.id)]
    assert verify(database).ok
    assert not verify(database).signatures_checked


def test_another_time_of_a_head_is_found(database: Database, key: SigningKey) -> None:
    logged(database)
    sign_head(database, key, CLOCK)
    with attacking(database) as connection:
        connection.execute(update(HEAD).values(at=START.replace(year=2025)))
    assert found(verify(database, keys=[key.public])) == [("audit_head_invalid", 1)]


def test_a_head_taken_out_of_the_chain_is_found(database: Database, key: SigningKey) -> None:
    case = opened(database)
    heads = []
    for _ in range(3):
        heads.append(sign_head(database, key, CLOCK))
        case = moved(database, case)
    with attacking(database) as connection:
        connection.execute(delete(HEAD).where(HEAD.c.id == heads[1].id))
    assert found(verify(database, keys=[key.public])) == [("audit_head_removed", heads[2].id)]


def test_an_end_cut_off_with_its_heads_is_found_by_a_head_kept_elsewhere(database: Database, key: SigningKey) -> None:
    case = logged(database, lines=3)
    first = sign_head(database, key, CLOCK)
    moved(database, case)
    kept = sign_head(database, key, CLOCK)
    with attacking(database) as connection:
        connection.execute(delete(HEAD).where(HEAD.c.id == kept.id))
        removing(4)(connection, case)
        setting_case(log_seq=3, log_hash=case.log_hash, state=case.state)(connection, case)
    assert verify(database, keys=[key.public], expected_head=first.hash).ok
    report = verify(database, keys=[key.public], expected_head=kept.hash)
    assert found(report) == [("audit_anchor_missing", None)]
    assert kept.hash in report.findings[0].text("de")


def test_no_head_is_signed_over_a_log_that_became_shorter(database: Database, key: SigningKey) -> None:
    case = logged(database)
    sign_head(database, key, CLOCK)
    with attacking(database) as connection:
        removing(4)(connection, case)
    with pytest.raises(StoreError) as caught:
        sign_head(database, key, CLOCK)
    assert caught.value.code == "audit_log_shortened"


def test_heads_of_an_earlier_key_stay_valid_with_its_public_half(
    database: Database, key: SigningKey, tmp_path: Path
) -> None:
    case = logged(database)
    first = sign_head(database, key, CLOCK)
    moved(database, case)
    newer = generate_key(tmp_path / "newer.pem")
    sign_head(database, newer, CLOCK)
    assert verify(database, keys=[key.public, newer.public]).ok
    assert found(verify(database, keys=[newer.public])) == [("audit_signature_invalid", first.id)]


@pytest.mark.postgres
def test_a_head_waits_for_writers_who_hold_a_lower_number(postgres_database: Database, key: SigningKey) -> None:
    slow, written, go = step_of(opened(postgres_database), "weiter", "in_pruefung"), threading.Event(), threading.Event()

    def write_slowly() -> None:
        def work(transaction: Any) -> None:
            transaction.begin()
            assert transaction.apply(prepare(slow, record=None))
            written.set()
            go.wait(30)

        postgres_database.store.run(work)

    writer = threading.Thread(target=write_slowly)
    signer = threading.Thread(target=sign_head, args=(postgres_database, key, CLOCK))
    writer.start()
    assert written.wait(30)
    opened(postgres_database)
    signer.start()
    wait_for_a_lock(postgres_database)
    go.set()
    writer.join()
    signer.join()
    report = verify(postgres_database, keys=[key.public])
    assert report.ok
    assert (report.heads, report.lines, report.unsigned) == (1, 3, 0)


def wait_for_a_lock(database: Database) -> None:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ShareLock'"
    waiting = 0
    while not waiting:
        with database.reading() as connection:
            waiting = connection.exec_driver_sql(query).scalar_one()


@pytest.mark.postgres
def test_nobody_is_held_up_while_a_head_is_computed(postgres_database: Database, key: SigningKey) -> None:
    case = logged(postgres_database)
    clock = WritingClock(postgres_database, case)
    assert sign_head(postgres_database, key, clock).lines == 4
    report = verify(postgres_database, keys=[key.public])
    assert report.ok
    assert (report.lines, report.unsigned) == (5, 1)


class WritingClock:
    """Whoever asks it for the time gives another user the time to write."""

    def __init__(self, database: Database, case: Case) -> None:
        self._database = database
        self._case = case

    def now(self) -> Any:
        moved(self._database, self._case)
        return START


# --- while others work ---


def test_an_audit_sees_one_moment_while_others_write(database: Database, key: SigningKey) -> None:
    case, stop = logged(database), threading.Event()

    def write() -> None:
        current = case
        while not stop.is_set():
            current = moved(database, current)
            opened(database)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(10):
            with suppress(StoreError):  # the signer may have to wait too long; the next one will do
                sign_head(database, key, CLOCK)
            report = verify(database, keys=[key.public])
            assert found(report) == []
    finally:
        stop.set()
        writer.join()


def test_progress_counts_every_line_twice_to_the_end(database: Database) -> None:
    logged(database)
    seen: list[tuple[int, int]] = []
    verify(database, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (8, 8)


# --- keys ---


def test_a_key_is_readable_by_its_owner_only_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    generate_key(path)
    kept = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidInputError) as caught:
        generate_key(path)
    assert caught.value.code == "audit_key_unwritable"
    assert path.read_bytes() == kept


def test_a_signature_is_verified_with_the_public_half_alone(tmp_path: Path) -> None:
    made = generate_key(tmp_path / "head.pem")
    (tmp_path / "public.pem").write_text(made.public.pem())
    signature = load_signing_key(tmp_path / "head.pem").sign(b"message")
    for name in ("public.pem", "head.pem"):
        public = load_public_key(tmp_path / name)
        assert public.id == made.public.id
        assert public.verifies(b"message", signature)
        assert not public.verifies(b"another", signature)


def test_the_name_of_a_key_comes_from_the_key(key: SigningKey) -> None:
    raw = key.public.key.public_bytes_raw()
    assert key.public.id == sha256(raw).hexdigest()[:16]


@pytest.mark.parametrize("load", [load_signing_key, load_public_key])
@pytest.mark.parametrize("content", [None, b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, load: Callable[[Path], object], content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(InvalidInputError) as caught:
        load(tmp_path / "key.pem")
    assert caught.value.code == ("audit_key_unreadable" if content is None else "audit_key_invalid")
    assert str(tmp_path) in str(caught.value)
