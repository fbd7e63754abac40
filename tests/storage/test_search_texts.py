"""Drafts, letters and attachments are found by their texts, once the worker has read them, on both databases."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.documents import docx_of, odt_of, paragraph, pdf_of, scanned
from tests.helpers.house import ASKER, CLERK, LEAD, House
from vorgang.config.settings import Settings
from vorgang.states.documents import KnownDocument
from vorgang.states.documents import put_document as put_known_document
from vorgang.states.files import keep_file
from vorgang.states.ids import new_id
from vorgang.states.search_rebuild import Text, put_document, reindex
from vorgang.workflow.office import Office
from vorgang.workflow.search import Wanted, search
from vorgang.workflow.search_texts import TextReader, Texts, text_apart

FORMATS: dict[str, Callable[[str], bytes]] = {
    "docx": lambda text: docx_of(paragraph(text)),
    "odt": lambda text: odt_of(f"<text:p>{text}</text:p>"),
    "pdf": pdf_of,
    "txt": str.encode,
}


class Reading:
    """Reads files in the process for that, and remembers which."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, content: bytes, name: str) -> str:
        self.names.append(name)
        return text_apart(content, name)


@pytest.fixture
def town(house: House) -> Iterator[House]:
    """A town of its own in the shared house, where everything that there was has been read."""
    house.body = house.found_town()
    reader(house).read_new(1_000_000)
    yield house
    house.body = "hagen"


def reader(house: House, read: Any = None) -> TextReader:
    return TextReader(house.database, house.workflow.lifecycle, house.wall, read)


def kept(house: House, name: str, content: bytes) -> dict[str, Any]:
    with house.database.writing() as connection:
        return keep_file(connection, house.body, (name, "application/octet-stream", content), house.wall.now()).value()


def attachment(house: House, text: str, **more: Any) -> dict[str, Any]:
    return {"datei": kept(house, f"{text[:6]}.txt", text.encode()), "titel": "Anlage", **more}


def finds(house: House, word: str, person: str | None = None) -> bool:
    hits = search(house.workflow, word, Wanted(body=house.body), reader=house.workflow.reader(house.body, person)).hits
    return bool(hits)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_filed_draft_is_found_by_its_text_by_those_who_work_on_it(town: House, suffix: str) -> None:
    case = town.at("in_bearbeitung")
    town.fire(case, "entwurf_ablegen", LEAD, entwurf=kept(town, f"e.{suffix}", FORMATS[suffix]("Die Quittenallee.")))
    assert not finds(town, "Quittenallee", CLERK)
    assert reader(town).read_new() == Texts(read=1)
    assert finds(town, "Quittenallee", CLERK)
    assert finds(town, "Quittenallee", LEAD)
    assert not any(finds(town, "Quittenallee", who) for who in (None, ASKER))


def test_a_draft_stays_hidden_when_the_answer_is_made_known(town: House) -> None:
    case = town.at("in_bearbeitung", anlagen=[attachment(town, "Mispelgarten")])
    town.fire(case, "entwurf_ablegen", LEAD, entwurf=kept(town, "e.txt", b"Die Quittenallee."))
    town.fire(case, "in_mitzeichnung_geben", LEAD)
    town.cosign(case)
    town.fire(case, "unterzeichnen", "schulz")
    town.fire(case, "veroeffentlichen", CLERK, veroeffentlichung="oeffentlich")
    assert reader(town).read_new().read == 2  # draft and attachment
    assert finds(town, "Mispelgarten")
    assert not finds(town, "Quittenallee")
    assert not finds(town, "Quittenallee", ASKER)


def test_an_attachment_is_found_by_whoever_may_have_it_as_soon_as_that_changes(town: House) -> None:
    case = town.at("beantwortet", anlagen=[attachment(town, "Mispelgarten")])
    reader(town).read_new()
    assert finds(town, "Mispelgarten")
    town.fire(case, "anlage_sperren", anlage="Anlage", grund="Rechte")
    assert not finds(town, "Mispelgarten")
    assert finds(town, "Mispelgarten", ASKER)
    town.fire(case, "anlage_freigeben", anlage="Anlage", grund="geklärt")
    assert finds(town, "Mispelgarten")
    town.fire(case, "anlage_sperren", anlage="Anlage", anlage_gesperrt_bis="2024-01-12", grund="bis Freitag")
    assert not finds(town, "Mispelgarten", ASKER)
    town.clock("2024-01-13")
    assert finds(town, "Mispelgarten")
    town.fire(case, "veroeffentlichung_zuruecknehmen", grund="so")
    assert not finds(town, "Mispelgarten")
    town.fire(case, "wieder_veroeffentlichen", grund="so")
    assert finds(town, "Mispelgarten")


