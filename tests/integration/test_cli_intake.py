"""``vorgang intake``: what a clerk sees of a document, and what becomes of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document

from tests.helpers.command_line import Vorgang
from vorgang.config.clock import SystemClock
from vorgang.workflow.intake.receiving import receive
from vorgang.workflow.intake.taking import Taking
from vorgang.workflow.intake.understanding_town import KnownTown

LETTER = """An die Geschäftsstelle des Integrationsrates

Hagen, 02.11.2024

Anfrage an die Verwaltung

Gremium: Integrationsrat

Sprachkurse in den Stadtteilen

Sehr geehrte Frau Randt,

bitte beantworten Sie folgende Fragen:

1. Wie viele Sprachkurse gibt es in Haspe?
2. Sind weitere geplant?

Mit freundlichen Grüßen

{signed}
Vorsitzender
"""


def letter(folder: Path, name: str = "brief.txt", *, signed: str = "Hakan Sevencan") -> Path:
    path = folder / name
    path.write_text(LETTER.format(signed=signed), "utf-8")
    return path


def word_file(folder: Path, name: str = "brief.docx") -> Path:
    document = Document()
    for line in LETTER.format(signed="Hakan Sevencan").splitlines():
        document.add_paragraph(line)
    document.save(str(folder / name))
    return folder / name


def opening(*more: str) -> list[str]:
    return ["--open", "--yes", "--as", "randt", *more]


def test_a_document_is_shown_field_by_field_with_its_place(vorgang: Vorgang, tmp_path: Path) -> None:
    answer = vorgang("intake", letter(tmp_path))
    assert answer.code == 0
    row = next(line for line in answer.out.splitlines() if "Sprachkurse in den Stadtteilen" in line)
    assert "Betreff" in row
    assert "Zeile 9" in row


def test_as_json_the_fields_stand_beside_their_places(vorgang: Vorgang, tmp_path: Path) -> None:
    found = vorgang.json("intake", letter(tmp_path))
    assert (found["kind"], found["date"]) == ("anfrage", "2024-11-02")
    assert found["number"] is None
    assert found["questions"] == ["Wie viele Sprachkurse gibt es in Haspe?", "Sind weitere geplant?"]
    assert found["found"]["questions.1"]["line"] == 16
    assert found["consultations"] == [{"body": "Integrationsrat", "date": None, "role": None, "public": None}]


def test_reading_alone_needs_no_database_and_opens_nothing(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.json("intake", letter(tmp_path))
    assert vorgang.json("case", "list")["cases"] == []


def test_a_word_file_opens_a_case_with_the_original_attached(vorgang: Vorgang, tmp_path: Path) -> None:
    taken = vorgang.json("intake", word_file(tmp_path), *opening("-s", "nummer=0815/2024"))
    case = vorgang.json("case", "show", "815/2024")["case"]
    assert (taken["relation"], taken["case_id"], taken["number"]) == ("opened", case["id"], "0815/2024")
    assert case["facts"]["fragesteller"] == "severcan"
    assert case["facts"]["anfrage"]["name"] == "brief.docx"


def test_the_same_document_again_changes_nothing_and_says_so(vorgang: Vorgang, tmp_path: Path) -> None:
    path = letter(tmp_path)
    first = vorgang.json("intake", path, *opening())
    again = vorgang("intake", path, *opening())
    assert (again.code, first["case_id"] in again.out) == (0, True)
    assert "Schon aufgenommen" in again.out
    assert len(vorgang.json("case", "list")["cases"]) == 1


def test_nothing_is_opened_unasked(vorgang: Vorgang, tmp_path: Path) -> None:
    error = vorgang.fails(2, "intake", letter(tmp_path), "--open", "--as", "randt")
    assert error["code"] == "cli_unconfirmed"
    assert vorgang.json("case", "list")["cases"] == []


def test_somebody_unknown_is_named_with_the_way_to_say_who_is_meant(vorgang: Vorgang, tmp_path: Path) -> None:
    path = letter(tmp_path, signed="Hakan Severkan")
    error = vorgang.fails(3, "intake", path, *opening())
    (reason,) = error["reasons"]
    assert "Hakan Severkan" in reason["de"]
    assert reason["remedy_de"] == "-s fragesteller=SCHLÜSSEL; nahe liegen: severcan."
    assert vorgang.json("intake", path, *opening("-s", "fragesteller=severcan"))["relation"] == "opened"


def test_a_folder_is_read_whole_whatever_one_file_is_like(vorgang: Vorgang, tmp_path: Path) -> None:
    inbox = tmp_path / "eingang"
    (inbox / "mehr").mkdir(parents=True)
    letter(inbox)
    word_file(inbox / "mehr")
    (inbox / "leer.txt").touch()
    (inbox / ".versteckt").write_text("nichts", "utf-8")
    answer = vorgang("intake", inbox, *opening(), "--json")
    assert answer.code == 1
    rows = {Path(row["file"]).name: row for row in answer.document["documents"]}
    assert (answer.document["read"], answer.document["failed"]) == (2, 1)
    assert rows["leer.txt"]["error"]["code"] == "intake_empty"
    assert {rows[name]["relation"] for name in ("brief.txt", "brief.docx")} == {"opened", "alike"}
    report = vorgang("intake", inbox, *opening())
    assert "schon aufgenommen" in report.out
    assert "2 gelesen, 1 nicht." in report.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--received", "02.11.2024"], "taking_option_without_open"),
        (["-s", "nummer=1/2024"], "taking_option_without_open"),
        (["--open", "--yes", "--as", "randt", "--lifecycle", "anfrge"], "lifecycle_unknown"),
        (["--open", "--yes", "--as", "randt", "--received", "32.11.2024"], "cli_day"),
        (["--open", "--yes", "--as", "randt", "-s", "farbe=rot"], "input_invalid"),
    ],
)
def test_wrong_input_is_named(vorgang: Vorgang, tmp_path: Path, options: list[str], code: str) -> None:
    answer = vorgang("intake", letter(tmp_path), *options, "--json")
    assert answer.code != 0
    assert answer.error["code"] == code


def test_fields_by_hand_are_for_one_document(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "eingang").mkdir()
    letter(tmp_path / "eingang")
    error = vorgang.fails(2, "intake", tmp_path / "eingang", *opening("-s", "nummer=1/2024"))
    assert error["code"] == "taking_option_for_one"


def test_a_path_that_leads_nowhere_and_an_empty_folder_are_named(vorgang: Vorgang, tmp_path: Path) -> None:
    assert vorgang.fails(2, "intake", tmp_path / "fehlt.docx")["code"] == "cli_path_missing"
    (tmp_path / "leer").mkdir()
    assert vorgang.fails(2, "intake", tmp_path / "leer")["code"] == "taking_folder_empty"


def test_a_day_of_receipt_counts_for_the_answer(vorgang: Vorgang, tmp_path: Path) -> None:
    taken = vorgang.json("intake", letter(tmp_path), *opening("--received", "05.11.2024"))
    assert vorgang.json("case", "show", taken["case_id"])["case"]["facts"]["eingang"] == "2024-11-05"


# --- public or not ---


def hits(vorgang: Vorgang) -> int:
    return len(vorgang.json("search", "Sprachkurse", "--public")["hits"])


def test_what_does_not_say_that_it_is_public_is_found_by_nobody_until_somebody_says_so(
    vorgang: Vorgang, tmp_path: Path
) -> None:
    told = vorgang("intake", letter(tmp_path), *opening("-s", "nummer=0815/2024"))
    assert "Öffentlich: nein; im Dokument: nicht gesagt" in told.out
    assert "oeffentlich_stellen" in told.out
    assert hits(vorgang) == 0
    vorgang.json("case", "fire", "0815/2024", "oeffentlich_stellen", "--as", "randt")
    assert hits(vorgang) == 1
    vorgang.json("case", "fire", "0815/2024", "nichtoeffentlich_stellen", "--as", "randt", "-s", "grund=Versehen")
    assert hits(vorgang) == 0


@pytest.mark.parametrize("how", [["--public"], ["-s", "oeffentlich=ja"]])
def test_whoever_takes_it_in_may_say_that_it_is_public(vorgang: Vorgang, tmp_path: Path, how: list[str]) -> None:
    publicity = vorgang.json("intake", letter(tmp_path), *opening(*how))["publicity"]
    assert publicity == {"public": True, "said": None, "found": None, "warnings": []}
    assert hits(vorgang) == 1


def test_what_the_document_says_of_it_is_shown_with_its_place(vorgang: Vorgang, tmp_path: Path) -> None:
    path = letter(tmp_path)
    path.write_text("Status: öffentlich\n\n" + path.read_text("utf-8"), "utf-8")
    assert "Öffentlich: ja; im Dokument: ja (Zeile 1, angegeben)" in vorgang("intake", path, *opening()).out
    assert hits(vorgang) == 1


def test_the_report_on_a_folder_says_what_was_opened_as_not_public(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "eingang").mkdir()
    letter(tmp_path / "eingang")
    report = vorgang("intake", tmp_path / "eingang", *opening()).out
    assert "! brief.txt: Das Dokument sagt nicht, ob es öffentlich ist" in report
    assert hits(vorgang) == 0


def test_saying_that_it_is_public_needs_a_case_to_open(vorgang: Vorgang, tmp_path: Path) -> None:
    assert vorgang.fails(2, "intake", letter(tmp_path), "--public")["code"] == "taking_option_without_open"


# --- what belongs together ---


def test_an_amendment_and_its_parent_name_each_other(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.json("intake", letter(tmp_path), *opening("-s", "nummer=0815/2024"))
    amendment = tmp_path / "aenderung.txt"
    amendment.write_text(
        "Änderungsantrag\nVorlagenummer: 0815/2024-1\nDatum: 04.11.2024\nGestellt von: Hakan Severcan\n"
        "Status: öffentlich\nBetreff: Sprachkurse\n\nDer Rat möge beschließen: mehr Kurse.\n",
        "utf-8",
    )
    told = vorgang("intake", amendment, *opening())
    assert (told.code, "„antrag“ (0815/2024-1)" in told.out) == (0, True)
    shown = vorgang.json("case", "show", "0815/2024-1")
    assert shown["follows"]["number"] == "0815/2024"
    assert [one["number"] for one in vorgang.json("case", "show", "0815/2024")["followed_by"]] == ["0815/2024-1"]
    page = vorgang("case", "show", "0815/2024-1").out
    assert "0815/2024 " in page[page.index("Bezieht sich auf") :]
    assert vorgang.json("case", "show", "0815/2024-1", "--public")["follows"] is None
    assert "0815/2024-1" in vorgang("case", "show", "0815/2024").out


def test_the_same_letter_in_another_format_opens_no_second_case_unless_that_is_wanted(
    vorgang: Vorgang, tmp_path: Path
) -> None:
    path = letter(tmp_path)
    first = vorgang.json("intake", path, *opening())
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    told = vorgang("intake", path, *opening())
    assert "hat denselben Text" in told.out
    assert "--again" in told.out
    assert vorgang.json("intake", word_file(tmp_path), *opening())["relation"] == "alike"
    assert len(vorgang.json("case", "list")["cases"]) == 1
    other = path.with_name("noch_einmal.txt")
    other.write_text(path.read_text("utf-8") + "\n\n", "utf-8")
    second = vorgang.json("intake", other, *opening("--again"))
    assert (second["relation"], second["case_id"] != first["case_id"]) == ("opened", True)


# --- what a clerk reads before agreeing ---

LONG = f"Wie viele Haltestellen sind {'sehr ' * 30}barrierefrei, spätestens bis Ende 2030?"


def test_whoever_agrees_has_read_every_question_whole(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "lang.txt"
    path.write_text(
        letter(tmp_path).read_text("utf-8").replace("Wie viele Sprachkurse gibt es in Haspe?", LONG), "utf-8"
    )
    told = vorgang("intake", path, *opening()).out
    assert " ".join(told.split()).count("Ende 2030?") == 2, "in what was read, and in what is entered"
    assert "Frage 2" in told
    assert "2. Sind weitere geplant?" in told


def test_what_the_town_does_not_know_is_not_left_out_in_silence(vorgang: Vorgang, tmp_path: Path) -> None:
    text = letter(tmp_path).read_text("utf-8")
    path = tmp_path / "ausschuss.txt"
    path.write_text(
        text.replace("Gremium: Integrationsrat", "Anfrage zur Sitzung des Sportausschusses am 14.11.2024").replace(
            "Sprachkurse in", "Zu Drucksache 0007/2020\n\nSprachkurse in"
        ),
        "utf-8",
    )
    told = vorgang("intake", path, *opening())
    assert told.code == 0
    assert "Nicht übernommen, weil hier kein Gremium so heißt: Sportausschuss." in told.out


def test_of_several_who_ask_together_those_who_are_not_entered_are_named(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "gemeinsam.txt"
    path.write_text(
        "Anfrage\nDatum: 04.11.2024\nGestellt von: Interfraktionell: Integrationsrat, SPD-Fraktion, Volt\n"
        "Status: öffentlich\nBetreff: Sprachkurse\n\n1. Wie viele Kurse gibt es?\n",
        "utf-8",
    )
    told = " ".join(vorgang("intake", path, *opening()).out.split())
    assert "nimmt nur eine Seite auf, eingetragen wird „Integrationsrat" in told
    assert "Das Dokument nennt außerdem: SPD-Fraktion; Volt." in told
    alone = letter(tmp_path)
    assert "nimmt nur eine Seite auf" not in vorgang("intake", alone, *opening()).out


def test_a_follow_up_whose_paper_is_not_here_says_so(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "nachfrage.txt"
    path.write_text(
        "Anfrage\nVorlagenummer: 0815/2024-1\nDatum: 04.11.2024\nGestellt von: Hakan Severcan\n"
        "Status: öffentlich\nBetreff: Sprachkurse\n\n1. Wie viele Kurse gibt es?\n",
        "utf-8",
    )
    assert "Es folgt auf 0815/2024; diese Nummer hat hier kein Vorgang" in vorgang("intake", path, *opening()).out


def test_the_session_that_a_letter_asks_for_becomes_a_stop_of_the_case(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "sitzung.txt"
    asked = "Anfrage zur Sitzung des Integrationsrates am 19.11.2024"
    path.write_text(letter(tmp_path).read_text("utf-8").replace("Gremium: Integrationsrat", asked), "utf-8")
    facts = vorgang.json("case", "show", vorgang.json("intake", path, *opening())["case_id"])["case"]["facts"]
    stop = {"gremium": "integrationsrat", "sitzung": "2024-11-19", "rolle": "kenntnisnahme"}
    assert facts["beratungsfolge"] == [stop]


def test_a_role_that_the_document_does_not_name_is_told_as_assumed(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "sitzung.txt"
    told = "Die Behandlung im Gremium nennt das Dokument nicht; eingetragen wird Kenntnisnahme."
    asked = "Anfrage zur Sitzung des Integrationsrates am 19.11.2024"
    path.write_text(letter(tmp_path).read_text("utf-8").replace("Gremium: Integrationsrat", asked), "utf-8")
    assert told in " ".join(vorgang("intake", path, *opening()).out.split())
    stops = "Beratungsfolge\nGremium\tDatum\tBehandlung\nIntegrationsrat\t19.11.2024\tKenntnisnahme"
    named = letter(tmp_path).read_text("utf-8").replace("Gremium: Integrationsrat", stops)
    path.write_text(named.replace("Sprachkurse in", "Nähkurse in"), "utf-8")
    shown = " ".join(vorgang("intake", path, *opening()).out.split())
    assert "kenntnisnahme" in shown.lower()
    assert told not in shown


def test_of_what_is_hardly_a_document_of_the_council_the_reader_is_told(vorgang: Vorgang, tmp_path: Path) -> None:
    inbox = tmp_path / "eingang"
    inbox.mkdir()
    letter(inbox)
    (inbox / "einkauf.txt").write_text("Milch, Brot, Äpfel\n", "utf-8")
    report = vorgang("intake", inbox).out
    assert "einkauf.txt: Aus diesem Dokument ist kaum etwas zu lesen" in report
    assert "brief.txt: Aus" not in report


def test_a_pipe_is_told_how_far_a_long_batch_is(vorgang: Vorgang, tmp_path: Path) -> None:
    inbox = tmp_path / "eingang"
    inbox.mkdir()
    for number in range(21):
        (inbox / f"{number}.txt").write_text("Milch, Brot, Äpfel\n", "utf-8")
    told = vorgang("intake", inbox)
    assert [line.split()[0] for line in told.err.splitlines()] == ["3", "6", "9", "12", "15", "18", "21"]
    assert "21 von 21 Dokumenten gelesen" in told.err
    assert vorgang("intake", inbox, "--json").err == ""


def test_the_day_on_which_a_paper_was_taken_in_before_is_that_of_the_town(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    paper = letter(tmp_path, signed="Hakan Severcan")
    vorgang.json("intake", paper, *opening("-s", "nummer=0816/2024"))
    assert "wurde schon am 23.11.2026 aufgenommen" in vorgang("intake", paper, "--open", "--as", "randt").out


def test_a_call_that_is_broken_off_tells_what_was_done(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "post"
    folder.mkdir()
    for name in ("1.txt", "2.txt", "3.txt"):
        letter(folder, name)

    def broken_off(path: Path, known: KnownTown) -> Taking:
        if path.name == "2.txt":
            raise KeyboardInterrupt
        return receive(path, known)

    monkeypatch.setattr("vorgang.workflow.intake.receiving.receive", broken_off)
    answer = vorgang("intake", folder)
    assert (answer.code, "Abgebrochen." in answer.err) == (130, True)
    assert "1.txt" in answer.out
    assert "Abgebrochen; nicht gelesen: 2" in answer.out
