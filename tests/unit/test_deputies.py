"""Who stands in for whom, and who is above whom."""

from dataclasses import replace
from datetime import date, time

import pytest

from tests.helpers.desk import RULES, TOWN, Desk, accepted, told
from vorgang.config.rules import RungRule
from vorgang.states.deputies import Absence, Told
from vorgang.states.deputies import told as meant
from vorgang.states.town import Party, Town

MONDAY, FRIDAY = date(2024, 1, 8), date(2024, 1, 12)
AWAY = Absence(MONDAY, FRIDAY)


def town(absences: dict[str, tuple[Absence, ...]], **deputies: str) -> Town:
    parties = {
        key: replace(party, deputy=deputies.get(key)) if party.kind == "person" else party
        for key, party in TOWN.parties.items()
    }
    return replace(TOWN, parties=parties, absences=absences)


def informed(where: Town, *parties: str, on: date = MONDAY) -> list[tuple[str, str | None]]:
    return [(one.party, one.represents) for one in meant(where, parties, on)]


def test_whoever_is_there_is_told_and_nobody_else() -> None:
    assert informed(TOWN, "anna", "berta", "anna") == [("anna", None), ("berta", None)]


@pytest.mark.parametrize("day", [MONDAY, FRIDAY])
def test_the_deputy_is_told_too_from_the_first_day_to_the_last(day: date) -> None:
    where = town({"anna": (AWAY._replace(deputy="dora"),)})
    assert informed(where, "anna", on=day) == [("anna", None), ("dora", "anna")]


@pytest.mark.parametrize("day", [date(2024, 1, 7), date(2024, 1, 13)])
def test_before_and_after_the_absence_the_deputy_is_not(day: date) -> None:
    where = town({"anna": (AWAY._replace(deputy="dora"),)})
    assert informed(where, "anna", on=day) == [("anna", None)]


def test_the_deputy_of_the_absence_goes_before_the_standing_one() -> None:
    assert informed(town({"anna": (AWAY,)}, anna="berta"), "anna")[1:] == [("berta", "anna")]
    assert informed(town({"anna": (AWAY._replace(deputy="dora"),)}, anna="berta"), "anna")[1:] == [("dora", "anna")]


def test_a_deputy_who_is_away_too_is_stood_in_for() -> None:
    where = town({"anna": (AWAY,), "berta": (AWAY,)}, anna="berta", berta="dora")
    assert informed(where, "anna")[1:] == [("dora", "anna")]


def test_where_all_deputies_are_away_or_none_is_named_the_office_is_told() -> None:
    assert informed(town({"anna": (AWAY,)}), "anna")[1:] == [("gs", "anna")]
    circle = town({"anna": (AWAY,), "berta": (AWAY,)}, anna="berta", berta="anna")
    assert informed(circle, "anna")[1:] == [("gs", "anna")]


def test_somebody_in_no_office_and_without_deputy_is_told_alone() -> None:
    assert informed(town({"dora": (AWAY,)}), "dora") == [("dora", None)]


def test_who_is_told_anyway_is_not_told_as_a_deputy() -> None:
    where = town({"anna": (AWAY._replace(deputy="dora"),)})
    assert meant(where, ["anna", "dora"], MONDAY) == [Told("anna"), Told("dora")]


# --- acting ---


def test_a_named_deputy_may_act_during_the_absence_a_standing_one_always() -> None:
    named = town({"anna": (AWAY._replace(deputy="dora"),)})
    assert named.may_represent("dora", "anna", MONDAY)
    assert not named.may_represent("dora", "anna", date(2024, 1, 13))
    assert town({}, anna="dora").may_represent("dora", "anna", MONDAY)
    assert not TOWN.may_represent("dora", "anna", MONDAY)


def test_to_share_a_committee_or_an_office_gives_nobody_the_signature_of_somebody_else() -> None:
    both = (("gs", None, None), ("rat", None, None))
    where = replace(TOWN, memberships={"anna": both, "dora": both})
    assert not where.may_represent("dora", "anna", MONDAY)
    away = replace(where, absences={"anna": (AWAY,)})
    assert away.may_represent("dora", "anna", MONDAY)
    assert not away.may_represent("berta", "anna", MONDAY)
    council = (("rat", None, None),)
    assert not replace(away, memberships={"anna": council, "dora": council}).may_represent("dora", "anna", MONDAY)


