"""Drawing up an agenda: in which order the items stand, and how they are numbered. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..config.rule_agenda import Agenda
from ..config.text import Lang, Text
from ..states.session_questions import ORAL, RESIDENT

#: Decisions come first, what is only noted last.
ORDER = ("entscheidung", "vorberatung", "anhoerung", "kenntnisnahme")
PUBLIC, CLOSED = "Ö", "N"
_RESIDENTS = Text("Einwohnerfragestunde", "Residents' question time")
_ORAL = Text("Mündliche Fragen", "Oral questions")
_DIGITS = re.compile(r"(\d+)")


class Candidate(NamedTuple):
    """A consultation, or a free item (without one), that is to stand on the agenda."""

    stop: str | None
    title: str
    role: str | None
    #: Of the paper.
    number: str | None
    public: bool


def proposed(
    standing: Agenda, candidates: Iterable[Candidate], lang: Lang = "de", *, asked: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The rows of an agenda: the public part, then the other one, each between its standing items.

    The other part is there only if something is to be dealt with in it. `asked`: the kinds of questions there are.
    """
    ordered = sorted(candidates, key=_rank)
    open_ones, closed = [one for one in ordered if one.public], [one for one in ordered if not one.public]
    first = (*standing.first, *([standing.control] if standing.control else []))
    questions = _question_items(standing, asked)
    rows = list(_part(PUBLIC, (*first, *questions), open_ones, standing.last, lang))
    for row, kind in zip(rows[len(first) :], questions.values(), strict=False):
        row["fragen"] = kind
    if closed:
        rows += _part(CLOSED, standing.closed_first, closed, standing.closed_last, lang)
    return rows


def supplemented(rows: Iterable[dict[str, Any]], candidates: Iterable[Candidate]) -> list[dict[str, Any]]:
    """An agenda that members know, with what is to be added: behind the other items of its part."""
    found = list(rows)
    for one in sorted(candidates, key=_rank):
        row: dict[str, Any] = {"nummer": next_number(found, closed=not one.public), "titel": one.title}
        row |= {} if one.public else {"nichtoeffentlich": True}
        found.append(row | ({"beratung": one.stop} if one.stop is not None else {}))
    return found


def _question_items(standing: Agenda, asked: Collection[str]) -> dict[Text, str]:
    """The items under which questions are asked, with their kind: standing ones, and where somebody asks."""
    items = ((RESIDENT, standing.residents, _RESIDENTS), (ORAL, standing.oral, _ORAL))
    return {title or usual: kind for kind, title, usual in items if title is not None or kind in asked}


def _part(
    letter: str, first: Sequence[Text], candidates: Sequence[Candidate], last: Sequence[Text], lang: Lang
) -> Iterator[dict[str, Any]]:
    titles: list[tuple[str, str | None]] = [(one.in_(lang), None) for one in first]
    titles += [(one.title, one.stop) for one in candidates]
    titles += [(one.in_(lang), None) for one in last]
    for place, (title, stop) in enumerate(titles, 1):
        row: dict[str, Any] = {"nummer": f"{letter} {place}", "titel": title}
        if letter == CLOSED:
            row["nichtoeffentlich"] = True
        yield row | ({"beratung": stop} if stop is not None else {})


def _rank(one: Candidate) -> tuple[int, int, list[tuple[int, int | str]]]:
    """Papers by role and number; free items, which were named last, come behind them."""
    role = ORDER.index(one.role) if one.role in ORDER else len(ORDER)
    return (one.stop is None, role, natural(one.number or ""))


def natural(number: str) -> list[tuple[int, int | str]]:
    """A number of a paper, so that 9/2024 comes before 10/2024."""
    parts = (part for part in _DIGITS.split(number) if part)
    return [(0, int(part)) if part.isdigit() else (1, part.casefold()) for part in parts]


def next_number(rows: Iterable[dict[str, Any]], *, closed: bool) -> str:
    """The number of an item that comes on an agenda late: behind all others of its part."""
    letter = CLOSED if closed else PUBLIC
    known = [found for row in rows if (found := re.fullmatch(rf"{letter}\s*(\d+)", row["nummer"]))]
    return f"{letter} {max((int(one[1]) for one in known), default=0) + 1}"


def same_number(one: str, other: str) -> bool:
    """Whether two people mean the same item: ``Ö 3``, ``ö3``, ``O 3``; ``3`` means the public one."""
    return _plain(one) == _plain(other)


def _plain(number: str) -> str:
    plain = "".join(number.split()).casefold().replace("ö", "o")
    return f"o{plain}" if plain.isdigit() else plain
