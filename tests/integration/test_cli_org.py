"""``vorgang org``: master data in, out, and looked at, as an office does it."""

import json
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.rosters import file

HEAD = "Schlüssel;Name;Typ;E-Mail;übergeordnet\n"
DEZERNAT = "dez2;Dezernat II;Verwaltungsbereich;dez2@hagen.example;ob\n"
NEW = HEAD + DEZERNAT
STELLE = "amt50-1;50.1 Wohngeld;Verwaltungsbereich;wohngeld@hagen.example;amt50\n"
AMT = "amt50;50 Soziales;Verwaltungsbereich;fb50@hagen.example;dez2\n"


def test_a_table_from_the_office_is_shown_asked_about_and_written(vorgang: Vorgang, tmp_path: Path) -> None:
    path = file(tmp_path, "o.csv", NEW + AMT + STELLE, "cp1252")
    shown = vorgang("org", "import", path, "--dry-run")
    assert (shown.code, "Nichts ist geschrieben" in shown.out) == (0, True)
    assert vorgang.fails(2, "org", "import", path)["code"] == "cli_unconfirmed"
    assert vorgang.fails(5, "org", "show", "amt50")["code"] == "org_unknown"
    written = vorgang.json("org", "import", path, "--yes")
    assert (written["written"], written["counts"]["new"]) == (True, 3)
    again = vorgang.json("org", "import", path)
    assert (again["written"], again["changes"], again["counts"]["unchanged"]) == (False, [], 3)


