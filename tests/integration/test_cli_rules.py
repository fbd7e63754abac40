"""`vorgang rules` and `vorgang calendar`: what somebody sees who enters the rules of a municipality."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from vorgang.config.calendars import Calendar, Recess
from vorgang.config.text import Text
from vorgang.workflow.doctor import ends_soon

OWN = """
id = "uebungsdorf"
version = "1"
extends = "neutral"
valid_from = 2024-01-01
label = "Übungsdorf"
basis = "Geschäftsordnung"
source = "erfunden"
[calendar]
land = "NW"
kept_until = 2024-12-31
recess = [{ first = 2024-07-08, last = 2024-08-20, label = { de = "Sommerpause", en = "summer recess" } }]
[rule.antwort]
length = 3
unit = "wochen"
"""


def test_shipped_rules_are_sound(vorgang: Vorgang) -> None:
    found = vorgang.json("rules", "check")
    assert found["findings"] == []
    assert {"neutral", "hagen", "kiel", "magdeburg", "muenchen", "berlin-bvv"} <= {
        one["id"] for one in found["checked"]
    }


def test_a_sound_file_of_ones_own_is_checked_with_those_it_extends(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "dorf.toml"
    path.write_text(OWN, "utf-8")
    (tmp_path / "daneben.toml").write_text("kaputt =", "utf-8")
    assert [one["id"] for one in vorgang.json("rules", "check", path)["checked"]] == ["uebungsdorf"]


def test_a_folder_without_rules_is_not_called_sound(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    assert vorgang.fails(2, "rules", "check", tmp_path / "leer")["code"] == "cli_no_rules"


@pytest.mark.parametrize(
    ("before", "after", "key", "code"),
    [
        ("length = 3", "length = -3", "rule.antwort.length", "rules_length"),
        ("length = 3", "length = 100000000000", "rule.antwort.length", "rules_length"),
        ('unit = "wochen"', 'unit = "woche"', "rule.antwort.unit", "config_choice"),
        ('land = "NW"', 'land = "XX"', "calendar", "calendar_land"),
        ('land = "NW"', 'land = "NW"\nmariae_himmelfahrt = true', "calendar", "calendar_option"),
        ("2024-07-08", "2024-02-30", "–", "config_toml"),
        (
            'unit = "wochen"',
            'unit = "wochen"\nladder = [{ offset = 0, to = ["owner"], template = "gibtsnicht" }]',
            "rule.antwort.ladder",
            "cli_ladder_template",
        ),
        (
            'unit = "wochen"',
            'unit = "wochen"\nextension = { length = 1, unit = "wochen", by = ["niemand"] }',
            "rule.antwort.extension.by",
            "cli_extension_role",
        ),
        ('land = "NW"', 'land = "BY"', "calendar", "rules_local_holiday"),
    ],
)
def test_a_wrong_file_is_named_with_key_and_remedy(
    vorgang: Vorgang,
    tmp_path: Path,
    before: str,
    after: str,
    key: str,
    code: str,  # a change and what it leads to
) -> None:
    (tmp_path / "dorf.toml").write_text(OWN.replace(before, after), "utf-8")
    answer = vorgang("rules", "check", tmp_path, "--json")
    assert answer.code == 1
    [finding] = answer.document["findings"]
    assert (finding["key"], finding["code"]) == (key, code)
    assert "uebungsdorf" in finding["file"] or "dorf.toml" in finding["file"]
    shown = vorgang("rules", "check", tmp_path)
    assert (shown.code, code in shown.out) == (1, True)


def found_in(vorgang: Vorgang, folder: Path, text: str) -> list[tuple[str, str]]:
    """Code and key of what `vorgang rules check` finds in a folder with this file."""
    (folder / "dorf.toml").write_text(text, "utf-8")
    answer = vorgang("rules", "check", folder, "--json")
    return [(one["code"], one["key"]) for one in answer.document["findings"]]


LADDER = 'unit = "{unit}"\nladder = [{{ {place}, to = ["owner"], template = "{template}" }}]\n{more}'
MORE_TIME = 'extension = { length = 3, unit = "wochen", by = ["owner"] }'


@pytest.mark.parametrize(
    ("rung", "more", "code"),
    [
        (("wochen", "offset = -1", "ueberfaellig"), "", "rules_rung_not_overdue"),
        (("stunden", "hours = -1", "ueberfaellig"), "", "rules_rung_not_overdue"),
        (("wochen", "offset = 1", "ueberfaellig"), "", None),
        (("stunden", "hours = 1", "ueberfaellig"), "", None),
        # Three days hold three working days, and the one to which the end may move.
        (("kalendertage", "offset = -20", "erinnerung"), "", "rules_rung_before_beginning"),
        (("kalendertage", "offset = -5", "erinnerung"), "", "rules_rung_before_beginning"),
        (("kalendertage", "offset = -4", "erinnerung"), "", None),
        (("arbeitstage", "offset = -4", "erinnerung"), "", "rules_rung_before_beginning"),
        (("arbeitstage", "offset = -3", "erinnerung"), "", None),
        (("wochen", "offset = -17", "erinnerung"), "", "rules_rung_before_beginning"),
        (("wochen", "offset = -16", "erinnerung"), "", None),
        (("stunden", "offset = -3", "erinnerung"), "", "rules_rung_before_beginning"),
        # The extension that a rule allows makes room; so may a recess, and a period counted back has no beginning.
        (("kalendertage", "offset = -20", "erinnerung"), MORE_TIME, None),
        (("kalendertage", "offset = -21", "erinnerung"), MORE_TIME, "rules_rung_before_beginning"),
        (("kalendertage", "offset = -20", "erinnerung"), "rests_in_recess = true", None),
        (("kalendertage", "offset = -20", "erinnerung"), 'direction = "backward"', None),
    ],
)
def test_a_rung_that_comes_too_early_is_found(
    vorgang: Vorgang, tmp_path: Path, rung: tuple[str, str, str], more: str, code: str | None
) -> None:
    head = 'extension = false\n[rule.zusatz]\nlabel = "Zusatz"\nlength = 3\n'
    unit, place, template = rung
    ladder = LADDER.format(unit=unit, place=place, template=template, more=more)
    found = found_in(vorgang, tmp_path, OWN.replace("length = 3\n", head).replace('unit = "wochen"\n', ladder))
    assert found == ([(code, "rule.zusatz.ladder")] if code else [])


def test_a_rung_that_comes_too_early_is_told_with_its_place_in_both_languages(vorgang: Vorgang, tmp_path: Path) -> None:
    late = LADDER.format(unit="arbeitstage", place="offset = -20", template="erinnerung", more="")
    (tmp_path / "dorf.toml").write_text(
        OWN.replace('unit = "wochen"\n', late).replace("[rule.antwort]", AGAIN), "utf-8"
    )
    [finding] = vorgang("rules", "check", tmp_path, "--json").document["findings"]
    assert "„offset = -20“ läge vor dem Beginn der Frist (3 Arbeitstage)" in finding["de"]
    assert "before the beginning of the period (3 working days)" in finding["en"]


#: The answer of a town, without what `neutral` allows in addition.
AGAIN = "[rule.antwort]\nextension = false"


def test_one_mistake_hides_no_other(vorgang: Vorgang, tmp_path: Path) -> None:
    ladder = 'ladder = [{ offset = -1, to = ["niemand"], template = "ueberfaellig" }]'
    wrong = OWN.replace('source = "erfunden"\n', "").replace('unit = "wochen"', f'unit = "wochen"\n{ladder}')
    (tmp_path / "kaputt.toml").write_text("kaputt =", "utf-8")
    (tmp_path / "latin.toml").write_bytes('id = "süd"'.encode("latin-1"))
    (tmp_path / "zweites.toml").write_text(
        wrong.replace('"uebungsdorf"', '"zweites"').replace("length = 3", "length = 0"), "utf-8"
    )
    assert sorted(found_in(vorgang, tmp_path, wrong)) == [
        ("cli_ladder_role", "rule.antwort.ladder"),
        ("cli_ladder_role", "rule.antwort.ladder"),
        ("config_key_missing", "source"),
        ("config_key_missing", "source"),
        ("config_toml", "–"),
        ("config_unreadable", "–"),
        ("rules_length", "rule.antwort.length"),
        ("rules_rung_not_overdue", "rule.antwort.ladder"),
    ]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        # What has no name is no version of another; what it extends is read all the same.
        (OWN.replace('id = "uebungsdorf"\n', ""), ["config_key_missing"]),
        (OWN.replace("valid_from = 2024-01-01\n", ""), ["config_key_missing"]),
        (OWN.replace('extends = "neutral"', "extends = 3"), ["config_type"]),
        (OWN.replace('extends = "neutral"', 'extends = "neutrall"'), ["rules_extends"]),
        (f"{OWN.split('[calendar]', maxsplit=1)[0]}rule = 3\n", ["config_type"]),
        (OWN.replace('land = "NW"', 'land = "BY"\nmariae_himmelfahrt = "ja"'), ["config_type"]),
        (f'{OWN}ladder = [{{ offset = -1, to = ["owner"] }}]\n', ["config_key_missing"]),
    ],
)
def test_what_follows_from_a_mistake_is_no_second_one(
    vorgang: Vorgang, tmp_path: Path, wrong: str, expected: list[str]
) -> None:
    assert [code for code, _ in found_in(vorgang, tmp_path, wrong)] == expected


def test_two_files_without_a_name_are_not_taken_for_one(vorgang: Vorgang, tmp_path: Path) -> None:
    nameless = OWN.replace('id = "uebungsdorf"\n', "")
    (tmp_path / "noch.toml").write_text(nameless, "utf-8")
    assert found_in(vorgang, tmp_path, nameless) == [("config_key_missing", "id")] * 2


def test_a_calendar_of_augsburg_has_said_enough(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "dorf.toml").write_text(OWN.replace('land = "NW"', 'land = "BY"\nfriedensfest = true'), "utf-8")
    assert vorgang.json("rules", "check", tmp_path)["findings"] == []


def test_two_files_with_the_same_version_are_found_and_both_named(vorgang: Vorgang, tmp_path: Path) -> None:
    one, other = tmp_path / "a.toml", tmp_path / "b.toml"
    one.write_text(OWN, "utf-8")
    other.write_text(OWN.replace("length = 3", "length = 6"), "utf-8")
    [finding] = vorgang("rules", "check", one, other, "--json").document["findings"]
    assert (finding["code"], finding["file"]) == ("rules_double", str(other))
    assert str(one) in finding["de"]
    assert vorgang.json("rules", "check", one, one)["findings"] == []


def test_days_without_a_version_are_named(vorgang: Vorgang, tmp_path: Path) -> None:
    head = "valid_from = 2024-01-01"
    old = tmp_path / "1.toml"
    new = OWN.replace('version = "1"', 'version = "2"').replace(head, "valid_from = 2026-09-01")
    (tmp_path / "2.toml").write_text(new, "utf-8")
    old.write_text(OWN.replace(head, f"{head}\nvalid_until = 2026-06-30"), "utf-8")
    [finding] = vorgang("rules", "check", tmp_path, "--json").document["findings"]
    assert (finding["code"], finding["file"]) == ("rules_gap", "rules/uebungsdorf@2")
    assert "Von 01.07.2026 bis 31.08.2026 " in finding["de"]
    old.write_text(OWN.replace(head, f"{head}\nvalid_until = 2026-08-31"), "utf-8")
    assert vorgang.json("rules", "check", tmp_path)["findings"] == []


def test_a_retention_rule_that_never_applies_is_refused_with_its_place(vorgang: Vorgang, tmp_path: Path) -> None:
    rule = 'years = 1\noffer = true\nanswer_months = 6\nthen = "loeschen"\nnorm = "Satzung"\n'
    kinds = ("anfrgae", "mitzeichnung", "muendliche_frage")
    (tmp_path / "dorf.toml").write_text(OWN + "".join(f"\n[retention.{kind}]\n{rule}" for kind in kinds), "utf-8")
    answer = vorgang("rules", "check", tmp_path, "--json")
    assert answer.code == 1
    found = [(one["code"], one["file"], one["key"]) for one in answer.document["findings"]]
    assert found == [
        ("retention_kind_unknown", "rules/uebungsdorf@1", "retention.anfrgae"),
        ("retention_kind_part", "rules/uebungsdorf@1", "retention.mitzeichnung"),
    ]
    assert "anfrage" in answer.document["findings"][0]["remedy_de"]


def test_a_path_that_is_not_there(vorgang: Vorgang, tmp_path: Path) -> None:
    assert vorgang.fails(2, "rules", "check", tmp_path / "fehlt")["code"] == "cli_path_missing"


def test_the_rules_are_listed_with_their_validity(vorgang: Vorgang) -> None:
    hagen = next(one for one in vorgang.json("rules", "list")["rules"] if one["id"] == "hagen")
    assert (hagen["land"], hagen["rules"]["antwort"]["length"]) == ("NW", 4)
    assert "4 Wochen" in vorgang("rules", "list").out


def test_the_days_of_a_year(vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dorf.toml").write_text(OWN, "utf-8")
    monkeypatch.setenv("VORGANG_RULES", str(tmp_path))
    found = vorgang.json("calendar", "show", "2024", "--rules", "uebungsdorf")
    days = {one["from"]: (one["until"], one["kind"], one["label"]["de"]) for one in found["days"]}
    assert days["2024-05-30"] == ("2024-05-30", "holiday", "Fronleichnam")
    assert days["2024-12-24"] == ("2024-12-24", "closed", "Heiligabend")
    assert days["2024-07-08"] == ("2024-08-20", "recess", "Sommerpause")
    assert found["ends_soon"] == "2024-12-31"
    shown = vorgang("calendar", "show", "2024", "--rules", "uebungsdorf")
    assert "Der Kalender endet am 31.12.2024" in shown.out
    assert "Sommerpause" in shown.out


def test_holidays_by_land(vorgang: Vorgang) -> None:
    saxony = vorgang.json("calendar", "show", "2026", "--land", "SN")
    assert "Buß- und Bettag" in {one["label"]["de"] for one in saxony["days"]}
    assert saxony["ends_soon"] is None
    assert (
        "working days of the administration (SN)"
        in vorgang("calendar", "show", "2026", "--land", "SN", "--lang", "en").out
    )


def test_holidays_that_depend_on_the_place_can_be_asked_for(vorgang: Vorgang) -> None:
    def days(*options: str) -> set[str]:
        return {one["label"]["de"] for one in vorgang.json("calendar", "show", "2026", *options)["days"]}

    assert "Mariä Himmelfahrt" not in days("--land", "BY")
    assert "Mariä Himmelfahrt" in days("--land", "BY", "--option", "mariae_himmelfahrt")
    both = days("--land", "BY", "--option", "friedensfest", "--option", "mariae_himmelfahrt")
    assert {"Augsburger Hohes Friedensfest", "Mariä Himmelfahrt"} <= both
    assert "Fronleichnam" in days("--land", "TH", "--option", "fronleichnam")
    bavaria = vorgang("calendar", "show", "2026", "--land", "BY").out
    assert "mariae_himmelfahrt, friedensfest" in bavaria
    assert "Gemeinde" not in vorgang("calendar", "show", "2026", "--land", "NW").out
    assert vorgang.json("calendar", "show", "2026", "--land", "SN")["open_options"] == ["fronleichnam"]


def test_a_year_shows_its_weekdays_and_whence_its_closing_days(vorgang: Vorgang) -> None:
    shown = vorgang("calendar", "show", "2026", "--land", "NW").out
    assert "Donnerstag" in next(line for line in shown.splitlines() if "Heiligabend" in line)
    assert "Schließtage stehen im Regelwerk neutral" in shown


def test_the_calendar_of_a_municipality_in_the_database(vorgang: Vorgang) -> None:
    found = vorgang.json("calendar", "show", "2026")
    assert found["land"] == "NW"
    assert "Allerheiligen" in {one["label"]["de"] for one in found["days"]}
    assert vorgang.fails(5, "calendar", "show", "2026", "--body", "nirgends")["code"] == "body_unknown"
    both = vorgang.fails(2, "calendar", "show", "2026", "--body", "hagen", "--land", "BY")
    assert both["code"] == "cli_option_useless"


def test_the_last_year_of_the_calendar_is_told(vorgang: Vorgang) -> None:
    assert "beginnt 1991 und endet 2100" in vorgang.fails(2, "calendar", "show", "3000")["de"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["1980"], "calendar_year"),
        (["2026", "--land", "BY", "--option", "himmelfahrt"], "calendar_option_unknown"),
        (["2026", "--land", "NW", "--option", "friedensfest"], "calendar_option"),
        (["3000"], "calendar_year"),
        (["2026", "--land", "XX"], "calendar_land"),
        (["2026", "--rules", "hagn"], "rules_unknown"),
        (["2026", "--rules", "hagen", "--land", "BY"], "rules_other_land"),
    ],
)
def test_a_wrong_question_for_a_calendar(vorgang: Vorgang, arguments: list[str], code: str) -> None:
    answer = vorgang("calendar", "show", *arguments, "--json")
    assert answer.code in {2, 5}
    assert answer.error["code"] == code


def test_a_rung_for_a_role_that_nobody_of_the_town_holds_is_warned_of(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ladder = """ladder = [{ offset = -1, to = ["federfuehrung"], template = "erinnerung" },
                            { offset = 2, to = ["federfuehrung", "presse.leitung"], template = "ueberfaellig" }]"""
    own = OWN.replace('unit = "wochen"', f'unit = "wochen"\n{ladder}')
    (tmp_path / "dorf.toml").write_text(own, "utf-8")
    (tmp_path / "alt.toml").write_text(own.replace('"1"', '"0"').replace("2024-01-01", "2020-01-01"), "utf-8")
    hagen = (Path(__file__).parents[2] / "config" / "profiles" / "hagen.toml").read_text("utf-8")
    profile = tmp_path / "dorf" / "profil.toml"
    profile.parent.mkdir()
    hagen = hagen.replace('"hagen"', '"dorf"', 1).replace('"hagen"', '"uebungsdorf"', 1)
    profile.write_text(hagen, "utf-8")
    monkeypatch.setenv("VORGANG_RULES", str(tmp_path))
    monkeypatch.setenv("VORGANG_PROFILES", str(profile.parent))

    def warned() -> list[dict[str, str]]:
        answer = vorgang("doctor", "--json")
        return [one for one in answer.document["checks"] if one["check"] == "ladders"]

    assert vorgang.json("rules", "check", tmp_path / "dorf.toml")["findings"] == []
    [before] = warned()  # the profile as it is written
    vorgang.json("db", "profile", "dorf")
    assert warned() == [before]  # and as the database has it, told once
    assert before["status"] == "warning"
    for said in ("rules/uebungsdorf@1: rule.antwort.ladder[2].to", "„presse“", "„dorf“", "Geschäftsstelle"):
        assert said in before["de"]
    assert "[functions]" in before["remedy_de"]
    assert "[functions]" in before["remedy_en"]
    profile.write_text(hagen.replace("[functions]", '[functions]\npresse = "amt01"', 1), "utf-8")
    vorgang.json("db", "profile", "dorf")
    assert warned() == []


def test_a_calendar_that_ends_is_told_ninety_days_before() -> None:
    last = date(2024, 12, 31)
    kept = Calendar(land="NW", kept_until=last)
    recess = Calendar(land="NW", recesses=(Recess(date(2024, 12, 20), last, Text("Pause", "recess")),))
    for calendar in (kept, recess):
        assert ends_soon(calendar, last - timedelta(days=89)) == last
        assert ends_soon(calendar, last + timedelta(days=400)) == last
        assert ends_soon(calendar, last - timedelta(days=90)) is None
    assert ends_soon(Calendar(land="NW"), datetime(2024, 1, 1, tzinfo=UTC).date()) is None
