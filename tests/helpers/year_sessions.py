"""What happens in the sessions of the synthetic year: votes, amendments, questions, and what is tried in vain."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from tests.helpers.year_town import BODY, CLERK
from vorgang.states.queries import CaseSummary

if TYPE_CHECKING:
    from tests.helpers.year import Year

Wish = tuple[str, str, dict[str, Any]]
Wishes = Callable[["Year", CaseSummary, date], Wish | None]

#: What a body decides on, and does not only take note of.
DECIDED = {"antrag", "beschlussvorlage"}
#: Of so many sessions another day is found, on a Friday, on which nobody sits.
_MOVED = 0.05
#: So often somebody tries what is not allowed, before they do what is.
_TRIED = 0.15


def counted(random: Random, present: int) -> dict[str, int]:
    """The votes of those who came: mostly clear, now and then as many for it as against it."""
    abstain = random.randint(0, present // 3) if random.random() < 0.4 else 0
    against = random.choice([0, random.randint(0, present - abstain), (present - abstain) // 2])
    return {"ja": present - abstain - against, "nein": against, "enthaltungen": abstain}


def schedule(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """On the agenda of the next session of its body; now and then behind closed doors, though the paper is public."""
    body = str(case.facts.get("gremium") or "rat")
    session = year.session_after(body, day)
    if session is None:
        why = {"grund": "keine Sitzung mehr in diesem Jahr"} if case.lifecycle in DECIDED else {}
        return ("abschliessen", CLERK, why) if case.state == "beantwortet" else None
    role = "entscheidung" if case.lifecycle in DECIDED else "kenntnisnahme"
    stop: dict[str, Any] = {"gremium": body, "sitzung": session.isoformat(), "rolle": role}
    if year.random.random() < 0.1:
        stop["oeffentlich"] = False
    return "auf_tagesordnung_setzen", CLERK, {"beratungsfolge": [stop]}


def treat(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """On the day of the session, or when somebody notices that it is over."""
    if case.due_on is None or case.due_on > day:
        return None
    if year.random.random() < 0.1 and year.session_after_stop(case, day):
        return "vertagen", CLERK, {"grund": "Beratungsbedarf"}
    if (year.case(case.parent_id or "").lifecycle) not in DECIDED:
        return "zur_kenntnis_nehmen", CLERK, {}
    body = year.column(case, "organization_key")
    seats, votes = year.seats[body], counted(year.random, year.present(body, year.day_of_session(case)))
    if case.facts.get("aenderungsantraege_offen"):  # they are decided first
        if year.random.random() < _TRIED:
            year.in_vain("amendments_pending", case, ("beschliessen", CLERK, {"ja": seats, "nein": 0}))
        return None
    _try_in_vain(year, case, ("beschliessen", "ablehnen"), votes, seats, {})
    return ("beschliessen" if _carried(votes) else "ablehnen"), CLERK, votes


def _carried(votes: dict[str, int]) -> bool:
    return votes["ja"] > votes["nein"]


def _try_in_vain(
    year: "Year", case: CaseSummary, ways: tuple[str, str], votes: dict[str, int], seats: int, said: dict[str, Any]
) -> None:
    """Somebody enters the opposite of what was voted, or more votes than there are."""
    adopt, reject = ways
    if year.random.random() < _TRIED:
        code, event = ("vote_carried", reject) if _carried(votes) else ("vote_lost", adopt)
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
    if stop is None or session is None or session > day:
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
    return ("annehmen" if _carried(votes) else "ablehnen"), CLERK, {**said, **votes}


def hold(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """Invite ten days ahead; on the day it is held, or falls away."""
    soon = day + timedelta(10)
    on = year.day_of_session(case) if case.due_on and case.due_on <= soon else None  # what is due comes by that day
    if on is None or on > soon:
        return None
    if case.state == "geplant" and on > day:
        return _prepare(year, case, day, on)
    if on > day:
        return ("absagen", CLERK, {"grund": "kein Stoff"}) if year.random.random() < 0.01 else None
    if year.random.random() < 0.02:
        return "ausfallen", CLERK, {"grund": "beschlussunfähig"}
    return "durchfuehren", CLERK, {"anwesend": year.present(year.column(case, "organization_key"), on)}


def _prepare(year: "Year", case: CaseSummary, day: date, on: date) -> Wish:
    if "tagesordnung" in case.facts:
        return "einladen", CLERK, {"abgekuerzt_weil": "Eile"} if on < day + timedelta(7) else {}
    if year.random.random() < _MOVED:
        friday = on + timedelta(4 - on.weekday())
        return "verlegen", CLERK, {"tag": friday.isoformat(), "grund": "Raum belegt"}
    items: list[dict[str, Any]] = [{"nummer": "Ö 1", "titel": "Eröffnung"}]
    if year.random.random() < 0.3:
        items.append({"nummer": "N 1", "titel": "Grundstücke", "nichtoeffentlich": True})
    return "tagesordnung_aufstellen", CLERK, {"tagesordnung": items}


def reply(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """A question is answered in its session, at once or by an office afterwards."""
    if case.due_on is None or case.due_on > day:
        return None
    if year.random.random() < 0.5:
        return "muendlich_beantworten", CLERK, {"antwort": "So ist es."}
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


def admit(year: "Year", case: CaseSummary, day: date) -> Wish:
    """If the question time is full, the question comes to the next session; where there is none, it is answered."""
    if year.random.random() < 0.08:
        return "zurueckweisen", CLERK, {"ablehnung": "zustaendigkeit", "grund": "nicht zuständig"}
    if not _session_after(year, case, day):
        return "schriftlich_verweisen", CLERK, {"federfuehrung": year.random.choice(year.offices)}
    return "zulassen", CLERK, {}


def reply_to_resident(year: "Year", case: CaseSummary, day: date) -> Wish | None:
    """As other questions; what was not reached is carried over, but only once."""
    if case.due_on is None or case.due_on > day:
        return None
    if _session_after(year, case, day) and year.random.random() < 0.3:
        carry: Wish = ("uebertragen", CLERK, {"grund": "nicht erreicht"})
        if not case.facts.get("uebertragungen"):
            return carry
        year.in_vain("question_carried_often", case, carry)
    return reply(year, case, day)


def _session_after(year: "Year", case: CaseSummary, day: date) -> bool:
    known = date.fromisoformat(case.facts["sitzung"])
    return year.workflow.directory.town(BODY).next_session(case.facts["gremium"], max(day, known)) is not None