def test_the_tree_shows_dezernat_amt_and_stelle_below_each_other(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.json("org", "import", file(tmp_path, "o.csv", HEAD + STELLE + AMT + DEZERNAT), "--yes")
    found = vorgang.json("org", "list", "--type", "verwaltungsbereich")["organizations"]
    depths = [(one["key"], one["depth"]) for one in found if one["key"] in {"ob", "dez2", "amt50", "amt50-1"}]
    assert depths == [("ob", 0), ("dez2", 1), ("amt50", 2), ("amt50-1", 3)]
    assert "· · · 50.1 Wohngeld" in vorgang("org", "list").out
    page = vorgang.json("org", "show", "amt50")
    assert page["above"] == [["dez2", "Dezernat II"], ["ob", "Oberbürgermeister der Stadt Hagen"]]
    assert page["below"] == [["amt50-1", "50.1 Wohngeld"]]


def test_a_list_is_that_of_a_day(vorgang: Vorgang, tmp_path: Path) -> None:
    old = "key;name;type;from;until\nalt;Alter Ausschuss;Gremium;2014-06-01;2020-10-31\n"
    vorgang.json("org", "import", file(tmp_path, "o.csv", old), "--yes")

    def keys(*more: str) -> set[str]:
        return {one["key"] for one in vorgang.json("org", "list", "--type", "Gremium", *more)["organizations"]}

    assert keys() == {"rat", "integrationsrat"}
    assert keys("--on", "31.10.2020") == {"rat", "integrationsrat", "alt"}
    assert "01.06.2014" in vorgang("org", "history", "alt").out
    assert "Gremium" in vorgang.fails(2, "org", "list", "--type", "Gremum")["remedy_de"]


def test_a_page_names_members_with_periods_head_and_deputy(vorgang: Vorgang, tmp_path: Path) -> None:
    head = file(tmp_path, "o.csv", "key;head\ngs-integrationsrat;randt\n")
    vorgang.json("org", "import", head, "--kind", "organization", "--yes")
    past = "person;organization;role;from;until\nschulz;gs-integrationsrat;Praktikum;2001-01-01;2001-12-31\n"
    vorgang.json("org", "import", file(tmp_path, "m.csv", past), "--yes")
    page = vorgang.json("org", "show", "gs-integrationsrat")
    assert (page["values"]["head"], page["deputy"], page["functions"]) == ("randt", "vertretung", ["geschaeftsstelle"])
    assert [(one["party"], one["running"]) for one in page["members"]] == [
        ("randt", True),
        ("vertretung", True),
        ("schulz", False),
    ]
    assert "01.01.2001" in vorgang("org", "show", "gs-integrationsrat").out


def test_an_office_shows_its_open_cases_to_who_may_see_them(vorgang: Vorgang) -> None:
    vorgang.opened("0100/2024")
    seen = [
        [one["number"] for one in vorgang.json("org", "show", "gs-integrationsrat", *who)["cases"]]
        for who in ([], ["--as", "randt"], ["--as", "severcan"], ["--public"])
    ]
    assert seen == [["0100/2024"], ["0100/2024"], [], []]


def test_every_mistake_is_told_with_file_row_column_and_remedy(vorgang: Vorgang, tmp_path: Path) -> None:
    first = file(tmp_path, "o.csv", NEW.replace("dez2@hagen.example", "") + "rat2;Rat;Gremum;;\n")
    second = file(tmp_path, "m.csv", "Person;Gremium;von\nsevercn;rat;2020-02-30\n")
    answer = vorgang("org", "import", first, second, "--yes")
    assert answer.code == 6
    for place in ("o.csv:2: E-Mail: ", "o.csv:3: Typ: ", "m.csv:2: von: ", "m.csv:2: Person: "):
        assert place in answer.err
    assert "Gemeint vielleicht: severcan" in answer.err
    assert vorgang.json("org", "history", "dez2")["changes"] == []


def test_factions_and_members_without_an_address_are_named_when_they_come_in(vorgang: Vorgang, tmp_path: Path) -> None:
    paths = (
        file(tmp_path, "o.csv", "key;name;type;email\na;Fraktion A;Fraktion;\nb;Fraktion B;Fraktion;b@x.example\n"),
        file(tmp_path, "p.csv", "key;name;email\nm1;Mia Eins;\nm2;Max Zwei;m2@x.example\nm3;Ina Drei;\n"),
        file(tmp_path, "m.csv", "person;organization\nm1;a\nm2;rat\nm3;ob\nschulz;rat\n"),
    )
    found = vorgang.json("org", "import", *paths, "--yes")["notices"]
    assert [(one["code"], Path(one["file"]).name) for one in found] == [
        ("org_without_address", "o.csv"),
        ("org_without_address", "p.csv"),
    ]
    assert [name in str(found) for name in ("1: Fraktion A.", "1: Mia Eins.", "Max", "Ina")] == [
        True,
        True,
        False,
        False,
    ]
    assert vorgang.json("org", "import", *paths)["notices"] == []


def test_a_file_that_is_not_there_is_a_wrong_call(vorgang: Vorgang, tmp_path: Path) -> None:
    assert vorgang.fails(2, "org", "import", tmp_path / "gibtsnicht.csv")["code"] == "cli_file"


def test_formulas_are_told_and_never_come_out_as_such(vorgang: Vorgang, tmp_path: Path) -> None:
    path = file(tmp_path, "m.csv", 'person;organization;role;from\nschulz;rat;"=HYPERLINK(""x"")";2024-01-01\n')
    done = vorgang.json("org", "import", path, "--yes")
    assert [(one["code"], one["line"], one["key"]) for one in done["notices"]] == [("org_formula", 2, "role")]
    vorgang.json("org", "export", "--format", "csv", "--out", tmp_path / "aus")
    assert "'=HYPERLINK" in (tmp_path / "aus" / "memberships.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_exported_can_be_imported_and_changes_nothing(vorgang: Vorgang, tmp_path: Path, form: str) -> None:
    out = tmp_path / ("aus.json" if form == "json" else "aus")
    written = vorgang.json("org", "export", "--format", form, "--out", out)["written"]
    assert vorgang.json("org", "import", *written, "--complete")["changes"] == []
    assert vorgang.fails(2, "org", "export", "--format", "csv")["code"] == "org_csv_folder"


def test_what_everybody_may_know_names_no_address_of_a_person_and_nobody_of_an_office(vorgang: Vorgang) -> None:
    whole, public = (vorgang("org", "export", *more).out for more in ([], ["--public"]))
    assert json.loads(whole) == vorgang.json("org", "export")
    assert "hakan.severcan@" in whole
    assert "Hakan Severcan" in public
    for word in ("hakan.severcan@", "Sevencan", "Randt", "randt", "vertretung"):
        assert word in whole
        assert word not in public
    for command in (["list"], ["show", "gs-integrationsrat"], ["show", "severcan"]):
        out = vorgang("org", *command, "--public").out
        assert "Randt" not in out
        assert "severcan@" not in out
    assert vorgang.fails(5, "org", "show", "randt", "--public")["code"] == "org_unknown"


def test_master_data_are_none_of_the_askers_business(vorgang: Vorgang, tmp_path: Path) -> None:
    path = file(tmp_path, "p.csv", "key;name\nneu;Nina Neu\n")
    calls = (["import", path, "--yes"], ["export"], ["history", "schulz"])
    for call in calls:
        assert vorgang.fails(3, "org", *call, "--as", "severcan")["code"] == "org_not_yours"
    assert vorgang("org", "import", path, "--yes", "--as", "randt").code == 0
    (line,) = vorgang.json("org", "history", "neu")["changes"]
    assert (line["actor"], line["source"], line["action"]) == ("randt", "p.csv", "new")
    assert "Nina Neu" in vorgang("org", "history", "neu").out
