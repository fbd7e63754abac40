"""From the agenda to what becomes of a resolution: decision, amendments, issue, follow-up; on both databases."""

import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.helpers.house import ASKER, CLERK, DRAFT, LEAD, MOTION, House, refused
from vorgang.config.errors import InvalidInputError, RefusedError
from vorgang.config.text import Lang
from vorgang.notifications.composer import Composer, Style
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.mail import Letter
from vorgang.notifications.papers.press import Wish
from vorgang.notifications.preview import Wanted, message_of_case
from vorgang.notifications.templates import Templates
from vorgang.states.queries import CaseSummary
from vorgang.states.search_queries import Wanted as Searched
from vorgang.states.visibility import Reader
from vorgang.workflow.consultations import stages
from vorgang.workflow.papers import render_paper, sources_of
from vorgang.workflow.punctuality import Wanted as Counted
from vorgang.workflow.punctuality import punctuality
from vorgang.workflow.reading_rights import public_history, seen_view, visible
from vorgang.workflow.search import search
from vorgang.workflow.sessions import agenda, session_row

GS, SIGNER = "gs-integrationsrat", "leitung"
ISSUED: dict[str, Any] = {"federfuehrung": "amt01", "ausfertigungen": [{"amt": "amt01", "anzahl": 2}, {"amt": "amt41"}]}
PROMISE = {"zusage": "Bericht", "kontrolle": "2024-09-30"}
TASK = {"amt": "amt41", "aufgabe": "Netzwerk gründen", "zieltermin": "2024-09-30"}
FIRST, SECOND, NEW, LATE = "2024-03-05", "2024-03-12", "2024-03-19", "2024-04-16"
AMENDMENT = {"betreff": "Netzwerk und Beirat", "fragesteller": "beispiel48", "wortlaut": "… und ein Beirat."}


def stop(body: str, role: str, day: str = FIRST, **more: Any) -> dict[str, Any]:
    return {"gremium": body, "sitzung": day, "rolle": role, **more}


def before(house: House, *stops: dict[str, Any]) -> tuple[str, list[str]]:
    """A motion before these stops of its Beratungsfolge; its id and theirs."""
    motion = house.open("antrag", CLERK, **MOTION).case.id
    house.fire(motion, "zulassen")
    return motion, scheduled(house, motion, *stops)


def scheduled(house: House, case: str, *stops: dict[str, Any]) -> list[str]:
    if not stops:
        return []
    known = {one.id for one in house.children(case, "beratung", every=True)}
    house.fire(case, "auf_tagesordnung_setzen", beratungsfolge=list(stops))
    return [one.id for one in house.children(case, "beratung") if one.id not in known]


def adopted(house: House) -> str:
    """A motion that the council has adopted."""
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    house.fire(council, "beschliessen", ja=20, nein=3)
    return motion


def reasons(house: House, case: str, event: str, person: str = CLERK, **data: Any) -> set[str]:
    """Why an event is refused."""
    with pytest.raises(RefusedError) as caught:
        house.fire(case, event, person, **data)
    return {reason.code for reason in caught.value.refusal.reasons}


def mail(house: House, case: str, template: str, lang: Lang = "de", to: str | None = None) -> str:
    """The mail that a case sends, subject and text, as its recipient reads it."""
    letter = previewed(house, case, template, lang, to)
    return f"{letter.words.subject}\n{letter.words.text}"


def previewed(house: House, case: str, template: str, lang: Lang = "de", to: str | None = None) -> Letter:
    style = Style("https://vorgang.example", Templates(()), Drafts(()), None)
    composer = Composer(sources_of(house.workflow), style)
    summary = house.workflow.case(case).case
    scene = house.workflow.library.newest[summary.lifecycle], house.workflow.directory.town(summary.body)

    with house.database.reading() as connection:
        message = message_of_case(connection, summary, scene, Wanted(template, to, house.wall.now()))
    return composer.preview(message, lang)


# --- the decision ---


