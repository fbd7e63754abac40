"""The example of an event from the first invitation to the last mail: 30 places, a waiting list, personal links."""

import re
import shlex
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.mailbox import text_of
from tests.helpers.occasions import BERLIN, BODY, CLERK, EXAMPLE, OFFICE, Occasion, entries_of, guests, token_in
from tests.helpers.pages import ROOT, blocks
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import ForbiddenError, RefusedError
from vorgang.states.overrides import Override
from vorgang.workflow.disposal import dispose
from vorgang.workflow.links import look, use
from vorgang.workflow.retention import plan

PAGE = ROOT / "docs" / "example-veranstaltung.md"
WHEN = "16.06.2020, 11:00–13:00 Uhr CEST (12:00–14:00 Uhr TRT)"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Occasion]:
    occasion = Occasion(f"sqlite:///{tmp_path}/vorgang.db", tmp_path)
    yield occasion
    assert_sound(occasion.workflow.database)
    occasion.close()


def _registered(town: Occasion, case: str, count: int) -> dict[str, str]:
    """So many guests are invited by mail and register, in order, with the link of their invitation."""
    ids = town.invited(case, guests(count))
    town.go("2020-05-18", 10)
    for guest in ids:
        (mail,) = town.to(guest)
        use(town.workflow, token_in(mail), "anmelden", {})
    return ids


def test_from_the_invitation_to_the_end_of_the_event(town: Occasion) -> None:
    case = town.plan()
    ids = _registered(town, case, 35)
    silent = town.invited(case, ["gast36"])["gast36"]
    town.go("2020-05-20")
    (confirmed,) = town.to("gast30", "Anmeldung bestätigt")
    assert WHEN in text_of(confirmed)
    (waiting,) = town.to("gast31", "Warteliste")
    assert "mit der Nummer 1 " in text_of(waiting)
    assert (town.count(case, "bestaetigt"), town.count(case, "warteliste")) == (30, 5)

    town.act(ids["gast05"], "abmelden", "gast05")
    town.go("2020-05-25")
    assert [state for guest, state in town.states(case).items() if guest in {"gast31", "gast32"}] == [
        "bestaetigt",
        "warteliste",
    ]
    (moved_up,) = town.to("gast31", "Sie sind nachgerückt")
    assert "Ihr aktiver Platz ist hiermit bestätigt" in text_of(moved_up)
    assert len(town.to("gast32")) == 2  # invitation and waiting list: nobody is told of a place that others have

    town.go("2020-06-08")
    (reminder,) = town.to("gast36", "1. Erinnerung an die Einladung: ")
    assert "Stufe" not in reminder.as_string()  # how many there are is for the office
    assert token_in(reminder) != token_in(town.to("gast36", "Einladung")[0])
    assert not town.to("gast01", "Reminder")
    assert town.workflow.case(silent).case.state == "verfallen"
    town.act(case, "zugangsdaten_eintragen", zugangsdaten="https://video.example/raum/7")

    town.go("2020-06-14", 23)
    assert not town.to("gast02", "Zugangsdaten")
    town.go("2020-06-15")
    for guest in ("gast02", "gast31", "gast35"):
        (access,) = town.to(guest, "Zugangsdaten")
        assert "\n\nhttps://video.example/raum/7\n\n" in text_of(access).replace("\r\n", "\n")
        assert ("Sie hören zu" in text_of(access)) == (guest == "gast35")
    assert not town.to("gast05", "Zugangsdaten")

    town.act(ids["gast09"], "abmelden", "gast09")  # on the last day still
    town.go("2020-06-15", 12)
    (late,) = town.to("gast32", "Sie sind nachgerückt")
    assert "https://video.example/raum/7" in text_of(late)
    town.go("2020-06-17")
    states = list(town.states(case).values())
    assert {state: states.count(state) for state in states} == {"teilgenommen": 33, "abgemeldet": 2, "verfallen": 1}
    assert town.workflow.case(case).case.state == "durchgefuehrt"


