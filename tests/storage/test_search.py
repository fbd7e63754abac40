"""Papers and answers are found by their words, by whoever may see them and by nobody else, on both databases."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.helpers.house import CLERK, House
from vorgang.states.search_rebuild import Text, drop_document, put_document, reindex
from vorgang.states.search_text import stem, words
from vorgang.states.step import Command
from vorgang.states.visibility import Reader
from vorgang.workflow.search import Hits, Page, Wanted, search
from vorgang.workflow.search_excerpt import marked

SECRET = "xanthippenkraut"


def letter(subject: str, *questions: str, **more: Any) -> dict[str, Any]:
    return {"betreff": subject, "fragen": list(questions) or ["Wie ist der Stand?"], **more}


@pytest.fixture
def town(house: House) -> Iterator[House]:
    """A town of its own in the shared house."""
    house.body = house.found_town()
    yield house
    house.body = "hagen"


def found(house: House, asked: str, wanted: Wanted | None = None, **more: Any) -> Hits:
    return search(house.workflow, asked, (wanted or Wanted())._replace(body=house.body), **more)


def subjects(house: House, asked: str, **more: Any) -> list[str | None]:
    return [hit.subject for hit in found(house, asked, **more).hits]


def everybody(house: House) -> Reader:
    return house.workflow.reader(house.body)


# --- words ---


@pytest.mark.parametrize(
    "asked",
    [
        *("Straßenbeleuchtung", "strassenbeleuchtung", "Beleuchtung", "BELEUCHTUNG", "Straßenbel", "beleuchtungen"),
        *("Müllerstraße", "Mullerstrasse", "Muellerstraße", "Müller", "Laternen", "Laterne", "Beleuchtung Laterne"),
        *('"defekten Laternen"', "„defekten Laternen“", "Laternen, Beleuchtung!", "wie viele Laternen"),
    ],
)
def test_a_paper_is_found_by_its_words_however_they_are_written(town: House, asked: str) -> None:
    town.ask(**letter("Straßenbeleuchtung in der Müllerstraße", "Wann werden die defekten Laternen ersetzt?"))
    town.ask(**letter("Öffnungszeiten der Bücherei"))
    assert subjects(town, asked) == ["Straßenbeleuchtung in der Müllerstraße"]


@pytest.mark.parametrize("asked", ['"Laternen defekten"', "Quastenflosser", "der die das", "", "   ", "?!", "%", "*"])
def test_what_no_paper_says_finds_nothing(town: House, asked: str) -> None:
    town.ask(**letter("Straßenbeleuchtung", "Wann werden die defekten Laternen ersetzt?"))
    assert found(town, asked).hits == ()


def test_papers_with_all_words_come_before_those_with_fewer(town: House) -> None:
    town.ask(**letter("Beleuchtung am Uferweg"))
    town.ask(**letter("Beleuchtung der Sporthalle"))
    town.ask(**letter("Bänke am Uferweg"))
    hits = found(town, "Beleuchtung Uferweg").hits
    assert hits[0].subject == "Beleuchtung am Uferweg"
    assert [hit.terms for hit in hits] == [2, 1, 1]


def test_the_subject_counts_more_than_the_questions_and_a_word_more_than_its_part(town: House) -> None:
    town.ask(**letter("Sporthalle", "Wann wird die Beleuchtung erneuert?"))
    town.ask(**letter("Beleuchtungskonzept"))
    town.ask(**letter("Beleuchtung"))
    assert subjects(town, "Beleuchtung") == ["Beleuchtung", "Beleuchtungskonzept", "Sporthalle"]


@pytest.mark.parametrize("asked", ["4062/2023", "4062/23", "04062_2023", "4062 / 2023", "4062/2023,"])
def test_a_number_is_read_tolerantly(town: House, asked: str) -> None:
    town.ask(**letter("Radwege", nummer="4062/2023"))
    town.ask(**letter("Parkbänke", nummer="4063/2023"))
    assert subjects(town, asked)[0] == "Radwege"


def test_the_paper_with_the_number_comes_before_those_that_mention_it(town: House) -> None:
    town.ask(**letter("Radwege", nummer="4062/2023"))
    town.ask(**letter("Nachfrage zu 4062/2023"))
    assert subjects(town, "4062/23") == ["Radwege", "Nachfrage zu 4062/2023"]


HOSTILE = [
    *('"', "'", '"unclosed', "a AND", "NOT", "OR OR", "NEAR(a b)", "subject:x", "a* b^", "(((", "-a", "{x}:y", "\x00"),
    *("' OR 1=1 --", "'; DROP TABLE vorgang_search; --", "a:*", "!a & b", "a <-> b", "\\", "%s", ":query", "�", "½"),
    *("ａｂｃ", "İstanbul", "🙂", "a" * 3000, "1/" * 500, "0" * 400, "\ud800", "ﬁ", "Ⅷ/23", "x'y\"z", "/_/", "12/34-"),
]


@pytest.mark.parametrize("asked", HOSTILE)
def test_no_input_is_syntax(town: House, asked: str) -> None:
    town.ask(**letter("Radwege"))
    found(town, asked)
    assert subjects(town, f"{asked} Radwege")[:1] in (["Radwege"], [])
    assert subjects(town, "Radwege") == ["Radwege"]


STOCK = ["Straßenbeleuchtung am Uferweg", "Öffnungszeiten der Bücherei Haspe", "Sanierung der Müllerbrücke, 2. Stufe"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.one_of(st.text(max_size=12), st.sampled_from(" ".join(STOCK).split())), max_size=4))
def test_whatever_is_asked_each_hit_holds_a_word_of_it_or_a_part(town: House, asked: list[str]) -> None:
    if not found(town, "Uferweg").hits:
        for subject in STOCK:
            town.ask(**letter(subject))
    query = " ".join(asked)
    for hit in found(town, query).hits:
        held = " ".join(words(f"{hit.number} {hit.subject} Wie ist der Stand?"))
        assert any(stem(word) in held for word in words(query))
        assert all(word in held for why in hit.why for word in why.words)


# --- filters and pages ---


def test_hits_can_be_narrowed(town: House) -> None:
    town.ask(**letter("Radwege", schreiben_vom="2024-01-02"))
    town.ask(**letter("Radwege", schreiben_vom="2024-01-05", fragesteller="randt"))
    day = town.workflow.today(town.body)
    for wanted, number in [
        (Wanted(kind="anfrage"), 2),
        (Wanted(kind="zusage"), 0),
        (Wanted(originator="randt"), 1),
        (Wanted(since=day.replace(day=3)), 1),
        (Wanted(until=day.replace(day=3)), 1),
        (Wanted(since=day.replace(day=6)), 0),
    ]:
        assert len(found(town, "Radwege", wanted).hits) == number
    assert search(town.workflow, "Radwege", Wanted(body="anderswo")).hits == ()


def test_pages_hold_each_hit_once(town: House) -> None:
    for number in range(7):
        town.ask(**letter(f"Radwege, Teil {number}"))
    pages = [found(town, "Radwege", page=Page(3, after)) for after in (0, 3, 6)]
    assert [len(page.hits) for page in pages] == [3, 3, 1]
    assert [page.more for page in pages] == [True, True, False]
    assert len({hit.case_id for page in pages for hit in page.hits}) == 7


def test_the_excerpt_marks_what_was_found(town: House) -> None:
    town.ask(**letter("Uferweg", "Wann werden die Laternen\nersetzt, und was kostet die Straßenbeleuchtung?"))
    (hit,) = found(town, "Beleuchtung Laterne").hits
    assert marked(hit.excerpt) == "Wann werden die »Laternen« ersetzt, und was kostet die »Straßenbeleuchtung«?"
    assert {why.field: why.words for why in hit.why} == {"questions": ("laternen", "strassenbeleuchtung")}


# --- kept current ---


def test_what_an_event_changes_is_found_at_once_and_what_was_is_not(town: House) -> None:
    case = town.ask(**letter("Uferweg", "Wie hoch ist der Poller?"))
    town.fire(case, "zur_ergaenzung_zurueckgeben", CLERK, grund="unklar")
    town.fire(case, "ergaenzen", CLERK, fragen=["Wie breit ist die Schranke?"])
    assert (subjects(town, "Schranke"), subjects(town, "Poller")) == (["Uferweg"], [])


def test_a_refused_event_leaves_nothing_to_find(town: House) -> None:
    with pytest.raises(Exception, match="eingang"):
        town.ask(**letter("Uferweg", "Quittenbaum?", eingang="2030-01-01"))
    assert found(town, "Quittenbaum").hits == ()


def test_events_of_one_batch_are_all_found(town: House) -> None:
    cases = [town.ask(**letter(f"Uferweg {number}")) for number in range(3)]
    for case in cases:
        town.fire(case, "zur_ergaenzung_zurueckgeben", CLERK, grund="unklar")
    data = {"fragen": ["Wo steht die Schranke?"]}
    town.workflow.fire_batch([Command(case, "ergaenzen", town.actor(CLERK), data) for case in cases])
    assert len(found(town, "Schranke").hits) == 3


def test_cases_of_before_the_index_are_found_after_reindexing(town: House) -> None:
    cases = [town.ask(**letter(f"Kastanienallee {number}")) for number in range(3)]
    with town.database.writing() as connection:
        connection.execute(text("DELETE FROM vorgang_search WHERE body = :body"), {"body": town.body})
    assert found(town, "Kastanie").hits == ()
    told: list[tuple[int, int]] = []
    number = reindex(town.database, lambda done, of: told.append((done, of)))
    assert len(found(town, "Kastanie").hits) == len(cases) <= number == told[-1][0] == told[-1][1]
    reindex(town.database)
    assert len(found(town, "Kastanie").hits) == len(cases)


def test_an_event_indexes_a_case_of_before_the_index_by_itself(town: House) -> None:
    case = town.ask(**letter("Kastanienallee"))
    with town.database.writing() as connection:
        connection.execute(text("DELETE FROM vorgang_search WHERE case_id = :id"), {"id": case})
    town.fire(case, "zur_ergaenzung_zurueckgeben", CLERK, grund="unklar")
    town.fire(case, "ergaenzen", CLERK, fragen=["Wo?"])
    assert subjects(town, "Kastanie") == ["Kastanienallee"]


# --- documents ---


def add(town: House, case: str, text_: str, **more: Any) -> None:
    with town.database.writing() as connection:
        put_document(connection, case, Text("a", "Anlage 1", text_, **more), town.wall.now())


def test_a_document_is_found_by_its_text_and_no_longer_when_it_is_replaced_or_dropped(town: House) -> None:
    case = town.ask(**letter("Uferweg"))
    add(town, case, "Lageplan der Pergola")
    assert [hit.why[0].field for hit in found(town, "Pergola").hits] == ["documents"]
    add(town, case, "Lageplan der Laube")
    assert (subjects(town, "Pergola"), subjects(town, "Laube")) == ([], ["Uferweg"])
    reindex(town.database)
    assert subjects(town, "Laube") == ["Uferweg"]
    with town.database.writing() as connection:
        drop_document(connection, case, "a")
    assert subjects(town, "Laube") == []


# --- who may see it ---


def answered(town: House, **more: Any) -> str:
    return town.at("beantwortet", **letter("Uferweg", **more))


def test_the_public_finds_what_is_public(town: House) -> None:
    case = answered(town)
    add(town, case, "Pergola", public=True)
    hits = found(town, "Uferweg Pergola", reader=everybody(town)).hits
    assert [(hit.subject, hit.state, hit.state_label.de) for hit in hits] == [("Uferweg", None, "beantwortet")]
    assert hits[0].terms == 2


@pytest.mark.parametrize(
    "hidden", [{"oeffentlich": False}, {"veroeffentlichung": "nichtoeffentlich"}, {"gesperrt_bis": "2024-01-12"}]
)
def test_the_public_finds_nothing_of_what_is_not(town: House, hidden: dict[str, Any]) -> None:
    town.ask(**letter("Uferweg"))
    case = town.ask(
        **letter(f"Uferweg {SECRET}", SECRET, nummer="4999/2023", oeffentlich=hidden.get("oeffentlich", True))
    )
    if "oeffentlich" not in hidden:
        town.bring(case, "unterzeichnet")
        town.fire(case, "sperren" if "gesperrt_bis" in hidden else "veroeffentlichen", CLERK, **hidden)
    add(town, case, SECRET, public=True)
    reader = everybody(town)
    for asked in (SECRET, SECRET[:6], f"Uferweg {SECRET}", "4999/2023", "Uferweg", "999"):
        told = found(town, asked, reader=reader, page=Page(1))
        assert SECRET not in str(told.hits)
        assert case not in str(told)
        assert not told.more
    assert len(found(town, SECRET).hits) == 1


def test_an_embargo_that_was_lifted_hides_nothing_any_more(town: House) -> None:
    case = town.at("gesperrt", **letter("Uferweg"))
    assert subjects(town, "Uferweg", reader=everybody(town)) == []
    town.fire(case, "freigeben", CLERK)
    assert subjects(town, "Uferweg", reader=everybody(town)) == ["Uferweg"]


def test_many_hidden_papers_keep_nobody_from_an_older_public_one(town: House) -> None:
    town.ask(**letter("Uferweg"))
    for _ in range(130):
        town.ask(**letter("Uferweg", oeffentlich=False))
    assert len(found(town, "Uferweg", reader=everybody(town)).hits) == 1


@pytest.mark.parametrize(
    ("document", "state", "shown"),
    [
        ({"public": True}, "unterzeichnet", False),
        ({"public": True}, "beantwortet", True),
        ({"public": False}, "beantwortet", False),
        ({"public": True, "locked_until": "today"}, "beantwortet", False),
        ({"public": True, "locked_until": "yesterday"}, "beantwortet", True),
    ],
)
def test_a_document_has_a_publicity_of_its_own(town: House, document: dict[str, Any], state: str, shown: bool) -> None:
    today = town.workflow.today(town.body)
    days = {"today": today, "yesterday": today.replace(day=today.day - 1)}
    case = town.at(state, **letter("Uferweg"))
    add(town, case, SECRET, **{**document, "locked_until": days.get(document.get("locked_until", ""))})
    told = found(town, SECRET, reader=everybody(town))
    assert bool(told.hits) == shown
    assert shown or SECRET not in str(found(town, f"Uferweg {SECRET}", reader=everybody(town)).hits)
    assert len(found(town, SECRET, reader=town.workflow.reader(town.body, CLERK)).hits) == 1


def test_the_index_knows_no_remark(town: House) -> None:
    town.ask(**letter("Uferweg", bemerkung=SECRET))
    assert found(town, SECRET).hits == ()


def test_what_is_asked_is_told_as_it_was_understood(town: House) -> None:
    assert found(town, 'die "neue Mitte" in 4062/23').terms == ("neue Mitte", "4062/23")
    assert not re.search(r"[„“]", "".join(found(town, "„neue Mitte“").terms))
