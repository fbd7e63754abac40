"""The control list as a paper: PDF/UA-1, in German as all papers are, and on a terminal."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from ..config.text import Lang
from ..notifications.papers.model import Block, Grid, Heading, Paper, Paragraph
from ..notifications.papers.pdf_writer import pdf
from ..notifications.workbooks import Sheet
from .console import day_text
from .control_list import ControlList, about, sheets, title
from .wording import say

if TYPE_CHECKING:  # Rich takes a tenth of a second to import
    from .console import Screen

#: Shares of the width of a page.
_WIDTHS = (8, 12, 19, 10, 13, 8, 6, 14)


def control_pdf(found: ControlList, made: datetime, parts: Sequence[Sheet] | None = None) -> bytes:
    """The list as PDF, made at that instant; `parts`: those of it that are wanted (None: all)."""
    return pdf(control_paper(found, made, parts))


def control_paper(found: ControlList, made: datetime, parts: Sequence[Sheet] | None = None) -> Paper:
    """The list, laid out: the public part, then the other."""
    blocks: list[Block] = [Heading(title(found, "de"), 1), Paragraph(about(found, "de"))]
    for part in sheets(found, "de") if parts is None else parts:
        blocks.append(Heading(part.name, 2))
        rows = tuple(tuple(_shown(cell, "de") for cell in row) for row in part.rows)
        blocks.append(Grid(tuple(part.head), rows, _WIDTHS) if rows else Paragraph(say("control_nothing", "de")))
    blocks.append(Paragraph(say("control_note", "de"), "small"))
    return Paper(
        title=title(found, "de"),
        author=found.town,
        lang="de",
        file="kontrollliste",
        footer=f"{found.town} · {title(found, 'de')} · {day_text(found.day, 'de')}",
        watermark="",
        blocks=tuple(blocks),
        created=made.replace(microsecond=0),
        landscape=True,
    )


def show_control(screen: "Screen", found: ControlList) -> None:
    """The list on a terminal."""
    screen.line(title(found, screen.lang), style="bold")
    screen.line(about(found, screen.lang))
    for sheet in sheets(found, screen.lang):
        screen.line()
        screen.line(sheet.name, style="bold")
        if sheet.rows:
            screen.table(sheet.head, [[_shown(cell, screen.lang) for cell in row] for row in sheet.rows])
        else:
            screen.say("control_nothing")
    screen.line()
    screen.say("control_note", style="dim")


def _shown(cell: object, lang: Lang) -> str:
    if cell is None:
        return "–"
    return day_text(cell, lang) if isinstance(cell, date) else str(cell)
