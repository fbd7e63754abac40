"""A silent scheduler is noticed: by whoever asks, by doctor, and by the administrator at the next start."""

import logging
import threading
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.helpers.house import START, House
from tests.helpers.mailbox import mails_in, text_of
from vorgang.config.settings import Settings
from vorgang.config.text import Lang
from vorgang.notifications.heartbeat import beat
from vorgang.notifications.scheduler import Intervals
from vorgang.notifications.watchdog import TOLD
from vorgang.workflow.doctor import examine
from vorgang.workflow.doctor_check import Check
from vorgang.workflow.office import SEAL, Office
from vorgang.workflow.setup import HookContext

ADMIN = "edv@hagen.example"
NEVER = Intervals(scan_deadlines=3600, drain=3600, sweep=3600)


def office(house: House, folder: Path, admin: str | None = ADMIN) -> Office:
    return Office(house.workflow, Settings(mail_folder=folder, admin_mail=admin, watchdog_minutes=15))


def alarms(folder: Path) -> list[EmailMessage]:
    """The mails to the administrator in the folder."""
    return [mail for mail in mails_in(folder) if mail["To"] == ADMIN]


def test_a_scan_that_has_just_been_is_healthy_and_an_old_one_is_not(house: House, tmp_path: Path) -> None:
    one = office(house, tmp_path)
    one.scan()
    assert one.health() == (True, START, timedelta(0), timedelta(minutes=15), None)
    house.wall.instant = START + timedelta(minutes=15)
    assert one.health().ok
    house.wall.instant = START + timedelta(minutes=16)
    assert (one.health().ok, one.health().silent) == (False, timedelta(minutes=16))


def test_where_nobody_ever_looked_it_is_healthy_only_until_something_is_due(house: House, tmp_path: Path) -> None:
    one = office(house, tmp_path)
    assert one.health().ok
    house.ask()
    assert one.health().ok
    house.clock("2024-03-01")
    assert (one.health().ok, one.health().last_scan) == (False, None)


def test_the_administrator_is_told_once_of_each_silence(house: House, tmp_path: Path) -> None:
    office(house, tmp_path).scan()
    house.wall.instant = START + timedelta(hours=30)
    assert office(house, tmp_path).tell_silence()
    [mail] = alarms(tmp_path)
    assert "nach den Fristen hat niemand gesehen" in mail["Subject"]
    assert "von 08.01.2024 09:00 CET bis 09.01.2024 15:00 CET" in text_of(mail)
    assert mail["Auto-Submitted"] == "auto-generated"

    assert not office(house, tmp_path).tell_silence()  # started again, before anybody has looked
    assert len(alarms(tmp_path)) == 1

    office(house, tmp_path).scan()
    assert not office(house, tmp_path).tell_silence()
    house.wall.instant += timedelta(hours=1)
    assert office(house, tmp_path).tell_silence()
    assert len(alarms(tmp_path)) == 2  # another silence


