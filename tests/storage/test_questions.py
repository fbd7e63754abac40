"""Questions in a session: oral ones, follow-ups and residents' questions, with their limits; on both databases."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from tests.helpers.house import CLERK, MOTION, House, refused
from vorgang.config.errors import ConflictError, RefusedError
from vorgang.config.text import Lang
from vorgang.notifications.composer import Composer, Style
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.outbox import Leased
from vorgang.notifications.templates import Templates
from vorgang.states.agendas import AgendaView
from vorgang.workflow.calendar_files import Publisher, due_calendar
from vorgang.workflow.papers import sources_of
from vorgang.workflow.sessions import agenda, proposal, session_row, set_agenda

BODY, OFFICE = "integrationsrat", "gs-integrationsrat"
MORE = ("schulz", "beispiel01")
FIRST, SECOND, THIRD = "2024-03-05", "2024-04-16", "2024-06-04"
LANDS = {"kiel": "SH", "dresden": "SN", "leipzig": "SN", "wolfsburg": "NI", "wiesbaden": "HE", "berlin-bvv": "BE"}


def town(house: House, rules: str = "hagen", *days: str, sits: Sequence[str] = ()) -> House:
    """The house in a town of its own with these rules, and sessions of the Integrationsrat, in which `sits` sit too."""
    house.body = house.found_town(rules=rules, land=LANDS.get(rules, "NW"), sits=sits)
    for day in days or (FIRST, SECOND, THIRD):
        session(house, day)
    return house


def session(house: House, day: str) -> str:
    return house.open("sitzung", CLERK, gremium=BODY, tag=day).case.id


def ask(house: House, **more: Any) -> str:
    """An oral question in the first session; its id."""
    said = {"gremium": BODY, "sitzung": FIRST, "fragesteller": "severcan", "betreff": "Spielplatz", "frage": "Wann?"}
    return house.open("muendliche_frage", CLERK, **{**said, **more}).case.id


def submit(house: House, **more: Any) -> str:
    """A resident's question for the first session; its id."""
    said = {"gremium": BODY, "sitzung": FIRST, "name": "Erika Beispiel", "betreff": "Spielplatz", "frage": "Wann?"}
    return house.open("einwohnerfrage", CLERK, **{**said, **more}).case.id


def follow_up(house: House, to: str, **more: Any) -> str:
    """A follow-up to a question; its id."""
    said = {"zu": to, "gremium": BODY, "sitzung": FIRST, "fragesteller": "severcan", "frage": "Und dann?"}
    return house.open("zusatzfrage", CLERK, **{**said, **more}).case.id


def admit(house: House, *cases: str) -> None:
    for case in cases:
        house.fire(case, "zulassen")


def reasons(act: Any, lang: Lang = "de") -> dict[str, str]:
    """Why something is refused, by code, in words."""
    with pytest.raises(RefusedError) as caught:
        act()
    return {one.code: one.text(lang) for one in caught.value.refusal.reasons}


def why(house: House, case: str, event: str, **data: Any) -> dict[str, str]:
    return reasons(lambda: house.workflow.fire(case, event, actor=house.actor(CLERK), data=data))


def day_of(house: House, case: str) -> str:
    """The session in which a question is to be asked, by its clock."""
    return next(day.isoformat() for name, status, day in house.clocks(case) if (name, status) == ("sitzung", "running"))


def sits_below(house: House, case: str) -> str:
    """The day of the session to which a question belongs."""
    parent = house.workflow.case(case).case.parent_id
    assert parent is not None
    return next(day.isoformat() for name, _, day in house.clocks(parent) if name == "sitzungstag")


def seen(house: House, meeting: str) -> AgendaView:
    return agenda(house.workflow, session_row(house.workflow, meeting), None)


def mail(house: House, case: str, template: str, to: str) -> str:
    """The mail that `to` was sent: subject and text."""
    (sent,) = (one for one in house.messages(case) if (one["recipient"], one["template"]) == (to, template))
    composer = Composer(
        sources_of(house.workflow), Style("https://vorgang.example", Templates(()), Drafts(()), sender=None)
    )
    message = Leased(**{name: sent[name] for name in Leased._fields if name in sent} | {"token": 0})
    words = composer.preview(message).words
    return f"{words.subject}\n{words.text}"


# --- oral questions ---


