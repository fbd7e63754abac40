"""A message that reaches nobody is never a silent loss: it becomes a task of the council office, with a due date."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.helpers.house import CLERK, LEAD, START, House
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import RefusedError
from vorgang.config.settings import Settings
from vorgang.notifications.outbox import Wanted
from vorgang.states.queries import CaseSummary
from vorgang.workflow.cli_reference import resolve
from vorgang.workflow.office import Office

#: A body of Hagen that has no address.
SILENT = "integrationsrat"
OFFICE = "gs-integrationsrat"


@pytest.fixture
def office(house: House, tmp_path: Path) -> Office:
    return Office(house.workflow, Settings(mail_folder=tmp_path))


def tasks(house: House) -> list[CaseSummary]:
    """What the council office has to clear up."""
    return [one for one in house.workflow.worklist(house.body, OFFICE) if one.lifecycle == "zustellung"]


def change(house: House, sql: str) -> None:
    with house.database.writing() as connection:
        connection.execute(text(sql))
    house.workflow.directory.forget()


def test_who_has_no_address_becomes_a_task_that_says_whom_and_what(house: House, office: Office) -> None:
    case = house.ask(fragesteller=SILENT)
    office.drain()
    [task] = tasks(house)
    assert task.due_on is not None
    assert task.facts["empfaenger"] == SILENT
    assert task.facts["vorgang"] == case
    assert "Integrationsrat" in task.facts["grund"]
    assert (task.parent_id, task.subject) == (case, "Sachstand Städtepartnerschaft")
    [dead] = office.outbox.entries(Wanted(status="dead"))
    assert task.facts["nachricht"] == dead.id
    assert house.told(task.id) == [(OFFICE, "zustellung")]
    assert_sound(house.database)


def told_of(office: Office, folder: Path) -> str:
    """What the mail about the task says."""
    office.drain()
    (path,) = folder.glob("*_zustellung_*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


def test_the_mail_about_a_public_case_names_it_the_recipient_the_reason_and_the_day(
    house: House, office: Office, tmp_path: Path
) -> None:
    case = house.ask(fragesteller=SILENT, nummer="0815/2024")
    office.drain()
    text = told_of(office, tmp_path)
    assert text.startswith(
        "[0815/2024] Nachricht nicht zugestellt (Integrationsrat der Stadt Hagen): Sachstand Städtepartnerschaft"
    )
    assert "Anfrage 0815/2024: Sachstand Städtepartnerschaft" in text
    assert "Empfänger: Integrationsrat der Stadt Hagen" in text
    assert "Grund: [mail_address_missing]" in text
    assert "Zu klären bis Donnerstag, 11.01.2024." in text
    assert resolve(house.workflow, "0815/2024/zustellung") == house.children(case, "zustellung")[0].id


def test_the_mail_about_a_case_that_is_not_public_stays_neutral(house: House, office: Office, tmp_path: Path) -> None:
    house.ask(fragesteller=SILENT, nummer="0816/2024", oeffentlich=False)
    office.drain()
    text = told_of(office, tmp_path)
    assert text.startswith("Nachricht zu einem nichtöffentlichen Vorgang")
    assert "0816" not in text


def test_a_task_ends_without_the_case_to_which_it_belongs(house: House, office: Office) -> None:
    case = house.ask(fragesteller=SILENT)
    office.drain()
    house.fire(house.children(case, "zustellung")[0].id, "erledigen", CLERK, ergebnis="entbehrlich")
    assert house.state(case) == "eingegangen"
    assert_sound(house.database)


def test_one_round_of_all_duties_makes_the_task_and_tells_of_it(house: House, office: Office, tmp_path: Path) -> None:
    house.ask(fragesteller=SILENT)
    done = office.run_once()
    assert (done.mails.dead, done.mails.sent, done.tasks, done.failed) == (1, 1, 1, ())
    assert len(tasks(house)) == 1
    assert [*tmp_path.glob("*_zustellung_*.eml")]
    assert office.run_once().tasks == 0


def test_there_is_one_task_however_often_and_by_however_many_it_is_looked_for(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.post_office.drain()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: office.report(), range(4)))
    office.drain()
    assert len(tasks(house)) == 1


def test_a_process_that_dies_before_it_has_opened_the_task_loses_nothing(
    house: House, office: Office, tmp_path: Path
) -> None:
    house.ask(fragesteller=SILENT)
    office.post_office.drain()  # and here it dies
    assert tasks(house) == []
    Office(house.workflow, Settings(mail_folder=tmp_path)).drain()
    assert len(tasks(house)) == 1


def test_tried_again_and_failed_again_it_is_another_task(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.drain()
    [task] = tasks(house)
    house.fire(task.id, "erledigen", CLERK, ergebnis="anders_mitgeteilt", vermerk="angerufen")
    assert tasks(house) == []
    office.drain()
    assert tasks(house) == []
    office.outbox.retry(house.wall.now())
    office.drain()
    assert [one.id == task.id for one in tasks(house)] == [False]


def test_with_an_address_it_is_delivered_and_the_task_noted_as_done(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.drain()
    change(house, f"UPDATE vorgang_organization SET email = 'ir@hagen.example' WHERE key = '{SILENT}'")  # noqa: S608  # a name of ours
    office.outbox.retry(house.wall.now())
    assert office.drain().sent >= 1
    [task] = tasks(house)
    house.fire(task.id, "erledigen", CLERK, ergebnis="erneut_zugestellt")
    assert house.state(task.id) == "erledigt"


def test_a_council_office_without_address_does_not_chase_itself(house: House, office: Office) -> None:
    change(house, "UPDATE vorgang_organization SET email = NULL")
    house.ask(fragesteller=SILENT)
    for _ in range(3):
        office.drain()
    assert len(tasks(house)) == 1
    assert {entry.status for entry in office.outbox.entries()} == {"dead"}


def test_a_task_that_nobody_clears_up_is_dunned(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.drain()
    [task] = tasks(house)
    house.wait((START + timedelta(days=10)).date().isoformat(), task.id)
    assert [template for _, template in house.told(task.id)] == [
        "zustellung",
        "erinnerung",
        "ueberfaellig",
        "ueberfaellig",
    ]


def test_only_the_council_office_clears_it_up(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.drain()
    [task] = tasks(house)
    with pytest.raises(RefusedError):
        house.fire(task.id, "erledigen", LEAD, ergebnis="entbehrlich")
