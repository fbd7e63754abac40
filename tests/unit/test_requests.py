"""What a mail asks of whom: one day, not two; why this party is told; and nothing that is said twice."""

from typing import Any

import pytest

from vorgang.config.text import LANGS, Lang
from vorgang.notifications.sample_mails import sample_mail
from vorgang.notifications.samples import samples
from vorgang.notifications.templates import Templates

SHIPPED = Templates()


def written(template: str, lang: Lang = "de", *, late: bool = False, **changes: Any) -> tuple[str, str]:
    """Subject and text of the sample."""
    words = SHIPPED.render(template, lang, {**sample_mail(template, lang, late=late).known, **changes})
    return words.subject, words.text


def with_plan(day: str, name: str = "plan_entwurf", **changes: Any) -> dict[str, Any]:
    """The answer is due on 19.01.2024, the step before the session on `day`."""
    known = samples("de")[2]
    step = {**known["deadlines"][2], "name": name, "due_on": day, **changes}
    return {"deadlines": [known["deadline"], step]}


def test_the_assignment_asks_for_the_draft_on_the_earlier_of_two_days() -> None:
    subject, text = written("auftrag", **with_plan("2024-01-10"))
    assert "Entwurf der Stellungnahme erbeten bis 10.01.2024" in subject
    assert "bitte erstellen Sie federführend bis Mittwoch, 10.01.2024 den Entwurf" in text
    assert "Die unterzeichnete Antwort ist spätestens am Freitag, 19.01.2024, fällig" in text


def test_a_draft_that_is_late_when_it_is_assigned_is_asked_for_at_once() -> None:
    subject, text = written("auftrag", **with_plan("2024-01-10", overdue=True))
    assert "Entwurf der Stellungnahme umgehend erbeten (war am 10.01.2024 fällig)" in subject
    assert "federführend umgehend (Termin war Mittwoch, 10.01.2024) den Entwurf" in text


@pytest.mark.parametrize("changes", [{}, with_plan("2024-02-13")])
def test_otherwise_the_day_is_that_of_the_signed_answer(changes: dict[str, Any]) -> None:
    subject, text = written("auftrag", **changes)
    assert "] Stellungnahme erbeten bis 19.01.2024" in subject
    assert (
        "Am Freitag, 19.01.2024, muss die Antwort unterzeichnet sein. Bitte legen Sie den Entwurf so rechtzeitig"
        in text
    )
    assert "bis Freitag, 19.01.2024 den Entwurf" not in text


@pytest.mark.parametrize(
    ("template", "step"),
    [("mitzeichnung", "plan"), ("unterschrift", "plan_unterschrift"), ("aenderung_verlangt", "plan_entwurf")],
)
def test_every_request_names_the_earlier_day(template: str, step: str) -> None:
    subject, text = written(template, **with_plan("2024-01-10", step))
    assert "bis 10.01.2024" in subject
    assert "bis Mittwoch, 10.01.2024" in text


def test_what_a_slip_means_is_said_once_and_with_the_late_step() -> None:
    assert written("planverzug")[1].count("5 Arbeitstage verspätet") == 1
    assert written("planverzug", "en")[1].count("5 working days late") == 1


def of_a_step(lang: Lang, **changes: Any) -> dict[str, Any]:
    """A reminder of the second step before the session, which the first has left too little time."""
    known = samples(lang)[0]
    (first, second) = [{**one, **changes} for one in known["deadlines"] if one["milestone"]]
    return {"deadline": second, "deadlines": [first, second]}


