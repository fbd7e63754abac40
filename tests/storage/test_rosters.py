"""Master data on both databases: all or nothing, nothing lost, out and in again without a difference."""

import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, cast, delete, insert, literal, select, update

from tests.helpers.house import ASKER, CLERK, COSIGNERS, DRAFT, LEAD, MOTION, House
from tests.helpers.rosters import file
from vorgang.config.errors import AuthorError, ConflictError, ForbiddenError, RefusedError, StoreError
from vorgang.config.profile_files import load_profiles
from vorgang.config.roster import State
from vorgang.config.roster_files import read_rosters
from vorgang.states.ids import new_id
from vorgang.states.records import Body
from vorgang.states.roster_changes import Plan
from vorgang.states.roster_store import PastChange, history
from vorgang.states.roster_tables import RosterChangeRow
from vorgang.states.tables import table_of
from vorgang.workflow.master_data import carry_out, import_profile, left_with_ended, prepare, require_right
from vorgang.workflow.org_export import as_json, as_tables, roster_of

_CHANGE, _BODY = table_of(RosterChangeRow), table_of(Body)


@pytest.fixture
def town(house: House) -> House:
    """A town of the test's own."""
    house.body = house.found_town()
    return house


def bring_in(house: House, *paths: Path, actor: str | None = None, **more: Any) -> Plan:
    roster = read_rosters(paths, house.body, **more)
    plan = prepare(house.workflow, house.body, roster).plan
    return carry_out(house.workflow, house.body, roster, shown=plan, actor=house.actor(actor) if actor else None)


def refused(house: House, *paths: Path, **more: Any) -> set[tuple[str, str]]:
    """What an import is refused for; nothing of it is written."""
    before = roster_of(house.workflow, house.body)
    with pytest.raises(AuthorError) as caught:
        bring_in(house, *paths, **more)
    assert roster_of(house.workflow, house.body) == before
    return {(one.code, one.key) for one in caught.value.findings}


def past(house: House, key: str) -> list[PastChange]:
    with house.database.reading() as connection:
        return history(connection, house.body, key)


def empty_town(house: House) -> str:
    """A town of which nothing but its existence is known."""
    body = f"leer-{new_id(house.wall.instant)}"
    with house.database.writing() as connection:
        row = connection.execute(select(_BODY).where(_BODY.c.key == house.body)).mappings().one()
        connection.execute(insert(_BODY).values(**{**row, "key": body, "functions": {}}))
    return body


# --- in ---


def test_the_same_import_twice_changes_nothing(town: House, tmp_path: Path) -> None:
    people = file(tmp_path, "p.csv", "key;name\nneu;Nina Neu\n")
    members = file(tmp_path, "m.csv", "person;organization;role;from\nneu;rat;Mitglied;2024-01-01\n")
    assert [one.action for one in bring_in(town, people, members).changes] == ["new", "new"]
    again = bring_in(town, people, members)
    assert (again.changes, again.unchanged) == ((), 2)
    assert len(past(town, "neu")) == 2


def test_reading_a_profile_again_changes_nothing(town: House) -> None:
    profile = load_profiles().get("kiel")
    import_profile(town.workflow, profile)
    town.body = "kiel"
    before = roster_of(town.workflow, "kiel"), len(past(town, "tovar"))
    import_profile(town.workflow, profile)
    assert (roster_of(town.workflow, "kiel"), len(past(town, "tovar"))) == before
    terms = town.workflow.directory.town("kiel").terms
    assert terms[0][:1] + terms[0][2:] == ("2018-2023", date(2018, 6, 1), date(2023, 5, 31))


def test_nothing_is_written_unless_all_is_clean(town: House, tmp_path: Path) -> None:
    good = file(tmp_path, "p.csv", "key;name\nneu;Nina Neu\n")
    bad = file(tmp_path, "m.csv", "person;organization;from\nneu;ratt;2024-01-01\nneu;rat;gestern\n")
    assert refused(town, good, bad) == {("org_organization", "organization"), ("org_day", "from")}


