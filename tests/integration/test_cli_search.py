"""``vorgang search`` and ``vorgang db reindex`` as people and scripts meet them."""

import sqlite3

import pytest

from tests.helpers.command_line import Vorgang


@pytest.fixture
def filled(vorgang: Vorgang) -> Vorgang:
    vorgang.opened("0101/2024", betreff="Straßenbeleuchtung am Uferweg", fragen="Wann werden die Laternen ersetzt?")
    vorgang.opened("0102/2024", betreff="Geheime Laube", oeffentlich="nein")
    return vorgang


def test_a_hit_is_shown_with_number_subject_state_and_where_it_was_found(filled: Vorgang) -> None:
    answer = filled("search", "laterne", "beleuchtung")
    assert answer.code == 0
    for told in (
        *("0101/2024 · Straßenbeleuchtung am Uferweg", "01.03.2024 · Anfrage · eingegangen · Hakan Severcan"),
        *("»Laternen«", "Betreff: strassenbeleuchtung", "Fragen: laternen"),
    ):
        assert told in answer.out
    assert "Questions: laternen".lower() in filled("search", "laterne", "--lang", "en").out.lower()


def test_the_answer_for_scripts_holds_hits_and_whether_there_are_more(filled: Vorgang) -> None:
    document = filled.json("search", "Laube Uferweg", "--limit", "1")
    assert document["terms"] == ["laube", "uferweg"]
    assert document["more"] is True
    assert {"case_id", "number", "subject", "day", "kind", "state", "excerpt", "score", "why"} <= set(
        document["hits"][0]
    )
    assert filled.json("search", "Laube Uferweg", "-n", "1", "--after", "1")["more"] is False


@pytest.mark.parametrize("words", [["Quastenflosser"], ["der"], ['"', "*"], ["uferweg", "--kind", "zusage"]])
def test_nothing_found_is_no_error_and_says_what_may_help(filled: Vorgang, words: list[str]) -> None:
    answer = filled("search", *words)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.strip()
    assert filled.json("search", *words)["hits"] == []


def test_the_public_and_a_person_find_what_they_may_see(filled: Vorgang) -> None:
    assert len(filled.json("search", "Laube")["hits"]) == 1
    answer = filled("search", "Laube", "--public")
    assert "0102" not in answer.out
    assert "Geheime" not in answer.out
    assert filled.json("search", "Laube", "--public")["hits"] == []
    assert filled.json("search", "Uferweg", "--public")["hits"][0]["state"] is None
    assert len(filled.json("search", "Uferweg", "--as", "randt")["hits"]) == 1


def test_what_is_like_a_case_is_told_with_how_it_stands_to_the_bar(filled: Vorgang) -> None:
    case = filled.opened("0103/2024", betreff="Kaputte Laternen am Uferweg")
    answer = filled("search", "--similar-to", "103/2024")
    assert "0101/2024 · Straßenbeleuchtung am Uferweg" in answer.out
    assert "noch nicht beantwortet" in answer.out
    (earlier,) = filled.json("search", "--similar-to", case)["earlier"]
    assert earlier["bar"]["standing"] == "open"
    assert "Nichts Ähnliches" in filled("search", "--similar-to", "0102/2024").out


def test_days_narrow_a_search(filled: Vorgang) -> None:
    assert len(filled.json("search", "Uferweg", "--from", "1.3.2024", "--until", "2024-03-01")["hits"]) == 1
    assert filled.json("search", "Uferweg", "--from", "2024-03-02")["hits"] == []
    assert filled.fails(2, "search", "Uferweg", "--from", "gestern")["code"] == "cli_day"


def test_what_cannot_be_asked_is_refused_with_a_remedy(filled: Vorgang) -> None:
    assert filled.fails(2, "search")["code"] == "search_nothing_asked"
    assert filled.fails(2, "search", "Uferweg", "--similar-to", "0101/2024")["code"] == "search_both_asked"
    refused = filled.fails(2, "search", "--similar-to", "0101/2024", "--kind", "anfrage")
    assert (refused["code"], "--kind" in refused["de"]) == ("search_only_words", True)


def test_a_database_of_before_is_indexed_by_a_command(filled: Vorgang) -> None:
    with sqlite3.connect(filled.database) as connection:
        connection.execute("DELETE FROM vorgang_search")
    connection.close()
    assert "vorgang db reindex" in filled("search", "Uferweg").out
    checks = {check["check"]: check for check in filled_checks(filled)}
    assert checks["search"]["status"] == "warning"
    assert filled.json("db", "reindex")["cases"] == 2
    assert len(filled.json("search", "Uferweg")["hits"]) == 1
    assert {check["check"]: check for check in filled_checks(filled)}["search"]["status"] == "ok"


def filled_checks(filled: Vorgang) -> list[dict[str, str]]:
    answer = filled("doctor", "--json")
    found: list[dict[str, str]] = answer.document["checks"]
    return found


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(filled: Vorgang) -> None:
    refused = filled.fails(2, "search", "Uferweg", "--kind", "foo")
    assert (refused["code"], "anfrage, antrag" in refused["remedy_de"]) == ("search_kind_unknown", True)


def test_what_was_not_found_is_named_as_it_was_typed(filled: Vorgang) -> None:
    assert (
        "Nichts gefunden zu: öffentliche Straße." in filled("search", "öffentliche", "Straße", "--kind", "zusage").out
    )
