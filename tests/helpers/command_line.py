"""The command line called in the test's own process, on a database with the municipality of Hagen."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from vorgang.workflow.cli import main


class Answer(NamedTuple):
    """What a call printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document that standard output is, and nothing besides it."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Everything it printed."""
        return self.out + self.err

    @property
    def error(self) -> dict[str, Any]:
        """The error in it."""
        found: dict[str, Any] = self.document["error"]
        return found


class Vorgang:
    """Calls ``vorgang … --database`` and keeps what it prints."""

    def __init__(self, database: Path, read: Callable[[], tuple[str, str]]) -> None:
        self.database = database
        self._read = read

    def __call__(self, *arguments: str | Path) -> Answer:
        """Call with these arguments, in German unless they say otherwise."""
        lang = [] if "--lang" in arguments else ["--lang", "de"]
        own = ["demo", "simulate"]  # these make a database of their own
        database = [] if arguments[0] in own else ["--database", str(self.database)]
        code = main([*map(str, arguments), *database, *lang])
        return Answer(code, *self._read())

    def json(self, *arguments: str | Path) -> Any:
        """The document of a call that must succeed."""
        answer = self(*arguments, "--json")
        assert (answer.code, answer.err) == (0, ""), answer
        return answer.document

    def signs(self, case: str, event: str, person: str, *settings: str) -> Any:
        """Sign the draft that ``case show`` shows."""
        return self.json(*self.signing(case, event, person, *settings))

    def signing(self, case: str, event: str, person: str, *settings: str) -> list[str]:
        """The words of that call."""
        seen = self.json("case", "show", case)["case"]["facts"]["entwurf"]["sha256"]
        given = [word for one in (f"gesehener_entwurf={seen}", *settings) for word in ("-s", one)]
        return ["case", "fire", case, event, "--as", person, *given]

    def fails(self, code: int, *arguments: str | Path) -> dict[str, Any]:
        """The error of a call that must end with `code`."""
        answer = self(*arguments, "--json")
        assert answer.code == code, answer
        return answer.error

    def opened(self, number: str = "0100/2024", **fields: str) -> str:
        """The id of a new inquiry."""
        values = {
            "nummer": number,
            "betreff": "Radweg am Hengsteysee",
            "schreiben_vom": "2024-03-01",
            "eingang": "2024-03-04",
            "fragesteller": "severcan",
            "fragen": "Wann wird gebaut?",
            **fields,
        }
        settings = [word for name, value in values.items() for word in ("-s", f"{name}={value}")]
        return str(self.json("case", "open", "anfrage", "--as", "randt", *settings)["case"]["id"])


def outsider(url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> Vorgang:
    """The command line on another's SQLite database, in a folder of its own, on a terminal that cuts nothing off."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("VORGANG_MAIL_FOLDER", str(folder / "mails"))
    return Vorgang(Path(url.removeprefix("sqlite:///")), capsys.readouterr)


def copied(source: Path, target: Path) -> Path:
    """A copy of a database file that nobody has open."""
    shutil.copyfile(source, target)
    return target
