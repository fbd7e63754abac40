"""Archives (DOCX, ODT) that say nothing of when they were written, so that the same content gives the same bytes."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

#: First in a LibreOffice file, and not compressed: programs look for it there (OpenDocument 1.2, part 3, 3.3).
_MIMETYPE = "mimetype"


def repacked(written: BytesIO) -> bytes:
    """The same archive, but saying nothing of when and where it was written."""
    result = BytesIO()
    with ZipFile(written) as source, ZipFile(result, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda one: one != _MIMETYPE):
            entry = ZipInfo(name)  # 1 January 1980
            entry.compress_type = ZIP_STORED if name == _MIMETYPE else ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            target.writestr(entry, source.read(name))
    return result.getvalue()
