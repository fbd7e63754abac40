"""What residents say of themselves with their questions: no output shows it to anybody but those who work on it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import Vorgang, outsider
from tests.helpers.databases import Sqlite
from tests.helpers.house import CLERK, SUPERVISOR, House
from tests.helpers.outputs import COMMANDS, Reads
from tests.helpers.rosters import file
from tests.integration.test_private_data import OTHERS
from tests.storage.test_questions import mail
from tests.storage.test_rosters import bring_in
from vorgang.config.settings import Settings
from vorgang.states.overrides import Override
from vorgang.workflow.search_texts import TextReader
from vorgang.workflow.sessions import proposal, session_row, set_agenda
from vorgang.workflow.simulate import Watch, Wish, rehearse
from vorgang.workflow.timeline_html import page as picture

BODY, DAY = "integrationsrat", "2024-03-05"
NAME, ADDRESS, MAIL, PHONE = (
    "Eusebia Zwackelmannow",
    "Quittengasse 17, Hagen",
    "zwackel@post.hagen.example",
    "02331 987654",
)
#: What must not be read, folded; each alone would say who it is.
PRIVATE = ("zwackel", "eusebia", "quittengasse", "987654", "post.hagen")
#: Sat in the council once, and asks as a resident.
FORMER, FORMERS_NAME = "exrat77", "Leberecht Vormaligsen"
FORMERS = ("leberecht", "vormaligs")
#: Of the town everybody may read, wherever its name stands in an address.
TOLD = "RUTSCHE in Hagen-Haspe"
MEMBER = "severcan"
#: What a question is about that was never admitted.
UNTOLD = "NACHBARSZAUN"
WRITTEN = ("schriftlich_verweisen", {"federfuehrung": "amt01"})
#: How a question can leave `eingereicht` without being admitted: events, or states set by hand.
UNADMITTED: Mapping[str, Sequence[tuple[str, Mapping[str, Any]] | str]] = {
    "refused": [("zurueckweisen", {"ablehnung": "vertraulich", "grund": UNTOLD})],
    "withdrawn": [("zurueckziehen", {})],
    "in writing": [WRITTEN],
    "in writing, then withdrawn": [WRITTEN, ("zurueckziehen", {})],
    "answered in writing": [WRITTEN, ("schriftlich_beantworten", {"antwort": UNTOLD})],
    "in writing by hand": ["schriftlich"],
    "refused by hand": ["zurueckgewiesen"],
    "withdrawn by hand": ["zurueckgezogen"],
}


class World:
    """A resident's question, admitted and answered in writing, another one pending, and a follow-up.

    Besides those that were never admitted, and one refused by mistake that was admitted after all, then withdrawn; and
    two of a former member of the council, the second of which follows up what somebody else has asked.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.house = house = House(url)
        self.meeting = house.open("sitzung", CLERK, gremium=BODY, tag=DAY).case.id
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
        self.unadmitted = {name: self._unadmitted(ways) for name, ways in UNADMITTED.items()}
        self.reconsidered = house.open("einwohnerfrage", CLERK, **person, **asked).case.id
        house.fire(self.reconsidered, "zurueckweisen", ablehnung="form", grund="unklar")
        self._by_hand(self.reconsidered, "eingereicht", "zulassung")
        house.fire(self.reconsidered, "zulassen")
        house.fire(self.reconsidered, "zurueckziehen")
        self.reasked = house.open("einwohnerfrage", CLERK, **person, **asked).case.id
        house.fire(self.reasked, "zulassen")
        self._bring_in_a_former_member(folder)
        former = {**about, "name": None, "fragesteller": FORMER}
        tells = {"betreff": f"{TOLD}: {FORMERS_NAME} fragt", "frage": f"{TOLD}: {FORMERS_NAME} fragt"}
        self.formers = house.open("einwohnerfrage", CLERK, **former, **tells).case.id
        house.fire(self.formers, "zulassen")
        self.formers_follow_up = house.open("zusatzfrage", CLERK, **former, zu=self.reasked, **tells).case.id
        fixed = session_row(house.workflow, self.meeting)
        set_agenda(house.workflow, fixed, proposal(house.workflow, fixed), house.actor(CLERK))
        house.fire(self.meeting, "einladen")
        TextReader(house.database, house.workflow.lifecycle, house.wall).read_new()

    def _bring_in_a_former_member(self, folder: Path) -> None:
        people = file(folder, "p.csv", f"key;name\n{FORMER};{FORMERS_NAME}\n")
        period = "2010-01-01;2014-12-31"
        members = file(folder, "m.csv", f"person;organization;from;until\n{FORMER};rat;{period}\n")
        bring_in(self.house, people, members)

    def _unadmitted(self, ways: Iterable[tuple[str, Mapping[str, Any]] | str]) -> str:
        about = {"gremium": BODY, "sitzung": DAY, "name": NAME, "betreff": UNTOLD, "frage": UNTOLD}
        case = self.house.open("einwohnerfrage", CLERK, **about).case.id
        for way in ways:
            if isinstance(way, str):
                self._by_hand(case, way, "schriftliche_antwort")
            else:
                self.house.fire(case, way[0], **way[1])
        return case

    def _by_hand(self, case: str, state: str, deadline: str) -> None:
        due = {deadline: date.fromisoformat(DAY)}
        said = {"federfuehrung": "amt01"}
        self.house.workflow.override(Override(case, state, "so", self.house.actor(SUPERVISOR), due, said))


