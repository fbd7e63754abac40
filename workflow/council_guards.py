"""Guards and effects of the council: sessions, stops of a Beratungsfolge, votes and majorities."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ..config.errors import Reason
from ..config.rule_limits import MORE_THAN_HALF
from ..config.text import LANGS, Text
from ..states.consultation_results import role_text
from ..states.registry import Moment, Registry

if TYPE_CHECKING:
    from ..states.town import Session, Town

Changes = Mapping[str, Any]

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
#: What a stop of a Beratungsfolge names.
_BEFORE = 2
_BODY, _DAY, _ROLE = "gremium", "sitzung", "rolle"


def register_council(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("clock_time", least=1)(clock_time)
    registry.guard("later", least=2)(later)
    registry.guard("given", least=1)(given)
    registry.guard("day_reached", least=1)(day_reached)
    registry.guard("exists", least=2)(exists)
    registry.guard("free_day", least=2, sessions=True)(free_day)
    registry.guard("free_room", least=4, sessions=True)(free_room)
    registry.guard("next_session", least=2, sessions=True)(next_session)
    registry.guard("votes_fit", least=3, most=6)(votes_fit)
    registry.guard("majority", least=5)(majority)
    registry.guard("carried", least=5, most=6)(carried)
    registry.guard("lost", least=5, most=6)(lost)
    registry.guard("does", least=2, most=4)(does)
    registry.guard("children_in", least=2, most=6)(children_in)
    registry.guard("rule_known", least=1)(rule_known)
    registry.effect("to_next_session", least=2, sessions=True)(to_next_session)
    registry.effect("place_at_next_session", least=4, sessions=True)(place_at_next_session)
    registry.effect("note_row", least=3, most=9)(note_row)
    registry.effect("append_row", least=2, most=9)(append_row)
    registry.effect("mark", least=1, most=3)(mark)


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


def day_reached(moment: Moment, name: str) -> Reason | None:
    """The day `name` is today or has passed."""
    given = moment.facts.get(name)
    if given is not None and date.fromisoformat(given) > moment.today:
        return Reason("day_not_reached", {"fact": name, "day": given, "today": moment.today.isoformat()})
    return None


def exists(moment: Moment, organisation: str, day: str) -> Reason | None:
    """The organisation exists on the day."""
    body, on = moment.facts.get(organisation), moment.facts.get(day)
    known = town_of(moment).parties.get(body or "")
    if known is None or on is None or known.exists_on(date.fromisoformat(on)):
        return None
    return Reason("body_not_then", {"name": known.name, "day": on, "start": known.start, "end": known.end})


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
                params = {"room": place, "day": on, "body": name_of(moment, body), "begins": one.begins or "–"}
                return Reason("room_taken", params)
    return None


def next_session(moment: Moment, organisation: str, day: str) -> Reason | None:
    """The body has a session planned after the day, and after today."""
    if _following(moment, organisation, day) is not None:
        return None
    return Reason("no_next_session", {"body": name_of(moment, moment.facts.get(organisation))})


def to_next_session(moment: Moment, day: str, organisation: str) -> Changes:
    """The day becomes that of the next session of the body after it."""
    following = _following(moment, organisation, day)
    return {day: following.day.isoformat()} if following else {}


def place_at_next_session(moment: Moment, stops: str, seen: str, organisation: str, role: str) -> Changes:
    """A stop in the next session of the body that stands in `organisation`: alone in `stops`, added to `seen`."""
    following = _following(moment, organisation, "")
    if following is None:
        return {}
    stop = {_BODY: moment.facts.get(organisation), _DAY: following.day.isoformat(), _ROLE: role}
    return {stops: [stop], seen: [*records(moment, seen), stop]}


def _following(moment: Moment, organisation: str, day: str) -> "Session | None":
    known = moment.facts.get(day)
    after = max(moment.today, date.fromisoformat(known)) if known else moment.today
    return town_of(moment).next_session(moment.facts.get(organisation) or "", after)


def votes_fit(moment: Moment, organisation: str, day: str, *votes: str) -> Reason | None:
    """No more votes (fields with numbers) than the body has members with a vote on the day; none is below zero."""
    given = [moment.data.get(name) or 0 for name in votes]
    if any(number < 0 for number in given):
        return Reason("votes_negative", {"votes": ", ".join(map(str, given))})
    body, on = moment.facts.get(organisation), moment.facts.get(day)
    members = town_of(moment).votes_in(body or "", date.fromisoformat(on) if on else moment.today)
    if members is None or sum(given) <= members:
        return None
    return Reason("votes_too_many", {"votes": sum(given), "members": members, "body": name_of(moment, body)})


def majority(moment: Moment, name: str, organisation: str, day: str, yes: str, no: str) -> Reason | None:
    """The votes reach the majority that the rule set of the town asks for under `name`; without one, the plain one."""
    vote = _vote(moment, name, _Fields(organisation, day, yes, no))
    return None if vote.reached else Reason("majority_missed", vote.told)


def carried(moment: Moment, name: str, *fields: str) -> Reason | None:
    """The votes are a `majority`, or nobody has counted any; a last field may name another majority of the rules.

    With as many in favour as against, the motion is lost.
    """
    return _as_voted(moment, name, _Fields(*fields), "vote_lost")


def lost(moment: Moment, name: str, *fields: str) -> Reason | None:
    """The votes are no `majority`, or nobody has counted any; otherwise as `carried`."""
    return _as_voted(moment, name, _Fields(*fields), "vote_carried")


class _Fields(NamedTuple):
    """The fields of a vote."""

    organisation: str
    day: str
    yes: str
    no: str
    #: The one that names another majority.
    other: str = ""


class _Vote(NamedTuple):
    reached: bool
    #: What is told of it.
    told: dict[str, Any]


def _as_voted(moment: Moment, name: str, fields: _Fields, code: str) -> Reason | None:
    if moment.data.get(fields.yes) is None and moment.data.get(fields.no) is None:
        return None
    named, known = moment.data.get(fields.other), town_of(moment).rules_on(moment.today).majorities
    if named is not None and named not in known:
        return Reason("majority_unknown", {"name": named, "known": ", ".join(sorted(known)) or "–"})
    vote = _vote(moment, named or name, fields)
    return None if vote.reached == (code == "vote_lost") else Reason(code, vote.told)


def _vote(moment: Moment, name: str, fields: _Fields) -> _Vote:
    ayes, noes = (int(moment.data.get(one) or 0) for one in (fields.yes, fields.no))
    body, on = moment.facts.get(fields.organisation), moment.facts.get(fields.day)
    members = town_of(moment).votes_in(body or "", date.fromisoformat(on) if on else moment.today)
    wanted = town_of(moment).rules_on(moment.today).majorities.get(name)
    share, whole, norm = (wanted.text, wanted.of, wanted.norm) if wanted else (MORE_THAN_HALF, "abgegebene", "–")
    counted = members if whole == "gesetzliche" and members is not None else ayes + noes
    reached = wanted.reached(ayes, noes, members) if wanted else ayes > noes
    told = {"yes": ayes, "no": noes, "whole": counted, "share": share, "norm": norm}
    return _Vote(reached, told)


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


def append_row(moment: Moment, rows: str, *parts: str) -> Changes:
    """Add a record of the inputs `parts` to the list `rows`; they are no facts of their own."""
    row = {part: moment.data[part] for part in parts if moment.data.get(part) is not None}
    return {rows: [*records(moment, rows), row], **dict.fromkeys(parts)}


def mark(moment: Moment, name: str, child: str | None = None, state: str = "") -> Changes:
    """From now on `name` holds; with a kind of child only if one of them stands in the state."""
    return {name: True} if child is None or children_in(moment, child, state) is None else {}


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
