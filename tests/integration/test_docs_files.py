"""The files that the documentation shows: complete references, and examples that check clean and run."""

import re
import runpy
import typing
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.helpers.pages import EXAMPLES, PAGES, ROOT, blocks, keys, section, words
from vorgang.config.clock import VirtualClock
from vorgang.config.errors import RefusedError
from vorgang.config.profile_files import load_profiles
from vorgang.config.rule_files import load_rules
from vorgang.config.settings import Settings
from vorgang.config.texts import catalogue
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.samples import samples
from vorgang.notifications.templates import Templates
from vorgang.notifications.workshop import CPU_SECONDS
from vorgang.notifications.workshop_bench import MEMORY
from vorgang.notifications.writer import LONGEST
from vorgang.states.child_spec import ChildSpec
from vorgang.states.files import keep_file
from vorgang.states.lifecycle import DeadlineSpec, FieldType, State
from vorgang.states.loader import load_folders
from vorgang.workflow.checking import check_lifecycles, check_profiles, check_rules
from vorgang.workflow.guards import shipped_registry
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

# --- the reference of the lifecycle format ---

REFERENCE = ROOT / "docs" / "lifecycles.md"


def test_the_reference_names_every_key() -> None:
    state = {field.name for field in fields(State)} - {"name"}
    deadline = {field.name for field in fields(DeadlineSpec)} - {"name"}
    child = {field.name.rstrip("_") for field in fields(ChildSpec)} - {"name"}
    assert keys(REFERENCE, "## `[state.NAME]`") == state
    assert keys(REFERENCE, "## `[deadline.NAME]`") == deadline
    assert keys(REFERENCE, "## `[child.NAME]`") == child


def test_the_reference_names_every_guard_effect_type_and_template() -> None:
    registry = shipped_registry()
    assert keys(REFERENCE, "### Guards") == set(registry.guards)
    assert keys(REFERENCE, "### Effects") == set(registry.effects)
    assert set(typing.get_args(FieldType)) <= keys(REFERENCE, "### Input fields")
    assert Templates().names() <= words(section(REFERENCE, "### Messages"))


def test_the_page_about_reports_names_what_is_measured() -> None:
    measured = {
        (name, one.name, *(", ".join(events) or "–" for events in (one.measured, one.handed_back)))
        for name, lifecycle in load_folders().items()
        for one in lifecycle.deadlines.values()
        if one.measured
    }
    rows = re.findall(r"^\| (`.*) \|$", section(ROOT / "docs" / "reports.md", "## What is counted"), re.M)
    told = {tuple(cell.replace("`", "") for cell in row.split(" | ")) for row in rows}
    assert {row for row in told if len(row) == 4} == measured


# --- the page about templates ---

TEMPLATES = ROOT / "docs" / "templates.md"


def test_the_template_shown_is_sound_also_as_a_reminder(tmp_path: Path) -> None:
    (shown,) = blocks(TEMPLATES, "jinja")
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "erinnerung.j2").write_text(shown, "utf-8")
    own = Templates([tmp_path])
    assert own.findings() == []
    assert own.findings_of_rungs(["erinnerung"]) == []


def test_the_page_names_everything_that_a_template_knows() -> None:
    full, *_ = samples("de")
    assert keys(TEMPLATES, "## What a template knows") == set(full)
    told = words(section(TEMPLATES, "## What a template knows"))
    parts = [full[name] for name in ("recipient", "body", "case", "main", "deadline")]
    assert {key for part in (*parts, full["children"][-1]) for key in part} <= told


def test_the_limits_named_are_those_that_hold() -> None:
    page = section(TEMPLATES, "## What is checked")
    assert f"more than {CPU_SECONDS} seconds" in page
    assert f"more than {MEMORY >> 20} MiB" in page
    assert f"more than {LONGEST // 1_000_000} million characters" in page
    assert keys(TEMPLATES, "## What is checked") <= catalogue().keys()


def test_the_files_of_a_town_on_the_page_about_drafts_are_sound(tmp_path: Path) -> None:
    form, block = blocks(ROOT / "docs" / "drafting.md", "toml")
    (tmp_path / "entwurf.toml").write_text(form, "utf-8")
    (tmp_path / "bausteine.toml").write_text(block, "utf-8")
    drafts = Drafts([tmp_path])
    assert drafts.form(None).formats == ("docx", "odt")
    assert [one.id for one in drafts.form(None).required("antrag")] == ["klima"]
    assert list(drafts.blocks(None)) == ["haushalt"]


# --- pictures ---


def test_the_pictures_of_papers_show_what_is_printed_now() -> None:
    module = runpy.run_path(str(ROOT / "examples" / "build_paper_pictures.py"))
    assert module["stale"]() == [], "python -m examples.build_paper_pictures"