def test_a_question_belongs_to_its_session_and_is_answered_there(house: House) -> None:
    case = ask(town(house), federfuehrung="amt01")
    assert sits_below(house, case) == FIRST
    assert house.told(case) == [("amt01", "frage_steht_an")]
    assert refused(house, case, "muendlich_beantworten") == "guards_fail"  # not before its day
    house.clock(FIRST)
    house.fire(case, "muendlich_beantworten", niederschrift="Im Mai.", antwort="Im Mai wird gebaut.")
    assert house.workflow.case(case).case.facts["antwort"] == "Im Mai wird gebaut."
    assert house.state(case) == "beantwortet"


def test_a_question_for_a_session_that_there_is_not_is_refused(house: House) -> None:
    town(house)
    assert reasons(lambda: ask(house, sitzung="2024-03-06")) == {
        "parent_missing": f"Wozu das gehören soll, gibt es nicht (oder nicht mehr offen): sitzung {BODY}, 2024-03-06."
    }


def test_what_cannot_be_answered_at_once_is_answered_in_writing_in_time(house: House) -> None:
    case = ask(town(house, "leipzig"))
    house.clock(FIRST)
    house.fire(case, "schriftlich_verweisen", federfuehrung="amt01")
    view = house.workflow.case(case).case
    assert (view.owner, view.due_on and view.due_on.isoformat()) == ("amt01", "2024-03-15")  # ten days
    house.fire(case, "schriftlich_beantworten", "beispiel01", antwort="Im Mai.")
    assert house.state(case) == "schriftlich_beantwortet"
    told = [to for to, template in house.told(case) if template == "frage_beantwortet"]
    assert told == ["severcan", "gs-integrationsrat"]  # the asker, who is the only member, and the office


def test_a_question_goes_on_as_an_inquiry(house: House) -> None:
    case = ask(town(house))
    house.fire(case, "schriftlich_verweisen", federfuehrung="amt01")
    house.fire(case, "als_anfrage_weiterfuehren", anfrage=house.ask())
    assert house.state(case) == "als_anfrage"


def test_hagen_allows_two_questions_and_one_follow_up(house: House) -> None:
    first, _ = ask(town(house, sits=MORE)), ask(house)
    assert reasons(lambda: ask(house)) == {
        "questions_used_up": "In dieser Sitzung sind höchstens 2 Fragen erlaubt, gestellt sind schon 2 "
        "(§ 18 der Geschäftsordnung: bis zu zwei Fragen, eine Zusatzfrage)."
    }
    assert ask(house, fragesteller="schulz")
    assert ask(house, sitzung=SECOND)
    follow_up(house, first)
    assert list(reasons(lambda: follow_up(house, first))) == ["follow_ups_used_up"]


def test_a_question_that_was_withdrawn_or_not_admitted_leaves_its_place(house: House) -> None:
    cases = [ask(town(house)), ask(house)]
    house.fire(cases[0], "zurueckziehen", "severcan")
    house.fire(cases[1], "zurueckweisen", ablehnung="zustaendigkeit", grund="Sache des Landes")
    assert ("severcan", "frage_zurueckgewiesen") in house.told(cases[1])
    assert ask(house)
    assert ask(house)


def test_only_who_sits_in_the_body_asks_there(house: House) -> None:
    town(house)
    assert reasons(lambda: ask(house, fragesteller="beispiel01")) == {
        "asker_not_in_body": "Petra Beispiel (erfunden) sitzt nach den Stammdaten nicht im Gremium (Integrationsrat "
        "der Stadt Hagen, Sitzung am 05.03.2024) und gehört auch keiner Fraktion an, die dort sitzt; dort fragen "
        "dessen Mitglieder."
    }
    assert list(reasons(lambda: ask(house, fragesteller="rat"))) == ["asker_not_in_body"]
    case = ask(house, fragesteller=BODY)
    assert list(reasons(lambda: follow_up(house, case, fragesteller="schulz"))) == ["asker_not_in_body"]
    resident = submit(house, fragesteller="schulz", name=None)
    admit(house, resident)
    assert follow_up(house, resident, fragesteller="schulz")


