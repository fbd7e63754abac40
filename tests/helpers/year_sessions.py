"""What happens in the sessions of the synthetic year: votes, amendments, questions, and what is tried in vain."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.helpers.year_agendas import counted, draw_up, is_carried, late_item
from tests.helpers.year_chains import DECIDED, is_chained, waits, way
from tests.helpers.year_town import BODY, CLERK, ENDS, REMITS
from vorgang.states.queries import CaseSummary

if TYPE_CHECKING:
    from tests.helpers.year import Year

Wish = tuple[str, str, dict[str, Any]]
Wishes = Callable[["Year", CaseSummary, date], Wish | None]

#: Of so many sessions another day is found, on a Friday, on which nobody sits.
_MOVED = 0.05
#: So often somebody tries what is not allowed, before they do what is.
_TRIED = 0.15
#: So often a body takes a paper off its agenda, refers it to another one, or puts it off.
_REMOVED, _REFERRED, _POSTPONED = 0.05, 0.1, 0.1
#: So often it leaves something undone in the last session that it ever has.
_UNDONE = 0.5


def schedule(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """Before its bodies; without a session any more what could be noted is closed."""
    stops = way(year, case, day)
    if not stops:
        why = {"grund": "keine Sitzung mehr in diesem Jahr"} if case.lifecycle in DECIDED else {}
        return ("abschliessen", CLERK, why) if case.state == "beantwortet" else None
    return "auf_tagesordnung_setzen", CLERK, {"beratungsfolge": stops}


def treat(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """On the day of the session, or when somebody notices that it is over."""
    if case.due_on is None or case.due_on > day:
        return None
    body, known = year.column(case, "organization_key"), year.is_listed(case)
    pending = case.facts.get("aenderungsantraege_offen")
    if not known and not pending and year.column(case, "role") == "entscheidung":  # members were not told of it
        year.in_vain("not_on_agenda", case, ("beschliessen", CLERK, {"ja": year.seats[body], "nein": 0}))
    chance = year.random.random() if known else _REMOVED + _REFERRED
    if waits(year, case, day):
        return "vertagen", CLERK, {"grund": "Das andere Gremium berät zuerst."}
    undone = body == ENDS and not year.session_after_stop(case, day) and year.random.random() < _UNDONE
    if undone or chance < _REMOVED:
        return "absetzen", CLERK, {"grund": "nicht mehr erreicht" if undone else "Unterlagen fehlen"}
    if chance < _REMOVED + _REFERRED:
        return _refer(year, case, body, day) or _result(year, case, body)
    if chance < _REMOVED + _REFERRED + _POSTPONED and (year.session_after_stop(case, day) or not known):
        event = "vertagen" if year.session_after_stop(case, day) else "absetzen"
        return event, CLERK, {"grund": "Beratungsbedarf" if known else "nicht auf der Tagesordnung"}
    return _result(year, case, body)


def _result(year: "Year", case: CaseSummary, body: str) -> Wish | None:
    """What the body decides or recommends; of a paper that it is only told of it takes note."""
    role = year.column(case, "role")
    if role == "kenntnisnahme":
        return "zur_kenntnis_nehmen", CLERK, {}
    seats, votes = year.seats[body], counted(year.random, year.present(body, year.day_of_session(case)))
    adopt = "beschliessen" if role == "entscheidung" else "empfehlen"
    if role == "entscheidung" and case.facts.get("aenderungsantraege_offen"):  # they are decided first
        if year.random.random() < _TRIED:
            year.in_vain("amendments_pending", case, (adopt, CLERK, {"ja": seats, "nein": 0}))
        return None
    _try_in_vain(year, case, (adopt, "ablehnen"), votes, seats, {})
    return (adopt if is_carried(votes) else "ablehnen"), CLERK, votes


def _refer(year: "Year", case: CaseSummary, body: str, day: date) -> Wish | None:
    """To another body that sits once more, for its opinion or for a decision; only by the body it was for first."""
    other = year.random.choice([one for one in year.bodies if one != body and "remit_kinds" not in REMITS.get(one, {})])
    session = year.session_after(other, day, soon=True)
    paper = year.case(case.parent_id or "")
    if session is None or paper.lifecycle == "beratung" or is_chained(year, paper.id):
        return None
    role = year.column(case, "role")
    if role == "entscheidung" and (other in REMITS or year.random.random() < 0.5):
        role = "vorberatung"
    stop = {"gremium": other, "sitzung": session.isoformat(), "rolle": role}
    return "verweisen", CLERK, {"verweisung": stop, "grund": "Fachfragen"}


def settle(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """What was taken off an agenda, or comes back from another body, comes to the next session; some is not wanted."""
    body = year.column(case, "organization_key")
    session = year.session_after(body, day)
    if session is None and body == ENDS and year.left_undecided(case):
        return None
    if session is None or year.random.random() < 0.1:
        return "erledigen", CLERK, {}
    return "neu_ansetzen", CLERK, {"sitzung": session.isoformat()}


def _try_in_vain(
    year: "Year", case: CaseSummary, ways: tuple[str, str], votes: dict[str, int], seats: int, said: dict[str, Any]
) -> None:
    """Somebody enters the opposite of what was voted, or more votes than there are."""
    adopt, reject = ways
    if year.random.random() < _TRIED:
        code, event = ("vote_carried", reject) if is_carried(votes) else ("vote_lost", adopt)
        year.in_vain(code, case, (event, CLERK, {**said, **votes}))
    if year.random.random() < _TRIED:
        year.in_vain("votes_too_many", case, (adopt, CLERK, {**said, "ja": seats, "nein": 0, "enthaltungen": 1}))


def amend(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """To some papers one amendment is moved, to few a second one."""
    if case.id in year.weighed or year.random.random() > 0.35:
        year.weighed.add(case.id)
        return None
    moved = {"betreff": "Änderung", "fragesteller": year.asker(day), "wortlaut": "Es geschieht später."}
    return "aenderungsantrag_einbringen", CLERK, {"aenderungsantrag": moved}


def decide_amendment(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """In the session in which the paper itself is dealt with; some are taken over or withdrawn there."""
    stop = year.stop_of(case.parent_id or "")
    session = year.day_of_session(stop) if stop else None
    if stop is None or session is None or session > day or waits(year, stop, day):
        return None
    body = year.column(stop, "organization_key")
    said = {"gremium": body, "sitzung": session.isoformat()}
    chance = year.random.random()
    if chance < 0.1:
        return "uebernehmen", CLERK, {"sitzung": session.isoformat()}
    if chance < 0.2:
        return "zurueckziehen", case.facts["fragesteller"], {}
    votes = counted(year.random, year.present(body, session))
    _try_in_vain(year, case, ("annehmen", "ablehnen"), votes, year.seats[body], said)
    return ("annehmen" if is_carried(votes) else "ablehnen"), CLERK, {**said, **votes}


def hold(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """Invite ten days ahead; on the day it is held, or falls away."""
    soon = day + timedelta(10)
    on = year.day_of_session(case) if case.due_on and case.due_on <= soon else None  # what is due comes by that day
    if on is None or on > soon:
        return None
    if case.state == "geplant" and on > day:
        return _prepare(year, case, day, on)
    late = late_item(year, case, day, on) if case.state == "eingeladen" else None
    if on > day:
        return ("absagen", CLERK, {"grund": "kein Stoff"}) if year.random.random() < 0.01 else late
    if year.random.random() < 0.02:
        return "ausfallen", CLERK, {"grund": "beschlussunfähig"}
    return late or ("durchfuehren", CLERK, {"anwesend": year.present(year.column(case, "organization_key"), on)})


def _prepare(year: "Year", case: CaseSummary, day: date, on: date) -> Wish:
    if "tagesordnung" in case.facts:
        return "einladen", CLERK, {"abgekuerzt_weil": "Eile"} if on < day + timedelta(7) else {}
    if year.random.random() < _MOVED:
        friday = on + timedelta(4 - on.weekday())
        return "verlegen", CLERK, {"tag": friday.isoformat(), "grund": "Raum belegt"}
    return draw_up(year, case)


def reply(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """A question is answered in its session, at once or by an office afterwards."""
    if case.due_on is None or case.due_on > day:
        return None
    if year.random.random() < 0.5:
        return "muendlich_beantworten", CLERK, {"antwort": "So ist es."}
    return in_writing(year, case, day)


def in_writing(year: "Year", _case: CaseSummary, _day: date) -> Wish:
    """An office answers it."""
    return "schriftlich_verweisen", CLERK, {"federfuehrung": year.random.choice(year.offices)}


# --- residents ---


def ask_as_resident(year: "Year", data: dict[str, Any], day: date) -> None:
    """A question in time for a session; some ask too late, too much in one, or too often."""
    town, body = year.workflow.directory.town(BODY), data["gremium"]
    asked = {name: data[name] for name in ("gremium", "betreff")} | {"frage": "Wie steht es damit?"}
    asked["name"] = f"Person aus {data['betreff']}"
    near, session = (town.next_session(body, day + timedelta(days)) for days in (0, 20))
    if near is not None and near.day <= day + timedelta(13):
        year.in_vain("question_too_late", None, ("einwohnerfrage", CLERK, {**asked, "sitzung": near.day.isoformat()}))
    if session is None:
        return
    asked["sitzung"] = session.day.isoformat()
    if year.random.random() < _TRIED:
        parts = {"unterfragen": ["Wann?", "Wo?", "Warum?"]}
        year.in_vain("question_parts_many", None, ("einwohnerfrage", CLERK, {**asked, **parts}))
    year.open("einwohnerfrage", {**asked, "unterfragen": ["Wann?", "Wo?"]})
    if year.random.random() < 0.3:
        year.open("einwohnerfrage", asked)
        year.in_vain("questions_used_up", None, ("einwohnerfrage", CLERK, asked))


def admit(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """If the question time is full, the question comes to the next session with room; until there is one, it waits."""
    if year.random.random() < 0.08:
        return "zurueckweisen", CLERK, {"ablehnung": "zustaendigkeit", "grund": "nicht zuständig"}
    if not _session_after(year, case, day):
        return in_writing(year, case, day)
    return ("zulassen", CLERK, {}) if _offered(year, case, "zulassen") else None


def reply_to_resident(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """As other questions; what was not reached is carried over, but only once."""
    if case.due_on is None or case.due_on > day:
        return None
    if _session_after(year, case, day) and year.random.random() < 0.3:
        carry: Wish = ("uebertragen", CLERK, {"grund": "nicht erreicht"})
        if not case.facts.get("uebertragungen"):
            return carry if _offered(year, case, "uebertragen") else None
        year.in_vain("question_carried_often", case, carry)
    return reply(year, case, day)


def _offered(year: "Year", case: CaseSummary, event: str) -> bool:
    offers = year.workflow.available(case.id, year.workflow.actor(BODY, CLERK))
    return any(one.event == event and one.allowed for one in offers)


def _session_after(year: "Year", case: CaseSummary, day: date) -> bool:
    known = date.fromisoformat(case.facts["sitzung"])
    return year.workflow.directory.town(BODY).next_session(case.facts["gremium"], max(day, known)) is not None
