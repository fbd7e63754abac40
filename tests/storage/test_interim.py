"""The interim reply is a clock of its own, where the town's rules ask for one; and hours are deadlines too."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.helpers.house import ASKER, CLERK, DRAFT, LEAD, MAYOR, House, local
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import Refusal, RefusedError
from vorgang.states.recompute import Difference, Recomputation
from vorgang.workflow.setup import Setup


def interim(house: House, case: str) -> list[tuple[str, date]]:
    return [(status, day) for name, status, day in house.clocks(case) if name == "zwischennachricht"]


#: A town with an interim reply, in the Land of Hagen.
RULES = """
id = "stufen"
version = "{version}"
extends = "neutral"
valid_from = {valid_from}
label = "Stufen"
basis = "erfunden"
source = "erfunden"
[rule.antwort]
length = 6
unit = "wochen"
{interim}
"""
INTERIM = """
[rule.antwort.interim]
length = {weeks}
unit = "wochen"
ladder = [
    {{ offset = -5, to = ["federfuehrung"], template = "erinnerung" }},
    {{ offset = 1, to = ["federfuehrung", "geschaeftsstelle"], template = "ueberfaellig" }},
]
"""


@pytest.fixture
def staged(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A town whose interim reply is due after three weeks, from April 2024 after two, and from June not at all."""
    versions = (("a", "2000-01-01", 3), ("b", "2024-04-01", 2), ("c", "2024-06-01", 0))
    for version, valid_from, weeks in versions:
        text = RULES.format(
            version=version, valid_from=valid_from, interim=INTERIM.format(weeks=weeks) if weeks else ""
        )
        (tmp_path / f"{version}.toml").write_text(text, "utf-8")
    made = House(database_url, Setup(rules=(tmp_path,)))
    made.body = made.found_town(rules="stufen")
    yield made
    assert_sound(made.database)
    made.close()


def test_the_lead_office_is_reminded_of_the_interim_reply(staged: House) -> None:
    case = staged.at("in_bearbeitung")
    assert interim(staged, case) == [("running", date(2024, 1, 26))]  # three weeks from receipt on 5 January
    assert staged.workflow.case(case).case.due_on == date(2024, 1, 26)
    before = len(staged.told(case))
    staged.wait("2024-01-30", case)
    assert staged.told(case)[before:] == [
        ("amt01", "erinnerung"),
        ("amt01", "ueberfaellig"),
        ("gs-integrationsrat", "ueberfaellig"),
    ]


def test_an_interim_reply_in_time_meets_the_stage_and_moves_the_answer(staged: House) -> None:
    case = staged.at("in_bearbeitung")
    staged.clock("2024-01-22")
    staged.fire(case, "zwischenbescheid", LEAD, grund="Zulieferung fehlt", neuer_termin="2024-02-09")
    assert interim(staged, case) == [("met", date(2024, 1, 26))]
    assert ("antwort", "running", date(2024, 2, 9)) in staged.clocks(case)
    assert (ASKER, "zwischenbescheid") in staged.told(case)


def test_the_answer_itself_meets_the_stage_too(staged: House) -> None:
    case = staged.at("unterzeichnet")
    assert interim(staged, case) == [("met", date(2024, 1, 26))]


def test_an_answer_after_the_interim_day_leaves_the_stage_missed(staged: House) -> None:
    case = staged.at("zur_unterschrift")
    staged.clock("2024-01-29")
    staged.fire(case, "unterzeichnen", MAYOR)
    assert interim(staged, case) == [("late", date(2024, 1, 26))]
    assert ("antwort", "met", date(2024, 2, 16)) in staged.clocks(case)


def test_a_town_without_an_interim_reply_has_no_such_clock(house: House) -> None:
    case = house.at("in_bearbeitung")
    assert interim(house, case) == []


def test_a_withdrawn_inquiry_needs_no_interim_reply(staged: House) -> None:
    case = staged.at("in_bearbeitung")
    staged.fire(case, "zurueckziehen", CLERK)
    assert [status for status, _ in interim(staged, case)] == ["met"]


def test_the_interim_stage_is_computed_anew_like_any_deadline(staged: House) -> None:
    case = staged.at("in_bearbeitung")
    staged.clock("2024-04-02")
    (found,) = [
        one
        for one in staged.workflow.recomputed(case)
        if isinstance(one, Difference) and one.name == "zwischennachricht"
    ]
    assert (found.before, found.after) == (date(2024, 1, 26), date(2024, 1, 19))
    staged.workflow.recompute(Recomputation(case, "zwischennachricht", "neu", staged.actor(CLERK)))
    assert ("running", date(2024, 1, 19)) in interim(staged, case)
    staged.clock("2024-06-03")
    codes = [one.code for one in staged.workflow.recomputed(case) if isinstance(one, Refusal)]
    assert codes == ["recompute_rule_gone"]


# --- Berlin: 14 days, and once 14 more against an interim report ---


@pytest.fixture
def berlin(house: House) -> House:
    house.body = house.found_town(rules="berlin-bvv", land="BE")
    return house


