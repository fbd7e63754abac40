"""What takes place from one instant to another, as the block ``calendar`` of a template names it. Pure.

``beginn..ende/titel/ort``: the facts with begin and end, perhaps those with what it is called and where it is; with a
hyphen before it, the entry is taken back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..states.instants import NotAnInstantError, zoned

_WORD = re.compile(r"(-?)([a-z][a-z0-9_]*)\.\.([a-z][a-z0-9_]*)(?:/([a-z][a-z0-9_]*))?(?:/([a-z][a-z0-9_]*))?")
_UTC = ZoneInfo("UTC")


class Appointment(NamedTuple):
    """From when to when; `name` tells it from others of the same case."""

    name: str
    begin: datetime
    end: datetime
    summary: str | None
    place: str | None


def appointments(
    names: Sequence[str], known: Mapping[str, Any], now: datetime, *, cancelled: bool = False
) -> Iterator[Appointment]:
    """Those among the words of a block that are still to come at `now`, or are taken back (`cancelled`)."""
    facts = known["facts"]
    for match in filter(None, map(_WORD.fullmatch, names)):
        hyphen, begin, end, summary, place = match.groups()
        if bool(hyphen) == cancelled and begin in facts and end in facts:
            try:
                first, last = (zoned(str(facts[name]), _UTC).at for name in (begin, end))
            except NotAnInstantError:
                continue
            if last > now:
                yield Appointment(begin, first, last, facts.get(summary or ""), facts.get(place or ""))
