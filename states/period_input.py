"""A question to the calculator, as it comes in JSON, made a `Period`. Pure; every mistake is named with its field."""

import difflib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from ..config.calendars import LANDS, Calendar, ClosingDay, local_options
from ..config.errors import InvalidInputError
from ..config.rules import Roll, Span, Unit
from ..config.text import Text
from .period import BERLIN, Extension, Interval, Period

FIELDS = (
    *("id", "start", "unit", "n", "land", "options", "inclusive_start", "roll", "direction", "full_days", "cutoff"),
    *("closing_days", "closing_days_roll", "suspensions", "pauses", "extensions", "interim", "zone"),
)
_KNOWN = frozenset(FIELDS)
DIRECTIONS = ("forward", "backward")
_UNITS, _ROLLS = get_args(Unit), get_args(Roll)
#: What a field that is a list looks like.
_LISTS = {"options": '["fronleichnam"]', "closing_days": '["12-24", "rosenmontag"]'}
#: What is meant where somebody puts it in quotes.
_NUMBER, _YES_OR_NO = Text("eine Zahl", "a number"), Text("true oder false", "true or false")
_CLOSED = Text("Schließtag", "closing day")
#: What days on which a period does not run look like, and what the two are called.
_INTERVAL = '["2024-07-01", "2024-08-15"]'
_LAST = Text("letzter Tag", "last day")
_ENDS = (Text("erster Tag", "first day"), _LAST)


def read_period(question: Mapping[str, Any]) -> Period:
    """The period that is asked for; the fields are those of ``vorgang deadline compute`` (docs/cli.md).

    Raises:
        InvalidInputError: a field is missing, unknown or makes no sense.
    """
    if not question.keys() <= _KNOWN:
        raise _unknown(question)
    zone = BERLIN if question.get("zone") is None else _zone(question["zone"])
    start, instant, left_out = _start(question.get("start"), zone)
    backward = _one_of(question, "direction", DIRECTIONS) == "backward"
    span, calendar = _span(question, ""), _calendar(question)
    given = {
        field: read(value, name)
        for name, (field, read) in _READERS.items()
        if (value := question.get(name)) is not None
    }
    return Period(start, span, calendar, backward=backward, zone=zone, instant=instant, left_out=left_out, **given)


def _unknown(question: Mapping[str, Any]) -> InvalidInputError:
    name = next(name for name in question if name not in _KNOWN)
    near = difflib.get_close_matches(name, FIELDS, n=1) or FIELDS
    return InvalidInputError("period_field_unknown", field=name[:60], near=", ".join(near))


def _wrong(field: str, value: object, expected: str) -> InvalidInputError:
    if value is None:
        return _missing(field, expected)
    shown = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return InvalidInputError("period_field", field=field, value=_as_written(shown[:60]), expected=_as_written(expected))


def _missing(field: str | Text, expected: str) -> InvalidInputError:
    return InvalidInputError("period_field_missing", field=field, expected=_as_written(expected))


def _as_written(json: str) -> Text:
    """What stands in JSON, or should: a day is not written as the reader's language writes it."""
    return Text(json, json)


def _start(given: Any, zone: ZoneInfo) -> tuple[date, datetime | None, time | None]:
    """The day of the event in its zone; where one was given, the instant; and its time, if the clocks leave it out."""
    if isinstance(given, str):
        try:
            return date.fromisoformat(given), None, None
        except ValueError:
            pass  # no day; perhaps an instant
        try:
            return _instant(datetime.fromisoformat(given), zone)
        except (ValueError, OverflowError):
            pass
    raise _wrong("start", given, "2024-01-31 | 2024-01-31T09:30+01:00")


def _instant(given: datetime, zone: ZoneInfo) -> tuple[date, datetime, time | None]:
    if given.tzinfo is not None:
        local = given.astimezone(zone)
        return local.date(), local, None
    # Through UTC: a local time that the clocks leave out is the one after it.
    local = given.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return local.date(), local, given.time() if local.replace(tzinfo=None) != given else None


def _span(table: Mapping[str, Any], path: str) -> Span:
    n = table.get("n")
    if isinstance(n, str):
        raise InvalidInputError("period_field_text", field=f"{path}n", value=n[:60], expected=_NUMBER)
    if type(n) is not int:
        raise _wrong(f"{path}n", n, "1, 2, 3, …")
    unit = _one_of(table, "unit", _UNITS, path)
    if unit is None:
        raise _wrong(f"{path}unit", None, ", ".join(_UNITS))
    return Span(n, cast("Unit", unit))


