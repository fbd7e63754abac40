"""What cannot be in a roster: unknown keys, circles, overlapping memberships, heads who have left. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from ..config.errors import Finding
from ..config.reader import meant
from ..config.roster import FIELDS, UNPLACED, Place, State, Values
from ..config.roster_kinds import KINDS, Kind
from ..config.text import Text
from .directory import OFFICE_TYPES
from .roster_changes import Plan, ended, running

#: Kind and key of a row, its field, the code of what is wrong there, and its parameters.
_Fault: TypeAlias = tuple[Kind, str, str, str, Mapping[str, Any]]

#: Mistakes between two rows; they are told of those that are handed in.
_OVERLAP, _TERMS_OVERLAP = "org_overlap", "org_terms_overlap"
_BOTH = frozenset({"profile_key_double", "org_key_alike", _OVERLAP, _TERMS_OVERLAP})
#: Of these the finding in one of the rows names the other.
_PAIRS = frozenset({_OVERLAP, _TERMS_OVERLAP})
#: The role of whoever is said to have none.
_ORDINARY = "Mitglied"


class Surroundings(NamedTuple):
    """What a roster is checked against."""

    today: date
    #: Function of the town -> the organisation that holds it.
    functions: Mapping[str, str]
    #: The known roles of a consultation, and kinds of paper.
    roles: frozenset[str]
    kinds: frozenset[str]


def findings_of(plan: Plan, stored: State, around: Surroundings) -> list[Finding]:
    """What is wrong in the rows that are handed in, and what they would break elsewhere.

    What is wrong already in rows that nobody touches keeps nobody from mending others.
    """
    before = {fault[:4] for fault in _faults(stored, around)}
    found, pairs = [], set[frozenset[str]]()
    for kind, key, field, code, params in _faults(plan.after, around):
        place = plan.places.get((kind, key))
        new = (kind, key, field, code) not in before and code not in _BOTH
        if code in _PAIRS and place is not None:
            if (pair := frozenset((key, str(params["other"])))) in pairs:
                continue
            pairs.add(pair)
            params = {**params, "other": _elsewhere(plan, kind, str(params["other"]))}  # noqa: PLW2901  # its place
        if place is not None or new:
            found.append((place or Place(UNPLACED, f"{kind} {key}: ")).finding(code, field, **params))
    return [*plan.findings, *found, *_deserted(plan, stored, around)]


def _elsewhere(plan: Plan, kind: Kind, key: str) -> Text:
    """Where the other of two rows stands: in a file, else in the master data."""
    if place := plan.places.get((kind, key)):
        return Text(*[place.told()] * 2)
    return Text(f"in den Stammdaten, Kennung {key}", f"in the master data, id {key}")


def _deserted(plan: Plan, stored: State, around: Surroundings) -> Iterator[Finding]:
    """Organisations with a function of which nobody would be left, though somebody is there today."""
    ending = {key for key, row in plan.after["organization"].items() if ended(row, around.today)}
    for key in sorted({*around.functions.values()} - ending):
        if _people(stored, key, around.today) and not _people(plan.after, key, around.today):
            place = plan.places.get(("organization", key)) or Place(UNPLACED, f"organization {key}: ")
            held = _functions_of(key, around.functions)
            gone = ", ".join(sorted(_people(stored, key, around.today)))
            name = stored["organization"][key]["name"] if key in stored["organization"] else key
            yield place.finding("org_function_empty", "memberships", role=held, name=name, persons=gone)


def left_in_duty(body: str, state: State, functions: Mapping[str, str], today: date) -> Iterator[Finding]:
    """Heads and deputies whose last membership has ended, and functions of which nobody is left who once was there."""
    around = Surroundings(today, functions, frozenset(), frozenset())
    for _, key, _, code, params in _left(state, around):
        yield Finding(code=code, file=body, key=key, params=params)
    for key in sorted({*functions.values()} & state["organization"].keys()):
        gone = {row["person"] for row in state["membership"].values() if row["organization"] == key}
        if gone and not _people(state, key, today):
            said = {
                "role": _functions_of(key, functions),
                "name": state["organization"][key]["name"],
                "persons": ", ".join(sorted(gone)),
            }
            yield Finding(code="org_function_left", file=body, key=key, params=said)


def _functions_of(organization: str, functions: Mapping[str, str]) -> str:
    return ", ".join(sorted(function for function, holder in functions.items() if holder == organization))


def _people(state: State, organization: str, day: date) -> set[str]:
    rows = state["membership"].values()
    return {row["person"] for row in rows if row["organization"] == organization and running(row, day)}


def _faults(state: State, around: Surroundings) -> Iterator[_Fault]:
    for kind in KINDS:
        for key, row in state[kind].items():
            yield from ((kind, key, *fault) for fault in _of_row(kind, row))
    for check in (_keys, _references, _overlaps, _terms, _times, _offices, _left, _circles, _remits, _functions):
        yield from check(state, around)


def _of_row(kind: Kind, row: Values) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for field in FIELDS[kind]:
        if field.required and row.get(field.name) is None:
            yield field.name, "org_missing", {}
    start, end = row.get("from"), row.get("until")
    if start and end and end < start:
        yield "until", "profile_period", {}


def _keys(state: State, _around: Surroundings) -> Iterator[_Fault]:
    """Persons and organisations share one set of keys; - and _ make no difference, for nobody reads one."""
    seen: dict[str, tuple[Kind, str]] = {}
    kinds: tuple[Kind, ...] = ("organization", "person")
    for kind in kinds:
        for key in state[kind]:
            other = seen.setdefault(key.replace("_", "-"), (kind, key))
            if other != (kind, key):
                code = "profile_key_double" if other[1] == key else "org_key_alike"
                yield kind, key, "key", code, {"value": key, "other": other[1]}
                yield *other, "key", code, {"value": other[1], "other": key}


_REFERENCES: tuple[tuple[Kind, str, Kind], ...] = (
    ("organization", "parent", "organization"),
    ("organization", "head", "person"),
    ("person", "deputy", "person"),
    ("membership", "person", "person"),
    ("membership", "organization", "organization"),
    ("membership", "on_behalf_of", "organization"),
)


def _references(state: State, _around: Surroundings) -> Iterator[_Fault]:
    for kind, field, target in _REFERENCES:
        for key, row in state[kind].items():
            named = row[field]
            if field == "deputy" and named == key:
                yield kind, key, field, "org_own_deputy", {"value": named}
            elif named is not None and named not in state[target]:
                code = "org_organization" if target == "organization" else "org_person"
                yield kind, key, field, code, {"value": named, "meant": meant(named, state[target])}


def _overlaps(state: State, _around: Surroundings) -> Iterator[_Fault]:
    together: defaultdict[tuple[Any, ...], list[tuple[str, Values]]] = defaultdict(list)
    for id, row in state["membership"].items():
        together[row["person"], row["organization"], (row["role"] or _ORDINARY).casefold()].append((id, row))
    for (person, organization, _), members in together.items():
        for (first, longest), (id, row) in _at_once(members):
            said = {"person": person, "organization": organization, "role": longest["role"] or row["role"] or "–"}
            yield "membership", id, "from", _OVERLAP, {**said, "period": period(longest), "other": first}
            yield "membership", first, "until", _OVERLAP, {**said, "period": period(row), "other": id}


def _terms(state: State, _around: Surroundings) -> Iterator[_Fault]:
    """A town has one legislative term at a time, whatever its bodies."""
    for (first, longest), (key, row) in _at_once(state["term"].items()):
        yield "term", key, "from", _TERMS_OVERLAP, {"name": longest["name"], "period": period(longest), "other": first}
        yield "term", first, "until", _TERMS_OVERLAP, {"name": row["name"], "period": period(row), "other": key}


def _at_once(rows: Iterable[tuple[str, Values]]) -> Iterator[tuple[tuple[str, Values], tuple[str, Values]]]:
    """Each row that begins before an earlier one has ended, behind that one."""
    ordered = iter(sorted(rows, key=lambda one: one[1]["from"] or date.min))
    longest = next(ordered, None)
    for one in ordered:
        assert longest is not None  # noqa: S101  # there is a first one
        until, own = longest[1]["until"], one[1]["until"]
        if until is None or (one[1]["from"] or date.min) <= until:
            yield longest, one
        if until is not None and (own is None or own > until):
            longest = one


def period(row: Values) -> str:
    """From when until when a row holds: 01.11.2020–31.10.2025."""
    days = (f"{day:%d.%m.%Y}" if day else "…" for day in (row["from"], row["until"]))
    return "–".join(days)


def _times(state: State, _around: Surroundings) -> Iterator[_Fault]:
    for id, row in state["membership"].items():
        whole = state["organization"].get(row["organization"])
        if whole is None:
            continue
        early = bool(row["from"] and whole["from"] and row["from"] < whole["from"])
        late = whole["until"] is not None and (
            row["until"] is None or row["until"] > whole["until"] or (row["from"] or date.min) > whole["until"]
        )
        if early or late:
            known = {"organization": row["organization"], "period": period(whole)}
            yield "membership", id, "from" if early else "until", "org_outside", known


def _offices(state: State, around: Surroundings) -> Iterator[_Fault]:
    for key, row in state["organization"].items():
        holds = key in around.functions.values()
        if not row["email"] and (row["type"] in OFFICE_TYPES or holds) and not ended(row, around.today):
            yield "organization", key, "email", "profile_email_missing", {"name": row["name"]}


def _left(state: State, around: Surroundings) -> Iterator[_Fault]:
    """Heads and deputies who belong to nothing any more, though they once did."""
    times: defaultdict[str, list[Values]] = defaultdict(list)
    for row in state["membership"].values():
        times[row["person"]].append(row)

    def gone(person: str | None) -> bool:
        return person in times and all(ended(row, around.today) for row in times.get(person or "", ()))

    for key, row in state["organization"].items():
        if gone(row["head"]) and not ended(row, around.today):
            yield "organization", key, "head", "org_head_left", {"person": row["head"], "name": row["name"]}
    for key, row in state["person"].items():
        if gone(row["deputy"]) and not gone(key):
            yield "person", key, "deputy", "org_deputy_left", {"person": row["deputy"], "name": row["name"]}


def _circles(state: State, _around: Surroundings) -> Iterator[_Fault]:
    above = {key: row["parent"] for key, row in state["organization"].items()}
    for key, first in above.items():
        way, at = [key], first
        while at is not None and at not in way:
            way.append(at)
            at = above.get(at)
        if at == key:
            yield "organization", key, "parent", "org_circle", {"way": " → ".join([*way, key])}


def _remits(state: State, around: Surroundings) -> Iterator[_Fault]:
    for key, row in state["organization"].items():
        for field, known in (("remit_roles", around.roles), ("remit_kinds", around.kinds)):
            for word in row[field] or ():
                if word not in known:
                    near = {"value": word, "known": ", ".join(sorted(known)), "meant": meant(word, known)}
                    yield "organization", key, field, "org_choice", near


def _functions(state: State, around: Surroundings) -> Iterator[_Fault]:
    for function, key in around.functions.items():
        row = state["organization"].get(key)
        if row is not None and ended(row, around.today):
            yield "organization", key, "until", "org_function", {"role": function, "name": row["name"]}
