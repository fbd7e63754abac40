"""Where the head of a document ends and its own words begin; where a value that fills several lines ends. Pure."""

import re
from collections.abc import Sequence
from itertools import takewhile

from .understanding_dates import day_of
from .understanding_labels import is_labelled, is_salutation, label_of
from .understanding_lists import asks_by_word, is_lettered
from .understanding_rows import Row
from .understanding_words import plain, words

#: A line longer than this is prose.
_PROSE = 250
_FEW_WORDS, _SOME_WORDS = 6, 3
#: No head is longer, be each cell on a line of its own.
_HEAD_ROWS = 500
#: „möge beschließen“, „beschließt:“, „Der Beschlusstext wird wie folgt geändert:“.
_MOVES = re.compile(
    r"\b(?:möge|wolle) beschlie(?:ß|ss)en\b|\bbeschlie(?:ß|ss)(?:en|t)\b[^:]{0,40}:(?:\s|$)"
    r"|\bBeschlu(?:ss|ß) (?:zu )?fassen\b[^:]{0,40}:(?:\s|$)"
    r"|\bwie folgt (?:neu |zu )?(?:ge|er|ab)\w{3,20}:(?:\s|$)",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"(?:[-–,/]|\b(?:und|oder|bzw\.|sowie|der|die|das|des|dem|den|von|vom|für|zum|zur|zu|im|in|am|an|auf|mit|bei))$"
)
#: „A. Problem“, „II. Begründung“.
_COUNTED = re.compile(r"^(?:[a-h]|[ivx]{1,4})[.)]\s+")
_DASHED = re.compile(r"(?<=[,;:])\s[-–•]\s")
_HERE = re.compile(r"^[-–]?\s?hier\s?:", re.IGNORECASE)
_BLOCK, _NEAR, _FULL_CELL, _FEW_ROWS = 12, 30, 45, 3


def head_end(rows: Sequence[Row]) -> int:
    """The index of the first row that is the document's own text."""
    labels, subject, free = 0, False, False
    for index, row in enumerate(rows[:_HEAD_ROWS]):
        if not row.text:
            continue
        labels += is_labelled(row) or any(label_of(cell) for cell in row.cells)
        if _ends_head(rows, index, labelled=bool(labels)) or ((subject or free) and is_question(row)):
            return index
        subject = subject or _names_subject(row)
        free = _may_be_subject(row, free=free)
    return min(len(rows), _HEAD_ROWS)


def goes_on(before: Row, after: Row, width: int) -> bool:
    """A value that stands in `before` goes on in `after`; `width` is the length of the longest line around them.

    A line that was only wrapped is full: the first word of the next one had no room in it.
    """
    if _cannot_go_on(after):
        return False
    if _HERE.match(after.text):
        return True
    if before.text.endswith((".", "?", "!", ":")) or is_question(after) or _asks(after) or asks_below(after.text):
        return False
    if after.text[:1].islower() or _OPEN_END.search(before.text):
        return True
    room = _FULL_CELL - 1 if before.cells else width - 1 - len(after.text.split(" ", 1)[0])
    return not before.ends and len(before.cells[-1] if before.cells else before.whole) > room


def _cannot_go_on(row: Row) -> bool:
    begins = row.is_item or row.level or is_salutation(row.text)
    return bool(begins) or row.text.endswith(":") or _is_section(row)


def width_of(rows: Sequence[Row]) -> int:
    """The length of the longest of some rows, up to an empty one."""
    return max((len(row.whole) for row in takewhile(lambda row: row.text, rows[:_BLOCK])), default=0)


def is_question(row: Row) -> bool:
    """It asks something, beginning with a word that asks."""
    if not row.text.endswith("?"):
        return False
    first, *more = _COUNTED.sub("", row.text.lower().strip('„"“»')).split(" ", 2)
    said = words().prose
    return first in said["asking"] or (first in said["before_asking"] and bool(more) and more[0] in said["asking"])


def is_sentence(row: Row) -> bool:
    """It asks, or it is told in whole sentences: no value of a field."""
    if _asks(row) or (row.is_item and row.text.endswith("?")):
        return True
    if not row.text.endswith((".", "?", "!")):
        return False
    said = row.text.lower().split()
    return len(said) > _FEW_WORDS or (len(said) >= _SOME_WORDS and not words().verbs.isdisjoint(said))


