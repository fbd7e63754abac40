"""Whoever changes the log past the application is found, even one who may do everything in the database."""

from typing import Any

import pytest

from tests.helpers.attacks import (
    LINE,
    Attack,
    appending,
    attacking,
    deleting_the_case,
    exchanging,
    found,
    removing,
    setting,
    setting_case,
)
from tests.helpers.logs import START, logged
from vorgang.states.audit import AuditReport, verify
from vorgang.states.database import Database

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
        statement = f"UPDATE {LINE.name} SET {column} = ? WHERE case_id = ? AND seq = 2"  # noqa: S608  # names are ours
        connection.exec_driver_sql(statement, (garbage, case.id))
    codes = [code for code, seq in found(verify(sqlite_database)) if seq == 2]
    assert codes[0] == ("audit_personal_changed" if column == "data" else "audit_changed")


def test_progress_counts_every_line_twice_to_the_end(database: Database) -> None:
    logged(database)
    seen: list[tuple[int, int]] = []
    verify(database, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (8, 8)
