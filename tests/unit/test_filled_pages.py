"""A page of a list is full however many cases between may not be seen, and few are looked at for it."""

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from vorgang.states.queries import CaseSummary
from vorgang.workflow.reading_rights import Seen, filled


class Listed:
    """Cases of which some may be seen, counting how they are asked for."""

    def __init__(self, shown: list[bool]) -> None:
        self.shown = shown
        self.read_at_once: list[int] = []

    def read(self, limit: int, last: CaseSummary | None) -> list[CaseSummary]:
        start = 0 if last is None else int(last.id) + 1
        self.read_at_once.append(limit)
        return [_case(number) for number in range(start, min(start + limit, len(self.shown)))]

    def pick(self, cases: Any) -> list[Seen]:
        return [cast("Seen", one) for one in cases if self.shown[int(one.id)]]


def _case(number: int) -> CaseSummary:
    empty: Any = dict.fromkeys(CaseSummary._fields)
    return CaseSummary(**{**empty, "id": str(number)})


@given(st.lists(st.booleans(), max_size=300), st.integers(1, 60))
def test_a_page_holds_the_first_that_may_be_seen(shown: list[bool], limit: int) -> None:
    listed = Listed(shown)
    page = [int(cast("Any", one).id) for one in filled(listed.read, listed.pick, limit)]
    assert page == [number for number, seen in enumerate(shown) if seen][:limit]


def test_one_hidden_case_among_many_costs_no_second_page() -> None:
    listed = Listed([False] + [True] * 10_000)
    filled(listed.read, listed.pick, 50)
    assert sum(listed.read_at_once) < 60


def test_a_long_row_of_hidden_cases_is_passed_in_few_steps() -> None:
    listed = Listed([True] * 49 + [False] * 5_000 + [True])
    assert len(filled(listed.read, listed.pick, 50)) == 50
    assert len(listed.read_at_once) < 20
