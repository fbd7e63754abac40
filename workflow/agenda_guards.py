"""The agenda once members are invited: what stands on it, how long before the session they are told, and who was."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..config.errors import Reason
from ..config.text import Text
from ..states.consultation_results import PLANNED, TAKEN_OFF, treated_on
from ..states.deadlines import compute
from ..states.deputies import MEMBERS
from ..states.registry import Moment, Registry
from ..states.step import Member
from ..states.telling import INVITES
from .council_guards import name_of, town_of

Changes = Mapping[str, Any]

#: The states of a session that does not take place.
_CALLED_OFF = frozenset({"abgesagt", "ausgefallen"})
#: What an item of an agenda says.
_NUMBER, _STOP, _RESULT = "nummer", "beratung", "ergebnis"


def register_agenda(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("keeps_items", least=1)(keeps_items)
    registry.guard("same_items", least=1)(same_items)
    registry.guard("keeps_results", least=2, linked=True)(keeps_results)
    registry.guard("stops_here", least=2, linked=True)(stops_here)
    registry.guard("on_agenda", least=1, linked=True)(on_agenda)
    registry.guard("without_paper", least=2)(without_paper)
    registry.guard("title_or_paper", least=2, most=3)(title_or_paper)
    registry.guard("notice_kept", least=3, most=4)(notice_kept)
    registry.guard("any_uninvited", least=3)(any_uninvited)
    registry.effect(INVITES, least=3, most=5)(note_invited)


def keeps_items(moment: Moment, name: str) -> Reason | None:
    """Every item that stood on the agenda `name` stands on it still."""
    before, after = _before(moment, name), moment.facts.get(name) or ()
    missing = [row for row in before if not any(_goes_on(row, one) for one in after)]
    return Reason("agenda_items_missing", {"items": _numbers(missing)}) if missing else None


def same_items(moment: Moment, name: str) -> Reason | None:
    """As `keeps_items`, and nothing is new: numbers and words may be others, and a title may get its paper."""
    before, after = _before(moment, name), moment.facts.get(name) or ()
    new = _added(before, after)
    if new or len(after) > len(before):
        return Reason("agenda_items_new", {"items": _numbers(new) or "–"})
    return keeps_items(moment, name)


def keeps_results(moment: Moment, link: str, name: str) -> Reason | None:
    """Every item of the agenda `name` that has its result stands on it still, with that result.

    Of one with a paper the stop that the link finds has it, of another the item itself.
    """
    stops, day = moment.situation.linked.get(link, ()), moment.facts.get("tag")
    done = {one.id for one in stops if _was_dealt_with(one, day) and one.state not in TAKEN_OFF}
    settled = [row for row in _before(moment, name) if row.get(_RESULT) is not None or row.get(_STOP) in done]
    after = moment.facts.get(name) or ()
    missing = [
        row for row in settled if not any(_goes_on(row, one) and row.get(_RESULT) == one.get(_RESULT) for one in after)
    ]
    return Reason("agenda_results_missing", {"items": _numbers(missing)}) if missing else None


def stops_here(moment: Moment, link: str, agenda: str) -> Reason | None:
    """What items newly name as their consultation is one that the link finds and that stands there, each named once.

    One that was dealt with on the day does, too, for an agenda is also corrected later. The items are those of the list
    `agenda`, and the one that the event itself gives. What the agenda names already may have gone on since, and stays.
    """
    rows = [row for row in (*(moment.facts.get(agenda) or ()), moment.data) if row.get(_STOP) is not None]
    named, before = [row[_STOP] for row in rows], {row.get(_STOP) for row in _before(moment, agenda)}
    if twice := ", ".join(row[_NUMBER] for row in rows if named.count(row[_STOP]) > 1):
        return Reason("agenda_stop_twice", {"items": twice})
    stops, day = moment.situation.linked.get(link, ()), moment.facts.get("tag")
    here = [one.id for one in stops if _stands_before(one, day)]
    wrong = ", ".join(row[_NUMBER] for row in rows if row[_STOP] not in before and row[_STOP] not in here)
    if not wrong:
        return None
    free = ", ".join(one for one in here if one not in named) or Text("keine", "none")
    body = name_of(moment, moment.facts.get("gremium"))
    return Reason("agenda_stop_elsewhere", {"items": wrong, "body": body, "day": day, "free": free})


def _stands_before(stop: Member, day: Any) -> bool:
    return stop.state == PLANNED or _was_dealt_with(stop, day)


def _was_dealt_with(stop: Member, day: Any) -> bool:
    return stop.closed and treated_on(stop.facts) == day


def on_agenda(moment: Moment, link: str) -> Reason | None:
    """The session that the link finds has the case on its agenda, if its members were invited.

    An agenda that refers to no consultation at all is kept by hand, and says nothing of this one.
    """
    for session in moment.situation.linked.get(link, ()):
        listed = {row.get(_STOP) for row in session.facts.get("tagesordnung") or ()} - {None}
        was_invited = session.state not in _CALLED_OFF and session.facts.get("eingeladene")
        if was_invited and listed and moment.situation.case.id not in listed:
            body = name_of(moment, moment.facts.get("gremium"))
            return Reason("not_on_agenda", {"body": body, "day": moment.facts.get("sitzung")})
    return None


def without_paper(moment: Moment, name: str, number: str) -> Reason | None:
    """The item of the agenda `name` with the number that the event gives is about no paper."""
    item = moment.facts.get(number)
    rows = moment.facts.get(name) or ()
    with_paper = any(row.get(number) == item and row.get(_STOP) is not None for row in rows)
    return Reason("item_has_paper", {"item": item}) if with_paper else None


def title_or_paper(moment: Moment, title: str, stop: str, name: str | None = None) -> Reason | None:
    """The item that the event gives has a title or a consultation, not both; with `name` each of that agenda."""
    rows = [moment.data] if name is None else moment.facts.get(name) or ()
    wrong = [row for row in rows if (row.get(title) is None) == (row.get(stop) is None)]
    return Reason("item_title_or_paper", {"items": _numbers(wrong)}) if wrong else None


def _before(moment: Moment, name: str) -> Any:
    return moment.situation.known.get(name) or ()


def _numbers(rows: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(row["nummer"] for row in rows)


def _added(before: Any, after: Any) -> list[Mapping[str, Any]]:
    """The items of an agenda that did not stand on the one before it."""
    return [row for row in after if not any(_goes_on(one, row) for one in before)]


def _goes_on(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether an item has become that one: it kept its paper or its title, or got a paper under its number."""
    stop, later = before.get(_STOP), after.get(_STOP)
    if stop is None and later is not None:
        return bool(before[_NUMBER] == after[_NUMBER])
    return bool(stop == later if stop is not None else before["titel"] == after.get("titel"))


