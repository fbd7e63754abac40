"""A made-up year of a town: whatever happens, nothing is left lying, and every list says what a recount says."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.control_lists import recount
from tests.helpers.soundness import assert_deadlines_are_watched, assert_sound
from tests.helpers.year import BODY, Year
from vorgang.states.queries import Filter, Page
from vorgang.workflow.control_list import control_list
from vorgang.workflow.punctuality import Wanted, known_of, punctuality

pytestmark = pytest.mark.xdist_group("synthetic_year")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """12 bodies, 300 inquiries, 500 other papers, 150 sessions and questions in them, from January to December."""
    folder: Path = tmp_path_factory.mktemp("year")
    year = Year(f"sqlite:///{folder / 'year.db'}", seed=2025)
    year.play()
    yield year
    year.close()


def test_nothing_was_left_lying_and_everything_is_proven(year: Year) -> None:
    """Owner and due date of every open case, no clock of a closed one, every mail with its line, the log unbroken."""
    assert_sound(year.workflow.database)
    assert_deadlines_are_watched(year.workflow.database)


def test_everybody_could_do_what_was_theirs(year: Year) -> None:
    assert year.refused == {}


def test_the_town_was_busy(year: Year) -> None:
    """The year is one: papers of every kind came to their end, sessions were held, and some fell away."""
    ended: Counter[tuple[str, str]] = Counter()
    after: str | None = None
    while page := year.workflow.cases(Filter(body=BODY, open=False, limit=1000, after=after)):
        ended.update((case.lifecycle, case.state) for case in page)
        after = page[-1].id
    assert ended["anfrage", "abgeschlossen"] > 200
    assert ended["sitzung", "abgeschlossen"] > 100
    assert ended["muendliche_frage", "beantwortet"] > 20
    assert year.events["sitzung", "verlegen"] > 3
    assert ended["sitzung", "ausgefallen"] + ended["sitzung", "abgesagt"] > 0
    assert ended["beratung", "zur_kenntnis_genommen"] > 100
    assert ended["beratung", "beschlossen"] > 20
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


def test_a_control_list_equals_a_recount(year: Year) -> None:
    """Every open case that is meant for the body, or has a consultation before it; counted case by case."""
    every = list(year.open_cases())
    for body in year.bodies:
        found = control_list(year.workflow, BODY, body)
        assert {one.case_id for one in (*found.public, *found.closed)} == recount(year.workflow, every, body)


def test_the_report_on_punctuality_counts_every_measured_clock_once(year: Year) -> None:
    total = punctuality(year.workflow, Wanted(BODY)).total
    measured = known_of(year.workflow).measured
    counted: Counter[str] = Counter()
    after: str | None = None
    while page := year.workflow.cases(Filter(body=BODY, limit=500, after=after)):
        for case in page:
            for clock in year.workflow.case(case.id).deadlines:
                if clock.name in measured.get(case.lifecycle, {}):
                    counted["open" if clock.settled_at is None else clock.status] += 1
        after = page[-1].id
    settled = counted["met"] + counted["late"] + counted["cancelled"]
    assert (total.open, total.done + total.dropped) == (counted["open"], settled)
    assert 0 < total.late <= counted["late"]
    assert 0 < total.in_time <= counted["met"]  # what ended otherwise (withdrawn) counts for nobody