def test_a_deputy_acts_for_the_offices_of_whom_they_represent_and_for_no_committee() -> None:
    where = replace(TOWN, memberships={"anna": (("gs", None, None), ("rat", None, None))})
    assert where.actor("dora", MONDAY, on_behalf_of="anna").parties == {"dora", "anna", "gs"}


def test_a_deputy_sees_for_whom_they_stand_in() -> None:
    where = town({"anna": (AWAY._replace(deputy="dora"),), "berta": (AWAY._replace(deputy="anna"),)})
    assert where.represented("dora", MONDAY) == {"anna", "berta"}
    assert where.represented("dora", date(2024, 1, 13)) == frozenset()


# --- above ---


def offices(**more: Party) -> Town:
    parties = {
        **TOWN.parties,
        "dez2": Party(
            key="dez2", name="Dezernat II", kind="office", head="carl", classification="Dezernat", parent="gs"
        ),
        "amt10": replace(TOWN.parties["amt10"], head="berta", parent="dez2", classification="Amt"),
        "stelle": Party(key="stelle", name="10.1", kind="office", parent="amt10", classification="Stelle"),
        **more,
    }
    return replace(TOWN, parties=parties, functions={**TOWN.functions, "verwaltungsleitung": "chef"})


def test_the_head_of_an_office_is_its_head_or_the_office_itself() -> None:
    where = offices()
    assert where.holders("amt.leitung", {"amt": "amt10"}) == ("berta",)
    assert where.holders("amt.leitung", {"amt": "stelle"}) == ("stelle",)
    assert where.holders("amt.leitung", {"amt": ["amt10", "stelle"]}) == ("berta", "stelle")
    assert where.holders("amt.leitung", {"amt": "berta"}) == ("berta",)
    assert where.holders("amt.leitung", {}) == ()


def test_the_dezernent_is_the_head_of_the_next_dezernat_above_or_of_the_administration() -> None:
    where = offices()
    assert where.holders("amt.dezernent", {"amt": "stelle"}) == ("carl",)
    assert where.holders("amt.dezernent", {"amt": "gs"}) == ("chef",)
    headless = offices(dez2=Party(key="dez2", name="II", kind="office", classification="Dezernat"))
    assert headless.holders("amt.dezernent", {"amt": "amt10"}) == ("dez2",)


def test_offices_above_each_other_in_a_circle_end() -> None:
    where = offices(dez2=Party(key="dez2", name="II", kind="office", parent="amt10"))
    assert where.holders("amt.dezernent", {"amt": "amt10"}) == ("chef",)


# --- in a case ---


@pytest.mark.parametrize(
    ("to", "hear"),
    [
        (("leitung",), ["gs"]),
        (("owner", "leitung"), ["gs"]),  # the owner is the council office: told once
        (("sachbearbeitung", "leitung", "presse"), ["anna", "gs"]),
        (("leitung", "sachbearbeitung"), ["gs", "anna"]),
    ],
)
def test_a_role_of_a_rung_that_nobody_has_is_told_to_the_council_office(to: tuple[str, ...], hear: list[str]) -> None:
    alone = RungRule(offset=0, at=time(8), to=to, template="erinnerung")
    rules = replace(RULES, rules={**RULES.rules, "zwei_wochen": replace(RULES.rule("zwei_wochen"), ladder=(alone,))})
    desk = Desk()
    functions = {"geschaeftsstelle": "gs", "sachbearbeitung": "anna"}
    desk.town = replace(TOWN, functions=functions, rules_on=lambda _day: rules)
    accepted(desk.open(art="gross"))
    assert told(desk.wait("2024-01-22", 9).tick()) == [(party, "erinnerung") for party in hear]


def test_a_message_to_somebody_away_says_to_the_deputy_for_whom_it_is() -> None:
    desk = Desk()
    desk.town = town({"dora": (Absence(date(2024, 1, 1), date(2024, 12, 31), "anna"),)})
    desk.town = replace(desk.town, functions={**TOWN.functions, "leitung": "dora"})
    accepted(desk.open(art="gross"))
    (step, *_) = desk.wait("2024-01-24", 9).tick()
    assert [(m.recipient, m.params.get("represents")) for m in step.messages] == [
        ("gs", None),
        ("dora", None),
        ("anna", "dora"),
    ]
