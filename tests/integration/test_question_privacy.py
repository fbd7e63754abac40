"""What residents say of themselves with their questions: no output shows it to anybody but those who work on it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import Vorgang, outsider
from tests.helpers.databases import Sqlite
from tests.helpers.house import CLERK, House
from tests.helpers.outputs import COMMANDS, Reads
from tests.integration.test_private_data import OTHERS
from vorgang.workflow.search_texts import TextReader

BODY, DAY = "integrationsrat", "2024-03-05"
NAME, ADDRESS, MAIL, PHONE = (
    "Eusebia Zwackelmannow",
    "Quittengasse 17, 58097 Hagen",
    "zwackel@post.example",
    "02331 987654",
)
#: What must not be read, folded; each alone would say who it is.
PRIVATE = ("zwackel", "eusebia", "quittengasse", "987654", "post.example")
TOLD = "RUTSCHE"


class World:
    """A resident's question, admitted and answered in writing, another one pending, and a follow-up."""

    def __init__(self, url: str) -> None:
        self.house = house = House(url)
        house.open("sitzung", CLERK, gremium=BODY, tag=DAY)
        about = {"gremium": BODY, "sitzung": DAY, "name": NAME}
        person = {**about, "anschrift": ADDRESS, "e_mail": MAIL, "telefon": PHONE}
        said = f"{TOLD}: Frau {NAME} ({ADDRESS}, Tel. {PHONE}, {MAIL}) fragt"
        asked: dict[str, Any] = {"betreff": said, "frage": said, "unterfragen": [said]}
        self.answered = house.open("einwohnerfrage", CLERK, **person, **asked).case.id
        house.fire(self.answered, "zulassen", federfuehrung="amt01")
        self.follow_up = house.open("zusatzfrage", CLERK, **about, zu=self.answered, frage=said).case.id
        house.fire(self.answered, "schriftlich_verweisen", federfuehrung="amt01", grund=said)
        house.fire(self.answered, "schriftlich_beantworten", "beispiel01", antwort=said)
        self.pending = house.open("einwohnerfrage", CLERK, **person, **asked).case.id
        TextReader(house.database, house.workflow.lifecycle, house.wall).read_new()


@pytest.fixture(scope="module")
def world(sqlite: Sqlite) -> Iterator[World]:
    url = sqlite.prepared()
    found = World(url)
    yield found
    found.house.close()
    sqlite.drop(url)


@pytest.fixture
def say(world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vorgang:
    return outsider(world.house.url, capsys, monkeypatch, tmp_path)


def given_away(text: str) -> set[str]:
    plain = re.sub(r"\s+|=\n", "", text).casefold()
    return {one for one in PRIVATE if one in plain}


READING = [pytest.param(name, how, id=name) for name, how in COMMANDS.items() if isinstance(how, Reads)]


@pytest.mark.parametrize(("name", "how"), READING)
def test_no_command_tells_others_who_asked(name: str, how: Reads, world: World, say: Vorgang) -> None:
    cases = (world.answered, world.follow_up, world.pending)
    calls = {(*call, *more) for case in cases for call in how.calls(case) for more in ((), ("--json",))}
    for who in OTHERS if how.public else OTHERS[:1]:
        for call in calls:
            assert given_away(say(*name.split(), *call, *who).said) == set(), (call, who)


def test_the_public_reads_question_and_answer_without_the_name(world: World, say: Vorgang) -> None:
    shown = say("case", "show", world.answered, "--public").said
    assert shown.count(TOLD) >= 2
    assert "geschwärzt" in shown


@pytest.mark.parametrize("who", [OTHERS[0], OTHERS[2]])
def test_a_session_tells_what_is_asked_without_who(world: World, say: Vorgang, who: list[str]) -> None:
    shown = say("session", "show", BODY, DAY, *who).said
    assert shown.count("Einwohnerfrage") == 1  # the other is not admitted
    assert given_away(shown + say("session", "show", BODY, DAY, *who, "--json").said) == set()


def test_questions_are_told_apart_in_a_list(world: World, say: Vorgang) -> None:
    listed = say("case", "list", "--lifecycle", "einwohnerfrage", "--as", CLERK).out
    assert listed.count(TOLD) >= 2


def test_of_a_question_not_yet_admitted_the_public_reads_nothing(world: World, say: Vorgang) -> None:
    assert TOLD not in say("case", "show", world.pending, "--public").said


def test_who_works_on_it_reads_who_asked(world: World, say: Vorgang) -> None:
    assert given_away(say("case", "show", world.answered, "--as", CLERK).said) == set(PRIVATE)
