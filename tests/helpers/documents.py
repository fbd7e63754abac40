"""Files as offices hand them in, made in the test: real bytes of every format, and some that were made to do harm."""

import io
import zipfile
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import docx
import pytest
import typst

#: The real documents of three councils; not part of the project.
CASES = Path(__file__).parents[3] / "shared" / "cases"

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_ODT = "application/vnd.oasis.opendocument.text"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_NAMES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0"'
    f' xmlns:draw="{_ODF}:drawing:1.0" xmlns:style="{_ODF}:style:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def case(name: str) -> bytes:
    """A real document; the test is skipped where they are not."""
    path = CASES / name
    if not path.exists():
        pytest.skip("the real documents are not on this machine")
    return path.read_bytes()


def zipped(entries: dict[str, str | bytes]) -> bytes:
    """A zip archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


def added(archive: bytes, entries: dict[str, str | bytes]) -> bytes:
    """The archive with more entries."""
    written = io.BytesIO(archive)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return written.getvalue()


def docx_of(body: str, **more: str) -> bytes:
    """A Word file with this XML in its body; `more`: further parts, ``word_styles`` for word/styles.xml."""
    relations = "".join(
        f'<Relationship Id="r{name}" Type="http://x/{name.partition("_")[2].rstrip("0123456789")}"'
        f' Target="{name.partition("_")[2]}.xml"/>'
        for name in more
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
            **{f"{name.replace('_', '/', 1)}.xml": part for name, part in more.items()},
        }
    )


def paragraph(text: str) -> str:
    """A paragraph of a Word file."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def saved(document: "docx.document.Document") -> bytes:
    """The bytes of a Word file."""
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def odt_of(body: str, styles: str = "", **more: str | bytes) -> bytes:
    """A text of LibreOffice with this XML in its body; `more`: further entries."""
    content = f"<office:body><office:text>{body}</office:text></office:body>"
    return zipped(
        {
            "mimetype": _ODT,
            "content.xml": f"<office:document-content {_ODF_NAMES}>{content}</office:document-content>",
            "styles.xml": f"<office:document-styles {_ODF_NAMES}>{styles}</office:document-styles>",
            **more,
        }
    )


@cache
def pdf_of(text: str) -> bytes:
    """A PDF set from Typst's markup."""
    written = typst.compile(text.encode())
    assert isinstance(written, bytes)
    return written


def scanned(pages: int = 1) -> bytes:
    """A PDF of pictures without text."""
    return pdf_of("#pagebreak()\n".join(["#rect(width: 5cm, height: 5cm, fill: gray)\n"] * pages))


def letter(
    subject: str = "Anfrage zu Bänken", text: str = "Sehr geehrte Damen und Herren,\n\nwie viele?\n"
) -> EmailMessage:
    """A mail to a council office."""
    mail = EmailMessage()
    mail["From"] = "Erika Muster <muster@fraktion.example>"
    mail["To"] = "ratsbuero@stadt.example"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 03 Feb 2025 10:00:00 +0100"
    mail.set_content(text)
    return mail


def attach(mail: EmailMessage, content: bytes, name: str) -> None:
    """Attach a file."""
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
