"""What reading a file yields: its lines in one plain form, whatever its format was. Pure.

The plain form is that of a council system's page copied as text: a heading begins with ``#``, an item of a list with
``- `` or its number, the cells of a table row stand on one line with a tab between them. Emphasis is taken away.
"""

from typing import Any, NamedTuple, Self


class Line(NamedTuple):
    """One line of a document; empty lines are kept, for they part what belongs together."""

    #: Without line break.
    text: str
    #: Counted from 1 through the whole document.
    number: int
    #: Of formats that have pages (counted from 1); None: of others.
    page: int | None = None
    #: A paragraph ends here, as formats know that have paragraphs; of others only an empty line tells.
    ends: bool = False


class Remark(NamedTuple):
    """Something a reader should know: a stable code, its parameters, and the line meant, if any."""

    code: str
    params: dict[str, Any]
    line: int | None = None


class Pages(NamedTuple):
    """A file as read. `parts` are files inside it: the attachments of a mail."""

    name: str
    media_type: str
    #: Of the file's bytes.
    sha256: str
    size: int
    lines: tuple[Line, ...]
    parts: "tuple[Pages, ...]" = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(line.text for line in self.lines)

    @classmethod
    def of_text(cls, text: str, name: str = "–") -> Self:
        """The pages of a text in the plain form."""
        lines = tuple(Line(line, number) for number, line in enumerate(text.splitlines(), 1))
        return cls(name, "text/markdown", "", len(text), lines)
