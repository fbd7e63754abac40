"""One thing is told once: the lapse of a deadline and the reminder of the same moment, an extension and the next."""

from tests.helpers.house import ASKER, LEAD, House

HEAD = "verwaltungsleitung"


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
