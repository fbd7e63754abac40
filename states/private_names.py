"""Finds private names in German texts, however they are written. Pure.

A name is found as a word of its own with a capital (*Lange*, not *lange*, *Verlängerung*, *Langenfeld*), with the
endings that names take on (*Langes*, *Lange's*, *Langesche*), as a part of a word with hyphens (*Lange-Plan*), with
umlauts written out or left out (*Mueller*, *Muller*), in capitals, broken at the end of a line or a paragraph, with
hidden characters in it, and with its letters apart (*M ü l l e r*). Without a capital it is found behind a salutation
(*frau lange*) and where first and last name stand together (*petra_lange*); so are umlauts that the name as it was
given does not have (*Länge*). A word that begins a sentence has a capital: whether it is the name cannot be told, so it
counts as one.

The words of a street are found where two of them stand together, and before the number of a house, which goes along.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .private_patterns import HOUSE, NO_NAMES

#: A place in a text: where it begins, and where it ends.
Span = tuple[int, int]

#: Shortest part of a name that is looked for by itself, and within letters that stand apart.
_SHORTEST, _SHORTEST_APART = 2, 4
_ENDINGS = ("s", "es", "ns", "ens", "sche", "schem", "schen", "scher", "sches")
#: What a name takes on behind an apostrophe, and the rest of a word with hyphens, before it and behind it.
_OWNING = re.compile(r"['’`](?:s(?:che[mnrs]?)?)?(?![^\W_])")
_REST, _FORE = re.compile(r"(?:[-‐–_]?[^\W_])*(?:[-‐–_](?=\s|$))?"), re.compile(r"(?:[^\W_]+[-‐–_'’])+$")
#: Initials with their stops before a name and behind it: K.-H. Lange; Lange, K.-H.
_INITIALS = r"(?:[^\W\d_a-zäöüß]\.[ \u00a0\u202f]?[-‐]?[ \u00a0\u202f]?)+"
#: Not the end of an abbreviation: z. B., i. A.
_BEFORE = re.compile(rf"(?<![^\W_])(?<![a-zäöü]\.[ \u00a0])(?<![a-zäöü]\.){_INITIALS}$")
_BEHIND = re.compile(rf",?[ \u00a0\u202f]{_INITIALS}(?<=\.)")
_SALUTATION = re.compile(
    r"\b(?:frau|herrn?|familie|fam\.|eheleuten?|fräulein|dr\.|prof\.)\s+(?:(?:dr|prof|med|jur)\.\s*)*$", re.IGNORECASE
)
#: Characters of a text before a name that are looked at.
_NEAR = 60
_WORD = re.compile(r"[^\W\d_]+")
#: Letters with blanks or signs between them.
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[ \u00a0\u2009\u202f.·_*-]{1,3}[^\W\d_](?![^\W_])){2,}")
_SIGNS = re.compile(r"[\W_]+")
_BETWEEN_PARTS = re.compile(r"[ \t\u00a0_,–-]*\n?[ \t]*|\.")
_INITIAL = re.compile(r"(?:[^\W\d_a-zäöüß]\.-?)+|[^\W\d_a-zäöüß]")
#: A word broken at the end of a line; characters that nobody sees; letters with marks of their own.
_NOISE = re.compile(
    r"(?<=[^\W\d_])[-\u00ad\u2010]\s*\n\s*(?=[^\W\d_])"
    r"|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
    r"|[^\W\d_][\u0300-\u036f]+"
)
#: Letters that decomposition leaves as they are.
_LIKE = str.maketrans({"ß": "s", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o", "þ": "t", "ð": "d"})
_WRITTEN_OUT = re.compile(r"(?<=[aou])e|(?<=s)s")
#: The number of a house behind its street, and before it.
_NUMBER = r"(?:(?:Nr|No|Nummer|Haus|Hausnummer)\b\.?[ \t\u00a0\u202f-]{0,3})"
_HOUSE = re.compile(rf"[ \t\u00a0\u202f,(–-]{{0,3}}\n?(?:im )?{_NUMBER}{{0,2}}{HOUSE}")
_HOUSE_BEFORE = re.compile(rf"{_NUMBER}{{1,2}}{HOUSE}[ \t\u00a0\u202f,]{{1,3}}(?:\w{{1,6}} ){{0,2}}$")
_UMLAUT = re.compile(r"[äöü]|[aou]e", re.IGNORECASE)


class Cleaned(NamedTuple):
    """A text without what only parts words, with where its characters stand in the original (None: the same)."""

    text: str
    places: list[Span] | None = None

    def place(self, span: Span) -> Span:
        """Where in the original it stands."""
        return span if self.places is None else (self.places[span[0]][0], self.places[span[1] - 1][1])


def cleaned(text: str) -> Cleaned:
    """The text with broken words joined, letters composed and hidden characters left out."""
    pieces: list[str] = []
    places: list[Span] = []
    done = 0
    for noise in _NOISE.finditer(text):
        kept = unicodedata.normalize("NFC", noise[0])[0] if noise[0][0].isalpha() else ""
        pieces += [text[done : noise.start()], kept]
        places += [*_each(done, noise.start()), *[noise.span()] * len(kept)]
        done = noise.end()
    return Cleaned("".join([*pieces, text[done:]]), [*places, *_each(done, len(text))]) if done else Cleaned(text)


def _each(start: int, end: int) -> Iterator[Span]:
    return zip(range(start, end), range(start + 1, end + 1), strict=True)


def words_of(name: str) -> Iterator[str]:
    """The words of a name without those that are nobody's."""
    return (word for word in _WORD.findall(cleaned(name).text) if word.casefold() not in NO_NAMES)


