"""Words are compared folded; terms are understood from what people type; excerpts mark what was found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.states.numbers import number_forms
from vorgang.states.search_queries import Indexed, fts5, tsquery
from vorgang.states.search_text import STOP_WORDS, fold, places, stem, words
from vorgang.workflow.search_excerpt import LENGTH, excerpt, marked
from vorgang.workflow.search_rank import Asked, Visible, score
from vorgang.workflow.search_terms import MOST_TERMS, Sense, Term, nearness, sense, shared, telling, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("Müller", "Mueller"), ("Müller", "Muller"), ("Goethe", "Göthe"), ("Café", "cafe")],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("word", ["neue", "Bauer", "Quelle", "Steuer"])
def test_two_vowels_that_meet_are_no_umlaut(word: str) -> None:
    assert fold(word) == word.lower()


@pytest.mark.parametrize(("one", "other"), [("Laternen", "Laterne"), ("Häuser", "Haus"), ("Radwege", "Radweg")])
def test_endings_do_not_matter(one: str, other: str) -> None:
    assert stem(fold(one)) == stem(fold(other))


@given(st.text())
def test_folded_words_hold_nothing_that_could_be_syntax(text: str) -> None:
    assert all(word.isalnum() for word in words(text))
    assert [word for _, _, word in places(text)] == words(text) or len(places(text)) != len(words(text))
    asked = (((tuple(words(text)) or ("x",),),),)
    assert set(fts5(asked)) - set('() "') <= set("".join(words(text)) + "x")
    assert set(tsquery(asked)) - set("() '<->") <= set("".join(words(text)) + "x")


def test_terms_are_words_phrases_and_numbers() -> None:
    understood = terms("Wie steht es um die „neue Mitte“, Rad-Wege und S0183/23?")
    assert [term.words for term in understood] == [("steht",), ("neue", "mitte"), ("rad",), ("wege",), ("s0183", "23")]
    assert understood[-1].numbers == ("S183/23", "S183/2023")


@given(st.text(max_size=300))
def test_whatever_is_typed_is_understood_or_passed_over(asked: str) -> None:
    understood = terms(asked)
    assert len(understood) <= MOST_TERMS
    assert all(term.words and all(word.isalnum() for word in term.words) for term in understood if not term.numbers)


def test_a_number_may_have_its_year_in_two_digits_or_four() -> None:
    assert set(number_forms("0062/23")) == set(number_forms("62_2023")) == {"62/23", "62/2023"}


def test_a_word_counts_more_than_its_compound() -> None:
    near = ["beleuchtung", "beleuchtungen", "strassenbeleuchtung", "beleuchtungsplan", "strassenbeleuchtungsplan"]
    assert [nearness(word, "beleuchtung") for word in near] == [1.0, 0.95, 0.75, 0.7, 0.5]


def test_words_that_say_nothing_answer_no_part() -> None:
    (term,) = terms("all")
    assert set(sense(term, lambda _: ["all", "alle", "weltall"]).words) == {"all", "weltall"}
    assert "alle" in STOP_WORDS


def senses(**sizes: int) -> list[Sense]:
    """Terms that stand in so many words each."""
    return [Sense(Term(name, (name,)), {f"{name}{n}": 1.0 for n in range(size)}) for name, size in sizes.items()]


def test_of_many_terms_those_with_the_fewest_words_are_demanded() -> None:
    many = senses(weg=90, haus=3, radweg=1, plan=200, park=20, bau=150)
    assert [one.term.given for one in telling(many)] == ["radweg", "haus", "park", "weg"]


def test_several_terms_share_the_words_that_are_asked_for_and_the_nearest_stay() -> None:
    shares = shared(senses(weg=90, radweg=1, plan=200), 61)
    assert [len(group) for group in shares] == [30, 1, 30]
    assert shares[0][0] == ("weg0",)
    assert [len(group) for group in shared(senses(weg=90, plan=200), 1)] == [1, 1]


def test_a_paper_is_scored_by_the_best_place_of_each_term() -> None:
    row = Indexed(1, "x", date(2024, 1, 1), "1/2024", "1 2024", "radweg am wald", "radweg", "wald weg", "")
    asked = Asked([Sense(Term("radweg", ("radweg",)), {"radweg": 1.0, "weg": 0.5})])
    found = score(asked, Visible.of(row, answer=True, documents=""))
    assert (found.terms, found.score) == (1, 4.0)
    assert {why.field: why.words for why in found.why} == {
        "subject": ("radweg",),
        "questions": ("radweg",),
        "answers": ("weg",),
    }
    assert score(asked, Visible.of(row, answer=False, documents=""), [0.5]).score == 2.0


def test_an_excerpt_is_short_and_marks_what_was_found() -> None:
    text = " ".join(["wort"] * 60 + ["Laterne,"] + ["wort"] * 60)
    told = marked(excerpt(["ohne", text], {"laterne"}))
    assert "»Laterne«, wort" in told
    assert told.startswith("… wort")
    assert told.endswith("wort …")
    assert len(words(told)) == LENGTH


def test_an_excerpt_without_what_was_found_is_the_beginning() -> None:
    assert marked(excerpt(["", "Am\nUferweg."], {"x"})) == "Am Uferweg."
    assert excerpt([], {"x"}) == ()
