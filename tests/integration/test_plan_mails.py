"""What mails say of a plan before a session: how late it is on the day on which each is written."""

import re
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.helpers.council import Council
from tests.helpers.house import BERLIN, DRAFT
from tests.helpers.mailbox import text_of
from tests.integration.test_delivery import mails
from tests.storage.test_backward_plan import PLAN, SESSION
from vorgang.config.rule_files import shipped_rules
from vorgang.states.database import Database

STEPS = ("Entwurf der Stellungnahme", "Mitzeichnung", "Unterschrift", "Tagesordnungsschluss")
DUE = dict(zip(STEPS, sorted(PLAN.values()), strict=True))
#: From this day on even the least times of all four steps, seven working days, no longer fit in.
LOST = date(2024, 2, 14)
CALENDAR = shipped_rules().for_("hagen", date(2024, 1, 1)).calendar
_SAID = re.compile(
    rf"(?P<late>{'|'.join(DUE)}) (?P<n>\d+) Arbeitstage? verspätet"
    r"(?:: für „(?P<next>\w+)“ (?:bleibt|bleiben) (?P<left>kein|\d+) Arbeitstage? \(vorgesehen: \d+\))?\."
)


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


def planned(council: Council) -> str:
    """An inquiry that is being drafted for the session; it is the week in which the draft is due."""
    case = council.ask()
    council.act(case, "zulassen", "randt")
    session = {"zielsitzung": SESSION, "federfuehrung": "amt01", "beteiligt": ["amt41"]}
    council.act(case, "zuweisen", "randt", **session)
    council.act(case, "annehmen", "beispiel01")
    council.act(case, "entwurf_ablegen", "beispiel01", entwurf=DRAFT)
    council.wait(datetime(2024, 2, 5, 9, tzinfo=BERLIN))
    return case


def live(council: Council, until: date, folder: Path) -> None:
    """Each morning what is due is told; nobody acts."""
    now = council.clock.now().astimezone(BERLIN)
    while now.date() < until:
        now = datetime.combine(now.date() + timedelta(1), now.time().replace(hour=9, minute=0), BERLIN)
        council.wait(now)
        council.scan()
        council.drain(folder)


def written_on(mail: EmailMessage) -> date:
    return parsedate_to_datetime(mail["Date"]).astimezone(BERLIN).date()


def between(first: date, last: date) -> int:
    """The working days after the first day, up to and including the last."""
    days = (first + timedelta(n + 1) for n in range(max((last - first).days, 0)))
    return sum(map(CALENDAR.is_working_day, days))


def of_the_plan(folder: Path) -> list[tuple[date, EmailMessage, str]]:
    """The mails in which a step of the plan stands, with their day and text in one line."""
    found = [(written_on(mail), mail, " ".join(text_of(mail).split())) for mail in mails(folder)]
    return [(day, mail, text) for day, mail, text in found if "- Tagesordnungsschluss der Sitzung" in text]


def test_each_mail_says_how_late_the_plan_is_on_its_own_day(council: Council, tmp_path: Path) -> None:
    planned(council)
    live(council, date(2024, 2, 26), tmp_path)
    told = [one for one in of_the_plan(tmp_path) if one[0] > DUE["Entwurf der Stellungnahme"]]
    assert {mail["Subject"].partition(" (")[0] for _, mail, _ in told} >= {"Erinnerung"}
    for day, _, text in told:
        said = [match.groupdict() for match in _SAID.finditer(text)]
        assert [one["late"] for one in said] == [step for step, due in DUE.items() if due < day]
        for one in said:
            assert int(one["n"]) == between(DUE[one["late"]], day)
            left = between(day, DUE[one["next"]]) if one["next"] else None
            assert one["left"] == (None if left is None else str(left or "kein"))
    assert len({day for day, _, _ in told}) > 4


def test_a_plan_that_is_lost_is_not_headed_as_if_nothing_had_happened(council: Council, tmp_path: Path) -> None:
    planned(council)
    live(council, date(2024, 2, 26), tmp_path)
    in_time, lost = "Damit es zur Sitzung am 07.03.2024 reicht:", "zur Sitzung am 07.03.2024 nicht mehr zu schaffen"
    for day, mail, text in of_the_plan(tmp_path):
        assert (in_time in text) == (day < LOST), (day, text)
        assert (lost in text or lost in mail["Subject"]) == (day >= LOST), (day, text)
        assert "Sitzung am 07.03.2024 ist nicht" not in text  # it takes place all the same
    [warning, _] = [(mail, text) for _, mail, text in of_the_plan(tmp_path) if lost in mail["Subject"]]
    assert warning[0]["Subject"].startswith("Antwort zur Sitzung am 07.03.2024 nicht mehr zu schaffen: ")
    assert "reicht es nicht mehr zur Sitzung am Donnerstag, 07.03.2024:" in warning[1]
    assert warning[1].count("nicht mehr") == 1


def test_a_step_met_late_stays_as_late_as_it_was(council: Council, tmp_path: Path) -> None:
    case = planned(council)
    live(council, date(2024, 2, 12), tmp_path)
    council.act(case, "in_mitzeichnung_geben", "beispiel01")
    live(council, date(2024, 2, 16), tmp_path / "danach")
    [text] = [text for _, mail, text in of_the_plan(tmp_path / "danach") if "überfällig, Mitz" in mail["Subject"]]
    assert "Entwurf der Stellungnahme 2 Arbeitstage verspätet: für „Mitzeichnung“ bleibt kein Arbeitstag" in text
    assert "Mitzeichnung 1 Arbeitstag verspätet: für „Unterschrift“ bleiben 2 Arbeitstage (vorgesehen: 3)." in text
