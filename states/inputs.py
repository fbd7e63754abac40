"""The input of an event, checked against the fields that its lifecycle declares. Pure."""

import difflib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from ..config.errors import Reason
from ..config.text import LANGS, Lang, Text
from .instants import NotAnInstantError, zoned
from .lifecycle import Field
from .town import Town

#: Checks the input of one event: the clean values, or the reasons against it.
Validator: TypeAlias = Callable[[Mapping[str, Any], Town], "dict[str, Any] | tuple[Reason, ...]"]
_Check: TypeAlias = Callable[[Any, Town], Any]

TEXT_LIMIT = 100_000
#: How much of a wrong value an error shows.
SHOWN = 60
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: A name is shown and attached, never followed: no path, no control characters.
_NO_FILE_NAME = re.compile(r"[/\\\x00-\x1f\x7f]")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_storable(text: str) -> bool:
    """Whether both databases can keep `text` (no NUL, no lone surrogates)."""
    return _UNSTORABLE.search(text) is None


def is_plain(value: object) -> bool:
    """Whether the log can hold `value` and hash it (see `ledger`): JSON without floating point."""
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, list | tuple):
        return all(is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_storable(key) and is_plain(item) for key, item in value.items())
    return value is None or isinstance(value, bool) or (type(value) is int and abs(value) < 2**53)


class _BadValue(Exception):
    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def reasons(self, name: str, value: object) -> list[Reason]:
        """What is wrong with the `value` of the field `name`."""
        return [Reason(self.code, {"field": name, "value": _short(value), **self.params})]


class _BadRecord(_BadValue):
    """A record with several things wrong in it."""

    def __init__(self, parts: tuple[Reason, ...]) -> None:
        super().__init__("field_record_wrong")
        self.parts = parts

    def reasons(self, name: str, value: object) -> list[Reason]:
        del value  # each part shows its own
        return [Reason(self.code, self._about(name, part)) for part in self.parts]

    def _about(self, name: str, part: Reason) -> dict[str, object]:
        detail = Text(*(_told(part, one) for one in LANGS))
        return {"field": name, "part": part.params.get("field"), "place": "", "detail": detail}


class _BadItems(_BadValue):
    """Items of a list that are wrong, by their numbers."""

    def __init__(self, items: list[tuple[int, object, _BadValue]]) -> None:
        super().__init__("field_not_a_list")
        self.items = items

    def reasons(self, name: str, value: object) -> list[Reason]:
        del value  # each item shows its own
        found = [(number, one) for number, item, bad in self.items for one in bad.reasons(name, item)]
        return [
            Reason(one.code, {**one.params, "number": number, "place": Text(f" Nr. {number}", f" no. {number}")})
            for number, one in found
        ]


def compile_fields(fields: tuple[Field, ...], *, there: bool = False) -> Validator:
    """The validator for these fields, put together once; `there`: who must be `present` is."""
    checks = {field.name: _compile(field, there=there) for field in fields}
    required = tuple(field.name for field in fields if field.required)
    erasable = frozenset(field.name for field in fields if not field.required and not field.column)

    def validate(data: Mapping[str, Any], town: Town) -> dict[str, Any] | tuple[Reason, ...]:
        reasons = [Reason("field_missing", {"field": name}) for name in required if _is_empty(data.get(name))]
        clean: dict[str, Any] = {}
        for name, value in data.items():
            check = checks.get(name)
            if check is None:
                reasons.append(_unknown(name, checks))
            elif _is_empty(value):
                if name in erasable:
                    clean[name] = None  # left empty on purpose: the fact of that name, if any, goes
            else:
                try:
                    clean[name] = check(value, town)
                except _BadValue as bad:
                    reasons += bad.reasons(name, value)
        return tuple(reasons) if reasons else clean

    return validate


def _is_empty(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_empty(item) for item in value)
    return value is None or (isinstance(value, str) and not value.strip())


def _unknown(name: str, known: Mapping[str, object]) -> Reason:
    close = difflib.get_close_matches(_short(name), known, n=1)
    listed = ", ".join(known) or "–"
    return Reason("field_unknown", {"field": _short(name), "known": listed, "near": close[0] if close else listed})


def _short(value: object) -> str:
    """A wrong value as it was given: what is no text as JSON writes it, several in one line."""
    if isinstance(value, list | tuple):
        text = ", ".join(map(_short, value))
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str, skipkeys=True)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _compile(field: Field, *, there: bool) -> _Check:
    single = _record(field, there=there) if field.type == "record" else _CHECKS[field.type](field)
    if there and field.present:
        single = _that_is_there(single)
    if not field.many:
        return single

    def check(value: Any, town: Town) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _BadValue("field_not_a_list")
        clean, wrong = [], list[tuple[int, object, _BadValue]]()
        for number, item in enumerate(value, 1):
            try:
                clean += [] if _is_empty(item) else [single(item, town)]
            except _BadValue as bad:
                wrong.append((number, item, bad))
        if wrong:
            raise _BadItems(wrong)
        return list(dict.fromkeys(clean)) if field.type in _NAMED else clean

    return check


