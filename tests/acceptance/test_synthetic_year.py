"""A made-up year of a town: whatever happens, nothing is left lying, and every list says what a recount says."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from tests.helpers.control_lists import recount, recount_of_office
from tests.helpers.punctual import recount as recount_of_log
from tests.helpers.soundness import assert_deadlines_are_watched, assert_sound
from tests.helpers.year import Year
from tests.helpers.year_chains import DECIDED, ends, is_chained, stands
from tests.helpers.year_town import BODY, COMES, COUNCIL, ENDS, LEAVES, REMITS
from vorgang.states.queries import CaseSummary, Filter, Page
from vorgang.workflow.control_list import control_list
from vorgang.workflow.punctuality import Figures, Wanted, punctuality


@pytest.fixture(scope="module")
def quarters() -> list[Counter[str]]:
    """What was wrong on the control lists on the first day of each quarter, see `wrong_lists`."""
    return []


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, quarters: list[Counter[str]]) -> Iterator[Year]:
    """12 bodies of 5 to 15 members, 300 inquiries, 500 other papers, 150 sessions and questions in them; 12 months."""
    folder: Path = tmp_path_factory.mktemp("year")
    year = Year(folder, seed=2025)
    year.play(lambda day: quarters.append(wrong_lists(year)) if (day.day, day.month % 3) == (1, 1) else None)
    yield year
    year.close()


@pytest.fixture(scope="module")
def closed(year: Year) -> list[CaseSummary]:
    """What has come to its end by December."""
    found: list[CaseSummary] = []
    while page := year.workflow.cases(Filter(body=BODY, open=False, limit=1000, after=found[-1].id if found else None)):
        found += page
    return found


def test_nothing_was_left_lying_and_everything_is_proven(year: Year) -> None:
    """Owner and due date of every open case, no clock of a closed one, every mail with its line, the log unbroken."""
    assert_sound(year.workflow.database)
    assert_deadlines_are_watched(year.workflow.database)


def test_everybody_could_do_what_was_theirs_and_nobody_more(year: Year) -> None:
    """Votes that do not fit or say otherwise, papers before amendments or on no agenda, residents beyond limits."""
    assert year.refused == {}
    votes = {"votes_too_many", "vote_carried", "vote_lost", "amendments_pending"}
    agendas = {"not_on_agenda", "majority_missed"}
    questions = {"question_too_late", "question_parts_many", "questions_used_up", "question_carried_often"}
    assert year.tried.keys() == votes | agendas | questions | {"stops_unfit"}


def test_what_was_decided_is_what_was_voted(year: Year, closed: list[CaseSummary]) -> None:
    """More for it than against it; with as many, or fewer, it was lost; nobody voted who had no seat."""
    results: Counter[tuple[str, bool]] = Counter()
    ties = abstained = 0
    for case in closed:
        if case.lifecycle not in {"beratung", "aenderungsantrag"} or "ja" not in case.facts:
            continue
        ayes, noes, abstentions = (case.facts[name] for name in ("ja", "nein", "enthaltungen"))
        assert (ayes > noes) is (case.state in {"beschlossen", "geaendert_beschlossen", "empfohlen", "angenommen"})
        body = year.column(case, "organization_key") if case.lifecycle == "beratung" else case.facts["gremium"]
        assert ayes + noes + abstentions <= year.seats[body]
        results[case.lifecycle, ayes > noes] += 1
        ties, abstained = ties + (ayes == noes), abstained + (abstentions > 0)
    assert len(results) == 4
    assert min(*results.values(), ties, abstained) > 20


def test_a_paper_is_changed_where_an_amendment_was_carried(closed: list[CaseSummary]) -> None:
    moved: dict[str | None, set[str]] = {}
    for case in closed:
        if case.lifecycle == "aenderungsantrag":
            moved.setdefault(case.parent_id, set()).add(case.state)
    decided = [case for case in closed if case.lifecycle == "beratung" and "beschlossen" in case.state]
    above = {case.id: case.parent_id for case in closed if case.lifecycle == "beratung"}
    for case in decided:
        paper = above.get(case.parent_id or "", case.parent_id)
        assert (case.state == "geaendert_beschlossen") is ("angenommen" in moved.get(paper, ()))
    assert {case.state for case in decided} == {"beschlossen", "geaendert_beschlossen"}


def test_a_paper_of_several_bodies_is_advised_decided_and_noted(year: Year) -> None:
    """Every stop stands as people entered it, and the paper as the council decided, whatever a committee advised."""
    chains = {paper: stands(year, paper) for paper in list(year.planned) if is_chained(year, paper)}
    stops = {(one.paper, one.body, one.role): one for one in year.stops()}
    states: Counter[tuple[str, str]] = Counter()
    for paper, known in chains.items():
        for (body, role), state in known.items():
            stop = stops.pop((paper, body, role))
            assert (stop.closed_at is None) is (state == "offen")
            assert state in {"offen", stop.state.removeprefix("geaendert_")}
            states[role, state] += 1
        assert not [key for key in stops if key[0] == paper]
        by_role = {role: state for (_, role), state in known.items()}
        decided, advised = by_role["entscheidung"], by_role["vorberatung"]
        assert year.case(paper).state in _following(decided, advised, known.values())
        states["gegen die Empfehlung", decided] += (advised, decided) in _AGAINST
    decided_on = [paper for paper in year.planned if year.case(paper).lifecycle in DECIDED]
    assert len(chains) > len(decided_on) / 3
    assert states["kenntnisnahme", "zur_kenntnis_genommen"] > 10
    assert min(states["gegen die Empfehlung", one] for one in ("beschlossen", "abgelehnt")) > 3
    assert states["vorberatung", "offen"] < 10
    assert sum((one.role, one.event) == ("vorberatung", "vertagen") for one in year.treated) > 5


_AGAINST = {("nicht_empfohlen", "beschlossen"), ("empfohlen", "abgelehnt")}


def _following(decided: str, advised: str, every: Iterable[str]) -> set[str]:
    """In which states a paper can be of which the council has decided so."""
    if decided == "beschlossen":
        return {"in_beratung"} if advised == "offen" else {"beschlossen", "ausgefertigt"}
    if decided == "abgelehnt":
        return {"in_beratung"} if "offen" in every else {"abgelehnt"}
    return {"in_beratung", "abgeschlossen"}


def test_the_council_decides_once_it_is_advised_or_everybody_is_told_that_it_was_not(year: Year) -> None:
    early = set[str]()
    for paper in filter(lambda one: is_chained(year, one), list(year.planned)):
        order = ends(year, paper)
        if "entscheidung" in order and "vorberatung" not in order[: order.index("entscheidung")]:
            early.add(paper)
    assert year.early == dict.fromkeys(early, True)
    assert early & year.left
    assert early - year.left


def test_no_body_deals_with_what_it_is_not_there_for(year: Year) -> None:
    """By role or by kind of paper, or because it is no more."""
    assert year.unfit.keys() == {"role", "kind", "ended"}
    assert year.tried["stops_unfit"] == year.unfit.total()
    for stop in year.stops():
        remit = REMITS.get(stop.body, {})
        assert stop.role in remit.get("remit_roles", (stop.role,))
        assert stop.kind in remit.get("remit_kinds", (stop.kind,))


def test_a_body_that_ends_leaves_nothing_open(year: Year) -> None:
    """What it left undone is settled, and comes before the council where a decision is wanted."""
    stops = year.stops()
    mine = [one for one in stops if one.body == ENDS]
    assert len(mine) > 10
    assert not [one for one in mine if one.closed_at is None or (one.day or year.first) > year.ends_on]
    assert year.homeless
    for paper in year.homeless:
        found = {one.body: one.state for one in stops if one.paper == paper}
        assert found.keys() == {ENDS, COUNCIL}
        assert found[ENDS] == "erledigt"
    held = [day for body, day in year.invited() if body == ENDS]
    assert year.known_on < max(held) <= year.ends_on


def test_all_members_are_invited_and_nobody_else(year: Year) -> None:
    """Who sits in the body on that day: in July somebody went, and somebody else came in their stead."""
    invited = year.invited()
    assert {body for body, _ in invited} == set(year.bodies)
    assert invited == {(body, day): year.members_of(body, day) for body, day in invited}
    gone, come = ({day for (_, day), who in invited.items() if one in who} for one in (LEAVES, COMES))
    assert max(gone) < year.change_on <= min(come)


def test_the_town_was_busy(year: Year, closed: list[CaseSummary]) -> None:
    """The year is one: papers of every kind came to their end, sessions were held, and some fell away."""
    ended = Counter((case.lifecycle, case.state) for case in closed)
    hidden = Counter(case.lifecycle for case in closed if not case.public)
    assert ended["anfrage", "abgeschlossen"] > 200
    assert ended["sitzung", "abgeschlossen"] > 100
    assert ended["muendliche_frage", "beantwortet"] > 20
    assert year.events["sitzung", "verlegen"] > 3
    assert ended["sitzung", "ausgefallen"] + ended["sitzung", "abgesagt"] > 0
    listed = [row for case in closed for row in case.facts.get("tagesordnung") or () if row.get("beratung")]
    assert len(listed) > 300
    assert sum("dringlich_weil" in row for row in listed) > 5
    assert year.events["sitzung", "nachladen"] > 10
    assert year.events["beratung", "verweisen"] > 20
    assert year.events["beratung", "absetzen"] > 10
    assert year.events["beratung", "neu_ansetzen"] > 20
    assert ended["beratung", "empfohlen"] + ended["beratung", "nicht_empfohlen"] > 10
    assert ended["beratung", "zur_kenntnis_genommen"] > 100
    assert ended["beratung", "beschlossen"] > 20
    assert ended["beratung", "geaendert_beschlossen"] > 20
    assert ended["aenderungsantrag", "angenommen"] > 20
    assert ended["aenderungsantrag", "abgelehnt"] > 20
    assert ended["einwohnerfrage", "beantwortet"] + ended["einwohnerfrage", "schriftlich_beantwortet"] > 20
    assert sum(bool(case.facts.get("uebertragungen")) for case in closed) > year.events["einwohnerfrage", "uebertragen"]
    assert min(hidden[kind] for kind in ("sitzung", "beratung", "beschlusskontrolle")) > 3
    assert ended["beschlusskontrolle", "erledigt"] > 20
    assert ended["zusage", "erfuellt"] > 20
    assert sum(year.sink.mails.values()) > 1000
    assert year.sink.mails["amtsliste"] > 30


def test_a_work_list_equals_a_recount(year: Year) -> None:
    every = list(year.open_cases())
    assert every
    for owner in {case.owner for case in every if case.owner}:
        listed = {case.id for case in year.workflow.worklist(BODY, owner, Page(limit=10_000))}
        assert listed == {case.id for case in every if case.owner == owner}


def test_the_control_lists_equal_a_recount(year: Year, quarters: list[Counter[str]]) -> None:
    """Those of all bodies and offices, at the end and on the first day of each quarter."""
    assert len(quarters) == 4
    assert [*quarters, wrong_lists(year)] == [{}] * 5


def wrong_lists(year: Year) -> Counter[str]:
    """How many entries are missing, too many, or in the public part though not public, by body and office."""
    every = list(year.open_cases())
    hidden = {case.id for case in every if not case.public}
    offices = [one.key for one in year.profile.organizations if one.organization_type == "Verwaltungsbereich"]
    wrong: Counter[str] = Counter()
    for party in (*year.bodies, *offices):
        found = control_list(year.workflow, BODY, party)
        public, listed = ({one.case_id for one in part} for part in (found.public, (*found.public, *found.closed)))
        wanted = recount_of_office(every, party) if party in offices else recount(year.workflow, every, party)
        wrong[party] = len(listed ^ wanted) + len(public & hidden)
    return +wrong


@pytest.mark.parametrize("by", ["office", "body"])
def test_the_report_on_punctuality_equals_a_recount_from_the_log(year: Year, by: Literal["office", "body"]) -> None:
    """Of each office or body: what was done in time, what late, what is open or overdue, and what ended otherwise."""
    report = punctuality(year.workflow, Wanted(BODY, by))
    log = recount_of_log(year.workflow, BODY, by)
    assert {one.key: _counted(one) for one in report.groups} == log
    whole = sum(log.values(), Counter[str]())
    assert _counted(report.total) == whole
    assert min(whole[word] for word in ("in_time", "late", "open", "overdue", "dropped")) > 0


def _counted(figures: Figures) -> Counter[str]:
    """Its figures by the words of the recount; nothing of what there is none."""
    return +Counter({word: getattr(figures, word) for word in ("in_time", "late", "open", "overdue", "dropped")})
