from datetime import date, time
from pathlib import Path

import pytest

from vorgang.config.errors import AuthorError, InvalidInputError, NotFoundError
from vorgang.config.rule_files import load_rules, shipped_rules
from vorgang.config.rules import BASIS_LABELS, REQUIRED, ExtensionRule, RungRule, Span
from vorgang.states.deadlines import compute

DAY = date(2024, 3, 5)
HEAD = """
id = "{id}"
version = "{version}"
extends = "neutral"
valid_from = {valid_from}
label = "Probe"
basis = "Probe"
source = "Probe"
"""


def write(folder: Path, name: str, body: str = "", **head: object) -> Path:
    values = {"id": name, "version": "1", "valid_from": "2000-01-01", **head}
    (folder / f"{name}-{values['version']}.toml").write_text(HEAD.format(**values) + body, "utf-8")
    return folder


def findings(folder: Path) -> dict[str, tuple[str, int | None]]:
    """Key -> code and line of what is wrong in the folder."""
    with pytest.raises(AuthorError) as caught:
        load_rules([folder])
    return {finding.key: (finding.code, finding.line) for finding in caught.value.findings}


@pytest.mark.parametrize("id", shipped_rules().ids)
def test_shipped_rule_sets_are_complete_and_cite_their_source(id: str) -> None:
    rules = shipped_rules().for_(id, DAY)
    assert set(REQUIRED) <= set(rules.rules)
    assert rules.source
    assert all(rules.basis)
    for rule in rules.rules.values():
        assert all(rule.norm), rule.id
        assert rule.ladder or rule.id not in REQUIRED, rule.id
        assert all(rung.to and rung.template and rung.at == time(8) for rung in rule.ladder)


@pytest.mark.parametrize("name", ["sperre", "sitzung", "kontrolle"])
def test_a_termin_has_no_length(name: str) -> None:
    assert shipped_rules().for_("neutral", DAY).rule(name).is_fixed


def test_answer_periods_of_the_municipalities() -> None:
    def answer(id: str) -> tuple[object, ...]:
        rule = shipped_rules().for_(id, DAY).rule("antwort")
        return rule.length, rule.unit, rule.basis

    assert answer("hagen") == (4, "wochen", "uebung")
    assert answer("kiel") == (3, "wochen", "geschaeftsordnung")
    assert answer("magdeburg") == (4, "wochen", "uebung")


def test_hagen_does_not_claim_a_duty_that_its_rules_do_not_name() -> None:
    rule = shipped_rules().for_("hagen", DAY).rule("antwort")
    assert "nennt keine Tage" in rule.norm.de
    assert BASIS_LABELS[rule.basis].de == "Übung, keine Rechtspflicht"


def test_the_reminder_ladder_of_an_answer() -> None:
    ladder = shipped_rules().for_("hagen", DAY).rule("antwort").ladder
    late = ("federfuehrung", "federfuehrung.leitung", "geschaeftsstelle", "verwaltungsleitung")
    above = ("federfuehrung", "federfuehrung.leitung", "federfuehrung.dezernent", "oberbuergermeister")
    assert ladder == (
        RungRule(offset=-5, at=time(8), to=("federfuehrung",), template="erinnerung"),
        RungRule(offset=0, at=time(8), to=("federfuehrung",), template="erinnerung"),
        RungRule(offset=3, at=time(8), to=late, template="ueberfaellig"),
        RungRule(offset=10, at=time(8), to=above, template="ueberfaellig", every=5),
    )


def test_each_municipality_has_the_holidays_of_its_land() -> None:
    lands = {id: shipped_rules().for_(id, DAY).calendar.land for id in shipped_rules().ids}
    assert lands.pop("neutral") is None
    assert {id: lands[id] for id in ("hagen", "kiel", "magdeburg", "muenchen", "dresden")} == {
        "hagen": "NW",
        "kiel": "SH",
        "magdeburg": "ST",
        "muenchen": "BY",
        "dresden": "SN",
    }
    assert None not in lands.values()


