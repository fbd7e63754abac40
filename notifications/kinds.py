"""Kinds of messages: which may wait for a digest, which may be switched off, and which must come, whatever one wishes.

The shipped ones stand in ``kinds.toml``; a municipality says in a ``kinds.toml`` of a template folder of its own which
kind its own templates are. A template that nobody has placed counts as a task: it is told at once.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, cast, get_args

from ..config.reader import Source, Table, meant, raise_findings, read_file
from ..config.text import Text
from .frequencies import NEVER, Frequency

FILE = "kinds.toml"
#: The kind of a template that nobody has placed.
UNPLACED = "auftrag"
#: The kind of what speaks of something overdue, whatever day it names.
OVERDUE = "ueberfaellig"


class Kind(NamedTuple):
    """A kind of message, and how often it may be told; the first frequency holds where nobody wishes otherwise."""

    id: str
    label: Text
    frequencies: tuple[Frequency, ...]

    @property
    def mandatory(self) -> bool:
        """Whether it cannot be switched off."""
        return NEVER not in self.frequencies

    @property
    def bundled(self) -> bool:
        """Whether several may go out as one mail."""
        return len(self.frequencies) > 1


class Kinds(NamedTuple):
    """All kinds by id, and the kind of each template."""

    by_id: Mapping[str, Kind]
    of_template: Mapping[str, str]

    def of(self, template: str) -> Kind:
        """The kind of a template."""
        return self.by_id[self.of_template.get(template, UNPLACED)]

    def templates(self, kind: str) -> frozenset[str]:
        """The templates that were placed in a kind."""
        return frozenset(name for name, placed in self.of_template.items() if placed == kind)


def load_kinds(folders: Sequence[Path] = ()) -> Kinds:
    """The shipped kinds, with the templates that the municipality's `folders` place; a later folder wins.

    Raises:
        AuthorError: with every mistake of every file.
    """
    shipped = read_file(files(__package__) / FILE)
    table = Table(shipped, shipped.parse())
    kinds = {id: _kind(id, entry) for id, entry in table.entries()}
    placed = {name: id for id, entry in table.entries() for name in entry.names("templates")}
    sources = [shipped]
    for folder in folders:
        if (folder / FILE).is_file():
            source = read_file(folder / FILE)
            sources.append(source)
            placed.update(_placed(source, kinds))
    raise_findings(sources)
    return Kinds(kinds, placed)


def _kind(id: str, table: Table) -> Kind:
    found = Kind(id, table.text("label"), cast("tuple[Frequency, ...]", table.names("frequencies", required=True)))
    table.names("templates")
    known = get_args(Frequency)
    for name in found.frequencies:
        if name not in known:
            table.find("config_choice", "frequencies", value=name, known=", ".join(known), meant=meant(name, known))
    table.close()
    return found


def _placed(source: Source, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Template -> kind, as a municipality says it."""
    placed: dict[str, str] = {}
    for id, entry in Table(source, source.parse()).entries():
        if id not in kinds:
            source.find("config_key_unknown", id, known=", ".join(kinds), meant=meant(id, kinds))
            continue
        placed.update(dict.fromkeys(entry.names("templates", required=True), id))
        entry.close()
    return placed