@pytest.fixture(scope="module")
def world(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    url = sqlite.prepared()
    found = World(url, tmp_path_factory.mktemp("rosters"))
    yield found
    found.house.close()
    sqlite.drop(url)


@pytest.fixture
def say(world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vorgang:
    return outsider(world.house.url, capsys, monkeypatch, tmp_path)


def given_away(text: str) -> set[str]:
    plain = re.sub(r"\s+|=\n", "", text).casefold()
    return {one for one in (*PRIVATE, *FORMERS) if one in plain}


READING = [pytest.param(name, how, id=name) for name, how in COMMANDS.items() if isinstance(how, Reads)]


@pytest.mark.parametrize(("name", "how"), READING)
def test_no_command_tells_others_who_asked(name: str, how: Reads, world: World, say: Vorgang) -> None:
    cases = (world.answered, world.follow_up, world.pending, world.formers, world.formers_follow_up)
    calls = {(*call, *more) for case in cases for call in how.calls(case) for more in ((), ("--json",))}
    known = FORMERS if name == "org show" else ()  # who sat in the council stands there for everybody
    for who in OTHERS if how.public else OTHERS[:1]:
        for call in calls:
            told = given_away(say(*name.split(), *call, *who).said)
            assert told - set(known) == set(), (call, who)


def test_the_public_reads_question_and_answer_without_the_name(world: World, say: Vorgang) -> None:
    shown = say("case", "show", world.answered, "--public").said
    assert shown.count(TOLD) >= 2
    assert "geschwärzt" in shown


def test_whoever_sat_in_the_council_asks_as_a_resident_without_being_named(world: World, say: Vorgang) -> None:
    for case in (world.formers, world.formers_follow_up):
        shown = say("case", "show", case, "--public", "--json").said
        assert (f"{TOLD}: [geschwärzt: Name] fragt" in shown, FORMER in shown) == (True, False)
        for person in (CLERK, FORMER):
            assert FORMERS_NAME in say("case", "show", case, "--as", person).said
    listed = say("report", "control", BODY, "--public")
    assert (TOLD in listed.said, given_away(listed.said)) == (True, set())


def test_no_picture_of_the_time_ahead_names_who_asked(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    silent = Watch(lambda _done, _every: None, lambda _passed: None)
    url, now = world.house.url, world.house.wall.now()
    outlook = rehearse(Settings(database_url=url), Wish(date(2024, 6, 30)), now, silent)
    told = {party.name for one in outlook.ahead() for party in one.told if party.key == FORMER}
    assert (told, given_away(picture(outlook, "case", "de"))) == ({"[geschwärzt: Name]"}, set())


def test_the_invitation_calls_the_body_by_its_name_and_tells_nobody_who_asks(world: World) -> None:
    words = mail(world.house, world.meeting, "einladung", MEMBER)
    assert words.startswith("Einladung: Integrationsrat der Stadt Hagen, 05.03.2024")
    assert given_away(words) == set()


@pytest.mark.parametrize("who", [OTHERS[0], OTHERS[2]])
def test_a_session_tells_what_is_asked_without_who(world: World, say: Vorgang, who: list[str]) -> None:
    shown = say("session", "show", BODY, DAY, *who).said
    assert len(re.findall(r"Einwohnerfrage\b", shown)) == 3  # another one is not admitted
    assert "beantwortet" in shown
    assert given_away(shown + say("session", "show", BODY, DAY, *who, "--json").said) == set()


def test_questions_are_told_apart_in_a_list(world: World, say: Vorgang) -> None:
    listed = say("case", "list", "--lifecycle", "einwohnerfrage", "--as", CLERK).out
    assert listed.count(TOLD) >= 2


def test_of_a_question_not_yet_admitted_the_public_reads_nothing(world: World, say: Vorgang) -> None:
    assert TOLD not in say("case", "show", world.pending, "--public").said


@pytest.mark.parametrize("name", UNADMITTED)
def test_of_a_question_never_admitted_the_public_reads_nothing(name: str, world: World, say: Vorgang) -> None:
    case = world.unadmitted[name]
    assert UNTOLD in say("case", "show", case, "--as", CLERK).said
    assert UNTOLD not in say("case", "show", case, "--public", "--json").said


@pytest.mark.parametrize(
    "call",
    [["case", "list"], ["report", "control", BODY], ["report", "control", "amt01"], ["session", "show", BODY, DAY]],
    ids=" ".join,
)
def test_no_public_list_names_a_question_never_admitted(call: list[str], world: World, say: Vorgang) -> None:
    listed = say(*call, "--public", "--json")
    assert (listed.code, UNTOLD in listed.said, UNTOLD in say(*call, "--public").said) == (0, False, False)
    assert [name for name, case in world.unadmitted.items() if case in listed.said] == []


def test_a_question_that_was_admitted_stays_public_when_it_is_withdrawn(world: World, say: Vorgang) -> None:
    assert TOLD in say("case", "show", world.reconsidered, "--public").said


def test_who_works_on_it_reads_who_asked(world: World, say: Vorgang) -> None:
    assert given_away(say("case", "show", world.answered, "--as", CLERK).said) == set(PRIVATE)
