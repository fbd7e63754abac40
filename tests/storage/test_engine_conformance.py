"""The promises of the engine, kept on both databases alike: one transaction per event, however often asked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import pytest
from sqlalchemy import create_engine, insert, select, update
from sqlmodel import Session

from tests.helpers.house import ASKER, LEAD, START, SUPERVISOR, House, letter
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError, VorgangError
from vorgang.states.audit import verify
from vorgang.states.engine import Fired
from vorgang.states.ids import new_id
from vorgang.states.overrides import Override
from vorgang.states.queries import Filter, Page
from vorgang.states.records import Organization, Paper
from vorgang.states.step import Command
from vorgang.states.tables import CaseRow, MessageRow, TransitionRow, table_of
from vorgang.workflow.setup import HookContext

T = TypeVar("T")
_case, _line, _message = (table_of(row) for row in (CaseRow, TransitionRow, MessageRow))
_paper, _organization = table_of(Paper), table_of(Organization)
UNKNOWN = "0195535e-0000-7000-8000-00000000dead"


def number() -> str:
    """A paper number that no other test uses."""
    return f"{new_id(START)}/2024"


def code(raised: type[VorgangError], act: Callable[[], object]) -> str:
    """The code with which `act` fails."""
    with pytest.raises(raised) as caught:
        act()
    assert caught.value.text("de") != caught.value.text("en")
    return caught.value.code


def at_once(*acts: Callable[[], T]) -> list[T | VorgangError]:
    """What comes of all of these when they begin at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(len(acts))

    def attempt(act: Callable[[], T]) -> T | VorgangError:
        barrier.wait()
        try:
            return act()
        except VorgangError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(attempt, acts))


def rows(house: House, case_id: str) -> dict[str, Any]:
    """Everything that is kept of a case, but for what is read from it."""
    with house.database.reading() as connection:
        case = connection.execute(select(_case).where(_case.c.id == case_id)).mappings().one_or_none()
        lines = connection.execute(select(_line.c.hash).where(_line.c.case_id == case_id).order_by(_line.c.seq))
        messages = connection.execute(select(_message.c.id).where(_message.c.case_id == case_id))
        return {"case": case and dict(case), "lines": list(lines.scalars()), "messages": sorted(messages.scalars())}


# --- children end at the same moment ---


@pytest.mark.parametrize("_again", range(5))
def test_the_last_two_co_signers_at_once_bring_the_case_to_the_signature_once(house: House, _again: int) -> None:
    case = house.at("in_mitzeichnung")
    first, second = house.children(case, "mitzeichnung")
    ended = at_once(
        lambda: house.fire(first.id, "mitzeichnen", "beispiel41"),
        lambda: house.fire(second.id, "mitzeichnen", "beispiel48"),
    )
    assert not [error for error in ended if isinstance(error, VorgangError)]
    assert house.state(case) == "zur_unterschrift"
    assert house.events(case).count("mitgezeichnet") == 1
    assert house.told(case).count(("ob", "unterschrift")) == 1


@pytest.mark.parametrize("_again", range(5))
def test_a_co_signature_and_a_withdrawal_at_once(house: House, _again: int) -> None:
    case = house.at("in_mitzeichnung")
    first, second = house.children(case, "mitzeichnung")
    at_once(
        lambda: house.fire(first.id, "mitzeichnen", "beispiel41"),
        lambda: house.fire(second.id, "verweigern", "beispiel48", grund="nein"),
        lambda: house.fire(case, "zurueckziehen", ASKER),
    )
    open_children = house.children(case, "mitzeichnung")
    assert house.state(case) in {"zurueckgezogen", "in_bearbeitung"}
    assert open_children == []


# --- idempotency keys ---


def test_the_same_request_under_the_same_key_happens_once(house: House) -> None:
    case, key = house.ask(), new_id(START)

    def act() -> Fired:
        return house.workflow.fire(case, "zulassen", actor=house.actor("randt"), key=key)

    first, again = act(), act()
    assert (first.replayed, again.replayed) == (False, True)
    assert first._replace(replayed=True) == again
    assert house.events(case) == ["registrieren", "zulassen"]


