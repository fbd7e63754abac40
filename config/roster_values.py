"""One value of a roster as people and programs write it, made what the field holds; mistakes by their code."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from .profiles import ORGANIZATION_TYPES
from .reader import meant
from .roster import Field, Form
from .text import LANGS

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
#: What spreadsheet programs append to a day.
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")
_FLAGS = {
    **dict.fromkeys(("ja", "j", "x", "yes", "y", "true", "wahr", "1"), True),
    **dict.fromkeys(("nein", "n", "no", "false", "falsch", "0"), False),
}
#: Most members of a body.
_MOST = 10_000
_LONGEST = 1000


class ValueFaultError(ValueError):
    """A value that the field cannot hold: code of the mistake and its parameters."""

    def __init__(self, code: str, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(code)


def value_of(field: Field, given: object) -> Any:
    """What the field holds; None where nothing is given.

    Raises:
        ValueFaultError: it is none that the field can hold.
    """
    if field.form == "words":
        words = _words(field, given)
        return words if field.name == "also_written" else words or None
    if isinstance(given, str):
        given = _text(given)
    if given is None or given == "":
        if field.required:
            raise ValueFaultError("org_missing")
        return True if field.form == "flag" else None
    return _FORMS[field.form](given)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise ValueFaultError("org_text", value=given)
    text = " ".join(unicodedata.normalize("NFC", given).split())
    if not text.isprintable() or len(text) > _LONGEST:
        raise ValueFaultError("org_text", value=ascii(text[:60]))
    return text


def _key(given: object) -> str:
    key = _text(given)
    if not _KEY.fullmatch(key):
        raise ValueFaultError("profile_key", value=key)
    return key


def _id(given: object) -> str:
    if not _ID.fullmatch(id := _text(given)):
        raise ValueFaultError("org_id", value=id)
    return id


def _email(given: object) -> str:
    address = _text(given)
    if not EMAIL.fullmatch(address):
        raise ValueFaultError("profile_email", value=address)
    return address


def _day(given: object) -> date:
    plain = _MIDNIGHT.sub("", str(given))
    if found := _GERMAN_DAY.fullmatch(plain):
        plain = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return date.fromisoformat(plain)
    except ValueError:
        raise ValueFaultError("org_day", value=given) from None


def _count(given: object) -> int:
    if isinstance(given, bool) or not re.fullmatch(r"\d{1,5}", str(given)) or not 0 < int(str(given)) <= _MOST:
        raise ValueFaultError("profile_count", value=given)
    return int(str(given))


def _flag(given: object) -> bool:
    found = given if isinstance(given, bool) else _FLAGS.get(str(given).casefold())
    if found is None:
        raise ValueFaultError("org_flag", value=given)
    return found


def _one_of(known: tuple[str, ...]) -> Callable[[object], str]:
    def chosen(given: object) -> str:
        word = _text(given)
        found = {one.casefold(): one for one in known}.get(word.casefold())
        if found is None:
            raise ValueFaultError("org_choice", value=word, known=", ".join(known), meant=meant(word, known))
        return found

    return chosen


def _words(field: Field, given: object) -> tuple[str, ...]:
    """A list; in a table its words stand behind each other, with ``|`` between them."""
    if given is None:
        return ()
    if isinstance(given, str):
        parts: list[object] = list(given.split("|") if field.name == "also_written" else re.split("[|,;]", given))
    elif isinstance(given, list | tuple):
        parts = list(given)
    else:
        raise ValueFaultError("org_text", value=given)
    words = [_text(part) for part in parts]
    if wrong := next((word for word in words if "|" in word), None):
        raise ValueFaultError("org_text", value=wrong)
    return tuple(dict.fromkeys(word for word in words if word))


_FORMS: Mapping[Form, Callable[[object], Any]] = {
    "key": _key,
    "id": _id,
    "text": _text,
    "email": _email,
    "day": _day,
    "count": _count,
    "flag": _flag,
    "lang": _one_of(LANGS),
    "type": _one_of(ORGANIZATION_TYPES),
}