def test_the_neutral_set_takes_the_land_of_the_municipality() -> None:
    rules = shipped_rules()
    assert rules.for_("neutral", DAY, land="SN").calendar.holiday(date(2024, 11, 20)) == "Buß- und Bettag"
    assert rules.for_("neutral", DAY, land="SN") is rules.for_("neutral", DAY, land="SN")
    assert rules.for_("hagen", DAY, land="NW") is rules.for_("hagen", DAY)
    with pytest.raises(InvalidInputError, match="Feiertagen von NW"):
        rules.for_("hagen", DAY, land="BY")


def test_an_own_set_changes_only_what_it_says(tmp_path: Path) -> None:
    body = """
[calendar.closing]
"12-24" = false
rosenmontag = "Rosenmontag"
[rule.antwort]
length = 6
[rule.eigene]
label = "Eigene"
"""
    rules = load_rules([write(tmp_path, "probe", body)]).for_("probe", DAY)
    neutral = shipped_rules().for_("neutral", DAY)
    assert rules.rule("antwort").length == 6
    assert rules.rule("antwort").ladder == neutral.rule("antwort").ladder
    assert rules.rule("mitzeichnung") == neutral.rule("mitzeichnung")
    assert rules.rule("eigene").is_fixed
    assert [closed.on for closed in rules.calendar.closing] == ["12-31", "rosenmontag"]


def test_the_version_of_the_day_is_found_and_a_pinned_one_stays(tmp_path: Path) -> None:
    write(tmp_path, "probe", "[rule.antwort]\nlength = 2\n", version="alt")
    write(tmp_path, "probe", "[rule.antwort]\nlength = 6\n", version="neu", valid_from="2024-01-01")
    rules = load_rules([tmp_path])
    assert rules.for_("probe", date(2023, 12, 31)).rule("antwort").length == 2
    assert rules.for_("probe", date(2024, 1, 1)).rule("antwort").length == 6
    assert rules.pinned("probe", "alt").rule("antwort").length == 2
    assert [one.version for one in rules.versions("probe")] == ["alt", "neu"]


def test_a_day_without_rules_is_refused(tmp_path: Path) -> None:
    rules = load_rules([write(tmp_path, "probe", valid_from="2024-01-01\nvalid_until = 2024-12-31")])
    for day in (date(2023, 12, 31), date(2025, 1, 1)):
        with pytest.raises(NotFoundError, match="gilt keine Fassung"):
            rules.for_("probe", day)
    assert rules.for_("probe", date(2024, 12, 31)).id == "probe"


def test_unknown_names_get_a_proposal() -> None:
    with pytest.raises(NotFoundError, match="Gemeint vielleicht: hagen"):
        shipped_rules().for_("hagn", DAY)
    with pytest.raises(NotFoundError, match="Gemeint vielleicht: antwort"):
        shipped_rules().for_("hagen", DAY).rule("antwrot")
    with pytest.raises(NotFoundError, match="Fassung „9“"):
        shipped_rules().pinned("hagen", "9")


def test_a_town_replaces_a_shipped_version(tmp_path: Path) -> None:
    rules = load_rules([write(tmp_path, "hagen", "[rule.antwort]\nlength = 9\n")])
    assert rules.for_("hagen", DAY).rule("antwort").length == 9


def test_all_mistakes_of_a_file_are_reported_with_their_lines(tmp_path: Path) -> None:
    body = """
[calendar]
land = "XX"
[rule.antwort]
lenght = 3
length = 0
unit = "woche"
[rule.mitzeichnung]
roll = true
ladder = [
    { offset = 2, to = ["amt"], template = "a" },
    { offset = 0, to = [], template = "a", at = "25:00" },
]
[rule.kontrolle]
length = 3
[rule]
sperre = false
"""
    write(tmp_path, "probe", body)
    assert findings(tmp_path) == {
        "calendar": ("calendar_land", 10),
        "rule.antwort.lenght": ("config_key_unknown", 13),
        "rule.antwort.length": ("rules_length", 14),
        "rule.antwort.unit": ("config_choice", 15),
        "rule.mitzeichnung.roll": ("config_type", 17),
        "rule.mitzeichnung.ladder": ("rules_ladder_order", 18),
        "rule.mitzeichnung.ladder[1].to": ("config_empty", 18),
        "rule.mitzeichnung.ladder[1].at": ("rules_time", 18),
        "rule.kontrolle.unit": ("rules_length_and_unit", 22),
        "rule.sperre": ("rules_missing", 25),
    }


