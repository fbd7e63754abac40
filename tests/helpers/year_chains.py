"""Beratungsfolgen over several bodies in the synthetic year: who advises, decides and takes note, and what is put off.

What people have planned and done is kept here as they did it, apart from what the product says of it.
"""

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.helpers.year_town import BODY, CLERK, COUNCIL, DISTRICTS, ENDS, REMITS
from vorgang.states.queries import CaseSummary
from vorgang.workflow.consultations import stages

if TYPE_CHECKING:
    from tests.helpers.year import Year
    from tests.helpers.year_sessions import Wish

#: What a body decides on, and does not only take note of.
DECIDED = {"antrag", "beschlussvorlage"}
#: So many papers go through several bodies; to so many of these a district takes note of the decision.
_CHAINED, _NOTED = 0.4, 0.5
#: So often the council decides though a committee has still to advise; so often that is then told to leave it.
_UNADVISED, _LEFT = 0.35, 0.5
#: So often a paper is wanted in a session that is nearer than the days in which papers are sent out.
_URGENT = 0.15
#: With what a consultation ends.
ENDINGS: Mapping[str, str] = {
    "beschliessen": "beschlossen",
    "empfehlen": "empfohlen",
    "ablehnen": "abgelehnt",
    "zur_kenntnis_nehmen": "zur_kenntnis_genommen",
    "erledigen": "erledigt",
}


class Treated(NamedTuple):
    """What somebody entered of a consultation."""

    paper: str
    body: str
    role: str
    event: str


def way(year: "Year", case: CaseSummary, day: date) -> list[dict[str, Any]]:
    """The stops of a paper: its body, or a committee, the council, and a district; none if nobody sits any more."""
    body = str(case.facts.get("gremium") or COUNCIL)
    role = "entscheidung" if case.lifecycle in DECIDED else "kenntnisnahme"
    soon = year.random.random() < _URGENT
    unfit = _unfit(year, case, (body, role), day)
    if unfit:
        _try_unfit(year, case, unfit, (body, role), day)
    advises = body if unfit == "role" else None
    if unfit is None and case.lifecycle in DECIDED and year.random.random() < _CHAINED:
        advises = body if body not in {COUNCIL, *DISTRICTS} else year.random.choice(year.committees)
    if advises and (found := _through(year, case, advises, day)):
        return found
    body = COUNCIL if unfit else body
    session = year.session_after(body, day, soon=soon)
    return [_stop(year, body, session, role)] if session else []


def _through(year: "Year", case: CaseSummary, committee: str, day: date) -> list[dict[str, Any]]:
    """Advised in the committee, decided in the council, noted in a district; each after the one before."""
    advised = year.session_after(committee, day)
    decided = year.next_session(COUNCIL, advised) if advised else None
    if advised is None or decided is None or _unfit(year, case, (committee, "vorberatung"), day):
        return []
    found = [_stop(year, committee, advised, "vorberatung"), _stop(year, COUNCIL, decided, "entscheidung")]
    district = year.random.choice(DISTRICTS)
    noted = year.next_session(district, decided) if year.random.random() < _NOTED else None
    return [*found, _stop(year, district, noted, "kenntnisnahme")] if noted else found


def _stop(year: "Year", body: str, session: date, role: str) -> dict[str, Any]:
    """Now and then behind closed doors, though the paper is public."""
    hidden = {"oeffentlich": False} if year.random.random() < 0.1 else {}
    return {"gremium": body, "sitzung": session.isoformat(), "rolle": role, **hidden}


def _unfit(year: "Year", case: CaseSummary, stop: tuple[str, str], day: date) -> str | None:
    """Why a body does not deal with a paper in that role."""
    body, role = stop
    remit = REMITS.get(body, {})
    if case.lifecycle not in remit.get("remit_kinds", (case.lifecycle,)):
        return "kind"
    if role not in remit.get("remit_roles", (role,)):
        return "role"
    return "ended" if body == ENDS and day >= year.ends_on else None


