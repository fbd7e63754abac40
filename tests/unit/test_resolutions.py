"""What a report of three sentences is, and what lifecycles share by their parts."""

from pathlib import Path

import pytest

from vorgang.config.errors import AuthorError
from vorgang.states.loader import load_folders
from vorgang.workflow.resolution_guards import sentence_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Läuft", 1),
        ("Läuft. Die Satzung liegt vor.", 2),
        ("Am 3. Mai geht es z. B. um Nr. 5 weiter.", 1),
        ("Es begann 2024. Nun geht es weiter!", 2),
        ("Was fehlt? Nichts … Wirklich nicht!", 2),
        ("Erstens. Zweitens.\nDrittens. Viertens", 4),
        ("Dr. Muster (Amt 41) sagt: „Das wird.“ Gut.", 2),
        ("Stand: 3.5 Mio. Euro", 1),
    ],
)
def test_the_sentences_of_a_report_are_counted(text: str, count: int) -> None:
    assert sentence_count(text) == count


PART = """
[state.abgeheftet]
label = "abgeheftet"
final = true

[event.abheften]
label = "abheften"
from  = ["offen"]
to    = "abgeheftet"
by    = ["geschaeftsstelle"]
"""
OWN = """
id      = "notiz"
version = 1
label   = "Notiz"
initial = "offen"
parts   = ["ablage"]

[state.offen]
label      = "offen"
owner      = "geschaeftsstelle"
unattended = "eine Notiz"

[event.anlegen]
label = "anlegen"
opens = true
by    = ["geschaeftsstelle"]

[event.abheften]
label = "zu den Akten nehmen"
"""


def folder_with(tmp_path: Path, own: str) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "ablage.toml").write_text(PART, "utf-8")
    (tmp_path / "notiz.toml").write_text(own, "utf-8")
    return tmp_path


def test_a_lifecycle_takes_over_a_part_and_says_what_differs(tmp_path: Path) -> None:
    found = load_folders(folder_with(tmp_path, OWN))["notiz"]
    assert found.states["abgeheftet"].final
    assert found.events["abheften"].label.de == "zu den Akten nehmen"
    assert "ablage" not in load_folders(tmp_path)  # a part is no lifecycle by itself


def test_a_part_that_does_not_exist_is_named_with_what_may_be_meant(tmp_path: Path) -> None:
    with pytest.raises(AuthorError) as caught:
        load_folders(folder_with(tmp_path, OWN.replace('["ablage"]', '["ablagen"]')))
    (finding,) = [one for one in caught.value.findings if one.code == "lifecycle_parts_unknown"]
    assert (finding.params["meant"], finding.file) == ("ablage", str(tmp_path / "notiz.toml"))


def test_motions_and_proposals_are_decided_alike() -> None:
    lifecycles = load_folders()
    motion, proposal = lifecycles["antrag"], lifecycles["beschlussvorlage"]
    assert motion.events["alle_beraten"].ways == proposal.events["alle_beraten"].ways
    assert motion.events["ausfertigen"].ways == proposal.events["ausfertigen"].ways