def test_a_slip_in_a_key_gets_a_proposal(tmp_path: Path) -> None:
    write(tmp_path, "probe", "[rule.antwort]\nlenght = 3\n")
    with pytest.raises(AuthorError, match=r"probe-1\.toml:10: rule\.antwort\.lenght: .*Gemeint vielleicht: length"):
        load_rules([tmp_path])


def test_a_broken_file_is_one_mistake(tmp_path: Path) -> None:
    write(tmp_path, "probe", "[rule.antwort\n")
    assert findings(tmp_path) == {"–": ("config_toml", 9)}


def test_a_closing_day_that_is_no_day_is_found(tmp_path: Path) -> None:
    write(tmp_path, "probe", "[calendar.closing]\nosterdienstag = 'x'\n")
    assert findings(tmp_path) == {"calendar.closing.osterdienstag": ("calendar_closing_day", 10)}


def test_heads_are_checked_against_each_other(tmp_path: Path) -> None:
    write(tmp_path, "probe", version="1", valid_from="2020-01-01\nvalid_until = 2024-06-30")
    write(tmp_path, "probe", version="2", valid_from="2024-01-01")
    assert findings(tmp_path) == {"valid_from": ("rules_overlap", 5)}


def test_the_same_version_twice_in_a_folder_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "probe")
    (tmp_path / "zweite.toml").write_text((tmp_path / "probe-1.toml").read_text("utf-8"), "utf-8")
    assert findings(tmp_path) == {"version": ("rules_double", 3)}


def test_extending_nothing_or_oneself_is_a_mistake(tmp_path: Path) -> None:
    text = HEAD.format(id="probe", version="1", valid_from="2000-01-01")
    (tmp_path / "a.toml").write_text(text.replace('"neutral"', '"neutrall"'), "utf-8")
    assert findings(tmp_path) == {"extends": ("rules_extends", 4)}
    (tmp_path / "a.toml").write_text(text.replace('"neutral"', '"probe"'), "utf-8")
    assert findings(tmp_path) == {"extends": ("rules_extends_itself", 4)}


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    assert findings(tmp_path / "fehlt") == {"–": ("config_folder", None)}
    (tmp_path / "latin.toml").write_bytes('id = "süd"'.encode("latin-1"))
    assert findings(tmp_path) == {"–": ("config_unreadable", None)}


def test_a_mistake_is_reported_where_it_was_made_and_not_again_by_what_extends_it(tmp_path: Path) -> None:
    write(tmp_path, "grund", "[rule.antwort]\nlength = 0\n")
    text = HEAD.format(id="aufbau", version="1", valid_from="2000-01-01").replace('"neutral"', '"grund"')
    (tmp_path / "aufbau.toml").write_text(text, "utf-8")
    with pytest.raises(AuthorError) as caught:
        load_rules([tmp_path])
    assert [Path(finding.file).name for finding in caught.value.findings] == ["grund-1.toml"]


def test_a_base_that_begins_later_still_serves(tmp_path: Path) -> None:
    write(tmp_path, "grund", "[rule.antwort]\nlength = 6\n", valid_from="2024-01-01")
    text = HEAD.format(id="aufbau", version="1", valid_from="2000-01-01").replace('"neutral"', '"grund"')
    (tmp_path / "aufbau.toml").write_text(text, "utf-8")
    assert load_rules([tmp_path]).for_("aufbau", date(2001, 1, 1)).rule("antwort").length == 6


