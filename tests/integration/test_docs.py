"""What the documentation says is true: commands, links, settings, codes and guarantees exist, programs run."""

import ast
import os
import re
import runpy
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlmodel import SQLModel, create_engine
from typer.main import get_command

from tests.helpers.pages import PAGES, READMES, ROOT, blocks, command_lines, guarantees, keys, section, words
from vorgang.config.errors import ConflictError
from vorgang.config.profile_files import load_profiles
from vorgang.config.settings import Settings
from vorgang.config.texts import catalogue
from vorgang.states.overrides import Override
from vorgang.states.step import Command
from vorgang.workflow.cli import app
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

#: Variables that are no settings of an installation.
OTHER_VARIABLES = {"VORGANG_SECRETS_DIR", "VORGANG_ACTOR", "VORGANG_DEBUG", "VORGANG_TEST_POSTGRES"}

page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)


# --- commands ---


@page
def test_every_command_on_a_page_exists_with_its_options(path: Path) -> None:
    for line, whole in command_lines(path):
        command: Any = get_command(app)
        known = {name for param in command.params for name in param.opts} | {"--help"}
        tokens = shlex.split(line)[1:]
        while tokens and hasattr(command, "commands") and tokens[0].islower() and not tokens[0].startswith("-"):
            assert tokens[0] in command.commands, line
            command = command.commands[tokens.pop(0)]
            known |= {name for param in command.params for name in param.opts}
        assert {token for token in tokens if token.startswith("-")} <= known, line
        if whole and tokens:
            command.make_context("vorgang", tokens, obj={"lang": "de"})


