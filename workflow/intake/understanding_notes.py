"""What is written down while a document is understood: where each value stands, and what a reader should know."""

from typing import Any

from .pages import Remark
from .understanding_rows import Row
from .understood import Found, Sure

_QUOTE = 200


class Notes:
    """The places and warnings of one document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: dict[str, Found] = {}
        self.warnings: list[Remark] = []

    def at(self, field: str, row: Row, sure: Sure, quote: str | None = None) -> None:
        """The value of `field` stands in `row`."""
        words = row.whole if quote is None else quote
        cut = words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
        self.found[field] = Found(self.file, row.number, row.page, cut, sure)

    def warn(self, code: str, row: Row | None = None, **params: Any) -> None:
        """Something to know, said once."""
        remark = Remark(code, params, row.number if row else None)
        if not any(one.code == code and one.params == params for one in self.warnings[-200:]):
            self.warnings.append(remark)
