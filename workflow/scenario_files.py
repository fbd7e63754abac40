"""Scenario files: what happened when, written down so that it can be replayed under a virtual clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..config.errors import AuthorError, InvalidInputError, NotFoundError
from ..config.reader import Source, Table, raise_findings
from ..config.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFile:
    """A file handed in with a step."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep:
    """One thing that happens: a note, a case opened, or an event fired; `at` is local time in the town."""

    at: datetime
    #: True: the documents say so; False: assumed.
    documented: bool = False
    note: Text | None = None
    #: Name of the case within the scenario.
    case: str | None = None
    open: str | None = None
    event: str | None = None
    #: A child of the case: (name, facts that it must have).
    child: tuple[str, Mapping[str, Any]] | None = None
    by: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, ScenarioFile] = field(default_factory=dict)
    #: The code with which the engine is expected to refuse the event.
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A replayable history in one municipality."""

    id: str
    title: Text
    profile: str
    start: datetime
    until: datetime
    steps: tuple[ScenarioStep, ...]
    source: str
    #: The file as it was read, to find the line of a mistake.
    text: str = field(default="", repr=False)

    @property
    def last_act(self) -> datetime:
        """When the last step happens; after it nobody acts any more."""
        return self.steps[-1].at if self.steps else self.start


def shipped_scenario(name: str) -> Scenario:
    """A scenario of the package.

    Raises:
        NotFoundError: there is none of that name.
    """
    folder = files(__package__) / "scenarios"
    known = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    if name not in known:
        raise NotFoundError("scenario_unknown", scenario=name, known=", ".join(known))
    return read_scenario((folder / f"{name}.toml").read_text("utf-8"), file=f"{name}.toml")


def load_scenario(path: Path) -> Scenario:
    """The scenario in the file `path`.

    Raises:
        InvalidInputError: the file cannot be read.
        AuthorError: it is wrong; every mistake is named.
    """
    try:
        return read_scenario(path.read_text("utf-8"), file=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError("scenario_unreadable", path=str(path), detail=str(error)) from error


def read_scenario(text: str, *, file: str) -> Scenario:
    """The scenario written in `text`. Errors as in `load_scenario`."""
    source = Source(file=file, text=text)
    table = Table(source, source.parse())
    if source.findings:
        raise AuthorError(source.findings)
    steps = tuple(_step(row) for row in table.tables("step"))
    scenario = Scenario(
        id=table.string("id"),
        title=table.text("title"),
        profile=table.string("profile"),
        start=_instant(table, "start"),
        until=_instant(table, "until"),
        steps=steps,
        source=file,
        text=text,
    )
    _check_order(source, scenario)
    table.close()
    raise_findings([source])
    return scenario


def _step(table: Table) -> ScenarioStep:
    data, kept, child = _mapping(table, "data"), _mapping(table, "files"), _mapping(table, "child")
    if len(child) > 1 or not all(isinstance(facts, Mapping) for facts in child.values()):
        table.find("scenario_child_form", "child")
        child = {}
    for name, file in kept.items():
        if not isinstance(file, Mapping) or not {"name", "text"} <= file.keys():
            table.find("scenario_file_form", f"files.{name}")
            kept = {}
    step = ScenarioStep(
        at=_instant(table, "at"),
        documented=bool(table.flag("belegt")),
        note=table.text("note") if "note" in table.data else None,
        case=table.optional("case"),
        open=table.optional("open"),
        event=table.optional("event"),
        child=_child(child) if child else None,
        by=table.optional("by"),
        data={name: _plain(value) for name, value in data.items()},
        files={name: ScenarioFile(name=str(f["name"]), text=str(f["text"])) for name, f in kept.items()},
        refused=table.optional("refused"),
    )
    _check_step(table, step)
    table.close()
    return step


def _mapping(table: Table, key: str) -> Mapping[str, Any]:
    value = table.raw(key)
    if value is not None and not isinstance(value, Mapping):
        table.find("scenario_not_a_table", key)
    return value if isinstance(value, Mapping) else {}


def _child(child: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    name, facts = next(iter(child.items()))
    return name, {key: _plain(value) for key, value in facts.items()}


def _plain(value: Any) -> Any:
    """TOML days as the text that events take."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _instant(table: Table, key: str) -> datetime:
    value = table.raw(key)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    table.find("scenario_not_an_instant", key)
    return datetime.min  # noqa: DTZ901  # local time of the town by design; the finding stops the run


def _check_step(table: Table, step: ScenarioStep) -> None:
    acts = [kind for kind in (step.open, step.event, step.note) if kind is not None]
    if len(acts) != 1:
        table.find("scenario_step_unclear", "at")
    if step.note is None and (step.case is None or step.by is None):
        table.find("scenario_step_incomplete", "at")


def _check_order(source: Source, scenario: Scenario) -> None:
    instants = [scenario.start, *(step.at for step in scenario.steps), scenario.until]
    for number, (earlier, later) in enumerate(pairwise(instants)):
        if later < earlier:
            source.find("scenario_out_of_order", f"step[{number}].at", earlier=str(earlier), later=str(later))