def test_access_data_entered_or_corrected_late_go_out_at_once_to_whoever_registered(town: Occasion) -> None:
    case = town.plan(plaetze=1)
    _registered(town, case, 3)
    town.go("2020-06-15")
    assert "folgen, sobald sie feststehen" in text_of(town.to("gast02", "Zugangsdaten")[0])
    for place, told in enumerate(("raum/7", "raum/8", "raum/8"), 1):
        town.act(case, "zugangsdaten_eintragen", zugangsdaten=f"https://video.example/{told}")
        town.go("2020-06-15", 12 + place)
        _, *later = town.to("gast02", "Zugangsdaten")
        assert len(later) == min(place, 2)  # nobody is told the same twice
        assert "ab sofort gelten" in text_of(later[-1]).lower()
        assert f"https://video.example/{told}" in text_of(later[-1])
    assert len(town.to("gast03", "Zugangsdaten")) == 3  # on the waiting list


def test_a_guest_is_written_to_in_their_own_language(town: Occasion) -> None:
    _registered(town, town.plan(), 1)
    town.go("2020-05-19")
    invitation, confirmed = town.to("gast01")
    assert "16 June 2020, 11:00–13:00 CEST (12:00–14:00 TRT)" in text_of(invitation)
    assert confirmed["Subject"] == "Registration confirmed: Fachworkshop Digitale Stadt"


def test_everybody_is_told_of_another_day_and_of_the_cancellation_once(town: Occasion) -> None:
    case = town.plan(plaetze=1)
    ids = _registered(town, case, 2)
    town.invited(case, ["gast03"])
    ids |= town.invited(case, ["gast04"])
    town.act(ids["gast04"], "ablehnen", "gast04")
    town.go("2020-05-20")
    news = {"beginn": "2020-06-17T09:30", "ende": "2020-06-17T11:30", "grund": "Dolmetschung verhindert"}
    town.act(case, "verlegen", **news)
    assert {str(one.due_on) for one in town.registrations(case).values() if one.state == "bestaetigt"} == {"2020-06-15"}
    town.go("2020-05-25")
    town.act(case, "absagen", grund="Zu wenige Anmeldungen")
    town.go("2020-05-26")
    for guest in ("gast01", "gast02", "gast03"):
        (moved,) = (*town.to(guest, "Verlegt"), *town.to(guest, "Moved"))
        (cancelled,) = (*town.to(guest, "Abgesagt"), *town.to(guest, "Cancelled"))
        assert re.search(r"17(\.06\.| June )2020, 09:30–11:30 (Uhr )?CEST \(10:30–12:30 (Uhr )?TRT\)", text_of(moved))
        assert ("registration stands" in text_of(moved)) == (guest == "gast01")
        assert "Zu wenige Anmeldungen" in text_of(cancelled)
    assert len(town.to("gast04")) == 1  # who has declined hears no more
    assert set(town.states(case).values()) == {"abgesagt", "abgelehnt"}


def test_a_year_after_the_event_nothing_tells_who_was_invited(town: Occasion, tmp_path: Path) -> None:
    case = town.plan()
    invited = town.invited(case, guests(4))
    town.act(invited["gast04"], "ablehnen", "gast04")
    town.act(case, "absagen", grund="Zu wenige Anmeldungen")
    town.clock.advance_to(datetime(2021, 5, 19, 9, tzinfo=BERLIN))
    (due,) = plan(town.workflow, BODY).due
    assert (due.case, due.due_on, due.rule) == (case, date(2021, 5, 19), "musterhafen 1: veranstaltung")
    assert b"gast04@gaeste.example" in b"".join(one.read_bytes() for one in tmp_path.glob("vorgang.db*"))
    (done,) = dispose(town.workflow, BODY, town.workflow.actor(BODY, OFFICE))
    assert (done.error, done.waits) == (None, None)
    assert not {*invited} & town.workflow.directory.town(BODY).parties.keys()
    left = b"".join(one.read_bytes() for one in tmp_path.glob("vorgang.db*"))
    assert not re.search(rb"gast0[1-4]|Torge|Behn", left)
    ends = sorted(child.state for child in town.workflow.case(case).children if child.child == "anmeldung")
    assert ends == ["abgelehnt", "abgesagt", "abgesagt", "abgesagt"]


