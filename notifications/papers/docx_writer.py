"""Papers as DOCX, for those who go on with them in Word or LibreOffice: of papers, the only module with python-docx.

Headings, lists and table heads are real ones, so that an assistive technology, or a conversion to PDF, finds them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph

from ..archives import repacked
from .docx_parts import numbering, tidy
from .model import (
    Block,
    Grid,
    Heading,
    Items,
    Labelled,
    PageBreak,
    Paper,
    Paragraph,
    Picture,
    Question,
    Signature,
    SignHere,
    Tick,
)

_FONT = "Georgia"
_WARNING = RGBColor(0x8A, 0x1C, 0x1C)
_BCP47 = {"de": "de-DE", "en": "en-GB"}


def docx_file(paper: Paper) -> bytes:
    """The paper as DOCX."""
    document = docx.Document()
    _dress(document, paper)
    for block in paper.blocks:
        _WRITERS[type(block)](document, block)
    written = BytesIO()
    document.save(written)
    return repacked(written)


def _dress(document: Document, paper: Paper) -> None:
    """Page, fonts, language, properties, head and foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if paper.landscape:
        section.page_width, section.page_height = section.page_height, section.page_width
        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin, section.right_margin = Mm(25), Mm(20)
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    _set_fonts(document)
    tidy(document, _BCP47[paper.lang])
    known = document.core_properties
    created = paper.created.astimezone(UTC).replace(tzinfo=None)  # the format knows no zones: it is UTC
    known.title, known.author, known.last_modified_by = paper.title[:255], paper.author[:255], paper.author[:255]
    known.language, known.comments, known.revision = _BCP47[paper.lang], "", 1
    known.created = known.modified = created
    foot = section.footer.paragraphs[0]
    _write(foot, paper.footer + "   Seite ")
    _field(foot, "PAGE")
    _write(foot, " von ")
    _field(foot, "NUMPAGES")
    if paper.watermark:
        run = section.header.paragraphs[0].add_run(paper.watermark)
        run.bold, run.font.color.rgb = True, _WARNING


def _set_fonts(document: Document) -> None:
    sizes = {"Normal": 11, "Heading 1": 16, "Heading 2": 12, "Heading 3": 11, "Heading 4": 11}
    for name, size in sizes.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [key for key in fonts.attrib if "heme" in key]:
            del fonts.attrib[attribute]  # a font of the theme would win
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), _FONT)


def _write(paragraph: DocxParagraph, text: str, *, bold: bool = False) -> None:
    """Text with its line ends."""
    run = paragraph.add_run()
    run.bold = bold or None
    for number, line in enumerate(text.split("\n")):
        if number:
            run.add_break()
        run.add_text(line)


def _field(paragraph: DocxParagraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001  # python-docx has no fields


def _heading(document: Document, block: Heading) -> None:
    _write(document.add_heading(level=block.level), block.text)


def _question(document: Document, block: Question) -> None:
    _write(document.add_heading(level=block.level), f"{block.number}. {block.text}")


def _paragraph(document: Document, block: Paragraph) -> None:
    made = document.add_paragraph()
    _write(made, block.text, bold=block.style in {"strong", "marking"})
    for run in made.runs:
        if block.style == "small":
            run.font.size = Pt(9)
        if block.style == "marking":
            run.font.color.rgb = _WARNING


def _labelled(document: Document, block: Labelled) -> None:
    made = document.add_paragraph()
    _write(made, block.label + "\n", bold=True)
    _write(made, block.text)


def _items(document: Document, block: Items, depth: int = 0) -> None:
    numbered = numbering(document, block, depth)
    for item in block.items:
        made = document.add_paragraph(style="List Bullet" if block.first is None else "List Number")
        number = made._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001  # python-docx has no numbering
        number.get_or_add_ilvl().val = depth
        number.get_or_add_numId().val = numbered
        _write(made, item.text)
        for below in item.below:
            _items(document, below, depth + 1)


def _grid(document: Document, block: Grid) -> None:
    table = document.add_table(rows=1, cols=len(block.head), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        _write(cell.paragraphs[0], text, bold=True)
    _mark_head(table.rows[0])
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], text)
    page = document.sections[0]
    room = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    shares = block.widths if len(block.widths) == len(block.head) else (1,) * len(block.head)
    for column, share in zip(table.columns, shares, strict=True):
        for cell in column.cells:
            cell.width = Emu(room * share // sum(shares))
    document.add_paragraph()


def _mark_head(row: Any) -> None:
    """The first row names the columns, and comes again on each page."""
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)  # noqa: SLF001  # python-docx has no heads of tables
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "EDEDED")):
            shade.set(qn(name), value)
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001  # as above


def _signature(document: Document, block: Signature) -> None:
    made = document.add_paragraph()
    made.paragraph_format.space_before, made.paragraph_format.keep_together = Pt(18), True
    _write(made, "\n".join(block.lines))


def _tick(document: Document, block: Tick) -> None:
    _write(document.add_paragraph(), f"{'☒' if block.ticked else '☐'} {block.text}")


def _sign_here(document: Document, block: SignHere) -> None:
    for label in block.labels:
        made = document.add_paragraph()
        made.paragraph_format.space_before = Pt(18)
        _write(made, "_" * 36 + "\n" + label)


def _picture(document: Document, block: Picture) -> None:
    made = document.add_paragraph()
    made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    shape = made.add_run().add_picture(BytesIO(block.content), height=Mm(block.height))
    shape._inline.docPr.set("descr", block.alt)  # noqa: SLF001  # python-docx has no alternative texts


def _page_break(document: Document, _block: PageBreak) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


_WRITERS: Mapping[type[Block], Callable[[Document, Any], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Labelled: _labelled,
    Items: _items,
    Grid: _grid,
    Question: _question,
    Signature: _signature,
    Tick: _tick,
    SignHere: _sign_here,
    Picture: _picture,
    PageBreak: _page_break,
}
