"""Zip archives, which .docx and .odt are: opened within limits, one entry at a time.

What an entry says about its size is checked first, and what comes out of it again.
"""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from ...config.errors import UnreadableError
from .limits import HIGHEST_RATIO, LARGEST_PART, MOST_ENTRIES, MOST_UNPACKED, SMALL, mib
from .sheet import Source

_ENCRYPTED = 0x1


class Archive:
    """The entries of an archive by name."""

    def __init__(self, source: Source) -> None:
        """Open it.

        Raises:
            UnreadableError: it is broken, has a password, or would need too much when unpacked.
        """
        self.file = source.name
        try:
            self._zip = ZipFile(BytesIO(source.content))
            entries = self._zip.infolist()
        except (BadZipFile, LargeZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
            raise UnreadableError("intake_broken", file=self.file, place="zip", reason=str(error)) from error
        if len(entries) > MOST_ENTRIES:
            raise UnreadableError("intake_entries", file=self.file, number=len(entries), most=MOST_ENTRIES)
        self._entries = {entry.filename: entry for entry in entries}
        if len(self._entries) < len(entries):
            raise UnreadableError("intake_broken", file=self.file, place="zip", reason="two entries of one name")
        for entry in entries:
            self._check(entry)
        total = sum(entry.file_size for entry in entries)
        if total > MOST_UNPACKED:
            raise self._too_much("zip", total, MOST_UNPACKED)

    def _check(self, entry: ZipInfo) -> None:
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableError("intake_password", file=self.file, place=entry.filename)
        if entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            raise self._too_much(entry.filename, entry.file_size, HIGHEST_RATIO * max(entry.compress_size, 1))

    def _too_much(self, place: str, size: int, most: int) -> UnreadableError:
        return UnreadableError("intake_unpacked", file=self.file, place=place, size=mib(size), most=mib(most))

    @property
    def names(self) -> frozenset[str]:
        """Of all entries."""
        return frozenset(self._entries)

    def read(self, name: str) -> bytes:
        """One entry.

        Raises:
            UnreadableError: it is missing, broken or too large.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableError("intake_broken", file=self.file, place=name, reason="missing")
        if entry.file_size > LARGEST_PART:
            raise self._too_much(name, entry.file_size, LARGEST_PART)
        if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise UnreadableError("intake_broken", file=self.file, place=name, reason="unusual compression")
        try:
            with self._zip.open(entry) as stream:
                content = stream.read(LARGEST_PART + 1)
        except (BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError, RuntimeError) as error:
            raise UnreadableError("intake_broken", file=self.file, place=name, reason=str(error)) from error
        if len(content) > LARGEST_PART:
            raise self._too_much(name, len(content), LARGEST_PART)
        return content
