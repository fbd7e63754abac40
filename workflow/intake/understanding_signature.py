"""Who signed: after a closing, behind „gez.“, or a name above a function at the end. Pure."""

import re
from collections.abc import Sequence, Set
from itertools import takewhile
from typing import NamedTuple

from .understanding_head import is_end, is_sentence
from .understanding_labels import label_of
from .understanding_rows import Row
from .understanding_words import plain, words
from .understood import Sure

_GEZ = re.compile(r"^\(?(?:gez\.|gez:|gezeichnet:?)\s*", re.IGNORECASE)
_FOR = re.compile(r"^(?:i\.\s?[VA]\.|i[VA]\.|Im Auftrag|In Vertretung|In Vertr\.|Im Auftr\.)[\s:,]*", re.IGNORECASE)
_TITLES = r"(?:Dr\.|Prof\.|Dipl\.-\w+\.?|Herr|Frau|Mag\.|jur\.|med\.|rer\.|nat\.|h\. c\.|M\.A\.)"
_WORD = r"(?:[A-ZÄÖÜÇŞĞİÉÁÓ][\w'’.-]*|von|van|de|der|den|zu|zum|zur|del|di|da|al|el|bin|und|[a-z]{2,3}\.)"
_NAME = re.compile(rf"^(?:{_TITLES}\s?)*[A-ZÄÖÜÇŞĞİÉÁÓ][\w'’.-]*(?:\s{_WORD}){{0,5}}$")
PARTY_NAME = re.compile(
    r"\b(?:spd|cdu|csu|fdp|volt|afd|bsw|ödp|fw|ssw|bfb)\b|grüne|linke\b|freie wähler"
    r"|bürgerliste|piraten|die partei|future",
    re.IGNORECASE,
)
PARTY = re.compile(rf"fraktion|gruppe\b|{PARTY_NAME.pattern}", re.IGNORECASE)
_LEADING = re.compile(rf"^(?:{_TITLES}\s*)+")
_AUTHORITY = re.compile(
    r"\b(?:(?:Landeshaupt|Hanse|Universitäts|Kreis|Bundes|Wissenschafts)?[Ss]tadt|Gemeinde|Landkreis|Kreis|Markt"
    r"|Bezirksamt|Rathaus|\w+amt|\w+verwaltung|\w+referat|\w+büro|Magistrat|Dezernat|Fachbereich)\b"
)
_LEADS = re.compile(r"[Ff]raktions\w+|[Vv]orsitz|[Ss]precher|[Gg]eschäftsführ|[Mm]itglied")
_REACH, _LONGEST, _MOST_NAMES = 12, 70, 5


class Signature(NamedTuple):
    """Who signed and as what; `start`: where the signature begins."""

    name: str
    function: str | None
    row: Row
    start: int
    sure: Sure
    #: A faction that stands in the signature.
    faction: str | None = None


def end_of_words(rows: Sequence[Row]) -> int:
    """Where the Verfügung begins, or the rows end."""
    return next((index for index in range(len(rows)) if is_end(rows, index)), len(rows))


def closing_of(rows: Sequence[Row]) -> int | None:
    """The last closing of a letter."""
    found = None
    for index, row in enumerate(rows[: end_of_words(rows)]):
        if row.text and plain(row.text).rstrip(",!. ").startswith(words().closings) and len(row.text) < _LONGEST:
            found = index
    return found


def signature_of(rows: Sequence[Row], head: int = 0, used: Set[int] = frozenset()) -> Signature | None:
    """The signature of a document whose own words begin behind row `head`; rows with numbers in `used` are fields."""
    end = end_of_words(rows)
    closing = closing_of(rows)
    if closing is not None and (read := _after_closing(rows, closing, end)):
        return read
    return _drawn(rows, end) or _at_end(rows, head, end, used)


def _after_closing(rows: Sequence[Row], closing: int, end: int) -> Signature | None:
    near = [(index, row) for index, row in enumerate(rows[closing + 1 : end], closing + 1) if row.text][:_REACH]
    for place, (_, row) in enumerate(near):
        if label_of(row.text) == "attachments":
            return None
        name, function = _parts(row)
        if _is_name(name):
            below = near[place + 1][1] if place + 1 < len(near) else None
            faction = next((one.text for _, one in near if _is_faction(one.text) and one is not row), None)
            return Signature(name, function or _function(below), row, closing, "read", faction)
    party = next((row for _, row in near if PARTY.search(row.text)), None)
    return Signature(party.text, None, party, closing, "read", party.text) if party else None


def _is_faction(text: str) -> bool:
    """A faction, and not who leads or serves it: „Fraktionsvorsitzende“."""
    return PARTY.search(text) is not None and _LEADS.search(text) is None


