"""The agendas of the synthetic year, what comes on them after the invitation, and how bodies vote."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from tests.helpers.year_town import BODY, CLERK
from vorgang.states.queries import CaseSummary
from vorgang.workflow.sessions import Free, proposal, session_row, set_agenda

if TYPE_CHECKING:
    from tests.helpers.year import Year
    from tests.helpers.year_sessions import Wish

#: What is sent out so many days before the session is in time.
_NOTICE = timedelta(7)
#: So often what came after the invitation is sent out on a day before the session.
_SENT = 0.15


def counted(random: Random, present: int) -> dict[str, int]:
    """The votes of those who came: mostly clear, now and then as many for it as against it."""
    abstain = random.randint(0, present // 3) if random.random() < 0.4 else 0
    against = random.choice([0, random.randint(0, present - abstain), (present - abstain) // 2])
    return {"ja": present - abstain - against, "nein": against, "enthaltungen": abstain}


def is_carried(votes: Mapping[str, int]) -> bool:
    """More for it than against it."""
    return votes["ja"] > votes["nein"]


def draw_up(year: "Year", case: CaseSummary) -> "Wish":
    """What stands before the session, between the usual items; now and then something without a paper."""
    closed = ("Grundstücke",) if year.random.random() < 0.3 else ()
    rows = proposal(year.workflow, session_row(year.workflow, case.id), Free(closed=closed))
    return "tagesordnung_aufstellen", CLERK, {"tagesordnung": rows}


def put_on(year: "Year", case_id: str, data: Mapping[str, Any]) -> None:
    """The agenda, and on each consultation its number."""
    session, actor = session_row(year.workflow, case_id), year.workflow.actor(BODY, CLERK)
    set_agenda(year.workflow, session, data["tagesordnung"], actor, data.get("abgekuerzt_weil"))


def late_item(year: "Year", case: CaseSummary, day: date, on: date) -> "Wish | None":
    """What came after the invitation is sent out, with a reason where it is too late; else the body votes on it."""
    if day < on and year.random.random() > _SENT:
        return None
    known = {row.get("beratung") for row in case.facts["tagesordnung"]} | year.not_urgent
    if year.waiting_before(case, on) <= known:
        return None
    rows = proposal(year.workflow, session_row(year.workflow, case.id))
    if day < on:
        late = {"abgekuerzt_weil": "Frist der Förderung"} if day > on - _NOTICE else {}
        return "nachladen", CLERK, {"tagesordnung": rows, **late}
    new = next(row for row in rows if row.get("beratung") not in known | {None})
    votes = counted(year.random, year.present(year.column(case, "organization_key"), on))
    wish = "dringlich_aufnehmen", CLERK, {**new, "dringlich_weil": "Es eilt.", **votes}
    if is_carried(votes):
        return wish
    year.not_urgent.add(new["beratung"])
    year.in_vain("majority_missed", case, wish)
    return None
