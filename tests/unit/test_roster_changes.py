"""What an import changes, and what it must never lose."""

from datetime import date
from typing import Any

import pytest

from tests.helpers.rosters import roster_of, state_of
from vorgang.config.roster import Roster, State
from vorgang.states.roster_changes import planned
from vorgang.states.roster_checks import Surroundings, findings_of, left_in_duty

TODAY = date(2024, 1, 8)
RAT = {"type": "Gremium"}
AROUND = Surroundings(TODAY, {"aufsicht": "amt"}, frozenset({"vorberatung"}), frozenset({"antrag"}))


def member(**more: Any) -> dict[str, Any]:
    return {"person": "anna", "organization": "rat", **more}


def stored(**members: dict[str, Any]) -> State:
    return state_of(
        organization={"rat": RAT, "amt": {"type": "Verwaltungsbereich", "email": "amt@x.example"}},
        person={"anna": {}, "bert": {}},
        membership={id: member(**row) | {"id": id} for id, row in members.items()},
    )


def actions(before: State, roster: Roster) -> list[tuple[str, str, str]]:
    return [(one.kind, one.key, one.action) for one in planned(before, roster, TODAY).changes]


def codes(before: State, roster: Roster) -> set[tuple[str, str]]:
    plan = planned(before, roster, TODAY)
    return {(one.code, one.key) for one in findings_of(plan, before, AROUND)}


# --- changes ---


def test_leaving_and_returning_are_two_rows() -> None:
    before = stored(m1={"from": date(2014, 6, 1), "until": date(2020, 10, 31)})
    back = roster_of(("membership", member(**{"from": date(2022, 5, 1)})))
    (change,) = planned(before, back, TODAY).changes
    assert (change.action, change.after["from"]) == ("new", date(2022, 5, 1))
    assert planned(before, back, TODAY).after["membership"]["m1"]["until"] == date(2020, 10, 31)


def test_a_membership_is_known_by_person_organisation_and_first_day() -> None:
    before = stored(m1={"from": date(2020, 11, 1)})
    again = member(**{"from": date(2020, 11, 1), "role": "Vorsitz"})
    assert actions(before, roster_of(("membership", again))) == [("membership", "m1", "changed")]


def test_a_membership_is_known_by_its_id_whatever_else_changes() -> None:
    before = stored(m1={"from": date(2020, 11, 1)})
    moved = member(**{"id": "m1", "from": date(2020, 12, 1)})
    assert actions(before, roster_of(("membership", moved))) == [("membership", "m1", "changed")]


def test_two_roles_from_the_same_day_stay_two_rows() -> None:
    before = stored(m1={"role": "Mitglied"}, m2={"role": "Vorsitz"})
    rows = [("membership", member(role=role)) for role in ("Vorsitz", "Mitglied", "Schriftführung")]
    assert [action for _, _, action in actions(before, roster_of(*rows))] == ["new"]


def test_a_renamed_person_keeps_every_spelling() -> None:
    before = state_of(person={"anna": {"name": "Anna Alt", "also_written": ("Ana Alt",)}})
    new = roster_of(("person", {"key": "anna", "name": "Anna Neu", "also_written": ()}))
    plan = planned(before, new, TODAY)
    assert plan.after["person"]["anna"]["also_written"] == ("Ana Alt", "Anna Alt")
    assert not planned(plan.after, new, TODAY).changes


def test_who_is_missing_stays_unless_the_file_is_the_whole() -> None:
    before = stored(m1={}, m2={"person": "bert", "from": TODAY})
    kept = roster_of(("person", {"key": "anna"}))
    assert actions(before, kept) == []
    whole = kept._replace(whole=frozenset({"person", "membership"}))
    assert actions(before, whole) == [("membership", "m1", "ended"), ("membership", "m2", "withdrawn")]
    assert planned(before, whole, TODAY).after["membership"]["m1"]["until"] == date(2024, 1, 7)
    assert planned(before, whole, TODAY).after["person"].keys() == {"anna", "bert"}


def test_what_has_ended_already_does_not_end_again() -> None:
    before = stored(m1={"until": date(2020, 1, 1)})
    assert actions(before, roster_of(whole=frozenset({"membership"}))) == []


def test_memberships_end_with_their_organisation() -> None:
    before = stored(m1={}, m2={"person": "bert", "until": date(2019, 1, 1)}, m3={"organization": "amt"})
    end = roster_of(("organization", {"key": "rat", "until": date(2023, 12, 31)}))
    assert actions(before, end) == [("organization", "rat", "ended"), ("membership", "m1", "ended")]
    assert codes(before, end) == set()


