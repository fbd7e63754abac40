"""A copy of the live database is fast-forwarded: what it tells is what happens, and the installation stays as it is."""

import json
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.helpers.contents import contents
from tests.helpers.house import House, local
from tests.helpers.smtp import smtp_server
from vorgang.config.errors import InvalidInputError, NotFoundError
from vorgang.config.settings import Settings
from vorgang.notifications.outbox import Outbox, Wanted
from vorgang.states.audit_keys import generate_key
from vorgang.states.database import Database
from vorgang.workflow.documents import document
from vorgang.workflow.office import Office
from vorgang.workflow.outlook import Outlook
from vorgang.workflow.outlook_words import sentence
from vorgang.workflow.simulate import Watch, Wish, rehearse

UNTIL = date(2024, 3, 31)
SILENT = Watch(lambda _done, _every: None, lambda _passed: None)


@pytest.fixture(autouse=True)
def scratch(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files; empty before and after each run (the database server has one of its own)."""
    assert database_url
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def ahead(house: House, wish: Wish | None = None, **settings: Any) -> Outlook:
    """What happens by itself from now on."""
    given = Settings(database_url=house.url, **settings)
    return rehearse(given, wish or Wish(UNTIL), house.wall.now(), SILENT)


def lived(house: House, until: date) -> list[tuple[datetime, str, str]]:
    """The same time lived through by the live installation itself: its mails."""
    office = Office(house.workflow, Settings(mail_folder=Path(tempfile.mkdtemp())))
    goal = local((until + timedelta(days=1)).isoformat(), 0)
    office.work()
    while (due := office.next_due(after=house.wall.instant)) is not None and due < goal:
        house.wall.instant = due
        while office.work():
            pass
    sent = office.outbox.entries(Wanted(status="sent", limit=1000))
    return sorted((one.sent_at, one.recipient, one.subject or "") for one in sent if one.sent_at)


def test_it_tells_exactly_what_then_happens(house: House) -> None:
    """The answer can be trusted: living through the same time sends the same mails at the same instants."""
    first, second = house.at("zugewiesen"), house.at("in_mitzeichnung", betreff="Bänke")
    house.at("gesperrt")
    outlook = ahead(house)
    told = sorted((one.at, one.told[0].key, one.subject or "") for one in outlook.ahead() if one.kind == "mail")
    truth = lived(house, UNTIL)
    assert told == [(at.astimezone(told[0][0].tzinfo), who, subject) for at, who, subject in truth]
    assert len(told) > 10
    assert {clock.case for clock in outlook.overdue()} >= {first, second}
    assert outlook.totals()["lapse"] >= 3


def test_the_live_installation_is_not_touched(house: House, scratch: Path) -> None:
    house.at("zugewiesen")
    before = contents(house.url)
    assert ahead(house).totals()["mail"] > 0
    assert contents(house.url) == before
    assert list(scratch.iterdir()) == []


def test_no_mail_leaves_and_nothing_is_sealed_whatever_the_settings_say(house: House, tmp_path: Path) -> None:
    house.at("zugewiesen")
    generate_key(tmp_path / "key.pem")
    kept = tmp_path / "kept.db"
    with smtp_server() as post:
        server = post.server
        host = {"mail_to": "smtp", "smtp_host": server.host, "smtp_port": server.port, "smtp_starttls": "never"}
        outlook = ahead(
            house,
            Wish(UNTIL, keep=kept),
            **host,
            audit_key_file=tmp_path / "key.pem",
            admin_mail="admin@hagen.example",
            mail_folder=tmp_path / "live-mail",
        )
    assert outlook.totals()["mail"] > 0
    assert post.handler.connections == 0
    assert not (tmp_path / "live-mail").exists()
    copy = Database(f"sqlite:///{kept}")
    with copy.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM vorgang_head")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM vorgang_message WHERE status = 'sent'")).scalar() != 0
    copy.close()


def test_two_runs_agree(house: House) -> None:
    house.at("in_mitzeichnung")
    house.ask(fragesteller="integrationsrat")  # has no address: a task is opened, with an id of its own each time
    one, other = (json.dumps(_without_ids(ahead(house).document)) for _ in range(2))
    assert one == other


def _without_ids(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _without_ids(value) for key, value in found.items() if key not in {"case", "elapsed_s", "detail"}}
    return [_without_ids(value) for value in found] if isinstance(found, list) else document(found)


def test_an_escalation_names_who_is_added_and_a_lapse_what_the_case_became(house: House) -> None:
    case = house.at("gesperrt")
    house.at("zugewiesen")
    outlook = ahead(house)
    lifted = next(one for one in outlook.ahead() if one.kind == "lapse" and one.case == case)
    assert (lifted.event, lifted.state, lifted.at.date()) == ("freigeben", "beantwortet", date(2024, 1, 13))
    late = [one for one in outlook.ahead() if one.kind == "escalation" and one.deadline == "antwort"]
    assert [(one.due_on, [party.key for party in one.added]) for one in late if one.added] == [
        (date(2024, 2, 2), ["gs-integrationsrat", "verwaltungsleitung"]),
        (date(2024, 2, 2), ["ob"]),
    ]
    assert [party.key for party in late[0].told] == ["amt01", "gs-integrationsrat", "verwaltungsleitung"]


def test_held_stays_held_and_dead_stays_dead(house: House) -> None:
    house.ask()
    outbox = Outbox(house.database)
    assert outbox.hold() == 1
    outlook = ahead(house)
    assert outlook.held == 1
    assert not [one for one in outlook.ahead() if one.template == "eingang"]


def test_a_mail_that_reaches_nobody_and_its_task_are_told(house: House) -> None:
    case = house.ask(fragesteller="integrationsrat")
    kinds = [(one.kind, one.case == case) for one in ahead(house).ahead()]
    assert ("undeliverable", True) in kinds
    assert ("opened", False) in kinds


def test_a_case_that_time_cannot_carry_on_is_told_and_stops_no_other(house: House) -> None:
    broken, whole = house.ask(), house.ask()
    with house.database.writing() as connection:
        wrong = 'UPDATE vorgang_deadline SET ladder = \'[{"at": "2024", "rung": 1}]\' WHERE case_id = :case'
        connection.execute(text(wrong), {"case": broken})
    outlook = ahead(house)
    [failure] = [one for one in outlook.ahead() if one.kind == "failure"]
    assert failure.case == broken
    assert failure.detail
    assert [one for one in outlook.ahead() if one.case == whole and one.kind == "escalation"]


def test_a_run_that_does_not_end_is_stopped(house: House, scratch: Path) -> None:
    house.at("zugewiesen")
    with pytest.raises(InvalidInputError) as caught:
        ahead(house, Wish(UNTIL, most=3))
    assert caught.value.code == "simulate_endless"
    assert list(scratch.iterdir()) == []


def test_the_mails_are_kept_where_they_are_wanted(house: House, tmp_path: Path) -> None:
    house.at("zugewiesen")
    outlook = ahead(house, Wish(UNTIL, out=tmp_path / "mails"))
    kept = list((tmp_path / "mails").iterdir())
    assert len(kept) == outlook.totals()["mail"]
    assert any("Stellungnahme" in path.read_text("utf-8") for path in kept)
    with pytest.raises(InvalidInputError, match="simulate_out_used"):
        ahead(house, Wish(UNTIL, out=tmp_path / "mails"))


def test_a_digest_is_one_mail_that_says_what_it_tells(house: House, tmp_path: Path) -> None:
    cases = {house.ask(betreff=f"Bank {number}", nummer=f"{number:04}/2024") for number in range(1, 6)}
    outlook = ahead(house, Wish(date(2024, 1, 31), out=tmp_path / "mails"), digest_beyond=1)
    kept = list((tmp_path / "mails").iterdir())
    found = [one for one in outlook.ahead() if one.tells]
    assert found
    assert {one.case for each in found for one in each.tells} == cases
    assert len(kept) == outlook.totals()["mail"] == sum(counts.get("mail", 0) for _, counts in outlook.by_party())
    assert len([path for path in kept if "sammelmail" in path.name]) == len(found)
    told = {case.id: counts["mail"] for case, counts in outlook.by_case()}
    mails = [one for one in outlook.ahead() if one.kind == "mail"]
    assert told == {case: sum(case in one.about for one in mails) for case in cases}
    rows = [row["tells"] for row in outlook.document["happenings"] if row["tells"]]
    assert [len(row) for row in rows] == [len(one.tells) for one in found]
    assert {row["number"] for row in rows[0]} <= {f"{number:04}/2024" for number in range(1, 6)}
    assert "0001/2024 Anfrage" in sentence(outlook, next(one for one in found if len(one.about) == 5), "de")


def test_one_municipality_alone(house: House) -> None:
    other = house.found_town()
    here = house.ask()
    house.body = other
    there = house.ask()
    house.body = "hagen"
    assert set(ahead(house).cases) == {here, there}
    assert set(ahead(house, Wish(UNTIL, body="hagen")).cases) == {here}
    with pytest.raises(NotFoundError, match="body_unknown"):
        ahead(house, Wish(UNTIL, body="nirgends"))