def test_there_is_no_oral_question_on_an_item_of_the_agenda(house: House) -> None:
    house.body = house.found_town()
    house.fire(
        session(house, FIRST), "tagesordnung_aufstellen", tagesordnung=[{"nummer": "Ö 3", "titel": "Spielplatz  Nord"}]
    )
    assert reasons(lambda: ask(house, betreff="spielplatz nord"), "en") == {
        "question_on_agenda": "This is on the agenda of the session (Ö 3); there is no oral question on it "
        "(§ 18 of the rules of procedure: not on items of the agenda)."
    }
    assert ask(house, betreff="Spielplatz Süd")


def test_without_rules_anybody_may_ask_anything(house: House) -> None:
    town(house, "neutral")
    assert len({ask(house) for _ in range(5)}) == 5


def test_a_faction_shares_its_questions_where_the_rules_say_so(house: House) -> None:
    town(house, "berlin-bvv", sits=MORE)
    for asker in ("severcan", "schulz"):
        ask(house, fragesteller=asker, fraktion="rat")
    assert list(reasons(lambda: ask(house, fragesteller="beispiel01", fraktion="rat"))) == ["questions_used_up"]
    assert ask(house, fragesteller="beispiel01")


def test_berlin_wants_oral_questions_two_days_before(house: House) -> None:
    town(house, "berlin-bvv")
    house.clock("2024-03-03", 9, 59)
    assert ask(house)
    house.clock("2024-03-03", 10, 1)
    assert reasons(lambda: ask(house)) == {
        "question_too_late": "Für die Sitzung am 05.03.2024 kommt die Frage zu spät; letzter Zeitpunkt war "
        "03.03.2024, 10:00 (zweiter Tag vor der Sitzung, 10 Uhr)."
    }


def test_wolfsburg_ends_after_thirty_minutes(house: House) -> None:
    town(house, "wolfsburg", sits=MORE)
    ask(house, minuten=20)
    assert list(reasons(lambda: ask(house, fragesteller="schulz", minuten=11))) == ["question_minutes_short"]
    assert ask(house, fragesteller="schulz", minuten=10)


def test_a_mail_names_the_question_by_its_subject(house: House) -> None:
    case = ask(town(house, "leipzig"))
    house.wait("2024-03-03", case)
    reminder = mail(house, case, "erinnerung", OFFICE)
    assert "Sitzung des Gremiums am 05.03.2024: Mündliche Frage „Spielplatz“" in reminder
    assert "Sitzung\n" not in reminder
    publisher = Publisher("https://rat.example")
    listed = due_calendar(house.workflow, house.body, OFFICE, publisher, reader=None).decode()
    assert "Mündliche Frage: Spielplatz" in listed.replace("\r\n ", "")


# --- moved with its session ---


def test_a_question_moves_along_with_its_session(house: House) -> None:
    house.body = house.found_town()
    meeting = session(house, FIRST)
    case = ask(house)
    house.fire(meeting, "verlegen", tag="2024-03-12", grund="Saal belegt")
    assert (day_of(house, case), sits_below(house, case)) == ("2024-03-12", "2024-03-12")
    assert ("severcan", "frage_uebertragen") in house.told(case)


def test_without_its_session_a_question_comes_to_the_next_one(house: House) -> None:
    house.body = house.found_town()
    meeting, _ = session(house, FIRST), session(house, SECOND)
    case, pending = ask(house), submit(house)
    house.fire(meeting, "absagen", grund="kein Stoff")
    assert (day_of(house, case), sits_below(house, case)) == (SECOND, SECOND)
    assert (house.state(pending), sits_below(house, pending)) == ("eingereicht", SECOND)


def test_the_last_day_of_admission_goes_with_the_session_and_begins_no_new_time(house: House) -> None:
    house.body = house.found_town()
    meeting = session(house, FIRST)
    house.clock("2024-03-01")
    pending = submit(house)
    for clock, moved, due in (
        ("2024-03-01", "2024-03-04", "2024-03-04"),
        ("2024-03-04", "2024-03-12", "2024-03-08"),  # five working days after it came
        ("2024-03-05", "2024-03-06", "2024-03-06"),
    ):
        house.clock(clock)
        house.fire(meeting, "verlegen", tag=moved, grund="Sturm")
        running = [day for name, status, day in house.clocks(pending) if (name, status) == ("zulassung", "running")]
        assert running == [date.fromisoformat(due)]
    house.wait("2024-03-06", pending)
    assert "Prüfung der Zulässigkeit bis 06.03.2024" in mail(house, pending, "erinnerung", OFFICE)
    admit(house, pending)
    house.fire(meeting, "verlegen", tag="2024-03-07", grund="Sturm")
    assert ("zulassung", "running") not in {clock[:2] for clock in house.clocks(pending)}


