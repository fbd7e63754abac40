"""What a roster that is handed in changes of the one that is stored. Pure; nothing is ever forgotten by it.

Organisations, persons and terms are recognised by their key, memberships by their id, else by person, organisation and
first day. What a roster does not name stays, unless it says that it is the whole.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, TypeAlias

from ..config.errors import Finding
from ..config.roster import Place, Roster, Row, State, Values, blank
from ..config.roster_kinds import KINDS, Kind

#: withdrawn: a membership that has not begun, and now never will.
Action: TypeAlias = Literal["new", "changed", "ended", "withdrawn"]


class Change(NamedTuple):
    """One row that changes: its fields before and after, as far as they differ."""

    kind: Kind
    key: str
    action: Action
    before: Values
    after: Values


class Plan(NamedTuple):
    """What would be written, and how everything would look then."""

    changes: tuple[Change, ...]
    unchanged: int
    after: State
    #: Where the rows that are handed in stand in their files.
    places: Mapping[tuple[Kind, str], Place]
    #: Rows that were handed in twice.
    findings: tuple[Finding, ...] = ()


class _Draft:
    """The state as it will be, row by row."""

    def __init__(self, stored: State) -> None:
        self.rows: dict[Kind, dict[str, Values]] = {kind: dict(stored[kind]) for kind in KINDS}
        self.places: dict[tuple[Kind, str], Place] = {}
        self.findings: list[Finding] = []
        self.withdrawn: set[str] = set()

    def put(self, kind: Kind, key: str, row: Row) -> None:
        if (kind, key) in self.places:
            other = self.places[kind, key]
            field = "id" if kind == "membership" and "id" in row.values else "key" if kind != "membership" else "person"
            self.findings.append(row.place.finding("org_double", field, value=key, other=other.told()))
        self.places[kind, key] = row.place
        before = self.rows[kind].get(key)
        values = {**(before or blank(kind)), **row.values}
        if kind == "person":
            values["also_written"] = _spellings(before or {}, values)
        self.rows[kind][key] = values

    def end(self, kind: Kind, key: str, last: date) -> None:
        """End a row on the day `last`; a membership that begins later never does."""
        row = self.rows[kind][key]
        if row["from"] is None or row["from"] <= last:
            self.rows[kind][key] = {**row, "until": last}
        elif kind == "membership":
            del self.rows[kind][key]
            self.withdrawn.add(key)


def planned(stored: State, roster: Roster, today: date, with_body: Collection[str] = ()) -> Plan:
    """What `roster` changes of what is stored; who is missing from the whole of it ended the day before `today`.

    The memberships `with_body` ended because their organisation did: they follow when that day is corrected.
    """
    draft = _Draft(stored)
    for kind in KINDS:
        rows = [row for row in roster.rows if row.kind == kind]
        for row, key in _recognised(rows, stored) if kind == "membership" else _by_key(rows):
            draft.put(kind, key, row)
    _end_missing(draft, roster, today)
    _end_with_organisation(draft, stored)
    _last_with_organisation(draft, stored, roster, with_body)
    changes = tuple(change for kind in KINDS for change in _differences(kind, stored, draft))
    touched = {(change.kind, change.key) for change in changes}
    return Plan(changes, len(draft.places.keys() - touched), draft.rows, draft.places, tuple(draft.findings))


def running(row: Values, day: date) -> bool:
    """Whether a row holds on `day`."""
    return (row["from"] is None or row["from"] <= day) and not ended(row, day)


def ended(row: Values, day: date) -> bool:
    """Whether a row has ended before `day`."""
    return row["until"] is not None and row["until"] < day


def _by_key(rows: Iterable[Row]) -> Iterable[tuple[Row, str]]:
    return ((row, str(row.values["key"])) for row in rows)


def _recognised(rows: Iterable[Row], stored: State) -> Iterable[tuple[Row, str]]:
    """Memberships with their ids; one that is new without an id gets a provisional key, which begins with ``+``."""
    free: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    rows = list(rows)
    named = {row.values.get("id") for row in rows}
    for id, values in stored["membership"].items():
        if id not in named:
            free[_natural(values)].append(id)
    found: dict[int, str] = {}
    for same_role in (True, False):
        for index, row in enumerate(rows):
            if index in found or row.values.get("id"):
                continue
            candidates = free[_natural(row.values)]
            role = row.values.get("role")
            fits = [id for id in candidates if not same_role or stored["membership"][id]["role"] == role]
            if fits:
                candidates.remove(fits[0])
                found[index] = fits[0]
    for index, row in enumerate(rows):
        yield row, row.values.get("id") or found.get(index) or _provisional(row.values)


def _natural(values: Values) -> tuple[Any, ...]:
    return values["person"], values["organization"], values.get("from")


def _provisional(values: Values) -> str:
    return "+" + "/".join(str(part or "–") for part in (*_natural(values), values.get("role")))


def _spellings(before: Values, values: Values) -> tuple[str, ...]:
    """Every spelling there has been, the name of before too; documents still have it."""
    known = (*before.get("also_written", ()), *values["also_written"], before.get("name"))
    return tuple(dict.fromkeys(one for one in known if one and one != values.get("name")))


def _end_missing(draft: _Draft, roster: Roster, today: date) -> None:
    yesterday = today - timedelta(days=1)
    for kind in ("organization", "membership"):
        for key, row in list(draft.rows[kind].items()):
            if _is_whole(roster, kind, row) and (kind, key) not in draft.places and not ended(row, today):
                draft.end(kind, key, yesterday)


def _is_whole(roster: Roster, kind: Kind, row: Values) -> bool:
    """Whether every row of that kind, or every membership of that person, is handed in."""
    return kind in roster.whole or (kind == "membership" and row["person"] in roster.whole_persons)


def _end_with_organisation(draft: _Draft, stored: State) -> None:
    """When an organisation ends, its memberships end with it, but for those of which the roster says otherwise."""
    for key, row in draft.rows["organization"].items():
        before = stored["organization"].get(key)
        if row["until"] is None or (before is not None and before["until"] == row["until"]):
            continue
        for id, member in list(draft.rows["membership"].items()):
            longer = member["until"] is None or member["until"] > row["until"]
            if member["organization"] == key and longer and ("membership", id) not in draft.places:
                draft.end("membership", id, row["until"])


def _last_with_organisation(draft: _Draft, stored: State, roster: Roster, with_body: Collection[str]) -> None:
    """When an organisation lasts longer than was said, so do the memberships that had ended with it.

    Not so for whom the roster says otherwise, or who came back before.
    """
    members = draft.rows["membership"]
    latest: defaultdict[tuple[str, str], date] = defaultdict(lambda: date.min)
    for one in members.values():
        pair = one["person"], one["organization"]
        latest[pair] = max(latest[pair], one["from"] or date.min)
    for id in with_body:
        if id not in members or ("membership", id) in draft.places:
            continue
        member = members[id]
        key, last = member["organization"], member["until"]
        former, until = (rows["organization"][key]["until"] for rows in (stored, draft.rows))
        stays = latest[member["person"], key] > former if former else True
        if last == former and lasts_longer(former, until) and not stays and not _is_whole(roster, "membership", member):
            members[id] = {**member, "until": until}


def lasts_longer(former: date | None, until: date | None) -> bool:
    """Whether something that was to end on the day `former` ends later, or not at all."""
    return former is not None and (until is None or until > former)


def _differences(kind: Kind, stored: State, draft: _Draft) -> Iterable[Change]:
    for key, row in draft.rows[kind].items():
        before = stored[kind].get(key)
        if before is None:
            said = {name: value for name, value in row.items() if value not in (None, ()) and name != "id"}
            yield Change(kind, key, "new", {}, said)
        elif different := [name for name in row if name != "id" and row[name] != before.get(name)]:
            before_until, until = before.get("until"), row.get("until")
            ends = until != before_until and until is not None and not lasts_longer(before_until, until)
            yield Change(
                kind,
                key,
                "ended" if ends else "changed",
                {name: before.get(name) for name in different},
                {name: row[name] for name in different},
            )
    for key in draft.withdrawn & stored[kind].keys() if kind == "membership" else ():
        yield Change(kind, key, "withdrawn", stored[kind][key], {})