def test_who_came_back_does_not_follow_a_corrected_end_of_the_organisation() -> None:
    last = date(2023, 12, 31)
    left = stored(m1={"until": last}, m2={"person": "bert", "until": last}, m3={"person": "bert", "from": TODAY})
    before = {**left, "organization": {**left["organization"], "rat": {**left["organization"]["rat"], "until": last}}}
    longer = roster_of(("organization", {"key": "rat", "until": None}))
    assert [one.key for one in planned(before, longer, TODAY, {"m1", "m2"}).changes] == ["rat", "m1"]


# --- checks ---


@pytest.mark.parametrize(
    ("kind", "values", "found"),
    [
        ("organization", {"key": "rat", "parent": "amtt"}, ("org_organization", "parent")),
        ("organization", {"key": "rat", "head": "ana"}, ("org_person", "head")),
        ("person", {"key": "anna", "deputy": "anna"}, ("org_own_deputy", "deputy")),
        ("person", {"key": "clara"}, ("org_missing", "name")),
        ("organization", {"key": "amt", "email": None}, ("profile_email_missing", "email")),
        ("organization", {"key": "amt", "until": date(2024, 1, 7)}, ("org_function", "until")),
        ("organization", {"key": "rat", "remit_roles": ("vorberatng",)}, ("org_choice", "remit_roles")),
        ("organization", {"key": "rat", "remit_kinds": ("antrage",)}, ("org_choice", "remit_kinds")),
        ("organization", {"key": "anna", "name": "x", "type": "Gremium"}, ("profile_key_double", "key")),
        ("organization", {"key": "rat", "parent": "rat"}, ("org_circle", "parent")),
        ("membership", member(**{"from": date(2021, 1, 1)}), ("org_overlap", "from")),
        ("membership", member(**{"from": date(2021, 1, 1), "role": "Mitglied"}), ("org_overlap", "from")),
        ("membership", member(on_behalf_of="cdu"), ("org_organization", "on_behalf_of")),
        ("membership", member(**{"from": TODAY, "until": date(2024, 1, 1), "role": "x"}), ("profile_period", "until")),
    ],
)
def test_what_cannot_be_is_found_where_it_stands(kind: str, values: dict[str, Any], found: tuple[str, str]) -> None:
    assert found in codes(stored(m1={"from": date(2020, 11, 1)}), roster_of((kind, values)))


def test_both_rows_of_an_overlap_are_named_once() -> None:
    """Also where the row that is handed in begins first, or another one lies between the two."""

    def told(before: State, *rows: dict[str, Any]) -> list[tuple[int | None, str, str]]:
        plan = planned(before, roster_of(*(("membership", member(**row)) for row in rows)), TODAY)
        found = findings_of(plan, before, AROUND)
        return [(one.line, one.key, one.text("de").partition("(")[2].partition(")")[0]) for one in found]

    first, second, third = {"from": date(2020, 1, 1)}, {"from": date(2021, 1, 1)}, {"from": date(2022, 1, 1)}
    assert told(stored(), third | {"role": "Mitglied"}, first) == [(2, "from", "f:3")]
    assert told(stored(m1=third), first) == [(2, "until", "in den Stammdaten, Kennung m1")]
    short = second | {"until": date(2021, 2, 1)}
    assert told(stored(m1=first), short, third) == [
        (2, "from", "in den Stammdaten, Kennung m1"),
        (3, "from", "in den Stammdaten, Kennung m1"),
    ]
    assert told(stored(m1=first, m2=third), {"person": "bert"}) == []


def test_legislative_terms_of_a_town_do_not_overlap() -> None:
    def term(key: str, first: int, last: int | None) -> dict[str, Any]:
        return {"key": key, "name": key, "from": date(first, 11, 1), "until": date(last, 10, 31) if last else None}

    before = state_of(term={"2014": term("2014", 2014, 2020)})
    after, *wrong = (
        roster_of(("term", term(key, first, None))) for key, first in (("a", 2020), ("b", 2019), ("c", 2013))
    )
    assert codes(before, after) == set()
    assert [codes(before, one) for one in wrong] == [{("org_terms_overlap", "from")}, {("org_terms_overlap", "until")}]
    both = roster_of(("term", term("a", 2020, None)), ("term", term("b", 2024, None)))
    (found,) = findings_of(planned(before, both, TODAY), before, AROUND)
    assert (found.line, "„a“ (01.11.2020–…; f:2)" in found.text("de")) == (3, True)


