"""Instants in words, in every zone wanted: "15.06.2020, 11:00–13:00 Uhr CEST (12:00–14:00 Uhr TRT)". Pure.

The label of a zone is derived from the instant, never typed: Berlin has CET in winter and CEST in summer.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, pass_context
from jinja2.runtime import Context, Undefined

from ..config.text import Lang, Text
from ..states.instants import NotAnInstantError, ZonedInstant, zone_named, zoned

_UTC = ZoneInfo("UTC")
_DAY = {"de": "dd.MM.y", "en": "d MMMM y"}
_CLOCK = Text(" Uhr", "")
#: Zones for which the time zone database has a number only ("+03").
_LABELS: Mapping[str, str] = {"Europe/Istanbul": "TRT", "Asia/Istanbul": "TRT", "Turkey": "TRT"}


def add_instant_filters(environment: Environment) -> None:
    """Make the filter ``span`` known."""
    environment.filters.update(span=span_text)


@pass_context
def span_text(context: Context, begin: Any, end: Any = None, zones: Iterable[str] = ()) -> str:
    """From `begin` to `end` (or `begin` alone) in the zone of `begin`, and in brackets in each of `zones`."""
    if isinstance(begin, Undefined):
        return str(begin)  # a strict undefined complains with its own name
    try:
        first = zoned(str(begin), _UTC)
        last = zoned(str(end), _UTC) if end and not isinstance(end, Undefined) else None
        others = [zone_named(zone) for zone in zones]
    except NotAnInstantError:
        return str(begin)
    return spans(first, last, others, context["lang"])


def spans(begin: ZonedInstant, end: ZonedInstant | None, zones: Iterable[ZoneInfo], lang: Lang) -> str:
    """See `span_text`."""
    own = _span(begin, end, begin.zone, lang, day=True)
    there = begin.local.date(), (end or begin).at.astimezone(begin.zone).date()
    more = []
    for zone in dict.fromkeys(zones):
        if zone.key != begin.zone.key:
            same = there == (begin.at.astimezone(zone).date(), (end or begin).at.astimezone(zone).date())
            more.append(_span(begin, end, zone, lang, day=not same))
    return f"{own} ({'; '.join(more)})" if more else own


def _span(begin: ZonedInstant, end: ZonedInstant | None, zone: ZoneInfo, lang: Lang, *, day: bool) -> str:
    first = begin.at.astimezone(zone)
    last = end.at.astimezone(zone) if end else first
    label, clock = zone_label(first), _CLOCK.in_(lang)
    begins = f"{_day(first, lang)}, {first:%H:%M}" if day else f"{first:%H:%M}"
    if end is None:
        return f"{begins}{clock} {label}"
    if last.date() != first.date():
        return f"{begins}{clock} – {_day(last, lang)}, {last:%H:%M}{clock} {label}"
    return f"{begins}–{last:%H:%M}{clock} {label}"


def zone_label(at: datetime) -> str:
    """What the zone of `at` is called at that instant: CET or CEST, TRT; else its distance from UTC."""
    name, key = at.tzname() or "", getattr(at.tzinfo, "key", "")
    if name.isalpha():
        return name
    if key in _LABELS:
        return _LABELS[key]
    return f"UTC{at.isoformat()[-6:]}"


def _day(at: datetime, lang: Lang) -> str:
    return str(format_date(at.date(), _DAY[lang], locale=lang))
