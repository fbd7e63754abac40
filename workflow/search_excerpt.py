"""A few words of a paper around those that were found, with these marked. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..states.search_text import Place, places, words

#: Words of an excerpt, and how many of them stand before the first one found.
LENGTH, BEFORE = 34, 8
#: Characters of a text that are looked at.
_READ = 100_000


class Piece(NamedTuple):
    """A piece of an excerpt; `found`: a word that answers what was asked."""

    text: str
    found: bool


def excerpt(texts: Iterable[str], found: set[str]) -> tuple[Piece, ...]:
    """Out of the first of `texts` that holds most of the words `found`; out of the first one, if none holds any."""
    given = [text[:_READ] for text in texts]
    told = [(len(found.intersection(cut)), text) for text in given if (cut := words(text))]
    if not told:
        return ()
    _, best = max(told, key=lambda one: one[0])
    return tuple(piece for piece in _pieces(best, places(best), found) if piece.text)


def _pieces(text: str, cut: Sequence[Place], found: set[str]) -> Iterable[Piece]:
    first = next((n for n, (_, _, word) in enumerate(cut) if word in found), 0)
    begin = max(0, min(first - BEFORE, len(cut) - LENGTH))
    end = begin + LENGTH
    at, before = (cut[begin][0], "… ") if begin else (0, "")
    for start, stop, word in cut[begin:end]:
        if word in found:
            yield Piece(before + _line(text[at:start]), found=False)
            yield Piece(text[start:stop], found=True)
            at, before = stop, ""
    rest, after = (text[at : cut[end - 1][1]], " …") if end < len(cut) else (text[at:], "")
    yield Piece(before + _line(rest) + after, found=False)


def _line(text: str) -> str:
    """A text in one line; a blank at its ends stays one."""
    return " ".join(f"|{text}|".split())[1:-1]


def marked(pieces: Iterable[Piece]) -> str:
    """As text, with what was found between »«."""
    return "".join(f"»{piece.text}«" if piece.found else piece.text for piece in pieces).strip()
