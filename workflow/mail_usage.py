"""Which lifecycles and rule sets use which message template."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..config.rules import RuleSets
from ..states.lifecycle import Event, Lifecycle, Tell


class Use(NamedTuple):
    """One place that names a template: ``anfrage: zuweisen`` or ``hagen@2023: antwort``."""

    place: str
    attach: str | None = None
    #: It is sent after a day has passed.
    late: bool = False


def uses(lifecycles: Iterable[Lifecycle], rules: RuleSets) -> dict[str, list[Use]]:
    """The places by template, each once, in order."""
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for template, use in (*_by_events(lifecycles), *_by_ladders(rules)):
        if use not in found[template]:
            found[template].append(use)
    return dict(found)


def _by_events(lifecycles: Iterable[Lifecycle]) -> Iterator[tuple[str, Use]]:
    for one in lifecycles:
        lapses = {clock.expired for clock in one.deadlines.values()}
        for event in one.events.values():
            for tell in _tells(event):
                yield tell.template, Use(f"{one.id}: {event.name}", tell.attach, event.name in lapses)


def _tells(event: Event) -> list[Tell]:
    return [tell for way in event.ways for tell in way.tell]


def _by_ladders(rules: RuleSets) -> Iterator[tuple[str, Use]]:
    for id in rules.ids:
        for version in rules.versions(id):
            for rule in version.rules.values():
                for rung in rule.ladder:
                    yield rung.template, Use(f"{id}: {rule.id}", None, rung.offset > 0)
