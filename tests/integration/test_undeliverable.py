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
from vorgang.states.tables import UNREPORTED
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
    assert "Art der Nachricht: Nachrichten über den Stand" in text  # and not how the template is called inside
    assert "Grund: [mail_address_missing]" in text
    assert "Zu klären bis Donnerstag, 11.01.2024." in text
    assert resolve(house.workflow, "0815/2024/zustellung") == house.children(case, "zustellung")[0].id


def test_the_mail_about_a_question_names_it_by_its_subject(house: House, office: Office, tmp_path: Path) -> None:
    days = ("2024-03-05", "2024-04-16")
    for day in days:
        house.open("sitzung", gremium="integrationsrat", tag=day)
    said = {"fragesteller": SILENT, "betreff": "Zaun", "frage": "Wann?"}
    case = house.open("muendliche_frage", gremium="integrationsrat", sitzung=days[0], **said).case.id
    house.fire(case, "neu_ansetzen", sitzung=days[1])
    office.drain()
    text = told_of(office, tmp_path)
    assert text.startswith("Nachricht nicht zugestellt (Integrationsrat der Stadt Hagen): Mündliche Frage „Zaun“\n")
    assert text.count("Mündliche Frage „Zaun“") == 2


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


def give_address(house: House) -> None:
    change(house, f"UPDATE vorgang_organization SET email = 'ir@hagen.example' WHERE key = '{SILENT}'")  # noqa: S608  # a name of ours


def test_however_often_it_is_tried_in_vain_there_is_one_task_per_message(house: House, office: Office) -> None:
    cases = [house.ask(fragesteller=SILENT) for _ in range(2)]
    for _ in range(4):
        office.run_once()
        office.outbox.retry(house.wall.now())
    office.run_once()
    assert sorted(str(task.facts["vorgang"]) for task in tasks(house)) == sorted(cases)
    assert [house.told(task.id) for task in tasks(house)] == [[(OFFICE, "zustellung")]] * 2


