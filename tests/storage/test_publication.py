"""Publication on both databases: locked, made known, taken back, published again; and that of attachments."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.helpers.house import ASKER, CLERK, LEAD, House
from tests.helpers.soundness import assert_sound
from tests.helpers.statements import asked
from vorgang.config.errors import NotFoundError, RefusedError
from vorgang.states.publicity import reader_for
from vorgang.states.records import Paper
from vorgang.states.tables import table_of
from vorgang.states.visibility import may_show_answer
from vorgang.workflow.case_files import files
from vorgang.workflow.reading_rights import seen, seen_view, visible
from vorgang.workflow.setup import Setup

_paper = table_of(Paper)
TAKE_BACK, AGAIN = "veroeffentlichung_zuruecknehmen", "wieder_veroeffentlichen"


def attachment(name: str, number: int, **more: Any) -> dict[str, Any]:
    file = {"name": name, "media_type": "application/pdf", "sha256": f"{number:064x}", "size": 5}
    return {"datei": file, "titel": name.partition(".")[0], **more}


def closed(house: House, **more: Any) -> str:
    case = house.at("beantwortet", **more)
    house.fire(case, "abschliessen")
    return case


def refused(house: House, case: str, event: str, person: str = CLERK, **data: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        house.fire(case, event, person, **data)
    refusal = caught.value.refusal
    return refusal.reasons[0].code if refusal.reasons else refusal.code


def sees(house: House, case: str, person: str | None) -> bool:
    return visible(house.workflow, [case], house.workflow.reader(house.body, person)) == {case}


def shown_files(house: House, case: str, person: str | None) -> list[str]:
    return [file.name for file in files(house.workflow, case, house.workflow.reader(house.body, person))]


def instants(house: House, case: str) -> tuple[datetime | None, datetime | None]:
    """When the answer was published and when that was taken back."""
    with house.database.reading() as connection:
        query = select(_paper.c.published_at, _paper.c.withdrawn_at).where(
            _paper.c.name == house.workflow.case(case).case.subject
        )
        row = connection.execute(query.order_by(_paper.c.id.desc()).limit(1)).one()
        return row[0], row[1]


# --- a closed case ---


def test_a_publication_is_taken_back_from_a_closed_case_which_stays_closed(house: House) -> None:
    case = closed(house, betreff="Spielplatz am Markt")
    before = house.workflow.case(case).case
    house.clock("2024-02-01")
    house.fire(case, TAKE_BACK, grund="Namen von Anwohnern")
    after = house.workflow.case(case).case
    assert (after.state, after.owner, after.due_on, after.closed_at) == ("abgeschlossen", None, None, before.closed_at)
    assert (before.public, after.public, after.version) == (True, False, before.version + 1)
    assert not [clock for clock in house.workflow.case(case).deadlines if clock.settled_at is None]
    line = house.workflow.history(case)[-1]
    assert (line.event, line.source, line.target) == (TAKE_BACK, "abgeschlossen", "abgeschlossen")
    assert line.data == {"grund": "Namen von Anwohnern"}
    assert {("severcan", "veroeffentlichung_geaendert"), ("amt01", "veroeffentlichung_geaendert")} <= set(
        house.told(case)
    )


def test_what_was_taken_back_is_for_those_concerned_until_it_is_published_again(house: House) -> None:
    case = closed(house, betreff="Bäume im Park")
    everybody = (None, ASKER, LEAD, CLERK)
    assert all(sees(house, case, person) for person in everybody)
    house.fire(case, TAKE_BACK, grund="Namen")
    assert [sees(house, case, person) for person in everybody] == [False, True, True, True]
    house.fire(case, AGAIN, grund="geschwärzt")
    assert all(sees(house, case, person) for person in everybody)
    assert house.state(case) == "abgeschlossen"


def test_it_is_recorded_when_an_answer_was_published_and_taken_back(house: House) -> None:
    case = house.at("unterzeichnet", betreff="Brücke über die Volme")
    assert instants(house, case) == (None, None)
    house.clock("2024-01-20", 10)
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich")
    published = datetime(2024, 1, 20, 9, tzinfo=UTC)
    assert instants(house, case) == (published, None)
    house.clock("2024-01-21", 10)
    house.fire(case, TAKE_BACK, grund="Namen")
    assert instants(house, case) == (published, datetime(2024, 1, 21, 9, tzinfo=UTC))
    house.clock("2024-01-22", 10)
    house.fire(case, AGAIN, grund="geschwärzt")
    assert instants(house, case) == (datetime(2024, 1, 22, 9, tzinfo=UTC), None)


def test_only_what_is_public_is_taken_back_and_only_with_a_reason(house: House) -> None:
    case = closed(house)
    assert refused(house, case, TAKE_BACK) == "field_missing"
    assert refused(house, case, TAKE_BACK, LEAD, grund="nein") == "role_missing"
    assert refused(house, case, AGAIN, grund="doppelt") == "guard_negated"
    house.fire(case, TAKE_BACK, grund="Namen")
    assert refused(house, case, TAKE_BACK, grund="doppelt") == "case_not_public"
    assert refused(house, case, "zurueckziehen") == "case_closed"


def test_an_answer_given_in_confidence_may_be_published_later(house: House) -> None:
    case = house.at("unterzeichnet")
    house.fire(case, "veroeffentlichen", veroeffentlichung="nichtoeffentlich")
    assert [sees(house, case, person) for person in (None, ASKER)] == [False, True]
    house.fire(case, AGAIN, grund="nicht mehr vertraulich")
    assert sees(house, case, None)


#: A parent that counts the ends of its children; the child may be noted something after its end.
PARENT = """\
id = "mappe"
version = 1
label = "Mappe"
initial = "offen"
[state.offen]
label = "offen"
owner = "geschaeftsstelle"
unattended = "wartet auf ihre Blätter"
[state.fertig]
label = "fertig"
final = true
[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle"]
ask = { blaetter = "text*" }
[event.blatt_beendet]
label = "ein Blatt ist beendet"
from = ["offen"]
by = ["automatik"]
[event.schliessen]
label = "schließen"
from = ["offen"]
to = "fertig"
by = ["geschaeftsstelle"]
[child.blatt]
lifecycle = "blatt"
opens_on = ["anlegen"]
for_each = "blaetter"
as = "titel"
all_end = "blatt_beendet"
"""
CHILD = """\
id = "blatt"
version = 1
label = "Blatt"
initial = "offen"
[state.offen]
label = "offen"
owner = "geschaeftsstelle"
unattended = "eilt nicht"
[state.zu]
label = "zu"
final = true
outcome = "agree"
[event.anlegen]
label = "anlegen"
opens = true
by = ["automatik"]
ask = { titel = "text" }
[event.beenden]
label = "beenden"
from = ["offen"]
to = "zu"
by = ["geschaeftsstelle"]
[event.vermerken]
label = "vermerken"
from = ["offen", "zu"]
by = ["geschaeftsstelle"]
ask = { vermerk = "text" }
do = ["hide"]
"""


def test_what_happens_to_a_closed_child_does_not_end_it_once_more(database_url: str, tmp_path: Path) -> None:
    for name, text in (("mappe", PARENT), ("blatt", CHILD)):
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    house = House(database_url, Setup(lifecycles=[tmp_path]))
    case = house.open("mappe", blaetter=["eins"]).case.id
    [child] = house.children(case, "blatt")
    house.fire(child.id, "beenden")
    ended = house.workflow.case(child.id).case
    house.clock("2024-01-09")
    house.fire(child.id, "vermerken", vermerk="später")
    assert house.events(case) == ["anlegen", "blatt_beendet"]
    after = house.workflow.case(child.id).case
    assert (after.closed_at, after.state, after.facts["vermerk"], after.public) == (
        ended.closed_at,
        "zu",
        "später",
        False,
    )
    assert_sound(house.database)
    house.close()


# --- locked ---


@pytest.mark.parametrize(
    ("signed", "until", "released"),
    [
        ("2024-01-08", "2024-01-12", datetime(2024, 1, 12, 23, tzinfo=UTC)),
        ("2024-03-28", "2024-03-30", datetime(2024, 3, 30, 23, tzinfo=UTC)),
        ("2024-03-28", "2024-03-31", datetime(2024, 3, 31, 22, tzinfo=UTC)),  # the clocks go forward on that day
        ("2024-10-24", "2024-10-27", datetime(2024, 10, 27, 23, tzinfo=UTC)),  # and back
        ("2024-01-08", "2024-01-08", datetime(2024, 1, 8, 23, tzinfo=UTC)),  # today, inclusive
    ],
)
def test_a_lock_ends_with_its_last_day_in_the_town(house: House, signed: str, until: str, released: datetime) -> None:
    case = house.at("unterzeichnet")
    house.clock(signed)
    house.fire(case, "sperren", gesperrt_bis=until)
    house.wall.instant = released.replace(hour=released.hour - 1, minute=59, second=59)
    house.workflow.tick(case)
    assert (house.state(case), sees(house, case, None), sees(house, case, ASKER)) == ("gesperrt", False, True)
    house.wall.instant = released
    assert house.workflow.tick(case)
    assert (house.state(case), sees(house, case, None)) == ("beantwortet", True)


def test_what_the_timer_has_not_released_yet_is_not_told_as_answered(house: House) -> None:
    case = house.at("gesperrt")
    house.clock("2024-01-13", 0, 1)
    reader = house.workflow.reader(house.body)
    [found] = seen(house.workflow, [house.workflow.case(case).case], reader)
    assert found.state.de == "in Bearbeitung"
    assert not may_show_answer(house.workflow.publicity([case])[case], reader)


def test_the_asker_sees_the_own_inquiry_but_no_answer_while_it_is_locked(house: House) -> None:
    promise = {"zusage": "Wir bauen die Brücke", "kontrolle": "2024-06-01"}
    case = house.at("unterzeichnet")
    house.fire(case, "sperren", gesperrt_bis="2024-01-12", zusagen=[promise], anlagen=[attachment("plan.pdf", 1)])
    for person, everything in ((ASKER, False), (CLERK, True)):
        [found] = seen(house.workflow, [house.workflow.case(case).case], house.workflow.reader(house.body, person))
        assert ("fragen" in found.case.facts, "zusagen" in found.case.facts) == (True, everything)
        assert ("plan.pdf" in shown_files(house, case, person)) is everything
    house.wait("2024-01-13", case)
    [found] = seen(house.workflow, [house.workflow.case(case).case], house.workflow.reader(house.body, ASKER))
    assert found.case.facts["zusagen"] == [promise]
    assert shown_files(house, case, None) == ["plan.pdf"]


def test_a_changed_lock_holds_until_its_new_day(house: House) -> None:
    case = house.at("gesperrt")
    house.fire(case, "sperre_aendern", gesperrt_bis="2024-01-20", grund="verschoben")
    house.wait("2024-01-15", case)
    assert (house.state(case), sees(house, case, None)) == ("gesperrt", False)
    house.fire(case, "sperre_aendern", gesperrt_bis="2024-01-15", grund="vorgezogen")
    house.wait("2024-01-16", case)
    assert (house.state(case), sees(house, case, None)) == ("beantwortet", True)


def test_a_lock_in_the_past_and_one_in_session_are_refused(house: House) -> None:
    case = house.at("unterzeichnet")
    assert refused(house, case, "sperren", gesperrt_bis="2024-01-07") == "day_in_the_past"
    locked = house.at("gesperrt")
    assert refused(house, locked, "sperre_aendern", gesperrt_bis="2024-01-07", grund="so") == "day_in_the_past"
    session = house.at("in_beratung")
    assert refused(house, session, "sperren", gesperrt_bis="2024-02-01") == "event_not_now"
    house.fire(session, TAKE_BACK, grund="erst nach der Sitzung")
    assert (house.state(session), sees(house, session, None)) == ("in_beratung", False)
    assert sees(house, session, CLERK)


# --- what is not public ---


def test_what_is_not_public_is_not_published_to_everybody_without_a_word(house: House) -> None:
    case = house.at("unterzeichnet", oeffentlich=False)
    assert refused(house, case, "veroeffentlichen", veroeffentlichung="oeffentlich") == "publishing_not_public"
    house.fire(case, "veroeffentlichen", veroeffentlichung="nichtoeffentlich")
    assert not sees(house, case, None)
    house.fire(case, AGAIN, grund="darf doch jeder wissen")
    assert sees(house, case, None)


def test_a_session_that_is_not_public_is_for_those_concerned(house: House) -> None:
    case = house.at("beantwortet")
    stops = [
        {"gremium": "rat", "sitzung": "2024-03-07", "rolle": "vorberatung", "oeffentlich": False},
        {"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "kenntnisnahme"},
    ]
    house.fire(case, "auf_tagesordnung_setzen", CLERK, beratungsfolge=stops)
    secret, known = house.children(case, "beratung")
    assert [sees(house, child.id, None) for child in (secret, known)] == [False, True]
    assert [sees(house, child.id, CLERK) for child in (secret, known)] == [True, True]
    for who, may in ((None, [known.id]), (CLERK, [secret.id, known.id])):
        view = seen_view(house.workflow, case, house.workflow.reader(house.body, who))
        assert [one.case.id for one in view.children if one.case.child == "beratung"] == may


# --- attachments ---


def test_attachments_are_added_and_each_has_a_publicity_of_its_own(house: House) -> None:
    letter = [attachment("lageplan.pdf", 1), attachment("namen.pdf", 2, oeffentlich=False)]
    case = house.at("unterzeichnet", anlagen=letter)
    later = attachment("gutachten.pdf", 3, gesperrt_bis="2024-01-20")
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", anlagen=[later])
    assert shown_files(house, case, None) == ["lageplan.pdf"]
    assert shown_files(house, case, ASKER) == ["lageplan.pdf", "namen.pdf"]
    assert shown_files(house, case, CLERK) == ["lageplan.pdf", "namen.pdf", "gutachten.pdf", "entwurf.docx"]
    house.clock("2024-01-21")
    assert shown_files(house, case, None) == ["lageplan.pdf", "gutachten.pdf"]


def test_an_attachment_is_withheld_and_released_with_a_reason_also_after_the_end(house: House) -> None:
    case = closed(house, anlagen=[attachment("plan.pdf", 1), attachment("zahlen.pdf", 2)])
    assert refused(house, case, "anlage_sperren", anlage="plan.pdf") == "field_missing"
    house.fire(case, "anlage_sperren", anlage="plan.pdf", grund="Urheberrecht")
    assert shown_files(house, case, None) == ["zahlen.pdf"]
    house.fire(case, "anlage_sperren", anlage=f"{2:064x}", anlage_gesperrt_bis="2024-01-10", grund="bis zur Sitzung")
    assert shown_files(house, case, None) == []
    assert "gesperrt_bis" not in house.workflow.case(case).case.facts
    house.clock("2024-01-11")
    assert shown_files(house, case, None) == ["zahlen.pdf"]
    house.fire(case, "anlage_freigeben", anlage="plan", grund="Rechte geklärt")
    assert shown_files(house, case, None) == ["plan.pdf", "zahlen.pdf"]
    assert house.state(case) == "abgeschlossen"


def test_an_attachment_that_is_not_clear_is_refused(house: House) -> None:
    case = house.ask(anlagen=[attachment("plan.pdf", 1), attachment("plan.pdf", 2)])
    assert refused(house, case, "anlage_sperren", anlage="plan.pdf", grund="so") == "attachment_ambiguous"
    assert refused(house, case, "anlage_sperren", anlage="karte.pdf", grund="so") == "attachment_unknown"
    past = {"anlage_gesperrt_bis": "2024-01-01", "grund": "so", "anlage": f"{2:064x}"}
    assert refused(house, case, "anlage_sperren", **past) == "day_in_the_past"


def test_nothing_of_a_case_that_is_not_public_is_attached_for_others(house: House) -> None:
    case = house.ask(oeffentlich=False, anlagen=[attachment("plan.pdf", 1)])
    with pytest.raises(NotFoundError) as caught:
        shown_files(house, case, None)
    assert caught.value.code == "case_unknown"
    assert shown_files(house, case, ASKER) == ["plan.pdf"]


# --- who is concerned ---


def test_who_is_concerned_in_a_case_that_is_not_public(house: House) -> None:
    case = house.ask(oeffentlich=False)
    house.fire(case, "zulassen")
    house.fire(case, "zuweisen", federfuehrung="amt01", beteiligt=["amt41"])
    people = ("randt", "beispiel01", "beispiel41", "beispiel48", "schulz", "aufsicht", "leitung", ASKER, None)
    assert [person for person in people if sees(house, case, person)] == [
        *("randt", "beispiel01", "beispiel41", "schulz", "aufsicht", "leitung", ASKER)
    ]


def test_a_body_sees_what_is_before_it_in_a_session_that_is_not_public(house: House) -> None:
    case = house.at("beantwortet")
    house.fire(case, TAKE_BACK, grund="nichtöffentliche Sitzung")
    [stop] = house.schedule(case, "integrationsrat")
    town = house.workflow.directory.town(house.body)
    member, other = (reader_for(town, body, date(2024, 1, 8)) for body in ("integrationsrat", "rat"))
    assert visible(house.workflow, [case, stop.id], member) == {case, stop.id}
    assert visible(house.workflow, [case, stop.id], other) == set()


def test_what_is_told_nobody_outside_is_not_shown_there(house: House) -> None:
    case = house.at("in_mitzeichnung")
    child = house.children(case, "mitzeichnung")[0].id
    assert [sees(house, child, person) for person in (None, LEAD)] == [False, True]
    assert sees(house, case, None)


def test_many_cases_are_judged_in_a_few_statements(house: House) -> None:
    cases = [house.ask() for _ in range(12)] + [house.ask(oeffentlich=False)]
    house.workflow.publicity(cases)
    with asked(house.database) as statements:
        assert visible(house.workflow, cases, house.workflow.reader(house.body)) == set(cases[:-1])
    assert len(statements) <= 5
