"""Layouts of papers: what an author gets wrong is told with its place; the shipped ones come out with anything."""

from pathlib import Path

import pytest

from tests.helpers.pages import ROOT, blocks
from tests.helpers.papers import EVIL, saying
from vorgang.config.errors import AuthorError
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import PAPER_KINDS
from vorgang.notifications.failures import Temporary
from vorgang.notifications.papers.layout import BLOCKS, Layout
from vorgang.notifications.papers.model import Paragraph, Picture, Question, block_data, block_of, items_of
from vorgang.notifications.papers.pdf_writer import pages
from vorgang.notifications.papers.printing import SHIPPED, Look, Papers, made_of
from vorgang.notifications.papers.session_sheets import EXTRACT, INVITATION
from vorgang.notifications.papers.view import answers, view
from vorgang.notifications.papers.view_samples import known_samples
from vorgang.notifications.samples import samples
from vorgang.notifications.workshop import WORKSHOP

HEAD = 'title = "T"\nfile = "F"\n'


def layout(folder: Path, text: str, name: str = "brief") -> Path:
    (folder / "papers").mkdir(exist_ok=True)
    path = folder / "papers" / f"{name}.toml"
    path.write_text(HEAD + text, "utf-8")
    return path


def block(**keys: str) -> str:
    return "[[block]]\n" + "\n".join(f"{key} = {value}" for key, value in keys.items()) + "\n"


def test_the_shipped_layouts_are_sound_and_there_is_one_for_each_kind() -> None:
    assert Papers().findings() == []
    assert set(PAPER_KINDS.values()) | {"formular", INVITATION, EXTRACT} == Papers().names()


def test_shipped_profiles_name_layouts_that_exist() -> None:
    profiles = load_profiles()
    named = {name for key in profiles.keys for name in profiles.get(key).papers.values()}
    assert named == {"formular"}
    assert named <= Papers().names()


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("", "paper_layout_empty", "block"),
        (block(**{"is": '"absatz"'}), "config_choice", "block[0].is"),
        (block(**{"is": '"paragraph"'}), "config_key_missing", "block[0].text"),
        (block(**{"is": '"paragraph"', "text": '"a"', "color": '"red"'}), "config_key_unknown", "block[0].color"),
        (block(**{"is": '"paragraph"', "text": '"a"', "style": '"bunt"'}), "config_choice", "block[0].style"),
        (block(**{"is": '"heading"', "text": '"a"', "level": "9"}), "paper_layout_level", "block[0].level"),
        (block(**{"is": '"paragraph"', "text": '"{{ a"'}), "paper_layout_syntax", "block[0].text"),
        (block(**{"is": '"paragraph"', "text": '"{% for x in y %}"'}), "paper_layout_syntax", "block[0].text"),
        (block(**{"is": '"paragraph"', "text": '"a"', "when": '"a b"'}), "paper_layout_syntax", "block[0].when"),
        (
            block(**{"is": '"table"', "head": '["a"]', "cells": '["b"]', "widths": "[0]"}),
            "paper_layout_widths",
            "block[0].widths",
        ),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, code: str, key: str) -> None:
    path = layout(tmp_path, text)
    with pytest.raises(AuthorError) as caught:
        Layout(path)
    first = caught.value.findings[0]
    assert (first.code, first.file, first.key) == (code, str(path), key)
    assert first.text("de")
    assert first.remedy("en")
    assert [finding.code for finding in Papers((tmp_path,)).findings()] == [code]


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__[1].__subclasses__()",
        "case.__init__.__globals__",
        "gibt_es_nicht",
        "facts.gibt_es_nicht",
        "lipsum.__globals__.os",
        "facts.update({'a': 1})",
        "range(10 ** 9) | list",
    ],
)
def test_an_expression_reaches_nothing_and_fails_by_itself(tmp_path: Path, expression: str) -> None:
    path = layout(tmp_path, block(**{"is": '"paragraph"', "text": f'"""{{{{ {expression} }}}}"""'}))
    with pytest.raises(Temporary) as caught:
        made_of(path, view(samples("de")[0], known_samples()[0]))
    assert caught.value.params["key"] == "block[0].text"


