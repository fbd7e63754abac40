"""The sessions for which a letter asks to be dealt with: „für die Sitzung des Rates am 14.03.2024“. Pure.

Only what plainly asks for this counts: a line of the head that begins with the kind of the paper or with the session,
or a sentence of the first words that brings the paper before the body. Sessions that are told, denied, put off or asked
about are none that are wanted; nor is one before the day of the letter.
"""

import re
from collections.abc import Iterator, Set
from datetime import date
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from .understanding_cells import looks_like_body
from .understanding_dates import Written, days_in
from .understanding_draft import Draft
from .understanding_letter import FACTION
from .understanding_rows import Row, joined, paragraphs
from .understanding_sentences import sentences
from .understanding_words import plain, words
from .understood import ConsultationFound

#: Papers that somebody brings before a body.
_BROUGHT = frozenset(
    {"anfrage", "antrag", "aenderungsantrag", "ergaenzungsantrag", "alternativantrag", "einwohnerfrage"}
)
_ON = r"\s*,?\s*(?:am|vom)?\s*(?:\(?(?:Mo|Di|Mi|Do|Fr|Sa|So|\w+tag|\w+woch)\.?\)?,?\s*)?(?:den|dem)?\s*\(?$"
_BODY = r"(?P<body>[A-ZÄÖÜ][^.:;\d]{1,120}?)"
#: „Sitzung des …“, „Sitzung der …“; „für den …“, „zum …“; „Ratssitzung“; behind another one „und den …“.
_OF = re.compile(
    rf"\b(?:[Ss]itzung(?:en)?|[Tt]agung|[Tt]agesordnung)\s(?P<article>des|der)\s(?!(?:\w+\s)?Sitzung){_BODY}{_ON}"
)
_FOR = re.compile(rf"\b(?:(?:[Ff]ür|[Ii]n|[Aa]n|[Zz]ur)\s(?:den|die|das|der)|[Zz]um|[Ii]m)\s{_BODY}{_ON}")
_JOINED = re.compile(rf"\b(?P<body>[A-ZÄÖÜ][\w-]*?)-?sitzung{_ON}")
_ALSO = re.compile(
    rf"^\W*(?:und|sowie|,)\s(?:auch\s)?(?:(?:für|in|an|zur?)\s)?(?P<article>des|der|den|die|das|dem|im|zum|zur)\s"
    rf"(?:[Ss]itzung\s(?:des|der)\s)?{_BODY}{_ON}"
)
_GENITIVE = re.compile(
    r"(ausschu(?:ss|ß)|rat|tag|senat|magistrat|konvent|vorstand|parlament|gremium|forum|plenum|kuratorium|kollegium)(?:e?s)\b",
    re.IGNORECASE,
)
#: Of a compound: „Rats-“ is the Rat.
_LINKED = re.compile(r"(rat|tag|senat|magistrat|versammlung|vertretung)s$", re.IGNORECASE)
_PAPER = r"(?:[\w-]{0,40}(?:an)?fragen?|[\w-]{0,40}antr(?:ag|äge))"
#: What leads to the session.
_TO = (
    r"(?:(?<!bis )(?:[Ff]ür|[Zz]ur|[Zz]u|[Ii]n|[Ii]m|[Aa]uf|[Aa]n|[Zz]um)"
    r"(?:\s(?:die|der|den|das|dem|eine[rn]?))?(?:\s\d{1,3}\.)?(?:\s(?:nicht )?[a-zäöüß]+e[nr])*\s*)"
)
_AGENDA = r"(?:auf|in) die (?:[a-zäöü]+e\s)?(?:Tagesordnung\s)?(?:(?:der|für die|zur)(?:\s[a-zäöü]+en)*\s*)?"
_OWN = re.compile(r"(?:(?:[Ff]ür|[Ii]n|[Aa]n|[Zz]ur)\s(?:den|die|das|der)|[Zz]um|[Ii]m)\s")
_FOR_THE = re.compile(r"(?:für|zur?|zum)\s(?:(?:die|den|das|der)\s)?(?:[a-zäöüß]+e[nr]\s)*", re.IGNORECASE)
_LEADS = re.compile(rf"(?:^|\s){_TO}$")
_ON_AGENDA = re.compile(rf"\b{_AGENDA}$")
_BROUGHT_TO = re.compile(rf"\b{_PAPER}\b(?!\s(?:der|des|von)\b)[\w\s§().,/-]{{0,80}}$", re.IGNORECASE)
#: A time, a place on the agenda: between the day and what is asked for.
_ASIDE = re.compile(
    r"^(?:[\s,()]|\b(?:um|ab|gegen)\b|\d{1,2}(?:[:.]\d\d)?\s?Uhr|TOP\s\w{1,3}(?:\s?\d{1,2})?|im \w+saal\b)+",
    re.IGNORECASE,
)
_PUT = re.compile(r"^[^,;:]{0,60}\b(?:setzen|nehmen|aufzunehmen|stellen|gesetzt|genommen|aufgenommen)\b", re.IGNORECASE)
_PUTS = re.compile(r"\b(?:(?:setzen|nehmen|stellen) (?:sie|wir)|(?:setze|nehme|stelle) ich|aufnahme)\b", re.IGNORECASE)
_DEALT = re.compile(
    r"^[^,;]{0,80}?\b(?:zu (?:beantworten|behandeln|beraten|erörtern|besprechen|stellen)"
    r"|(?:beantwortet|behandelt|beraten|gestellt) (?:zu )?werden"
    r"|(?:folgende|nachstehende)\w? [^,;]{1,80}\b(?:stellen|einbringen|richten))\b",
    re.IGNORECASE,
)
_BRINGS = re.compile(
    r"\b(?:stellen?|stellt|richte[nt]?|reiche[nt]?|bringe?[nt]?|lege?[nt]?|beantrag(?:e|en|t)|frag(?:e|en|t)|bitte[nt]?|bittet"
    r"|folgende[nrs]?|nachstehende[nrs]?|nachfolgende[nrs]?)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:(?:stell|frag|reich|beantrag|bring|leg)(?:en?|t)|(?:bitt|richt)e[nt]?|möchten?|bitte)\b", re.IGNORECASE
)
_ABOUT = re.compile(rf"\b(?:{_PAPER}|beantwort\w*)\b", re.IGNORECASE)
_WAS = re.compile(
    r"\b(?:wurden?|hatten?|fand|(?:haben?|hat)(?!\s(?:ich |wir )?(?:folgende|nachstehende|nachfolgende))|beschlossen"
    r"|diskutiert|mitgeteilt|zugesagt|angekündigt|gestellte[nr]?)\b"
)
_NO = re.compile(r"\b(?:nicht(?! ?-?öffentlich| nur)|kein\w*|nie|weder)\b", re.IGNORECASE)
#: A line of the head: the kind, who asks and by which rule, and then the session; or the session alone.
_LABEL = re.compile(r"^(?:Betreff|Betr\.?|Betrifft|Thema|Hier)\s?:\s*", re.IGNORECASE)
_ABOUT_IT = r"(?:zum?|zur|über|wegen|auf|aus|vor|bis)"
_ASKER = (
    rf"(?:\s\([^)]{{1,60}}\))?(?:\s(?:an|der|des|von|vom|gemäß|gem\.|nach)(?:\s(?!{_ABOUT_IT}\s)[^\s:–]+){{1,14}})?"
)
_KIND = re.compile(rf"^(?:\w+e[rns]?\s){{0,2}}{_PAPER}(?:[\s,–-]+|{_ASKER}[\s,–-]+{_TO})$", re.IGNORECASE)
_ALONE = re.compile(r"^(?:\d{1,3}\.\s)?(?:(?:nicht\s?-?)?(?:ordentliche|öffentliche)\s){0,2}$", re.IGNORECASE)
_ENDS = re.compile(r"^[\s,;.)–-]*(?:$|-|–)")
#: Nobody knows which.
_ANY = frozenset({"ausschuss", "ausschuß", "fachausschuss", "gremium", "beirat"})
_FIRST, _BEFORE, _WINDOW, _LONGEST, _MOST = 4, 200, 3, 1200, 500