def _record(field: Field, *, there: bool) -> _Check:
    validate = compile_fields(field.parts, there=there)

    def check(value: Any, town: Town) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            names = (part.name if part.required else f"[{part.name}]" for part in field.parts)
            raise _BadValue("field_not_a_record", place="", parts=", ".join(names))
        result = validate(value, town)
        if isinstance(result, tuple):
            raise _BadRecord(result)
        return {name: part for name, part in result.items() if part is not None}

    return check


def _told(reason: Reason, lang: Lang) -> str:
    return " ".join(part for part in (reason.text(lang), reason.remedy(lang)) if part)


def _text(field: Field) -> _Check:
    """A text; in a column of a record (a subject, a number) it is a title, and made one line."""

    def check(value: Any, _town: Town) -> str:
        if not isinstance(value, str):
            raise _BadValue("field_not_text")
        if len(value) > TEXT_LIMIT:
            raise _BadValue("field_too_long", limit=TEXT_LIMIT)
        if _UNSTORABLE.search(value):
            raise _BadValue("field_unstorable")
        return " ".join(value.split()) if field.column else value

    return check


def _date(_field: Field) -> _Check:
    def check(value: Any, _town: Town) -> str:
        if type(value) is date:
            return value.isoformat()
        try:
            return date.fromisoformat(value).isoformat()
        except (TypeError, ValueError):
            day = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
            if day is None:
                raise _BadValue("field_not_a_date") from None
            raise _BadValue("field_no_such_day", day=Text(f"{day[3]}.{day[2]}.{day[1]}", day[0])) from None

    return check


def _instant(_field: Field) -> _Check:
    def check(value: Any, town: Town) -> str:
        if not isinstance(value, str):
            raise _BadValue("field_not_an_instant")
        try:
            return zoned(value, town.zone).text
        except NotAnInstantError as error:
            raise _BadValue(error.code) from None

    return check


def _number(_field: Field) -> _Check:
    def check(value: Any, _town: Town) -> int:
        if type(value) is not int or abs(value) >= 2**53:
            raise _BadValue("field_not_a_number")
        return value

    return check


def _bool(_field: Field) -> _Check:
    def check(value: Any, _town: Town) -> bool:
        if not isinstance(value, bool):
            raise _BadValue("field_not_a_bool")
        return value

    return check


def _choice(field: Field) -> _Check:
    def check(value: Any, _town: Town) -> str:
        if value not in field.choices:
            raise _BadValue("field_not_a_choice", choices=", ".join(field.choices))
        return str(value)

    return check


def _party(*kinds: str) -> Callable[[Field], _Check]:
    def of(_field: Field) -> _Check:
        def check(value: Any, town: Town) -> str:
            party = town.parties.get(value) if isinstance(value, str) else None
            if party is None or party.kind not in kinds:
                known = sorted(p.key for p in town.parties.values() if p.kind in kinds)
                near = difflib.get_close_matches(_short(value), known, n=3)
                raise _BadValue("field_unknown_party", near=", ".join(near or known[:8]))
            return party.key

        return check

    return of


def _that_is_there(named: _Check) -> _Check:
    def check(value: Any, town: Town) -> str:
        party = town.parties[named(value, town)]
        if party.end is not None and party.end < town.day:
            raise _BadValue("body_not_then", name=party.name, day=town.day, start=party.start or "…", end=party.end)
        return party.key

    return check


def _file(_field: Field) -> _Check:
    def check(value: Any, _town: Town) -> dict[str, Any]:
        shape = {"name": str, "media_type": str, "sha256": str, "size": int}
        if not isinstance(value, Mapping) or set(value) != set(shape):
            raise _BadValue("field_not_a_file")
        if any(type(value[key]) is not kind for key, kind in shape.items()) or not _SHA256.fullmatch(value["sha256"]):
            raise _BadValue("field_not_a_file")
        if not is_storable(value["media_type"]) or not is_storable(value["name"]):
            raise _BadValue("field_not_a_file")
        if not 0 <= value["size"] < 2**53 or _NO_FILE_NAME.search(value["name"]) or not value["name"].strip(" ."):
            raise _BadValue("field_not_a_file")
        return dict(value)

    return check


def _case(_field: Field) -> _Check:
    def check(value: Any, _town: Town) -> str:
        try:
            return str(UUID(value))
        except (AttributeError, TypeError, ValueError):
            raise _BadValue("field_not_a_case") from None

    return check


_NAMED = frozenset({"office", "person", "body", "party", "case", "choice"})
_CHECKS: Mapping[str, Callable[[Field], _Check]] = {
    "text": _text,
    "date": _date,
    "instant": _instant,
    "number": _number,
    "bool": _bool,
    "choice": _choice,
    "office": _party("office"),
    "body": _party("body"),
    "person": _party("person"),
    "party": _party("person", "body", "office"),
    "file": _file,
    "case": _case,
}
