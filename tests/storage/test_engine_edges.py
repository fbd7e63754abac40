"""Where the engine was once wrong, or could easily be: towns, hooks, hands, hosts that ask oddly."""

from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.engine import make_url
from sqlmodel import Session

from tests.helpers.house import CLERK, START, SUPERVISOR, House
from vorgang.config.errors import ConflictError, InvalidInputError, RefusedError, StoreError
from vorgang.config.settings import Settings
from vorgang.states.overrides import Override
from vorgang.states.records import Body
from vorgang.states.step import Command
from vorgang.states.tables import table_of
from vorgang.workflow.office import Office
from vorgang.workflow.setup import HookContext, Setup
from vorgang.workflow.workflow import Workflow

_body = table_of(Body)


def override(house: House, case: str, to: str, **more: object) -> None:
    house.workflow.override(Override(case, to, "Beschluss der Leitung", house.actor(SUPERVISOR), **more))  # type: ignore[arg-type]  # by name


def test_hooks_run_for_timers_too(house: House) -> None:
    """Whoever looks on at every event sees the lapse of a deadline as well, through the office's own scan."""
    seen: list[str] = []
    with Workflow.open(house.url, house.setup) as workflow:
        workflow.on("*", lambda context: seen.append(context.event))
        house.at("zugelassen")
        house.clock("2024-03-01")
        Office(workflow, Settings()).scan()
    assert {"frist_abgelaufen", "ueberfaellig_melden"} <= set(seen)


def test_a_long_batch_with_hooks_is_no_endless_loop(house: House) -> None:
    case = house.at("in_bearbeitung")
    draft = {"name": "e.txt", "media_type": "text/plain", "sha256": "0" * 64, "size": 1}
    with Workflow.open(house.url, house.setup) as workflow:
        workflow.on("entwurf_ablegen", lambda _context: None)
        actor = workflow.actor("hagen", "beispiel01")
        done = workflow.fire_batch([Command(case, "entwurf_ablegen", actor, {"entwurf": draft})] * 520)
    assert len(done) == 520


def test_a_case_closed_by_hand_leaves_no_open_co_signature(house: House) -> None:
    case = house.at("in_mitzeichnung")
    override(house, case, "zurueckgezogen")
    assert house.children(case, "mitzeichnung") == []


def test_a_co_signature_dropped_by_hand_does_not_hold_up_the_others(house: House) -> None:
    case = house.at("in_mitzeichnung")
    first, second = house.children(case, "mitzeichnung")
    override(house, first.id, "entfallen")
    house.cosign(case, second.facts["amt"])
    assert house.state(case) == "zur_unterschrift"


def test_an_override_can_name_the_office_that_the_state_needs(house: House) -> None:
    case = house.at("zugelassen")
    with pytest.raises(RefusedError):
        override(house, case, "zugewiesen")
    override(house, case, "zugewiesen", data={"federfuehrung": "amt01"}, due={"annahme": date(2024, 1, 12)})
    assert house.workflow.case(case).case.owner == "amt01"


def test_an_override_of_a_case_seen_long_ago_is_a_conflict(house: House) -> None:
    case = house.at("zugelassen")
    with pytest.raises(ConflictError):
        override(house, case, "zurueckgezogen", expected_version=1)


def test_master_data_changed_by_another_process_are_seen_within_half_a_minute(house: House) -> None:
    town = house.found_town()
    assert house.workflow.directory.town(town).functions["aufsicht"] == "verfahrensaufsicht"
    with house.database.writing() as connection:
        functions = {**house.workflow.directory.town(town).functions, "aufsicht": "rat"}
        connection.execute(update(_body).where(_body.c.key == town).values(functions=functions))
    house.wall.instant = START + timedelta(seconds=31)
    assert house.workflow.directory.town(town).functions["aufsicht"] == "rat"


