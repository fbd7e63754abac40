"""Which lifecycles and rule sets use which message template."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from ..config.rules import RuleSets
from ..states.lifecycle import Event, Lifecycle, Tell


class Use(NamedTuple):
    """One place that names a template: ``anfrage: zuweisen``, ``hagen: antwort`` (a ladder), ``hagen: sitzung``."""

    #: The lifecycle or the rule set.
    file: str
    #: The event, the deadline or the backward plan.
    name: str
    by: Literal["event", "deadline", "ladder", "plan"]
    attach: str | None = None
    #: It is sent after a day has passed.
    late: bool = False

    @property
    def place(self) -> str:
        """In one line."""
        return f"{self.file}: {self.name}"


def uses(lifecycles: Iterable[Lifecycle], rules: RuleSets) -> dict[str, list[Use]]:
    """The places by template, each once, in order."""
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for template, use in (*_by_events(lifecycles), *_by_ladders(rules)):
        if use not in found[template]:
            found[template].append(use)
    return dict(found)


def _by_events(lifecycles: Iterable[Lifecycle]) -> Iterator[tuple[str, Use]]:
    for one in lifecycles:
        lapses = {event for clock in one.deadlines.values() for event in (clock.expired, clock.silence)}
        for event in one.events.values():
            for tell in _tells(event):
                yield tell.template, Use(one.id, event.name, "event", tell.attach, event.name in lapses)
        for clock in one.deadlines.values():
            for tell in clock.tell:
                yield tell.template, Use(one.id, clock.name, "deadline", tell.attach)


def _tells(event: Event) -> list[Tell]:
    return [tell for way in event.ways for tell in way.tell]


def _by_ladders(rules: RuleSets) -> Iterator[tuple[str, Use]]:
    for id in rules.ids:
        for version in rules.versions(id):
            for rule in version.rules.values():
                for rung in rule.ladder:
                    yield rung.template, Use(id, rule.id, "ladder", None, rung.offset > 0)
            for plan in version.plans.values():
                yield plan.template, Use(id, plan.id, "plan")