def test_an_event_that_moves_gives_time_to_register(town: Occasion) -> None:
    case = town.plan()
    town.invited(case, guests(2))
    news = {"beginn": "2020-07-14T11:00", "ende": "2020-07-14T13:00", "grund": "Saal belegt"}
    with pytest.raises(RefusedError):
        town.act(case, "verlegen", **news, anmeldeschluss="2020-05-17")
    town.act(case, "verlegen", **news, anmeldeschluss="2020-07-03")
    town.go("2020-06-30")  # beyond the first closing day
    assert town.states(case) == {"gast01": "eingeladen", "gast02": "eingeladen"}
    assert "03.07.2020" in text_of(town.to("gast02", "Verlegt")[0])
    town.act(case, "verlegen", **{**news, "beginn": "2020-07-13T11:00"})
    assert {str(one.due_on) for one in town.registrations(case).values()} == {"2020-07-03"}
    town.go("2020-07-04")
    assert set(town.states(case).values()) == {"verfallen"}


def test_the_closing_event_is_cancelled_with_the_event(town: Occasion) -> None:
    case = town.plan()
    last = {"titel": "Abschluss", "beginn": "2020-06-18T15:00", "ende": "2020-06-18T17:00", "ort": "Rathaus"}
    town.act(case, "abschluss_planen", abschluss={**last, "plaetze": 200, "anmeldeschluss": "2020-06-11"})
    (closing,) = (one.id for one in town.workflow.case(case).children if one.child == "abschlussveranstaltung")
    town.invited(closing, ["gast02"])
    town.act(case, "absagen", grund="Zu wenige Anmeldungen")
    town.go("2020-05-20")
    assert town.workflow.case(closing).case.state == "abgesagt"
    assert town.states(closing) == {"gast02": "abgesagt"}
    (told,) = town.to("gast02", "Abgesagt: Abschluss")
    assert "Zu wenige Anmeldungen" in text_of(told)


def test_nobody_is_invited_twice_but_whoever_has_declined_may_be_again(town: Occasion) -> None:
    case = town.plan()
    ids = town.invited(case, guests(2))
    town.act(ids["gast02"], "ablehnen", "gast02")
    with pytest.raises(RefusedError) as refused:
        town.act(case, "einladen", gaeste=guests(3))
    name = town.workflow.directory.town(BODY).names["gast01"]
    assert f"Schon gefragt oder eingeladen („einzuladen [gaeste]“): {name}." in refused.value.refusal.text("de")
    town.act(case, "einladen", gaeste=guests(3)[1:])
    ends = sorted((child.facts["gast"], child.state) for child in town.workflow.case(case).children)
    invited = [(guest, "eingeladen") for guest in guests(3)]
    assert ends == sorted([*invited, ("gast02", "abgelehnt")])


def _reason(town: Occasion, case: str | None, **data: str) -> str:
    """Why an event cannot be planned like this, or moved (`case`) to there."""
    with pytest.raises(RefusedError) as refused:
        town.plan(**data) if case is None else town.act(case, "verlegen", grund="so", **data)
    return refused.value.refusal.text("de")


@pytest.mark.parametrize("moved", [False, True])
def test_no_event_lies_in_the_past_nor_before_its_closing_day(town: Occasion, moved: bool) -> None:
    case = town.plan() if moved else None
    passed = {"beginn": "2020-05-18T08:00", "ende": "2020-05-18T17:00"}
    assert "„Beginn“ (18.05.2020 08:00 CEST) liegt in der Vergangenheit." in _reason(
        town, case, **passed, anmeldeschluss="2020-05-18"
    )
    when = {"beginn": "2020-06-04T11:00", "ende": "2020-06-04T13:00"}
    late = "„Anmeldeschluss“ liegt mit 05.06.2020 nach „Beginn“ (04.06.2020 11:00 CEST)."
    assert late in _reason(town, case, **when, anmeldeschluss="2020-06-05")
    assert late in _reason(town, case, **when)  # what holds, where nothing else is said
    town.plan(**when, anmeldeschluss="2020-06-04")


def test_a_closing_event_is_held_to_the_same(town: Occasion) -> None:
    last = {"titel": "Abschluss", "beginn": "2020-06-18T15:00", "ende": "2020-06-18T17:00", "ort": "Rathaus"}
    with pytest.raises(RefusedError) as refused:
        town.act(town.plan(), "abschluss_planen", abschluss={**last, "plaetze": 200, "anmeldeschluss": "2020-06-19"})
    assert "„Anmeldeschluss“ liegt mit 19.06.2020 nach „Beginn“" in refused.value.refusal.text("de")


