"""Which session is meant: by body and day, by the body alone (its next one), or by the id of its case."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..config.errors import NotFoundError
from ..states.queries import SHORTEST_ID
from ..states.session_queries import SessionRow, Wanted, session_of, sessions
from ..states.town import Town
from ..states.visibility import Reader
from .reading_rights import visible
from .workflow import Workflow

_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class Meant(NamedTuple):
    """A session, and the words that were said beside its name."""

    session: SessionRow
    rest: tuple[str, ...]


def session_meant(workflow: Workflow, body: str, words: Sequence[str], reader: Reader | None) -> Meant:
    """The session that the first of `words` mean, if `reader` may know of it.

    Raises:
        NotFoundError: there is none, or none for this reader; the answer is the same.
    """
    said = [part for word in words[:1] for part in re.split(r"[\s/]+", word.strip()) if part] + list(words[1:])
    if not said:
        raise NotFoundError("session_unknown", session="")
    organisation, day = organisation_meant(workflow.directory.town(body), said[0]), _day(said[1:2])
    used = 1 if organisation is None or day is None else 2
    found = _by_id(workflow, body, said[0]) if organisation is None else _by_day(workflow, (body, organisation), day)
    if found is None or not visible(workflow, [found.id], reader):
        raise NotFoundError("session_unknown", session=" ".join(said[:used]))
    return Meant(found, tuple(said[used:]))


def organisation_meant(town: Town, word: str) -> str | None:
    """The key of the body of the council that a word means: its key, or its name."""
    bodies = [party for party in town.parties.values() if party.is_council_body]
    return next((one.key for one in bodies if word == one.key or word.casefold() == one.name.casefold()), None)


def bodies_of(town: Town) -> list[str]:
    """The keys of its bodies of the council."""
    return sorted(party.key for party in town.parties.values() if party.is_council_body)


def _day(words: Sequence[str]) -> date | None:
    for word in words:
        german = _GERMAN.fullmatch(word)
        try:
            return date.fromisoformat(f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}" if german else word)
        except ValueError:
            return None
    return None


def _by_day(workflow: Workflow, where: tuple[str, str], day: date | None) -> SessionRow | None:
    """The session of that day, before one that was called off; without a day the next one."""
    today = workflow.today(where[0])
    with workflow.database.reading() as connection:
        found = sessions(connection, Wanted(*where, day or today, day))
    return min(found, key=lambda one: (one.cancelled, one.day), default=None)


def _by_id(workflow: Workflow, body: str, word: str) -> SessionRow | None:
    candidates = workflow.candidates(word, body) if len(word) >= SHORTEST_ID else []
    with workflow.database.reading() as connection:
        found = [one for case in candidates if (one := session_of(connection, case)) and one.body == body]
    return found[0] if len(found) == 1 else None
