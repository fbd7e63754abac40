"""Lifecycle versions: a running case stays on the one it began with; a file never changes under its cases' feet."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import House
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import AuthorError, RefusedError, VorgangError
from vorgang.states.loader import load_folders
from vorgang.states.queries import Page
from vorgang.states.registry import Registry
from vorgang.states.tables import LifecycleRow, table_of
from vorgang.workflow.guards import shipped_registry
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

FIRST = """\
id = "notiz"
version = 1
label = "Notiz"
record = "consultation"
initial = "offen"

[deadline.arbeit]
label = "Arbeit"
rule = "zulassung"
starts = ["anlegen"]
stops = ["erledigen", "liegen_lassen"]
expired = "folgen"

[state.offen]
label = "offen"
owner = "geschaeftsstelle"

[state.liegt]
label = "liegt"
owner = "gremium"
unattended = "wartet auf nichts"

[state.erledigt]
label = "erledigt"
final = true

[field.gremium]
column = "organization_key"

[field.oeffentlich]
column = "public"

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle"]
ask = { gremium = "party?", oeffentlich = "bool?" }

[event.liegen_lassen]
label = "liegen lassen"
from = ["offen"]
to = "liegt"
by = ["geschaeftsstelle"]
tell = [{ to = "gremium", template = "eingang" }]

[event.erledigen]
label = "erledigen"
from = ["offen", "liegt"]
to = "erledigt"
by = ["gremium", "geschaeftsstelle"]

[event.nur_oeffentlich]
label = "nur öffentlich"
from = ["offen"]
by = ["geschaeftsstelle"]
needs = ["fact(oeffentlich, True)"]

[event.folgen]
label = "folgen"
from = ["offen"]
by = ["automatik"]