@pytest.mark.parametrize(
    ("event", "said", "day"),
    [
        ("verlegen", {"tag": "2024-03-12", "grund": "Saal belegt"}, "2024-03-12"),
        ("absagen", {"grund": "kein Stoff"}, SECOND),
    ],
)
def test_a_follow_up_goes_with_its_question(house: House, event: str, said: dict[str, Any], day: str) -> None:
    house.body = house.found_town()
    meeting, _ = session(house, FIRST), session(house, SECOND)
    of_members, of_residents = ask(house), submit(house)
    admit(house, of_residents)
    cases = [follow_up(house, of_members), follow_up(house, of_residents, fragesteller=None, name="Erika Beispiel")]
    house.fire(meeting, event, **said)
    assert [day_of(house, case) for case in (of_members, of_residents, *cases)] == [day] * 4
    session(house, THIRD)
    house.fire(of_members, "neu_ansetzen", sitzung=THIRD)
    assert [day_of(house, case) for case in (of_members, cases[0])] == [THIRD] * 2


def test_what_a_cancelled_session_leaves_overfills_no_other(house: House) -> None:
    house.body = house.found_town(rules="bonn")
    meeting, _ = session(house, FIRST), session(house, SECOND)
    left = [submit(house, name=f"Person {n}", minuten=30) for n in range(2)]
    admit(house, *left, submit(house, name="Person 2", minuten=30, sitzung=SECOND))
    session(house, THIRD)
    admit(house, submit(house, name="Person 3", minuten=40, sitzung=THIRD))
    after = [follow_up(house, case, fragesteller=None, name="Max Muster") for case in left]
    house.fire(meeting, "absagen", grund="Sturm")
    assert [day_of(house, case) for case in (left[0], after[0])] == [SECOND] * 2  # the oldest first
    for waiting in (left[1], after[1]):
        assert (house.state(waiting), house.workflow.case(waiting).case.owner) == ("ohne_sitzung", OFFICE)
    assert ("gs-integrationsrat", "frage_ohne_sitzung") in house.told(left[1])
    assert list(why(house, left[1], "neu_ansetzen", sitzung=SECOND)) == ["question_minutes_short"]
    assert list(why(house, left[1], "uebertragen")) == ["no_session_with_room"]
    session(house, "2024-07-02")
    house.fire(left[1], "uebertragen")
    assert [day_of(house, case) for case in (left[1], after[1])] == ["2024-07-02"] * 2


def test_nobody_gets_more_questions_into_a_session_by_a_cancelled_one(house: House) -> None:
    house.body = house.found_town(sits=MORE)
    meeting, _, _ = (session(house, day) for day in (FIRST, SECOND, THIRD))
    cases = [ask(house), ask(house), ask(house, fragesteller="schulz")]
    ask(house, sitzung=SECOND)
    house.fire(meeting, "absagen", grund="Sturm")
    assert [sits_below(house, case) for case in cases] == [SECOND, THIRD, SECOND]


def test_a_session_in_which_a_question_was_answered_has_taken_place(house: House) -> None:
    house.body = house.found_town()
    meetings = [session(house, FIRST), session(house, SECOND)]
    cases = [ask(house), submit(house, sitzung=SECOND)]
    admit(house, cases[1])
    after = follow_up(house, cases[0])
    for meeting, case, day in zip(meetings, cases, ("05.03.2024", "16.04.2024"), strict=True):
        house.clock(day_of(house, case))
        house.fire(case, "muendlich_beantworten", antwort="Im Mai.")
        for event, said in (("absagen", {}), ("ausfallen", {}), ("verlegen", {"tag": THIRD})):
            assert why(house, meeting, event, grund="Sturm", **said)["results_entered"] == (
                f"Zur Sitzung am {day} sind schon Ergebnisse eingetragen (beantwortet); sie hat also stattgefunden."
            )
    house.fire(after, "muendlich_beantworten")
    house.fire(meetings[0], "durchfuehren")


