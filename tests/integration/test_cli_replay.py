"""`vorgang demo` and `vorgang simulate`: a year in seconds, in a folder that holds nobody else's files."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from vorgang.workflow.demo_folder import clean_folder

SCENARIO = """
id      = "kurz"
title   = { de = "Zurückgezogen", en = "Withdrawn" }
profile = "hagen"
start   = 2024-03-01T08:00:00
until   = 2024-03-08T08:00:00

[[step]]
at     = 2024-03-01T09:00:00
case   = "eine"
open   = "anfrage"
by     = "randt"
belegt = true
[step.data]
nummer        = "0007/2024"
betreff       = "Bänke"
schreiben_vom = 2024-02-28
eingang       = 2024-03-01
fragesteller  = "severcan"
fragen        = ["Wie viele?"]

[[step]]
at    = 2024-03-04T09:00:00
case  = "eine"
event = "zurueckziehen"
by    = "severcan"
"""


def test_the_demo_tells_the_case_of_kartal(vorgang: Vorgang) -> None:
    answer = vorgang("demo", "--dir", "vorfuehrung")
    assert (answer.code, answer.err) == (0, "")
    for expected in (
        "22.12.2023 09:30  ● Ereignis    1062/2023: registrieren → eingegangen",
        "Frist abgelaufen",
        "abgelehnt",
        "1062/2023-1",
        "§ 187 Abs. 1 BGB",
        "Offen am 20.11.2024",
        "Das Protokoll ist unverändert",
        "vorfuehrung/vorgang.db",
    ):
        assert expected in answer.out
    assert list(Path("vorfuehrung/mail").glob("*.eml"))


def test_another_shipped_case_is_played(vorgang: Vorgang) -> None:
    report = vorgang.json("demo", "--scenario", "magdeburg", "--dir", "vorfuehrung")
    assert report["scenario"] == "magdeburg"
    left = {str(path) for path in Path("vorfuehrung/papiere").iterdir()}
    assert sorted(map(Path, report["files"])) == sorted(map(Path, left))
    papers = [(one["number"], one["lifecycle"], one["state"]) for one in report["cases"]]
    assert {("A0041/23", "antrag", "ausgefertigt"), ("S0183/23", "stellungnahme", "abgeschlossen")} <= set(papers)
    answer = vorgang("demo", "--scenario", "magdeburg", "--dir", "vorfuehrung")
    for expected in (
        "A0041/23 Stellungnahme: annehmen → in Bearbeitung",
        "● Ereignis    S0183/23 Stellungnahme: unterzeichnen → unterzeichnet",
        "S0183/23 Beratung (Kulturausschuss): zur Kenntnis nehmen",
    ):
        assert expected in answer.out
    vorgang.database = Path("vorfuehrung/vorgang.db")
    parts = vorgang("case", "show", "S0183/23").out
    assert all(body in parts for body in ("Kulturausschuss", "Verwaltungsausschuss", "Kulturbüro"))
    assert (
        "Netzwerk Städtepartnerschaften initiieren"
        in vorgang("case", "show", "A0041/23").out.split("Untergeordnete")[1]
    )


def test_the_shipped_cases_are_listed_and_none_is_played(vorgang: Vorgang) -> None:
    listed = vorgang.json("demo", "--list")["scenarios"]
    assert [(one["id"], one["profile"]) for one in listed] == [
        ("kartal", "hagen"),
        ("kiel", "kiel"),
        ("magdeburg", "magdeburg"),
    ]
    assert "Geschäftliche Mitteilung" in vorgang("demo", "--list").out
    assert not Path("var").exists()
    assert vorgang.fails(5, "demo", "--scenario", "magdebrug")["code"] == "scenario_unknown"


MOTION = """
id      = "antrag"
title   = { de = "Ein Antrag", en = "A motion" }
profile = "hagen"
start   = 2024-03-01T08:00:00
until   = 2024-03-08T08:00:00