def test_fourteen_days_and_fourteen_more(berlin: House) -> None:
    case = berlin.at("in_bearbeitung")
    assert ("antwort", "running", date(2024, 1, 19)) in berlin.clocks(case)
    assert interim(berlin, case) == [("running", date(2024, 1, 19))]
    berlin.clock("2024-01-18")
    with pytest.raises(RefusedError) as caught:
        berlin.fire(case, "zwischenbescheid", LEAD, grund="dauert", neuer_termin="2024-02-05")
    (reason,) = caught.value.refusal.reasons
    assert (reason.code, reason.params["latest"]) == ("promise_too_late", "2024-02-02")
    berlin.fire(case, "zwischenbescheid", LEAD, grund="dauert", neuer_termin="2024-02-02")
    assert interim(berlin, case) == [("met", date(2024, 1, 19))]
    assert ("antwort", "running", date(2024, 2, 2)) in berlin.clocks(case)
    for event, data in (
        ("zwischenbescheid", {"neuer_termin": "2024-02-05"}),
        ("frist_verlaengern", {"zustimmung_von": "gs-integrationsrat"}),
    ):
        with pytest.raises(RefusedError) as caught:
            berlin.fire(case, event, LEAD, grund="nochmals", **data)
        assert [reason.code for reason in caught.value.refusal.reasons] == ["extension_used_up"]


def test_an_extension_by_consent_counts_as_the_interim_report(berlin: House) -> None:
    case = berlin.at("in_bearbeitung")
    agreed = berlin.workflow.directory.town(berlin.body).functions["geschaeftsstelle"]
    berlin.fire(case, "frist_verlaengern", LEAD, grund="dauert", zustimmung_von=agreed)
    assert interim(berlin, case) == [("met", date(2024, 1, 19))]
    assert ("antwort", "running", date(2024, 2, 2)) in berlin.clocks(case)


# --- hours ---

HOURS = """
id = "stunden"
version = "{version}"
extends = "neutral"
valid_from = {valid_from}
label = "Stunden"
basis = "erfunden"
source = "erfunden"
[rule.annahme]
length = {hours}
unit = "stunden"
extension = {{ length = 12, unit = "stunden", by = ["geschaeftsstelle"] }}
ladder = [
    {{ hours = -2, to = ["federfuehrung"], template = "erinnerung" }},
    {{ hours = 1, to = ["federfuehrung", "geschaeftsstelle"], template = "ueberfaellig" }},
]
"""
URGENT = """
id = "anfrage"
extends = "anfrage"
version = 1001
[deadline.annahme]
pauses = ["in_bearbeitung"]
stops = ["zustaendigkeit_ablehnen", "zurueckziehen"]
extends = { frist_verlaengern = "zustimmung_von" }
[deadline.antwort]
extends = false
"""


@pytest.fixture
def urgent(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A town in which the lead office has 24 hours to accept."""
    rules, lifecycles = tmp_path / "regeln", tmp_path / "ablauf"
    for folder in (rules, lifecycles):
        folder.mkdir()
    for version, valid_from, hours in (("1", "2000-01-01", 24), ("2", "2024-02-01", 36)):
        text = HOURS.format(version=version, valid_from=valid_from, hours=hours)
        (rules / f"{version}.toml").write_text(text, "utf-8")
    (lifecycles / "anfrage.toml").write_text(URGENT, "utf-8")
    made = House(database_url, Setup(rules=(rules,), lifecycles=(lifecycles,)))
    made.body = made.found_town(rules="stunden")
    yield made
    assert_sound(made.database)
    made.close()


def acceptance(house: House, case: str) -> tuple[str, date, str]:
    clock = next(one for one in house.workflow.case(case).deadlines if one.name == "annahme")
    said = next(line["de"] for line in reversed(clock.trace) if "Uhr" in line["de"])
    return clock.status, clock.due_on, said


def test_a_deadline_in_hours_ends_at_its_hour(urgent: House) -> None:
    urgent.clock("2024-01-12", 15, 30)  # a Friday
    case = urgent.at("zugewiesen")
    status, due_on, said = acceptance(urgent, case)
    assert (status, due_on) == ("running", date(2024, 1, 13))
    assert "15:30 Uhr" in said
    before = len(urgent.told(case))
    urgent.wall.instant = local("2024-01-13", 13, 30)
    urgent.workflow.tick(case)
    assert [template for _, template in urgent.told(case)[before:]] == ["erinnerung"]
    urgent.wall.instant = local("2024-01-13", 15, 31)
    urgent.fire(case, "zurueckziehen", CLERK)
    assert acceptance(urgent, case)[0] == "late"


def test_hours_are_kept_to_the_minute(urgent: House) -> None:
    urgent.clock("2024-01-12", 15, 30)
    case = urgent.at("zugewiesen")
    urgent.wall.instant = local("2024-01-13", 15, 29)
    urgent.fire(case, "zurueckziehen", CLERK)
    assert acceptance(urgent, case)[0] == "met"


def test_hours_are_extended_paused_and_resumed(urgent: House) -> None:
    agreed = urgent.workflow.directory.town(urgent.body).functions["geschaeftsstelle"]
    urgent.clock("2024-01-12", 15, 30)
    case = urgent.at("zugewiesen")
    urgent.fire(case, "frist_verlaengern", LEAD, grund="Krankheit", zustimmung_von=agreed)
    assert acceptance(urgent, case)[1] == date(2024, 1, 14)
    assert "03:30 Uhr" in acceptance(urgent, case)[2]
    urgent.fire(case, "annehmen", LEAD)
    assert acceptance(urgent, case)[0] == "paused"
    urgent.clock("2024-01-15", 10)
    urgent.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    urgent.fire(case, "in_mitzeichnung_geben", LEAD)
    status, due_on, said = acceptance(urgent, case)
    assert (status, due_on) == ("running", date(2024, 1, 17))  # three days later, at the same time
    assert "03:30 Uhr" in said


def test_hours_are_not_computed_anew(urgent: House) -> None:
    case = urgent.at("zugewiesen")
    urgent.clock("2024-02-02")
    refusals = {
        one.params["deadline"]: one.code for one in urgent.workflow.recomputed(case) if isinstance(one, Refusal)
    }
    assert refusals["annahme"] == "recompute_hours"