def test_a_day_that_cannot_be_read_has_no_mistakes_in_its_wake(town: House, tmp_path: Path) -> None:
    head = "person;organization;role;from;until\n"
    first, second = "schulz;rat;x;2020-01-01;{}\n", "schulz;rat;x;2022-06-01;\n"
    bring_in(town, file(tmp_path, "m.csv", head + first.format("2022-12-31")))
    unread = file(tmp_path, "n.csv", head + first.format("31.2.2022") + second)
    assert refused(town, unread) == {("org_day", "until")}
    whole = file(tmp_path, "w.csv", head + first.format("31.2.2022"))
    assert refused(town, whole, complete=True) == {("org_day", "until")}


def test_what_was_there_before_is_told_with_who_changed_it(town: House, tmp_path: Path) -> None:
    bring_in(town, file(tmp_path, "p.csv", "key;name;email\nschulz;Erik Schulz;e@x.example\n"), actor="randt")
    (change,) = [one for one in past(town, "schulz") if one.action == "changed"]
    assert (change.actor, change.source, change.at) == ("randt", "p.csv", town.wall.instant)
    assert change.before == {"name": "Erik O. Schulz", "email": "erik.schulz@hagen.example", "also_written": []}
    assert change.after == {"name": "Erik Schulz", "email": "e@x.example", "also_written": ["Erik O. Schulz"]}


def test_master_data_that_changed_after_they_were_shown_are_not_overwritten(town: House, tmp_path: Path) -> None:
    roster = read_rosters([file(tmp_path, "p.csv", "key;name\nschulz;Erik Schulz\n")], town.body)
    shown = prepare(town.workflow, town.body, roster).plan
    bring_in(town, file(tmp_path, "q.csv", "key;name\nschulz;E. Schulz\n"))
    with pytest.raises(ConflictError):
        carry_out(town.workflow, town.body, roster, shown=shown, actor=None)
    assert roster_of(town.workflow, town.body)["person"]["schulz"]["name"] == "E. Schulz"


def test_only_the_council_office_and_the_supervisor_change_master_data(town: House) -> None:
    for person in ("randt", "aufsicht"):
        require_right(town.workflow, town.body, town.actor(person))
    for person in ("severcan", "beispiel01"):
        with pytest.raises(ForbiddenError):
            require_right(town.workflow, town.body, town.actor(person))


def test_what_an_import_says_of_bodies_is_what_the_engine_knows(town: House, tmp_path: Path) -> None:
    table = (
        "key;name;type;from;until;seats;voting_seats;remit_roles;remit_kinds\n"
        "kultur;Kulturausschuss;Gremium;2024-01-01;2024-06-30;11;9;Vorberatung|kenntnisnahme;ANTRAG|antrag\n"
    )
    bring_in(
        town,
        file(tmp_path, "o.csv", table),
        file(tmp_path, "m.csv", "person;organization;until;voting;on_behalf_of\nsevercan;kultur;2024-06-30;nein;rat\n"),
    )
    seen = town.workflow.directory.town(town.body)
    body = seen.parties["kultur"]
    assert body.remit == (frozenset({"vorberatung", "kenntnisnahme"}), frozenset({"antrag"}))
    assert seen.votes_in("kultur", date(2024, 2, 1)) == 9
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 1))
    assert [body.exists_on(day) for day in days] == [False, True, True, False]
    assert "kultur" not in seen.voters


# --- ending ---


def test_an_organisation_with_open_cases_cannot_end(town: House, tmp_path: Path) -> None:
    case = town.at("in_bearbeitung")
    gone = file(tmp_path, "o.csv", "key;until\namt01;2023-12-31\n")
    roster = read_rosters([gone], town.body, kind="organization")
    with pytest.raises(AuthorError) as caught:
        prepare(town.workflow, town.body, roster)
    (finding,) = [one for one in caught.value.findings if one.code == "org_open_cases"]
    assert case in finding.text("de")
    later = file(tmp_path, "l.csv", "key;until\namt01;2024-12-31\n")
    notices = prepare(town.workflow, town.body, read_rosters([later], town.body, kind="organization")).notices
    assert [one.code for one in notices] == ["org_open_cases_soon"]


