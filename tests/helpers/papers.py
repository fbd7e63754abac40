"""Papers for tests, and what can be seen in a PDF without a validator."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pypdf import PdfReader
from pypdf.generic import ContentStream

from vorgang.notifications.papers.model import Block, Heading, Paper, Paragraph, outlined
from vorgang.notifications.papers.pdf_writer import pdf

CREATED = datetime(2024, 2, 20, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))

#: Texts that would mean something to somebody else.
EVIL = (
    "#let x = 1; #panic()",
    "$ a^2 $ und `roh` *fett* _kursiv_ <marke> @ref = == - + / \\",
    "[[[ ((( {{{ ]",
    "</w:t></w:r><w:r><w:t>eingeschmuggelt",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ ''.__class__ }}{% for x in y %}{# #}",
    "&amp; &lt;b&gt; \"Anführung\" 'einfach'",
    "https://beispiel.example/?a=1&b=2",
)
#: Letters of other languages that our fonts show.
LETTERS = "Yüksel, Şen, İnci, ğ, ı, Łódź, Ελλάδα, Київ, مرحبا, 12 € ½ „so“ – …"


def paper(*blocks: Block, **more: Any) -> Paper:
    values: dict[str, Any] = {
        "title": "Stellungnahme zur Drucksache 1/2024",
        "author": "Stadt Beispiel",
        "lang": "de",
        "file": "Stellungnahme",
        "footer": "Stadt Beispiel · 1/2024",
        "watermark": "",
        "blocks": (Heading("STELLUNGNAHME", 1), *blocks),
        "created": CREATED,
    }
    return Paper(**{**values, "blocks": outlined(values["blocks"]), **more})


def saying(*texts: str) -> Paper:
    return paper(*(Paragraph(text) for text in texts))


class Element(NamedTuple):
    """An element of the structure of a PDF: its tag, its dictionary, the marked contents that it holds."""

    tag: str
    node: Mapping[str, Any]
    depth: int


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def read_paper(made: Paper) -> PdfReader:
    return read(pdf(made))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def root(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def says_accessible(reader: PdfReader) -> bool:
    """Whether it is tagged, in German, and claims PDF/UA-1; and whether nothing in it is outside of a tag."""
    claimed = b"pdfuaid:part" in root(reader)["/Metadata"].get_data()
    tagged = bool(root(reader)["/MarkInfo"]["/Marked"])
    return claimed and tagged and str(root(reader)["/Lang"]).startswith("de") and not unmarked(reader)


def elements(reader: PdfReader) -> list[Element]:
    """The structure in reading order."""
    return list(_below(root(reader)["/StructTreeRoot"], 0))


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]


def _below(node: Any, depth: int) -> Iterator[Element]:
    for kid in _kids(node):
        if isinstance(kid, dict) and "/S" in kid:
            yield Element(kid["/S"], kid, depth)
            yield from _below(kid, depth + 1)


def tags(reader: PdfReader) -> list[str]:
    return [element.tag for element in elements(reader)]


def reading_order(reader: PdfReader) -> list[tuple[int, int]]:
    """Page and number of each marked content, in the order in which a screen reader comes to it."""
    pages = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages) if page.indirect_reference}
    return list(_contents(root(reader)["/StructTreeRoot"], pages, None))


def _contents(node: Any, pages: Mapping[int, int], page: Any) -> Iterator[tuple[int, int]]:
    page = node.raw_get("/Pg") if "/Pg" in node else page
    for kid in _kids(node):
        if isinstance(kid, int):
            yield pages[page.idnum], int(kid)
        elif "/MCID" in kid:
            where = kid.raw_get("/Pg") if "/Pg" in kid else page
            yield pages[where.idnum], int(kid["/MCID"])
        elif "/S" in kid:
            yield from _contents(kid, pages, page)


#: Elements that stand for themselves: what is not in one runs together with its neighbours.
_BLOCKS = {"/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/Lbl", "/LBody", "/TH", "/TD", "/Caption"}


def block_faults(reader: PdfReader) -> list[str]:
    """Text that stands in no block element; tables without heads that say what they head."""
    return [*_bare(root(reader)["/StructTreeRoot"], ()), *_headless(reader)]


def _bare(node: Any, above: tuple[str, ...]) -> Iterator[str]:
    for kid in _kids(node):
        if isinstance(kid, int) or "/MCID" in kid:
            if _BLOCKS.isdisjoint(above):
                yield "text in " + "".join(above)
        elif "/S" in kid:
            yield from _bare(kid, (*above, str(kid["/S"])))


def _headless(reader: PdfReader) -> Iterator[str]:
    for table in (element.node for element in elements(reader) if element.tag == "/Table"):
        heads = [element.node for element in _below(table, 0) if element.tag == "/TH"]
        scoped = [head for head in heads if any("/Scope" in one for one in _attributes(head))]
        if not heads or len(scoped) < len(heads):
            yield f"table with {len(heads)} heads, {len(scoped)} of them with a scope"


def _attributes(node: Any) -> list[Any]:
    found = node.get("/A", [])
    return [each.get_object() for each in (found if isinstance(found, list) else [found])]


#: What draws: letters, lines, areas, pictures.
_DRAWS = {b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"Do", b"sh"}


def unmarked(reader: PdfReader) -> list[tuple[int, bytes]]:
    """What is drawn outside of any tag and any artifact."""
    found = []
    for number, page in enumerate(reader.pages):
        depth = 0
        for _operands, operator in ContentStream(page.get_contents(), reader).operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            if operator in _DRAWS and depth == 0:
                found.append((number, operator))
    return found


def fonts(reader: PdfReader) -> Iterator[Any]:
    """Every font that a page names, down to what describes it."""
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            whole = font.get_object()
            yield whole["/DescendantFonts"][0].get_object() if "/DescendantFonts" in whole else whole
