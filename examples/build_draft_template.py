"""Builds notifications/templates/stellungnahme.docx, the shipped drafting template, laid out like a town's form.

    .venv/bin/python examples/build_draft_template.py

The result is committed; offices change a copy of it in Word. Placeholders are those of docxtpl: ``{{ … }}`` in a run,
``{%p … %}`` alone in a paragraph. The answer fields are content controls with the tags antwort_1, antwort_2, …
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

TARGET = Path(__file__).parents[1] / "notifications" / "templates" / "stellungnahme.docx"
#: A fixed day, so that building it again changes nothing.
BUILT = datetime(2024, 1, 1, tzinfo=UTC)


SIGNER = "{{ functions.oberbuergermeister | party if functions.oberbuergermeister is defined else 'Unterschrift' }}"


def main() -> int:
    """Write the template to its place."""
    build(TARGET)
    print(TARGET)  # noqa: T201  # a script says what it has done
    return 0


def build(target: Path) -> None:
    """Write the template."""
    document = Document()
    _page(document)
    _head(document)
    _answers(document)
    _signature(document)
    document.add_page_break()
    _disposition(document)
    document.save(str(target))


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:cs"), "Arial")
    normal.element.rPr.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="de-DE"/>'))
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].font.name = "Arial"
        fonts = document.styles[name].element.rPr.rFonts
        for attribute in list(fonts.attrib):
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
    core = document.core_properties
    core.title, core.author, core.language = "Stellungnahme", "", "de-DE"
    core.created = core.modified = BUILT
    core.last_modified_by, core.comments, core.revision = "", "", 1


def _head(document: DocumentType) -> None:
    document.add_paragraph("{{ body.name }}")
    document.add_heading("ÖFFENTLICHE STELLUNGNAHME", level=1)
    _labelled(document, "Amt/Fachbereich und ggf. beteiligte Ämter/Fachbereiche:")
    document.add_paragraph("{{ facts.federfuehrung | party if facts.federfuehrung is defined else recipient.name }}")
    document.add_paragraph("{%p if facts.beteiligt is defined and facts.beteiligt %}")
    document.add_paragraph("Beteiligt: {{ facts.beteiligt | party }}")
    document.add_paragraph("{%p endif %}")
    _labelled(document, "Betreff:")
    document.add_paragraph("Drucksachennummer: {{ case.number or '__________' }}")
    document.add_paragraph("{{ case.title }}")
    _labelled(document, "Beratungsfolge:")
    document.add_paragraph("{%p for child in children if child.facts.gremium is defined %}")
    document.add_paragraph("{{ child.facts.sitzung | date }} {{ child.facts.gremium | party }}")
    document.add_paragraph("{%p else %}")
    document.add_paragraph("__.__.____ {{ facts.gremium | party if facts.gremium is defined else '__________' }}")
    document.add_paragraph("{%p endfor %}")


def _answers(document: DocumentType) -> None:
    document.add_paragraph()
    document.add_paragraph(
        "Auf die Anfrage{% if facts.fragesteller is defined %} ({{ facts.fragesteller | party }}){% endif %}"
        "{% if facts.schreiben_vom is defined %} vom {{ facts.schreiben_vom | date }}{% endif %}"
        "{% if case.number %} – Drucksachennummer {{ case.number }} –{% endif %} antwortet die Verwaltung wie folgt:"
    )
    document.add_paragraph("{%p for frage in (facts.fragen if facts.fragen is defined and facts.fragen else ['']) %}")
    question = document.add_paragraph()
    question.add_run("{% if frage %}{{ loop.index }}. {{ frage }}{% else %}Antwort:{% endif %}").bold = True
    question.paragraph_format.keep_with_next = True
    _answer_field(document, "antwort_{{ loop.index }}")
    document.add_paragraph("{%p endfor %}")


def _answer_field(document: DocumentType, tag: str) -> None:
    field = parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="Antwort"/><w:tag w:val="{tag}"/><w:showingPlcHdr/></w:sdtPr>'
        "<w:sdtContent><w:p><w:r><w:t>Hier bitte die Antwort eintragen.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    document.element.body.insert_element_before(field, "w:sectPr")


def _signature(document: DocumentType) -> None:
    document.add_paragraph()
    document.add_paragraph("gez. ______________________________")
    document.add_paragraph(SIGNER)


def _disposition(document: DocumentType) -> None:
    document.add_heading("Verfügung / Unterschriften", level=1)
    document.add_heading("Veröffentlichung", level=2)
    document.add_paragraph("☐ Ja")
    document.add_paragraph("☐ Nein, gesperrt bis einschließlich __.__.____")
    document.add_heading("Gesehen", level=2)
    _table(document, ("Stelle", "Datum, Unterschrift"), (SIGNER, "", ""))
    document.add_heading("Gegenzeichen", level=2)
    each = "{%tr for amt in (facts.beteiligt if facts.beteiligt is defined else []) %}"
    _table(document, ("Amt/Fachbereich", "Datum, Unterschrift"), (each, "{{ amt | party }}", "{%tr endfor %}", "", ""))
    document.add_heading("Beschlussausfertigungen sind zu übersenden an", level=2)
    _table(document, ("Amt/Fachbereich", "Anzahl"), ("", "", ""))


def _table(document: DocumentType, head: tuple[str, str], first_column: tuple[str, ...]) -> None:
    table = document.add_table(rows=1, cols=2, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(  # noqa: SLF001  # python-docx has no API for header rows
        parse_xml(f"<w:tblHeader {nsdecls('w')}/>")
    )
    for text in first_column:
        table.add_row().cells[0].text = text


def _labelled(document: DocumentType, label: str) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.add_run(label).bold = True
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    return paragraph


if __name__ == "__main__":
    sys.exit(main())