def _one_of(table: Mapping[str, Any], name: str, known: tuple[str, ...], path: str = "") -> str | None:
    given = table.get(name)
    if given is not None and given not in known:
        raise _wrong(f"{path}{name}", given, ", ".join(known))
    return cast("str | None", given)


def _flag(given: Any, field: str) -> bool:
    if isinstance(given, str) and given in {"true", "false"}:
        raise InvalidInputError("period_field_text", field=field, value=given, expected=_YES_OR_NO)
    if not isinstance(given, bool):
        raise _wrong(field, given, "true, false")
    return given


def _roll(given: Any, field: str) -> Roll:
    if given not in _ROLLS:
        raise _wrong(field, given, ", ".join(_ROLLS))
    return cast("Roll", given)


def _zone(given: Any) -> ZoneInfo:
    try:
        return ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise _wrong("zone", given, "Europe/Berlin, Europe/London, …") from None


def _clock(given: Any, _field: str) -> time:
    try:
        found = time.fromisoformat(given)
    except (ValueError, TypeError):
        raise _wrong("cutoff", given, "00:00 … 12:00 … 23:59") from None
    if found.tzinfo is not None:
        raise _wrong("cutoff", given, "00:00 … 12:00 … 23:59")
    return found


def _day(given: Any, field: str) -> date:
    try:
        return date.fromisoformat(given)
    except (ValueError, TypeError):
        raise _wrong(field, given, "2024-01-31") from None


def _list(given: Any, field: str) -> tuple[Any, ...]:
    if not isinstance(given, list):
        raise _wrong(field, given, _LISTS.get(field, "[…]"))
    return tuple(given)


def _table(given: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(field, given, '{"n": 2, "unit": "wochen"}')
    return given


def _intervals(given: Any, field: str) -> tuple[Interval, ...]:
    return tuple(_interval(one, f"{field}[{number}]", field) for number, one in enumerate(_list(given, field)))


def _interval(given: Any, path: str, field: str) -> Interval:
    if not isinstance(given, list) or len(given) != 2:  # noqa: PLR2004  # from, to
        raise _wrong(path, given, _INTERVAL)
    # Only a pause may be open: nobody knows yet when it ends. A recess has its last day.
    for day, which in zip(given, _ENDS, strict=True):
        if day is None and not (which is _LAST and field == "pauses"):
            raise _missing(Text(f"{path}, {which.de}", f"{path}, {which.en}"), _INTERVAL)
    return Interval(_day(given[0], path), None if given[1] is None else _day(given[1], path))


def _interim(given: Any, field: str) -> Span:
    return _span(_table(given, field), f"{field}.")


def _extensions(given: Any, field: str) -> tuple[Extension, ...]:
    """Extensions: granted on a day, or (no date, or true) at all; or (null, false) not granted."""
    found = []
    for number, one in enumerate(_list(given, field)):
        path = f"{field}[{number}]"
        table = _table(one, path)
        granted = table.get("granted", True)
        span = _span(table, f"{path}.")
        if granted is None or granted is False:
            found.append(Extension(span, agreed=False))
        else:
            found.append(Extension(span, None if granted is True else _day(granted, f"{path}.granted")))
    return tuple(found)


def _calendar(question: Mapping[str, Any]) -> Calendar:
    land = question.get("land")
    if land is not None and land not in LANDS:
        raise InvalidInputError("calendar_land", value=str(land)[:60], known=", ".join(LANDS))
    return _made(land, _names(question, "options"), _names(question, "closing_days"))


def _names(question: Mapping[str, Any], field: str) -> tuple[str, ...]:
    if question.get(field) is None:
        return ()
    given = _list(question[field], field)
    for entry in given:
        if not isinstance(entry, str):
            raise _wrong(field, entry, '["…"]')
    return tuple(sorted(set(given)))


@lru_cache(maxsize=512)
def _made(land: str | None, options: tuple[str, ...], closing: tuple[str, ...]) -> Calendar:
    """One calendar object for all questions that ask for the same."""
    return Calendar(
        land=land,
        closing=tuple(ClosingDay(day, _CLOSED) for day in closing),
        **local_options(options, land),
    )


#: What may be left out: the field of a `Period` that each becomes, and how it is read.
_READERS: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
    "roll": ("roll", _roll),
    "inclusive_start": ("inclusive", _flag),
    "full_days": ("full_days", _flag),
    "cutoff": ("cutoff", _clock),
    "closing_days_roll": ("closing_roll", _flag),
    "suspensions": ("suspensions", _intervals),
    "pauses": ("pauses", _intervals),
    "extensions": ("extensions", _extensions),
    "interim": ("interim", _interim),
}