@pytest.mark.parametrize(
    "path", [*READMES, ROOT / "docs" / "lifecycles.md", ROOT / "CHANGELOG.md"], ids=lambda path: path.name
)
def test_every_shipped_lifecycle_is_named(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [file.stem for file in (ROOT / "states").glob("*.toml") if f"`{file.stem}`" not in text] == []


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_what_is_said_to_be_missing_is_missing(path: Path) -> None:
    heading = "## What it does not do yet" if path.name == "README.md" else "## Was noch fehlt"
    missing = section(path, heading).lower()
    there = ("digest", "deput", "bounce", "sammelmail", "vertretung", "rückläufer", "abwesenheit", "calendar entr")
    assert [word for word in there if word in missing] == []


def test_commands_are_found_at_all() -> None:
    lines = {line for path in PAGES for line, _ in command_lines(path)}
    assert {"vorgang lifecycle check examples/lifecycles", "vorgang run", "vorgang doctor"} <= lines


def test_the_make_targets_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    text = "\n".join(path.read_text("utf-8") for path in PAGES)
    targets = set(re.findall(r"(?:^|`|\$ (?:VORGANG_LANG=en )?)make ([a-z]+)", text, re.MULTILINE))
    assert {"demo", "test", "bench"} <= targets
    assert [target for target in targets if f"\n{target}: " not in makefile] == []


# --- links, variables, codes ---


@page
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        file, _, anchor = target.partition("#")
        if "://" in file:
            continue
        meant = path.parent / file if file else path
        assert meant.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", meant.read_text("utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


@page
def test_every_variable_named_is_a_setting(path: Path) -> None:
    settings = {f"VORGANG_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"\bVORGANG_[A-Z_]+\b", path.read_text("utf-8")))
    assert named <= settings | OTHER_VARIABLES


def test_the_handbook_names_every_setting() -> None:
    table = keys(ROOT / "docs" / "operations.md", "## Einstellungen")
    assert {f"VORGANG_{name.upper()}" for name in Settings.model_fields} <= table


def test_every_code_named_is_in_the_catalogue() -> None:
    embedding = section(ROOT / "docs" / "embedding.md", "## Errors")
    codes = words(embedding[embedding.index("Codes of refusals") : embedding.index("After any of these")])
    codes |= keys(ROOT / "docs" / "operations.md", "## Wenn etwas nicht geht")
    assert len(codes) > 15
    assert codes <= catalogue().keys()


# --- the guarantees ---


def test_both_readmes_give_the_same_guarantees() -> None:
    english, german = (guarantees(path) for path in READMES)
    assert len(english) >= 10
    assert english == german


def test_the_tests_behind_the_guarantees_exist() -> None:
    named = {test for tests in guarantees(READMES[0]).values() for test in tests}
    assert sorted(test for test in named if not (ROOT / test).is_file()) == []


# --- examples of programs ---


def run(*arguments: str, cwd: Path) -> str:
    command = [sys.executable, "-W", "error", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_snippet_of_the_readme_runs(tmp_path: Path) -> None:
    (snippet,) = blocks(READMES[0], "python")
    (tmp_path / "snippet.py").write_text(snippet, "utf-8")
    told = run("snippet.py", cwd=tmp_path)
    assert '"unterzeichnen" is not possible in the state "zugelassen".' in told
    assert "4 weeks end at the close of Wednesday, 1 April 2026" in told


@pytest.mark.parametrize(("path", "lang"), [(READMES[0], "en"), (READMES[1], "de")], ids=["en", "de"])
def test_the_demo_says_what_the_readme_shows_of_it(path: Path, lang: str, tmp_path: Path) -> None:
    (shown,) = blocks(path, "console")
    command = [str(Path(sys.executable).parent / "vorgang"), "demo", "--dir", str(tmp_path / "demo")]
    wide = {**os.environ, "COLUMNS": "400", "PYTHONUTF8": "1", "VORGANG_LANG": lang}
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", env=wide)
    told = " ".join(done.stdout.split())
    pieces = [" ".join(line.removesuffix("…").split()) for line in shown.splitlines()[1:]]
    assert [piece for piece in pieces if piece not in told] == []


def test_the_embedding_example_runs(tmp_path: Path) -> None:
    told = run(str(ROOT / "examples" / "embedding.py"), cwd=tmp_path)
    assert "replayed=True" in told
    assert "refused [role_missing]" in told
    assert "conflict [version_stale]" in told
    assert "after the host's rollback: zugewiesen" in told
    assert "after the host's commit: in_bearbeitung" in told
    assert "['accepted', 'zurueckziehen -> zurueckgezogen']" in told
    assert list(tmp_path.iterdir()) == []


#: An event and its input.
Deed: TypeAlias = tuple[str, dict[str, Any]]


class Host:
    """A program that embeds Vorgang, as the snippets of the embedding page expect to find it."""

    def __init__(self, folder: Path, note: type[SQLModel]) -> None:
        self.url = f"sqlite:///{folder}/council.db"
        self.engine = create_engine(self.url)
        note.metadata.create_all(self.engine)
        self.workflow = Workflow.open(self.url, Setup(upgrade=True))
        import_profile(self.workflow, load_profiles().get("hagen"))
        self.office = self.workflow.actor("hagen", "randt")

    def opened(self, *events: Deed) -> str:
        letter = {
            "betreff": "Laternen",
            "schreiben_vom": "2026-03-02",
            "eingang": "2026-03-04",
            "fragesteller": "severcan",
            "fragen": ["Wann?"],
        }
        self.letter = letter
        case = self.workflow.open_case("anfrage", body="hagen", actor=self.office, data=letter).case.id
        for event, data in events:
            self.workflow.fire(case, event, actor=self.office, data=data)
        return case

    def close(self) -> None:
        self.workflow.close()
        self.engine.dispose()


def test_every_snippet_of_the_embedding_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    FileNote = runpy.run_path(str(ROOT / "examples" / "embedding.py"))["FileNote"]  # noqa: N806  # a class
    own = tmp_path / "own"
    own.mkdir()
    (own / "anfrage.toml").write_text(
        'id = "anfrage"\nextends = "anfrage"\nversion = 1002\n'
        '[event.zulassen]\nneeds = ["not weekday_only"]\ndo = ["stamp(zugelassen_am)"]\n',
        "utf-8",
    )
    host = Host(tmp_path, FileNote)
    admit: Deed = ("zulassen", {})
    assign: Deed = ("zuweisen", {"federfuehrung": "amt01"})
    known: dict[str, Any] = {
        "engine": host.engine,
        "url": host.url,
        "folder": own,
        "office": host.office,
        "FileNote": FileNote,
        "Command": Command,
        "Override": Override,
        "date": date,
        "Setup": Setup,
        "Workflow": Workflow,
        "supervisor": host.workflow.actor("hagen", "aufsicht"),
    }
    snippets = blocks(ROOT / "docs" / "embedding.md", "python")
    assert len(snippets) >= 7
    for snippet in snippets:
        before = (admit, assign) if "annehmen" in snippet else (admit,)
        known |= {"workflow": host.workflow, "case_id": host.opened(*before), "letter": host.letter}
        known["case_ids"] = [host.opened(), host.opened()]
        exec(compile(ast.parse(snippet), "docs/embedding.md", "exec"), known)  # noqa: S102  # our own documentation
        if known["workflow"] is not host.workflow:
            known["workflow"].close()
    with pytest.raises(ConflictError):
        host.workflow.fire(known["case_id"], "zuweisen", actor=host.office, data=assign[1], expected_version=1)
    host.close()
