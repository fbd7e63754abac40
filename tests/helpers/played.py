"""A shipped scenario played to its end on a database of its own, with its mails: what the acceptance tests look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

from pypdf import PdfReader

from tests.helpers.mailbox import mails_in, text_of
from tests.helpers.papers import read
from vorgang.config.clock import VirtualClock
from vorgang.config.profile_files import load_profiles
from vorgang.config.settings import Settings
from vorgang.notifications.papers.press import Wish
from vorgang.states.queries import CaseSummary
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office
from vorgang.workflow.papers import papers_of, render_paper
from vorgang.workflow.scenario import Replay
from vorgang.workflow.scenario_files import shipped_scenario
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow


class Played:
    """The replayed scenario with its mails, on a new SQLite database in `folder`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.scenario = shipped_scenario(name)
        profile = load_profiles().get(self.scenario.profile)
        clock = VirtualClock(self.scenario.start.replace(tzinfo=profile.tz))
        self.zone = profile.tz
        self.workflow = Workflow.open(f"sqlite:///{folder}/vorgang.db", Setup(clock=clock, upgrade=True))
        import_profile(self.workflow, profile)
        self.settings = Settings(mail_folder=folder / "mail")
        office = Office(self.workflow, self.settings)
        replay = Replay(self.scenario, self.workflow, office, clock)
        self.happened = list(replay.run())
        self.cases = replay.cases
        self.mails = mails_in(folder / "mail")

    def children(self, name: str, kind: str) -> list[CaseSummary]:
        """The parts of one kind of a case of the scenario, in the order in which they were opened."""
        return [child for child in self.workflow.case(self.cases[name]).children if child.child == kind]

    def day(self, case_id: str, event: str) -> date:
        """The day in the town on which the event happened first."""
        line = next(line for line in self.workflow.history(case_id) if line.event == event)
        return line.at.astimezone(self.zone).date()

    def sent(self, *words: str) -> list[tuple[date, str]]:
        """Day and recipient of the mails whose subject has all these words."""
        return [
            (datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z").astimezone(self.zone).date(), mail["To"])
            for mail in self.mails
            if all(word in mail["Subject"] for word in words)
        ]

    def mail(self, *words: str) -> EmailMessage:
        """The one mail whose subject has all these words."""
        (mail,) = [mail for mail in self.mails if all(word in mail["Subject"] for word in words)]
        return mail

    def attached(self, *words: str) -> dict[str, bytes]:
        """The files of that mail by their names."""
        files = self.mail(*words).iter_attachments()
        return {str(file.get_filename()): bytes(file.get_payload(decode=True)) for file in files}

    def paper(self, name: str, kind: str = "stellungnahme") -> PdfReader:
        """A paper of a case of the scenario as PDF."""
        return read(self.printed(name, kind))

    def printed(self, name: str, kind: str = "stellungnahme") -> bytes:
        """The same, byte for byte."""
        return render_paper(self.workflow, self.cases[name], Wish(kind), papers_of(self.settings)).file.content

    def text(self, *words: str) -> str:
        """The text of that mail."""
        return text_of(self.mail(*words))


@contextmanager
def played(name: str, folder: Path) -> Iterator[Played]:
    """The scenario, played; its database is closed afterwards."""
    scenario = Played(name, folder)
    try:
        yield scenario
    finally:
        scenario.workflow.close()
