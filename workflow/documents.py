"""What is answered as JSON: days and instants in ISO 8601, records as objects, texts in both languages."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any


def document(value: object) -> Any:
    """`value` made of what JSON knows."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): document(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: document(item) for key, item in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [document(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(document(item) for item in value)
    if is_dataclass(value):
        return {one.name: document(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)
