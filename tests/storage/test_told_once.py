"""One thing is told once: the lapse of a deadline and the reminder of the same moment, an extension and the next.

A deadline that gets another day is told to all who go by it.
"""

import pytest

from tests.helpers.house import ASKER, CLERK, COSIGNERS, LEAD, House

HEAD = "verwaltungsleitung"
OFFICE = "amt01"
#: An answer that is due on another day is told to them, by what the asker is told in words of its own or by this.
NEW_DAY = "terminaenderung"


def test_after_an_outage_nobody_gets_the_lapse_and_the_reminder_of_it(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.clock("2024-02-20")
    house.workflow.tick(case)
    late = [(party, template) for party, template in house.told(case) if template in {"ueberfaellig", "fristablauf"}]
    assert (HEAD, "ueberfaellig") in late
    assert (HEAD, "fristablauf") not in late
    assert sorted(party for party, _ in late) == sorted({party for party, _ in late})


def test_in_time_both_are_told_each_when_it_is_its_turn(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.wait("2024-02-09", case)
    told = house.told(case)
    assert (HEAD, "fristablauf") in told
    assert (HEAD, "ueberfaellig") in told


def test_the_lapse_of_a_friday_is_mailed_on_monday_and_counted_at_once(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.wait("2024-02-03", case, hour=1)
    [lapse] = [row for row in house.messages(case) if (row["template"], row["recipient"]) == ("fristablauf", HEAD)]
    assert house.events(case)[-1] == "ueberfaellig_melden"
    assert (lapse["created_at"].isoformat()[:16], lapse["due_at"].isoformat()[:16]) == (
        "2024-02-02T23:00",
        "2024-02-05T07:00",
    )


def test_each_of_two_extensions_tells_its_own_day(house: House) -> None:
    case = house.at("in_bearbeitung")
    for _ in range(2):
        house.fire(case, "frist_verlaengern", LEAD, grund="dauert", zustimmung_von=ASKER)
    days = [row["params"]["days"]["antwort"] for row in house.messages(case) if row["template"] == "fristverlaengerung"]
    assert days == ["2024-02-16", "2024-03-01"]


@pytest.mark.parametrize("by", [LEAD, CLERK])
@pytest.mark.parametrize(
    ("event", "template", "data"),
    [
        ("frist_verlaengern", "fristverlaengerung", {"zustimmung_von": ASKER}),
        ("zwischenbescheid", "zwischenbescheid", {"neuer_termin": "2024-02-20"}),
    ],
)
def test_a_moved_day_is_told_once_to_all_who_go_by_it(
    house: House, event: str, template: str, data: dict[str, str], by: str
) -> None:
    case = house.at("in_bearbeitung")
    before = len(house.told(case))
    house.fire(case, event, by, grund="Zulieferung fehlt", **data)
    told = house.told(case)[before:]
    assert sorted(told) == sorted([(ASKER, template), *((office, NEW_DAY) for office in (OFFICE, *COSIGNERS))])
    days = {row["params"]["days"]["antwort"] for row in house.messages(case)[before:]}
    assert days == {
        day.isoformat() for name, status, day in house.clocks(case) if (name, status) == ("antwort", "running")
    }


def test_who_must_sign_is_told_the_moved_day_too(house: House) -> None:
    case = house.at("zur_unterschrift")
    before = len(house.told(case))
    house.fire(case, "frist_verlaengern", LEAD, grund="dauert", zustimmung_von=ASKER)
    assert ("ob", NEW_DAY) in house.told(case)[before:]


def test_a_day_that_stays_is_told_to_nobody_else(house: House) -> None:
    case = house.at("in_bearbeitung")
    before = len(house.told(case))
    house.fire(case, "zwischenbescheid", LEAD, grund="bleibt dabei", neuer_termin="2024-02-02")
    assert house.told(case)[before:] == [(ASKER, "zwischenbescheid")]