class _Named(NamedTuple):
    """Sessions named one after the other in a text, and from where to where."""

    sessions: tuple[tuple[str, date], ...]
    start: int
    end: int


def sessions_wanted(draft: Draft) -> list[tuple[ConsultationFound, Row]]:
    """Body and day of each session that is named, in order; what the body is to do is not said there."""
    if draft.values.get("kind") not in _BROUGHT:
        return []
    written = draft.values.get("date")
    found: dict[tuple[str, date], Row] = {}
    for named, row in (*_of_head(draft), *_of_words(draft)):
        for body, day in named.sessions:
            if _is_body(body, draft) and (not isinstance(written, date) or day >= written):
                found.setdefault((body, day), row)
    return [(ConsultationFound(body, day, None, None), row) for (body, day), row in found.items()]


def _of_head(draft: Draft) -> Iterator[tuple[_Named, Row]]:
    rows = draft.rows[: draft.letter.start] if draft.letter else draft.head
    for index, row in enumerate(rows[:_MOST]):
        near = list(takewhile(lambda one: one.text, rows[index : index + _WINDOW]))
        text = _LABEL.sub("", joined(one.text for one in near))
        if row.text and len(text) <= _LONGEST and not _never().search(text) and not _NO.search(text):
            below = {joined(one.text for one in near[start:]) for start in range(1, len(near))}
            yield from ((one, row) for one in _named(text) if one.start < len(row.text) and _heads(text, one, below))


