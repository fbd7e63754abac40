"""Instants that keep the zone in which somebody set them: 2020-06-15T07:30:00Z[Europe/Berlin] (RFC 9557). Pure.

Stored is UTC, so that no change of the rules of a zone moves what has been agreed; the IANA name of the zone stands
beside it, for display and for "which day is it".
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FORM = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[T ,]\s*(\d\d):(\d\d)(?::(\d\d))?"
    r"\s*(Z|[+-]\d\d:\d\d)?\s*(?:\[([^\[\]]+)\]|([A-Z]\S*/\S+))?\s*",
    re.ASCII,
)


class ZonedInstant(NamedTuple):
    """An instant (UTC) and the zone in which it was set."""

    at: datetime
    zone: ZoneInfo

    @property
    def local(self) -> datetime:
        """In its own zone."""
        return self.at.astimezone(self.zone)

    @property
    def text(self) -> str:
        """As it is stored."""
        return f"{self.at:%Y-%m-%dT%H:%M:%S}Z[{self.zone.key}]"


class NotAnInstantError(ValueError):
    """A text is no instant; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def zoned(text: str, zone: ZoneInfo) -> ZonedInstant:
    """The instant that `text` means: a day and a time of day, perhaps an offset from UTC, perhaps a zone (else `zone`).

    Raises:
        NotAnInstantError: it has another form, the zone is unknown, there is no such day or time of day in the zone, or
            there are two (the clocks are put back) and no offset says which.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise NotAnInstantError("field_not_an_instant")
    named = found[8] or found[9]
    place = zone_named(named) if named else zone
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3, 4, 5, 6))
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # its zone comes next
        if found[7] is not None:
            return ZonedInstant((local - _offset(found[7])).replace(tzinfo=UTC), place)
        return ZonedInstant(_at(local, place), place)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, NotAnInstantError) else NotAnInstantError("field_not_an_instant") from error


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone `name`. Errors as in `zoned`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NotAnInstantError("field_unknown_zone") from error


def _at(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before == after:
        return first.astimezone(UTC)
    gap = before is not None and after is not None and before < after
    raise NotAnInstantError("field_no_such_time" if gap else "field_time_twice")


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:  # noqa: PLR2004  # a time of day
        raise NotAnInstantError("field_not_an_instant")
    span = timedelta(hours=hours, minutes=minutes)
    return span if text[0] == "+" else -span