def notice_kept(moment: Moment, rule: str, day: str, excuse: str, agenda: str | None = None) -> Reason | None:
    """Members hear by the last day that the rule, counted back from the session, allows; or the event says why not.

    A session that stays on its day needs no new notice, nor does one of which the rules name no period. With `agenda`,
    items under which questions are asked need none either: nothing is decided there, and questions come late.
    """
    added = _added(_before(moment, agenda), moment.facts.get(agenda) or ()) if agenda is not None else ()
    if added and all(row.get("fragen") for row in added):
        return None
    rules, session = town_of(moment).rules_on(moment.today), moment.facts.get(day)
    counted = rules.rules.get(rule)
    if counted is None or counted.is_fixed or session is None or moment.data.get(excuse) is not None:
        return None
    if day in moment.data and session == moment.situation.known.get(day):
        return None
    last = compute(counted, event_day=date.fromisoformat(session), calendar=rules.calendar).due_on
    if moment.today <= last:
        return None
    params = {"until": last.isoformat(), "day": session, "norm": counted.norm, "excuse": excuse}
    return Reason("notice_too_short", params)


def any_uninvited(moment: Moment, invited: str, organisation: str, day: str) -> Reason | None:
    """Somebody belongs to the body on the day who is not in the list `invited`."""
    return None if _uninvited(moment, invited, organisation, day) else Reason("all_invited")


def note_invited(
    moment: Moment, invited: str, organisation: str, day: str, late: str | None = None, left: str | None = None
) -> Changes:
    """Keep in the list `invited` who belongs to the body on the day, beside those who were; in `late` who is new.

    With `left`, whoever was invited and does not belong to it on that day is kept there instead.
    """
    members, before = _members(moment, organisation, day), list(moment.facts.get(invited) or ())
    new = [one for one in members if one not in before]
    gone = [one for one in before if one not in members] if left else []
    lists = {invited: [*(one for one in before if one not in gone), *new]}
    return lists | ({late: new} if late else {}) | ({left: gone} if left else {})


def _uninvited(moment: Moment, invited: str, organisation: str, day: str) -> list[str]:
    return [one for one in _members(moment, organisation, day) if one not in (moment.facts.get(invited) or ())]


def _members(moment: Moment, organisation: str, day: str) -> tuple[str, ...]:
    return town_of(moment).holders(f"{organisation}.{MEMBERS}.{day}", moment.facts)
