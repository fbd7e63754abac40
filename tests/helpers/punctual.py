"""How punctual each office was, or whatever lay before a body: counted from the log as docs/reports.md defines it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    undone: frozenset[str] = frozenset()


_SIGNED = frozenset({"unterzeichnen"})
#: The table of docs/reports.md.
_MEASURED = {
    "anfrage": _Measured("antwort", _SIGNED, frozenset({"zustaendigkeit_ablehnen"})),
    "stellungnahme": _Measured("antwort", _SIGNED, frozenset({"zustaendigkeit_ablehnen"})),
    "antrag": _Measured("befassung", frozenset({"alle_beraten"})),
    "beschlussvorlage": _Measured("mitteilung", _SIGNED),
    "beschlusskontrolle": _Measured(
        "umsetzung",
        frozenset({"erledigung_melden"}),
        frozenset({"zurueckgeben", "umverteilen"}),
        frozenset({"entfallen_lassen"}),
    ),
    "mitteilung": _Measured("mitteilung", _SIGNED),
    "zusage": _Measured("kontrolle", frozenset({"berichten", "mitteilung_ergangen"}), frozenset({"umverteilen"})),
}


#: By which facts the groups are known.
GROUPS = {"office": ("federfuehrung", "amt"), "body": ("gremium",)}


def recount(workflow: Workflow, body: str, by: str = "office") -> Mapping[str | None, Counter[str]]:
    """By office or body: how many were ``in_time``, ``late``, ``open``, of those ``overdue``, and ``dropped``."""
    query = (
        select(_case.c.id, _case.c.lifecycle, _case.c.facts, _line.c.at, _line.c.event, _line.c.data, _line.c.changes)
        .join(_line, _line.c.case_id == _case.c.id)
        .where(_case.c.body == body, _case.c.lifecycle.in_(_MEASURED))
        .order_by(_case.c.id, _line.c.seq)
    )
    found: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    with workflow.database.reading() as connection:
        for _, lines in groupby(connection.execute(query), key=lambda row: row.id):
            for group, word in _clocks(lines, GROUPS[by], workflow.today(body)):
                found[group][word] += 1
    return found


def _clocks(lines: Iterable[Any], facts: Sequence[str], today: date) -> list[tuple[str | None, str]]:
    """What became of each measured clock of a case, and with whom it then was, as the facts say."""
    ended: list[tuple[str | None, str]] = []
    log = list(lines)
    named = {name for line in log for name in line.data or {}}
    known = {name: value for name, value in log[0].facts.items() if name not in named}
    due: date | None = None
    missed: date | None = None  # no later day heals it
    stands = False
    for line in log:
        counts, day = _MEASURED[line.lifecycle], line.at.astimezone(BERLIN).date()
        known |= line.data or {}
        if line.event in counts.undone and due is None and ended:
            ended[-1] = (_party(known, facts), "dropped")
        for name, status, until in line.changes.get("deadlines", []):
            if name != counts.deadline:
                continue
            if status == "started":
                was_late = line.event in counts.handed_back and bool(ended) and ended.pop()[1] == "late"
                missed, due = missed if was_late else None, date.fromisoformat(until)
            elif status in {"running", "paused"} and due is not None:
                missed = missed or (due if day > due and not stands else None)
                due, stands = date.fromisoformat(until), status == "paused"
            elif due is not None:
                missed = missed or (due if day > due else None)
                word = "dropped" if line.event not in counts.done else "late" if missed else "in_time"
                ended, due, stands = [*ended, (_party(known, facts), word)], None, False
    if due is not None:
        late = (missed or due) < today
        ended += [(_party(known, facts), word) for word in ("open", *(["overdue"] if late else []))]
    return ended


def _party(known: Mapping[str, Any], facts: Sequence[str]) -> str | None:
    return next((known[name] for name in facts if known.get(name)), None)
