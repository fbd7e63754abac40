"""Files that cannot or must not be read: each is refused with a code, the place, and a remedy in both languages."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.helpers.documents import (
    W,
    added,
    attach,
    docx_of,
    letter,
    odt_of,
    paragraph,
    pdf_of,
    scanned,
    zipped,
)
from vorgang.config.errors import UnreadableError, VorgangError
from vorgang.config.text import LANGS
from vorgang.workflow.intake import limits
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import content_of, read_document

ODF = "application/vnd.oasis.opendocument."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
WORD = docx_of(paragraph("Text"))
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
)
LAUGHS16 = LAUGHS.replace("?>", " encoding='utf-16'?>", 1).encode("utf-16")
OUTSIDE = LAUGHS.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')


def refusal(content: bytes, name: str) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        read_document(content, name)
    return caught.value


def word_of(document: str | bytes) -> bytes:
    """A Word file of these parts only."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": document})


def locked_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of("Geheim")))
    writer.encrypt("geheim", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def with_flag(archive: bytes) -> bytes:
    """The archive, said to be encrypted."""
    changed = bytearray(archive)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = archive.find(start)
        while at >= 0:
            changed[at + offset] |= 1
            at = archive.find(start, at + 1)
    return bytes(changed)


def manifest() -> bytes:
    return odt_of("<text:p>x</text:p>", **{"META-INF/manifest.xml": "<x><manifest:encryption-data/></x>"})


def two_of_a_name() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return added(WORD, {"word/document.xml": "<x/>"})


BAD: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("leer.txt", "intake_empty", lambda: b"", "–"),
    ("leerzeichen.txt", "intake_empty", lambda: b" \r\n\t \n", "–"),
    ("nullen.bin", "intake_empty", lambda: bytes(5000), "–"),
    ("programm.exe", "intake_unknown_format", lambda: b"MZ" + bytes(range(256)) * 20, "–"),
    ("alt.doc", "intake_old_word", lambda: OLE + "WordDocument".encode("utf-16-le"), "–"),
    ("geheim.docx", "intake_password", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "EncryptedPackage"),
    ("liste.xls", "intake_format", lambda: OLE + "Workbook".encode("utf-16-le"), "–"),
    ("post.msg", "intake_format", lambda: OLE + "__substg1.0_".encode("utf-16-le"), "–"),
    ("brief.rtf", "intake_format", lambda: b"{\\rtf1 Hallo}", "–"),
    ("daten.xml", "intake_format", lambda: b'<?xml version="1.0"?><x>y</x>', "–"),
    ("foto.jpg", "intake_image", lambda: b"\xff\xd8\xff\xe0" + bytes(100), "–"),
    ("paket.zip", "intake_format", lambda: zipped({"a.txt": "Hallo"}), "–"),
    ("tabelle.xlsx", "intake_format", lambda: added(WORD, {"xl/workbook.xml": "<x/>"}), "–"),
    ("folien.odp", "intake_format", lambda: zipped({"mimetype": f"{ODF}presentation"}), "–"),
    ("text.docx", "intake_broken", lambda: b"Das ist gar kein Word.", "–"),
    ("halb.docx", "intake_broken", lambda: WORD[: len(WORD) // 2], "zip"),
    ("ohne.docx", "intake_broken", lambda: zipped({"[Content_Types].xml": "<x/>"}), "word/document.xml"),
    ("krumm.docx", "intake_broken", lambda: word_of("<w:document>"), "word/document.xml"),
    ("doppelt.docx", "intake_broken", two_of_a_name, "zip"),
    ("leer.docx", "intake_no_text", lambda: docx_of("<w:p/>"), "–"),
    ("makro.docm", "intake_macros", lambda: added(WORD, {"word/vbaProject.bin": b"x"}), "word/vbaProject.bin"),
    ("ohne.DOCM", "intake_macros", lambda: WORD, ".docm"),
    ("makro.docx", "intake_macros", lambda: zipped({"[Content_Types].xml": "macroEnabled"}), "[Content_Types].xml"),
    ("makro.odt", "intake_macros", lambda: odt_of("<text:p>x</text:p>", **{"Basic/a.xml": "x"}), "Basic/a.xml"),
    ("skript.odt", "intake_macros", lambda: odt_of("<text:p>x</text:p>", **{"Scripts/a.py": "x"}), "Scripts/a.py"),
    ("geheim.odt", "intake_password", manifest, "META-INF/manifest.xml"),
    ("geheim.zip", "intake_password", lambda: with_flag(WORD), "[Content_Types].xml"),
    ("geheim.pdf", "intake_password", locked_pdf, "–"),
    ("scan.pdf", "intake_scan", lambda: scanned(2), "–"),
    ("kaputt.pdf", "intake_broken", lambda: b"%PDF-1.7\nkein PDF", "–"),
    ("lachen.docx", "intake_entity", lambda: word_of(LAUGHS), "word/document.xml"),
    ("lachen16.docx", "intake_entity", lambda: word_of(LAUGHS16), "word/document.xml"),
    ("aussen.docx", "intake_entity", lambda: word_of(OUTSIDE), "word/document.xml"),
    ("bombe.docx", "intake_unpacked", lambda: word_of(b"<x>" + b" " * (20 << 20)), "word/document.xml"),
    ("gross.docx", "intake_unpacked", lambda: word_of(os.urandom(1 << 20) * 33), "word/document.xml"),
    ("viele.docx", "intake_entries", lambda: zipped({f"{n}": "" for n in range(limits.MOST_ENTRIES + 1)}), "–"),
    ("riesig.txt", "intake_too_large", lambda: b"x" * (limits.LARGEST + 1), "–"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "content", "place"), BAD, ids=[name for name, *_ in BAD])
def test_a_bad_file_is_refused_with_its_name_the_place_and_a_remedy(
    name: str, code: str, content: Callable[[], bytes], place: str
) -> None:
    failure = refusal(content(), name)
    assert failure.code == code
    for lang in LANGS:
        assert name in failure.text(lang)
        assert "{" not in failure.text(lang)
        assert failure.remedy(lang)
        assert place == "–" or place in failure.text(lang)
    assert failure.exit_code == 2


def test_what_is_unpacked_counts_and_not_what_is_said() -> None:
    """An entry that lies about its size is found out when it is read."""
    honest = word_of(b"<x>" + os.urandom(1 << 20) + b" " * (40 << 20))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (1 << 20).to_bytes(4, "little"))
    assert refusal(lying, "luege.docx").code in {"intake_broken", "intake_unpacked"}


def test_many_attachments_are_refused() -> None:
    mail = letter()
    for number in range(limits.MOST_PARTS + 1):
        attach(mail, b"x", f"{number}.txt")
    failure = refusal(mail.as_bytes(), "m.eml")
    assert (failure.code, failure.params["number"]) == ("intake_parts", 51)


def test_a_pdf_with_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vorgang.workflow.intake.reading_pdf.MOST_PAGES", 2)
    failure = refusal(pdf_of("a #pagebreak() b #pagebreak() c"), "a.pdf")
    assert (failure.code, failure.params["number"]) == ("intake_pages", 3)


def test_a_page_nested_without_end_is_refused() -> None:
    try:
        pages = read_document(b"<html>" + b"<div><span>" * 20_000 + b"Text", "a.html")
    except UnreadableError as failure:
        assert failure.code in {"intake_nesting", "intake_no_text", "intake_broken"}  # noqa: PT017  # either is right
    else:
        assert "Text" in pages.text


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "riesig.pdf"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(UnreadableError) as caught:
        content_of(path)
    assert caught.value.code == "intake_too_large"
    assert "50 MiB" in caught.value.text()


@pytest.mark.parametrize("name", ["fehlt.txt", "."])
def test_what_is_no_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        content_of(tmp_path / name)
    assert caught.value.code == "intake_file"


# --- whatever bytes come ---

SEEDS = [
    WORD,
    odt_of("<text:p>Text</text:p>"),
    pdf_of("Text"),
    letter().as_bytes(),
    b"<html><table><tr><td>x",
    "Größe\tx\n".encode(),
    OLE,
]


def ends_well(content: bytes, name: str) -> bool:
    """Reading answers with pages or with an error of ours."""
    try:
        return isinstance(read_document(content, name), Pages)
    except VorgangError:
        return True


@settings(max_examples=150, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=20)), max_size=6),
    name=st.sampled_from(["a.docx", "a.odt", "a.pdf", "a.eml", "a.html", "a.txt", "x", "a.mht"]),
)
def test_a_damaged_file_never_ends_in_anything_else(seed: bytes, cuts: list[tuple[int, int, bytes]], name: str) -> None:
    content = bytearray(seed)
    for place, length, more in cuts:
        at = place % (len(content) + 1)
        content[at : at + length] = more
    assert ends_well(bytes(content), name)


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=300), name=st.sampled_from(["a.eml", "a.html", "a.txt", "a.pdf", "x"]))
@example(body=b"From: \xff\r\nDate: \x00\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n", name="a.eml")
@example(body=b"Subject: =?utf-8?b?=?=\r\nTo: <<>>,\r\nContent-Type: text/plain; charset=rot13\r\n\r\nx", name="a.eml")
def test_arbitrary_bytes_never_end_in_anything_else(body: bytes, name: str) -> None:
    assert ends_well(body, name)


@settings(max_examples=100, deadline=None)
@given(
    xml=st.text(st.sampled_from(list("<>/&;\"'= aw:ptr")), max_size=60),
    part=st.sampled_from(["document", "styles", "numbering", "footnotes"]),
)
def test_a_word_file_of_odd_parts_never_ends_in_anything_else(xml: str, part: str) -> None:
    inside = f'<w:{part} xmlns:w="{W}">{xml}</w:{part}>'
    file = word_of(inside) if part == "document" else docx_of(paragraph("x"), **{f"word_{part}": inside})
    assert ends_well(file, "a.docx")
