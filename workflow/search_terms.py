"""What somebody asks for: words, phrases in quotation marks, numbers of papers; and which words answer it. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..states.numbers import number_forms
from ..states.search_queries import AnyOf
from ..states.search_text import LONGEST_WORD, STOP_WORDS, stem, words

#: More terms than these are not asked for; so many characters are read.
MOST_TERMS, MOST_CHARACTERS = 12, 2_000
#: So many words in which a part stands are looked for, the nearest first.
MOST_SPELLINGS = 200
#: So many terms are demanded together.
MOST_DEMANDED = 4
#: How near a found word comes to the asked one: the same, with another ending, a compound of which it is the head or
#: the beginning, or somewhere inside.
SAME, INFLECTED, HEAD, BEGINNING, INSIDE = 1.0, 0.95, 0.75, 0.7, 0.5

_QUOTES = '"„“”»«'
_CHUNK = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]|(\S+)")
_NUMBER = re.compile(r"(?:[^\W\d_]{0,6}-?\d[\d.-]*)[/_]\d{2,4}(?:-\d+)?|[^\W\d_]{1,6}\d{3,}[/_]\d{2,4}")
_AROUND = re.compile(r"(?<=\d)\s*([/_])\s*(?=\d)")


class Term(NamedTuple):
    """One thing asked for: a folded word, several one after the other, or a number of a paper."""

    given: str
    words: tuple[str, ...]
    #: The canonical forms of a number.
    numbers: tuple[str, ...] = ()


class Sense(NamedTuple):
    """A term with the words and phrases that answer it."""

    term: Term
    #: How near each word comes.
    words: Mapping[str, float]
    #: Instead of words: any of these, one word after the other.
    phrases: tuple[tuple[str, ...], ...] = ()

    @property
    def any_of(self) -> AnyOf:
        """What is asked of the index."""
        return self.phrases or tuple((word,) for word in self.words)


def terms(asked: str) -> tuple[Term, ...]:
    """The terms of `asked`, each once; words that say nothing are passed over. Whatever it is, it is no error."""
    found: dict[tuple[str, ...], Term] = {}
    for chunk in _CHUNK.finditer(_AROUND.sub(r"\1", asked[:MOST_CHARACTERS])):
        for term in _terms_of(chunk):
            found.setdefault(term.words, term)
    return tuple(found.values())[:MOST_TERMS]


def _terms_of(chunk: re.Match[str]) -> Iterable[Term]:
    quoted, plain = chunk.groups()
    given = quoted if quoted is not None else plain.strip(".,;:!?()[]" + _QUOTES)
    parts = tuple(words(given))
    if _NUMBER.fullmatch(given):
        yield Term(given, parts, number_forms(given))
    elif quoted is not None and len(parts) > 1:
        yield Term(given, parts)
    else:
        yield from (Term(part, (part,)) for part in parts if part not in STOP_WORDS)


def sense(term: Term, spellings: Callable[[str], Sequence[str]]) -> Sense:
    """What answers `term`; `spellings` knows the words in which a part stands. Without any, nothing does."""
    if term.numbers:
        forms = [term.words, *(tuple(words(number)) for number in term.numbers)]
        return Sense(term, {}, tuple(dict.fromkeys(forms)))
    if len(term.words) > 1:
        return Sense(term, {}, (term.words,))
    (asked,) = term.words
    near = {word: nearness(word, asked) for word in spellings(stem(asked)) if word not in STOP_WORDS}
    if len(asked) > LONGEST_WORD:
        near[asked] = SAME
    return Sense(term, dict(sorted(near.items(), key=lambda item: -item[1])[:MOST_SPELLINGS]))


def nearness(word: str, asked: str) -> float:
    """How near a word, in which the stem of `asked` stands, comes to it."""
    if word == asked:
        return SAME
    part, whole = stem(asked), stem(word)
    if whole == part:
        return INFLECTED
    if whole.endswith(part):
        return HEAD
    return BEGINNING if word.startswith(part) else INSIDE


def shared(senses: Sequence[Sense], most: int) -> list[AnyOf]:
    """What is asked of the index for several terms: the nearest words of each, `most` together.

    A term with few words leaves its share to the others.
    """
    by_size = sorted(range(len(senses)), key=lambda number: len(senses[number].any_of))
    found: dict[int, AnyOf] = {}
    for done, number in enumerate(by_size):
        found[number] = senses[number].any_of[: max(1, most // (len(senses) - done))]
        most -= len(found[number])
    return [found[number] for number in range(len(senses))]


def telling(senses: Sequence[Sense]) -> list[Sense]:
    """The terms that are demanded: of many those with the fewest words, which tell most."""
    return sorted(senses, key=lambda one: len(one.any_of))[:MOST_DEMANDED]
