"""What a reader should know: names in several spellings, letters lost in copying, days that contradict. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

from .understanding_dates import days_in, impossible_days
from .understanding_rows import Row
from .understanding_town import KnownTown
from .understanding_words import words

_TITLED = re.compile(
    r"\b(?:[Vv]orsitzende[rnm]?|Herrn?|Frau|Oberbürgermeister(?:in|s)?|Bürgermeister(?:in|s)?|Ratsherrn?|Ratsfrau|Stadtrats?|Stadträtin)\s(?:Dr\.\s|Prof\.\s)*"
    r"(?:[A-ZÄÖÜ][\w-]+\s(?:[A-Z]\.\s)?)?(?P<name>[A-ZÄÖÜÇŞ][\wäöüßçşğı-]{3,})"
)
_ASKED_ON = re.compile(r"\b(?:Anfrage|Schreiben|Antrag|Frage)\b[^.]{0,80}\bvom\s", re.IGNORECASE)
_ALIKE, _MOST = 0.8, 60
_TOKEN = re.compile(r"(?<![\w-])[a-zäöüß]{1,12}(?![\w-])")
_UNITS = {"r", "he", "ber", "ck"}


class Spelling(NamedTuple):
    """Two ways in which one name seems to be written."""

    one: str
    other: str
    row: Row


def spellings(rows: Sequence[Row], signed: Iterable[str], town: KnownTown) -> list[Spelling]:
    """Names behind a title that differ a little from each other, from who signed, or from a person of the town."""
    known = {name.split()[-1]: rows[0] for name in signed if name.split()} if rows else {}
    for person in town.persons:
        known |= {person.name.split()[-1]: rows[0] for _ in rows[:1] if person.name.split()}
    found, seen = list[Spelling](), dict[str, Row](known)
    for row in rows:
        for match in _TITLED.finditer(row.text):
            name = match["name"]
            if name not in seen and len(seen) < _MOST:
                found += [Spelling(other, name, row) for other in seen if _alike(other, name)]
                seen[name] = row
    return found


def _alike(one: str, other: str) -> bool:
    left, right = one.lower(), other.lower()
    longer, shorter = max(left, right, key=len), min(left, right, key=len)
    if longer in {shorter + "s", shorter + "n", shorter + "es"} or min(len(left), len(right)) < 4:  # noqa: PLR2004
        return False
    return left != right and left[0] == right[0] and SequenceMatcher(None, left, right).ratio() >= _ALIKE


def lost_letters(rows: Sequence[Row]) -> list[tuple[str, Row]]:
    """Rests of words whose umlauts were lost, and marks of a wrong encoding, with their rows."""
    known, found = words().lost, list[tuple[str, Row]]()
    for row in rows:
        rests = [rest for rest in _TOKEN.findall(row.text) if rest in known and _is_rest(rest, row.text)]
        found += [(rest, row) for rest in rests]
        if "\ufffd" in row.text or "Ã¤" in row.text or "Ã¼" in row.text or "Ã¶" in row.text:
            found.append(("\ufffd" if "\ufffd" in row.text else "Ã", row))
    return found


def _is_rest(rest: str, text: str) -> bool:
    """Short rests are such only where a word begins: at the start of a line, or between two words."""
    return rest not in _UNITS or re.search(rf"(?:^|[a-zäöüß] ){rest} [A-Za-zÄÖÜäöü]", text) is not None


def asked_on(rows: Sequence[Row]) -> list[tuple[date, Row]]:
    """The days on which, a text says, something was asked: „auf die Anfrage vom 22.12.2023“."""
    found = list[tuple[date, Row]]()
    for row in rows:
        for match in _ASKED_ON.finditer(row.text):
            day = next(days_in(row.text[match.end() : match.end() + 25]), None)
            if day and day.start == 0 and re.match(r"(?:die|Ihre|der|Ihrer|eine|zur)?\s*Anfrage|Anfrage", match[0]):
                found.append((day.day, row))
    return found


def wrong_days(rows: Sequence[Row]) -> list[tuple[str, Row]]:
    """What looks like a day and is none."""
    return [(text, row) for row in rows for text in impossible_days(row.text)]