@pytest.mark.parametrize("template", ["erinnerung", "ueberfaellig"])
@pytest.mark.parametrize("lang", LANGS)
def test_a_reminder_of_a_step_says_what_is_late_before_it(template: str, lang: Lang) -> None:
    _, text = written(template, lang, **of_a_step(lang))
    assert {"de": "5 Arbeitstage verspätet", "en": "5 working days late"}[lang] in text
    assert {
        "de": "Antwort zur Sitzung am 05.03.2024 nicht mehr zu schaffen. Die Tage des Plans:\n- Entwurf",
        "en": "Answer for the session on 5 March 2024 can no longer be ready in time. The days of the plan:\n- draft",
    }[lang] in text
    _, text = written(template, lang, **of_a_step(lang, lost=False))
    assert {
        "de": "Damit es zur Sitzung am 05.03.2024 reicht:\n- Entwurf für die Sitzung",
        "en": "To be in time for the session on 5 March 2024:\n- draft for the session",
    }[lang] in text


def test_a_reminder_of_a_plan_in_time_does_not_repeat_the_plan() -> None:
    assert "Damit es zur Sitzung" not in written("erinnerung", **of_a_step("de", lost=False, slips=[]))[1]


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_lost_is_the_answer_and_not_the_session(lang: Lang) -> None:
    subject, text = written("planverzug", lang)
    assert {
        "de": "Antwort zur Sitzung am 05.03.2024 nicht mehr zu schaffen: ",
        "en": "Answer for the session on 5 March 2024 can no longer be ready in time: ",
    }[lang] in subject
    assert {"de": "reicht es nicht mehr zur Sitzung am Dienstag", "en": "not enough time left before the session"}[
        lang
    ] in text
    bare: dict[str, Any] = {"rung": None, "missed": [], "represents": None}
    without, _ = written("planverzug", lang, params=bare)  # a preview as if it arose now
    assert {"de": "Zur vorgesehenen Sitzung nicht mehr zu schaffen", "en": "for the session that was planned"}[
        lang
    ] in without


def test_an_assignment_of_what_is_lost_does_not_promise_the_session() -> None:
    _, text = written("auftrag", **with_plan("2024-01-10", overdue=True, lost=True))
    assert "zur vorgesehenen Sitzung ist sie nicht mehr zu schaffen" in text
    assert "damit sie in die Sitzung kommt" not in text
    _, text = written("auftrag", **with_plan("2024-01-10", lost=False))
    assert "damit sie in die Sitzung kommt, gelten die früheren Tage unten" in text


def test_who_must_act_is_asked_to() -> None:
    _, text = written("ueberfaellig", recipient={"key": "amt01", "name": "01 Hauptamt", "kind": "office"})
    assert "Bitte erledigen Sie umgehend, was bei Ihnen noch aussteht. Geht das nicht, melden Sie Grund und" in text
    assert "Sie erhalten diese Nachricht, weil" not in text


def test_whoever_is_told_later_learns_why_and_what_to_do() -> None:
    _, text = written("ueberfaellig")
    assert "weil der Termin verstrichen ist (seit 1 Arbeitstag), der Vorgang noch offen ist" in text
    assert "auf dieser Stufe geht die Erinnerung auch an Sie" in text
    assert "Bitte sorgen Sie dafür, dass die zuständige Stelle den Vorgang umgehend erledigt." in text
    _, english = written("ueberfaellig", "en")
    assert "You receive this message because the due day has passed (1 working day ago)" in english
    assert "Please see to it that the responsible office settles the case at once." in english


def test_the_council_office_is_asked_to_settle_a_new_day() -> None:
    office = {"key": "geschaeftsstelle", "name": "Geschäftsstelle", "kind": "office"}
    _, text = written("ueberfaellig", recipient=office)
    assert "halten Sie den neuen Termin im Vorgang fest" in text


def test_a_deputy_is_asked_as_the_one_who_is_away() -> None:
    params = {"rung": 1, "rungs": 4, "missed": [], "represents": "amt01"}
    deputy = {"key": "vertretung", "name": "Vera Tretung", "kind": "person"}
    _, text = written("erinnerung", params=params, recipient=deputy, represents="Anna Amt")
    assert "Bitte erledigen Sie bis dahin, was bei Ihnen noch aussteht." in text


