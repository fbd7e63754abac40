"""Agendas, invitations and results of sessions, as members, the office and the public meet them; on both databases."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from sqlalchemy import update

from tests.helpers.house import CLERK, DRAFT, LEAD, MOTION, SUPERVISOR, House, refused
from tests.helpers.statements import asked
from vorgang.config.errors import ForbiddenError, InvalidInputError, NotFoundError, RefusedError
from vorgang.config.settings import Settings
from vorgang.notifications.papers.press import Wish
from vorgang.states.agendas import AgendaView, Item
from vorgang.states.consultation_results import treatment_text
from vorgang.states.engine import Fired
from vorgang.states.overrides import Override
from vorgang.states.records import Organization
from vorgang.states.session_queries import SessionRow, Wanted
from vorgang.states.tables import table_of
from vorgang.states.visibility import Reader
from vorgang.workflow.amendment_results import amendment_meant, enter_amendment
from vorgang.workflow.calendar_files import Publisher, due_calendar, sessions_calendar
from vorgang.workflow.consultations import gone_ahead, stages
from vorgang.workflow.papers import render_paper
from vorgang.workflow.reading_rights import seen_view
from vorgang.workflow.session_outcomes import outcome
from vorgang.workflow.session_papers import extract_of, invitation_of
from vorgang.workflow.session_reference import session_meant
from vorgang.workflow.session_results import Result, Said, enter, item_meant, noted, result_meant
from vorgang.workflow.session_series import planned, rhythm_of
from vorgang.workflow.session_urgency import Urgent, add_urgent
from vorgang.workflow.sessions import Free, Series, Where, agenda, listed, proposal, schedule_series, set_agenda

BODY, FIRST, SECOND, THIRD = "integrationsrat", "2024-03-05", "2024-04-16", "2024-05-14"
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


def rows_of(house: House, one: SessionRow) -> list[dict[str, Any]]:
    rows = house.workflow.case(one.id).case.facts["tagesordnung"]
    return [dict(row) for row in rows]


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
    (row,) = stages(town.workflow, town.workflow.case(parent(town, late)).case, town.workflow.reader(town.body))
    assert (row.item, row.state_label.de) == (None, "für die Sitzung vorgesehen")
    view = agenda(town.workflow, one, None)
    assert [waiting.id for waiting in view.waiting] == [late]
    fixed(town, one)
    view = agenda(town.workflow, one, None)
    assert (view.waiting, [item.stop for item in view.items if item.stop]) == ((), [late])
    (row,) = stages(town.workflow, town.workflow.case(parent(town, late)).case, town.workflow.reader(town.body))
    assert (row.item, row.state_label.de) == ("Ö 4", "auf der Tagesordnung")
    stop(town, "0002/2024")
    assert [waiting.number for waiting in agenda(town.workflow, one, None).undealt] == ["0002/2024"]
    entered(town, "0002/2024", "noted")
    view = agenda(town.workflow, one, None)
    assert (view.undealt, item_meant(view, "0002/2024").stop is not None) == ((), True)


def test_the_agenda_says_what_is_asked_and_of_residents_only_how_much(town: House) -> None:
    one, about = session(town), {"gremium": BODY, "sitzung": FIRST}
    resident = town.open("einwohnerfrage", CLERK, **about, name="E. Muster", betreff="Rutsche", frage="Wann?").case.id
    refused = town.open("einwohnerfrage", CLERK, **about, name="F. Muster", betreff="Zaun", frage="Wo?").case.id
    written = town.open("einwohnerfrage", CLERK, **about, name="G. Muster", betreff="Tor", frage="Wo?").case.id
    town.fire(written, "schriftlich_verweisen", federfuehrung="amt01")
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


def test_what_is_asked_after_the_invitation_gets_its_item_without_a_reason_and_members_hear_of_it(town: House) -> None:
    one = session(town)
    fixed(town, one)
    town.fire(one.id, "einladen")
    town.clock("2024-03-04")  # the period of notice is over
    said = {"gremium": BODY, "sitzung": FIRST, "fragesteller": MEMBER, "betreff": "Zaun", "frage": "Wann?"}
    town.open("muendliche_frage", CLERK, **said)
    fixed(town, one)
    assert agenda(town.workflow, one, None).items[-1].title == "Mündliche Fragen (1 Frage): Hakan Severcan: Zaun"
    assert town.told(one.id)[1:] == [(MEMBER, "tagesordnung_geaendert")]
    town.open("muendliche_frage", CLERK, **said)
    fixed(town, one)
    assert agenda(town.workflow, one, None).items[-1].title == (
        "Mündliche Fragen (2 Fragen): Hakan Severcan: Zaun; Hakan Severcan: Zaun"
    )
    assert len(town.told(one.id)) == 2  # the item is there


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
    added = [*rows, {"nummer": "Ö 9", "beratung": late}]
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


def test_an_item_names_a_consultation_of_its_own_session_and_each_has_one_item(town: House) -> None:
    one, titled = session(town), {"nummer": "Ö 2", "titel": "Sache"}
    here, free = stop(town, "0001/2024"), stop(town, "0002/2024")
    rows = [{"nummer": "Ö 1", "beratung": here}, titled]
    other_day, other_body = stop(town, "0003/2024", sitzung=SECOND), stop(town, "0004/2024", gremium="rat")
    removed = stop(town, "0005/2024")
    town.fire(removed, "absetzen")

    def why(event: str, **data: Any) -> tuple[str, str]:
        with pytest.raises(RefusedError) as caught:
            town.fire(one.id, event, **data)
        (reason,) = caught.value.refusal.reasons
        return reason.code, reason.remedy()

    for elsewhere in (other_day, other_body, removed, parent(town, here)):
        code, remedy = why("tagesordnung_aufstellen", tagesordnung=[{"nummer": "Ö 2", "beratung": elsewhere}, rows[0]])
        assert code == "agenda_stop_elsewhere"
        assert (free in remedy, here in remedy) == (True, False)  # what can still be given
    twice = [*rows, {"nummer": "Ö 3", "beratung": here}]
    assert why("tagesordnung_aufstellen", tagesordnung=twice)[0] == "agenda_stop_twice"
    town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=rows)
    town.fire(one.id, "einladen")
    late = [*rows, {"nummer": "Ö 3", "beratung": other_day}]
    assert why("nachladen", tagesordnung=late)[0] == "agenda_stop_elsewhere"
    town.fire(here, "vertagen", sitzung=SECOND)
    town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=rows)  # the members know that it was to stand there
    town.fire(free, "zur_kenntnis_nehmen")
    urgent = {"nummer": "Ö 4", "dringlich_weil": "heute", "ja": 3, "nein": 0}
    for wrong, code in ((other_day, "agenda_stop_elsewhere"), (here, "agenda_stop_twice")):
        assert why("dringlich_aufnehmen", **urgent, beratung=wrong)[0] == code
    town.fire(one.id, "durchfuehren")
    town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=[rows[0], {"nummer": "Ö 2", "beratung": free}])
    assert [item.stop for item in agenda(town.workflow, one, None).items] == [here, free]


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
    wanted = Urgent("0001/2024", None, "Frist", closed=False, yes=3, no=2)
    for day, said, why in (
        ("2024-02-20", wanted, "day_not_reached"),
        (FIRST, wanted._replace(yes=2), "majority_missed"),
    ):
        town.clock(day)  # the vote is taken in the session
        with pytest.raises(RefusedError) as caught:
            add_urgent(town.workflow, one, said, town.actor(CLERK))
        assert [reason.code for reason in caught.value.refusal.reasons] == [why]
    assert "nötig: mehr als die Hälfte" in caught.value.text("de")
    with pytest.raises(NotFoundError, match="case_unknown"):
        add_urgent(town.workflow, one, wanted._replace(paper="0009/2024"), town.actor(CLERK))
    town.at("beantwortet", gremium=BODY, nummer="0009/2024")
    with pytest.raises(NotFoundError, match="session_paper_elsewhere") as elsewhere:
        add_urgent(town.workflow, one, wanted._replace(paper="0009/2024"), town.actor(CLERK))
    assert "auf_tagesordnung_setzen" in elsewhere.value.remedy("de")
    with pytest.raises(InvalidInputError, match="session_urgent_what"):
        add_urgent(town.workflow, one, wanted._replace(title="Eilsache"), town.actor(CLERK))
    add_urgent(town.workflow, one, wanted, town.actor(CLERK))
    item = agenda(town.workflow, one, None).items[-1]
    assert (item.number, item.stop, item.urgent) == ("Ö 5", late, "Frist")
    (row,) = stages(town.workflow, town.workflow.case(parent(town, late)).case, None)
    assert row.item == "Ö 5"
    assert seen(town, one, None).items[-1].urgent is None
    add_urgent(town.workflow, one, Urgent(None, "Eilsache", "heute", closed=False, yes=3, no=0), town.actor(CLERK))
    assert len(town.told(one.id)) == 1
    votes = [item.urgency for item in agenda(town.workflow, one, None).items[-2:]]
    assert votes == [{"ja": 3, "nein": 2}, {"ja": 3, "nein": 0}]  # each keeps its own
    assert [item.urgency for item in seen(town, one, None).items[-2:]] == [None, None]
    with pytest.raises(RefusedError, match=r"Ö 5, Dringlichkeit \(5\)") as few:
        town.fire(one.id, "durchfuehren", anwesend=4)
    assert [reason.code for reason in few.value.refusal.reasons] == ["present_below_votes"]
    town.fire(one.id, "durchfuehren", anwesend=5)
    many = Urgent(None, "Noch eine", "heute", closed=False, yes=500, no=1)
    assert refused_for(lambda: add_urgent(town.workflow, one, many, town.actor(CLERK))) == ["votes_above_present"]


def refused_for(act: Callable[[], object]) -> list[str]:
    """Why something is refused, by code."""
    with pytest.raises(RefusedError) as caught:
        act()
    return [reason.code for reason in caught.value.refusal.reasons]


def test_nobody_decides_on_what_is_not_on_the_agenda_that_members_were_invited_with(town: House) -> None:
    one = session(town)
    listed = stop(town, "0001/2024", "entscheidung")
    by_title = Free(public=("Ein angekündigter Punkt",))
    set_agenda(town.workflow, one, proposal(town.workflow, one, by_title), town.actor(CLERK))
    town.fire(one.id, "einladen")
    rejected, titled = stop(town, "0002/2024", "entscheidung"), stop(town, "0003/2024", "entscheidung")
    for case, event in ((rejected, "ablehnen"), (titled, "beschliessen")):
        with pytest.raises(RefusedError) as caught:
            town.fire(case, event)
        assert [reason.code for reason in caught.value.refusal.reasons] == ["not_on_agenda"]
    town.fire(listed, "beschliessen")
    town.fire(one.id, "durchfuehren")  # what was voted in the session is entered when it is over
    urgent = Urgent("0002/2024", None, "Frist", closed=False, yes=3, no=0)
    add_urgent(town.workflow, one, urgent, town.actor(CLERK))
    town.fire(rejected, "ablehnen")
    rows = town.workflow.case(one.id).case.facts["tagesordnung"]
    joined = [
        {"nummer": row["nummer"], "beratung": titled} if row.get("titel") in by_title.public else row for row in rows
    ]
    for twice in ([{**row, "titel": "Sache"} for row in joined], [{"nummer": row["nummer"]} for row in joined]):
        with pytest.raises(RefusedError) as caught:
            town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=twice)
        assert "item_title_or_paper" in [reason.code for reason in caught.value.refusal.reasons]
    town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=joined)
    town.fire(titled, "beschliessen")


def test_an_agenda_that_is_kept_by_hand_or_not_at_all_stops_no_decision(town: House) -> None:
    one = session(town)
    by_hand = [{"nummer": "1", "titel": "Eröffnung"}, {"nummer": "2", "titel": "Sache 0001/2024"}]
    town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=by_hand)
    town.fire(one.id, "einladen")
    for case in (stop(town, "0001/2024", "entscheidung"), stop(town, "0002/2024", "entscheidung", sitzung=SECOND)):
        assert town.fire(case, "beschliessen").target == "beschlossen"


def test_what_was_dealt_with_without_an_invitation_stays_on_the_agenda_under_its_number(town: House) -> None:
    one = session(town)
    decided, other = (stop(town, number, "entscheidung") for number in ("0001/2024", "0002/2024"))
    fixed(town, one, "Verschiedenes")
    numbers = {row["beratung"]: row["nummer"] for row in rows_of(town, one) if row.get("beratung")}
    town.fire(decided, "beschliessen")
    free = next(row["nummer"] for row in rows_of(town, one) if row.get("titel") == "Verschiedenes")
    town.fire(one.id, "punkt_behandeln", nummer=free, ergebnis="zur_kenntnis_genommen")
    late = stop(town, "0003/2024", "entscheidung")
    fixed(town, one)
    rows = rows_of(town, one)
    assert {row["beratung"]: row["nummer"] for row in rows if row.get("beratung") in numbers} == numbers
    assert [row.get("beratung") for row in rows if row["nummer"].startswith("Ö")][-1] == late
    assert [row.get("ergebnis") for row in rows if row["nummer"] == free] == ["zur_kenntnis_genommen"]
    unsaid = [{name: value for name, value in row.items() if name != "ergebnis"} for row in rows]
    for wrong in ([row for row in rows if row.get("beratung") != decided], unsaid):
        with pytest.raises(RefusedError) as caught:
            town.fire(one.id, "tagesordnung_aufstellen", tagesordnung=wrong)
        assert [reason.code for reason in caught.value.refusal.reasons] == ["agenda_results_missing"]
    town.fire(other, "vertagen", sitzung=SECOND)
    fixed(town, one)
    assert other in [row.get("beratung") for row in rows_of(town, one)]


def test_the_agenda_of_a_session_that_was_held_is_the_one_it_had(town: House) -> None:
    one = session(town)
    stop(town, "0001/2024")
    fixed(town, one)
    town.fire(one.id, "einladen")
    stop(town, "0002/2024")
    town.clock(FIRST)
    town.fire(one.id, "durchfuehren")
    rows = rows_of(town, one)
    assert proposal(town.workflow, one) == rows
    fixed(town, one)
    assert rows_of(town, one) == rows
    with pytest.raises(RefusedError) as caught:
        fixed(town, one, "Grundstückssache")
    assert [reason.code for reason in caught.value.refusal.reasons] == ["agenda_items_new"]


# --- the invitation ---


def test_an_invitation_says_of_a_paper_that_it_was_withdrawn_since(town: House) -> None:
    one = session(town)
    withdrawn, _ = stop(town, "0001/2024"), stop(town, "0002/2024")
    fixed(town, one)
    town.fire(withdrawn, "zurueckziehen")
    results = [treatment_text(item.result) for item in seen(town, one, MEMBER).items if item.stop]
    assert [result and result.de for result in results] == ["zurückgezogen", None]
    reader = town.workflow.reader(town.body, MEMBER)
    text = invitation_of(town.workflow, one, "html", Settings(), reader=reader).file.content.decode()
    assert "Sache 0001/2024 (Hakan Severcan) – zurückgezogen" in text
    assert text.count("zurückgezogen") == 1
    fixed(town, one)  # nobody is invited yet: it is left out
    assert withdrawn not in [item.stop for item in seen(town, one, MEMBER).items]
    assert not seen(town, one, MEMBER).waiting


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


def test_nobody_is_invited_to_a_session_that_has_begun(town: House) -> None:
    town.clock(FIRST, 16)
    one = session(town, beginn="15:59")
    fixed(town, one)
    with pytest.raises(RefusedError) as caught:
        town.fire(one.id, "einladen", abgekuerzt_weil="Frist der Förderung")
    assert [reason.code for reason in caught.value.refusal.reasons] == ["session_begun"]
    town.fire(one.id, "verlegen", tag=FIRST, beginn="16:01")
    town.fire(one.id, "einladen", abgekuerzt_weil="Frist der Förderung")
    town.clock(FIRST, 17)
    rows = [*town.workflow.case(one.id).case.facts["tagesordnung"], {"nummer": "Ö 9", "titel": "Bericht"}]
    with pytest.raises(RefusedError, match="um 16:01 Uhr begonnen"):
        town.fire(one.id, "nachladen", tagesordnung=rows, abgekuerzt_weil="Frist der Förderung")
    town.fire(one.id, "durchfuehren")


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
        ("vorberatung", "recommended", Said(yes=5, no=0), "empfohlen", "5:0:0"),
        ("entscheidung", "rejected", Said(yes=0, no=5), "abgelehnt", "0:5:0"),
        ("entscheidung", "removed", Said(reason="zurückgestellt"), "von der Tagesordnung abgesetzt", ""),
        ("entscheidung", "postponed", Said(to=SECOND), "vertagt", ""),
        ("vorberatung", "referred", Said(to="rat", on=SECOND), "verwiesen an Rat der Stadt Hagen (16.04.2024)", ""),
    ],
)
def test_a_result_stands_on_the_agenda_and_in_the_beratungsfolge(  # one parameter each
    town: House, role: str, result: Result, said: Said, label: str, votes: str
) -> None:
    one, before = session(town), stop(town, "0001/2024", role)
    fixed(town, one)
    entered(town, "0001/2024", result, said)
    (item,) = (one for one in agenda(town.workflow, meant(town), None).items if one.stop)
    assert (on_agenda := treatment_text(item.result)) is not None
    assert on_agenda.de.startswith(label)
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
    entered(town, "Ö 4", "adopted", Said(yes=5, no=0))
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


def test_a_decision_that_still_waits_for_advice_says_for_whose_and_how_that_ends(town: House) -> None:
    one, paper = session(town), motion(town, nummer="0001/2024")
    advising = {"gremium": "rat", "sitzung": SECOND, "rolle": "vorberatung"}
    town.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=[advising])
    fixed(town, one)
    fired = entered(town, "0001/2024", "adopted", Said(yes=5, no=0))
    (note,) = outcome(town.workflow, agenda(town.workflow, meant(town), None), fired, None).notes
    assert "Rat der Stadt Hagen (16.04.2024)" in note.de
    assert "case fire 0001/2024 offene_vorberatungen_beenden" in note.de


def test_what_was_postponed_is_entered_in_its_new_session_and_not_in_the_old_one_again(town: House) -> None:
    one, before = session(town), stop(town, "0001/2024", "vorberatung")
    session(town, SECOND)
    fixed(town, one)
    entered(town, "Ö 4", "postponed", Said(to=SECOND))
    again: tuple[tuple[Result, Said], ...] = (("postponed", Said(to=THIRD)), ("removed", Said()), ("none", Said()))
    for result, said in again:
        with pytest.raises(RefusedError) as caught:
            entered(town, "Ö 4", result, said)
        assert caught.value.code == "session_item_gone_on"
        assert "vertagt auf 16.04.2024" in caught.value.text()
        assert f"session result {BODY} 16.04.2024" in caught.value.remedy()
    rows = stages(town.workflow, town.workflow.case(parent(town, before)).case, None)
    assert [(str(row.day), row.result) for row in rows] == [(FIRST, "vertagt"), (SECOND, None)]
    town.fire(before, "behandlung_nachtragen", sitzung=FIRST)
    entered(town, "Ö 4", "postponed", Said(to=THIRD))
    (item,) = (one for one in agenda(town.workflow, meant(town), None).items if one.stop)
    told = treatment_text(item.result)
    assert (told and told.de) == "vertagt auf 14.05.2024"


def referred(house: House) -> tuple[str, str]:
    """A motion that the body has referred to the council for its opinion, and the council has adopted; its stop."""
    paper = house.open("antrag", CLERK, **MOTION, nummer="0001/2024").case.id
    house.fire(paper, "zulassen")
    advising, deciding = ((BODY, "vorberatung"), ("rat", "entscheidung"))
    ways = [{"gremium": body, "sitzung": FIRST, "rolle": role} for body, role in (advising, deciding)]
    house.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=ways)
    fixed(house, session(house))
    (before, _) = house.children(paper, "beratung")
    entered(house, "Ö 4", "referred", Said(to="rat", on=SECOND, reason="Fachfrage"))
    return paper, before.id


def test_a_deciding_body_refers_to_one_that_only_advises_for_its_advice(town: House) -> None:
    table = table_of(Organization)
    with town.database.writing() as connection:
        advises = update(table).where(table.c.body == town.body, table.c.key == "rat")
        connection.execute(advises.values(remit={"roles": ["vorberatung"]}))
    town.workflow.directory.forget()
    one, decides = session(town), stop(town, "0001/2024", "entscheidung")
    fixed(town, one)
    entered(town, "Ö 4", "referred", Said(to="rat", on=SECOND))
    assert len(town.children(decides, "folge")) == 1
    assert town.workflow.case(decides).case.facts["verweisung"]["rolle"] == "vorberatung"


def test_the_outcome_of_a_session_stays_when_what_it_referred_or_removed_is_ended_later(town: House) -> None:
    session(town, FIRST, "rat")
    paper, _ = referred(town)
    removed = stop(town, "0002/2024")
    entered(town, "0002/2024", "removed", Said(reason="Klärung"))
    council = meant(town, FIRST, "rat")
    view = agenda(town.workflow, council, None)
    fired = enter(town.workflow, view, item_meant(view, "0001/2024"), "adopted", Said(yes=5, no=0), town.actor(CLERK))
    (note,) = outcome(town.workflow, view, fired, None).notes
    assert "noch aus: Rat der Stadt Hagen (16.04.2024)." in note.de  # to which it was referred

    def outcomes() -> list[tuple[str, bool, bool]]:
        view = agenda(town.workflow, meant(town), None)
        items = [item_meant(view, word) for word in ("0001/2024", "0002/2024")]
        sheets = [extract_of(town.workflow, (view, one), "html", Settings(), reader=None) for one in items]
        texts = [sheet.file.content.decode() for sheet in sheets]
        words = [treatment_text(one.result) for one in items]
        return [
            (one.de, why in text, "05.03.2024" in text)
            for one, why, text in zip(words, ("Fachfrage", "Klärung"), texts, strict=True)
            if one is not None
        ]

    before = outcomes()
    assert before == [
        ("verwiesen an Rat der Stadt Hagen (16.04.2024)", True, True),
        ("von der Tagesordnung abgesetzt", True, True),
    ]
    town.clock(SECOND)
    town.fire(paper, "offene_vorberatungen_beenden", grund="Der Rat hat entschieden.")
    town.fire(removed, "zurueckziehen", grund="Erledigt.")
    assert outcomes() == before
    issued = render_paper(town.workflow, paper, Wish("ausfertigung", form="html")).file.content.decode()
    assert "verwiesen" in issued
    assert "ohne Votum beendet" not in issued


def test_a_recommendation_that_comes_after_the_decision_is_told(town: House) -> None:
    one, before = session(town), stop(town, "0001/2024", "vorberatung")
    paper = parent(town, before)
    later = [{"gremium": "rat", "sitzung": "2024-03-12", "rolle": "entscheidung"}]
    town.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=later)
    fixed(town, one)
    fired = entered(town, "Ö 4", "postponed", Said(to=SECOND, reason="Beratungsbedarf"))
    told = outcome(town.workflow, agenda(town.workflow, meant(town), None), fired, None)
    assert told.label.de == "vertagt auf 16.04.2024"
    assert "entscheidet schon am 12.03.2024, vor dieser Beratung" in told.notes[0].de

    def extract() -> str:
        view = agenda(town.workflow, meant(town), None)
        printed = extract_of(town.workflow, (view, item_meant(view, "Ö 4")), "html", Settings(), reader=None)
        return printed.file.content.decode()

    text = extract()
    assert "auf 16.04.2024" in text
    assert "Beratungsbedarf" in text
    town.fire(before, "empfehlen", wortlaut="Ein Sumpfhuhn.", niederschrift="Aussprache.")
    assert extract() == text  # what the later session said is its own
    (item,) = (one for one in agenda(town.workflow, meant(town), None).items if one.stop == before)
    assert item.result is not None
    assert "wortlaut" not in item.result


def test_nobody_votes_who_was_not_there(town: House) -> None:
    one, _ = session(town), [stop(town, f"000{number}/2024", "entscheidung") for number in (1, 2)]
    fixed(town, one)
    entered(town, "Ö 4", "adopted", Said(yes=7, no=2, abstain=1))

    def why(act: Callable[[], object]) -> str:
        with pytest.raises(RefusedError) as caught:
            act()
        return caught.value.refusal.reasons[0].text("de")

    few = why(lambda: town.fire(one.id, "durchfuehren", anwesend=9))
    assert few == "Anwesend waren mehr als 9: So viele haben zu diesen Punkten abgestimmt: Ö 4 (10)."
    town.fire(one.id, "durchfuehren", anwesend=10)
    many = why(lambda: entered(town, "Ö 5", "rejected", Said(yes=4, no=7)))
    assert many == "11 Stimmen sind mehr, als in der Sitzung stimmberechtigte Mitglieder anwesend waren (10)."
    entered(town, "Ö 5", "rejected", Said(yes=4, no=6))
    town.fire(one.id, "anwesenheit_berichtigen", anwesend=12)
    nobody = why(lambda: town.fire(one.id, "anwesenheit_berichtigen", anwesend=0))
    assert nobody == "Ohne Anwesende findet keine Sitzung statt (Integrationsrat der Stadt Hagen: 0)."
    assert why(lambda: town.fire(one.id, "anwesenheit_berichtigen", anwesend=9)) == few.replace(
        "Ö 4 (10)", "Ö 4 (10), Ö 5 (10)"
    )
    stop(town, "0003/2024", "entscheidung")
    entered(town, "0003/2024", "adopted", Said(yes=9, no=3))
    unlisted = why(lambda: town.fire(one.id, "anwesenheit_berichtigen", anwesend=11))
    assert unlisted.endswith("abgestimmt: Drucksache ohne Tagesordnungspunkt (12).")
    by_hand = why(lambda: town.fire(one.id, "punkt_behandeln", nummer="Ö 4", ergebnis="ohne_beschluss"))
    assert by_hand == "Zum Punkt Ö 4 gehört eine Drucksache; ihr Ergebnis steht an ihrer Beratung."


def test_an_item_without_a_paper_is_noted_and_has_its_extract_and_an_unknown_one_is_named(town: House) -> None:
    one = session(town)
    fixed(town, one)
    with pytest.raises(InvalidInputError) as bare:
        entered(town, "Ö 1", "adopted")
    assert bare.value.code == "session_item_bare"
    fired = entered(town, "Ö 2", "noted", Said(minutes="Die Leitung berichtet vom Umbau."))
    view = agenda(town.workflow, one, None)
    assert outcome(town.workflow, view, fired, None).label.de == "zur Kenntnis genommen"
    title = view.items[1].title or ""

    def text(reader: Reader | None) -> str:
        printed = extract_of(town.workflow, (view, item_meant(view, "Ö 2")), "html", Settings(), reader=reader)
        return printed.file.content.decode()

    for word in (title, "Gegenstand", "Zur Kenntnis genommen", "Die Leitung berichtet vom Umbau.", "Jessica Randt"):
        assert word in text(None), word
    assert "Umbau" not in text(town.workflow.reader(town.body))
    facts = town.workflow.case(one.id).case.facts
    assert (facts["tagesordnung"][1]["ergebnis"], facts.keys() & {"ergebnis", "vermerk"}) == (
        "zur_kenntnis_genommen",
        set(),
    )
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


def motion(house: House, day: str = FIRST, **more: Any) -> str:
    """A motion that the body is to decide in the session of the day."""
    paper = house.open("antrag", CLERK, **{**MOTION, **more}).case.id
    house.fire(paper, "zulassen")
    before = [{"gremium": BODY, "sitzung": day, "rolle": "entscheidung"}]
    house.fire(paper, "auf_tagesordnung_setzen", beratungsfolge=before)
    return paper


def test_a_result_by_mistake_is_corrected_and_the_paper_follows_the_new_one(town: House) -> None:
    one, paper = session(town), motion(town, nummer="0042/2024")
    (before,) = town.children(paper, "beratung")
    fixed(town, one)
    session(town, SECOND)
    entered(town, "Ö 4", "changed", Said(yes=12, no=3, wording="Alles anders.", minutes="Aussprache."))
    assert town.state(paper) == "beschlossen"
    town.clock("2024-03-06")

    def set_back(case: str, to: str, **due: date) -> None:
        fired = town.workflow.override(Override(case, to, "Stimmen vertauscht", town.actor(SUPERVISOR), due))
        ahead = gone_ahead(town.workflow, fired)
        assert (ahead and ahead.follows_in) == (("in_beratung",) if case == before.id else None)

    def results(person: str | None) -> list[tuple[str | None, str, str]]:
        rows = stages(town.workflow, town.workflow.case(paper).case, town.workflow.reader(town.body, person))
        return [(row.result_label and row.result_label.de, row.votes, str(row.noted_at)[:10]) for row in rows]

    set_back(before.id, "geplant", sitzung=date(2024, 3, 6))
    set_back(paper, "in_beratung", befassung=date(2024, 4, 30))
    open_again = seen(town, one, CLERK).items[3]
    assert (open_again.stop, open_again.result, noted(town.workflow, one, open_again)) == (before.id, None, None)
    mistaken = ("berichtigt, war: geändert beschlossen", "12:3:0", FIRST)
    assert results(CLERK) == [mistaken, (None, "", "None")]
    assert results(None) == [(None, "", "None")]
    facts = town.workflow.case(before.id).case.facts
    assert facts.keys().isdisjoint({"ja", "nein", "wortlaut", "niederschrift", "massgeblich_entschieden"})
    refused_as_voted = refused_for(lambda: town.fire(before.id, "ablehnen", ja=12, nein=3))
    assert refused_as_voted == ["vote_carried"]

    view = agenda(town.workflow, one, None)
    enter(town.workflow, view, item_meant(view, "Ö 4"), "rejected", Said(yes=3, no=12), town.actor(CLERK))
    assert (town.state(before.id), town.state(paper)) == ("abgelehnt", "abgelehnt")
    assert "beschlossen_am" not in town.workflow.case(paper).case.facts
    assert results(CLERK) == [mistaken, ("abgelehnt", "3:12:0", "2024-03-06")]
    assert results(None) == [("abgelehnt", "3:12:0", "None")]
    view = agenda(town.workflow, one, None)
    item = item_meant(view, "Ö 4")
    told = noted(town.workflow, one, item)
    assert told is not None
    assert (f"{told.at:%Y-%m-%d}", told.minutes) == ("2024-03-06", None)
    assert item.result is not None
    assert (item.result["ergebnis"], item.result["ja"], item.result["nein"]) == ("abgelehnt", 3, 12)


def test_what_a_mistaken_referral_sent_elsewhere_ends_with_its_correction(town: House) -> None:
    one, paper = session(town), motion(town)
    (before,) = town.children(paper, "beratung")
    fixed(town, one)
    session(town, SECOND, "rat")
    entered(town, "Ö 4", "referred", Said(to="rat", on=SECOND))
    (sent,) = town.children(before.id, "folge")
    due = {"sitzung": date(2024, 3, 6)}
    town.workflow.override(Override(before.id, "geplant", "vertippt", town.actor(SUPERVISOR), due))
    assert (town.state(before.id), town.state(sent.id)) == ("geplant", "erledigt")
    rows = stages(town.workflow, town.workflow.case(paper).case, town.workflow.reader(town.body, CLERK))
    assert "berichtigt, war: verwiesen" in str([row.result_label for row in rows])
    view = agenda(town.workflow, one, None)
    enter(town.workflow, view, item_meant(view, "Ö 4"), "adopted", Said(yes=9, no=3), town.actor(CLERK))
    assert (town.state(before.id), town.state(paper)) == ("beschlossen", "beschlossen")


def moved_to(house: House, paper: str, number: str) -> str:
    """An amendment to the paper; its case."""
    said = {"nummer": number, "betreff": f"Weg {number}", "fragesteller": OUTSIDER, "wortlaut": "Er wird breiter."}
    house.fire(paper, "aenderungsantrag_einbringen", aenderungsantrag=said)
    return str(house.children(paper, "aenderungsantrag")[-1].id)


def test_agenda_and_invitation_name_the_amendments_beneath_their_paper_to_whoever_may_see_it(town: House) -> None:
    one, papers = session(town), (motion(town), motion(town, nummer="0043/2024", oeffentlich=False))
    fixed(town, one)
    for paper, number in zip(papers, ("0007/2024", "0008/2024"), strict=True):
        moved_to(town, paper, number)
    town.fire(moved_to(town, papers[0], "0009/2024"), "zurueckziehen", OUTSIDER)
    for person, known in ((None, ["0007/2024"]), (MEMBER, ["0007/2024", "0008/2024"])):
        reader = town.workflow.reader(town.body, person)
        view = agenda(town.workflow, one, reader)
        assert [moved.number for item in view.items for moved in item.amendments] == known
        names = town.workflow.directory.town(town.body).names
        said = view.items[[item.number for item in view.items].index("Ö 4")].amendments[0].heading(names, "de")
        assert said == f"Änderungsantrag 0007/2024: Weg 0007/2024 ({names[OUTSIDER]})"
        printed = invitation_of(town.workflow, one, "html", Settings(), reader=reader).file.content.decode()
        assert (f"<br>– {said}" in printed, "0008/2024" in printed) == (True, person is not None)
        assert "0009/2024" not in printed


def test_an_invitation_names_the_chair_and_the_day_from_which_it_is(town: House) -> None:
    one = session(town)
    fixed(town, one)

    def printed() -> str:
        return invitation_of(town.workflow, one, "html", Settings(), reader=None).file.content.decode()

    assert ("Hakan Severcan" in printed(), "Datum:" in printed()) == (True, False)
    town.clock("2024-02-01")
    town.fire(one.id, "einladen")
    assert "01.02.2024" in printed()
    town.clock("2024-02-05")
    town.fire(one.id, "verlegen", tag=one.day.isoformat(), ort="Saal")
    assert "05.02.2024" in printed()


def test_the_result_of_an_amendment_is_entered_by_its_number_and_stands_on_the_agenda(town: House) -> None:
    one, paper = session(town), motion(town)
    fixed(town, one)
    case, other = moved_to(town, paper, "0007/2024"), moved_to(town, paper, "0008/2024")
    town.clock(FIRST, 20)
    view = agenda(town.workflow, one, None)
    for word, result, said in (
        ("0007/2024", "changed", Said(9, 2, wording="Er wird lang.")),
        (other, "rejected", Said(1, 8)),
    ):
        found = amendment_meant(view, word)
        assert found is not None
        with pytest.raises(InvalidInputError, match="Änderungsantrag"):
            enter_amendment(town.workflow, view, found, "noted", Said(), town.actor(CLERK))
        enter_amendment(town.workflow, view, found, result, said, town.actor(CLERK))  # type: ignore[arg-type]
    facts = town.workflow.case(case).case.facts
    assert (town.state(case), facts["gremium"], facts["wortlaut"], facts["ja"]) == (
        "angenommen",
        BODY,
        "Er wird lang.",
        9,
    )
    (item,) = [item for item in seen(town, one, None).items if item.amendments]
    assert [moved.ended and moved.ended.de for moved in item.amendments] == ["angenommen", "abgelehnt"]


def test_nobody_votes_on_an_amendment_who_was_not_there(town: House) -> None:
    one, papers = session(town), [motion(town)]
    fixed(town, one)
    papers += [motion(town, nummer="0043/2024"), motion(town, SECOND, nummer="0044/2024")]
    carried, rejected, later = (moved_to(town, paper, f"001{n}/2024") for n, paper in enumerate(papers))
    town.clock(FIRST, 20)
    town.fire(one.id, "durchfuehren")
    town.fire(carried, "annehmen", gremium=BODY, sitzung=FIRST, ja=7, nein=2, enthaltungen=1)
    town.fire(rejected, "ablehnen", gremium=BODY, sitzung=FIRST, ja=1, nein=8)
    town.clock(SECOND, 20)
    town.fire(later, "annehmen", gremium=BODY, sitzung=SECOND, ja=20, nein=0)
    with pytest.raises(RefusedError) as caught:
        town.fire(one.id, "anwesenheit_berichtigen", anwesend=8)
    told = [caught.value.refusal.reasons[0].text(lang) for lang in ("de", "en")]
    assert told[0].endswith("abgestimmt: Ö 4, Änderungsantrag (10), Änderungsantrag (9).")
    assert told[1].endswith("items: Ö 4, amendment (10), amendment (9).")
    town.fire(one.id, "anwesenheit_berichtigen", anwesend=10)


def test_the_extract_tells_which_amendments_were_carried(town: House) -> None:
    one, paper = session(town), motion(town)
    fixed(town, one)
    for words, event in (("breiter", "annehmen"), ("schmaler", "ablehnen"), ("länger", "uebernehmen")):
        moved = {"betreff": "Weg", "fragesteller": OUTSIDER, "wortlaut": f"Der Weg wird {words}."}
        town.fire(paper, "aenderungsantrag_einbringen", aenderungsantrag=moved)
        amendment = town.children(paper, "aenderungsantrag")[-1].id
        town.clock(FIRST, 17)
        town.fire(amendment, event, **{"gremium": BODY, "sitzung": FIRST} if event != "uebernehmen" else {})
    entered(town, "Ö 4", "adopted", Said(yes=7, no=2))
    for reader in (None, town.workflow.reader(town.body)):
        view = agenda(town.workflow, meant(town), reader)
        what = (view, item_meant(view, "Ö 4"))
        text = extract_of(town.workflow, what, "html", Settings(), reader=reader).file.content.decode()
        assert [word in text for word in ("Der Weg wird breiter.", "schmaler", "länger")] == [True, False, True]


def test_there_is_no_extract_before_there_is_a_result(town: House) -> None:
    one, _ = session(town), stop(town, "0001/2024")
    fixed(town, one)
    view = agenda(town.workflow, one, None)
    with pytest.raises(RefusedError) as caught:
        extract_of(town.workflow, (view, item_meant(view, "4")), "pdf", Settings(), reader=None)
    assert caught.value.code == "session_no_result_yet"


# --- series ---


def a_series(house: House, every: str, until: str) -> Series:
    calendar = house.workflow.directory.town(house.body).rules_on(date(2024, 1, 8)).calendar
    days = planned(rhythm_of(every), date(2024, 3, 5), date.fromisoformat(until), calendar)
    return Series(Where(BODY, "16:00", "18:00", "Ratssaal"), every, days)


def test_a_series_is_scheduled_whole_or_not_at_all_and_every_bad_day_is_named(town: House) -> None:
    session(town, "2024-04-02", "rat", ort="Ratssaal")
    session(town, "2024-04-30", ort="Ratssaal")
    with pytest.raises(RefusedError) as caught:
        schedule_series(town.workflow, town.body, town.actor(CLERK), a_series(town, "4w", "2024-06-30"))
    days = [text.de.split(":")[0] for text in caught.value.params["days"]]  # type: ignore[attr-defined]  # texts
    assert days == ["02.04.2024", "30.04.2024"]
    assert "schon eine Sitzung; „Ratssaal“ ist" in caught.value.text("de")
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


@pytest.mark.parametrize("way", ["placed", "waiting", "postponed", "moved"])
def test_what_stands_before_a_session_that_is_not_public_is_not_public_as_long_as_it_does(
    town: House, way: str
) -> None:
    """However it came there; its own flag says nothing."""
    first = session(town, oeffentlich=way == "postponed") if way != "waiting" else None
    found = stop(town, "0001/2024")
    if way == "waiting":
        session(town, oeffentlich=False)
    if way == "postponed":
        session(town, SECOND, oeffentlich=False)
        town.fire(found, "vertagen", sitzung=SECOND)
    if way == "moved" and first is not None:
        town.fire(first.id, "verlegen", tag=SECOND)
    day = SECOND if way in {"postponed", "moved"} else FIRST
    closed = meant(town, day)
    fixed(town, closed)
    (item,) = [one for one in agenda(town.workflow, closed, None).items if one.stop]
    assert (item.stop, item.closed, item.number) == (found, True, "N 4")
    paper = town.workflow.case(parent(town, found)).case

    def told(person: str | None) -> tuple[bool, list[str]]:
        reader = town.workflow.reader(town.body, person)
        seen = found in {one.case.id for one in seen_view(town.workflow, paper.id, reader).children}
        return seen, [str(one.day) for one in stages(town.workflow, paper, reader)]

    days = [FIRST, SECOND] if way == "postponed" else [day]
    assert (told(None), told(CLERK)) == ((False, []), (True, days))
    assert not town.workflow.case(found).case.public
    town.clock(day)
    town.fire(found, "vertagen", sitzung=THIRD)
    session(town, THIRD)
    assert (told(None), told(CLERK)) == ((True, [*days[:-1], THIRD]), (True, [*days, THIRD]))


def test_all_items_of_a_session_that_is_not_public_are_in_that_part(town: House) -> None:
    one = session(town, oeffentlich=False)
    rows = proposal(town.workflow, one, Free(("Bericht",), ("Vertrag",)))
    assert [row["nummer"] for row in rows] == [f"N {place}" for place in range(1, 7)]
    set_agenda(town.workflow, one, rows, town.actor(CLERK))
    town.fire(one.id, "einladen")
    stop(town, "0001/2024")
    late = proposal(town.workflow, one, Free(("Nachtrag",)))
    assert [row["nummer"] for row in late[6:]] == ["N 7", "N 8"]
    town.clock(FIRST)
    (fired, *_) = add_urgent(
        town.workflow, one, Urgent(None, "Eilfall", "Es eilt.", closed=False, yes=1, no=0), town.actor(CLERK)
    )
    assert town.workflow.case(fired.case.id).case.facts["tagesordnung"][-1]["nichtoeffentlich"]


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
    fixed(town, one)
    town.fire(one.id, "einladen")
    (invited,) = events(calendar())
    town.fire(one.id, "absagen", grund="kein Stoff")
    (gone,) = events(calendar())
    told = [(entry["STATUS"], entry["SEQUENCE"]) for entry in (before, moved, invited, gone)]
    assert told == [("TENTATIVE", 0), ("TENTATIVE", 1), ("CONFIRMED", 2), ("CANCELLED", 3)]
    assert len(events(sessions_calendar(town.workflow, town.body, None, PUBLISHER, reader=None))) == 2


def test_a_session_set_by_hand_takes_place_again_or_does_not_for_everybody_who_looks(town: House) -> None:
    one = session(town)
    fixed(town, one)
    town.fire(one.id, "einladen")
    town.fire(one.id, "absagen", grund="Versehen")

    def set_back(to: str, **due: date) -> None:
        town.workflow.override(Override(one.id, to, "Versehen", town.actor(SUPERVISOR), due))

    def entry() -> tuple[str, int]:
        content = sessions_calendar(town.workflow, town.body, BODY, PUBLISHER, reader=None)
        (event,) = (event for event in events(content) if event["UID"].startswith(one.id))
        return event["STATUS"], event["SEQUENCE"]

    other = session(town)
    assert refused_for(lambda: set_back("eingeladen", sitzungstag=date(2024, 3, 5))) == ["session_twice"]
    assert (town.state(one.id), entry()) == ("abgesagt", ("CANCELLED", 2))
    town.fire(other.id, "verlegen", tag=SECOND)
    set_back("eingeladen", sitzungstag=date(2024, 3, 5))
    assert entry() == ("CONFIRMED", 3)
    assert refused_for(lambda: session(town)) == ["session_twice"]
    assert stop(town, "0001/2024") in {waiting.id for waiting in agenda(town.workflow, one, None).waiting}
    set_back("abgesagt")
    assert entry() == ("CANCELLED", 4)
    assert refused_for(lambda: stop(town, "0002/2024")) == ["stops_unfit"]
    assert session(town).id != one.id


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
