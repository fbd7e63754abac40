"""The baseline: the same rows written by hand-written SQL on the bare driver, statement by statement, one commit."""

import json
import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from vorgang.states.ids import new_id

from .workload import NOTE, NOW

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Cursor(Protocol):
    """What both drivers' connections can do."""

    def execute(self, sql: str, parameters: Any = ...) -> Any:
        """Run one statement."""
        ...


class ByHand:
    """A swing written by hand for one dialect. `ladder` and `trace` are those of a real deadline, ready as text."""

    def __init__(self, mark: str, begin: str, ladder: str, trace: str) -> None:
        self._begin = begin
        self._ladder, self._trace = ladder, trace
        self._select = _marked("SELECT state, version, log_seq, log_hash, facts FROM vorgang_case WHERE id = ?", mark)
        self._update = _marked(
            "UPDATE vorgang_case SET state = ?, version = ?, log_seq = ?, log_hash = ?, facts = ?, owner = ?,"
            " due_on = ?, public = ?,"
            " unattended = ?, outcome = ?, changed_at = ?, closed_at = ? WHERE id = ? AND log_seq = ?",
            mark,
        )
        self._log = _insert(
            "vorgang_transition",
            "case_id seq at event source target role actor_kind actor on_behalf_of reason data salt changes"
            " private_digest prev_hash hash",
            mark,
        )
        self._start = _insert(
            "vorgang_deadline",
            "id case_id name occurrence rule ruleset ruleset_version basis status started_on due_on lapses_at next_at"
            " told ladder trace",
            mark,
        )
        self._meet = _marked(
            "UPDATE vorgang_deadline SET status = ?, next_at = ?, told = ?, paused_on = ?, settled_at = ?"
            " WHERE case_id = ? AND settled_at IS NULL",
            mark,
        )
        self._message = _insert(
            "vorgang_message",
            "id body case_id occasion occurrence recipient template attach params status created_at due_at attempts"
            " token",
            mark,
        )

    def fire(self, connection: Cursor, case_id: str, event: str) -> None:
        """One event on one case."""
        execute = connection.execute
        execute(self._begin)
        state, version, seq, previous, facts = execute(self._select, (case_id,)).fetchone()
        known = json.loads(facts) if isinstance(facts, str) else facts
        facts = _encode({**known, "notiz": NOTE})
        there = event == "hin"
        if state != ("links" if there else "rechts"):
            raise AssertionError(state)
        target = "rechts" if there else "links"
        at = NOW.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
        due_on = None if there else "2026-03-30"
        changes = {
            "deadlines": [["antwort", "met" if there else "started", "2026-03-30"]],
            "messages": [[event, "fristablauf"]],
        }
        line = self._line(case_id, seq + 1, (event, state, target), changes, previous, at)
        execute(
            self._update,
            (target, version + 1, seq + 1, line[-1], facts, "amt01", due_on, True, there, None, at, None, case_id, seq),
        )
        execute(self._log, line)
        if there:
            execute(self._meet, ("met", None, 0, None, at, case_id))
        else:
            execute(self._start, self._deadline(case_id, seq + 1))
        params = _encode({"due_on": due_on})
        execute(
            self._message,
            (
                *(new_id(NOW), "hagen", case_id, event, seq + 1, "gs-integrationsrat", "fristablauf", None, params),
                *("queued", at, at, 0, 0),
            ),
        )
        execute("COMMIT")

    def _line(
        self, case_id: str, seq: int, way: tuple[str, str, str], changes: dict[str, Any], previous: str, at: str
    ) -> tuple[Any, ...]:
        event, source, target = way
        data = _encode({"notiz": NOTE})
        salt = os.urandom(16).hex()
        private = sha256((salt + _encode(["beispiel01", None, None]) + data).encode()).hexdigest()
        public = {
            "actor_kind": "person",
            "at": at,
            "case": case_id,
            "changes": changes,
            "event": event,
            "from": source,
            "prev": previous,
            "private": private,
            "role": "amt",
            "seq": seq,
            "to": target,
        }
        digest = sha256(_encode(public).encode()).hexdigest()
        return (
            *(case_id, seq, at, event, source, target, "amt", "person", "beispiel01", None, None, data, salt),
            *(_encode(changes), private, previous, digest),
        )

    def _deadline(self, case_id: str, occurrence: int) -> tuple[Any, ...]:
        lapses = _text(datetime(2026, 3, 30, 22, tzinfo=UTC))
        following = _text(datetime(2026, 3, 30, 22, tzinfo=UTC) - timedelta(days=7))
        return (
            *(new_id(NOW), case_id, "antwort", occurrence, "antwort", "hagen", "1", "uebung", "running"),
            *("2026-03-02", "2026-03-30", lapses, following, 0, self._ladder, self._trace),
        )


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


def _marked(sql: str, mark: str) -> str:
    return sql.replace("?", mark)


def _insert(table: str, columns: str, mark: str) -> str:
    names = columns.split()
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"