def test_without_any_session_the_office_is_told_and_asked_every_week(house: House) -> None:
    house.body = house.found_town()
    meeting = session(house, FIRST)
    case = ask(house)
    house.fire(meeting, "absagen", grund="kein Stoff")
    assert house.told(case) == [(OFFICE, "frage_ohne_sitzung"), ("severcan", "frage_sitzung_entfaellt")]
    assert "Eine andere Sitzung" in mail(house, case, "frage_sitzung_entfaellt", "severcan")
    house.wait("2024-03-10", case)
    assert [name for name, status, _ in house.clocks(case) if status == "running"] == ["neuansetzung", "mahnung"]
    demands = [to for to, template in house.told(case) if template == "fristablauf"]
    assert demands == [OFFICE, "verwaltungsleitung"] * 4  # every week
    session(house, THIRD)
    house.fire(case, "neu_ansetzen", sitzung=THIRD)
    assert (day_of(house, case), sits_below(house, case)) == (THIRD, THIRD)
    assert [name for name, status, _ in house.clocks(case) if status == "running"] == ["sitzung"]
    assert refused(house, case, "neu_ansetzen", sitzung=SECOND) == "guards_fail"  # there is none


def test_a_session_is_not_closed_over_questions_that_it_has_not_reached(house: House) -> None:
    house.body = house.found_town()
    meeting, _ = session(house, FIRST), session(house, SECOND)
    cases = [ask(house), submit(house, fragesteller="schulz", name=None), submit(house)]
    admit(house, cases[1])
    after = follow_up(house, cases[0])
    house.clock(FIRST, 20)
    house.fire(meeting, "durchfuehren")
    assert [day_of(house, case) for case in cases[:2]] == [FIRST] * 2  # its results are still to be entered
    house.fire(meeting, "ohne_niederschrift_abschliessen", grund="kurz")
    assert [sits_below(house, case) for case in cases] == [SECOND] * 3
    assert [house.state(case) for case in cases] == ["steht_an", "steht_an", "eingereicht"]
    assert day_of(house, after) == SECOND
    assert house.told(cases[1])[-2:] == [("schulz", "frage_uebertragen"), (OFFICE, "frage_uebertragen")]


def test_a_question_of_a_day_long_past_goes_on_by_itself_or_waits_with_the_office(house: House) -> None:
    house.body = house.found_town()
    session(house, FIRST)
    case, other = ask(house), ask(house)
    house.wait("2024-03-18", case, other)
    assert day_of(house, case) == FIRST  # whoever enters results has ten working days
    house.fire(other, "muendlich_beantworten")
    house.wait("2024-03-20", case)
    assert (house.state(case), (OFFICE, "frage_ohne_sitzung") in house.told(case)) == ("ohne_sitzung", True)
    session(house, SECOND)
    house.fire(case, "uebertragen")
    assert (house.state(case), day_of(house, case)) == ("steht_an", SECOND)
    house.fire(case, "muendlich_beantworten", sitzung=FIRST)  # it was answered there after all
    assert sits_below(house, case) == FIRST


# --- follow-ups ---


def test_in_wolfsburg_the_asker_has_one_more(house: House) -> None:
    question = ask(town(house, "wolfsburg", sits=MORE))
    for asker in ("schulz", "severcan"):
        follow_up(house, question, fragesteller=asker)
    assert list(reasons(lambda: follow_up(house, question, fragesteller="schulz"))) == ["follow_ups_used_up"]
    follow_up(house, question)
    assert list(reasons(lambda: follow_up(house, question))) == ["follow_ups_used_up"]


def test_in_duesseldorf_a_written_answer_is_followed_up_in_the_following_session(house: House) -> None:
    town(house, "duesseldorf", sits=MORE)
    letter = house.at("beantwortet", gremium=BODY)
    assert reasons(lambda: follow_up(house, letter, sitzung=SECOND)) == {
        "follow_up_other_session": "Zusatzfragen zu einer schriftlichen Antwort kommen in die folgende Sitzung, am "
        "05.03.2024 (§ 7 Abs. 3 der Geschäftsordnung: mündlich in der folgenden Sitzung)."
    }
    for asker in ("severcan", "severcan", "schulz"):  # two for each who asks
        follow_up(house, letter, fragesteller=asker)
    assert list(reasons(lambda: follow_up(house, letter))) == ["follow_ups_used_up"]


