"""Texts without what is private: names, addresses, telephone numbers, e-mail addresses, accounts, days of birth. Pure.

Rather too much than half: a word that holds a private name goes as a whole. A mark says what it was, never the words
themselves. For whom a text is blacked out is decided by `visibility.blackout_for`, and nowhere else.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeVar

from .private_names import Names, cleaned, joins
from .private_patterns import PATTERNS, addresses, may_hold, streets

T = TypeVar("T")

#: What stands for a blacked out word where words are compared: nobody asks for it.
NO_WORD = "0geschwaerzt0"
#: Fields of plain values that hold a word of ours and no text.
_NO_TEXTS = frozenset({"id", "body", "lifecycle", "child", "parent_id", "sha256", "media_type", "state"})
#: Between texts that are looked through as one; a name broken over the end of the first is found.
_BETWEEN = "\n\n"
#: Blacked out texts that are kept: the same case is shown in lists again and again.
_KEPT = 4096


class Private(NamedTuple):
    """What is private in a case."""

    #: Names that must not be read.
    names: tuple[str, ...] = ()
    #: The keys of parties that are private people.
    keys: frozenset[str] = frozenset()
    #: Texts of the office itself, which stay.
    kept: tuple[str, ...] = ()
    #: Streets where private people live.
    streets: tuple[str, ...] = ()


class Found(NamedTuple):
    """Something private in a text: where, and what it is."""

    start: int
    end: int
    what: str


def marker(what: str) -> str:
    """What stands in the place of something private; a reader and a screen reader learn what it was."""
    return f"[geschwärzt: {what}]"


class Blackout:
    """Takes out of texts what is private in a case."""

    def __init__(self, private: Private) -> None:
        self.private = private
        self._kept = sorted(filter(None, private.kept), key=len, reverse=True)
        self.text = lru_cache(_KEPT)(self._text)

    @cached_property
    def _names(self) -> Names:
        return Names(self.private.names, self.private.streets)

    def _text(self, text: str) -> str:
        """The text with marks; the key of a private person is one."""
        return marker("Name") if text in self.private.keys else self.texts([text])[0]

    def words(self, text: str) -> str:
        """The text for comparing words: what is blacked out is none of them."""
        return "".join(NO_WORD if what else piece for piece, what in _pieces(text, self.found(text)))

    def texts(self, texts: Sequence[str], counts: Counter[str] | None = None) -> list[str]:
        """Texts that stand one after the other, with marks; what is broken over two of them is found too.

        `counts` is told what was blacked out and how often.
        """
        whole = _BETWEEN.join(texts)
        found = self.found(whole)
        if counts is not None:
            counts.update(one.what for one in found)
        ends, begin = [], 0
        for text in texts:
            ends.append((begin, begin + len(text)))
            begin += len(text) + len(_BETWEEN)
        return [_cut(text, place, found) for text, place in zip(texts, ends, strict=True)] if found else list(texts)

    def value(self, value: T) -> T:
        """A plain value (mappings, lists, texts) with every text in it blacked out; identifiers stay."""
        found: Any = value
        if isinstance(found, str):
            found = self.text(found)
        elif isinstance(found, Mapping):
            found = {key: one if key in _NO_TEXTS else self.value(one) for key, one in found.items()}
        elif isinstance(found, list | tuple) and not hasattr(found, "_make"):
            found = type(found)(map(self.value, found))
        return found  # type: ignore[no-any-return]  # the same type as it was

    def found(self, text: str) -> list[Found]:
        """Everything private in the text, in order; what touches or belongs together is one."""
        return _joined(text, sorted(self._spans(text)))

    def _spans(self, text: str) -> Iterator[Found]:
        plain = cleaned(text)
        yield from (Found(*plain.place(span), "Name") for span in self._names.spans(plain.text))
        if plain.places is not None:  # what ends a line with a hyphen may be the whole name, too
            yield from (Found(*span, "Name") for span in self._names.spans(text))
        if not may_hold(plain.text):
            return
        official = [m.span() for each in self._kept for m in re.finditer(re.escape(each), plain.text, re.IGNORECASE)]
        for what, span in _looking_private(plain.text):
            if not any(start <= span[0] and span[1] <= end for start, end in official):
                yield Found(*plain.place(span), what)


def _looking_private(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    for what, pattern in PATTERNS.items():
        yield from ((what, match.span()) for match in pattern.finditer(text))
    yield from (("E-Mail", span) for span in addresses(text))
    yield from (("Anschrift", span) for span in streets(text))


def _joined(text: str, found: Iterable[Found]) -> list[Found]:
    """Runs that touch or overlap, or have only blanks and initials between, are one."""
    runs: list[Found] = []
    for one in found:
        last = runs[-1] if runs else None
        if last and (one.start <= last.end or (one.what == last.what and joins(text[last.end : one.start]))):
            runs[-1] = last._replace(end=max(last.end, one.end))
        else:
            runs.append(one)
    return runs


def _cut(text: str, place: tuple[int, int], found: Sequence[Found]) -> str:
    """A piece of the whole, with a mark where something begins in it, and without what goes on from the one before."""
    start, end = place
    own = [
        Found(max(one.start, start) - start, min(one.end, end) - start, one.what if one.start >= start else "")
        for one in found
        if one.start < end and one.end > start
    ]
    return "".join(marker(what) if what else piece for piece, what in _pieces(text, own) if what is not None)


def _pieces(text: str, found: Iterable[Found]) -> Iterator[tuple[str, str | None]]:
    """What stays, and what goes with what it is (empty, if that was said before)."""
    done = 0
    for one in found:
        yield text[done : one.start], ""
        yield (text[one.start : one.end], one.what) if one.what else ("", None)
        done = one.end
    yield text[done:], ""


@lru_cache(maxsize=256)
def blackout(private: Private) -> Blackout:
    """Made once for the same private names: patterns are put together."""
    return Blackout(private)