def test_a_replay_answers_even_when_the_case_has_moved_on(house: House) -> None:
    case, key = house.ask(), new_id(START)
    first = house.workflow.fire(case, "zulassen", actor=house.actor("randt"), key=key)
    house.fire(case, "zuweisen", federfuehrung="amt01")
    again = house.workflow.fire(case, "zulassen", actor=house.actor("randt"), key=key)
    assert (again.seq, again.event, again.source, again.target) == (first.seq, "zulassen", "eingegangen", "zugelassen")
    assert again.case.state == "zugewiesen"


def test_opening_under_the_same_key_opens_one_case(house: House) -> None:
    key = new_id(START)
    first = house.open("anfrage", key=key, **letter(schreiben_vom=date(2023, 12, 5)))
    again = house.open("anfrage", key=key, **letter(schreiben_vom="2023-12-05"))
    assert (again.case.id, again.replayed) == (first.case.id, True)


@pytest.mark.parametrize(
    ("event", "person", "data"),
    [
        ("zurueckweisen", "randt", {"grund": "x"}),
        ("zulassen", "severcan", {}),
        ("zulassen", "randt", {"mehr": [float("nan")]}),
    ],
)
def test_another_request_under_the_same_key_is_a_conflict(
    house: House, event: str, person: str, data: dict[str, Any]
) -> None:
    case, key = house.ask(), new_id(START)
    house.workflow.fire(case, "zulassen", actor=house.actor("randt"), key=key)
    fire = lambda: house.workflow.fire(case, event, actor=house.actor(person), data=data, key=key)  # noqa: E731
    assert code(ConflictError, fire) == "key_reused"


def test_the_deputy_makes_another_request_than_the_person_does(house: House) -> None:
    case, key = house.ask(), new_id(START)
    house.workflow.fire(case, "zulassen", actor=house.actor("randt"), key=key)
    deputy = house.actor("vertretung", on_behalf_of="randt")
    assert code(ConflictError, lambda: house.workflow.fire(case, "zulassen", actor=deputy, key=key)) == "key_reused"


@pytest.mark.parametrize("hooked", [False, True], ids=["alone", "with hooks"])
def test_the_same_key_at_once_has_one_effect_and_one_answer(house: House, hooked: bool) -> None:
    case, key, paper, opening = house.ask(), new_id(START), number(), new_id(START)
    if hooked:
        house.workflow.on("zulassen", lambda _context: None)
    try:
        fired = at_once(
            *[lambda: house.workflow.fire(case, "zulassen", actor=house.actor("randt"), key=key)] * 6,
        )
        opened = at_once(*[lambda: house.open("anfrage", key=opening, **letter(nummer=paper))] * 6)
    finally:
        house.workflow._hooks.clear()
    for answers in (fired, opened):
        assert not [answer for answer in answers if isinstance(answer, VorgangError)]
        assert sorted(answer.replayed for answer in answers if not isinstance(answer, VorgangError)) == [
            False,
            *[True] * 5,
        ]
        assert len({answer.seq for answer in answers if not isinstance(answer, VorgangError)}) == 1
    assert house.events(case) == ["registrieren", "zulassen"]


def test_a_key_that_reads_like_a_table_is_only_a_key(house: House) -> None:
    key = f"vorgang_paper-{new_id(START)}"
    opened = at_once(*[lambda: house.open("anfrage", key=key, **letter())] * 4)
    assert len({one.case.id for one in opened if not isinstance(one, VorgangError)}) == 1
    assert not [one for one in opened if isinstance(one, VorgangError)]


def test_a_refused_request_may_be_repeated_under_its_key(house: House) -> None:
    case, key = house.ask(), new_id(START)

    def fire() -> Fired:
        return house.workflow.fire(case, "annehmen", actor=house.actor(LEAD), key=key)

    assert code(RefusedError, fire) == "event_not_now"
    house.bring(case, "zugewiesen")
    assert fire().case.state == "in_bearbeitung"


