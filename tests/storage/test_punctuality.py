"""The report on punctuality: whatever happens, its figures are those that a recount of the log finds."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.history import row, take_over, written
from tests.helpers.house import BERLIN, START, House
from tests.helpers.punctual import recount
from vorgang.config import profiles
from vorgang.config.errors import RefusedError
from vorgang.config.profile_files import load_profiles
from vorgang.states.ids import new_id
from vorgang.states.punctuality_queries import Term
from vorgang.states.punctuality_tables import PunctualityRow
from vorgang.states.queries import HistoryLine
from vorgang.states.records import Membership, Organization, Person
from vorgang.states.tables import table_of
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.punctuality import Figures, Wanted, keep_up, make_anew, punctuality
from vorgang.workflow.setup import Setup

RULES = """\
id = "puenktlich"
version = "1"
extends = "neutral"
valid_from = 2000-01-01
label = { de = "Modell", en = "Model" }
basis = { de = "Modell", en = "Model" }
source = "-"

[report]
late_bands = [2, 5]

[rule.antwort]
length = 6
unit = "kalendertage"
roll = "none"
basis = "geschaeftsordnung"
norm = { de = "§ 1", en = "§ 1" }
extension = { length = 3, unit = "kalendertage", most = 2, by = ["geschaeftsstelle"] }
"""
LIFECYCLE = """\
id = "frage"
version = 1
label = "Frage"
initial = "eingegangen"

[deadline.zulassung]
label = "Zulassung"
starts = ["anlegen"]
stops = ["zulassen", "zurueckziehen"]

[deadline.antwort]
label = "Antwort"
starts = ["zulassen", "neu_stellen"]
counts_from = "eingang"
stops = ["antworten", "zurueckziehen"]
pauses = ["ruhend"]
moves = { zwischenbescheid = "neuer_termin" }
extends = { verlaengern = "zustimmung_von" }
expired = "mahnen"
measured = ["antworten"]
handed_back = ["ablehnen"]

[state.eingegangen]
label = "eingegangen"
owner = "geschaeftsstelle"
public = "da"
[state.zentral]
label = "zentral"
owner = "geschaeftsstelle"
public = "da"
[state.bei_amt]
label = "beim Amt"
owner = "federfuehrung"
public = "da"
[state.ruhend]
label = "ruht"
owner = "geschaeftsstelle"
unattended = "bis jemand sie weckt"
[state.beantwortet]
label = "beantwortet"
public = "da"
final = true
[state.weg]
label = "weg"
public = "da"
final = true

