"""A scenario played from beginning to end in a folder of its own, and the report of it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from ..config.clock import VirtualClock
from ..config.errors import InvalidInputError
from ..config.settings import Settings, sqlite_path, sqlite_url
from ..notifications.outbox import Outbox, Wanted
from ..states import migrate, queries, survey
from ..states.audit import AuditReport, sign_head, verify
from ..states.audit_keys import generate_key
from ..states.queries import CaseSummary, DeadlineView
from .checking import profile_meant
from .demo_folder import DemoFolder
from .installation import opened_database, setup_of
from .master_data import import_profile
from .office import Office
from .outlook import Outlook
from .outlook_reading import Since, Window, read_outlook
from .scenario import Happened, Replay
from .scenario_files import Scenario
from .workflow import Workflow

#: Most cases that a report lists.
MOST = 10_000


class Stage(NamedTuple):
    """A workflow ready to play a scenario."""

    scenario: Scenario
    workflow: Workflow
    clock: VirtualClock
    replay: Replay
    office: Office
    #: Where the database is, as ``--database`` takes it; without a password.
    database: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a replay."""

    scenario: str
    audit: AuditReport
    cases: tuple[CaseSummary, ...]
    deadlines: tuple[survey.ClockRow, ...]
    mails: tuple[survey.MailRow, ...]
    #: The day on which the scenario ended.
    today: date
    elapsed_s: float = field(default=0.0)

    @property
    def document(self) -> dict[str, Any]:
        """The object of ``--json``."""
        named = _numbers(self.cases)
        return {
            "scenario": self.scenario,
            "cases": [_case_row(case, named[case.id]) for case in self.cases],
            "log": {"transitions": self.audit.lines, "verified": self.audit.ok},
            "deadlines": [
                {
                    "case": one.number or named.get(one.case_id, one.case_id),
                    "rule": one.rule,
                    "due": one.due_on,
                    "status": one.status,
                }
                for one in self.deadlines
            ],
            "messages": [
                {
                    "at": one.at,
                    "to": one.address or one.recipient,
                    "template": one.template,
                    "subject": one.subject,
                    "status": one.status,
                }
                for one in self.mails
            ],
            "elapsed_s": round(self.elapsed_s, 3),
        }

    def count(self, status: str) -> int:
        """How many deadlines ended or stand so; a running one past its day is ``overdue``."""
        return sum(self._standing(one) == status for one in self.deadlines)

    def _standing(self, one: survey.ClockRow) -> str:
        return "overdue" if one.status == "running" and one.due_on < self.today else one.status


def _numbers(cases: Sequence[CaseSummary]) -> dict[str, str]:
    """What each case is called: its number; where it has none, that of the nearest case above with one."""
    known = {case.id: case for case in cases}

    def number(case: CaseSummary) -> str:
        above = known.get(case.parent_id or "")
        return case.number or (number(above) if above else case.subject or case.id)

    return {case.id: number(case) for case in cases}


def _case_row(case: CaseSummary, number: str) -> dict[str, Any]:
    return {
        "number": number,
        "lifecycle": case.lifecycle,
        "state": case.state,
        "opened": case.opened_at,
        "closed": case.closed_at,
    }


@contextmanager
def prepared(scenario: Scenario, folder: DemoFolder, settings: Settings, *, on: str | None = None) -> Iterator[Stage]:
    """A new database in `folder` with the scenario's municipality, its clock at the scenario's beginning.

    Raises:
        InvalidInputError: the database `on`, which is to be used instead, has cases.
    """
    url = on or sqlite_url(folder.database)
    here = settings.model_copy(update={"database_url": url, "mail_to": "folder", "mail_folder": folder.mails})
    new = on is None or _is_new(here)
    profile = profile_meant(here, scenario.profile)
    clock = VirtualClock(scenario.start.replace(tzinfo=profile.tz))
    with Workflow.open(here.database_url, setup_of(here, clock)._replace(upgrade=new)) as workflow:
        import_profile(workflow, profile)
        path = sqlite_path(url)
        shown = str(path) if path else workflow.database.url.render_as_string(hide_password=True)
        office = Office(workflow, here)
        yield Stage(scenario, workflow, clock, Replay(scenario, workflow, office, clock), office, shown)


