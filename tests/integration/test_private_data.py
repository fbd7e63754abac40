"""What is private in a public case: no output there is may hold it for anybody but those whom it concerns.

The commands, the templates and the roles are those that are enumerated for the crawl of secrets (helpers/outputs.py).
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from tests.helpers.command_line import Vorgang, outsider
from tests.helpers.databases import Sqlite
from tests.helpers.documents import pdf_of
from tests.helpers.house import ASKER, CLERK, LEAD, MAYOR, START, House
from tests.helpers.opened import everything_in
from tests.helpers.outputs import COMMANDS, LURE, TOKEN, Neutral, Reads
from vorgang.config.settings import Settings
from vorgang.notifications.mail import Letter
from vorgang.notifications.preview import Wanted, message_of_case
from vorgang.notifications.templates import Templates
from vorgang.states.files import keep_file
from vorgang.states.ids import new_id
from vorgang.states.records import Person
from vorgang.states.tables import table_of
from vorgang.workflow.doctor import examine
from vorgang.workflow.office import Office
from vorgang.workflow.search_texts import TextReader
from vorgang.workflow.simulate import Watch, Wish, rehearse
from vorgang.workflow.timeline_html import page as picture

#: Another office, a council body that the case names, and somebody who belongs to nothing in the town.
OTHERS = (["--as", "beispiel48"], ["--as", "fremd"], ["--public"])
UNINVOLVED = "amt48"
#: A citizen who has asked, and one whom the office has marked.
CITIZEN, CITIZENS_NAME = "buergerin-17", "Kunigunde Pfefferkornow"
MARKED = "Eusebia Zwackelmannow"
WHERE = "Quittengasse 17, 58097 Hagen, Tel. 02331 987654, IBAN DE02 1203 0000 0000 2020 51, eusebia.z@post.example"
#: What must not be read, folded; each alone would say who it is.
PRIVATE = (
    "zwackelmannow",
    "eusebia",
    "pfefferkornow",
    "kunigunde",
    "quittengasse",
    "987654",
    "12030000",
    "post.example",
)


def text(field: str) -> str:
    """A text of a case, which tells too much."""
    return f"{TOKEN}{field} {LURE}: Frau {MARKED} ({WHERE}) und {CITIZENS_NAME}"


def given_away(said: str) -> set[str]:
    """What is private in a text, be it broken over lines, escaped or written apart."""
    plain = re.sub(r"\s+|=\n", "", said).casefold()
    return {one for one in PRIVATE if one in plain}


class World:
    """A house with public cases full of private data."""

    def __init__(self, url: str) -> None:
        self.house = House(url)
        self._know("fremd", "Fremd")
        self._know(CITIZEN, CITIZENS_NAME)
        self.marked = self._published("0901/2024", ASKER)
        self.house.fire(self.marked, "papiere_verfuegen", privat=[MARKED, CITIZENS_NAME])
        self.citizens = self._published("0902/2024", CITIZEN)
        self.house.fire(self.citizens, "privat_kennzeichnen", privat=[MARKED])
        self.cases = (self.marked, self.citizens)
        TextReader(self.house.database, self.house.workflow.lifecycle, self.house.wall).read_new()

    def _know(self, key: str, name: str) -> None:
        with self.house.database.writing() as connection:
            values = {"id": new_id(START), "body": self.house.body, "key": key, "name": name, "also_written": []}
            values["email"] = f"{key}@buerger.example"
            connection.execute(insert(table_of(Person)).values(**values))
        self.house.workflow.directory.forget()

    def _file(self, name: str) -> dict[str, Any]:
        file = (f"{MARKED} {name}.pdf", "application/pdf", pdf_of(f"{name} {MARKED}"))
        with self.house.database.writing() as connection:
            return keep_file(connection, self.house.body, file, self.house.wall.now()).value()

    def _published(self, number: str, asker: str) -> str:
        """Worked on, signed and published, with everything in it that a reader outside is told."""
        house = self.house
        files = [
            {"datei": self._file("unbestimmt"), "titel": text("titel")},
            {"datei": self._file("freigegeben"), "titel": text("freititel"), "oeffentlich": True},
        ]
        asked = {
            "betreff": text("betreff"),
            "fragen": [text("frage")],
            "anlagen": files,
            "bemerkung": text("bemerkung"),
        }
        case = house.ask(nummer=number, fragesteller=asker, **asked)
        house.fire(case, "zulassen")
        house.fire(case, "zuweisen", federfuehrung="amt01", beteiligt=[], hinweis=text("hinweis"))
        house.fire(case, "annehmen", LEAD)
        house.fire(case, "zwischenbescheid", LEAD, grund=text("grund"), neuer_termin="2024-03-20")
        answers = [{"frage": text("frage"), "antwort": text("antwort")}]
        statements = [{"angabe": text("angabe"), "text": text("angabetext")}]
        house.fire(case, "entwurf_ablegen", LEAD, entwurf=self._file("entwurf"), antworten=answers, angaben=statements)
        house.fire(case, "zur_unterschrift_geben", LEAD)
        house.fire(case, "unterzeichnen", MAYOR, unvollstaendig_weil=text("luecke"))
        promise = {"zusage": text("zusage"), "kontrolle": "2024-06-01", "empfaenger": CITIZEN}
        house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=[promise])
        house.schedule(case, "integrationsrat")
        return case


@pytest.fixture(scope="module")
def world(sqlite: Sqlite) -> Iterator[World]:
    url = sqlite.prepared()
    found = World(url)
    yield found
    found.house.close()
    sqlite.drop(url)


@pytest.fixture
def house(world: World) -> House:
    return world.house


@pytest.fixture
def say(world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vorgang:
    return outsider(world.house.url, capsys, monkeypatch, tmp_path)


# --- commands ---

READING = [pytest.param(name, how, id=name) for name, how in COMMANDS.items() if isinstance(how, Reads)]


@pytest.mark.parametrize(("name", "how"), READING)
def test_no_command_tells_others_what_is_private(name: str, how: Reads, world: World, say: Vorgang) -> None:
    children = {child.child: child.id for child in world.house.workflow.case(world.marked).children}
    readable = {tuple(call) for case in world.cases for call in how.calls(case)}
    calls = readable | {(*call, "--json") for one in (world.marked, *children.values()) for call in how.calls(one)}
    for who in OTHERS if how.public else OTHERS[:2]:
        for call in calls:
            assert given_away(say(*name.split(), *call, *who).said) == set(), (call, who)


def test_the_crawl_looks_at_something(world: World, say: Vorgang) -> None:
    """Else it would hold for an empty answer as well."""
    shown = say("case", "show", world.marked, "--public").said
    assert shown.count("geschwärzt") > 10
    assert all(f"{TOKEN}{field}" in shown for field in ("betreff", "frage", "antwort", "angabe", "luecke", "freititel"))
    assert say("search", TOKEN, "--public").said.count("geschwärzt") > 2
    assert TOKEN + "zusage" in say("case", "list", "--public").said


@pytest.mark.parametrize("name", [name for name, how in COMMANDS.items() if isinstance(how, Neutral)])
def test_what_goes_from_hand_to_hand_tells_nothing_private(name: str, world: World, say: Vorgang) -> None:
    how = COMMANDS[name]
    assert world.cases
    for call in how.calls if isinstance(how, Neutral) else ():
        assert given_away(say(*name.split(), *call).said) == set()


def test_those_who_work_on_it_and_the_asker_read_it_in_full(world: World, say: Vorgang) -> None:
    for person in (LEAD, CLERK, ASKER):
        assert "geschwärzt" not in say("case", "show", world.marked, "--as", person).said
        assert given_away(say("case", "show", world.marked, "--as", person).said) == set(PRIVATE)
    assert "geschwärzt" in say("case", "show", world.citizens, "--as", ASKER).said
    assert "geschwärzt" not in say("case", "show", world.citizens, "--as", CITIZEN).said


def test_a_name_can_be_marked_from_the_first_day_on_and_after_the_last(house: House, say: Vorgang) -> None:
    case = house.ask(nummer="0903/2024", betreff=f"Beschwerde von Frau {MARKED}")

    def told() -> str:
        return say("case", "show", case, "--public", "--json").said

    assert given_away(told()) != set()
    house.fire(case, "privat_kennzeichnen", privat=[MARKED])
    assert given_away(told()) == set()
    house.fire(case, "zurueckweisen", grund="unzulässig")
    house.fire(case, "privat_kennzeichnen", privat=["Niemand"])
    assert given_away(told()) != set()
    house.fire(case, "privat_kennzeichnen", privat=[MARKED])
    assert given_away(told()) == set()


# --- search ---


@pytest.mark.parametrize(
    "asked",
    [
        *("Zwackelmannow", "Eusebia", "zwackel", "Pfefferkornow", '"Eusebia Zwackelmannow"', "Quittengasse", "987654"),
        *("02331 987654", "DE02", "post.example", "58097", "geschwärzt"),
    ],
)
def test_what_is_blacked_out_finds_nothing(world: World, say: Vorgang, asked: str) -> None:
    assert world.cases
    for who in OTHERS:
        found = [hit["number"] for hit in say.json("search", asked, *who)["hits"]]
        assert found == []
        held = say.json("search", f"{LURE} {asked}", *who)["hits"]
        assert {hit["terms"] for hit in held} == {len(LURE.split())}  # it is no term of theirs
    if asked != "geschwärzt":
        found = [hit["number"] for hit in say.json("search", asked, "--as", LEAD)["hits"]]
        assert {"0902/2024", "0901/2024"} <= set(found)


def test_by_whom_it_was_asked_cannot_be_found_out(world: World, say: Vorgang) -> None:
    assert world.cases
    for who in OTHERS:
        assert say.json("search", LURE, "--originator", CITIZEN, *who)["hits"] == []
        assert say.json("search", "--similar-to", "0901/2024", *who)["earlier"][0]["hit"]["originator"] is None
    assert len(say.json("search", LURE, "--originator", CITIZEN, "--as", LEAD)["hits"]) == 1


def test_no_child_is_found_by_a_private_word(world: World, say: Vorgang) -> None:
    """The word that picks a child must be one that its reader may know."""
    for who in OTHERS:
        assert given_away(say("case", "show", f"{world.citizens}/zusage", *who).said) == set()
        assert say("case", "show", f"{world.citizens}/zusage/2024-06-01", *who).code == 0
        assert say("case", "show", f"{world.citizens}/zusage/{CITIZEN}", *who).code == 5
    assert say("case", "show", f"{world.citizens}/zusage/{CITIZEN}", "--as", LEAD).code == 0


# --- files and papers ---


def test_of_the_attachments_others_get_those_that_are_marked_as_public(
    world: World, say: Vorgang, tmp_path: Path
) -> None:
    target = tmp_path / "anlage.pdf"
    for who in OTHERS:
        listed = say("case", "file", world.marked, *who)
        assert f"{TOKEN}freititel" in listed.out
        assert f"{TOKEN}titel" not in listed.out
        assert given_away(listed.said) == set()
        for name in ("unbestimmt", "entwurf"):
            assert say("case", "file", world.marked, f"{MARKED} {name}.pdf", *who, "--out", target).code == 5
    for person in (LEAD, ASKER):
        assert f"{TOKEN}titel" in say("case", "file", world.marked, "--as", person).out


@pytest.mark.parametrize("form", ["pdf", "docx", "html"])
@pytest.mark.parametrize("kind", ["stellungnahme", "verfuegung", "ausfertigung", "zwischenbescheid"])
def test_no_paper_for_others_tells_what_is_private(
    world: World, say: Vorgang, tmp_path: Path, kind: str, form: str
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for who in OTHERS:
        answer = say("paper", "render", world.marked, "--kind", kind, "--format", form, "--out", folder, *who)
        made = [f"{path.name} {everything_in(path.read_bytes())}" for path in folder.iterdir()]
        assert bool(made) == (answer.code == 0) == (kind == "stellungnahme")
        assert given_away(f"{answer.said} {made}") == set()


def test_the_asker_gets_the_same_answer_by_mail_and_by_asking_for_it(
    world: World, say: Vorgang, tmp_path: Path
) -> None:
    def asked(person: str) -> str:
        file = tmp_path / f"{person}.pdf"
        assert say("paper", "render", world.marked, "--as", person, "--out", file).code == 0
        return everything_in(file.read_bytes())

    mine, others = mailed(world, ASKER, tmp_path), mailed(world, UNINVOLVED, tmp_path)
    assert (given_away(mine), given_away(asked(ASKER))) == (set(PRIVATE), set(PRIVATE))
    assert (given_away(others), given_away(asked("beispiel48"))) == (set(), set())
    assert "geschwärzt" in others


# --- mails ---


def letter(world: World, template: str, to: str, folder: Path) -> Letter:
    house = world.house
    office = Office(house.workflow, Settings(mail_folder=folder))
    case = house.workflow.case(world.marked).case
    scene = house.workflow.lifecycle(case.lifecycle, case.lifecycle_version), house.workflow.directory.town(case.body)
    with house.database.reading() as connection:
        message = message_of_case(connection, case, scene, Wanted(template, to, house.wall.now()))
    return office.composer.preview(message, "de")


def mailed(world: World, to: str, folder: Path) -> str:
    """The answer that goes with the mail of its publication."""
    [file] = [
        one for one in letter(world, "beantwortet", to, folder).attachments if one.media_type == "application/pdf"
    ]
    return f"{file.name} {everything_in(file.content)}"


@pytest.mark.parametrize("template", sorted(Templates().names()))
def test_no_mail_tells_others_what_is_private_and_no_subject_line_tells_anybody(
    world: World, tmp_path: Path, template: str
) -> None:
    for to in (UNINVOLVED, "fremd", "amt01", ASKER):
        made = letter(world, template, to, tmp_path)
        assert given_away(made.words.subject) == set()
        if to in {UNINVOLVED, "fremd"}:
            files = " ".join(f"{one.name} {everything_in(one.content)}" for one in made.attachments)
            assert given_away(f"{made.words!r} {files}") == set(), to


def test_those_concerned_are_told_in_full(world: World, tmp_path: Path) -> None:
    made = letter(world, "auftrag", "amt01", tmp_path)
    assert MARKED in made.words.text


# --- pages and pictures ---


def test_no_picture_of_the_time_ahead_tells_what_is_private(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    silent = Watch(lambda _done, _every: None, lambda _passed: None)
    outlook = rehearse(Settings(database_url=house.url), Wish(date(2024, 6, 30)), house.wall.now(), silent)
    for by in ("case", "office"):
        assert given_away(picture(outlook, by, "de")) == set()


def test_doctor_tells_nothing_private(house: House, tmp_path: Path) -> None:
    checks = examine(Settings(database_url=house.url, mail_folder=tmp_path), house.wall)
    assert given_away(repr(list(checks))) == set()