@lru_cache(maxsize=1 << 15)
def folded(word: str) -> str:
    """Small letters without marks; ä, ae and a are one, as are ß, ss and s."""
    plain = word.casefold()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain).casefold().translate(_LIKE)
        plain = "".join(letter for letter in apart if unicodedata.category(letter) not in {"Mn", "Cf"})
    return _WRITTEN_OUT.sub("", plain)


class _Hit(NamedTuple):
    start: int
    end: int
    part: str
    #: Whether the word alone says that it is the name.
    sure: bool
    capital: bool


class Names:
    """The names and streets that are looked for, and their parts."""

    def __init__(self, names: Iterable[str], streets: Iterable[str] = ()) -> None:
        named, housed = ([word for text in texts for word in words_of(text)] for texts in (names, streets))
        parts = [*named, *housed]
        known = {part for part in parts if len(part) >= _SHORTEST or part.lower() == part.upper()}
        self._of_streets = frozenset(map(folded, housed))
        self._of_streets_alone = self._of_streets.difference(map(folded, named))
        endings = {folded(part + ending): folded(part) for part in known for ending in _ENDINGS}
        #: By each form of a part: the part.
        self._forms = endings | {folded(part): folded(part) for part in known}
        self._with_umlaut = {folded(part) for part in parts if _UMLAUT.search(part)}
        self._apart = sorted({folded(part) for part in known if len(part) >= _SHORTEST_APART})

    def __bool__(self) -> bool:
        return bool(self._forms)

    def spans(self, text: str) -> Iterator[Span]:
        """Where names stand in a text that has been cleaned."""
        hits = list(self._hits(text)) if self._forms else []
        done = 0
        for number, hit in enumerate(hits):
            if hit.end > done and (
                hit.sure or self._has_house(text, hit) or _is_greeted(text, hit) or _has_company(text, hits, number)
            ):
                house = _HOUSE.match(text, hit.end) if hit.part in self._of_streets else None
                start, done = _widened(text, hit.start, house.end() if house else hit.end)
                yield start, done
        if self._apart:
            yield from (run.span() for run in _APART.finditer(text) if self._is_spaced(run[0]))

    def _hits(self, text: str) -> Iterator[_Hit]:
        for word in _WORD.finditer(text):
            for start, end in _humps(word):
                part = self._forms.get(folded(text[start:end]))
                if part is not None:
                    yield self._hit(text, (start, end), part)

    def _hit(self, text: str, place: Span, part: str) -> _Hit:
        first, found = text[place[0]], text[slice(*place)]
        capital = first.isupper() or first.lower() == first.upper()
        like = part in self._with_umlaut or not _UMLAUT.search(found[: len(part)])
        return _Hit(*place, part, capital and like and part not in self._of_streets_alone, capital)

    def _has_house(self, text: str, hit: _Hit) -> bool:
        is_small = not hit.capital and hit.part in self._of_streets_alone
        if is_small or hit.part not in self._of_streets:
            return False
        before = _HOUSE_BEFORE.search(text, max(0, hit.start - _NEAR), hit.start)
        return before is not None or _HOUSE.match(text, hit.end) is not None

    def _is_spaced(self, run: str) -> bool:
        joined = folded(_SIGNS.sub("", run))
        return joined in self._forms or any(part in joined for part in self._apart)


def _humps(word: re.Match[str]) -> list[Span]:
    """The word, and where capitals stand within it (AnfrageMüller) its parts."""
    start, text = word.start(), word[0]
    if text[1:].islower() or text.isupper():
        return [word.span()]
    cuts = [n for n in range(1, len(text)) if text[n].isupper() and text[n - 1].islower()]
    ends = pairwise([0, *cuts, len(text)]) if cuts else ()
    return [word.span(), *((start + first, start + last) for first, last in ends)]


def _is_greeted(text: str, hit: _Hit) -> bool:
    found = _SALUTATION.search(text, max(0, hit.start - _NEAR), hit.start)
    return found is not None and found[0][0].isupper() == hit.capital


def _has_company(text: str, hits: list[_Hit], number: int) -> bool:
    """Whether another part of a name stands beside it, written in the same way."""
    hit = hits[number]
    for other in (*hits[max(0, number - 1) : number], *hits[number + 1 : number + 2]):
        first, last = sorted((hit, other))
        near = first.end <= last.start and joins(text[first.end : last.start])
        if near and other.part != hit.part and other.capital == hit.capital:
            return True
    return False


def joins(between: str) -> bool:
    """Whether nothing stands there but blanks, stops, hyphens, initials and the small words of names."""
    if _BETWEEN_PARTS.fullmatch(between):
        return len(between) <= 3  # noqa: PLR2004  # a comma and two blanks
    words = between.split()
    if "\n\n" in between:
        return False
    return all(word.casefold() in NO_NAMES - {"und"} or _INITIAL.fullmatch(word) for word in words)


def _widened(text: str, start: int, end: int) -> Span:
    """With the rest of its word, and with initials around it."""
    if (owning := _OWNING.match(text, end)) is not None:
        end = owning.end()
    end = _REST.match(text, end).end()  # type: ignore[union-attr]  # matches the empty text too
    if (fore := _FORE.search(text, max(0, start - _NEAR), start)) is not None:
        start = fore.start()
    if (before := _BEFORE.search(text, max(0, start - _NEAR), start)) is not None:
        start = before.start()
    if (behind := _BEHIND.match(text, end)) is not None:
        end = behind.end()
    return start, end
