"""The office in a host's process: it works in the background, and it seals the log once a day."""

import threading
from datetime import timedelta
from pathlib import Path

from tests.helpers.house import CLERK, START, House
from vorgang.config.settings import Settings
from vorgang.notifications.outbox import Wanted
from vorgang.notifications.scheduler import Intervals
from vorgang.states.audit import verify
from vorgang.states.audit_keys import generate_key, load_public_key
from vorgang.workflow.office import Office


def test_the_log_is_sealed_once_a_day_when_a_key_is_set(house: House, tmp_path: Path) -> None:
    key = tmp_path / "audit.pem"
    generate_key(key)
    office = Office(house.workflow, Settings(audit_key_file=key, mail_folder=tmp_path))
    house.ask()
    sealed = [office.seal(), office.seal()]
    house.ask()
    house.wall.instant = START + timedelta(days=1)
    sealed.append(office.seal())
    assert sealed == [True, False, True]
    report = verify(house.database, keys=[load_public_key(key)])
    assert (report.ok, report.heads, report.unsigned) == (True, 2, 0)


def test_without_a_key_nothing_is_sealed(house: House, tmp_path: Path) -> None:
    assert Office(house.workflow, Settings(mail_folder=tmp_path)).seal() is False


def test_what_one_scan_tells_is_one_mail_even_if_delivery_is_woken_meanwhile(house: House, tmp_path: Path) -> None:
    office = Office(house.workflow, Settings(mail_folder=tmp_path, digest_beyond=3))
    house.body = house.found_town()
    for _ in range(8):
        house.ask()
    office.drain()
    house.wall.instant = START + timedelta(days=7)  # the reminder of the admissibility check is due
    waiting: list[threading.Thread] = []

    def deliver(_context: object) -> None:
        """Somebody delivers while the scan goes on."""
        if not waiting:
            waiting.append(threading.Thread(target=office.drain))
            waiting[0].start()

    house.workflow.on("erinnern", deliver)
    office.scan()
    waiting[0].join()
    reminders = [one for one in office.outbox.entries(Wanted(body=house.body)) if one.template == "erinnerung"]
    assert [one.status for one in reminders] == ["sent"] * 8
    assert len({one.subject for one in reminders}) == 1


def test_an_office_in_the_background_delivers_what_an_event_causes(house: House, tmp_path: Path) -> None:
    office = Office(house.workflow, Settings(mail_folder=tmp_path))
    delivered = threading.Event()
    drain = office.drain

    def watched() -> object:
        done = drain()
        if office.outbox.entries(Wanted(status="sent")):
            delivered.set()
        return done

    office.drain = watched  # type: ignore[method-assign,assignment]  # to see the end of a delivery without waiting for a tick
    office.start(Intervals(scan_deadlines=3600, drain=3600, sweep=3600))
    try:
        house.fire(house.ask(), "zurueckweisen", CLERK, grund="nicht zuständig")
        assert delivered.wait(20)
    finally:
        office.stop()
    assert list(tmp_path.glob("*.eml"))
