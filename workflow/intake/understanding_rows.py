"""The lines of a document made ready for reading: marks told from words, interface words dropped. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .pages import Line
from .understanding_dates import MONTH
from .understanding_words import plain, words

_HEADING = re.compile(r"^(#{1,6})\s+")
_ITEM = re.compile(
    rf"^(?P<marker>[-•*▪◦‣●○–]|\(?\d{{1,5}}[.)](?!\s{{0,3}}{MONTH}\s{{0,3}}\d)|\d{{1,3}}(?:\.\d{{1,3}}){{1,3}}\.?|\(?(?:[a-z]{{1,2}}|[ivx]{{3,5}})\)|[a-h]\.(?=\s\w{{2}})"
    r"|(?:Frage|Zu Frage)\s+\d{1,5}\s?[.:)]?)\s+(?=\S)"
)
#: An answer below its question.
_ANSWER = re.compile(r"Antwort(?:\s(?:der|des|zu)\b[^:]{0,40})?\s?:|Zu (?:Frage )?\d{1,2}\s?[.:)]")
#: What is said below the last question, and is no part of it.
_PLEA = re.compile(r"(?:Ich|Wir) bitten? (?:Sie )?um\b.{0,120}\b(?:[Aa]ntwort|[Bb]eantwortung)\b")
#: The value of a definition list in Markdown.
_DEFINED = re.compile(r"^\s*:\s+(?=\S)")
_RULE = re.compile(r"^[-_=\s.]{3,}$")
_EMPHASIS = re.compile(r"\*\*|__(?=\w)|(?<=\w)__")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|-])")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)) | {0xA0: " ", 0x202F: " ", 0x2009: " "}
#: A marker with a tab behind it; columns that are only set apart by blanks.
_MARKED = re.compile(r"^\s*((?:[-•*▪◦‣●○–]|\(?\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3}){1,3}\.?|\(?[a-h]\)))[\t ]+(?=\S)")
_WIDE, _GAP = re.compile(r"(?<=\S) {4,}(?=\S)"), re.compile(r"(?<=\S) {3,}(?=\S)")
_LONGEST_ROW = 500
_BOX = re.compile(r"^\|(.*)\|$")

_MOST_WORDS = 12


class Row(NamedTuple):
    """One line. An empty `text` parts paragraphs."""

    #: Without marks; the cells of a table with one blank between.
    text: str
    number: int
    page: int | None
    #: Of a heading, 1 to 6; 0: no heading.
    level: int = 0
    #: Of an item of a list: ``1.``, ``a)``, ``-``.
    marker: str = ""
    #: Of a table row.
    cells: tuple[str, ...] = ()
    #: A paragraph ends here, for certain.
    ends: bool = False

    @property
    def is_item(self) -> bool:
        """It is an item of a list."""
        return bool(self.marker)

    @property
    def whole(self) -> str:
        """With its marker."""
        return f"{self.marker} {self.text}" if self.marker else self.text


class Rows(NamedTuple):
    """The rows of a document, and the interface words that were dropped."""

    rows: tuple[Row, ...]
    dropped: tuple[Row, ...]


def rows_of(lines: Iterable[Line]) -> Rows:
    """The lines as rows, without those that an interface wrote; of several empty ones the first."""
    kept, dropped = list[Row](), list[Row]()
    for line in _boxed(list(lines)):
        row = _row(line) if line.text else Row("", line.number, line.page)
        if not row.text and kept and not kept[-1].text and not row.cells:
            continue
        (dropped if _is_interface(plain(row.text)) else kept).append(row)
    return Rows(tuple(kept), tuple(dropped))


def _is_interface(key: str) -> bool:
    """Words that an interface wrote, or several of them in a line: ``Drucken  PDF  Merken``."""
    known = words()
    if key in known.interface:
        return True
    rest = key.split(" ", _MOST_WORDS)
    if not 1 < len(rest) <= _MOST_WORDS:
        return False
    alone = 0
    while rest:
        starts = (" ".join(rest[:end]) for end in range(len(rest), 0, -1))
        found = next((one for one in starts if one in known.interface or one in known.beside_interface), None)
        if found is None:
            return False
        alone += found in known.interface
        rest = rest[len(found.split()) :]
    return alone > 0


def _boxed(lines: Sequence[Line]) -> Iterator[Line]:
    """Rows of a table without strokes at their ends get them: several with as many columns, one below the other."""
    strokes = [line.text.count(" | ") if _may_be_boxed(line.text) else 0 for line in lines]
    around = [0, *strokes, 0]
    for index, line in enumerate(lines):
        alike = strokes[index] > 1 and strokes[index] in {around[index], around[index + 2]}
        form = strokes[index] > 1 and sum(map(_names_field, line.text.split(" | "))) > 1
        yield line._replace(text=f"| {line.text.strip()} |") if alike or form else line


def _may_be_boxed(text: str) -> bool:
    return len(text) <= _LONGEST_ROW and "\t" not in text and not text.lstrip().startswith("|")


def _names_field(cell: str) -> bool:
    """It begins with a label."""
    return cell.strip() != "" and plain(cell.split(maxsplit=1)[0]) in words().labels


def _row(line: Line) -> Row:
    text = line.text.translate(_INVISIBLE).rstrip()
    text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    text = _EMPHASIS.sub("", text).rstrip() if "**" in text or "__" in text else text
    text = _DEFINED.sub("", text)
    if boxed := _BOX.match(text.strip()):
        text = "\t".join(cell.strip() for cell in boxed[1].split("|"))
    text = _MARKED.sub(r"\1 ", text)
    text = _GAP.sub("\t", text) if _WIDE.search(text) else text
    if "\t" in text.strip():
        return _table_row(text, line)
    heading = _HEADING.match(text)
    text = " ".join(text[heading.end() if heading else 0 :].split())
    if _RULE.match(text):
        text = ""
    item = None if heading else _ITEM.match(text)
    marker = item["marker"] if item else ""
    level = len(heading[1]) if heading else 0
    return Row(text[item.end() :] if item else text, line.number, line.page, level, marker, ends=line.ends)


def _table_row(text: str, line: Line) -> Row:
    cells = tuple(" ".join(_HEADING.sub("", cell.strip()).split()) for cell in text.split("\t"))
    if all(not cell or _RULE.match(cell) for cell in cells):
        cells = ()
    return Row(" ".join(cell for cell in cells if cell), line.number, line.page, cells=cells, ends=line.ends)


class Paragraph(NamedTuple):
    """Rows that belong together: a paragraph, an item of a list with what continues it, or a heading."""

    text: str
    rows: tuple[Row, ...]

    @property
    def first(self) -> Row:
        """Where it begins."""
        return self.rows[0]


def paragraphs(rows: Sequence[Row]) -> list[Paragraph]:
    """The rows put together; words divided at the end of a line are made whole."""
    found, open_ = list[Paragraph](), list[Row]()
    for row in rows:
        alone = _alone(row)
        if open_ and (alone or _alone(open_[-1]) or _begins_anew(open_[-1], row)):
            found.append(_paragraph(open_))
            open_ = []
        if row.text:
            open_.append(row)
    return [*found, _paragraph(open_)] if open_ else found


def _begins_anew(before: Row, row: Row) -> bool:
    """A paragraph is over, unless it was broken within a sentence."""
    broken = row.text[:1].islower() and not before.text.endswith((".", "?", "!", ":", ";"))
    asked = before.text.endswith("?") and _PLEA.match(row.text) is not None
    return not row.text or row.is_item or bool(_ANSWER.match(row.text)) or asked or (before.ends and not broken)


def _alone(row: Row) -> bool:
    return bool(row.level or row.cells) or plain(row.text) in words().sections


def _paragraph(rows: Sequence[Row]) -> Paragraph:
    return Paragraph(joined(row.text for row in rows), tuple(rows))


def joined(texts: Iterable[str]) -> str:
    """Lines as one text: ``Beant-`` and ``wortung`` become one word."""
    parts = list[str]()
    for text in texts:
        if parts and _divided(parts[-1], text):
            parts[-1] = parts[-1][:-1]
            parts.append(text)
        else:
            parts += [" ", text] if parts else [text]
    return "".join(parts)


def _divided(before: str, after: str) -> bool:
    return (
        len(before) > 1
        and before[-1] == "-"
        and before[-2].islower()
        and after[:1].islower()
        and (after.split(" ", 1)[0] not in {"und", "oder", "bzw.", "sowie"})
    )