def _is_new(settings: Settings) -> bool:
    """Whether the database has no tables yet; one that has them must have no case."""
    path = sqlite_path(settings.database_url)
    if path is not None and not path.exists():
        return True
    with opened_database(settings) as database:
        if migrate.check(database).state == "missing":
            return True
        migrate.require_current(database)
        with database.reading() as connection:
            if queries.cases(connection, queries.Filter(limit=1)):
                url = database.url.render_as_string(hide_password=True)
                raise InvalidInputError("cli_simulate_used", database=url)
    return False


def play(stage: Stage, folder: DemoFolder, show: Callable[[Happened], None]) -> Report:
    """Play it, sign the end of the log, verify everything, and report."""
    started = time.perf_counter()
    for happened in stage.replay.run():
        show(happened)
    key = generate_key(folder.key)
    sign_head(stage.workflow.database, key, stage.clock)
    audit = verify(stage.workflow.database, keys=[key.public])
    with stage.workflow.database.reading() as connection:
        cases = queries.cases(connection, queries.Filter(limit=MOST))
        deadlines, mails = survey.deadlines(connection), survey.mails(connection)
    return Report(
        scenario=stage.scenario.id,
        audit=audit,
        cases=tuple(cases),
        deadlines=tuple(deadlines),
        mails=tuple(mails),
        today=stage.workflow.today(stage.scenario.profile),
        elapsed_s=time.perf_counter() - started,
    )


def outlook_of(stage: Stage) -> Outlook:
    """What has happened by itself since the scenario's last step, and before it for the picture."""
    scenario, zone = stage.scenario, stage.workflow.directory.town(stage.scenario.profile).zone
    start, now = (at.replace(tzinfo=zone) for at in (scenario.start, scenario.last_act))
    given_up = Outbox(stage.workflow.database).entries(Wanted(status="dead", limit=MOST))
    window = Window(scenario.id, now, scenario.until.date(), zone, scenario.profile)
    dead = {message.id: message.created_at for message in given_up}
    return read_outlook(stage.workflow, Since(0, 0, start), window, dead=dead)


def telling_deadline(stage: Stage) -> tuple[CaseSummary, DeadlineView] | None:
    """The deadline that a reader will ask about: of the scenario's first case, the one missed, else the longest."""
    first = next(iter(stage.replay.cases.values()), None)
    if first is None:
        return None
    view = stage.workflow.case(first)
    if not view.deadlines:
        return None
    return view.case, max(view.deadlines, key=lambda one: (one.status == "late", one.due_on - one.started_on))


class Names:
    """What the cases of a replay are called in its timeline; each is asked for once."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._known: dict[str, CaseSummary] = {}

    def case(self, case_id: str) -> CaseSummary:
        """The case as it was when it was first told of."""
        if case_id not in self._known:
            with self._workflow.database.reading() as connection:
                case = queries.case_summary(connection, case_id)
            if case.number is None:  # it may get one yet
                return case
            self._known[case_id] = case
        return self._known[case_id]

    def number(self, case: CaseSummary) -> str:
        """Its number; while it has none, that of the case above it."""
        return case.number or (self.number(self.case(case.parent_id)) if case.parent_id else case.subject or case.id)

    def is_one_of_several(self, case: CaseSummary) -> bool:
        """Whether the case above it has more parts of its kind."""
        with self._workflow.database.reading() as connection:
            parts = queries.children(connection, case.parent_id or "")
        return sum(part.child == case.child for part in parts) > 1


def offset_of(scenario: Scenario, at: datetime) -> float:
    """How much of the scenario's time has passed at `at`, from 0 to 1."""
    start = scenario.start.replace(tzinfo=at.tzinfo)
    whole = (scenario.until - scenario.start).total_seconds()
    return min(1.0, max(0.0, (at - start).total_seconds() / whole)) if whole else 1.0
