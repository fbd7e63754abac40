"""Everything that a file says: its text, its properties, and what lies packed in it."""

import re
import zipfile
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def everything_in(content: bytes) -> str:
    """All words of a PDF, of the entries of a zip archive, or of a text; also where mark-up parts a word."""
    if content.startswith(b"%PDF"):
        return _pdf(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return " ".join(f"{name} {everything_in(archive.read(name))}" for name in archive.namelist())
    text = content.decode("utf-8", "replace")
    return f"{text} {re.sub('<[^>]*>', '', text)}"


def _pdf(content: bytes) -> str:
    reader: Any = PdfReader(BytesIO(content))
    pages = [page.extract_text() for page in reader.pages]
    xmp = reader.trailer["/Root"].get("/Metadata")
    packed = xmp.get_object().get_data().decode("utf-8", "replace") if xmp is not None else ""
    return " ".join([*pages, *(page.replace("-\n", "") for page in pages), repr(reader.metadata), packed])
