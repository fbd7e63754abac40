"""What stands below each question of a draft: found by the line of the question, ended by the next one or by the form.

A question whose field is gone has nothing but its place. So a region says how it ended: what nobody can tell for sure
is no answer. What the blank form said itself (`Origin.lines`) is none either.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .draft_collect import AFTER, END, Line
from .draft_origin import Origin
from .draft_words import alike, asked, behind

#: How a region ended: at another question, at the end of the answers, at a block of a form, or not at all.
Ended: TypeAlias = Literal["question", "end", "block", ""]

ANSWER_FIELD = re.compile(r"antwort_(\d{1,6})")
_QUESTION = re.compile(r"frage_(\d{1,6})")
#: A line with which somebody adds a question of their own.
_ADDED = re.compile(r"^\s*(?:(?:Frage\s*)?\d{1,3}\s*[.):]|-)\s*\S.*\?\s*$", re.IGNORECASE | re.DOTALL)
#: Headings of the blocks behind the answers, as towns call them.
_BLOCK = re.compile(
    r"\s*(?:Verfügung\b.{0,40}|Gesehen|Gegenzeichen|Gegenzeichnung|Mitzeichnung|Veröffentlichung|Verteiler|"
    r"Beschlussausfertigung.{0,40}|gez\.)\s*:?[\s_.…]*$|\s*gez\.\s",
    re.IGNORECASE,
)
#: A question shorter than this could be any line of a text.
SHORTEST_QUESTION = 8


@dataclass
class Region:
    """What stands below a question."""

    number: int
    #: The question as the draft words it.
    asked: list[str] = field(default_factory=list)
    #: What stands outside of all fields; and with what stands in the field of the answer, in order.
    outside: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    #: Questions that somebody has added below.
    added: list[str] = field(default_factory=list)
    tables: int = 0
    pictures: int = 0
    ended: Ended = ""
    #: The number of the question at which it ended.
    next: int | None = None
    #: How many tables its question stands in.
    depth: int = 0


class Regions:
    """The regions of a draft, found in one walk through its lines."""

    def __init__(self, questions: Sequence[str], origin: Origin) -> None:
        self.found: dict[int, Region] = {}
        #: By number: the text in the field of an answer until another question begins in it, and the number of that.
        self.fields: dict[int, list[str]] = {}
        self.cut: dict[int, int] = {}
        self._questions = {number: asked(one) for number, one in enumerate(questions, 1)}
        self._by_text: dict[str, list[int]] = {}
        for number, one in self._questions.items():
            if len(one) >= SHORTEST_QUESTION:
                self._by_text.setdefault(one, []).append(number)
        self._by_start: dict[str, list[str]] = {}
        for one in self._by_text:
            self._by_start.setdefault(one[:SHORTEST_QUESTION], []).append(one)
        self._origin = origin
        self._now: Region | None = None
        self._straying = False

    def walk(self, lines: Iterable[Line]) -> "Regions":
        """Find them."""
        for line in lines:
            self._take(line)
        if self._origin.ends_with_answers:
            self._close("end")
        return self

    def is_bounded(self, number: int) -> bool:
        """Whether it is known where the region of this question ends."""
        region = self.found.get(number)
        if region is None:
            return False
        if region.ended == "question":
            return region.next == number + 1 or self._questions.keys() <= self.found.keys()
        return region.ended == "end" or (region.ended == "block" and bool(self._origin.lines))

    def _take(self, line: Line) -> None:
        inside = frozenset(int(found[1]) for name in line.names if (found := ANSWER_FIELD.fullmatch(name)))
        number, rest = self._asks(line)
        if number is not None:
            self._begin(number, line)
            for one in inside - {number}:
                self.cut.setdefault(one, number)
            if rest:
                self._keep(rest, rest, {number} & inside)
        elif not inside and self._ends(line):
            self._close("end" if self._is_end(line) else "block")
        else:
            self._add(line, inside)

    def _asks(self, line: Line) -> tuple[int | None, str]:
        """The number of the question that this line asks, and what stands behind it in the same line."""
        for place, (text, names) in enumerate(line.runs):
            found = [_QUESTION.fullmatch(name) for name in names] if text.strip() else []
            for number in (int(one[1]) for one in found if one):
                if f"frage_{number}" in line.opened or not self._is_asked(number):
                    rest = [said for said, fields in line.runs[place + 1 :] if f"frage_{number}" not in fields]
                    return number, "".join(rest).strip()
        return (None, "") if line.parts_cells else self._worded(line.text)

    def _is_asked(self, number: int) -> bool:
        """Whether the whole question has been read: what else its bookmark holds is no part of it."""
        region, wanted = self.found.get(number), self._questions.get(number)
        return region is not None and wanted is not None and asked("".join(region.asked)).startswith(wanted)

    def _worded(self, text: str) -> tuple[int | None, str]:
        said = asked(text)
        if len(said) < SHORTEST_QUESTION:
            return None, ""
        if same := self._by_text.get(said):
            return next((one for one in same if one not in self.found), same[-1]), ""
        longest = sorted(self._by_start.get(said[:SHORTEST_QUESTION], ()), key=len, reverse=True)
        for one in longest:
            if said.startswith(one) and (rest := behind(text, one)) is not None:
                return self._by_text[one][0], rest
        number = (self._now.number if self._now else 0) + 1
        wanted = self._questions.get(number, "")
        likely = number not in self.found and len(wanted) >= SHORTEST_QUESTION and "?" in text
        return (number, "") if likely and alike(said, wanted) else (None, "")

    def _begin(self, number: int, line: Line) -> None:
        now = self._now
        words = "".join(text for text, names in line.runs if f"frage_{number}" in names).strip() or line.text
        if now is not None and now.number == number:
            if not now.whole:  # it goes on in this line; else it is repeated in its answer
                now.asked.append(words)
            return
        self._close("question", number)
        if number not in self.found:  # what stands below one that has been asked before belongs to nobody
            self._now = self.found[number] = Region(number, [words], depth=line.depth)

    def _ends(self, line: Line) -> bool:
        behind_answers = any(AFTER.fullmatch(name) for name in line.names)
        block = behind_answers or (self._now is not None and _BLOCK.match(line.text) is not None)
        return block or self._is_end(line)

    def _is_end(self, line: Line) -> bool:
        return END in line.names or self._origin.is_end(line.text)

    def _close(self, how: Ended, number: int | None = None) -> None:
        if self._now is not None:
            self._now.ended, self._now.next = how, number
        self._now = None
        self._straying = False

    def _add(self, line: Line, inside: frozenset[int]) -> None:
        region = self._now
        own = region is not None and line.parts_cells and line.depth <= region.depth
        for number in inside - self.cut.keys():
            said = (text for text, names in line.runs if f"antwort_{number}" in names)
            self.fields.setdefault(number, []).append("".join(said))
        if region is None or own:
            return
        if not inside and not line.parts_cells and _ADDED.match(line.text) and not self._origin.has(line.text):
            region.added.append(" ".join(line.text.split()))
            self._straying = True
        elif inside or not (self._straying or self._origin.has(line.text)):
            outside = (text for text, names in line.runs if not any(map(_is_of_the_form, names)))
            self._keep("".join(outside), line.text, set())
            region.tables += 0 if inside else line.tables
            region.pictures += 0 if inside else line.pictures

    def _keep(self, outside: str, whole: str, fields: Iterable[int]) -> None:
        for number in fields:
            self.fields.setdefault(number, []).append(outside)
            outside = ""
        if self._now is not None:
            self._now.outside.append(outside)
            self._now.whole.append(whole)


def _is_of_the_form(name: str) -> bool:
    return bool(ANSWER_FIELD.fullmatch(name) or AFTER.fullmatch(name))
