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
from ..states.queries import CaseSummary
from ..states.step import Actor
from .office import Office
from .scenario_drafts import Drafter
from .scenario_files import Scenario, ScenarioStep
from .scenario_intake import Arrival, Mailroom
from .seen_drafts import shown_draft
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


class Done(NamedTuple):
    """What a step did to its case."""

    case_id: str
    #: Name and version.
    lifecycle: tuple[str, int]
    event: str
    target: str


def _done(fired: Fired) -> Done:
    return Done(fired.case.id, (fired.case.lifecycle, fired.case.lifecycle_version), fired.event, fired.target)


class Replay:
    """One run of a scenario on an empty database."""

    def __init__(self, scenario: Scenario, workflow: Workflow, office: Office, clock: VirtualClock) -> None:
        self._scenario = scenario
        self._workflow = workflow
        self._office = office
        self._clock = clock
        self._drafter = Drafter(workflow, office.composer, office.settings)
        self._mailroom = Mailroom(workflow, office.settings, scenario.profile)
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
            happened = self._act(step)
        except RefusedError as refused:
            if refused.code != step.refused:
                raise
            text = Text(refused.text("de"), refused.text("en"))
            return Happened(self._now(), "refused", self.cases.get(step.case or ""), step.event or "", text)
        if step.refused:
            raise InvalidInputError("scenario_not_refused", event=step.event, refused=step.refused)
        return self._told(step, happened)

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _act(self, step: ScenarioStep) -> Done:
        actor = self._workflow.actor(self._scenario.profile, step.by or "")
        data = {**{name: self._resolved(value) for name, value in step.data.items()}, **self._kept(step)}
        if step.open:
            done = self._opened(step, actor, data)
            self.cases[step.case or ""] = done.case_id
            return done
        target = self._target(step)
        if step.draft is not None:
            return _done(self._drafter.hand_in(target, step.draft, actor, data))
        if step.promises is not None:
            data["zusagen"] = self._mailroom.promised(target, step.promises)
        shown = shown_draft(self._workflow, self._workflow.case(target).case, step.event or "")
        data = {**(shown.said if shown else {}), **data}
        fired = self._workflow.fire(target, step.event or "", actor=actor, data=data)
        self.cases |= {name: self._open_child(target, child, {}) for name, child in step.names.items()}
        return _done(fired)

    def _opened(self, step: ScenarioStep, actor: Actor, data: Mapping[str, Any]) -> Done:
        """Open the case, out of its document if there is one."""
        if step.intake is None:
            fired = self._workflow.open_case(step.open or "", body=self._scenario.profile, actor=actor, data=data)
            return _done(fired)
        reads = {name: self._resolved(value) for name, value in step.intake.reads.items()}
        case_id = self._mailroom.take(Arrival(step.intake, step.open or "", reads, data), actor)
        line = self._workflow.history(case_id)[0]
        case = self._workflow.case(case_id).case
        return Done(case_id, (case.lifecycle, case.lifecycle_version), line.event, line.target)

    def _resolved(self, value: Any) -> Any:
        """``@name`` means a case of the scenario, also within lists and records."""
        if isinstance(value, str) and value.startswith("@"):
            return self._case(value[1:])
        if isinstance(value, dict):
            return {name: self._resolved(part) for name, part in value.items()}
        return [self._resolved(one) for one in value] if isinstance(value, list) else value

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
        return self._open_child(parent, name, facts)

    def _open_child(self, parent: str, name: str, facts: Mapping[str, Any]) -> str:
        with self._workflow.database.reading() as connection:
            there = [child for child in queries.children(connection, parent) if child.child == name]
        found = [child.id for child in there if child.closed_at is None and facts.items() <= self._known(child).items()]
        if len(found) != 1:
            called = next((case for case, id_ in self.cases.items() if id_ == parent), parent)
            raise InvalidInputError("scenario_child_unknown", case=called, child=name, count=len(found))
        return found[0]

    def _known(self, child: CaseSummary) -> Mapping[str, Any]:
        """The facts of a child, and what it was opened with: some of that lies in its typed record."""
        return {**(self._workflow.history(child.id)[0].data or {}), **child.facts}

    def _told(self, step: ScenarioStep, done: Done) -> Happened:
        lifecycle = self._workflow.library.get(*done.lifecycle).lifecycle
        event = lifecycle.events[done.event].label
        state = lifecycle.states[done.target].label
        text = Text(f"{event.de} → {state.de}", f"{event.en} → {state.en}")
        return Happened(self._now(), "event", done.case_id, done.event, text, step.documented)


#: What a front end does with each thing that happens.
Show = Callable[[Happened], None]
