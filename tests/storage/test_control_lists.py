"""The control list of a body of the council and of an office, on both databases."""

from typing import Any

import pytest

from tests.helpers.control_lists import recount
from tests.helpers.house import ASKER, CLERK, COSIGNERS, DRAFT, LEAD, MAYOR, MOTION, House, refused
from vorgang.config.errors import NotFoundError, RefusedError
from vorgang.states.queries import Filter
from vorgang.workflow.control_list import ControlList, about, control_list, sheets
from vorgang.workflow.punctuality import Wanted, punctuality

BODY = "integrationsrat"
TASK = {"amt": "amt01", "aufgabe": "Satzung vorlegen", "zieltermin": "2024-06-30", "gremium": BODY}
PROMISE = {"zusage": "Bericht im Herbst", "kontrolle": "2024-09-30", "federfuehrung": "amt01", "gremium": BODY}


@pytest.fixture
def town(house: House) -> House:
    """The house in a town of its own: nothing else is open there."""
    house.body = house.found_town()
    return house


def listed(house: House, party: str = BODY) -> ControlList:
    return control_list(house.workflow, house.body, party)


def test_an_office_has_one_regular_list(town: House) -> None:
    first = town.open("amtsliste", CLERK, amt="amt01").case.id
    town.open("amtsliste", CLERK, amt="amt41")
    with pytest.raises(RefusedError, match=first) as caught:
        town.open("amtsliste", CLERK, amt="amt01")
    assert [reason.code for reason in caught.value.refusal.reasons] == ["open_already"]
    town.fire(first, "beenden", grund="nicht mehr gewünscht")
    town.open("amtsliste", CLERK, amt="amt01")


def test_an_inquiry_stands_on_the_list_of_its_body_and_of_its_office(town: House) -> None:
    case = town.at("in_bearbeitung", gremium=BODY, nummer="1062/2023")
    for party in (BODY, "amt01"):
        (entry,) = listed(town, party).public
        assert (entry.case_id, entry.number, entry.office) == (
            case,
            "1062/2023",
            "01 Fachbereich des Oberbürgermeisters",
        )
        assert (entry.asker, str(entry.target), entry.light) == ("Hakan Severcan", "2024-02-02", "gruen")
    assert listed(town, "rat").public == ()


def test_the_light_turns_yellow_with_the_first_reminder_and_red_when_the_day_is_over(town: House) -> None:
    case = town.at("in_bearbeitung", gremium=BODY)
    town.wait("2024-01-29", case)
    assert [one.light for one in listed(town).public] == ["gelb"]
    town.wait("2024-02-05", case)
    assert [one.light for one in listed(town).public] == ["rot"]


def test_the_reason_of_the_last_extension_is_told(town: House) -> None:
    case = town.at("in_bearbeitung", gremium=BODY)
    for reason, day in (("Zulieferung fehlt", "2024-02-09"), ("Rückfrage an die Partnerstadt", "2024-02-16")):
        town.fire(case, "zwischenbescheid", LEAD, grund=reason, neuer_termin=day)
    (entry,) = listed(town).public
    assert (entry.delay, str(entry.target)) == ("Rückfrage an die Partnerstadt", "2024-02-16")


def test_a_paper_before_a_body_stands_there_once_until_the_body_has_dealt_with_it(town: House) -> None:
    case = town.at("beantwortet", gremium="rat")
    assert listed(town).public == ()
    (stop,) = town.schedule(case, BODY)
    assert [one.case_id for one in listed(town).public] == [case]
    town.fire(stop.id, "zur_kenntnis_nehmen")
    assert listed(town).public == ()


def test_a_statement_stands_there_with_its_motion_only(town: House) -> None:
    motion = town.open("antrag", CLERK, **MOTION, gremium=BODY).case.id
    town.fire(motion, "zulassen")
    town.fire(motion, "stellungnahme_anfordern", federfuehrung="amt01")
    assert [one.case_id for one in listed(town).public] == [motion]
    assert [one.kind.de for one in listed(town, "amt01").public] == ["Stellungnahme"]


