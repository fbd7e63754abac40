"""Replaying a scenario: the virtual clock goes from one due instant to the next, so that a year passes in seconds."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..config.clock import VirtualClock
from ..config.errors import InvalidInputError, RefusedError
from ..config.text import Text
from ..states import queries
from ..states.engine import Fired
from ..states.files import keep_file
from .office import Office
from .scenario_files import Scenario, ScenarioStep
from .workflow import Workflow


class Happened(NamedTuple):
    """One thing that happened while replaying, as it is shown."""

    at: datetime
    kind: str  # "note", "event", "refused", "reminder", "mail"
    case_id: str | None
    event: str
    text: Text
    documented: bool = False
    #: Instead of the scenario's end: how many steps of how many are done.
    done: int = 0


class Replay:
    """One run of a scenario on an empty database."""

    def __init__(self, scenario: Scenario, workflow: Workflow, office: Office, clock: VirtualClock) -> None:
        self._scenario = scenario
        self._workflow = workflow
        self._office = office
        self._clock = clock
        self._zone: ZoneInfo = workflow.directory.town(scenario.profile).zone
        self.cases: dict[str, str] = {}

    def run(self) -> Iterator[Happened]:
        """Do everything in order of time, telling what happens."""
        for number, step in enumerate(self._scenario.steps):
            yield from self._until(step.at, number)
            yield self._do(step)._replace(done=number + 1)
            yield from self._served(number + 1)
        yield from self._until(self._scenario.until, len(self._scenario.steps))

    def _until(self, local: datetime, done: int) -> Iterator[Happened]:
        """Let time pass: whatever falls due on the way is done when it falls due."""
        goal = local.replace(tzinfo=self._zone)
        yield from self._served(done)
        while (due := self._office.next_due(after=self._clock.now())) is not None and due <= goal:
            self._clock.advance_to(due)
            yield from self._served(done)
        self._clock.advance_to(goal)

    def _served(self, done: int) -> Iterator[Happened]:
        """Do what is due now until nothing is; what cannot be done must not stop the clock."""
        while every := self._office.work():
            at = self._clock.now().astimezone(self._zone)
            for told in every:
                yield Happened(at, told.kind, told.case_id, told.event, told.text, done=done)
            due = self._office.next_due()
            if due is None or due > self._clock.now():
                return

    def _do(self, step: ScenarioStep) -> Happened:
        if step.note is not None:
            return Happened(self._now(), "note", None, "", step.note, step.documented)
        try:
            fired = self._act(step)
        except RefusedError as refused:
            if refused.code != step.refused:
                raise
            text = Text(refused.text("de"), refused.text("en"))
            return Happened(self._now(), "refused", self.cases.get(step.case or ""), step.event or "", text)
        if step.refused:
            raise InvalidInputError("scenario_not_refused", event=step.event, refused=step.refused)
        return self._told(step, fired)

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _act(self, step: ScenarioStep) -> Fired:
        body = self._scenario.profile
        actor = self._workflow.actor(body, step.by or "")
        data = {**{name: self._resolved(value) for name, value in step.data.items()}, **self._kept(step)}
        if step.open:
            fired = self._workflow.open_case(step.open, body=body, actor=actor, data=data)
            self.cases[step.case or ""] = fired.case.id
            return fired
        return self._workflow.fire(self._target(step), step.event or "", actor=actor, data=data)

    def _resolved(self, value: Any) -> Any:
        """``@name`` means a case of the scenario."""
        if isinstance(value, str) and value.startswith("@"):
            return self._case(value[1:])
        return value

    def _case(self, name: str) -> str:
        if name not in self.cases:
            raise InvalidInputError("scenario_case_unknown", case=name, known=", ".join(self.cases) or "–")
        return self.cases[name]

    def _kept(self, step: ScenarioStep) -> Mapping[str, Any]:
        if not step.files:
            return {}
        now = self._clock.now()
        with self._workflow.database.writing() as connection:
            return {
                field: keep_file(
                    connection, self._scenario.profile, (file.name, "text/plain", file.text.encode()), now
                ).value()
                for field, file in step.files.items()
            }

    def _target(self, step: ScenarioStep) -> str:
        parent = self._case(step.case or "")
        if step.child is None:
            return parent
        name, facts = step.child
        with self._workflow.database.reading() as connection:
            found = [
                child.id
                for child in queries.children(connection, parent)
                if child.child == name
                and child.closed_at is None
                and all(child.facts.get(key) == value for key, value in facts.items())
            ]
        if len(found) != 1:
            raise InvalidInputError("scenario_child_unknown", case=step.case, child=name, count=len(found))
        return found[0]

    def _told(self, step: ScenarioStep, fired: Fired) -> Happened:
        case = fired.case
        lifecycle = self._workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle
        event = lifecycle.events[fired.event].label
        state = lifecycle.states[fired.target].label
        text = Text(f"{event.de} → {state.de}", f"{event.en} → {state.en}")
        return Happened(self._now(), "event", case.id, fired.event, text, step.documented)


#: What a front end does with each thing that happens.
Show = Callable[[Happened], None]
