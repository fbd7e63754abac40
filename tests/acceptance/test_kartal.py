"""The main job: the Kartal case of Hagen, from the letter of 05.12.2023 to the Kenntnisnahme of 19.11.2024."""

import email
import email.policy
from collections.abc import Iterator
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from vorgang.config.clock import VirtualClock
from vorgang.config.profile_files import load_profiles
from vorgang.config.settings import Settings
from vorgang.states.audit import verify
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office
from vorgang.workflow.scenario import Replay
from vorgang.workflow.scenario_files import shipped_scenario
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow


class Kartal:
    """The replayed case with its mails."""

    def __init__(self, url: str, mails: Path) -> None:
        scenario = shipped_scenario("kartal")
        profile = load_profiles().get(scenario.profile)
        clock = VirtualClock(scenario.start.replace(tzinfo=profile.tz))
        self.zone = profile.tz
        self.workflow = Workflow.open(url, Setup(clock=clock))
        import_profile(self.workflow, profile)
        office = Office(self.workflow, Settings(mail_folder=mails))
        replay = Replay(scenario, self.workflow, office, clock)
        self.happened = list(replay.run())
        self.first, self.second = replay.cases["anfrage"], replay.cases["folgeanfrage"]
        self.mails = [self._mail(path) for path in sorted(mails.glob("*.eml"))]

    def _mail(self, path: Path) -> EmailMessage:
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)

    def day(self, case_id: str, event: str) -> date:
        """The day in Hagen on which the event happened first."""
        line = next(line for line in self.workflow.history(case_id) if line.event == event)
        return line.at.astimezone(self.zone).date()

    def sent(self, *words: str) -> list[tuple[date, str]]:
        """Day and recipient of the mails whose subject has all these words."""
        return [
            (datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z").astimezone(self.zone).date(), mail["To"])
            for mail in self.mails
            if all(word in mail["Subject"] for word in words)
        ]


@pytest.fixture(scope="module")
def kartal(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kartal]:
    played = Kartal(sqlite_url, tmp_path_factory.mktemp("mails"))
    yield played
    played.workflow.close()


@pytest.fixture(scope="module")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    from vorgang.states.database import Database  # noqa: PLC0415  # only to prepare the file
    from vorgang.states.migrate import upgrade  # noqa: PLC0415  # as above

    url = f"sqlite:///{tmp_path_factory.mktemp('kartal')}/vorgang.db"
    database = Database(url)
    upgrade(database)
    database.close()
    return url


def test_both_dates_of_the_letter_are_kept(kartal: Kartal) -> None:
    line = kartal.workflow.history(kartal.first)[0]
    assert line.data is not None
    assert (line.data["schreiben_vom"], line.data["eingang"]) == ("2023-12-05", "2023-12-22")


def test_the_answer_is_due_four_weeks_after_receipt_and_explains_itself(kartal: Kartal) -> None:
    (answer,) = [clock for clock in kartal.workflow.case(kartal.first).deadlines if clock.name == "antwort"]
    assert (answer.due_on, answer.status) == (date(2024, 1, 19), "late")
    words = " ".join(row["de"] for row in answer.trace)
    assert "22.12.2023" in words
    assert "§ 187 Abs. 1 BGB" in words
    assert "19.01.2024" in words


def test_the_lead_office_gets_the_assignment_with_a_drafting_template(kartal: Kartal) -> None:
    (mail,) = [m for m in kartal.mails if "[1062/2023] Stellungnahme erbeten bis 19.01.2024" in m["Subject"]]
    assert "fb01@hagen.example" in mail["To"]
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "Stellungnahme_1062-2023.docx",
        "Termin_1062-2023.ics",
    ]


def test_the_long_wait_would_have_caused_reminders_and_an_escalation(kartal: Kartal) -> None:
    reminded = kartal.sent("[1062/2023]", "Antwort auf die Anfrage bis 19.01.2024")
    assert [day for day, _ in reminded] == [date(2024, 1, 12), date(2024, 1, 19)]
    overdue = kartal.sent("[1062/2023]", "Antwort auf die Anfrage", "19.01.2024", "überfällig")
    assert {day for day, _ in overdue} == {date(2024, 1, 24), date(2024, 2, 2)}
    assert any("verwaltungsleitung@" in to for day, to in overdue if day == date(2024, 1, 24))
    assert any("oberbuergermeister@" in to for day, to in overdue if day == date(2024, 2, 2))


def test_it_was_co_signed_signed_and_noted_on_the_days_of_the_papers(kartal: Kartal) -> None:
    kinds = [(child.child, child.state) for child in kartal.workflow.case(kartal.first).children]
    assert sorted(kinds)[:3] == [
        ("beratung", "zur_kenntnis_genommen"),
        ("mitzeichnung", "mitgezeichnet"),
        ("mitzeichnung", "nicht_betroffen"),
    ]
    assert kartal.day(kartal.first, "unterzeichnen") == date(2024, 2, 20)
    assert kartal.day(kartal.first, "alle_beraten") == date(2024, 3, 5)


def test_the_promise_stays_open_and_was_dunned_before_the_chair_asked_again(kartal: Kartal) -> None:
    (promise,) = [child for child in kartal.workflow.case(kartal.first).children if child.child == "zusage"]
    assert (promise.state, promise.due_on, promise.owner) == ("offen", date(2024, 9, 30), "amt01")
    told = kartal.sent("[1062/2023]", "Kontrolle der Zusage")
    assert told[0][0] == date(2024, 9, 16)
    assert all(day < date(2024, 11, 6) for day, _ in told)
    assert promise.id in [case.id for case in kartal.workflow.worklist("hagen", "amt01")]


def test_the_follow_up_is_linked_and_noted_on_the_19th_of_november(kartal: Kartal) -> None:
    opening = kartal.workflow.history(kartal.second)[0]
    assert opening.data is not None
    assert opening.data["bezug"] == kartal.first
    assert kartal.workflow.case(kartal.second).case.number == "1062/2023-1"
    assert kartal.day(kartal.second, "alle_beraten") == date(2024, 11, 19)


def test_the_log_of_the_year_verifies(kartal: Kartal) -> None:
    report = verify(kartal.workflow.database)
    assert report.ok
    assert report.lines == sum(len(kartal.workflow.history(case.id)) for case in kartal.workflow.cases())