def test_an_amendment_stands_with_the_council_office_beside_its_paper(town: House) -> None:
    motion = town.open("antrag", CLERK, **MOTION).case.id
    town.fire(motion, "zulassen")
    moved = {"betreff": "Netzwerk erst 2025", "fragesteller": ASKER, "wortlaut": "Es beginnt 2025."}
    town.fire(motion, "aenderungsantrag_einbringen", aenderungsantrag=moved)
    entries = listed(town, "gs-integrationsrat").public
    assert sorted(one.kind.de for one in entries) == ["Antrag", "Änderungsantrag"]


def test_a_promise_stands_with_the_office_that_keeps_it_and_the_body_that_asked(town: House) -> None:
    case = town.at("unterzeichnet", gremium=BODY)
    promise = {"zusage": "Bericht im Herbst", "kontrolle": "2024-09-30"}
    town.fire(case, "veroeffentlichen", CLERK, veroeffentlichung="oeffentlich", zusagen=[promise])
    town.fire(case, "abschliessen")
    for party in ("amt01", BODY):
        (entry,) = listed(town, party).public
        assert (entry.what, str(entry.target)) == ("Bericht im Herbst", "2024-09-30")


def test_what_a_resolution_asks_of_an_office_stands_there_with_its_light(town: House) -> None:
    case = town.open("beschlusskontrolle", CLERK, **TASK, oeffentlich=True).case.id
    for party in ("amt01", BODY):
        (entry,) = listed(town, party).public
        assert (entry.what, entry.light, entry.office) == (
            "Satzung vorlegen",
            "gruen",
            "01 Fachbereich des Oberbürgermeisters",
        )
    red = {"bericht": "Es fehlt ein Gutachten.", "ampel": "rot"}
    with pytest.raises(RefusedError):
        town.fire(case, "berichten", LEAD, **red)  # why, nobody would read on the list
    town.fire(case, "berichten", LEAD, **red, verzug_weil="Der Gutachter fehlt.")
    assert [one.light for one in listed(town).public] == ["rot"]
    assert "davon überfällig: 0" in about(listed(town), "de")  # only announced
    town.clock("2024-07-02")
    town.fire(case, "berichten", LEAD, bericht="Bald.", ampel="gruen", verzug_weil="Das Gutachten kam spät.")
    (entry,) = listed(town).public
    assert (entry.light, entry.delay) == ("rot", "Das Gutachten kam spät.")  # whatever is reported, it is overdue
    assert "davon überfällig: 1" in about(listed(town), "de")
    assert outside(town) == [(entry.office, "Das Gutachten kam spät.")]
    town.fire(case, "zieltermin_verschieben", zieltermin="2024-09-30", verschoben_weil="Es wird überarbeitet.")
    assert [one.delay for one in listed(town).public] == ["Es wird überarbeitet."]
    assert outside(town) == [(entry.office, "Es wird überarbeitet.")]


def outside(town: House) -> list[tuple[str | None, str | None]]:
    """Which office, and why later, everybody reads on the list of the body."""
    found = control_list(town.workflow, town.body, BODY, town.workflow.reader(town.body))
    return [(one.office, one.delay) for one in found.public]


def test_outside_nobody_reads_why_a_deadline_within_the_house_was_moved(town: House) -> None:
    town.fire(town.at("in_bearbeitung", gremium=BODY), "frist_verlaengern", grund="krank", zustimmung_von=ASKER)
    (entry,) = listed(town).public
    assert entry.delay == "krank"
    assert outside(town) == [(entry.office, None)]


def test_what_is_not_public_stands_in_a_part_of_its_own_and_nobody_outside_sees_it(town: House) -> None:
    town.at("in_bearbeitung", gremium=BODY, betreff="Grundstück", oeffentlich=False)
    found = listed(town)
    assert (found.public, [one.subject for one in found.closed]) == ((), ["Grundstück"])
    assert [sheet.name for sheet in sheets(found, "de")] == ["Öffentlicher Teil", "Nichtöffentlicher Teil"]
    outside = town.workflow.reader(town.body)
    assert control_list(town.workflow, town.body, BODY, outside).closed == ()


