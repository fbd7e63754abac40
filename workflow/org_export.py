"""The roster of a town as files: one JSON document, or a table (CSV) of each kind. What reads them reads them back."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ..config.roster import FIELDS, LISTS, State, Values
from ..config.roster_files import FORMAT
from ..config.roster_kinds import KINDS, Kind
from ..config.sheets import safe_cell
from ..states.directory import OFFICE_TYPES
from ..states.roster_store import read_state
from .documents import document
from .workflow import Workflow

#: What of a person stays in the house.
_OF_THE_HOUSE = frozenset({"email", "also_written", "deputy", "lang"})


def roster_of(workflow: Workflow, body: str, *, public: bool = False) -> State:
    """All that is stored of the roster of a town; `public`: what everybody may know of it."""
    with workflow.database.reading() as connection:
        state = read_state(connection, body)
    return _public(state) if public else state


def _public(state: State) -> State:
    """Without persons who only work in offices, and without what of the others stays in the house."""
    offices = {key for key, row in state["organization"].items() if row["type"] in OFFICE_TYPES}
    members = {id: row for id, row in state["membership"].items() if row["organization"] not in offices}
    known = {row["person"] for row in members.values()}
    people = {
        key: {name: value for name, value in row.items() if name not in _OF_THE_HOUSE}
        for key, row in state["person"].items()
        if key in known
    }
    organizations = {
        key: row if row["head"] in known else {**row, "head": None} for key, row in state["organization"].items()
    }
    return {"term": state["term"], "organization": organizations, "person": people, "membership": members}


def as_document(body: str, state: State) -> dict[str, Any]:
    """The roster as one JSON document."""
    lists = {LISTS[kind]: [document(row) for row in _in_order(kind, state)] for kind in KINDS}
    return {"format": FORMAT, "body": body, **lists}


def as_json(body: str, state: State) -> bytes:
    """The same as a file."""
    return (json.dumps(as_document(body, state), ensure_ascii=False, indent=2) + "\n").encode()


def as_tables(state: State) -> Mapping[str, bytes]:
    """The roster as CSV files by their names: UTF-8 with a byte order mark, semicolons, safe against formulas."""
    return {f"{LISTS[kind]}.csv": _table(kind, state) for kind in KINDS}


def _table(kind: Kind, state: State) -> bytes:
    rows = _in_order(kind, state)
    names = [field.name for field in FIELDS[kind] if not rows or field.name in rows[0]]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(names)
    writer.writerows([safe_cell(_cell(row[name])) for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _in_order(kind: Kind, state: State) -> list[dict[str, Any]]:
    """The rows with their fields in the order of the description."""
    names = [field.name for field in FIELDS[kind]]
    rows = sorted(state[kind].items(), key=lambda one: _rank(kind, *one))
    return [{name: row[name] for name in names if name in row} for _, row in rows]


def _rank(kind: Kind, key: str, row: Values) -> tuple[str, ...]:
    if kind == "membership":
        return row["person"], row["organization"], str(row["from"] or ""), key
    return (key,)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, tuple):
        return "|".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
