"""Documents in the shapes of many systems and towns, each with what is to be read out of it, and nothing more.

The samples are made up. A field that a table does not name stays empty; `unread` names fields that are not compared.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import Understood

SAMPLES = sorted((Path(__file__).parent / "understood").glob("*.md"))
#: What a table compares; the rest follows from it.
FIELDS = (
    *("kind", "paper_type", "number", "parent_number", "subject", "date", "public", "originator", "lead_office"),
    *("involved_offices", "consultations", "questions", "signatory", "signatory_function", "addressee"),
    *("promises", "references", "attachments"),
)


def read(sample: Path) -> Understood:
    return understand(Pages.of_text(sample.read_text("utf-8"), sample.name))


def table(sample: Path) -> dict[str, Any]:
    expected = tomllib.loads(sample.with_suffix(".toml").read_text("utf-8"))
    return {name: expected.get(name, None) for name in FIELDS if name not in expected.get("unread", ())}


def value(name: str, understood: Understood) -> Any:
    """A field in the form of the tables."""
    found = getattr(understood, name)
    if name == "consultations":
        found = [["-" if part is None else part for part in row] for row in found]
    if name == "references":
        found = [one.number for one in found]
    if name == "attachments":
        found = [one.name for one in found]
    if name == "promises":
        found = [[one.text, one.due or "-"] for one in found]
    return list(found) or None if isinstance(found, list | tuple) else found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_document_is_understood_field_by_field(sample: Path) -> None:
    understood = read(sample)
    wanted = table(sample)
    got = {name: value(name, understood) for name in wanted}
    for name, rows in (("promises", wanted.get("promises")),):
        if rows and got[name] and len(rows) == len(got[name]):
            assert [words for (words, _), (text, _) in zip(rows, got[name], strict=True) if words not in text] == []
            got[name] = [[words, due] for (words, _), (_, due) in zip(rows, got[name], strict=True)]
    assert got == wanted


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_value_says_where_it_stands(sample: Path) -> None:
    understood = read(sample)
    lines = sample.read_text("utf-8").splitlines()
    for name in FIELDS[:-3]:
        found = getattr(understood, name)
        several = name in {"consultations", "questions"}
        places = [f"{name}.{index}" for index in range(len(found))] if several else [name]
        for place in places if found not in (None, ()) else ():
            where = understood.found[place]
            assert where.file == sample.name
            assert lines[where.line - 1].strip()
