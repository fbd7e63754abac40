"""What changed between two drafts, as people read it."""

from hypothesis import given
from hypothesis import strategies as st

from vorgang.notifications.draft_difference import MOST_PIECES, compared, difference


def test_changed_words_are_marked_within_their_sentence() -> None:
    spans = compared("Der Weg wird 2025 gebaut.", "Der Radweg wird 2026 gebaut.")
    assert [(one.kind, one.text) for one in spans] == [
        ("same", "Der "),
        ("removed", "Weg"),
        ("added", "Radweg"),
        ("same", " wird "),
        ("removed", "2025"),
        ("added", "2026"),
        ("same", " gebaut."),
    ]


def test_every_field_of_both_versions_is_named() -> None:
    found = difference({"antwort_1": "Ja.", "antwort_2": "Nein."}, {"antwort_1": "Ja.", "antwort_3": "Bald."})
    assert {one.name: one.changed for one in found} == {"antwort_1": False, "antwort_3": True, "antwort_2": True}


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_both_texts_can_be_put_together_again(older: str, newer: str) -> None:
    spans = compared(older, newer)
    assert "".join(one.text for one in spans if one.kind != "added") == older
    assert "".join(one.text for one in spans if one.kind != "removed") == newer


def test_a_long_text_is_compared_by_lines() -> None:
    long = "wort " * MOST_PIECES + "\n"
    assert [one.text for one in compared(long + "alt\n", long + "neu\n")] == [long, "alt\n", "neu\n"]


def test_two_long_texts_of_the_same_lines_are_not_compared_pair_by_pair() -> None:
    """Each line of one has its like in each line of the other: that would be hundreds of millions of pairs."""
    rows = "Zeile\n" * 20_000
    spans = compared(f"alt\n{rows}alt\n", f"neu\n{rows}{rows}neu\n")
    assert [one.kind for one in spans] == ["removed", "added"]


def test_what_both_have_at_their_ends_is_set_apart_however_long() -> None:
    rows = "Zeile\n" * 20_000
    spans = compared(f"{rows}alt\n{rows}", f"{rows}neu\n{rows}")
    assert [(one.kind, one.text) for one in spans] == [
        ("same", rows),
        ("removed", "alt\n"),
        ("added", "neu\n"),
        ("same", rows),
    ]