# --- versions, unknown things ---


def test_a_stale_version_is_a_conflict(house: House) -> None:
    case = house.ask()
    seen = house.workflow.case(case).case.version
    house.fire(case, "zulassen")
    stale = lambda: house.workflow.fire(  # noqa: E731
        case, "zuweisen", actor=house.actor("randt"), data={"federfuehrung": "amt01"}, expected_version=seen
    )
    before = rows(house, case)
    assert code(ConflictError, stale) == "version_stale"
    assert rows(house, case) == before
    seen = house.workflow.case(case).case.version
    assert stale.__closure__
    house.workflow.fire(
        case, "zuweisen", actor=house.actor("randt"), data={"federfuehrung": "amt01"}, expected_version=seen
    )


def test_a_reminder_does_not_make_a_page_stale(house: House) -> None:
    case = house.at("in_bearbeitung")
    seen = house.workflow.case(case).case.version
    house.wait("2024-01-31", case)
    assert "erinnern" in house.events(case)
    data = {"grund": "x", "neuer_termin": "2024-03-01"}
    house.workflow.fire(case, "zwischenbescheid", actor=house.actor(LEAD), data=data, expected_version=seen)


@pytest.mark.parametrize("case", [UNKNOWN, "1062/2023", "", "'; DROP TABLE vorgang_case; --", "x" * 10_000])
def test_an_unknown_case_is_not_found(house: House, case: str) -> None:
    actor = house.actor("randt")
    for act in (
        lambda: house.workflow.fire(case, "zulassen", actor=actor),
        lambda: house.workflow.case(case),
        lambda: house.workflow.history(case),
        lambda: house.workflow.available(case, actor),
        lambda: house.workflow.tick(case),
        lambda: house.workflow.override(Override(case, "zugelassen", "weil", house.actor(SUPERVISOR))),
        lambda: house.workflow.find(case),
    ):
        assert code(NotFoundError, act) == "case_unknown"


def test_what_does_not_exist_is_named(house: House) -> None:
    actor, workflow = house.actor("randt"), house.workflow
    case = house.ask()
    assert code(RefusedError, lambda: house.fire(case, "zulasen")) == "event_unknown"
    assert code(NotFoundError, lambda: workflow.open_case("anfrage", body="atlantis", actor=actor)) == "body_unknown"
    assert code(VorgangError, lambda: workflow.open_case("frage", body="hagen", actor=actor)) == "lifecycle_unknown"
    assert code(NotFoundError, lambda: workflow.actor("hagen", "niemand")) == "actor_unknown"
    assert code(NotFoundError, lambda: workflow.actor("hagen", "amt01")) == "actor_unknown"
    assert code(NotFoundError, lambda: workflow.worklist("hagen", "niemand")) == "party_unknown"
    assert code(RefusedError, lambda: house.ask(fragesteller="niemand")) == "input_invalid"


@pytest.mark.parametrize("start", ["________", "%%%%%%%%", "0"])
def test_a_case_is_found_by_its_number_or_the_beginning_of_its_id_only(house: House, start: str) -> None:
    given = number()
    case = house.ask(nummer=given.upper())
    assert house.workflow.find(f" {given} ") == case
    assert house.workflow.find(case) == house.workflow.find(case.upper()) == case
    assert code(NotFoundError, lambda: house.workflow.find(start)) == "case_unknown"


def test_a_number_is_taken_once_per_town_however_it_is_written(house: House) -> None:
    house.body = house.found_town()
    first = house.ask(nummer="0321/2024")
    assert code(ConflictError, lambda: house.ask(nummer="321_2024")) == "number_taken"
    assert [case.id for case in house.workflow.cases(Filter(body=house.body))] == [first]
    house.ask()
    house.ask()  # those without a number are not each other's rivals
    house.body = house.found_town()
    house.ask(nummer="321/2024")


