"""Already answered? Earlier papers that ask much the same, the most similar first, with their answers.

Every word of the inquiry counts by where it stands (the subject twice) and by how rare it is: what stands in every
paper says nothing. Compounds are taken apart where their parts occur, so that *Radwegbeleuchtung* comes near
*Beleuchtung am Radweg*.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from math import log
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ..states import queries
from ..states import search_queries as index
from ..states.search_index import texts_of
from ..states.search_queries import Wanted
from ..states.search_text import SHORTEST_PART, STOP_WORDS, stem, words
from ..states.visibility import Reader
from .repeat_bar import Bar, judge
from .search import Hit, hits_of
from .search_pools import Pools
from .search_private import texts_without
from .search_rank import Scored
from .search_sight import Sight, everything, sight_of
from .search_terms import BEGINNING, INSIDE, Sense, Term, sense
from .workflow import Workflow

#: Words of an inquiry that are compared, papers looked at for each, and papers that are ranked.
MOST_WORDS, POOL, RANKED = 14, 60, 50
#: Pairs are made of so many of the rarest words, each in so many spellings.
_PAIRED, _PAIRED_WORDS = 5, 8
#: So many words that are near to one of the inquiry are looked for, out of so many that hold it.
_SPELLINGS, _SPELLED = 24, 120
#: Less than this is no similarity.
LEAST = 0.15
#: A part of a compound is a word by itself from this length on.
_PART = 4
#: A word in the subject of the inquiry counts so much more than one in its questions.
_SUBJECT = 2.0
#: A word found in the questions of a paper counts as fully found.
_FULL = 2.0
#: So many words are looked for, those with the fewest spellings; of the others each is taken to stand in one of so many
#: papers.
_LISTED, _COMMON = 8, 5
#: So many papers there are for a reader; how many there really are is not for everybody to know.
_ASSUMED = 100_000

SIGNED_ON, SIGN = "unterzeichnet_am", "unterzeichnen"


class Inquiry(NamedTuple):
    """What is asked."""

    subject: str
    questions: tuple[str, ...] = ()


class Earlier(NamedTuple):
    """An earlier paper, and whether its answer bars asking again."""

    hit: Hit
    #: 1: every word of the inquiry stands in its subject or questions.
    similarity: float
    answered_on: date | None
    answers: tuple[str, ...]
    bar: Bar


def similar(
    workflow: Workflow, asked: Inquiry | str, body: str, *, reader: Reader | None = None, limit: int = 5
) -> list[Earlier]:
    """The papers of `body` that are most like an inquiry, given by its words or as the id of a case.

    Raises:
        NotFoundError: there is no such case.
    """
    with workflow.database.reading() as connection:
        own = asked if isinstance(asked, str) else None
        sight = sight_of(workflow, connection, reader) if reader else everything()
        inquiry = _inquiry(connection, asked, sight) if isinstance(asked, str) else asked
        citizens = workflow.directory.town(body).citizens if reader else frozenset()
        compared = _Compared(connection, Pools(connection, Wanted(body=body), sight), inquiry, citizens)
        found = [one for one in compared.best(limit + 1) if one.row.case_id != own][:limit]
        hits = hits_of(workflow, connection, sight, found)
        return [
            _earlier(workflow, connection, hit, compared.likeness(one), sight)
            for hit, one in zip(hits, found, strict=True)
        ]


def _inquiry(connection: Connection, case_id: str, sight: Sight) -> Inquiry:
    """The words of a case, as far as the reader may know them: what is alike must not give the others away."""
    case = queries.case_summary(connection, case_id)
    said = [case.subject or str(case.facts.get("betreff", "")), *texts_of(case.facts, "questions")]
    sight.may_show([case_id])
    subject, *questions = texts_without(said, sight.blackout(case_id))
    return Inquiry(subject, tuple(questions))


def _earlier(workflow: Workflow, connection: Connection, hit: Hit, likeness: float, sight: Sight) -> Earlier:
    case = queries.case_summary(connection, hit.case_id)
    hidden = hit.state is None and not hit.answered
    given = () if hidden else texts_of(case.facts, "answers")
    black = sight.blackout(case.id)
    answers = tuple(given if black is None else map(black.text, given))
    day = None if hidden else _answered_on(workflow, connection, case.id, case.facts)
    town = workflow.directory.town(hit.body)
    return Earlier(hit, likeness, day, answers, judge(connection, town, workflow.today(hit.body))(day))


def _answered_on(workflow: Workflow, connection: Connection, case_id: str, facts: Mapping[str, Any]) -> date | None:
    """The day of the signature: as it was given, else the day on which it was entered."""
    try:
        return date.fromisoformat(str(facts.get(SIGNED_ON)))
    except ValueError:
        signed = [line for line in queries.history(connection, case_id) if line.event == SIGN]
        town = workflow.directory.town(queries.case_summary(connection, case_id).body)
        return signed[-1].at.astimezone(town.zone).date() if signed else None


class _Compared:
    """An inquiry held against the papers of the index."""

    def __init__(
        self, connection: Connection, pools: Pools, inquiry: Inquiry, citizens: frozenset[str] = frozenset()
    ) -> None:
        self._connection, self._pools, self._citizens = connection, pools, citizens
        weights = _weights(inquiry)
        known = index.known_words(connection, sorted({part for word in weights for part in _cuts(word)}))
        spelled = pools.spellings([stem(word) for word in weights], _SPELLED)
        self._senses = [_sense(word, known, spelled) for word in weights]
        self._near = self._newest()
        counted, newest = self._counted()
        self._worth = [
            weight * log(1 + newest / max(1.0, newest / _COMMON if near is None else _frequency(near, newest)))
            for weight, near in zip(weights.values(), counted, strict=True)
        ]

    def best(self, enough: int) -> list[Scored]:
        """The papers that come nearest, the nearest first."""
        found: Counter[int] = Counter()
        for near, worth in zip(self._near, self._worth, strict=True):
            found.update(dict.fromkeys(near or (), round(100 * worth)))
        ids = dict.fromkeys([*(one for one, _ in found.most_common(RANKED)), *self._paired(), *self._others])
        scored = self._pools.shown(ids, self._senses, enough, self._worth)
        return sorted((one for one in scored if self.likeness(one) >= LEAST), key=lambda one: (-one.score, -one.row.id))

    def likeness(self, one: Scored) -> float:
        """How much of the inquiry stands in a paper, from 0 to 1."""
        return round(min(1.0, one.score / (_FULL * sum(self._worth) or 1.0)), 3)

    def _newest(self) -> list[list[int] | None]:
        """For each word the newest papers with it; None: it has so many spellings that it is taken for common."""
        known = [number for number, one in enumerate(self._senses) if one.words]
        rare = sorted(known, key=lambda number: len(self._senses[number].words))[:_LISTED]
        groups = [self._senses[number].any_of for number in rare]
        found = dict(zip(rare, self._pools.near(groups, POOL), strict=True))
        self._others = self._pools.others(groups)
        return [found.get(number, None if one.words else []) for number, one in enumerate(self._senses)]

    def _counted(self) -> tuple[list[list[int] | None], int]:
        """The papers in which each word is counted, and among how many.

        No figure may change by a paper of which the reader must not know: not by its words, not by its being there.
        """
        if self._pools.unlimited:
            return self._near, index.newest(self._connection)
        near = {one for near in self._near for one in near or ()}
        known = index.published(self._connection, near, self._citizens)
        return [near and [one for one in near if one in known] for near in self._near], _ASSUMED

    def _paired(self) -> list[int]:
        """Papers that hold two of the rarest words, where of either only the newest papers have been looked at."""
        cut = [
            (worth, one._replace(words=dict(sorted(one.words.items(), key=lambda word: -word[1])[:_PAIRED_WORDS])))
            for worth, one, near in zip(self._worth, self._senses, self._near, strict=True)
            if near and len(near) >= POOL
        ]
        rarest = sorted(cut, key=lambda pair: -pair[0])[:_PAIRED]
        pairs = tuple((one.any_of, other.any_of) for (_, one), (_, other) in combinations(rarest, 2))
        return self._pools.newest(pairs) if pairs else []


def _sense(word: str, known: set[str], spelled: Mapping[str, Sequence[str]]) -> Sense:
    """The words that are near to one of the inquiry: its own spellings, and the parts of a compound that are known."""
    found = sense(Term(word, (word,)), spelled.__getitem__)
    near = {other: nearness for other, nearness in found.words.items() if nearness >= BEGINNING}
    parts = dict.fromkeys((part for part in _cuts(word) if part in known), INSIDE)
    return found._replace(words=dict(list((parts | near).items())[:_SPELLINGS]))


def _cuts(word: str) -> list[str]:
    """What may be words with which a compound begins or ends."""
    cuts = range(_PART, len(word) - _PART + 1)
    ends = {part for cut in cuts for part in (word[:cut], word[cut:], stem(word[cut:]), word[:cut].removesuffix("s"))}
    return sorted(ends - STOP_WORDS)


def _weights(inquiry: Inquiry) -> dict[str, float]:
    """The words that say something, with what they count for where they stand."""
    found: dict[str, float] = {}
    for text, weight in ((inquiry.subject, _SUBJECT), *((question, 1.0) for question in inquiry.questions)):
        for word in words(text):
            if len(word) >= SHORTEST_PART and word not in STOP_WORDS:
                found[word] = max(found.get(word, 0.0), weight)
    rated = sorted(found.items(), key=lambda item: (-item[1], -len(item[0])))
    return dict(rated[:MOST_WORDS])


def _frequency(near: Sequence[int], newest: int) -> float:
    """In how many papers a word stands, judged by how far back one must go for the newest of them."""
    return float(len(near)) if len(near) < POOL or newest == _ASSUMED else POOL * newest / (newest - near[-1] + 1)
