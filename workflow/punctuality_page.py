"""The report on punctuality on a terminal."""

from typing import TYPE_CHECKING

from .punctuality import Report
from .punctuality_tables import Sheet, about, bases, late_sheet, main_sheet, shown, step_sheet, title, way_sheet
from .wording import say

if TYPE_CHECKING:  # Rich takes a tenth of a second to import
    from .console import Screen


def show_report(screen: "Screen", report: Report) -> None:
    """All tables, and what they count."""
    screen.line(title(report, screen.lang), style="bold")
    screen.line(about(report, screen.lang))
    for sheet in (main_sheet, late_sheet, way_sheet, step_sheet):
        _show(screen, sheet(report, screen.lang))
    screen.line()
    screen.line(bases(report, screen.lang))
    for number in range(1, 5):
        screen.line(say(f"punctuality_note_{number}", screen.lang), style="dim")


def _show(screen: "Screen", sheet: Sheet) -> None:
    if not sheet.rows:
        return
    screen.line()
    screen.line(sheet.name, style="bold")
    screen.table(sheet.titles, [[shown(cell, screen.lang) for cell in row] for row in sheet.rows])
