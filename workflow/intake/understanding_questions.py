"""The questions of an inquiry: numbered, lettered, bulleted, in running text; else what it asks for. Pure."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from .understanding_labels import without_salutation
from .understanding_letter import is_place_and_day
from .understanding_rows import Paragraph, Row, joined, paragraphs
from .understanding_sentences import sentences
from .understanding_signature import closing_of, end_of_words
from .understanding_words import plain, words

_LETTERED = re.compile(r"^\(?[a-z]{1,2}[.)]")
_BULLET = re.compile(r"^[-•*▪◦‣●○–]$")
_WORDS = re.compile(r"\w{5,}")
_ASKED_BEFORE = 60
_SIMILAR = 0.5
_FEW = 20
_QUOTES = " \"“”„»«'‚‘’"
_INLINE = re.compile(r"(?<=[:?.;])\s+(?=(?:\d{1,2}[.)]|[a-h]\))\s+[A-ZÄÖÜ])")
_MARK = re.compile(r"^(?:\(?\d{1,3}[.)]|\(?[a-h]\))\s+")


class Question(NamedTuple):
    """A question without its marker, and where it begins."""

    text: str
    row: Row
    #: It asks for something without being a question: „bitte ich, … zu informieren“.
    request: bool = False


def questions_of(rows: Sequence[Row]) -> tuple[Question, ...]:
    """The questions of an inquiry."""
    return tuple(one._replace(text=without_salutation(one.text)) for one in _questions_of(rows))


def _questions_of(rows: Sequence[Row]) -> tuple[Question, ...]:
    parts = paragraphs(rows[: _end(rows)])
    start = next((index for index, part in enumerate(parts) if _is_intro(part.text)), None)
    if start is not None:
        asked = [*_behind_intro(parts[start]), *_asked(_until_reasons(parts[start + 1 :]))]
        if not asked and start + 1 < len(parts) and not _is_reason(parts[start + 1]):
            asked = [Question(parts[start + 1].text, parts[start + 1].first)]
        if asked:
            return (*_before(parts[:start]), *asked)
    return tuple(_free(parts)) or tuple(_requests(parts))


def quoted_questions(rows: Sequence[Row]) -> tuple[Question, ...]:
    """The questions that an answer repeats: numbered, and with a question mark."""
    parts = paragraphs(rows[: end_of_words(rows)])
    items = [Question(_asked_in(part).strip(_QUOTES), part.first) for part in parts if part.first.is_item]
    return tuple(one for one in items if one.text.endswith("?"))


def _asked_in(part: Paragraph) -> str:
    """The question at the beginning of a paragraph; the answer may follow on the next line."""
    end = next((index for index, row in enumerate(part.rows, 1) if row.text.endswith("?")), len(part.rows))
    return joined(row.text for row in part.rows[:end])


def _end(rows: Sequence[Row]) -> int:
    closing = closing_of(rows)
    return end_of_words(rows) if closing is None else closing


def _is_intro(text: str) -> bool:
    key = text.lower()
    return len(text) < 1200 and any(intro in key for intro in words().questions["intros"])  # noqa: PLR2004 - a paragraph


def _behind_intro(part: Paragraph) -> list[Question]:
    """What stands in the same paragraph, behind „zu beantworten:“."""
    key = part.text.lower()
    first = min(key.find(intro) for intro in words().questions["intros"] if intro in key)
    tail = part.text[first:]
    behind = tail.partition(":")[2] if ":" in tail else tail
    pieces = [_MARK.sub("", piece.strip()) for piece in _INLINE.split(f": {behind.strip()}") if piece.strip(": ")]
    if len(pieces) > 1:
        return [Question(piece.strip(": "), part.first) for piece in pieces if piece.strip(": ")]
    return [Question(one, part.first) for one in sentences(behind.strip()) if one.endswith("?")]


def _before(parts: Sequence[Paragraph]) -> list[Question]:
    """Numbered questions may stand before the sentence that asks for an answer."""
    return [Question(part.text, part.first) for part in parts if part.first.is_item and part.text.endswith("?")]


def _until_reasons(parts: Sequence[Paragraph]) -> list[Paragraph]:
    taken = list[Paragraph]()
    for part in parts:
        if _is_reason(part) and taken:
            break
        taken.append(part)
    return taken


def _is_reason(part: Paragraph) -> bool:
    text = part.text.partition(":")[0] if ":" in part.text[:30] else part.text
    return plain(text) in words().reasons or is_place_and_day(part.first)


def _asked(parts: Sequence[Paragraph]) -> list[Question]:
    """Each item is a question, whatever its mark; between items only what asks."""
    found, lead = list[Question](), ""
    closed = False
    listed = any(part.first.is_item for part in parts)
    for part, following in zip_longest(parts, parts[1:]):
        if part is None:
            break
        item = part.first.is_item and not closed
        if item and _leads(part, following):
            lead = part.text
            found.append(Question(part.text, part.first))
        elif item:
            sub = bool(lead) and (_LETTERED.match(part.first.marker) or _BULLET.match(part.first.marker))
            if sub and found and found[-1].text == lead:
                found.pop()
            found.append(Question(f"{lead} {part.text}" if sub else part.text, part.first))
            lead = lead if sub else ""
        elif part.first.level == 0:
            found += [Question(one, part.first) for one in sentences(part.text) if one.endswith("?")]
            closed = closed or (listed and bool(found) and "?" not in part.text and len(part.text) > _ASKED_BEFORE)
    return found


def _leads(part: Paragraph, following: Paragraph | None) -> bool:
    """It ends in a colon, or breaks off before lettered questions."""
    lettered = following is not None and _LETTERED.match(following.first.marker) is not None
    return part.text.endswith(":") or (
        lettered and not _LETTERED.match(part.first.marker) and not part.text.endswith("?")
    )


def _free(parts: Sequence[Paragraph]) -> list[Question]:
    found = list[Question]()
    for part in parts:
        if part.first.level:
            continue
        if part.first.is_item and part.text.endswith("?"):
            found.append(Question(part.text, part.first))
        else:
            found += [Question(one, part.first) for one in sentences(part.text) if one.endswith("?")]
    return found


def _requests(parts: Sequence[Paragraph]) -> list[Question]:
    """Sentences that ask the administration for something; of two that ask the same, the later one."""
    asking, asked = words().questions["asking"], words().questions["asked"]
    found = list[Question]()
    for part in parts:
        for one in sentences(part.text):
            key = one.lower()
            if any(word in key for word in asking) and any(word in key for word in asked):
                if len(found) < _FEW:
                    found = [known for known in found if not _same(known.text, one)]
                found.append(Question(one, part.first, request=True))
    return found


def _same(one: str, other: str) -> bool:
    left, right = set(_WORDS.findall(one.lower())), set(_WORDS.findall(other.lower()))
    return bool(left and right) and len(left & right) / min(len(left), len(right)) >= _SIMILAR