def _try_unfit(year: "Year", case: CaseSummary, why: str, stop: tuple[str, str], day: date) -> None:
    session = year.session_after(stop[0] if why != "ended" else COUNCIL, day)
    if session is not None:
        year.unfit[why] += 1
        wrong = {"gremium": stop[0], "sitzung": session.isoformat(), "rolle": stop[1]}
        year.in_vain("stops_unfit", case, ("auf_tagesordnung_setzen", CLERK, {"beratungsfolge": [wrong]}))


def has_ended(year: "Year", paper: str | None, role: str) -> bool:
    """Whether a stop of a paper in that role is over, as far as people have entered it."""
    return any((one.paper, one.role) == (paper, role) and one.event in ENDINGS for one in year.treated)


def is_chained(year: "Year", paper: str | None) -> bool:
    """Whether a paper goes through several bodies."""
    return any(stop["rolle"] == "vorberatung" for stop in year.planned.get(paper or "", ()))


def waits(year: "Year", case: CaseSummary, day: date) -> bool:
    """Whether a consultation is put off until the body before it is done; now and then nobody waits for that."""
    if not is_chained(year, case.parent_id):
        return False
    before = {"entscheidung": "vorberatung", "kenntnisnahme": "entscheidung"}.get(year.column(case, "role"))
    if before is None or has_ended(year, case.parent_id, before) or not year.session_after_stop(case, day):
        return False
    chance = Random(f"{year.seed} {year.numbers[case.parent_id or '']} {year.day_of_session(case)}").random()
    return before == "entscheidung" or chance >= _UNADVISED


def is_early(year: "Year", case: CaseSummary, event: str) -> bool:
    """Whether a body decides on a paper of which another one is still to advise it."""
    votes = case.lifecycle == "beratung" and event in {"beschliessen", "ablehnen"}
    if not votes or not is_chained(year, case.parent_id) or has_ended(year, case.parent_id, "vorberatung"):
        return False
    return bool(year.column(case, "role") == "entscheidung")


def is_told(year: "Year", case: CaseSummary) -> bool:
    """Whether the Beratungsfolge of its paper says that this comes before somebody has advised."""
    paper = year.case(case.parent_id or "")
    rows = stages(year.workflow, paper, year.workflow.reader(BODY, CLERK))
    return any(row.decided_on == year.day_of_session(case) for row in rows)


def stands(year: "Year", paper: str) -> dict[tuple[str, str], str]:
    """How each stop of a paper stands by what people have entered; nothing of it is asked of the product."""
    found: dict[tuple[str, str], str] = {}
    for stop in year.planned[paper]:
        body, role = stop["gremium"], stop["rolle"]
        entered = [one.event for one in year.treated if one[:3] == (paper, body, role) and one.event in ENDINGS]
        state = ENDINGS[entered[-1]] if entered else "offen"
        if not entered and role == "vorberatung" and paper in year.left:
            state = "erledigt"
        found[body, role] = "nicht_empfohlen" if (role, state) == ("vorberatung", "abgelehnt") else state
    return found


def ends(year: "Year", paper: str) -> list[str]:
    """In which roles the stops of a paper were ended, in the order in which that was entered."""
    return [one.role for one in year.treated if one.paper == paper and one.event in ENDINGS]


def leave_advice(year: "Year", case: CaseSummary) -> "Wish | None":
    """Once the council has decided, the council office may do without the advice; or the committee still gives it."""
    open_ = not has_ended(year, case.id, "vorberatung") and case.id not in year.left
    if open_ and Random(f"{year.seed} {case.number}").random() < _LEFT:
        return "offene_vorberatungen_beenden", CLERK, {"grund": "Der Rat hat entschieden."}
    return None


def to_council(year: "Year", case: CaseSummary, day: date) -> "Wish | None":
    """What a body that ends has left undecided comes before the council."""
    session = year.session_after(COUNCIL, day)
    if case.id not in year.homeless or session is None or len(year.planned[case.id]) > 1:
        return None
    return "auf_tagesordnung_setzen", CLERK, {"beratungsfolge": [_stop(year, COUNCIL, session, "entscheidung")]}
