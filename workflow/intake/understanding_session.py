"""The sessions for which a letter asks to be dealt with: „für die Sitzung des Rates am 14.03.2024“. Pure.

Such words stand in the head of a letter or in its first sentences. A session before the day of the letter was, and is
not wanted.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from .understanding_cells import looks_like_body
from .understanding_dates import Written, days_in
from .understanding_draft import Draft
from .understanding_letter import FACTION
from .understanding_rows import Row, paragraphs
from .understanding_sentences import sentences
from .understanding_words import plain, words
from .understood import ConsultationFound

#: Papers that somebody brings before a body.
_BROUGHT = frozenset(
    {"anfrage", "antrag", "aenderungsantrag", "ergaenzungsantrag", "alternativantrag", "einwohnerfrage"}
)
_ON = r"\s*,?\s*(?:am|vom)?\s*(?:\(?(?:Mo|Di|Mi|Do|Fr|Sa|So|\w+tag|\w+woch)\.?\)?,?\s*)?(?:den|dem)?\s*\(?$"
_BODY = r"(?P<body>[A-ZÄÖÜ][^.:;\d]{1,120}?)"
#: „Sitzung des …“, „Sitzung der …“; „für den …“, „zum …“; „Ratssitzung“.
_OF = re.compile(
    rf"\b(?:[Ss]itzung|[Tt]agung|[Tt]agesordnung)\s(?P<article>des|der)\s(?!(?:\w+\s)?Sitzung){_BODY}{_ON}"
)
_FOR = re.compile(
    rf"\b(?:[Ff]ür|[Ii]n|[Aa]n|[Zz]ur)\s(?:den|die|das|der)\s{_BODY}{_ON}|\b(?:[Zz]um|[Ii]m)\s(?P<plain>[A-ZÄÖÜ][^.:;\d]{{1,120}}?){_ON}"
)
_JOINED = re.compile(rf"\b(?P<body>[A-ZÄÖÜ][\w-]*?)-?sitzung{_ON}")
_GENITIVE = re.compile(
    r"(ausschu(?:ss|ß)|rat|tag|senat|magistrat|konvent|vorstand|parlament|gremium|forum|plenum|kuratorium|kollegium)(?:e?s)\b",
    re.IGNORECASE,
)
#: Of a compound: „Rats-“ is the Rat.
_LINKED = re.compile(r"(rat|tag|senat|magistrat|versammlung|vertretung)s$", re.IGNORECASE)
_WISH = re.compile(
    r"\b(?:bitte|beantrag|stell|frag|richt|reich|auf die tagesordnung|zu setzen|beantwort|folgende)", re.IGNORECASE
)
_WAS = re.compile(
    r"\b(?:wurden?|hatten?|fand|beschlossen|beraten|diskutiert|behandelt|mitgeteilt|zugesagt|angekündigt)\b"
)
#: Nobody knows which.
_ANY = frozenset({"ausschuss", "ausschuß", "fachausschuss", "gremium", "beirat"})
_FIRST, _BEFORE = 4, 200


class _Wanted(NamedTuple):
    body: str
    day: date
    row: Row


def sessions_wanted(draft: Draft) -> list[tuple[ConsultationFound, Row]]:
    """Body and day of each session that is named, in order; what the body is to do is not said there."""
    if draft.values.get("kind") not in _BROUGHT:
        return []
    found: dict[tuple[str, date], Row] = {}
    for one in (*_of_head(draft), *_of_words(draft)):
        written = draft.values.get("date")
        if not isinstance(written, date) or one.day >= written:
            found.setdefault((one.body, one.day), one.row)
    return [(ConsultationFound(body, day, None, None), row) for (body, day), row in found.items()]


def _of_head(draft: Draft) -> Iterator[_Wanted]:
    rows = draft.rows[: draft.letter.start] if draft.letter else draft.head
    for block in paragraphs(rows):
        yield from _in(draft, block.text, block.first)


def _of_words(draft: Draft) -> Iterator[_Wanted]:
    for block in paragraphs(draft.body)[:_FIRST]:
        for sentence in sentences(block.text):
            if _WISH.search(sentence) and not _WAS.search(sentence) and not sentence.endswith("?"):
                yield from _in(draft, sentence, block.first)


def _in(draft: Draft, text: str, row: Row) -> Iterator[_Wanted]:
    for written in days_in(text):
        body = _body(text, written)
        if body and _is_body(body, draft):
            yield _Wanted(body, written.day, row)


def _is_body(name: str, draft: Draft) -> bool:
    named = looks_like_body(name, draft.town) and words().body_part.search(name) is not None
    return named and plain(name) not in _ANY and FACTION.search(name) is None


def _body(text: str, written: Written) -> str | None:
    """The body whose session is on that day, as it is called by itself."""
    before = text[max(written.start - _BEFORE, 0) : written.start]
    if of := _OF.search(before):
        return _GENITIVE.sub(r"\1", of["body"], count=1) if of["article"] == "des" else of["body"]
    if joined := _JOINED.search(before):
        return _LINKED.sub(r"\1", joined["body"])
    told = _FOR.search(before)
    return (told["body"] or told["plain"]) if told else None
