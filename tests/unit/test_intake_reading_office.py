"""Word and LibreOffice files become lines: headings, lists, tables, and what stands beside the text."""

import io

import docx
import pytest
from odfdo import Document, Header, List, Paragraph, Table

from tests.helpers.documents import W, added, docx_of, odt_of, paragraph, saved
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import read_document


def word(body: str, **more: str) -> list[str]:
    return [line.text for line in read_word(body, **more).lines]


def read_word(body: str, **more: str) -> Pages:
    return read_document(docx_of(body, **more), "a.docx")


def odt(body: str, styles: str = "", **more: str | bytes) -> list[str]:
    return [line.text for line in read_document(odt_of(body, styles, **more), "a.odt").lines]


# --- Word ---


def test_a_letter_written_in_word() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Fraktion im Rat"
    document.sections[0].footer.paragraphs[0].text = "Rathausplatz 1"
    document.add_heading("Anfrage", 1)
    document.add_paragraph("An das Ratsbüro\nZimmer 3")
    text = document.add_paragraph("Wir bitten um ")
    text.add_run("Antwort").bold = True
    text.add_run(" auf diese Fragen, die uns Bürgerinnen und Bürger gestellt haben und die dringend sind:")
    document.add_paragraph("Wie viele Bänke?", style="List Number")
    document.add_paragraph("Wann kommen sie?", style="List Number")
    document.add_paragraph("im Park", style="List Bullet")
    table = document.add_table(2, 3)
    for cell, value in zip(table.rows[0].cells, ("Gremium", "Sitzung", "Ö/N"), strict=True):
        cell.text = value
    table.cell(1, 0).merge(table.cell(1, 1)).text = "Rat"
    table.cell(1, 2).text = "Ö"
    pages = read_document(saved(document), "a.docx")
    assert [line.text for line in pages.lines] == [
        "Fraktion im Rat",
        "",
        "# Anfrage",
        "",
        "An das Ratsbüro",
        "Zimmer 3",
        "",
        "Wir bitten um Antwort auf diese Fragen, die uns Bürgerinnen und Bürger gestellt haben und die dringend sind:",
        "",
        "1. Wie viele Bänke?",
        "2. Wann kommen sie?",
        "- im Park",
        "",
        "Gremium\tSitzung\tÖ/N",
        "Rat\t\tÖ",
        "",
        "Rathausplatz 1",
    ]
    assert pages.remarks == ()


NUMBERS = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
)


def item(number: int, level: int, text: str) -> str:
    place = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
    return f"<w:p>{place}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_items_have_the_numbers_that_word_shows() -> None:
    body = item(1, 0, "a") + item(1, 1, "b") + item(1, 1, "c") + item(1, 0, "d") + item(1, 1, "e") + item(2, 0, "f")
    assert word(body, word_numbering=NUMBERS) == ["3. a", "3.a) b", "3.b) c", "4. d", "4.a) e", "1. f"]


def test_headings_are_known_by_style_and_by_outline() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="U2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Amt"><w:basedOn w:val="U2"/></w:style></w:styles>'
    )
    own = '<w:p><w:pPr><w:pStyle w:val="Amt"/></w:pPr><w:r><w:t>Begründung</w:t></w:r></w:p>'
    outline = '<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Titel</w:t></w:r></w:p>'
    assert word(own + outline, word_styles=styles) == ["## Begründung", "", "# Titel"]


def test_text_boxes_are_read_once() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{paragraph('Auskunft: Zimmer 3')}</w:txbxContent>"
    both = f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
    body = f"<w:p><w:r><w:t>Brief</w:t></w:r><w:r>{both}</mc:AlternateContent></w:r></w:p>"
    assert word(body) == ["Brief", "Auskunft: Zimmer 3"]


def test_filled_content_controls_are_read_and_placeholders_are_not() -> None:
    filled = f"<w:sdt><w:sdtContent>{paragraph('Antwort')}</w:sdtContent></w:sdt>"
    empty = (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('Hier klicken')}</w:sdtContent></w:sdt>"
    )
    assert word(filled + empty) == ["Antwort"]


def test_notes_stand_at_the_end_and_deleted_text_nowhere() -> None:
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="4">{paragraph("Siehe S0001/25")}</w:footnote></w:footnotes>'
    body = (
        '<w:p><w:r><w:t>Text</w:t></w:r><w:r><w:footnoteReference w:id="4"/></w:r>'
        '<w:del w:author="x"><w:r><w:delText>alt</w:delText></w:r></w:del>'
        '<w:ins w:author="x"><w:r><w:t> neu</w:t></w:r></w:ins></w:p>'
    )
    pages = read_word(body, word_footnotes=notes)
    assert [line.text for line in pages.lines] == ["Text[1] neu", "[1] Siehe S0001/25"]
    assert [remark.code for remark in pages.remarks] == ["intake_remark_tracked"]


def test_ticks_of_forms_are_seen() -> None:
    old = (
        '<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'
        "</w:fldChar>"
        "</w:r><w:r><w:t> Ja</w:t></w:r></w:p>"
    )
    sign = '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0A8"/><w:t> Nein</w:t></w:r></w:p>'
    assert word(old + sign) == ["☒ Ja", "☐ Nein"]