def test_an_office_that_ends_is_told_to_be_in_charge_of_what_lies_elsewhere_and_gets_nothing_more(
    town: House, tmp_path: Path
) -> None:
    said = {"aufgabe": "Satzung vorlegen", "zieltermin": "2024-06-28"}
    case = town.open("beschlusskontrolle", CLERK, amt="amt01", **said).case.id
    town.fire(case, "erledigung_melden", LEAD, umfang="ganz", bericht="Fertig.")
    weekly = town.open("amtsliste", CLERK, amt="amt01").case.id
    town.wait("2024-02-01", weekly)
    told = town.told(weekly)
    paths = (
        file(tmp_path, "m.csv", "person;organization;until\nbeispiel01;amt01;2024-01-31\n"),
        file(tmp_path, "o.csv", "key;name;type;until\namt01;Fachbereich;Verwaltungsbereich;2024-01-31\n"),
    )
    (notice,) = prepare(town.workflow, town.body, read_rosters(paths, town.body)).notices
    assert notice.code == "org_led_cases"
    assert all(one in notice.text("de") for one in (case, weekly))
    bring_in(town, *paths)
    town.wait("2024-03-01", weekly)
    assert (town.state(weekly), town.told(weekly)) == ("beendet", told)
    with pytest.raises(RefusedError, match=r"besteht am 01\.03\.2024 nicht"):
        town.fire(case, "zurueckgeben", grund="Der Beirat fehlt.")
    town.fire(case, "umverteilen", amt="amt41", grund="Amt 01 ist aufgelöst.")
    town.fire(case, "zurueckgeben", grund="Der Beirat fehlt.")
    assert town.workflow.case(case).case.owner == "amt41"
    with pytest.raises(RefusedError, match=r"besteht am 01\.03\.2024 nicht"):
        town.fire(case, "umverteilen", amt="amt01", grund="Doch.")


def ended_office(town: House, tmp_path: Path) -> None:
    """Amt 41 ends, and it is a week later; nobody belongs to it any more."""
    rows = "key;name;type;until\namt41;Kultur;Verwaltungsbereich;2024-01-31\n"
    members = file(tmp_path, "m.csv", "person;organization;until\nbeispiel41;amt41;2024-01-31\n")
    bring_in(town, file(tmp_path, "o.csv", rows), members)
    town.clock("2024-02-07")


def test_an_office_that_has_ended_gets_no_new_work(town: House, tmp_path: Path) -> None:
    inquiry, drafted, done = town.at("zugelassen"), town.at("mit_entwurf"), town.at("unterzeichnet")
    motion = town.open("antrag", **MOTION).case.id
    town.fire(motion, "zulassen")
    ended_office(town, tmp_path)
    ended = {"federfuehrung": "amt41"}
    proposal = {"betreff": "Satzung", "unterzeichner": "verwaltungsleitung"}

    def not_now(case: str, event: str, person: str = CLERK, **data: Any) -> None:
        with pytest.raises(RefusedError, match=r"„Kultur“ besteht am 07\.02\.2024 nicht \(von … bis 31\.01\.2024\)"):
            town.fire(case, event, person, **data)

    not_now(inquiry, "zuweisen", **ended)
    not_now(motion, "stellungnahme_anfordern", **ended)
    not_now(drafted, "in_mitzeichnung_geben", LEAD, mitzeichnungen=[{"amt": "amt48"}, {"amt": "amt41"}])
    not_now(done, "papiere_verfuegen", ausfertigungen=[{"amt": "amt41"}])
    for said in ({**proposal, **ended}, {**proposal, "federfuehrung": "amt01", "unterzeichner": "amt41"}):
        with pytest.raises(RefusedError, match=r"„Kultur“ besteht am 07\.02\.2024 nicht"):
            town.open("beschlussvorlage", **said)
    town.fire(inquiry, "zuweisen", federfuehrung="amt01", beteiligt=["amt41"])  # that only names it


