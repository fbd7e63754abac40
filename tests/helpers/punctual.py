"""How punctual each office was, counted line by line from the log as docs/reports.md defines it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select

from tests.helpers.house import BERLIN
from vorgang.states.tables import CaseRow, TransitionRow, table_of
from vorgang.workflow.workflow import Workflow

_case, _line = table_of(CaseRow), table_of(TransitionRow)


class _Measured(NamedTuple):
    """A deadline that counts: by what it is done, and by what that is undone."""

    deadline: str
    done: frozenset[str]
    handed_back: frozenset[str] = frozenset()


_SIGNED = frozenset({"unterzeichnen"})
#: The table of docs/reports.md.
_MEASURED = {
    "anfrage": _Measured("antwort", _SIGNED, frozenset({"zustaendigkeit_ablehnen"})),
    "stellungnahme": _Measured("antwort", _SIGNED, frozenset({"zustaendigkeit_ablehnen"})),
    "antrag": _Measured("befassung", frozenset({"alle_beraten"})),
    "beschlussvorlage": _Measured("mitteilung", _SIGNED),
    "beschlusskontrolle": _Measured("umsetzung", frozenset({"erledigung_melden"}), frozenset({"zurueckgeben"})),
    "mitteilung": _Measured("mitteilung", _SIGNED),
    "zusage": _Measured("kontrolle", frozenset({"berichten", "mitteilung_ergangen"})),
}


def recount(workflow: Workflow, body: str) -> Mapping[str | None, Counter[str]]:
    """By office: how many were ``in_time``, ``late``, ``open``, of those ``overdue``, and ``dropped``."""
    query = (
        select(_case.c.id, _case.c.lifecycle, _case.c.facts, _line.c.at, _line.c.event, _line.c.data, _line.c.changes)
        .join(_line, _line.c.case_id == _case.c.id)
        .where(_case.c.body == body, _case.c.lifecycle.in_(_MEASURED))
        .order_by(_case.c.id, _line.c.seq)
    )
    found: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    with workflow.database.reading() as connection:
        for _, lines in groupby(connection.execute(query), key=lambda row: row.id):
            for office, word in _clocks(lines, workflow.today(body)):
                found[office][word] += 1
    return found


def _clocks(lines: Iterable[Any], today: date) -> list[tuple[str | None, str]]:
    """What became of each measured clock of a case, and with which office it then was."""
    ended: list[tuple[str | None, str]] = []
    known: dict[str, Any] = {}
    due: date | None = None
    for line in lines:
        counts = _MEASURED[line.lifecycle]
        known = {**line.facts, **known, **(line.data or {})}
        for name, status, until in line.changes.get("deadlines", []):
            if name != counts.deadline:
                continue
            if status == "started" and line.event in counts.handed_back and ended:
                ended.pop()
            if status in {"started", "running", "paused"}:
                due = date.fromisoformat(until)
            elif due is not None:
                day = line.at.astimezone(BERLIN).date()
                word = "dropped" if line.event not in counts.done else "late" if day > due else "in_time"
                ended, due = [*ended, (_office(known), word)], None
    if due is not None:
        ended += [(_office(known), word) for word in ("open", *(["overdue"] if due < today else []))]
    return ended


def _office(known: Mapping[str, Any]) -> str | None:
    return known.get("federfuehrung") or known.get("amt")
