"""A council at work: the city of Hagen with its real lifecycles, rules and clock, and the post that goes out of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.helpers.house import answers_in, seen
from vorgang.config.clock import VirtualClock
from vorgang.config.profile_files import load_profiles
from vorgang.notifications.composer import Composer, Style
from vorgang.notifications.delivery import Desk, Drained, PostOffice
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.kinds import load_kinds
from vorgang.notifications.limits import Limits
from vorgang.notifications.mailer import FolderMailer, Mailer
from vorgang.notifications.outbox import Outbox
from vorgang.notifications.reminders import Scanned, scan_deadlines
from vorgang.notifications.scenes import Sources
from vorgang.notifications.sorting import Policy
from vorgang.notifications.templates import Templates
from vorgang.states.database import Database
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.papers import sources_of
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

START = datetime(2023, 12, 22, 8, tzinfo=UTC)
BASE_URL = "https://vorgang.example"


class Council:
    """The city of Hagen on one database. `clerk`, `office` and `mayor` act; `post` delivers."""

    def __init__(self, database: Database, now: datetime = START) -> None:
        self.database = database
        self.clock = VirtualClock(now)
        self.workflow = Workflow(database, Setup(clock=self.clock))
        self.workflow.library.pin()
        import_profile(self.workflow, load_profiles().get("hagen"))
        self.outbox = Outbox(database)
        #: Each message goes out by itself, unless a test is about digests.
        self.policy = Policy(most=0)

    @property
    def sources(self) -> Sources:
        return sources_of(self.workflow)

    def composer(self, templates: Sequence[Path] = (), sender: str | None = None) -> Composer:
        return Composer(self.sources, Style(BASE_URL, Templates(templates), Drafts(templates), sender))

    def post(self, mailer: Mailer | Path, templates: Sequence[Path] = (), limits: Limits | None = None) -> PostOffice:
        mailer = FolderMailer(mailer) if isinstance(mailer, Path) else mailer
        desk = Desk.of(self.sources, self.composer(templates), load_kinds(templates), self.policy)
        return PostOffice(desk, mailer, self.clock, limits)

    def drain(self, mailer: Mailer | Path) -> Drained:
        return self.post(mailer).drain()

    def move(self, key: str, address: str | None) -> None:
        """A person or office has another address from now on."""
        with self.database.writing() as connection:
            for table in ("person", "organization"):
                change = text(f"UPDATE vorgang_{table} SET email = :address WHERE key = :key")  # noqa: S608  # ours
                connection.execute(change, {"address": address, "key": key})
        self.workflow.directory.forget()

    def scan(self) -> Scanned:
        return scan_deadlines(self.database, self.workflow.engine, self.clock)

    def wait(self, until: datetime | timedelta) -> None:
        """Let time pass; nothing happens meanwhile."""
        self.clock.advance_to(until if isinstance(until, datetime) else self.clock.now() + until)

    def ask(self, betreff: str = "Sachstand Kartal", **more: Any) -> str:
        """An inquiry is registered; the asker is told. Returns the case."""
        data = {
            "betreff": betreff,
            "schreiben_vom": "2023-12-05",
            "eingang": "2023-12-22",
            "fragesteller": "severcan",
            "fragen": ["Ab wann sind die Gespräche geplant?", "Wer nimmt teil?"],
            "gremium": "integrationsrat",
            **more,
        }
        return self.workflow.open_case("anfrage", body="hagen", actor=self.actor("randt"), data=data).case.id

    def assign(self, case: str) -> None:
        """The inquiry is admitted and goes to its lead office, with another one to co-sign."""
        self.act(case, "zulassen", "randt")
        self.act(case, "zuweisen", "randt", federfuehrung="amt01", beteiligt=["amt41"])

    def act(self, case: str, event: str, person: str, **data: Any) -> None:
        """Make an event happen; a draft answers every question, unless something else is said of it."""
        if event == "entwurf_ablegen":
            data = {**answers_in(self.workflow, case), **data}
        self.workflow.fire(case, event, actor=self.actor(person), data=seen(self.workflow, case, event, data))

    def actor(self, person: str) -> Any:
        return self.workflow.actor("hagen", person)
