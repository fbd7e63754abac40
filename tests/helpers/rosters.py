"""Rosters for tests: files as offices hand them in."""

from pathlib import Path
from typing import Any

from vorgang.config.roster import Place, Roster, Row, State, Values, blank
from vorgang.config.roster_files import read_rosters
from vorgang.config.roster_kinds import KINDS


def state_of(**kinds: dict[str, Values]) -> State:
    """A stored roster: kind -> key -> what is not empty."""
    return {
        kind: {key: {**blank(kind), "key": key, "name": key, **row} for key, row in kinds.get(kind, {}).items()}
        for kind in KINDS
    }


def roster_of(*rows: tuple[Any, Values], **more: Any) -> Roster:
    """What is handed in: kind and values of each row."""
    places = (Row(kind, values, Place("f", line=line)) for line, (kind, values) in enumerate(rows, start=2))
    return Roster(tuple(places), source="f", **more)


def file(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def faults(*paths: Path, **more: Any) -> list[tuple[str, int | None, str]]:
    """Code, row and column of what cannot be read in these files."""
    return [(one.code, one.line, one.key) for one in read_rosters(paths, "hagen", **more).findings]
