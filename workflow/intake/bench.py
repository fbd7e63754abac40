"""The other side of `apart`: what can be asked of the process that reads files."""

from collections.abc import Callable
from typing import Any

from ...notifications.workshop_serving import serve
from .limits import MEMORY
from .packing import packed_said, unpacked_town
from .pages import Pages
from .reading import read_document
from .understanding import understand


def main() -> None:
    """Answer until the other side closes its end."""
    serve(TASKS, MEMORY)


def packed(pages: Pages) -> Any:
    """Pages as JSON carries them; `apart.unpacked` is the way back."""
    return pages._replace(parts=tuple(map(packed, pages.parts)))


def _read(content: bytes, name: str) -> Any:
    return packed(read_document(content, name))


def _understand(content: bytes, name: str, town: Any) -> Any:
    pages = read_document(content, name)
    return {"pages": packed(pages), "said": packed_said(understand(pages, unpacked_town(town)))}


#: Each task gets the bytes and the name of a file (and what else `apart.asked` is given); its answer becomes JSON.
TASKS: dict[str, Callable[..., Any]] = {"read": _read, "understand": _understand}
