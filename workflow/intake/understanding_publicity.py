"""Whether something is public, as documents say it: öffentlich, nichtöffentlich, vertraulich, Ö, N, boxes ticked. Pure.

A box belongs to the word behind it or to the word before it: which, the line itself shows by how it begins and ends.
Where it does not, nothing is concluded.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple, TypeAlias

from .understanding_words import words

_TICK = r"\[\s?[xX]\s?\]|\(\s?[xX]\s?\)|[☒☑✓✔✗✘⊠🗹🗷]|(?<![\w.])[xX](?![\w.])"
_EMPTY = r"\[[\s_]?\]|\(\s?\)|[☐□▢◻❑❏]|(?<!\w)_{1,4}(?!\w)"
#: Both fill and empty: alone they are marks of a list.
_ROUND = {"●": "box+", "◉": "box+", "■": "box+", "○": "box-", "◯": "box-"}
#: „Öffentlichkeit: ja“, „Vertraulichkeit: [ ] ja [x] nein“.
_ASKED = r"(?=\s?[:?]?\s?(?:[^\w\s]{1,3}\s?|\[.\]\s?)?(?:ja|nein)\b)"
_BOXES_ONLY = re.compile(rf"(?:(?:{_TICK}|{_EMPTY}|[○●◉■◯]|(?:ja|nein)\b)\s*)+", re.IGNORECASE)
_OPEN = rf"öffentlich(?:e[nrsm]?)?(?![\w-])|öffentlichkeit{_ASKED}"
_CLOSED = r"nicht\s?-?\s?öffentlich(?:e[nrsm]?)?(?!\w)"
_SHORT = {"ö": True, "n": False, "nö": False, "oe": True, "ö.": True, "n.ö.": False}
#: Reasons, days, and whose session it is say nothing about publicity.
_ASIDE = re.compile(
    r"(?:gem(?:\.|äß)|nach|i\.\s?S\.)\s?§.*|\(vorlage\s.{0,60}\)|(?<=sitzung)\s(?:der|des|im|am|vom)\s.*|[\d./§:,;()–—-]+",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[^\w\s.,;:/–-]|_|(?<!\w)[xX](?!\w)")
_LABELS = re.compile(
    r"^\W*(?:(?:öffentlichkeits)?status|sichtbarkeit|sitzungsart|behandlungsart)\b\s*:?\s*", re.IGNORECASE
)
_LONG = 200

_Kind: TypeAlias = Literal["box+", "box-", "open", "closed", "secret", "ja", "nein", "other"]


class Said(NamedTuple):
    """What a text says about publicity. `unclear`: it speaks of it, but says both, or ticks nothing."""

    public: bool | None = None
    unclear: bool = False
    #: Nothing is ticked beside the one word that stands there: the tick may be in another line.
    unticked: bool = False


def publicity(text: str) -> bool | None:
    """What a cell or field says that holds nothing else; None: it holds something else, or says both."""
    return statement(text).public


@lru_cache(maxsize=4096)
def statement(text: str) -> Said:
    """What a line, cell or field says that holds nothing else: ``zur Behandlung in nichtöffentlicher Sitzung``."""
    bare = text.strip()
    bare = bare[1:-1].strip() if bare.startswith("(") and bare.endswith(")") and bare.count("(") == 1 else bare
    if bare.lower() in _SHORT:
        return Said(_SHORT[bare.lower()])
    if not bare or len(bare) > _LONG or not _tells().search(bare) or not is_only_publicity(bare):
        return Said()
    return said_in(bare)


def is_only_publicity(text: str) -> bool:
    """It holds words on publicity, boxes, yes and no, and such words as stand around them; no others."""
    return all(kind != "other" for kind, _ in _tokens(_ASIDE.sub(" ", _LABELS.sub("", text))))


def is_boxes(text: str) -> bool:
    """Boxes, yes and no, and nothing else."""
    return bool(text) and len(text) <= _LONG and _BOXES_ONLY.fullmatch(text.strip()) is not None


def publicity_in(text: str) -> bool | None:
    """What the words of a text say; of boxes, the ticked one counts. None: nothing, or both."""
    return said_in(text).public


def said_in(text: str) -> Said:
    """What the words and boxes of a text say, whatever else it holds."""
    if len(text) > 10 * _LONG or not _tells().search(text):
        return Said()
    tokens = _tokens(_LABELS.sub("", text))
    told = [index for index, (kind, _) in enumerate(tokens) if kind in {"open", "closed", "secret"}]
    if not told:
        return Said()
    boxed = any(kind.startswith("box") for kind, _ in tokens)
    if any(kind in {"ja", "nein"} for kind, _ in tokens):
        bounds = [*told[1:], len(tokens)]
        return _all([_answered(tokens[start:end]) for start, end in zip(told, bounds, strict=True)])
    if not boxed:
        values = {tokens[index][0] == "open" for index in told}
        return Said(values.pop()) if len(values) == 1 else Said(unclear=True)
    return _ticked(tokens, [tokens[index][0] for index in told])


def has_boxes(text: str) -> bool:
    """There are boxes to be ticked."""
    return (
        len(text) <= 10 * _LONG
        and _SIGN.search(text) is not None
        and any(kind.startswith("box") for kind, _ in _tokens(text))
    )


def without_publicity(text: str) -> str:
    """A text without the words on publicity at its ends: ÖFFENTLICHE STELLUNGNAHME → STELLUNGNAHME."""
    cut = _front().sub("", text.strip())
    return _back().sub("", cut)


def _answered(tokens: Sequence[tuple[_Kind, int]]) -> Said:
    """``öffentlich: [ ] ja [x] nein``; a „nein“ to „vertraulich“ does not make public."""
    word, rest = tokens[0][0], [kind for kind, _ in tokens[1:] if kind != "other"]
    answers: list[_Kind] = [kind for kind in rest if kind in {"ja", "nein"}]
    if any(kind.startswith("box") for kind in rest):
        answers = _bound(rest, {"ja", "nein"})
    if len(set(answers)) != 1:
        return Said(unclear=bool(rest))
    yes = answers[0] == "ja"
    if word == "secret":
        return Said(False) if yes else Said()
    return Said((word == "open") == yes)


def _ticked(tokens: Sequence[tuple[_Kind, int]], told: Sequence[_Kind]) -> Said:
    kinds = [kind for kind, _ in tokens]
    values = {kind == "open" for kind in _bound(kinds, {"open", "closed", "secret"})}
    if len(values) == 1:
        return Said(values.pop())
    alone = len(told) == 1 and "box+" not in kinds
    return Said(unclear=not alone, unticked=alone)


def _bound(kinds: Sequence[_Kind], items: set[str]) -> list[_Kind]:
    """The items that are ticked; none, if it is not plain to which item a box belongs."""
    places = [index for index, kind in enumerate(kinds) if kind in items or kind.startswith("box")]
    first, last = kinds[places[0]] in items, kinds[places[-1]] in items
    if first == last:
        return []
    step = 1 if last else -1
    near = [(index, index + step) for index in places if kinds[index] == "box+"]
    return [kinds[at] for _, at in near if 0 <= at < len(kinds) and kinds[at] in items]


def _all(read: Sequence[Said]) -> Said:
    values = {one.public for one in read} - {None}
    if any(one.unclear for one in read) or len(values) > 1:
        return Said(unclear=True)
    return Said(values.pop()) if values else Said()


def _tokens(text: str) -> list[tuple[_Kind, int]]:
    """Words on publicity, boxes, answers, and other words, in order."""
    rounds = {char for char in text if char in _ROUND}
    full = len({_ROUND[char] for char in rounds}) > 1
    found = list[tuple[_Kind, int]]()
    for match in _token().finditer(text):
        kind = _kind(match, full=full)
        if kind is not None and not (kind == "other" and found and found[-1][0] == "other"):
            found.append((kind, match.start()))
    return found


def _kind(match: re.Match[str], *, full: bool) -> _Kind | None:
    group, text = match.lastgroup, match[0].lower()
    if group == "round":
        return ("box+" if _ROUND[text] == "box+" else "box-") if full else None
    if group == "answer":
        return "ja" if text == "ja" else "nein"
    if group == "word":
        return None if text in words().public_frame else "other"
    kinds: dict[str, _Kind] = {"tick": "box+", "empty": "box-", "open": "open", "closed": "closed", "secret": "secret"}
    return kinds[group or ""]


@cache
def _token() -> re.Pattern[str]:
    secret = "|".join(re.escape(word) for word in words().secret)
    return re.compile(
        rf"(?P<tick>{_TICK})|(?P<empty>{_EMPTY})|(?P<round>[{''.join(_ROUND)}])|(?<!\w)(?:(?P<closed>{_CLOSED})"
        rf"|(?P<open>{_OPEN})|(?P<secret>(?<!nicht )(?:(?:{secret})(?:e[nrsm]?)?(?!\w)|vertraulichkeit{_ASKED}))"
        r"|(?P<answer>ja|nein)(?!\w))"
        r"|(?P<word>[^\W\d_]+)",
        re.IGNORECASE,
    )


@cache
def _tells() -> re.Pattern[str]:
    """What a text must hold to say anything."""
    return re.compile(rf"öffentlich|{'|'.join(re.escape(word) for word in words().secret)}", re.IGNORECASE)


@cache
def _front() -> re.Pattern[str]:
    return re.compile(rf"^\(?(?:{_CLOSED}|{_OPEN}|vertraulich\w{{0,2}})\)?[\s:–-]+", re.IGNORECASE)


@cache
def _back() -> re.Pattern[str]:
    return re.compile(rf"[\s,–(-]+(?:{_CLOSED}|{_OPEN}|vertraulich\w{{0,2}})[)\s–-]*$", re.IGNORECASE)