def test_places_that_a_hand_adds_are_given_to_those_who_wait(town: Occasion) -> None:
    case = town.plan(plaetze=1)
    _registered(town, case, 3)
    supervisor = town.workflow.actor(BODY, CLERK)._replace(roles=frozenset({"aufsicht"}))
    town.workflow.override(Override(case, "eingeladen", "Tippfehler", supervisor, data={"plaetze": 2}))
    assert town.states(case) == {"gast01": "bestaetigt", "gast02": "bestaetigt", "gast03": "warteliste"}


def test_the_calendar_entry_moves_and_goes_with_the_event(town: Occasion) -> None:
    case = town.plan()
    _registered(town, case, 2)
    town.go("2020-05-19")
    town.act(case, "verlegen", beginn="2020-06-17T09:30", ende="2020-06-17T11:30", grund="so")
    town.go("2020-05-20")
    town.act(case, "absagen", grund="so")
    town.go("2020-05-22")
    files = [entries_of(mail) for mail in town.to("gast02")]
    told = [re.findall(r"(?m)^(METHOD|DTSTART|DTEND):(\S+)", file) for file in files if file]
    assert told == [
        [("METHOD", "PUBLISH"), ("DTSTART", "20200616T090000Z"), ("DTEND", "20200616T110000Z")],
        [("METHOD", "PUBLISH"), ("DTSTART", "20200617T073000Z"), ("DTEND", "20200617T093000Z")],
        [("METHOD", "CANCEL"), ("DTSTART", "20200617T073000Z"), ("DTEND", "20200617T093000Z")],
    ]
    joined = "".join(files)
    assert len(set(re.findall(r"(?m)^UID:(\S+)", joined))) == 1
    numbers = [int(one) for one in re.findall(r"(?m)^SEQUENCE:(\d+)", joined)]
    assert numbers == sorted(set(numbers))
    assert "/link/" not in joined  # calendars are shared


def test_who_resigns_before_the_confirmation_has_gone_out_is_told_of_the_resignation_alone(town: Occasion) -> None:
    ids = town.invited(town.plan(), ["gast02"])
    town.go("2020-05-18", 10)
    token = token_in(town.to("gast02")[0])
    use(town.workflow, token, "anmelden", {})
    use(town.workflow, token, "abmelden", {})
    town.go("2020-05-19")
    _invitation, *told = town.to("gast02")
    assert [mail["Subject"] for mail in told] == ["Abmeldung: Fachworkshop Digitale Stadt"]
    assert town.workflow.case(ids["gast02"]).case.state == "abgemeldet"


def test_an_event_is_called_by_its_title(town: Occasion) -> None:
    town.plan()
    town.go("2020-06-17")
    told = [mail["Subject"] for mail in town.mails() if "partnerstaedte@" in mail["To"]]
    assert told
    assert all("Fachworkshop Digitale Stadt" in subject for subject in told)


def test_a_link_shows_one_case_and_does_nothing_until_it_is_used(town: Occasion) -> None:
    case = town.plan()
    ids = town.invited(case, guests(2))
    town.go("2020-05-18", 10)
    token = token_in(town.to("gast02")[0])
    for _ in range(3):
        seen = look(town.workflow, token)
    assert (seen.case.id, seen.claim.person) == (ids["gast02"], "gast02")
    assert [one.event for one in seen.offers] == ["anmelden", "ablehnen"]
    assert town.states(case) == {"gast01": "eingeladen", "gast02": "eingeladen"}
    fired = use(town.workflow, token, "anmelden", {"sprache": "tuerkisch"}, "k1")
    assert use(town.workflow, token, "anmelden", {"sprache": "tuerkisch"}, "k1").replayed
    assert fired.case.state == "bestaetigt"
    line = town.workflow.history(ids["gast02"])[-1]
    assert (line.event, line.actor) == ("anmelden", "gast02")