# --- counting as the file says ---

COUNTING = """
[calendar]
kept_until = 2024-12-31
recess = [
    { first = 2024-07-08, last = 2024-08-20, label = { de = "Sommerpause", en = "summer recess" } },
    { first = 2024-03-25, last = 2024-04-06 },
]
[rule.einreichung]
label = "Einreichung"
event = "Sitzung"
length = 10
unit = "arbeitstage"
direction = "backward"
full_days = true
cutoff = "12:00"
[rule.antwort]
length = 6
unit = "wochen"
rests_in_recess = true
closing_roll = true
inclusive = true
roll = "previous"
interim = { length = 3, unit = "wochen" }
extension = { length = 2, unit = "wochen", most = 2, by = ["vorsitz"] }
"""


def test_a_file_can_say_everything_about_counting(tmp_path: Path) -> None:
    rules = load_rules([write(tmp_path, "probe", COUNTING)]).for_("probe", DAY)
    back, forward = rules.rule("einreichung"), rules.rule("antwort")
    assert (back.direction, back.full_days, back.cutoff) == ("backward", True, time(12))
    assert (forward.rests_in_recess, forward.closing_roll, forward.inclusive, forward.roll) == (
        True,
        True,
        True,
        "previous",
    )
    interim = rules.rule("antwort.interim")
    assert (forward.interim, interim.span, interim.roll) == (interim, Span(3, "wochen"), forward.roll)
    assert (interim.label.de, forward.extension) == (
        "Zwischennachricht",
        ExtensionRule(Span(2, "wochen"), 2, ("vorsitz",)),
    )
    assert [one.first for one in rules.calendar.recesses] == [date(2024, 3, 25), date(2024, 7, 8)]
    assert rules.calendar.kept_until == date(2024, 12, 31)
    summer = rules.calendar.recess(date(2024, 8, 20))
    assert summer is not None
    assert summer.label.en == "summer recess"
    assert rules.calendar.recess(date(2024, 8, 21)) is None


def test_a_rule_that_rests_in_recess_is_counted_so(tmp_path: Path) -> None:
    body = COUNTING.replace("inclusive = true\n", "").replace('roll = "previous"\n', "")
    rules = load_rules([write(tmp_path, "probe", body)]).for_("probe", DAY)
    due = compute(rules.rule("antwort"), event_day=date(2024, 6, 17), calendar=rules.calendar)
    # Three weeks until the recess, and the days after it: 42 in all.
    assert due.due_on == date(2024, 9, 11)
    assert [line.step for line in due.trace if line.step != "interim"] == ["rule", "start", "end", "stopped"]
    assert [(line.norm, str(line.day)) for line in due.trace if line.step == "interim"] == [
        ("§ 187 Abs. 1 BGB", "2024-06-17"),
        ("§ 188 Abs. 2 BGB", "2024-07-08"),
        ("§ 209 BGB", "2024-08-21"),
        ("", "2024-08-21"),
    ]
    assert due.end_on == date(2024, 9, 11)


OVERLAPPING = """
[[calendar.recess]]
first = 2024-07-08
last = 2024-07-20
[[calendar.recess]]
first = 2024-07-20
last = 2024-08-01
"""