[child.folge]
lifecycle = "zusage"
opens_on = ["folgen"]
"""
SECOND = (
    FIRST.replace("version = 1", "version = 2")
    .replace('to = "liegt"', 'to = "erledigt"')
    .replace('owner = "gremium"', 'owner = "geschaeftsstelle"')
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notiz.toml").write_text(FIRST)
    return tmp_path


@pytest.fixture
def house(database_url: str, folder: Path) -> Iterator[House]:
    house = House(database_url, Setup(lifecycles=[folder]))
    yield house
    house.close()


def reopened(house: House) -> House:
    """The same installation after a restart."""
    house.close()
    return House(house.url, house.setup)


def test_a_running_case_stays_on_its_version_and_new_ones_take_the_newest(house: House, folder: Path) -> None:
    case = house.open("notiz", gremium="rat").case.id
    (folder / "notiz.toml").write_text(SECOND)
    house = reopened(house)
    other = house.open("notiz", gremium="rat").case.id
    assert [house.fire(one, "liegen_lassen").target for one in (case, other)] == ["liegt", "erledigt"]
    assert [house.workflow.case(one).case.lifecycle_version for one in (case, other)] == [1, 2]
    house.fire(case, "erledigen")
    assert_sound(house.database)
    house.close()


def test_a_file_changed_under_the_same_version_is_refused(house: House, folder: Path) -> None:
    case = house.open("notiz").case.id
    (folder / "notiz.toml").write_text(FIRST.replace('label = "Notiz"', 'label = "Vermerk"'))
    with pytest.raises(AuthorError) as caught:
        reopened(house)
    (finding,) = caught.value.findings
    assert (finding.code, Path(finding.file).name, finding.params["next"]) == (
        "lifecycle_changed_in_place",
        "notiz.toml",
        2,
    )
    (folder / "notiz.toml").write_text(FIRST)
    house = reopened(house)
    house.fire(case, "erledigen")
    house.close()


def test_a_file_that_is_gone_still_serves_its_cases_but_opens_none(house: House, folder: Path) -> None:
    case = house.open("notiz").case.id
    (folder / "notiz.toml").unlink()
    house = reopened(house)
    house.fire(case, "erledigen")
    with pytest.raises(VorgangError) as caught:
        house.open("notiz")
    assert caught.value.code == "lifecycle_unknown"
    house.close()


def test_what_a_file_says_in_comments_or_order_is_no_change(house: House, folder: Path) -> None:
    before = house.workflow.library.newest["notiz"]
    (folder / "notiz.toml").write_text(f"# Eine Bemerkung.\n\n{FIRST}")
    house = reopened(house)
    after = house.workflow.library.newest["notiz"]
    house.close()
    assert (after.version, after.digest) == (before.version, before.digest)


def test_whoever_opens_what_is_known_waits_for_nobody_who_writes(house: House) -> None:
    row = {"id": "anders", "version": 1, "digest": "", "content": "", "pinned_at": house.wall.now()}
    with house.database.writing() as connection:
        connection.execute(insert(table_of(LifecycleRow)).values(**row))
        other = Workflow.open(house.url, house.setup)
        with other.database.reading() as reading:
            pinned = set(reading.scalars(select(table_of(LifecycleRow).c.id)))
        other.close()
    assert "notiz" in pinned
    assert "anders" not in pinned  # it was still being written when the other one was open


@pytest.mark.parametrize(
    ("known", "unknown", "code"),
    [
        ('needs = ["fact(oeffentlich, True)"]', 'needs = ["not host_allows"]', "guard_not_registered"),
        ('needs = ["fact(oeffentlich, True)"]', 'do = ["host_notes(42)"]', "effect_not_registered"),
        ('label = "offen"\n', 'label = "offen"\nby_hand = ["host_notes(42)"]\n', "effect_not_registered"),
        ('label = "offen"\n', 'label = "offen"\nby_hand_needs = ["host_allows"]\n', "guard_not_registered"),
    ],
)
def test_a_name_that_nobody_registered_is_told_before_a_case_runs_into_it(
    house: House, folder: Path, known: str, unknown: str, code: str
) -> None:
    (folder / "notiz.toml").write_text(SECOND.replace(known, unknown))
    with pytest.raises(VorgangError) as caught:
        Workflow.open(house.url, house.setup)
    assert caught.value.code == code


def test_processes_that_start_at_the_same_moment_all_start(maker: Sqlite | Postgres, folder: Path) -> None:
    url = maker.prepared()
    context = multiprocessing.get_context("forkserver")
    started = [context.Process(target=_open, args=(url, folder)) for _ in range(4)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 4
    workflow = Workflow.open(url)
    with workflow.database.reading() as connection:
        rows = connection.execute(select(table_of(LifecycleRow).c.id)).scalars().all()
    workflow.close()
    maker.drop(url)
    assert sorted(rows) == sorted([*load_folders(), "notiz"])


def _open(url: str, folder: Path) -> None:
    Workflow.open(url, Setup(lifecycles=[folder])).close()


# --- what only a lifecycle of a municipality's own does ---


def test_a_role_can_be_a_field_of_the_typed_record(house: House) -> None:
    case = house.open("notiz", gremium="amt01").case.id
    house.fire(case, "liegen_lassen")
    assert house.workflow.case(case).case.owner == "amt01"
    assert house.told(case) == [("amt01", "eingang")]
    house.fire(case, "erledigen", "beispiel01")


@pytest.mark.parametrize(("public", "possible"), [(True, True), (False, False), (None, True)])
def test_a_truth_value_in_the_typed_record_is_the_same_on_both_databases(
    house: House, public: bool | None, possible: bool
) -> None:
    data: dict[str, Any] = {} if public is None else {"oeffentlich": public}
    case = house.open("notiz", **data).case.id
    offers = {offer.event: offer.allowed for offer in house.workflow.available(case, house.actor("randt"))}
    assert offers["nur_oeffentlich"] is possible
    if possible:
        house.fire(case, "nur_oeffentlich")
    else:
        with pytest.raises(RefusedError):
            house.fire(case, "nur_oeffentlich")


def test_cases_without_due_day_come_last_in_the_work_list_on_every_page(house: House) -> None:
    resting = [house.open("notiz", gremium="gs-integrationsrat").case.id for _ in range(3)]
    for case in resting:
        house.fire(case, "liegen_lassen")
    due = [house.open("notiz").case.id for _ in range(2)]
    pages, after = [], None
    while page := house.workflow.worklist(house.body, "randt", Page(limit=2, after=after)):
        pages += page
        after = (page[-1].due_on, page[-1].id)
    assert [case.id for case in pages] == [*due, *resting]
    assert [case.due_on is None for case in pages] == [False, False, True, True, True]
    assert pages == house.workflow.worklist(house.body, "randt")


def test_what_follows_from_a_lapse_happens_wholly_or_not_at_all(house: House) -> None:
    """The lapse opens a child whose input is wrong: neither the lapse nor its event may stand in the log without it."""
    case = house.open("notiz", gremium="rat").case.id
    before = house.events(case)
    house.clock("2024-03-01")
    with pytest.raises(RefusedError):
        house.workflow.tick(case)
    assert house.events(case) == before
    assert house.told(case) == []
    assert_sound(house.database)


def test_a_host_registers_guards_and_effects_of_its_own(database_url: str, folder: Path) -> None:
    text = FIRST.replace('needs = ["fact(oeffentlich, True)"]', 'needs = ["host_allows"]\ndo = ["host_notes(42)"]')
    (folder / "notiz.toml").write_text(text)
    registry: Registry = shipped_registry()
    registry.guard("host_allows")(lambda _moment: None)
    registry.effect("host_notes", least=1)(lambda moment, value: {"notiert": f"{moment.actor.key} {value}"})
    house = House(database_url, Setup(lifecycles=[folder], registry=registry))
    case = house.open("notiz").case.id
    assert house.fire(case, "nur_oeffentlich").case.facts == {"notiert": "randt 42"}
    house.close()
