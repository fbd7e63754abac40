"""Other papers that a paper names by their numbers: of those that are not public, the public reads no number."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from ...states.numbers import number_forms, parent_of
from ...states.publicity import publicity_of
from ...states.queries import find_case_ids
from ...states.visibility import Reader, is_public, may_show_content
from ..context import Scene, publicity
from ..scenes import Sources

#: The fact with the numbers of papers, as they were entered.
REFERENCES = "bezuege"
_BETWEEN = re.compile(r"[\s,;:()\[\]„“\"]+")


def with_known_references(
    sources: Sources, scene: Scene, facts: Mapping[str, Any], reader: Reader | None
) -> Mapping[str, Any]:
    """The facts for a paper that goes out, without the numbers of cases that not everybody may know of on its day.

    A number that is none of this house stays. A paper that is not public is for `reader` (None: whoever keeps the
    database), who reads there what they may know of themselves.
    """
    named = facts.get(REFERENCES)
    reader = scene.reader if is_public(publicity(scene.dossier)) else reader
    if not named or reader is None:
        return facts
    listed = named if isinstance(named, list | tuple) else [named]

    def may_be_named(connection: Connection, text: str) -> bool:
        ids = {case for number in _numbers(text) for case in find_case_ids(connection, number, scene.town.key)}
        known = publicity_of(connection, ids, sources.lifecycles, sources.town)
        return all(may_show_content(one, reader) for one in known.values())

    with sources.database.reading() as connection:
        shown = [one for one in listed if may_be_named(connection, str(one))]
    return {**facts, REFERENCES: shown}


def _numbers(text: str) -> Iterator[str]:
    """Every number that a text may name: itself, a word of it, and the paper of which either is a follow-up."""
    for given in dict.fromkeys((text, *_BETWEEN.split(text))):
        plain = given.strip(".")
        for number in (plain, parent_of(plain)) if plain else ():
            yield from number_forms(number) if number else ()
