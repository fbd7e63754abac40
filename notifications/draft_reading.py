"""Filled drafts read in the process in which files of others are opened (see `workshop`)."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..config.errors import Finding, InvalidInputError
from .draft_return import ReturnedDraft, from_document
from .failures import Temporary
from .workshop import WORKSHOP


def read_elsewhere(content: bytes, name: str, questions: Sequence[str] = ()) -> ReturnedDraft:
    """`draft_return.read_draft` in a process with limits of memory and time. Errors as there."""
    answer = with_file(
        content, name, lambda path: WORKSHOP.do("read_draft", name, name=name, path=path, questions=[*questions])
    )
    return from_document(answer)


def check_elsewhere(content: bytes, name: str, known: Mapping[str, Any]) -> list[Finding]:
    """`draft_check.check_template` in the same process; what cannot be opened at all is a finding too."""
    try:
        found = with_file(
            content, name, lambda path: WORKSHOP.do("check_draft", name, name=name, path=path, known=dict(known))
        )
    except InvalidInputError as error:
        return [Finding(code=error.code, file=name, key="–", params=error.params)]
    return [Finding(code=code, file=name, key=key, params=params) for code, key, params in found]


def with_file(content: bytes, name: str, work: Callable[[str], Any]) -> Any:
    """What `work` answers about a file that holds `content`.

    Raises:
        InvalidInputError: what it found wrong with the file, or that it needed too much time or memory.
    """
    with tempfile.TemporaryDirectory(prefix="vorgang-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        try:
            answer = work(str(path))
        except Temporary as failure:
            reason = failure.text()
            raise InvalidInputError("draft_file_too_much", name=name, detail=reason) from None
    if "error" in answer:
        code, params = answer["error"]
        raise InvalidInputError(code, **params)
    return answer["done"]
