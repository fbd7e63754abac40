"""A secret token in every field of cases that are not public: no output there is may hold it for whom it is not meant.

Commands, templates and roles are enumerated, so that whatever is added later is crawled too (see helpers/outputs.py).
"""

import json
from typing import Any

import pytest

from tests.helpers.house import ASKER, CLERK, LEAD, MAYOR, House
from tests.helpers.outputs import COMMANDS, LURE, TOKEN, Apart, Neutral, Reads, commands
from tests.helpers.secrets import (
    COSIGNER,
    LOCKS,
    OF_ANSWER,
    OF_PAPER,
    OPEN,
    OPEN_IN_HOUSE,
    STRANGER,
    UNINVOLVED,
    Secret,
    allowed,
    found,
    hidden,
    told,
    with_children,
    withdrawn,
)
from vorgang.workflow.search_texts import TextReader

from . import test_files

INSIDE = {CLERK, LEAD, COSIGNER, MAYOR, "aufsicht", "leitung"}


# --- nothing is forgotten ---


def test_every_command_says_what_it_may_tell() -> None:
    assert set(commands()) == set(COMMANDS)


def test_every_field_of_the_lifecycles_holds_a_token(house: House, secrets: list[Secret]) -> None:
    """A free text that a lifecycle asks for and that no case here fills would not be crawled."""
    filled: set[str] = set()
    for secret in secrets:
        for case in (secret.case, *secret.below):
            for line in house.workflow.history(case):
                filled |= {name for name, value in (line.data or {}).items() if TOKEN in json.dumps(value)}
    texts = {
        field.name
        for name in ("anfrage", "antrag", "stellungnahme", "mitteilung", "mitzeichnung", "beratung", "zusage")
        for field in house.workflow.library.get(name, None).lifecycle.fields.values()
        if field.type in {"text", "file", "record"}
    }
    assert texts - filled == NOT_FILLED


#: Texts that name a thing and not its content, or that only other ways through the house ask for.
NOT_FILLED = {
    *("verweisung", "wortlaut", "ausfertigungen", "bausteine", "mitzeichnungen"),
    *(
        "beschluss_nummer",
        "beschluss_wortlaut",
        "aenderungsantrag",
        "aenderungsantraege_offen",
        "kontrollen",
        "mehrheit",
    ),
    *("entwurf_von", "entwurf_fuer", "entwurf_auch_von", "gesehener_entwurf", "unterbeteiligungen"),
}


# --- commands ---


#: One of each way to be secret is looked at in words too; what they say is what JSON says.
IN_WORDS = {"NIE", "SPERRE", "WIDERRUF", "OFFEN"}


def crawled(say: Any, how: Reads, secret: Secret, references: tuple[str, ...], *who: str) -> set[str]:
    """The tokens that a command says of a case and its children to a reader."""
    said: set[str] = set()
    calls = {tuple(call): reference for reference in references for call in how.calls(reference)}
    for call, reference in calls.items():
        in_words = reference == secret.case and secret.kind in IN_WORDS
        for form in (["--json"], ["--lang", "en"]) if in_words else (["--json"],):
            text = say.once(*how_called[id(how)].split(), *call, *who, *form).text
            said |= found(text.replace(reference, "") if reference in call else text)
    return said


how_called = {id(how): name for name, how in COMMANDS.items()}
READING = [pytest.param(how, id=name) for name, how in COMMANDS.items() if isinstance(how, Reads)]


@pytest.mark.parametrize("how", READING)
def test_no_command_tells_the_public_or_others_of_a_secret(how: Reads, secrets: list[Secret], say: Any) -> None:
    readers = [["--as", UNINVOLVED], ["--as", STRANGER], *([["--public"]] if how.public else [])]
    for secret, cases in with_children(secrets):
        for who in readers:
            may = OPEN_IN_HOUSE if who[-1] == UNINVOLVED else OPEN
            assert crawled(say, how, secret, cases, *who) <= may, (secret.kind, who)