def test_a_letter_is_found_by_those_who_may_have_the_letter(town: House) -> None:
    town.ask(anfrage=kept(town, "brief.txt", b"Meine Adresse: Holunderstieg 3"))
    reader(town).read_new()
    assert finds(town, "Holunderstieg", CLERK)
    assert not finds(town, "Holunderstieg")


def test_the_worker_reads_what_is_new_and_says_how_much(town: House, tmp_path: Path) -> None:
    town.ask(anlagen=[attachment(town, "Mispelgarten")])
    office = Office(town.workflow, Settings(mail_folder=tmp_path))
    assert (office.read_texts(), office.read_texts()) == (1, 0)
    assert finds(town, "Mispelgarten", CLERK)


def test_what_the_intake_put_to_a_case_is_found_by_those_who_work_on_it(town: House) -> None:
    """It comes without an event of the case."""
    case = town.ask()
    file = kept(town, "nachtrag.txt", b"Der Felsenbirnenpfad.")
    said: dict[str, Any] = {"case_id": case, "relation": "same", "kind": None, "canonical": None, "taken_by": CLERK}
    now = town.wall.now()
    with town.database.writing() as connection:
        known = KnownDocument(new_id(now), town.body, file["sha256"], file["name"], taken_at=now, **said)
        put_known_document(connection, known)
    assert reader(town).read_new().read == 1
    assert [finds(town, "Felsenbirnenpfad", who) for who in (CLERK, ASKER, None)] == [True, False, False]


def test_each_file_is_read_once_and_a_broken_one_is_not_tried_again(
    town: House, caplog: pytest.LogCaptureFixture
) -> None:
    broken = kept(town, "geheimer-name.docx", b"PK\x03\x04 broken")
    anlagen = [attachment(town, "Mispelgarten"), {"datei": broken, "titel": "kaputt"}]
    anlagen += [{"datei": kept(town, "scan.pdf", scanned()), "titel": "Bild"}]
    town.ask(anlagen=anlagen)
    reading = Reading()
    caplog.set_level(logging.WARNING)
    assert reader(town, reading).read_new() == Texts(read=1, failed=2)
    assert reader(town, reading).read_new() == Texts()
    assert sorted(reading.names) == ["Mispel.txt", "geheimer-name.docx", "scan.pdf"]
    assert len(caplog.messages) == 2  # one for each
    assert not any("geheimer-name" in line for line in caplog.messages)
    assert finds(town, "kaputt", CLERK)
    reindex(town.database)
    assert reader(town, reading).read_all().failed >= 2  # those of other tests too
    assert reading.names.count("scan.pdf") == 2  # once more, because it was asked for
    assert reading.names.count("Mispel.txt") == 1


def test_a_file_that_is_not_kept_here_keeps_no_other_from_being_read(town: House) -> None:
    missing = {"name": "weg.txt", "media_type": "text/plain", "sha256": "f" * 64, "size": 3}
    town.ask(anlagen=[{"datei": missing, "titel": "weg"}, attachment(town, "Mispelgarten")])
    assert reader(town).read_new() == Texts(read=1, failed=1)


def test_a_call_reads_so_many_files_and_the_next_one_goes_on(town: House) -> None:
    for number in range(5):
        town.ask(anlagen=[attachment(town, f"Mispel{number}garten")])
    assert reader(town).read_new(2) == Texts(read=2, more=True)
    assert reader(town).read_new(2) == Texts(read=2, more=True)
    assert reader(town).read_new(2).read == 1
    assert all(finds(town, f"Mispel{number}garten", CLERK) for number in range(5))


def test_an_old_draft_gives_way_to_the_new_one_and_what_others_put_in_stays(town: House) -> None:
    case = town.at("in_bearbeitung")
    town.fire(case, "entwurf_ablegen", LEAD, entwurf=kept(town, "e1.txt", b"Quittenallee"))
    reader(town).read_new()
    with town.database.writing() as connection:
        put_document(connection, case, Text("eigene", "Notiz", "Sanddornweg"), town.wall.now())
    town.fire(case, "entwurf_ablegen", LEAD, entwurf=kept(town, "e2.txt", b"Schlehenhang"))
    reader(town).read_new()
    found = [finds(town, word, CLERK) for word in ("Quittenallee", "Schlehenhang", "Sanddornweg")]
    assert found == [False, True, True]


def test_all_is_read_anew_for_a_database_that_is_older_than_the_index(town: House) -> None:
    town.ask(anlagen=[attachment(town, "Mispelgarten")])
    reports: list[tuple[int, int]] = []
    assert reader(town).read_all(lambda *report: reports.append(report)).read == 1
    assert reports[-1][0] == reports[-1][1] >= len(reports)
    assert reader(town).read_new() == Texts()
    assert finds(town, "Mispelgarten", CLERK)
