"""What a format's reader writes on: lines in the plain form (see `pages`), within the limits."""

from typing import Any, Literal, NamedTuple, TypeAlias

from ...config.errors import UnreadableError
from .characters import cell, labelled, plain, tidy
from .limits import MOST_CELLS, MOST_CHARACTERS, MOST_LINES, MOST_REMARKS
from .pages import Line, Remark

_Kind: TypeAlias = Literal["blank", "line", "item", "row", "heading"]
#: Characters of a line that stands alone, such as one of an address; two such are not parted by an empty line.
_SHORT = 80


class Source(NamedTuple):
    """A file that is being read."""

    #: For people: a file inside another one is told with that (``brief.eml › scan.pdf``).
    name: str
    content: bytes
    #: How many files it lies within.
    depth: int = 0


class Sheet:
    """The lines and remarks of one document, in the order in which they are added."""

    def __init__(self, file: str) -> None:
        self.file = file
        #: The page that is being read, of formats that have pages.
        self.page: int | None = None
        self.remarks: list[Remark] = []
        self._lines: list[Line] = []
        self._characters = 0
        self._last: _Kind = "blank"

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines without empty ones at the end."""
        end = len(self._lines)
        while end and not self._lines[end - 1].text:
            end -= 1
        return tuple(self._lines[:end])

    def write(self, text: str, *, kind: _Kind = "line", number: int | None = None, ends: bool = False) -> None:
        """Add one line as it is, after `plain`; `number`: the one it has in the file, if that has lines."""
        text = plain(text)
        self._characters += len(text)
        if len(self._lines) >= MOST_LINES or self._characters > MOST_CHARACTERS:
            most = {"lines": MOST_LINES, "characters": MOST_CHARACTERS}
            raise UnreadableError("intake_lines", file=self.file, lines=most["lines"], characters=most["characters"])
        self._lines.append(Line(text, number or len(self._lines) + 1, self.page, ends))
        self._last = kind if text else "blank"

    def blank(self) -> None:
        """Part what follows by an empty line; several of them are one."""
        if self._last != "blank":
            self.write("", kind="blank")

    def paragraph(self, text: str) -> None:
        """Add a paragraph; line breaks in it stay. Only short ones in sequence are not parted by an empty line."""
        lines = [tidied for line in text.split("\n") if (tidied := tidy(line))]
        if not lines:
            self.blank()
            return
        kind: _Kind = "item" if lines[0].startswith("- ") else "line"
        short = self._last == "line" and len(self._lines[-1].text) <= _SHORT and len(" ".join(lines)) <= _SHORT
        if not (short and kind == "line") and not kind == self._last == "item":
            self.blank()
        for index, line in enumerate(lines, 1):
            self.write(line, kind=kind, ends=index == len(lines))

    def line(self, text: str) -> None:
        """Add a line as it stands on a page, with a tab before each cell but the first."""
        words = labelled("\t".join(map(cell, text.split("\t"))))
        kind: _Kind = "row" if "\t" in words else "line"
        if words:
            if self._last in {"row", "line"} and self._last != kind:
                self.blank()
            self.write(words, kind=kind)

    def heading(self, level: int, text: str) -> None:
        """Add a heading; `level` counts from 1."""
        words = cell(text)
        if words:
            self.blank()
            self.write(f"{'#' * min(max(level, 1), 6)} {words}", kind="heading", ends=True)

    def item(self, label: str, text: str) -> None:
        """Add an item of a list; `label` is ``-`` or its number."""
        lines = [tidied for line in text.split("\n") if (tidied := tidy(line))]
        if self._last != "item":
            self.blank()
        for index, line in enumerate(lines):
            words = line if index or not label else f"{label} {line}"
            self.write(words, kind="item", ends=index + 1 == len(lines))

    def row(self, cells: list[str]) -> None:
        """Add the row of a table; empty ones are left out."""
        words = [cell(one) for one in cells[:MOST_CELLS]]
        if any(words):
            if self._last != "row":
                self.blank()
            self.write("\t".join(words), kind="row", ends=True)

    def remark(self, code: str, /, **params: Any) -> None:
        """Remark something about the document as a whole, once."""
        self.keep(Remark(code, params))

    def keep(self, remark: Remark) -> None:
        """Keep a remark, unless it has been made or there are too many."""
        if remark not in self.remarks and len(self.remarks) < MOST_REMARKS:
            self.remarks.append(remark)
