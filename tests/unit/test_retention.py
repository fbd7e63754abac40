"""How long closed cases are kept: the rules of a town as data, and the days that follow from them."""

from datetime import date
from pathlib import Path

import pytest

from tests.unit.test_rules import findings, write
from vorgang.config.retention import Begin, RetentionRule, months_later
from vorgang.config.rule_files import load_rules, shipped_rules
from vorgang.config.text import Text
from vorgang.states.anonymising import remaining
from vorgang.states.blackening import Private
from vorgang.states.loader import load_folders

DAY = date(2026, 1, 1)


def rule(years: int, begins: Begin) -> RetentionRule:
    return RetentionRule(
        kind="anfrage", years=years, begins=begins, offer=False, answer_months=0, then="loeschen", norm=Text("", "")
    )


@pytest.mark.parametrize(
    ("years", "begins", "closed", "due"),
    [
        (10, "jahresende", date(2024, 3, 5), date(2035, 1, 1)),
        (10, "jahresende", date(2024, 12, 31), date(2035, 1, 1)),
        (10, "jahresende", date(2025, 1, 1), date(2036, 1, 1)),
        (10, "abschluss", date(2024, 3, 5), date(2034, 3, 6)),
        (1, "abschluss", date(2024, 2, 29), date(2025, 3, 1)),
        (0, "abschluss", date(2024, 12, 31), date(2025, 1, 1)),
    ],
)
def test_a_case_is_due_on_the_day_after_the_period(years: int, begins: Begin, closed: date, due: date) -> None:
    assert rule(years, begins).due_on(closed) == due


def test_months_end_on_the_day_of_the_same_number_or_the_last() -> None:
    assert months_later(date(2035, 1, 2), 6) == date(2035, 7, 2)
    assert months_later(date(2034, 8, 31), 6) == date(2035, 2, 28)


@pytest.mark.parametrize("id", shipped_rules().ids)
def test_every_shipped_rule_set_says_what_becomes_of_its_papers(id: str) -> None:
    retention = shipped_rules().for_(id, DAY).retention
    papers = {"anfrage", "antrag", "mitteilung", "stellungnahme", "muendliche_frage"}
    assert papers | {"zusage", "amtsliste", "beschlusskontrolle"} <= set(retention)
    for one in retention.values():
        assert one.offer
        assert one.years <= 30
        assert all(one.norm)


def test_a_town_changes_one_kind_adds_another_and_drops_a_third(tmp_path: Path) -> None:
    body = """
[retention.anfrage]
years = 5
[retention.antrag]
offer = false
answer_months = false
[retention.auskunft]
years = 3
from = "abschluss"
offer = false
then = "loeschen"
norm = "Satzung"
[retention]
mitteilung = false
"""
    text = body.replace("[retention]\nmitteilung = false\n", "")
    retention = load_rules([write(tmp_path, "probe", f"retention.mitteilung = false\n{text}")]).for_("probe", DAY)
    found = retention.retention
    assert (found["anfrage"].years, found["anfrage"].then) == (5, "anonymisieren")
    assert (found["antrag"].offer, found["antrag"].answer_months) == (False, 0)
    assert (found["auskunft"].begins, found["auskunft"].then) == ("abschluss", "loeschen")
    assert "mitteilung" not in found


def test_every_mistake_in_a_rule_is_found_with_its_place(tmp_path: Path) -> None:
    body = """
[retention.eins]
years = 31
from = "jahrsende"
then = "vernichten"
answer_months = 0
norm = "n"
[retention.zwei]
years = "zehn"
offer = false
answer_months = 3
jahre = 4
norm = "n"
[retention.drei]
then = "loeschen"
answer_months = 6
"""
    found = {key: code for key, (code, _) in findings(write(tmp_path, "probe", body)).items()}
    assert found == {
        "retention.eins.years": "retention_length",
        "retention.eins.from": "config_choice",
        "retention.eins.then": "config_choice",
        "retention.eins.answer_months": "retention_length",
        "retention.zwei.years": "config_type",
        "retention.zwei.answer_months": "retention_no_offer",
        "retention.zwei.jahre": "config_key_unknown",
        "retention.zwei.then": "config_key_missing",
        "retention.drei.years": "config_key_missing",
        "retention.drei.norm": "config_key_missing",
    }


def test_of_facts_only_stays_what_can_be_nobodys() -> None:
    lifecycle = load_folders()["anfrage"]
    facts = {
        "eingang": "2024-01-05",
        "federfuehrung": "amt01",
        "beteiligt": ["amt41"],
        "fragesteller": "severcan",
        "fragen": ["Wann?"],
        "entwurf": {"name": "a", "media_type": "b", "sha256": "c", "size": 1},
        "beratungsfolge": [{"gremium": "rat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme", "bemerkung": "x"}],
        "betreff": "Frage von Erika Muster",
        "niemand_fragt_danach": "x",
        "oeffentlich": False,
    }
    kept = remaining(lifecycle, facts, Private(("Erika Muster",)))
    assert "Muster" not in kept.pop("betreff")
    assert kept == {
        "eingang": "2024-01-05",
        "federfuehrung": "amt01",
        "beteiligt": ["amt41"],
        "beratungsfolge": [{"gremium": "rat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme"}],
        "oeffentlich": False,
    }
