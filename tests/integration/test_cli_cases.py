"""Cases on the command line: opened, looked at, moved on, refused with reasons."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.house import BERLIN

ASSIGNED = ("-s", "federfuehrung=amt01", "-s", "beteiligt=amt41", "-s", "beteiligt=amt48")


def in_co_signing(vorgang: Vorgang, tmp_path: Path) -> str:
    """An inquiry that two offices are asked to co-sign."""
    case = vorgang.opened()
    draft = tmp_path / "entwurf.txt"
    draft.write_text("Der Radweg wird 2025 gebaut.", "utf-8")
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    vorgang.json("case", "fire", case, "zuweisen", "--as", "randt", *ASSIGNED)
    vorgang.json("case", "fire", case, "annehmen", "--as", "beispiel01")
    vorgang.json("case", "fire", case, "entwurf_ablegen", "--as", "beispiel01", "-s", f"entwurf=@{draft}")
    vorgang.json("case", "fire", case, "in_mitzeichnung_geben", "--as", "beispiel01")
    return case


def test_what_is_typed_arrives_as_the_lifecycle_wants_it(vorgang: Vorgang) -> None:
    case = vorgang.opened(schreiben_vom="1.3.2024", oeffentlich="nein")
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    vorgang.json("case", "fire", case, "zuweisen", "--as", "randt", *ASSIGNED)
    shown = vorgang.json("case", "show", case)
    assert shown["case"]["facts"]["fragen"] == ["Wann wird gebaut?"]
    assert shown["case"]["facts"]["beteiligt"] == ["amt41", "amt48"]
    assert shown["case"]["public"] is False
    opening = vorgang.json("case", "history", case)["history"][0]
    assert (opening["data"]["schreiben_vom"], opening["data"]["oeffentlich"]) == ("2024-03-01", False)


def test_records_come_as_json_and_data_comes_from_a_file(vorgang: Vorgang, tmp_path: Path) -> None:
    case = in_co_signing(vorgang, tmp_path)
    for office in ("41", "48"):
        vorgang.signs(f"100/2024/mitzeichnung/amt{office}", "mitzeichnen", f"beispiel{office}")
    vorgang.signs(case, "unterzeichnen", "schulz", "unvollstaendig_weil=steht im Brief")
    promise = json.dumps({"zusage": "Ein Bericht folgt.", "kontrolle": "2099-09-30"})
    data = tmp_path / "antwort.json"
    data.write_text(json.dumps({"veroeffentlichung": "nichtoeffentlich"}), "utf-8")
    arguments = ("--data", f"@{data}", "-s", f"zusagen={promise}", "-s", "veroeffentlichung=oeffentlich")
    fired = vorgang.json("case", "fire", case, "veroeffentlichen", "--as", "randt", *arguments)
    assert (fired["to"], fired["case"]["facts"]["veroeffentlichung"]) == ("beantwortet", "oeffentlich")
    assert vorgang.json("case", "show", "100/2024/zusage")["case"]["due_on"] == "2099-09-30"


def test_a_file_handed_in_is_kept_with_its_digest(vorgang: Vorgang, tmp_path: Path) -> None:
    case = in_co_signing(vorgang, tmp_path)
    kept = vorgang.json("case", "show", case)["case"]["facts"]["entwurf"]
    assert (kept["name"], kept["media_type"], kept["size"]) == ("entwurf.txt", "text/plain", 28)
    missing = vorgang.fails(
        2, "case", "fire", case, "entwurf_ablegen", "--as", "beispiel01", "-s", f"entwurf=@{tmp_path / 'fort.txt'}"
    )
    assert missing["code"] == "cli_file"


@pytest.mark.parametrize("reference", ["0100/2024", "100/2024", " 100 / 2024 "])
def test_a_case_is_found_by_its_number_however_it_is_written(vorgang: Vorgang, reference: str) -> None:
    case = vorgang.opened("0100/2024")
    assert vorgang.json("case", "show", reference)["case"]["id"] == case


def test_a_case_is_found_by_the_beginning_of_its_id_as_lists_print_it(vorgang: Vorgang, tmp_path: Path) -> None:
    case = in_co_signing(vorgang, tmp_path)
    listed = vorgang("case", "list").out
    for one in vorgang.json("case", "list")["cases"]:
        printed = one["id"][:18]
        assert printed in listed
        assert vorgang.json("case", "show", printed)["case"]["id"] == one["id"]
    assert case[:18] in listed


def test_children_are_found_by_their_way_from_the_parent(vorgang: Vorgang, tmp_path: Path) -> None:
    in_co_signing(vorgang, tmp_path)
    child = vorgang.json("case", "show", "100/2024/mitzeichnung/amt48")["case"]
    assert (child["lifecycle"], child["owner"]) == ("mitzeichnung", "amt48")
    assert vorgang.fails(5, "case", "show", "100/2024/mitzeichnung")["code"] == "case_ambiguous"
    assert vorgang.fails(5, "case", "show", "100/2024/zusage")["code"] == "cli_child_unknown"
    assert vorgang.fails(5, "case", "show", "999/2024/zusage")["code"] == "case_unknown"
    vorgang.signs("100/2024/mitzeichnung/amt41", "mitzeichnen", "beispiel41")
    assert vorgang.json("case", "show", "100/2024/mitzeichnung")["case"]["owner"] == "amt48"


def test_the_page_of_a_case_says_who_must_act_until_when_and_why(vorgang: Vorgang) -> None:
    vorgang.opened()
    vorgang.json("case", "fire", "100/2024", "zulassen", "--as", "randt")
    german = vorgang("case", "show", "100/2024", "--as", "randt").out
    for expected in ("zugelassen", "Geschäftsstelle des Integrationsrates", "§ 187 Abs. 1 BGB", "✔ zuweisen"):
        assert expected in german
    english = vorgang("case", "show", "100/2024", "--as", "schulz", "--lang", "en").out
    for expected in ("admitted", "lies with", "4 weeks end at the close of", "✘ zuweisen"):
        assert expected in english


def test_what_runs_is_listed_by_its_day(vorgang: Vorgang) -> None:
    vorgang.opened()
    vorgang("case", "fire", "0100/2024", "zulassen", "--as", "randt")
    session = ("-s", "federfuehrung=amt01", "-s", "zielsitzung=2098-01-23")
    vorgang.json("case", "fire", "0100/2024", "zuweisen", "--as", "randt", *session)
    for command in (("case", "show"), ("deadline", "explain")):
        shown = vorgang(*command, "0100/2024", "--lang", "en").out.splitlines()
        running = [line.split()[0] for line in shown if line.endswith(": running")]
        assert len(running) > 5
        assert running == sorted(running)
        found = vorgang.json(*command, "0100/2024")["deadlines"]
        assert [one["due_on"] for one in found if one["status"] == "running"] == running
    ended = [one["status"] for one in vorgang.json("case", "show", "0100/2024")["deadlines"]]
    assert ended.index("running") == 0  # what has ended stands below


def test_offers_say_what_to_type_and_why_not(vorgang: Vorgang) -> None:
    vorgang.opened()
    offers = {offer["event"]: offer for offer in vorgang.json("case", "events", "100/2024", "--as", "schulz")["events"]}
    assert offers["zulassen"]["refusal"]["code"] == "role_missing"
    assert [field["name"] for field in offers["zurueckweisen"]["fields"]] == ["grund"]
    printed = vorgang("case", "events", "100/2024", "--as", "schulz").out
    assert "-s grund=…" in printed


def test_who_sees_not_all_of_a_case_is_told_what_they_may_do(vorgang: Vorgang) -> None:
    vorgang.opened()
    offers = vorgang.json("case", "events", "100/2024", "--as", "severcan")["events"]
    assert [(offer["event"], offer["allowed"]) for offer in offers] == [("zurueckziehen", True)]


def test_a_refusal_names_every_reason_and_changes_nothing(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    before = vorgang.json("case", "history", case)
    error = vorgang.fails(
        3, "case", "fire", case, "zuweisen", "--as", "randt", "-s", "beteiligt=amt99", "-s", "hinwes=x"
    )
    assert error["code"] == "input_invalid"
    assert {reason["code"] for reason in error["reasons"]} == {
        "field_missing",
        "field_unknown_party",
        "field_unknown",
    }
    assert vorgang.json("case", "history", case) == before
    printed = vorgang("case", "fire", case, "zuweisen", "--as", "randt")
    assert (printed.code, printed.out) == (3, "")
    assert "[input_invalid]" in printed.err
    assert "→ Bitte „federfuehrung“ angeben." in printed.err


def test_who_saw_an_older_version_is_told_so(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    seen = str(vorgang.json("case", "show", case)["case"]["version"])
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt", "--expect", seen)
    error = vorgang.fails(4, "case", "fire", case, "zuweisen", "--as", "randt", *ASSIGNED, "--expect", seen)
    assert error["code"] == "version_stale"


def test_repeating_with_the_same_key_does_nothing_twice(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    arguments = ("case", "fire", case, "zulassen", "--as", "randt", "--key", "abc")
    first, second = vorgang.json(*arguments), vorgang.json(*arguments)
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert len(vorgang.json("case", "history", case)["history"]) == 2


def test_who_acts_must_be_said_and_may_come_from_the_environment(
    vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = vorgang.opened()
    assert vorgang.fails(2, "case", "fire", case, "zulassen")["code"] == "cli_actor_missing"
    assert vorgang.fails(5, "case", "fire", case, "zulassen", "--as", "niemand")["code"] == "actor_unknown"
    monkeypatch.setenv("VORGANG_ACTOR", "randt")
    assert vorgang.json("case", "fire", case, "zulassen")["to"] == "zugelassen"


def test_an_override_is_asked_about_and_logged_with_its_reason(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    arguments = ("case", "override", case, "zugelassen", "--as", "aufsicht", "--reason", "Versehen")
    due = ("--due", "antwort=2099-03-15")
    assert vorgang.fails(2, *arguments, *due)["code"] == "cli_unconfirmed"
    assert vorgang.fails(2, *arguments, "--due", "antwort=morgen", "--yes")["code"] == "cli_due_form"
    vorgang.json(*arguments, *due, "--yes")
    shown = vorgang.json("case", "show", case)
    assert shown["case"]["state"] == "zugelassen"
    assert {clock["name"]: clock["due_on"] for clock in shown["deadlines"]}["antwort"] == "2099-03-15"
    assert vorgang.json("case", "history", case)["history"][-1]["reason"] == "Versehen"
    assert "von Hand gesetzt" in vorgang("case", "history", case).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-s", "betreff"), "cli_set_form"),
        (("-s", "betreff=a", "-s", "betreff=b"), "cli_set_twice"),
        (("--data", "{"), "cli_json"),
        (("--data", "[1]"), "cli_json_object"),
        (("--data", "@/nirgends.json"), "cli_file"),
    ],
)
def test_input_that_cannot_be_read_is_named(vorgang: Vorgang, arguments: tuple[str, ...], code: str) -> None:
    assert vorgang.fails(2, "case", "open", "anfrage", "--as", "randt", *arguments)["code"] == code


def test_a_slip_in_a_record_is_told_where_it_was_typed(vorgang: Vorgang) -> None:
    given = ("-s", 'beratungsfolge={"gremium":"rat" "rolle":"kenntnisnahme"}')
    error = vorgang.fails(2, "case", "open", "anfrage", "--as", "randt", *given)
    assert error["de"] == "„-s beratungsfolge“ ist kein gültiges JSON (ein Komma fehlt, Zeile 1, Zeichen 18)."
    assert error["remedy_de"].startswith("Zum Beispiel: -s beratungsfolge='{")


def test_a_paper_and_its_log_are_told_in_words_and_its_amendment_by_its_subject(vorgang: Vorgang) -> None:
    said = "schreiben_vom=2024-03-01 eingang=2024-03-02 fragesteller=severcan betreff=Netzwerk beschlussvorschlag=Ja."
    given = [word for one in said.split() for word in ("-s", one)]
    case = vorgang.json("case", "open", "antrag", "--as", "randt", *given, "-s", "oeffentlich=ja")["case"]["id"]
    moved = json.dumps({"betreff": "Netzwerk erst 2025", "fragesteller": "severcan", "wortlaut": "Es beginnt 2025."})
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    vorgang.json(
        "case", "fire", case, "aenderungsantrag_einbringen", "--as", "randt", "-s", f"aenderungsantrag={moved}"
    )
    shown = vorgang("case", "show", case).out
    assert re.search(r"noch nicht entschiedene Änderungsanträge +Netzwerk erst 2025", shown)
    for how in ([], ["--public"]):
        assert re.search(r"Änderungsantrag +Netzwerk erst 2025 +eingebracht", vorgang("case", "show", case, *how).out)
    stop = json.dumps({"gremium": "rat", "sitzung": "2099-03-05", "rolle": "entscheidung"})
    vorgang.json("case", "fire", case, "auf_tagesordnung_setzen", "--as", "randt", "-s", f"beratungsfolge={stop}")
    told = " ".join(vorgang("case", "show", case, "--lang", "en").out.split())
    assert "2099-03-05 Rat der Stadt Hagen decision – planned for the session" in told
    log = vorgang("case", "history", case, "--lang", "en").out
    assert "amendment: subject: Netzwerk erst" in " ".join(log.split())


def test_what_only_another_case_opens_names_it_at_once(vorgang: Vorgang) -> None:
    error = vorgang.fails(3, "case", "open", "aenderungsantrag", "--as", "randt")
    assert error["code"] == "opens_by_itself"
    assert "antrag: aenderungsantrag_einbringen; beschlussvorlage: aenderungsantrag_einbringen" in error["remedy_de"]


def test_an_earlier_case_is_meant_by_its_number(vorgang: Vorgang) -> None:
    first = vorgang.opened("0100/2024")
    second = vorgang.opened("0100/2024-1", bezug="100/2024")
    assert vorgang.json("case", "history", second)["history"][0]["data"]["bezug"] == first


def test_lists_filter_and_go_on(vorgang: Vorgang) -> None:
    ids = [vorgang.opened(f"{number}/2024") for number in (101, 102, 103)]
    vorgang.json("case", "fire", ids[1], "zurueckziehen", "--as", "severcan")

    def listed(*arguments: str) -> list[str]:
        return [case["id"] for case in vorgang.json("case", "list", *arguments)["cases"]]

    assert listed("--lifecycle", "anfrage") == ids
    assert listed("--open") == [ids[0], ids[2]]
    assert listed("--closed") == listed("--state", "zurueckgezogen") == [ids[1]]
    assert listed("--limit", "1", "--after", ids[0]) == [ids[1]]
    assert listed("--lifecycle", "zusage") == []


def test_a_worklist_shows_what_lies_with_an_office_or_a_person(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    for whom in ((), ("gs-integrationsrat",), ("randt",), ("--as", "randt")):
        assert [one["id"] for one in vorgang.json("worklist", *whom)["cases"]] == [case]
    assert vorgang.json("worklist", "amt41")["cases"] == []
    assert vorgang.fails(5, "worklist", "amt99")["code"] == "party_unknown"
    assert "Radweg am Hengsteysee" in vorgang("worklist").out


def test_a_list_names_what_a_task_or_a_promise_is_about(vorgang: Vorgang) -> None:
    for kind, field, words, office in (
        ("beschlusskontrolle", "aufgabe", "Netzwerk", "amt=amt41"),
        ("zusage", "zusage", "Rundbrief", "federfuehrung=amt41"),
    ):
        day = "zieltermin" if kind == "beschlusskontrolle" else "kontrolle"
        said = ("-s", f"{field}={words}", "-s", office, "-s", f"{day}=2099-09-30")
        vorgang.json("case", "open", kind, "--as", "randt", *said)
        assert words in vorgang("worklist", "amt41").out


def test_nothing_in_the_data_can_steer_the_terminal(vorgang: Vorgang) -> None:
    vorgang.opened(betreff="harmlos\x1b[2J\x9b31m[bold]fett[/bold]")
    printed = vorgang("case", "show", "100/2024").out + vorgang("case", "list").out
    assert not {"\x1b", "\x9b"} & set(printed)
    assert "[bold]fett[/bold]" in printed


@pytest.mark.parametrize(
    ("days", "code", "told"),
    [
        (
            {"schreiben_vom": "30.11.2023", "eingang": "20.11.2023"},
            "day_after",
            "„Tag des Eingangs [eingang]“ (20.11.2023)",
        ),
        (
            {"eingang": "2099-01-04"},
            "day_in_the_future",
            "[eingang]“ liegt mit 04.01.2099 in der Zukunft",
        ),
        (
            {"schreiben_vom": "2099-01-04"},
            "day_in_the_future",
            "[schreiben_vom]“ liegt mit 04.01.2099",
        ),
    ],
)
def test_a_letter_from_the_future_is_not_registered(
    vorgang: Vorgang, days: dict[str, str], code: str, told: str
) -> None:
    fields = {"betreff": "B", "schreiben_vom": "2024-03-01", "eingang": "2024-03-04", "fragesteller": "severcan"}
    settings = [word for pair in {**fields, "fragen": "?", **days}.items() for word in ("-s", "=".join(pair))]
    refused = vorgang.fails(3, "case", "open", "anfrage", "--as", "randt", *settings)
    assert code in {one["code"] for one in refused["reasons"]}
    assert told in refused["de"]


def test_a_subject_of_several_lines_is_one_line_from_the_beginning(vorgang: Vorgang) -> None:
    case = vorgang.opened(betreff="Radweg\r\nam Hengsteysee")
    assert vorgang.json("case", "show", case)["case"]["subject"] == "Radweg am Hengsteysee"


def test_an_event_is_named_once_and_with_its_label_where_that_says_more(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    told = vorgang("case", "events", case).out
    assert "· zuweisen\n" in told
    assert "zuweisen: zuweisen" not in told
    assert "· zuweisen: assign\n" in vorgang("case", "events", case, "--lang", "en").out


@pytest.mark.parametrize("day", ["2099-12-05", "05.12.2099", "5.12.2099"])
def test_a_day_may_be_written_either_way_when_a_state_is_set(vorgang: Vorgang, day: str) -> None:
    case = vorgang.opened()
    options = ("--reason", "Versehen", "--due", f"antwort={day}", "--yes", "--as", "aufsicht")
    vorgang.json("case", "override", case, "zugelassen", *options)
    assert vorgang.json("case", "show", case)["case"]["due_on"] == "2099-12-05"


def test_facts_are_shown_in_the_words_of_their_fields(vorgang: Vorgang) -> None:
    stop = '{"rolle": "kenntnisnahme", "sitzung": "2024-03-19", "gremium": "integrationsrat"}'
    vorgang.opened("0107/2024", beratungsfolge=stop)
    shown = " ".join(vorgang("case", "show", "0107/2024").out.split())
    assert "Tag des Eingangs 04.03.2024" in shown
    assert "fragende Person oder Stelle Hakan Severcan (severcan)" in shown
    body = "Gremium: Integrationsrat der Stadt Hagen (integrationsrat)"
    assert f"{body} · Sitzung am: 19.03.2024 · Art der Behandlung: Kenntnisnahme" in shown


def published(vorgang: Vorgang, tmp_path: Path) -> str:
    case = in_co_signing(vorgang, tmp_path)
    for office in ("41", "48"):
        vorgang.signs(f"100/2024/mitzeichnung/amt{office}", "mitzeichnen", f"beispiel{office}")
    vorgang.signs(case, "unterzeichnen", "schulz", "unvollstaendig_weil=steht im Brief")
    vorgang.json("case", "fire", case, "veroeffentlichen", "--as", "randt", "-s", "veroeffentlichung=oeffentlich")
    return case


def stop(body: str, day: str) -> dict[str, object]:
    return {"gremium": body, "sitzung": day, "rolle": "kenntnisnahme", "oeffentlich": True}


@pytest.mark.parametrize("as_data", [False, True])
def test_days_in_records_may_be_written_the_german_way(vorgang: Vorgang, tmp_path: Path, *, as_data: bool) -> None:
    case = published(vorgang, tmp_path)
    fire = ("case", "fire", case, "auf_tagesordnung_setzen", "--as", "randt")
    stops = [stop("integrationsrat", "17.12.2098"), stop("rat", "18.12.2098")]
    given = [f"beratungsfolge={json.dumps(one)}" for one in stops]
    if as_data:
        vorgang.json(*fire, "--data", json.dumps({"beratungsfolge": stops}))
    else:
        vorgang.json(*fire, "-s", given[0], "-s", given[1])
    days = [child["due_on"] for child in vorgang.json("case", "show", case)["children"] if child["child"] == "beratung"]
    assert sorted(days) == ["2098-12-17", "2098-12-18"]
    several = vorgang.fails(5, "case", "show", "100/2024/beratung")
    assert "(Integrationsrat der Stadt Hagen, 17.12.2098)" in several["de"]
    assert "(Integrationsrat der Stadt Hagen, 2098-12-17)" in several["en"]


#: Where the Geschäftsordnung itself says until when the bodies take note.
BINDING = """
id = "hagen"
version = "2"
extends = "neutral"
valid_from = 2020-01-01
label = "Stadt Hagen"
basis = "Geschäftsordnung"
source = "Geschäftsordnung"
calendar = { land = "NW" }
rule.kenntnisnahme = { basis = "geschaeftsordnung", norm = "§ 99" }
"""


@pytest.mark.parametrize("is_binding", [True, False])
def test_a_session_after_a_binding_deadline_is_told_and_a_customary_one_waits_for_it(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_binding: bool
) -> None:
    (tmp_path / "regeln").mkdir()
    if is_binding:
        (tmp_path / "regeln" / "hagen.toml").write_text(BINDING, "utf-8")
    monkeypatch.setenv("VORGANG_RULES", str(tmp_path / "regeln"))
    case, given = published(vorgang, tmp_path), f"beratungsfolge={json.dumps(stop('rat', '2098-12-18'))}"
    fired = " ".join(vorgang("case", "fire", case, "auf_tagesordnung_setzen", "--as", "randt", "-s", given).out.split())
    assert ("vor der angesetzten Sitzung am 18.12.2098" in fired) == is_binding
    clocks = {one["name"]: one["due_on"] for one in vorgang.json("case", "show", case)["deadlines"]}
    assert (clocks["kenntnisnahme"] == "2098-12-18") != is_binding


def test_an_amendment_with_a_later_deadline_is_no_session_after_that_of_its_paper(vorgang: Vorgang) -> None:
    said = {"nummer": "0042/2026", "betreff": "Netzwerk", "schreiben_vom": "2024-03-01", "eingang": "2024-03-04"}
    said |= {"fragesteller": "severcan", "beschlussvorschlag": "Ein Netzwerk wird gegründet."}
    case = vorgang.json(
        "case", "open", "antrag", "--as", "randt", *(w for n, v in said.items() for w in ("-s", f"{n}={v}"))
    )["case"]["id"]
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    soon = ("-s", f"neuer_termin={datetime.now(BERLIN).date()}", "-s", "grund=eilig")
    vorgang.json("case", "fire", case, "beratung_verschieben", "--as", "randt", *soon)
    moved = json.dumps({"betreff": "Beirat", "fragesteller": "beispiel48", "wortlaut": "… und ein Beirat."})
    fire = ("case", "fire", case, "aenderungsantrag_einbringen", "--as", "randt", "-s", f"aenderungsantrag={moved}")
    assert "vor der angesetzten Sitzung" not in " ".join(vorgang(*fire).out.split())


def test_what_stands_against_a_way_is_said_in_words(vorgang: Vorgang, tmp_path: Path) -> None:
    case = published(vorgang, tmp_path)
    refused = vorgang("case", "fire", case, "wieder_veroeffentlichen", "--as", "randt", "-s", "grund=doppelt")
    assert (refused.code, "– Der Vorgang ist schon öffentlich." in refused.err) == (3, True)


def test_the_field_that_stands_against_a_way_is_called_by_its_label(vorgang: Vorgang, tmp_path: Path) -> None:
    case = vorgang.opened()
    draft = tmp_path / "entwurf.txt"
    draft.write_text("Der Radweg wird 2025 gebaut.", "utf-8")
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    vorgang.json("case", "fire", case, "zuweisen", "--as", "randt", *ASSIGNED)
    vorgang.json("case", "fire", case, "annehmen", "--as", "beispiel01")
    vorgang.json("case", "fire", case, "entwurf_ablegen", "--as", "beispiel01", "-s", f"entwurf=@{draft}")
    refused = vorgang("case", "fire", case, "zur_unterschrift_geben", "--as", "beispiel01")
    assert (refused.code, "– „beteiligte Ämter“ steht schon fest." in refused.err) == (3, True)


def test_a_co_signature_cannot_be_skipped_before_any_has_been_planned(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    vorgang.json("case", "fire", case, "zuweisen", "--as", "randt", *ASSIGNED)
    vorgang.json("case", "fire", case, "annehmen", "--as", "beispiel01")
    skip = ("case", "fire", case, "mitzeichnung_ueberspringen", "--as", "randt", "-s", "amt=amt41", "-s", "grund=eilt")
    refused = vorgang(*skip)
    assert "Eine Mitzeichnung ist noch nicht geplant" in refused.err
    assert "angeben" not in refused.err


def test_an_embargo_that_is_over_is_shown_as_one_that_was(vorgang: Vorgang, tmp_path: Path) -> None:
    case = in_co_signing(vorgang, tmp_path)
    for office in ("41", "48"):
        vorgang.signs(f"100/2024/mitzeichnung/amt{office}", "mitzeichnen", f"beispiel{office}")
    vorgang.signs(case, "unterzeichnen", "schulz", "unvollstaendig_weil=steht im Brief")
    vorgang.json("case", "fire", case, "sperren", "--as", "randt", "-s", "gesperrt_bis=31.12.2098")
    assert "gilt nicht mehr" not in vorgang("case", "show", case).out
    vorgang.json("case", "fire", case, "freigeben", "--as", "randt")
    assert "gesperrt bis einschließlich (gilt nicht mehr)" in vorgang("case", "show", case).out