def test_nothing_follows_what_has_not_been_answered(house: House) -> None:
    town(house)
    assert list(reasons(lambda: follow_up(house, house.ask()))) == ["above_not_in"]


def test_there_is_no_follow_up_to_a_follow_up_nor_to_what_is_no_question(house: House) -> None:
    """Else the limit would begin anew with each of them."""
    town(house)
    motion = house.open("antrag", CLERK, **MOTION).case.id
    house.fire(motion, "zulassen")
    stop = {"gremium": BODY, "sitzung": FIRST, "rolle": "entscheidung"}
    house.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[stop])
    case = follow_up(house, ask(house))
    for above, kind in ((case, "Zusatzfrage"), (motion, "Antrag")):
        assert reasons(lambda above=above: follow_up(house, above)) == {
            "above_other_kind": "Zusatzfragen gibt es hier zu: Anfrage, Mündliche Frage, Einwohnerfrage. Der genannte "
            f"Vorgang ist etwas anderes: {kind}."
        }


def test_who_is_known_by_name_alone_follows_up_residents_only(house: House) -> None:
    town(house)
    questions = [ask(house), house.at("beantwortet", gremium=BODY), submit(house)]
    admit(house, questions[2])
    stranger = {"fragesteller": None, "name": "Max Muster"}
    for case in questions[:2]:
        assert list(reasons(lambda case=case: follow_up(house, case, **stranger))) == ["asker_not_in_body"]
    assert follow_up(house, questions[2], **stranger)


def test_a_follow_up_is_asked_in_a_session_that_takes_place(house: House) -> None:
    house.body = house.found_town()
    held, off, _ = (session(house, day) for day in (FIRST, SECOND, THIRD))
    question = ask(house, sitzung=THIRD)
    house.fire(off, "absagen", grund="Sturm")
    for day in (SECOND, "2024-03-06", "2020-03-06"):
        assert reasons(lambda day=day: follow_up(house, question, sitzung=day)) == {
            "parent_missing": f"Wozu das gehören soll, gibt es nicht (oder nicht mehr offen): sitzung {BODY}, {day}."
        }
    case = follow_up(house, question, sitzung=THIRD)
    assert list(why(house, case, "neu_ansetzen", sitzung=SECOND)) == ["session_called_off"]
    assert list(why(house, case, "neu_ansetzen", sitzung="2024-03-06")) == ["parent_missing"]
    letter = house.at("beantwortet", gremium=BODY)
    house.clock("2024-03-08")
    assert follow_up(house, letter)  # entered when the session has been held, as long as it is open
    house.fire(held, "durchfuehren")
    house.fire(held, "ohne_niederschrift_abschliessen", grund="kurz")
    assert list(reasons(lambda: follow_up(house, letter))) == ["parent_missing"]


def test_a_follow_up_to_nothing_says_what_is_missing(house: House) -> None:
    nothing = "018ce815-ec02-7dc3-90d9-bded6255b1e5"
    assert reasons(lambda: follow_up(town(house), nothing)) == {
        "parent_missing": f"Wozu das gehören soll, gibt es nicht (oder nicht mehr offen): – {nothing}."
    }


def test_a_follow_up_stands_before_its_own_session_and_goes_with_it(house: House) -> None:
    house.body = house.found_town()
    first, second = session(house, FIRST), session(house, SECOND)
    question = ask(house)
    house.clock(FIRST)
    house.fire(question, "muendlich_beantworten")
    case = follow_up(house, question, sitzung=SECOND, betreff="Zaun")
    assert [one.subject for one in seen(house, first).questions] == ["Spielplatz"]
    assert [(one.subject, one.state.de) for one in seen(house, second).questions] == [
        ("Zaun", "steht in der Sitzung an")
    ]
    meeting = session_row(house.workflow, second)
    set_agenda(house.workflow, meeting, proposal(house.workflow, meeting), house.actor(CLERK))
    assert "Mündliche Fragen (1 Frage): Hakan Severcan: Zaun" in [one.title for one in seen(house, second).items]
    house.fire(second, "verlegen", tag="2024-04-23")
    assert day_of(house, case) == "2024-04-23"
    third = session(house, THIRD)
    house.fire(second, "absagen", grund="Sturm")
    assert day_of(house, case) == THIRD
    assert house.told(case) == [("severcan", "frage_uebertragen")] * 2
    house.fire(third, "absagen", grund="Sturm")
    assert house.state(case) == "ohne_sitzung"


