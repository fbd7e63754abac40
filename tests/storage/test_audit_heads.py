"""Signed heads over the log: what is found with them that the chains alone cannot show."""

import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.helpers.attacks import HEAD, LINE, at, attacking, found, removing, rewrite, setting_case
from tests.helpers.logs import START, logged, moved, opened, step_of
from vorgang.config.clock import VirtualClock
from vorgang.config.errors import StoreError
from vorgang.states.audit import sign_head, verify
from vorgang.states.audit_heads import Digest, signed_message
from vorgang.states.audit_keys import SigningKey, generate_key
from vorgang.states.columns import instant_text
from vorgang.states.database import Database
from vorgang.states.ledger import GENESIS
from vorgang.states.step import Case
from vorgang.states.writes import prepare

CLOCK = VirtualClock(START)


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return generate_key(tmp_path / "head.pem")


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
    header = f'{{"at":"{instant_text(START)}","last_id":{head.last_id},"lines":4,"prev":"{GENESIS}"}}'  # RFC 8785
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
    slow, written, go = (
        step_of(opened(postgres_database), "weiter", "in_pruefung"),
        threading.Event(),
        threading.Event(),
    )

    def write_slowly() -> None:
        def work(transaction: Any) -> None:
            transaction.begin()
            assert transaction.apply([prepare(slow, record=None)])
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
    """Until somebody waits for the table of the log."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'vorgang_transition'::regclass"
    for _ in range(20_000):
        with database.reading() as connection:
            if connection.exec_driver_sql(query).scalar_one():
                return
    pytest.fail("the signer did not wait for the writer")


@pytest.mark.postgres
def test_nobody_is_held_up_while_a_head_is_computed(postgres_database: Database, key: SigningKey) -> None:
    with postgres_database.writing() as connection:  # who is held up must not wait for ever
        connection.exec_driver_sql(f'ALTER DATABASE "{postgres_database.url.database}" SET lock_timeout = 5000')
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