def test_a_task_to_examine_is_called_so(town: House) -> None:
    motion = town.open("antrag", CLERK, **MOTION, gremium=BODY).case.id
    town.fire(motion, "zulassen")
    stop = {"gremium": BODY, "sitzung": "2024-03-05", "rolle": "entscheidung"}
    town.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[stop])
    town.fire(town.children(motion, "beratung")[0].id, "beschliessen")
    task = {key: value for key, value in TASK.items() if key != "gremium"}
    rows = [{**task, "pruefauftrag": True}, {**task, "aufgabe": "Mittel bereitstellen"}]
    issued = [{"amt": "amt01", "anzahl": 1}]
    town.fire(motion, "ausfertigen", federfuehrung="amt01", ausfertigungen=issued, kontrollen=rows)
    kinds = {one.what: one.kind.de for one in listed(town).public}
    assert kinds == {"Satzung vorlegen": "Prüfauftrag", "Mittel bereitstellen": "Beschlusskontrolle"}


@pytest.mark.parametrize("public", [True, False])
def test_everybody_reads_who_asked_for_what_is_public_and_nothing_of_what_is_not(town: House, public: bool) -> None:
    motion = town.open("antrag", CLERK, **MOTION, oeffentlich=public).case.id
    town.fire(motion, "zulassen")
    stop = {"gremium": BODY, "sitzung": "2024-03-05", "rolle": "entscheidung"}
    town.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[stop])
    town.fire(town.children(motion, "beratung")[0].id, "beschliessen")
    copies = [{"amt": "amt01", "anzahl": 1}]
    task = {key: value for key, value in TASK.items() if key != "gremium"}
    town.fire(motion, "ausfertigen", federfuehrung="amt01", ausfertigungen=copies, kontrollen=[task])
    case = town.at("unterzeichnet", gremium=BODY, oeffentlich=public)
    promise = {"zusage": PROMISE["zusage"], "kontrolle": PROMISE["kontrolle"]}
    choice = "oeffentlich" if public else "nichtoeffentlich"
    town.fire(case, "veroeffentlichen", CLERK, veroeffentlichung=choice, zusagen=[promise])
    town.fire(case, "abschliessen")
    told = control_list(town.workflow, town.body, BODY, town.workflow.reader(town.body))
    asked = dict.fromkeys((TASK["aufgabe"], PROMISE["zusage"]), "Hakan Severcan")
    assert {one.what: one.asker for one in told.public} == (asked if public else {})
    assert {one.what: one.asker for one in listed(town).closed} == ({} if public else asked)


@pytest.mark.parametrize(("kind", "said"), [("beschlusskontrolle", TASK), ("zusage", PROMISE)])
def test_what_belongs_to_no_paper_is_not_public_until_the_council_office_says_so(
    town: House, kind: str, said: dict[str, Any]
) -> None:
    case = town.open(kind, CLERK, **said).case.id
    outside = town.workflow.reader(town.body)

    def parts() -> tuple[int, int, int]:
        """In the public part, in the other, and of what everybody may see."""
        found = listed(town)
        return (
            len(found.public),
            len(found.closed),
            len(control_list(town.workflow, town.body, BODY, outside).public),
        )

    assert parts() == (0, 1, 0)
    assert refused(town, case, "oeffentlich_stellen", LEAD) == "role_missing"
    town.fire(case, "oeffentlich_stellen")
    assert parts() == (1, 0, 1)
    town.fire(case, "nichtoeffentlich_stellen", grund="Grundstückspreise")
    assert parts() == (0, 1, 0)


def test_the_most_urgent_comes_first(town: House) -> None:
    late = town.at("in_bearbeitung", gremium=BODY, eingang="2024-01-04")
    soon = town.at("in_bearbeitung", gremium=BODY, eingang="2024-01-02", schreiben_vom="2024-01-02")
    assert [one.case_id for one in listed(town).public] == [soon, late]


def test_an_inquiry_stands_there_from_its_receipt_until_it_is_closed(town: House) -> None:
    case = town.ask(gremium=BODY)
    (entry,) = (*listed(town).public, *listed(town).closed)
    assert entry.target == town.workflow.case(case).case.due_on  # nothing measured runs yet
    town.bring(case, "in_bearbeitung")
    assert [one.case_id for one in listed(town, "amt01").public] == [case]
    town.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    town.fire(case, "in_mitzeichnung_geben", LEAD)
    town.cosign(case)
    town.fire(case, "unterzeichnen", MAYOR, unterzeichnet_am="2024-01-08")
    for party in (BODY, "amt01"):
        assert [one.case_id for one in listed(town, party).public] == [case]  # signed, but nobody knows the answer
    town.fire(case, "veroeffentlichen", CLERK, veroeffentlichung="oeffentlich")
    town.fire(case, "abschliessen")
    assert (listed(town).public, listed(town, "amt01").public) == ((), ())