def test_what_is_delivered_after_all_closes_its_task_and_nothing_reminds_of_it(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    house.ask(fragesteller="gs-integrationsrat", betreff="Kommt an")
    office.run_once()
    [task] = tasks(house)
    office.outbox.retry(house.wall.now())
    office.run_once()
    give_address(house)
    office.outbox.retry(house.wall.now())
    office.run_once()
    assert tasks(house) == []
    line = house.workflow.history(task.id)[-1]
    assert (line.event, line.target, line.actor_kind) == ("erledigen", "erledigt", "engine")
    assert line.data == {
        "ergebnis": "erneut_zugestellt",
        "vermerk": "von selbst geschlossen: die Nachricht ist doch noch zugestellt worden",
    }
    assert "running" not in {status for _, status, _ in house.clocks(task.id)}
    house.wait((START + timedelta(days=10)).date().isoformat(), task.id)
    assert house.told(task.id) == [(OFFICE, "zustellung")]
    assert (unreported(house), office.report()) == (0, 0)
    assert_sound(house.database)


def test_the_mail_about_a_task_that_waited_is_not_sent_once_the_task_is_closed(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.drain()
    give_address(house)
    told = next(one.id for one in office.outbox.entries() if one.template == "zustellung")
    office.outbox.hold(told)
    office.outbox.retry(house.wall.now())
    office.drain()
    office.outbox.release(told)
    office.drain()
    found = {one.template: (one.status, one.error or "") for one in office.outbox.entries()}
    assert found["zustellung"][0] == "cancelled"
    assert "mail_request_overtaken" in found["zustellung"][1]
    assert found["eingang"][0] == "sent"


def test_a_mail_about_a_task_that_arrives_late_does_not_close_the_task(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    change(house, f"UPDATE vorgang_organization SET email = NULL WHERE key = '{OFFICE}'")  # noqa: S608  # as above
    for _ in range(2):
        office.drain()
    assert {one.status for one in office.outbox.entries()} == {"dead"}
    change(house, f"UPDATE vorgang_organization SET email = 'gs@hagen.example' WHERE key = '{OFFICE}'")  # noqa: S608  # as above
    office.outbox.retry(house.wall.now())
    for _ in range(2):
        office.drain()
    assert {one.template: one.status for one in office.outbox.entries()} == {"zustellung": "sent", "eingang": "dead"}
    assert len(tasks(house)) == 1


def test_closed_by_hand_between_two_attempts_the_second_failure_is_another_task(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.drain()
    [task] = tasks(house)
    office.outbox.retry(house.wall.now())
    house.fire(task.id, "erledigen", CLERK, ergebnis="erneut_zugestellt")
    office.drain()
    assert [one.id == task.id for one in tasks(house)] == [False]


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


# --- digests ---


@pytest.fixture
def gathering(house: House, tmp_path: Path) -> Office:
    """What is told to one recipient beyond one mail a day is one digest."""
    return Office(house.workflow, Settings(mail_folder=tmp_path, digest_beyond=1))


def test_a_digest_that_reaches_nobody_is_one_task_that_names_every_case(house: House, gathering: Office) -> None:
    cases = [house.ask(fragesteller=SILENT) for _ in range(4)]
    gathering.drain()
    [task] = tasks(house)
    assert [task.facts["vorgang"], *task.facts["weitere"]] == cases
    assert gathering.report() == 0
    give_address(house)
    assert gathering.outbox.retry(house.wall.now(), task.facts["nachricht"]) == 4
    gathering.drain()
    assert {one.status for one in gathering.outbox.entries() if one.recipient == SILENT} == {"sent"}


def test_a_digest_given_up_once_more_is_covered_by_its_task_until_it_arrives(house: House, gathering: Office) -> None:
    for _ in range(4):
        house.ask(fragesteller=SILENT)
    gathering.drain()
    [first] = tasks(house)
    gathering.outbox.retry(house.wall.now())
    gathering.drain()
    assert [task.id for task in tasks(house)] == [first.id]
    give_address(house)
    gathering.outbox.retry(house.wall.now())
    gathering.drain()
    assert tasks(house) == []


def test_a_digest_that_tells_of_a_task_and_of_more_is_a_task_for_the_rest(house: House, gathering: Office) -> None:
    house.ask(fragesteller=SILENT)
    gathering.drain()
    [known] = tasks(house)  # the message about it waits, and is older than the reminders
    cases = [house.ask() for _ in range(3)]
    (due,) = {day for name, _, day in house.clocks(cases[0]) if name == "zulassung"}
    house.wait(due.isoformat(), *cases, known.id, hour=7)
    change(house, f"UPDATE vorgang_organization SET email = NULL WHERE key = '{OFFICE}'")  # noqa: S608  # as above
    with house.database.writing() as connection:  # one digest, whatever kinds of messages an installation bundles
        told = "SELECT min(cast(id AS text)) FROM vorgang_message WHERE template = 'zustellung'"
        leader = connection.execute(text(told)).scalar_one()
        one_mail = f"UPDATE vorgang_message SET bundle_id = :leader WHERE status = 'queued' AND recipient = '{OFFICE}'"  # noqa: S608  # as above
        connection.execute(text(one_mail), {"leader": leader})
    for _ in range(3):
        gathering.drain()
    [new] = [task for task in tasks(house) if task.id != known.id]
    assert {new.facts["vorgang"], *new.facts["weitere"]} >= set(cases)
    assert known.id not in {new.facts["vorgang"], *new.facts["weitere"]}


def test_what_is_covered_by_a_task_leaves_the_list_of_what_is_looked_at(house: House, office: Office) -> None:
    for _ in range(3):
        house.ask(fragesteller=SILENT)
    office.drain()
    assert unreported(house) == 0
    office.outbox.retry(house.wall.now())
    office.post_office.drain()
    assert unreported(house) == 0
    for task in tasks(house):
        house.fire(task.id, "erledigen", CLERK, ergebnis="anders_mitgeteilt")
    office.outbox.retry(house.wall.now())
    office.post_office.drain()
    assert unreported(house) == 3
    office.report()
    assert unreported(house) == 0


def unreported(house: House) -> int:
    """How many messages the index holds that a report walks through."""
    with house.database.reading() as connection:
        count = f"SELECT count(*) FROM vorgang_message WHERE {UNREPORTED}"  # noqa: S608  # a name of ours
        return int(connection.execute(text(count)).scalar_one())


def test_tasks_of_a_program_of_before_are_found(house: House, office: Office) -> None:
    house.ask(fragesteller=SILENT)
    office.drain()
    change(house, "UPDATE vorgang_message SET task_id = NULL")
    assert office.report() == 0
    assert len(tasks(house)) == 1
