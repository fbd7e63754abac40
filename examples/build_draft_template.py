"""Builds the shipped drafting templates: four layouts, one also in the words of Kiel, each for Word and LibreOffice.

    .venv/bin/python examples/build_draft_template.py

The results are committed; offices change a copy of them (`vorgang template export`). ``{{ … }}`` in a text is a field,
``{%p … %}`` alone in a paragraph and ``{%tr … %}`` in a table row repeat or leave out what follows. Answers are content
controls (Word) or sections (LibreOffice) called antwort_1, antwort_2, …; docs/drafting.md explains the rest.
"""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

TEMPLATES = Path(__file__).parents[1] / "notifications" / "templates"
#: A fixed day, so that building it again changes nothing.
BUILT = datetime(2024, 1, 1, tzinfo=UTC)

SIGNER = "{{ functions.oberbuergermeister | party if functions.oberbuergermeister is defined else 'Unterschrift' }}"
REPORTER = "{{ facts.unterzeichner | party if facts.unterzeichner is defined else 'Unterschrift' }}"
LEAD = "{{ facts.federfuehrung | party if facts.federfuehrung is defined else recipient.name }}"
ASKER = "{% if facts.fragesteller is defined %}{{ facts.fragesteller | party }}{% endif %}"
#: That of the paper, else of the one that it answers.
NUMBER = "(case.number or (main.answers and main.answers.number))"
DAY = "{{ stop.sitzung | date if stop.sitzung else '__.__.____' }}"
BODY = "{{ stop.gremium | party if stop.gremium else '__________' }}"
PUBLICITY = "{{ 'NICHTÖFFENTLICHE' if facts.oeffentlich is defined and not facts.oeffentlich else 'ÖFFENTLICHE' }}"
STOPS = "{%tr for stop in beratungsfolge %}"
#: A row of a table: its cells; a text alone is a tag that repeats or ends rows.
Row = Sequence[str] | str


class Sheet(ABC):
    """A document in the making."""

    @abstractmethod
    def text(self, words: str, style: str = "text") -> None:
        """A paragraph: text, label, title, heading, small, sign (with room above)."""

    @abstractmethod
    def tag(self, words: str) -> None:
        """A tag alone in its paragraph."""

    @abstractmethod
    def locked(self, name: str, words: str) -> None:
        """A paragraph under a name, not to be changed."""

    @abstractmethod
    def field(self, name: str, title: str, invitation: str) -> None:
        """Room for several paragraphs, under a name."""

    @abstractmethod
    def given(self, name: str, title: str, paragraphs: Sequence[str]) -> None:
        """The same, with paragraphs in it that somebody may change."""

    @abstractmethod
    def ticks(self, boxes: Sequence[tuple[str, str]], field: tuple[str, str] | None = None) -> None:
        """A paragraph for each box (name, label); behind the last one a short field (name, invitation)."""

    @abstractmethod
    def table(self, rows: Sequence[Row], widths: Sequence[float], *, head: bool = True) -> None:
        """A table with lines; the first row is its head. `widths` in centimetres."""

    @abstractmethod
    def new_page(self) -> None:
        """What follows stands on a new page."""

    @abstractmethod
    def save(self, target: Path) -> None:
        """Write it."""


def letter(sheet: Sheet) -> None:
    """The layout of a letter: labels on lines of their own, the answer as running text."""
    _head(sheet, f"{PUBLICITY} STELLUNGNAHME")
    motion = "main.answers and main.answers.kind == 'Antrag'"
    sheet.text(
        f"{{{{ 'Zum Antrag' if {motion} else 'Auf die Anfrage' }}}}"
        "{% if facts.fragesteller is defined %} ({{ facts.fragesteller | party }}){% endif %}"
        "{% if facts.schreiben_vom is defined %} vom {{ facts.schreiben_vom | date }}{% endif %}"
        f"{{% if {NUMBER} %}} – Drucksachennummer {{{{ {NUMBER} }}}} –{{% endif %}} "
        f"{{{{ 'nimmt die Verwaltung wie folgt Stellung' if {motion} else 'antwortet die Verwaltung wie folgt' }}}}:",
        "space",
    )
    _motion(sheet)
    _answers(sheet)
    _statements(sheet)
    _signed(sheet, SIGNER)
    _disposition(sheet)


