"""A paper without what is private: every text of it is looked through, its title, foot and file name included.

Its texts are looked through as one, in their order: a name that is broken over the end of a paragraph is found. Of what
was blacked out is kept what it was and how often, never the words themselves.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ...states.blackening import Private, blackout
from .model import Paper, mapped


class Redacted(NamedTuple):
    """A paper without what is private, and what was blacked out how often."""

    paper: Paper
    counts: Mapping[str, int]


def anonymised(paper: Paper, names: Iterable[str], keep: Iterable[str] = (), streets: Iterable[str] = ()) -> Redacted:
    """The paper without `names`, `streets` and what looks like an address; `keep` are texts of the office itself."""
    black = blackout(Private(tuple(names), kept=tuple(keep), streets=tuple(streets)))
    counts: Counter[str] = Counter()
    texts: list[str] = []

    def gather(text: str) -> str:
        texts.append(text)
        return text

    mapped(paper, gather)
    changed = iter(black.texts(texts, counts))
    return Redacted(mapped(paper, lambda _text: next(changed)), dict(counts))
