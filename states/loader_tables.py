"""What lifecycle files need beyond the common reader of configuration files: names, lists of one, named tables."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeGuard

from ..config.reader import Source, Table, meant
from ..config.text import Text

NAME = re.compile(r"[a-z][a-z0-9_]*")
NO_TEXT = Text("", "")


def is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    """TOML tables have strings as keys."""
    return isinstance(value, Mapping)


def known(source: Source, code: str, key: str, *, name: str, names: Iterable[str]) -> bool:
    """Is `name` one of `names`? If not, report it under `code` with what may be meant."""
    options = tuple(names)
    if name not in options:
        source.find(code, key, name=name, known=", ".join(options) or "–", meant=meant(name, options))
    return name in options


def names(table: Table, key: str, *, required: bool = False) -> tuple[str, ...]:
    """A list of words; a single word is a list of one."""
    if isinstance(table.data.get(key), str):
        return (table.string(key),)
    found = table.names(key, required=required)
    if required and table.data.get(key) == []:
        table.find("lifecycle_empty_list", key, name=key)
    for twice in sorted({name for name in found if found.count(name) > 1}):
        table.find("lifecycle_named_twice", key, name=twice)
    return tuple(dict.fromkeys(found))


def optional_text(table: Table, key: str) -> Text | None:
    """A text in both languages, or None."""
    found = table.text(key, NO_TEXT)
    return None if found == NO_TEXT else found


def sections(table: Table, key: str) -> dict[str, Table]:
    """The tables ``[key.x]`` by x."""
    below = table.table(key)
    for name in below.data:
        check_name(table.source, below.at(name), name)
    return dict(below.entries())


def rows(table: Table, key: str) -> tuple[Table, ...]:
    """A list of tables; a single table is a list of one."""
    return table.tables(key) if isinstance(table.data.get(key, []), list) else (table.table(key),)


def check_name(source: Source, key: str, name: str) -> None:
    """Names stand in the log for decades: ASCII, lower case, underscores."""
    if not NAME.fullmatch(name):
        source.find("lifecycle_name_form", key, name=name)
