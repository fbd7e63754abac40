"""Whether the content of a case may leave the house: one predicate for everything that is sent."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple


class Publicity(NamedTuple):
    """What is known about the publicity of a case, its ancestors and what they are about."""

    #: Of the case and of every case above it.
    cases: tuple[bool, ...]
    #: Of the paper and the typed records; None: named by a case, but not there.
    records: tuple[bool | None, ...]
    #: The facts of the case and of every case above it.
    facts: tuple[Mapping[str, Any], ...]
    #: The last days of embargoes not yet lifted, of the case and of every case above it.
    embargoes: tuple[date, ...] = ()


class Reader(NamedTuple):
    """Who is to read a message, and on which day it was caused."""

    #: Whether they belong to the administration, which may know an answer before it is published.
    inside: bool
    day: date


def may_show_content(known: Publicity, reader: Reader) -> bool:
    """Whether a message may hold more than a neutral subject and a link.

    Whatever says "not public" wins, and what is missing counts as not public. An embargo holds to the end of its day.
    """
    embargoed = not reader.inside and any(until >= reader.day for until in known.embargoes)
    return all(known.cases) and all(known.records) and not _withheld(known.facts) and not embargoed


def _withheld(facts: Iterable[Mapping[str, Any]]) -> bool:
    return any(
        each.get("oeffentlich") is False or each.get("veroeffentlichung") == "nichtoeffentlich" for each in facts
    )
