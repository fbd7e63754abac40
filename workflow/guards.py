"""The shipped guards and effects: what a lifecycle file may refer to without any Python of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..config.errors import Reason
from ..states.decide import PUBLIC
from ..states.registry import Moment, Registry


def shipped_registry() -> Registry:
    """A registry with all shipped guards and effects; a host may add its own before it opens a workflow."""
    registry = Registry()
    registry.guard("fact", least=1, most=2)(fact)
    registry.guard("not_before_today", least=1)(not_before_today)
    registry.guard("not_in_future", least=1)(not_in_future)
    registry.guard("not_after", least=2)(not_after)
    registry.guard("day_passed", least=1)(day_passed)
    registry.guard("children_final", least=1)(children_final)
    registry.guard("children_any", least=1)(children_any)
    registry.guard("other_than", least=1)(other_than)
    registry.effect("set", least=2)(set_fact)
    registry.effect("clear", least=1)(clear_fact)
    registry.effect("hide")(hide)
    return registry


def fact(moment: Moment, name: str, value: str | None = None) -> Reason | None:
    """The case knows `name` (and it is `value`)."""
    known = moment.facts.get(name)
    if known in (None, "", [], {}, False):
        return Reason("fact_missing", {"fact": name})
    if value is not None and str(known) != value:
        return Reason("fact_differs", {"fact": name, "value": value, "known": known})
    return None


def not_before_today(moment: Moment, name: str) -> Reason | None:
    """The day `name` is today or later; a day not given does not offend."""
    given = moment.facts.get(name)
    if given is not None and date.fromisoformat(given) < moment.today:
        return Reason("day_in_the_past", {"fact": name, "day": given, "today": moment.today.isoformat()})
    return None


def not_in_future(moment: Moment, name: str) -> Reason | None:
    """The day `name` is today or earlier; a day not given does not offend."""
    given = moment.facts.get(name)
    if given is not None and date.fromisoformat(given) > moment.today:
        return Reason("day_in_the_future", {"fact": name, "day": given, "today": moment.today.isoformat()})
    return None


def not_after(moment: Moment, name: str, other: str) -> Reason | None:
    """The day `name` is not later than the day `other`; a day not given does not offend."""
    given, latest = moment.facts.get(name), moment.facts.get(other)
    if given is not None and latest is not None and date.fromisoformat(given) > date.fromisoformat(latest):
        return Reason("day_after", {"fact": name, "day": given, "other": other, "latest": latest})
    return None


def day_passed(moment: Moment, name: str) -> Reason | None:
    """The day `name`, inclusive, is over."""
    given = moment.facts.get(name)
    if given is None:
        return Reason("fact_missing", {"fact": name})
    if date.fromisoformat(given) >= moment.today:
        return Reason("day_not_passed", {"fact": name, "day": given})
    return None


def children_final(moment: Moment, child: str) -> Reason | None:
    """Every child of that kind has ended."""
    still_open = sum(c.how_many for c in moment.situation.children if c.child == child and not c.closed)
    return Reason("children_open", {"child": child, "count": still_open}) if still_open else None


def children_any(moment: Moment, child: str) -> Reason | None:
    """There is at least one child of that kind."""
    some = any(count.child == child for count in moment.situation.children)
    return None if some else Reason("children_none", {"child": child})


def other_than(moment: Moment, name: str) -> Reason | None:
    """Whoever acts is not the party in `name` (four eyes)."""
    named = moment.facts.get(name)
    same = {moment.actor.key, moment.actor.on_behalf_of}.intersection(named if isinstance(named, list) else [named])
    who = ", ".join(sorted(filter(None, same)))  # a fact that is not there matches nobody
    return Reason("same_person", {"fact": name, "party": who}) if who else None


def set_fact(_moment: Moment, name: str, value: str) -> Mapping[str, Any]:
    """Set a fact of the case to a fixed text."""
    return {name: value}


def clear_fact(_moment: Moment, name: str) -> Mapping[str, Any]:
    """Remove a fact of the case."""
    return {name: None}


def hide(_moment: Moment) -> Mapping[str, Any]:
    """From now on the case is not public."""
    return {PUBLIC: False}
