"""A reminder that had not gone out when its deadline was made to stand still: told after all, once, not meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.helpers.house import CLERK, House
from vorgang.config.settings import Settings
from vorgang.notifications.delivery import Drained
from vorgang.notifications.outbox import QUIET_WAIT, Entry
from vorgang.workflow.office import Office
from vorgang.workflow.setup import Setup

MATTER = """
id = "sache"
version = 1
label = "Sache"
initial = "offen"

[deadline.pruefung]
label = "Prüfung"
rule = "zulassung"
starts = ["anlegen"]
stops = ["erledigen"]
pauses = ["ruhend"]
moves = { verlaengern = "neuer_tag" }

[state.offen]
label = "offen"
owner = "geschaeftsstelle"

[state.ruhend]
label = "ruht"
owner = "geschaeftsstelle"
unattended = "ruht"

[state.erledigt]
label = "erledigt"
final = true

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle"]

[event.ruhen]
label = "ruhen lassen"
from = ["offen"]
to = "ruhend"
by = ["geschaeftsstelle"]

[event.wecken]
label = "wieder aufnehmen"
from = ["ruhend"]
to = "offen"
by = ["geschaeftsstelle"]

[event.verlaengern]
label = "verlängern"
from = ["offen"]
by = ["geschaeftsstelle"]
ask = { neuer_tag = "date" }

[event.erledigen]
label = "erledigen"
from = ["offen", "ruhend"]
to = "erledigt"
by = ["geschaeftsstelle"]
"""


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    (tmp_path / "sache.toml").write_text(MATTER, "utf-8")
    house = House(database_url, Setup(lifecycles=(tmp_path,)))
    yield house
    house.close()


@pytest.fixture
def office(house: House, tmp_path: Path) -> Office:
    return Office(house.workflow, Settings(mail_folder=tmp_path / "mails", digest_beyond=0))


def reminded(house: House, number: int = 1) -> list[str]:
    """So many matters of which the step before the last day is told, and nobody has delivered it yet."""
    cases = [house.open("sache").case.id for _ in range(number)]
    due = house.clocks(cases[0])[0][2]
    house.wait(due.isoformat(), *cases, hour=7)
    assert [house.told(case) for case in cases] == [[("gs-integrationsrat", "erinnerung")]] * number
    return cases


def paused(house: House, office: Office) -> str:
    """Such a matter, made to stand still before somebody delivers."""
    (case,) = reminded(house)
    house.fire(case, "ruhen", CLERK)
    assert office.drain() == Drained()
    return case


def entries(office: Office) -> list[Entry]:
    return [entry for entry in office.outbox.entries() if entry.template in {"erinnerung", "ueberfaellig"}]


def statuses(office: Office) -> list[str]:
    return sorted(entry.status for entry in entries(office))


def test_it_waits_while_the_deadline_stands_still_and_is_told_with_the_next_step(
    house: House, office: Office, tmp_path: Path
) -> None:
    case = paused(house, office)
    (waiting,) = entries(office)
    assert (waiting.status, waiting.attempts) == ("queued", 0)
    assert "[mail_deadline_paused]" in str(waiting.error)
    for _ in range(3):  # however often somebody looks
        house.wall.instant += QUIET_WAIT
        office.scan()
        office.drain()
    assert statuses(office) == ["queued"]
    house.fire(case, "wecken", CLERK)  # on the same day: the deadline has not moved, and the step of that day is due
    house.wall.instant += QUIET_WAIT
    for _ in range(3):
        office.scan()
        office.drain()
    assert statuses(office) == ["cancelled", "sent"]
    (mail,) = (tmp_path / "mails").glob("*_erinnerung_*.eml")
    assert "Die Stufe 1 ist entfallen" in mail.read_text("utf-8", errors="replace")


def test_a_step_that_the_moved_deadline_passes_over_is_told_with_the_new_day(
    house: House, office: Office, tmp_path: Path
) -> None:
    case = paused(house, office)
    (waiting,) = entries(office)
    house.wall.instant += timedelta(days=7)
    house.fire(case, "wecken", CLERK)
    due = house.clocks(case)[0][2]
    office.scan()
    office.drain()
    assert [(entry.id, entry.status) for entry in entries(office)] == [(waiting.id, "sent")]
    (mail,) = (tmp_path / "mails").glob("*_erinnerung_*.eml")
    assert f"{due:%d.%m.%Y}" in mail.read_text("utf-8", errors="replace")


def test_a_step_that_lies_ahead_once_more_is_told_then_and_only_then(
    house: House, office: Office, tmp_path: Path
) -> None:
    (case,) = reminded(house)
    house.fire(case, "verlaengern", CLERK, neuer_tag="2024-02-01")
    office.drain()
    assert statuses(office) == ["cancelled"]
    house.wait("2024-01-31", case)
    office.drain()
    assert statuses(office) == ["cancelled", "sent"]


def test_a_step_overtaken_by_the_next_is_not_told_besides(house: House, office: Office) -> None:
    case = paused(house, office)
    house.wall.instant += timedelta(days=7)
    house.fire(case, "wecken", CLERK)
    house.wall.instant += QUIET_WAIT  # the hour of the step of the last day
    office.scan()
    office.drain()
    assert statuses(office) == ["cancelled", "sent"]


def test_what_was_done_meanwhile_is_not_asked_for_any_more(house: House, office: Office) -> None:
    case = paused(house, office)
    house.fire(case, "erledigen", CLERK)
    house.wall.instant += QUIET_WAIT
    office.drain()
    assert statuses(office) == ["cancelled"]


def test_in_a_digest_it_is_left_out_and_stops_no_other(house: House, tmp_path: Path) -> None:
    office = Office(house.workflow, Settings(mail_folder=tmp_path / "mails", digest_beyond=1))
    cases = reminded(house, 4)
    for case in (cases[0], cases[2]):
        house.fire(case, "ruhen", CLERK)
    assert office.drain().sent == 2
    assert {(entry.case_id, entry.status) for entry in entries(office)} == {
        (cases[0], "queued"),
        (cases[1], "sent"),
        (cases[2], "queued"),
        (cases[3], "sent"),
    }
    for case in (cases[0], cases[2]):
        house.fire(case, "wecken", CLERK)
    house.wall.instant += QUIET_WAIT
    assert office.drain().sent == 2
    assert statuses(office) == ["sent"] * 4
