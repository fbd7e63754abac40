"""The database itself refuses rows that must not exist."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from vorgang.config.errors import StoreError
from vorgang.states.database import Database
from vorgang.states.tables import Table

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CASE_ID, OTHER_ID = "0195535e-0000-7000-8000-000000000001", "0195535e-0000-7000-8000-000000000002"
VALID: dict[str, dict[str, Any]] = {
    "case": {
        "id": OTHER_ID,
        "body": "musterstadt",
        "lifecycle": "anfrage",
        "lifecycle_version": 1,
        "state": "eingegangen",
        "version": 1,
        "log_seq": 1,
        "log_hash": "0",
        "owner": "amt_10",
        "due_on": date(2026, 4, 1),
        "unattended": False,
        "public": True,
        "round": 0,
        "position": 0,
        "facts": {},
        "opened_at": NOW,
        "changed_at": NOW,
    },
    "transition": {
        "case_id": CASE_ID,
        "seq": 5,
        "at": NOW,
        "event": "weiter",
        "target": "in_pruefung",
        "role": "geschaeftsstelle",
        "actor_kind": "person",
        "changes": {},
        "private_digest": "0",
        "prev_hash": "0",
        "hash": "0",
    },
    "deadline": {
        "id": OTHER_ID,
        "case_id": CASE_ID,
        "name": "antwort",
        "occurrence": 1,
        "rule": "antwort",
        "ruleset": "neutral",
        "ruleset_version": "1",
        "basis": "GO",
        "status": "running",
        "started_on": date(2026, 3, 2),
        "due_on": date(2026, 4, 1),
        "lapses_at": NOW,
        "next_at": NOW,
        "told": 0,
        "ladder": [],
        "trace": [],
    },
    "message": {
        "id": OTHER_ID,
        "body": "musterstadt",
        "case_id": CASE_ID,
        "occasion": "weiter",
        "occurrence": 1,
        "recipient": "amt_10",
        "template": "hinweis",
        "params": {},
        "status": "queued",
        "created_at": NOW,
        "due_at": NOW,
        "attempts": 0,
        "token": 0,
    },
    "head": {
        "at": NOW,
        "last_id": 1,
        "lines": 1,
        "prev_hash": "0",
        "hash": "1",
        "key_id": "k",
        "signature": "s",
    },
    "file": {
        "sha256": "0",
        "body": "musterstadt",
        "name": "brief.pdf",
        "media_type": "application/pdf",
        "size": 1,
        "content": b"x",
        "stored_at": NOW,
    },
}
ILLEGAL: list[tuple[str, dict[str, Any]]] = [
    ("case", {"owner": None}),
    ("case", {"due_on": None}),
    ("case", {"closed_at": NOW}),
    ("case", {"closed_at": NOW, "owner": None}),
    ("case", {"closed_at": NOW, "due_on": None}),
    ("case", {"log_seq": 0}),
    ("case", {"version": 0}),
    ("case", {"facts": None}),
    ("case", {"parent_id": OTHER_ID.replace("2", "3")}),
    ("transition", {"actor_kind": "ghost"}),
    ("transition", {"seq": 0}),
    ("transition", {"case_id": OTHER_ID}),
    ("deadline", {"status": "lost"}),
    ("deadline", {"status": "met", "next_at": None}),
    ("deadline", {"status": "met", "settled_at": NOW}),
    ("deadline", {"settled_at": NOW}),
    ("deadline", {"status": "paused", "next_at": None}),
    ("deadline", {"paused_on": date(2026, 3, 3)}),
    ("message", {"status": "gone"}),
    ("message", {"status": "sent"}),
    ("message", {"sent_at": NOW}),
    ("message", {"status": "leased"}),
    ("message", {"leased_until": NOW}),
    ("head", {"lines": -1}),
    ("file", {"size": -1}),
]
LEGAL: list[tuple[str, dict[str, Any]]] = [
    *((table, {}) for table in VALID),
    ("case", {"due_on": None, "unattended": True}),
    ("case", {"closed_at": NOW, "owner": None, "due_on": None}),
    ("deadline", {"status": "met", "next_at": None, "settled_at": NOW}),
    ("deadline", {"status": "paused", "next_at": None, "paused_on": date(2026, 3, 3)}),
    ("message", {"status": "sent", "sent_at": NOW}),
    ("message", {"status": "leased", "leased_until": NOW}),
]


def put(database: Database, table: str, values: dict[str, Any]) -> int:
    """How many rows the table has afterwards."""
    tables = Table.metadata.tables
    if table != "case":
        first = {**VALID["case"], "id": CASE_ID}
        with database.writing() as connection:
            connection.execute(insert(tables["vorgang_case"]).values(first))
    with database.writing() as connection:
        connection.execute(insert(tables[f"vorgang_{table}"]).values({**VALID[table], **values}))
        return len(connection.execute(select(tables[f"vorgang_{table}"])).all())


@pytest.mark.parametrize(("table", "values"), LEGAL, ids=str)
def test_a_legal_row_is_taken(database: Database, table: str, values: dict[str, Any]) -> None:
    assert put(database, table, values) == 1


@pytest.mark.parametrize(("table", "values"), ILLEGAL, ids=str)
def test_an_illegal_row_is_refused(database: Database, table: str, values: dict[str, Any]) -> None:
    with pytest.raises(StoreError) as caught:
        put(database, table, values)
    assert caught.value.code == "store_constraint"
