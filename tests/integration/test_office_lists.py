"""The regular list that an office gets: every week or month, with what is open there and a table attached."""

from collections.abc import Iterator
from contextlib import suppress
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
from vorgang.config.errors import ConflictError
from vorgang.config.profile_files import load_profiles
from vorgang.config.settings import Settings
from vorgang.workflow.case_files import CaseFile, content, files, one_file
from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office
from vorgang.workflow.sessions import agenda, invite_newcomers, proposal, session_row, set_agenda
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

#: A Monday.
START = datetime(2024, 1, 8, 9, tzinfo=BERLIN)
SECOND = "Die Zweite <zweite@hagen.example>"


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
    assert "01 Fachbereich" in listed


def test_the_list_of_a_session_is_made_once_kept_and_named_on_the_agenda(house: House) -> None:
    second_member(house)
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


def test_whoever_comes_into_the_body_after_the_invitation_gets_the_list_that_the_others_got(house: House) -> None:
    house.open("anfrage", **letter(nummer="1062/2023", gremium="integrationsrat"))
    session, (mail,) = invited(house)
    house.open("anfrage", **letter(nummer="1063/2023", gremium="integrationsrat"))
    second_member(house)
    invite_newcomers(house.workflow, "hagen")
    house.office.work()
    assert [the_list(one) for one in house.mails("Einladung")] == [the_list(mail)] * 2
    assert [one.title for one in files(house.workflow, session, None)] == ["kontrollliste"]


@pytest.mark.parametrize("disturbance", [KeyboardInterrupt(), ConflictError("case_changed_meanwhile")])
def test_whoever_was_not_invited_because_the_import_was_disturbed_is_with_the_next_sweep(
    house: House, disturbance: BaseException
) -> None:
    sessions = [invited(house, day)[0] for day in ("2024-03-05", "2024-04-16")]
    disturbances = [disturbance]

    def disturb(_context: object) -> None:
        if disturbances:
            raise disturbances.pop()

    house.workflow.on("einladung_nachreichen", disturb)
    with suppress(KeyboardInterrupt):
        second_member(house)
    assert not disturbances
    late = 0 if isinstance(disturbance, KeyboardInterrupt) else 1  # the other session is not busy
    for expected in (late, 2, 2):
        house.office.work()
        assert [str(one["To"]) for one in house.mails("Einladung")].count(SECOND) == expected
        house.office.sweep()
    assert [house.workflow.case(one).case.facts["eingeladene"][-1] for one in sessions] == ["zweite"] * 2


@pytest.mark.parametrize("held", [False, True])
def test_a_session_to_which_nobody_was_invited_gets_its_list_on_its_day(house: House, held: bool) -> None:
    house.open("anfrage", **letter(nummer="1062/2023", gremium="integrationsrat"))
    session = house.open("sitzung", gremium="integrationsrat", tag="2024-03-05")
    house.open("sitzung", gremium="rat", tag="2024-03-07")
    house.clock.advance_to(START.replace(month=3, day=4, hour=23))
    house.office.sweep()
    assert files(house.workflow, session, None) == []
    house.clock.advance_to(START.replace(month=3, day=5, hour=8))
    if held:
        house.act(session, "durchfuehren")
    for _ in range(2):
        house.office.sweep()
    (paper,) = files(house.workflow, session, house.workflow.reader("hagen", "severcan"))
    assert paper.name == "Kontrollliste_Integrationsrat_der_Stadt_Hagen_2024-03-05.pdf"
    assert "1062/2023" in read_of(house, session, paper)


def test_the_part_of_the_list_that_is_not_public_is_a_paper_of_its_own_that_only_members_see(house: House) -> None:
    """An item of the part of the agenda that is not public names it; no mail and no paper for everybody does."""
    hidden = {"betreff": "Grundstück Nordufer", "oeffentlich": False}
    house.open("anfrage", **letter(nummer="1062/2023", gremium="integrationsrat"))
    case = house.open("anfrage", **letter(nummer="1063/2023", gremium="integrationsrat", **hidden))
    house.act(case, "zulassen")
    house.act(case, "zuweisen", federfuehrung="amt01")
    session, (mail,) = invited(house)
    workflow, member, public = (
        house.workflow,
        house.workflow.reader("hagen", "severcan"),
        house.workflow.reader("hagen"),
    )
    row = session_row(workflow, session)
    (open_item, closed_item) = [one for one in agenda(workflow, row, member).items if one.file]
    assert (closed_item.number, closed_item.title) == ("N 1", open_item.title)
    papers = {one.title: one for one in files(workflow, session, member)}
    told = {name: read_of(house, session, paper) for name, paper in papers.items()}
    assert ("1062/2023" in told["kontrollliste"], "Nordufer" in told["kontrollliste"]) == (True, False)
    rest = told["kontrollliste_nichtoeffentlich"]
    assert ("1062/2023" in rest, "Nordufer" in rest, "01 Fachbereich" in rest) == (False, True, True)
    assert closed_item.file is not None
    assert closed_item.file.sha256 == papers["kontrollliste_nichtoeffentlich"].sha256
    assert files(workflow, session, public) == []
    assert [one.number for one in agenda(workflow, row, public).items if one.closed or one.file] == []
    assert [part.get_filename() for part in mail.iter_attachments()].count(papers["kontrollliste"].name) == 1
    assert "nichtoeffentlich" not in words_of(mail)
    assert "Nordufer" not in words_of(mail)


def read_of(house: House, session: str, paper: CaseFile) -> str:
    """The words of a paper of a session."""
    sent = content(house.workflow, session, paper)
    return " ".join(line.text for line in read_document(sent, paper.name).lines)


def second_member(house: House) -> None:
    """Another member of the body."""
    hagen = load_profiles().get("hagen")
    member = next(one for one in hagen.persons if one.key == "severcan")
    persons = (*hagen.persons, replace(member, key="zweite", name="Die Zweite", email="zweite@hagen.example"))
    import_profile(house.workflow, replace(hagen, persons=persons))


def invited(house: House, day: str = "2024-03-05") -> tuple[str, list[EmailMessage]]:
    """A session with the agenda that the rules propose, and the mails to its members."""
    session = house.open("sitzung", gremium="integrationsrat", tag=day)
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
