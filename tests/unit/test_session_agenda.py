"""How an agenda is ordered and numbered, and on which days a series of sessions falls. Pure."""

from datetime import date

import pytest

from vorgang.config.calendars import Calendar, Recess
from vorgang.config.errors import InvalidInputError
from vorgang.config.rule_agenda import Agenda
from vorgang.config.rule_files import shipped_rules
from vorgang.config.text import Text
from vorgang.workflow.agenda import Candidate, next_number, proposed, same_number, supplemented
from vorgang.workflow.session_series import Bad, planned, rhythm_of

STANDING = Agenda(
    (Text("Eröffnung", "Opening"),), (Text("Schluss", "Close"),), (), (Text("Verschiedenes", "Any other business"),)
)
NW = Calendar(land="NW")


def candidate(number: str, role: str = "kenntnisnahme", *, public: bool = True) -> Candidate:
    return Candidate(f"id-{number}", None, role, number, public)


def titles(*candidates: Candidate) -> list[tuple[str, str]]:
    """Number and title of each item; of one with a paper the number of that."""
    rows = proposed(STANDING, candidates)
    return [(row["nummer"], row.get("titel") or row["beratung"].removeprefix("id-")) for row in rows]


def test_decisions_come_before_what_is_only_noted_each_by_number() -> None:
    found = titles(
        candidate("10/2024"),
        candidate("9/2024"),
        candidate("12/2024", "vorberatung"),
        candidate("13/2024", "anhoerung"),
        candidate("11/2024", "entscheidung"),
    )
    assert [title for _, title in found[1:-1]] == ["11/2024", "12/2024", "13/2024", "9/2024", "10/2024"]
    assert [number for number, _ in found] == ["Ö 1", "Ö 2", "Ö 3", "Ö 4", "Ö 5", "Ö 6", "Ö 7"]


def test_the_part_that_is_not_public_comes_last_with_numbers_of_its_own() -> None:
    rows = proposed(STANDING, [candidate("1/24", public=False), candidate("2/24")])
    assert [row["nummer"] for row in rows] == ["Ö 1", "Ö 2", "Ö 3", "N 1", "N 2"]
    assert [row["nummer"] for row in rows if row.get("nichtoeffentlich")] == ["N 1", "N 2"]
    assert [row.get("beratung") for row in rows] == [None, "id-2/24", None, "id-1/24", None]


def test_without_anything_closed_there_is_no_closed_part() -> None:
    assert titles() == [("Ö 1", "Eröffnung"), ("Ö 2", "Schluss")]


def test_questions_are_asked_under_an_item_of_their_own() -> None:
    rows = proposed(STANDING, [candidate("1/24")], asked={"einwohnerfrage", "muendliche_frage"})
    asked = [(row["titel"], row.get("fragen")) for row in rows[1:3]]
    assert asked == [("Einwohnerfragestunde", "einwohnerfrage"), ("Mündliche Fragen", "muendliche_frage")]
    assert [row.get("beratung") for row in rows] == [None, None, None, "id-1/24", None]
    always = proposed(STANDING._replace(residents=Text("Bürger fragen", "Citizens ask")), [])
    assert [(row["titel"], row.get("fragen")) for row in always][1] == ("Bürger fragen", "einwohnerfrage")


def test_an_item_that_is_named_like_the_one_for_questions_is_the_one_for_questions() -> None:
    free = Candidate(None, "mündliche  Fragen", None, None, public=True)
    rows = proposed(STANDING, [free, candidate("1/24")], asked={"muendliche_frage"})
    asked = [(row.get("titel"), row.get("fragen")) for row in rows[1:]]
    assert asked == [(None, None), ("mündliche  Fragen", "muendliche_frage"), ("Schluss", None)]
    known = [{key: value for key, value in row.items() if key != "fragen"} for row in rows]
    assert supplemented(known, [], STANDING, asked={"muendliche_frage"}) == rows