[[step]]
at   = 2024-03-01T09:00:00
case = "antrag"
open = "antrag"
by   = "randt"
[step.data]
betreff            = "Bänke"
schreiben_vom      = 2024-02-28
eingang            = 2024-03-01
fragesteller       = "severcan"
beschlussvorschlag = ["Mehr Bänke."]

[[step]]
at    = 2024-03-01T09:10:00
case  = "antrag"
event = "zulassen"
by    = "randt"

[[step]]
at    = 2024-03-01T09:20:00
case  = "antrag"
event = "stellungnahme_anfordern"
by    = "randt"
data  = { federfuehrung = "amt01" }
names = { stellungnahme = "stellungnahme" }

[[step]]
at    = 2024-03-01T10:00:00
case  = "stellungnahme"
event = "annehmen"
by    = "beispiel01"

[[step]]
at    = 2024-03-04T10:00:00
case  = "stellungnahme"
event = "entwurf_ablegen"
by    = "beispiel01"
[step.draft]
name = "stellungnahme-v1"
[step.draft.antworten]
1 = "Drei Bänke sind bestellt."
"""


def test_a_step_names_the_case_it_opens_and_another_files_its_draft(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "antrag.toml"
    path.write_text(MOTION, "utf-8")
    report = vorgang.json("simulate", path)
    assert [(one["lifecycle"], one["state"]) for one in report["cases"]] == [
        ("antrag", "in_stellungnahme"),
        ("stellungnahme", "in_bearbeitung"),
    ]
    vorgang.database = Path("var/simulate/antrag/vorgang.db")
    (motion,) = (one for one in vorgang.json("case", "list")["cases"] if one["lifecycle"] == "antrag")
    (statement,) = vorgang.json("case", "show", motion["id"])["children"]
    draft = vorgang.json("case", "show", statement["id"])["case"]["facts"]["entwurf"]
    assert draft["name"] == "stellungnahme-v1.docx"
    (version,) = vorgang.json("draft", "list", statement["id"])["drafts"]
    assert version["fields"]["antwort_1"] == "Drei Bänke sind bestellt."


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            ('names = { stellungnahme = "stellungnahme" }', 'names = { stellungnahme = "stelungnahme" }'),
            "scenario_child_name",
        ),
        (
            ('names = { stellungnahme = "stellungnahme" }', 'names = { antrag = "stellungnahme" }'),
            "scenario_case_twice",
        ),
        (('names = { stellungnahme = "stellungnahme" }', "names = 5"), "scenario_not_a_table"),
        (('"Drei Bänke sind bestellt."', '""'), "scenario_draft_form"),
        (('name = "stellungnahme-v1"', 'namen = "stellungnahme-v1"'), "scenario_draft_form"),
        (('open = "antrag"', 'open = "antrag"\nnames = { x = "stellungnahme" }'), "scenario_step_event"),
        (('event = "zulassen"', 'event = "zulassen"\nintake = { name = "a.txt", text = "b" }'), "scenario_step_open"),
        (('open = "antrag"', 'open = "antrag"\nintake = { text = "b" }'), "scenario_intake_form"),
        (('open = "antrag"', 'open = "antrag"\nintake = { file = "fehlt.docx" }'), "scenario_intake_file"),
        (('event = "zulassen"', 'event = "zulassen"\npromises = { kontrolle = 1 }'), "scenario_promises_form"),
    ],
)
def test_a_wrong_name_or_draft_is_explained(
    vorgang: Vorgang, tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    path = tmp_path / "falsch.toml"
    path.write_text(MOTION.replace(*change), "utf-8")
    assert code in {one["code"] for one in vorgang.fails(6, "simulate", path)["findings"]}


FILES = [
    "stellungnahme-1062-2023-v1.docx",
    "stellungnahme-1062-2023-v2.docx",
    "Stellungnahme_1062-2023.pdf",
    "Verfuegung_1062-2023.pdf",
    "stellungnahme-1062-2023-1-v1.docx",
    "Stellungnahme_1062-2023-1.pdf",
    "Verfuegung_1062-2023-1.pdf",
]


LETTER = """
An die Geschäftsstelle des Integrationsrates

