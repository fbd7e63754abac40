"""Whether what a scenario names is there: before anything is played, with the place of every mistake."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ..config.errors import NotFoundError
from ..config.reader import Source, meant, raise_findings
from ..config.settings import Settings
from ..states.lifecycle import Lifecycle
from ..states.loader import load_folders
from .checking import profile_meant
from .scenario_files import Scenario, ScenarioStep


def check_scenario(settings: Settings, scenario: Scenario) -> None:
    """Compare what a scenario names with the installation, before anything is played.

    Raises:
        AuthorError: it names what there is not; every place is told.
    """
    source = Source(file=scenario.source, text=scenario.text)
    try:
        persons: Collection[str] = {person.key for person in profile_meant(settings, scenario.profile).persons}
    except NotFoundError as unknown:
        source.find(unknown.code, "profile", **unknown.params)
        persons = ()
    lifecycles = load_folders(*settings.lifecycles)
    cases: dict[str, Lifecycle | None] = {}
    for number, step in enumerate(scenario.steps):
        if step.note is None:
            _check_scenario_step(_Place(source, f"step[{number}]"), step, lifecycles, persons, cases)
    raise_findings([source])


class _Place(NamedTuple):
    """A step in a scenario file."""

    source: Source
    path: str

    def find(self, code: str, key: str, **params: object) -> None:
        self.source.find(code, f"{self.path}.{key}", **params)


def _check_scenario_step(
    place: _Place,
    step: ScenarioStep,
    lifecycles: Mapping[str, Lifecycle],
    persons: Collection[str],
    cases: dict[str, Lifecycle | None],
) -> None:
    if persons and step.by not in persons:
        place.find(
            "scenario_person_unknown", "by", person=step.by, meant=meant(step.by or "", persons), **_all(persons)
        )
    for name, value in step.data.items():
        for item in _texts(value):
            if item.startswith("@") and item[1:] not in cases:
                place.find("scenario_case_unknown", f"data.{name}", case=item[1:], **_all(cases))
    if step.open is not None:
        if step.open not in lifecycles:
            place.find("lifecycle_unknown", "open", lifecycle=step.open, **_all(lifecycles))
        else:
            _check_reads(place, step, lifecycles[step.open])
        if step.case in cases:
            place.find("scenario_case_twice", "case", case=step.case)
        cases[step.case or ""] = lifecycles.get(step.open)
    elif step.case not in cases:
        place.find("scenario_case_unknown", "case", case=step.case, **_all(cases))
    else:
        _check_scenario_event(place, step, cases[step.case or ""], lifecycles)
        _check_names(place, step, lifecycles, cases)


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, also within lists and records."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _check_reads(place: _Place, step: ScenarioStep, lifecycle: Lifecycle) -> None:
    """What must be read in a document are fields of the event that opens its case."""
    asked = [field.name for field in lifecycle.opening.ask]
    for name in step.intake.reads if step.intake else ():
        if name not in asked:
            given = {"field": name, "lifecycle": lifecycle.id, "meant": meant(name, asked)}
            place.find("scenario_intake_field", f"intake.reads.{name}", **given, **_all(asked))


def _check_names(
    place: _Place, step: ScenarioStep, lifecycles: Mapping[str, Lifecycle], cases: dict[str, Lifecycle | None]
) -> None:
    """The cases that the step opens below and gives a name."""
    above = _acting(step, cases[step.case or ""], lifecycles)
    for name, child in step.names.items():
        spec = above.children.get(child) if above else None
        if above is not None and spec is None:
            known = _all(above.children)
            place.find("scenario_child_name", f"names.{name}", child=child, lifecycle=above.id, **known)
        if name in cases:
            place.find("scenario_case_twice", f"names.{name}", case=name)
        cases[name] = lifecycles.get(spec.lifecycle) if spec else None


def _acting(step: ScenarioStep, lifecycle: Lifecycle | None, lifecycles: Mapping[str, Lifecycle]) -> Lifecycle | None:
    """The lifecycle of the case on which the step acts, as far as it can be known."""
    if lifecycle is None or step.child is None:
        return lifecycle
    child = lifecycle.children.get(step.child[0])
    return lifecycles.get(child.lifecycle) if child else None


def _check_scenario_event(
    place: _Place, step: ScenarioStep, lifecycle: Lifecycle | None, lifecycles: Mapping[str, Lifecycle]
) -> None:
    if lifecycle is not None and step.child is not None and step.child[0] not in lifecycle.children:
        known = _all(lifecycle.children)
        place.find("scenario_child_name", "child", child=step.child[0], lifecycle=lifecycle.id, **known)
        return
    lifecycle = _acting(step, lifecycle, lifecycles)
    if lifecycle is not None and step.event not in lifecycle.events and step.refused != "event_unknown":
        near = meant(step.event or "", lifecycle.events)
        place.find("event_unknown", "event", event=step.event, lifecycle=lifecycle.id, near=near)


def _all(names: Iterable[str]) -> dict[str, str]:
    return {"known": ", ".join(sorted(names)) or "–"}