def test_wrong_input_writes_nothing(house: House) -> None:
    case = house.at("zugelassen")
    before = rows(house, case)
    with pytest.raises(RefusedError) as caught:
        house.fire(case, "zuweisen", federfuehrung="amt99", beteilgt=["amt41"], hinweis=5)
    assert {reason.code for reason in caught.value.refusal.reasons} == {
        *("field_unknown_party", "field_unknown", "field_not_text"),
    }
    assert rows(house, case) == before


# --- overrides ---


def test_an_override_is_recorded_and_keeps_the_chain(house: House) -> None:
    case = house.at("in_bearbeitung")
    fired = house.workflow.override(Override(case, "zugewiesen", "falsch angenommen", house.actor(SUPERVISOR)))
    line = house.workflow.history(case)[-1]
    assert (fired.source, fired.target) == ("in_bearbeitung", "zugewiesen")
    assert (line.event, line.role, line.actor, line.reason) == (
        *("uebersteuern", "aufsicht", "aufsicht", "falsch angenommen"),
    )
    view = house.workflow.case(case)
    assert (view.case.owner, view.case.due_on) == ("amt01", date(2024, 2, 2))
    house.fire(case, "annehmen", LEAD)


def test_an_override_reopens_a_closed_case_with_a_due_day(house: House) -> None:
    case = house.at("beantwortet")
    house.fire(case, "abschliessen")
    reopen = Override(case, "beantwortet", "zu früh", house.actor(SUPERVISOR))
    assert code(RefusedError, lambda: house.workflow.override(reopen)) == "override_needs_due"
    house.workflow.override(reopen._replace(due={"kenntnisnahme": date(2024, 4, 30)}))
    view = house.workflow.case(case)
    assert (view.case.state, view.case.due_on, view.case.closed_at) == ("beantwortet", date(2024, 4, 30), None)


def test_nobody_but_the_supervisor_overrides(house: House) -> None:
    override = Override(house.ask(), "beantwortet", "eilt", house.actor("randt"))
    before = rows(house, override.case_id)
    assert code(RefusedError, lambda: house.workflow.override(override)) == "role_missing"
    assert rows(house, override.case_id) == before


# --- many at once ---


def test_a_batch_happens_as_a_whole(house: House) -> None:
    cases, clerk = [house.ask() for _ in range(3)], house.actor("randt")
    fired = house.workflow.fire_batch(
        [Command(case, event, clerk, data) for case in cases for event, data in (("zulassen", {}), ASSIGN)]
    )
    assert [house.state(case) for case in cases] == ["zugewiesen"] * 3
    assert [(one.event, one.seq) for one in fired] == [("zulassen", 2), ("zuweisen", 3)] * 3


ASSIGN: tuple[str, dict[str, Any]] = ("zuweisen", {"federfuehrung": "amt01", "beteiligt": ["amt41"]})


@pytest.mark.parametrize("last", ["zuweisen", "unbekannt"])
def test_a_batch_of_which_one_fails_leaves_nothing(house: House, last: str) -> None:
    cases, clerk = [house.ask() for _ in range(3)], house.actor("randt")
    before = [rows(house, case) for case in cases]
    commands = [Command(case, "zulassen", clerk, key=new_id(START)) for case in cases]
    assert code(RefusedError, lambda: house.workflow.fire_batch([*commands, Command(cases[0], last, clerk)]))
    assert [rows(house, case) for case in cases] == before
    assert not any(one.replayed for one in house.workflow.fire_batch(commands))
    assert all(one.replayed for one in house.workflow.fire_batch(commands))