@pytest.mark.parametrize("how", READING)
def test_the_asker_is_told_of_the_paper_and_the_answer_and_of_nothing_else(
    how: Reads, secrets: list[Secret], say: Any
) -> None:
    for secret, cases in with_children(secrets):
        may = OF_PAPER | {"top"} | (set() if secret.kind in LOCKS else OF_ANSWER)
        others = {one for other in secrets if other != secret for one in theirs(other, OF_PAPER | OF_ANSWER)}
        said = crawled(say, how, secret, cases, "--as", ASKER) - others
        assert said <= theirs(secret, may), (secret.kind, said)


def theirs(secret: Secret, fields: set[str]) -> set[str]:
    return {one for kind in secret.kinds for one in allowed(kind, fields)}


def test_those_concerned_in_the_house_do_see_it(secrets: list[Secret], say: Any) -> None:
    for secret in secrets:
        for person in INSIDE - (
            {MAYOR} if secret.kind in {"MITTEILUNG", "BERICHT"} else set()
        ):  # somebody else signs it
            said = found(say("case", "show", secret.case, "--as", person, "--json").text)
            work = {"ANTRAG": {"bemerkung"}, "MITTEILUNG": {"bezuege"}}.get(secret.kind, {"hinweis"})
            assert said >= allowed(secret.kind, {"betreff", *work}), (secret.kind, person)


def test_what_is_forbidden_and_what_is_missing_are_the_same_answer(secrets: list[Secret], say: Any) -> None:
    missing = "01900000-0000-7000-8000-000000000000"
    for name, how in COMMANDS.items():
        if not isinstance(how, Reads) or not any("CASE" in call for call in how.calls("CASE")):
            continue
        for secret in (one for one in secrets if one.is_hidden):
            for who in [["--as", UNINVOLVED], ["--as", STRANGER], *([["--public"]] if how.public else [])]:
                for reference, other in ((secret.case, missing), (secret.number, "9999/1999")):
                    theirs = say(*name.split(), *how.calls(reference)[0], *who, "--json")
                    nobodys = say(*name.split(), *how.calls(other)[0], *who, "--json")
                    same = theirs.text.replace(reference, "REF"), nobodys.text.replace(other, "REF")
                    assert (theirs.code, same[0]) == (nobodys.code, same[1]) == (5, same[0]), (name, who)


def test_lists_and_their_counts_do_not_give_a_secret_away(own_house: House, say_on: Any) -> None:
    house = own_house

    def listed(*more: str) -> str:
        return str(say_on(house.url, "case", "list", "--public", *more).text)

    house.ask(nummer="0001/2024", betreff="Vorher")
    before = listed("--json"), listed(), listed("--limit", "2")
    hidden(house)
    assert (listed("--json"), listed(), listed("--limit", "2")) == before
    house.ask(nummer="0002/2024", betreff="Nachher")
    page = json.loads(listed("--json", "--limit", "2"))["cases"]
    assert [one["number"] for one in page] == ["0001/2024", "0002/2024"]


@pytest.mark.parametrize("name", [name for name, how in COMMANDS.items() if isinstance(how, Neutral)])
def test_what_goes_from_hand_to_hand_names_no_secret(name: str, secrets: list[Secret], say: Any) -> None:
    how = COMMANDS[name]
    assert secrets
    for call in how.calls if isinstance(how, Neutral) else ():
        for form in (["--json"], []):
            assert told(say(*name.split(), *call, *form).text) == set()


def test_a_search_is_the_same_whether_there_is_a_secret_or_not(own_house: House, say_on: Any) -> None:
    """Hits, their order, their figures, and whether there are more."""
    house = own_house
    earlier = house.ask(nummer="0001/2024", betreff=f"{LURE} am Hafen")
    house.ask(nummer="0002/2024", betreff=f"{LURE} am Markt")

    def answers() -> list[str]:
        calls = (["search", *LURE.split(), "-n", "1"], ["search", *LURE.split()], ["search", "--similar-to", earlier])
        return [str(say_on(house.url, *call, "--public", "--json").text) for call in calls]

    before = answers()
    hidden(house)
    withdrawn(house)
    TextReader(house.database, house.workflow.lifecycle, house.wall).read_new()
    assert answers() == before


def test_whatever_is_crawled_apart_is() -> None:
    """A test that is named and not there would leave a command uncrawled."""
    apart = {how.test for how in COMMANDS.values() if isinstance(how, Apart)}
    assert apart <= vars(test_files).keys()