def test_what_comes_to_an_office_that_has_ended_lies_with_the_council_office(town: House, tmp_path: Path) -> None:
    said = {"zusage": "Bericht im Sommer", "federfuehrung": "amt41", "fragesteller": ASKER}
    promise = town.open("zusage", **said, kontrolle="2024-03-15").case.id
    task = town.open("beschlusskontrolle", amt="amt41", aufgabe="Satzung", zieltermin="2024-12-30").case.id
    inquiry = town.at("in_mitzeichnung")
    ended_office(town, tmp_path)
    office = town.workflow.directory.town(town.body).functions["geschaeftsstelle"]
    town.wait("2024-03-14", promise)
    (report,) = town.children(promise, "mitteilung")
    assert {town.workflow.case(one).case.owner for one in (promise, report.id)} == {office}
    assert {who for one in (promise, report.id) for who, _ in town.told(one)} == {office}
    town.fire(report.id, "entwurf_ablegen", CLERK, entwurf=DRAFT)
    (asked,) = [one for one in town.children(inquiry, "mitzeichnung") if one.facts["amt"] == "amt41"]
    with pytest.raises(RefusedError, match="Rolle"):  # nobody signs in its place
        town.fire(asked.id, "mitzeichnen")
    town.fire(asked.id, "ueberspringen", grund="Amt 41 gibt es nicht mehr.")
    town.wait("2024-04-30", task)  # it is only reminded of its report
    assert town.workflow.case(task).case.owner == office
    assert {who for who, template in town.told(task) if template != "beschlussauftrag"} == {office}


def test_open_cases_with_an_office_that_has_ended_are_named(town: House, tmp_path: Path) -> None:
    said = {"aufgabe": "Satzung vorlegen", "zieltermin": "2024-06-28", "amt": "amt41"}
    lying, reported = (town.open("beschlusskontrolle", CLERK, **said).case.id for _ in range(2))
    town.fire(reported, "erledigung_melden", COSIGNERS["amt41"], umfang="ganz", bericht="Fertig.")
    town.at("in_bearbeitung")

    def named() -> list[tuple[str, bool]]:
        state, today = roster_of(town.workflow, town.body), town.workflow.today(town.body)
        with town.database.reading() as connection:
            found = left_with_ended(connection, town.body, state, today)
            return [(one.code, (reported if "led" in one.code else lying) in one.text("de")) for one in found]

    assert named() == []
    ended_office(town, tmp_path)
    assert named() == [("org_led_with_ended", True), ("org_lies_with_ended", True)]
    for case in (lying, reported):
        town.fire(case, "umverteilen", amt="amt48", grund="Amt 41 ist aufgelöst.")
    assert named() == []


def test_a_body_of_the_council_cannot_end_before_its_last_session(town: House, tmp_path: Path) -> None:
    town.open("sitzung", CLERK, gremium="integrationsrat", tag="2024-03-05")
    held = town.open("sitzung", CLERK, gremium="integrationsrat", tag="2024-01-09").case.id
    town.ask(nummer="0007/2024", gremium="integrationsrat")

    def told(until: str) -> list[tuple[str, str]]:
        row = file(tmp_path, "o.csv", f"key;until\nintegrationsrat;{until}\n")
        try:
            found = prepare(town.workflow, town.body, read_rosters([row], town.body, kind="organization")).notices
        except AuthorError as error:
            found = tuple(error.findings)
        return [(one.code, one.text("de")) for one in found if one.code.startswith(("org_s", "org_m", "org_o"))]

    (left,) = told("2023-12-31")
    assert (left[0], "Anzahl 2 (09.01.2024, 05.03.2024)" in left[1]) == ("org_sessions_left", True)
    soon, meant = told("2024-02-01")
    assert (soon[0], "Anzahl 1 " in soon[1], held in soon[1]) == ("org_sessions_left_soon", True, False)
    assert (meant[0], "0007/2024" in meant[1]) == ("org_meant_cases", True)
    assert [code for code, _ in told("2024-12-31")] == ["org_meant_cases"]


