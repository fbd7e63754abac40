"""One file may hold several documents: a paper, then what is attached to it. Pure."""

import re
from collections.abc import Sequence

from .understanding_head import is_sentence
from .understanding_kind import heading_of
from .understanding_labels import is_labelled, is_salutation, label_of
from .understanding_letter import is_contact, is_place_and_day
from .understanding_rows import Row
from .understanding_town import KnownTown
from .understanding_words import plain, words

_DIGIT = re.compile(r"\d")
_AHEAD, _LETTER_HEAD = 12, 40
_TO = re.compile(r"^An\s(?:die|den|das|Herrn?|Frau)\b")
_ATTACHMENT = re.compile(r"^Anlage\s+\d+\b.{0,80}$")
#: Letters of a document before another one may begin; and of its own words: a salutation, say, or two sentences.
_SUBSTANCE, _OWN_WORDS = 200, 2
_NUMBER_FIELD = 60


def segments(rows: Sequence[Row], town: KnownTown) -> list[tuple[Row, ...]]:
    """The documents of a file, in order."""
    starts, begun = [0], 0
    salutations = [index for index, row in enumerate(rows) if is_salutation(row.text)]
    next_salutation = iter([*salutations, len(rows) + _LETTER_HEAD])
    ahead = next(next_salutation)
    letter, own = False, 0
    for index, row in enumerate(rows):
        while ahead < index:
            ahead = next(next_salutation)
        letter = letter or (index > 0 and is_salutation(rows[index - 1].text))
        if (
            row.text
            and begun > _SUBSTANCE
            and own >= _OWN_WORDS
            and _begins(rows, index, town, near=ahead - index, letter=letter)
        ):
            starts.append(index)
            begun, letter, own = 0, False, 0
        begun += len(row.text)
        own += _own_words(row) if own < _OWN_WORDS else 0
    ends = [*starts[1:], len(rows)]
    return [tuple(rows[start:end]) for start, end in zip(starts, ends, strict=True)]


def _own_words(row: Row) -> int:
    """How much shows that a document says something of its own, and does not only name its sender."""
    if not row.text:
        return 0
    key = plain(row.text)
    closing = len(row.text) < _NUMBER_FIELD and key.rstrip(",!. ").startswith(words().closings)
    if closing or is_salutation(row.text) or key in words().sections or (is_labelled(row) and not _is_sender(row)):
        return _OWN_WORDS
    return int(is_sentence(row) and not is_contact(row.text))


def _is_sender(row: Row) -> bool:
    """Telephone, day, file number: a letterhead has them, too."""
    match = words().label.match(row.text)
    return label_of(match[1] if match else row.text) in {"handled_by", "file_number", "date", "other", None}


def _begins(rows: Sequence[Row], index: int, town: KnownTown, *, near: int, letter: bool) -> bool:
    row = rows[index]
    if _TO.match(row.text) and near < _LETTER_HEAD:
        return _has_day(rows, index, near)
    if row.level and _ATTACHMENT.match(row.text):
        return True
    heads = row.level or row.text.isupper() or _DIGIT.search(row.text)
    if not heads or len(row.text) > _SUBSTANCE or row.is_item:
        return _is_number_field(row)
    kind = heading_of(row, town)
    if kind is None or kind.rest.startswith(("zu ", "zur ", "zum ", "vom ")):
        return _is_number_field(row)
    return _fields_follow(rows, index) or (kind.number is not None and row.level > 0 and not letter)


def _has_day(rows: Sequence[Row], index: int, near: int) -> bool:
    return near > 0 and any(is_place_and_day(row) or label_of(row.text) for row in rows[index : index + near])


def _is_number_field(row: Row) -> bool:
    match = words().label.match(row.text)
    return (
        match is not None
        and match[1] in {"Vorlagenummer", "Vorlage-Nr.", "Drucksachennummer"}
        and len(row.text) > match.end()
        and len(row.text) < _NUMBER_FIELD
    )


def _fields_follow(rows: Sequence[Row], index: int) -> bool:
    """Labels stand right below, as in the head of a form."""
    after = [row for row in rows[index + 1 : index + _AHEAD] if row.text][:4]
    cells = [cell for row in after[:2] for cell in row.cells if cell]
    labelled = [
        row
        for row in after[:2]
        if words().label.match(row.text) or (label_of(row.text) not in {None, "attachments"} and row.text.endswith(":"))
    ]
    return bool(labelled) or len([cell for cell in cells if label_of(cell)]) > 1
