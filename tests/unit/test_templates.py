"""What messages say, and what a template may not do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from vorgang.config.rule_files import load_rules
from vorgang.config.text import LANGS, Lang
from vorgang.notifications.failures import Temporary
from vorgang.notifications.samples import samples
from vorgang.notifications.templates import NEUTRAL, Templates
from vorgang.states.loader import load_folders

SHIPPED = Templates()
#: The deadline of the first has passed on the day of the message, that of the last has not.
FULL, _, IN_TIME = samples("de")


def rendered(name: str = "auftrag", lang: Lang = "de", *, late_by_now: bool = False, **changes: Any) -> str:
    late, _, in_time = samples(lang)
    context = {**(late if late_by_now else in_time), **changes}
    words = SHIPPED.render(name, lang, context)
    return f"{words.subject}\n\n{words.text}"


def template(folder: Path, subject: str, text: str, name: str = "de/auftrag.j2") -> Templates:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{{% block subject %}}{subject}{{% endblock %}}{{% block text %}}{text}{{% endblock %}}", "utf-8")
    return Templates([folder])


def named_by_lifecycles() -> set[str]:
    return {
        tell.template
        for one in load_folders().values()
        for event in one.events.values()
        for w in event.ways
        for tell in w.tell
    }


def named_by_ladders() -> set[str]:
    known = load_rules()
    rules = [rule for id in known.ids for version in known.versions(id) for rule in version.rules.values()]
    return {rung.template for rule in rules for rung in rule.ladder}


@pytest.mark.parametrize("lang", LANGS)
def test_every_template_that_a_shipped_lifecycle_or_ladder_names_exists(lang: Lang) -> None:
    wanted = named_by_lifecycles() | named_by_ladders()
    assert wanted
    assert wanted <= SHIPPED.names(lang)


def test_every_shipped_template_comes_out_whole_in_both_languages() -> None:
    assert SHIPPED.findings() == []
    assert SHIPPED.names("de") == SHIPPED.names("en")


def test_the_assignment_says_what_by_when_why_and_where() -> None:
    text = rendered("auftrag")
    assert text.startswith("[1062/2023] Stellungnahme erbeten bis 19.01.2024: Aktueller Sachstand")
    assert (
        "Am Freitag, 19.01.2024, muss die Antwort unterzeichnet sein. Bitte legen Sie den Entwurf so rechtzeitig vor"
        in text
    )
    assert "1. Ab wann sind die Gespräche geplant?" in text
    assert "So ist der Termin bestimmt (Antwort auf die Anfrage):\n- Antwort auf die Anfrage: 4 Wochen" in text
    assert FULL["link"] in text


def test_the_same_assignment_in_english() -> None:
    text = rendered("auftrag", "en")
    assert text.startswith("[1062/2023] Statement requested by 19 January 2024: ")
    assert "by Friday, 19 January 2024" in text


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("gesetz", "Diese Frist steht in Gesetz oder Satzung."),
        ("geschaeftsordnung", "Diese Frist steht in der Geschäftsordnung oder einer Dienstanweisung."),
        ("uebung", "eine Rechtspflicht besteht nicht"),
    ],
)
@pytest.mark.parametrize("name", ["auftrag", "erinnerung", "ueberfaellig"])
def test_the_basis_of_a_deadline_is_named_as_it_is(name: str, basis: str, said: str) -> None:
    assert said in rendered(name, deadline={**FULL["deadline"], "basis": basis})


def test_a_reminder_carries_its_number_and_names_the_steps_left_out() -> None:
    text = rendered("ueberfaellig", late_by_now=True)
    assert text.startswith("[1062/2023] Erinnerung (Stufe 3 von 3), überfällig")
    assert "Stufe 3 von 3 der Erinnerungen" in text
    assert "Die Stufen 1 und 2 sind entfallen" in text
    assert "Der Vorgang liegt bei: 01 Hauptamt." in text


@pytest.mark.parametrize(
    ("name", "lang", "said"),
    [
        ("erinnerung", "de", "Erinnerung (Stufe 2 von 3), "),
        ("erinnerung", "en", "Reminder (step 2 of 3), "),
        ("ueberfaellig", "de", "Erinnerung (Stufe 2 von 3), überfällig, "),
        ("ueberfaellig", "en", "Reminder (step 2 of 3), overdue, "),
    ],
)
def test_a_first_reminder_does_not_claim_to_be_the_second(name: str, lang: Lang, said: str) -> None:
    """The clock began late, so the first step was passed over and never sent."""
    text = rendered(name, lang, params={"rung": 2, "rungs": 3, "missed": []})
    assert text.startswith(f"[1062/2023] {said}")
    assert "2. Erinnerung" not in text
    assert "Reminder 2" not in text


LATE = [
    ("unterschrift", "Zur Unterschrift (war am 19.01.2024 fällig): ", "For signature (was due on 19 January 2024): "),
    (
        "auftrag",
        "Stellungnahme umgehend erbeten (war am 19.01.2024 fällig): ",
        "Statement requested at once (was due on 19 January 2024): ",
    ),
    (
        "mitzeichnung",
        "Mitzeichnung erbeten (war am 19.01.2024 fällig): ",
        "Co-signature requested (was due on 19 January 2024): ",
    ),
    (
        "beteiligung",
        "Beteiligung an der Stellungnahme (war am 19.01.2024 fällig): ",
        "Contribution to the statement (was due on 19 January 2024): ",
    ),
]


def test_a_reminder_that_comes_only_after_the_day_does_not_speak_of_a_time_ahead() -> None:
    german, english = (rendered("erinnerung", lang, late_by_now=True) for lang in LANGS)
    assert "Antwort auf die Anfrage: war vor 3 Tagen fällig, am Freitag, 19.01.2024." in german
    assert "Answer to the inquiry: was due 3 days ago, on Friday, 19 January 2024." in english
    assert "bis dahin" not in german
    assert "by then" not in english


@pytest.mark.parametrize(("name", "german", "english"), LATE)
def test_a_request_does_not_ask_for_a_day_that_has_passed(name: str, german: str, english: str) -> None:
    text = rendered(name, late_by_now=True, deadlines=[])
    assert text.startswith(f"[1062/2023] {german}")
    assert re.search(
        r"umgehend \(Termin war Freitag, 19\.01\.2024\)|Termin war Freitag, 19\.01\.2024; bitte handeln", text
    )
    assert "bis Freitag" not in text
    text = rendered(name, "en", late_by_now=True, deadlines=[])
    assert text.startswith(f"[1062/2023] {english}")
    assert re.search(
        r"at once \(it was due on Friday, 19 January 2024\)|was due on Friday, 19 January 2024; please", text
    )
    assert "by Friday" not in text


@pytest.mark.parametrize("name", ["abgelehnt", "aenderung_verlangt"])
def test_a_deadline_that_has_passed_does_not_run_on(name: str) -> None:
    assert "Die Frist läuft weiter: Antwort auf die Anfrage bis Freitag, 19.01.2024." in rendered(name)
    late = rendered(name, late_by_now=True)
    assert "Die Frist ist verstrichen (Antwort auf die Anfrage: Freitag, 19.01.2024); bitte erledigen" in late
    assert "läuft weiter" not in late


def test_a_co_signature_that_is_not_needed_is_called_off() -> None:
    text = rendered("mitzeichnung_entfallen")
    assert text.startswith("[1062/2023] Mitzeichnung nicht mehr nötig: ")
    assert "Der Entwurf wird geändert oder ohne Mitzeichnung weitergegeben." in text
    closed = rendered("mitzeichnung_entfallen", "en", main={**IN_TIME["main"], "open": False})
    assert "no longer needed" in closed
    assert "The whole matter has been withdrawn or closed." in closed


def test_nobody_is_accused_before_the_day() -> None:
    soon = {**FULL["deadline"], "days_left": 1, "overdue": False}
    text = rendered("erinnerung", deadline=soon, params={"rung": 1, "rungs": 3, "missed": []})
    assert "fällig morgen, Freitag, 19.01.2024" in text
    assert "überfällig" not in text


@pytest.mark.parametrize("evil", ["X\r\nBcc: all@example.org", "X\nBcc: a", "X\u2028Bcc: a", "X\x00\x85Bcc: a"])
def test_a_subject_stays_one_line_whatever_the_case_is_called(evil: str) -> None:
    words = SHIPPED.render("auftrag", "de", {**FULL, "case": {**FULL["case"], "title": evil}})
    assert words.subject.isprintable()
    assert len(words.subject.splitlines()) == 1


def test_a_subject_is_never_endless() -> None:
    words = SHIPPED.render("auftrag", "de", {**FULL, "case": {**FULL["case"], "title": "Wort " * 500}})
    assert len(words.subject) <= 200
    assert words.subject.endswith("Wort …")


def test_the_html_part_shows_values_and_runs_none_of_them() -> None:
    facts = {**FULL["facts"], "fragen": ["<script>alert(1)</script> & mehr"]}
    html = SHIPPED.render("auftrag", "de", {**FULL, "main": {**FULL["main"], "facts": facts}}).html
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mehr" in html


def test_the_html_part_links_to_the_case_and_nowhere_else() -> None:
    facts = {**FULL["facts"], "fragen": ["Siehe https://evil.example/login"]}
    html = SHIPPED.render("auftrag", "de", {**FULL, "main": {**FULL["main"], "facts": facts}}).html
    assert set(re.findall(r'href="([^"]*)"', html)) == {FULL["link"]}
    assert "https://evil.example/login" in html


def test_the_neutral_message_needs_to_know_nothing_of_the_case() -> None:
    known = {name: FULL[name] for name in ("recipient", "body", "link", "base_url", "represents")}
    for lang in LANGS:
        words = SHIPPED.render(NEUTRAL, lang, known)
        assert FULL["link"] in words.text
        assert "1062" not in words.subject + words.text + words.html


def test_a_template_of_the_municipality_replaces_the_shipped_one(tmp_path: Path) -> None:
    own = template(tmp_path, "Auftrag {{ case.number }}", "Bitte bis {{ deadline.due_on | date }}.")
    words = own.render("auftrag", "de", FULL)
    assert words.subject == "Auftrag 1062/2023"
    assert "Bitte bis 19.01.2024." in words.text
    assert own.render("erinnerung", "de", FULL) == SHIPPED.render("erinnerung", "de", FULL)


def test_a_file_that_comes_or_goes_while_the_program_runs_counts_at_once(tmp_path: Path) -> None:
    own = Templates([tmp_path])
    assert own.render("auftrag", "de", FULL) == SHIPPED.render("auftrag", "de", FULL)
    template(tmp_path, "Eigener Auftrag", "x")
    assert own.render("auftrag", "de", FULL).subject == "Eigener Auftrag"
    (tmp_path / "de" / "auftrag.j2").unlink()
    assert own.render("auftrag", "de", FULL) == SHIPPED.render("auftrag", "de", FULL)


def test_a_template_reads_no_file_outside_the_folders(tmp_path: Path) -> None:
    (tmp_path / "geheim.txt").write_text("geheim", "utf-8")
    (tmp_path / "vorlagen").mkdir()
    own = template(tmp_path / "vorlagen", "S", "{% include '../geheim.txt' %}")
    with pytest.raises(Temporary, match="mail_template_included"):
        own.render("auftrag", "de", FULL)


def test_of_several_folders_the_last_wins(tmp_path: Path) -> None:
    template(tmp_path / "land", "Land", "x")
    template(tmp_path / "stadt", "Stadt", "x")
    words = Templates([tmp_path / "land", tmp_path / "stadt"]).render("auftrag", "de", FULL)
    assert words.subject == "Stadt"


def test_a_template_may_bring_its_own_html(tmp_path: Path) -> None:
    path = tmp_path / "de" / "auftrag.j2"
    path.parent.mkdir()
    path.write_text(
        "{% block subject %}S{% endblock %}{% block text %}T{% endblock %}"
        "{% block html %}<em>{{ case.title }}</em>{% endblock %}",
        "utf-8",
    )
    context = {**FULL, "case": {**FULL["case"], "title": "A & B"}}
    assert "<em>A &amp; B</em>" in Templates([tmp_path]).render("auftrag", "de", context).html


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ case.__init__.__globals__ }}",
        "{{ names.update({'a': 'b'}) }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% for x in range(10 ** 9) %}{% endfor %}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(tmp_path: Path, attack: str) -> None:
    with pytest.raises(Temporary) as caught:
        template(tmp_path, "S", attack).render("auftrag", "de", FULL)
    assert caught.value.code == "mail_template_failed"


def test_what_is_not_there_is_an_error_not_a_gap(tmp_path: Path) -> None:
    with pytest.raises(Temporary, match="frist_gibt_es_nicht"):
        template(tmp_path, "S", "{{ frist_gibt_es_nicht }}").render("auftrag", "de", FULL)


def test_an_unknown_template_names_those_that_exist() -> None:
    with pytest.raises(Temporary, match="erinnerung") as caught:
        SHIPPED.render("gibt_es_nicht", "de", FULL)
    assert caught.value.code == "mail_template_unknown"


def test_findings_name_file_reason_and_line_of_what_is_wrong(tmp_path: Path) -> None:
    template(tmp_path, "S", "{{ gibt_es_nicht }}", "de/eigene.j2")
    template(tmp_path, "S", "{% if %}", "de/auftrag.j2")
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "eigene.j2").write_text("{% block subject %}S{% endblock %}", "utf-8")
    found = {finding.file: finding for finding in Templates([tmp_path]).findings(["fehlt"])}
    own = {str(tmp_path / name) for name in ("de/eigene.j2", "de/auftrag.j2", "en/eigene.j2")}
    assert set(found) == {*own, "de/fehlt.j2", "en/fehlt.j2"}
    assert "gibt_es_nicht" in found[str(tmp_path / "de/eigene.j2")].text()
    assert found[str(tmp_path / "de/auftrag.j2")].line == 1
    assert "text" in found[str(tmp_path / "en/eigene.j2")].text()
    assert found["de/fehlt.j2"].code == "mail_template_unknown"


@pytest.mark.parametrize(
    "subject",
    [
        "Erinnerung: {{ case.title }}",
        "{{ case.title }} ({{ params.rung }}. Erinnerung)",  # cut off after a long title
        "{% if params.rung %}Erinnerung, insgesamt {{ params.rungs }}{% endif %}",
    ],
)
def test_a_reminder_that_hides_its_step_is_found_before_it_is_sent(tmp_path: Path, subject: str) -> None:
    own = template(tmp_path, subject, "x", "de/erinnerung.j2")
    (finding,) = own.findings_of_rungs(["erinnerung"])
    assert (finding.code, finding.file) == ("mail_template_rung", str(tmp_path / "de" / "erinnerung.j2"))
    assert own.findings() == []  # as a message that is no step of a ladder it would do
    assert "params.rung" in finding.remedy()


def test_every_shipped_reminder_tells_its_step() -> None:
    assert SHIPPED.findings_of_rungs(named_by_ladders()) == []


def test_a_message_without_the_link_is_found(tmp_path: Path) -> None:
    frame = tmp_path / "de" / "_frame.j2"
    frame.parent.mkdir()
    frame.write_text("{{ content }}", "utf-8")
    found = Templates([tmp_path]).findings()
    assert {finding.code for finding in found} == {"mail_template_link"}
    assert {finding.key for finding in found} == {"text"}
    frame.unlink()
    html = "{% block subject %}S{% endblock %}{% block text %}T{% endblock %}{% block html %}<p>T</p>{% endblock %}"
    (frame.parent / "auftrag.j2").write_text(html, "utf-8")
    (finding,) = Templates([tmp_path]).findings()
    assert (finding.code, finding.key) == ("mail_template_link", "html")


def test_a_fault_names_the_file_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "de" / "auftrag.j2"
    path.parent.mkdir()
    path.write_text("{% block subject %}S{% endblock %}\n{% block text %}\n{{ nix }}\n{% endblock %}", "utf-8")
    with pytest.raises(Temporary, match=re.escape(f"„nix“, das es dort nicht gibt ({path}:3)")):
        Templates([tmp_path]).render("auftrag", "de", FULL)
    (finding,) = Templates([tmp_path]).findings()
    assert (finding.file, finding.line) == (str(path), 3)
    (tmp_path / "de" / "_frame.j2").write_text("\n{{ content }}{{ link }}{{ fehlt.ganz }}", "utf-8")
    with pytest.raises(Temporary, match=r"„fehlt“.*_frame\.j2:2"):
        Templates([tmp_path]).render("erinnerung", "de", FULL)


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("", "mail_template_block", "fehlt der Block „subject“"),
        ("{% block subject %}S{% endblock %}", "mail_template_block", "fehlt der Block „text“"),
        ("{% block subject %}{{ kasus.de }}{% endblock %}", "mail_template_name", "nennt „kasus“"),
        ("{% block subject %}{{ case.titel.x }}{% endblock %}", "mail_template_name", "nennt „titel“"),
        ("{% block subject %}{{ case. }}{% endblock %}", "mail_template_syntax", "ist falsch geschrieben"),
        ("{% block subject %}", "mail_template_syntax", "ist falsch geschrieben"),
        ("{% block subject %}{% include 'x.j2' %}{% endblock %}", "mail_template_included", "Datei „x.j2“ ein"),
    ],
)
def test_what_an_author_got_wrong_is_said_in_words_and_with_its_file(
    tmp_path: Path, written: str, code: str, said: str
) -> None:
    path = tmp_path / "de" / "auftrag.j2"
    path.parent.mkdir()
    path.write_text(written, "utf-8")
    with pytest.raises(Temporary) as caught:
        Templates([tmp_path]).render("auftrag", "de", FULL)
    assert caught.value.code == code
    assert said in caught.value.text("de")
    assert str(path) in caught.value.text("en")


def test_styles_stand_in_the_elements_and_nothing_is_fetched(tmp_path: Path) -> None:
    html = SHIPPED.render("auftrag", "de", FULL).html
    assert '<p class="text" style="margin: 0 0 16px;">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "<link" not in html
    assert re.findall(r"(?:src|href)=\"(?!https://vorgang\.example/)", html) == []
    path = tmp_path / "de" / "auftrag.j2"
    path.parent.mkdir()
    (tmp_path / "mail.css").write_text("p { color: #123456 }", "utf-8")
    (tmp_path / "fremd.css").write_text("p { color: red }", "utf-8")
    path.write_text(
        "{% block subject %}S{% endblock %}{% block text %}T{% endblock %}{% block html %}"
        f'<link rel="stylesheet" href="file://{tmp_path}/fremd.css"><link rel="stylesheet" href="http://127.0.0.1:9/x.css">'
        "<p>{{ link }}</p>{% endblock %}",
        "utf-8",
    )
    own = Templates([tmp_path]).render("auftrag", "de", FULL).html
    assert '<p style="color: #123456;">' in own
    assert "red" not in own


def test_the_signature_line_ends_the_letter_and_cannot_be_forged(tmp_path: Path) -> None:
    text = rendered("vertagt", data={"grund": "weil\n-- \nso"})
    assert text.count("\n-- \n") == 1
    assert text.partition("\n-- \n")[2].startswith("Diese Nachricht wurde automatisch versandt.")


def test_a_context_is_plain_data() -> None:
    for lang in LANGS:
        for sample in samples(lang):
            assert json.loads(json.dumps(sample)) == sample
