"""The functions of an administration that a lifecycle may name as roles."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from .reader import Table, raise_findings, read_file
from .text import Text


class Role(NamedTuple):
    """A function of the administration. `required`: every municipality must say who holds it."""

    id: str
    label: Text
    required: bool


@cache
def known_roles() -> Mapping[str, Role]:
    """Every known function by id.

    Raises:
        AuthorError: if the shipped file is wrong.
    """
    source = read_file(files(__package__) / "roles.toml")
    roles = {id: _role(id, table) for id, table in Table(source, source.parse()).entries()}
    raise_findings([source])
    return roles


def _role(id: str, table: Table) -> Role:
    role = Role(id, table.text("label"), bool(table.flag("required")))
    table.close()
    return role