[event.anlegen]
label = "anlegen"
opens = true
by = ["geschaeftsstelle"]
ask = { fragesteller = "party", eingang = "date", gremium = "body?", oeffentlich = "bool?" }
[event.zulassen]
label = "zulassen"
from = ["eingegangen"]
to = "zentral"
by = ["geschaeftsstelle"]
ask = { betreff = "text?", nummer = "text?" }
[event.zuweisen]
label = "zuweisen"
from = ["zentral", "bei_amt"]
to = "bei_amt"
by = ["geschaeftsstelle"]
ask = { federfuehrung = "office" }
[event.ablehnen]
label = "ablehnen"
from = ["bei_amt"]
to = "zentral"
by = ["geschaeftsstelle"]
[event.ruhen]
label = "ruhen"
from = ["bei_amt"]
to = "ruhend"
by = ["geschaeftsstelle"]
[event.wecken]
label = "wecken"
from = ["ruhend"]
to = "bei_amt"
by = ["geschaeftsstelle"]
[event.zwischenbescheid]
label = "Zwischenbescheid"
from = ["bei_amt", "ruhend"]
by = ["geschaeftsstelle"]
ask = { neuer_termin = "date" }
[event.verlaengern]
label = "verlängern"
from = ["bei_amt", "ruhend"]
by = ["geschaeftsstelle"]
ask = { zustimmung_von = "party" }
[event.neu_stellen]
label = "neu stellen"
from = ["zentral", "bei_amt"]
by = ["geschaeftsstelle"]
ask = { eingang = "date", fragesteller = "party" }
[event.mahnen]
label = "mahnen"
from = ["zentral", "bei_amt"]
by = ["automatik"]
[event.antworten]
label = "antworten"
from = ["bei_amt", "ruhend"]
to = "beantwortet"
by = ["geschaeftsstelle"]
[event.zurueckziehen]
label = "zurückziehen"
from = ["eingegangen", "zentral", "bei_amt", "ruhend"]
to = "weg"
by = ["geschaeftsstelle"]
"""
CLERK_OFFICE = "gs-integrationsrat"
FACTION, LEFT_ON = "fraktion-a", date(2024, 1, 12)
TERMS = (Term("alt", date(2000, 1, 1), date(2024, 1, 9)), Term("neu", date(2024, 1, 10)))
EVENTS = ("zuweisen", "ablehnen", "ruhen", "wecken", "zwischenbescheid", "verlaengern", "neu_stellen", "antworten")
_row = table_of(PunctualityRow)


@pytest.fixture(scope="module", params=BOTH)
def town_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    maker: Sqlite | Postgres = request.getfixturevalue(request.param)
    rules, lifecycles = (tmp_path_factory.mktemp(name) for name in ("rules", "lifecycles"))
    (rules / "puenktlich.toml").write_text(RULES)
    (lifecycles / "frage.toml").write_text(LIFECYCLE)
    url = maker.prepared()
    house = House(url, Setup(rules=[rules], lifecycles=[lifecycles]))
    yield house
    house.close()
    maker.drop(url)


def found(house: House) -> None:
    """A town of its own with a faction that one of its members leaves."""
    house.wall.instant = START
    house.body = house.found_town(rules="puenktlich")
    faction, member = new_id(START), new_id(START)
    with house.database.writing() as connection:
        person = connection.execute(
            select(table_of(Person).c.id).where(
                table_of(Person).c.body == house.body, table_of(Person).c.key == "severcan"
            )
        ).scalar_one()
        organization = {"id": faction, "body": house.body, "key": FACTION, "name": "=Fraktion A"}
        connection.execute(insert(table_of(Organization)).values(**organization, organization_type="Fraktion"))
        values = {"id": member, "person_id": person, "organization_id": faction, "end_date": LEFT_ON}
        connection.execute(insert(table_of(Membership)).values(**values))
    house.workflow.directory.forget()


def join(house: House, first: date | None, last: date | None) -> None:
    """The membership that began on `first` ended on `last`, says a roster that is handed in; else it is a new one."""
    profile = replace(load_profiles().get("hagen"), key=house.body, rules="puenktlich")
    faction = profiles.Organization(key=FACTION, name="=Fraktion A", organization_type="Fraktion")
    one = profiles.Membership(organization=FACTION, start=first, end=last)
    persons = (
        replace(person, memberships=(*person.memberships, one)) if person.key == "severcan" else person
        for person in profile.persons
    )
    organizations = (*profile.organizations, faction)
    import_profile(house.workflow, replace(profile, organizations=organizations, persons=tuple(persons)))


def is_member(house: House, asker: str, began: date) -> bool:
    """Whether who asked belonged to the faction then, as the master data say now."""
    columns = (table_of(Membership).c.start_date, table_of(Membership).c.end_date)
    query = select(*columns).join(table_of(Organization), table_of(Organization).c.key == FACTION)
    mine = table_of(Organization).c.id == table_of(Membership).c.organization_id
    with house.database.reading() as connection:
        periods = connection.execute(query.where(mine, table_of(Organization).c.body == house.body)).all()
    return asker == "severcan" and any((first or began) <= began <= (last or began) for first, last in periods)


class Clock(NamedTuple):
    """A clock as the recount sees it."""

    status: str
    began_on: date
    office: str | None
    faction: str | None
    body: str | None
    public: bool
    days: int | None
    late_by: int
    overdue: bool
    extensions: int
    handed_back: int
    steps: dict[str, int]
    kind: str = "frage"

    @property
    def term(self) -> str | None:
        return next((t.name for t in TERMS if t.first <= self.began_on <= (t.last or date.max)), None)


def recounted(house: House, cases: list[str]) -> list[Clock]:
    today = house.workflow.today(house.body)
    return [clock for case in cases for clock in clocks_of(house, house.workflow.history(case), today)]


def clocks_of(house: House, log: list[HistoryLine], today: date) -> Iterator[Clock]:
    """Each clock from its first line to its last, looked at by itself."""
    for first, line in enumerate(log):
        if any(name == "antwort" and status == "started" for name, status, _ in said(line)):
            ends = (n for n in range(first + 1, len(log)) if status_in(log[n]) not in {None, "running", "paused"})
            yield clock_of(house, log, (first, next(ends, None)), today)


def said(line: HistoryLine) -> list[list[str]]:
    return [*line.changes.get("deadlines", [])]


def status_in(line: HistoryLine) -> str | None:
    """What became of the clock that ran before this line."""
    return next((status for name, status, _ in said(line) if name == "antwort" and status != "started"), None)


def day(instant: datetime) -> date:
    return instant.astimezone(BERLIN).date()


def entered(log: list[HistoryLine], until: int, name: str) -> Any:
    return next((line.data[name] for line in reversed(log[: until + 1]) if name in (line.data or {})), None)


def clock_of(house: House, log: list[HistoryLine], span: tuple[int, int | None], today: date) -> Clock:
    first, end = span
    meanwhile = log[first + 1 : end]
    dues = [date.fromisoformat(due) for n, s, due in said(log[first]) if n == "antwort" and s == "started"]
    extensions, paused_on, missed = 0, None, None
    for line in meanwhile:
        for _, status, due in (one for one in said(line) if one[0] == "antwort"):
            later = date.fromisoformat(due) > dues[-1]
            missed = missed or (dues[-1] if paused_on is None and day(line.at) > dues[-1] else None)
            extensions += later and line.event in {"zwischenbescheid", "verlaengern"}
            dues.append(date.fromisoformat(due))
            paused_on = (paused_on or day(line.at)) if status == "paused" else None
    status = "open" if end is None else "dropped"
    if end is not None and log[end].event == "antworten":
        status = "late" if missed else status_in(log[end]) or ""
    done = status in {"met", "late"}
    last = len(log) - 1 if end is None else end
    began = date.fromisoformat(entered(log, first, "eingang"))
    asker = entered(log, first, "fragesteller")
    member = asker == FACTION or is_member(house, asker, began)
    stood = paused_on or (today if end is None else day(log[end].at))
    steps: dict[str, int] = {}
    for before, after in zip(log[first:last], log[first + 1 : last + 1], strict=True):
        steps[before.target] = steps.get(before.target, 0) + round((after.at - before.at).total_seconds())
    public = entered(log, len(log) - 1, "oeffentlich")
    return Clock(
        status=status,
        began_on=began,
        office=entered(log, last, "federfuehrung"),
        faction=FACTION if member else None,
        body=entered(log, first, "gremium"),
        public=public is not False and log[-1].target != "ruhend",
        days=(day(log[end].at) - began).days if done and end is not None else None,
        late_by=max(1, (stood - (missed or dues[-1])).days) if status == "late" else 0,
        overdue=status == "open" and stood > (missed or dues[-1]),
        extensions=extensions,
        handed_back=sum(line.event == "ablehnen" for line in (*meanwhile, *([log[end]] if end else []))),
        steps=steps if done else {},
    )


def past(number: int, came: date, answered_after: int, **more: str) -> dict[str, str]:
    """A row of a file with a question that was answered elsewhere; its clock is that of `brought`."""
    answered = (came + timedelta(days=answered_after)).isoformat()
    days = {"Datum": "", "Eingang": came.isoformat(), "Beantwortet": answered, "Abgeschlossen": ""}
    return row(f"{number}/{came.year}", Art="Frage", Status="beantwortet", **days | {"Gremium": ""} | more)


def brought(house: House, of: dict[str, str]) -> Clock:
    """The clock that such a row says."""
    began, answered = (date.fromisoformat(of[name] or of["Datum"]) for name in ("Eingang", "Beantwortet"))
    due = date.fromisoformat(of["Frist"]) if of.get("Frist") else began + timedelta(days=6)
    asker, late_by = of["Fragesteller"], max(0, (answered - due).days)
    member = asker == FACTION or is_member(house, asker, began)
    return Clock(
        status="late" if late_by else "met",
        began_on=began,
        office=of["Federführung"] or None,
        faction=FACTION if member else None,
        body=of["Gremium"] or None,
        public=of["Öffentlich"] == "ja",
        days=(answered - began).days,
        late_by=late_by,
        overdue=False,
        extensions=0,
        handed_back=0,
        steps={},
    )


def same(figures: Figures, clocks: list[Clock]) -> None:
    """The figures of a group are those of its clocks."""
    of = {status: [one for one in clocks if one.status == status] for status in ("open", "met", "late", "dropped")}
    done, overdue = [*of["met"], *of["late"]], [one for one in clocks if one.overdue]
    assert (figures.in_time, figures.late, figures.done) == (len(of["met"]), len(of["late"]), len(done))
    late = [one.late_by for one in of["late"]]
    assert figures.bands == (sum(n <= 2 for n in late), sum(2 < n <= 5 for n in late), sum(n > 5 for n in late))
    assert (figures.open, figures.overdue, figures.dropped) == (len(of["open"]), len(overdue), len(of["dropped"]))
    days = sorted(one.days or 0 for one in done)
    assert figures.median_days == (median(days) if days else None)
    assert figures.p90_days == next((n for n in days if sum(m <= n for m in days) >= 0.9 * len(days)), None)
    counted = [one for one in clocks if one.status != "dropped"]
    assert figures.extensions == sum(one.extensions for one in counted)
    assert figures.extended == sum(one.extensions > 0 for one in counted)
    assert figures.hand_backs == sum(one.handed_back for one in counted)
    assert figures.handed_back == sum(one.handed_back > 0 for one in counted)
    assert figures.bases == ({"geschaeftsordnung": len(late) + len(overdue)} if late or overdue else {})


def same_steps(figures: Figures, clocks: list[Clock]) -> None:
    spent = {(one.state, one.cases): one.mean_days for one in figures.steps}
    states = {state for one in clocks for state in one.steps}
    times = {state: [one.steps[state] for one in clocks if state in one.steps] for state in states}
    wanted = {(state, len(each)): round(sum(each) / len(each) / 86_400, 2) for state, each in times.items()}
    assert spent == wanted


def assert_recounted(house: House, cases: list[str], of_old: Sequence[dict[str, str]] = ()) -> None:
    clocks = [*recounted(house, cases), *(brought(house, one) for one in of_old)]
    for by in ("office", "faction", "body", "kind", "term", None):
        report = punctuality(house.workflow, Wanted(house.body, by), TERMS if by == "term" else ())
        same(report.total, clocks)
        same_steps(report.total, clocks)
        if by is not None:
            assert {one.key for one in report.groups} == {getattr(one, by) for one in clocks}
            for group in report.groups:
                mine = [one for one in clocks if getattr(one, by) == group.key]
                same(group, mine)
                same_steps(group, mine)
    public = punctuality(house.workflow, Wanted(house.body, "faction", public=True))
    same(public.total, [one for one in clocks if one.public])
    assert public.total.steps == ()
    late = punctuality(house.workflow, Wanted(house.body, since=date(2024, 1, 10), until=date(2024, 1, 14)))
    same(late.total, [one for one in clocks if date(2024, 1, 10) <= one.began_on <= date(2024, 1, 14)])


def fire(house: House, case: str, event: str, chance: Any) -> None:
    """Something that may or may not be possible now."""
    today = house.workflow.today(house.body)
    given_: dict[str, Callable[[], dict[str, Any]]] = {
        "zuweisen": lambda: {"federfuehrung": chance.choice(["amt01", "amt41"])},
        "zwischenbescheid": lambda: {"neuer_termin": (today + timedelta(days=chance.randint(0, 9))).isoformat()},
        "verlaengern": lambda: {"zustimmung_von": CLERK_OFFICE},
        "neu_stellen": lambda: {
            "eingang": (today - timedelta(days=chance.randint(0, 3))).isoformat(),
            "fragesteller": chance.choice(["severcan", FACTION, "randt"]),
        },
    }
    try:
        house.fire(case, event, **given_.get(event, dict)())
    except RefusedError:
        return


def opened(house: House, chance: Any) -> str:
    today = house.workflow.today(house.body)
    more = {"gremium": "integrationsrat"} if chance.random() < 0.7 else {}
    asker = chance.choice(["severcan", FACTION, "randt"])
    case = house.open(
        "frage", fragesteller=asker, eingang=today.isoformat(), oeffentlich=chance.random() < 0.7, **more
    ).case.id
    if chance.random() < 0.9:
        house.fire(case, "zulassen")
        house.fire(case, "zuweisen", federfuehrung=chance.choice(["amt01", "amt41"]))
    return case


def past_by_chance(number: int, chance: Any) -> dict[str, str]:
    came = date(2024, 1, 6) - timedelta(days=chance.randint(15, 30))
    written_down = {"Frist": (came + timedelta(days=chance.randint(0, 15))).isoformat()}
    return past(
        number,
        came,
        chance.randint(0, 15),
        Fragesteller=chance.choice(["severcan", FACTION, "randt"]),
        Federführung=chance.choice(["amt01", "amt41"]),
        Gremium=chance.choice(["integrationsrat", ""]),
        Öffentlich=chance.choice(["ja", "nein"]),
        **(written_down if chance.random() < 0.5 else {}),
    )


@pytest.mark.slow
@settings(max_examples=12, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(EVENTS), st.integers(0, 4)), min_size=6, max_size=30),
    chance=st.randoms(use_true_random=False),
)
def test_every_figure_is_that_of_a_recount_from_the_log(
    town_house: House, tmp_path_factory: pytest.TempPathFactory, steps: Any, chance: Any
) -> None:
    house = town_house
    found(house)
    cases = [opened(house, chance) for _ in range(4)]
    of_old = [past_by_chance(number, chance) for number in range(3)]
    take_over(house.workflow, house.body, [written(tmp_path_factory.mktemp("alt") / "alt.csv", of_old)])
    for number, event, days in steps:
        house.wall.instant += timedelta(days=days, minutes=chance.randint(0, 600))
        for case in cases:
            house.workflow.tick(case)
        if number >= len(cases) and chance.random() < 0.5:
            cases.append(opened(house, chance))
        fire(house, cases[number % len(cases)], event, chance)
        if chance.random() < 0.1:
            fire(house, cases[number % len(cases)], "zurueckziehen", chance)
        if chance.random() < 0.2:
            keep_up(house.workflow)
        if chance.random() < 0.1:
            first = chance.choice([None, date(2024, 1, 22)])
            last = (first or date(2023, 12, 12)) + timedelta(days=chance.randint(0, 40))
            join(house, first, last)
    assert_recounted(house, cases, of_old)


#: What becomes of a task: who does it and what they say; a day is so many days ahead.
TASK_EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "erledigung_melden": ("beispiel41", {"umfang": "ganz", "bericht": "Fertig.", "verzug_weil": "Urlaub"}),
    "zurueckgeben": ("randt", {"grund": "Es fehlt etwas."}),
    "zurueckgeben bis": ("randt", {"grund": "Es fehlt etwas.", "zieltermin": 6}),
    "zieltermin_verschieben": ("randt", {"verschoben_weil": "Urlaub", "zieltermin": 4}),
    "umverteilen": ("randt", {"grund": "Umbau.", "amt": "amt01"}),
    "entfallen_lassen": ("randt", {"grund": "Aufgehoben.", "entschieden_von": "integrationsrat"}),
    "abnehmen": ("randt", {}),
}


def carry_on(house: House, case: str, name: str) -> None:
    event, (person, said) = name.partition(" ")[0], TASK_EVENTS[name]
    ahead = {key: value for key, value in said.items() if isinstance(value, int)}
    today = house.workflow.today(house.body)
    try:
        house.fire(
            case, event, person, **said | {key: (today + timedelta(days=n)).isoformat() for key, n in ahead.items()}
        )
    except RefusedError:
        return


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.sampled_from([*TASK_EVENTS])), max_size=14))
def test_of_tasks_moved_handed_back_and_dropped_the_figures_are_those_of_a_recount(
    town_house: House, steps: list[tuple[int, int, str]]
) -> None:
    house = town_house
    house.wall.instant = START
    house.body = house.found_town(rules="puenktlich")
    cases = [
        house.open("beschlusskontrolle", amt="amt41", aufgabe=name, zieltermin="2024-01-12").case.id for name in "AB"
    ]
    for days, number, event in steps:
        house.wall.instant += timedelta(days=days)
        carry_on(house, cases[number], event)
    report = punctuality(house.workflow, Wanted(house.body, "office"))
    counted = {
        one.key: Counter(in_time=one.in_time, late=one.late, open=one.open, overdue=one.overdue, dropped=one.dropped)
        for one in report.groups
    }
    assert counted == {office: counts for office, counts in recount(house.workflow, house.body).items() if counts}


def rows(house: House) -> list[Any]:
    with house.database.reading() as connection:
        return sorted(connection.execute(select(_row)).all(), key=str)


def test_rows_made_anew_are_those_that_were_kept_up(town_house: House) -> None:
    house = town_house
    found(house)
    case = house.open("frage", fragesteller="severcan", eingang="2024-01-08").case.id
    keep_up(house.workflow)
    house.fire(case, "zulassen")
    house.fire(case, "zuweisen", federfuehrung="amt01")
    keep_up(house.workflow, 1)
    house.fire(case, "antworten")
    keep_up(house.workflow)
    kept = rows(house)
    make_anew(house.workflow)
    assert rows(house) == kept
    assert any(row.case_id == case and row.ending.startswith("met ") for row in kept)


def test_what_was_answered_elsewhere_counts_as_the_file_says(town_house: House, tmp_path: Path) -> None:
    """Followed and made anew alike: days of the past, whatever day it is taken over."""
    house, came = town_house, date(2023, 3, 1)
    found(house)
    keep_up(house.workflow)
    rows_ = [
        past(1, came, 6, Fragesteller="severcan", Gremium="integrationsrat"),
        past(2, came, 8, Eingang="", Datum=came.isoformat(), Federführung="amt41", Fragesteller=FACTION),
        past(3, came, 23, Frist="2023-03-20", Fragesteller="randt", Gremium="integrationsrat"),
        past(4, came, 30, Frist="2023-03-31", Fragesteller="randt", Federführung=""),
    ]
    withdrawn = past(5, came, 0, Beantwortet="", Abgeschlossen="2023-04-01", Antwort="") | {"Status": "weg"}
    take_over(house.workflow, house.body, [written(tmp_path / "alt.csv", [*rows_, withdrawn])])
    assert_recounted(house, [], rows_)
    total = punctuality(house.workflow, Wanted(house.body, "body")).total
    assert (total.in_time, total.late, total.bands, total.median_days) == (2, 2, (1, 1, 0), 15.5)
    assert (total.open, total.dropped) == (0, 0)
    kept = rows(house)
    make_anew(house.workflow)
    assert rows(house) == kept


def test_what_is_gone_through_in_pieces_ends_up_whole(town_house: House) -> None:
    """A sweep goes through an old database a little at a time; a report asked for meanwhile waits for the rest."""
    house = town_house
    found(house)
    cases = {house.open("frage", fragesteller="severcan", eingang="2024-01-08").case.id for _ in range(3)}
    for case in cases:
        house.fire(case, "zulassen")
    with house.database.writing() as connection:
        connection.execute(text("DELETE FROM vorgang_search_mark WHERE name = 'punctuality'"))
    keep_up(house.workflow, 1)
    assert punctuality(house.workflow, Wanted(house.body)).total.open == len(cases)


def test_the_lead_and_the_faction_are_those_of_their_time(town_house: House) -> None:
    """A person who has left the faction since, and an office that has the case since, change no old figure."""
    house = town_house
    found(house)
    case = house.open("frage", fragesteller="severcan", eingang="2024-01-08").case.id
    house.fire(case, "zulassen")
    house.fire(case, "zuweisen", federfuehrung="amt01")
    house.fire(case, "ablehnen")
    house.fire(case, "zuweisen", federfuehrung="amt41")
    house.clock("2024-01-20")
    house.fire(case, "antworten")
    (faction,) = punctuality(house.workflow, Wanted(house.body, "faction")).groups
    (office,) = punctuality(house.workflow, Wanted(house.body, "office")).groups
    assert (faction.key, office.key, office.hand_backs) == (FACTION, "amt41", 1)
    assert (office.late, office.bands, office.median_days) == (1, (0, 0, 1), 12.0)


def test_a_membership_that_is_entered_afterwards_counts_for_all_its_days(town_house: House) -> None:
    """However long ago they asked, and whatever has happened since; in another town nothing changes."""
    house = town_house
    found(house)
    for received in ("2024-01-08", "2024-01-14", "2024-01-20"):
        house.clock(received)
        house.fire(house.open("frage", fragesteller="severcan", eingang=received).case.id, "zulassen")

    def of_faction() -> int:
        groups = punctuality(house.workflow, Wanted(house.body, "faction")).groups
        return sum(one.open for one in groups if one.key == FACTION)

    assert of_faction() == 1
    for first, last, counted in (
        (None, date(2024, 1, 14), 2),  # left later than was said
        (None, date(2024, 1, 7), 0),  # and earlier
        (date(2024, 1, 10), None, 2),  # came back
        (date(2024, 1, 10), date(2024, 1, 15), 1),
    ):
        join(house, first, last)
        assert of_faction() == counted
    kept = rows(house)
    make_anew(house.workflow)
    assert rows(house) == kept


def test_an_open_case_is_overdue_from_the_day_after_its_last(town_house: House) -> None:
    house = town_house
    found(house)
    case = house.open("frage", fragesteller="severcan", eingang="2024-01-08").case.id
    house.fire(case, "zulassen")
    for day_, overdue in (("2024-01-14", 0), ("2024-01-15", 1)):
        house.clock(day_, 23)
        total = punctuality(house.workflow, Wanted(house.body)).total
        assert (total.open, total.overdue, total.share) == (1, overdue, 0.0 if overdue else None)


def test_a_withdrawn_question_is_neither_kept_nor_late(town_house: House) -> None:
    house = town_house
    found(house)
    case = house.open("frage", fragesteller="severcan", eingang="2024-01-08").case.id
    house.fire(case, "zulassen")
    house.clock("2024-03-01")
    house.fire(case, "zurueckziehen")
    total = punctuality(house.workflow, Wanted(house.body)).total
    assert (total.done, total.late, total.overdue, total.dropped) == (0, 0, 0, 1)
