"""The report on punctuality as a paper: PDF/UA-1, in German as all papers are."""

from datetime import datetime

from ..notifications.papers.model import Block, Grid, Heading, Paper, Paragraph, Picture
from ..notifications.papers.pdf_writer import pdf
from .punctuality import Report
from .punctuality_svg import WIDTH, description, drawing
from .punctuality_tables import Sheet, about, bases, late_sheet, main_sheet, shown, step_sheet, title, way_sheet
from .wording import say

#: The share of the first column, against one of each other.
_LABEL = 3
#: More columns than so many do not fit on the page; the table is told in several.
_COLUMNS = 8
#: Bars that fit on a page, and how wide that is between its margins.
_DRAWN, _PAGE_MM = 24, 165


def report_pdf(report: Report, made: datetime) -> bytes:
    """The report as PDF, made at that instant."""
    return pdf(report_paper(report, made))


def report_paper(report: Report, made: datetime) -> Paper:
    """The report, laid out."""
    blocks: list[Block] = [Heading(title(report, "de"), 1), Paragraph(about(report, "de"))]
    if len(report.groups) <= _DRAWN:
        drawn = drawing(report, "de", titled=False)
        height = int(_PAGE_MM * drawn.height / WIDTH)
        blocks.append(Picture(drawn.svg.encode(), "image/svg+xml", description(report, "de"), height))
    for sheet in (main_sheet, late_sheet, way_sheet, step_sheet):
        blocks += _grids(sheet(report, "de"))
    blocks.append(Paragraph(bases(report, "de")))
    blocks += [Paragraph(say(f"punctuality_note_{number}", "de"), "small") for number in range(1, 5)]
    return Paper(
        title=title(report, "de"),
        author=report.town,
        lang="de",
        file="puenktlichkeit",
        footer=f"{report.town} · {about(report, 'de')}",
        watermark="",
        blocks=tuple(blocks),
        created=made.replace(microsecond=0),
    )


def _grids(sheet: Sheet) -> list[Block]:
    if not sheet.rows:
        return []
    found: list[Block] = [Heading(sheet.name, 2)]
    for first in range(1, len(sheet.titles), _COLUMNS - 1):
        columns = (0, *range(first, min(first + _COLUMNS - 1, len(sheet.titles))))
        rows = tuple(tuple(shown(row[column], "de") for column in columns) for row in sheet.rows)
        widths = (_LABEL, *(1 for _ in columns[1:])) if len(columns) > _LABEL else ()
        found.append(Grid(tuple(sheet.titles[column] for column in columns), rows, widths))
    return found