def report(sheet: Sheet, title: str = f"{PUBLICITY} MITTEILUNG") -> None:
    """The layout of a report to the council: nobody has asked, and whoever the case names signs it."""
    _head(sheet, title)
    _answers(sheet, "Sachverhalt", "den Sachverhalt")
    _statements(sheet)
    _signed(sheet, REPORTER)
    _disposition(sheet)


def report_of_kiel(sheet: Sheet) -> None:
    """The same, called as in Kiel."""
    unless_public = "{{ 'NICHTÖFFENTLICHE ' if facts.oeffentlich is defined and not facts.oeffentlich else '' }}"
    report(sheet, f"{unless_public}GESCHÄFTLICHE MITTEILUNG")


def proposal(sheet: Sheet) -> None:
    """The layout of a proposal of the administration: what is to be resolved, and why."""
    _head(sheet, f"{PUBLICITY} BESCHLUSSVORLAGE")
    sheet.tag("{%p if facts.dringlich_weil is defined %}")
    sheet.text("Dringlich:", "label")
    sheet.text("{{ facts.dringlich_weil }}")
    sheet.tag("{%p endif %}")
    sheet.text("Beschlussvorschlag", "heading")
    sheet.tag("{%p if facts.beschlussvorschlag is defined and facts.beschlussvorschlag %}")
    point = "{{ loop.index ~ '. ' if loop.length > 1 else '' }}{{ punkt }}"
    each = ("{%p for punkt in facts.beschlussvorschlag %}", point, "{%p endfor %}")
    sheet.given("beschlussvorschlag", "Beschlussvorschlag", each)
    sheet.tag("{%p else %}")
    sheet.field("beschlussvorschlag", "Beschlussvorschlag", "Hier bitte den Beschlussvorschlag eintragen.")
    sheet.tag("{%p endif %}")
    _answers(sheet, "Begründung", "die Begründung")
    _statements(sheet)
    _signed(sheet, REPORTER)
    _disposition(sheet)


def _head(sheet: Sheet, title: str) -> None:
    sheet.text("{{ body.name }}", "small")
    sheet.text(title, "title")
    sheet.text("Amt/Fachbereich und ggf. beteiligte Ämter/Fachbereiche:", "label")
    sheet.text(LEAD)
    sheet.tag("{%p if facts.beteiligt is defined and facts.beteiligt %}")
    sheet.text("Beteiligt: {{ facts.beteiligt | party }}")
    sheet.tag("{%p endif %}")
    sheet.text("Betreff:", "label")
    sheet.text(f"Drucksachennummer: {{{{ {NUMBER} or '__________' }}}}")
    sheet.text("{{ case.title }}", "strong")
    sheet.text("Beratungsfolge:", "label")
    sheet.table([STOPS, (DAY, BODY), "{%tr endfor %}"], (3.5, 12.5), head=False)


def _signed(sheet: Sheet, signer: str) -> None:
    sheet.text("gez. ______________________________", "sign")
    sheet.text(signer)


