"""The questions of an inquiry: numbered, lettered, bulleted, in running text; else what it asks for. Pure."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from .understanding_head import asks_below, dashed
from .understanding_labels import without_salutation
from .understanding_letter import is_place_and_day
from .understanding_lists import Led, asks_by_word, enumerated, led, with_marks
from .understanding_rows import Paragraph, Row, joined, paragraphs
from .understanding_sentences import sentences
from .understanding_signature import closing_of, end_of_words
from .understanding_words import plain, words

_WORDS = re.compile(r"\w{5,}")
_ASKED_BEFORE = 60
_SIMILAR = 0.5
_FEW = 20
_QUOTES = " \"“”„»«'‚‘’"
_INLINE = re.compile(r"(?<=[:?.;])\s+(?=(?:\d{1,2}[.)]|[a-h]\))\s+[A-ZÄÖÜ])")
_MARK = re.compile(r"^(?:\(?\d{1,3}[.)]|\(?[a-h]\))\s+")
#: „Zum Radweg:“, above the questions on it.
_TOPIC = re.compile(r"^(?:Zu[mr]?|Thema|Themen\w+)\b.{0,60}:$")
_TITLED = re.compile(r"^\s?\(?1[.)]\s")


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
    parts = paragraphs(enumerated(list(with_marks(rows[: _end(rows)]))))
    start = next((index for index in range(len(parts)) if _opens(parts, index)), None)
    if start is not None:
        behind = parts[start + 1 :]
        listed, rest = _until_section(behind) if not _is_intro(parts[start].text) else (behind, [])
        asked = [
            *_behind_intro(parts[start]),
            *_asked(_until_reasons(listed), titled=_is_title(parts[start])),
            *_free(_until_reasons(rest)),
        ]
        if not asked and behind and not _is_reason(behind[0]):
            asked = [Question(behind[0].text, behind[0].first)]
        if asked:
            return (*_before(parts[:start]), *asked)
    return tuple(_free(parts)) or tuple(_requests(parts))


def quoted_questions(rows: Sequence[Row]) -> tuple[Question, ...]:
    """The questions that an answer repeats: numbered, and with a question mark."""
    items = [one for one in led(paragraphs(enumerated(rows[: end_of_words(rows)]))) if one.part.first.is_item]
    told = [Question(f"{one.lead} {_asked_in(one.part)}".strip(_QUOTES), one.part.first) for one in items]
    return tuple(one for one in told if one.text.endswith("?"))


def _asked_in(part: Paragraph) -> str:
    """The question at the beginning of a paragraph; the answer may follow on the next line."""
    end = next((index for index, row in enumerate(part.rows, 1) if row.text.endswith("?")), len(part.rows))
    return joined(row.text for row in part.rows[:end])


def _end(rows: Sequence[Row]) -> int:
    closing = closing_of(rows)
    return end_of_words(rows) if closing is None else closing


def _opens(parts: Sequence[Paragraph], index: int) -> bool:
    """Questions begin behind it: „folgende Fragen“, a heading „Fragen:“, „möge mitteilen,“ above items."""
    part, after = parts[index], [one.first for one in parts[index + 1 : index + 3]]
    if _is_intro(part.text) or _TITLED.search(_behind_title(part)) or dashed(part.text):
        return True
    items = bool(after) and _is_plain_item(after[0])
    if _is_title(part) and after:
        return (
            items
            or _asks_unmarked(parts[index + 1])
            or (len(after) > 1 and _is_plain_item(after[1]) and _TOPIC.match(after[0].text) is not None)
        )
    return items and not part.first.is_item and asks_below(part.text)


def _is_title(part: Paragraph) -> bool:
    return plain(part.text) in words().questions["headings"]


def _is_plain_item(row: Row) -> bool:
    """No heading with a number: „2. Fragen“."""
    return row.is_item and plain(row.text) not in (*words().reasons, *words().questions["headings"])


def _is_intro(text: str) -> bool:
    key = text.lower()
    return len(text) < 1200 and any(intro in key for intro in words().questions["intros"])  # noqa: PLR2004 - a paragraph


def _behind_title(part: Paragraph) -> str:
    """What follows „Fragen:“ in the same paragraph."""
    title, _, behind = part.text.partition(":")
    return behind if len(title) <= _ASKED_BEFORE and plain(title) in words().questions["headings"] else ""


def _behind_intro(part: Paragraph) -> list[Question]:
    """What stands in the same paragraph, behind „zu beantworten:“."""
    if items := dashed(part.text):
        return [Question(one, part.first) for one in items]
    key = part.text.lower()
    first = min((key.find(intro) for intro in words().questions["intros"] if intro in key), default=0)
    tail = part.text[first:]
    behind = tail.partition(":")[2] if ":" in tail else tail
    pieces = [_MARK.sub("", piece.strip()) for piece in _INLINE.split(f": {behind.strip()}") if piece.strip(": ")]
    if len(pieces) > 1:
        return [Question(piece.strip(": "), part.first) for piece in pieces if piece.strip(": ")]
    return [Question(one, part.first) for one in sentences(behind.strip()) if one.endswith("?")]


def _before(parts: Sequence[Paragraph]) -> list[Question]:
    """Numbered questions may stand before the sentence that asks for an answer."""
    items = [one for one in led(parts) if one.part.first.is_item]
    return [Question(one.text, one.part.first) for one in items if one.text.endswith("?")]


def _until_reasons(parts: Sequence[Paragraph]) -> list[Paragraph]:
    taken = list[Paragraph]()
    for part in parts:
        if _is_reason(part) and taken:
            break
        taken.append(part)
    return taken


def _until_section(parts: Sequence[Paragraph]) -> tuple[Sequence[Paragraph], Sequence[Paragraph]]:
    """Below „Fragen“ each item asks; below the next heading only what does so plainly."""
    known, own = words().sections, words().questions["headings"]
    heads = ((index, plain(part.text)) for index, part in enumerate(parts) if not part.first.is_item)
    end = next((index for index, key in heads if key in known and key not in own), len(parts))
    return parts[:end], parts[end:]


def _is_reason(part: Paragraph) -> bool:
    text = part.text.partition(":")[0] if ":" in part.text[:30] else part.text
    return plain(text) in words().reasons or is_place_and_day(part.first)


def _asked(parts: Sequence[Paragraph], *, titled: bool = False) -> list[Question]:
    """Each item is a question, whatever its mark; between items only what asks, below a title by its first word."""
    found = list[Question]()
    closed = False
    listed = any(part.first.is_item for part in parts)
    for one in led(parts):
        part = one.part
        if part.first.is_item and not closed:
            found += [Question(one.text, part.first)] if _is_plain_item(part.first) else []
        elif part.first.level == 0:
            asks = titled and _asks_unmarked(part)
            said = [part.text] if asks else [one for one in sentences(part.text) if one.endswith("?")]
            found += [Question(text, part.first) for text in said]
            closed = closed or (listed and bool(found) and "?" not in part.text and len(part.text) > _ASKED_BEFORE)
    return found


def _asks_unmarked(part: Paragraph) -> bool:
    return asks_by_word(part.text) and not part.text.endswith((".", "?", "!", ":"))


def _free(parts: Sequence[Paragraph]) -> list[Question]:
    """What asks by itself; and what stands in one list with such."""
    found = list[Question]()
    for is_item, run in groupby(led(parts), lambda one: one.part.first.is_item):
        items = list(run)
        listed = is_item and _is_list_of_questions(items)
        for one in items:
            part = one.part
            asked = [said for said in sentences(part.text) if said.endswith("?")] if not part.first.level else []
            if is_item and (part.text.endswith("?") or (listed and not asked and _is_plain_item(part.first))):
                asked = [one.text]
            found += [Question(said, part.first) for said in asked]
    return found


def _is_list_of_questions(items: Sequence[Led]) -> bool:
    """At least half of the items ask; without a question mark at all, every one of several, by its first word."""
    marked = sum("?" in one.part.text for one in items)
    asking = [one for one in items if "?" in one.part.text or asks_by_word(one.part.text)]
    return 2 * len(asking) >= len(items) if marked else len(items) == len(asking) > 1


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
