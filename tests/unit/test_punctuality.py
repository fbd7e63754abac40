"""The figures of the report on punctuality, one by one; the sheets and the picture that show them."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import date
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.lifecycle_samples import SMALL
from vorgang.config.errors import AuthorError
from vorgang.config.reader import Source, Table
from vorgang.config.rule_tables import read_late_bands
from vorgang.config.text import Text
from vorgang.notifications.sheets import csv_file
from vorgang.states.loader import load_text
from vorgang.states.loader_pinned import dump, load_resolved
from vorgang.states.punctuality import Ending, overdue_days
from vorgang.states.punctuality_roster import FACTION, Altered, _Change
from vorgang.states.punctuality_rows import MORE, _path, public_from
from vorgang.states.visibility import Publicity
from vorgang.workflow.punctuality import (
    Figures,
    Report,
    Step,
    Wanted,
    band_labels,
    band_of,
    median_of,
    percentile_of,
)
from vorgang.workflow.punctuality_svg import svg
from vorgang.workflow.punctuality_tables import bases, main_sheet, step_sheet, whole_sheet


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_median_and_ninety_percent_are_those_of_the_single_values(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    assert median_of(counts) == median(values)
    p90 = percentile_of(counts, 90)
    assert p90 == min(value for value in values if 10 * sum(one <= value for one in values) >= 9 * len(values))


def test_of_nothing_there_is_no_median() -> None:
    assert (median_of({}), percentile_of({}, 90)) == (None, None)


@pytest.mark.parametrize(("days", "band"), [(1, 0), (7, 0), (8, 1), (14, 1), (15, 2), (90, 3), (91, 4), (4000, 4)])
def test_the_last_day_of_a_band_belongs_to_it(days: int, band: int) -> None:
    assert band_of(days, (7, 14, 30, 90)) == band


def test_bands_are_called_by_their_days() -> None:
    assert [one.de for one in band_labels((1, 7))] == ["1", "2–7", "über 7"]


def read(toml: dict[str, object]) -> tuple[tuple[int, ...], list[str]]:
    source = Source(file="x.toml", text="")
    return read_late_bands(Table(source, toml, "report")), [one.code for one in source.findings]


def test_a_rule_set_says_its_own_bands() -> None:
    assert read({}) == ((7, 14, 30, 90), [])
    assert read({"late_bands": [3, 10]}) == ((3, 10), [])


@pytest.mark.parametrize("wrong", [[], [7, 7], [14, 7], [0, 7], ["7"], [True, 7], 7, [7.5]])
def test_bands_that_make_no_sense_are_an_authors_mistake(wrong: object) -> None:
    assert read({"late_bands": wrong})[1] == ["rules_late_bands"]


def test_what_stands_still_is_as_late_as_when_it_did() -> None:
    due, today = date(2024, 1, 10), date(2024, 2, 1)
    assert overdue_days(due, None, due) == 0
    assert overdue_days(due, None, today) == 22
    assert overdue_days(due, date(2024, 1, 9), today) == 0
    assert overdue_days(due, date(2024, 1, 12), today) == 2


@pytest.mark.parametrize(
    "ending",
    [
        Ending("late", "uebung", 12, 1, 2),
        Ending("open", "gesetz", 0, 0, 0, date(2024, 1, 2)),
        Ending("open", "gesetz", 0, 0, 0, date(2024, 1, 2), date(2024, 1, 1)),
    ],
)
def test_an_ending_is_read_as_it_was_written(ending: Ending) -> None:
    assert Ending.read(ending.text) == ending


def test_steps_without_a_column_are_added_up_and_none_is_lost() -> None:
    row = _path([(f"schritt_{n}", n) for n in range(11)])
    assert row["path"].split()[-1] == MORE
    assert sum(row[f"seconds_{n}"] for n in range(1, 9)) == sum(range(11))


def test_a_locked_case_is_counted_in_public_from_the_day_after_its_lock() -> None:
    known = Publicity(cases=(True,), records=(), facts=({},))
    assert public_from(known) == date.min
    assert public_from(known._replace(embargoes=(date(2024, 1, 5),))) == date(2024, 1, 6)
    assert public_from(known._replace(embargoes=(date.max,))) is None
    assert public_from(known._replace(cases=(True, False))) is None
    assert public_from(known._replace(internal=True)) is None


# --- the lifecycle says what is measured ---


def test_what_is_measured_is_no_part_of_what_a_running_case_is_pinned_to() -> None:
    plain, measured = load_text(SMALL), load_text(with_measured("erledigen"))
    assert measured.deadlines["arbeit"].measured == ("erledigen",)
    assert plain.digest == measured.digest
    assert load_resolved(dump(measured)).deadlines == plain.deadlines


def test_only_what_stops_a_deadline_can_be_measured() -> None:
    with pytest.raises(AuthorError) as caught:
        load_text(with_measured("anlegen"))
    assert [one.code for one in caught.value.findings] == ["lifecycle_measured"]


def with_measured(event: str) -> str:
    return SMALL.replace('expired = "mahnen"', f'expired = "mahnen"\nmeasured = ["{event}"]', 1)


# --- sheets ---


def cells(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_no_text_is_carried_out_as_a_formula() -> None:
    ((title,), (cell,)) = cells(csv_file(["=1+1"], [["=1+1"]], "de"), ";")
    assert title == cell == "'=1+1"


def test_numbers_stay_numbers_and_nothing_is_lost() -> None:
    rows = [[-3, -2.5, None, True, date(2024, 1, 8), 'mit ; und "Wort"', ""]]
    german, english = (csv_file([*"abcdefg"], rows, lang) for lang in ("de", "en"))
    assert german.startswith(b"\xef\xbb\xbf")
    assert cells(german, ";")[1] == ["-3", "-2,5", "", "ja", "08.01.2024", 'mit ; und "Wort"', ""]
    assert cells(english, ",")[1] == ["-3", "-2.5", "", "yes", "2024-01-08", 'mit ; und "Wort"', ""]


# --- faces ---


def figures(key: str | None, label: str, **more: Any) -> Figures:
    values: dict[str, Any] = {
        "key": key,
        "label": Text(label, label),
        "done": 3,
        "in_time": 2,
        "late": 1,
        "bands": (0, 1, 0),
        "open": 2,
        "overdue": 1,
        "dropped": 0,
        "share": 0.5,
        "median_days": 10.5,
        "p90_days": 20,
        "extended": 1,
        "extensions": 2,
        "handed_back": 0,
        "hand_backs": 0,
        "steps": (Step("anfrage", Text("Anfrage", "Inquiry"), "offen", Text("offen", "open"), 3, 1.5),),
        "bases": {"uebung": 2},
    }
    return Figures(**{**values, **more})


NOTHING_DONE = {"done": 0, "overdue": 0, "in_time": 0, "late": 0, "bands": (0, 0, 0), "steps": (), "share": None}
GROUPS = (figures("amt01", '=cmd|"x" & <b>'), figures(None, "ohne Angabe", **NOTHING_DONE))
TOTAL = figures(None, "insgesamt")
REPORT = Report("hagen", "Hagen", date(2024, 3, 1), Wanted("hagen", "office"), (7, 14), GROUPS, TOTAL)


def test_a_group_that_names_nothing_is_a_row_as_any_other() -> None:
    sheet = whole_sheet(REPORT, "de")
    assert [row[1] for row in sheet.rows] == ['=cmd|"x" & <b>', "ohne Angabe", "insgesamt"]
    assert {len(row) for row in sheet.rows} == {len(sheet.titles)}
    assert cells(csv_file(sheet.titles, sheet.rows, "de"), ";")[1][1].startswith("'=")


def test_the_basis_of_what_was_missed_is_named() -> None:
    assert "Übung, keine Rechtspflicht: 2" in bases(REPORT, "de")
    assert "courtesy, no legal duty: 2" in bases(REPORT, "en")


def test_the_same_step_of_two_kinds_is_told_apart() -> None:
    steps = tuple(
        Step(kind, Text(kind, kind), "offen", Text("offen", "open"), 1, 1.0) for kind in ("anfrage", "antrag")
    )
    report = REPORT._replace(total=figures(None, "insgesamt", steps=steps))
    assert step_sheet(report, "de").titles[1:] == ("anfrage: offen", "antrag: offen")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_picture_tells_screen_readers_every_number(lang: Any) -> None:
    root = ET.fromstring(svg(REPORT, lang))  # noqa: S314  # our own
    name = "{http://www.w3.org/2000/svg}"
    title, described = (root.find(name + tag) for tag in ("title", "desc"))
    assert root.get("aria-labelledby") == "vp-title vp-desc"
    assert title is not None
    assert described is not None
    assert "Hagen" in (title.text or "")
    for group in (*GROUPS, REPORT.total):
        assert group.label.in_(lang) in (described.text or "")
    assert not {"script", "image", "foreignObject"} & {one.tag.removeprefix(name) for one in root.iter()}


def test_parts_of_a_bar_differ_without_colour() -> None:
    root = ET.fromstring(svg(REPORT, "de"))  # noqa: S314  # our own
    patterns = [one.get("width") for one in root.iter("{http://www.w3.org/2000/svg}pattern")]
    assert len(patterns) == len(set(patterns)) == len(REPORT.late_bands) + 1


def test_the_share_counts_what_lies_overdue() -> None:
    assert main_sheet(REPORT, "de").rows[0][5] == 50.0


ENDS = {"until": None}, {"until": "2024-03-31"}


@pytest.mark.parametrize(
    ("kind", "action", "before", "after", "first"),
    [
        ("membership", "new", {}, {"from": "2024-02-01", "until": "2024-02-09"}, date(2024, 2, 1)),
        ("membership", "new", {}, {"role": "Mitglied"}, date.min),
        ("membership", "withdrawn", {"from": "2024-02-01", "until": None}, {}, date(2024, 2, 1)),
        ("membership", "ended", *ENDS, date(2024, 3, 31)),
        ("membership", "changed", {"until": "2024-02-09"}, {"until": "2024-03-31"}, date(2024, 2, 9)),
        ("membership", "changed", {"from": None}, {"from": "2024-02-01"}, date.min),
        ("membership", "changed", {"role": None}, {"role": "Vorsitz"}, None),
        ("membership", "changed", {"organization": "a"}, {"organization": "b"}, date.min),
        ("membership", "ended", None, None, date.min),
        ("organization", "changed", {"type": FACTION}, {"type": "Gremium"}, date.min),
        ("organization", "changed", {"name": "A"}, {"name": "B"}, None),
        ("organization", "ended", *ENDS, None),
        ("person", "changed", {"name": "A"}, {"name": "B"}, None),
    ],
)
def test_a_change_of_the_master_data_alters_factions_from_a_day_on(
    kind: str, action: str, before: Any, after: Any, first: date | None
) -> None:
    change = _Change(kind, action, before or {}, after or {}, erased=before is None)
    assert change.first_day(is_faction=True) == first


def test_what_is_still_to_be_made_anew_is_read_as_it_was_written() -> None:
    altered = Altered("7;5-6:99", (("hagen", date.min), ("unna", date(2024, 2, 1))), "018d25e2")
    assert Altered.read(altered.text) == altered
    assert Altered.read("") == Altered()