def test_a_batch_is_the_same_as_one_after_the_other(house: House) -> None:
    """Children, parents, records and keys in one batch: whatever follows sees what went before."""
    case, clerk = house.at("in_mitzeichnung"), house.actor("randt")
    first, second = house.children(case, "mitzeichnung")
    key = new_id(START)
    other = house.ask()
    house.workflow.fire_batch(
        [
            Command(other, "zulassen", clerk, key=key),
            Command(first.id, "mitzeichnen", house.actor("beispiel41"), house.seen(first.id, "mitzeichnen", {})),
            Command(other, "zulassen", clerk, key=key),
            Command(second.id, "mitzeichnen", house.actor("beispiel48"), house.seen(second.id, "mitzeichnen", {})),
            Command(case, "unterzeichnen", house.actor("schulz"), house.seen(case, "unterzeichnen", {})),
            Command(case, "veroeffentlichen", clerk, {"veroeffentlichung": "nichtoeffentlich"}),
            Command(other, *ASSIGN[:1], clerk, ASSIGN[1]),
        ]
    )
    assert (house.state(case), house.state(other)) == ("beantwortet", "zugewiesen")
    assert house.events(other) == ["registrieren", "zulassen", "zuweisen"]
    assert not house.workflow.case(case).case.public


def test_batches_that_meet_each_other_in_different_order_do_not_block(house: House) -> None:
    cases, clerk = [house.at("in_bearbeitung") for _ in range(4)], house.actor(LEAD)
    data = {"grund": "x", "neuer_termin": "2024-03-01"}
    forth = [Command(case, "zwischenbescheid", clerk, data) for case in cases]
    done = at_once(lambda: house.workflow.fire_batch(forth), lambda: house.workflow.fire_batch(list(reversed(forth))))
    won = sum(not isinstance(one, VorgangError) for one in done)
    assert won >= 1
    assert all(isinstance(one, ConflictError) for one in done if isinstance(one, VorgangError))
    assert [house.events(case).count("zwischenbescheid") for case in cases] == [won] * 4


# --- asking ---


def test_what_is_offered_and_why_the_rest_is_not(house: House) -> None:
    case = house.at("in_bearbeitung")
    offers = {offer.event: offer for offer in house.workflow.available(case, house.actor(LEAD))}
    assert {name for name, offer in offers.items() if offer.allowed} == {
        *("entwurf_ablegen", "zwischenbescheid", "frist_verlaengern"),
    }
    why = {name: offer.refusal.text("en") for name, offer in offers.items() if offer.refusal}
    assert "entwurf" in why["in_mitzeichnung_geben"]
    assert "severcan" in why["zurueckziehen"]
    assert "mitgezeichnet" not in offers
    assert not [offer for offer in house.workflow.available(case, house.actor("leitung")) if offer.allowed]


def test_the_history_tells_who_did_what_for_whom(house: House) -> None:
    case = house.ask()
    house.workflow.fire(case, "zulassen", actor=house.actor("vertretung", on_behalf_of="randt"))
    house.wait("2024-02-05", case)
    told = [
        (line.event, line.actor_kind, line.actor, line.on_behalf_of, line.role) for line in house.workflow.history(case)
    ]
    assert told[:2] == [
        ("registrieren", "person", "randt", None, "geschaeftsstelle"),
        ("zulassen", "person", "vertretung", "randt", "geschaeftsstelle"),
    ]
    assert told[-1] == ("ueberfaellig_melden", "timer", "vorgang", None, "automatik")
    assert [line.seq for line in house.workflow.history(case)] == list(range(1, len(told) + 1))


def test_nobody_acts_for_a_person_of_another_house(house: House) -> None:
    assert code(ForbiddenError, lambda: house.actor("severcan", on_behalf_of="schulz")) == "deputy_without_mandate"


def test_a_role_in_one_town_is_none_in_another(house: House) -> None:
    case, clerk, supervisor = house.ask(), house.actor("randt"), house.actor("aufsicht")
    house.body = house.found_town()
    theirs = house.ask()
    assert code(RefusedError, lambda: house.workflow.fire(theirs, "zulassen", actor=clerk)) == "role_missing"
    override = Override(theirs, "zurueckgezogen", "aus Versehen", supervisor)
    assert code(RefusedError, lambda: house.workflow.override(override)) == "role_missing"
    assert house.state(theirs) == house.state(case) == "eingegangen"


