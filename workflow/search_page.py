"""Hits as people see them on the command line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .case_page import short
from .search_excerpt import marked
from .wording import say

if TYPE_CHECKING:  # the command line must answer --help before Rich and a database library are loaded
    from .console import Screen
    from .search import Hit, Hits, Page
    from .similar import Earlier
    from .workflow import Workflow


def show_hits(screen: "Screen", workflow: "Workflow", found: "Hits", asked: "tuple[str, Page]") -> None:
    """The hits of a page; where there are none, what may help. `asked`: the words as they were given, and the page."""
    words, page = asked
    if not found.terms:
        screen.say("search_too_common")
    elif not found.hits:
        screen.say("search_none_further" if page.after else "search_none", words=" ".join(words.split()))
        _say_unindexed(screen, workflow)
    for hit in found.hits:
        _show(screen, workflow, hit, len(found.terms))
    if found.more:
        screen.line()
        screen.say("search_more", style="dim", after=page.after + len(found.hits))


def show_earlier(screen: "Screen", workflow: "Workflow", found: "Sequence[Earlier]") -> None:
    """What was asked before, and whether its answer bars asking again."""
    if not found:
        screen.say("search_nothing_similar")
        _say_unindexed(screen, workflow)
    for earlier in found:
        _show(screen, workflow, earlier.hit, 0)
        answered = earlier.answered_on and screen.shown(earlier.answered_on)
        until = f"→ {screen.shown(earlier.bar.until)}" if earlier.bar.until else None
        bar = say(f"bar_{earlier.bar.standing}", screen.lang, answered=answered or "–")
        norm = earlier.bar.norm.in_(screen.lang) if earlier.bar.norm else None
        likeness = say("search_likeness", screen.lang, percent=round(100 * earlier.similarity))
        screen.line(" · ".join(filter(None, (likeness, bar, until, norm))), indent=2)


def _show(screen: "Screen", workflow: "Workflow", hit: "Hit", terms: int) -> None:
    screen.line()
    head = " · ".join(filter(None, (hit.number or hit.case_id, hit.subject)))
    screen.line(head, style="bold")
    party = workflow.directory.town(hit.body).parties.get(hit.originator or "")
    facts = (screen.shown(hit.day), hit.kind_label.in_(screen.lang), hit.state_label.in_(screen.lang))
    screen.line(" · ".join(filter(None, (*facts, party.name if party else None))), indent=2)
    if hit.excerpt:
        screen.line(marked(hit.excerpt), indent=2)
    places = (f"{say(f'found_in_{why.field}', screen.lang)}: {', '.join(why.words)}" for why in hit.why)
    part = say("search_in_part", screen.lang, held=hit.terms, of=terms) if hit.terms < terms else None
    screen.line(short(" · ".join(filter(None, (*places, part))), 150), style="dim", indent=2)


def _say_unindexed(screen: "Screen", workflow: "Workflow") -> None:
    from ..states.search_queries import missing  # noqa: PLC0415  # loads the database library

    with workflow.database.reading() as connection:
        number = missing(connection)
    if number:
        screen.say("search_unindexed", style="yellow", count=number)
