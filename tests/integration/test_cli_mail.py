"""`vorgang mail`: what somebody sees who writes templates."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang


def own(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str, name: str = "de/auftrag.j2") -> Path:
    """A template of the municipality."""
    path = folder / "vorlagen" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(folder / "vorlagen"))
    return path


GOOD = "{% block subject %}Eigener Auftrag {{ case.number }}{% endblock %}{% block text %}Bitte sehr.{% endblock %}"


def test_a_template_is_shown_with_a_made_up_case(vorgang: Vorgang) -> None:
    answer = vorgang("mail", "preview", "auftrag")
    assert answer.code == 0
    assert "[1062/2023] Stellungnahme erbeten bis 19.01.2024: Aktueller Sachstand" in answer.out
    assert "01 Hauptamt <amt01@stadt.example>" in answer.out
    assert "Termin_1062-2023.ics (text/calendar)" in answer.out
    assert "Stellungnahme_1062-2023.docx" in answer.out
    assert "Sehr geehrte Damen und Herren," in answer.out


def test_one_that_is_sent_after_the_day_is_shown_after_the_day(vorgang: Vorgang) -> None:
    assert "seit 1 Arbeitstag überfällig" in vorgang.json("mail", "preview", "ueberfaellig")["text"]
    assert "in 2 Tagen" in vorgang.json("mail", "preview", "erinnerung")["text"]
    assert "Termin verstrichen am 19.01.2024" in vorgang.json("mail", "preview", "fristablauf")["subject"]


def test_the_made_up_mail_speaks_the_language_of_the_call(vorgang: Vorgang) -> None:
    assert vorgang.json("mail", "preview", "auftrag", "--lang", "en")["subject"].startswith("[1062/2023] Statement req")


def test_a_message_of_a_case_is_shown_as_it_went_out(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.opened("0100/2024")
    shown = vorgang.json("mail", "preview", "eingang", "--case", "100/2024")
    assert vorgang("run", "--once").code == 0
    (path,) = (tmp_path / "var" / "mail").glob("*.eml")
    sent = message_from_bytes(path.read_bytes(), policy=policy.default)
    out = vorgang("mail", "preview", "eingang", "--case", "100/2024", "--out", tmp_path / "vorschau.eml")
    assert out.code == 0
    assert (tmp_path / "vorschau.eml").read_bytes() == path.read_bytes()
    assert shown["subject"] == sent["Subject"] == "[0100/2024] Eingangsbestätigung: Radweg am Hengsteysee"
    assert shown["to"]["key"] == "severcan"


def test_looking_at_a_mail_stores_and_sends_nothing(vorgang: Vorgang, tmp_path: Path) -> None:
    case = vorgang.opened()
    before = vorgang.json("outbox", "list")
    vorgang.json("mail", "preview", "erinnerung", "--case", case, "--to", "amt01")
    assert vorgang.json("outbox", "list") == before
    assert not (tmp_path / "var" / "mail").exists()


def test_a_reminder_that_does_not_exist_yet_is_shown_as_the_next_step_of_its_ladder(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    shown = vorgang.json("mail", "preview", "erinnerung", "--case", case, "--to", "amt01")
    assert "Erinnerung (Stufe " in shown["subject"]
    assert shown["to"]["address"] == "fb01@hagen.example"
    english = vorgang.json("mail", "preview", "erinnerung", "--case", case, "--lang", "en")
    assert "Reminder (step " in english["subject"]


def test_what_is_not_public_is_shown_as_neutral_as_it_would_go_out(vorgang: Vorgang) -> None:
    case = vorgang.opened(oeffentlich="nein")
    shown = vorgang.json("mail", "preview", "eingang", "--case", case)
    assert shown["subject"] == "Nachricht zu einem nichtöffentlichen Vorgang"
    assert shown["attachments"] == []
    assert "Radweg" not in shown["text"] + shown["html"]


def test_all_parts_go_into_a_folder(vorgang: Vorgang, tmp_path: Path) -> None:
    written = vorgang.json("mail", "preview", "auftrag", "--out", tmp_path / "teile")["written"]
    assert sorted(Path(path).name for path in written) == [
        "auftrag-de-Stellungnahme_1062-2023.docx",
        "auftrag-de-Termin_1062-2023.ics",
        "auftrag-de.eml",
        "auftrag-de.html",
    ]
    assert (tmp_path / "teile" / "auftrag-de.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert vorgang.fails(2, "mail", "preview", "auftrag", "--out", tmp_path / "x.pdf")["code"] == "cli_preview_out"


def test_an_unknown_template_gets_a_proposal(vorgang: Vorgang) -> None:
    error = vorgang.fails(5, "mail", "preview", "erinerung")
    assert error["code"] == "mail_preview_unknown"
    assert "Gemeint vielleicht: erinnerung." in error["remedy_de"]


def test_an_unknown_recipient_or_case_is_named(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    assert vorgang.fails(5, "mail", "preview", "auftrag", "--case", case, "--to", "amt99")["code"] == "party_unknown"
    assert vorgang.fails(5, "mail", "preview", "auftrag", "--case", "9999/2024")["code"] == "case_unknown"
    assert vorgang.fails(2, "mail", "preview", "auftrag", "--to", "amt01")["code"] == "cli_preview_to"
    without = vorgang.fails(8, "mail", "preview", "auftrag", "--case", case, "--to", "integrationsrat")
    assert without["code"] == "mail_address_missing"


def test_a_fault_is_named_with_file_and_line(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = own(monkeypatch, tmp_path, "{% block subject %}S{% endblock %}\n{% block text %}{{ nix }}{% endblock %}")
    error = vorgang.fails(8, "mail", "preview", "auftrag")
    assert error["code"] == "mail_template_name"
    assert f"nennt „nix“, das es dort nicht gibt ({path}:2)" in error["de"]


def test_the_list_says_where_a_template_comes_from_and_who_uses_it(
    vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = own(monkeypatch, tmp_path, GOOD)
    found = {one["name"]: one for one in vorgang.json("mail", "templates")["templates"]}
    assert found["auftrag"]["own"] is True
    assert found["auftrag"]["files"]["de"] == str(path)
    users = ["anfrage: zuweisen", "mitteilung: anlegen", "stellungnahme: anfordern", "stellungnahme: zuweisen"]
    assert set(users) <= set(found["auftrag"]["used_by"])
    assert "beratung: ansetzen" not in found["auftrag"]["used_by"]
    assert found["erinnerung"]["own"] is False
    assert "hagen: antwort" in found["erinnerung"]["used_by"]
    monkeypatch.setenv("COLUMNS", "400")
    answer = vorgang("mail", "templates")
    assert str(path) in answer.out
    assert "mitgeliefert" in answer.out
    (reminder, plan) = (
        row for row in answer.out.splitlines() if row.strip().startswith(("erinnerung ", "planverzug "))
    )
    assert re.search(r"\d+ Erinnerungsleitern in \d+ Regelwerken$", reminder.strip())
    assert re.search(r"\d+ Rückwärtspläne in \d+ Regelwerken$", plan.strip())
    assert vorgang.json("mail", "preview", "auftrag")["subject"] == "Eigener Auftrag 1062/2023"


def test_bad_templates_are_found_before_they_are_used(
    vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = own(monkeypatch, tmp_path, GOOD, "de/erinnerung.j2")
    answer = vorgang("rules", "check", "--json")
    assert answer.code == 1
    (finding,) = answer.document["findings"]
    assert (finding["code"], finding["file"]) == ("mail_template_rung", str(path))
    found = vorgang("doctor").out
    assert str(path) in found
    assert "nennt aber im Betreff die Stufe nicht" in " ".join(found.split())
