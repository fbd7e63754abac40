"""Ids are UUIDv7 (RFC 9562), in order of time, and never the same twice, whoever draws them."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from vorgang.states.ids import is_id, new_id, new_salt

NOW = datetime(2024, 3, 5, 17, 0, 0, 123_456, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond() -> None:
    for _ in range(600):  # more than are fetched from the operating system at once
        found = UUID(new_id(NOW))
        assert (found.version, found.variant) == (7, RFC_4122)
        assert found.int >> 80 == int(NOW.timestamp() * 1000)
        assert is_id(str(found))


def test_later_ids_sort_after_earlier_ones() -> None:
    drawn = [new_id(NOW + n * timedelta(milliseconds=1)) for n in range(50)]
    assert drawn == sorted(drawn)


def test_ids_of_one_instant_stay_in_order_however_many_they_are() -> None:
    instant = NOW + timedelta(hours=1)  # of no other test, which looks at the millisecond
    drawn = [new_id(instant) for _ in range(10_000)]
    assert drawn == sorted(drawn)


def test_threads_never_draw_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        salts = [salt for many in pool.map(lambda _n: [new_salt() for _ in range(2_000)], range(8)) for salt in many]
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {32}


def test_a_forked_process_draws_others() -> None:
    new_salt()  # some are fetched already
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, new_salt().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reader, 64).decode()
    os.close(reader)
    os.close(writer)
    assert theirs not in {new_salt() for _ in range(300)}