def test_the_work_list_of_an_office_and_of_its_people(house: House) -> None:
    house.body = house.found_town()
    cases = [house.at("in_bearbeitung", eingang=f"2024-01-0{day}") for day in (3, 2, 4)]
    other = house.at("zugelassen")
    listed = house.workflow.worklist(house.body, "amt01")
    assert [case.id for case in listed] == [cases[1], cases[0], cases[2]]
    assert [case.due_on for case in listed] == sorted(case.due_on for case in listed if case.due_on)
    assert house.workflow.worklist(house.body, LEAD) == listed
    assert [case.id for case in house.workflow.worklist(house.body, "randt")] == [other]
    house.fire(cases[0], "zurueckziehen")
    assert [case.id for case in house.workflow.worklist(house.body, "amt01")] == [cases[1], cases[2]]
    assert house.workflow.worklist("hagen", "verwaltungsleitung") == []


def test_a_work_list_is_paged_without_gaps(house: House) -> None:
    house.body = house.found_town()
    for _ in range(4):
        house.ask()
    house.clock("2024-01-09")
    for _ in range(3):
        house.ask()
    whole = house.workflow.worklist(house.body, "randt")
    pages, after = [], None
    while page := house.workflow.worklist(house.body, "randt", Page(limit=2, after=after)):
        pages += page
        after = (page[-1].due_on, page[-1].id)
    assert pages == whole
    assert len(whole) == 7


def test_cases_are_listed_by_what_is_asked(house: House) -> None:
    house.body = house.found_town()
    case, other = house.at("in_mitzeichnung"), house.ask()
    house.fire(other, "zurueckziehen")

    def listed(**wanted: Any) -> list[str]:
        return [one.id for one in house.workflow.cases(Filter(body=house.body, **wanted))]

    assert listed(lifecycle="anfrage") == [case, other]
    assert listed(lifecycle="anfrage", open=True) == [case]
    assert listed(open=False) == [other]
    assert listed(state="offen") == listed(parent_id=case) == [one.id for one in house.children(case, "mitzeichnung")]
    assert listed(limit=1) == [case]
    assert listed(lifecycle="anfrage", after=case) == [other]


# --- hooks ---


class Broken(Exception):
    """What a hook of a host raises."""


@pytest.fixture
def hooks(house: House) -> Any:
    """The house, whose hooks are forgotten afterwards."""
    yield house
    house.workflow._hooks.clear()


def test_a_hook_writes_in_the_transaction_of_the_event(hooks: House) -> None:
    seen: list[HookContext] = []

    def hook(context: HookContext) -> None:
        seen.append(context)
        context.session.connection().execute(
            update(_paper).where(_paper.c.id == context.case.record_id).values(paper_type="gesehen")
        )

    hooks.workflow.on("zulassen", hook)
    case = hooks.at("zugewiesen")
    (context,) = seen
    assert (context.event, context.source, context.case.state) == ("zulassen", "eingegangen", "zugelassen")
    with hooks.database.reading() as connection:
        query = select(_paper.c.paper_type).join(_case, _case.c.record_id == _paper.c.id).where(_case.c.id == case)
        assert connection.execute(query).scalar_one() == "gesehen"


def test_a_hook_hears_of_everything_that_follows(hooks: House) -> None:
    seen: list[str] = []
    case = hooks.at("in_mitzeichnung")
    hooks.workflow.on("*", lambda context: seen.append(context.event))
    hooks.cosign(case)
    assert seen == ["mitzeichnen", "mitzeichnen", "mitgezeichnet"]


def test_a_hook_that_raises_undoes_everything(hooks: House) -> None:
    def hook(_context: HookContext) -> None:
        raise Broken

    case = hooks.at("in_mitzeichnung")
    first, second = hooks.children(case, "mitzeichnung")
    hooks.fire(first.id, "mitzeichnen", "beispiel41")
    hooks.workflow.on("mitgezeichnet", hook)
    before = rows(hooks, case), rows(hooks, second.id)
    with pytest.raises(Broken):
        hooks.fire(second.id, "mitzeichnen", "beispiel48")
    assert (rows(hooks, case), rows(hooks, second.id)) == before