def test_what_cannot_be_sent_is_told_at_the_next_start(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office(house, tmp_path).scan()
    house.wall.instant = START + timedelta(hours=30)
    blocked = tmp_path / "besetzt"
    blocked.write_text("keine Mails hierher", "utf-8")
    assert office(house, blocked).tell_silence()
    assert "could not be told" in caplog.text
    assert office(house, tmp_path).tell_silence()
    assert len(alarms(tmp_path)) == 1


def test_without_an_administrator_the_log_says_it(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office(house, tmp_path, None).scan()
    house.wall.instant = START + timedelta(hours=30)
    assert office(house, tmp_path, None).tell_silence()
    assert "nobody looked at the deadlines" in caplog.text
    assert alarms(tmp_path) == []


def test_a_start_tells_of_the_silence_before_it(house: House, tmp_path: Path) -> None:
    first = office(house, tmp_path)
    first.scan()
    house.wall.instant = START + timedelta(hours=30)
    started, scanned = office(house, tmp_path), threading.Event()
    scan = started.scan

    def watched() -> object:
        done = scan()
        scanned.set()
        return done

    started.scan = watched  # type: ignore[method-assign,assignment]  # to see the end of a scan without waiting for a tick
    started.start(NEVER)
    try:
        assert scanned.wait(20)
        assert len(alarms(tmp_path)) == 1
    finally:
        started.stop()
    assert started.health().ok


class Broken:
    """A hook of a host that refuses reminders of one case, or of all, until it is mended."""

    def __init__(self, house: House, *cases: str) -> None:
        self.cases, self.mended = cases, False
        house.workflow.on("erinnern", self)

    def __call__(self, context: HookContext) -> None:
        if not self.mended and context.case.id in self.cases:
            raise RuntimeError("der Dienst der Fachanwendung ist fort")


def stuck_checks(house: House, folder: Path) -> dict[str, list[Check]]:
    """What doctor says of the scan of the deadlines, and of what it cannot do."""
    settings = Settings(database_url=house.url, mail_folder=folder)
    found = list(examine(settings, house.wall))
    return {name: [one for one in found if one.name == name] for name in ("ticks", "stuck")}


def test_a_case_that_cannot_go_on_is_named_while_the_scan_is_called_well(house: House, tmp_path: Path) -> None:
    house.body = house.found_town()
    broken, whole = house.ask(nummer="0007/2024"), house.ask()
    hook, one = Broken(house, broken), office(house, tmp_path)
    due = house.clock("2024-01-12", 8)
    assert one.scan() == (1, 1)
    assert one.health().ok  # not yet longer than a scan may be away
    house.wall.instant = due + timedelta(minutes=16)
    assert one.scan() == (0, 1)
    seen = one.health()
    assert (seen.ok, seen.silent) == (False, timedelta(0))
    assert seen.stuck is not None
    assert (seen.stuck.cases, seen.stuck.first, seen.stuck.number) == (1, broken, "0007/2024")
    assert seen.stuck.failure == "RuntimeError: der Dienst der Fachanwendung ist fort"
    said = stuck_checks(house, tmp_path)
    assert "scheiterte alles, was fällig war" in said["ticks"][0].text("de")  # the other is told and gone
    assert said["ticks"][0].status == "failure"  # the last success is too long ago
    [check] = said["stuck"]
    assert check.status == "failure"
    said_in: tuple[tuple[Lang, str], ...] = (("de", "12.01.2024 08:00"), ("en", "2024-01-12 08:00"))
    for lang, since in said_in:
        assert all(part in check.text(lang) for part in (": 1;", "0007/2024", since, "ist fort"))
        assert "vorgang case show 0007/2024" in check.remedy(lang)

    hook.mended = True
    assert one.scan() == (1, 0)
    assert (one.health().ok, one.health().stuck) == (True, None)
    assert [check.status for check in stuck_checks(house, tmp_path)["stuck"]] == ["ok"]
    assert {case for case in (broken, whole) if "erinnern" in house.events(case)} == {broken, whole}


def test_a_scan_in_which_everything_fails_is_no_success(house: House, tmp_path: Path) -> None:
    house.body = house.found_town()
    one = office(house, tmp_path)
    one.scan()
    cases = [house.ask(), house.ask()]
    Broken(house, *cases)
    due = house.clock("2024-01-12", 8)
    assert one.scan() == (0, 2)
    assert one.health().last_scan == START
    house.wall.instant = due + timedelta(minutes=16)
    assert not one.health().ok
    one.scan()
    assert (one.health().ok, one.health().last_scan) == (False, START)
    assert [check.params["cases"] for check in stuck_checks(house, tmp_path)["stuck"]] == [2]
    assert alarms(tmp_path) == []


def test_the_administrator_is_told_once_at_the_next_start_which_cases_are_stuck(house: House, tmp_path: Path) -> None:
    house.body = house.found_town()
    Broken(house, house.ask(nummer="0008/2024"))
    due = house.clock("2024-01-12", 8)
    office(house, tmp_path).scan()
    assert not office(house, tmp_path).tell_silence()  # it may go on with the next scan
    house.wall.instant = due + timedelta(minutes=16)
    office(house, tmp_path).scan()
    assert office(house, tmp_path).tell_silence()
    [mail] = alarms(tmp_path)
    assert mail["Subject"] == "Vorgang: Fristen kommen nicht voran, Vorgänge: 1"
    assert "0008/2024, seit 12.01.2024 08:00 CET" in text_of(mail)
    assert "ist fort" in text_of(mail)
    assert not office(house, tmp_path).tell_silence()
    Broken(house, house.ask())
    house.clock("2024-01-22", 8)
    office(house, tmp_path).scan()
    house.wall.instant += timedelta(minutes=16)
    office(house, tmp_path).scan()
    assert office(house, tmp_path).tell_silence()
    assert len(alarms(tmp_path)) == 2  # another one has got stuck


def test_doctor_calls_a_duty_late_and_not_what_happens_once_a_day(house: House, tmp_path: Path) -> None:
    settings = Settings(database_url=house.url, mail_folder=tmp_path)

    def late() -> dict[object, str]:
        checks = examine(settings, house.wall)
        return {
            check.params["name"]: check.status for check in checks if check.name == "ticks" and check.status != "ok"
        }

    for name in ("scan_deadlines", "drain", "sweep", SEAL, TOLD):
        beat(house.database, name, START)
    assert late() == {}
    house.wall.instant = START + timedelta(minutes=15)
    assert late() == {}
    house.wall.instant = START + timedelta(minutes=16)
    assert late() == {"scan_deadlines": "failure", "drain": "failure", "sweep": "warning"}
    for name in ("scan_deadlines", "drain", "sweep"):
        beat(house.database, name, house.wall.instant)
    assert late() == {}


def test_doctor_calls_a_service_that_never_ran_a_failure_once_something_is_due(house: House, tmp_path: Path) -> None:
    def said() -> tuple[str, str]:
        [check] = stuck_checks(house, tmp_path)["ticks"]
        return check.status, check.text("de")

    unused = ("warning", "scan_deadlines ist noch nie gelaufen; fällig war bisher nichts")
    assert said() == unused
    house.ask()
    assert said() == unused
    house.clock("2024-03-01")
    assert said() == (
        "failure",
        "scan_deadlines ist noch nie gelaufen, obwohl etwas fällig ist: niemand wird erinnert",
    )


def test_a_delivery_that_takes_long_is_none_that_stands_still(house: House, tmp_path: Path) -> None:
    house.ask()
    one = office(house, tmp_path)
    one.scan()
    one.drain()
    house.wall.instant = START + timedelta(minutes=16)
    one.scan()
    assert [check.code for check in stuck_checks(house, tmp_path)["ticks"]] == ["tick", "drain_late"]
    house.ask()
    one.post_office.drain()  # one of many mails has gone out, and the duty is not over yet
    assert [check.status for check in stuck_checks(house, tmp_path)["ticks"]] == ["ok", "ok"]


def test_a_start_tries_the_templates_of_the_town_and_logs_what_is_wrong(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "de").mkdir()
    wrong = "{% block subject %}S{% endblock %}{% block text %}{{ link }} {{ kasus }}{% endblock %}"
    (tmp_path / "de" / "auftrag.j2").write_text(wrong, "utf-8")
    settings = Settings(mail_folder=tmp_path / "mails", templates=(tmp_path,))
    started, tried = Office(house.workflow, settings), threading.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "auftrag.j2" in record.getMessage() and "kasus" in record.getMessage():
                tried.set()

    listener = Listener()
    logging.getLogger("vorgang.office").addHandler(listener)
    try:
        started.start(NEVER)
        assert tried.wait(60), caplog.text
    finally:
        started.stop()
        logging.getLogger("vorgang.office").removeHandler(listener)
    assert Office(house.workflow, Settings(mail_folder=tmp_path)).examine_templates() == 0
