"""The drafting template: what stands in it, and what it cannot do."""

import runpy
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest

from tests.helpers.drafts import about, changed
from tests.helpers.drafts import filled as filled_draft
from vorgang.notifications.draft_parts import OFFICE, TEXT, new, open_parts
from vorgang.notifications.draft_pieces import pieces
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.failures import Permanent, Temporary
from vorgang.notifications.samples import samples
from vorgang.notifications.writer import SHIPPED

ROOT = Path(__file__).parents[2]
FULL, BARE, _ = samples("de")
TAG = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def text_of(content: bytes) -> str:
    body = docx.Document(BytesIO(content)).element.body
    return "\n".join("".join(run.text or "" for run in each.iter(f"{TAG}t")) for each in body.iter(f"{TAG}p"))


def filled(context: Any = FULL) -> str:
    return text_of(Drafts().fill("stellungnahme", context).content)


def own_draft(folder: Path, *paragraphs: str) -> Drafts:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(folder / "stellungnahme.docx"))
    return Drafts([folder])


def test_the_draft_is_laid_out_like_the_form_of_a_town() -> None:
    text = filled()
    wanted = [
        "ÖFFENTLICHE STELLUNGNAHME",
        "Amt/Fachbereich und ggf. beteiligte Ämter/Fachbereiche:",
        "01 Hauptamt",
        "Beteiligt: 41 Kultur und 48 Bildung",
        "Betreff:",
        "Drucksachennummer: 1062/2023",
        "Beratungsfolge:",
        "antwortet die Verwaltung wie folgt:",
        "1. Ab wann sind die Gespräche geplant?",
        "Hier bitte die Antwort eintragen.",
        "2. Wer nimmt teil?",
        "Verfügung / Unterschriften",
        "Nein, gesperrt bis einschließlich",
        "Gesehen",
        "Gegenzeichen",
        "Beschlussausfertigungen sind zu übersenden an",
    ]
    places = [text.find(each) for each in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_each_question_has_an_answer_field_that_can_be_found_again() -> None:
    content = Drafts().fill("stellungnahme", FULL).content
    body = docx.Document(BytesIO(content)).element.body
    tags = [tag.get(f"{TAG}val") for field in body.iter(f"{TAG}sdt") for tag in field.iter(f"{TAG}tag")]
    assert [tag for tag in tags if tag.startswith("antwort")] == ["antwort_1", "antwort_2"]


def test_a_case_that_knows_nothing_still_gets_a_form() -> None:
    text = filled(BARE)
    assert "Drucksachennummer: __________" in text
    assert "Hier bitte die Antwort eintragen." in text
    assert "{{" not in text


def test_values_arrive_as_they_are_and_add_no_parts_of_their_own() -> None:
    evil = "Kosten < 5 & Nutzen</w:t></w:r><w:r><w:t>eingeschmuggelt"
    text = filled({**FULL, "case": {**FULL["case"], "title": evil}})
    assert evil in text


def test_the_same_values_give_the_same_file_to_the_byte() -> None:
    assert Drafts().fill("stellungnahme", FULL) == Drafts().fill("stellungnahme", FULL)


def test_the_file_is_called_after_the_paper() -> None:
    assert Drafts().fill("stellungnahme", FULL).name == "Stellungnahme_1062-2023.docx"
    assert Drafts().fill("stellungnahme", BARE).name == "Stellungnahme.docx"


def test_a_draft_of_the_municipality_replaces_the_shipped_one(tmp_path: Path) -> None:
    drafts = own_draft(tmp_path, "Eigenes Formular zu {{ case.number }}")
    assert text_of(drafts.fill("stellungnahme", FULL).content) == "Eigenes Formular zu 1062/2023"
    assert drafts.names() == {"beschlussvorlage", "mitteilung", "stellungnahme"}


@pytest.mark.parametrize(
    "attack", ["{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ gibt_es_nicht }}", "{% if %}"]
)
def test_a_wrong_or_evil_file_is_an_error_and_nothing_else(tmp_path: Path, attack: str) -> None:
    with pytest.raises(Temporary) as caught:
        own_draft(tmp_path, attack).fill("stellungnahme", FULL)
    assert caught.value.code == "mail_draft_failed"


@pytest.mark.parametrize("name", ["vermerk", "../templates/stellungnahme"])
def test_an_unknown_draft_names_those_that_exist(name: str) -> None:
    with pytest.raises(Temporary, match="stellungnahme") as caught:
        Drafts().fill(name, FULL)
    assert caught.value.code == "mail_draft_unknown"


def test_the_shipped_files_are_what_their_builder_builds(tmp_path: Path) -> None:
    builder = runpy.run_path(str(ROOT / "examples" / "build_draft_template.py"))
    builder["build"](tmp_path)
    built = sorted(path.relative_to(tmp_path) for path in tmp_path.glob("**/stellungnahme.*"))
    assert [contents(tmp_path / path) for path in built] == [contents(SHIPPED / path) for path in built]
    assert len(built) == 4


def contents(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(content: bytes) -> str:
    """All text of a draft, as a reader finds it."""
    found = pieces(open_parts(content, "entwurf"))
    return "".join("\n" if one.kind in {"paragraph", "row"} else one.value for one in found if one.kind in _SAID)


_SAID = {"text", "paragraph", "row"}
EVIL = "Kosten < 5 & Nutzen</w:t></text:p> {{ case.id }} {% if %} \x07 zweite\nZeile"


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_a_question_is_text_whatever_it_looks_like(suffix: Any) -> None:
    said = words(filled_draft(suffix, about(EVIL)))
    assert "1. Kosten < 5 & Nutzen</w:t></text:p> {{ case.id }} {% if %}" in said
    assert "zweite\nZeile" in said


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_the_form_of_a_town_has_its_own_layout_and_the_session_of_its_bodies(suffix: Any) -> None:
    said = words(filled_draft(suffix, about("Warum?", body="magdeburg", stellungnahme_nummer="S0183/23")))
    for wanted in ("Stellungnahme-Nr.", "S0183/23", "zum/zur", "Verteiler", "Integrationsrat", "05.03.2024"):
        assert wanted in said


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_mandatory_statements_stand_where_the_kind_of_paper_requires_them(suffix: Any) -> None:
    required, without = (words(filled_draft(suffix, about("Warum?", kind=kind))) for kind in ("antrag", "anfrage"))
    assert "Inklusion von Menschen mit Behinderung" in required
    assert "☐ keine Auswirkungen (o)" in required
    assert "Inklusion" not in without


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_the_offices_of_the_chain_stand_in_the_disposition(suffix: Any) -> None:
    chain = [
        {"amt": "amt48", "stufe": 2, "art": "mitzeichnung"},
        {"amt": "amt41", "stufe": 1, "art": "mitzeichnung"},
        {"amt": "verwaltungsleitung", "stufe": 3, "art": "gesehen"},
    ]
    said = words(
        filled_draft(suffix, about("Warum?", mitzeichnungen=chain, ausfertigungen=[{"amt": "amt41", "anzahl": 3}]))
    )
    disposition = said[said.index("Gesehen") :]
    places = [
        disposition.index(word) for word in ("Verwaltungsleitung", "Gegenzeichen", "41 Kultur", "48 Bildung", "Anzahl")
    ]
    assert places == sorted(places)
    assert "3" in disposition[disposition.index("Anzahl") :]


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_as_long_as_nobody_has_planned_the_chain_the_involved_offices_stand_in_it_alone(suffix: Any) -> None:
    said = words(filled_draft(suffix, about("Warum?")))
    seen, cosigning = said[said.index("Gesehen") :].split("Gegenzeichen")
    assert "Bürgermeister" not in seen  # signs it in the end
    assert "41 Kultur" in cosigning
    assert "01 Hauptamt" not in cosigning[: cosigning.index("Beschlussausfertigungen")]  # has drafted it


@pytest.mark.parametrize("suffix", ["docx", "odt"])
@pytest.mark.parametrize("body", ["hagen", "magdeburg"])
def test_the_draft_of_a_statement_quotes_the_motion(suffix: Any, body: str) -> None:
    moved = about(body=body, kind="stellungnahme", beschlussvorschlag=["Es wird gebaut.", "Und zwar bald."])
    said = words(filled_draft(suffix, moved))
    assert said.index("Beschlussvorschlag") < said.index("Es wird gebaut.") < said.index("Und zwar bald.")
    assert ("Inklusion von Menschen mit Behinderung" in said) is (body == "hagen")
    assert "Beschlussvorschlag" not in words(filled_draft(suffix, about("Warum?", body=body)))


def test_a_draft_without_a_number_yet_is_known_by_that_of_the_motion() -> None:
    known = about("Warum?")
    answers = {"kind": "Antrag", "number": "A0041/23"}
    known |= {"case": {**known["case"], "number": None}, "main": {**known["main"], "answers": answers}}
    assert Drafts().fill("stellungnahme", known).name == "Stellungnahme_A0041-23.docx"


def test_a_town_gets_its_draft_as_the_files_it_wants(tmp_path: Path) -> None:
    (tmp_path / "hagen").mkdir()
    (tmp_path / "hagen" / "entwurf.toml").write_text('formats = ["odt", "docx"]', "utf-8")
    files = Drafts([tmp_path]).fill_each("stellungnahme", about("Warum?"))
    assert [file.name for file in files] == ["Stellungnahme_1062-2023.docx", "Stellungnahme_1062-2023.odt"]
    assert [file.name for file in Drafts([tmp_path]).fill_each("stellungnahme", FULL)] == [files[0].name]


def test_the_file_nearest_to_town_and_kind_wins(tmp_path: Path) -> None:
    places = {".": "alle", "hagen": "Hagen", "hagen/antrag": "Hagen Antrag"}
    for place, text in places.items():
        (tmp_path / place).mkdir(exist_ok=True)
        own_draft(tmp_path / place, text)
    drafts = Drafts([tmp_path])
    wanted = {("hagen", "antrag"): "Hagen Antrag", ("hagen", "anfrage"): "Hagen", ("magdeburg", "antrag"): "alle"}
    for (body, kind), text in wanted.items():
        assert text_of(drafts.fill("stellungnahme", about("Warum?", body=body, kind=kind)).content) == text


def test_an_office_writes_odt_in_the_same_language(tmp_path: Path) -> None:
    shipped = (SHIPPED / "stellungnahme.odt").read_bytes()

    def typed_by_an_office(root: Any) -> None:
        """Typographic quotes, and a tag torn apart by the spelling check."""
        text = root.find(f".//{OFFICE}text")
        for node in list(text):
            text.remove(node)
        for words in ("{%p for f in fragen %}", "{{ f }}", "{%p endfor %}"):
            new(f"{TEXT}p", text).text = words
        torn = new(f"{TEXT}p", text)
        torn.text = "{{ case.nu"
        new(f"{TEXT}span", torn).text = "mber | default(„–“) }} gilt"

    (tmp_path / "stellungnahme.odt").write_bytes(changed(shipped, typed_by_an_office))
    content = Drafts([tmp_path]).fill("stellungnahme", about("Eins?", "Zwei?"), "odt").content
    assert words(content).split("\n") == ["Eins?", "Zwei?", "1062/2023 gilt", ""]


def test_no_part_of_a_word_file_escapes_the_sandbox(tmp_path: Path) -> None:
    attack = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    for place in ("header", "footer", "title"):
        document = docx.Document()
        if place == "title":
            document.core_properties.title = attack
        else:
            getattr(document.sections[0], place).paragraphs[0].text = attack
        document.save(str(tmp_path / "stellungnahme.docx"))
        with pytest.raises(Temporary, match="unsafe"):
            Drafts([tmp_path]).fill("stellungnahme", FULL)


BLOCKS = """
[[baustein]]
id = "datenschutz"
label = "Datenschutz"
text = "Zu {{ case.number }} gilt: <kein> Name & keine Anschrift."

[[baustein]]
id = "haushalt"
label = "Vorläufige Haushaltsführung"
text = "Nur mit Vorbehalt."
valid_until = 2024-01-09
"""


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_text_blocks_chosen_at_the_assignment_stand_in_the_draft(tmp_path: Path, suffix: Any) -> None:
    (tmp_path / "bausteine.toml").write_text(BLOCKS, "utf-8")
    chosen = about("Warum?", bausteine=["datenschutz", "haushalt", "fehlt"])
    said = words(filled_draft(suffix, chosen, (tmp_path,)))
    assert "Zu 1062/2023 gilt: <kein> Name & keine Anschrift." in said
    assert "Nur mit Vorbehalt." not in said
    assert (
        "[Textbaustein „haushalt“ ausgelassen: Der Textbaustein „haushalt“ galt nur bis einschließlich 09.01.2024]"
        in said
    )
    assert "[Textbaustein „fehlt“ ausgelassen" in said


def test_the_last_day_of_a_text_block_belongs_to_it(tmp_path: Path) -> None:
    (tmp_path / "bausteine.toml").write_text(BLOCKS, "utf-8")
    drafts = own_draft(tmp_path, "{{ baustein('haushalt') }}")
    for today, wanted in (("2024-01-09", "Nur mit Vorbehalt."), ("2024-01-10", "[Textbaustein")):
        said = text_of(drafts.fill("stellungnahme", {**FULL, "today": today}).content)
        assert said.startswith(wanted)


def test_ten_thousand_questions_are_refused_with_a_number() -> None:
    with pytest.raises(Permanent, match="10000") as caught:
        Drafts().fill("stellungnahme", about(*map(str, range(10_000))))
    assert caught.value.code == "draft_questions_too_many"


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_the_draft_is_headed_as_the_paper_will_be(suffix: Any) -> None:
    def headed(body: str, **facts: Any) -> str:
        known = about(body=body, kind="mitteilung", **facts)
        return words(Drafts().fill("mitteilung", known, suffix).content)

    assert "\nGESCHÄFTLICHE MITTEILUNG" in headed("kiel")
    assert "NICHTÖFFENTLICHE GESCHÄFTLICHE MITTEILUNG" in headed("kiel", oeffentlich=False)
    assert "ÖFFENTLICHE MITTEILUNG" in headed("hagen")
