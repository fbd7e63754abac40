"""A changed rule moves no running deadline by itself; somebody may compute it anew, and that is recorded."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.helpers.house import ASKER, CLERK, COSIGNERS, LEAD, House
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import ConflictError, Refusal, RefusedError
from vorgang.states.recompute import Difference, Recomputation
from vorgang.workflow.setup import Setup

RULES = """
id = "wechsel"
version = "{version}"
extends = "hagen"
valid_from = {valid_from}
label = "Wechsel"
basis = "erfunden"
source = "erfunden"
[rule.antwort]
length = {length}
"""


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A town whose answer period is six weeks from 1 February 2024 on, and was four before."""
    for version, valid_from, length in (("alt", "2000-01-01", 4), ("neu", "2024-02-01", 6)):
        text = RULES.format(version=version, valid_from=valid_from, length=length)
        (tmp_path / f"{version}.toml").write_text(text, "utf-8")
    made = House(database_url, Setup(rules=(tmp_path,)))
    made.body = made.found_town(rules="wechsel")
    yield made
    made.close()


def wanted(
    house: House, case: str, person: str = CLERK, reason: str = "Neue Geschäftsordnung", **more: object
) -> Recomputation:
    return Recomputation(case, str(more.get("name", "antwort")), reason, house.actor(person), more.get("version"))  # type: ignore[arg-type]  # a number


def answer(house: House, case: str) -> tuple[str, date]:
    return next(
        (c.status, c.due_on)
        for c in house.workflow.case(case).deadlines
        if c.name == "antwort" and c.status == "running"
    )


def shown(house: House, case: str) -> Difference:
    return next(one for one in house.workflow.recomputed(case) if isinstance(one, Difference) and one.name == "antwort")


def refusal(house: House, recomputation: Recomputation) -> str:
    with pytest.raises(RefusedError) as caught:
        house.workflow.recompute(recomputation)
    return caught.value.code


