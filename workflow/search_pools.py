"""Looking through the index: pools of the newest matching papers, until enough of them may be shown.

The search is bounded, whatever is asked: of the papers that match, the newest are ranked; where one word
is asked for, the newest with it in the subject as well. So a word that stands in every other paper
is answered as fast as a rare one.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from ..states import search_queries as index
from ..states.search_queries import AnyOf, Expression, Indexed, Pool, Wanted
from ..states.search_text import SHORTEST_PART, stem
from ..states.survey import bodies
from .search_private import blacked_out, folded_without
from .search_rank import BESIDE, Asked, Scored, Visible, score
from .search_sight import Sight
from .search_terms import Sense, Term, sense, shared, telling

#: Papers looked at together, and how many times more are fetched where nothing of them may be shown.
POOL, ROUNDS = 60, 50
#: Where too few papers hold all terms, the newest so many of each are held against each other.
DEPTH = 200
#: Words asked for together where several terms are, if one of these has `_FEW` words, and if none has. On SQLite each
#: word costs. So it does on PostgreSQL for a rare term, which its index finds; else the newest papers are read one by
#: one, and the more words there are, the fewer of them in vain.
MOST_WORDS = {"sqlite": (150, 150), "postgresql": (60, 450)}
_FEW = 8
#: So many more papers are looked at for readers who may be concerned in some that are not for everybody.
MIXED = 120
#: Words in which a part stands are read no further than this.
_SPELLINGS = 500


class Pools:
    """One search on one snapshot.

    Of what a reader may not know everything of, only the rows are looked at that everybody may know of by their flags;
    and of readers who may be concerned in others, the newest of these besides. What is shown, the sight decides.
    """

    def __init__(self, connection: Connection, wanted: Wanted, sight: Sight) -> None:
        self._connection, self._sight = connection, sight
        # To ask of each row whether it is of the only town there is would cost more than to look for the words.
        alone = wanted.body is not None and [key for key, _ in bodies(connection)] == [wanted.body]
        self.wanted = wanted._replace(body=None) if alone else wanted
        self._seen: set[int] = set()
        #: Whether the reader may know of every paper that is wanted.
        self.unlimited = not sight.is_reader or (sight.all_of is not None and sight.all_of == wanted.body)
        self._concerned = sight.concerned and not self.unlimited
        self._open = None if self.unlimited else True

    def senses(self, terms: Sequence[Term]) -> list[Sense]:
        """The terms with the words that answer them."""
        parts = [stem(term.words[0]) for term in terms if len(term.words) == 1 and not term.numbers]
        known = self.spellings(parts)
        return [sense(term, known.__getitem__) for term in terms]

    def spellings(self, parts: Sequence[str], most: int = _SPELLINGS) -> dict[str, list[str]]:
        """For each part the words that occur and contain it, so many; for a very short one, itself if it does."""
        short = [part for part in parts if len(part) < SHORTEST_PART]
        alone = index.known_words(self._connection, short)
        found = {part: [part] if part in alone else [] for part in short}
        long = list(dict.fromkeys(part for part in parts if part not in found))
        return found | index.spellings(self._connection, long, most)

    def best(self, senses: Sequence[Sense], enough: int) -> list[Scored]:
        """The papers that may be shown and answer, the best first; so many, if there are."""
        found = self._with_numbers(senses, enough)
        known = [one for one in senses if one.any_of]
        steps = self._for_one(known[0], senses, enough) if len(known) == 1 else self._for_several(known, senses, enough)
        for some in steps if known else ():
            found += some
            if len(found) >= enough:
                break
        return sorted(found, key=lambda one: one.order)

    def _for_one(self, asked: Sense, senses: Sequence[Sense], enough: int) -> Iterator[list[Scored]]:
        """The newest with the word in their subject, then the newest with it anywhere."""
        demand: Expression = ((asked.any_of,),)
        found = self._walked(senses, demand, enough, subject=True)
        if len(found) < enough or found[enough - 1].score <= BESIDE or _is_of_numbers(asked):
            found += self._walked(senses, demand, enough)
        yield found

    def _for_several(self, known: Sequence[Sense], senses: Sequence[Sense], enough: int) -> Iterator[list[Scored]]:
        """Those that hold the terms, first the most telling together, then as many as can be, then any."""
        most = MOST_WORDS[self._connection.dialect.name][min(len(one.any_of) for one in known) > _FEW]
        together, each = shared(telling(known), most), shared(known, most)
        yield self._walked(senses, (tuple(together),), enough)
        yield self.shown(self._gathered(together), senses, enough)
        yield self._walked(senses, tuple((group,) for group in each), enough)

    def _gathered(self, groups: Sequence[AnyOf]) -> list[int]:
        """Of the newest papers that hold a group those that hold the most of them; and the newest with the rarest."""
        lists = self.near(groups, DEPTH)
        held: Counter[int] = Counter()
        for near in lists:
            held.update(near)
        best = heapq.nlargest(POOL, held, key=lambda one: (held[one], one))
        return list(dict.fromkeys([*best, *min(lists, key=len)[: POOL // 2], *self.others(groups)]))

    def near(self, groups: Sequence[AnyOf], limit: int) -> list[list[int]]:
        """For each group the newest papers that hold any of it, by the flags such as the reader may know of."""
        demands: list[Expression] = [((group,),) for group in groups]
        return index.matching_each(self._connection, demands, self.wanted, Pool(limit, open=self._open))

    def others(self, groups: Sequence[AnyOf]) -> list[int]:
        """For readers who may be concerned in what is not for everybody: the newest such papers that hold any group."""
        demand = tuple((group,) for group in groups)
        return self._matching(demand, Pool(POOL, open=False)) if self._concerned and groups else []

    def newest(self, demand: Expression) -> list[int]:
        """The newest papers that match, as `near` has them."""
        pool = Pool(POOL, open=self._open)
        return self._mixed(demand, Pool(POOL)) if self._concerned else self._matching(demand, pool)

    def _matching(self, demand: Expression, pool: Pool) -> list[int]:
        return index.matching(self._connection, demand, self.wanted, pool)

    def _mixed(self, demand: Expression, pool: Pool) -> list[int]:
        """The newest that match: those that everybody may know of by their flags, and of the others."""
        both = self._matching(demand, pool._replace(limit=pool.limit + MIXED))
        known = index.opened(self._connection, both)
        shown = [one for one in both if one in known][: pool.limit]
        if len(shown) < pool.limit and len(both) == pool.limit + MIXED:
            shown = self._matching(demand, pool._replace(open=True))
        return [*shown, *[one for one in both if one not in known][:POOL]]

    def _with_numbers(self, senses: Sequence[Sense], enough: int) -> list[Scored]:
        numbers = [number for one in senses for number in one.term.numbers]
        return self.shown(index.with_numbers(self._connection, numbers, self.wanted), senses, enough)

    def _walked(
        self, senses: Sequence[Sense], demand: Expression, enough: int, *, subject: bool = False
    ) -> list[Scored]:
        """The best of the newest that match, going back until there are enough."""
        found: list[Scored] = []
        if self._concerned:
            found = self.shown(self._mixed(demand, Pool(POOL, subject=subject)), senses, enough)
        for shown in (True, False) if self._concerned else (self._open,):
            below: int | None = None
            for _ in range(ROUNDS if len(found) < enough else 0):
                ids = self._matching(demand, Pool(POOL, below, subject, shown))
                found += self.shown(ids, senses, enough)
                if len(ids) < POOL or len(found) >= enough:
                    break
                below = ids[-1]
        return sorted(found, key=lambda one: one.order)

    def shown(
        self, ids: Iterable[int], senses: Sequence[Sense], enough: int, worth: Sequence[float] | None = None
    ) -> list[Scored]:
        """Those of the rows, not seen before, that answer by what may be shown of them: the best so many, if not all.

        They are ranked by all that they hold, which is never less than what may be shown; so only the first of them
        must be judged, until so many stand above all that could still come: few, then ever more, for asking costs more
        than judging.
        """
        fresh = [one for one in ids if one not in self._seen]
        self._seen.update(fresh)
        rows = index.indexed(self._connection, fresh).values()
        asked = Asked(senses)
        hoped = [score(asked, Visible.of(row, answer=True, documents=row.texts), worth) for row in rows]
        hoped = sorted((one for one in hoped if one.terms), key=lambda one: one.order)
        if not self._sight.is_reader:
            return hoped
        found: list[Scored] = []
        many = enough + 1
        while hoped and not (len(found) >= enough and found[enough - 1].order <= hoped[0].order):
            judged, hoped = [one.row for one in hoped[:many]], hoped[many:]
            many *= 2
            told = (score(asked, paper, worth) for paper in self.visible(judged))
            found = sorted((*found, *(one for one in told if one.terms)), key=lambda one: one.order)
        return found

    def visible(self, rows: Sequence[Indexed]) -> list[Visible]:
        """The rows that may be shown, with the words that may be."""
        cases = self._sight.may_show([row.case_id for row in rows])
        answered = self._sight.may_show_answer([row.case_id for row in rows if row.case_id in cases])
        shown = [row for row in rows if row.case_id in cases]
        texts = self._texts([row for row in shown if row.texts], answered)
        black = {row.case_id: one for row in shown if (one := self._sight.blackout(row.case_id)) is not None}
        if black:
            shown = list(blacked_out(self._connection, shown, black, self.wanted.originator))
        return [Visible.of(row, answer=row.case_id in answered, documents=texts.get(row.case_id, "")) for row in shown]

    def _texts(self, rows: Sequence[Indexed], answered: set[str]) -> dict[str, str]:
        """The words of the documents, by case."""
        worked = self._sight.may_show_work([row.case_id for row in rows])
        found = {row.case_id: row.texts for row in rows if row.case_id in worked}
        for document in index.documents(self._connection, [row.case_id for row in rows if row.case_id not in worked]):
            if self._sight.shows(document, answer=document.case_id in answered, work=False):
                black = self._sight.blackout(document.case_id)
                told = document.words if black is None else folded_without([document.title, document.text], black)
                found[document.case_id] = f"{found.get(document.case_id, '')} {told}"
        return found


def _is_of_numbers(asked: Sense) -> bool:
    """Whether the term may stand in the number of a paper, which counts as much as its subject."""
    return any(one.isdigit() for phrase in asked.any_of for word in phrase for one in word)