def test_an_automatic_event_that_fails_for_what_nobody_foresaw_is_warned_of(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody holds the role any more with which the case would lie after the last co-signature."""
    house.body = house.found_town()
    case = house.at("in_mitzeichnung")
    functions = dict(house.workflow.directory.town(house.body).functions)
    del functions["oberbuergermeister"]
    with house.database.writing() as connection:
        connection.execute(update(_body).where(_body.c.key == house.body).values(functions=functions))
    house.wall.instant = START + timedelta(seconds=31)
    house.cosign(case)
    assert house.state(case) == "in_mitzeichnung"
    assert [(one.levelname, "owner_missing" in one.getMessage()) for one in caplog.records] == [("WARNING", True)]


@pytest.mark.parametrize("key", ["\ud800", "a\x00b", "x" * 3000])
def test_a_key_that_cannot_be_stored_is_refused(house: House, key: str) -> None:
    case = house.ask()
    with pytest.raises(InvalidInputError) as refused:
        house.workflow.fire(case, "zulassen", actor=house.actor(CLERK), key=key)
    assert refused.value.code == "text_unstorable"


@pytest.mark.parametrize("value", [5, True, 1.5, None, {"a": 1}])
def test_odd_input_by_somebody_without_the_role_is_a_refusal(house: House, value: object) -> None:
    with pytest.raises(RefusedError):
        house.workflow.open_case(
            "anfrage", body=house.body, actor=house.actor("severcan"), data={"geschaeftsstelle": value}
        )


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_host_with_an_old_snapshot_cannot_lose_the_end_of_a_child(isolation: str, house: House) -> None:
    """The last two co-signers, one in a transaction that began before the other: one goes through, one must retry."""
    if house.database.dialect != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    case = house.at("in_mitzeichnung")
    first, second = house.children(case, "mitzeichnung")
    host = create_engine(make_url(house.url).set(drivername="postgresql+psycopg"), isolation_level=isolation)
    try:
        with Session(host) as session:
            joined = house.workflow.joined(session)
            session.connection().exec_driver_sql("SELECT count(*) FROM vorgang_case").all()
            house.cosign(case, second.facts["amt"])
            seen = house.seen(first.id, "mitzeichnen", {})
            with pytest.raises(StoreError) as lost:
                joined.fire(first.id, "mitzeichnen", actor=house.actor("beispiel41"), data=seen)
            assert lost.value.code == "store_busy"
            session.rollback()
    finally:
        host.dispose()
    house.cosign(case)
    assert house.state(case) == "zur_unterschrift"


def test_a_hook_that_begins_an_event_of_its_own_is_told_how(house: House) -> None:
    """A guard that acts would wait for itself; through the context's session a hook may act."""
    one, other = house.ask(), house.ask()
    with Workflow.open(house.url, house.setup) as workflow:
        actor = workflow.actor("hagen", CLERK)

        def follow(context: HookContext) -> None:
            if context.case.id == one:
                workflow.joined(context.session).fire(other, "zulassen", actor=actor)

        workflow.on("zulassen", follow)
        workflow.fire(one, "zulassen", actor=actor)
    assert house.state(other) == "zugelassen"


def test_a_guard_that_acts_is_told_instead_of_waiting_for_itself(house: House) -> None:
    if house.database.dialect != "sqlite":
        pytest.skip("PostgreSQL gives the guard a connection of its own")
    case = house.ask()
    engine = house.workflow.engine
    with pytest.raises(InvalidInputError) as told:
        house.database.store.run(lambda _tx: engine.tick(case))
    assert told.value.code == "called_from_within"


def test_the_setup_of_a_house_can_be_used_again(house: House) -> None:
    """Two workflows on one database at once, as two processes would."""
    with Workflow.open(house.url, Setup(clock=house.wall)) as second:
        case = house.ask()
        second.fire(case, "zulassen", actor=second.actor("hagen", CLERK))
    assert house.state(case) == "zugelassen"
