"""Drawing up an agenda: in which order the items stand, and how they are numbered. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..config.rule_agenda import Agenda
from ..config.text import LANGS, Lang, Text
from ..states.session_questions import ORAL, RESIDENT

#: Decisions come first, what is only noted last.
ORDER = ("entscheidung", "vorberatung", "anhoerung", "kenntnisnahme")
PUBLIC, CLOSED = "Ö", "N"
_USUAL = {
    RESIDENT: Text("Einwohnerfragestunde", "Residents' question time"),
    ORAL: Text("Mündliche Fragen", "Oral questions"),
}
_DIGITS = re.compile(r"(\d+)")


class Candidate(NamedTuple):
    """A consultation, or a free item (without one), that is to stand on the agenda."""

    stop: str | None
    #: Of a free item; a consultation is named by its paper.
    title: str | None
    role: str | None
    #: Of the paper.
    number: str | None
    public: bool


def proposed(
    standing: Agenda,
    candidates: Iterable[Candidate],
    lang: Lang = "de",
    *,
    asked: Collection[str] = (),
    controls_closed: bool = False,
) -> list[dict[str, Any]]:
    """The rows of an agenda: the public part, then the other one, each between its standing items.

    The other part is there only if something is to be dealt with in it. `asked`: the kinds of questions there are;
    `controls_closed`: the control list has a part that is not public.
    """
    ordered = sorted(candidates, key=_rank)
    open_ones, closed = [one for one in ordered if one.public], [one for one in ordered if not one.public]
    first = (*standing.first, *([standing.control] if standing.control else []))
    there = _asked_there(open_ones, standing)
    questions = [title for kind, title in _question_items(standing, asked).items() if kind not in there]
    rows = _marked(_part(PUBLIC, (*first, *questions), open_ones, standing.last, lang), standing)
    control = (standing.control,) if standing.control and controls_closed else ()
    if closed or control:
        rows += _part(CLOSED, (*standing.closed_first, *control), closed, standing.closed_last, lang)
    return rows


def proposed_closed(
    standing: Agenda, candidates: Iterable[Candidate], lang: Lang = "de", *, asked: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The rows of the agenda of a session that is not public: all of them stand in that part. `asked` as above."""
    ordered, control = sorted(candidates, key=_rank), [standing.control] if standing.control else []
    there = _asked_there(ordered, standing)
    items = _question_items(standing, asked).items()
    questions = [title for kind, title in items if kind in {*asked} - there]
    first = (*standing.first, *standing.closed_first, *control, *questions)
    last = standing.closed_last or standing.last
    return _marked(_part(CLOSED, first, ordered, last, lang), standing, closed=True)


def supplemented(
    rows: Iterable[dict[str, Any]],
    candidates: Iterable[Candidate],
    standing: Agenda,
    lang: Lang = "de",
    *,
    asked: Collection[str] = (),
    closed: bool = False,
) -> list[dict[str, Any]]:
    """An agenda that members know, with what is to be added: behind the other items of its part.

    `asked`: the kinds of questions there are; each has its item, be it one that was put there by its name alone.
    `closed`: the session is not public.
    """
    found, added = _marked(rows, standing, closed=closed), list(candidates)
    free = [one for one in added if one.public != closed]
    there = {row.get("fragen") for row in found} | _asked_there(free, standing)
    items = _question_items(standing, asked).items()
    titles = [title for kind, title in items if kind in {*asked} - there]
    added += [Candidate(None, title.in_(lang), None, None, not closed) for title in titles]
    for one in sorted(added, key=_rank):
        found.append(_row(next_number(found, closed=not one.public), one.title, one.stop, closed=not one.public))
    return sorted(_marked(found, standing, closed=closed), key=lambda row: bool(row.get("nichtoeffentlich")))


def _question_items(standing: Agenda, asked: Collection[str]) -> dict[str, Text]:
    """The items under which questions are asked, by their kind: standing ones, and where somebody asks."""
    own = {RESIDENT: standing.residents, ORAL: standing.oral}
    return {kind: title or _USUAL[kind] for kind, title in own.items() if title is not None or kind in asked}


def _asked_there(candidates: Iterable[Candidate], standing: Agenda) -> set[str | None]:
    """The kinds of questions that are asked under the free items among these."""
    return {_asked_under(one.title, standing) for one in candidates if one.title is not None}


def _asked_under(title: str, standing: Agenda) -> str | None:
    """The kind of questions that are asked under an item with this title."""
    items = _question_items(standing, _USUAL).items()
    named = {one.in_(lang).casefold(): kind for kind, one in items for lang in LANGS}
    return named.get(" ".join(title.split()).casefold())


def _marked(rows: Iterable[dict[str, Any]], standing: Agenda, *, closed: bool = False) -> list[dict[str, Any]]:
    """The rows; an item for questions, be it put there by its title alone, says of what kind they are.

    They are asked in public, or in a session that is not (`closed`).
    """
    found = []
    for row in rows:
        is_free = bool(row.get("nichtoeffentlich")) is closed and not row.get("beratung")
        kind = _asked_under(row["titel"], standing) if is_free else None
        found.append({**row, "fragen": kind} if kind and not row.get("fragen") else row)
    return found


def _part(
    letter: str, first: Sequence[Text], candidates: Sequence[Candidate], last: Sequence[Text], lang: Lang
) -> Iterator[dict[str, Any]]:
    titles: list[tuple[str | None, str | None]] = [(one.in_(lang), None) for one in first]
    titles += [(one.title, one.stop) for one in candidates]
    titles += [(one.in_(lang), None) for one in last]
    for place, (title, stop) in enumerate(titles, 1):
        yield _row(f"{letter} {place}", title, stop, closed=letter == CLOSED)


def _row(number: str, title: str | None, stop: str | None, *, closed: bool) -> dict[str, Any]:
    row = {"nummer": number, "titel": title, "nichtoeffentlich": closed or None, "beratung": stop}
    return {name: value for name, value in row.items() if value is not None}


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