def test_a_layout_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WORKSHOP, "cpu_seconds", 0.5)
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    layout(tmp_path, block(**{"is": '"paragraph"', "text": f'"{loop}"'}))
    (finding,) = Papers((tmp_path,)).findings()
    assert finding.code == "mail_template_time"


@pytest.mark.parametrize("text", EVIL)
def test_values_are_never_expressions(text: str) -> None:
    sample, known = samples("de")[0], known_samples()[0]
    evil = {**sample, "case": {**sample["case"], "title": text}, "facts": {**sample["facts"], "fragen": [text]}}
    made = made_of(SHIPPED / "brief.toml", view(evil, known._replace(text=text)))
    assert text in made.title
    assert items_of((text,), 1) in made.blocks
    assert any(getattr(each, "text", "").count(text) for each in made.blocks if isinstance(each, Paragraph))


def test_a_picture_of_the_town_needs_words_and_lies_beside_its_layout(tmp_path: Path) -> None:
    path = layout(tmp_path, block(**{"is": '"picture"', "file": '"wappen.png"', "alt": '"Wappen"', "height": "15"}))
    (path.parent / "wappen.png").write_bytes(pages(saying("W"))[0])
    (found,) = made_of(path, samples("de")[0]).blocks
    assert isinstance(found, Picture)
    assert (found.alt, found.height) == ("Wappen", 15)
    assert block_of(block_data(found)) == found
    for wrong in ('"../wappen.png"', '"fehlt.png"', '"wappen.svg"'):
        layout(tmp_path, block(**{"is": '"picture"', "file": wrong, "alt": '"W"'}))
        with pytest.raises(Temporary):
            made_of(path, samples("de")[0])


def test_a_layout_that_was_changed_counts_at_once(tmp_path: Path) -> None:
    for text in ("Stadt", "Die Stadt"):
        path = layout(tmp_path, block(**{"is": '"paragraph"', "text": f'"{text} {{{{ 1 + 1 }}}}"'}))
        assert made_of(path, samples("de")[0]).blocks == (Paragraph(f"{text} 2"),)


def test_the_layout_that_the_page_shows_is_sound(tmp_path: Path) -> None:
    (shown,) = blocks(ROOT / "docs" / "papers.md", "toml")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "brief.toml").write_text(shown, "utf-8")
    assert [finding.key for finding in Papers((tmp_path,)).findings()] == ["block[0].file"]
    (tmp_path / "papers" / "wappen.png").write_bytes(pages(saying("W"))[0])
    assert Papers((tmp_path,)).findings() == []


def test_the_page_names_every_kind_of_block_and_everything_a_layout_knows() -> None:
    page = (ROOT / "docs" / "papers.md").read_text("utf-8")
    assert all(f"`{kind}`" in page for kind in BLOCKS)
    assert all(
        f"`{key}`" in page for key in view(samples("de")[0], known_samples()[0]).keys() - samples("de")[0].keys()
    )


def test_a_profile_that_names_a_layout_nobody_has_is_a_finding() -> None:
    papers = Papers(looks=lambda: {"hagen": Look({"stellungnahme": "postkarte"})})
    assert [(finding.code, finding.key) for finding in papers.findings()] == [
        ("paper_layout_unknown", "papers.stellungnahme")
    ]


def test_answers_follow_the_questions_and_none_is_lost() -> None:
    asked = {"fragen": ["Wann?", "Wo ?", "Wer?"]}
    given = [{"frage": "wann?", "antwort": "bald"}, {"frage": "Wo?", "antwort": "hier"}]
    assert [one["antwort"] for one in answers({**asked, "antworten": given[:1]}, None)] == ["bald", "", ""]
    assert answers(asked, "Alles.") == [{"frage": "", "antwort": "Alles."}]
    assert answers(asked, None) == []


def test_every_block_survives_the_way_to_another_process() -> None:
    for each in (Question(1, "a", 2), items_of(("a",), 1), items_of(("b",)), Paragraph("a", "small")):
        assert block_of(block_data(each)) == each
