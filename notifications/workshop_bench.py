"""The other side of `workshop` for templates: what can be asked of the process in which they are filled in."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ..config.errors import InvalidInputError
from .workshop_serving import serve
from .writer import Writer

#: Address space for everything, the interpreter and its libraries (about a tenth of it) included.
MEMORY = 512 << 20


def main() -> None:
    """Answer jobs until the other side closes its end."""
    serve(_TASKS, MEMORY)


def _render(folders: list[str], name: str, lang: Any, context: dict[str, Any]) -> Any:
    return _writer(tuple(folders)).render(name, lang, context)


def _note(folders: list[str], lang: Any, subject: str, text: str, base_url: str) -> Any:
    return _writer(tuple(folders)).note(lang, subject, text, base_url)


def _examine(folders: list[str], name: str, lang: Any, *, rung: bool) -> Any:
    found = _writer(tuple(folders)).examine(name, lang, rung=rung)
    return [[one.code, one.file, one.key, dict(one.params), one.line] for one in found]


def _fill(path: str, context: dict[str, Any]) -> str:
    from .filling import filled  # noqa: PLC0415  # few installations have a drafting template of their own

    return b64encode(filled(Path(path), context)).decode()


def _read_draft(name: str, path: str, questions: list[str]) -> Any:
    from .draft_return import as_document, read_draft  # noqa: PLC0415  # few messages have a draft

    return _said(lambda: as_document(read_draft(Path(path).read_bytes(), name, questions)))


def _check_draft(name: str, path: str, known: dict[str, Any]) -> Any:
    from .draft_check import check_template  # noqa: PLC0415  # as above

    found = _said(lambda: check_template(Path(path).read_bytes(), name, known))
    return found if "error" in found else {"done": [[one.code, one.key, dict(one.params)] for one in found["done"]]}


def _said(work: Callable[[], Any]) -> dict[str, Any]:
    """What work found, or what it said is wrong with the file."""
    try:
        return {"done": work()}
    except InvalidInputError as error:
        return {"error": [error.code, dict(error.params)]}


def _lay_out(path: str, context: dict[str, Any]) -> Any:
    from .papers.model import block_data  # noqa: PLC0415  # few installations have a layout of their own
    from .papers.printing import made_of  # noqa: PLC0415  # as above

    made = made_of(Path(path), context)
    return {**made._asdict(), "blocks": [block_data(block) for block in made.blocks]}


_TASKS: dict[str, Callable[..., Any]] = {
    "render": _render,
    "note": _note,
    "examine": _examine,
    "fill": _fill,
    "read_draft": _read_draft,
    "check_draft": _check_draft,
    "lay_out": _lay_out,
}


@cache
def _writer(folders: tuple[str, ...]) -> Writer:
    return Writer([Path(folder) for folder in folders])