Hagen, 28.02.2024

Anfrage an die Verwaltung

Gremium: Integrationsrat

Bänke am Ufer

Sehr geehrte Damen und Herren,

ich bitte um Antwort auf folgende Fragen:

1. Wie viele Bänke stehen am Ufer?
2. Wann kommen neue dazu?

Mit freundlichen Grüßen

Hakan Severcan
Vorsitzender des Integrationsrates
"""
COMING_IN = (
    SCENARIO[: SCENARIO.index("[step.data]")]
    + """
data = { nummer = "0007/2024", betreff = "Bänke" }
[step.intake]
file  = "brief.txt"
reads = { schreiben_vom = 2024-02-28, fragen = ["Wie viele Bänke stehen am Ufer?", "Wann kommen neue dazu?"] }
"""
)


def test_a_letter_beside_the_scenario_opens_the_case_on_the_day_of_the_step(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "kurz.toml").write_text(COMING_IN, "utf-8")
    (tmp_path / "brief.txt").write_text(LETTER, "utf-8")
    assert [one["number"] for one in vorgang.json("simulate", tmp_path / "kurz.toml")["cases"]] == ["0007/2024"]
    vorgang.database = Path("var/simulate/kurz/vorgang.db")
    shown = vorgang.json("case", "show", "0007/2024")
    assert shown["case"]["subject"] == "Bänke"
    facts = shown["case"]["facts"]
    assert (facts["fragesteller"], len(facts["fragen"]), facts["anfrage"]["name"]) == ("severcan", 2, "brief.txt")
    assert facts["eingang"] == "2024-03-01"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("28.02.2024", "27.02.2024"), "scenario_intake_differs", "2024-02-27"),
        (("2. Wann kommen neue dazu?", ""), "scenario_intake_differs", "fragen"),
    ],
)
def test_a_letter_in_which_something_else_is_read_ends_the_demo(
    vorgang: Vorgang, tmp_path: Path, change: tuple[str, str], code: str, words: str
) -> None:
    (tmp_path / "kurz.toml").write_text(COMING_IN, "utf-8")
    (tmp_path / "brief.txt").write_text(LETTER.replace(*change), "utf-8")
    refused = vorgang.fails(2, "simulate", tmp_path / "kurz.toml")
    assert refused["code"] == code
    assert words in str(refused)


def test_what_must_be_read_are_fields_of_the_opening(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "kurz.toml").write_text(COMING_IN.replace("fragen =", "frage ="), "utf-8")
    (tmp_path / "brief.txt").write_text(LETTER, "utf-8")
    (found,) = vorgang.fails(6, "simulate", tmp_path / "kurz.toml")["findings"]
    assert (found["code"], found["key"]) == ("scenario_intake_field", "step[0].intake.reads.frage")


def test_a_field_that_the_template_has_not_is_named(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "antrag.toml").write_text(MOTION.replace('1 = "Drei', 'antwort_7 = "Drei'), "utf-8")
    refused = vorgang.fails(2, "simulate", tmp_path / "antrag.toml")
    assert refused["code"] == "draft_typing_field"
    assert "antwort_1" in str(refused)


def test_the_demo_as_one_object(vorgang: Vorgang) -> None:
    report = vorgang.json("demo", "--dir", "vorfuehrung")
    assert list(report) == ["scenario", "cases", "log", "deadlines", "messages", "elapsed_s", "files"]
    assert [Path(one).name for one in report["files"]] == FILES
    assert all(Path(one).is_file() for one in report["files"])
    assert [list(report[key][0]) for key in ("cases", "deadlines", "messages")] == [
        ["number", "lifecycle", "state", "opened", "closed"],
        ["case", "rule", "due", "status"],
        ["at", "to", "template", "subject", "status"],
    ]
    assert report["log"]["verified"] is True
    still_open = [(one["number"], one["lifecycle"]) for one in report["cases"] if one["closed"] is None]
    assert still_open == [
        ("1062/2023", "zusage"),
        ("1062/2023", "mitteilung"),
        ("Integrationsrat der Stadt Hagen, 19.11.2024", "sitzung"),
        ("1062/2023-1", "zusage"),
    ]
    instants = [datetime.fromisoformat(one["at"]) for one in report["messages"]]
    assert instants == sorted(instants)
    assert all("@" in one["to"] for one in report["messages"] if one["status"] == "sent")
    reminded = [
        one["at"] for one in report["messages"] if one["template"] == "erinnerung" and "Zusage" in one["subject"]
    ]
    assert any(at < "2024-11-06" for at in reminded)


def test_a_second_run_starts_clean_and_leaves_other_files_alone(vorgang: Vorgang) -> None:
    first = vorgang.json("demo", "--dir", "vorfuehrung")
    folder = Path("vorfuehrung")
    (folder / "notiz.txt").write_text("meins", "utf-8")
    (folder / "mail" / "brief.txt").write_text("meins", "utf-8")
    mails = sorted(path.name for path in (folder / "mail").glob("*.eml"))
    second = vorgang.json("demo", "--dir", "vorfuehrung")
    assert {**second, "elapsed_s": 0} == {**first, "elapsed_s": 0}
    assert len(list((folder / "mail").glob("*.eml"))) == len(mails)
    assert (folder / "notiz.txt").read_text("utf-8") == (folder / "mail" / "brief.txt").read_text("utf-8") == "meins"


def test_a_folder_of_somebody_else_is_not_touched(vorgang: Vorgang, tmp_path: Path) -> None:
    foreign = tmp_path / "fremd"
    foreign.mkdir()
    (foreign / "vorgang.db").write_text("wichtig", "utf-8")
    assert vorgang.fails(2, "demo", "--dir", foreign)["code"] == "cli_demo_folder"
    assert [path.name for path in foreign.iterdir()] == ["vorgang.db"]
    assert (foreign / "vorgang.db").read_text("utf-8") == "wichtig"


def test_two_demos_do_not_share_a_folder(vorgang: Vorgang, tmp_path: Path) -> None:
    with clean_folder(tmp_path / "belegt"):
        assert vorgang.fails(4, "demo", "--dir", tmp_path / "belegt")["code"] == "cli_demo_running"


def test_any_scenario_can_be_played(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "kurz.toml"
    path.write_text(SCENARIO, "utf-8")
    report = vorgang.json("simulate", path)
    assert (report["scenario"], [one["state"] for one in report["cases"]]) == ("kurz", ["zurueckgezogen"])
    assert Path("var/simulate/kurz/vorgang.db").exists()
    assert "0007/2024: zurückziehen → zurückgezogen" in vorgang("simulate", path).out


@pytest.mark.parametrize(
    ("change", "code", "exit_code"),
    [
        (("belegt = true", "belegt = 1"), "config_type", 6),
        (('event = "zurueckziehen"', 'event = "zurueckzeihen"'), "event_unknown", 6),
        (('by    = "severcan"', 'by    = "niemand"'), "scenario_person_unknown", 6),
        (('profile = "hagen"', 'profile = "hgaen"'), "profile_unknown", 6),
    ],
)
def test_a_wrong_scenario_is_explained(
    vorgang: Vorgang, tmp_path: Path, change: tuple[str, str], code: str, exit_code: int
) -> None:
    path = tmp_path / "falsch.toml"
    path.write_text(SCENARIO.replace(*change), "utf-8")
    assert vorgang.fails(exit_code, "simulate", path)["code"] == code


def test_an_unknown_scenario_is_named(vorgang: Vorgang) -> None:
    assert vorgang.fails(5, "simulate", "karrtal")["code"] == "scenario_unknown"
    assert vorgang.fails(2, "simulate", "fort.toml")["code"] == "scenario_unreadable"
