"""The difference between two versions of a draft, field by field, with the words that changed. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["same", "removed", "added"]
#: Beyond so many words (or lines), and so many pairs of the same among them, texts are compared less finely: the time
#: goes with the number of pairs.
MOST_PIECES, MOST_PAIRS = 4000, 2_000_000

_WORD = re.compile(r"\s+|[^\W_]+|[^\w\s]|_+")


class Span(NamedTuple):
    """A passage that is the same in both, or only in the older (removed) or the newer one (added)."""

    kind: Kind
    text: str


class FieldDifference(NamedTuple):
    """A field in two versions."""

    name: str
    spans: tuple[Span, ...]

    @property
    def changed(self) -> bool:
        """Whether it reads differently."""
        return any(span.kind != "same" for span in self.spans)


def difference(older: Mapping[str, str], newer: Mapping[str, str]) -> tuple[FieldDifference, ...]:
    """Every field of either version, in the order of the newer one."""
    names = dict.fromkeys([*newer, *older])
    return tuple(FieldDifference(name, compared(older.get(name, ""), newer.get(name, ""))) for name in names)


def compared(older: str, newer: str) -> tuple[Span, ...]:
    """Two texts, word by word; long ones line by line, and as a whole what is too long even for that.

    What they have in common at their beginnings and ends is set apart first.
    """
    old, new = _WORD.findall(older), _WORD.findall(newer)
    if len(old) + len(new) > MOST_PIECES:
        old, new = older.splitlines(keepends=True), newer.splitlines(keepends=True)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = old[start : len(old) - end], new[start : len(new) - end]
    return tuple(_joined(chain(_same(old[:start]), _middle(*middle), _same(old[len(old) - end :]))))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many pieces both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (first, second) in pairs if first != second), min(len(one), len(other)))


def _same(pieces: Sequence[str]) -> Iterator[Span]:
    if pieces:
        yield Span("same", "".join(pieces))


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[Span]:
    if _are_few(before, after):
        return _spans(before, after)
    old, new = "".join(before), "".join(after)
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return _spans(*lines) if _are_few(*lines) else _changes(old, new)


def _are_few(before: Sequence[str], after: Sequence[str]) -> bool:
    counts = Counter(after)
    return len(before) + len(after) <= MOST_PIECES and sum(counts[one] for one in before) <= MOST_PAIRS


def _spans(before: Sequence[str], after: Sequence[str]) -> Iterator[Span]:
    for kind, start, end, start_after, end_after in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Span("same", "".join(before[start:end]))
            continue
        if end > start:
            yield Span("removed", "".join(before[start:end]))
        if end_after > start_after:
            yield Span("added", "".join(after[start_after:end_after]))


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """A blank alone between two changes belongs to them: whole passages read better than single words."""
    removed, added = "", ""
    for span in spans:
        if span.kind == "same" and (span.text.strip() or not (removed or added)):
            yield from _changes(removed, added)
            removed, added = "", ""
            yield span
        elif span.kind == "same":
            removed, added = removed + span.text, added + span.text
        else:
            removed += span.text if span.kind == "removed" else ""
            added += span.text if span.kind == "added" else ""
    yield from _changes(removed, added)


def _changes(removed: str, added: str) -> Iterator[Span]:
    if removed:
        yield Span("removed", removed)
    if added:
        yield Span("added", added)
