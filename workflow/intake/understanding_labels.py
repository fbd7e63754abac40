"""Labels and salutations: what in a line is no value. Pure."""

import re
from functools import lru_cache

from .understanding_rows import Row
from .understanding_words import plain, words

#: „Beratungsfolge (Änderungen vorbehalten)“.
_ASIDE = re.compile(r"\s\([^)]{3,60}\):?$")
_GREETING = re.compile(r"[^,!?]{1,80}[,!]\s+(?=\w)")
_LONGEST, _MOST_WORDS = 250, 4
_SALUTATIONS = ("sehr geehrte", "sehr verehrte", "liebe ", "guten tag", "hallo", "werte ", "geschätzte ")


def label_of(text: str) -> str | None:
    """The field that `text` is the label of, if it is one."""
    return _label(plain(text)) if text and len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _label(key: str) -> str | None:
    known = words()
    key = _ASIDE.sub("", key)
    begun = next((name for start, name in known.label_starts.items() if key.startswith(start)), None)
    return known.labels.get(key) or begun


def is_unknown_label(cell: str) -> bool:
    """A cell with few words and a colon: a label that is not in the description."""
    return cell.endswith(":") and len(cell.split()) <= _MOST_WORDS and label_of(cell) is None


def is_labelled(row: Row) -> bool:
    """It is a label, or begins with one."""
    return label_of(row.text) is not None or words().label.match(row.text) is not None


def is_salutation(text: str) -> bool:
    """It greets somebody at the beginning of a letter."""
    return text.lower().startswith(_SALUTATIONS)


def is_only_salutation(text: str) -> bool:
    """It greets somebody, and asks nothing in the same line."""
    return is_salutation(text) and not text.endswith("?")


def without_salutation(text: str) -> str:
    """A sentence without the greeting before it: „Hallo Herr Groß, wann wird eröffnet?“."""
    match = _GREETING.match(text) if is_salutation(text) else None
    return text[match.end() :] if match else text
