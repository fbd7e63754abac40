"""What the words of a document say: questions, promises, references, statutory statements. Pure."""

import re
from collections.abc import Sequence

from ...states.numbers import canonical_number
from .understanding_draft import Draft
from .understanding_names import lost_letters, wrong_days
from .understanding_numbers import numbers_in
from .understanding_promises import promises_of
from .understanding_questions import Question, questions_of, quoted_questions
from .understanding_rows import Row
from .understanding_words import plain, words
from .understood import PromiseFound, ReferenceFound, StatementFound, Sure

_ASKING = {"anfrage", "einwohnerfrage"}
_ANSWERING = {"stellungnahme", "mitteilung"}
_MOVED = re.compile(r"\b(?:möge|wolle) beschließen\b", re.IGNORECASE)
_MOST_TOLD = 20


def read_words(draft: Draft) -> None:
    """All that is read out of running text."""
    kind = draft.text("kind")
    _questions(draft, kind)
    if kind in _ANSWERING:
        _promises(draft)
    _references(draft)
    _statements(draft)
    _faults(draft)
    draft.values["text"] = "\n".join(row.whole for row in draft.body).strip()


def _questions(draft: Draft, kind: str | None) -> None:
    asked: tuple[Question, ...] = ()
    if kind in _ASKING:
        asked = questions_of(draft.body)
        if not asked:
            draft.notes.warn("understanding_no_questions")
    elif kind == "stellungnahme":
        asked = quoted_questions(draft.body)
    for index, one in enumerate(asked):
        draft.notes.at(f"questions.{index}", one.row, "derived" if one.request else "read", one.text)
    draft.values["questions"] = tuple(one.text for one in asked)


def _promises(draft: Draft) -> None:
    found = list[PromiseFound]()
    for promise in promises_of(_answer(draft.body), draft.day, draft.town):
        due = promise.due
        sure: Sure = "derived" if due and (due.derived or due.assumed) else "read"
        draft.notes.at(f"promises.{len(found)}", promise.row, sure, promise.text)
        found.append(PromiseFound(promise.text, due.day if due else None))
        if due and due.assumed and due.day:
            draft.notes.warn("understanding_year_assumed", promise.row, words=due.words, day=due.day)
        if due and due.lacking:
            draft.notes.warn("understanding_day_unknown", promise.row, words=due.words)
    draft.values["promises"] = tuple(found)


def _answer(rows: Sequence[Row]) -> Sequence[Row]:
    """Without a motion that is quoted: from „möge beschließen“ to the next heading."""
    kept, quoted = list[Row](), False
    for row in rows:
        heading = row.level > 0 or plain(row.text) in words().sections
        quoted = (_MOVED.search(row.text) is not None) or (quoted and not heading)
        if not quoted:
            kept.append(row)
    return kept or rows


def _references(draft: Draft) -> None:
    own = {canonical_number(draft.text("number") or "")}
    found = dict[str, ReferenceFound]()
    for row in [*draft.head, *draft.body]:
        if row.number in draft.header.used:
            continue
        for read in numbers_in(row.text, draft.town):
            canonical = canonical_number(read.number)
            if canonical not in own and canonical not in found:
                draft.notes.at(f"references.{len(found)}", row, "read", _around(row.text, read.start, read.end))
                found[canonical] = ReferenceFound(read.number, canonical, read.kind)
    draft.values["references"] = tuple(found.values())


def _around(text: str, start: int, end: int) -> str:
    return text[max(start - 60, 0) : end + 60].strip()


def _statements(draft: Draft) -> None:
    """Pflichtangaben: a heading that asks for one, and what stands below it."""
    found, heading, said = list[StatementFound](), None, list[str]()
    stop = draft.signature.start if draft.signature else len(draft.rows)
    for row in [*draft.rows[:stop], Row("#", 0, None, level=1)]:
        known = plain(row.text) in words().statements
        if heading is not None and (row.level or known):
            found.append(StatementFound(heading.text.rstrip(" :"), " ".join(said)))
            heading, said = None, []
        if known:
            heading = row
            draft.notes.at(f"statements.{len(found)}", row, "stated")
        elif heading is not None and row.text:
            said.append(row.text)
    draft.values["statements"] = tuple(found)


def _faults(draft: Draft) -> None:
    for rest, row in lost_letters(draft.body)[:_MOST_TOLD]:
        draft.notes.warn("understanding_letters_lost", row, rest=rest)
    for text, row in wrong_days(draft.rows)[:_MOST_TOLD]:
        draft.notes.warn("understanding_day_impossible", row, text=text)
