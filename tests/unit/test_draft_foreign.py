"""What a file would fetch, run or carry along: no template may, and of a filled draft it is said."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.helpers.drafts import about, filled, with_part
from vorgang.config.errors import InvalidInputError
from vorgang.notifications.draft_check import check_template
from vorgang.notifications.draft_return import read_draft
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.failures import Temporary
from vorgang.notifications.writer import SHIPPED

QUESTIONS = ("Ab wann sind die Gespräche geplant?", "Wer nimmt daran teil?")
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MORE = ("stellungnahme_vom", "beschlussvorschlag")
FACTS = (
    "fragen",
    "federfuehrung",
    "beteiligt",
    "fragesteller",
    "schreiben_vom",
    "oeffentlich",
    "stellungnahme_nummer",
    *MORE,
)
KNOWN = {"facts": FACTS, "blocks": {}}


def field(*instruction: str) -> str:
    """A field of Word whose instruction is split up as Word does it."""
    parts = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in instruction)
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{sign.format('begin')}{parts}{sign.format('end')}</w:p>"


def simple(instruction: str) -> str:
    return f'<w:p><w:fldSimple w:instr="{instruction}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'


def frame(inside: str) -> str:
    space = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
    link = "http://www.w3.org/1999/xlink"
    return f'<text:p><draw:frame xmlns:draw="{space}" xmlns:xlink="{link}">{inside}</draw:frame></text:p>'


def into_word(body: str) -> Callable[[bytes], bytes]:
    return lambda content: put(content, "word/document.xml", "<w:sectPr", f"{body}<w:sectPr")


def into_odt(body: str) -> Callable[[bytes], bytes]:
    return lambda content: put(content, "content.xml", "</office:text>", f"{body}</office:text>")


def related(kind: str, target: str) -> Callable[[bytes], bytes]:
    link = f'<Relationship Id="r99" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
    part = "word/_rels/document.xml.rels"
    return lambda content: put(content, part, "</Relationships>", f"{link}</Relationships>")


def put(content: bytes, part: str, before: str, after: str) -> bytes:
    text = part_of(content, part)
    assert before in text
    return with_part(content, part, text.replace(before, after, 1).encode())


def part_of(content: bytes, part: str) -> str:
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(part).decode()


HREF = 'xlink:href="{}" xmlns:xlink="http://www.w3.org/1999/xlink"'
SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
EVENT = "vnd.sun.star.script:soffice.py$x?language=Python&amp;location=share"
FOREIGN = [
    ("docx", into_word(field("INCLUDE", 'PICTURE "http://fremd.example/x.png" \\\\d')), "INCLUDEPICTURE"),
    ("docx", into_word(simple("INCLUDETEXT &quot;file:///etc/passwd&quot;")), "INCLUDETEXT"),
    ("docx", into_word(simple(" DDEAUTO c:\\\\cmd.exe &quot;/k calc&quot;")), "DDEAUTO"),
    ("docx", into_word(simple("dde Excel Blatt")), "dde"),
    ("docx", into_word(field("QUOTE 68 68 69")), "QUOTE"),
    ("docx", into_word("<w:p><w:r><w:object/></w:r></w:p>"), "object"),
    ("docx", lambda content: with_part(content, "word/embeddings/oleObject1.bin", b"x"), "oleObject1.bin"),
    ("docx", lambda content: with_part(content, "word/activeX/activeX1.bin", b"x"), "activeX1.bin"),
    ("docx", related("attachedTemplate", "http://fremd.example/t.dotm"), "http://fremd.example/t.dotm"),
    ("docx", related("image", "file://server/x.png"), "file://server/x.png"),
    (
        "odt",
        into_odt(f"<text:section><text:section-source {HREF.format('file:///etc/passwd')}/></text:section>"),
        "file",
    ),
    ("odt", into_odt(frame('<draw:image xlink:href="http://fremd.example/a.png"/>')), "http://fremd.example"),
    ("odt", into_odt(frame('<draw:image xlink:href="//fremd.example/a.png"/>')), "//fremd.example/a.png"),
    ("odt", into_odt(frame('<draw:image xlink:href="file:/etc/passwd"/>')), "file:/etc/passwd"),
    ("odt", into_odt(frame('<draw:object xlink:href="http://fremd.example/a.ods"/>')), "a.ods"),
    ("odt", into_odt(frame('<draw:object-ole xlink:href="./Object 1"/>')), "./Object 1"),
    ("odt", into_odt('<text:p><text:dde-connection text:connection-name="a"/></text:p>'), "dde-connection"),
    ("odt", into_odt(f"<text:p><text:a {HREF.format(EVENT)}>x</text:a></text:p>"), "vnd.sun.star.script"),
    (
        "odt",
        into_odt(f'<text:p><s:event-listener xmlns:s="{SCRIPT}" s:language="ooo:script"/></text:p>'),
        "event-listener",
    ),
]


@pytest.mark.parametrize(("suffix", "spoil", "said"), FOREIGN, ids=[said for _, _, said in FOREIGN])
def test_it_is_found_and_not_filled_in_and_said_of_a_draft(
    suffix: str, spoil: Callable[[bytes], bytes], said: str, tmp_path: Path
) -> None:
    template = tmp_path / f"stellungnahme.{suffix}"
    template.write_bytes(spoil((SHIPPED / f"stellungnahme.{suffix}").read_bytes()))
    (finding,) = check_template(template.read_bytes(), template.name, KNOWN)
    assert (finding.code, said in str(finding.params["target"])) == ("draft_template_external", True)
    with pytest.raises(Temporary) as caught:
        filled(suffix, about(*QUESTIONS), (tmp_path,))
    assert said in caught.value.text()
    draft = read_draft(spoil(filled(suffix, about(*QUESTIONS))), "entwurf", QUESTIONS)
    assert [(one.code, said in str(one.params["target"])) for one in draft.remarks] == [("draft_foreign", True)]


def test_links_that_people_click_and_pictures_inside_are_none() -> None:
    harmless = related("hyperlink", "https://stadt.example")((SHIPPED / "stellungnahme.docx").read_bytes())
    harmless = into_word(field("HYPERLINK &quot;https://stadt.example&quot;") + field(" PAGE "))(harmless)
    assert check_template(harmless, "amt.docx", KNOWN) == []
    inside = into_odt(frame('<draw:image xlink:href="Pictures/wappen.png"/>'))
    linked = into_odt(f"<text:p><text:a {HREF.format('https://stadt.example')}>x</text:a></text:p>")
    assert check_template(linked(inside((SHIPPED / "stellungnahme.odt").read_bytes())), "amt.odt", KNOWN) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", f"<!-- {'x' * 5000} -->"])
def test_a_template_that_declares_entities_is_refused_by_both(encoding: str, before: str, tmp_path: Path) -> None:
    text = part_of((SHIPPED / "stellungnahme.docx").read_bytes(), "word/document.xml")
    body = text[text.index("<w:document") :]
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE l [<!ELEMENT l ANY>]>{body}'
    content = with_part((SHIPPED / "stellungnahme.docx").read_bytes(), "word/document.xml", declared.encode(encoding))
    with pytest.raises(InvalidInputError, match="DOCTYPE"):
        check_template(content, "amt.docx", KNOWN)
    (tmp_path / "stellungnahme.docx").write_bytes(content)
    with pytest.raises(Temporary, match="DOCTYPE"):
        Drafts([tmp_path]).fill("stellungnahme", about(*QUESTIONS), "docx")
