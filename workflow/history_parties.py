"""Whom the names in a file of historical cases mean: by key, by name, by another spelling, by the mapping. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from ..states.town import Town
from .history_columns import Mapped, folded

#: Column -> which kind of party it names; None: any.
_KINDS: Mapping[str, str | None] = {"fragesteller": None, "federfuehrung": "office", "gremium": "body"}
#: Unknown names that are remembered one by one.
MOST = 10_000


class Unknown(NamedTuple):
    """A name that means nobody, or several."""

    column: str
    name: str
    #: Where it stands first.
    file: str
    row: int
    rows: int
    #: Whom it may mean.
    candidates: tuple[str, ...]


class Parties:
    """The parties of a town by their names."""

    def __init__(self, town: Town, mapped: Mapped) -> None:
        self._by_name: defaultdict[str, set[str]] = defaultdict(set)
        self._town = town
        for party in town.parties.values():
            for name in (party.name, *party.also_called):
                self._by_name[folded(name)].add(party.key)
                if party.kind == "person" and "," not in name and " " in name:
                    first, _, last = name.rpartition(" ")
                    self._by_name[folded(f"{last} {first}")].add(party.key)
        for key in town.parties:
            self._by_name[folded(key)] = {key}
        for name, key in mapped.parties.items():
            self._by_name[name] = {key} if key in town.parties else set()
        self._found: dict[tuple[str, str], str | None] = {}
        self.unknown: dict[tuple[str, str], Unknown] = {}

    def key(self, column: str, name: str, place: tuple[str, int]) -> str | None:
        """The key of the party meant; None: nobody, which is remembered."""
        known = (column, name)
        found = self._found.get(known, "")
        if found == "":
            found = self._found[known] = self._one(column, name)
        if found is None:
            self._miss(known, place)
        return found

    def _one(self, column: str, name: str) -> str | None:
        meant = self._candidates(column, name)
        return meant[0] if len(meant) == 1 else None

    def _candidates(self, column: str, name: str) -> list[str]:
        wanted = _KINDS[column]
        keys = self._by_name.get(folded(name), set())
        return sorted(key for key in keys if wanted is None or self._town.parties[key].kind == wanted)

    def _miss(self, known: tuple[str, str], place: tuple[str, int]) -> None:
        before = self.unknown.get(known)
        if before is not None:
            self.unknown[known] = before._replace(rows=before.rows + 1)
        elif len(self.unknown) < MOST:
            self.unknown[known] = Unknown(*known, *place, 1, tuple(self._candidates(*known)))
