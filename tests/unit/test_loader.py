"""A lifecycle is data: what an administrator writes is understood whole, or every mistake is named with its place."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.config.errors import AuthorError, Finding
from vorgang.config.text import Lang
from vorgang.config.texts import catalogue
from vorgang.states.lifecycle import Call, Lifecycle
from vorgang.states.loader import load_file, load_folder, load_folders, load_text
from vorgang.states.loader_pinned import dump, load_resolved

LANGS: tuple[Lang, ...] = ("de", "en")

SMALL = """\
id = "aufgabe"
version = 1
label = { de = "Aufgabe", en = "Task" }
record = "paper"
initial = "offen"

[deadline.erledigung]
label = "Erledigung"
starts = "anlegen"
stops = ["erledigen"]

[state.offen]
label = { de = "offen", en = "open" }
owner = "amt"

[state.erledigt]
label = { de = "erledigt", en = "done" }
final = true
outcome = "agree"

[field.wichtig]
label = "Wichtigkeit"
choices = ["hoch", "niedrig"]
column = "name"

[field.schritte]
parts = { was = "text", bis = "date?" }

[event.anlegen]
label = { de = "anlegen", en = "create" }
opens = true
by = "geschaeftsstelle"
ask = { amt = "office", wichtig = "choice?", schritte = "record*?", am = "date?" }

[event.notieren]
label = "notieren"
from = "offen"
by = ["amt", "geschaeftsstelle"]
ask = { vermerk = "text*" }
do = ["set(am, heute)"]

[[event.erledigen]]
label = "erledigen"
from = ["offen"]
to = "erledigt"
by = ["amt"]
needs = ["fact(wichtig, hoch)", "not fact(am)"]
tell = { to = "geschaeftsstelle", template = "erledigt", attach = "bericht" }

[[event.erledigen]]
from = ["offen"]
to = "erledigt"
needs = ["not fact(wichtig, hoch)"]

