"""From the agenda to what becomes of a resolution: decision, amendments, issue, follow-up; on both databases."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from tests.helpers.house import ASKER, CLERK, DRAFT, LEAD, MOTION, House, refused
from vorgang.config.errors import InvalidInputError, RefusedError
from vorgang.config.text import Lang
from vorgang.notifications.composer import Composer, Style
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.papers.press import Wish
from vorgang.notifications.preview import Wanted, message_of_case
from vorgang.notifications.templates import Templates
from vorgang.states.queries import CaseSummary
from vorgang.workflow.papers import render_paper, sources_of
from vorgang.workflow.punctuality import Wanted as Counted
from vorgang.workflow.punctuality import punctuality
from vorgang.workflow.reading_rights import seen_view, visible
from vorgang.workflow.search import search

GS, SIGNER = "gs-integrationsrat", "leitung"
ISSUED: dict[str, Any] = {"federfuehrung": "amt01", "ausfertigungen": [{"amt": "amt01", "anzahl": 2}, {"amt": "amt41"}]}
PROMISE = {"zusage": "Bericht", "kontrolle": "2024-09-30"}
TASK = {"amt": "amt41", "aufgabe": "Netzwerk gründen", "zieltermin": "2024-09-30"}
FIRST, SECOND = "2024-03-05", "2024-03-12"
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
    style = Style("https://vorgang.example", Templates(()), Drafts(()), None)
    composer = Composer(sources_of(house.workflow), style)
    summary = house.workflow.case(case).case
    scene = house.workflow.library.newest[summary.lifecycle], house.workflow.directory.town(summary.body)

    with house.database.reading() as connection:
        message = message_of_case(connection, summary, scene, Wanted(template, to, house.wall.now()))
    letter = composer.preview(message, lang)
    return f"{letter.words.subject}\n{letter.words.text}"


# --- the decision ---


def test_what_the_council_adopts_waits_for_its_issue_and_is_handed_to_the_offices(house: House) -> None:
    motion, (committee, council) = before(house, stop("integrationsrat", "vorberatung"), stop("rat", "entscheidung"))
    house.fire(committee, "empfehlen", ja=5)
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


def test_a_mere_recommendation_leaves_it_to_be_decided(house: House, caplog: pytest.LogCaptureFixture) -> None:
    motion, (committee,) = before(house, stop("integrationsrat", "vorberatung"))
    house.fire(committee, "empfehlen")
    assert house.state(motion) == "in_beratung"
    assert not caplog.records  # that a guard waits for more is nothing to warn of
    assert ("befassung", "running") in [(name, status) for name, status, _ in house.clocks(motion)]
    (council,) = scheduled(house, motion, stop("rat", "entscheidung", SECOND))
    house.fire(council, "beschliessen")
    assert house.state(motion) == "beschlossen"


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
    assert "Netzwerk gründen" in mail(house, motion, "ausfertigung", to="amt01")  # the one that is public
    assert mail(house, motion, "ausfertigung", to="amt01").count("Netzwerk gründen (bis") == 1
    assert "Netzwerk gründen" not in mail(house, found[0].id, "beschlussauftrag")


def test_a_committee_that_decided_in_private_for_the_council_did_so_too(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    house.fire(council, "verweisen", verweisung=stop("integrationsrat", "entscheidung", SECOND, oeffentlich=False))
    house.fire(house.children(council, "folge")[0].id, "beschliessen")
    assert seen_outside(house, issued(house, motion)) == [False, True, False, True]


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


def test_what_the_other_body_decides_is_the_decision(house: House) -> None:
    motion, council, committee = referred(house, "entscheidung")
    house.fire(committee, "beschliessen")
    assert (house.state(council), house.state(motion)) == ("beschlossen", "beschlossen")


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


# --- amendments ---


def amended(house: House, paper: str, **more: Any) -> str:
    """An amendment to the paper."""
    house.fire(paper, "aenderungsantrag_einbringen", aenderungsantrag={**AMENDMENT, **more})
    return house.children(paper, "aenderungsantrag")[-1].id


def test_a_paper_is_not_decided_before_its_amendments(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    first, second = amended(house, motion, nummer="0007/2024"), amended(house, motion)
    assert (house.workflow.case(first).case.number, house.told(first)) == ("0007/2024", [("beispiel48", "eingang")])
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
    text = mail(house, first, "aenderungsantrag_entschieden")
    assert "Änderungsantrag angenommen" in text
    assert "… und ein Beirat." in text
    assert "Amendment carried" in mail(house, first, "aenderungsantrag_entschieden", "en")


def test_a_rejected_amendment_changes_nothing(house: House) -> None:
    motion, (council,) = before(house, stop("rat", "entscheidung"))
    amendment = amended(house, motion)
    house.clock(FIRST)
    house.fire(amendment, "ablehnen", gremium="rat", sitzung=FIRST, nein=20)
    assert house.told(amendment)[-1] == ("beispiel48", "aenderungsantrag_entschieden")
    house.fire(council, "beschliessen")
    assert house.workflow.case(motion).case.facts["beschluss"] == "unveraendert"


def test_a_stop_that_is_scheduled_later_waits_for_the_amendment_too(house: House) -> None:
    motion = house.open("antrag", CLERK, **MOTION).case.id
    house.fire(motion, "zulassen")
    amendment = amended(house, motion)
    (council,) = scheduled(house, motion, stop("rat", "entscheidung"))
    house.reach(council)
    assert reasons(house, council, "beschliessen") == {"amendments_pending"}
    house.fire(amendment, "uebernehmen")
    (later,) = scheduled(house, motion, stop("rat", "entscheidung", SECOND))
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


@pytest.mark.parametrize("end", ["zurueckziehen", "ablehnen"])
@pytest.mark.parametrize("kind", ["antrag", "beschlussvorlage"])
def test_the_end_of_an_amendment_is_enough_where_the_bodies_are_done(town: House, kind: str, end: str) -> None:
    paper = released(town) if kind == "beschlussvorlage" else before(town)[0]
    council, other = scheduled(town, paper, stop("rat", "entscheidung"), stop("integrationsrat", "kenntnisnahme"))
    town.fire(council, "beschliessen")
    amendment = amended(town, paper)
    town.fire(other, "zur_kenntnis_nehmen")
    assert town.state(paper) == "in_beratung"
    town.fire(amendment, end, **({"gremium": "rat", "sitzung": FIRST} if end == "ablehnen" else {}))
    case = town.workflow.case(paper).case
    assert (case.state, case.facts["beschluss"]) == ("beschlossen", "unveraendert")


def test_an_amendment_comes_too_late_once_the_authoritative_decision_is_taken(house: House) -> None:
    stops = stop("rat", "entscheidung", massgeblich=True), stop("integrationsrat", "kenntnisnahme", SECOND)
    motion, (council, other) = before(house, *stops)
    house.fire(council, "beschliessen")
    assert reasons(house, motion, "aenderungsantrag_einbringen", aenderungsantrag=AMENDMENT) == {"decided_already"}
    house.fire(other, "zur_kenntnis_nehmen")
    assert house.state(motion) == "beschlossen"


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
    assert ("bericht", "running", date(2024, 6, 3)) in house.clocks(case)
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
    house.fire(silent, "zieltermin_verschieben", zieltermin="2024-12-16", verzug_weil="Personal fehlt.")
    assert light(house, silent) == "gruen"
    assert ("umsetzung", "running", date(2024, 12, 16)) in house.clocks(silent)
    assert ("amt41", "terminaenderung") in house.told(silent)


def test_who_is_late_says_why(house: House) -> None:
    case = task(house)
    house.wait("2024-10-02", case)
    assert "fact_missing" in reasons(house, case, "berichten", "beispiel41", bericht="Läuft.")
    house.fire(case, "berichten", "beispiel41", bericht="Läuft.", ampel="rot", verzug_weil="Personal fehlt.")
    assert house.workflow.case(case).case.facts["berichte"][-1]["verzug_weil"] == "Personal fehlt."


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
    town.fire(case, "erledigung_melden", "beispiel41", umfang="ganz", bericht="Der Beirat steht.")
    town.wait("2024-03-25", case)
    town.fire(case, "abnehmen")
    assert figures() == ("amt41", 0, 1, 0, 1, 70)
    spent = {one.state: one.mean_days for one in punctuality(town.workflow, Counted(town.body)).total.steps}
    assert spent == {"offen": 65.0, "gemeldet": 5.0}


def test_the_council_drops_a_task_and_it_is_told_who_decided_so(house: House) -> None:
    case = task(house)
    assert refused(house, case, "entfallen_lassen", "beispiel41", grund="x", entschieden_von="rat") == "role_missing"
    house.fire(case, "entfallen_lassen", grund="Aufgehoben.", entschieden_von="rat")
    assert house.state(case) == "entfallen"
    assert house.told(case)[1:] == [("amt41", "beschluss_erledigt"), (ASKER, "beschluss_erledigt")]
    assert "Grund: Aufgehoben. (entschieden von: Rat" in mail(house, case, "beschluss_erledigt")
    assert "Reason: Aufgehoben. (decided by: Rat" in mail(house, case, "beschluss_erledigt", "en")


def test_milestones_are_planned_and_reached(house: House) -> None:
    case = task(house)
    house.fire(case, "meilensteine_planen", "beispiel41", meilensteine=[{"titel": "Satzung", "bis": "2024-05-31"}])
    assert reasons(house, case, "meilenstein_erreicht", titel="Feier", erledigt_am="2024-01-08") == {"step_not_planned"}
    house.fire(case, "meilenstein_erreicht", "beispiel41", titel="Satzung", erledigt_am="2024-01-08")
    (row,) = house.workflow.case(case).case.facts["meilensteine"]
    assert row == {"titel": "Satzung", "bis": "2024-05-31", "erledigt_am": "2024-01-08"}