def test_a_session_in_which_a_follow_up_was_answered_has_taken_place(house: House) -> None:
    house.body = house.found_town()
    question, second = (session(house, FIRST), ask(house))[1], session(house, SECOND)
    house.clock(FIRST)
    house.fire(question, "muendlich_beantworten")
    case = follow_up(house, question, sitzung=SECOND)
    house.clock(SECOND)
    house.fire(case, "muendlich_beantworten")
    assert "results_entered" in why(house, second, "absagen", grund="Sturm")
    assert [one.state.de for one in seen(house, second).questions] == ["in der Sitzung beantwortet"]


def test_one_follow_up_for_each_faction_in_wiesbaden(house: House) -> None:
    question = ask(town(house, "wiesbaden", sits=MORE))
    follow_up(house, question, fraktion="rat")
    assert list(reasons(lambda: follow_up(house, question, fragesteller="schulz", fraktion="rat"))) == [
        "follow_ups_used_up"
    ]
    follow_up(house, question, fragesteller="schulz", fraktion="integrationsrat")


def test_a_resident_follows_up_only_their_own_question(house: House) -> None:
    town(house, "dresden")
    case = submit(house)
    admit(house, case)
    mine = {"fragesteller": None, "name": " erika  beispiel"}
    assert list(reasons(lambda: follow_up(house, case, fragesteller=None, name="Max Muster"))) == [
        "follow_up_not_yours"
    ]
    for _ in range(2):
        follow_up(house, case, **mine)
    assert list(reasons(lambda: follow_up(house, case, **mine))) == ["follow_ups_used_up"]


# --- residents' questions ---


def test_a_resident_asks_is_admitted_and_answered(house: House) -> None:
    case = submit(town(house, "dresden"), fragesteller="severcan", name=None)
    assert house.state(case) == "eingereicht"
    assert house.told(case) == [("severcan", "frage_eingegangen"), ("ob", "frage_zur_zulassung")]
    house.fire(case, "zulassen", "schulz", federfuehrung="amt01")  # the chair
    assert house.told(case)[2:] == [("severcan", "frage_zugelassen"), ("amt01", "frage_steht_an")]
    house.clock(FIRST)
    house.fire(case, "muendlich_beantworten")
    assert house.state(case) == "beantwortet"


def test_nobody_is_admitted_to_a_session_that_is_over(house: House) -> None:
    house.body = house.found_town()
    session(house, FIRST)
    case = submit(house, fragesteller="severcan", name=None)
    house.clock("2024-03-20")
    assert "no_next_session" in why(house, case, "zulassen")
    session(house, SECOND)
    house.fire(case, "zulassen")
    assert (sits_below(house, case), house.told(case)[-1]) == (SECOND, ("severcan", "frage_uebertragen"))


def test_the_council_office_is_asked_to_tell_a_resident_who_gets_no_mails(house: House) -> None:
    """On admission, a new day and the answer; the mail says that it is to be passed on, and not to whom."""
    case = submit(town(house, "dresden"), e_mail="erika@beispiel.example")
    admit(house, case)
    house.clock(FIRST)
    house.fire(case, "uebertragen", grund="Zeit um")
    house.fire(case, "schriftlich_verweisen", federfuehrung="amt01")
    house.fire(case, "schriftlich_beantworten", antwort="Im Mai.")
    office = "gs-integrationsrat"
    asked = ["frage_zugelassen", "frage_uebertragen", "frage_schriftlich", "frage_beantwortet"]
    assert [template for to, template in house.told(case) if to == office] == asked
    for template in asked:
        words = mail(house, case, template, office)
        assert "Bitte teilen Sie das Folgende mit" in words
        assert "erika" not in words.lower()
    assert "Bitte teilen Sie" not in mail(house, case, "frage_schriftlich", "amt01")
    known = submit(house, fragesteller="severcan", name=None, sitzung=SECOND)
    admit(house, known)
    assert office not in [to for to, _ in house.told(known)]