def _drawn(rows: Sequence[Row], end: int) -> Signature | None:
    """``gez. Name``, also beside its function."""
    for index, row in enumerate(rows[:end]):
        if match := _GEZ.match(row.text):
            drawn = next((cell for cell in row.cells if cell), row.text)
            rest = drawn[match.end() :] or next((one.text for one in rows[index + 1 : index + 3] if one.text), "")
            name, function = _parts(row._replace(text=rest, cells=()))
            below = next((one for one in rows[index + 1 : min(index + 4, end)] if one.text and one.text != rest), None)
            if name and len(name) <= _LONGEST:
                return Signature(name.rstrip(")"), function or _function(below), row, index, "stated")
    return None


def _at_end(rows: Sequence[Row], head: int, end: int, used: Set[int]) -> Signature | None:
    """A name above a function: the last lines before the Anlagen."""
    lists = (
        index
        for index, row in enumerate(rows[:end])
        if label_of(row.text) == "attachments" or plain(row.text) == "verteiler"
    )
    stop = next((index for index in lists if index > end // 2), end)
    last = [(index, row) for index, row in enumerate(rows[head:stop], head) if row.text]
    near = [(index, row) for index, row in last if row.number not in used][-_REACH:]
    for place in range(len(near) - 1, 0, -1):
        above, row = near[place - 1], near[place][1]
        name, function = _parts(row)
        if _FOR.sub("", above[1].text).strip(" :,") == "" and _is_name(name):
            return Signature(name, function, row, above[0], "read")
        if function and _is_name(name) and _is_function(function):
            return Signature(name, function, row, near[place][0], "read")
        if _is_function(row.text) and _is_name(_parts(above[1])[0]) and _parts(above[1])[0] != row.text:
            return Signature(_parts(above[1])[0], row.text, above[1], above[0], "read")
    return _of_names(rows, near) if near and near[-1] == last[-1] else None


def _of_names(rows: Sequence[Row], near: Sequence[tuple[int, Row]]) -> Signature | None:
    """Names alone at the very end, of which the last one is surely a person's; the first of them."""
    names = list(takewhile(lambda pair: is_person(_parts(pair[1])[0]), reversed(near)))
    if not names or len(names) == len(near):
        return None
    start, row = names[-1]
    apart = start > 0 and (not rows[start - 1].text or rows[start - 1].ends or is_sentence(rows[start - 1]))
    return Signature(_parts(row)[0], None, row, start, "derived") if apart else None


def is_person(text: str) -> bool:
    """Surely a name of a person: with a title, or with a forename such as people have."""
    bare = _LEADING.sub("", text)
    said = bare.split()
    titled = bare != text and bool(said)
    return _is_name(text) and (titled or (1 < len(said) <= _MOST_NAMES and _forename(said[0])))


def _forename(word: str) -> bool:
    return any(part.lower() in words().forenames for part in word.split("-"))


def _parts(row: Row) -> tuple[str, str | None]:
    """Name and function of ``Erika Muster, Fraktionsvorsitzende``; of several cells the first."""
    text = next((cell for cell in row.cells if cell), row.text) if not row.is_item else ""
    text = _FOR.sub("", _GEZ.sub("", text.strip()))
    text = _FOR.sub("", text).strip("() ")
    name, comma, function = text.partition(",")
    if comma and _is_function(function):
        return name.strip(), function.strip()
    bracket = re.match(r"^(.{3,60}?)\s\(([^)]*)\)?$", text)
    if bracket and (_is_function(bracket[2]) or PARTY.search(bracket[2])):
        return bracket[1], bracket[2]
    return text, None


def _function(row: Row | None) -> str | None:
    text = next((cell for cell in row.cells if cell), row.text) if row is not None else ""
    return text if _is_function(text) else None


def _is_function(text: str) -> bool:
    key = text.lower().strip()
    short = 0 < len(key) <= 2 * _LONGEST and len(key.split()) <= 12 and not key.endswith((":", "?", "."))  # noqa: PLR2004
    short = short and not key.startswith(("und ", "sowie ", "für "))
    return short and any(word in key for word in words().functions) and not any(char.isdigit() for char in key)


def _is_name(text: str) -> bool:
    if not 2 < len(text) <= _LONGEST or text.endswith((".", ":", "?")) or label_of(text):  # noqa: PLR2004
        return False
    key = plain(text)
    known = key in words().sections | words().roles | words().columns | words().outcomes or key in words().kinds
    known = known or key.startswith(words().closings)
    alone = " " not in text and any(word in key for word in words().functions)
    other = known or alone or PARTY.search(text) or _AUTHORITY.search(text)
    return _NAME.match(text) is not None and not other
