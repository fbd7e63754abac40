"""What an answer promises, and until when. Pure.

A promise is told in the present or future, by the administration itself. What is past, expected of somebody else,
reported, conditional, or told in a paper of its own is none.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from .understanding_numbers import numbers_in
from .understanding_periods import Due, dues_in
from .understanding_rows import Row, paragraphs
from .understanding_sentences import sentences
from .understanding_town import KnownTown
from .understanding_words import words

_WILL = re.compile(r"\b(?:wird|werden|werde)\b", re.IGNORECASE)
_PROMISE = re.compile(
    r"\bsag(?:t|en|e)\b.{1,120}\bzu\b|\bzugesagt\b|\bunaufgefordert\b|\bverpflichtet sich\b|\bWiedervorlage\b"
    r"|\bkomme[nt]?\b.{1,80}\bauf (?:Sie|Ihre Fraktion|die Fraktion(?:en)?|den Ausschuss|den Rat) (?:wieder )?zu\b"
    r"|\b(?:wir melden uns|melden wir uns|ich melde mich|melde ich mich)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:nicht(?! nur| später| vor\b)|keine?[nmrs]?|weder|entfällt)\b", re.IGNORECASE)
_BARE_YEAR = re.compile(r"^(?:im Jahre?|in|bis|Jahr|des Jahres) (?:19|20)\d\d$", re.IGNORECASE)
_OTHER_TOWN = re.compile(r"\b(?:[Dd]ie|[Dd]er) (?:Stadt|Gemeinde|Landeshauptstadt|Kommune) ([A-ZÄÖÜ][\wäöüß-]+)")
#: „Ob bis Ende 2025 geliefert wird, ist unklar“: what is asked there is not promised.
_WHETHER = re.compile(
    r"(?:^|(?<=[,;])\s)(?:ob|wann|inwieweit|inwiefern)\b[^,;]*?"
    r"(?:[,;]|$|\s(?=und (?:bis|spätestens|dann|darüber|hierüber|dem|den)\b))",
    re.IGNORECASE,
)
_ADVERBIAL = r"(?:(?:bis|im|in|ab|am|zum|spätestens|voraussichtlich|dann|danach|hierzu|dazu|zudem)\b[^,;]{0,60}?\s)"
#: „einreichen“ is done by whom a sentence names, „eingereicht“ and „einbezogen“ by somebody else.
_INFINITIVE = re.compile(r"(?:en|ern|eln)$")
_PARTICIPLE = re.compile(
    r"(?:(?:ab|an|auf|aus|bei|dar|ein|fest|her|hin|mit|nach|vor|weg|zu|zurück|zusammen|teil|bereit)?ge(?![bh]en$)"
    r"|\w*(?:zogen|boten|fangen|nommen|laden|sprochen|lassen)$)",
    re.IGNORECASE,
)
#: More is no sentence, but a list without marks.
_LONGEST = 2000
#: What stands before an answer to one of several questions.
_BEFORE = re.compile(r"^(?:Zu (?:Frage )?\d{1,3}\s?[.:)]{0,2}\s*:?|Antwort\b[^:]{0,30}:)\s*")


class Promise(NamedTuple):
    """A sentence that promises, where it stands, and until when."""

    text: str
    row: Row
    due: Due | None


def promises_of(rows: Sequence[Row], base: date | None, town: KnownTown) -> Iterator[Promise]:
    """The promises in the words of an answer; `base` is the day of the document."""
    for part in paragraphs(rows):
        if part.first.level or (part.first.is_item and part.text.endswith("?")):
            continue
        for sentence in sentences(part.text):
            if (due := _promised(sentence, base, town)) is not _NONE:
                yield Promise(_BEFORE.sub("", sentence), part.first, due if isinstance(due, Due) else None)


_NONE = object()


@cache
def _one_of(name: str) -> re.Pattern[str]:
    """Any of the verbs of a list."""
    return re.compile(rf"\b(?:{'|'.join(words().promises[name])})\b", re.IGNORECASE)


@cache
def _theirs() -> re.Pattern[str]:
    """„Die Bürger werden“, „Bis Mai werden die Bürger“."""
    who = (
        rf"(?:(?:die|der|das|alle|viele)\s)?(?:{'|'.join(words().promises['theirs'])})(?:[*:_/-]{{0,2}}innen|n)?\b(?!-)"
    )
    will = r"\b(?:wird|werden)\b"
    return re.compile(rf"^(?:{who}[^,;]{{0,80}}?\s{will}|{_ADVERBIAL}{will}\s{who})", re.IGNORECASE)


def _promised(whole: str, base: date | None, town: KnownTown) -> object:
    """The day promised, None for a promise without one, `_NONE` for no promise."""
    if len(whole) > _LONGEST or whole.endswith("?"):
        return _NONE
    sentence = _WHETHER.sub(" ", _BEFORE.sub("", whole)).strip()
    key = sentence.lower()
    if not _may_promise(sentence, key, town):
        return _NONE
    named = list(dues_in(sentence, base))
    dues = [due for due in named if _is_ahead(due, base)]
    if named and not dues and "zugesagt" in key:
        return _NONE
    plainly = _PROMISE.search(sentence) is not None
    if not plainly and any(char.isdigit() for char in sentence) and next(numbers_in(sentence, town), None):
        return _NONE
    if plainly or _acts(sentence, key):
        return _last(dues)
    planned = any(word in key for word in words().promises["planned"])
    dated = [due for due in dues if not _BARE_YEAR.match(due.words) or planned or "bis" in due.words.lower()]
    return _last(dated) if dated and _one_of("now").search(sentence) else _NONE


def _may_promise(sentence: str, key: str, town: KnownTown) -> bool:
    if not (_PROMISE.search(sentence) or _one_of("now").search(sentence)):
        return False
    if any(word in key for word in (*words().promises["never"], *words().promises["others"])):
        return False
    if _is_other_town(sentence, town) or _others_act(sentence):
        return False
    past, will = _one_of("past").search(sentence), _WILL.search(sentence)
    if past and not will and not re.search(r"\bzugesagt\b", key):
        return False
    return not (_NOT.search(sentence) and not _PROMISE.search(sentence))


def _others_act(sentence: str) -> bool:
    last = sentence.rstrip(" .!;,").rpartition(" ")[2]
    does = _INFINITIVE.search(last) is not None and _PARTICIPLE.match(last) is None
    return does and _theirs().search(sentence) is not None


def _is_other_town(sentence: str, town: KnownTown) -> bool:
    names = _OTHER_TOWN.findall(sentence)
    return bool(town.name and names) and all(name not in (town.name or "") for name in names)


def _is_ahead(due: Due, base: date | None) -> bool:
    return due.day is None or base is None or due.day >= base


def _acts(sentence: str, key: str) -> bool:
    """„wird … berichtet“, in this order: a clause of its own, not one that explains a word."""
    will = _WILL.search(sentence)
    return will is not None and any(re.search(rf"\b{word}\b", key[will.end() :]) for word in words().promises["acts"])


def _last(dues: Sequence[Due]) -> Due | None:
    known = [due for due in dues if due.day is not None]
    return max(known, key=lambda due: due.day or date.min) if known else next(iter(dues), None)
