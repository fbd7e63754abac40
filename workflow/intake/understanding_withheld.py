"""What says that a paper is not to be published, or not yet: „Veröffentlichung: Nein“, a Sperrvermerk, sentences. Pure.

What a sentence says of another paper, asks, or tells of former days says nothing of this one. A form that nobody filled
in says nothing either.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from .understanding_dates import days_in
from .understanding_publicity import Said, said_in
from .understanding_rows import Row, joined
from .understanding_sentences import sentences
from .understanding_words import plain, words

_SPEAKS = re.compile(r"veröffentlich|vertraulich|geheim|nicht\s?-?\s?öffentlich|gesperrt|sperr", re.IGNORECASE)
_LOCKED = re.compile(
    r",?\s*\(?gesperrt\s+bis\b(?:\s+(?:einschließlich|einschl\.|zum|inkl\.))?[\s\\_.…:]*", re.IGNORECASE
)
_NOT_YET = re.compile(r"\W*(?:nicht vor|erst (?:ab|am|nach)|frühestens)\b", re.IGNORECASE)
_YES_OR_NO = re.compile(r"\b(?:ja|nein)\b", re.IGNORECASE)
_ANSWER = re.compile(r"\W*(?:x\W{1,4})?(?:ja|nein|gesperrt)\b", re.IGNORECASE)
_TICK = re.compile(r"[☒☑✓✔✗✘⊠🗹🗷]|[\[(]\s?[xX]\s?[\])]|(?<![\w.])[xX](?![\w.])")
_UNTIL = re.compile(r"^(?:(?:gilt|gesperrt|ja)\b[\s,:]*){0,2}(?:bis|vor)\b", re.IGNORECASE)
_WAS = re.compile(r"\b(?:wurden?|worden|hatten?|damals|seinerzeit|war|waren)\b", re.IGNORECASE)
_NO = r"(?:nicht(?! ?-?öffentlich)|kein\w*|nie|niemals|ohne|weder)"
#: A few words without a negation; each of the words is a word by itself, so that there is one way only to read them.
_WORDS = rf"(?:(?!{_NO}\b|(?:nicht ?-?)?öffentlich|vertraulich)[\w§.-]+ ){{0,8}}"
_CLOSED = (
    r"(?:(?:in|im|für|auf)(?: (?:einer|der|die|den|einem|dem))? )(?:\w+ )?"
    r"nicht ?-?öffentliche[nrsm]?(?! und öffentlich) (?:sitzung|teil|beratung|tagesordnung)"
)
_MUST = r"(?:ist|sind|muss|müssen|soll|sollen|sollte|wird|werden|darf|dürfen|bleibt|möge|bitte|bitten|kann)"
_ASK = (
    r"(?:[^,;:.]{0,80} )?(?:bitten?|beantragen?|beantragt|bittet|ersuchen?|wünschen?|möchten?),? "
    r"(?:(?:ich|wir|sie|daher|deshalb|hiermit|darum|höflich|zudem|außerdem|gleichzeitig|herzlich|dringend|auch"
    r"|die verwaltung|den bürgermeister|die bürgermeisterin|dass),? ){0,6}"
)
_THIS = (
    r"(?:(?:die|der|das|den|dem|des|diese[rsnm]?|meine[rsnm]?|mein|unsere[rsnm]?|unser)"
    r" (?:(?:vorliegende|nachfolgende|folgende|beigefügte|obige|gesamte|ganze)[nrsm]? )?(?:{papers}))"
)
_LONGEST, _SHORT, _WINDOW, _ANSWERS = 600, 60, 4, 6


class Withheld(NamedTuple):
    """That the paper is withheld, or says both, and where."""

    said: Said
    row: Row


def withheld(rows: Sequence[Row], head: int) -> Iterator[Withheld]:
    """Each row that withholds the paper; the first `head` rows are its head."""
    for index, row in enumerate(rows):
        if row.text and (said := _field(rows, index, in_head=index < head)):
            yield Withheld(said, row)
        elif _begins(rows, index, head) and any(is_withheld(one) for one in _sentences(rows[index : index + _WINDOW])):
            yield Withheld(Said(False), row)


def is_withheld(sentence: str) -> bool:
    """Whether a sentence asks or orders not to publish this paper, or to deal with it behind closed doors."""
    text = " ".join(sentence.strip(' "„“”»«–-•*()').split())
    if len(text) > _LONGEST or text.endswith("?") or not text[:1].isupper() or not _SPEAKS.search(text):
        return False
    return _sentence().match(text) is not None and _WAS.search(text) is None


def _begins(rows: Sequence[Row], index: int, head: int) -> bool:
    """A sentence may begin here."""
    before, row = rows[index - 1] if index else None, rows[index]
    if not row.text:
        return False
    ended = before is None or len(before.text) < _SHORT or before.text.endswith((".", "!", "?", ":", ";"))
    return ended or index <= head or row.is_item or row.level > 0


def _sentences(rows: Sequence[Row]) -> Iterator[str]:
    end = next((index for index, row in enumerate(rows) if not row.text or (index and row.is_item)), len(rows))
    if any(_SPEAKS.search(row.text) for row in rows[:end]):
        yield from sentences(rows[0].text)
        yield from sentences(joined(row.text for row in rows[:end]))


def _field(rows: Sequence[Row], index: int, *, in_head: bool) -> Said | None:
    row = rows[index]
    if not _SPEAKS.search(row.text) or len(row.text) > _LONGEST:
        return None
    if label := _release().match(row.text):
        return _released([row.text[label.end() :], *_answers(rows[index + 1 :])])
    if label := _lock().match(row.text):
        return _lock_of(row.text[label.end() :].strip(), in_head=in_head)
    closed = _LOCKED.match(row.text.strip()) if in_head else None
    return Said(False) if closed and next(days_in(row.text), None) else None


def _answers(rows: Sequence[Row]) -> Iterator[str]:
    """The lines below a label that answer it."""
    for row in rows[:_ANSWERS]:
        if row.text and not _ANSWER.match(row.whole):
            return
        if row.text:
            yield row.whole


def _released(lines: Sequence[str]) -> Said | None:
    """``☐ Ja ☒ Nein, gesperrt bis einschließlich 31.12.2026``: None for yes, and for what nobody filled in."""
    text = _LOCKED.sub(" gesperrt ", " ".join(lines)[:_LONGEST]).strip()
    if _NOT_YET.match(text):
        return Said(False)
    if not _ANSWER.match(text):
        return None
    dated = any(_LOCKED.search(line) and next(days_in(line), None) for line in lines)
    ticked = {_yes(line) for line in lines if _TICK.search(line)} - {None}
    public = ticked.pop() if len(ticked) == 1 else _yes(text)
    if ticked or (public and dated) or (public is None and _TICK.search(text)):
        return Said(unclear=True)
    alone = text.lower().startswith("gesperrt") and "_" not in lines[0]
    return Said(False) if public is False or dated or alone else None


def _yes(answer: str) -> bool | None:
    bare = _LOCKED.sub(" gesperrt ", answer)
    return said_in(f"öffentlich: {bare}").public if _YES_OR_NO.search(bare) else None


def _lock_of(rest: str, *, in_head: bool) -> Said | None:
    """What stands behind „Sperrvermerk“; in the text of a budget it is another one."""
    if plain(rest).split(" ")[0].strip(",.;-–") in words().withheld["none"]:
        return None
    dated = next(days_in(rest), None)
    if dated and len(rest) - (dated.end - dated.start) <= len("gesperrt bis einschließlich zum  .,"):
        return Said(False)
    return Said(False) if in_head and (not rest or _UNTIL.match(rest) or plain(rest) == "ja") else None


@cache
def _release() -> re.Pattern[str]:
    return re.compile(
        rf"^\W*(?:{'|'.join(words().withheld['release'])})\s*(?::|\?|\b(?=\W*$|\s\W*(?:ja|nein)\b))", re.I
    )


@cache
def _lock() -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{'|'.join(words().withheld['lock'])})\s*(?::|–|-|$|(?=\sbis\b))", re.IGNORECASE)


@cache
def _sentence() -> re.Pattern[str]:
    known = words().withheld
    papers = "|".join(re.escape(word) for word in sorted(known["papers"], key=len, reverse=True))
    parts = {"this": _THIS.format(papers=papers), "must": _MUST, "ask": _ASK, "closed": _CLOSED, "words": _WORDS}
    found = known["sentences"]
    for name, pattern in parts.items():
        found = tuple(one.replace(f"{{{name}}}", pattern) for one in found)
    before = "|".join(re.escape(word) for word in known["before"])
    return re.compile(rf"^(?:(?:{before})[\s.:!–-]+)?(?:{'|'.join(found)})", re.IGNORECASE)