def test_memberships_that_ended_with_their_body_follow_when_its_end_is_corrected(town: House, tmp_path: Path) -> None:
    def body(until: str) -> Path:
        return file(tmp_path, "o.csv", f"key;name;type;until\nkultur;Kulturausschuss;Gremium;{until}\n")

    def ends() -> dict[str, date | None]:
        rows = roster_of(town.workflow, town.body)["membership"].values()
        return {row["person"]: row["until"] for row in rows if row["organization"] == "kultur"}

    members = "person;organization;until\nsevercan;kultur;\nschulz;kultur;2027-04-01\nrandt;kultur;2026-12-31\n"
    bring_in(town, body(""), file(tmp_path, "m.csv", members))
    first, own, earlier = date(2027, 4, 1), {"schulz": date(2027, 4, 1)}, {"randt": date(2026, 12, 31)}
    bring_in(town, body("2027-04-01"))
    assert ends() == {"severcan": first, **own, **earlier}
    (notice,) = prepare(town.workflow, town.body, read_rosters([body("2027-05-20")], town.body)).notices
    assert (notice.code, "(schulz)" in notice.text("de")) == ("org_members_end", True)
    longer = bring_in(town, body("2027-05-20"))
    assert [(one.kind, one.action) for one in longer.changes] == [
        ("organization", "changed"),
        ("membership", "changed"),
    ]
    assert ends() == {"severcan": date(2027, 5, 20), **own, **earlier}
    bring_in(town, body("2027-04-15"))
    bring_in(town, body(""))
    assert ends() == {"severcan": None, **own, **earlier}


def test_a_whole_list_of_members_ends_those_who_are_missing(town: House, tmp_path: Path) -> None:
    staying = {
        "randt": "gs-integrationsrat",
        "vertretung": "gs-integrationsrat",
        "schulz": "ob",
        "aufsicht": "verfahrensaufsicht",
        "leitung": "verwaltungsleitung",
    }
    rows_of_file = "".join(f"{person};{organization}\n" for person, organization in staying.items())
    whole = file(tmp_path, "m.csv", "person;organization\n" + rows_of_file)
    plan = bring_in(town, whole, complete=True)
    assert {one.action for one in plan.changes} == {"ended"}
    rows = roster_of(town.workflow, town.body)["membership"].values()
    assert {row["person"] for row in rows if row["until"] is None} == staying.keys()
    assert len(rows) == 10


def test_a_membership_that_never_begins_is_kept_in_the_history(town: House, tmp_path: Path) -> None:
    bring_in(town, file(tmp_path, "m.csv", "person;organization;from\nschulz;integrationsrat;2024-06-01\n"))
    import_profile_again(town)
    (change,) = [one for one in past(town, "integrationsrat") if one.action == "withdrawn"]
    assert change.before is not None
    assert (change.person_key, change.before["from"]) == ("schulz", "2024-06-01")


def import_profile_again(house: House) -> None:
    house.found_town(house.body)


# --- out and in again ---


def test_the_export_of_what_was_imported_is_what_was_exported(town: House, tmp_path: Path) -> None:
    members = "person;organization;from;until\nsevercan;rat;2014-06-01;2020-10-31\nsevercan;rat;2020-11-01;\n"
    bring_in(town, file(tmp_path, "m.csv", members))
    assert_round_trip(town, roster_of(town.workflow, town.body), tmp_path)


_WORDS = st.text(st.characters(blacklist_categories=("C", "Z"), blacklist_characters="|"), min_size=1, max_size=8)
_DAYS = st.none() | st.dates(date(2000, 1, 1), date(2020, 1, 1))


