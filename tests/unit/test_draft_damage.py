"""Forms that come back damaged: an answer is what somebody has typed as one, or none at all."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.drafts import BODIES, about, changed, converted, filled, typed, with_part, word_paragraph
from vorgang.notifications.draft_origin import CUSTOM
from vorgang.notifications.draft_parts import TEXT, Node, W, local, new
from vorgang.notifications.draft_return import ReturnedDraft, read_draft
from vorgang.notifications.writer import SHIPPED

QUESTIONS = (
    "Ab wann sind die Gespräche geplant?",
    "Wer nimmt daran teil?",
    "Was kostet das?\nUnd wer zahlt es?",
    "Was kostet das alles zusammen?",
)
ANSWERS = ("Ab März.\nNäheres folgt.", "Drei Ämter: 01, 41 und 48.", "Nichts.", "- Miete\n- Strom")
FORMATS = pytest.mark.parametrize("suffix", ["docx", "odt"])
FORM_LINES = ("Verfügung", "gez.", "Gesehen", "Gegenzeichen", "Klima", "Hier bitte", "?")


class Damage(NamedTuple):
    """What is gone of a form: by question its answer's field and bookmark, and those of the question; and more."""

    fields: tuple[bool, ...]
    bookmarks: tuple[bool, ...]
    questions: tuple[bool, ...]
    end: bool = False
    properties: bool = False

    def names(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Which traces go, by the name of a field."""
        for place, _ in enumerate(QUESTIONS):
            controls = {"sdt", "section"} if self.fields[place] else set()
            marks = {"bookmarkStart", "bookmark-start"} if self.bookmarks[place] else set()
            yield f"antwort_{place + 1}", frozenset(controls | marks)
            if self.questions[place]:
                yield f"frage_{place + 1}", frozenset({"sdt", "section", "bookmarkStart", "bookmark-start"})
        if self.end:
            yield "antworten_ende", frozenset({"bookmarkStart", "bookmark-start"})


each = st.tuples(*[st.booleans()] * len(QUESTIONS))
damages = st.builds(Damage, each, each, each, st.booleans(), st.booleans())
ALL, NONE = (True,) * len(QUESTIONS), (False,) * len(QUESTIONS)
ALL_GONE = Damage(ALL, ALL, ALL, end=True)


@cache
def form(suffix: str, typed_in: tuple[bool, ...]) -> bytes:
    content = filled(suffix, about(*QUESTIONS, kind="antrag"))
    return typed(content, {f"antwort_{n + 1}": ANSWERS[n] for n, wanted in enumerate(typed_in) if wanted})


def damaged(content: bytes, damage: Damage) -> bytes:
    """The form as some program or person has left it."""
    gone = dict(damage.names())

    def spoil(root: Any) -> None:
        for node in list(root.iter()):
            if local(node) in gone.get(_name(node), ()):
                _unwrap(node)

    content = changed(content, spoil)
    return without_properties(content) if damage.properties else content


def without_properties(content: bytes) -> bytes:
    """The file without what it says of itself."""
    return with_part(content, CUSTOM if BODIES["docx"].encode() in content else "meta.xml", b"<x/>")


def _name(node: Node) -> str:
    if local(node) == "sdt":
        tag = node.find(f"{W}sdtPr/{W}tag")
        return "" if tag is None else str(tag.get(f"{W}val"))
    return str(node.get(f"{W}name") or node.get(f"{TEXT}name") or "")


def _unwrap(node: Node) -> None:
    """Take the field away and leave what stands in it."""
    inside = node.find(f"{W}sdtContent") if local(node) == "sdt" else node
    for child in list(inside):
        node.addprevious(child)
    tail, before, parent = node.tail or "", node.getprevious(), node.getparent()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(node)


def read(content: bytes) -> ReturnedDraft:
    return read_draft(content, "entwurf", QUESTIONS)


def plain(text: str) -> str:
    """Without the signs that lists begin with, which programs make into looks."""
    return "\n".join(line.removeprefix("- ") for line in text.split("\n"))


def assert_honest(draft: ReturnedDraft, typed_in: tuple[bool, ...]) -> None:
    """No answer holds anything but what was typed for its question."""
    for answer in draft.answers:
        assert not answer.given or typed_in[answer.number - 1], answer
        assert not answer.given or plain(answer.text) == plain(ANSWERS[answer.number - 1]), answer
        assert not any(line in answer.text for line in FORM_LINES), answer
        assert answer.given or answer.remarks, answer


@FORMATS
@settings(max_examples=120, deadline=None)
@given(damage=damages, typed_in=each)
def test_an_answer_is_what_was_typed_for_its_question_or_none(
    suffix: str, damage: Damage, typed_in: tuple[bool, ...]
) -> None:
    draft = read(damaged(form(suffix, typed_in), damage))
    assert_honest(draft, typed_in)
    if not damage.properties:  # the file says itself which of its lines are no answer
        assert tuple(answer.given for answer in draft.answers) == typed_in


@FORMATS
@settings(max_examples=60, deadline=None)
@given(typed_in=each, swallowed=st.integers(1, len(QUESTIONS) - 1), properties=st.booleans())
def test_a_bookmark_that_reaches_too_far_takes_no_question_along(
    suffix: str, typed_in: tuple[bool, ...], swallowed: int, properties: bool
) -> None:
    """Whoever deletes the end of a field together with its last paragraph moves the end of its bookmark."""
    gone = tuple(place == swallowed - 1 for place, _ in enumerate(QUESTIONS))
    content = damaged(form(suffix, typed_in), Damage(gone, NONE, NONE, properties=properties))

    def reach(root: Any) -> None:
        marks = [one for one in root.iter() if local(one) in {"bookmarkStart", "bookmarkEnd", "bookmark-end"}]
        end = next(one for one in marks if _ends(one, marks, f"antwort_{swallowed}"))
        beyond = next(one for one in marks if _ends(one, marks, f"antwort_{swallowed + 1}"))
        beyond.addnext(end)

    assert_honest(read(changed(content, reach)), typed_in)


def _ends(mark: Node, marks: list[Node], name: str) -> bool:
    if local(mark) == "bookmark-end":
        return _name(mark) == name
    ids = [one.get(f"{W}id") for one in marks if local(one) == "bookmarkStart" and one.get(f"{W}name") == name]
    return local(mark) == "bookmarkEnd" and mark.get(f"{W}id") in ids


@pytest.mark.parametrize(
    ("way", "properties"),
    [
        (("docx", "doc", "docx"), False),
        (("docx", "doc", "docx"), True),
        (("docx", "rtf", "docx"), False),
        (("odt", "doc", "odt"), True),
    ],
    ids=str,
)
def test_the_way_through_an_old_format_makes_no_answers(way: tuple[str, ...], properties: bool) -> None:
    typed_in = (False, True, False, True)
    content = form(way[0], typed_in)
    content = converted(without_properties(content) if properties else content, *way)
    draft = read(content)
    assert len(draft.answers) == len(QUESTIONS)
    assert_honest(draft, typed_in)
    if not properties:
        assert tuple(answer.given for answer in draft.answers) == typed_in


@FORMATS
def test_a_form_in_words_of_the_town_is_blank_as_well(suffix: str, tmp_path: Path) -> None:
    """With an invitation of its own, and a line of its own below each question."""

    def own(root: Any) -> None:
        for node in root.iter(f"{W}t", f"{TEXT}placeholder"):
            node.text = (node.text or "").replace("Hier bitte die Antwort eintragen.", "Stellungnahme des Fachamts")
        for node in list(root.iter(f"{W}sdt", f"{TEXT}section")):
            if _name(node).startswith("antwort_"):
                node.addprevious(word_paragraph("Dazu die Verwaltung:") if suffix == "docx" else _paragraph())

    template = changed((SHIPPED / f"stellungnahme.{suffix}").read_bytes(), own)
    (tmp_path / f"stellungnahme.{suffix}").write_bytes(template)
    content = filled(suffix, about(*QUESTIONS), (tmp_path,))
    for draft in (read(content), read(damaged(content, ALL_GONE))):
        assert [answer.text for answer in draft.answers] == [""] * len(QUESTIONS)


def _paragraph() -> Node:
    paragraph = new(f"{TEXT}p")
    paragraph.text = "Dazu die Verwaltung:"
    return paragraph
