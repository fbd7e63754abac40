"""Words of drafts as they can be compared: without their looks, and without what nobody can see. Pure."""

import re
import unicodedata
from difflib import SequenceMatcher

#: What takes no room on paper, though some of it counts as a letter: joiners, fillers, marks of direction, hyphens.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]"
)
_NO_LETTERS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"^\W*(?:Frage\s*)?\d{1,4}\s*[.):]\s*", re.IGNORECASE)
#: How a point begins where there are several.
_POINT = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
#: So alike are two wordings of one question (1: the same letters).
ALIKE = 0.75
#: So many letters of a question are compared.
_COMPARED = 1500


def seen(text: str) -> str:
    """The text without what cannot be seen."""
    return _UNSEEN.sub("", text)


def says_something(text: str) -> bool:
    """Whether there is anything to be read in a text: blanks, joiners and marks without a letter are nothing."""
    return any(unicodedata.category(one)[0] not in "CZM" for one in seen(text))


def letters(text: str) -> str:
    """The letters and digits of a text, by which two lines are compared."""
    return _NO_LETTERS.sub("", seen(text)).casefold()


def asked(question: str) -> str:
    """The letters and digits of a question, without its number."""
    return letters(_NUMBER.sub("", question, count=1))


def alike(one: str, other: str) -> bool:
    """Whether two texts (as `letters` gives them) are wordings of the same."""
    first, second = one[:_COMPARED], other[:_COMPARED]
    if first == second:
        return len(one) == len(other) or len(first) == _COMPARED
    compared = SequenceMatcher(None, first, second, autojunk=False)
    return compared.real_quick_ratio() >= ALIKE and compared.quick_ratio() >= ALIKE and compared.ratio() >= ALIKE


def behind(text: str, wanted: str) -> str | None:
    """What stands in `text` behind the question `wanted` (as `asked` gives it); None: it does not begin with it."""
    left = _NUMBER.sub("", text, count=1)
    if not wanted or not letters(left).startswith(wanted):
        return None
    at, found = 0, ""
    while at < len(left) and len(found) < len(wanted):
        found += letters(left[at])
        at += 1
    rest = left[at:]
    return rest.lstrip(" ?.!:;\u201c\u201d\"'–-") if not rest.strip() or rest.lstrip(" ")[:1] in "?.!:;\n" else None


def points(text: str) -> tuple[str, ...]:
    """The points of a text without their numbers, if they are numbered from 1 on; else it is one as it stands."""
    lines = text.split("\n")
    begun = [(place, int(found[1])) for place, line in enumerate(lines) if (found := _POINT.match(line))]
    if len(begun) < 2 or begun[0][0] > 0 or [number for _, number in begun] != list(range(1, len(begun) + 1)):  # noqa: PLR2004  # one alone is no list
        return (text,) if text else ()
    starts = [place for place, _ in begun]
    ends = [*starts[1:], len(lines)]
    return tuple(_POINT.sub("", "\n".join(lines[one:end]), count=1) for one, end in zip(starts, ends, strict=True))
