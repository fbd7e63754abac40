"""Typing into a drafting template: what is typed is read back, and nothing else changes."""

import pytest

from tests.helpers.drafts import about, filled
from vorgang.config.errors import InvalidInputError
from vorgang.notifications.draft_return import read_draft
from vorgang.notifications.draft_typing import typed

BLANK = filled("docx", about("Wann wird gebaut?", "Was kostet es?", kind="antrag"))


def test_what_is_typed_and_ticked_is_read_back() -> None:
    texts = {"antwort_1": "Im Herbst.\nFrüher geht es nicht.", "angabe_klima": "Weniger Verkehr"}
    draft = read_draft(typed(BLANK, "e.docx", texts, ["wahl_klima_positiv", "veroeffentlichung_ja"]), "e.docx")
    assert [one.text for one in draft.answers] == ["Im Herbst.\nFrüher geht es nicht.", ""]
    assert ("klima", ("positiv",), "Weniger Verkehr") in [one[:3] for one in draft.statements]
    assert draft.ticked == ("veroeffentlichung_ja",)
    assert not [remark for one in draft.answers[:1] for remark in one.remarks]


def test_a_later_version_replaces_what_stood_there_and_the_same_texts_give_the_same_bytes() -> None:
    once = typed(BLANK, "e.docx", {"antwort_1": "Im Herbst.", "antwort_2": "Nichts & <wenig>."})
    again = typed(once, "e.docx", {"antwort_1": "Im Frühjahr."})
    assert [one.text for one in read_draft(again, "e.docx").answers] == ["Im Frühjahr.", "Nichts & <wenig>."]
    assert typed(once, "e.docx", {"antwort_1": "Im Frühjahr."}) == again


@pytest.mark.parametrize(
    ("content", "texts", "ticks", "code"),
    [
        (BLANK, {"antwort_9": "x"}, (), "draft_typing_field"),
        (BLANK, {}, ("wahl_klima_nie",), "draft_typing_field"),
        (BLANK, {}, ("antwort_1",), "draft_typing_box"),
        (filled("odt", about("Wann?")), {"antwort_1": "x"}, (), "draft_typing_kind"),
    ],
)
def test_what_cannot_be_typed_is_refused(
    content: bytes, texts: dict[str, str], ticks: tuple[str, ...], code: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        typed(content, "e.docx", texts, ticks)
    assert refused.value.code == code