def form(sheet: Sheet) -> None:
    """The layout of a form: a ruled head with the number of the answer, and a distribution list with days."""
    sheet.text("{{ body.name }}", "small")
    sheet.text("Stellungnahme der Verwaltung", "title")
    public = "{{ 'nicht öffentlich' if facts.oeffentlich is defined and not facts.oeffentlich else 'öffentlich' }}"
    sheet.text(public, "strong")
    own = "facts.stellungnahme_nummer if facts.stellungnahme_nummer is defined else main.answers and case.number"
    day = "{{ facts.stellungnahme_vom | date if facts.stellungnahme_vom is defined else '__.__.____' }}"
    head = (LEAD, f"{{{{ ({own}) or '__________' }}}}", day)
    sheet.table([("Stadtamt", "Stellungnahme-Nr.", "Datum"), head], (8, 4.5, 3.5))
    about = "{{ (main.answers.number if main.answers else case.number) or '__________' }}"
    sheet.table([("zum/zur",), (f"{about} {ASKER}",)], (16,))
    sheet.table([("Bezeichnung",), ("{{ case.title }}",)], (16,))
    sheet.table(
        [("Verteiler", "Tag"), (SIGNER, "__.__.____"), STOPS, (BODY, DAY), "{%tr endfor %}", ("", "")], (12.5, 3.5)
    )
    _motion(sheet)
    sheet.text("Stellungnahme der Verwaltung", "heading")
    _answers(sheet)
    _statements(sheet)
    sheet.text("______________________________", "sign")
    sheet.text(SIGNER)
    _disposition(sheet)


def _motion(sheet: Sheet) -> None:
    """What is moved, where a motion is answered."""
    sheet.tag("{%p if facts.beschlussvorschlag is defined and facts.beschlussvorschlag %}")
    sheet.text("Beschlussvorschlag", "heading")
    sheet.tag("{%p for punkt in facts.beschlussvorschlag %}")
    sheet.text("– {{ punkt }}")
    sheet.tag("{%p endfor %}")
    sheet.tag("{%p endif %}")


def _answers(sheet: Sheet, called: str = "Antwort", wanted: str = "die Antwort") -> None:
    sheet.tag("{%p for frage in (fragen or ['']) %}")
    sheet.locked(
        "frage_{{ loop.index }}", "{% if frage %}{{ loop.index }}. {{ frage }}{% else %}" + called + ":{% endif %}"
    )
    title = called + "{% if frage %} zu Frage {{ loop.index }}{% endif %}"
    sheet.field("antwort_{{ loop.index }}", title, f"Hier bitte {wanted} eintragen.")
    sheet.tag("{%p endfor %}")
    sheet.tag("{%p for text in bausteine %}")
    sheet.text("{{ text }}")
    sheet.tag("{%p endfor %}")


def _statements(sheet: Sheet) -> None:
    sheet.tag("{%p for angabe in angaben %}")
    sheet.text("{{ angabe.label }}", "heading")
    sheet.tag("{%p if angabe.hint %}")
    sheet.text("{{ angabe.hint }}", "small")
    sheet.tag("{%p endif %}")
    sheet.tag("{%p for wahl in angabe.choices %}")
    sheet.ticks([("wahl_{{ angabe.id }}_{{ wahl.id }}", "{{ wahl.label }}")])
    sheet.tag("{%p endfor %}")
    sheet.field("angabe_{{ angabe.id }}", "{{ angabe.label }}", "Hier bitte die Erläuterung eintragen.")
    sheet.tag("{%p endfor %}")


def _disposition(sheet: Sheet) -> None:
    sheet.new_page()
    sheet.text("Verfügung / Unterschriften", "title")
    sheet.text("Veröffentlichung", "heading")
    boxes = (("veroeffentlichung_ja", "Ja"), ("veroeffentlichung_nein", "Nein, gesperrt bis einschließlich "))
    sheet.ticks(boxes, ("gesperrt_bis", "__.__.____"))
    signed, end = "Datum, Unterschrift", "{%tr endfor %}"
    sheet.text("Gesehen", "heading")
    sheet.table([("Stelle", signed), "{%tr for amt in gesehen %}", ("{{ amt | party }}", ""), end, ("", "")], (8, 8))
    sheet.text("Gegenzeichen", "heading")
    sheet.table(
        [("Amt/Fachbereich", signed), "{%tr for amt in gegenzeichen %}", ("{{ amt | party }}", ""), end, ("", "")],
        (8, 8),
    )
    sheet.text("Beschlussausfertigungen sind zu übersenden an", "heading")
    each = ("{{ one.amt | party }}", "{{ one.anzahl }}")
    rows = [("Amt/Fachbereich", "Anzahl"), "{%tr for one in ausfertigungen %}", each, end, ("", "")]
    sheet.table(rows, (12.5, 3.5))