@pytest.mark.parametrize(
    ("change", "key", "code"),
    [
        ('[rule.sitzung]\nroll = "next"', "rule.sitzung.roll", "rules_counts_nothing"),
        (
            '[rule.sitzung]\nextension = { length = 1, unit = "wochen", by = ["vorsitz"] }',
            "rule.sitzung.extension",
            "rules_counts_nothing",
        ),
        ("[rule.antwort]\nfull_days = true", "rule.antwort.full_days", "rules_full_days"),
        (
            '[rule.antwort]\nladder = [{ offset = 0, every = 5, to = ["amt"], template = "erinnerung" }]',
            "rule.antwort.ladder[0].every",
            "rules_rung_every",
        ),
        (
            """[rule.antwort]
ladder = [{ offset = 1, every = 5, to = ["amt"], template = "a" }, { offset = 2, to = ["amt"], template = "a" }]""",
            "rule.antwort.ladder",
            "rules_rung_every",
        ),
        ('[rule.wiederholung]\nlabel = "x"\nsessions = 0', "rule.wiederholung.sessions", "rules_sessions"),
        (
            '[rule.wiederholung]\nlabel = "x"\nsessions = 2\nlength = 2\nunit = "wochen"',
            "rule.wiederholung.length",
            "rules_sessions_and_length",
        ),
        (
            '[rule.antwort]\ninterim = { length = 2, unit = "monate" }',
            "rule.antwort.interim.length",
            "rules_interim_late",
        ),
        ("[rule.antwort]\ninterim = { length = 2 }", "rule.antwort.interim.unit", "rules_length_and_unit"),
        ("[rule.antwort]\ngrace = -1", "rule.antwort.grace", "rules_length"),
        (
            '[rule.antwort]\nextension = { length = 0, unit = "wochen", by = ["vorsitz"] }',
            "rule.antwort.extension.length",
            "rules_length",
        ),
        (
            '[rule.antwort]\nextension = { length = 1, unit = "wochen", by = ["vorsitz"], retroactive = "ja" }',
            "rule.antwort.extension.retroactive",
            "config_type",
        ),
        (
            '[rule.antwort]\nextension = { length = 1, unit = "wochen", most = 0, by = ["vorsitz"] }',
            "rule.antwort.extension.most",
            "rules_most",
        ),
        (
            '[rule.annahme]\nextension = { length = 1, unit = "wochen" }',
            "rule.annahme.extension.by",
            "config_key_missing",
        ),
        (
            '[rule.antwort]\ndirection = "backward"\nextension = { length = 1, unit = "wochen", by = ["vorsitz"] }',
            "rule.antwort.extension",
            "rules_extended_backward",
        ),
        ('[rule.antwort]\ndirection = "backward"\n', "rule.antwort.extension", "rules_extended_backward"),
        ('[rule.antwort]\nunit = "stunden"\ncutoff = "12:00"', "rule.antwort.cutoff", "rules_cutoff_hours"),
        ('[rule.antwort]\nbasis = "gesetz"', "rule.antwort.basis", "rules_norm"),
        ('[rule.neu]\nlabel = "Neu"\nbasis = "geschaeftsordnung"', "rule.neu.basis", "rules_norm"),
        ('[plan.sitzung.step.entwurf]\nbasis = "gesetz"', "plan.sitzung.step.entwurf.basis", "rules_norm"),
        ('[rule.antwort]\ndirection = "sideways"', "rule.antwort.direction", "config_choice"),
        ('[rule.antwort]\ncutoff = "25 Uhr"', "rule.antwort.cutoff", "rules_time"),
        (
            "[calendar]\nrecess = [{ first = 2024-08-20, last = 2024-07-08 }]",
            "calendar.recess[0].last",
            "rules_recess_period",
        ),
        (
            OVERLAPPING,
            "calendar.recess",
            "rules_recess_overlap",
        ),
    ],
)
def test_contradictory_counting_is_found(tmp_path: Path, change: str, key: str, code: str) -> None:
    found = findings(write(tmp_path, "probe", f"{change}\n"))
    assert {name: found[name][0] for name in found} == {key: code}


def test_what_a_set_takes_over_can_be_removed_with_false(tmp_path: Path) -> None:
    body = """
[rule.antwort]
direction = "backward"
extension = false
[plan.sitzung.step.tagesordnungsschluss]
cutoff = false
"""
    rules = load_rules([write(tmp_path, "probe", body)]).for_("probe", DAY)
    assert (rules.rule("antwort").extension, rules.rule("antwort").direction) == (None, "backward")
    assert rules.rule("sitzung.tagesordnungsschluss").cutoff is None


