"""Whom a document means: names as documents write them, and the parties of the town. Pure."""

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

from ...states.town import Party, Town
from .understanding_signature import PARTY

#: Words that stand before a name, or say what somebody is there; nobody is known by them alone.
_TITLES = frozenset(
    (
        *("herr", "herrn", "frau", "dr", "prof", "dipl", "ing", "der", "die", "das", "des", "dem", "den", "für", "von"),
        *("und", "vorsitzende", "vorsitzender", "vorsitzenden", "mitglied", "mitglieder", "ratsmitglied", "ratsherr"),
        *("ratsfrau", "stadtrat", "stadträtin", "stadtverordnete", "stadtverordneter", "bezirksverordnete"),
        *("bezirksverordneter", "fraktion", "ratsfraktion", "gruppe"),
        *("amt", "fachbereich", "fb", "eigenbetrieb", "abteilung", "stadtamt"),
    )
)
#: Words for a part of a council, and for the whole: „CDU-Fraktion im Rat der Stadt“ is not the council.
_COUNCIL = frozenset(("rat", "stadtrat", "gemeinderat", "kreistag", "ratsversammlung", "bürgerschaft"))
_PARTS = frozenset(("fraktion", "ratsfraktion", "stadtratsfraktion", "gruppe", "ratsgruppe"))
_WORD = re.compile(r"\w+")
#: „Interfraktionell: A, B“, „Fraktionen A und B“.
_JOINT = re.compile(r"^\W*(?:inter|über)fraktionell\w*\W*", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;]\s+|\s(?:und|sowie|\+)\s")
#: Most names that an error proposes.
_FEW = 3


class Meant(NamedTuple):
    """Whom a name means: the key of a party, or None and the keys that come nearest."""

    key: str | None
    near: tuple[str, ...] = ()


def party_meant(town: Town, name: str, kinds: Iterable[str]) -> Meant:
    """The one party of these kinds (``person``, ``body``, ``office``) that `name` can mean.

    First whoever is called exactly so, then the only one whose name holds all words of `name` that name somebody, or
    all of whose words stand in `name`. Two that fit are none: a person decides.
    """
    wanted = frozenset(kinds)
    parties = [party for party in town.parties.values() if party.kind in wanted]
    for fits in (_same, _holds, _stands_in):
        found = [party.key for party in parties if any(fits(_words(called), _words(name)) for called in _names(party))]
        if found:
            return Meant(found[0]) if len(found) == 1 else Meant(None, tuple(found[:_FEW]))
    return Meant(None, _near(parties, name))


def also_named(town: Town, name: str, key: str) -> tuple[str, ...]:
    """Whom else `name` names besides the party `key`, where it names several factions, or says that it does."""
    party = town.parties.get(key)
    bare = _JOINT.sub("", name)
    parts = [part for one in _BETWEEN.split(bare) if (part := one.strip(" .,;:"))]
    several = len(parts) > 1 and (bare != name or all(PARTY.search(part) for part in parts))
    if party is None or not several or any(_holds(_words(called), _words(bare)) for called in _names(party)):
        return ()
    return tuple(part for part in parts if party_meant(town, part, (party.kind,)).key != key)


def _names(party: Party) -> tuple[str, ...]:
    return (party.key, party.name, *party.also_called)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _telling(words: Iterable[str]) -> frozenset[str]:
    return frozenset(words) - _TITLES


def _same(called: tuple[str, ...], given: tuple[str, ...]) -> bool:
    return called == given


def _holds(called: tuple[str, ...], given: tuple[str, ...]) -> bool:
    telling = _telling(given)
    return bool(telling) and telling <= frozenset(called)


def _stands_in(called: tuple[str, ...], given: tuple[str, ...]) -> bool:
    telling = _telling(called)
    is_part = not _PARTS.isdisjoint(given) and not _COUNCIL.isdisjoint(telling)
    return bool(telling - _COUNCIL) and telling <= frozenset(given) and not is_part


def _near(parties: list[Party], name: str) -> tuple[str, ...]:
    by_name = {called.casefold(): party.key for party in parties for called in _names(party)}
    close = difflib.get_close_matches(name.casefold(), by_name, n=_FEW)
    return tuple(dict.fromkeys(by_name[one] for one in close))