class WordSheet(Sheet):
    """A Word document."""

    #: Size in points, bold, space before and after, kept with the next paragraph, grey.
    _STYLES: Mapping[str, tuple[float, bool, int, int, bool]] = {
        "text": (10.5, False, 0, 4, False),
        "strong": (10.5, True, 0, 4, False),
        "space": (10.5, False, 14, 8, False),
        "label": (9, True, 8, 1, True),
        "title": (16, True, 0, 10, True),
        "heading": (12, True, 14, 4, True),
        "question": (10.5, True, 10, 4, True),
        "small": (9, False, 0, 6, False),
        "sign": (10.5, False, 36, 0, True),
    }

    def __init__(self) -> None:
        self._document = Document()
        self._slim()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2)
        normal = self._document.styles["Normal"]
        normal.font.name, normal.font.size = "Arial", Pt(10.5)
        normal.element.rPr.rFonts.set(qn("w:cs"), "Arial")
        normal.element.rPr.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="de-DE"/>'))
        grey = self._document.styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
        grey.font.color.rgb = RGBColor(0x6B, 0x6B, 0x6B)
        for name, (size, bold, before, after, keep) in self._STYLES.items():
            style = self._document.styles.add_style(f"Vorgang {name}", WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = normal
            style.font.size, style.font.bold = Pt(size), bold
            shape = style.paragraph_format
            shape.space_before, shape.space_after, shape.keep_with_next = Pt(before), Pt(after), keep
        core = self._document.core_properties
        core.title, core.author, core.language = "Stellungnahme", "", "de-DE"
        core.created = core.modified = BUILT
        core.last_modified_by, core.comments, core.revision = "", "", 1

    def _slim(self) -> None:
        """Without the hundred styles and the pictures that python-docx brings along: they take longer than all else."""
        kept = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList"}
        styles = self._document.styles.element
        for style in styles.findall(qn("w:style")):
            if style.get(qn("w:styleId")) not in kept:
                styles.remove(style)
        for fonts in styles.iter(qn("w:rFonts")):
            for name in [name for name in fonts.attrib if name.endswith("Theme")]:
                del fonts.attrib[name]
        for relations in (self._document.part.rels, self._document.part.package.rels):
            for id_, relation in list(relations.items()):
                if relation.reltype.endswith(
                    ("/stylesWithEffects", "/customXml", "/theme", "/thumbnail", "/numbering")
                ):
                    relations.pop(id_)

    def _add(self, xml: str) -> None:
        spaces = nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
        name, rest = xml[1:].split(">", 1)
        self._document.element.body.insert_element_before(parse_xml(f"<{name} {spaces}>{rest}"), "w:sectPr")

    @staticmethod
    def _run(words: str, style: str = "") -> str:
        look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
        return f'<w:r>{look}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'

    def _paragraph(self, content: str, style: str = "text") -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="Vorgang{style}"/></w:pPr>{content}</w:p>'

    @staticmethod
    def _control(name: str, title: str, content: str, more: str = "") -> str:
        named = f"<w:alias w:val={quoteattr(title)}/><w:tag w:val={quoteattr(name)}/>"
        return f"<w:sdt><w:sdtPr>{named}{more}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    def text(self, words: str, style: str = "text") -> None:
        self._add(self._paragraph(self._run(words), style))

    def tag(self, words: str) -> None:
        self.text(words)

    def locked(self, name: str, words: str) -> None:
        content = self._paragraph(self._run(words), "question")
        self._add(self._control(name, "Frage", content, '<w:lock w:val="sdtContentLocked"/>'))

    def field(self, name: str, title: str, invitation: str) -> None:
        content = self._paragraph(self._run(invitation, "PlaceholderText"))
        self._add(self._control(name, title, content, '<w:lock w:val="sdtLocked"/><w:showingPlcHdr/>'))

    def given(self, name: str, title: str, paragraphs: Sequence[str]) -> None:
        content = "".join(self._paragraph(self._run(words)) for words in paragraphs)
        self._add(self._control(name, title, content, '<w:lock w:val="sdtLocked"/>'))

    def ticks(self, boxes: Sequence[tuple[str, str]], field: tuple[str, str] | None = None) -> None:
        states = '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        states += '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>'
        more = f'<w14:checkbox><w14:checked w14:val="0"/>{states}</w14:checkbox>'
        font = '<w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic"/></w:rPr>'
        for place, (name, label) in enumerate(boxes, 1):
            box = self._control(name, label, f"<w:r>{font}<w:t>☐</w:t></w:r>", more)
            last = ""
            if field and place == len(boxes):
                shown = self._run(field[1], "PlaceholderText")
                last = self._control(field[0], "gesperrt bis", shown, "<w:showingPlcHdr/>")
            self._add(self._paragraph(box + self._run(f" {label}") + last))

    def table(self, rows: Sequence[Row], widths: Sequence[float], *, head: bool = True) -> None:
        lines = "".join(
            f'<w:{side} w:val="{"single" if head else "nil"}" w:sz="4" w:color="8A8A8A"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        sides = {"top": 50, "left": 80, "bottom": 0, "right": 80} if head else {"left": 0, "right": 0}
        room = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides.items())
        indent = f'<w:tblW w:w="0" w:type="auto"/><w:tblInd w:w="{sides["left"]}" w:type="dxa"/>'
        look = f'{indent}<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
        inside = "".join(self._row(row, widths, head and place == 0) for place, row in enumerate(rows))
        properties = f"<w:tblPr>{look}<w:tblCellMar>{room}</w:tblCellMar></w:tblPr>"
        self._add(f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{inside}</w:tbl>")
        if head:
            self.text("", "label")

    def _row(self, row: Row, widths: Sequence[float], head: bool) -> str:  # noqa: FBT001  # one call
        cells = (row, *[""] * (len(widths) - 1)) if isinstance(row, str) else row
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if head else ""
        style = "strong" if head else "text"
        made = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{shade}</w:tcPr>'
            f"{self._paragraph(self._run(cell) if cell else '', style)}</w:tc>"
            for cell, width in zip(cells, widths, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"

    def new_page(self) -> None:
        self._add(self._paragraph('<w:r><w:br w:type="page"/></w:r>'))

    def save(self, target: Path) -> None:
        self._document.save(str(target))


def _twips(centimetres: float) -> int:
    return round(centimetres * 567)


class OdtSheet(Sheet):
    """A LibreOffice document."""

    _KEEP = 'fo:keep-with-next="always"'
    _LOOKS: Mapping[str, str] = {
        "text": 'fo:margin-bottom="4pt"|',
        "strong": 'fo:margin-bottom="4pt"|fo:font-weight="bold"',
        "space": 'fo:margin-top="14pt" fo:margin-bottom="8pt"|',
        "label": f'fo:margin-top="8pt" fo:margin-bottom="1pt" {_KEEP}|fo:font-weight="bold" fo:font-size="9pt"',
        "title": 'fo:margin-bottom="10pt" fo:keep-with-next="always"|fo:font-weight="bold" fo:font-size="16pt"',
        "heading": f'fo:margin-top="14pt" fo:margin-bottom="4pt" {_KEEP}|fo:font-weight="bold" fo:font-size="12pt"',
        "question": 'fo:margin-top="10pt" fo:margin-bottom="4pt" fo:keep-with-next="always"|fo:font-weight="bold"',
        "small": 'fo:margin-bottom="6pt"|fo:font-size="9pt"',
        "sign": 'fo:margin-top="36pt" fo:keep-with-next="always"|',
        "page": 'fo:break-before="page"|fo:font-size="2pt"',
    }

    def __init__(self) -> None:
        self._body: list[str] = []
        self._columns: dict[float, str] = {}
        self._tables = 0

    def _paragraph(self, content: str, style: str = "text") -> str:
        return f'<text:p text:style-name="Vorgang_{style}">{content}</text:p>'

    def text(self, words: str, style: str = "text") -> None:
        self._body.append(self._paragraph(escape(words), style))

    def tag(self, words: str) -> None:
        self.text(words)

    def _section(self, name: str, content: str, more: str = "") -> None:
        self._body.append(
            f'<text:section text:style-name="Section" text:name={quoteattr(name)}{more}>{content}</text:section>'
        )

    def locked(self, name: str, words: str) -> None:
        self._section(name, self._paragraph(escape(words), "question"), ' text:protected="true"')

    def field(self, name: str, title: str, invitation: str) -> None:
        self._section(name, self._paragraph(self._invitation(invitation, title)))

    def given(self, name: str, title: str, paragraphs: Sequence[str]) -> None:  # a section has a name and no title
        self._section(name, "".join(self._paragraph(escape(words)) for words in paragraphs))

    @staticmethod
    def _invitation(words: str, title: str) -> str:
        kind = f'text:placeholder-type="text" text:description={quoteattr(title)}'
        return f"<text:placeholder {kind}>&lt;{escape(words)}&gt;</text:placeholder>"

    def ticks(self, boxes: Sequence[tuple[str, str]], field: tuple[str, str] | None = None) -> None:
        box = 'loext:checkbox="true" loext:checked="false" loext:checked-state="☒" loext:unchecked-state="☐"'
        for place, (name, label) in enumerate(boxes, 1):
            content = (
                f"<loext:content-control {box} loext:tag={quoteattr(name)}>☐</loext:content-control> {escape(label)}"
            )
            if field and place == len(boxes):
                named = f"text:name={quoteattr(field[0])}"
                shown = self._invitation(field[1], "gesperrt bis")
                content += f"<text:bookmark-start {named}/>{shown}<text:bookmark-end {named}/>"
            self._body.append(self._paragraph(content))

    def table(self, rows: Sequence[Row], widths: Sequence[float], *, head: bool = True) -> None:
        self._tables += 1
        names = [self._columns.setdefault(width, f"Column{len(self._columns) + 1}") for width in widths]
        columns = "".join(f'<table:table-column table:style-name="{name}"/>' for name in names)
        first, rest = (rows[:1], rows[1:]) if head else ((), rows)
        inside = "".join(self._row(row, len(widths), "Head") for row in first)
        inside = f"<table:table-header-rows>{inside}</table:table-header-rows>" if head else ""
        inside += "".join(self._row(row, len(widths), "Cell" if head else "Bare") for row in rest)
        name = f'table:name="Tabelle{self._tables}" table:style-name="Table"'
        self._body.append(f"<table:table {name}>{columns}{inside}</table:table>")
        if head:
            self.text("", "label")

    def _row(self, row: Row, width: int, style: str) -> str:
        cells = (row, *[""] * (width - 1)) if isinstance(row, str) else row
        made = "".join(
            f'<table:table-cell table:style-name="{style}" office:value-type="string">'
            f"{self._paragraph(escape(cell), 'strong' if style == 'Head' else 'text')}</table:table-cell>"
            for cell in cells
        )
        return f'<table:table-row table:style-name="Row">{made}</table:table-row>'

    def new_page(self) -> None:
        self.text("", "page")

    def save(self, target: Path) -> None:
        with ZipFile(target, "w", ZIP_DEFLATED) as archive:
            for name, content in self._parts().items():
                entry = ZipInfo(name)
                entry.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
                archive.writestr(entry, content)

    def _parts(self) -> Mapping[str, str]:
        kind = "application/vnd.oasis.opendocument.text"
        listed = (
            ("/", kind),
            *((one, "text/xml") for one in ("content.xml", "styles.xml", "meta.xml", "settings.xml")),
        )
        entries = "".join(
            f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{type_}"/>'
            for path, type_ in listed
        )
        spaces = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"'
        return {
            "mimetype": kind,
            "content.xml": _odf(
                "content",
                f"{self._automatic()}<office:body><office:text>{''.join(self._body)}</office:text></office:body>",
            ),
            "styles.xml": _odf("styles", self._styles()),
            "meta.xml": _odf(
                "meta", "<office:meta><dc:title>Stellungnahme</dc:title><dc:language>de-DE</dc:language></office:meta>"
            ),
            "settings.xml": _odf("settings", "<office:settings/>"),
            "META-INF/manifest.xml": f"{_XML}<manifest:manifest {spaces}>{entries}</manifest:manifest>",
        }

    def _automatic(self) -> str:
        line = 'fo:padding="0.1cm" fo:border="0.5pt solid #8a8a8a"'
        cells = {
            "Cell": line,
            "Head": f'{line} fo:background-color="#ededed"',
            "Bare": 'fo:padding="0cm" fo:border="none"',
        }
        made = "".join(
            f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties {look}/>'
            "</style:style>"
            for name, look in cells.items()
        )
        made += "".join(
            f'<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
            for width, name in self._columns.items()
        )
        table = 'style:width="16cm" table:align="left" table:border-model="collapsing"'
        return (
            f"<office:automatic-styles>{made}"
            f'<style:style style:name="Table" style:family="table"><style:table-properties {table}/></style:style>'
            '<style:style style:name="Row" style:family="table-row"><style:table-row-properties '
            'fo:keep-together="always"/></style:style>'
            '<style:style style:name="Section" style:family="section"><style:section-properties/></style:style>'
            "</office:automatic-styles>"
        )

    def _styles(self) -> str:
        made = "".join(
            f'<style:style style:name="Vorgang_{name}" style:display-name="Vorgang {name}" style:family="paragraph" '
            f'style:parent-style-name="Standard"><style:paragraph-properties {look.split("|")[0]}/>'
            f"<style:text-properties {look.split('|')[1]}/></style:style>"
            for name, look in self._LOOKS.items()
        )
        page = 'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm" '
        page += 'fo:margin-left="2.5cm" fo:margin-right="2.5cm"'
        return (
            '<office:font-face-decls><style:font-face style:name="Arial" svg:font-family="Arial"/>'
            "</office:font-face-decls>"
            '<office:styles><style:style style:name="Standard" style:family="paragraph"><style:text-properties '
            'style:font-name="Arial" fo:font-size="10.5pt" fo:language="de" fo:country="DE"/></style:style>'
            f'{made}</office:styles><office:automatic-styles><style:page-layout style:name="Page">'
            f"<style:page-layout-properties {page}/></style:page-layout></office:automatic-styles>"
            "<office:master-styles>"
            '<style:master-page style:name="Standard" style:page-layout-name="Page"/></office:master-styles>'
        )


_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _odf(kind: str, content: str) -> str:
    base = "urn:oasis:names:tc:opendocument:xmlns:"
    names = {"office": "office", "style": "style", "text": "text", "table": "table"}
    names |= {"fo": "xsl-fo-compatible", "svg": "svg-compatible"}
    spaces = " ".join(f'xmlns:{prefix}="{base}{name}:1.0"' for prefix, name in names.items())
    spaces += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    spaces += ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    return f'{_XML}<office:document-{kind} {spaces} office:version="1.3">{content}</office:document-{kind}>'


SHEETS: Mapping[str, Callable[[], Sheet]] = {"docx": WordSheet, "odt": OdtSheet}
#: Name of the templates, below the folder of them all and without suffix, and their layout.
LAYOUTS: Mapping[str, Callable[[Sheet], None]] = {
    "stellungnahme": letter,
    "magdeburg/stellungnahme": form,
    "mitteilung": report,
    "beschlussvorlage": proposal,
    "kiel/mitteilung": report_of_kiel,
}


def build(target: Path) -> None:
    """Write all templates below the folder `target`."""
    for name, layout in LAYOUTS.items():
        for suffix, make in SHEETS.items():
            path = target / f"{name}.{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            sheet = make()
            layout(sheet)
            sheet.save(path)


if __name__ == "__main__":
    build(TEMPLATES)
    sys.exit(0)
