"""Guards and effects of the council: sessions and stops of a Beratungsfolge."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ..config.errors import Reason
from ..config.text import LANGS, Text
from ..states.consultation_results import ENDINGS, STRUCK, role_text
from ..states.registry import Moment, Registry
from .question_guards import in_session

if TYPE_CHECKING:
    from ..states.town import Session, Town

Changes = Mapping[str, Any]

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_BEFORE = 2
#: What a stop of a Beratungsfolge names.
_BODY, _DAY, _ROLE = "gremium", "sitzung", "rolle"


def register_council(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("clock_time", least=1)(clock_time)
    registry.guard("later", least=2)(later)
    registry.guard("given", least=1)(given)
    registry.guard("unknown_before", least=1)(unknown_before)
    registry.guard("day_reached", least=1)(day_reached)
    registry.guard("exists", least=1, most=2)(exists)
    registry.guard("meets", least=1)(meets)
    registry.guard("only_one", alike=True)(only_one)
    registry.guard("free_day", least=2, sessions=True)(free_day)
    registry.guard("free_room", least=4, sessions=True)(free_room)
    registry.guard("next_session", least=2, most=9, sessions=True)(next_session)
    registry.guard("does", least=2, most=4)(does)
    registry.guard("children_in", least=2, most=6)(children_in)
    registry.guard("rule_known", least=1)(rule_known)
    registry.effect("to_next_session", least=2, most=9, sessions=True)(to_next_session)
    registry.effect("place_at_next_session", least=4, sessions=True)(place_at_next_session)
    registry.effect("note_row", least=3, most=9)(note_row)
    registry.effect("strike_result", least=1, most=20)(strike_result)
    registry.effect("append_row", least=2, most=9)(append_row)
    registry.effect("mark", least=1, most=3)(mark)
    registry.effect("unmark", least=1)(unmark)


def clock_time(moment: Moment, name: str) -> Reason | None:
    """`name` is a time of day such as 16:00; one not given does not offend."""
    given = moment.facts.get(name)
    if given is None or _CLOCK_TIME.fullmatch(given):
        return None
    return Reason("clock_time_wrong", {"fact": name, "value": given})


def later(moment: Moment, begins: str, ends: str) -> Reason | None:
    """The time `ends` is later than `begins`; one not given does not offend."""
    first, last = moment.facts.get(begins), moment.facts.get(ends)
    if first is None or last is None or first < last:
        return None
    return Reason("time_not_later", {"fact": ends, "value": last, "other": begins, "least": first})


def given(moment: Moment, name: str) -> Reason | None:
    """The event itself says `name`."""
    return Reason("fact_missing", {"fact": name}) if moment.data.get(name) is None else None


def unknown_before(moment: Moment, name: str) -> Reason | None:
    """Before the event the case knew nothing under `name`."""
    known = moment.situation.known.get(name)
    return None if known is None else Reason("fact_known", {"fact": name, "value": str(known)})


def day_reached(moment: Moment, name: str) -> Reason | None:
    """The day `name` is today or has passed."""
    given = moment.facts.get(name)
    if given is not None and date.fromisoformat(given) > moment.today:
        return Reason("day_not_reached", {"fact": name, "day": given, "today": moment.today.isoformat()})
    return None


def exists(moment: Moment, organisation: str, day: str | None = None) -> Reason | None:
    """The organisation exists on the day; without one today."""
    body, on = moment.facts.get(organisation), moment.facts.get(day) if day else moment.today.isoformat()
    known = town_of(moment).parties.get(body or "")
    if known is None or on is None or known.exists_on(date.fromisoformat(on)):
        return None
    return Reason(
        "body_not_then", {"name": known.name, "day": on, "start": known.start or "…", "end": known.end or "…"}
    )


def meets(moment: Moment, organisation: str) -> Reason | None:
    """The organisation is a body of the council, which meets in sessions."""
    body = town_party(moment, moment.facts.get(organisation))
    return None if body is None or body.is_council_body else Reason("no_council_body", {"name": body.name})


def only_one(moment: Moment) -> Reason | None:
    """The office that the opening names leads no other open case of this kind."""
    others = moment.situation.alike
    return Reason("open_already", {"case": others[0]}) if others else None


def free_day(moment: Moment, organisation: str, day: str) -> Reason | None:
    """The body has no other session on the day."""
    body = moment.facts.get(organisation, "")
    others = [one for one in _others(moment, body) if one.day.isoformat() == moment.facts.get(day)]
    return Reason("session_twice", {"body": name_of(moment, body), "day": moment.facts.get(day)}) if others else None


def free_room(moment: Moment, room: str, day: str, begins: str, ends: str) -> Reason | None:
    """Nobody else sits in the room at that time; without a room nobody is in the way.

    A session without an end lasts until the end of the day.
    """
    place, on = moment.facts.get(room), moment.facts.get(day)
    if place is None or on is None:
        return None
    first, last = moment.facts.get(begins) or "00:00", moment.facts.get(ends) or "24:00"
    for body in town_of(moment).sessions:
        for one in _others(moment, body):
            same_place = one.day.isoformat() == on and _same_room(one.location, place)
            if same_place and (one.begins or "00:00") < last and first < (one.ends or "24:00"):
                until = {"begins": one.begins or "00:00", "ends": one.ends or "24:00"}
                return Reason("room_taken", {"room": place, "day": on, "body": name_of(moment, body), **until})
    return None


def next_session(moment: Moment, organisation: str, day: str, *room: str) -> Reason | None:
    """The body has a session planned after the day, and after today; with `room` one that has room for the question.

    `room` is the name of a limit, and the states in which a question takes up time there.
    """
    if _following(moment, organisation, day, room) is not None:
        return None
    known = room and _following(moment, organisation, day)
    code = "no_session_with_room" if known else "no_next_session"
    return Reason(code, {"body": name_of(moment, moment.facts.get(organisation))})


def to_next_session(moment: Moment, day: str, organisation: str, *room: str) -> Changes:
    """The day becomes that of the next session of the body after it, as in `next_session`."""
    following = _following(moment, organisation, day, room)
    return {day: following.day.isoformat()} if following else {}


def place_at_next_session(moment: Moment, stops: str, seen: str, organisation: str, role: str) -> Changes:
    """A stop in the next session of the body that stands in `organisation`: alone in `stops`, added to `seen`."""
    following = _following(moment, organisation, "")
    if following is None:
        return {}
    stop = {_BODY: moment.facts.get(organisation), _DAY: following.day.isoformat(), _ROLE: role}
    return {stops: [stop], seen: [*records(moment, seen), stop]}


def _following(moment: Moment, organisation: str, day: str, room: Sequence[str] = ()) -> "Session | None":
    known = moment.facts.get(day)
    after = max(moment.today, date.fromisoformat(known)) if known else moment.today
    later = town_of(moment).sessions_after(moment.facts.get(organisation) or "", after)
    return next((one for one in later if not room or in_session(moment, one.day.isoformat(), *room) is None), None)


def does(moment: Moment, name: str, *roles: str) -> Reason | None:
    """The body deals with the paper in one of these roles, which the field `name` holds."""
    role = moment.facts.get(name)
    if role in roles:
        return None
    wanted = [text for one in roles if (text := role_text(one))]
    listed = Text(*(", ".join(text.in_(lang) for text in wanted) for lang in LANGS))
    return Reason("role_does_other", {"role": role_text(role) or "–", "roles": listed})


def children_in(moment: Moment, child: str, *states: str) -> Reason | None:
    """Some child of that kind stands in one of the states."""
    some = any(count.child == child and count.state in states for count in moment.situation.children)
    return None if some else Reason("children_not_in", {"child": child, "states": ", ".join(states)})


def rule_known(moment: Moment, name: str) -> Reason | None:
    """The rule set of the town has the rule `name`."""
    known = name in town_of(moment).rules_on(moment.today).rules
    return None if known else Reason("rule_not_here", {"rule": name})


def note_row(moment: Moment, rows: str, first: str, value: str, *parts: str) -> Changes:
    """Add a record to the list `rows`: `first` with the fixed text `value`, and `parts`.

    The first two parts as they were before the event (else as it gives them), the others as the event gives them.
    """
    before = {part: moment.situation.known.get(part, moment.data.get(part)) for part in parts[:_BEFORE]}
    given = {part: moment.data.get(part) for part in parts[_BEFORE:]}
    row = {name: part for name, part in {**before, **given}.items() if part is not None}
    return {rows: [*records(moment, rows), {first: value, **row}]}


def strike_result(moment: Moment, rows: str, *said: str) -> Changes:
    """Whatever was `said` with the result is forgotten, and the last record of the list `rows` is one by mistake.

    Unless the case went on with it to another session, or has come back from another body: that was so.
    """
    kept, forgotten = records(moment, rows), dict.fromkeys(said)
    if not kept or kept[-1].get("ergebnis") not in {*ENDINGS, moment.situation.case.state}:
        return forgotten
    return {**forgotten, rows: [*kept[:-1], {**kept[-1], STRUCK: True}]}


def append_row(moment: Moment, rows: str, *parts: str) -> Changes:
    """Add a record of the inputs `parts` to the list `rows`; they are no facts of their own."""
    row = {part: moment.data[part] for part in parts if moment.data.get(part) is not None}
    return {rows: [*records(moment, rows), row], **dict.fromkeys(parts)}


def mark(moment: Moment, name: str, child: str | None = None, state: str = "") -> Changes:
    """From now on `name` holds; with a kind of child only if one of them stands in the state."""
    return {name: True} if child is None or children_in(moment, child, state) is None else {}


def unmark(_moment: Moment, name: str) -> Changes:
    """From now on `name` does not hold."""
    return {name: False}


def town_party(moment: Moment, key: Any) -> Any:
    """The party of that key, or None."""
    return town_of(moment).parties.get(key or "")


def _others(moment: Moment, body: str) -> Iterator["Session"]:
    """The sessions of a body but the one that the case is about."""
    own = moment.situation.case.record_id
    return (one for one in town_of(moment).sessions.get(body, ()) if one.id != own)


def _same_room(one: str | None, other: str) -> bool:
    return one is not None and "".join(one.split()).casefold() == "".join(other.split()).casefold()


def records(moment: Moment, name: str) -> list[dict[str, Any]]:
    """The records of a list by its name, or the only one."""
    given = moment.facts.get(name) or ()
    return [given] if isinstance(given, dict) else [dict(one) for one in given]


def name_of(moment: Moment, key: Any) -> str:
    """What a party is called."""
    return town_of(moment).names.get(key or "", str(key))


def town_of(moment: Moment) -> "Town":
    """The municipality."""
    if moment.town is None:
        raise LookupError("town")  # only where a guard is called without an engine
    return moment.town
