"""The cases that the input of an event names. Pure."""

from collections.abc import Iterator
from typing import Any

from .lifecycle import Field
from .step import Facts


def named_cases(fields: tuple[Field, ...], data: Facts) -> Iterator[tuple[str, str]]:
    """Every case named in validated `data`, with the name of its field; those in the parts of records too."""
    for field in fields:
        if field.type in {"case", "record"}:
            for value in _values(data.get(field.name)):
                yield from [(field.name, value)] if field.type == "case" else named_cases(field.parts, value)


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
