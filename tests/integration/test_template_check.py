"""`vorgang template check FILE`: a file is read, and filled in on trial within the limits of a real message."""

from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.drafts import changed, word_paragraph
from vorgang.notifications.draft_parts import W
from vorgang.notifications.workshop import WORKSHOP
from vorgang.notifications.writer import SHIPPED


def own(path: Path, *paragraphs: str) -> Path:
    """The shipped template with paragraphs of an author's own, as that file."""

    def add(root: Any) -> None:
        last = next(root.iter(f"{W}sectPr"))
        for text in paragraphs:
            last.addprevious(word_paragraph(text))

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(changed((SHIPPED / "stellungnahme.docx").read_bytes(), add))
    return path


def findings(vorgang: Vorgang, path: Path) -> Any:
    return vorgang("template", "check", path, "--json").document["findings"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for one in gesehen %}{{ one.vorname }}{% endfor %}", "vorname"),
        ("{{ '{0.__class__}'.format(case) }}", "__class__"),
        ("{{ case['__cl' ~ 'ass__'] }}", "__class__"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "stellungnahme.docx"),
        ("{{ 'x' * 10**10 }}", "stellungnahme.docx"),
    ],
)
def test_what_only_filling_in_shows_is_found(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setattr(WORKSHOP, "cpu_seconds", 1.5)
    (finding,) = findings(vorgang, own(tmp_path / "stellungnahme.docx", text))
    assert said in str(finding)
    assert finding["file"].endswith("stellungnahme.docx")


def test_what_is_right_is_right(vorgang: Vorgang, tmp_path: Path) -> None:
    macro = "{% macro gruss(wen) %}Grüße an {{ wen }}{% endmacro %}{{ gruss(body.name) }}"
    assert findings(vorgang, own(tmp_path / "stellungnahme.docx", macro)) == []


def test_the_statements_that_the_form_beside_it_demands_are_missed(vorgang: Vorgang, tmp_path: Path) -> None:
    path = own(tmp_path / "hagen" / "anfrage" / "stellungnahme.docx")

    def without(root: Any) -> None:
        for field in list(root.iter(f"{W}sdt")):
            if "angabe" in str(field.find(f"{W}sdtPr/{W}tag").get(f"{W}val")):
                field.getparent().remove(field)

    path.write_bytes(changed(path.read_bytes(), without))
    angabe = '[[angabe]]\nid = "{}"\nlabel = "{}"\nkinds = ["{}"]\n'
    form = angabe.format("klima", "Klima", "anfrage") + angabe.format("kosten", "Kosten", "antrag")
    (tmp_path / "entwurf.toml").write_text(form, "utf-8")
    (finding,) = findings(vorgang, path)
    assert (finding["code"], "klima" in str(finding), "kosten" in str(finding)) == (
        "draft_template_statements",
        True,
        False,
    )


def test_a_mistake_in_the_text_blocks_beside_it_is_named(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "entwurf.toml").write_text("", "utf-8")
    (tmp_path / "bausteine.toml").write_text('[[baustein]]\nid = "x"\n', "utf-8")
    (finding,) = findings(vorgang, own(tmp_path / "stellungnahme.docx"))
    assert "bausteine.toml" in str(finding)


def test_a_mistake_in_the_form_beside_it_is_named(vorgang: Vorgang, tmp_path: Path) -> None:
    (tmp_path / "entwurf.toml").write_text('formats = ["pdf"]\n', "utf-8")
    (finding,) = findings(vorgang, own(tmp_path / "stellungnahme.docx"))
    assert (finding["code"], finding["file"].endswith("entwurf.toml")) == ("draft_form_format", True)
