"""Guards and effects for what takes place: how many beside a case have a place, who comes next, and when it is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..config.errors import Reason
from ..states.instants import zoned
from ..states.registry import Moment, Registry
from ..states.step import Member

#: States that a guard may name.
_MOST = 20
_UTC = ZoneInfo("UTC")


def register(registry: Registry) -> None:
    """Make them known."""
    registry.guard("room", least=2, most=1 + _MOST, beside=True)(room)
    registry.effect("take_number", least=1, beside=True)(take_number)
    registry.guard("before", least=2)(before)
    registry.effect("day_of", least=2, most=3)(day_of)


def room(moment: Moment, places: str, *states: str) -> Reason | None:
    """Fewer cases beside this one stand in one of `states` than the number `places` of the parent says."""
    beside = moment.situation.beside
    allowed = beside.facts.get(places) if beside else None
    if not isinstance(allowed, int):
        return Reason("places_unknown", {"fact": places})
    taken = sum(one.state in states for one in _others(moment))
    return None if taken < allowed else Reason("places_taken", {"taken": taken, "places": allowed})


def take_number(moment: Moment, name: str) -> Mapping[str, Any]:
    """Keep under `name` the number after the highest that a case beside this one has; the first is 1."""
    given = [number for one in _others(moment) if isinstance(number := one.facts.get(name), int)]
    return {name: max(given, default=0) + 1}


def _others(moment: Moment) -> list[Member]:
    beside, mine = moment.situation.beside, moment.situation.case.id
    return [one for one in beside.members if one.id != mine] if beside else []


def before(moment: Moment, name: str, other: str) -> Reason | None:
    """The instant `name` lies before the instant `other`; one not given does not offend."""
    given, later = moment.facts.get(name), moment.facts.get(other)
    if given is None or later is None or zoned(given, _UTC).at < zoned(later, _UTC).at:
        return None
    return Reason("instant_not_before", {"fact": name, "other": other, "value": given, "later": later})


def day_of(moment: Moment, name: str, instant: str, days: str = "0") -> Mapping[str, Any]:
    """Keep under `name` the day of the `instant` in its zone, or so many `days` before, unless the event says it."""
    given = moment.facts.get(instant)
    if given is None or moment.data.get(name):
        return {}
    return {name: (zoned(given, _UTC).local.date() - timedelta(days=int(days))).isoformat()}
