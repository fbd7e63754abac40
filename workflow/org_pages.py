"""Who there is in a town: the organisations as a tree, and one organisation or person with all that belongs to it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from ..config.errors import NotFoundError
from ..config.reader import meant
from ..config.roster import State, Values
from ..states.queries import summaries
from ..states.roster_changes import running
from ..states.roster_store import open_cases
from ..states.visibility import Reader
from .reading_rights import Seen, seen
from .workflow import Workflow

#: So many open cases are shown with an organisation.
_MOST_CASES = 50


class Branch(NamedTuple):
    """An organisation in the tree; `depth` 0: nothing that is shown stands above it."""

    depth: int
    key: str
    name: str
    type: str
    classification: str | None
    head: str | None
    members: int
    start: date | None
    end: date | None


class Member(NamedTuple):
    """A membership, from one side: `party` is the person of an organisation, or the organisation of a person."""

    party: str
    name: str
    role: str | None
    start: date | None
    end: date | None
    voting: bool
    on_behalf_of: str | None
    running: bool
    id: str


class Page(NamedTuple):
    """One organisation or person."""

    kind: str
    values: Values
    #: Keys and names, from the one above on to the top.
    above: tuple[tuple[str, str], ...]
    below: tuple[tuple[str, str], ...]
    #: Of an organisation: who stands in for its head.
    deputy: str | None
    #: The running ones first.
    members: tuple[Member, ...]
    #: Functions of the town that it holds.
    functions: tuple[str, ...]
    #: How many have a vote in it on that day; None: nobody has said so.
    votes: int | None


def tree(state: State, day: date, *, only: str | None = None) -> list[Branch]:
    """The organisations that exist on `day` (`only`: of this type), each below the one that it belongs to."""
    there = {
        key: row for key, row in state["organization"].items() if running(row, day) and only in (None, row["type"])
    }
    tops = [key for key, row in there.items() if row["parent"] not in there]
    return [one for key in _in_order(there, tops) for one in _branch(state, there, key, day)]


def _branch(state: State, there: dict[str, Values], key: str, day: date, depth: int = 0) -> Iterator[Branch]:
    row = there[key]
    members = {
        one["person"] for one in state["membership"].values() if one["organization"] == key and running(one, day)
    }
    first = (row["name"], row["type"], row["classification"], row["head"])
    yield Branch(depth, key, *first, len(members), row["from"], row["until"])
    for child in _in_order(there, [one for one, below in there.items() if below["parent"] == key]):
        yield from _branch(state, there, child, day, depth + 1)


def _in_order(there: dict[str, Values], keys: Sequence[str]) -> list[str]:
    return sorted(keys, key=lambda key: (there[key]["type"], key))


def page(workflow: Workflow, body: str, state: State, key: str, day: date) -> Page:
    """The organisation or person of that key on `day`.

    Raises:
        NotFoundError: there is none.
    """
    known = {**state["organization"], **state["person"]}
    if key not in known:
        raise NotFoundError("org_unknown", key=key, meant=meant(key, known))
    town = workflow.directory.town(body)
    row = known[key]
    organisation = key in state["organization"]
    head = state["person"].get(row.get("head") or "")
    return Page(
        "organization" if organisation else "person",
        row,
        tuple(_above(state, key)) if organisation else (),
        tuple((one, below["name"]) for one, below in sorted(state["organization"].items()) if below["parent"] == key),
        head.get("deputy") if head else None,
        tuple(_members(state, key, day, organisation=organisation)),
        tuple(function for function, holder in town.functions.items() if holder == key),
        town.votes_in(key, day) if row.get("type") == "Gremium" else None,
    )


def _above(state: State, key: str) -> Iterator[tuple[str, str]]:
    passed = {key}
    at = state["organization"][key]["parent"]
    while at in state["organization"] and at not in passed:
        passed.add(at)
        yield at, state["organization"][at]["name"]
        at = state["organization"][at]["parent"]


def _members(state: State, key: str, day: date, *, organisation: bool) -> list[Member]:
    mine, other = ("organization", "person") if organisation else ("person", "organization")
    names: Any = state["person" if organisation else "organization"]
    found = [
        Member(
            row[other],
            names[row[other]]["name"],
            row["role"],
            row["from"],
            row["until"],
            row["voting"],
            row["on_behalf_of"],
            running(row, day),
            id,
        )
        for id, row in state["membership"].items()
        if row[mine] == key and row[other] in names
    ]
    return sorted(found, key=lambda one: (not one.running, one.party, one.start or date.min, one.id))


def cases_of(workflow: Workflow, body: str, key: str, reader: Reader | None) -> list[Seen]:
    """The open cases that an organisation has something to do with, as far as `reader` may see the work."""
    with workflow.database.reading() as connection:
        found = summaries(connection, [one.id for one in open_cases(connection, body, key)])
    own = reader.parties if reader is not None else frozenset()
    shown = seen(workflow, list(found.values()), reader)
    return [one for one in shown if one.everything or one.case.owner in own][:_MOST_CASES]