@given(st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_roster_comes_back_exactly(house: House, tmp_path: Path, data: st.DataObject) -> None:
    house.body = "hagen"
    house.body = empty_town(house)
    document = data.draw(rosters(house.body))
    path = file(tmp_path, "a.json", document)
    bring_in(house, path)
    assert_round_trip(house, roster_of(house.workflow, house.body), tmp_path)


@st.composite
def rosters(draw: st.DrawFn, body: str) -> str:
    """A document with bodies, factions, persons and memberships in all their fields."""
    word = _WORDS.map(lambda text: unicodedata.normalize("NFC", text))
    maybe = st.none() | word
    organizations = [
        {
            "key": key,
            "name": draw(word),
            "short_name": draw(maybe),
            "type": draw(st.sampled_from(["Gremium", "Fraktion"])),
            "parent": above,
            "until": draw(st.none() | st.just("2030-01-01")),
            "seats": draw(st.none() | st.integers(1, 99)),
            "remit_roles": draw(st.none() | st.just(["vorberatung", "entscheidung"])),
        }
        for key, above in (("rat", None), ("kultur", "rat"), ("fraktion", "rat"))
    ]
    persons = [
        {"key": key, "name": draw(word), "also_written": draw(st.lists(word, max_size=2)), "lang": "en"}
        for key in ("anna", "bert")
    ]
    memberships = []
    for person in ("anna", "bert"):
        for place in ("rat", "kultur"):
            start = draw(_DAYS)
            memberships.append(
                {
                    "person": person,
                    "organization": place,
                    "role": draw(maybe),
                    "from": start.isoformat() if start else None,
                    "until": draw(st.sampled_from(["2020-01-01", "2029-12-31"])),
                    "voting": draw(st.booleans()),
                    "on_behalf_of": draw(st.none() | st.just("fraktion")),
                }
            )
    lists = {"organizations": organizations, "persons": persons, "memberships": memberships}
    return json.dumps({"format": "vorgang-org/1", "body": body, **lists})


def assert_round_trip(house: House, state: State, folder: Path) -> None:
    """Out as JSON and as CSV, into an empty town, and out once more."""
    origin = house.body
    document = as_json(origin, state)
    tables = as_tables(state)
    for form in ("json", "csv"):
        house.body = empty_town(house)
        # Ids are unique in a database, and both towns are in one.
        fresh = {id: new_id(house.wall.instant) for id in state["membership"]}
        paths = []
        for name, content in {"a.json": document}.items() if form == "json" else tables.items():
            text = content.decode("utf-8-sig").replace(f'"body": "{origin}"', f'"body": "{house.body}"')
            for id, other in fresh.items():
                text = text.replace(id, other)
            paths.append(file(folder, name, text))
        bring_in(house, *paths)
        back = as_json(origin, roster_of(house.workflow, house.body)).decode()
        for id, other in fresh.items():
            back = back.replace(other, id)
        assert back == document.decode()
    house.body = origin


# --- the history cannot be changed ---


def test_the_history_of_master_data_stays(town: House) -> None:
    mine, erased = _CHANGE.c.body == town.body, dict.fromkeys(("actor", "before", "after"))
    gone = literal("entfernt:").concat(cast(_CHANGE.c.id, String))
    for statement in (
        delete(_CHANGE).where(mine),
        update(_CHANGE).where(mine).values(actor="jemand"),
        update(_CHANGE).where(mine).values(before=None, after={"name": "anders"}),
        update(_CHANGE).where(mine).values(**erased, source="anders"),
        update(_CHANGE).where(mine, _CHANGE.c.kind == "person").values(**erased, key="anders"),
        update(_CHANGE).where(mine, _CHANGE.c.kind == "organization").values(**erased, key=gone),
    ):
        with pytest.raises(StoreError), town.database.writing() as connection:
            connection.execute(statement)
    with town.database.writing() as connection:
        connection.execute(update(_CHANGE).where(mine).values(**erased))
    assert {one.after for one in past(town, "schulz") if one.after is not None} == set()
    assert len(past(town, "schulz")) == 3