def test_an_item_without_a_paper_stands_behind_the_papers() -> None:
    free = Candidate(None, "Bericht", None, None, public=True)
    assert [title for _, title in titles(free, candidate("1/24"))] == ["Eröffnung", "1/24", "Bericht", "Schluss"]


def test_every_rule_set_has_standing_items() -> None:
    rules = shipped_rules()
    for name in rules.ids:
        agenda = rules.versions(name)[-1].agenda
        assert agenda.first, name
        assert agenda.last, name


@pytest.mark.parametrize(("one", "other", "same"), [("Ö 3", "ö3", True), ("O 3", "3", True), ("N 3", "3", False)])
def test_an_item_is_named_as_people_write_it(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


def test_a_late_item_comes_behind_all_others_of_its_part() -> None:
    rows = proposed(STANDING, [candidate("1/24", public=False)])
    assert (next_number(rows, closed=False), next_number(rows, closed=True)) == ("Ö 3", "N 3")
    late = supplemented(rows, [candidate("2/24"), candidate("3/24", public=False)], STANDING)
    assert [row["nummer"] for row in late] == ["Ö 1", "Ö 2", "Ö 3", "N 1", "N 2", "N 3"]


# --- series ---


def days(every: str, first: str, until: str, calendar: Calendar = NW, bad: Bad | None = None) -> list[str | None]:
    found = planned(rhythm_of(every), date.fromisoformat(first), date.fromisoformat(until), calendar, bad or Bad())
    return [one.day.isoformat() if one.day else None for one in found]


def test_every_four_weeks() -> None:
    assert days("4w", "2024-03-05", "2024-05-01") == ["2024-03-05", "2024-04-02", "2024-04-30"]


@pytest.mark.parametrize("every", ["monthly:2tue", "monthly:2di", "Monthly:2Tue"])
def test_on_a_weekday_of_each_month(every: str) -> None:
    assert days(every, "2024-11-13", "2025-02-28") == ["2024-12-10", "2025-01-14", "2025-02-11"]


def test_on_the_last_and_on_a_fifth_weekday() -> None:
    assert days("monthly:lastthu", "2024-01-01", "2024-03-31") == ["2024-01-25", "2024-02-29", "2024-03-28"]
    assert days("monthly:5thu", "2024-01-01", "2024-05-31") == ["2024-02-29", "2024-05-31"]  # 30 May is Fronleichnam


def test_a_public_holiday_moves_to_the_next_working_day_or_is_left_out() -> None:
    assert days("1w", "2024-10-03", "2024-10-10") == ["2024-10-04", "2024-10-10"]
    assert days("1w", "2024-10-03", "2024-10-10", bad=Bad("skip")) == [None, "2024-10-10"]
    (first, *_) = planned(rhythm_of("1w"), date(2024, 10, 3), date(2024, 10, 3), NW)
    assert (first.meant, first.why and first.why.de) == (date(2024, 10, 3), "Tag der Deutschen Einheit")


def test_a_recess_is_told_and_left_out_if_wanted() -> None:
    recess = Recess(date(2024, 7, 8), date(2024, 8, 20), Text("Ratsferien", "recess"))
    calendar = Calendar(land="NW", recesses=(recess,))
    (told,) = planned(rhythm_of("4w"), date(2024, 7, 9), date(2024, 7, 9), calendar)
    assert (told.day, told.why) == (date(2024, 7, 9), recess.label)
    assert days("4w", "2024-06-11", "2024-09-03", calendar, Bad(skip_recess=True)) == [
        "2024-06-11",
        None,
        None,
        "2024-09-03",
    ]


@pytest.mark.parametrize("every", ["", "4", "0w", "monthly:", "monthly:6tue", "monthly:2xyz", "weekly"])
def test_what_is_no_rhythm_is_refused(every: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        rhythm_of(every)
    assert caught.value.code == "session_rhythm"


@pytest.mark.parametrize(
    ("until", "code"), [("2024-01-01", "session_series_empty"), ("2124-01-01", "session_series_long")]
)
def test_a_series_has_days_and_an_end(until: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        days("1w", "2024-03-05", until)
    assert caught.value.code == code
