"""What people write into an answer survives: paragraphs, lists, simple tables."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.notifications.papers.model import Grid, Item, Items, Mark, Paragraph, items_of
from vorgang.notifications.papers.prose import prose


def test_paragraphs_are_told_apart_by_empty_lines_and_keep_their_line_ends() -> None:
    assert prose("eins\nzwei\n\n  \n\ndrei\n") == [Paragraph("eins\nzwei"), Paragraph("drei")]


@pytest.mark.parametrize(("mark", "set_"), [("-", "–"), ("–", "–"), ("*", "*"), ("•", "•")])
def test_a_list_may_follow_its_introduction_at_once(mark: str, set_: Mark) -> None:
    text = f"Vorgesehen sind:\n{mark} ein Besuch\n{mark} ein Treffen,\n  auch im Herbst\nDanach mehr."
    assert prose(text) == [
        Paragraph("Vorgesehen sind:"),
        items_of(("ein Besuch", "ein Treffen,\nauch im Herbst"))._replace(mark=set_),
        Paragraph("Danach mehr."),
    ]


def test_numbered_lists_keep_their_first_number() -> None:
    assert prose("3. drei\n4. vier") == [items_of(("drei", "vier"), 3)]
    assert prose("Zu tun:\n1) eins\n2) zwei") == [
        Paragraph("Zu tun:"),
        items_of(("eins", "zwei"), 1)._replace(mark=")"),
    ]


COUNTED = (
    "2. Quartal 2024: Abfrage\n4. Quartal 2024: Sitzung",
    "2. Quartal 2024: Abfrage\n3. Quartal 2024: Sitzung",
    "1. Brücke\n3. Tunnel\n7. Fähre",
    "2. Der zweite Punkt allein",
    "01. eins\n02. zwei",
    "1. eins\n2. zwei\n2. noch einmal zwei",
)


@pytest.mark.parametrize("text", COUNTED)
def test_numbers_that_do_not_run_on_by_one_stay_as_they_are_written(text: str) -> None:
    assert prose(text) == [Paragraph(text)]


def test_a_list_may_have_empty_lines_between_its_items() -> None:
    assert prose("1. eins\n\n2. zwei\n\nEnde") == [items_of(("eins", "zwei"), 1), Paragraph("Ende")]


def test_a_list_may_stand_in_a_list() -> None:
    inner = items_of(("zwei", "drei"))._replace(mark="–")
    outer = Items((Item("eins", (inner,)), Item("vier")), 1, ".")
    assert prose("1. eins\n   - zwei\n   - drei\n2. vier") == [outer]
    deep = prose("\n".join("  " * level + "- x" for level in range(40)))
    assert len(repr(deep)) < 2_000


def test_a_row_with_too_few_cells_is_still_a_row() -> None:
    assert prose("| a | b |\n| c |") == [Grid(("a", "b"), (("c", ""),))]


def test_a_table_as_it_comes_out_of_a_draft_has_its_cells_in_their_columns() -> None:
    assert prose("Jahr | Kosten |\n| 5 |\n2024 | |") == [Grid(("Jahr", "Kosten"), (("", "5"), ("2024", "")))]


MARKS = ("", "", "- ", "– ", "* ", "1. ", "2. ", "3. ", "7. ", "1) ", "2) ", "  - ", "    1. ", "  ", "\t", "| ")
SENTENCES = ("2. Quartal 2024: Abfrage", "5. März", "Wort", "Ein Satz.", "-5 Grad", "1.", "-", "")
ROWS = ("a | b |", "c |", "x\ty", "| d | e |")
LINES = st.builds(str.__add__, st.sampled_from(MARKS), st.sampled_from((*SENTENCES, *ROWS)))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_every_letter_and_every_number_of_an_answer_is_on_the_paper_in_order(text: str) -> None:
    assert bare("".join(printed(block) for block in prose(text))) == bare(text)


def printed(block: Any) -> str:
    """What of a block stands on paper."""
    match block:
        case Paragraph():
            return block.text
        case Grid():
            return "".join("".join(row) for row in (block.head, *block.rows))
        case Items():
            numbers = ["" if block.first is None else str(block.first + n) for n in range(len(block.items))]
            items = zip(numbers, block.items, strict=True)
            return "".join(n + block.mark + item.text + "".join(map(printed, item.below)) for n, item in items)
    raise AssertionError(block)


def bare(text: str) -> str:
    """Without white space and the bars between cells; hyphens and dashes are one, as marks of a list are set."""
    return "".join(text.replace("|", "").replace("-", "–").split())


NO_LISTS = ("die Sitzung am\n5. März fällt aus", "- ", "1.Januar", "-5 Grad", "--- so ---", "| a", "|")


@pytest.mark.parametrize("text", NO_LISTS)
def test_what_only_looks_like_a_list_or_a_table_is_a_paragraph(text: str) -> None:
    assert prose(text) == [Paragraph(text.rstrip())]


def test_tables_are_written_with_bars_or_tabs() -> None:
    assert prose("| Jahr | Kosten |\n|------|:---:|\n| 2024 | 1 € |") == [Grid(("Jahr", "Kosten"), (("2024", "1 €"),))]
    assert prose("Jahr\tKosten\tArt\n2024\t1 €") == [Grid(("Jahr", "Kosten", "Art"), (("2024", "1 €", ""),))]


def test_a_table_may_stand_between_paragraphs() -> None:
    found = prose("Kosten:\n| a | b |\n| 1 | 2 |\nMehr nicht.")
    assert found == [Paragraph("Kosten:"), Grid(("a", "b"), (("1", "2"),)), Paragraph("Mehr nicht.")]


def test_control_characters_and_what_turns_the_writing_round_are_gone() -> None:
    assert prose("a\x00b\u202ec\x1b[31m\r\nd") == [Paragraph("a bc [31m\nd")]


def test_a_very_long_text_takes_no_time() -> None:
    assert len(prose("- Punkt\n" * 20_000)) == 1
    assert len(prose("Absatz\n\n" * 20_000)) == 20_000
    assert len(prose("Zeile\n" * 3_000)) == 1