def test_the_time_until_which_residents_ask(house: House) -> None:
    town(house, "kiel")
    house.clock("2024-03-02", 9, 31)
    assert reasons(lambda: submit(house)) == {
        "question_too_late": "Für die Sitzung am 05.03.2024 kommt die Frage zu spät; letzter Zeitpunkt war "
        "02.03.2024, 09:30 (Einwohnerfragestunde: drei Tage vor der Sitzung, 9:30 Uhr)."
    }
    late = submit(house, eingang="2024-03-01")  # entered later than it came
    assert house.clocks(late) == [("zulassung", "running", date.fromisoformat(FIRST))]  # not after its session
    early = submit(house, sitzung=SECOND)
    assert house.clocks(early) == [("zulassung", "running", date(2024, 3, 8))]


def test_bonn_allows_two_questions_each_and_an_address_must_be_one(house: House) -> None:
    town(house, "bonn")
    submit(house)
    submit(house, name="ERIKA Beispiel")
    assert list(reasons(lambda: submit(house))) == ["questions_used_up"]
    assert submit(house, name="Max Muster", e_mail="max@post.example")
    assert reasons(lambda: submit(house, name="Eva Muster", e_mail="kein-at")) == {
        "profile_email": "„kein-at“ ist keine E-Mail-Adresse."
    }


def test_dresden_allows_three_sub_questions(house: House) -> None:
    town(house, "dresden")
    assert reasons(lambda: submit(house, unterfragen=list("abcd")), "en") == {
        "question_parts_many": "The question has 4 sub-questions, 3 are allowed (residents' question time: one "
        "question with three sub-questions at most, two follow-ups, 60 minutes)."
    }
    assert submit(house, unterfragen=list("abc"))


def test_the_same_is_not_asked_again_while_the_bar_holds(house: House) -> None:
    town(house, "wermelskirchen")
    assert list(reasons(lambda: submit(house, zuletzt_behandelt="2023-07-10"))) == ["question_barred"]
    assert submit(house, zuletzt_behandelt="2023-07-07")


def test_what_no_longer_fits_comes_to_the_next_session(house: House) -> None:
    town(house, "bonn")
    cases = [submit(house, name=f"Person {n}", minuten=20) for n in range(5)]
    admit(house, *cases)
    assert [sits_below(house, case) for case in cases] == [FIRST, FIRST, FIRST, SECOND, SECOND]
    assert [day_of(house, case) for case in cases[3:]] == [SECOND, SECOND]
    carried = house.workflow.case(cases[3]).case.facts["uebertragungen"]
    assert carried == [{"ergebnis": "uebertragen", "sitzung": FIRST, "betreff": "Spielplatz"}]
    late = [submit(house, name=f"Person {n}", minuten=20, sitzung=SECOND) for n in range(2)]
    admit(house, *late)
    assert [sits_below(house, case) for case in late] == [SECOND, THIRD]  # those carried over count there


def test_after_two_sessions_the_answer_comes_in_writing(house: House) -> None:
    case = submit(town(house, "bonn"))
    admit(house, case)
    for day in (FIRST, SECOND):
        house.clock(day)
        house.fire(case, "uebertragen", grund="Zeit um")
    assert sits_below(house, case) == THIRD
    session(house, "2024-07-02")
    assert why(house, case, "uebertragen") == {
        "question_carried_often": "Die Frage ist schon 2-mal übertragen worden; erlaubt ist es 2-mal."
    }
    house.fire(case, "schriftlich_verweisen", federfuehrung="amt01")
    assert house.state(case) == "schriftlich"


# --- at the same moment ---


def test_questions_asked_at_the_same_moment_never_exceed_the_limit(house: House) -> None:
    town(house)
    with ThreadPoolExecutor(6) as pool:
        outcomes = Counter(pool.map(lambda _n: _outcome(lambda: ask(house)), range(6)))
    assert outcomes == {"done": 2, "guards_fail": 4}


def test_questions_admitted_at_the_same_moment_never_exceed_the_minutes(house: House) -> None:
    town(house, "bonn")
    cases = [submit(house, name=f"Person {n}", minuten=20) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        outcomes = Counter(pool.map(lambda case: _outcome(lambda: admit(house, case)), cases))
    assert outcomes == {"done": 6}
    assert Counter(sits_below(house, case) for case in cases) == {FIRST: 3, SECOND: 3}


def _outcome(act: Any) -> str:
    try:
        act()
    except (RefusedError, ConflictError) as lost:
        return lost.code
    return "done"
