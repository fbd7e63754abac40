"""Files as a council office has them, read into lines (see `pages`): which format it is, and who reads it.

Whatever bytes come, the answer is `Pages` or an `UnreadableError`. This is the reading itself; files of unknown origin
are read by `apart`, in a process of their own.
"""

from hashlib import sha256
from pathlib import Path

from ...config.errors import UnreadableError
from ...config.os_errors import cause
from .archive import Archive
from .characters import lost_letters
from .formats import Format, recognised
from .limits import DEEPEST, LARGEST, mib
from .pages import Pages, Remark
from .reading_mail import WITHIN
from .sheet import Sheet, Source

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
_TYPES: dict[Format, str] = {
    "text": "text/plain",
    "html": "text/html",
    "mail": "message/rfc822",
    "pdf": "application/pdf",
}
#: Other office files, by an entry that only they have.
_OFFICE = {"xl/workbook.xml": "Excel (.xlsx)", "ppt/presentation.xml": "PowerPoint (.pptx)", "xl/workbook.bin": "Excel"}
_ODF = "application/vnd.oasis.opendocument."


def read_document(content: bytes, name: str) -> Pages:
    """Read a file, in this process.

    Args:
        content: its bytes.
        name: as people know it; its ending helps where the bytes do not say what they are.

    Raises:
        UnreadableError: it cannot be read, or must not be; code and parameters say why, where, and what would help.
    """
    return _read(Source(name, content))


def content_of(path: Path) -> bytes:
    """The bytes of a file, unless there are too many: that is asked before any of them is read.

    Raises:
        UnreadableError: it is too large, no file, or must not be read.
    """
    try:
        if not path.is_file():
            raise UnreadableError("intake_file", file=path.name, detail=str(path))
        check_size(path.name, path.stat().st_size)
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableError("intake_file", file=path.name, detail=cause(error)) from error
    check_size(path.name, len(content))
    return content


def check_size(name: str, size: int) -> None:
    """Refuse what is too large.

    Raises:
        UnreadableError: `size` (bytes) is more than `limits.LARGEST`.
    """
    if size > LARGEST:
        raise UnreadableError("intake_too_large", file=name, size=mib(size), most=mib(LARGEST))


def _read(source: Source) -> Pages:
    check_size(source.name, len(source.content))
    if source.depth > DEEPEST:
        raise UnreadableError("intake_nesting", file=source.name, place="–")
    if not source.content.strip(b"\0\t\r\n \f\x1a"):
        raise UnreadableError("intake_empty", file=source.name)
    sheet = Sheet(source.name)
    try:
        return _pages(source, sheet)
    except UnreadableError:
        raise
    except MemoryError:
        raise UnreadableError("intake_memory", file=source.name) from None
    except RecursionError:
        raise UnreadableError("intake_nesting", file=source.name, place="–") from None
    except Exception as error:  # whatever a file makes a library do, it must not stop the files after it
        reason = f"{type(error).__name__}: {error}"[:300]
        raise UnreadableError("intake_broken", file=source.name, place="–", reason=reason) from error


def _pages(source: Source, sheet: Sheet) -> Pages:
    media_type, parts = _written(source, sheet)
    lines = sheet.lines
    if not parts and not any(line.text for line in lines):
        raise UnreadableError("intake_no_text", file=source.name)
    lost = lost_letters([line.text for line in lines])
    if lost:
        params = {"number": lost.number, "example": lost.example}
        sheet.keep(Remark("intake_remark_letters_lost", params, lines[lost.line].number))
    name = source.name.rpartition(WITHIN)[2]
    digest = sha256(source.content).hexdigest()
    return Pages(name, media_type, digest, len(source.content), lines, parts, tuple(sheet.remarks))


def _written(source: Source, sheet: Sheet) -> tuple[str, tuple[Pages, ...]]:
    """Write the file on the sheet; its media type and the files in it. Readers are loaded when first needed."""
    found = recognised(source)
    if found == "zip":
        return _unpacked(source, sheet), ()
    if found == "mail":
        from .reading_mail import read_mail  # noqa: PLC0415  # see above

        return _TYPES[found], read_mail(source, sheet, _read)
    if found == "html":
        from .reading_html import read_html  # noqa: PLC0415  # see above

        read_html(source, sheet)
    elif found == "pdf":
        from .reading_pdf import read_pdf  # noqa: PLC0415  # see above

        read_pdf(source, sheet)
    else:
        from .reading_text import read_text  # noqa: PLC0415  # see above

        read_text(source, sheet)
    return _TYPES[found], ()


def _unpacked(source: Source, sheet: Sheet) -> str:
    archive = Archive(source)
    if "[Content_Types].xml" in archive.names and not _OFFICE.keys() & archive.names:
        from .reading_docx import read_docx  # noqa: PLC0415  # see above

        read_docx(archive, sheet)
        return _DOCX
    kind = archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in archive.names else ""
    if kind.removesuffix("-template") == _ODT:
        from .reading_odt import read_odt  # noqa: PLC0415  # see above

        read_odt(archive, sheet)
        return _ODT
    called = next((_OFFICE[name] for name in _OFFICE if name in archive.names), "ZIP")
    called = f"LibreOffice ({kind.removeprefix(_ODF)})" if kind.startswith(_ODF) else called
    raise UnreadableError("intake_format", file=source.name, format=called)
