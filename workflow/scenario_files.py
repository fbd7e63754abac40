"""Scenario files: what happened when, written down so that it can be replayed under a virtual clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..config.errors import AuthorError, InvalidInputError, NotFoundError
from ..config.os_errors import cause
from ..config.reader import Source, Table, raise_findings
from ..config.text import Text

_FOLDER = files(__package__) / "scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFile:
    """A file handed in with a step."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioDraft:
    """A filled draft: what the office wrote into each field (the number of a question, or a name), what it ticked."""

    name: str
    answers: Mapping[str, str]
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioIntake:
    """A document that came in, and what must be read in it: fields of the opening event and their values."""

    name: str
    content: bytes = field(repr=False)
    reads: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPromises:
    """The promises that must be read in the signed answer: their last days, and who is to be told of them."""

    days: tuple[str, ...]
    to: str | None


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
    #: The document that opens the case.
    intake: ScenarioIntake | None = None
    #: The draft that the event files.
    draft: ScenarioDraft | None = None
    #: What the event is told of the promises in the signed answer.
    promises: ScenarioPromises | None = None
    #: What cases that the event opens below are called from now on: name -> kind of child.
    names: Mapping[str, str] = field(default_factory=dict)
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


def shipped_scenarios() -> tuple[str, ...]:
    """The names of the scenarios of the package."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if file.name.endswith(".toml")))


def shipped_scenario(name: str) -> Scenario:
    """A scenario of the package.

    Raises:
        NotFoundError: there is none of that name.
    """
    known = shipped_scenarios()
    if name not in known:
        raise NotFoundError("scenario_unknown", scenario=name, known=", ".join(known))
    return read_scenario((_FOLDER / f"{name}.toml").read_text("utf-8"), file=f"{name}.toml", folder=_FOLDER)


def load_scenario(path: Path) -> Scenario:
    """The scenario in the file `path`.

    Raises:
        InvalidInputError: the file cannot be read.
        AuthorError: it is wrong; every mistake is named.
    """
    try:
        return read_scenario(path.read_text("utf-8"), file=str(path), folder=path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError("scenario_unreadable", path=str(path), detail=cause(error)) from error


def read_scenario(text: str, *, file: str, folder: Traversable = _FOLDER) -> Scenario:
    """The scenario written in `text`; the documents that it names lie in `folder`. Errors as in `load_scenario`."""
    source = Source(file=file, text=text)
    table = Table(source, source.parse())
    if source.findings:
        raise AuthorError(source.findings)
    steps = tuple(_step(row, folder) for row in table.tables("step"))
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


def _step(table: Table, folder: Traversable) -> ScenarioStep:
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
        intake=_intake(table, folder) if "intake" in table.data else None,
        draft=_draft(table) if "draft" in table.data else None,
        promises=_promises(table) if "promises" in table.data else None,
        names={str(name): str(child) for name, child in _mapping(table, "names").items()},
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


def _draft(table: Table) -> ScenarioDraft | None:
    draft = _mapping(table, "draft")
    answers, ticks = draft.get("antworten"), draft.get("angekreuzt", [])
    filled = isinstance(answers, Mapping) and all(isinstance(text, str) and text.strip() for text in answers.values())
    known = isinstance(draft.get("name"), str) and draft.keys() <= {"name", "antworten", "angekreuzt"}
    if not answers or not filled or not known or not _is_texts(ticks):
        table.find("scenario_draft_form", "draft")
        return None
    return ScenarioDraft(name=draft["name"], answers=dict(answers), ticks=tuple(ticks))


def _intake(table: Table, folder: Traversable) -> ScenarioIntake | None:
    given = _mapping(table, "intake")
    text, file, reads = given.get("text"), given.get("file"), given.get("reads", {})
    named = isinstance(given.get("name"), str) if file is None else isinstance(file, str)
    known = given.keys() <= {"name", "text", "file", "reads"} and isinstance(reads, Mapping)
    if not known or not named or (file is None) != isinstance(text, str):
        table.find("scenario_intake_form", "intake")
        return None
    try:
        content = str(text).encode() if file is None else (folder / file).read_bytes()
    except OSError as error:
        table.find("scenario_intake_file", "intake.file", path=file, detail=cause(error))
        return None
    name = given.get("name") or Path(file or "").name
    return ScenarioIntake(name=name, content=content, reads={field: _plain(value) for field, value in reads.items()})


def _promises(table: Table) -> ScenarioPromises | None:
    given = _mapping(table, "promises")
    days, to = _plain(given.get("kontrolle")), given.get("empfaenger")
    if not days or not _is_texts(days) or not isinstance(to, str | None) or given.keys() - {"kontrolle", "empfaenger"}:
        table.find("scenario_promises_form", "promises")
        return None
    return ScenarioPromises(days=tuple(days), to=to)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


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
    belonging = {"draft": step.draft, "promises": step.promises, "names": step.names}
    if step.event is None and (key := next((key for key, value in belonging.items() if value), None)):
        table.find("scenario_step_event", key)
    if step.intake is not None and step.open is None:
        table.find("scenario_step_open", "intake")
    if step.note is None and (step.case is None or step.by is None):
        table.find("scenario_step_incomplete", "at")


def _check_order(source: Source, scenario: Scenario) -> None:
    instants = [scenario.start, *(step.at for step in scenario.steps), scenario.until]
    for number, (earlier, later) in enumerate(pairwise(instants)):
        if later < earlier:
            source.find("scenario_out_of_order", f"step[{number}].at", earlier=str(earlier), later=str(later))