def test_what_the_council_adopts_waits_for_its_issue_and_is_handed_to_the_offices(house: House) -> None:
    motion, (committee, council) = before(house, stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung"))
    house.fire(committee, "empfehlen", ja=5, nein=0)
    assert house.state(motion) == "in_beratung"
    house.fire(council, "beschliessen", ja=20, nein=3)
    case = house.workflow.case(motion).case
    assert (case.state, case.owner, case.due_on) == ("beschlossen", GS, date(2024, 3, 12))
    assert case.facts["beschluss"] == "unveraendert"
    house.fire(motion, "ausfertigen", **ISSUED, kontrollen=[TASK], zusagen=[{"zusage": "Bericht", "kontrolle": FIRST}])
    assert house.state(motion) == "ausgefertigt"
    assert [told for told in house.told(motion) if told[1] == "ausfertigung"] == [
        ("amt01", "ausfertigung"),
        ("amt41", "ausfertigung"),
    ]
    issued = mail(house, motion, "ausfertigung", to="amt01")
    for words in (
        "Ausfertigung des Beschlusses",
        "Beschlossen ist:",
        "gründet ein Netzwerk",
        "Zahl der Ausfertigungen: 2",
    ):
        assert words in issued
    assert "Number of copies: 2" in mail(house, motion, "ausfertigung", "en", to="amt01")
    (task,), (promise,) = house.children(motion, "beschlusskontrolle"), house.children(motion, "zusage")
    asked = mail(house, task.id, "beschlussauftrag")
    for words in ("Auftrag aus einem Beschluss bis 30.09.2024", "Aufgabe: Netzwerk gründen", "höchstens drei Sätzen"):
        assert words in asked
    assert "three sentences at most" in mail(house, task.id, "beschlussauftrag", "en")
    assert (task.owner, task.state, promise.owner, promise.due_on) == ("amt41", "offen", "amt01", date(2024, 3, 5))


@pytest.mark.parametrize(
    ("committee", "council", "state", "fact"),
    [
        ("empfehlen", "ablehnen", "abgelehnt", "abgelehnt"),
        ("ablehnen", "beschliessen", "beschlossen", "unveraendert"),
        ("empfehlen", "erledigen", "abgeschlossen", None),
    ],
)
def test_the_deciding_body_decides_whatever_was_recommended(
    house: House, committee: str, council: str, state: str, fact: str | None
) -> None:
    motion, (first, last) = before(house, stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung", SECOND))
    house.fire(first, committee)
    assert house.state(first) == {"empfehlen": "empfohlen", "ablehnen": "nicht_empfohlen"}[committee]
    house.fire(last, council)
    case = house.workflow.case(motion).case
    assert (case.state, case.facts.get("beschluss")) == (state, fact)


def test_a_body_that_is_to_decide_does_not_just_take_note_and_one_that_is_not_does_not_decide(house: House) -> None:
    motion, (council, other) = before(house, stop("rat", "entscheidung"), stop("integrationsrat", "kenntnisnahme"))
    house.clock(FIRST)
    for case, event in ((council, "zur_kenntnis_nehmen"), (other, "beschliessen"), (other, "ablehnen")):
        assert refused(house, case, event) == "guards_fail"
    house.fire(council, "erledigen", grund="Der Rat hat es nur zur Kenntnis genommen.")
    house.fire(other, "zur_kenntnis_nehmen")
    assert house.state(motion) == "abgeschlossen"


def test_a_changed_wording_makes_a_changed_resolution(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    house.fire(council, "beschliessen", wortlaut="Ein Beirat wird gegründet.")
    house.fire(motion, "ausfertigen", **ISSUED)
    issued = mail(house, motion, "ausfertigung")
    assert "mit Änderungen beschlossen" in issued
    assert "Ein Beirat wird gegründet." in issued
    assert house.workflow.case(motion).case.facts["beschluss"] == "geaendert"


def test_a_recommended_wording_is_not_told_as_adopted(house: House) -> None:
    motion, (committee, council) = before(house, stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung"))
    house.fire(committee, "empfehlen", wortlaut="Ein Büro wird eröffnet.")
    house.fire(council, "beschliessen", wortlaut="Ein Beirat wird gegründet.")
    house.fire(motion, "ausfertigen", **ISSUED)
    issued = mail(house, motion, "ausfertigung")
    assert "Ein Beirat wird gegründet." in issued
    assert "Ein Büro wird eröffnet." not in issued


def test_a_mere_recommendation_leaves_it_to_be_decided(house: House, caplog: pytest.LogCaptureFixture) -> None:
    motion, (committee,) = before(house, stop("integrationsrat", "vorberatung"))
    house.fire(committee, "empfehlen")
    assert house.state(motion) == "in_beratung"
    assert not caplog.records  # that a guard waits for more is nothing to warn of
    assert ("befassung", "running") in [(name, status) for name, status, _ in house.clocks(motion)]
    assert ("entscheidung_ansetzen", "running", date(2024, 4, 2)) in house.clocks(motion)
    assert house.told(motion)[-1] == (GS, "entscheidung_offen")
    asked = mail(house, motion, "entscheidung_offen")
    assert "Bitte setzen Sie das entscheidende Gremium an bis Dienstag, 02.04.2024." in asked
    assert "Please schedule the deciding body" in mail(house, motion, "entscheidung_offen", "en")
    house.wait("2024-04-27", motion)
    dunned = [line.at.date() for line in house.workflow.history(motion) if line.event == "entscheidung_anmahnen"]
    assert [day.isoformat() for day in dunned] == ["2024-04-12", "2024-04-19", "2024-04-26"]
    assert house.told(motion)[-2:] == [(GS, "fristablauf"), ("verwaltungsleitung", "fristablauf")]
    (council,) = scheduled(house, motion, stop("rat", "entscheidung", "2024-05-14"))
    house.fire(council, "beschliessen")
    assert house.state(motion) == "beschlossen"


@pytest.mark.parametrize(("event", "ends"), [("zurueckziehen", "zurueckgezogen"), ("erledigen", "abgeschlossen")])
def test_a_motion_that_its_mover_withdraws_in_the_session_is_withdrawn(town: House, event: str, ends: str) -> None:
    motion, (advice, council) = before(town, stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung"))
    town.fire(advice, "empfehlen")
    town.fire(council, event)
    assert town.state(motion) == ends
    total = punctuality(town.workflow, Counted(town.body)).total
    assert (total.in_time, total.dropped) == ((0, 1) if ends == "zurueckgezogen" else (1, 0))


def test_of_two_decisions_the_authoritative_one_counts_else_the_last(house: House) -> None:
    for authoritative, state in ((True, "abgelehnt"), (False, "beschlossen")):
        house.clock("2024-01-08")
        stops = (
            stop("rat", "entscheidung", massgeblich=authoritative),
            stop("integrationsrat", "entscheidung", SECOND),
        )
        motion, (first, last) = before(house, *stops)
        house.fire(first, "ablehnen")
        house.fire(last, "beschliessen")
        assert house.state(motion) == state


@pytest.mark.parametrize("kind", ["antrag", "beschlussvorlage"])
def test_a_resolution_is_issued_while_a_body_is_still_to_take_note_of_it(town: House, kind: str) -> None:
    paper = released(town) if kind == "beschlussvorlage" else before(town)[0]
    stops = (
        stop("integrationsrat", "kenntnisnahme", NEW),
        stop("rat", "entscheidung"),
        stop("rat", "vorberatung", SECOND),
    )
    noting, council, advising = scheduled(town, paper, *stops)
    town.clock(FIRST, 17)
    town.fire(council, "beschliessen", ja=20, nein=3)
    assert town.state(paper) == "in_beratung"  # the advice is still to come
    town.clock(SECOND, 17)
    town.fire(advising, "empfehlen")
    assert town.state(paper) == "beschlossen"
    (clock,) = [one for one in town.workflow.case(paper).deadlines if one.name == "ausfertigung"]
    assert clock.due_on == date(2024, 3, 12)
    begun = "Beschluss am Dienstag, 05.03.2024; dieser Tag zählt nicht mit"
    assert begun in next(line["de"] for line in clock.trace if line["step"] == "start")  # not the day of the entry
    town.fire(paper, "ausfertigen", **ISSUED)
    assert (town.state(paper), town.state(noting)) == ("ausgefertigt", "geplant")
    town.clock(NEW, 17)
    town.fire(noting, "zur_kenntnis_nehmen")
    assert (town.state(paper), town.state(noting)) == ("ausgefertigt", "zur_kenntnis_genommen")


@pytest.mark.parametrize("authoritative", [True, False])
def test_what_is_decided_need_not_wait_for_the_advice_of_a_committee(house: House, authoritative: bool) -> None:
    house.body = house.found_town()
    other = stop("integrationsrat", "entscheidung" if authoritative else "kenntnisnahme", LATE)
    council = stop("rat", "entscheidung", massgeblich=authoritative)
    motion, (advising, deciding, last) = before(house, stop("integrationsrat", "vorberatung", NEW), council, other)
    held = house.open("sitzung", CLERK, gremium="integrationsrat", tag=NEW).case.id
    assert reasons(house, motion, "offene_vorberatungen_beenden", grund="x") == {"decision_pending"}
    house.fire(deciding, "beschliessen", ja=20, nein=3)
    assert refused(house, motion, "ausfertigen", **ISSUED) == "event_not_now"
    house.fire(motion, "offene_vorberatungen_beenden", grund="Der Rat hat schon beschlossen.")
    row = house.workflow.case(advising).case.facts["behandlungen"][-1]
    assert (house.state(advising), row["grund"]) == ("erledigt", "Der Rat hat schon beschlossen.")
    shown = stages(house.workflow, house.workflow.case(motion).case, None)
    (ended,) = (one.result_label for one in shown if one.consultation == advising)
    assert ended is not None
    assert ended.de == "ohne Votum beendet"
    assert all(one.noted_at for one in shown if one.consultation in {advising, deciding})
    assert not agenda(house.workflow, session_row(house.workflow, held), None).waiting
    assert (house.state(motion), house.state(last)) == ("in_beratung" if authoritative else "beschlossen", "geplant")
    refusal = refused(house, motion, "offene_vorberatungen_beenden", grund="x")
    assert refusal == ("guards_fail" if authoritative else "event_not_now")
    house.fire(last, "erledigen" if authoritative else "zur_kenntnis_nehmen")
    (row,) = (one for one in stages(house.workflow, house.workflow.case(motion).case, None) if one.consultation == last)
    assert row.result_label is not None
    assert row.result_label.en == ("settled without a decision" if authoritative else "noted")
    assert row.noted_by == "Jessica Randt"
    house.fire(motion, "ausfertigen", **ISSUED)


def test_of_two_decisions_on_one_day_the_later_one_in_the_beratungsfolge_counts(house: House) -> None:
    bodies = ("rat", "integrationsrat")
    for order in (bodies, bodies[::-1]):
        motion, stops = before(house, *(stop(body, "entscheidung") for body in order))
        results = dict(zip(stops, ("ablehnen", "beschliessen"), strict=True))
        for one in sorted(stops, reverse=True):
            house.fire(one, results[one])
        house.fire(motion, "ausfertigen", **ISSUED)
        names = {"rat": "Rat der Stadt Hagen", "integrationsrat": "Integrationsrat der Stadt Hagen"}
        assert in_order(extract(house, motion), names[order[-1]], "Unverändert beschlossen")
        house.clock("2024-01-08")


def test_a_beratungsfolge_has_one_authoritative_decision(house: House) -> None:
    decided = stop("rat", "entscheidung", massgeblich=True)
    second = stop("integrationsrat", "entscheidung", SECOND, massgeblich=True)
    motion, _ = before(house)
    with pytest.raises(RefusedError, match="Die maßgebliche Entscheidung trifft nur ein Gremium"):
        house.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[decided, second])
    first, _other = scheduled(house, motion, decided, stop("integrationsrat", "vorberatung"))
    assert reasons(house, motion, "auf_tagesordnung_setzen", beratungsfolge=[second]) == {"authoritative_already"}
    house.fire(first, "erledigen")
    scheduled(house, motion, second)


def test_a_body_gets_a_paper_anew_only_after_its_result(house: House) -> None:
    first, later = stop("rat", "entscheidung"), stop("rat", "entscheidung", SECOND)
    motion, _ = before(house)
    with pytest.raises(RefusedError, match=r"Rat der Stadt Hagen hat die Drucksache mehr als einmal vor sich"):
        house.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[first, later])
    (council,) = scheduled(house, motion, first)
    with pytest.raises(RefusedError, match="Rat der Stadt Hagen: Entscheidung ist offen"):
        house.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[later])
    house.fire(council, "absetzen")
    assert reasons(house, motion, "auf_tagesordnung_setzen", beratungsfolge=[later]) == {"stops_waiting"}
    scheduled(house, motion, stop("rat", "vorberatung", SECOND))
    house.fire(council, "erledigen")
    scheduled(house, motion, later | {"sitzung": LATE})


def test_nothing_is_issued_without_an_office_that_leads_it_or_twice_to_the_same(house: House) -> None:
    motion = adopted(house)
    copies = [{"amt": "amt01", "anzahl": 0}, {"amt": "amt01"}]
    assert reasons(house, motion, "ausfertigen", ausfertigungen=copies) >= {"fact_missing"}
    assert reasons(house, motion, "ausfertigen", federfuehrung="amt01", ausfertigungen=copies) == {"step_twice"}
    assert reasons(house, motion, "ausfertigen", federfuehrung="amt01", ausfertigungen=copies[:1]) == {"number_too_low"}
    assert refused(house, motion, "ausfertigen", LEAD, **ISSUED) == "role_missing"
    late = [{**TASK, "zieltermin": "2024-01-05"}]
    assert reasons(house, motion, "ausfertigen", **ISSUED, kontrollen=late) == {"day_in_the_past"}
    assert house.state(motion) == "beschlossen"


def test_a_resolution_that_nobody_issues_is_overdue(house: House) -> None:
    motion = adopted(house)
    house.wait("2024-03-18", motion)
    assert [to for to, template in house.told(motion) if template == "ueberfaellig"] == [GS, "verwaltungsleitung"]


# --- who may know what is to be done ---


def issued(house: House, motion: str) -> list[CaseSummary]:
    """A motion is issued with two tasks and two promises, the second of each said to be public; these four."""
    house.fire(
        motion,
        "ausfertigen",
        **ISSUED,
        kontrollen=[TASK, {**TASK, "oeffentlich": True}],
        zusagen=[PROMISE, {**PROMISE, "oeffentlich": True}],
    )
    return [*house.children(motion, "beschlusskontrolle"), *house.children(motion, "zusage")]


def seen_outside(house: House, cases: list[CaseSummary]) -> list[bool]:
    """Which of the cases everybody may see."""
    may = visible(house.workflow, [one.id for one in cases], house.workflow.reader(house.body))
    return [one.id in may for one in cases]


def test_what_was_adopted_in_private_is_to_be_done_in_private(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung", oeffentlich=False))
    house.fire(council, "beschliessen")
    found = issued(house, motion)
    assert seen_outside(house, found) == [False, True, False, True]
    members = visible(house.workflow, [one.id for one in found], house.workflow.reader(house.body, LEAD))
    assert members == {one.id for one in found}
    assert "Netzwerk gründen" not in mail(house, found[0].id, "beschlussauftrag")


def test_a_committee_that_decided_in_private_for_the_council_did_so_too(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    house.fire(council, "verweisen", verweisung=stop("integrationsrat", "entscheidung", SECOND, oeffentlich=False))
    house.fire(house.children(council, "folge")[0].id, "beschliessen")
    assert seen_outside(house, issued(house, motion)) == [False, True, False, True]
    outside = house.workflow.reader(house.body)
    shown = seen_view(house.workflow, motion, outside)
    assert shown.seen.state.de == "in den Gremien behandelt"
    assert [one.state.de for one in shown.children if one.case.child == "beratung"] == ["verwiesen"]
    assert {one.state_label.de for one in stages(house.workflow, shown.view.case, outside)} == {"verwiesen"}
    assert "beschlossen" not in {one.result for one in stages(house.workflow, shown.view.case, outside)}


def closed_session(house: House, day: str = FIRST, body: str = "rat") -> str:
    """A session that is not public."""
    return house.open("sitzung", CLERK, gremium=body, tag=day, oeffentlich=False).case.id


@pytest.mark.parametrize(("public", "session"), [(True, True), (False, True), (True, False)])
def test_what_was_resolved_in_private_is_told_to_those_concerned_alone(
    house: House, public: bool, session: bool
) -> None:
    house.body = house.found_town()
    if not session:
        closed_session(house)
    motion, (council,) = before(house, stop("rat", "entscheidung", oeffentlich=public))
    public = public and session
    house.fire(council, "beschliessen", ja=20, nein=3)
    told = {"beschluss_wortlaut": "Sumpfdotterblumen werden gepflanzt.", "beschluss_nummer": "17/2024"}
    house.fire(motion, "ausfertigen", **ISSUED, **told)
    case, outside = house.workflow.case(motion).case, house.workflow.reader(house.body)

    def shown(reader: Reader) -> tuple[bool, str]:
        one = seen_view(house.workflow, motion, reader).seen
        return told.items() <= one.case.facts.items(), one.state.de

    assert shown(outside) == (public, "beschlossen" if public else "in den Gremien behandelt")
    assert shown(house.workflow.reader(house.body, ASKER)) == (True, "beschlossen")
    history = public_history(
        house.workflow, seen_view(house.workflow, motion, outside).seen, house.workflow.history(motion)
    )
    assert ("beschlossen" in {line.state_label.de for line in history}) is public
    found = search(house.workflow, str(case.subject), Searched(body=house.body), reader=outside).hits
    assert (found[0].state_label.de == "beschlossen") is public
    letter = previewed(house, motion, "ausfertigung", to="amt01")
    assert ("Sumpfdotterblumen" in letter.words.text, bool(letter.attachments)) == (public, public)
    assert ("Netzwerk" in letter.words.subject) is public
    assert ("Nichtöffentliche" in extract(house, motion)) is not public


def test_the_extract_that_a_mail_carries_leaves_out_what_is_not_public(house: House) -> None:
    stops = stop("integrationsrat", "vorberatung", oeffentlich=False), stop("rat", "entscheidung")
    motion, (committee, council) = before(house, *stops)
    house.fire(committee, "empfehlen", niederschrift="Quastenflosser")
    house.fire(council, "beschliessen")
    secret: dict[str, Any] = {"kontrollen": [{**TASK, "aufgabe": "Lungenfisch", "oeffentlich": False}, TASK]}
    house.fire(
        motion, "ausfertigen", **ISSUED, **secret, zusagen=[{**PROMISE, "zusage": "Molch", "oeffentlich": False}]
    )
    (file,) = previewed(house, motion, "ausfertigung", to="amt01").attachments
    mailed = " ".join(page.extract_text() for page in PdfReader(BytesIO(file.content)).pages)
    assert "Netzwerk gründen" in mailed
    for word in ("Quastenflosser", "Lungenfisch", "Molch"):
        assert word in extract(house, motion)
        assert word not in mailed


def test_nothing_that_is_to_be_done_is_more_public_than_its_paper(house: House) -> None:
    motion = adopted(house)
    found = issued(house, motion)
    assert seen_outside(house, found) == [True] * 4
    house.fire(found[0].id, "nichtoeffentlich_stellen", grund="Grundstück")
    assert seen_outside(house, found) == [False, True, True, True]
    house.fire(motion, "veroeffentlichung_zuruecknehmen", grund="Personalsache")
    assert seen_outside(house, found) == [False] * 4


def test_a_promise_that_is_not_public_is_found_by_nobody_and_told_in_no_mail(house: House) -> None:
    house.body = house.found_town()
    case = house.at("unterzeichnet")
    told = {**PROMISE, "zusage": "Sumpfdotterblume pflanzen"}
    secret = {**PROMISE, "zusage": "Quastenflosser kaufen", "oeffentlich": False}
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=[secret, told])
    house.fire(case, "auf_tagesordnung_setzen", beratungsfolge=[stop("integrationsrat", "kenntnisnahme")])
    house.fire(house.children(case, "beratung")[0].id, "zur_kenntnis_nehmen")
    for template in ("beantwortet", "abgeschlossen"):
        text = mail(house, case, template)
        assert "Sumpfdotterblume" in text
        assert "Quastenflosser" not in text
    outside = house.workflow.reader(house.body)
    shown = seen_view(house.workflow, case, outside)
    assert [one["zusage"] for one in shown.view.case.facts["zusagen"]] == [told["zusage"]]
    assert [one.case.facts["zusage"] for one in shown.children if one.case.child == "zusage"] == [told["zusage"]]
    for words, count in (("Quastenflosser", 0), ("Sumpfdotterblume", 1)):
        assert len(search(house.workflow, words, reader=outside).hits) == count


# --- the extract for the offices ---


def extract(house: House, case: str, office: str | None = None) -> str:
    """The Ausfertigung of what was resolved, as text without markup."""
    printed = render_paper(house.workflow, case, Wish("ausfertigung", form="html", office=office))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", printed.file.content.decode())).split())


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_the_extract_carries_the_resolution_with_its_votes_and_tasks(house: House) -> None:
    motion, (committee, council) = before(house, stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung"))
    for event in ("empfehlen", None):
        with pytest.raises(InvalidInputError, match="in Beratung") as caught:
            extract(house, motion)
        assert caught.value.code == "paper_resolution_missing"
        if event:
            house.fire(committee, event)
    minutes = {"top": "Ö 7", "niederschrift": "Nachgefragt wurde nach den Kosten."}
    house.fire(council, "beschliessen", ja=20, nein=3, wortlaut="Ein Netzwerk und ein Beirat.", **minutes)
    assert "Entwurf: der Beschluss ist noch nicht ausgefertigt." in extract(house, motion)
    house.fire(motion, "ausfertigen", **ISSUED, kontrollen=[TASK], beschluss_nummer="17/2024")
    found = extract(house, motion)
    assert in_order(
        found,
        *("Beschlussausfertigung", "01 Fachbereich des Oberbürgermeisters 2", "41 Kultur 1"),
        *(
            "Rat der Stadt Hagen",
            "Dienstag, 05.03.2024",
            "Ö 7",
            "Antrag (Hakan Severcan)",
            "Netzwerk für die Partnerstädte Federführend",
        ),
        *("Beschluss Nr. 17/2024", "Geändert beschlossen", "20 3 0", "Wortlaut", "Ein Netzwerk und ein Beirat."),
        *("Aufträge aus dem Beschluss", "41 Kultur Netzwerk gründen 30.09.2024", "Nachgefragt", "Für die Richtigkeit"),
    )
    assert "Entwurf" not in found
    assert "Stellungnahme" not in found
    one = extract(house, motion, "amt41")
    assert "41 Kultur 1" in one
    assert "Oberbürgermeisters 2" not in one


def test_the_extract_tells_day_by_day_what_each_session_did_with_it(house: House) -> None:
    """Postponed, called off, referred and decided there; who is still to take note is not left out."""
    stops = stop("rat", "entscheidung"), stop("rat", "kenntnisnahme", "2024-07-02")
    motion, (council, _) = before(house, *stops)
    house.fire(council, "vertagen", sitzung=SECOND, grund="Beratungsbedarf")
    house.clock(SECOND, 17)
    house.fire(council, "absetzen")
    house.fire(council, "neu_ansetzen", sitzung=NEW)
    house.clock(NEW, 17)
    referral = {**stop("integrationsrat", "entscheidung", LATE)}
    house.fire(council, "verweisen", verweisung=referral)
    (committee,) = house.children(council, "folge")
    house.clock(LATE, 17)
    house.fire(committee.id, "beschliessen", ja=5, nein=2, niederschrift="Es wurde nachgefragt.")
    told = extract(house, motion).partition("Behandlung in den Gremien")[2]
    assert in_order(
        told,
        *("05.03.2024", "vertagt", "12.03.2024", "von der Tagesordnung abgesetzt", "19.03.2024", "verwiesen"),
        *("16.04.2024", "Integrationsrat", "unverändert beschlossen", "02.07.2024", "steht noch aus"),
        "Aus der Niederschrift, Integrationsrat der Stadt Hagen, 16.04.2024: Es wurde nachgefragt.",
    )
    assert "ohne Beschluss erledigt" not in told


def test_an_extract_is_kept_as_it_was_issued(house: House) -> None:
    motion = adopted(house)
    wish = Wish("ausfertigung", form="html")
    assert render_paper(house.workflow, motion, wish).issued_at is None
    house.fire(motion, "ausfertigen", **ISSUED, beschluss_wortlaut="Wie vorgelegt.")
    first = render_paper(house.workflow, motion, wish)
    house.clock("2024-05-02")
    again = render_paper(house.workflow, motion, wish)
    assert first.issued_at is not None
    assert (again.issued_at, again.file) == (first.issued_at, first.file)
    with pytest.raises(InvalidInputError) as caught:
        render_paper(house.workflow, motion, wish._replace(text="Anders."))
    assert caught.value.code == "paper_text_unused"


def test_without_a_wording_the_extract_tells_what_was_proposed_and_each_change(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    amendment = amended(house, motion, nummer="0008/2024")
    house.clock(FIRST)
    house.fire(amendment, "annehmen", gremium="rat", sitzung=FIRST, ja=12, nein=9)
    house.fire(council, "beschliessen")
    house.fire(motion, "ausfertigen", **ISSUED)
    found = extract(house, motion)
    assert in_order(found, "Geändert beschlossen", "Vorgelegt war", "gründet ein Netzwerk", "0008/2024", "ein Beirat.")


def test_the_extract_names_the_body_that_a_motion_was_referred_to(house: House) -> None:
    motion, _, committee = referred(house, "entscheidung")
    house.fire(committee, "ablehnen", ja=2, nein=5)
    found = extract(house, motion)
    assert in_order(found, "Integrationsrat der Stadt Hagen", "Dienstag, 12.03.2024", "Abgelehnt", "2 5 0", "Vorgelegt")


# --- a referral ---


def referred(house: House, role: str) -> tuple[str, str, str]:
    """A motion that the council has referred to a committee: it, the council's stop and the committee's."""
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    house.fire(council, "verweisen", verweisung={**stop("integrationsrat", role, SECOND)})
    (committee,) = house.children(council, "folge")
    return motion, council, committee.id


def test_nothing_is_postponed_or_referred_to_the_session_before_which_it_stands(house: House) -> None:
    _, (council,) = before(house, stop("rat", "entscheidung"))
    house.clock(FIRST)
    assert reasons(house, council, "vertagen", sitzung=FIRST) == {"same_session_day"}
    for day in (FIRST, SECOND):  # to another day of the same body it is postponed
        again = stop("rat", "entscheidung", day)
        assert reasons(house, council, "verweisen", verweisung=again) == {"referred_to_itself"}
    house.fire(council, "vertagen", sitzung=SECOND)


def test_what_the_other_body_decides_is_the_decision(house: House) -> None:
    motion, council, committee = referred(house, "entscheidung")
    house.fire(committee, "beschliessen")
    assert (house.state(council), house.state(motion)) == ("beschlossen", "beschlossen")


def test_what_was_referred_is_decided_on_the_day_of_the_other_body(house: House) -> None:
    stops = stop("integrationsrat", "entscheidung"), stop("rat", "entscheidung", LATE)
    motion, (first, last) = before(house, *stops)
    house.fire(first, "verweisen", verweisung=stop("rat", "entscheidung", "2024-06-04"))
    (council,) = house.children(first, "folge")
    house.fire(last, "ablehnen")
    house.fire(council.id, "beschliessen")
    assert (house.state(first), house.state(last), house.state(motion)) == ("beschlossen", "abgelehnt", "beschlossen")
    assert in_order(extract(house, motion), "Rat der Stadt Hagen", "Dienstag, 04.06.2024", "Unverändert beschlossen")


def test_what_it_only_recommends_comes_back_for_decision(house: House) -> None:
    motion, council, committee = referred(house, "vorberatung")
    house.fire(committee, "empfehlen")
    assert (house.state(council), house.state(motion)) == ("abgesetzt", "in_beratung")
    assert house.told(council)[-1] == (GS, "entscheidung_offen")
    assert "Zur Entscheidung anzusetzen" in mail(house, council, "entscheidung_offen")
    assert "has not decided" in mail(house, council, "entscheidung_offen", "en")
    house.fire(council, "neu_ansetzen", sitzung="2024-04-16")
    house.fire(council, "ablehnen")
    assert house.state(motion) == "abgelehnt"


@pytest.mark.parametrize(("event", "state"), [("empfehlen", "empfohlen"), ("ablehnen", "nicht_empfohlen")])
def test_what_was_recommended_for_a_body_that_only_advises_is_its_recommendation(
    house: House, event: str, state: str
) -> None:
    motion, (committee,) = before(house, stop("integrationsrat", "vorberatung"))
    house.fire(committee, "verweisen", verweisung=stop("rat", "vorberatung", SECOND, oeffentlich=False))
    outside = house.workflow.reader(house.body)
    for reader, told in ((None, "verwiesen an Rat der Stadt Hagen (12.03.2024)"), (outside, "verwiesen")):
        (row, *_) = stages(house.workflow, house.workflow.case(motion).case, reader)
        assert (row.result_label and row.result_label.de) == told
    house.fire(house.children(committee, "folge")[0].id, event)
    assert (house.state(committee), house.state(motion)) == (state, "in_beratung")
    assert house.told(motion)[-1] == (GS, "entscheidung_offen")
    assert {one.state_label.de for one in stages(house.workflow, house.workflow.case(motion).case, outside)} == {
        "verwiesen"
    }


# --- amendments ---


def amended(house: House, paper: str, **more: Any) -> str:
    """An amendment to the paper."""
    house.fire(paper, "aenderungsantrag_einbringen", aenderungsantrag={**AMENDMENT, **more})
    return house.children(paper, "aenderungsantrag")[-1].id


def test_a_paper_is_not_decided_before_its_amendments(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    first, second = amended(house, motion, nummer="0007/2024"), amended(house, motion)
    assert (house.workflow.case(first).case.number, house.told(first)) == ("0007/2024", [("beispiel48", "eingang")])
    assert house.told(motion)[-2:] == [(ASKER, "aenderungsantrag_eingegangen")] * 2
    assert "Änderungsantrag: Netzwerk und Beirat\nGestellt von: " in mail(house, motion, "aenderungsantrag_eingegangen")
    assert "Amendment: Netzwerk und Beirat\nMoved by: " in mail(house, motion, "aenderungsantrag_eingegangen", "en")
    house.reach(council)
    for event in ("beschliessen", "ablehnen"):
        assert reasons(house, council, event) == {"amendments_pending"}
    with pytest.raises(RefusedError, match="0007/2024: Netzwerk und Beirat"):
        house.fire(council, "beschliessen")
    for event, votes, code in (("annehmen", (9, 12), "vote_lost"), ("ablehnen", (2, 1), "vote_carried")):
        given: dict[str, Any] = {"gremium": "rat", "sitzung": FIRST, "ja": votes[0], "nein": votes[1]}
        assert reasons(house, first, event, CLERK, **given) == {code}
    house.fire(first, "annehmen", gremium="rat", sitzung=FIRST, ja=12, nein=9)
    assert reasons(house, council, "beschliessen") == {"amendments_pending"}
    house.fire(second, "zurueckziehen", "beispiel48")
    house.fire(council, "beschliessen")
    case = house.workflow.case(motion).case
    assert (case.state, case.facts["beschluss"]) == ("beschlossen", "geaendert")
    assert house.state(council) == "geaendert_beschlossen"
    assert "Beschlossene Änderungen:\n\n- … und ein Beirat." in mail(house, council, "beratungsergebnis")
    assert "Amendments carried:" in mail(house, council, "beratungsergebnis", "en")
    subject = house.workflow.case(motion).case.subject
    text = mail(house, first, "aenderungsantrag_entschieden")
    assert f"Änderungsantrag 0007/2024: Netzwerk und Beirat\n\nzu Antrag: {subject}\n" in text
    assert "Änderungsantrag angenommen" in text
    assert "… und ein Beirat." in text
    assert "Amendment carried" in mail(house, first, "aenderungsantrag_entschieden", "en")


def test_a_rejected_amendment_changes_nothing(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    amendment = amended(house, motion)
    house.clock(FIRST)
    house.fire(amendment, "ablehnen", gremium="rat", sitzung=FIRST, ja=0, nein=20)
    assert house.told(amendment)[-1] == ("beispiel48", "aenderungsantrag_entschieden")
    house.fire(council, "beschliessen")
    assert house.workflow.case(motion).case.facts["beschluss"] == "unveraendert"


def test_whoever_decides_on_the_paper_decides_on_its_amendment_in_the_same_session(town: House) -> None:
    stops = stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung", SECOND)
    motion, (committee, council) = before(town, *stops)
    before(town, stop("rat", "entscheidung"))  # another paper: nothing that is decided on it counts here
    amendment, vote = amended(town, motion), {"ja": 40, "nein": 0}
    town.clock(SECOND)
    for body, day in (("integrationsrat", FIRST), ("rat", FIRST), ("rat", "1999-01-01")):
        for event in ("annehmen", "ablehnen"):
            assert "decides_elsewhere" in reasons(town, amendment, event, CLERK, gremium=body, sitzung=day)
    held = town.open("sitzung", CLERK, gremium="rat", tag=SECOND).case.id
    town.fire(held, "durchfuehren", anwesend=3)
    said: dict[str, Any] = {"gremium": "rat", "sitzung": SECOND}
    assert reasons(town, amendment, "annehmen", CLERK, **said, **vote) == {"votes_above_present"}
    town.fire(committee, "empfehlen")
    town.fire(council, "verweisen", verweisung=stop("integrationsrat", "entscheidung", NEW))
    town.clock(NEW)
    town.fire(amendment, "annehmen", gremium="integrationsrat", sitzung=NEW)


@pytest.mark.parametrize(("event", "public"), [("annehmen", True), ("ablehnen", False), ("uebernehmen", True)])
def test_what_became_of_an_amendment_in_private_is_told_to_those_concerned_alone(
    house: House, event: str, public: bool
) -> None:
    house.body = house.found_town()
    if public:
        closed_session(house)
    motion, _ = before(house, stop("rat", "entscheidung", oeffentlich=public))
    amendment = amended(house, motion)
    outside, state = house.workflow.reader(house.body), {"ablehnen": "abgelehnt"}.get(event, "angenommen")
    assert seen_view(house.workflow, amendment, outside).seen.case.facts["wortlaut"] == AMENDMENT["wortlaut"]
    house.clock(FIRST)
    vote: dict[str, Any] = (
        {"ja": 9, "nein": 1, "wortlaut": "… ein Sumpfhuhn."} if event == "annehmen" else {"ja": 1, "nein": 9}
    )
    said = {} if event == "uebernehmen" else {"gremium": "rat", "sitzung": FIRST, **vote}
    house.fire(amendment, event, **said)
    readers = outside, house.workflow.reader(house.body, "beispiel48")
    seen, mover = (seen_view(house.workflow, amendment, one).seen for one in readers)
    assert (seen.state.de, mover.state.de) == ("in den Gremien behandelt", state)
    assert (seen.case.subject, seen.case.facts) == (AMENDMENT["betreff"], {"fragesteller": "beispiel48"})
    letter = mail(house, amendment, "aenderungsantrag_entschieden")
    assert not any(word in letter for word in (state, "Beirat", "Sumpfhuhn", "Abstimmung"))


def test_a_stop_that_is_scheduled_later_waits_for_the_amendment_too(house: House) -> None:
    motion = house.open("antrag", CLERK, **MOTION).case.id
    house.fire(motion, "zulassen")
    amendment = amended(house, motion)
    (council,) = scheduled(house, motion, stop("rat", "entscheidung"))
    house.reach(council)
    assert reasons(house, council, "beschliessen") == {"amendments_pending"}
    house.fire(amendment, "uebernehmen")
    (later,) = scheduled(house, motion, stop("integrationsrat", "entscheidung", SECOND))
    house.fire(council, "beschliessen")
    assert house.state(council) == "geaendert_beschlossen"
    house.reach(later)
    house.fire(later, "beschliessen")
    assert house.state(later) == "geaendert_beschlossen"
    assert house.workflow.case(motion).case.facts["beschluss"] == "geaendert"


@pytest.mark.parametrize(("event", "state"), [("zurueckziehen", "zurueckgezogen"), ("erledigen", "abgeschlossen")])
def test_an_amendment_falls_with_its_paper(house: House, event: str, state: str) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    amendment = amended(house, motion)
    house.fire(motion if event == "zurueckziehen" else council, event)
    assert (house.state(motion), house.state(amendment)) == (state, "erledigt")
    assert house.told(amendment)[-1] == ("beispiel48", "aenderungsantrag_entschieden")


@pytest.mark.parametrize("end", ["zurueckziehen", "ablehnen"])
@pytest.mark.parametrize("kind", ["antrag", "beschlussvorlage"])
def test_the_end_of_an_amendment_is_enough_where_the_bodies_are_done(town: House, kind: str, end: str) -> None:
    paper = released(town) if kind == "beschlussvorlage" else before(town)[0]
    council, other = scheduled(town, paper, stop("rat", "entscheidung"), stop("integrationsrat", "entscheidung"))
    town.fire(council, "beschliessen")
    amendment = amended(town, paper)
    town.fire(other, "zurueckziehen")
    assert town.state(paper) == "in_beratung"
    town.fire(amendment, end, **({"gremium": "rat", "sitzung": FIRST} if end == "ablehnen" else {}))
    case = town.workflow.case(paper).case
    assert (case.state, case.facts["beschluss"]) == ("beschlossen", "unveraendert")


@pytest.mark.parametrize("counts", [{"massgeblich": True}, {}], ids=["authoritative", "the last"])
def test_an_amendment_comes_too_late_once_the_decision_is_taken(house: House, counts: dict[str, Any]) -> None:
    stops = stop("rat", "entscheidung", **counts), stop("integrationsrat", "vorberatung", SECOND)
    motion, (council, other) = before(house, *stops)
    house.fire(council, "beschliessen")
    assert reasons(house, motion, "aenderungsantrag_einbringen", aenderungsantrag=AMENDMENT) == {"decided_already"}
    house.fire(other, "empfehlen")
    assert house.state(motion) == "beschlossen"


def test_an_amendment_is_in_time_before_the_body_that_decides_last(house: House) -> None:
    stops = stop("integrationsrat", "entscheidung"), stop("rat", "entscheidung", SECOND)
    motion, (committee, _) = before(house, *stops)
    house.fire(committee, "beschliessen")
    assert house.state(amended(house, motion)) == "eingebracht"


# --- a proposal of the administration ---


def proposed(house: House, **more: Any) -> str:
    data = {"betreff": "Netzwerk", "federfuehrung": "amt01", "unterzeichner": "verwaltungsleitung", **more}
    proposal = house.open("beschlussvorlage", CLERK, **data).case.id
    house.fire(proposal, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    return proposal


def released(house: House) -> str:
    proposal = proposed(house, nummer="0321/2024", beschlussvorschlag=["Ein Netzwerk wird gegründet."])
    house.fire(proposal, "zur_unterschrift_geben", LEAD)
    house.fire(proposal, "unterzeichnen", SIGNER)
    house.fire(proposal, "veroeffentlichen", veroeffentlichung="oeffentlich")
    return proposal


def test_a_proposal_is_known_outside_once_it_is_released_and_not_if_it_is_withdrawn_before(town: House) -> None:
    def known(case: str) -> list[bool]:
        return seen_outside(town, [town.workflow.case(case).case])

    early = proposed(town, nummer="0322/2024")
    assert known(early) == [False]
    town.fire(early, "zurueckziehen")
    assert (town.state(early), known(early)) == ("verworfen", [False])
    late = released(town)
    assert known(late) == [True]
    town.fire(late, "zurueckziehen")
    assert (town.state(late), known(late)) == ("zurueckgezogen", [True])


@pytest.fixture
def town(house: House) -> House:
    """The house in a town of its own: its numbers are free."""
    house.body = house.found_town()
    return house


def test_a_proposal_is_signed_off_released_decided_and_issued(town: House) -> None:
    proposal = released(town)
    assert town.state(proposal) == "beantwortet"
    stops = scheduled(town, proposal, stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung", SECOND))
    town.fire(stops[0], "empfehlen")
    town.fire(stops[1], "beschliessen")
    town.fire(proposal, "ausfertigen", **ISSUED, kontrollen=[TASK])
    found = extract(town, proposal)
    assert in_order(found, "Beschlussvorlage 0321/2024", "Unverändert beschlossen", "Ein Netzwerk wird gegründet.")
    assert town.state(proposal) == "ausgefertigt"
    assert len(town.children(proposal, "beschlusskontrolle")) == 1
    assert {name: status for name, status, _ in town.clocks(proposal)} == dict.fromkeys(
        ("mitteilung", "veroeffentlichung", "kenntnisnahme", "ausfertigung"), "met"
    )


def test_a_proposal_needs_what_is_to_be_resolved_and_a_number(town: House) -> None:
    proposal = proposed(town, nummer=None)
    town.fire(proposal, "zur_unterschrift_geben", LEAD)
    assert reasons(town, proposal, "unterzeichnen", SIGNER) == {"fact_missing"}
    town.fire(proposal, "zurueckgeben", SIGNER, grund="Der Beschlussvorschlag fehlt.")
    assert (town.state(proposal), town.told(proposal)[-1]) == ("in_bearbeitung", ("amt01", "aenderung_verlangt"))
    town.fire(proposal, "beschlussvorschlag_fassen", LEAD, beschlussvorschlag=["Ein Netzwerk wird gegründet."])
    town.fire(proposal, "zur_unterschrift_geben", LEAD)
    town.fire(proposal, "unterzeichnen", SIGNER)
    assert "fact_missing" in reasons(town, proposal, "veroeffentlichen", veroeffentlichung="oeffentlich")
    town.fire(proposal, "nummer_vergeben", LEAD, nummer="0321/2024")
    town.fire(proposal, "veroeffentlichen", veroeffentlichung="oeffentlich")
    assert town.workflow.case(proposal).case.number == "0321/2024"


def test_urgency_has_a_reason_and_can_be_taken_back(town: House) -> None:
    proposal = proposed(town)
    assert refused(town, proposal, "dringlichkeit_aufheben", LEAD) == "guards_fail"
    town.fire(proposal, "dringlich_machen", LEAD, dringlich_weil="Die Förderung läuft aus.")
    assert town.workflow.case(proposal).case.facts["dringlich_weil"] == "Die Förderung läuft aus."
    town.fire(proposal, "dringlichkeit_aufheben", LEAD)
    assert "dringlich_weil" not in town.workflow.case(proposal).case.facts


def test_a_proposal_that_is_withdrawn_takes_its_stops_along(town: House) -> None:
    proposal = released(town)
    (council,) = scheduled(town, proposal, stop("rat", "entscheidung"))
    town.fire(proposal, "zurueckziehen", grund="überholt")
    assert (town.state(proposal), town.state(council)) == ("zurueckgezogen", "erledigt")


def test_a_rejected_proposal_is_closed(town: House) -> None:
    proposal = released(town)
    (council,) = scheduled(town, proposal, stop("rat", "entscheidung"))
    town.fire(council, "ablehnen", ja=3, nein=20)
    assert town.state(proposal) == "abgelehnt"


def test_what_was_co_signed_is_not_proposed_in_other_words(town: House) -> None:
    proposal = proposed(town, beschlussvorschlag=["Ein Netzwerk wird gegründet."])
    town.fire(proposal, "in_mitzeichnung_geben", LEAD, mitzeichnungen=[{"amt": "amt41"}, {"amt": "amt48"}])
    town.cosign(proposal, "amt41")
    refusing = next(one.id for one in town.children(proposal, "mitzeichnung") if one.facts["amt"] == "amt48")
    town.fire(refusing, "verweigern", "beispiel48", grund="nein")
    other = {"beschlussvorschlag": ["Eine Million für alle."]}
    assert reasons(town, proposal, "beschlussvorschlag_fassen", LEAD, **other) == {"guard_negated"}
    assert "draft_other_words" in reasons(town, proposal, "entwurf_ablegen", LEAD, entwurf=DRAFT, **other)
    town.fire(proposal, "entwurf_ablegen", LEAD, entwurf={**DRAFT, "sha256": "1" * 64}, **other)
    town.fire(proposal, "in_mitzeichnung_geben", LEAD)
    assert {one.facts["amt"] for one in town.children(proposal, "mitzeichnung")} == {"amt41", "amt48"}


def test_a_proposal_that_nobody_signs_off_is_reported(town: House) -> None:
    proposal = proposed(town)
    assert town.workflow.case(proposal).case.due_on == date(2024, 2, 19)
    town.wait("2024-02-20", proposal)
    assert (GS, "fristablauf") in town.told(proposal)


# --- what is to be done ---


def task(house: House, **more: Any) -> str:
    """A task of a resolution, given by the council office itself."""
    return house.open(
        "beschlusskontrolle", CLERK, **{**TASK, "fragesteller": ASKER, "oeffentlich": True, **more}
    ).case.id


def light(house: House, case: str) -> str:
    return str(house.workflow.case(case).case.facts["ampel"])


def test_an_office_reports_in_three_sentences_and_again_after_three_months(house: House) -> None:
    case = task(house)
    assert house.told(case) == [("amt41", "beschlussauftrag")]
    assert ("bericht", "running", date(2024, 4, 8)) in house.clocks(case)
    long = "Erstens. Zweitens. Drittens. Viertens."
    with pytest.raises(RefusedError) as caught:
        house.fire(case, "berichten", "beispiel41", bericht=long)
    told = caught.value.refusal.reasons[0]
    assert (told.code, told.params["count"]) == ("too_many_sentences", 4)
    house.clock("2024-03-01")
    house.fire(case, "berichten", "beispiel41", bericht="Am 3. Mai, z. B. um 9 Uhr, geht es los. Läuft.", ampel="gelb")
    assert {("bericht", "met", date(2024, 4, 8)), ("bericht", "running", date(2024, 6, 3))} <= {*house.clocks(case)}
    assert house.workflow.case(case).case.facts["berichte"] == [
        {"tag": "2024-03-01", "bericht": "Am 3. Mai, z. B. um 9 Uhr, geht es los. Läuft.", "ampel": "gelb"}
    ]


def test_the_light_follows_the_day_where_no_report_says_otherwise(house: House) -> None:
    silent, said = task(house), task(house)
    house.fire(said, "berichten", "beispiel41", bericht="Läuft.", ampel="gruen")
    assert light(house, silent) == "gruen"
    house.wait("2024-09-17", silent, said)
    assert (light(house, silent), light(house, said)) == ("gelb", "gruen")
    house.wait("2024-10-01", silent, said)
    assert (light(house, silent), light(house, said)) == ("rot", "gruen")
    assert (GS, "fristablauf") in house.told(silent)
    house.fire(silent, "zieltermin_verschieben", zieltermin="2024-12-16", verschoben_weil="Personal fehlt.")
    assert light(house, silent) == "gruen"
    assert ("umsetzung", "running", date(2024, 12, 16)) in house.clocks(silent)
    assert ("amt41", "terminaenderung") in house.told(silent)


def test_who_is_late_says_why(house: House) -> None:
    case = task(house)
    house.wait("2024-10-02", case)
    for said in ({}, {"ampel": "rot"}):  # and not that the day has come
        assert reasons(house, case, "berichten", "beispiel41", bericht="Läuft.", **said) == {"fact_missing"}
    done = {"umfang": "ganz", "bericht": "Fertig."}
    assert "fact_missing" in reasons(house, case, "erledigung_melden", "beispiel41", **done)
    house.fire(case, "berichten", "beispiel41", bericht="Läuft.", ampel="rot", verzug_weil="Personal fehlt.")
    assert house.workflow.case(case).case.facts["berichte"][-1]["verzug_weil"] == "Personal fehlt."
    house.fire(case, "erledigung_melden", "beispiel41", **done, verzug_weil="Personal fehlte.")
    assert house.workflow.case(case).case.facts["berichte"][-1]["verzug_weil"] == "Personal fehlte."
    house.fire(case, "zurueckgeben", grund="Der Beirat fehlt.")
    assert light(house, case) == "rot"
    house.fire(case, "erledigung_melden", "beispiel41", **done)
    house.fire(case, "zurueckgeben", grund="Der Beirat fehlt noch.", zieltermin="2024-12-16")
    assert light(house, case) == "gruen"
    house.wait("2024-12-17", case)
    assert light(house, case) == "rot"
    assert "fact_missing" in reasons(house, case, "erledigung_melden", "beispiel41", **done)  # late once more


def test_why_a_task_was_put_off_does_not_say_why_it_is_late_again(house: House) -> None:
    case = task(house)
    house.fire(case, "zieltermin_verschieben", zieltermin="2024-10-15", verschoben_weil="Personal fehlt.")
    house.clock("2024-10-16")
    for event, said in (("berichten", {}), ("erledigung_melden", {"umfang": "ganz"})):
        assert "fact_missing" in reasons(house, case, event, "beispiel41", bericht="Bald.", **said)
    house.fire(case, "berichten", "beispiel41", bericht="Bald.", verzug_weil="Das Gutachten fehlt.")


def test_a_task_that_is_done_is_accepted_or_handed_back(house: House) -> None:
    case = task(house)
    house.fire(case, "erledigung_melden", "beispiel41", umfang="ganz", bericht="Das Netzwerk steht.")
    assert (house.state(case), house.told(case)[-1]) == ("gemeldet", (GS, "erledigung_gemeldet"))
    assert "41 Kultur meldet die Erledigung" in mail(house, case, "erledigung_gemeldet")
    assert "41 Kultur reports that a task of a resolution is done" in mail(house, case, "erledigung_gemeldet", "en")
    assert refused(house, case, "abnehmen", "beispiel41") == "role_missing"
    house.fire(case, "zurueckgeben", grund="Der Beirat fehlt noch.")
    assert (house.state(case), house.told(case)[-1]) == ("offen", ("amt41", "beschlussauftrag"))
    assert ("umsetzung", "running", date(2024, 9, 30)) in house.clocks(case)
    assert "Grund der Rückgabe: Der Beirat fehlt noch." in mail(house, case, "beschlussauftrag")
    assert "Handed back by 30 September 2024" in mail(house, case, "beschlussauftrag", "en")
    house.fire(case, "erledigung_melden", "beispiel41", umfang="teilweise", bericht="Der Beirat tagt erst 2025.")
    house.fire(case, "abnehmen")
    assert (house.state(case), house.told(case)[-1]) == ("teilweise_erledigt", (ASKER, "beschluss_erledigt"))


def test_a_task_and_a_promise_are_handed_to_another_office_which_counts_as_a_hand_back(town: House) -> None:
    case = task(town)
    kept = town.open("zusage", CLERK, **PROMISE, federfuehrung="amt01").case.id
    assert refused(town, case, "umverteilen", "beispiel41", amt="amt48", grund="Nicht wir.") == "role_missing"
    assert reasons(town, case, "umverteilen", amt="amt41", grund="Nicht wir.") == {"fact_unchanged"}
    for one, field, before_it in ((case, "amt", "amt41"), (kept, "federfuehrung", "amt01")):
        due, told = town.workflow.case(one).case.due_on, len(town.told(one))
        town.fire(one, "umverteilen", **{field: "amt48"}, grund="Die Integration ist nun zuständig.")
        now = town.workflow.case(one).case
        assert (now.owner, now.due_on) == ("amt48", due)
        assert set(town.told(one)[told:]) == {("amt48", "umverteilt"), (before_it, "umverteilt")}
    text = mail(town, case, "umverteilt", to="amt41")
    assert "48" in text
    assert "(bisher 41 Kultur)" in text
    assert "Die Integration ist nun zuständig." in text
    assert "(before: 41 Kultur)" in mail(town, case, "umverteilt", "en", to="amt41")
    ((office, *_),) = (report := punctuality(town.workflow, Counted(town.body, "office"))).groups
    assert (office, report.total.open, report.total.hand_backs) == ("amt48", 2, 2)


def test_a_task_that_was_handed_back_counts_from_its_beginning_to_the_last_report(town: House) -> None:
    """The report on punctuality finds one task with its office, and what was reported too early not in time."""
    case = task(town, zieltermin="2024-03-01")

    def figures() -> tuple[object, ...]:
        ((key, *_rest),) = (report := punctuality(town.workflow, Counted(town.body, "office"))).groups
        one = report.total
        return key, one.in_time, one.late, one.open, one.hand_backs, one.median_days

    assert figures() == ("amt41", 0, 0, 1, 0, None)
    town.wait("2024-02-28", case)
    town.fire(case, "erledigung_melden", "beispiel41", umfang="ganz", bericht="Das Netzwerk steht.")
    assert figures() == ("amt41", 1, 0, 0, 0, 51)
    town.wait("2024-03-04", case)
    town.fire(case, "zurueckgeben", grund="Der Beirat fehlt noch.", zieltermin="2024-03-08")
    assert figures() == ("amt41", 0, 0, 1, 1, None)
    town.wait("2024-03-18", case)
    town.fire(case, "erledigung_melden", "beispiel41", umfang="ganz", bericht="Der Beirat steht.", verzug_weil="Urlaub")
    town.wait("2024-03-25", case)
    town.fire(case, "abnehmen")
    assert figures() == ("amt41", 0, 1, 0, 1, 70)
    spent = {one.state: one.mean_days for one in punctuality(town.workflow, Counted(town.body)).total.steps}
    assert spent == {"offen": 65.0, "gemeldet": 5.0}


def test_a_day_set_after_the_lapse_makes_no_late_task_punctual(town: House) -> None:
    put_off, back, kept, dropped = (task(town, zieltermin="2024-03-01") for _ in range(4))
    done = {"umfang": "ganz", "bericht": "Fertig.", "verzug_weil": "Urlaub"}
    for one in (kept, dropped):
        town.fire(one, "erledigung_melden", "beispiel41", **done)
    town.clock("2024-03-05")
    town.fire(dropped, "entfallen_lassen", grund="Aufgehoben.", entschieden_von="rat")  # it never was done
    town.fire(kept, "zurueckgeben", grund="Der Beirat fehlt.", zieltermin="2024-03-28")  # reported in time so far
    town.fire(back, "erledigung_melden", "beispiel41", **done)
    town.fire(back, "zurueckgeben", grund="Der Beirat fehlt.", zieltermin="2024-03-28")
    town.fire(put_off, "zieltermin_verschieben", zieltermin="2024-03-28", verschoben_weil="Urlaub")

    def figures() -> tuple[int, ...]:
        one = punctuality(town.workflow, Counted(town.body)).total
        return one.in_time, one.late, one.open, one.overdue, one.dropped

    assert figures() == (0, 0, 3, 2, 1)
    town.clock("2024-03-11")
    for one in (put_off, back, kept):
        town.fire(one, "erledigung_melden", "beispiel41", **done)
    assert figures() == (1, 2, 0, 0, 1)
    assert punctuality(town.workflow, Counted(town.body)).total.bands[:2] == (0, 2)  # ten days each


def test_the_office_that_carries_out_a_resolution_has_not_dealt_with_the_motion(town: House) -> None:
    """Nobody led the motion when its time was over, and the report says so however often it is asked."""
    motion, (one,) = before(town, stop("integrationsrat", "entscheidung"))
    town.clock(FIRST, 17)
    town.fire(one, "beschliessen", ja=10, nein=2)

    def offices() -> list[tuple[str | None, int, bool]]:
        report = punctuality(town.workflow, Counted(town.body, "office", kinds=("antrag",)))
        return [(one.key, one.done, bool(one.steps)) for one in report.groups]

    assert offices() == [(None, 1, True)]
    (issue,) = [one for one in town.workflow.available(motion, town.actor(CLERK)) if one.event == "ausfertigen"]
    asked = {field.name: field.required for field in issue.fields}
    assert (asked["federfuehrung"], asked["beschluss_nummer"]) == (True, False)  # nobody has named one yet
    town.clock(NEW)
    town.fire(motion, "ausfertigen", **ISSUED)
    assert offices() == [(None, 1, True)]


def test_the_council_drops_a_task_and_it_is_told_who_decided_so(house: House) -> None:
    case = task(house)
    assert refused(house, case, "entfallen_lassen", "beispiel41", grund="x", entschieden_von="rat") == "role_missing"
    house.fire(case, "entfallen_lassen", grund="Aufgehoben.", entschieden_von="rat")
    assert house.state(case) == "entfallen"
    assert house.told(case)[1:] == [("amt41", "beschluss_erledigt"), (ASKER, "beschluss_erledigt")]
    assert "Grund: Aufgehoben. (entschieden von: Rat" in mail(house, case, "beschluss_erledigt")
    assert "Reason: Aufgehoben. (decided by: Rat" in mail(house, case, "beschluss_erledigt", "en")


def test_a_task_that_is_done_before_any_report_asks_for_none(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    house.fire(council, "beschliessen")
    house.fire(motion, "ausfertigen", **ISSUED, kontrollen=[{**TASK, "zieltermin": "2024-03-20"}])
    (task,) = house.children(motion, "beschlusskontrolle")
    asked = mail(house, task.id, "beschlussauftrag")
    assert "20.03.2024" in asked
    assert "höchstens drei Sätzen" not in asked


def test_of_several_tasks_the_one_that_is_wrong_is_named(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    house.fire(council, "beschliessen")
    with pytest.raises(RefusedError) as caught:
        house.fire(motion, "ausfertigen", **ISSUED, kontrollen=[TASK, {**TASK, "zieltermin": "2020-01-01"}])
    assert caught.value.code == "child_refused"
    assert caught.value.text().startswith("„Beschlusskontrolle“ Nr. 2 ließe sich nicht anlegen:")
    assert house.state(motion) == "beschlossen"


def test_milestones_are_planned_and_reached(house: House) -> None:
    case = task(house)
    house.fire(case, "meilensteine_planen", "beispiel41", meilensteine=[{"titel": "Satzung", "bis": "2024-05-31"}])
    with pytest.raises(RefusedError) as unplanned:
        house.fire(case, "meilenstein_erreicht", titel="Feier", erledigt_am="2024-01-08")
    (reason,) = unplanned.value.refusal.reasons
    assert (reason.text("de"), reason.remedy("de")) == (
        "„Feier“ steht nicht in „Meilensteine“.",
        "Dort steht: Satzung.",
    )
    house.fire(case, "meilenstein_erreicht", "beispiel41", titel="Satzung", erledigt_am="2024-01-08")
    (row,) = house.workflow.case(case).case.facts["meilensteine"]
    assert row == {"titel": "Satzung", "bis": "2024-05-31", "erledigt_am": "2024-01-08"}


def test_of_each_milestone_the_office_is_reminded_until_it_is_reported(house: House) -> None:
    case = task(house)
    plan = [{"titel": "Gutachten", "bis": "2024-06-28"}, {"titel": "Satzung", "bis": "2024-05-31"}]
    house.fire(case, "meilensteine_planen", "beispiel41", meilensteine=plan)
    house.fire(case, "berichten", "beispiel41", bericht="Läuft.")

    def reminded() -> list[tuple[str, str]]:
        found = [one for one in house.messages(case) if one["params"].get("deadline") == "meilenstein"]
        return [(one["params"]["due_on"], one["recipient"]) for one in found]

    house.clock("2024-05-30")
    house.fire(case, "berichten", "beispiel41", bericht="Läuft.")
    house.wait("2024-05-31", case)
    assert house.workflow.case(case).case.due_on == date(2024, 5, 31)
    assert reminded() == [("2024-05-31", "amt41")] * 2  # the week before, and on the day
    assert "Meilenstein: Satzung" in mail(house, case, "erinnerung")
    assert "Milestone: Satzung" in mail(house, case, "erinnerung", "en")
    house.wait("2024-06-10", case)
    assert reminded()[2:] == [("2024-05-31", who) for _ in range(2) for who in ("amt41", GS)]  # the day after, weekly
    house.fire(case, "meilenstein_erreicht", "beispiel41", titel="Gutachten", erledigt_am="2024-06-10")
    assert ("meilenstein", "running", date(2024, 5, 31)) in house.clocks(case)  # the other one is still to come
    house.fire(case, "meilenstein_erreicht", "beispiel41", titel="Satzung", erledigt_am="2024-06-10")
    assert ("meilenstein", "late", date(2024, 5, 31)) in house.clocks(case)
    told = reminded()
    house.wait("2024-08-30", case)
    assert reminded() == told


def test_a_reminder_names_the_task_or_the_promise(town: House) -> None:
    motion, (one,) = before(town, stop("rat", "entscheidung"))
    town.clock(FIRST, 17)
    town.fire(one, "beschliessen", ja=10, nein=2)
    _, task_of_it, _, promise = issued(town, motion)
    for case, name, part in (
        (task_of_it.id, "Beschlusskontrolle: Netzwerk gründen", "Follow-up of a resolution: Netzwerk gründen"),
        (promise.id, "Zusage: Bericht", "Promise: Bericht"),
        (task(town), "Beschlusskontrolle: Netzwerk gründen", "Follow-up of a resolution: Netzwerk gründen"),
    ):
        for template in ("erinnerung", "ueberfaellig"):
            assert name in mail(town, case, template)
            assert part in mail(town, case, template, "en")


def test_no_milestone_lies_behind_the_target_date(house: House) -> None:
    case = task(house)
    late, early = ([{"titel": "Satzung", "bis": day}] for day in ("2024-10-01", "2024-05-31"))
    assert reasons(house, case, "meilensteine_planen", "beispiel41", meilensteine=late) == {"step_too_late"}
    house.fire(case, "meilensteine_planen", "beispiel41", meilensteine=early)
    moved = {"zieltermin": "2024-05-30", "verschoben_weil": "Es eilt."}
    assert reasons(house, case, "zieltermin_verschieben", **moved) == {"step_too_late"}
    house.fire(case, "meilensteine_planen", "beispiel41", meilensteine=[{"titel": "Satzung", "bis": "2024-05-29"}])
    house.fire(case, "zieltermin_verschieben", **moved)
    running = [one for one in house.clocks(case) if one[1] == "running"]
    assert {("umsetzung", "running", date(2024, 5, 30)), ("meilenstein", "running", date(2024, 5, 29))} <= {*running}
    house.fire(case, "erledigung_melden", "beispiel41", umfang="ganz", bericht="Fertig.")
    assert not [one for one in house.clocks(case) if one[:2] == ("meilenstein", "running")]
    back = {"grund": "Der Beirat fehlt.", "zieltermin": "2024-05-28"}
    assert reasons(house, case, "zurueckgeben", **back) == {"step_too_late"}
    house.fire(case, "zurueckgeben", **{**back, "zieltermin": "2024-06-28"})
    assert ("meilenstein", "running", date(2024, 5, 29)) in house.clocks(case)
