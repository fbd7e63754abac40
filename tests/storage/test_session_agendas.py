"""Agendas, invitations and results of sessions, as members, the office and the public meet them; on both databases."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from tests.helpers.house import CLERK, DRAFT, LEAD, House, refused
from tests.helpers.statements import asked
from vorgang.config.errors import ForbiddenError, InvalidInputError, NotFoundError, RefusedError
from vorgang.config.settings import Settings
from vorgang.states.agendas import AgendaView, Item
from vorgang.states.engine import Fired
from vorgang.states.session_queries import SessionRow, Wanted
from vorgang.states.visibility import Reader
from vorgang.workflow.calendar_files import Publisher, due_calendar, sessions_calendar
from vorgang.workflow.consultations import stages
from vorgang.workflow.session_papers import extract_of, invitation_of
from vorgang.workflow.session_reference import session_meant
from vorgang.workflow.session_results import Result, Said, enter, item_meant, outcome, result_meant
from vorgang.workflow.session_series import planned, rhythm_of
from vorgang.workflow.session_urgency import Urgent, add_urgent
from vorgang.workflow.sessions import Free, Series, Where, agenda, listed, proposal, schedule_series, set_agenda

BODY, FIRST, SECOND = "integrationsrat", "2024-03-05", "2024-04-16"
MEMBER, OUTSIDER = "severcan", "beispiel48"
PUBLISHER = Publisher("https://rat.example")


@pytest.fixture
def town(house: House) -> House:
    """The house in a town of its own: nobody else has sessions there."""
    house.body = house.found_town()
    return house


def session(house: House, day: str = FIRST, body: str = BODY, **more: Any) -> SessionRow:
    house.open("sitzung", CLERK, **{"gremium": body, "tag": day, **more})
    return meant(house, day, body)


def meant(house: House, day: str = FIRST, body: str = BODY) -> SessionRow:
    return session_meant(house.workflow, house.body, [body, day], None).session


def stop(house: House, number: str, role: str = "kenntnisnahme", **more: Any) -> str:
    """A consultation of an answered Anfrage before the first session; its id."""
    case = house.at("beantwortet", gremium=BODY, nummer=number, betreff=f"Sache {number}", **more.pop("letter", {}))
    house.fire(
        case, "auf_tagesordnung_setzen", beratungsfolge=[{"gremium": BODY, "sitzung": FIRST, "rolle": role, **more}]
    )
    (found,) = house.children(case, "beratung")
    return found.id


def fixed(house: House, one: SessionRow, *closed: str) -> None:
    """The agenda is fixed as proposed."""
    set_agenda(house.workflow, one, proposal(house.workflow, one, Free(closed=closed)), house.actor(CLERK))


def seen(house: House, one: SessionRow, person: str | None) -> AgendaView:
    return agenda(house.workflow, one, house.workflow.reader(house.body, person))


def numbered(items: tuple[Item, ...]) -> list[tuple[str, str | None]]:
    return [(item.number, item.title) for item in items]


def entered(house: House, number: str, result: Result, said: Said | None = None) -> Fired:
    house.clock(FIRST, 20)
    view = agenda(house.workflow, meant(house), None)
    return enter(house.workflow, view, item_meant(view, number), result, said or Said(), house.actor(CLERK))


# --- the agenda ---


def test_an_agenda_stands_by_role_and_number_and_each_consultation_knows_its_item(town: House) -> None:
    one = session(town)
    last, first = stop(town, "0010/2024"), stop(town, "0009/2024")
    decided, hidden = stop(town, "0011/2024", "entscheidung"), stop(town, "0012/2024", oeffentlich=False)
    fixed(town, one)
    items = agenda(town.workflow, one, None).items
    papers = [(item.number, item.stop) for item in items if item.stop]
    assert papers == [("Ö 4", decided), ("Ö 5", first), ("Ö 6", last), ("N 1", hidden)]
    assert [item.number for item in items if not item.stop] == ["Ö 1", "Ö 2", "Ö 3", "Ö 7", "N 2"]
    rows = stages(town.workflow, town.workflow.case(parent(town, decided)).case, None)
    assert [row.item for row in rows] == ["Ö 4"]


def test_an_item_names_the_kind_of_paper_and_whose_it_is(town: House) -> None:
    one = session(town)
    stop(town, "0001/2024")
    private = parent(town, stop(town, "0002/2024"))
    town.fire(private, "privat_kennzeichnen", privat=["severcan"])
    report = {"betreff": "Bericht", "federfuehrung": "amt01", "unterzeichner": "verwaltungsleitung"}
    case = town.open("mitteilung", CLERK, **report).case.id
    for event, person, data in (
        ("entwurf_ablegen", LEAD, {"entwurf": DRAFT, "antworten": [{"antwort": "Es läuft."}]}),
        ("zur_unterschrift_geben", LEAD, {}),
        ("unterzeichnen", "leitung", {}),
        ("veroeffentlichen", CLERK, {"veroeffentlichung": "oeffentlich"}),
    ):
        town.fire(case, event, person, **data)
    row = {"gremium": BODY, "sitzung": FIRST, "rolle": "kenntnisnahme"}
    town.fire(case, "auf_tagesordnung_setzen", beratungsfolge=[row])
    fixed(town, one)
    printed = invitation_of(town.workflow, one, "html", Settings(), reader=town.workflow.reader(town.body))
    text = printed.file.content.decode()
    assert "Anfrage 0001/2024: Sache 0001/2024 (Hakan Severcan)" in text
    assert "Mitteilung: Bericht (01 Fachbereich des Oberbürgermeisters)" in text
    assert "Anfrage 0002/2024: Sache 0002/2024<" in text


def parent(house: House, stop_id: str) -> str:
    return house.workflow.case(stop_id).case.parent_id or ""


def test_what_came_later_is_waiting_until_the_agenda_is_set_anew(town: House) -> None:
    one = session(town)
    fixed(town, one)
    late = stop(town, "0001/2024")
    view = agenda(town.workflow, one, None)
    assert [waiting.id for waiting in view.waiting] == [late]
    fixed(town, one)
    view = agenda(town.workflow, one, None)
    assert (view.waiting, [item.stop for item in view.items if item.stop]) == ((), [late])


def test_the_agenda_says_what_is_asked_and_of_residents_only_how_much(town: House) -> None:
    one, about = session(town), {"gremium": BODY, "sitzung": FIRST}
    resident = town.open("einwohnerfrage", CLERK, **about, name="E. Muster", betreff="Rutsche", frage="Wann?").case.id
    refused = town.open("einwohnerfrage", CLERK, **about, name="F. Muster", betreff="Zaun", frage="Wo?").case.id
    fixed(town, one)
    assert not any("fragestunde" in str(item.title) for item in agenda(town.workflow, one, None).items)  # not admitted
    town.fire(resident, "zulassen")
    town.open("muendliche_frage", CLERK, **about, fragesteller=MEMBER, betreff="Radweg", frage="Wann?")
    fixed(town, one)
    town.fire(refused, "zurueckweisen", ablehnung="form", grund="unklar")
    public = agenda(town.workflow, one, town.workflow.reader(town.body))
    titles = [item.title for item in public.items]
    assert "Einwohnerfragestunde (1 Frage)" in titles
    assert "Mündliche Fragen (1 Frage): Hakan Severcan: Radweg" in titles
    assert [(asked.asker, asked.subject) for asked in public.questions] == [(None, "Rutsche"), (MEMBER, "Radweg")]


def test_nothing_is_set_if_one_part_of_it_is_refused(town: House) -> None:
    one, before = session(town), stop(town, "0001/2024")
    rows = [*proposal(town.workflow, one), {"nummer": "Ö 1", "titel": "doppelt"}]
    with pytest.raises(RefusedError):
        set_agenda(town.workflow, one, rows, town.actor(CLERK))
    assert agenda(town.workflow, one, None).items == ()
    assert town.events(before) == ["ansetzen"]


def test_the_part_that_is_not_public_is_for_members_and_the_office(town: House) -> None:
    one, secret = session(town), stop(town, "0012/2024", oeffentlich=False)
    fixed(town, one, "Grundstückssache")
    for person in (None, OUTSIDER):
        view = seen(town, one, person)
        assert "N" not in {item.number[0] for item in view.items}
        assert view.hidden == 3
    for person in (MEMBER, CLERK):
        view = seen(town, one, person)
        assert ("N 1", "0012/2024: Sache 0012/2024") in numbered(view.items)
        assert ("N 2", "Grundstückssache") in numbered(view.items)
        assert secret in {item.stop for item in view.items}


def test_a_paper_that_is_taken_back_is_named_to_nobody_outside_any_more(town: House) -> None:
    one, before = session(town), stop(town, "0001/2024")
    fixed(town, one)
    assert ("Ö 4", "0001/2024: Sache 0001/2024") in numbered(seen(town, one, None).items)
    town.fire(parent(town, before), "veroeffentlichung_zuruecknehmen", grund="Versehen")
    assert ("Ö 4", None) in numbered(seen(town, one, None).items)
    assert ("Ö 4", "0001/2024: Sache 0001/2024") in numbered(seen(town, one, CLERK).items)


def test_after_the_invitation_nothing_comes_on_or_off_the_agenda_unheard(town: House) -> None:
    one, first = session(town), stop(town, "0001/2024")
    fixed(town, one)
    town.fire(one.id, "einladen")
    late, rows = stop(town, "0002/2024"), town.workflow.case(one.id).case.facts["tagesordnung"]
    added = [*rows, {"nummer": "Ö 9", "titel": "Sache", "beratung": late}]
    refusals = [("tagesordnung_aufstellen", added), ("tagesordnung_aufstellen", rows[1:]), ("nachladen", added[1:])]
    for event, wrong in refusals:
        assert refused(town, one.id, event, tagesordnung=wrong) == "guards_fail", event
    renumbered = [{**row, "nummer": f"TOP {place}"} for place, row in enumerate(rows)]
    town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=renumbered)
    assert [to for to, _ in town.told(one.id)] == [MEMBER]  # but of the invitation
    town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=rows)
    fixed(town, one)
    assert [item.stop for item in agenda(town.workflow, one, None).items if item.stop] == [first, late]
    assert town.told(one.id)[1:] == [(MEMBER, "tagesordnung_geaendert")]


def test_too_late_for_the_period_of_notice_an_item_is_added_only_for_a_reason(town: House) -> None:
    one = session(town)
    fixed(town, one)
    town.fire(one.id, "einladen")
    stop(town, "0001/2024")
    town.clock("2024-02-28")
    with pytest.raises(RefusedError) as caught:
        fixed(town, one)
    (reason,) = caught.value.refusal.reasons
    assert (reason.code, reason.params["until"]) == ("notice_too_short", "2024-02-27")
    set_agenda(town.workflow, one, proposal(town.workflow, one), town.actor(CLERK), "Frist der Förderung")
    assert town.workflow.case(one.id).case.facts["abgekuerzt_weil"] == "Frist der Förderung"


def test_an_urgent_paper_comes_behind_the_others_if_enough_vote_for_it(town: House) -> None:
    one = session(town)
    fixed(town, one)
    town.fire(one.id, "einladen")
    late = stop(town, "0001/2024")
    wanted = Urgent("0001/2024", None, "Frist", closed=False, yes=1, no=2)
    with pytest.raises(RefusedError) as caught:
        add_urgent(town.workflow, one, wanted, town.actor(CLERK))
    assert [reason.code for reason in caught.value.refusal.reasons] == ["majority_missed"]
    assert "nötig: mehr als die Hälfte" in caught.value.text("de")
    add_urgent(town.workflow, one, wanted._replace(yes=3), town.actor(CLERK))
    item = agenda(town.workflow, one, None).items[-1]
    assert (item.number, item.stop, item.urgent) == ("Ö 5", late, "Frist")
    (row,) = stages(town.workflow, town.workflow.case(parent(town, late)).case, None)
    assert row.item == "Ö 5"
    assert seen(town, one, None).items[-1].urgent is None
    assert town.told(one.id)[1:] == [(MEMBER, "tagesordnung_geaendert")]
    town.clock(FIRST)  # everybody is there
    add_urgent(town.workflow, one, Urgent(None, "Eilsache", "heute", closed=False, yes=3, no=0), town.actor(CLERK))
    assert len(town.told(one.id)) == 2


# --- the invitation ---


def test_the_invitation_as_a_paper_holds_the_closed_part_for_members_only(town: House) -> None:
    one = session(town, beginn="16:00", ort="Ratssaal")
    fixed(town, one, "Grundstückssache")

    def text(person: str | None) -> str:
        reader = town.workflow.reader(town.body, person)
        printed = invitation_of(town.workflow, one, "pdf", Settings(), reader=reader)
        return "".join(page.extract_text() for page in PdfReader(BytesIO(printed.file.content)).pages)

    assert all(word in text(MEMBER) for word in ("Dienstag, 05.03.2024, 16:00 Uhr", "Ratssaal", "Grundstückssache"))
    assert "Grundstückssache" not in text(None)
    assert "2 Punkte, die nur den Mitgliedern zugänglich sind" in text(None)


def test_members_can_be_invited_on_the_very_day(town: House) -> None:
    """For a reason: agenda and invitation are late by two plans, and the session is not out of reach of that."""
    one = session(town)
    fixed(town, one)
    town.clock(FIRST)
    assert refused(town, one.id, "einladen") == "guards_fail"
    town.fire(one.id, "einladen", abgekuerzt_weil="Frist der Förderung")
    assert town.told(one.id) == [(MEMBER, "einladung")]


def test_who_is_invited_hears_of_an_earlier_day_in_time_or_of_the_reason(town: House) -> None:
    one = session(town)
    fixed(town, one)
    town.fire(one.id, "einladen")
    town.clock("2024-02-28")
    assert refused(town, one.id, "verlegen", tag="2024-03-04") == "guards_fail"
    town.fire(one.id, "verlegen", tag=FIRST, ort="Saal 2")  # the day stays
    town.fire(one.id, "verlegen", tag="2024-03-04", abgekuerzt_weil="Saal belegt")
    town.fire(one.id, "verlegen", tag="2024-03-07")


# --- results ---


@pytest.mark.parametrize(
    ("role", "result", "said", "label", "votes"),
    [
        ("kenntnisnahme", "noted", Said(), "zur Kenntnis genommen", ""),
        ("entscheidung", "adopted", Said(yes=5, no=2, abstain=1), "unverändert beschlossen", "5:2:1"),
        ("entscheidung", "changed", Said(wording="Neu: …"), "geändert beschlossen", ""),
        ("vorberatung", "recommended", Said(yes=5), "empfohlen", "5:0:0"),
        ("entscheidung", "rejected", Said(no=5), "abgelehnt", "0:5:0"),
        ("entscheidung", "removed", Said(reason="zurückgestellt"), "von der Tagesordnung abgesetzt", ""),
        ("entscheidung", "postponed", Said(to=SECOND), "vertagt", ""),
        ("vorberatung", "referred", Said(to="rat", on=SECOND), "verwiesen", ""),
    ],
)
def test_a_result_stands_on_the_agenda_and_in_the_beratungsfolge(  # one parameter each
    town: House, role: str, result: Result, said: Said, label: str, votes: str
) -> None:
    one, before = session(town), stop(town, "0001/2024", role)
    fixed(town, one)
    entered(town, "0001/2024", result, said)
    (item,) = (one for one in agenda(town.workflow, meant(town), None).items if one.stop)
    assert item.result is not None
    (row, *_) = stages(town.workflow, town.workflow.case(parent(town, before)).case, None)
    assert (row.day, row.body_key, row.role, row.item) == (date.fromisoformat(FIRST), BODY, role, "Ö 4")
    assert (row.result_label and row.result_label.de, row.votes) == (label, votes)
    assert (row.noted_by, row.noted_at and row.noted_at.date()) == ("Jessica Randt", date.fromisoformat(FIRST))


def test_a_postponed_day_is_a_row_of_its_own_and_who_entered_it_is_for_the_office(town: House) -> None:
    one, before = session(town), stop(town, "0001/2024")
    session(town, SECOND)
    fixed(town, one)
    entered(town, "Ö 4", "postponed", Said(reason="Beratungsbedarf"))
    paper = town.workflow.case(parent(town, before)).case
    rows = stages(town.workflow, paper, None)
    assert [(row.day, row.result) for row in rows] == [
        (date.fromisoformat(FIRST), "vertagt"),
        (date.fromisoformat(SECOND), None),
    ]
    town.fire(before, "zur_kenntnis_nehmen")
    outside = stages(town.workflow, paper, town.workflow.reader(town.body))
    assert [(row.result, row.noted_by) for row in outside] == [("vertagt", None), ("zur_kenntnis_genommen", None)]


@pytest.mark.parametrize(
    ("result", "said", "code"),
    [
        ("noted", Said(yes=1), "session_result_option"),
        ("adopted", Said(to=SECOND, wording="x"), "session_result_option"),
        ("changed", Said(), "session_result_missing"),
        ("referred", Said(), "session_result_missing"),
        ("referred", Said(to="rat"), "session_referral_day"),  # its only session is the same evening
    ],
)
def test_a_result_that_does_not_fit_what_is_said_is_refused(town: House, result: Result, said: Said, code: str) -> None:
    one, _ = session(town), stop(town, "0001/2024", "entscheidung")
    session(town, FIRST, "rat")
    fixed(town, one)
    with pytest.raises(InvalidInputError) as caught:
        entered(town, "Ö 4", result, said)
    assert caught.value.code == code


def test_a_result_entered_late_counts_for_its_session_though_the_paper_has_gone_on(town: House) -> None:
    one, before = session(town), stop(town, "0001/2024", "entscheidung")
    session(town, SECOND)
    fixed(town, one)
    town.wait("2024-03-22", before)
    (item,) = (one for one in agenda(town.workflow, one, None).items if one.stop)
    assert item.result is not None
    assert item.result["ergebnis"] == "nicht_behandelt"
    entered(town, "Ö 4", "adopted", Said(yes=5))
    (item,) = (one for one in agenda(town.workflow, one, None).items if one.stop)
    assert (item.result and item.result["ergebnis"], town.state(before)) == ("beschlossen", "beschlossen")
    (*_, row) = stages(town.workflow, town.workflow.case(parent(town, before)).case, None)
    assert (row.day, row.votes) == (date.fromisoformat(FIRST), "5:0:0")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("Noted", "noted"), ("geändert_beschlossen", "changed"), ("zur-Kenntnis", "noted"), ("empfohlen", "recommended")],
)
def test_a_result_may_be_said_in_german(word: str, meant: Result) -> None:
    assert result_meant(word) == meant


def test_a_recommendation_that_comes_after_the_decision_is_told(town: House) -> None:
    one, before = session(town), stop(town, "0001/2024", "vorberatung")
    paper = parent(town, before)
    later = [{"gremium": "rat", "sitzung": "2024-03-12", "rolle": "entscheidung"}]
    town.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=later)
    fixed(town, one)
    fired = entered(town, "Ö 4", "postponed", Said(to=SECOND, reason="Beratungsbedarf"))
    told = outcome(town.workflow, agenda(town.workflow, meant(town), None), fired, None)
    assert told.label.de == "vertagt auf 16.04.2024"
    assert told.decides_before is not None
    assert (told.decides_before.body_key, told.decides_before.day) == ("rat", date(2024, 3, 12))
    view = agenda(town.workflow, meant(town), None)
    printed = extract_of(town.workflow, (view, item_meant(view, "Ö 4")), "html", Settings(), reader=None)
    text = printed.file.content.decode()
    assert "auf 16.04.2024" in text
    assert "Beratungsbedarf" in text


def test_an_item_without_a_paper_has_no_result_and_an_unknown_one_is_named(town: House) -> None:
    fixed(town, session(town))
    with pytest.raises(InvalidInputError) as bare:
        entered(town, "Ö 1", "noted")
    assert bare.value.code == "session_item_bare"
    with pytest.raises(NotFoundError) as unknown:
        entered(town, "Ö 9", "noted")
    assert unknown.value.params["known"] == "Ö 1, Ö 2, Ö 3, Ö 4"


def test_the_extract_tells_what_was_decided_and_by_whom_it_was_entered(town: House) -> None:
    one, _ = session(town), stop(town, "0001/2024", "entscheidung")
    fixed(town, one)
    entered(town, "Ö 4", "changed", Said(yes=7, no=2, abstain=1, wording="Der Weg wird gebaut.", minutes="Aussprache."))

    def text(reader: Reader | None) -> str:
        view = agenda(town.workflow, meant(town), reader)
        what = (view, item_meant(view, "Ö 4"))
        printed = extract_of(town.workflow, what, "html", Settings(), reader=reader)
        return printed.file.content.decode()

    for word in (
        "0001/2024",
        "Geändert beschlossen",
        "Der Weg wird gebaut.",
        "Aussprache.",
        "05.03.2024",
        "Jessica Randt",
    ):
        assert word in text(None), word
    everybody = text(town.workflow.reader(town.body))
    assert "Der Weg wird gebaut." in everybody
    assert "Jessica Randt" not in everybody
    assert "Aussprache." not in everybody


def test_there_is_no_extract_before_there_is_a_result(town: House) -> None:
    one, _ = session(town), stop(town, "0001/2024")
    fixed(town, one)
    view = agenda(town.workflow, one, None)
    with pytest.raises(InvalidInputError) as caught:
        extract_of(town.workflow, (view, item_meant(view, "4")), "pdf", Settings(), reader=None)
    assert caught.value.code == "session_no_result_yet"


# --- series ---


def a_series(house: House, every: str, until: str) -> Series:
    calendar = house.workflow.directory.town(house.body).rules_on(date(2024, 1, 8)).calendar
    days = planned(rhythm_of(every), date(2024, 3, 5), date.fromisoformat(until), calendar)
    return Series(Where(BODY, "16:00", "18:00", "Ratssaal"), every, days)


def test_a_series_is_scheduled_whole_or_not_at_all_and_every_bad_day_is_named(town: House) -> None:
    session(town, "2024-04-02", "rat", ort="Ratssaal")
    session(town, "2024-04-30")
    with pytest.raises(InvalidInputError) as caught:
        schedule_series(town.workflow, town.body, town.actor(CLERK), a_series(town, "4w", "2024-06-30"))
    days = [text.de.split(":")[0] for text in caught.value.params["days"]]  # type: ignore[attr-defined]  # texts
    assert days == ["02.04.2024", "30.04.2024"]
    wanted = Wanted(town.body, BODY)
    assert [one.session.day.isoformat() for one in listed(town.workflow, wanted, None)] == ["2024-04-30"]


def test_a_series_that_is_only_tried_leaves_nothing(town: House) -> None:
    series = a_series(town, "4w", "2024-06-30")
    tried = schedule_series(town.workflow, town.body, town.actor(CLERK), series, keep=False)
    assert (len(tried), listed(town.workflow, Wanted(town.body), None)) == (5, [])
    assert len(schedule_series(town.workflow, town.body, town.actor(CLERK), series)) == 5
    assert len(listed(town.workflow, Wanted(town.body), None)) == 5


# --- which session is meant ---


def test_a_session_is_meant_by_body_and_day_by_its_body_or_by_its_id(town: House) -> None:
    one = session(town)
    session(town, SECOND)
    for words in ([BODY, FIRST], [f"{BODY} 05.03.2024"], [BODY], [one.id], [one.id[:18]]):
        assert session_meant(town.workflow, town.body, words, None).session.id == one.id, words
    for words in ([BODY, "2024-01-01"], ["rat"], ["nirgends", FIRST]):
        with pytest.raises(NotFoundError) as caught:
            session_meant(town.workflow, town.body, words, None)
        assert caught.value.code == "session_unknown"


def test_a_session_that_is_not_public_is_not_there_for_others(town: House) -> None:
    one = session(town, oeffentlich=False)
    with pytest.raises(NotFoundError):
        session_meant(town.workflow, town.body, [one.id], town.workflow.reader(town.body))
    assert listed(town.workflow, Wanted(town.body), town.workflow.reader(town.body)) == []
    assert len(listed(town.workflow, Wanted(town.body), town.workflow.reader(town.body, MEMBER))) == 1


# --- calendars ---


def events(content: bytes) -> list[Any]:
    calendar = Calendar.from_ical(content)
    assert calendar["METHOD"] == "PUBLISH"
    return list(calendar.events)


def test_the_calendar_of_a_body_holds_its_sessions_and_keeps_their_entries(town: House) -> None:
    one, _ = session(town, beginn="16:00", ende="18:00"), session(town, SECOND, oeffentlich=False)
    everybody = town.workflow.reader(town.body)

    def calendar() -> bytes:
        return sessions_calendar(town.workflow, town.body, BODY, PUBLISHER, reader=everybody)

    (before,) = events(calendar())
    assert calendar() == calendar()
    town.fire(one.id, "verlegen", tag="2024-03-12")
    (moved,) = events(calendar())
    assert (before["UID"], before["SEQUENCE"] + 1) == (moved["UID"], moved["SEQUENCE"])
    assert moved.start.isoformat() == "2024-03-12T16:00:00+01:00"
    town.fire(one.id, "absagen", grund="kein Stoff")
    (gone,) = events(calendar())
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 2)
    assert len(events(sessions_calendar(town.workflow, town.body, None, PUBLISHER, reader=None))) == 2


def test_the_due_days_of_many_cases_are_asked_for_at_once(town: House) -> None:
    reader = town.workflow.reader(town.body, LEAD)

    def questions() -> int:
        with asked(town.database) as statements:
            due_calendar(town.workflow, town.body, "amt01", PUBLISHER, reader=reader)
        return len(statements)

    town.at("in_bearbeitung", nummer="0001/2024")
    few = questions()
    for number in range(2, 6):
        town.at("in_bearbeitung", nummer=f"{number:04}/2024")
    assert questions() == few


def test_the_due_days_of_an_office_are_for_those_who_belong_to_it(town: House) -> None:
    case = town.at("in_bearbeitung", nummer="0001/2024")
    content = due_calendar(town.workflow, town.body, "amt01", PUBLISHER, reader=None)
    assert content == due_calendar(town.workflow, town.body, "amt01", PUBLISHER, reader=None)
    (event,) = (one for one in events(content) if ".antwort@" in one["UID"])
    assert str(event["UID"]).startswith(f"{case}.")
    assert "[0001/2024]" in event["SUMMARY"]
    own = due_calendar(town.workflow, town.body, "amt01", PUBLISHER, reader=town.workflow.reader(town.body, LEAD))
    assert own == content
    town.clock("2024-01-10")
    town.fire(case, "zwischenbescheid", LEAD, grund="Es dauert.", neuer_termin="2024-02-09")
    moved = due_calendar(town.workflow, town.body, "amt01", PUBLISHER, reader=None)
    (event,) = (one for one in events(moved) if ".antwort@" in one["UID"])
    assert (event.start.isoformat(), event.stamp.date().isoformat()) == ("2024-02-09", "2024-01-10")
    for person in (None, MEMBER):
        with pytest.raises(ForbiddenError):
            due_calendar(town.workflow, town.body, "amt01", PUBLISHER, reader=town.workflow.reader(town.body, person))
