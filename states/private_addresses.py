"""What texts about private people hold that must not be read: their names, and where they live. Pure.

Of an address the street is private, not the town, nor what offices and bodies are called too. A street of one word is
found wherever it stands; of several words (*Am Rathaus*), and where it is also a word of the town (*Markt*), only in
full or with the number of a house.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from .private_names import folded, words_of
from .private_patterns import GENERIC_STREET, HOUSE, NO_NAMES, PLACE
from .step import Facts
from .town import Town

#: Fields in which people say how to reach them.
_NAME, _ADDRESS, _CONTACTS = "name", "anschrift", ("e_mail", "telefon")
_PARTS = re.compile(r"[,;\n]+")
#: The postal code, with the town if nothing else stands behind it.
_TOWN = re.compile(rf"(?<!\d)(?:D\s?[-–]\s?)?\d{{5}}(?!\d)(?:\s+{PLACE}\s*(?=[,;\n]|$))?")
#: An address at the end of a text that holds something else as well.
_AT_END = re.compile(rf"(?<=\d)(?P<rest>\s?[a-zA-Z]?)[,;\s]+(?:D\s?[-–]\s?)?\d{{5}}\s+{PLACE}\s*$")
_NUMBERED = re.compile(rf"(?P<street>.*[^\W\d]\.?)\W*?(?:\bNr\.?\s*)?(?P<house>{HOUSE})(?P<behind>\D*)$", re.DOTALL)
_PLACE = re.compile(rf"\s*{PLACE}\s*")
#: Another one whose address it is.
_WITH = re.compile(r"\b(?:c/o|bei|z\. ?Hd)\b", re.IGNORECASE)


class Said(NamedTuple):
    """What must not be read: words wherever they stand, and streets in full or with a number."""

    names: frozenset[str]
    streets: frozenset[str]


def said_in(family: Iterable[Facts], listed: str, town: Town) -> Said:
    """What is private by the texts (or keys of parties) that these facts keep under `listed`."""
    names: set[str] = set()
    streets: set[str] = set()
    official = cache(lambda: _official(town))
    for facts in family:
        given = facts.get(listed) or ()
        for one in given if isinstance(given, list | tuple) else (given,):
            text = str(town.names.get(one, one))
            if one == facts.get(_ADDRESS) and one != facts.get(_NAME):
                found = of_address(text, official())
                names |= found.names
                streets |= found.streets
            elif one in [facts.get(name) for name in _CONTACTS]:
                names.add(_without(text, official()))
            else:
                names.add(_AT_END.sub(r"\g<rest>", text))
    return Said(frozenset(filter(None, names)), frozenset(streets))


def _official(town: Town) -> frozenset[str]:
    """The words in the names of the town, its offices and bodies."""
    parties = [one for one in town.parties.values() if one.kind != "person"]
    names = [town.name, town.short_name or "", *(name for one in parties for name in (one.name, *one.also_called))]
    return frozenset(folded(word) for name in names for word in words_of(name))


def of_address(address: str, official: Collection[str]) -> Said:
    """What is private in an address; the words in `official`, folded, are no secret by themselves."""
    parts = [part.strip() for part in _PARTS.split(_TOWN.sub("\n", address))]
    found = [(part, _NUMBERED.fullmatch(part)) for part in parts if part]
    names: set[str] = set()
    streets: set[str] = set()
    has_street = False
    for part, numbered in found:
        if numbered is None:
            names.update(() if has_street and _is_place(part) else [_without(part, official)])
            continue
        has_street = True
        street, behind = numbered["street"], numbered["behind"]
        streets.add(street)
        names.update([street] if _is_telling(street, official) else [])
        names.update([] if _is_place(behind) else [_without(behind, official)])
    return Said(frozenset(filter(None, names)), frozenset(streets))


def _is_telling(street: str, official: Collection[str]) -> bool:
    """Whether its words are looked for each by itself."""
    words = list(words_of(street))
    is_one = len(words) == 1 and folded(words[0]) not in official and not GENERIC_STREET.fullmatch(words[0])
    return is_one or _WITH.search(street) is not None


def _is_place(text: str) -> bool:
    return _PLACE.fullmatch(text) is not None and text.split(maxsplit=1)[0].casefold().rstrip(".") not in NO_NAMES


def _without(text: str, official: Collection[str]) -> str:
    return " ".join(_kept(text, official))


def _kept(text: str, official: Collection[str]) -> Iterator[str]:
    return (word for word in words_of(text) if folded(word) not in official)