def test_nobody_imports_a_town_out_of_a_function() -> None:
    """The last one in it stays, ends together with a successor who begins today, or was never there."""
    before = stored(m1={"organization": "amt"}, m2={"person": "bert"})
    partial = roster_of(("person", {"key": "anna"}), whole=frozenset({"membership"}))
    assert codes(before, partial) == {("org_function_empty", "organization amt: memberships")}
    after = roster_of(("membership", member(person="bert", organization="amt")), whole=frozenset({"membership"}))
    assert codes(before, after) == set()
    assert codes(stored(m2={"person": "bert"}), partial) == set()


def test_whoever_has_left_since_and_still_has_a_duty_is_named() -> None:
    """Not in an import, but because the day has passed."""
    state = state_of(
        organization={"rat": RAT | {"head": "anna"}, "amt": {"type": "Verwaltungsbereich", "email": "a@x.example"}},
        person={"anna": {}, "bert": {"deputy": "anna"}, "clara": {}},
        membership={
            "m1": member(organization="amt", until=date(2024, 1, 7)),
            "m2": member(person="bert"),
        },
    )
    found = [(one.code, one.key) for one in left_in_duty("x", state, AROUND.functions, TODAY)]
    assert found == [("org_head_left", "rat"), ("org_deputy_left", "bert"), ("org_function_left", "amt")]
    assert list(left_in_duty("x", state, AROUND.functions, date(2024, 1, 7))) == []


def test_a_chair_may_be_a_member_too() -> None:
    chair = roster_of(("membership", member(**{"from": date(2021, 1, 1), "role": "Vorsitz"})))
    assert codes(stored(m1={"from": date(2020, 11, 1)}), chair) == set()


def test_keys_that_hardly_differ_are_taken_for_one() -> None:
    before = state_of(organization={"amt-1-1": RAT})
    assert codes(before, roster_of(("organization", {"key": "amt-1_1", "name": "x", **RAT}))) == {
        ("org_key_alike", "key")
    }
    assert codes(before, roster_of(("organization", {"key": "amt-11", "name": "x", **RAT}))) == set()


def test_a_membership_outside_of_the_time_of_its_organisation() -> None:
    before = state_of(
        organization={"rat": {**RAT, "from": date(2020, 11, 1), "until": date(2025, 10, 31)}}, person={"anna": {}}
    )
    early = roster_of(("membership", member(**{"from": date(2020, 10, 1), "until": date(2021, 1, 1)})))
    late = roster_of(("membership", member(**{"from": date(2021, 1, 1)})))
    inside = roster_of(("membership", member(**{"from": date(2021, 1, 1), "until": date(2025, 10, 31)})))
    found = [codes(before, one) for one in (early, late, inside)]
    assert found == [{("org_outside", "from")}, {("org_outside", "until")}, set()]


def test_a_head_or_deputy_who_leaves_is_named() -> None:
    before = stored(m1={}, m2={"person": "bert"})
    organizations = {**before["organization"], "rat": {**before["organization"]["rat"], "head": "anna"}}
    people = {**before["person"], "bert": {**before["person"]["bert"], "deputy": "anna"}}
    led = {**before, "organization": organizations, "person": people}
    gone = roster_of(("membership", member(until=date(2024, 1, 7))))
    assert codes(led, gone) == {
        ("org_head_left", "organization rat: head"),
        ("org_deputy_left", "person bert: deputy"),
    }
    mended = (("organization", {"key": "rat", "head": "bert"}), ("person", {"key": "bert", "deputy": None}))
    assert codes(led, roster_of(("membership", member(until=date(2024, 1, 7))), *mended)) == set()


def test_a_row_that_stands_there_twice() -> None:
    twice = roster_of(
        ("person", {"key": "anna"}), ("person", {"key": "anna"}), ("membership", member()), ("membership", member())
    )
    plan = planned(stored(), twice, TODAY)
    assert [(one.code, one.line) for one in plan.findings] == [("org_double", 3), ("org_double", 5)]


def test_what_is_wrong_already_keeps_nobody_from_mending_something_else() -> None:
    before = state_of(organization={"amt": {"type": "Verwaltungsbereich", "parent": "weg"}}, person={"anna": {}})
    assert codes(before, roster_of(("person", {"key": "anna", "name": "Anna"}))) == set()
