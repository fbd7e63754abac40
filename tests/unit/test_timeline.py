"""The picture of an outlook: what stands where, that nothing covers anything else, that it needs nothing outside."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from vorgang.config.text import Lang, Text
from vorgang.states.diagram_text import width_of
from vorgang.workflow.outlook import CaseLine, Clock, Happening, Outlook, Party, Shade
from vorgang.workflow.timeline import MOST, By, Dot, DotKind, timeline
from vorgang.workflow.timeline_axis import Scale
from vorgang.workflow.timeline_html import page
from vorgang.workflow.timeline_place import Room, placed_dots, rows_of
from vorgang.workflow.timeline_svg import WIDTH, subtitle, svg

SVG = "{http://www.w3.org/2000/svg}"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 1, 9, tzinfo=BERLIN)
UNTIL = date(2026, 8, 31)
OFFICE, HEAD = Party("amt01", "01 Büro"), Party("leitung", "Verwaltungsleitung")
LABEL = Text("Antwort", "answer")


def line(number: int, **more: Any) -> CaseLine:
    key = f"{number:04}"
    known = {"id": key, "body": "hagen", "number": f"{key}/2026", "root": key}
    said = {"kind": Text("Anfrage", "inquiry"), "subject": f"Radweg {number}", "public": True, "owner": OFFICE}
    return CaseLine(**{**known, **said, **more})


def outlook(cases: list[CaseLine], days: int = 20, **more: Any) -> Outlook:
    """Each case is reminded, due `days` after now (one day later for each), lapses and is escalated."""
    happenings, clocks = [], []
    for number, case in enumerate(cases):
        due = NOW.date() + timedelta(days=days + number % 30)
        clocks.append(Clock(case.id, "antwort", LABEL, "running", date(2026, 5, 20), due, None))
        happenings += happened(case.id, due)
    given = {"source": "sqlite:///x.db", "start": NOW, "now": NOW, "until": UNTIL, "shades": (), "held": 0, "dead": 0}
    found = {"cases": {case.id: case for case in cases}, "happenings": tuple(happenings), "clocks": tuple(clocks)}
    return Outlook(**{**given, **found, "open_before": len(cases), "open_after": len(cases), **more})


def happened(case: str, due: date) -> list[Happening]:
    at = datetime.combine(due, datetime.min.time(), tzinfo=BERLIN)
    known: dict[str, Any] = {"deadline": "antwort", "due_on": due}
    reminded, over, late = at - timedelta(days=3), at + timedelta(days=1), at + timedelta(days=3)
    secret = f"[{case}] Betreff der Mail"
    return [
        Happening(reminded, "reminder", case, LABEL, told=(OFFICE,), **known),
        Happening(reminded, "mail", case, Text(secret, secret), told=(OFFICE,), subject=secret, **known),
        Happening(over, "lapse", case, LABEL, event="melden", **known),
        Happening(over, "mail", case, Text(secret, secret), told=(HEAD,), subject=secret),
        Happening(late, "escalation", case, LABEL, told=(OFFICE, HEAD), added=(HEAD,), **known),
        Happening(late, "mail", case, Text(secret, secret), told=(OFFICE,), subject=secret, **known),
        Happening(late, "mail", case, Text(secret, secret), told=(HEAD,), subject=secret, **known),
    ]


def drawn(found: Outlook, by: By = "case", lang: Lang = "de") -> ET.Element:
    return ET.fromstring(svg(found, by, lang))  # noqa: S314  # our own


def words(root: ET.Element) -> str:
    return " ".join(node.text or "" for node in root.iter(f"{SVG}text"))


def test_the_picture_says_itself_in_words() -> None:
    root = drawn(outlook([line(1)]))
    assert root.get("role") == "img"
    named = {node.get("id"): node.text or "" for node in root if node.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert (root.get("aria-labelledby") or "").split() == list(named) == ["vg-title", "vg-desc"]
    assert "31.08.2026" in named["vg-title"]
    assert "0001/2026 Anfrage: Antwort: 21.06.2026" in named["vg-desc"]


def test_no_text_leaves_the_picture() -> None:
    long = [line(n, subject="Zustand der Dachkonstruktion " * 9, kind=Text("Anfrage " * 9, "x")) for n in range(30)]
    for found in (outlook(long[:3]), outlook(long), outlook([])):
        root = drawn(found)
        height = float((root.get("viewBox") or "").split()[3])
        for node in root.iter(f"{SVG}text"):
            if node.text and node.get("text-anchor") == "start" and node.get("transform") is None:
                assert float(node.get("x", "")) + width_of(node.text, float(node.get("font-size", ""))) * 0.85 <= WIDTH
                assert float(node.get("y", "")) <= height


def test_an_overdue_deadline_differs_by_more_than_its_colour() -> None:
    rects = [node.get("fill") for node in drawn(outlook([line(1)])).iter(f"{SVG}rect")]
    assert rects.count("url(#vg-late)") == 2  # the bar, and the legend


def test_many_cases_are_folded_to_those_with_most() -> None:
    cases = [line(n) for n in range(200)]
    found = outlook(cases)
    busy = happened("0150", date(2026, 7, 1))
    found = outlook(cases, happenings=(*found.happenings, *busy))
    lines = timeline(found, "case", "de")
    assert len(lines.lanes) == MOST
    assert lines.folded == 200 - MOST
    assert "0150/2026 Anfrage" in [lane.name for lane in lines.lanes]
    assert f"… und {200 - MOST} weitere Zeilen" in words(drawn(found))


def test_of_what_is_not_public_only_the_kind_is_shown() -> None:
    found = outlook([line(1, public=False, subject="Personalie Meier")])
    for shown in (svg(found, "case", "de"), svg(found, "office", "de"), page(found, "case", "de")):
        assert "Meier" not in shown
        assert "Betreff der Mail" not in shown
        assert str(line(1).number) not in shown
    assert "(nicht öffentlich)" in svg(found, "case", "de")


def test_an_office_sees_what_it_is_told_and_what_it_must_do() -> None:
    lanes = timeline(outlook([line(1), line(2)]), "office", "de").lanes
    assert [lane.name for lane in lanes] == ["01 Büro", "Verwaltungsleitung"]
    assert {dot.kind for dot in lanes[0].dots} == {"due", "reminder", "escalation"}
    assert {dot.kind for dot in lanes[1].dots} == {"mail", "escalation"}


def test_children_stand_below_their_parent() -> None:
    parent, other, child = line(1), line(2), line(3, root="0001", kind=Text("Mitzeichnung", "co-signature"))
    lanes = timeline(outlook([parent, other, child]), "case", "de").lanes
    assert [lane.about for lane in lanes] == ["Radweg 1", "Radweg 3", "Radweg 2"]


def test_bars_that_overlap_in_time_lie_below_each_other() -> None:
    [lane] = timeline(
        outlook(
            [line(1)],
            clocks=tuple(
                Clock("0001", "a", LABEL, "met", date(2026, 6, first), date(2026, 6, last), date(2026, 6, last))
                for first, last in ((1, 10), (5, 12), (11, 20))
            ),
        ),
        "case",
        "de",
    ).lanes
    assert rows_of(lane.bars, 4) == [0, 1, 0]
    assert rows_of(lane.bars, 1) == [0, 0, 0]


@pytest.mark.parametrize("days", [1, 30, 400, 3000])
def test_dots_keep_apart_and_near_their_day(days: int) -> None:
    scale = Scale(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days), 270, 830)
    kinds: tuple[DotKind, ...] = ("mail", "reminder", "escalation")
    dots = [Dot(date(2026, 1, 1) + timedelta(days=n * days // 6), kind, 1, "") for n in range(6) for kind in kinds]
    placed = list(placed_dots(dots, scale, Room(4.2, numbers=True, alone=False)))
    assert sum(dot.number for dot, _, _ in placed) == len(dots)
    for dot, x, r in placed:
        assert scale.left <= x - r
        assert x + r <= scale.left + scale.width
        assert abs(x - scale.x(dot.day) - scale.day / 2) <= 24.1
    if days >= 30:
        places = sorted((x, r) for _, x, r in placed)
        assert all(right[0] - left[0] >= left[1] + right[1] for left, right in pairwise(places))


def test_special_days_are_shaded_and_explained() -> None:
    shades = (
        Shade(date(2026, 7, 20), date(2026, 9, 1), "recess", Text("Sommerferien", "summer recess")),
        Shade(date(2026, 6, 4), date(2026, 6, 4), "holiday", Text("Fronleichnam", "Corpus Christi")),
    )
    root = drawn(outlook([line(1)], shades=shades))
    assert {"Sommerferien", "sitzungsfreie", "Feiertag"} <= set(words(root).split())
    titles = [node.text for node in root.iter(f"{SVG}title")]
    assert "Fronleichnam: 04.06.2026" in titles
    assert "Corpus Christi" in page(outlook([line(1)], shades=shades), "case", "en")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_page_needs_nothing_outside_and_says_the_same_in_tables(lang: Lang) -> None:
    shown = page(outlook([line(1)]), "case", lang)
    assert not re.search(r"<script|<link|<img|@import|url\((?!#)|href=", shown)
    assert shown.count("<table>") == 3
    assert '<th scope="col">' in shown
    assert f'<html lang="{lang}">' in shown
    rows = shown.count("<tr>") + shown.count('<tr class="bad">')
    assert rows == 3 + 7 + 1 + 2  # heads, happenings, overdue, parties


def test_nothing_to_show_is_said() -> None:
    assert "Es geschieht nichts." in words(drawn(outlook([])))


def test_what_is_written_in_a_case_cannot_become_markup() -> None:
    found = outlook([line(1, subject="<script>alert(1)</script>")._replace(number='"><b>')])
    for shown in (svg(found, "case", "de"), page(found, "case", "de")):
        assert "<script" not in shown
        assert "<b>" not in shown


def test_the_figures_of_a_picture_agree_also_where_a_scenario_led_to_now() -> None:
    found = outlook([line(1)], start=NOW - timedelta(days=30))
    before = happened("0001", NOW.date() - timedelta(days=10))
    found = replace(found, happenings=(*before, *found.happenings))
    told = subtitle(found, "de")
    assert told == (
        "Gespielt bis 01.06.2026 09:00: 4 Mails · 1 Eskalation · 1 Fristablauf – "
        "danach von selbst: 4 Mails · 1 Eskalation · 1 Fristablauf · 1 am Ende überfällig"
    )
    shown = page(found, "case", "de")
    assert "<h2>Wer danach Post bekommt</h2>" in shown
    assert sum(counts.get("mail", 0) for _, counts in found.by_party()) == found.totals()["mail"] == 4
    assert "Played until 2026-06-01 09:00: 4 mails" in subtitle(found, "en")


@pytest.mark.parametrize("by", ["case", "office"])
def test_a_subject_is_one_line_and_not_the_whole_page(by: By) -> None:
    found = outlook([line(1, subject="Radweg\r\nam See\tund " + "weiter " * 2000)])
    for shown in (svg(found, by, "de"), page(found, by, "de")):
        assert "\ufffd" not in shown
        assert len(shown) < 30_000
    assert "Radweg am See und weiter" in page(found, by, "de")


@pytest.mark.parametrize("recess", [True, False])
def test_no_line_of_the_grid_crosses_the_name_of_a_week_or_a_month(recess: bool) -> None:
    shades = (Shade(date(2026, 7, 20), date(2026, 8, 30), "recess", Text("Ferien", "recess")),) if recess else ()
    root = drawn(outlook([line(1)], shades=shades))
    named = [node for node in root.iter(f"{SVG}text") if (node.text or "").startswith(("KW ", "Juli", "Aug"))]
    lines = [re.fullmatch(r"M([\d.]+) ([\d.]+)V([\d.]+)", path.get("d", "")) for path in root.iter(f"{SVG}path")]
    for label in named:
        left, base = float(label.get("x", "")), float(label.get("y", ""))
        right = left + width_of(label.text or "", float(label.get("font-size", "9")))
        crossing = [
            found[0]
            for found in filter(None, lines)
            if left < float(found[1]) < right and float(found[2]) < base - 2 < float(found[3])
        ]
        assert crossing == [], label.text
    assert len(named) > 5
