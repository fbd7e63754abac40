"""The regular list that an office gets: every week or month, with what is open there and a table attached."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.helpers.house import BERLIN, letter
from tests.helpers.mailbox import mails_in, text_of, work_until
from vorgang.config.clock import VirtualClock
from vorgang.config.profile_files import load_profiles
from vorgang.config.settings import Settings
from vorgang.workflow.case_files import content, files, one_file
from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office
from vorgang.workflow.sessions import agenda, proposal, session_row, set_agenda
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

#: A Monday.
START = datetime(2024, 1, 8, 9, tzinfo=BERLIN)


class House:
    """Hagen with a clock and a folder for mails."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(START)
        self.workflow = Workflow.open(f"sqlite:///{folder / 'v.db'}", Setup(clock=self.clock, upgrade=True))
        import_profile(self.workflow, load_profiles().get("hagen"))
        self._mails = folder / "mail"
        self.office = Office(self.workflow, Settings(mail_folder=self._mails))

    def open(self, lifecycle: str, **data: Any) -> str:
        actor = self.workflow.actor("hagen", "randt")
        return self.workflow.open_case(lifecycle, body="hagen", actor=actor, data=data).case.id

    def act(self, case: str, event: str, who: str = "randt", **data: Any) -> None:
        self.workflow.fire(case, event, actor=self.workflow.actor("hagen", who), data=data)

    def go(self, day: str, hour: int = 12) -> None:
        until = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=BERLIN)
        work_until(self.office, self.clock, until)

    def lists(self) -> list[EmailMessage]:
        return self.mails("Offen bei Ihnen")

    def mails(self, word: str) -> list[EmailMessage]:
        """Those with this word in the subject, in order."""
        return sorted(
            (mail for mail in mails_in(self._mails) if word in mail["Subject"]), key=lambda mail: mail["Date"].datetime
        )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.workflow.close()


def test_an_office_gets_its_list_every_week_on_the_morning_of_a_working_day(house: House) -> None:
    house.open("amtsliste", amt="amt01")
    case = house.open("anfrage", **letter(nummer="1062/2023"))
    house.act(case, "zulassen")
    house.act(case, "zuweisen", federfuehrung="amt01")
    house.go("2024-01-29")
    days = [mail["Date"].datetime.astimezone(BERLIN) for mail in house.lists()]
    assert [(day.date().isoformat(), day.hour) for day in days] == [
        ("2024-01-15", 8),
        ("2024-01-22", 8),
        ("2024-01-29", 8),
    ]
    first = house.lists()[0]
    assert first["To"] == "01 Fachbereich des Oberbürgermeisters <fb01@hagen.example>"
    assert first["Subject"].startswith("Offen bei Ihnen: 1 Vorgang")
    assert "02.02.2024: Anfrage 1062/2023, Sachstand Städtepartnerschaft" in text_of(first)
    (table,) = [part for part in first.iter_attachments() if str(part.get_filename()).endswith(".xlsx")]
    assert bytes(table.get_content()).startswith(b"PK")


def test_what_is_overdue_is_called_so(house: House) -> None:
    house.open("amtsliste", amt="amt01")
    case = house.open("anfrage", **letter())
    house.act(case, "zulassen")
    house.act(case, "zuweisen", federfuehrung="amt01")
    house.go("2024-02-09")
    last = house.lists()[-1]
    assert "davon 1 überfällig" in last["Subject"]
    assert "02.02.2024 (überfällig)" in text_of(last)


def test_of_what_is_not_public_the_mail_tells_the_day_and_the_link_alone(house: House) -> None:
    """Nothing of it in the text, the HTML and the workbook, whatever the office may read behind the link."""
    house.open("amtsliste", amt="amt01")
    house.open("anfrage", **letter(nummer="1062/2023"))
    hidden = house.open("anfrage", **letter(nummer="1063/2023", betreff="Grundstück Nordufer", oeffentlich=False))
    for case in ("1062/2023", "1063/2023"):
        found = house.workflow.find(case)
        house.act(found, "zulassen")
        house.act(found, "zuweisen", federfuehrung="amt01")
    house.go("2024-01-15")
    (mail,) = house.lists()
    text, told = text_of(mail), words_of(mail)
    assert mail["Subject"].startswith("Offen bei Ihnen: 2 Vorgänge")
    assert f"02.02.2024: nichtöffentlicher Vorgang, http://localhost:8000/vorgang/{hidden}" in text
    assert "1062/2023" in told
    assert not [word for word in ("1063/2023", "Nordufer", "Grundst") if word in told]


