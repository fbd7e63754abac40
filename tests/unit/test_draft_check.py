"""Drafting templates checked before they go out: what is wrong, where, and what would mend it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.helpers.drafts import changed, control, with_part
from vorgang.config.errors import Finding
from vorgang.notifications.draft_check import check_template
from vorgang.notifications.draft_parts import TEXT, W
from vorgang.notifications.writer import SHIPPED

KNOWN: dict[str, Any] = {
    "facts": ["fragen", "federfuehrung", "beteiligt", "fragesteller", "schreiben_vom", "oeffentlich"],
    "blocks": {"alt": ["draft_block_expired", {"id": "alt", "until": "31.12.2023"}], "neu": None},
}
#: What every template here lacks, and no test is about.
LACKS = {
    f"draft_template_{what}" for what in ("answers", "number", "question", "subject", "offices", "bodies", "statements")
}


def word(*paragraphs: str) -> bytes:
    document, written = docx.Document(), BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(written)
    return written.getvalue()


def check(content: bytes) -> list[Finding]:
    return [one for one in check_template(content, "amt.docx", KNOWN) if one.code not in LACKS]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("**/stellungnahme.*")), ids=str)
def test_nothing_is_wrong_with_what_is_shipped(path: Path) -> None:
    known = {**KNOWN, "facts": [*KNOWN["facts"], "stellungnahme_nummer", "stellungnahme_vom", "beschlussvorschlag"]}
    assert check_template(path.read_bytes(), path.name, known) == []


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{{ case.numer }}", "draft_template_name", "case.number"),
        ("{{ facts.fragn }}", "draft_template_name", "facts.fragen"),
        ("{{ beratungsfolgen }}", "draft_template_name", "beratungsfolge"),
        ("{{ case.title | dat }}", "draft_template_filter", "date"),
        ("{{ ''.__class__ }}", "draft_template_forbidden", "__class__"),
        ("{{ case['__class__'] }}", "draft_template_forbidden", "__class__"),
        ("{% iff x %}", "draft_template_syntax", "iff"),
        ("{{ case.title", "draft_template_unclosed", "}}"),
        ("{{ case.title }", "draft_template_unclosed", "}}"),
        ("{% if case.number", "draft_template_unclosed", "%}"),
        ("{{ facts['gibtsnicht'] }}", "draft_template_name", "facts.gibtsnicht"),
        ("{% for b in beratungsfolge %}{{ b.gremiumm }}{% endfor %}", "draft_template_name", "b.gremium"),
        ("{% for b in beratungsfolge %}{{ b['gremiumm'] }}{% endfor %}", "draft_template_name", "b.gremium"),
        ("{% include '/etc/passwd' %}", "draft_template_include", "include"),
        ("{% import 'os' as os %}", "draft_template_include", "import"),
        ("{% from 'os' import x %}", "draft_template_include", "from"),
        ("{% extends 'x' %}", "draft_template_include", "extends"),
        ("{{ case|attr('title') }}", "draft_template_forbidden", "attr"),
        ("{%p for f in fragen %}", "draft_template_open", "endfor"),
        ("{%p endif %}", "draft_template_close", "endif"),
        ("{{ baustein('alt') }}", "draft_block_expired", "31.12.2023"),
        ("{{ baustein('neue') }}", "draft_block_unknown", "neu"),
    ],
)
def test_a_mistake_is_named_with_its_paragraph(text: str, code: str, said: str) -> None:
    (finding,) = check(word("Anfang", text, "Ende"))
    assert finding.code == code
    assert said in finding.text() + finding.remedy()
    assert text[:20] in finding.key
    assert "word/document.xml" in finding.key


def test_what_a_draft_cannot_do_without_is_missed() -> None:
    known = {**KNOWN, "required": ["klima", "finanzen"]}
    found = {one.code: one for one in check_template(word("Text über beratungsfolge"), "amt.docx", known)}
    assert found.keys() == LACKS
    assert "klima, finanzen" in found["draft_template_statements"].text()


def test_statements_may_stand_in_a_loop_or_one_by_one() -> None:
    whole = (SHIPPED / "stellungnahme.docx").read_bytes()
    known = {
        **KNOWN,
        "facts": [*KNOWN["facts"], "stellungnahme_nummer", "stellungnahme_vom", "beschlussvorschlag"],
        "required": ["klima", "finanzen"],
    }
    assert check_template(whole, "amt.docx", known) == []

    def only_one(root: Any) -> None:
        control(root, "angabe_{{ angabe.id }}").find(f"{W}sdtPr/{W}tag").set(f"{W}val", "angabe_klima")
        box = control(root, "wahl_{{ angabe.id }}_{{ wahl.id }}")
        box.getparent().remove(box)

    (finding,) = check_template(changed(whole, only_one), "amt.docx", known)
    assert (finding.code, finding.params["ids"]) == ("draft_template_statements", "finanzen")


def test_a_tag_that_is_not_closed_is_named_where_it_stands() -> None:
    def spoil(root: Any) -> None:
        last = list(root.iter(f"{TEXT}p"))[-1]
        last.text = "{% if hier_fehlt_etwas"

    content = changed((SHIPPED / "stellungnahme.odt").read_bytes(), spoil)
    (finding,) = check_template(content, "amt.odt", {**KNOWN, "facts": [*KNOWN["facts"], "stellungnahme_nummer"]})
    assert (finding.code, "hier_fehlt_etwas" in finding.key) == ("draft_template_unclosed", True)


def test_own_macros_are_no_unknown_fields() -> None:
    assert check(word("{% macro gruss(x) %}{{ x }}{% endmacro %}{{ gruss('an') }}")) == []


def test_a_variable_used_twice_is_not_taken_for_an_item() -> None:
    loops = "{% for b in beratungsfolge %}{{ b.gremium }}{% endfor %}{% for b in deadlines %}{{ b.due_on }}{% endfor %}"
    assert check(word(loops)) == []


def test_own_variables_are_no_unknown_fields() -> None:
    assert check(word("{% set eigen = 1 %}{{ eigen }}", "{%p for x in fragen %}", "{{ x }}", "{%p endfor %}")) == []


def test_a_linked_template_is_named() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    link = f'<Relationship Id="r1" Type="{kind}" Target="file://server/vorlage.dotm" TargetMode="External"/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    content = f'<Relationships xmlns="{space}">{link}</Relationships>'.encode()
    (finding,) = check(with_part(word("Text"), "word/_rels/settings.xml.rels", content))
    assert (finding.code, finding.params["target"]) == ("draft_template_external", "file://server/vorlage.dotm")
