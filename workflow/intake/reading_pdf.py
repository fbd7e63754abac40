"""PDF with a text layer: the only module that knows pypdfium2. How characters become lines says `pdf_layout`.

PDFium is built without JavaScript; nothing in a file is run, and nothing is fetched.
"""

import ctypes
import threading
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from ...config.errors import UnreadableError
from .limits import MOST_ON_A_PAGE, MOST_PAGES
from .pdf_layout import Layout
from .pdf_rows import Char, Ruling
from .sheet import Sheet, Source

#: Fewer characters than this on all pages are stamps of a scanner.
_NO_TEXT = 3
_MOST_RULINGS = 3_000
#: Points that a line may be thick.
_THIN = 2.5
#: A font of this size is scaled by something else; then the height of the box must do.
_SCALED = 2.0
#: PDFium serves one thread only.
_ONE_AT_A_TIME = threading.Lock()
_PLANES = 0x10000


def read_pdf(source: Source, sheet: Sheet) -> None:
    """Read a PDF.

    Raises:
        UnreadableError: it has a password, too many pages, or no text; or it is broken.
    """
    try:
        with _ONE_AT_A_TIME, pypdfium2.PdfDocument(source.content) as document:
            _read(document, source, sheet)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise UnreadableError("intake_password", file=source.name, place="–") from error
        raise UnreadableError("intake_broken", file=source.name, place="–", reason=str(error)) from error


def _read(document: pypdfium2.PdfDocument, source: Source, sheet: Sheet) -> None:
    document.init_forms()  # so that what was filled in becomes text
    number = len(document)
    if number > MOST_PAGES:
        raise UnreadableError("intake_pages", file=source.name, number=number, most=MOST_PAGES)
    if document.count_attachments():
        sheet.remark("intake_remark_embedded", place="PDF")
    layout = Layout(sheet)
    counts = [_read_page(document, index, sheet, layout) for index in range(number)]
    if sum(counts) < _NO_TEXT:
        raise UnreadableError("intake_scan", file=source.name, pages=number)
    empty = [str(index) for index, count in enumerate(counts, 1) if not count]
    if empty:
        sheet.remark("intake_remark_pages_without_text", pages=empty[:20])


def _read_page(document: pypdfium2.PdfDocument, index: int, sheet: Sheet, layout: Layout) -> int:
    """Write a page down; how many characters are on it."""
    try:
        page = document[index]
        if document.formenv is not None:
            page.flatten()
            page.close()
            page = document[index]
        text = page.get_textpage()
        chars = list(_chars(text, sheet.file, index + 1))
        rulings = list(_rulings(page))
        text.close()
        page.close()
    except pypdfium2.PdfiumError as error:
        reason = f"{index + 1}: {error}"
        raise UnreadableError("intake_broken", file=sheet.file, place=f"S. {index + 1}", reason=reason) from error
    sheet.page = index + 1
    layout.write(chars, rulings)
    return sum(1 for char in chars if not char.text.isspace())


def _chars(page: pypdfium2.PdfTextPage, file: str, number: int) -> Iterator[Char]:
    """The characters of a page in PDFium's order, with their boxes; a line break is one of them."""
    count = page.count_chars()
    if count > MOST_ON_A_PAGE:
        raise UnreadableError("intake_page_characters", file=file, page=number, number=count, most=MOST_ON_A_PAGE)
    box, handle = raw.FS_RECTF(), page.raw
    pointer = ctypes.byref(box)
    unicode_of, box_of, size_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetFontSize
    high = 0
    for index in range(count):
        code = unicode_of(handle, index)
        if 0xD800 <= code < 0xDC00:  # noqa: PLR2004  # the first half of a character of another plane
            high = code
            continue
        if 0xDC00 <= code < 0xE000:  # noqa: PLR2004  # the second one
            code = _PLANES + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        box_of(handle, index, pointer)
        size = size_of(handle, index)
        yield Char(
            chr(code), box.left, box.bottom, box.right, box.top, size if size > _SCALED else box.top - box.bottom
        )


def _rulings(page: pypdfium2.PdfPage) -> Iterator[Ruling]:
    """Lines, and the edges of frames."""
    for number, each in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)):
        if number >= _MOST_RULINGS:
            return
        left, bottom, right, top = each.get_bounds()
        if top - bottom <= _THIN or right - left <= _THIN:
            yield Ruling(left, bottom, right, top)
        else:
            yield from (Ruling(left, height, right, height) for height in (bottom, top))
            yield from (Ruling(place, bottom, place, top) for place in (left, right))