# --- examples of files ---


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The files that the pages show as a town's own, each where its first line says."""
    for path in (REFERENCE, ROOT / "docs" / "rules-and-profiles.md", ROOT / "docs" / "papers.md"):
        for block in blocks(path, "toml"):
            if named := re.match(r"# (eigene/(?:\w+/)+\w+\.toml)", block):
                file = tmp_path / named[1]
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("a", encoding="utf-8") as out:
                    out.write(block)
    return tmp_path / "eigene"


def test_every_file_shown_is_an_example_or_a_towns_own(town: Path) -> None:
    shown = [block for path in PAGES for block in blocks(path, "toml")]
    example = (EXAMPLES / "auskunft.toml").read_text("utf-8")
    others = [block for block in shown if not block.startswith("# eigene/")]
    assert others == [example]
    assert sorted(path.name for path in town.rglob("*.toml")) == [
        "anfrage.toml",
        "auskunft.toml",
        "brief.toml",
        "musterstadt.toml",
        "musterstadt.toml",
    ]


def test_the_shipped_example_checks_clean_without_any_setting() -> None:
    assert check_lifecycles(Settings(), [EXAMPLES]).findings == ()


def test_the_files_of_the_town_check_clean(town: Path) -> None:
    rules, profiles = town / "regeln", town / "profile"
    settings = Settings(lifecycles=(EXAMPLES, town / "lebenszyklen"), rules=(rules,), profiles=(profiles,))
    checked = check_lifecycles(settings)
    assert checked.findings == ()
    known = load_rules((rules,))
    profile = load_profiles((profiles,), rules=known).get("musterstadt")
    assert check_rules(known, Templates(), checked.lifecycles) == []
    assert check_profiles([profile], known, checked.lifecycles) == []
    assert profile.rules_on(date(2026, 3, 4), known).rule("auskunft").basis == "gesetz"
    law = next(one for one in checked.lifecycles if one.id == "auskunft").deadlines["bescheid"]
    assert law.rule == "auskunft"


def test_the_example_desk_runs_to_its_decision(tmp_path: Path) -> None:
    clock = VirtualClock(datetime(2026, 3, 4, 9, tzinfo=UTC))
    setup = Setup(clock=clock, lifecycles=(EXAMPLES,), upgrade=True)
    with Workflow.open(f"sqlite:///{tmp_path}/desk.db", setup) as workflow:
        import_profile(workflow, load_profiles().get("hagen"))
        office, clerk, other = (workflow.actor("hagen", who) for who in ("randt", "beispiel01", "beispiel41"))
        request = {"antragsteller": "E. Muster", "begehren": "Gutachten zum Uferweg", "eingang": "2026-03-04"}
        case = workflow.open_case("auskunft", body="hagen", actor=office, data=request).case.id
        workflow.fire(case, "zuweisen", actor=office, data={"federfuehrung": "amt01"})
        workflow.fire(case, "nachfragen", actor=clerk, data={"rueckfrage": "Welches der beiden?"})
        clock.advance_to(datetime(2026, 3, 11, 9, tzinfo=UTC))
        replied = workflow.fire(case, "ergaenzen", actor=office, data={"begehren": "Das Gutachten von 2025"})
        assert replied.case.due_on == date(2026, 4, 8)  # four weeks from 4 March, and the seven days of the pause

        with workflow.database.writing() as connection:
            draft = keep_file(connection, "hagen", ("bescheid.txt", "text/plain", b"Entwurf"), clock.now()).value()
        co_sign = {"entwurf": dict(draft), "beteiligt": ["amt41"]}
        workflow.fire(case, "mitzeichnen_lassen", actor=clerk, data=co_sign)
        Office(workflow, Settings(mail_folder=tmp_path / "mail")).work()  # later it would be overtaken
        child = workflow.case(case).children[0]
        seen = {"gesehener_entwurf": draft["sha256"]}
        workflow.fire(child.id, "mitzeichnen", actor=other, data=seen)
        assert workflow.case(case).case.state == "entscheidungsreif"
        with pytest.raises(RefusedError, match="Begründung"):
            workflow.fire(case, "bescheiden", actor=clerk, data={"entscheidung": "abgelehnt"})
        decided = workflow.fire(case, "bescheiden", actor=clerk, data={"entscheidung": "gewaehrt"})
        assert (decided.target, decided.case.closed_at) == ("gewaehrt", clock.now())

        sent = [path.read_text("utf-8") for path in (tmp_path / "mail").iterdir()]
        assert sent
        assert not any("Uferweg" in mail or "Muster" in mail for mail in sent)  # the case is not public
