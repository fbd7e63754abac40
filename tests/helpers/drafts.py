"""Drafts as offices fill them in: typed into Word and LibreOffice files the way these programs leave them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from lxml import etree

from vorgang.notifications.draft_parts import LOEXT, TEXT, W14, W, parsed, written
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.samples import samples

FULL, BARE, _ = samples("de")
BODIES = {"docx": "word/document.xml", "odt": "content.xml"}


def about(*questions: str, body: str = "hagen", kind: str = "anfrage", **facts: Any) -> dict[str, Any]:
    """The context of a draft with these questions."""
    return {
        **FULL,
        "body": {**FULL["body"], "key": body},
        "case": {**FULL["case"], "lifecycle": kind},
        "facts": {**FULL["facts"], "fragen": list(questions), **facts},
        "today": "2024-01-10",
    }


def filled(suffix: Any, context: Mapping[str, Any], folders: tuple[Path, ...] = ()) -> bytes:
    return Drafts(folders).fill("stellungnahme", context, suffix).content


def changed(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The file with its body changed."""
    source = ZipFile(BytesIO(content))
    part = next(one for one in BODIES.values() if one in source.namelist())
    root = parsed(source.read(part), "draft", part)
    change(root)
    return with_part(content, part, written(root))


def with_part(content: bytes, part: str, new: bytes) -> bytes:
    """The file with a part replaced or added."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name != part:
                archive.writestr(name, source.read(name))
        archive.writestr(part, new)
    return target.getvalue()


def typed(content: bytes, answers: Mapping[str, str]) -> bytes:
    """The file with texts typed into its fields; a line is a paragraph."""

    def type_in(root: Any) -> None:
        for name, text in answers.items():
            _type_word(root, name, text) if root.tag.startswith(W) else _type_odt(root, name, text)

    return changed(content, type_in)


def control(root: Any, name: str) -> Any:
    """The content control with that tag."""
    return next(one for one in root.iter(f"{W}sdt") if one.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == name)


def _type_word(root: Any, name: str, text: str) -> None:
    field = control(root, name)
    placeholder = field.find(f"{W}sdtPr/{W}showingPlcHdr")
    if placeholder is not None:  # Word takes it away with the first letter
        placeholder.getparent().remove(placeholder)
    content = field.find(f"{W}sdtContent")
    for old in list(content):
        content.remove(old)
    for line in text.split("\n"):
        content.append(word_paragraph(line))


def word_paragraph(text: str) -> Any:
    """A paragraph of Word."""
    paragraph = etree.Element(f"{W}p")
    run = etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t")
    run.text = text
    return paragraph


def section(root: Any, name: str) -> Any:
    """The section of that name."""
    return next(one for one in root.iter(f"{TEXT}section") if one.get(f"{TEXT}name") == name)


def _type_odt(root: Any, name: str, text: str) -> None:
    field = section(root, name)
    first, *rest = text.split("\n")
    for shown in list(field.iter(f"{TEXT}placeholder")):
        shown.tail = first + (shown.tail or "")
        _drop(shown)
    for line in rest:
        paragraph = etree.SubElement(field, f"{TEXT}p")
        paragraph.text = line


def _drop(node: Any) -> None:
    before, parent = node.getprevious(), node.getparent()
    if before is not None:
        before.tail = (before.tail or "") + (node.tail or "")
    else:
        parent.text = (parent.text or "") + (node.tail or "")
    parent.remove(node)


def ticked(content: bytes, name: str) -> bytes:
    """The file with a box ticked."""

    def tick(root: Any) -> None:
        if root.tag.startswith(W):
            box = control(root, name)
            box.find(f"{W}sdtPr/{W14}checkbox/{W14}checked").set(f"{W14}val", "1")
            next(box.iter(f"{W}t")).text = "☒"
        else:
            box = next(one for one in root.iter(f"{LOEXT}content-control") if one.get(f"{LOEXT}tag") == name)
            box.set(f"{LOEXT}checked", "true")
            box.text = "☒"

    return changed(content, tick)


def converted(content: bytes, *formats: str) -> bytes:
    """The file as LibreOffice writes it, from suffix to suffix; the first is that of `content`."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("soffice is not installed: no round trip through LibreOffice")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for before, after in pairwise(formats):
            (folder / f"in.{before}").write_bytes(content)
            _run(program, folder, before, after)
            content = (folder / "out" / f"in.{after}").read_bytes()
    return content


def _run(program: str, folder: Path, before: str, after: str) -> None:
    subprocess.run(
        [
            *(program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", after),
            *("--outdir", str(folder / "out"), str(folder / f"in.{before}")),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "HOME": str(folder)},
    )