# --- in the transaction of a host ---


@pytest.fixture
def host(house: House) -> Any:
    """An engine of the host's own on the same database."""
    engine = create_engine(house.database.url)
    yield engine
    engine.dispose()


def write_something(session: Session, house: House, key: str) -> None:
    values = {"id": new_id(START), "body": house.body, "key": key, "name": "Vom Host", "organization_type": "x"}
    session.connection().execute(insert(_organization).values(**values))


def knows(house: House, key: str) -> bool:
    with house.database.reading() as connection:
        return connection.execute(select(_organization.c.id).where(_organization.c.key == key)).first() is not None


def test_an_event_joins_the_hosts_transaction_and_is_committed_with_it(house: House, host: Any) -> None:
    case, key = house.at("zugelassen"), new_id(START)
    with Session(host) as session:
        write_something(session, house, key)
        joined = house.workflow.joined(session)
        joined.fire(case, ASSIGN[0], actor=house.actor("randt"), data=ASSIGN[1])
        opened = joined.open_case("anfrage", body="hagen", actor=house.actor("randt"), data=letter()).case.id
        session.commit()
    assert knows(house, key)
    assert (house.state(case), house.state(opened)) == ("zugewiesen", "eingegangen")
    assert ("amt01", "auftrag") in house.told(case)


def test_if_the_host_rolls_back_nothing_remains(house: House, host: Any) -> None:
    case, key = house.at("mit_entwurf"), new_id(START)
    before = rows(house, case)
    with Session(host) as session:
        joined = house.workflow.joined(session)
        joined.fire(case, "in_mitzeichnung_geben", actor=house.actor(LEAD))
        opened = joined.open_case("anfrage", body="hagen", actor=house.actor("randt"), data=letter()).case.id
        write_something(session, house, key)
        session.rollback()
    assert not knows(house, key)
    assert rows(house, case) == before
    assert rows(house, opened) == {"case": None, "lines": [], "messages": []}
    assert house.children(case, "mitzeichnung", every=True) == []
    assert verify(house.database).ok
    house.fire(case, "in_mitzeichnung_geben", LEAD)


def test_an_event_that_fails_leaves_the_host_its_transaction(house: House, host: Any) -> None:
    """Not even the savepoint of an event refused half-way leaves a trace, and the host may commit the rest."""
    case, key, paper = house.at("zugelassen"), new_id(START), number()
    house.ask(nummer=paper)
    before = rows(house, case)
    clerk = house.actor("randt")
    with Session(host) as session:
        joined = house.workflow.joined(session)
        write_something(session, house, key)
        assert code(RefusedError, lambda: joined.fire(case, "annehmen", actor=clerk)) == "event_not_now"
        taken = lambda: joined.open_case("anfrage", body="hagen", actor=clerk, data=letter(nummer=paper))  # noqa: E731
        assert code(ConflictError, taken) == "number_taken"
        session.commit()
    assert knows(house, key)
    assert rows(house, case) == before


def test_after_a_commit_the_next_event_is_the_hosts_to_commit_again(house: House, host: Any) -> None:
    case = house.at("zugelassen")
    with Session(host) as session:
        joined = house.workflow.joined(session)
        joined.fire(case, ASSIGN[0], actor=house.actor("randt"), data=ASSIGN[1])
        session.commit()
        joined.fire(case, "annehmen", actor=house.actor(LEAD))
        session.rollback()
    assert house.state(case) == "zugewiesen"
    assert_sound(house.database)


def test_hooks_hear_of_events_in_the_hosts_transaction(hooks: House, host: Any) -> None:
    seen: list[Session] = []
    hooks.workflow.on("zulassen", lambda context: seen.append(context.session))
    case = hooks.ask()
    with Session(host) as session:
        hooks.workflow.joined(session).fire(case, "zulassen", actor=hooks.actor("randt"))
        session.commit()
        assert seen == [session]