def test_after_the_line_for_a_deputy_a_sentence_begins() -> None:
    _, text = written("auftrag", represents="Jessica Randt")
    assert "in Vertretung von Jessica Randt (abwesend).\n\nBitte erstellen Sie federführend" in text
    _, without = written("auftrag")
    assert "Damen und Herren,\n\nbitte erstellen Sie federführend" in without


def test_a_reminder_explains_its_day() -> None:
    _, text = written("erinnerung")
    assert "So ist der Termin bestimmt (Antwort auf die Anfrage):\n- Antwort auf die Anfrage: 4 Wochen" in text


@pytest.mark.parametrize("lang", LANGS)
def test_a_session_takes_place_and_is_not_due(lang: Lang) -> None:
    session = {**samples(lang)[2]["deadline"], "name": "sitzung", "label": "Sitzung", "due_on": "2024-03-05"}
    subject, text = written("erinnerung", lang, deadline=session)
    assert {"de": "Sitzung am 05.03.2024", "en": "Sitzung on 5 March 2024"}[lang] in subject
    assert {"de": "fällig", "en": "due"}[lang] not in text.split("\n\n")[1]
    over = {**session, "overdue": True, "working_days_late": 3}
    subject, text = written("ueberfaellig", lang, deadline=over)
    assert {"de": "Sitzung war am 05.03.2024: ", "en": "Sitzung was on 5 March 2024: "}[lang] in subject
    assert {"de": "überfällig", "en": "overdue"}[lang] not in text.split("\n\n")[1]


def test_days_late_are_counted_in_working_days() -> None:
    late = {**samples("de")[0]["deadline"], "working_days_late": 3}
    _, text = written("ueberfaellig", deadline=late)
    assert "Antwort auf die Anfrage: seit 3 Arbeitstagen überfällig; der Termin war Freitag, 19.01.2024." in text


def test_each_extension_tells_its_own_day() -> None:
    params = {"days": {"antwort": "2024-01-04"}, "represents": None}
    subject, text = written("fristverlaengerung", params=params)
    assert "Antwortfrist verlängert bis 04.01.2024" in subject
    assert "Antwort bis: Donnerstag, 04.01.2024" in text
    assert "Antwort bis: Freitag, 19.01.2024" in written("fristverlaengerung")[1]


def test_what_was_changed_before_and_told_to_nobody_stands_in_the_later_news() -> None:
    params = {"days": {"antwort": "2024-01-19"}, "represents": None}
    earlier = [{"day": "2024-01-12", "grund": "Zulieferung fehlt"}, {"day": "2024-01-15", "grund": None}]
    for template in ("fristverlaengerung", "zwischenbescheid", "terminaenderung"):
        _, text = written(template, params={**params, "earlier": earlier})
        assert "Davor schon geändert (auf 12.01.2024): Zulieferung fehlt" in text
        assert "Davor schon geändert (auf 15.01.2024)." in text
        assert "Davor" not in written(template, params=params)[1]


def test_the_lead_office_is_asked_to_go_by_the_new_day_and_the_asker_is_not() -> None:
    subject, text = written("terminaenderung")
    assert "Neuer Termin 19.01.2024 (Antwort auf die Anfrage): Aktueller" in subject
    assert "Antwort auf die Anfrage: neuer Termin Freitag, 19.01.2024." in text
    assert "Bitte richten Sie sich nach dem neuen Tag. Der Vorgang liegt bei Ihnen." in text
    _, asked = written("terminaenderung", recipient={"key": "severcan", "name": "Hakan Severcan", "kind": "person"})
    assert "Sie müssen nichts weiter tun." in asked


def test_samples_go_to_those_who_would_get_them() -> None:
    names = {name: sample_mail(name, "de", late=False).known for name in SHIPPED.names("de")}
    assert names["eingang"]["recipient"]["name"] == "Hakan Severcan"
    assert names["mitzeichnung"]["recipient"]["key"] == "amt41"
    assert names["fristablauf"]["recipient"]["key"] == "geschaeftsstelle"
    assert all(known["represents"] is None for known in names.values())
    assert all(known["recipient"]["key"] not in known["also_to"] for known in names.values())