def _ends_head(rows: Sequence[Row], index: int, *, labelled: bool) -> bool:
    row, known = rows[index], words()
    key = _COUNTED.sub("", plain(row.text))
    if is_salutation(row.text) or is_end(rows, index) or _MOVES.search(row.text):
        return True
    if key in known.sections and label_of(row.text) is not None and not _told_below(rows, index):
        return False
    if key in known.sections:
        return labelled and not _label_follows(rows, index) if key in known.kinds else True
    if row.cells or is_labelled(row):
        return False
    if len(row.text) > _PROSE or (labelled and _is_section(row)) or (row.is_item and row.text.endswith("?")):
        return True
    return _begins_questions(rows, index) or (is_sentence(row) and (_asks(row) or _stands_free(rows, index)))


def _begins_questions(rows: Sequence[Row], index: int) -> bool:
    """An item that asks without a mark or above lettered items, or what asks for something above items."""
    row = rows[index]
    after = next((one for one in rows[index + 1 : index + _FEW_ROWS] if one.text), None)
    if row.is_item:
        return asks_by_word(row.text) or (after is not None and is_lettered(after) and after.text.endswith("?"))
    return (after is not None and after.is_item and asks_below(row.text)) or bool(dashed(row.text))


def asks_below(text: str) -> bool:
    """„Die Verwaltung möge mitteilen,“ and what, in the items below."""
    if not text.endswith((",", ":", "–", ";")):
        return False
    key, known = text.lower(), words().questions
    asks = any(word in key for word in known["asking"]) and any(word in key for word in known["asked"])
    return asks or any(word in key for word in known["leads"])


def _told_below(rows: Sequence[Row], index: int) -> bool:
    """„Anlass“ is a heading above sentences; else it is a label."""
    after = next((row for row in rows[index + 1 : index + 6] if row.text), None)
    return after is not None and (is_sentence(after) or len(after.text) > _PROSE)


def is_end(rows: Sequence[Row], index: int) -> bool:
    """Here begins what a document no longer says itself: the Verfügung; but a head may name who signs with, too."""
    text = rows[index].text
    if not text or len(text) > 2 * _NEAR or plain(text) not in words().ends:
        return False
    return not any(_names_subject(row) or label_of(row.text) == "subject" for row in rows[index + 1 : index + _NEAR])


def _is_section(row: Row) -> bool:
    """``Sachverhalt: Der Weg ist schmal.``; a kind of paper with a colon may be its subject."""
    head, colon, _ = row.text[: _BLOCK * 5].partition(":")
    key = plain(head)
    return bool(colon) and key in words().sections and key not in words().kinds and label_of(head) is None


def _asks(row: Row) -> bool:
    key = row.text.lower()
    return key.endswith(("?", ":")) and any(intro in key for intro in words().questions["intros"])


def dashed(text: str) -> list[str]:
    """„Die Verwaltung möge mitteilen, – wie viele …, – ob …“: what stands behind the dashes."""
    lead, *items = _DASHED.split(text)
    return items if asks_below(lead) else []


def _stands_free(rows: Sequence[Row], index: int) -> bool:
    """Behind an empty line or the end of a paragraph, and no value of the label above it."""
    if index == 0:
        return True
    before = rows[index - 1]
    apart = not before.text or before.level or before.ends or _is_told_apart(rows, index)
    if not apart:
        return False
    above = next((row for row in reversed(rows[max(index - 8, 0) : index]) if row.text), None)
    return above is None or not _is_open(above)


def _is_told_apart(rows: Sequence[Row], index: int) -> bool:
    """Behind a label and its value, whose line was not full."""
    before = rows[index - 1]
    return is_labelled(before) and not goes_on(before, rows[index], width_of(rows[index - 1 :]))


def _is_open(row: Row) -> bool:
    """A label without a value."""
    return label_of(row.text) is not None and not row.text.rstrip().endswith(".")


def _label_follows(rows: Sequence[Row], index: int) -> bool:
    """Labels or the heads of a table stand below, before anything is told: the head goes on."""
    for row in [row for row in rows[index + 1 : index + _BLOCK] if row.text][:_FEW_ROWS]:
        if is_labelled(row) or any(label_of(cell) for cell in row.cells):
            return True
        if is_sentence(row) or row.is_item or plain(row.text) in words().sections:
            return False
    return False


def _names_subject(row: Row) -> bool:
    match = words().label.match(row.text)
    return match is not None and label_of(match[1]) == "subject"


def _may_be_subject(row: Row, *, free: bool) -> bool:
    """Since the line that names the kind there was one that may be the subject."""
    if row.cells or is_labelled(row) or words().kind.match(plain(row.text)):
        return False
    return free or day_of(row.text) is None