[child.teil]
lifecycle = "aufgabe"
opens_on = "notieren"
for_each = "schritte"
copy = ["amt"]
withdrawn_on = "erledigen"
withdraw_event = "erledigen"
"""


def findings(text: str) -> tuple[Finding, ...]:
    with pytest.raises(AuthorError) as caught:
        load_text(text, source="aufgabe.toml")
    return caught.value.findings


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1, old
    return SMALL.replace(old, new, 1)


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def test_everything_in_the_file_is_in_the_model() -> None:
    lifecycle = load_text(SMALL)
    assert lifecycle.opening.name == "anlegen"
    assert lifecycle.opening.ways[0].to == "offen"
    assert lifecycle.deadlines["erledigung"].rule == "erledigung"
    assert lifecycle.states["offen"].label.in_("en") == "open"
    assert lifecycle.events["notieren"].ways[0].to is None
    assert lifecycle.events["notieren"].ways[0].do == (Call(name="set", args=("am", "heute")),)
    asked = {field.name: field for field in lifecycle.opening.ask}
    assert asked["amt"].required
    assert asked["schritte"].many
    assert [part.name for part in asked["schritte"].parts] == ["was", "bis"]
    assert asked["wichtig"].choices == ("hoch", "niedrig")
    assert asked["wichtig"].column == "name"
    first, second = lifecycle.events["erledigen"].ways
    assert first.needs[1] == Call(name="fact", args=("am",), negated=True)
    assert first.tell[0].attach == "bericht"
    assert second.tell == ()
    assert lifecycle.events["erledigen"].by == ("amt",)


def test_the_shipped_lifecycles_load() -> None:
    assert {"anfrage", "beratung", "mitzeichnung", "zusage"} <= load_folders().keys()


def test_whatever_a_shipped_lifecycle_knows_of_a_case_has_a_label_in_both_languages() -> None:
    every = [field for one in load_folders().values() for field in one.fields.values()]
    every += [part for field in every for part in field.parts]
    same = {"angabe", "name", "text", "version"}
    assert {one.name for one in every if one.label.de == one.label.en or "_" in one.label.de} <= same


def test_a_choice_has_its_words_in_both_languages_also_when_pinned() -> None:
    read = load_text(
        changed(
            'choices = ["hoch", "niedrig"]', 'choices = ["hoch", "niedrig"]\nwords.hoch = { de = "H", en = "high" }'
        )
    )
    for lifecycle in read, load_resolved(dump(read)):
        assert [word.en for word in lifecycle.fields["wichtig"].words] == ["high", "niedrig"]
    every = [field for one in load_folders().values() for field in one.fields.values()]
    every += [part for field in every for part in field.parts]
    assert {field.name for field in every if field.choices and not field.words} == set()


def test_what_an_effect_fills_has_its_label_from_the_file_also_when_pinned() -> None:
    text = changed('do = ["set(am, heute)"]', 'do = ["note_actor(wer, fuer)"]')
    labelled = text + '\n[field.wer]\nlabel = { de = "notiert von", en = "noted by" }\n'
    for lifecycle in (read := load_text(labelled)), load_resolved(dump(read)):
        assert lifecycle.fields["wer"].label.en == "noted by"
        assert lifecycle.fields["fuer"].label.en == "fuer"
    assert load_resolved(dump(read)).digest == read.digest


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('owner = "amt"', 'owner = "amt"\nbesitzer = "x"', "config_key_unknown", "state.offen.besitzer"),
        ("version = 1", 'version = "1"', "config_type", "version"),
        ("version = 1", "version = 0", "lifecycle_version", "version"),
        ('initial = "offen"', "", "config_key_missing", "initial"),
        ('initial = "offen"', 'initial = "ofen"', "lifecycle_unknown_state", "initial"),
        ('record = "paper"', 'record = "papier"', "lifecycle_unknown_record", "record"),
        ('record = "paper"', "", "lifecycle_column_without_record", "field.wichtig.column"),
        ("[state.offen]", "[state.Offen]", "lifecycle_name_form", "state.Offen"),
        ('from = "offen"', 'from = ["offen", "weg"]', "lifecycle_unknown_state", "event.notieren.from"),
        ('from = "offen"', "from = []", "lifecycle_empty_list", "event.notieren.from"),
        ('from = "offen"', 'from = ["offen", "offen"]', "lifecycle_named_twice", "event.notieren.from"),
        ('to = "erledigt"', 'to = "erledig"', "lifecycle_unknown_state", "event.erledigen[0].to"),
        ('stops = ["erledigen"]', 'stops = ["beenden"]', "lifecycle_unknown_event", "deadline.erledigung.stops"),
        (
            'stops = ["erledigen"]',
            'stops = []\npauses = ["da"]',
            "lifecycle_unknown_state",
            "deadline.erledigung.pauses",
        ),
        (
            'starts = "anlegen"',
            'starts = "anlegen"\nexpired = "x"',
            "lifecycle_unknown_event",
            "deadline.erledigung.expired",
        ),
        ('starts = "anlegen"', 'starts = "anlegen"\ndate = "x"', "lifecycle_unknown_field", "deadline.erledigung.date"),
        (
            'starts = "anlegen"',
            'starts = "anlegen"\ncounts_from = "amt"',
            "lifecycle_field_type",
            "deadline.erledigung.counts_from",
        ),
        ('starts = "anlegen"', "", "config_key_missing", "deadline.erledigung.starts"),
        ('amt = "office"', 'amt = "büro"', "lifecycle_field_form", "event.anlegen.ask.amt"),
        ('amt = "office"', 'amt = "ofice"', "lifecycle_unknown_type", "event.anlegen.ask.amt"),
        ('choices = ["hoch", "niedrig"]', "", "lifecycle_choices_missing", "event.anlegen.ask.wichtig"),
        ('parts = { was = "text", bis = "date?" }', "", "lifecycle_parts_missing", "event.anlegen.ask.schritte"),
        ('was = "text"', 'was = "record"', "lifecycle_record_in_record", "field.schritte.parts.was"),
        (
            'choices = ["hoch", "niedrig"]',
            'choices = ["hoch", "niedrig"]\nwords = { hohc = "Hoch" }',
            "lifecycle_unknown_choice",
            "field.wichtig.words.hohc",
        ),
        ("[field.wichtig]", "[field.alt]\n[field.wichtig]", "lifecycle_field_unused", "field.alt"),
        ("opens = true", 'opens = true\nfrom = ["offen"]', "lifecycle_opening_has_place", "event.anlegen.from"),
        ("opens = true", 'from = ["offen"]', "lifecycle_opening_missing", "event"),
        ('from = "offen"', "opens = true", "lifecycle_opening_twice", "event.notieren.opens"),
        ('needs = ["not fact(wichtig, hoch)"]', 'by = ["alle"]', "lifecycle_ways_disagree", "event.erledigen[1].by"),
        ("fact(wichtig, hoch)", "fact(wichtig hoch", "lifecycle_call_form", "event.erledigen[0].needs"),
        ("set(am, heute)", "not set(am, heute)", "lifecycle_effect_negated", "event.notieren.do"),
        ("final = true", "", "lifecycle_outcome_not_final", "state.erledigt.outcome"),
        ('outcome = "agree"', 'outcome = "ja"', "lifecycle_unknown_outcome", "state.erledigt.outcome"),
        ('opens_on = "notieren"', 'opens_on = "notiern"', "lifecycle_unknown_event", "child.teil.opens_on"),
        ('for_each = "schritte"', 'for_each = "wichtig"', "lifecycle_for_each_no_list", "child.teil.for_each"),
        ('copy = ["amt"]', 'copy = ["ampt"]', "lifecycle_unknown_field", "child.teil.copy"),
        ('copy = ["amt"]', 'order = "wichtig"', "lifecycle_order_without_choice", "child.teil.order"),
        ('withdraw_event = "erledigen"', "", "lifecycle_withdrawal_incomplete", "child.teil.withdrawn_on"),
        ('id = "aufgabe"', "", "lifecycle_id_missing", "id"),
    ],
)
def test_each_mistake_is_named_with_its_key(old: str, new: str, code: str, key: str) -> None:
    found = {(finding.code, finding.key): finding for finding in findings(changed(old, new))}
    assert (code, key) in found
    assert found[code, key].file == "aufgabe.toml"
    for lang in LANGS:
        assert not re.search(r"\{\w+\}", found[code, key].text(lang) + found[code, key].remedy(lang))


def test_an_opening_event_has_one_way() -> None:
    twice = changed("[event.anlegen]", "[[event.anlegen]]") + "\n[[event.anlegen]]\nopens = true\n"
    assert "lifecycle_opening_several_ways" in {finding.code for finding in findings(twice)}


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    text = changed('initial = "offen"', 'initial = "ofen"').replace('to = "erledigt"', 'to = "weg"')
    found = findings(text.replace('copy = ["amt"]', 'copy = ["ampt"]'))
    assert [finding.key for finding in found] == [
        "initial",
        "event.erledigen[0].to",
        "event.erledigen[1].to",
        "child.teil.copy",
    ]
    assert [finding.line for finding in found] == sorted(finding.line or 0 for finding in found)
    assert text.splitlines()[(found[0].line or 0) - 1] == 'initial = "ofen"'


def test_a_finding_proposes_what_may_be_meant_in_both_languages() -> None:
    (finding,) = findings(changed('copy = ["amt"]', 'copy = ["ampt"]'))
    assert "„ampt“" in finding.text("de")
    assert "“ampt”" in finding.text("en")
    assert "Gemeint sein könnte: amt" in finding.remedy("de")
    assert "You may mean: amt" in finding.remedy("en")


def test_broken_toml_is_a_finding_with_its_line() -> None:
    (finding,) = findings(changed("version = 1", "version = "))
    assert finding.line == 2


def test_a_file_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "kaputt.toml"
    file.write_bytes(b'id = "\xff"')
    with pytest.raises(AuthorError) as caught:
        load_file(file)
    assert caught.value.findings[0].file == str(file)


@pytest.mark.parametrize("name", sorted(load_folders()))
def test_pinned_content_gives_the_same_lifecycle_and_digest(name: str) -> None:
    lifecycle = load_folders()[name]
    # A database may sort the keys of a document; nothing may depend on their order.
    stored = json.loads(json.dumps(dump(lifecycle), sort_keys=True))
    again = load_resolved(stored, lifecycle.source)
    assert again == lifecycle
    assert again.digest == lifecycle.digest
    assert list(again.states) == list(lifecycle.states)
    assert list(again.events) == list(lifecycle.events)


@given(st.permutations(["offen", "laeuft", "wartet"]), st.booleans(), st.integers(1, 9))
def test_the_digest_depends_on_the_content_alone(order: list[str], strict: bool, version: int) -> None:
    extra = "".join(f'[state.{name}]\nlabel = "{name}"\nowner = "amt"\n' for name in order if name != "offen")
    guard = '["fact(am)"]' if strict else "[]"
    text = SMALL.replace("version = 1", f"version = {version}").replace('do = ["set(am, heute)"]', f"needs = {guard}")
    lifecycle = load_text(text + extra)
    assert load_resolved(json.loads(json.dumps(dump(lifecycle)))).digest == lifecycle.digest
    assert load_text("# Bemerkung\n" + text + extra, source="anderswo").digest == lifecycle.digest
    assert load_text(text.replace("Erledigung", "Abschluss") + extra).digest != lifecycle.digest


def test_unreadable_pinned_content_is_told_as_such() -> None:
    with pytest.raises(AuthorError) as caught:
        load_resolved({**dump(load_text(SMALL)), "neues": 1}, "aufgabe@1")
    assert caught.value.findings[0].code == "lifecycle_pinned_unreadable"


OWN = """\
id = "anfrage"
extends = "anfrage"
version = 2