def test_a_basis_with_its_own_norm_is_sound(tmp_path: Path) -> None:
    body = '[rule.antwort]\nbasis = "gesetz"\nnorm = "§ 5 IFG"\n[rule.annahme]\nbasis = "uebung"\n'
    rule = load_rules([write(tmp_path, "probe", body)]).for_("probe", DAY).rule("antwort")
    assert (rule.basis, rule.norm.de) == ("gesetz", "§ 5 IFG")


def test_lengths_are_told_in_words(tmp_path: Path) -> None:
    write(tmp_path, "probe", '[rule.antwort]\ninterim = { length = 5, unit = "wochen" }\n')
    with pytest.raises(AuthorError, match=r"\(5 Wochen\).*\(4 Wochen\)"):
        load_rules([tmp_path])


def test_figures_of_other_municipalities() -> None:
    def period(id: str, rule: str) -> tuple[object, ...]:
        found = shipped_rules().for_(id, DAY).rule(rule)
        return found.length, found.unit, found.direction, found.cutoff

    assert period("muenchen", "antwort") == (3, "wochen", "forward", None)
    assert period("muenchen", "antrag") == (3, "monate", "forward", None)
    assert period("koeln", "einreichung") == (10, "arbeitstage", "backward", time(12))
    assert period("berlin-bvv", "muendlich") == (2, "kalendertage", "backward", time(10))
    assert period("kiel", "einwohnerfrage") == (3, "kalendertage", "backward", time(9, 30))
    assert period("bonn", "dringlich") == (24, "stunden", "backward", None)


def test_the_fourteen_days_of_berlin_can_be_extended_once() -> None:
    rule = shipped_rules().for_("berlin-bvv", DAY).rule("antwort")
    assert rule.extension == ExtensionRule(Span(14, "kalendertage"), 1, ("geschaeftsstelle",), caps_moves=True)
    assert shipped_rules().for_("berlin-bvv", DAY).rule("antwort.interim").span == Span(14, "kalendertage")


def test_questions_in_dresden_are_in_time_three_weeks_before_the_session() -> None:
    rules = shipped_rules().for_("dresden", DAY)
    due = compute(rules.rule("einwohnerfrage"), event_day=date(2022, 11, 24), calendar=rules.calendar)
    assert due.due_on == date(2022, 11, 3)


# --- majorities and limits ---


def test_a_majority_is_counted_of_the_votes_or_of_all_who_could_vote() -> None:
    kiel = shipped_rules().for_("kiel", DAY).majorities["dringlichkeit"]
    assert [kiel.reached(yes, 0, 9) for yes in (5, 6)] == [False, True]
    wolfsburg = shipped_rules().for_("wolfsburg", DAY).majorities["dringlichkeit"]
    assert [wolfsburg.reached(4, no, 9) for no in (2, 3)] == [True, False]
    plain = shipped_rules().for_("neutral", DAY).majorities["dringlichkeit"]
    assert [plain.reached(yes, 4, None) for yes in (4, 5)] == [False, True]
    assert not kiel.reached(2, 0, None)  # nobody knows two thirds of how many


def test_wrong_majorities_and_limits_are_found(tmp_path: Path) -> None:
    body = """
[majority.dringlichkeit]
share = "1/3"
of = "alle"

[limit.muendliche_frage]
questions = -1
"""
    found = findings(write(tmp_path, "probe", body))
    assert {key: code for key, (code, _) in found.items()} == {
        "majority.dringlichkeit.share": "rules_majority",
        "majority.dringlichkeit.of": "config_choice",
        "limit.muendliche_frage.questions": "rules_limit",
    }


def test_a_limit_names_what_it_allows(tmp_path: Path) -> None:
    rules = load_rules([write(tmp_path, "probe", "[limit.frage]\nquestions = 2\nminutes = 30\n")]).for_("probe", DAY)
    limit = rules.limits["frage"]
    assert (limit.questions, limit.follow_ups, limit.minutes) == (2, None, 30)