def test_nothing_moves_until_somebody_says_so(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.clock("2024-02-01")
    assert answer(house, case) == ("running", date(2024, 2, 2))
    found = shown(house, case)
    assert (found.before, found.after, found.changes) == (date(2024, 2, 2), date(2024, 2, 16), True)
    assert (found.rules_before, found.rules_after) == ("wechsel alt", "wechsel neu")
    assert answer(house, case) == ("running", date(2024, 2, 2))

    fired = house.workflow.recompute(wanted(house, case))

    assert (fired.event, fired.case.due_on) == ("frist_neu_berechnen", date(2024, 2, 16))
    assert answer(house, case) == ("running", date(2024, 2, 16))
    clocks = [clock for clock in house.workflow.case(case).deadlines if clock.name == "antwort"]
    assert sorted((clock.status, clock.due_on) for clock in clocks) == [
        ("cancelled", date(2024, 2, 2)),
        ("running", date(2024, 2, 16)),
    ]
    line = house.workflow.history(case)[-1]
    assert (line.event, line.actor, line.reason) == ("frist_neu_berechnen", CLERK, "Neue Geschäftsordnung")
    assert line.data == {"deadline": "antwort", "before": "2024-02-02", "after": "2024-02-16"}
    assert_sound(house.database)


def test_who_goes_by_the_day_is_told_the_new_one(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.clock("2024-02-01")
    before = len(house.told(case))
    fired = house.workflow.recompute(wanted(house, case))
    told = house.messages(case)[before:]
    assert {row["recipient"] for row in told} == {ASKER, "amt01", *COSIGNERS}
    assert {(row["template"], row["occasion"], row["occurrence"]) for row in told} == {
        ("terminaenderung", "frist_neu_berechnen", fired.seq)
    }
    assert {row["params"]["days"]["antwort"] for row in told} == {"2024-02-16"}


def test_reminders_follow_the_new_day(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.clock("2024-02-01")
    house.workflow.recompute(wanted(house, case))
    before = len(house.told(case))
    house.wait("2024-02-07", case)
    assert house.told(case)[before:] == []
    house.wait("2024-02-16", case)
    assert [template for _, template in house.told(case)[before:]] == ["erinnerung", "erinnerung"]


def test_what_changes_nothing_is_refused(house: House) -> None:
    case = house.at("in_bearbeitung")
    assert not shown(house, case).changes
    assert refusal(house, wanted(house, case)) == "recompute_no_change"


def test_an_extension_that_was_granted_stands(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.fire(case, "frist_verlaengern", LEAD, grund="Zulieferung", zustimmung_von=ASKER)
    house.clock("2024-02-01")
    assert shown(house, case).after == date(2024, 3, 1)
    house.workflow.recompute(wanted(house, case))
    house.fire(case, "frist_verlaengern", LEAD, grund="nochmals", zustimmung_von=ASKER)
    assert answer(house, case) == ("running", date(2024, 3, 15))
    with pytest.raises(RefusedError):
        house.fire(case, "frist_verlaengern", LEAD, grund="zum dritten Mal", zustimmung_von=ASKER)


def test_who_agreed_to_an_extension_and_why_stays_in_the_explanation(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.fire(case, "frist_verlaengern", LEAD, grund="Zulieferung\nfehlt", zustimmung_von=ASKER)
    said = "Zugestimmt hat: Hakan Severcan. Grund: Zulieferung fehlt"
    assert said in lines(house, case)
    house.clock("2024-02-01")
    house.workflow.recompute(wanted(house, case))
    assert said in lines(house, case)


def lines(house: House, case: str) -> list[str]:
    """How the answer's day is explained."""
    clocks = house.workflow.case(case).deadlines
    return [
        line["de"] for clock in clocks if (clock.name, clock.status) == ("antwort", "running") for line in clock.trace
    ]


def test_a_day_that_somebody_set_is_not_computed(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.fire(case, "zwischenbescheid", LEAD, grund="dauert", neuer_termin="2024-03-15")
    house.clock("2024-02-01")
    found = [one.code for one in house.workflow.recomputed(case) if isinstance(one, Refusal)]
    assert found == ["recompute_set"]
    assert refusal(house, wanted(house, case)) == "recompute_set"


@pytest.mark.parametrize(
    ("person", "reason", "name", "code"),
    [
        (LEAD, "weil", "antwort", "role_missing"),
        (CLERK, "  ", "antwort", "reason_missing"),
        (CLERK, "weil", "sperre", "deadline_not_running"),
        (CLERK, "weil", "gibtsnicht", "deadline_not_running"),
    ],
)
def test_who_asks_wrongly_learns_why(house: House, person: str, reason: str, name: str, code: str) -> None:
    case = house.at("in_bearbeitung")
    house.clock("2024-02-01")
    assert refusal(house, wanted(house, case, person, reason, name=name)) == code
    assert answer(house, case) == ("running", date(2024, 2, 2))


def test_a_stale_version_is_a_conflict(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.clock("2024-02-01")
    with pytest.raises(ConflictError):
        house.workflow.recompute(wanted(house, case, version=1))


def test_a_second_recomputation_keeps_what_was_granted(house: House, tmp_path: Path) -> None:
    case = house.at("in_bearbeitung")
    house.fire(case, "frist_verlaengern", LEAD, grund="Zulieferung", zustimmung_von=ASKER)
    house.clock("2024-02-01")
    house.workflow.recompute(wanted(house, case))
    assert answer(house, case) == ("running", date(2024, 3, 1))
    text = RULES.format(version="noch", valid_from="2024-02-05", length=7) + "extension = false\n"
    (tmp_path / "noch.toml").write_text(text, "utf-8")
    again = House(house.url, Setup(rules=(tmp_path,)))
    again.body = house.body
    again.clock("2024-02-06")
    again.workflow.recompute(wanted(again, case))
    assert answer(again, case) == ("running", date(2024, 3, 8))
    again.close()


def test_what_has_lapsed_is_not_extended_afterwards(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.wait("2024-02-12", case)
    with pytest.raises(RefusedError) as caught:
        house.fire(case, "frist_verlaengern", LEAD, grund="zu spät", zustimmung_von=ASKER)
    assert [reason.code for reason in caught.value.refusal.reasons] == ["extension_too_late"]


GRACE = """extension = { length = 3, unit = "wochen", most = 2, by = ["geschaeftsstelle"], retroactive = true }
"""


def test_where_the_rules_allow_it_a_lapsed_deadline_is_extended_retroactively(house: House, tmp_path: Path) -> None:
    text = RULES.format(version="mild", valid_from="2024-01-02", length=4) + GRACE
    (tmp_path / "mild.toml").write_text(text, "utf-8")
    mild = House(house.url, Setup(rules=(tmp_path,)))
    mild.body = house.body
    case = mild.at("in_bearbeitung")  # due on 2 February
    mild.wait("2024-02-12", case)
    before = mild.told(case)
    mild.fire(case, "frist_verlaengern", CLERK, grund="Die Akte lag falsch", zustimmung_von="gs-integrationsrat")
    assert answer(mild, case) == ("running", date(2024, 2, 23))
    known = mild.told(case)
    trace = next(clock for clock in mild.workflow.case(case).deadlines if clock.name == "antwort").trace
    line = next(line for line in trace if line["step"] == "extension")
    assert line["norm"] == "§ 190 BGB, § 31 Abs. 7 Satz 2 VwVfG"
    assert line["de"].startswith(
        "Rückwirkend verlängert um 3 Wochen (bewilligt am 12.02.2024), gerechnet vom bisherigen"
    )
    assert "Extended retroactively by 3 weeks (granted on 12 February 2024)" in line["en"]
    mild.wait("2024-02-15", case)
    assert mild.told(case) == known  # the steps of days gone by are not told again
    mild.wait("2024-02-28", case)
    assert "ueberfaellig" in {template for _, template in mild.told(case)[len(before) :]}
    mild.clock("2024-04-02")
    with pytest.raises(RefusedError) as caught:
        mild.fire(case, "frist_verlaengern", CLERK, grund="zu spät", zustimmung_von="gs-integrationsrat")
    assert [reason.code for reason in caught.value.refusal.reasons] == ["extension_still_past"]
    assert "15.03.2024" in caught.value.refusal.text() or "2024-03-15" in caught.value.refusal.text()
    assert_sound(mild.database)
    mild.close()


#: The answer waits for the co-signatures: an overlay of the shipped Anfrage.
PAUSING = """
id = "anfrage"
extends = "anfrage"
version = 1001
[deadline.antwort]
pauses = ["in_mitzeichnung"]
[state.in_mitzeichnung]
unattended = "die Frist ruht; jede Mitzeichnung hat ihre eigene"
"""


def test_pauses_count_again(house: House, tmp_path: Path) -> None:
    own = tmp_path / "ablauf"
    own.mkdir()
    (own / "anfrage.toml").write_text(PAUSING, "utf-8")
    pausing = House(house.url, Setup(rules=(tmp_path,), lifecycles=(own,)))
    pausing.body = house.body
    case = pausing.at("in_mitzeichnung")
    pausing.clock("2024-01-12")
    refused = [one for one in pausing.workflow.recomputed(case) if isinstance(one, Refusal)]
    assert [(one.code, one.params["deadline"]) for one in refused] == [("recompute_paused", "antwort")]
    pausing.cosign(case)  # four days after it began
    assert answer(pausing, case) == ("running", date(2024, 2, 6))
    pausing.clock("2024-02-01")
    pausing.workflow.recompute(wanted(pausing, case))
    assert answer(pausing, case) == ("running", date(2024, 2, 20))
    clock = next(
        one for one in pausing.workflow.case(case).deadlines if one.status == "running" and one.name == "antwort"
    )
    pausing.close()
    assert [line["step"] for line in clock.trace].count("pause") == 1


#: The answer stands still while the office works on it, which is when it asks for more time.
RESTING = """
id = "anfrage"
extends = "anfrage"
version = 1001
[deadline.antwort]
pauses = ["in_bearbeitung"]
[state.in_bearbeitung]
unattended = "die Frist ruht"
"""


def test_what_stands_still_is_not_extended_retroactively(house: House, tmp_path: Path) -> None:
    own = tmp_path / "ablauf"
    own.mkdir()
    (own / "anfrage.toml").write_text(RESTING, "utf-8")
    (tmp_path / "mild.toml").write_text(RULES.format(version="mild", valid_from="2024-01-02", length=4) + GRACE)
    resting = House(house.url, Setup(rules=(tmp_path,), lifecycles=(own,)))
    resting.body = house.body
    case = resting.at("in_bearbeitung")
    (before,) = [clock for clock in resting.workflow.case(case).deadlines if clock.name == "antwort"]
    assert (before.status, before.due_on) == ("paused", date(2024, 2, 2))
    resting.clock("2024-03-12")
    resting.fire(case, "frist_verlaengern", LEAD, grund="Zulieferung", zustimmung_von="gs-integrationsrat")
    (after,) = [clock for clock in resting.workflow.case(case).deadlines if clock.name == "antwort"]
    resting.close()
    (line,) = [line for line in after.trace if line["step"] == "extension"]
    assert line["de"].startswith("Verlängert um 3 Wochen (bewilligt am 12.03.2024)")
    assert line["norm"] == "§ 190 BGB"
