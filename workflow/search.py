"""Full-text search over papers, answers and documents: ``vorgang search``, and what intake and other faces call."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from ..config.text import Text
from ..states import queries
from ..states.search_index import SUBJECT, originator_of, texts_of
from ..states.search_queries import Wanted, documents
from ..states.visibility import Reader
from .search_excerpt import Piece, excerpt
from .search_pools import Pools
from .search_rank import Scored, Why
from .search_sight import Sight, everything, sight_of
from .search_terms import terms
from .workflow import Workflow

__all__ = ["Hit", "Hits", "Page", "Wanted", "search"]

#: Most hits of a page, and how far one can turn the pages.
MOST, FURTHEST = 200, 2_000


class Page(NamedTuple):
    """Which hits are shown: so many, after so many."""

    limit: int = 20
    after: int = 0


class Hit(NamedTuple):
    """A paper that was found."""

    case_id: str
    body: str
    number: str | None
    subject: str | None
    day: date
    kind: str
    kind_label: Text
    #: None for whoever may not see the work on the case; they are told the public words alone.
    state: str | None
    state_label: Text
    #: Key of the party that it comes from.
    originator: str | None
    #: Whether the reader may see its answer.
    answered: bool
    excerpt: tuple[Piece, ...]
    #: Of the terms asked for, so many are in it.
    terms: int
    score: float
    why: tuple[Why, ...]


class Hits(NamedTuple):
    """The hits of a page, the best first."""

    hits: tuple[Hit, ...]
    #: Whether there is another page.
    more: bool
    #: What was asked for, as it was understood; empty: nothing but words that stand everywhere.
    terms: tuple[str, ...]


def search(
    workflow: Workflow,
    asked: str,
    wanted: Wanted | None = None,
    *,
    reader: Reader | None = None,
    page: Page | None = None,
) -> Hits:
    """The papers that answer `asked`, as far as `reader` may see them; without a reader, all that the database holds.

    Several words are looked for together; where too few papers hold them all, those with fewer follow. Words are found
    inside of others, with any ending, with or without umlauts; phrases stand in quotation marks; numbers may be
    written as they come (``1062/23``, ``0321_2022``). Nothing in `asked` is syntax, and no input is an error.
    """
    page = _within(page or Page())
    understood = terms(asked)
    if not understood:
        return Hits((), more=False, terms=())
    with workflow.database.reading() as connection:
        sight = sight_of(workflow, connection, reader) if reader else everything()
        pools = Pools(connection, wanted or Wanted(), sight)
        last = page.after + page.limit
        found = pools.best(pools.senses(understood), last + 1)
        hits = tuple(hits_of(workflow, connection, sight, found[page.after : last]))
    return Hits(hits, more=len(found) > last, terms=tuple(term.given for term in understood))


def _within(page: Page) -> Page:
    return Page(min(max(page.limit, 1), MOST), min(max(page.after, 0), FURTHEST))


def hits_of(workflow: Workflow, connection: Connection, sight: Sight, found: list[Scored]) -> Iterable[Hit]:
    """What is shown of the papers that were found."""
    ids = [one.row.case_id for one in found]
    cases = queries.summaries(connection, ids)
    answered, worked = sight.may_show_answer(ids), sight.may_show_work(ids)
    disclosed = sight.may_show_resolution(ids)
    texts: dict[str, list[str]] = {}
    for document in documents(connection, [one.row.case_id for one in found if one.row.texts]):
        if sight.shows(document, answer=document.case_id in answered, work=document.case_id in worked):
            texts.setdefault(document.case_id, []).append(document.text)
    for one in found:
        case = cases[one.row.case_id]
        answers = list(texts_of(case.facts, "answers")) if case.id in answered else []
        given = [*answers, *texts_of(case.facts, "questions"), *texts.get(case.id, ())]
        number, subject, originator = case.number, case.subject or case.facts.get(SUBJECT), originator_of(case.facts)
        if (black := sight.blackout(case.id)) is not None:
            given, (number, subject) = list(map(black.text, given)), black.value((number, subject))
            originator = None if originator in black.private.keys else originator
        pieces = excerpt(given, {word for why in one.why for word in why.words})
        lifecycle = workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle
        state = lifecycle.states[case.state]
        outside = case.id not in worked
        yield Hit(
            case.id,
            case.body,
            number,
            subject,
            one.row.day,
            case.lifecycle,
            lifecycle.label,
            None if outside else case.state,
            (state.told(disclosed=case.id in disclosed) or _UNTOLD) if outside else state.label,
            originator,
            bool(answers),
            pieces,
            one.terms,
            one.score,
            one.why,
        )


#: A state of which the public is told nothing.
_UNTOLD = Text("", "")
