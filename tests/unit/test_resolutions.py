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
        ("Der Auftrag nach § 5 Abs. 2 Nr. 3 ist vergeben. Baubeginn ist am 3. Mai.", 2),
        ("Frau Dr. Meier vom Amt 61 klärt das bis Ende d. J. mit dem Land.", 1),
        ("Es fehlen noch Unterlagen, u. a. das Gutachten, der Plan usw. Die Firma liefert sie im 2. Quartal.", 2),
        ("Von 40 Bänken stehen 30. Die übrigen folgen im Mai.", 2),
        ("Die 3. Änderung der Satzung liegt vor, z.B. Anlage 2. Sie geht am 12.06.2024 in den Rat.", 2),
        ("Plan fertig\nGutachten fehlt\nRat am 5. Juni", 3),
        ("Stand:\n- Plan ist fertig\n- Gutachten fehlt noch\n\nWeiter im Juni", 3),
        ("1. Die Satzung liegt vor.\n2. Das Gutachten fehlt.\na) Termin offen", 3),
        ("Die Ausschreibung ist abgeschlossen und der Zuschlag heute an die\nFirma Beispiel erteilt worden.", 1),
        ("Kosten ca. 2,5 Mio. Euro, lt. Herrn Prof. Dr. K. Müller (Anl. 4) gesichert!", 1),
        ("Am St. Johann wird seit 8.30 Uhr gearbeitet … das Ende ist offen. Nr. 7 folgt.", 2),
        ("Mr. Smith met the contractor on 3 May, e.g. about No. 5. It will be done by Sept. 30.", 2),
        ("eins. zwei. drei. vier.", 4),
        ("Läuft! und das Gutachten? kommt. bald", 4),
        ("Kosten i. H. v. 5.000 Euro bzgl. der Anlage, bspw. am 3. mai. Mehr nicht.", 2),
        ("An der Hauptstr. 5 und der Bahnhofsvorplatzstr. 7 geht es am 12. weiter.", 1),
        ("Done. Is it paid? Not yet, i.e. approx. 20 % are open.", 3),
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
