"""How well a paper answers what was asked, as far as the reader may see it. Pure, and the same for both databases.

The index only proposes; what counts is decided here, on the words that the reader may see: a word that stands in a
hidden answer alone finds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..states.search_queries import Indexed
from .search_terms import SAME, Sense

#: Where a word stands, and what it counts there.
WEIGHTS: Mapping[str, float] = {"number": 4.0, "subject": 4.0, "questions": 2.0, "answers": 1.0, "documents": 0.7}
#: The most that one term counts that stands neither in the number nor in the subject.
BESIDE = 2.0
#: The number of the paper itself was asked for.
EXACT_NUMBER = 20.0


class Visible(NamedTuple):
    """The words of a paper that its reader may see."""

    row: Indexed
    #: By the names of `WEIGHTS`; folded words with blanks between them.
    fields: Mapping[str, str]

    @classmethod
    def of(cls, row: Indexed, *, answer: bool, documents: str) -> "Visible":
        """The row, with its answer or without, and with the words of these documents."""
        answers = row.answers if answer else ""
        fields = (row.number_words, row.subject, row.questions, answers, documents)
        return cls(row, dict(zip(WEIGHTS, fields, strict=True)))


class Why(NamedTuple):
    """Where a paper holds which of the words asked for."""

    field: str
    words: tuple[str, ...]


class Scored(NamedTuple):
    """A paper that answers some of what was asked."""

    row: Indexed
    #: How many of the terms it holds.
    terms: int
    score: float
    why: tuple[Why, ...]

    @property
    def order(self) -> tuple[float, ...]:
        """Sorts the best first: who holds more terms, then the higher score, then the newer."""
        return (-self.terms, -self.score, -self.row.id)


class Asked:
    """Terms made ready to be looked for in many papers: by word which terms it answers, and how near it comes."""

    def __init__(self, senses: Sequence[Sense]) -> None:
        self.senses = senses
        self.by_word: dict[str, list[tuple[int, float]]] = {}
        for number, one in enumerate(senses):
            for word, near in () if one.phrases else one.words.items():
                self.by_word.setdefault(word, []).append((number, near))
        self.phrased = [(number, one) for number, one in enumerate(senses) if one.phrases]

    def places(self, text: str) -> Iterable[tuple[int, str, float]]:
        """The terms that a text of folded words holds, each with a word that answers it and how near that comes."""
        for word in self.by_word.keys() & set(text.split()):
            yield from ((number, word, near) for number, near in self.by_word[word])
        for number, one in self.phrased:
            whole = f" {text} "
            for phrase in one.phrases:
                if f" {' '.join(phrase)} " in whole:
                    yield from ((number, word, SAME) for word in phrase)


def score(asked: Asked, paper: Visible, worth: Sequence[float] | None = None) -> Scored:
    """How well `paper` answers; `worth`: what each term counts (without: all the same)."""
    found: dict[str, set[str]] = {}
    best: dict[int, float] = {}
    for field, text in paper.fields.items():
        weight = WEIGHTS[field]
        for number, word, near in asked.places(text) if text else ():
            found.setdefault(field, set()).add(word)
            if weight * near > best.get(number, 0.0):
                best[number] = weight * near
    for number, one in enumerate(asked.senses):
        if one.term.numbers and paper.row.number in one.term.numbers:
            best[number] = EXACT_NUMBER
    total = sum(counted * (worth[number] if worth else 1.0) for number, counted in sorted(best.items()))
    why = tuple(Why(field, tuple(sorted(found[field]))) for field in WEIGHTS if field in found)
    return Scored(paper.row, len(best), round(total, 4), why)
