"""``vorgang absence`` and ``vorgang preference``: who is away, and what one wishes to be told."""

import pytest

from tests.helpers.command_line import Vorgang

AWAY = ("--from", "2099-07-06", "--until", "24.07.2099")


def test_an_absence_is_entered_listed_and_removed(vorgang: Vorgang) -> None:
    entry = vorgang.json("absence", "add", "randt", *AWAY, "--deputy", "vertretung", "--as", "randt")
    assert (entry["person_key"], entry["deputy_key"]) == ("randt", "vertretung")
    assert (entry["first_day"], entry["last_day"]) == ("2099-07-06", "2099-07-24")
    listed = vorgang("absence", "list")
    assert all(word in listed.out for word in ("randt", "06.07.2099", "24.07.2099", "vertretung"))
    assert vorgang.json("absence", "remove", entry["id"], "--as", "vertretung") == {"removed": entry["id"]}
    assert vorgang.json("absence", "list") == {"absences": []}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("randt", "--from", "2099-07-06", "--until", "2099-07-05"), "absence_period"),
        (("randt", "--from", "2001-07-06", "--until", "2001-07-08"), "absence_period"),
        (("randt", "--from", "2099-07-06", "--until", "2199-07-06"), "absence_period"),
        (("randt", "--from", "bald", "--until", "2099-07-06"), "cli_day"),
        (("randt", *AWAY, "--deputy", "randt"), "absence_own_deputy"),
        (("randt", *AWAY, "--deputy", "niemand"), "actor_unknown"),
        (("amt01", *AWAY), "actor_unknown"),
        (("schulz", *AWAY), None),
    ],
)
def test_what_makes_no_sense_is_refused(vorgang: Vorgang, arguments: tuple[str, ...], code: str | None) -> None:
    answer = vorgang("absence", "add", *arguments, "--as", "randt", "--json")
    if code is None:  # the council office may enter anybody's
        assert answer.code == 0
    else:
        assert answer.error["code"] == code
        assert vorgang.json("absence", "list") == {"absences": []}


def test_nobody_enters_the_absence_of_another_office(vorgang: Vorgang) -> None:
    answer = vorgang("absence", "add", "beispiel41", *AWAY, "--as", "beispiel01", "--json")
    assert answer.error["code"] == "absence_not_yours"
    entry = vorgang.json("absence", "add", "beispiel41", *AWAY, "--as", "beispiel41")
    assert (
        vorgang("absence", "remove", entry["id"], "--as", "beispiel01", "--json").error["code"] == "absence_not_yours"
    )


def test_two_absences_of_a_person_share_no_day(vorgang: Vorgang) -> None:
    first = vorgang.json("absence", "add", "randt", *AWAY, "--as", "randt")
    again = ("--from", "2099-07-24", "--until", "2099-07-30")
    error = vorgang("absence", "add", "randt", *again, "--as", "randt", "--json").error
    assert error["code"] == "absence_overlaps"
    assert first["id"] in str(error)


def test_an_unknown_absence_is_not_removed(vorgang: Vorgang) -> None:
    assert vorgang("absence", "remove", "4711", "--as", "randt", "--json").error["code"] == "absence_unknown"


def test_what_one_wishes_holds_and_what_is_mandatory_stays(vorgang: Vorgang) -> None:
    before = {one["kind"]: one["frequency"] for one in vorgang.json("preference", "show", "amt01")["preferences"]}
    assert set(before.values()) == {"sofort"}
    after = vorgang.json("preference", "set", "amt01", "erinnerung", "taeglich", "--as", "beispiel01")["preferences"]
    assert {(one["kind"], one["set_by"]) for one in after if one["frequency"] == "taeglich"} == {
        ("erinnerung", "beispiel01")
    }
    shown = vorgang("preference", "show", "amt01")
    assert "taeglich" in shown.out
    refused = vorgang("preference", "set", "amt01", "ueberfaellig", "nie", "--as", "randt", "--json").error
    assert refused["code"] == "preference_mandatory"
    assert "sofort, taeglich" in str(refused)
    assert "„Überfälliges“ ist Pflicht" in refused["de"]
    assert "“What is overdue” is mandatory" in refused["en"]


@pytest.mark.parametrize("actor", ["severcan", "randt"])
def test_the_person_and_the_council_office_say_what_the_person_wishes(vorgang: Vorgang, actor: str) -> None:
    after = vorgang.json("preference", "set", "severcan", "nachricht", "nie", "--as", actor)["preferences"]
    assert [one["set_by"] for one in after if one["frequency"] == "nie"] == [actor]


@pytest.mark.parametrize(
    ("actor", "code"), [(("--as", "beispiel01"), "preference_not_yours"), ((), "cli_actor_missing")]
)
def test_nobody_else_says_what_a_person_wishes(vorgang: Vorgang, actor: tuple[str, ...], code: str) -> None:
    assert vorgang("preference", "set", "severcan", "nachricht", "nie", *actor, "--json").error["code"] == code
    kept = vorgang.json("preference", "show", "severcan")["preferences"]
    assert {one["frequency"] for one in kept} == {"sofort"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("amt01", "erinnerungen", "taeglich"), "preference_kind"),
        (("amt01", "auftrag", "taeglich"), "preference_frequency"),
        (("amt01", "nachricht", "ab und zu"), "preference_frequency"),
        (("amt01", "erinnerung", "woechentlich"), "preference_frequency"),
        (("amt99", "nachricht", "nie"), "party_unknown"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(vorgang: Vorgang, arguments: tuple[str, ...], code: str) -> None:
    assert vorgang("preference", "set", *arguments, "--as", "randt", "--json").error["code"] == code