def test_a_table_that_only_arranges_the_page_is_no_table() -> None:
    cell = "<w:tc>" + "".join(map(paragraph, ("Stadt", "Amt 01", "Markt 1", "12345 Stadt"))) + "</w:tc>"
    other = f"<w:tc>{paragraph('Auskunft: Frau Muster')}</w:tc>"
    assert word(f"<w:tbl><w:tr>{cell}{other}</w:tr></w:tbl>") == [
        "Stadt",
        "Amt 01",
        "Markt 1",
        "12345 Stadt",
        "Auskunft: Frau Muster",
    ]


def test_hidden_text_is_not_read_but_remarked_on() -> None:
    pages = read_word(paragraph("x") + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>geheim</w:t></w:r></w:p>")
    assert pages.text == "x"
    assert pages.remarks[0].code == "intake_remark_hidden"


@pytest.mark.parametrize(
    ("kind", "remarked"), [("attachedTemplate", True), ("oleObject", True), ("image", True), ("hyperlink", False)]
)
def test_what_lies_elsewhere_is_not_fetched_but_remarked_on(kind: str, remarked: bool) -> None:
    target = 'Target="http://evil.example/x" TargetMode="External"'
    relation = f'<Relationships><Relationship Id="x" Type="http://x/{kind}" {target}/></Relationships>'
    content = added(docx_of(paragraph("Text")), {"word/_rels/settings.xml.rels": relation})
    pages = read_document(content, "a.docx")
    assert pages.text == "Text"
    found = [remark.params for remark in pages.remarks if remark.code == "intake_remark_external"]
    assert found == ([{"kind": kind, "target": "http://evil.example/x"}] if remarked else [])


def test_a_field_that_would_fetch_something_is_remarked_on() -> None:
    pages = read_word(paragraph("x") + "<w:p><w:r><w:instrText> DDEAUTO c:\\\\cmd.exe </w:instrText></w:r></w:p>")
    assert pages.remarks[0].params["target"].startswith("DDEAUTO")


# --- LibreOffice ---


def test_a_letter_written_with_odfdo() -> None:
    document = Document("text")
    document.body.clear()
    document.body.append(Header(2, "Anfrage"))
    document.body.append(Paragraph("Ein Absatz"))
    document.body.append(List(["Eins", "Zwei"]))
    table = Table("T", width=2, height=2)
    table.set_value("A1", "Gremium")
    table.set_value("B1", "Tag")
    table.set_value("A2", "Rat")
    document.body.append(table)
    written = io.BytesIO()
    document.save(written)
    pages = read_document(written.getvalue(), "a.odt")
    assert [line.text for line in pages.lines] == [
        "## Anfrage",
        "",
        "Ein Absatz",
        "",
        "- Eins",
        "- Zwei",
        "",
        "Gremium\tTag",
        "Rat\t",
    ]
    assert pages.media_type == "application/vnd.oasis.opendocument.text"


LIST_STYLE = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"'
    ' style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>'
    "</text:list-style>"
)


def test_items_have_the_numbers_that_libreoffice_shows() -> None:
    def entry(text: str, inner: str = "") -> str:
        return f"<text:list-item><text:p>{text}</text:p>{inner}</text:list-item>"

    inner = f"<text:list>{entry('x')}{entry('y')}</text:list>"
    body = f'<text:list text:style-name="L">{entry("eins", inner)}{entry("zwei")}</text:list>'
    more = f'<text:list text:style-name="L" text:continue-numbering="true">{entry("drei")}</text:list>'
    assert odt(body, LIST_STYLE) == ["1. eins", "a) x", "b) y", "2. zwei"]
    assert odt(body.replace("text:style", 'text:continue-numbering="true" text:style', 1) + more, LIST_STYLE)[-1] == (
        "3. drei"
    )


def test_spaces_tabs_boxes_notes_and_margins() -> None:
    note = "<text:note><text:note-body><text:p>Fußnote</text:p></text:note-body></text:note>"
    box = "<draw:frame><draw:text-box><text:p>Kasten</text:p></draw:text-box></draw:frame>"
    body = (
        f'<text:p>Datum:<text:tab/>3.<text:s text:c="2"/>Mai<text:line-break/>Ende{note}{box}</text:p>'
        "<text:tracked-changes><text:p>gelöscht</text:p></text:tracked-changes>"
    )
    header = "<style:master-page><style:header><text:p>Stadt</text:p></style:header></style:master-page>"
    assert odt(body, header) == ["Stadt", "", "Datum:\t3. Mai", "Ende[1]", "Kasten", "[1] Fußnote"]


def test_cells_said_to_repeat_a_million_times_do_not() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    found = odt(f"<table:table>{row}</table:table>")
    assert len(found) <= 64
    assert len(found[0]) < 600


def test_a_linked_section_is_not_fetched_but_remarked_on() -> None:
    body = '<text:section><text:section-source xlink:href="http://evil.example/x"/><text:p>Text</text:p></text:section>'
    pages = read_document(odt_of(body), "a.odt")
    assert pages.text == "Text"
    assert pages.remarks[0].params == {"kind": "section-source", "target": "http://evil.example/x"}