def test_what_a_link_does_not_allow_is_refused_with_its_reason(town: Occasion) -> None:
    case = town.plan()
    ids = town.invited(case, guests(2))
    town.go("2020-05-18", 10)
    token = token_in(town.to("gast02")[0])
    for event in ("fehlen", "nachruecken", "gibt_es_nicht", "einladen"):
        with pytest.raises(ForbiddenError) as refused:
            use(town.workflow, token, event, {})
        assert refused.value.code == "link_event"
    with pytest.raises(RefusedError) as early:
        use(town.workflow, token, "abmelden", {})
    assert early.value.code == "event_not_now"
    assert early.value.remedy("de") == "Möglich sind jetzt: anmelden, ablehnen."
    other = token_in(town.to("gast01")[0])
    use(town.workflow, other, "ablehnen", {})
    with pytest.raises(RefusedError) as declined:
        use(town.workflow, other, "anmelden", {})
    assert "Aufsicht" not in declined.value.remedy("de")
    with pytest.raises(ForbiddenError) as wrong:
        look(town.workflow, token[:-4] + "AAAA")
    assert wrong.value.code == "link_invalid"
    town.go("2020-06-02")
    renewed = token_in(town.to("gast02", "Erinnerung")[0])
    town.go("2020-06-18")
    assert look(town.workflow, token).case.id == ids["gast02"]  # thirty days are over; the event was three days ago
    town.go("2020-06-24")
    with pytest.raises(ForbiddenError) as over:
        use(town.workflow, token, "anmelden", {})
    assert over.value.code == "link_expired"
    assert look(town.workflow, renewed).case.id == ids["gast02"]


def test_a_link_tells_nothing_of_the_other_guests(
    town: Occasion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = town.plan()
    _registered(town, case, 3)
    town.go("2020-05-19")
    mails = [mail for mail in town.mails() if "torge.behn" in mail["To"]]
    told = "".join(mail.as_string() for mail in mails)
    vorgang = _command_line(tmp_path / "vorgang.db", monkeypatch, capsys)
    fresh = town.office.composer.style.links
    assert fresh is not None
    (mine,) = (one.id for guest, one in town.registrations(case).items() if guest == "gast02")
    link = fresh._replace(valid_for=fresh.valid_for * 1_000).link(mine, "gast02", town.clock.now())
    told += vorgang("link", "show", link).out + vorgang("link", "show", link, "--json").out
    assert "Torge Behn" in told
    assert not re.search(r"Yal|Aras|gast01|gast03", told)


# --- the page ---


def _command_line(database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vorgang:
    for name, folder in (
        ("LIFECYCLES", "lebenszyklen"),
        ("RULES", "regeln"),
        ("PROFILES", "profile"),
        ("TEMPLATES", "vorlagen"),
    ):
        monkeypatch.setenv(f"VORGANG_{name}", str(EXAMPLE / folder))
    return Vorgang(database, lambda: tuple(capsys.readouterr()))  # type: ignore[arg-type, return-value]


def test_every_command_of_the_page_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VORGANG_MAIL_FOLDER", str(tmp_path / "mail"))
    vorgang = _command_line(tmp_path / "page.db", monkeypatch, capsys)
    meant: dict[str, str] = {}
    shown: list[str] = []
    for line in "".join(blocks(PAGE, "sh")).splitlines():
        if not line.startswith("vorgang "):
            assert line.startswith("export VORGANG_"), line
            continue
        words = [meant.get(word, word) for word in shlex.split(line)[1:]]
        answer = vorgang(*words)
        assert answer.code == 0, (line, answer)
        if words[:2] == ["case", "open"]:
            meant["EVENT"] = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", answer.out)[0]
        if words[0] == "run" and "LINK01" not in meant:
            meant |= {f"LINK{n:02}": _link(tmp_path / "mail", f"gast{n:02}") for n in (1, 2, 3)}
        shown.append(f"{line}\n{answer.out}")
    told = "\n".join(shown)
    assert told.count("Warteliste (Zuhörende)") == 2  # what `link use` says, and the list under the event
    assert "Veranstaltung · eingeladen\n  Fachworkshop Digitale Stadt\n" in told
    assert re.search(r"\d+ Lebenszyklen geprüft, nichts gefunden", told)
    mails = [path.name for path in (tmp_path / "mail").iterdir()]
    assert len([name for name in mails if "_nachgerueckt_" in name]) == 1
    assert len([name for name in mails if "_absage_" in name]) == 2


def _link(folder: Path, guest: str) -> str:
    (mail,) = folder.glob(f"*_{guest}_einladung_*")
    text = mail.read_bytes().replace(b"\r\n", b"\n").replace(b"=\n", b"").decode()
    return str(re.findall(r"http\S+/link/[\w-]+", text)[0])
