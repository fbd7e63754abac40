"""A document as it is taken in: its bytes, its lines, and what it says."""

from hashlib import sha256
from typing import NamedTuple

from ...states.search_text import words
from .pages import Pages
from .understood import Understood


class Taking(NamedTuple):
    """A document as read, with its bytes."""

    pages: Pages
    content: bytes
    said: Understood

    @property
    def text_sha256(self) -> str:
        """Of its words and those of the files in it: the same for a letter as Word file, as PDF and as text."""
        return sha256(" ".join(_words(self.pages)).encode()).hexdigest()


def _words(pages: Pages) -> list[str]:
    found = [word for line in pages.lines for word in words(line.text)]
    return [*found, *(word for part in pages.parts for word in _words(part))]