def _heads(text: str, one: _Named, below: Set[str]) -> bool:
    """The line begins with the kind of the paper, or with the session and holds nothing else."""
    before, after = text[: one.start], text[one.end :]
    if _KIND.match(f"{before}{_own(text, one)}"):
        return True
    alone = _ENDS.match(_ASIDE.sub("", after)) is not None or after.strip(" ,;.)") in below
    led = _FOR_THE.fullmatch(before) if before else _FOR_THE.match(text)
    return alone and (led is not None or (_ALONE.match(before) is not None and not _own(text, one)))


def _own(text: str, one: _Named) -> str:
    """The preposition with which it begins: „für den Kulturausschuss“."""
    own = _OWN.match(text[one.start :])
    return own[0] if own else ""


def _of_words(draft: Draft) -> Iterator[tuple[_Named, Row]]:
    for block in paragraphs(draft.body)[:_FIRST]:
        for sentence in sentences(block.text):
            if len(sentence) > _LONGEST or sentence.endswith("?") or _never().search(sentence) or _WAS.search(sentence):
                continue
            yield from ((one, block.first) for one in _named(sentence) if _wants(sentence, one))


def _wants(sentence: str, one: _Named) -> bool:
    """The sentence asks for this paper to be dealt with there."""
    before, after = sentence[: one.start], _ASIDE.sub("", sentence[one.end :])
    clause = f"{before.rpartition(',')[2]} {re.split(r'[,;:]', after, maxsplit=1)[0]}"
    if _NO.search(clause) or _asked().search(before):
        return False
    if _ON_AGENDA.search(before):
        return _PUT.match(after) is not None or _PUTS.search(before) is not None
    if not _LEADS.search(f"{before}{_own(sentence, one)}"):
        return False
    dealt = _DEALT.match(after) is not None and _ABOUT.search(before + after[:80]) is not None
    asks = _ASKS.match(after) is not None and _ABOUT.search(after) is not None
    return dealt or asks or (_BROUGHT_TO.search(before) is not None and _BRINGS.search(sentence) is not None)


def _named(text: str) -> Iterator[_Named]:
    """The sessions in a text; such as follow each other, joined by „und“, as one."""
    open_: _Named | None = None
    for written in days_in(text):
        also = _ALSO.search(text[open_.end : written.start]) if open_ else None
        if open_ and also:
            named = _called(also["body"], genitive=also["article"] == "des" or " des " in also[0])
            more = tuple((body, written.day) for body in named)
            open_ = open_._replace(sessions=(*open_.sessions, *more), end=written.end)
            continue
        if open_:
            yield open_
        open_ = _one(text, written)
    if open_:
        yield open_


def _one(text: str, written: Written) -> _Named | None:
    """The body whose session is on that day, as it is called by itself."""
    begin = max(written.start - _BEFORE, 0)
    before = text[begin : written.start]
    if of := _OF.search(before):
        bodies = _called(of["body"], genitive=of["article"] == "des")
    elif of := _JOINED.search(before):
        bodies = [_LINKED.sub(r"\1", of["body"])]
    elif of := _FOR.search(before):
        bodies = [of["body"]]
    else:
        return None
    return _Named(tuple((body, written.day) for body in bodies), begin + of.start(), written.end)


def _called(body: str, *, genitive: bool) -> list[str]:
    """„Rates und des Hauptausschusses“ are two."""
    first, *others = re.split(r"\sund\s(?=de[rs]\s)", body)
    parts = [(first, genitive), *((one[4:], one.startswith("des")) for one in others)]
    return [_GENITIVE.sub(r"\1", name, count=1) if of else name for name, of in parts]


def _is_body(name: str, draft: Draft) -> bool:
    head = re.split(r"\s(?:des|der|für|im|in)\s", name, maxsplit=1)[0]
    named = looks_like_body(name, draft.town) and words().body_part.search(head) is not None
    return named and plain(name) not in _ANY and FACTION.search(name) is None


@cache
def _never() -> re.Pattern[str]:
    return re.compile("|".join(words().session["never"]), re.IGNORECASE)


@cache
def _asked() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words().session['asked'])})\b", re.IGNORECASE)
