"""Whether a paper is public: everything that it says about that, put together. Pure.

One statement holds. Two that contradict each other are none, and are told; so are boxes of which none is ticked. What
nobody says stays open, but for a Beratungsfolge all of whose sessions are not public.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .understanding_draft import Draft
from .understanding_publicity import Said, has_boxes, is_boxes, is_only_publicity, publicity, said_in, statement
from .understanding_rows import Row
from .understanding_withheld import withheld
from .understanding_words import words
from .understood import Sure

_PAPER = re.compile(r"\b(?:vorlage|drucksache|anfrage|antrag|mitteilung|stellungnahme|unterlagen?|dokument|papier)\b")
#: „Ö“ or „nichtöffentlich“ alone in a cell: a value, whatever label stands above it.
_BARE = re.compile(r"^\(?(?:Ö|NÖ|N|(?:nicht\s?-?\s?)?öffentlich)\)?$", re.IGNORECASE)
_LONG, _SHORTEST = 200, 2


class _Statement(NamedTuple):
    said: Said
    row: Row
    sure: Sure


class _Run(NamedTuple):
    """Rows with boxes as one text."""

    row: Row
    text: str
    numbers: list[int]


def public_of(draft: Draft) -> None:
    """Whether the paper is public."""
    runs = _runs(draft)
    said = (*_fields(draft, runs), *_heading(draft), *_lines(draft, runs), *_plainly(draft), *_withheld(draft))
    read = [one for one in said if _tells(one.said)]
    sessions = _sessions(draft)
    told = [one for one in read if one.said.public is not None]
    values = {one.said.public for one in told} | ({False} if sessions and read else set())
    for one in read:
        if one.said.unclear:
            draft.notes.warn("understanding_publicity_unclear", one.row)
    if len(values) > 1:
        draft.notes.warn("understanding_publicity_unclear", (told or read)[-1].row)
    elif told:
        _put(draft, told[0])
    elif sessions and not read:
        _put(draft, _Statement(Said(False), sessions, "derived"))
    elif read and not any(one.said.unclear for one in read):
        draft.notes.warn("understanding_publicity_unclear", read[0].row)


def _put(draft: Draft, one: _Statement) -> None:
    draft.values["public"] = one.said.public
    draft.notes.at("public", one.row, one.sure)


def _tells(said: Said) -> bool:
    return said.public is not None or said.unclear or said.unticked


def _fields(draft: Draft, runs: Sequence[_Run]) -> Iterator[_Statement]:
    """The labelled field; where boxes stand, with all that stands beside and below it."""
    texts = {number: run.text for run in runs for number in run.numbers}
    for one in draft.header.fields.get("public", ()):
        whole = texts.get(one.row.number) or (one.row.whole if has_boxes(one.row.whole) else "")
        said = said_in(whole) if whole else statement(one.value)
        labelled = f"{one.label.strip(' :')}: {one.value}"
        if not _tells(said):
            said = said_in(labelled) if "ffentlich" in one.label.lower() else said_in(one.value)
        yield _Statement(said, one.row, "stated")


def _heading(draft: Draft) -> Iterator[_Statement]:
    if draft.heading:
        yield _Statement(Said(draft.heading.public), draft.heading.row, "stated")


def _lines(draft: Draft, runs: Sequence[_Run]) -> Iterator[_Statement]:
    """Lines and cells of the head that say nothing else."""
    for run in runs:
        yield _Statement(statement(run.text), run.row, "stated")
    joined = {number for run in runs for number in run.numbers}
    for row in draft.head:
        if row.number in draft.consultations.used | joined or len(row.text) < _SHORTEST:
            continue
        whole = said_in(row.whole) if row.cells and has_boxes(row.text) else statement(row.whole)
        if _tells(whole) and (row.number not in draft.header.used or is_only_publicity(row.text)):
            yield _Statement(whole, row, "stated")
        elif not has_boxes(row.text):
            used = row.number in draft.header.used
            yield from (
                _Statement(statement(cell), row, "stated") for cell in row.cells if not used or _BARE.match(cell)
            )


def _plainly(draft: Draft) -> Iterator[_Statement]:
    """„Diese Vorlage ist nicht öffentlich.“ and „Vertraulich“ may stand in the text, too."""
    for row in draft.body:
        if not row.text or len(row.text) > _LONG or row.cells or row.number in draft.consultations.used:
            continue
        key = row.text.lower()
        secret = any(word in key for word in words().secret)
        if (secret or (_PAPER.search(key) and "öffentlich" in key)) and publicity(row.whole) is False:
            yield _Statement(Said(False), row, "read")


def _withheld(draft: Draft) -> Iterator[_Statement]:
    """„Veröffentlichung: Nein“, a Sperrvermerk, „Bitte nicht veröffentlichen!“: wherever in the document it stands."""
    for one in withheld(draft.rows, len(draft.head)):
        yield _Statement(one.said, one.row, "read")


def _sessions(draft: Draft) -> Row | None:
    """The first session, if all of them are said not to be public."""
    rows = [(one, row) for one, row in draft.consultations.rows if one.body is not None]
    return rows[0][1] if rows and all(one.public is False for one, _ in rows) else None


def _runs(draft: Draft) -> list[_Run]:
    """Rows of which one holds nothing but boxes, with the words above, below and between them, as one text."""
    found, open_ = list[_Run](), list[Row]()
    for row in [*draft.head, *draft.rows[len(draft.head) : len(draft.head) + 1], Row("–", 0, None)]:
        if row.text and row.number not in draft.consultations.used and _is_part(row, open_):
            open_.append(row)
        elif row.text:
            if len(open_) > 1 and any(is_boxes(one.whole) for one in open_):
                found.append(_Run(open_[0], _together(open_), [one.number for one in open_]))
            open_ = []
    return found


def _is_part(row: Row, before: Sequence[Row]) -> bool:
    text = row.whole
    if len(text) > _LONG:
        return False
    if is_boxes(text):
        return has_boxes(text) or (bool(before) and before[-1].text.endswith((":", "?")))
    return _tells(said_in(text)) and is_only_publicity(text)


def _together(rows: Sequence[Row]) -> str:
    """The texts in order; of words above boxes, each word with the box of its column."""
    for above, below in pairwise(rows):
        if len(above.cells) > 1 and is_boxes(below.text) and not has_boxes(above.text):
            if len(above.cells) != len(below.cells):
                return above.text
            return " ".join(f"{word} {box}" for word, box in zip(above.cells, below.cells, strict=True))
    return " ".join(row.whole for row in rows)
