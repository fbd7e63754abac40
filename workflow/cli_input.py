"""What people type as the input of an event, turned into the values that its fields take.

Only the form is changed here (a list, a number, a day written the German way, a file read); whether a value is right,
the engine decides.
"""

import json
import mimetypes
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config.errors import InvalidInputError
from ..config.json_faults import fault_of
from .cli_reference import resolve

if TYPE_CHECKING:
    from ..states.lifecycle import Field
    from ..states.visibility import Reader
    from .kept_files import NewFile
    from .workflow import Workflow

_TRUE, _FALSE = ("ja", "j", "yes", "y", "true", "wahr", "1"), ("nein", "n", "no", "false", "falsch", "0")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class Input:
    """Reads the input of one event of a case in `body`."""

    def __init__(
        self, workflow: "Workflow", body: str, fields: Sequence["Field"], reader: "Reader | None" = None
    ) -> None:
        self._workflow = workflow
        self._reader = reader
        self._body = body
        self._fields = {field.name: field for field in fields}
        #: The files that were named; they are kept together with the event (see `kept_files`).
        self.files: list[NewFile] = []

    def read(self, settings: Sequence[str], data: str | None) -> dict[str, Any]:
        """The values of ``-s field=value …`` over those of ``--data``."""
        given: dict[str, list[str]] = {}
        for setting in settings:
            name, equals, value = setting.partition("=")
            if not equals or not name.strip():
                raise InvalidInputError("cli_set_form", given=setting)
            given.setdefault(name.strip(), []).append(value)
        document = {name: _dated(self._fields.get(name), value) for name, value in _document(data).items()}
        return {**document, **{name: self._values(name, values) for name, values in given.items()}}

    def _values(self, name: str, values: list[str]) -> Any:
        field = self._fields.get(name)
        if field is None:  # the engine says which fields there are
            return values[0]
        if field.many:
            return [self._value(field, value) for value in values if value != ""]
        if len(values) > 1:
            raise InvalidInputError("cli_set_twice", field=name)
        return self._value(field, values[0])

    def _value(self, field: "Field", value: str) -> Any:
        if field.type == "file" and value.startswith("@"):
            return self._kept(Path(value[1:]))
        if field.type == "case" and value:
            return resolve(self._workflow, value, self._body, self._reader)
        if field.type == "record" and value.lstrip().startswith("{"):
            return self._record(field, _json(value, f"-s {field.name}"))
        return _PLAIN[field.type](value) if field.type in _PLAIN else value

    def _record(self, field: "Field", given: Mapping[str, Any]) -> dict[str, Any]:
        """A record as it was typed: days written the German way, files that it names by ``@path`` read."""
        types = {part.name: part.type for part in field.parts}
        return {name: self._part(types.get(name), value) for name, value in given.items()}

    def _part(self, kind: str | None, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if kind == "file" and value.startswith("@"):
            return self._kept(Path(value[1:]))
        return plain_day(value) if kind == "date" else value

    def _kept(self, path: Path) -> dict[str, Any]:
        from .kept_files import NewFile  # noqa: PLC0415  # loads the database library

        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.files.append(NewFile(path.name, media_type, path.read_bytes()))
        return self.files[-1].stored.value()


def _dated(field: "Field | None", value: Any) -> Any:
    """A value of a JSON document, its days as they are stored."""
    if isinstance(value, list):
        return [_dated(field, one) for one in value]
    if isinstance(value, dict) and field is not None:
        parts = {part.name: part for part in field.parts}
        return {name: _dated(parts.get(name), one) for name, one in value.items()}
    return plain_day(value) if field is not None and field.type == "date" and isinstance(value, str) else value


def _bool(value: str) -> bool | str:
    word = value.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else value


def _number(value: str) -> int | str:
    return int(value) if re.fullmatch(r"[+-]?\d{1,18}", value) else value


def plain_day(value: str) -> str:
    """A day as it is stored, if it was written the German way."""
    found = _GERMAN_DAY.fullmatch(value.strip())
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else value.strip()


def day_given(option: str, given: str) -> date:
    """The day that an option names: 2026-07-06 or 06.07.2026.

    Raises:
        InvalidInputError: it is none.
    """
    try:
        return date.fromisoformat(plain_day(given))
    except ValueError:
        raise InvalidInputError("cli_day", option=option, given=given) from None


_PLAIN: Mapping[str, Callable[[str], Any]] = {"bool": _bool, "number": _number, "date": plain_day}


def _document(data: str | None) -> dict[str, Any]:
    """``--data``: JSON as it is, ``@file`` or ``@-`` for standard input."""
    if data is None:
        return {}
    if data.startswith("@"):
        data = _text(data[1:])
    return dict(_json(data, "--data"))


def _text(name: str) -> str:
    """The text of a file, or of standard input (``-``).

    Raises:
        InvalidInputError: it is not UTF-8.
    """
    try:
        if name != "-":
            return Path(name).read_text("utf-8-sig")
        binary = getattr(sys.stdin, "buffer", None)
        return binary.read().decode("utf-8-sig") if binary else sys.stdin.read() if sys.stdin else ""
    except UnicodeDecodeError as error:
        raise InvalidInputError("cli_file", path=name, detail=f"UTF-8: {error.reason}, {error.start}") from None


def _json(text: str, where: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInputError("cli_json", where=where, detail=fault_of(error), example=_example(where)) from None
    if not isinstance(found, dict):
        raise InvalidInputError("cli_json_object", where=where, example=_example(where))
    return found


def _example(where: str) -> str:
    return f'{where} \'{{"grund": "…"}}\'' if where.startswith("--") else f'{where}=\'{{"gremium": "rat", …}}\''
