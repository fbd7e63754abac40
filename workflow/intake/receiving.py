"""Documents are read where nothing that they hold can do harm: in the child process."""

from pathlib import Path

from .apart import understand_apart
from .reading import content_of
from .taking import Taking
from .understanding_town import KnownTown


def receive(path: Path, known: KnownTown) -> Taking:
    """Read a document and understand it.

    Raises:
        UnreadableError: it cannot be read; the error names the file, the place and what would help.
    """
    content = content_of(path)
    pages, said = understand_apart(content, path.name, known)
    return Taking(pages, content, said)
