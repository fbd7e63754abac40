"""No file that is handed out, made or taken in tells a secret to anybody for whom it is not meant."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.house import ASKER, CLERK, LEAD, House
from tests.helpers.opened import everything_in
from tests.helpers.secrets import (
    LOCKS,
    OF_ANSWER,
    OF_PAPER,
    PUBLIC,
    STRANGER,
    UNINVOLVED,
    Secret,
    allowed,
    convened,
    file_of,
    found,
    motion,
    token,
)
from vorgang.config.settings import Settings
from vorgang.workflow.office import Office

#: Of cases that have not all of them.
FILES = {
    "ANTRAG": ("anlage", "anfrage"),
    **dict.fromkeys(("MITTEILUNG", "BERICHT"), ("entwurf", "nachtrag")),
    "NEU": ("anlage", "anfrage", "nachtrag"),
}


def test_a_file_is_handed_out_only_to_those_who_may_know_of_it(secrets: list[Secret], say: Any, tmp_path: Path) -> None:
    target = tmp_path / "aus.pdf"
    for secret in secrets:
        for field in FILES.get(secret.kind, ("anlage", "entwurf", "anfrage", "nachtrag")):
            name, _, content = file_of(secret.kind, field)
            for who in (["--public"], ["--as", STRANGER], ["--as", ASKER], ["--as", UNINVOLVED]):
                said = say("case", "file", secret.case, name, *who, "--out", str(target))
                if who[-1] == UNINVOLVED and not secret.is_hidden and field in {"anlage", "nachtrag"}:
                    # An office may know what is only locked; that name holds what is private, and is another for it.
                    meant = sha256(content).hexdigest()
                    said = say("case", "file", secret.case, meant, *who, "--out", str(target), "--overwrite")
                    assert (said.code, target.read_bytes()) == (0, content), (secret.kind, field, said.text)
                    target.unlink()
                    continue
                assert (said.code, target.exists()) == (5, False), (secret.kind, field, who)
            assert say("case", "file", secret.case, name, "--as", LEAD, "--out", str(target)).code == 0
            assert target.read_bytes() == content
            target.unlink()


MISSING = "01900000-0000-7000-8000-000000000000"
OUTSIDERS = (["--as", UNINVOLVED], ["--as", STRANGER])


@pytest.mark.parametrize("kind", ["stellungnahme", "verfuegung", "ausfertigung", "zwischenbescheid"])
@pytest.mark.parametrize("form", ["pdf", "docx", "html"])
def test_no_paper_tells_a_secret_in_its_text_its_properties_or_its_name(
    secrets: list[Secret], say: Any, tmp_path: Path, kind: str, form: str
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for secret in secrets:
        for who in (["--public"], ["--as", ASKER], *OUTSIDERS):
            said = say("paper", "render", secret.case, "--kind", kind, "--format", form, "--out", str(folder), *who)
            made = [f"{path.name} {everything_in(path.read_bytes())}" for path in folder.iterdir()]
            outside = allowed(secret.kind, OF_PAPER | OF_ANSWER) if secret.kind in PUBLIC else set()
            answer = set() if secret.kind in LOCKS else OF_ANSWER
            theirs = allowed(secret.kind, OF_PAPER | {"grundzwischen", "bezuege"} | answer)
            assert found(f"{said.text} {made}") <= (theirs if who[-1] == ASKER else outside), (secret.kind, who)
            assert bool(made) == (said.code == 0)
            for path in folder.iterdir():
                path.unlink()


def test_a_paper_that_one_may_not_have_and_a_missing_one_are_the_same_answer(secrets: list[Secret], say: Any) -> None:
    for secret in (one for one in secrets if one.is_hidden):
        for who in (["--public"], *OUTSIDERS):
            theirs, nobodys = (say("paper", "render", one, *who, "--json") for one in (secret.case, MISSING))
            assert (theirs.code, theirs.text.replace(secret.case, "REF")) == (5, nobodys.text.replace(MISSING, "REF"))


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_no_drafting_template_is_filled_in_for_others(
    secrets: list[Secret], say: Any, tmp_path: Path, form: str
) -> None:
    target = tmp_path / f"vorlage.{form}"
    for secret in secrets:
        for who in (["--as", ASKER], *OUTSIDERS):
            call = ("--format", form, "--out", str(target), *who, "--json")
            theirs, nobodys = (say("draft", "template", one, *call) for one in (secret.case, MISSING))
            assert (theirs.code, theirs.text.replace(secret.case, "REF")) == (5, nobodys.text.replace(MISSING, "REF"))
            assert not target.exists()
        made = say("draft", "template", secret.case, "--format", form, "--out", str(target), "--as", LEAD)
        assert made.code == 0 or "draft_none_here" in made.text, secret.kind
        if made.code == 0:  # it holds what the mail to the office holds, and no more
            in_it = f"{made.text} {everything_in(target.read_bytes())}"
            assert found(in_it) <= allowed(secret.kind, OF_PAPER | OF_ANSWER | {"hinweis"})
            target.unlink()


def test_a_draft_is_taken_from_nobody_who_may_not_see_the_work_on_a_case(
    secrets: list[Secret], say: Any, tmp_path: Path
) -> None:
    file = tmp_path / "entwurf.txt"
    file.write_text("Ein Entwurf.")
    for secret in secrets:
        for who in (["--as", ASKER], *OUTSIDERS):
            theirs, nobodys = (say("draft", "file", one, str(file), *who, "--json") for one in (secret.case, MISSING))
            assert (theirs.code, theirs.text.replace(secret.case, "REF")) == (5, nobodys.text.replace(MISSING, "REF"))


@pytest.mark.parametrize("person", [UNINVOLVED, STRANGER, ASKER])
def test_the_intake_tells_nobody_of_a_case_that_they_may_not_see(
    own_house: House, say_on: Any, tmp_path: Path, person: str
) -> None:
    """Neither by its number nor by a document that was taken in before; the asker is told of no work on it."""
    own_house.ask(nummer="0815/2024", betreff=token("NIE", "betreff"), oeffentlich=False)
    files = {number: tmp_path / f"{number[:4]}.md" for number in ("0815/2024", "0816/2024")}
    for number, file in files.items():
        file.write_text(f"# Anfrage\n\nDrucksachennummer: {number}\n\nBetreff: Radweg\n\nFragen:\n\n1. Wann?\n")

    def said(number: str, *form: str) -> tuple[int, str]:
        call = ("intake", str(files[number]), "--open", "--yes", "--as", person, *form)
        answer = say_on(own_house.url, *call)
        return answer.code, answer.text.replace(number, "NR").replace(number[:4], "NR")

    for _ in range(2):
        for form in ([], ["--json"]):
            theirs, nobodys = said("0815/2024", *form), said("0816/2024", *form)
            assert theirs == nobodys
            assert theirs[0] != 0
            assert found(theirs[1]) == set()
        taken = say_on(own_house.url, "intake", str(files["0815/2024"]), "--open", "--yes", "--as", CLERK, "--json")
        assert taken.code == 0, taken.text


def test_no_paper_and_no_calendar_of_a_session_tells_a_secret(own_house: House, say_on: Any, tmp_path: Path) -> None:
    """Of a motion that is not public, an item without a paper, and the minutes; nor do the mails to the members."""
    house, secret = own_house, motion(own_house)
    title, minutes = token("SITZUNG", "titel"), token("SITZUNG", "niederschrift")
    session = convened(house, "rat", title)
    house.fire(session, "einladen")
    folder = tmp_path / "mails"
    Office(house.workflow, Settings(mail_folder=folder)).run_once()
    mails = [path for path in folder.glob("*.eml") if "einladung" in path.name]
    assert mails
    assert found(" ".join(everything_in(path.read_bytes()) for path in mails)) == set()
    [stop] = house.children(secret.case, "beratung")
    agenda = house.workflow.case(session).case.facts["tagesordnung"]
    [item] = [row["nummer"].split() for row in agenda if row.get("beratung") == stop.id]
    house.clock("2024-03-05", 20)
    house.fire(stop.id, "zur_kenntnis_nehmen", niederschrift=minutes)

    def said(*who: str) -> set[str]:
        target, text = tmp_path / "aus", ""
        calls = (
            ("session", "show", "rat", "2024-03-05"),
            ("session", "invitation", "rat", "2024-03-05", "--out", f"{target}.pdf"),
            ("session", "extract", "rat", "2024-03-05", *item, "--out", f"{target}.html"),
            ("calendar", "export", "--sessions", "all", "--out", f"{target}.ics"),
            ("calendar", "export", "--due", "amt01", "--out", f"{target}.due.ics"),
        )
        for call in calls:
            text += str(say_on(house.url, *call, *who).text)
        for path in tmp_path.glob("aus.*"):
            text += f"{path.name} {everything_in(path.read_bytes())}"
            path.unlink()
        return found(text)

    for who in (["--public"], ["--as", UNINVOLVED]):
        assert said(*who) == set(), who
    assert said("--as", CLERK) >= {title.upper(), minutes.upper(), token("ANTRAG", "betreff").upper()}


def test_no_package_tells_a_secret(secrets: list[Secret], say: Any, tmp_path: Path) -> None:
    """A package for everybody holds what everybody may see; the whole one is made for the council office alone."""
    target = tmp_path / "paket.zip"
    for secret in secrets:
        said = say("case", "export", secret.case, "--public", "--out", str(target))
        assert (said.code, target.exists()) == ((0, True) if secret.kind in PUBLIC else (5, False)), secret.kind
        outside = allowed(secret.kind, OF_PAPER | OF_ANSWER | {"top"}) if secret.kind in PUBLIC else set()
        made = everything_in(target.read_bytes()) if target.exists() else ""
        assert found(f"{said.text} {made}") <= outside, secret.kind
        target.unlink(missing_ok=True)
        for who in (["--as", ASKER], ["--as", LEAD], *OUTSIDERS):
            said = say("case", "export", secret.case, "--out", str(target), *who)
            assert said.code in ({3, 5} if who[-1] not in {LEAD} else {3})
            assert not target.exists()
            assert found(said.text) == set()
        said = say("case", "export", secret.case, "--out", str(target), "--as", CLERK)
        assert said.code == 0
        assert found(everything_in(target.read_bytes())) >= allowed(secret.kind, {"betreff"})
        target.unlink()


def test_a_package_that_one_may_not_have_and_a_missing_one_are_the_same_answer(
    secrets: list[Secret], say: Any, tmp_path: Path
) -> None:
    out = ("--out", str(tmp_path / "paket.zip"), "--json")
    for secret in (one for one in secrets if one.is_hidden):
        for who in (["--public"], *OUTSIDERS):
            theirs, nobodys = (say("case", "export", one, *out, *who) for one in (secret.case, MISSING))
            assert (theirs.code, theirs.text.replace(secret.case, "REF")) == (5, nobodys.text.replace(MISSING, "REF"))