def test_the_sample_of_a_plan_is_about_a_session() -> None:
    _, text = written("rueckwaertsplan")
    assert "die Antwort ist für die Sitzung am Dienstag, 05.03.2024 vorgesehen" in text
    assert written("fristablauf")[1].count("19.01.2024") == 1


def test_the_request_to_sign_says_what_the_draft_answers_and_what_was_remarked() -> None:
    known = samples("de")[2]
    answers = [{"frage": "Ab wann?", "antwort": "Ab Mai."}, {"frage": "Wer?"}]
    child = {"child": "mitzeichnung", "state": "mitgezeichnet", "open": False, "outcome": "agree", "latest": True}
    children = [
        {**child, "latest": False, "facts": {"amt": "amt41", "anmerkung": "Absatz 2 fehlt."}},
        {**child, "facts": {"amt": "amt48", "anmerkung": "Gern."}},
        {**child, "facts": {"amt": "amt41"}},
        {**child, "state": "gesehen", "facts": {"amt": "verwaltungsleitung", "art": "gesehen"}},
    ]
    main = {**known["main"], "facts": {**known["main"]["facts"], "antworten": answers}}
    _, text = written("unterschrift", main=main, children=children, attached=True)
    assert "Entwurf: Entwurf.docx (hängt an)" in text
    assert "- 41 Kultur: mitgezeichnet mit Anmerkung: Absatz 2 fehlt. (zu einer früheren Vorlage)" in text
    assert "- 48 Bildung: mitgezeichnet mit Anmerkung: Gern.\n- 41 Kultur: mitgezeichnet\n" in text
    assert "Gesehen:\n- Verwaltungsleitung: gesehen" in text
    assert "Frage 1: Ab wann?\n\nAb Mai.\n\nFrage 2: Wer?\n\n(noch ohne Antwort)" in text
    assert "Antwort auf die Anfrage: fällig am Freitag, 19.01.2024. Diese Frist ist üblich;" in text
    assert "Im Entwurf steht" in written("mitzeichnung", main=main)[1]


def test_what_nobody_has_asked_stands_without_a_question() -> None:
    main = {**samples("de")[2]["main"], "facts": {"antworten": [{"frage": "Antwort 1", "antwort": "Es gibt Neues."}]}}
    text = written("unterschrift", main=main)[1]
    assert "Im Entwurf steht:\n\nEs gibt Neues." in text
    assert "Antwort 1" not in text


@pytest.mark.parametrize(
    ("office", "said"),
    [
        ("Geschäftsstelle des Rates", "rechtzeitig der Geschäftsstelle des Rates."),
        ("Büro des Stadtrates", "rechtzeitig der Geschäftsstelle (Büro des Stadtrates)."),
        (None, "rechtzeitig der Verwaltung (Stadt Beispiel)."),
    ],
)
def test_whom_to_tell_stands_in_the_sentence(office: str | None, said: str) -> None:
    body = {"key": "beispiel", "name": "Stadt Beispiel", "office": office}
    recipient = {"key": "amt01", "name": "01 Hauptamt", "kind": "office"}
    assert said in written("erinnerung", body=body, recipient=recipient)[1]


@pytest.mark.parametrize("template", ["unterschrift", "erinnerung", "ueberfaellig", "auftrag", "fristablauf"])
def test_how_binding_a_day_is_stands_behind_that_day(template: str) -> None:
    lines = written(template)[1].splitlines()
    place = next(n for n, line in enumerate(lines) if "eine Rechtspflicht besteht nicht" in line)
    assert "19.01.2024" in lines[place - 1] + lines[place]


def test_the_session_is_named_in_one_sentence() -> None:
    known = samples("de")[2]
    session = {**known["deadline"], "name": "sitzung", "label": "Sitzung des Gremiums", "days_left": 7, "set": True}
    text = written("erinnerung", deadline=session, deadlines=[session])[1]
    assert "Sitzung des Gremiums in 7 Tagen, am Freitag, 19.01.2024." in text
