"""The example of an event (examples/veranstaltung): a town, its guests, a clock, and the mails that go out."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.helpers.mailbox import mails_in, text_of, work_until
from tests.helpers.pages import ROOT
from vorgang.config.clock import VirtualClock
from vorgang.config.profile_files import load_profiles
from vorgang.config.rule_files import load_rules
from vorgang.config.settings import Settings
from vorgang.states.engine import Fired
from vorgang.states.queries import CaseSummary
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

EXAMPLE = ROOT / "examples" / "veranstaltung"
BODY, OFFICE, CLERK = "musterhafen", "lorenz", "petersen"
BERLIN = ZoneInfo("Europe/Berlin")
#: A Monday, four weeks before the event.
START = datetime(2020, 5, 18, 9, tzinfo=BERLIN)
#: The event of the tests.
EVENT: Mapping[str, Any] = {
    "titel": "Fachworkshop Digitale Stadt",
    "beginn": "2020-06-16T11:00",
    "ende": "2020-06-16T13:00",
    "zonen": ["Europe/Istanbul"],
    "ort": "Videoplattform",
    "plaetze": 30,
    "anmeldeschluss": "2020-06-05",
    "federfuehrung": "referat-partnerstaedte",
}


def guests(count: int) -> list[str]:
    """The keys of so many persons who can be invited."""
    return [f"gast{number:02}" for number in range(1, count + 1)]


def with_guests(folder: Path, count: int) -> Path:
    """A folder with the profile of the example, and more persons in it."""
    text = (EXAMPLE / "profile" / "musterhafen.toml").read_text("utf-8")
    for key in guests(count):
        if f'"{key}"' not in text:
            text += f'\n[[person]]\nkey   = "{key}"\nname  = "Person {key}"\nemail = "{key}@gaeste.example"\n'
    folder.mkdir(exist_ok=True)
    (folder / "musterhafen.toml").write_text(text, "utf-8")
    return folder


class Occasion:
    """The town of the example on a database at `url`."""

    def __init__(self, url: str, folder: Path, *, count: int = 40) -> None:
        self.clock = VirtualClock(START)
        rules = (EXAMPLE / "regeln",)
        setup = Setup(clock=self.clock, lifecycles=(EXAMPLE / "lebenszyklen",), rules=rules, upgrade=True)
        self.workflow = Workflow.open(url, setup)
        profiles = load_profiles((with_guests(folder / "profile", count),), rules=load_rules(rules))
        import_profile(self.workflow, profiles.get(BODY))
        self._mails = folder / "mail"
        self.settings = Settings(mail_folder=self._mails, templates=(EXAMPLE / "vorlagen",))
        self.office = Office(self.workflow, self.settings)

    def plan(self, **changed: Any) -> str:
        """The id of a new event."""
        actor = self.workflow.actor(BODY, OFFICE)
        return self.workflow.open_case("veranstaltung", body=BODY, actor=actor, data={**EVENT, **changed}).case.id

    def act(self, case: str, event: str, who: str = CLERK, **data: Any) -> Fired:
        """Fire an event."""
        return self.workflow.fire(case, event, actor=self.workflow.actor(BODY, who), data=data)

    def registrations(self, case: str) -> dict[str, CaseSummary]:
        """By the key of the guest."""
        children = self.workflow.case(case).children
        return {child.facts["gast"]: child for child in children if child.child == "anmeldung"}

    def invited(self, case: str, who: Sequence[str]) -> dict[str, str]:
        """The ids of the registrations of these guests, who are invited now."""
        self.act(case, "einladen", gaeste=list(who))
        return {guest: one.id for guest, one in self.registrations(case).items()}

    def states(self, case: str) -> dict[str, str]:
        """The state of each registration."""
        return {guest: one.state for guest, one in self.registrations(case).items()}

    def count(self, case: str, state: str) -> int:
        """How many registrations stand in a state."""
        return list(self.states(case).values()).count(state)

    def go(self, day: str, hour: int = 9) -> None:
        """Let time pass to that day, looking at every morning and every midnight, and deliver."""
        until = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=BERLIN)
        work_until(self.office, self.clock, until)

    def mails(self) -> list[EmailMessage]:
        """All that went out so far, in order."""
        return mails_in(self._mails)

    def to(self, guest: str, word: str = "") -> list[EmailMessage]:
        """The mails to a guest with this word in the subject."""
        address = self.workflow.directory.town(BODY).parties[guest].email or ""
        return [mail for mail in self.mails() if address in mail["To"] and word in mail["Subject"]]

    def close(self) -> None:
        """Give the database back."""
        self.workflow.close()


def token_in(mail: EmailMessage) -> str:
    """The token of its personal link."""
    found = re.search(r"/link/(\S+)", text_of(mail))
    assert found is not None, text_of(mail)
    return found[1]


def entries_of(mail: EmailMessage) -> str:
    """Its calendar entries, lines unfolded."""
    files = [part.get_payload(decode=True) for part in mail.iter_attachments()]
    return b"".join(bytes(one) for one in files if isinstance(one, bytes)).decode().replace("\r\n ", "")