def words_of(mail: EmailMessage) -> str:
    """Whatever a mail says: its headers, texts, and the cells of what is attached."""
    said = [str(mail["Subject"])]
    for part in mail.walk():
        content = bytes(part.get_payload(decode=True) or b"")
        if content.startswith(b"PK"):
            book = ZipFile(BytesIO(content))
            said += [book.read(name).decode(errors="replace") for name in book.namelist()]
        else:
            said.append(content.decode(errors="replace"))
    return "".join(said)


def test_nothing_open_is_told_too(house: House) -> None:
    house.open("amtsliste", amt="amt41")
    house.go("2024-01-17")
    (mail,) = house.lists()
    assert "bei Ihnen ist nichts offen" in text_of(mail)


def test_the_office_may_have_it_every_month_and_the_council_office_ends_it(house: House) -> None:
    case = house.open("amtsliste", amt="amt01")
    house.act(case, "auf_monatlich_stellen", "beispiel01")
    house.go("2024-03-15")
    days = [mail["Date"].datetime.astimezone(BERLIN).date().isoformat() for mail in house.lists()]
    assert days == ["2024-02-08", "2024-03-08"]
    house.act(case, "beenden", grund="nicht mehr gewünscht")
    house.go("2024-06-15")
    assert len(house.lists()) == 2


def test_the_list_is_nothing_for_readers_outside(house: House) -> None:
    case = house.open("amtsliste", amt="amt01")
    known = house.workflow.publicity([case])[case]
    assert known.internal


def test_the_invitation_to_a_session_brings_the_list_of_the_body_where_the_rules_say_so(house: House) -> None:
    case = house.open("anfrage", **letter(nummer="1062/2023", gremium="integrationsrat"))
    house.act(case, "zulassen")
    house.act(case, "zuweisen", federfuehrung="amt01")
    (mail,) = invited(house)[1]
    name, sent = the_list(mail)
    assert name == "Kontrollliste_Integrationsrat_der_Stadt_Hagen_2024-01-08.pdf"
    listed = " ".join(line.text for line in read_document(sent, name).lines)
    assert "1062/2023" in listed
    assert "01 Fachbereich" not in listed  # which office works on it is for the house


def test_the_list_of_a_session_is_made_once_kept_and_named_on_the_agenda(house: House) -> None:
    hagen = load_profiles().get("hagen")
    member = next(one for one in hagen.persons if one.key == "severcan")
    persons = (*hagen.persons, replace(member, key="zweite", name="Die Zweite", email="zweite@hagen.example"))
    import_profile(house.workflow, replace(hagen, persons=persons))
    house.open("anfrage", **letter(nummer="1062/2023", gremium="integrationsrat"))
    session, mails = invited(house)
    (first, second) = map(the_list, mails)
    assert first == second
    house.open("anfrage", **letter(nummer="1063/2023", gremium="integrationsrat"))
    workflow, member_ = house.workflow, house.workflow.reader("hagen", "severcan")
    found = one_file(files(workflow, session, member_), "kontrollliste")
    assert (found.name, content(workflow, session, found)) == first
    (item,) = [one for one in agenda(workflow, session_row(workflow, session), member_).items if one.file]
    assert str(item.title).startswith("Beschlusskontrolle")
    assert item.file is not None
    assert item.file.sha256 == found.sha256
    outside = workflow.reader("hagen")
    assert files(workflow, session, outside) == []  # it tells what may have become private since
    assert not [one for one in agenda(workflow, session_row(workflow, session), outside).items if one.file]


def invited(house: House) -> tuple[str, list[EmailMessage]]:
    """A session with the agenda that the rules propose, and the mails to its members."""
    session = house.open("sitzung", gremium="integrationsrat", tag="2024-03-05")
    row = session_row(house.workflow, session)
    set_agenda(house.workflow, row, proposal(house.workflow, row), house.workflow.actor("hagen", "randt"))
    house.act(session, "einladen")
    house.office.work()
    return session, house.mails("Einladung")


def the_list(mail: EmailMessage) -> tuple[str, bytes]:
    """The control list that a mail brings."""
    (part,) = [part for part in mail.iter_attachments() if str(part.get_filename()).startswith("Kontrollliste")]
    return str(part.get_filename()), bytes(part.get_payload(decode=True) or b"")


def test_the_agenda_has_an_item_for_the_list_where_the_rules_say_so(house: House) -> None:
    session = house.open("sitzung", gremium="integrationsrat", tag="2024-03-05")
    rows = proposal(house.workflow, session_row(house.workflow, session))
    assert any(row["titel"].startswith("Beschlusskontrolle") for row in rows)
