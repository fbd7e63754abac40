"""The search where something is private: what is blacked out for the reader is not compared, and finds nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection

from ..states.blackening import Blackout
from ..states.queries import summaries
from ..states.search_index import SEARCHED, SUBJECT, originator_of, texts_of
from ..states.search_queries import Indexed
from ..states.search_text import words


def blacked_out(
    connection: Connection, rows: Sequence[Indexed], black: Mapping[str, Blackout], originator: str | None
) -> Iterator[Indexed]:
    """The rows, of the cases in `black` with no word that is blacked out.

    `originator`: whose papers are asked for; where that is private, the paper is none of theirs for this reader.
    """
    cases = summaries(connection, list(black))
    for row in rows:
        if row.case_id not in black:
            yield row
            continue
        case, one = cases[row.case_id], black[row.case_id]
        if originator is not None and originator_of(case.facts) in one.private.keys:
            continue
        subject = str(case.subject or case.facts.get(SUBJECT) or "")
        told = {column: folded_without(texts_of(case.facts, column), one) for column in SEARCHED}
        if case.number is not None and one.text(case.number) != case.number:
            row = row._replace(number=None, number_words="")  # noqa: PLW2901  # of it nothing is told then
        yield row._replace(subject=folded_without([subject], one), questions=told["questions"], answers=told["answers"])


def folded_without(texts: Iterable[str], black: Blackout) -> str:
    """The words of texts as the index has them, without what is blacked out."""
    return " ".join(" ".join(words(black.words(text))) for text in dict.fromkeys(texts))


def texts_without(texts: Iterable[str], black: Blackout | None) -> Iterable[str]:
    """Texts without what is blacked out, for comparing their words."""
    return texts if black is None else map(black.words, texts)
