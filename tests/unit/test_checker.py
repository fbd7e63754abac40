"""The checker keeps promises before a case can break them: every way ends, owned and in time, and means something."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.unit.lifecycle_samples import FREEDOM_OF_INFORMATION, PARENT, SMALL, TASK
from vorgang.config.errors import Finding
from vorgang.config.roles import known_roles
from vorgang.config.rule_files import shipped_rules
from vorgang.config.rules import Rule
from vorgang.config.text import Lang
from vorgang.states.checker import Known, check, check_surveyed
from vorgang.states.lifecycle import Lifecycle
from vorgang.states.loader import load_folders, load_text, survey_file, survey_folders, with_lines
from vorgang.workflow.guards import shipped_registry

LANGS: tuple[Lang, ...] = ("de", "en")
KNOWN = Known(
    roles={"geschaeftsstelle", "leitung"},
    guards={
        "fact": (1, 2),
        "not_before_today": (1, 1),
        "not_in_future": (1, 1),
        "not_after": (2, 2),
        "day_passed": (1, 1),
        "children_final": (1, 1),
        "public": (0, 0),
        "attachment": (1, 1),
        "answered": (2, 3),
    },
    effects={"set": (2, 2), "clear": (1, 1)},
    rules={"pruefung", "arbeit", "termin"},
    templates={"fertig"},
    drafts={"bericht"},
    lifecycles={},
    columns={"paper": {"name"}},
)


#: An event that may happen once the case is closed, and children that it would open.
NOTED = """[event.vermerken]
label = "vermerken"
from = ["in_arbeit", "erledigt"]
by = ["geschaeftsstelle"]
ask = { vermerk = "text*" }
[event.mahnen]"""
OPENS = """
[child.nachtrag]
lifecycle = "aufgabe"
opens_on = ["vermerken"]
for_each = "vermerk"
as = "was"
[event.mahnen]"""


def codes(text: str) -> set[tuple[str, str]]:
    return readable(check(load_text(text), KNOWN))


def readable(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    """Codes and keys of findings whose texts leave nothing open in either language."""
    shown = [(finding.text(lang), finding.remedy(lang)) for finding in findings for lang in LANGS]
    assert not [pair for pair in shown if not all(pair) or re.search(r"\{\w+\}", " ".join(pair))]
    return {(finding.code, finding.key) for finding in findings}


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def family(parent: str = PARENT, child: str = TASK) -> tuple[Finding, ...]:
    """What is found in `parent` when `child` is the lifecycle "aufgabe"."""
    below = load_text(child)
    return check(load_text(parent), replace(KNOWN, lifecycles={below.id: below}))


def test_a_sound_lifecycle_has_no_findings() -> None:
    assert check(load_text(SMALL), KNOWN) == ()
    assert family() == ()


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        # names that do not exist
        ([('owner = "amt"', 'owner = "ampt"')], "lifecycle_unknown_role", "state.in_arbeit.owner"),
        ([('owner = "amt"', 'owner = "was"')], "lifecycle_unknown_role", "state.in_arbeit.owner"),
        ([('owner = "amt"', 'owner = "automatik"')], "lifecycle_unknown_role", "state.in_arbeit.owner"),
        ([('by = ["amt"]', 'by = ["chef"]')], "lifecycle_unknown_role", "event.zurueckgeben.by"),
        ([('to = "geschaeftsstelle"', 'to = "alle"')], "lifecycle_unknown_role", "event.erledigen[0].tell"),
        ([('to = "geschaeftsstelle"', 'to = "amt.mitglieder.was"')],
         "lifecycle_unknown_date_field", "event.erledigen[0].tell"),
        ([("fact(art, gross)", "fakt(art)")], "lifecycle_unknown_guard", "event.erledigen[0].needs"),
        ([("fact(art, gross)", "fact")], "lifecycle_argument_count", "event.erledigen[0].needs"),
        ([("fact(art, gross)", "fact(ort)")], "lifecycle_unknown_field", "event.erledigen[0].needs"),
        ([("fact(art, gross)", "fact(art, gros)")], "lifecycle_unknown_choice", "event.erledigen[0].needs"),
        ([("fact(art, gross)", "day_passed(was)")], "lifecycle_unknown_date_field", "event.erledigen[0].needs"),
        ([("fact(art, gross)", "children_final(x)")], "lifecycle_unknown_child", "event.erledigen[0].needs"),
        ([("set(stand, fertig)", "setze(stand)")], "lifecycle_unknown_effect", "event.erledigen[0].do"),
        ([('owner = "amt"', 'owner = "amt"\nby_hand = ["setze(stand)"]')],
         "lifecycle_unknown_effect", "state.in_arbeit.by_hand"),
        ([('owner = "amt"', 'owner = "amt"\nby_hand_needs = ["fakt(art)"]')],
         "lifecycle_unknown_guard", "state.in_arbeit.by_hand_needs"),
        ([("set(stand, fertig)", "set(art, mittel)")], "lifecycle_unknown_choice", "event.erledigen[0].do"),
        ([('label = "Arbeit"', 'label = "Arbeit"\nrule = "x"')], "lifecycle_unknown_rule", "deadline.arbeit"),
        ([('"fertig", attach', '"fetrig", attach')], "lifecycle_unknown_template", "event.erledigen[0].tell"),
        ([('"bericht"', '"brief"')], "lifecycle_unknown_draft", "event.erledigen[0].tell"),
        ([("[field.art]", '[field.was]\ncolumn = "titel"\n[field.art]')],
         "lifecycle_unknown_column", "field.was.column"),
        ([('amt = "office"', 'amt = "office", was = "date"')], "lifecycle_field_two_types", "event.annehmen.ask.was"),
        # who and whether at all
        ([('by = ["amt"]', "by = []")], "lifecycle_event_without_role", "event.zurueckgeben"),
        ([('expired = "mahnen"', "")], "lifecycle_never_fired", "event.mahnen.by"),
        # the shape of the graph
        ([('to = "in_arbeit"', 'to = "neu"')], "lifecycle_unreachable", "state.in_arbeit"),
        ([("[field.art]", '[state.insel]\nlabel = "i"\nowner = "leitung"\n[field.art]')],
         "lifecycle_dead_end", "state.insel"),
        ([("final = true", ""), ('outcome = "agree"', ""), ("final = true", ""), ('outcome = "refuse"', "")],
         "lifecycle_no_final_state", "state"),
        ([('from = ["in_arbeit"]', 'from = ["in_arbeit", "erledigt"]')],
         "lifecycle_way_from_final", "event.zurueckgeben.from"),
        # after the end
        ([("[event.mahnen]", NOTED), ('"anlegen", "zurueckgeben"]', '"anlegen", "zurueckgeben", "vermerken"]')],
         "lifecycle_starts_after_end", "deadline.pruefung.starts"),
        ([("[event.mahnen]", NOTED.replace("[event.mahnen]", OPENS))],
         "lifecycle_opens_after_end", "child.nachtrag.opens_on"),
        # guards
        ([('["fact(art, gross)"]', '["fact(was)", "not fact(was)"]')],
         "lifecycle_guards_contradict", "event.erledigen[0].needs"),
        ([('["fact(art, gross)"]', '["fact(art, gross)", "fact(art, klein)"]')],
         "lifecycle_guards_contradict", "event.erledigen[0].needs"),
        ([('["fact(art, gross)"]', '["not fact(art)", "fact(art, klein)"]')],
         "lifecycle_guards_contradict", "event.erledigen[0].needs"),
        ([('["not fact(art, gross)"]', '["fact(art, gross)"]')], "lifecycle_ways_same_guards", "event.erledigen[1]"),
        ([('["fact(art, gross)"]', '["fact(art)"]'), ('["not fact(art, gross)"]', '["fact(art, klein)", "fact(was)"]')],
         "lifecycle_way_hidden", "event.erledigen[1]"),
        ([('needs = ["fact(art, gross)"]', "")], "lifecycle_way_hidden", "event.erledigen[1]"),
        ([('["not fact(art, gross)"]', '["fact(was)"]')], "lifecycle_guards_overlap", "event.erledigen[1]"),
        ([('["fact(art, gross)"]', '["fact(art, gross)", "fact(was)"]'),
          ('["not fact(art, gross)"]', '["fact(art)"]')], "lifecycle_guards_overlap", "event.erledigen[1]"),
        # nichts bleibt liegen
        ([('owner = "geschaeftsstelle"', "")], "lifecycle_owner_missing", "state.neu"),
        ([('amt = "office"', 'amt = "office?"')], "lifecycle_owner_unsure", "state.in_arbeit.owner"),
        ([('starts = ["anlegen", "zurueckgeben"]', 'starts = ["anlegen"]')], "lifecycle_deadline_missing", "state.neu"),
        ([('"zurueckgeben"]\nstops', '"zurueckgeben"]\npauses = ["neu"]\nstops')],
         "lifecycle_deadline_only_paused", "state.neu"),
        ([('"zurueckgeben"]\nstops', '"zurueckgeben"]\ndate = "bis"\nstops')],
         "lifecycle_deadline_missing", "state.neu"),
        ([("[deadline.arbeit]",
           '[deadline.termin]\nlabel = "t"\ndate = "bis"\nstops = ["erledigen"]\n[deadline.arbeit]')],
         "lifecycle_deadline_never_runs", "deadline.termin"),
        # what happens by itself
        ([('stops = ["erledigen", "zurueckgeben"]', 'stops = ["erledigen"]')],
         "lifecycle_timer_impossible", "deadline.arbeit.expired"),
        ([('expired = "mahnen"', 'expired = "zurueckgeben"')],
         "lifecycle_automatic_forbidden", "deadline.arbeit.expired"),
        ([('by = ["automatik"]', 'by = ["automatik"]\nask = { grund = "text" }')],
         "lifecycle_automatic_asks", "deadline.arbeit.expired"),
        ([('starts = ["annehmen"]', 'starts = ["annehmen", "mahnen"]\ndate = "bis"')],
         "lifecycle_timer_restarts", "deadline.arbeit.expired"),
    ],
)  # fmt: skip
def test_each_kind_of_finding(changes: list[tuple[str, str]], code: str, key: str) -> None:
    assert (code, key) in codes(changed(SMALL, *changes))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fact(art, gross)", "not fact(art, gross)"),
        ("fact(art, gross)", "fact(art, klein)"),
        ("fact(art, gross)", "not fact(art)"),
        ("fact(art)", "not fact(art)"),
        ("day_passed(bis)", "not_before_today(bis)"),
        ("day_passed(bis)", "not fact(bis)"),
        ("not day_passed(bis)", "day_passed(bis)"),
    ],
)
def test_ways_that_exclude_each_other_do_not_overlap(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        ways = ('["fact(art, gross)"]', f'["{first}", "fact(was)"]'), ('["not fact(art, gross)"]', f'["{second}"]')
        assert codes(changed(SMALL, *ways)) == set()


def test_the_last_way_may_stand_for_everything_else() -> None:
    assert codes(changed(SMALL, ('needs = ["not fact(art, gross)"]', ""))) == set()


def test_an_overlap_proposes_the_opposite_guard() -> None:
    (finding,) = check(load_text(changed(SMALL, ('["not fact(art, gross)"]', '["fact(was)"]'))), KNOWN)
    assert "„not fact(art, gross)“" in finding.remedy("de")
    assert "event.erledigen[0]" in finding.text("en")


def test_a_file_with_loose_names_is_checked_as_far_as_it_can_be(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        changed(SMALL, ('to = "in_arbeit"', 'to = "in_arbei"'), ("fact(art, gross)", "fakt(art)")), "utf-8"
    )
    found = check_surveyed(survey_file(tmp_path / "a.toml"), KNOWN)
    assert readable(found) == {
        ("lifecycle_unknown_state", "event.annehmen.to"),
        ("lifecycle_unknown_guard", "event.erledigen[0].needs"),
        ("lifecycle_more_may_follow", "–"),
    } | {pair for pair in readable(found) if pair[0] == "lifecycle_guards_overlap"}
    assert found[-1].code == "lifecycle_more_may_follow"


def test_a_file_without_form_hides_nothing_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "falsch.toml").write_text('id = "falsch"\nversion = "eins"\n', "utf-8")
    (tmp_path / "gut.toml").write_text(SMALL, "utf-8")
    survey = survey_folders(tmp_path)
    assert {"aufgabe", "anfrage"} <= survey.sound.keys()
    assert {Path(finding.file).name for finding in survey.findings} == {"falsch.toml"}
    *mistakes, note = with_lines(check_surveyed(survey, KNOWN))
    assert note.code == "lifecycle_more_may_follow"
    assert ("version", 2) in {(finding.key, finding.line) for finding in mistakes}


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        ([('lifecycle = "aufgabe"', 'lifecycle = "aufgaben"')],
         "lifecycle_unknown_lifecycle", "child.aufgabe.lifecycle"),
        ([('withdraw_event = "zuruecknehmen"', 'withdraw_event = "weg"')],
         "lifecycle_unknown_event", "child.aufgabe.withdraw_event"),
        ([('withdraw_event = "zuruecknehmen"', 'withdraw_event = "ablehnen"')],
         "lifecycle_automatic_forbidden", "child.aufgabe.withdraw_event"),
        ([('withdraw_event = "zuruecknehmen"', 'withdraw_event = "ablehnen"')],
         "lifecycle_withdrawal_impossible", "child.aufgabe.withdraw_event"),
        ([('was = "text", bis', "bis")], "lifecycle_child_input_missing", "child.aufgabe"),
        ([('was = "text", bis', 'was = "text?", bis')], "lifecycle_child_input_unsure", "child.aufgabe"),
        ([('was = "text", bis', 'was = "date", bis')], "lifecycle_child_input_type", "child.aufgabe"),
        ([('was = "text", bis', 'was = "text", ort = "text", bis')], "lifecycle_unknown_child_input", "child.aufgabe"),
        ([('"record*"', '"text*"'), ("[field.aufgaben]\n", "[field.aufgaben]\nlabel = \"Aufgaben\"\n")],
         "lifecycle_item_without_name", "child.aufgabe.for_each"),
        ([('opens_on = ["verteilen"]', 'opens_on = ["anlegen"]')], "lifecycle_items_missing", "child.aufgabe.for_each"),
        ([('any_refuse = "eine_abgelehnt"', "")], "lifecycle_refusal_unanswered", "child.aufgabe"),
        ([('all_agree = "alle_fertig"', 'all_agree = "abschliessen"')],
         "lifecycle_automatic_forbidden", "child.aufgabe.all_agree"),
        ([('from = ["verteilt"]', 'from = ["offen"]')], "lifecycle_ending_impossible", "child.aufgabe.all_agree"),
    ],
)  # fmt: skip
def test_each_kind_of_finding_about_children(changes: list[tuple[str, str]], code: str, key: str) -> None:
    assert (code, key) in readable(family(changed(PARENT, *changes)))


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        ([('outcome = "agree"', "")], "lifecycle_outcome_impossible", "child.aufgabe.all_agree"),
        ([('outcome = "refuse"', "")], "lifecycle_outcome_impossible", "child.aufgabe.any_refuse"),
        ([('by = ["geschaeftsstelle", "automatik"]', 'by = ["geschaeftsstelle"]')],
         "lifecycle_automatic_forbidden", "child.aufgabe.lifecycle"),
        ([('to = "in_arbeit"', 'to = "neu"'), ('to = "abgelehnt"', 'to = "neu"'), ('to = "abgelehnt"', 'to = "neu"')],
         "lifecycle_child_never_ends", "child.aufgabe.lifecycle"),
    ],
)  # fmt: skip
def test_each_kind_of_finding_about_what_children_are(changes: list[tuple[str, str]], code: str, key: str) -> None:
    assert (code, key) in readable(family(child=changed(TASK, *changes)))


def test_copied_facts_must_be_there_when_children_open() -> None:
    child = changed(TASK, ('bis = "date?" }', 'bis = "date?", leiter = "person" }'))
    parent = changed(PARENT, ('for_each = "aufgaben"', 'for_each = "aufgaben"\ncopy = ["leiter"]'))
    late = changed(parent, ('by = ["leitung"]', 'by = ["leitung"]\nask = { leiter = "person?" }'))
    sure = changed(parent, ('by = ["leitung"]', 'by = ["leitung"]\nask = { leiter = "person" }'))
    assert "lifecycle_child_input_unsure" in {finding.code for finding in family(late, child)}
    assert family(sure, child) == ()


ITSELF = """
[child.naechste]
lifecycle = "aufgabe"
opens_on = ["anlegen"]
copy = ["was"]
"""


def test_a_lifecycle_that_opens_itself_for_ever_is_found() -> None:
    (finding,) = check(load_text(SMALL + ITSELF), KNOWN)
    assert finding.code == "lifecycle_child_opens_itself"
    assert "aufgabe → aufgabe" in finding.text()


def test_opening_itself_for_optional_items_is_no_mistake() -> None:
    sparing = ITSELF.replace('copy = ["was"]', 'for_each = "folgen"') + '[field.folgen]\nparts = { was = "text" }\n'
    text = changed(SMALL, ('bis = "date?" }', 'bis = "date?", folgen = "record*?" }'))
    assert check(load_text(text + sparing), KNOWN) == ()


def test_automatic_events_that_keep_opening_children_are_found() -> None:
    """The end of a child fires an event that withdraws the others; their ends fire it again, each with new children."""
    endless = changed(
        PARENT,
        ('from = ["verteilt"]\nto = "fertig"', 'from = ["verteilt"]\nto = "verteilt"'),
        ('opens_on = ["verteilen"]', 'opens_on = ["verteilen", "alle_fertig"]'),
        ('all_agree = "alle_fertig"\nany_refuse = "eine_abgelehnt"', 'all_end = "alle_fertig"'),
        ('["abschliessen", "eine_abgelehnt"]', '["alle_fertig"]'),
    )
    found = {finding.code: finding for finding in family(endless)}
    assert "sammlung.alle_fertig" in found["lifecycle_endless_chain"].text()
    assert "aufgabe.zuruecknehmen" in found["lifecycle_endless_chain"].text()


def test_an_unattended_state_needs_neither_owner_nor_deadline() -> None:
    text = changed(SMALL, ('owner = "geschaeftsstelle"', 'unattended = "wartet auf den Haushalt"'))
    text = changed(text, ('starts = ["anlegen", "zurueckgeben"]', 'starts = ["anlegen"]'))
    assert codes(text) == set()


def test_a_finding_about_a_missing_deadline_tells_the_way_there() -> None:
    text = changed(SMALL, ('starts = ["anlegen", "zurueckgeben"]', 'starts = ["anlegen"]'))
    (finding,) = check(load_text(text), KNOWN)
    assert "anlegen → annehmen → zurueckgeben" in finding.text("de")
    assert "zurueckgeben" in finding.remedy("en")


def test_different_deadlines_on_different_ways_are_enough() -> None:
    """Each way into the state brings a deadline of its own: none is common to both, yet no case is without one."""
    text = changed(SMALL, ('starts = ["anlegen", "zurueckgeben"]', 'starts = ["anlegen"]'))
    other = '[deadline.termin]\nlabel = "t"\nstarts = ["zurueckgeben"]\nstops = ["annehmen", "ablehnen"]\n'
    assert codes(changed(text, ("[deadline.arbeit]", f"{other}[deadline.arbeit]"))) == set()


@pytest.mark.parametrize(
    ("ask", "needs", "found"),
    [("date", "", False), ("date?", "", True), ("date?", 'needs = ["fact(tag)"]', False)],
)
def test_a_deadline_by_date_counts_where_the_date_is_certain(ask: str, needs: str, *, found: bool) -> None:
    text = changed(
        SMALL,
        ('starts = ["annehmen"]', 'starts = ["annehmen"]\ndate = "tag"'),
        ('ask = { amt = "office" }', f'ask = {{ amt = "office", tag = "{ask}" }}\n{needs}'),
    )
    assert (("lifecycle_deadline_missing", "state.in_arbeit") in codes(text)) is found


def test_findings_point_to_lines_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "aufgabe.toml"
    file.write_text(changed(SMALL, ('owner = "geschaeftsstelle"', "")), "utf-8")
    lifecycle = load_text(file.read_text("utf-8"), source=str(file))
    (finding,) = with_lines(check(lifecycle, KNOWN))
    assert file.read_text("utf-8").splitlines()[(finding.line or 0) - 1] == "[state.neu]"


def house(lifecycles: Mapping[str, Lifecycle]) -> Known:
    """A municipality in which every rule and template exists that the lifecycles name."""
    ways = [way for one in lifecycles.values() for event in one.events.values() for way in event.ways]
    clocks = [clock for one in lifecycles.values() for clock in one.deadlines.values()]
    tells = [*(tell for way in ways for tell in way.tell), *(tell for clock in clocks for tell in clock.tell)]
    return replace(
        KNOWN,
        roles=set(known_roles()),
        guards={name: (entry.least, entry.most) for name, entry in shipped_registry().guards.items()},
        effects={name: (entry.least, entry.most) for name, entry in shipped_registry().effects.items()},
        rules={deadline.rule for one in lifecycles.values() for deadline in one.deadlines.values()},
        milestones={
            rule.id: place
            for plan in shipped_rules().for_("neutral", date(2024, 1, 1)).plans.values()
            for place, rule in enumerate(plan.milestones)
        },
        templates={tell.template for tell in tells},
        drafts={tell.attach for tell in tells if tell.attach},
        lifecycles=lifecycles,
        columns={},
    )


def test_the_shipped_lifecycles_are_sound() -> None:
    lifecycles = load_folders()
    assert [finding for one in lifecycles.values() for finding in check(one, house(lifecycles))] == []


def test_the_desk_of_another_office_can_be_written_down() -> None:
    """A freedom-of-information desk: pause, extension, silence, objection, hearing of third parties; no Python."""
    hearing = load_text(
        changed(SMALL, ('was = "text", art = "choice?"', 'gegenstand = "text", dritter = "party", art = "choice?"'))
    )
    request = load_text(FREEDOM_OF_INFORMATION)
    known = replace(
        KNOWN,
        roles={"informationsstelle", "rechtsamt", "geschaeftsstelle"},
        rules={"ein_monat", "zwei_wochen", "drei_monate", *KNOWN.rules},
        lifecycles={"ifg_antrag": request, "aufgabe": hearing},
    )
    assert check(request, known) == ()
    assert check(hearing, known) == ()


def test_what_happens_to_a_closed_case_leaves_it_closed() -> None:
    assert codes(changed(SMALL, ("[event.mahnen]", NOTED))) == set()


@pytest.mark.parametrize("rules", shipped_rules().ids)
def test_no_deadline_of_a_shipped_lifecycle_falls_silent_once_it_is_overdue(rules: str) -> None:
    known = shipped_rules().for_(rules, date(2027, 1, 4)).rules
    silent = [
        f"{lifecycle.id}: {name}"
        for lifecycle in load_folders().values()
        for name in lifecycle.deadlines
        if not _goes_on(lifecycle, known, name)
    ]
    assert silent == []


def _goes_on(lifecycle: Lifecycle, rules: Mapping[str, Rule], name: str) -> bool:
    """Whether its last reminder is repeated, or its lapse fires an event that ends it or leads to one that goes on."""
    spec = lifecycle.deadlines[name]
    rule = rules.get(spec.rule)
    if rule is None or (rule.ladder and rule.ladder[-1].every):
        return True
    following = (each for each, other in lifecycle.deadlines.items() if spec.expired in other.starts and each != name)
    ends = {*spec.stops, *spec.starts}
    return spec.expired in ends or any(_goes_on(lifecycle, rules, each) for each in following)
