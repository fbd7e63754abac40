"""Sessions of bodies, and what becomes of the consultations that stand before them; on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from tests.helpers.house import ASKER, CLERK, House, refused
from vorgang.config.errors import RefusedError
from vorgang.states.records import Organization
from vorgang.states.tables import table_of
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
    case = invited(town, ort="Ratssaal")
    town.fire(case, "verlegen", tag=FIRST, ort="Saal 2", grund="Umbau")
    assert town.told(case)[-1] == ("severcan", "sitzung_verlegt")


@pytest.mark.parametrize("event", ["absagen", "ausfallen"])
def test_who_was_invited_hears_that_the_session_does_not_take_place(town: House, event: str) -> None:
    case, uninvited = invited(town), session(town, body="rat")
    town.clock(FIRST)
    for one in (case, uninvited):
        town.fire(one, event, grund="beschlussunfähig")
    (message,) = [one for one in town.messages(case) if one["template"] == "sitzung_entfaellt"]
    assert (message["recipient"], message["attach"]) == ("severcan", "sitzungstermin")
    assert town.told(uninvited) == []


def test_a_session_is_not_moved_into_the_past(town: House) -> None:
    case = session(town)
    assert refused(town, case, "verlegen", tag="2023-12-01") == "guards_fail"


def test_a_body_that_has_ended_has_no_sessions(house: House) -> None:
    house.body = house.found_town()
    with_body(house, end_date=date(2024, 2, 29))
    assert reasons(house, "sitzung", gremium=BODY, tag=FIRST) == ["body_not_then"]


# --- urgency ---


def urgent(house: House, case: str, yes: int, no: int) -> Any:
    return house.fire(
        case, "dringlich_aufnehmen", nummer="Ö 2", titel="Eilsache", dringlich_weil="Frist", ja=yes, nein=no
    )


def test_an_urgent_item_comes_on_the_agenda_with_the_majority_of_the_rules(house: House) -> None:
    house.body = house.found_town(rules="kiel", land="SH")
    with_seats(house, 9)
    case = invited(house)
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
    with pytest.raises(RefusedError) as caught:
        urgent(house, case, 9, 1)
    assert [reason.code for reason in caught.value.refusal.reasons] == ["votes_too_many"]


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


def test_a_session_whose_day_is_over_is_not_moved(town: House) -> None:
    case = invited(town)
    town.clock("2024-03-06")
    with pytest.raises(RefusedError) as caught:
        town.fire(case, "verlegen", tag=SECOND)
    assert [reason.code for reason in caught.value.refusal.reasons] == ["session_over"]
    town.fire(case, "absagen", grund="niemand kam")


def test_without_a_next_session_the_council_office_must_schedule_it_anew(town: House) -> None:
    case, stop = session(town), stop_at(town)
    town.fire(case, "absagen", grund="kein Stoff")
    view = town.workflow.case(stop)
    assert (view.case.state, view.case.owner) == ("abgesetzt", "gs-integrationsrat")
    assert ("neuansetzung", "running") in [(name, status) for name, status, _ in town.clocks(stop)]
    assert town.told(stop) == [("gs-integrationsrat", "neu_anzusetzen")]
    town.fire(stop, "neu_ansetzen", sitzung=SECOND)
    assert day_of(town, stop) == SECOND


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
        ("vorberatung", "empfehlen", {"ja": 5}, "empfohlen"),
        ("anhoerung", "empfehlen", {}, "empfohlen"),
        ("entscheidung", "ablehnen", {"nein": 5}, "abgelehnt"),
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
        ("vorberatung", "empfehlen", {"nein": 3}, "vote_lost"),
        ("entscheidung", "ablehnen", {"ja": 2, "nein": 1}, "vote_carried"),
        ("vorberatung", "ablehnen", {"ja": 1}, "vote_carried"),
        ("entscheidung", "beschliessen", {"ja": 5, "mehrheit": "zweidrittel"}, "majority_unknown"),
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
    assert "2024-01-05 is over already" in caught.value.text("en")


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


def test_elsewhere_it_does_not(town: House) -> None:
    session(town, FIRST)
    case = town.at("in_bearbeitung", gremium=BODY)
    town.wait("2024-02-29", case)
    assert "ueberfaellig_melden" in town.events(case)
    assert "auf_naechste_tagesordnung" not in town.events(case)
    town.fire(case, "auf_naechste_tagesordnung")  # but by hand
    assert len(town.children(case, "beratung")) == 1