def test_a_resolution_stands_there_until_it_is_issued_and_its_task_until_it_is_accepted(town: House) -> None:
    motion = town.open("antrag", CLERK, **MOTION).case.id  # it names no body; the stop does
    town.fire(motion, "zulassen")
    stop = {"gremium": BODY, "sitzung": "2024-03-05", "rolle": "entscheidung"}
    town.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[stop])
    town.fire(town.children(motion, "beratung")[0].id, "beschliessen")
    assert town.state(motion) == "beschlossen"
    assert [one.case_id for one in listed(town).public] == [motion]
    task = {"amt": "amt01", "aufgabe": "Satzung vorlegen", "zieltermin": "2024-06-30"}
    copies = [{"amt": "amt01", "anzahl": 1}]
    town.fire(motion, "ausfertigen", federfuehrung="amt01", ausfertigungen=copies, kontrollen=[task])
    (control,) = town.children(motion, "beschlusskontrolle")
    town.fire(control.id, "erledigung_melden", LEAD, umfang="ganz", bericht="Erledigt.")
    for party in (BODY, "amt01"):
        assert [one.case_id for one in listed(town, party).public] == [control.id]
    town.fire(control.id, "abnehmen")
    assert listed(town).public == ()


@pytest.mark.parametrize(
    ("to", "role", "referred"),
    [(BODY, "vorberatung", True), (BODY, "entscheidung", True), (None, "vorberatung", False)],
)
def test_what_follows_from_a_resolution_stands_with_the_body_that_has_decided(
    town: House, to: str | None, role: str, referred: bool
) -> None:
    """Whether the paper was addressed to another one, or a stop was referred to it."""
    motion = town.open("antrag", CLERK, **MOTION, **({"gremium": to} if to else {})).case.id
    town.fire(motion, "zulassen")
    first = {"gremium": BODY, "sitzung": "2024-03-05", "rolle": role}
    council = {"gremium": "rat", "sitzung": "2024-03-12", "rolle": "entscheidung"}
    town.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[first] if referred else [first, council])
    stops = town.children(motion, "beratung")
    if referred:
        town.fire(stops[0].id, "verweisen", verweisung=council)
        (stop,) = town.children(stops[0].id, "folge")
    else:
        town.fire(stops[0].id, "empfehlen")
        stop = stops[1]
    town.fire(stop.id, "beschliessen")
    rows: dict[str, Any] = {
        "ausfertigungen": [{"amt": "amt01", "anzahl": 1}],
        "kontrollen": [_bare(TASK)],
        "zusagen": [_bare(PROMISE)],
    }
    town.fire(motion, "ausfertigen", federfuehrung="amt01", **rows)
    assert {one.what for one in listed(town, "rat").public} == {TASK["aufgabe"], PROMISE["zusage"]}
    assert listed(town).public == ()


def test_a_motion_counts_with_the_body_that_rejected_it_as_with_one_that_adopted_it(town: House) -> None:
    for event in ("beschliessen", "ablehnen"):
        motion = town.open("antrag", CLERK, **MOTION).case.id
        town.fire(motion, "zulassen")
        stop = {"gremium": BODY, "sitzung": "2024-03-05", "rolle": "entscheidung"}
        town.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[stop])
        town.fire(town.children(motion, "beratung")[0].id, event)
    (group,) = punctuality(town.workflow, Wanted(town.body, "body", kinds=("antrag",))).groups
    assert (group.key, group.done + group.open + group.dropped) == (BODY, 2)


def test_the_body_that_came_back_to_it_has_decided_itself(town: House) -> None:
    motion = town.open("antrag", CLERK, **MOTION).case.id
    town.fire(motion, "zulassen")
    stop = {"gremium": BODY, "sitzung": "2024-03-05", "rolle": "entscheidung"}
    town.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[stop])
    (one,) = town.children(motion, "beratung")
    town.fire(one.id, "verweisen", verweisung={"gremium": "rat", "sitzung": "2024-03-12", "rolle": "vorberatung"})
    town.fire(town.children(one.id, "folge")[0].id, "empfehlen")
    town.fire(one.id, "neu_ansetzen", sitzung="2024-03-19")
    town.fire(one.id, "beschliessen")
    assert [one.case_id for one in listed(town).public] == [motion]