[state.eingegangen]
owner = "hauptamt"

[deadline.antwort]
expired = false

[event]
ueberfaellig_melden = false

[event.veroeffentlichen]
by = ["hauptamt"]

[event.rueckfragen]
label = { de = "rückfragen", en = "ask back" }
from = ["in_bearbeitung"]
by = ["federfuehrung"]
ask = { rueckfrage = "text" }
"""


def own(tmp_path: Path, text: str = OWN) -> Lifecycle:
    return load_folders(write(tmp_path / "eigene", anfrage=text))["anfrage"]


def test_a_municipality_writes_down_only_what_differs(tmp_path: Path) -> None:
    shipped, changed_ = load_folders()["anfrage"], own(tmp_path)
    assert changed_.version == 2
    assert changed_.states["eingegangen"].owner == "hauptamt"
    assert changed_.states["eingegangen"].label == shipped.states["eingegangen"].label
    assert changed_.deadlines["antwort"].expired is None
    assert "ueberfaellig_melden" not in changed_.events
    assert "rueckfragen" in changed_.events
    assert changed_.events["veroeffentlichen"].by == ("hauptamt",)
    assert changed_.events["veroeffentlichen"].ways == shipped.events["veroeffentlichen"].ways
    assert changed_.digest != shipped.digest


def test_an_own_lifecycle_may_extend_a_shipped_one_under_another_id(tmp_path: Path) -> None:
    folder = write(tmp_path / "eigene", kleine='id = "kleine_anfrage"\nextends = "anfrage"\nlabel = "Kleine Anfrage"\n')
    loaded = load_folders(folder)
    assert loaded["kleine_anfrage"].events.keys() == loaded["anfrage"].events.keys()
    assert loaded["kleine_anfrage"].label.de == "Kleine Anfrage"


def test_a_town_that_replaces_a_lifecycle_changes_no_other_that_it_did_not_write(tmp_path: Path) -> None:
    changed_ = load_folders(write(tmp_path / "eigene", anfrage=OWN))
    shipped = load_folders()
    assert changed_["anfrage"].digest != shipped["anfrage"].digest
    derived = ("antrag", "stellungnahme", "mitteilung")
    assert [changed_[name].digest for name in derived] == [shipped[name].digest for name in derived]


BASE = """\
id = "ganz"
version = 1
label = "Ganz"
initial = "neu"
[state.neu]
label = "neu"
owner = "geschaeftsstelle"
[state.ruht]
label = "ruht"
owner = "geschaeftsstelle"
[state.fertig]
label = "fertig"
final = true
[deadline.arbeit]
label = "Arbeit"
rule = "zulassung"
starts = ["beginnen"]
pauses = ["ruht"]
moves = { wecken = "tag", schieben = "tag" }
stops = ["beenden", "aus_der_ruhe_beenden"]
[deadline.ruhe]
label = "Ruhe"
rule = "zulassung"
starts = ["ruhen"]
stops = ["wecken", "aus_der_ruhe_beenden"]
[event.beginnen]
label = "beginnen"
opens = true
by = "geschaeftsstelle"
[event.ruhen]
label = "ruhen"
from = "neu"
to = "ruht"
by = "geschaeftsstelle"
[event.wecken]
label = "wecken"
from = "ruht"
to = "neu"
by = "geschaeftsstelle"
ask = { tag = "date" }
[event.schieben]
label = "schieben"
from = ["neu", "ruht"]
by = "geschaeftsstelle"
ask = { tag = "date" }
[event.aus_der_ruhe_beenden]
label = "beenden"
from = "ruht"
to = "fertig"
by = "geschaeftsstelle"
[[event.beenden]]
label = "beenden"
from = "ruht"
to = "fertig"
by = "geschaeftsstelle"
[[event.beenden]]
from = "neu"
to = "fertig"
[child.teil]
lifecycle = "zusage"
opens_on = ["wecken"]
"""
LESS = 'id = "weniger"\nextends = "ganz"\nversion = 1\n[state]\nruht = false\n[event]\nruhen = false\n'


def test_what_is_taken_away_takes_along_what_only_it_kept_going(tmp_path: Path) -> None:
    less = load_folder(write(tmp_path / "eigene", ganz=BASE, weniger=LESS))["weniger"]
    assert set(less.states) == {"neu", "fertig"}
    assert set(less.events) == {"beginnen", "schieben", "beenden"}
    assert less.events["schieben"].ways[0].sources == ("neu",)
    assert (less.events["beenden"].label.de, less.events["beenden"].by) == ("beenden", ("geschaeftsstelle",))
    assert [way.sources for way in less.events["beenden"].ways] == [("neu",)]
    assert set(less.deadlines) == {"arbeit"}
    work = less.deadlines["arbeit"]
    assert (work.pauses, work.stops, dict(work.moves)) == ((), ("beenden",), {"schieben": "tag"})
    assert less.children == {}


def test_a_name_that_the_file_itself_still_uses_is_found(tmp_path: Path) -> None:
    text = LESS + '[event.schieben]\nfrom = ["neu", "ruht"]\n'
    with pytest.raises(AuthorError) as caught:
        load_folder(write(tmp_path / "eigene", ganz=BASE, weniger=text))
    assert [(one.code, one.key) for one in caught.value.findings] == [
        ("lifecycle_unknown_state", "event.schieben.from")
    ]


def test_a_single_name_that_leads_nowhere_any_more_is_found(tmp_path: Path) -> None:
    text = LESS.replace("ruhen = false\n", "")
    with pytest.raises(AuthorError) as caught:
        load_folder(write(tmp_path / "eigene", ganz=BASE, weniger=text))
    assert ("lifecycle_unknown_state", "event.ruhen.to") in [(one.code, one.key) for one in caught.value.findings]


def test_a_file_without_extends_replaces_the_one_below(tmp_path: Path) -> None:
    folder = write(tmp_path / "eigene", zusage=SMALL.replace('"aufgabe"', '"zusage"'))
    assert load_folders(folder)["zusage"].states.keys() == {"offen", "erledigt"}


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"a": 'id = "a"\nextends = "anfrag"'}, "lifecycle_unknown_base"),
        ({"a": 'id = "a"\nextends = "b"', "b": 'id = "b"\nextends = "a"'}, "lifecycle_extends_itself"),
        ({"a": 'id = "zwei"\nextends = "anfrage"', "b": 'id = "zwei"\nextends = "anfrage"'}, "lifecycle_id_twice"),
        ({"a": 'id = "a"\nextends = "anfrage"\n[state]\nweg = false'}, "lifecycle_removes_nothing"),
        ({"a": 'id = "a"\nextends = "anfrage"\n[event]\nueberfaellig_melden = false'}, "lifecycle_unknown_event"),
    ],
)
def test_wrong_extensions_are_named(tmp_path: Path, texts: dict[str, str], code: str) -> None:
    with pytest.raises(AuthorError) as caught:
        load_folders(write(tmp_path / "eigene", **texts))
    assert code in {finding.code for finding in caught.value.findings}


def test_the_mistakes_of_all_files_are_named_together(tmp_path: Path) -> None:
    folder = write(tmp_path / "eigene", a="id =", b=SMALL.replace('"offen"', '"ofen"'), c="version = 1")
    with pytest.raises(AuthorError) as caught:
        load_folder(folder)
    assert {Path(finding.file).name for finding in caught.value.findings} == {"a.toml", "b.toml", "c.toml"}


def test_a_missing_folder_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(AuthorError) as caught:
        load_folders(tmp_path / "nirgends")
    assert caught.value.findings[0].code == "lifecycle_folder"


def test_every_text_about_lifecycles_says_what_helps() -> None:
    entries = {code: entry for code, entry in catalogue().items() if code.startswith("lifecycle_")}
    assert entries
    assert [code for code, entry in entries.items() if not all((*entry.text, *entry.remedy))] == []
