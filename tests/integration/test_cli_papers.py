"""``vorgang paper render``."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.papers import read, text_of
from vorgang.config.clock import SystemClock


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    path = tmp_path / "antwort.txt"
    path.write_text("Gebaut wird im Herbst.\n\n- am Ufer\n- in der Hauptstraße 12\n", "utf-8")
    return path


def test_a_paper_is_written_and_says_what_it_is(vorgang: Vorgang, answer: Path, tmp_path: Path) -> None:
    vorgang.opened("0700/2024")
    found = vorgang.json("paper", "render", "0700/2024", "--text", answer, "--out", tmp_path / "a.pdf")
    assert found["file"] == str(tmp_path / "a.pdf")
    assert found["name"] == "Stellungnahme_0700-2024.pdf"
    assert found["draft"] is True
    assert found["redacted"] == {}
    assert "Gebaut wird im Herbst." in text_of(read((tmp_path / "a.pdf").read_bytes()))


def test_into_a_folder_it_goes_under_its_own_name(vorgang: Vorgang, answer: Path, tmp_path: Path) -> None:
    vorgang.opened("0701/2024")
    said = vorgang(
        *("paper", "render", "0701/2024", "--text", answer, "--format", "html", "--anonymised", "--out", tmp_path)
    )
    assert said.code == 0
    assert "Nicht unterzeichnet: als Entwurf gekennzeichnet." in said.out
    assert "Geschwärzt: Anschrift, 1-mal" in said.out
    assert (tmp_path / "Stellungnahme_0701-2024_anonymisiert.html").is_file()


def answered(vorgang: Vorgang, answer: Path, number: str) -> None:
    """An inquiry answered by a plain text, signed and published."""
    vorgang.opened(number)

    def fire(event: str, person: str, *said: str) -> None:
        words = [word for one in said for word in ("-s", one)]
        vorgang.json("case", "fire", number, event, "--as", person, *words)

    fire("zulassen", "randt")
    fire("zuweisen", "randt", "federfuehrung=amt01")
    fire("annehmen", "beispiel01")
    fire("entwurf_ablegen", "beispiel01", f"entwurf=@{answer}")
    fire("zur_unterschrift_geben", "beispiel01")
    vorgang.signs(number, "unterzeichnen", "schulz", "unvollstaendig_weil=Als Datei beantwortet")
    fire("veroeffentlichen", "randt", "veroeffentlichung=oeffentlich")


def test_no_text_from_elsewhere_goes_out_under_a_signature(vorgang: Vorgang, answer: Path, tmp_path: Path) -> None:
    answered(vorgang, answer, "0703/2024")
    (tmp_path / "lie.txt").write_text("Jeder bekommt eine Million.", "utf-8")
    render = ("paper", "render", "0703/2024", "--format", "html", "--out", tmp_path / "a.html", "--overwrite")
    for reader in (["--public"], ["--as", "severcan"]):
        for how in (["--text", tmp_path / "lie.txt"], ["--preview"]):
            assert vorgang.fails(2, *render, *how, *reader)["code"] == "paper_preview_inside"
    assert vorgang.json(*render, "--text", tmp_path / "lie.txt")["draft"] is True
    assert "gez." not in (tmp_path / "a.html").read_text("utf-8")
    found = vorgang.json(*render, "--public")
    assert (found["draft"], found["redacted"]) == (False, {"Anschrift": 1})
    assert "Gebaut wird im Herbst." in (tmp_path / "a.html").read_text("utf-8")
    assert "gez. Erik O. Schulz" in (tmp_path / "a.html").read_text("utf-8")


def test_what_was_issued_is_listed_and_handed_out(vorgang: Vorgang, answer: Path, tmp_path: Path) -> None:
    answered(vorgang, answer, "0704/2024")
    assert "Ausgegeben wurde noch nichts." in vorgang("paper", "issued", "0704/2024").out
    first = vorgang.json("paper", "render", "0704/2024", "--out", tmp_path / "a.pdf")
    (issue,) = vorgang.json("paper", "issued", "0704/2024")["issued"]
    assert (issue["kind"], issue["format"], issue["anonymised"]) == ("stellungnahme", "pdf", False)
    assert first["issued_at"] == issue["issued_at"]
    assert issue["sha256"][:12] in vorgang("paper", "issued", "0704/2024").out
    vorgang.json("paper", "issued", "0704/2024", issue["sha256"][:8], "--out", tmp_path / "b.pdf")
    assert (tmp_path / "b.pdf").read_bytes() == (tmp_path / "a.pdf").read_bytes()
    assert vorgang.fails(5, "paper", "issued", "0704/2024", "00000000")["code"] == "paper_issue_unknown"
    assert vorgang.fails(5, "paper", "issued", "0704/2024", "--as", "severcan")["code"] == "case_unknown"


def test_what_is_missing_or_wrong_is_said(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.opened("0702/2024")
    assert vorgang.fails(2, "paper", "render", "0702/2024")["code"] == "paper_answer_missing"
    assert vorgang.fails(2, "paper", "render", "0702/2024", "--kind", "brief")["code"]
    assert vorgang.fails(2, "paper", "render", "0702/2024", "--text", tmp_path)["code"] == "paper_text_unreadable"
    assert vorgang.fails(5, "paper", "render", "0999/2024")["code"] == "case_unknown"


def test_mistakes_in_layouts_of_the_town_are_found(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "papers").mkdir()
    layout = tmp_path / "papers" / "brief.toml"
    layout.write_text('title = "{{ case.nummer }}"\nfile = "Brief"\n[[block]]\nis = "kopf"\n', "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(tmp_path))
    checked = vorgang("template", "check", "--json")
    assert checked.code == 1
    assert [one["file"] for one in checked.document["findings"]] == [str(layout)]
    checks = vorgang("doctor", "--json").document["checks"]
    assert any("brief.toml" in str(one) for one in checks if one["check"] == "templates")
    block = '[[block]]\nis = "answers"\nunanswered = "-"\n'
    layout.write_text(f'title = "{{{{ case.number }}}}"\nfile = "Brief"\n{block}', "utf-8")
    assert vorgang("template", "check").code == 0


def test_a_promise_that_nobody_has_entered_is_told_until_somebody_has(vorgang: Vorgang, tmp_path: Path) -> None:
    number, path = "0705/2024", tmp_path / "zusage.txt"
    path.write_text("Entwurf", "utf-8")
    promised = "Die Verwaltung berichtet dem Ausschuss bis zum 30.09.2030 unaufgefordert."
    answer = f'antworten={{"frage": "Wann wird gebaut?", "antwort": "{promised}"}}'
    vorgang.opened(number)

    def fire(event: str, person: str, *said: str) -> list[str]:
        words = [word for one in said for word in ("-s", one)]
        answered = vorgang.json("case", "fire", number, event, "--as", person, *words)
        return [one["due"] for one in answered["unentered_promises"]]

    fire("zulassen", "randt")
    fire("zuweisen", "randt", "federfuehrung=amt01")
    fire("annehmen", "beispiel01")
    assert fire("entwurf_ablegen", "beispiel01", f"entwurf=@{path}", answer) == []
    fire("zur_unterschrift_geben", "beispiel01")
    vorgang.signs(number, "unterzeichnen", "schulz")
    shown = vorgang("case", "show", number).out
    assert "Zugesagt in der Antwort, aber noch nicht eingetragen" in shown
    assert "(30.09.2030)" in shown
    assert fire("veroeffentlichen", "randt", "veroeffentlichung=oeffentlich") == ["2030-09-30"]
    entry = f'zusagen={{"zusage": "{promised}", "kontrolle": "2030-09-30"}}'
    assert fire("zusagen_nachtragen", "randt", entry) == []
    assert vorgang.json("case", "show", f"{number}/zusage")["case"]["due_on"] == "2030-09-30"
    assert "eingetragen" not in vorgang("case", "show", number).out


def test_nobody_signs_on_a_day_to_come(vorgang: Vorgang, answer: Path) -> None:
    vorgang.opened("0706/2024")
    for event, person, *said in (
        ("zulassen", "randt"),
        ("zuweisen", "randt", "-s", "federfuehrung=amt01"),
        ("annehmen", "beispiel01"),
        ("entwurf_ablegen", "beispiel01", "-s", f"entwurf=@{answer}"),
        ("zur_unterschrift_geben", "beispiel01"),
    ):
        vorgang.json("case", "fire", "0706/2024", event, "--as", person, *said)
    late = ("unterzeichnet_am=2099-12-24", "unvollstaendig_weil=Als Datei beantwortet")
    refused = vorgang.fails(3, *vorgang.signing("0706/2024", "unterzeichnen", "schulz", *late))
    assert [one["code"] for one in refused["reasons"]] == ["day_in_the_future"]


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!")])
def test_the_ending_of_the_file_says_the_format(
    vorgang: Vorgang, answer: Path, tmp_path: Path, form: str, begins: bytes
) -> None:
    vorgang.opened("0705/2024")
    render = ("paper", "render", "0705/2024", "--text", answer)
    vorgang.json(*render, "--out", tmp_path / f"a.{form.upper()}")
    assert (tmp_path / f"a.{form.upper()}").read_bytes().startswith(begins)


def test_a_format_that_contradicts_the_ending_is_refused(vorgang: Vorgang, answer: Path, tmp_path: Path) -> None:
    vorgang.opened("0706/2024")
    render = ("paper", "render", "0706/2024", "--text", answer)
    assert vorgang.fails(2, *render, "--format", "pdf", "--out", tmp_path / "a.html")["code"] == "paper_format_ending"
    assert vorgang.fails(2, *render, "--out", tmp_path / "a.xyz")["code"] == "paper_ending_unknown"
    assert not (tmp_path / "a.html").exists()
    assert vorgang.json(*render, "--format", "html", "--out", tmp_path / "a.html")["name"].endswith(".html")


def test_the_day_of_issue_is_that_of_the_town(
    vorgang: Vorgang, answer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(vorgang, answer, "0707/2024")
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    render = ("paper", "render", "0707/2024", "--out", tmp_path / "a.pdf")
    assert "Ausgegeben am 23.11.2026" in vorgang(*render).out
    assert "23.11.2026 00:30" in vorgang("paper", "issued", "0707/2024").out
    (issue,) = vorgang.json("paper", "issued", "0707/2024")["issued"]
    handed_out = vorgang("paper", "issued", "0707/2024", issue["sha256"], "--out", tmp_path / "b.pdf").out
    assert "Ausgegeben am 23.11.2026" in handed_out


def test_whoever_may_not_see_the_verfuegung_is_told_no_more_than_they_asked(vorgang: Vorgang, answer: Path) -> None:
    answered(vorgang, answer, "0708/2024")
    refused = vorgang.fails(5, "paper", "render", "0708/2024", "--kind", "verfuegung", "--public")
    assert (refused["code"], "„0708/2024“" in refused["de"]) == ("case_unknown", True)