def test_a_promise_addressed_to_nobody_stands_with_the_body_that_took_note_of_it(town: House) -> None:
    case = town.at("unterzeichnet")
    town.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=[_bare(PROMISE)])
    stop, *_ = town.schedule(case, BODY)
    town.fire(stop.id, "zur_kenntnis_nehmen")
    assert [one.what for one in listed(town).public] == [PROMISE["zusage"]]
    (group,) = punctuality(town.workflow, Wanted(town.body, "body", kinds=("zusage",))).groups
    assert (group.key, group.open) == (BODY, 1)  # the report on punctuality counts it there, too


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    """A record as a paper gives it."""
    return {key: value for key, value in row.items() if key not in ("gremium", "federfuehrung")}


def test_a_question_stands_there_until_its_written_answer(town: House) -> None:
    town.open("sitzung", CLERK, gremium=BODY, tag="2024-03-05")
    asked = {
        "gremium": BODY,
        "sitzung": "2024-03-05",
        "fragesteller": "severcan",
        "betreff": "Radweg",
        "frage": "Wann?",
    }
    case = town.open("muendliche_frage", CLERK, **asked).case.id
    (entry,) = listed(town).public
    assert (entry.case_id, str(entry.target), entry.subject) == (case, "2024-03-05", "Radweg")
    town.fire(case, "schriftlich_verweisen", federfuehrung="amt01")
    for party in (BODY, "amt01"):
        assert [one.case_id for one in listed(town, party).public] == [case]
    town.fire(case, "schriftlich_beantworten", LEAD, antwort="Im Mai.")
    assert listed(town).public == ()


def test_a_residents_question_stands_there_with_its_subject_which_names_nobody_outside(town: House) -> None:
    town.open("sitzung", CLERK, gremium=BODY, tag="2024-04-05")
    said = {"gremium": BODY, "sitzung": "2024-04-05", "name": "Erna Meier", "frage": "Wann?"}
    case = town.open("einwohnerfrage", CLERK, **said, betreff="Radweg von Erna Meier").case.id
    town.fire(case, "zulassen")
    assert [one.subject for one in (*listed(town).public, *listed(town).closed)] == ["Radweg von Erna Meier"]
    outside = control_list(town.workflow, town.body, BODY, town.workflow.reader(town.body))
    assert "Meier" not in repr(outside)
    assert [str(one.subject).split()[0] for one in outside.public] == ["Radweg"]


def test_what_is_asked_within_the_house_stands_with_the_office_asked_alone(town: House) -> None:
    case = town.at("in_mitzeichnung", gremium=BODY)
    assert [one.case_id for one in listed(town, "amt01").public] == [case]
    (office, *_) = COSIGNERS
    assert [one.kind.de for one in (*listed(town, office).public, *listed(town, office).closed)] == ["Mitzeichnung"]


@pytest.mark.parametrize("party", ["niemand", "severcan"])
def test_only_bodies_and_offices_have_a_list(town: House, party: str) -> None:
    with pytest.raises(NotFoundError):
        listed(town, party)


def test_the_list_equals_a_recount(town: House) -> None:
    """Every open case of the town, asked one by one for what makes it an entry."""
    for state in ("eingegangen", "zugelassen", "in_mitzeichnung", "unterzeichnet", "beantwortet", "in_beratung"):
        town.at(state, gremium="rat")
        town.at(state, gremium=BODY)
    every = town.workflow.cases(Filter(body=town.body, open=True, limit=500))
    for body in (BODY, "rat"):
        entries = (*listed(town, body).public, *listed(town, body).closed)
        assert {one.case_id for one in entries} == recount(town.workflow, every, body)
    for office in ("amt01", *COSIGNERS):
        wanted = {
            case.id
            for case in every
            if case.owner == office or (case.lifecycle == "anfrage" and case.facts.get("federfuehrung") == office)
        }
        entries = (*listed(town, office).public, *listed(town, office).closed)
        assert {one.case_id for one in entries} == wanted
