"""Sessions of bodies, and what becomes of the consultations that stand before them; on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from tests.helpers.house import ASKER, CLERK, MOTION, House, refused
from vorgang.config.errors import RefusedError
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import Membership, Person
from vorgang.notifications.composer import Composer, Style
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.mail import Letter
from vorgang.notifications.preview import Wanted, message_of_case
from vorgang.notifications.templates import Templates
from vorgang.states.records import Organization
from vorgang.states.tables import table_of
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.papers import sources_of
from vorgang.workflow.sessions import agenda, invite, session_row
from vorgang.workflow.workflow import Workflow

BODY, OFFICE = "integrationsrat", "gs-integrationsrat"
FIRST, SECOND, THIRD = "2024-03-05", "2024-04-16", "2024-06-04"
AGENDA = [
    {"nummer": "Ö 1", "titel": "Feststellung der Tagesordnung"},
    {"nummer": "N 1", "titel": "Grundstückssache", "nichtoeffentlich": True},
]


@pytest.fixture
def town(house: House) -> House:
    """The house in a town of its own: nobody else has sessions there."""
    house.body = house.found_town()
    return house


def session(house: House, day: str = FIRST, body: str = BODY, **more: Any) -> str:
    """A session of the Integrationsrat; its id."""
    return house.open("sitzung", CLERK, **{"gremium": body, "tag": day, **more}).case.id


def invited(house: House, day: str = FIRST, **more: Any) -> str:
    """A session to which the members are invited."""
    case = session(house, day, **more)
    house.fire(case, "tagesordnung_aufstellen", tagesordnung=AGENDA)
    house.fire(case, "einladen")
    return case


def stop_at(house: House, day: str = FIRST, role: str = "kenntnisnahme") -> str:
    """A consultation of an answered Anfrage on that day; its id."""
    case = house.at("beantwortet", gremium=BODY)
    house.fire(case, "auf_tagesordnung_setzen", beratungsfolge=[{"gremium": BODY, "sitzung": day, "rolle": role}])
    (stop,) = house.children(case, "beratung")
    return stop.id


def day_of(house: House, stop: str) -> str:
    """The day of the session before which a consultation stands."""
    return next(day.isoformat() for name, status, day in house.clocks(stop) if (name, status) == ("sitzung", "running"))


def reasons(house: House, lifecycle: str, **data: Any) -> list[str]:
    """Why a case cannot be opened."""
    with pytest.raises(RefusedError) as caught:
        house.open(lifecycle, CLERK, **data)
    return [reason.code for reason in caught.value.refusal.reasons]


# --- the way of a session ---


def test_a_session_is_planned_invited_held_and_closed_with_its_minutes(town: House) -> None:
    case = session(town, beginn="16:00", ende="18:30", ort="Ratssaal")
    due = {name: day.isoformat() for name, _, day in town.clocks(case)}
    assert due == {"tagesordnungsschluss": "2024-02-20", "einladung": "2024-02-27", "sitzungstag": FIRST}
    assert refused(town, case, "einladen") == "guards_fail"  # nobody is invited to nothing
    town.fire(case, "tagesordnung_aufstellen", tagesordnung=AGENDA)
    town.fire(case, "einladen")
    assert town.told(case) == [("severcan", "einladung")]  # the members, not the body
    assert refused(town, case, "durchfuehren") == "guards_fail"  # not before its day
    town.clock(FIRST)
    town.fire(case, "durchfuehren", anwesend=1)
    assert town.workflow.case(case).case.due_on.isoformat() == "2024-05-06"  # type: ignore[union-attr]  # it is open
    assert refused(town, case, "niederschrift_genehmigen") == "guards_fail"
    town.fire(case, "niederschrift_ablegen", niederschrift=town.text_draft("Niederschrift")["entwurf"])
    town.fire(case, "niederschrift_genehmigen")
    assert town.state(case) == "abgeschlossen"


def test_only_who_runs_sessions_schedules_them(town: House) -> None:
    with pytest.raises(RefusedError) as caught:
        town.open("sitzung", "beispiel01", gremium=BODY, tag=FIRST)
    assert caught.value.code == "role_missing"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"tag": "2024-01-05"}, "day_in_the_past"),
        ({"tag": FIRST, "beginn": "25:00"}, "clock_time_wrong"),
        ({"tag": FIRST, "beginn": "18:00", "ende": "16:00"}, "time_not_later"),
    ],
)
def test_a_session_that_cannot_be_is_refused_with_its_reason(town: House, data: dict[str, str], reason: str) -> None:
    assert reasons(town, "sitzung", gremium=BODY, **data) == [reason]


def test_a_body_sits_once_a_day(town: House) -> None:
    session(town)
    assert reasons(town, "sitzung", gremium=BODY, tag=FIRST) == ["session_twice"]
    session(town, SECOND)


def test_a_room_is_given_away_once_at_a_time(town: House) -> None:
    session(town, beginn="16:00", ende="18:00", ort="Ratssaal")
    other = {"gremium": "rat", "tag": FIRST, "ort": " ratssaal "}
    assert reasons(town, "sitzung", **other, beginn="17:30") == ["room_taken"]
    assert town.open("sitzung", CLERK, **other, beginn="18:00").target == "geplant"


@pytest.fixture
def elsewhere(town: House) -> Iterator[House]:
    """The same house in another process, which has read what sessions there are."""
    other = copy(town)
    other.workflow = Workflow.open(town.url, town.setup)
    other.workflow.directory.town(town.body)
    yield other
    other.workflow.close()


def test_a_room_given_away_in_another_process_is_taken_here(town: House, elsewhere: House) -> None:
    session(town, beginn="16:00", ende="18:00", ort="Ratssaal")
    assert reasons(elsewhere, "sitzung", gremium="rat", tag=FIRST, ort="Ratssaal", beginn="17:00") == ["room_taken"]
    assert reasons(elsewhere, "sitzung", gremium=BODY, tag=FIRST) == ["session_twice"]


def test_nothing_comes_to_a_session_that_another_process_has_called_off(town: House, elsewhere: House) -> None:
    case, gone, stop = session(town), session(town, SECOND), stop_at(town)
    session(town, THIRD)
    elsewhere.workflow.directory.forget()
    elsewhere.workflow.directory.town(town.body)
    town.fire(gone, "absagen", grund="kein Stoff")
    elsewhere.fire(case, "absagen", grund="kein Stoff")
    assert day_of(town, stop) == THIRD


def test_two_processes_at_the_same_moment_give_a_room_away_once(town: House, elsewhere: House) -> None:
    def book(where: tuple[House, str]) -> bool:
        try:
            session(where[0], body=where[1], ort="Ratssaal")
        except RefusedError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(book, [(town, BODY), (elsewhere, "rat")])) == [False, True]


def test_a_cancelled_session_leaves_its_day_and_room_free(town: House) -> None:
    town.fire(session(town, ort="Ratssaal"), "absagen", grund="kein Stoff")
    assert session(town, ort="Ratssaal")


def test_a_session_can_keep_its_day_and_change_its_room(town: House) -> None:
    case, stop = invited(town, ort="Ratssaal"), stop_at(town)
    asked = {"gremium": BODY, "sitzung": FIRST, "fragesteller": "severcan", "betreff": "Spielplatz", "frage": "Wann?"}
    questions = [town.open(kind, CLERK, **asked).case.id for kind in ("muendliche_frage", "einwohnerfrage")]
    before = [town.told(one) for one in (stop, *questions)]
    town.fire(case, "verlegen", tag=FIRST, ort="Saal 2", grund="Umbau")
    assert town.told(case)[-1] == ("severcan", "sitzung_verlegt")
    assert [town.told(one) for one in (stop, *questions)] == before  # their day is the same


@pytest.mark.parametrize("event", ["absagen", "ausfallen"])
def test_who_was_invited_hears_that_the_session_does_not_take_place(town: House, event: str) -> None:
    case, uninvited = invited(town), session(town, body="rat")
    town.clock(FIRST)
    for one in (case, uninvited):
        town.fire(one, event, grund="beschlussunfähig")
    (message,) = [one for one in town.messages(case) if one["template"] == "sitzung_entfaellt"]
    assert (message["recipient"], message["attach"]) == ("severcan", "sitzungstermin")
    assert town.told(uninvited) == []


def test_the_mail_about_a_cancelled_session_names_the_next_one_if_there_is_one(town: House) -> None:
    cases = [invited(town), invited(town, SECOND)]
    for case, later in zip(cases, (["Dienstag, 16.04.2024."], []), strict=True):
        town.fire(case, "absagen", grund="Sturm")
        text = written(town, case, "sitzung_entfaellt", "severcan").words.text
        assert [line.rpartition(" nächste Sitzung am ")[2] for line in text.splitlines() if "nächste" in line] == later


def test_members_of_a_session_are_those_of_its_day(town: House) -> None:
    with_members(town, alt=(None, date(2024, 2, 29)), neu=(date(2024, 3, 1), None))
    case = invited(town)  # in January
    assert town.told(case) == [("neu", "einladung"), ("severcan", "einladung")]
    assert attends(town, case, "neu")


def test_who_has_left_since_the_invitation_hears_of_the_cancellation_and_who_has_come_is_invited(town: House) -> None:
    with_members(town, alt=(None, None))
    case = invited(town)
    with_members(town, alt=(None, date(2024, 1, 20)), neu=(date(2024, 1, 21), None))
    with_members(town, alt=(None, date(2024, 1, 20)), neu=(date(2024, 1, 21), None))
    both = [("alt", "einladung"), ("severcan", "einladung")]
    assert town.told(case) == [*both, ("neu", "einladung")]
    with pytest.raises(RefusedError, match="schon eingeladen"):
        invite(town.workflow, session_row(town.workflow, case), town.actor(CLERK))
    town.clock("2024-02-01")
    town.workflow.directory.forget()
    assert not attends(town, case, "alt")  # to be told of it is no right to read
    town.fire(case, "nachladen", tagesordnung=[*AGENDA, {"nummer": "Ö 2", "titel": "Nachtrag"}])
    town.fire(case, "absagen", grund="Sturm")
    assert town.told(case)[3:] == [
        *[(one, "tagesordnung_geaendert") for one in ("neu", "severcan")],
        *[(one, "sitzung_entfaellt") for one in ("alt", "severcan", "neu")],
    ]


def test_who_is_no_member_on_the_new_day_of_a_session_gets_its_entry_taken_back(town: House) -> None:
    with_members(town, alt=(None, date(2024, 4, 1)), neu=(date(2024, 4, 1), None))
    case = invited(town)
    town.fire(case, "verlegen", tag=SECOND, grund="Saal belegt")
    assert town.told(case)[2:] == [
        ("severcan", "sitzung_verlegt"),
        ("neu", "sitzung_verlegt"),
        ("alt", "nicht_mehr_eingeladen"),
    ]
    assert b"METHOD:CANCEL" in mailed(town, case, "nicht_mehr_eingeladen", "alt")
    assert b"METHOD:REQUEST" in mailed(town, case, "sitzung_verlegt", "neu")
    town.fire(case, "absagen", grund="Sturm")
    assert town.told(case)[5:] == [(one, "sitzung_entfaellt") for one in ("severcan", "neu")]


def mailed(house: House, case: str, template: str, to: str) -> bytes:
    """The entry for the calendar that goes with a mail about a session."""
    files = written(house, case, template, to).attachments
    return next(one.content for one in files if one.name.endswith(".ics"))


def written(house: House, case: str, template: str, to: str) -> Letter:
    """A mail about a session as it would go out."""
    summary, style = house.workflow.case(case).case, Style("https://vorgang.example", Templates(()), Drafts(()), None)
    scene = house.workflow.library.newest[summary.lifecycle], house.workflow.directory.town(summary.body)
    with house.database.reading() as connection:
        message = message_of_case(connection, summary, scene, Wanted(template, to, house.wall.now()))
    return Composer(sources_of(house.workflow), style).preview(message)


def attends(house: House, case: str, person: str) -> bool:
    """Whether the person sees the part of the agenda that is not public."""
    view = agenda(house.workflow, session_row(house.workflow, case), house.workflow.reader(house.body, person))
    return not view.hidden


def with_members(house: House, **periods: tuple[date | None, date | None]) -> None:
    """The Integrationsrat has these members besides, from the first day to the last."""
    profile = replace(load_profiles().get("hagen"), key=house.body)
    persons = tuple(
        Person(
            key=key,
            name=key,
            email=f"{key}@x.example",
            memberships=(Membership(organization=BODY, start=start, end=end),),
        )
        for key, (start, end) in periods.items()
    )
    import_profile(house.workflow, replace(profile, persons=(*profile.persons, *persons)))


def test_a_session_is_not_moved_into_the_past(town: House) -> None:
    case = session(town)
    assert refused(town, case, "verlegen", tag="2023-12-01") == "guards_fail"


def test_a_body_that_has_ended_has_no_sessions(house: House) -> None:
    house.body = house.found_town()
    with_body(house, end_date=date(2024, 2, 29))
    with pytest.raises(RefusedError) as caught:
        session(house)
    (reason,) = caught.value.refusal.reasons
    assert (reason.code, reason.params["end"]) == ("body_not_then", date(2024, 2, 29))
    assert "None" not in reason.text("de")


def test_a_body_that_has_ended_neither_invites_nor_decides_and_what_is_left_can_be_ended(town: House) -> None:
    first, second, third = session(town), invited(town, SECOND), session(town, THIRD)
    town.fire(third, "tagesordnung_aufstellen", tagesordnung=AGENDA)
    noted, decided = stop_at(town), stop_at(town, SECOND, "entscheidung")
    with_body(town, end_date=date(2024, 3, 10))
    town.clock("2024-03-12")
    town.fire(noted, "zur_kenntnis_nehmen")  # it existed on the day of the session
    town.fire(first, "durchfuehren", anwesend=1)
    more = {"tagesordnung": [*AGENDA, {"nummer": "Ö 2", "titel": "Bericht"}]}
    assert unable(town, third, "einladen") == unable(town, second, "nachladen", **more) == ["body_not_then"]
    town.clock(SECOND)
    for event in ("beschliessen", "ablehnen"):
        assert "body_not_then" in unable(town, decided, event)
    assert unable(town, second, "durchfuehren") == ["body_not_then"]
    town.fire(second, "ausfallen", grund="aufgelöst")
    town.fire(third, "absagen", grund="aufgelöst")
    town.fire(decided, "erledigen")
    assert [town.state(one) for one in (second, third, decided)] == ["ausgefallen", "abgesagt", "erledigt"]


def unable(house: House, case: str, event: str, **data: Any) -> list[str]:
    """Why the event cannot happen."""
    with pytest.raises(RefusedError) as caught:
        house.fire(case, event, **data)
    return [reason.code for reason in caught.value.refusal.reasons]


# --- urgency ---


def urgent(house: House, case: str, yes: int, no: int) -> Any:
    return house.fire(
        case, "dringlich_aufnehmen", nummer="Ö 2", titel="Eilsache", dringlich_weil="Frist", ja=yes, nein=no
    )


def test_an_urgent_item_comes_on_the_agenda_with_the_majority_of_the_rules(house: House) -> None:
    house.body = house.found_town(rules="kiel", land="SH", sits=["beispiel01", "beispiel41", "beispiel48"])
    case = invited(house)
    house.clock(FIRST)  # nobody votes before the session
    with pytest.raises(RefusedError) as caught:
        urgent(house, case, 4, 0)  # nobody knows whether all members are entered
    assert [reason.code for reason in caught.value.refusal.reasons] == ["seats_unknown"]
    with_seats(house, 9)
    with pytest.raises(RefusedError) as caught:
        urgent(house, case, 5, 0)
    (reason,) = caught.value.refusal.reasons
    assert (reason.code, reason.params["whole"], reason.params["share"]) == ("majority_missed", 9, "2/3")
    urgent(house, case, 6, 0)
    assert [row["nummer"] for row in house.workflow.case(case).case.facts["tagesordnung"]] == ["Ö 1", "N 1", "Ö 2"]


def test_nobody_votes_twice(house: House) -> None:
    house.body = house.found_town()
    with_seats(house, 9)
    case = invited(house)
    house.clock(FIRST)
    with pytest.raises(RefusedError) as caught:
        urgent(house, case, 9, 1)
    assert [reason.code for reason in caught.value.refusal.reasons] == ["votes_too_many"]
    with pytest.raises(RefusedError, match="10 Anwesende sind mehr, als"):
        house.fire(case, "durchfuehren", anwesend=10)


def with_seats(house: House, seats: int) -> None:
    """The Integrationsrat has so many members by statute."""
    with_body(house, voting_member_count=seats)


def with_body(house: House, **values: Any) -> None:
    """What is known of the Integrationsrat is this besides."""
    table = table_of(Organization)
    with house.database.writing() as connection:
        connection.execute(update(table).where(table.c.body == house.body, table.c.key == BODY).values(**values))
    house.workflow.directory.forget()


# --- what stands before a session ---


@pytest.mark.parametrize("kind", ["Fraktion", "Partei", "Institution"])
def test_only_a_body_of_the_council_deals_with_papers_in_sessions(town: House, kind: str) -> None:
    paper, stop = town.at("beantwortet"), {"gremium": BODY, "sitzung": FIRST, "rolle": "kenntnisnahme"}
    with_body(town, organization_type=kind)
    with pytest.raises(RefusedError, match="Integrationsrat der Stadt Hagen“ ist kein Gremium"):
        town.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=[stop])
    with pytest.raises(RefusedError, match="Integrationsrat der Stadt Hagen“ ist kein Gremium"):
        session(town)
    with_body(town, organization_type="externes Gremium", classification="Arbeitsgruppe")
    session(town)
    town.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=[stop])


def test_a_session_that_moves_takes_its_consultations_along(town: House) -> None:
    case, stop = session(town), stop_at(town)
    elsewhere = stop_at(town, SECOND)
    town.fire(case, "verlegen", tag="2024-03-12", grund="Saal belegt")
    assert [day_of(town, one) for one in (stop, elsewhere)] == ["2024-03-12", SECOND]
    assert ("severcan", "vertagt") in town.told(stop)
    assert town.told(elsewhere) == []


@pytest.mark.parametrize("event", ["absagen", "ausfallen"])
def test_what_stood_before_a_session_that_falls_away_comes_to_the_next(town: House, event: str) -> None:
    case, later, stop = session(town), session(town, SECOND), stop_at(town)
    if event == "ausfallen":
        town.clock(FIRST)
    town.fire(case, event, grund="beschlussunfähig")
    assert (town.state(stop), day_of(town, stop)) == ("geplant", SECOND)
    assert town.workflow.case(stop).case.facts["behandlungen"] == [
        {"ergebnis": "sitzung_entfallen", "sitzung": FIRST, "grund": "beschlussunfähig"}
    ]
    assert [to for to, template in town.told(stop) if template == "vertagt"] == ["severcan", "amt01"]
    assert town.state(later) == "geplant"
    assert [name for name, status, _ in town.clocks(stop) if status == "running"] == ["sitzung"]


@pytest.mark.parametrize(("role", "event"), [("kenntnisnahme", "zur_kenntnis_nehmen"), ("vorberatung", "empfehlen")])
def test_a_session_with_results_has_taken_place(town: House, role: str, event: str) -> None:
    case, stop = invited(town), stop_at(town, role=role)
    session(town, SECOND)
    withdrawn = stop_at(town)
    town.fire(withdrawn, "zurueckziehen")  # no result of the session
    town.clock(FIRST)
    town.fire(case, "verlegen", tag=FIRST, ort="Saal 2")
    town.fire(stop, event)
    for change, data in (("verlegen", {"tag": THIRD}), ("absagen", {"grund": "so"}), ("ausfallen", {"grund": "so"})):
        with pytest.raises(RefusedError, match="session held") as caught:
            town.fire(case, change, **data)
        assert [reason.code for reason in caught.value.refusal.reasons] == ["results_entered"]
    town.fire(case, "durchfuehren")


@pytest.mark.parametrize("event", ["annehmen", "ablehnen"])
def test_a_session_in_which_an_amendment_was_decided_has_taken_place(town: House, event: str) -> None:
    case = invited(town)
    motion = town.open("antrag", CLERK, **MOTION).case.id
    town.fire(motion, "zulassen")
    stops = [{"gremium": BODY, "sitzung": FIRST, "rolle": "entscheidung"}]
    town.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=stops)
    moved = {"betreff": "Beirat", "fragesteller": ASKER, "wortlaut": "Ein Beirat wird eingerichtet."}
    town.fire(motion, "aenderungsantrag_einbringen", aenderungsantrag=moved)
    (amendment,) = town.children(motion, "aenderungsantrag")
    town.clock(FIRST)
    town.fire(amendment.id, event, gremium=BODY, sitzung=FIRST)
    for change, data in (("verlegen", {"tag": THIRD}), ("absagen", {"grund": "so"})):
        with pytest.raises(RefusedError) as caught:
            town.fire(case, change, **data)
        assert [reason.code for reason in caught.value.refusal.reasons] == ["results_entered"]


def test_a_session_whose_day_is_over_is_not_moved_and_nobody_is_invited_to_it(town: House) -> None:
    case, planned = invited(town), session(town, "2024-03-04")
    town.fire(planned, "tagesordnung_aufstellen", tagesordnung=AGENDA)
    town.clock("2024-03-06")
    more = {"tagesordnung": [*AGENDA, {"nummer": "Ö 2", "titel": "Nachtrag"}]}
    said = {"abgekuerzt_weil": "eilig"}
    for one, event, data in (
        (case, "verlegen", {"tag": SECOND}),
        (planned, "einladen", said),
        (case, "nachladen", said | more),
    ):
        with pytest.raises(RefusedError) as caught:
            town.fire(one, event, **data)
        assert [reason.code for reason in caught.value.refusal.reasons] == ["session_over"]
    town.fire(case, "absagen", grund="niemand kam")


def test_without_a_next_session_the_council_office_must_schedule_it_anew(town: House) -> None:
    case, stop = session(town), stop_at(town)
    town.fire(case, "absagen", grund="kein Stoff")
    view = town.workflow.case(stop)
    assert (view.case.state, view.case.owner) == ("abgesetzt", "gs-integrationsrat")
    assert ("neuansetzung", "running") in [(name, status) for name, status, _ in town.clocks(stop)]
    told = [(OFFICE, "neu_anzusetzen"), *((one, "beratungsstand") for one in (ASKER, "amt01"))]
    assert town.told(stop) == told
    town.fire(stop, "neu_ansetzen", sitzung=SECOND)
    assert day_of(town, stop) == SECOND
    assert town.told(stop) == [*told, *((one, "vertagt") for one in (ASKER, "amt01"))]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("absetzen", {"grund": "Beratungsbedarf"}),
        ("verweisen", {"verweisung": {"gremium": "rat", "sitzung": SECOND, "rolle": "kenntnisnahme"}}),
        ("zurueckziehen", {"grund": "überholt"}),
        ("erledigen", {"grund": "überholt"}),
    ],
)
def test_whoever_asked_and_leads_hears_what_becomes_of_a_stop(town: House, event: str, said: dict[str, Any]) -> None:
    stop = stop_at(town)
    town.fire(stop, event, **said)
    assert town.told(stop) == [(ASKER, "beratungsstand"), ("amt01", "beratungsstand")]


def test_a_stop_that_goes_with_its_paper_tells_nothing_of_its_own(town: House) -> None:
    paper = town.open("antrag", CLERK, **MOTION).case.id
    town.fire(paper, "zulassen")
    stops = [{"gremium": BODY, "sitzung": FIRST, "rolle": "entscheidung"}]
    town.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=stops)
    (stop,) = town.children(paper, "beratung")
    town.fire(paper, "zurueckziehen")
    assert (town.state(stop.id), town.told(stop.id)) == ("zurueckgezogen", [])


def test_postponed_without_a_day_means_the_next_session(town: House) -> None:
    stop = stop_at(town)
    assert refused(town, stop, "vertagen", grund="Beratungsbedarf") == "guards_fail"
    for day in (FIRST, SECOND, THIRD):
        session(town, day)
    town.fire(stop, "vertagen", grund="Beratungsbedarf")
    assert day_of(town, stop) == SECOND
    town.fire(stop, "vertagen", grund="noch einmal")
    assert day_of(town, stop) == THIRD
    assert [row["sitzung"] for row in town.workflow.case(stop).case.facts["behandlungen"]] == [FIRST, SECOND]


def test_nothing_goes_on_to_a_session_after_the_end_of_its_body(town: House) -> None:
    case, put_off, left, overdue = invited(town), stop_at(town), stop_at(town), town.at("in_bearbeitung", gremium=BODY)
    session(town, SECOND)
    asks = {"gremium": BODY, "sitzung": FIRST, "fragesteller": ASKER, "betreff": "Spielplatz", "frage": "Wann?"}
    question = town.open("muendliche_frage", CLERK, **asks).case.id
    with_body(town, end_date=date(2024, 3, 10))
    assert unable(town, put_off, "vertagen") == unable(town, question, "uebertragen") == ["no_next_session"]
    assert unable(town, question, "neu_ansetzen", sitzung=SECOND) == ["body_not_then"]
    town.wait("2024-04-12", left, question)
    assert [town.state(one) for one in (left, question)] == ["abgesetzt", "ohne_sitzung"]
    assert [who for who, template in town.told(left) if template == "neu_anzusetzen"] == [OFFICE]
    assert unable(town, overdue, "auf_naechste_tagesordnung") == ["no_next_session"]
    town.fire(case, "ausfallen", grund="aufgelöst")
    assert "nächste Sitzung am" not in written(town, case, "sitzung_entfaellt", "severcan").words.text


def test_nothing_is_put_before_a_session_that_was_called_off(town: House) -> None:
    stop = stop_at(town)
    town.fire(session(town, SECOND), "absagen", grund="kein Stoff")
    case, planned = town.at("beantwortet"), {"gremium": BODY, "sitzung": SECOND, "rolle": "kenntnisnahme"}

    def put() -> None:
        town.fire(case, "auf_tagesordnung_setzen", beratungsfolge=[planned])

    for act in (lambda: town.fire(stop, "vertagen", sitzung=SECOND), put):
        with pytest.raises(RefusedError) as caught:
            act()
        (reason,) = caught.value.refusal.reasons
        assert "fällt aus" in reason.text("de")
    town.fire(stop, "vertagen", sitzung=THIRD)  # none is kept for that day: towns may keep them elsewhere
    session(town, SECOND)
    town.fire(stop, "vertagen", sitzung=SECOND)
    put()


def test_a_session_that_is_entered_after_all_is_none_before_the_matter_was_there(town: House) -> None:
    stop = stop_at(town)
    town.wait("2024-05-17", stop)
    with pytest.raises(RefusedError) as caught:
        town.fire(stop, "behandlung_nachtragen", sitzung="2019-01-01")
    assert [one.code for one in caught.value.refusal.reasons] == ["day_before_opening"]
    town.fire(stop, "behandlung_nachtragen", sitzung=FIRST)
    town.fire(stop, "zur_kenntnis_nehmen")


def test_what_nobody_has_dealt_with_goes_on_by_itself(town: House) -> None:
    missed, stop, bare = invited(town), stop_at(town), stop_at(town, "2024-03-07")  # that day has no session
    session(town, SECOND)
    town.wait("2024-03-18", missed, stop, bare)
    assert day_of(town, stop) == FIRST
    town.wait("2024-04-12", missed, stop, bare)
    assert [day_of(town, one) for one in (stop, bare)] == [SECOND, SECOND]
    assert town.workflow.case(stop).case.facts["behandlungen"] == [{"ergebnis": "nicht_behandelt", "sitzung": FIRST}]
    assert [to for to, template in town.told(stop) if template == "vertagt"] == [ASKER, "amt01", OFFICE]
    demands = sorted(to for to, template in town.told(missed) if template == "fristablauf")
    assert (town.state(missed), demands) == ("eingeladen", [OFFICE] * 4 + ["verwaltungsleitung"] * 4)  # every week
    town.fire(missed, "durchfuehren")
    town.wait("2024-05-12", missed)
    assert len([1 for _, template in town.told(missed) if template == "fristablauf"]) == len(demands)


def test_without_a_next_session_its_new_day_is_demanded_every_week(town: House) -> None:
    stop = stop_at(town)
    town.wait("2024-05-17", stop)
    assert town.state(stop) == "abgesetzt"
    told = town.told(stop)
    assert (OFFICE, "neu_anzusetzen") in told
    assert told.count((OFFICE, "fristablauf")) == 3
    town.fire(stop, "neu_ansetzen", sitzung=THIRD)
    assert [name for name, status, _ in town.clocks(stop) if status == "running"] == ["sitzung"]


@pytest.mark.parametrize("minutes", [True, False])
def test_a_session_is_not_closed_over_what_it_has_not_dealt_with(town: House, minutes: bool) -> None:
    case, stop = invited(town), stop_at(town)
    session(town, SECOND)
    town.clock(FIRST)
    town.fire(case, "durchfuehren")
    if minutes:
        town.fire(case, "niederschrift_ablegen", niederschrift=town.text_draft("Niederschrift")["entwurf"])
        town.fire(case, "niederschrift_genehmigen")
    else:
        town.fire(case, "ohne_niederschrift_abschliessen", grund="kurz")
    assert (town.state(stop), day_of(town, stop)) == ("geplant", SECOND)


# --- results ---


def test_nothing_is_noted_before_the_session(town: House) -> None:
    stop = stop_at(town)
    with pytest.raises(RefusedError) as caught:
        town.workflow.fire(stop, "zur_kenntnis_nehmen", actor=town.actor(CLERK))
    assert [reason.code for reason in caught.value.refusal.reasons] == ["day_not_reached"]


@pytest.mark.parametrize(
    ("role", "event", "data", "state"),
    [
        ("entscheidung", "beschliessen", {"ja": 5, "nein": 2, "enthaltungen": 1}, "beschlossen"),
        ("entscheidung", "beschliessen", {"wortlaut": "Neu: …"}, "geaendert_beschlossen"),
        ("vorberatung", "empfehlen", {"ja": 5, "nein": 0}, "empfohlen"),
        ("anhoerung", "empfehlen", {}, "empfohlen"),
        ("entscheidung", "ablehnen", {"ja": 0, "nein": 5}, "abgelehnt"),
        ("entscheidung", "ablehnen", {"ja": 0, "nein": 0, "enthaltungen": 3}, "abgelehnt"),  # a tie
    ],
)
def test_a_body_decides_or_recommends(town: House, role: str, event: str, data: dict[str, Any], state: str) -> None:
    stop = stop_at(town, role=role)
    town.fire(stop, event, **data)
    assert town.state(stop) == state
    (row,) = town.workflow.case(stop).case.facts["behandlungen"]
    votes = {name: value for name, value in data.items() if name != "wortlaut"}
    assert row == {"ergebnis": state, "sitzung": FIRST, **votes}
    assert ("severcan", "beratungsergebnis") in town.told(stop)


@pytest.mark.parametrize(
    ("role", "event", "votes", "code"),
    [
        ("entscheidung", "beschliessen", {"ja": 1, "nein": 2}, "vote_lost"),
        ("entscheidung", "beschliessen", {"ja": 2, "nein": 2, "wortlaut": "Neu"}, "vote_lost"),  # a tie rejects
        ("vorberatung", "empfehlen", {"ja": 0, "nein": 3}, "vote_lost"),
        ("entscheidung", "beschliessen", {"ja": 0, "nein": 0, "enthaltungen": 5}, "vote_lost"),
        ("entscheidung", "ablehnen", {"ja": 2, "nein": 1}, "vote_carried"),
        ("vorberatung", "ablehnen", {"ja": 1, "nein": 0}, "vote_carried"),
        ("entscheidung", "beschliessen", {"ja": 5, "nein": 0, "mehrheit": "zweidrittel"}, "majority_unknown"),
        ("entscheidung", "beschliessen", {"mehrheit": "zweidrittel"}, "majority_unknown"),
        ("entscheidung", "beschliessen", {"ja": 29, "nein": 20, "mehrheit": "hauptsatzung"}, "vote_lost"),
    ],
)
def test_a_result_is_what_the_votes_say(town: House, role: str, event: str, votes: dict[str, Any], code: str) -> None:
    with_seats(town, 58)
    stop = stop_at(town, role=role)
    with pytest.raises(RefusedError) as caught:
        town.fire(stop, event, **votes)
    (reason,) = caught.value.refusal.reasons
    assert reason.code == code
    assert reason.remedy()
    assert code == "majority_unknown" or "GO NRW" in reason.text()


@pytest.mark.parametrize(
    ("role", "event", "votes"),
    [
        ("entscheidung", "beschliessen", {"enthaltungen": 5}),
        ("entscheidung", "beschliessen", {"ja": 5, "enthaltungen": 1}),
        ("entscheidung", "ablehnen", {"nein": 5}),
        ("vorberatung", "empfehlen", {"enthaltungen": 0, "wortlaut": "Neu"}),
    ],
)
def test_whoever_counts_votes_counts_those_in_favour_and_against(
    town: House, role: str, event: str, votes: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError, match=r"Ja-Stimmen.*ja.*Nein-Stimmen.*nein") as caught:
        town.fire(stop_at(town, role=role), event, **votes)
    assert [reason.code for reason in caught.value.refusal.reasons] == ["votes_half_counted"]


@pytest.mark.parametrize("event", ["beschliessen", "ablehnen"])
def test_a_share_of_the_statutory_number_needs_the_seats(town: House, event: str) -> None:
    stop = stop_at(town, role="entscheidung")
    with pytest.raises(RefusedError, match="voting_seats") as caught:
        town.fire(stop, event, ja=1, nein=0, mehrheit="hauptsatzung")
    assert [reason.code for reason in caught.value.refusal.reasons] == ["seats_unknown"]
    with_seats(town, 3)
    town.fire(stop, event, ja=2 if event == "beschliessen" else 1, nein=0, mehrheit="hauptsatzung")
    assert town.state(stop) == {"beschliessen": "beschlossen", "ablehnen": "abgelehnt"}[event]


def test_more_in_favour_than_against_is_rejected_where_another_majority_is_needed(town: House) -> None:
    with_seats(town, 58)
    stop = stop_at(town, role="entscheidung")
    town.fire(stop, "ablehnen", ja=29, nein=20, mehrheit="hauptsatzung")
    assert town.state(stop) == "abgelehnt"


@pytest.mark.parametrize(
    ("role", "event"),
    [
        ("kenntnisnahme", "beschliessen"),
        ("vorberatung", "beschliessen"),
        ("entscheidung", "empfehlen"),
        ("kenntnisnahme", "ablehnen"),
    ],
)
def test_a_body_does_what_its_role_is(town: House, role: str, event: str) -> None:
    with pytest.raises(RefusedError, match="recommended") as caught:
        town.fire(stop_at(town, role=role), event)
    assert [reason.code for reason in caught.value.refusal.reasons] == ["role_does_other"]


def test_noted_on_delivery_only_where_the_rules_say_so(house: House) -> None:
    house.body = house.found_town()
    assert refused(house, stop_at(house), "durch_zustellung_zur_kenntnis_nehmen") == "guards_fail"
    house.body = house.found_town(rules="berlin-bvv", land="BE")
    stop = stop_at(house)
    house.fire(stop, "durch_zustellung_zur_kenntnis_nehmen")  # on the day of delivery, before the session
    assert house.state(stop) == "zur_kenntnis_genommen"


# --- the Beratungsfolge ---


def scheduled(house: House, case: str, *stops: dict[str, Any]) -> list[str]:
    named: dict[str, Any] = {"beratungsfolge": list(stops)} if stops else {}
    house.fire(case, "auf_tagesordnung_setzen", **named)
    return [one.id for one in house.children(case, "beratung")]


def test_the_stops_that_the_letter_asked_for_are_scheduled_without_naming_them_again(town: House) -> None:
    asked = [{"gremium": BODY, "sitzung": FIRST, "rolle": "kenntnisnahme"}]
    case = town.at("beantwortet", beratungsfolge=asked)
    assert len(scheduled(town, case)) == 1
    assert refused(town, case, "auf_tagesordnung_setzen") == "guards_fail"  # nothing new
    both = (*asked, {"gremium": "rat", "sitzung": SECOND, "rolle": "kenntnisnahme"})
    assert len(scheduled(town, case, *both)) == 2


@pytest.mark.parametrize(
    ("remit", "fits"),
    [
        ({"roles": ["vorberatung"]}, False),
        ({"kinds": ["beschlussvorlage"]}, False),
        ({"roles": ["kenntnisnahme"], "kinds": ["anfrage"]}, True),
    ],
)
def test_a_body_gets_only_what_it_deals_with(town: House, remit: dict[str, list[str]], fits: bool) -> None:
    with_body(town, remit=remit)
    case, stops = town.at("beantwortet"), [{"gremium": BODY, "sitzung": FIRST, "rolle": "kenntnisnahme"}]
    if fits:
        assert len(scheduled(town, case, *stops)) == 1
    else:
        assert refused(town, case, "auf_tagesordnung_setzen", beratungsfolge=stops) == "guards_fail"


@pytest.mark.parametrize(("kinds", "fits"), [(["antrag"], True), (["beschlussvorlage", "beratung"], False)])
def test_a_body_is_referred_only_papers_that_it_deals_with(town: House, kinds: list[str], fits: bool) -> None:
    """By the kind of the paper, however often it was referred before."""
    paper = town.open("antrag", CLERK, **MOTION).case.id
    town.fire(paper, "zulassen")
    town.fire(
        paper, "auf_tagesordnung_setzen", beratungsfolge=[{"gremium": "rat", "sitzung": FIRST, "rolle": "entscheidung"}]
    )
    (stop,) = town.children(paper, "beratung")
    town.fire(stop.id, "verweisen", verweisung={"gremium": BODY, "sitzung": FIRST, "rolle": "entscheidung"})
    (again,) = town.children(stop.id, "folge")
    town.fire(again.id, "verweisen", verweisung={"gremium": "rat", "sitzung": SECOND, "rolle": "entscheidung"})
    (last,) = town.children(again.id, "folge")
    with_body(town, remit={"kinds": kinds})
    back = {"gremium": BODY, "sitzung": SECOND, "rolle": "entscheidung"}
    if fits:
        assert town.fire(last.id, "verweisen", verweisung=back).target == "verwiesen"
    else:
        assert refused(town, last.id, "verweisen", verweisung=back) == "guards_fail"


@pytest.mark.parametrize(
    "stops",
    [
        [{"gremium": BODY, "sitzung": "2024-01-05", "rolle": "kenntnisnahme"}],
        [{"gremium": BODY, "sitzung": FIRST, "rolle": role} for role in ("kenntnisnahme", "vorberatung")],
    ],
)
def test_stops_in_the_past_or_twice_are_refused(town: House, stops: list[dict[str, Any]]) -> None:
    for event in ("auf_tagesordnung_setzen", "papiere_verfuegen"):
        assert refused(town, town.at("beantwortet"), event, beratungsfolge=stops) == "guards_fail"


def test_what_is_wrong_with_a_beratungsfolge_is_said_in_words(town: House) -> None:
    with_body(town, remit={"roles": ["vorberatung"], "kinds": ["beschlussvorlage"]})
    stops = [{"gremium": BODY, "sitzung": day, "rolle": "entscheidung"} for day in ("2024-01-05", FIRST, FIRST)]
    with pytest.raises(RefusedError) as caught:
        town.fire(town.at("beantwortet"), "papiere_verfuegen", beratungsfolge=stops)
    text = caught.value.text("de")
    assert "Der 05.01.2024 ist schon vorbei" in text
    assert "ist für „Entscheidung“ nicht zuständig, nur für: Vorberatung." in text
    assert "ist für „Anfrage“ nicht zuständig, nur für: Beschlussvorlage." in text
    assert "steht für den 05.03.2024 mehr als einmal darin." in text
    told = caught.value.text("en")
    assert "2024-01-05 is over already" in told
    assert 'is not responsible for "Inquiry"' in told


def test_a_paper_on_an_agenda_gets_no_other_beratungsfolge_on_paper(town: House) -> None:
    case, other = town.at("beantwortet"), {"gremium": "rat", "sitzung": SECOND, "rolle": "kenntnisnahme"}
    scheduled(town, case, {"gremium": BODY, "sitzung": FIRST, "rolle": "kenntnisnahme"})
    assert refused(town, case, "papiere_verfuegen", beratungsfolge=[other]) == "guards_fail"
    town.fire(case, "papiere_verfuegen", privat=["Petra Müller"])


# --- an overdue answer ---


def test_an_overdue_answer_comes_on_the_next_agenda_where_the_rules_say_so(house: House) -> None:
    house.body = house.found_town(rules="chemnitz-antrag", land="SN")
    session(house, FIRST)
    case = house.at("in_bearbeitung", gremium=BODY)
    house.wait("2024-02-29", case)
    lapse = house.events(case).index("frist_abgelaufen")
    assert house.events(case)[lapse + 1 : lapse + 3] == ["ueberfaellig_melden", "auf_naechste_tagesordnung"]
    (stop,) = house.children(case, "beratung")
    assert day_of(house, stop.id) == FIRST


def test_an_overdue_answer_comes_on_an_agenda_as_soon_as_a_session_is_planned(house: House) -> None:
    house.body = house.found_town(rules="chemnitz-antrag", land="SN")
    case = house.at("in_bearbeitung", gremium=BODY)
    house.wait("2024-03-10", case)
    assert house.children(case, "beratung") == []
    session(house, THIRD)
    house.wait("2024-03-20", case)  # it is tried every week
    (stop,) = house.children(case, "beratung")
    assert day_of(house, stop.id) == THIRD
    house.wait("2024-04-20", case)
    assert house.events(case).count("auf_naechste_tagesordnung") == 1
    assert "naechste_tagesordnung" not in {name for name, status, _ in house.clocks(case) if status == "running"}


def test_elsewhere_it_does_not(town: House) -> None:
    session(town, FIRST)
    case = town.at("in_bearbeitung", gremium=BODY)
    town.wait("2024-02-29", case)
    assert "ueberfaellig_melden" in town.events(case)
    assert "naechste_tagesordnung" not in {name for name, _, _ in town.clocks(case)}
    assert "auf_naechste_tagesordnung" not in town.events(case)
    town.fire(case, "auf_naechste_tagesordnung")  # but by hand
    assert len(town.children(case, "beratung")) == 1
