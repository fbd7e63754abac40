"""Labelled fields of a document's head: ``Label: value``, a label above its value, cells beside or below labels. Pure.

Some systems write the cells of a table on lines of their own: a run of labels, then a run of values. Each value then
goes to the next label that it fits.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import NamedTuple

from .understanding_dates import is_only_a_day
from .understanding_head import goes_on, head_end, is_sentence, width_of
from .understanding_labels import is_unknown_label, label_of
from .understanding_publicity import publicity
from .understanding_rows import Row, joined
from .understanding_words import plain, words

#: Fields whose value may go on in the next line.
_LONG = {"subject", "involved_offices", "originator", "lead_office", "addressee"}
#: Those of them whose lines may be short.
_LISTS = {"involved_offices", "addressee", "originator", "lead_office"}
#: Those that go on in the next line even with a value beside the label.
_LONGER = {"subject", "involved_offices"}
_TABLE_LABEL = "Beratungsfolge:"
_OTHER = "other"
#: „Betreff Der Weg“: these words are labels even without a colon.
_BARE = re.compile(r"^(Betreff|Betr\.|Betrifft)\s+(?=[^\s:–-])")
_MOST_LINES, _FEW_WORDS = 40, 4


class Field(NamedTuple):
    """A value with its label."""

    value: str
    row: Row
    label: str


class _Token(NamedTuple):
    """A label with what stands beside it, a value, or (with neither) a blank."""

    row: Row
    label: str = ""
    field: str = ""
    value: str = ""
    colon: bool = False


@dataclass(slots=True)
class Header:
    """The fields of a head; one may have several values. `end`: the index of the first row behind the head."""

    end: int = 0
    fields: dict[str, list[Field]] = field(default_factory=dict)
    #: Labels without a value.
    empty: list[Field] = field(default_factory=list)
    #: Numbers of the rows that hold labels and values.
    used: set[int] = field(default_factory=set)

    def first(self, name: str) -> Field | None:
        """The first value of a field."""
        return next(iter(self.fields.get(name, ())), None)

    def put(self, token: _Token, value: str, row: Row) -> None:
        """A value of a label."""
        self.used |= {token.row.number, row.number}
        self.fields.setdefault(token.field, []).append(Field(value, row, token.label.strip(" :")))


def header_of(rows: Sequence[Row], fits: Callable[[str, str], bool], table: frozenset[int] = frozenset()) -> Header:
    """The labelled fields of the head.

    `fits(field, value)` says whether a value is of the kind that the field holds; `table` are the numbers of the rows
    of the Beratungsfolge, whose columns are no fields of the document.
    """
    header = Header(end=head_end(rows))
    head = [
        row._replace(text=_TABLE_LABEL, cells=(), level=0, marker="") if row.number in table else row
        for row in rows[: header.end]
    ]
    _assign(list(_tokens(head)), header, fits)
    header.used -= table
    return header


def _tokens(rows: Sequence[Row]) -> Iterator[_Token]:
    above: tuple[str, ...] = ()
    for row in rows:
        if row.cells and any(row.cells):
            if above and not any(label_of(cell) for cell in row.cells if cell):
                yield from _below(above, row)
                above = ()
            else:
                above = row.cells if all(label_of(cell) for cell in row.cells if cell) else ()
                yield from () if above and sum(map(bool, above)) > 1 else _beside(row)
        else:
            yield from _line(row)


def _below(labels: tuple[str, ...], row: Row) -> Iterator[_Token]:
    for index, label in enumerate(labels):
        value = row.cells[index] if index < len(row.cells) else ""
        if label:
            yield _Token(row, label, label_of(label) or "", value, colon=True)


def _beside(row: Row) -> Iterator[_Token]:
    """Cells that are labels, each followed by its value; a row without labels is a value."""
    label = ""
    bare = [_bare_parts(cell) for cell in row.cells]
    form = any(bare)
    for cell, parts in zip(row.cells, bare, strict=True):
        split = _colon_parts(cell)
        if not split and not label and (parts or (form and (parts := _bare_office(cell)))):
            yield _Token(row, parts[0], label_of(parts[0]) or "", parts[1], colon=True)
            continue
        if split and (len(split) > 1 or split[0][1]):
            yield from (_Token(row, name, label_of(name) or "", value, colon=True) for name, value in split)
        elif split or label_of(cell) or is_unknown_label(cell):
            if label:
                yield _Token(row, label, label_of(label) or _OTHER, "", colon=True)
            label = cell
        elif cell:
            yield _Token(row, label, label_of(label) or _OTHER, cell, colon=True) if label else _Token(row, value=cell)
            label = ""
    if label:
        yield _Token(row, label, label_of(label) or _OTHER, "", colon=label.endswith(":"))


def _bare_parts(cell: str) -> tuple[str, str] | None:
    """„Datum 03.02.2025“, „Status öffentlich“: a label, and without a colon what only it can have."""
    label, _, value = cell.partition(" ")
    name = label_of(label) if value else None
    told = (name == "date" and is_only_a_day(value)) or (name == "public" and publicity(value) is not None)
    return (label, value) if told else None


def _bare_office(cell: str) -> tuple[str, str] | None:
    """„Amt II“ beside such cells: the label is a part of the name."""
    label, _, value = cell.partition(" ")
    named = value and len(cell.split()) <= _FEW_WORDS and label_of(label) == "lead_office"
    return (label, cell) if named else None


def _line(row: Row) -> Iterator[_Token]:
    if not row.text:
        yield _Token(row)
    elif split := _colon_parts(row.whole):
        yield from (_Token(row, name, label_of(name) or "", value, colon=True) for name, value in split)
    elif name := label_of(row.text):
        yield _Token(row, row.text, name, "", colon=row.text.endswith(":") or row.level > 0)
    else:
        yield _Token(row, value=row.whole)


def _colon_parts(text: str) -> list[tuple[str, str]]:
    """``Status:öffentlichAktenzeichen:898/V`` in its parts; empty if the text does not begin with a label."""
    known = words()
    begun = next((start for start in known.label_starts if plain(text).startswith(start)), None)
    if begun and ":" in text:
        head, _, tail = text.partition(":")
        return [(head, tail.strip())]
    if bare := _BARE.match(text):
        return [(bare[1], text[bare.end() :].strip())]
    if not known.label.match(text):
        return []
    matches = list(known.label.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    return [(match[1], text[match.end() : end].strip()) for match, end in zip(matches, ends, strict=True)]


def _assign(tokens: list[_Token], header: Header, fits: Callable[[str, str], bool]) -> None:
    pending, index = list[_Token](), 0
    while index < len(tokens):
        token = tokens[index]
        if token.label:
            header.used.add(token.row.number)
            pending = _next_pending(token, pending, header)
            index += 1
            if token.value and token.field in _LONGER:
                index += _continue(token, tokens[index : index + _MOST_LINES], header)
        elif token.value and pending:
            index += _fill(pending, tokens[index:], header, fits)
            pending = []
        else:
            index += 1
    header.empty += [Field("", one.row, one.label) for one in pending]


def _next_pending(token: _Token, pending: list[_Token], header: Header) -> list[_Token]:
    """The labels that still wait for a value; those before a Beratungsfolge or the Anlagen have none."""
    if token.field in {"consultations", "attachments", "body"} and not token.value:
        header.empty += [Field("", one.row, one.label) for one in pending]
        return [token] if token.field == "body" else []
    if token.value:
        header.put(token, token.value, token.row)
        passed = [one for one in pending if one.colon and one.row.number != token.row.number]
        header.empty += [Field("", one.row, one.label) for one in passed]
        return [one for one in pending if one not in passed]
    return [*pending, token]


def _continue(current: _Token, tokens: list[_Token], header: Header) -> int:
    """Put what goes on in the next lines to a value; the number of tokens used."""
    more = _lines_of(_Token(current.row, value=current.value), tokens, current.field)[1:]
    row = header.fields[current.field].pop()
    header.used |= {one.row.number for one in more}
    value = _whole([_Token(current.row, value=row.value), *more], current.field)
    header.fields[current.field].append(row._replace(value=value))
    return len(more)


def _lines_of(first: _Token, tokens: Sequence[_Token], field: str) -> list[_Token]:
    """The lines of a value that begins with `first`, until a blank, a label, or words that are not of it."""
    run = list(takewhile(lambda token: token.value and not token.label, tokens))
    width = width_of([first.row, *(token.row for token in run)])
    values = [first]
    for token in run:
        if field in _LISTS and not token.row.level and not token.row.is_item and not is_sentence(token.row):
            values.append(token)
        elif field in _LISTS or not goes_on(values[-1].row, token.row, width):
            break
        else:
            values.append(token)
    return values


def _whole(values: Sequence[_Token], field: str) -> str:
    """The lines of a value as one; those of a list stay apart, unless one only goes on."""
    if field != "involved_offices":
        return joined(one.value for one in values)
    width = width_of([one.row for one in values])
    items = [values[0].value]
    for before, one in pairwise(values):
        if (not one.row.cells and goes_on(before.row, one.row, width)) or one.value[:1].islower():
            items[-1] = joined((items[-1], one.value))
        else:
            items.append(one.value)
    return "\n".join(items)


def _fill(pending: list[_Token], tokens: list[_Token], header: Header, fits: Callable[[str, str], bool]) -> int:
    """Give the values at the beginning of `tokens` to the waiting labels; the number of tokens used."""
    if len(pending) > 1 and (used := _in_order(pending, tokens, header, fits)):
        return used
    header.empty += [Field("", one.row, one.label) for one in pending[:-1]]
    last = pending[-1]
    values = _lines_of(tokens[0], tokens[1:_MOST_LINES], last.field) if last.field in _LONG else tokens[:1]
    value = _whole(values, last.field)
    if not fits(last.field, value):
        header.empty.append(Field("", last.row, last.label))
        return 1
    header.put(last, value, values[0].row)
    header.used |= {one.row.number for one in values}
    return len(values)


def _in_order(pending: list[_Token], tokens: list[_Token], header: Header, fits: Callable[[str, str], bool]) -> int:
    """A run of labels, then a run of values; 0 if the values do not fit such a run."""
    values = list[tuple[int, _Token]]()
    for place, token in enumerate(tokens):
        if token.label or len(values) > len(pending):
            break
        if token.value:
            values.append((place, token))
    pairs, left = list[tuple[_Token, _Token]](), values
    asked = {label.field for label in pending}
    for label in pending:
        if left and "public" not in asked and publicity(left[0][1].value) is not None:
            left = left[1:]
        if left and fits(label.field, left[0][1].value) and not _better(label, left[0][1].value):
            pairs.append((label, left[0][1]))
            left = left[1:]
    typed = any(label.field in {"number", "date", "public", "parent"} for label, _ in pairs)
    colons = all(label.colon for label in pending)
    if len(pairs) < 2 or (colons and not typed):  # noqa: PLR2004 - one value is no run
        return 0
    for label, token in pairs:
        header.put(label, token.value, token.row)
    return values[len(values) - len(left) - 1][0] + 1


def _better(label: _Token, value: str) -> bool:
    """The value is of another kind than the label, which takes any words."""
    typed = is_only_a_day(value) or publicity(value) is not None
    return typed and label.field not in {"date", "public", "meeting_date", "other", "handled_by", "consultations"}
