"""Guards of votes: how many may be counted, and which majority they are by the rules of the day of the session."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ..config.errors import Reason
from ..config.rule_limits import MORE_THAN_HALF
from ..config.text import LANGS, Text
from ..states.registry import Moment, Registry
from .council_guards import name_of, records, town_of

#: Votes in favour and against.
_BOTH = 2


def register_votes(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("votes_fit", least=3, most=6)(votes_fit)
    registry.guard("attendance_fits", least=3)(attendance_fits)
    registry.guard("votes_present", least=3, most=6, linked=True)(votes_present)
    registry.guard("votes_within", least=2, most=5)(votes_within)
    registry.guard("present_fit", least=5, most=8, linked=True)(present_fit)
    registry.guard("majority", least=5)(majority)
    registry.guard("carried", least=5, most=6)(carried)
    registry.guard("lost", least=5, most=6)(lost)


def votes_fit(moment: Moment, organisation: str, day: str, *votes: str) -> Reason | None:
    """No more votes (fields with numbers) than the body has members with a vote on the day; none is below zero.

    Of several the first two are those in favour and against: whoever counts the others counts these.
    """
    counted = [name for name in votes if moment.data.get(name) is not None]
    if counted and len(votes) > _BOTH and set(counted).isdisjoint(votes[:_BOTH]):
        return _half_counted(*votes[:_BOTH])
    given = [moment.data.get(name) or 0 for name in votes]
    if any(number < 0 for number in given):
        return Reason("votes_negative", {"votes": ", ".join(map(str, given))})
    body = moment.facts.get(organisation)
    members = town_of(moment).votes_in(body or "", _day(moment, day))
    if members is None or sum(given) <= members:
        return None
    return Reason("votes_too_many", {"votes": sum(given), "members": members, "body": name_of(moment, body)})


def attendance_fits(moment: Moment, organisation: str, day: str, present: str) -> Reason | None:
    """Whoever says how many were `present` names somebody, and no more than the body has members with a vote."""
    number = moment.data.get(present)
    if number is None:
        return None
    body = moment.facts.get(organisation)
    if number < 1:
        return Reason("nobody_present", {"present": number, "body": name_of(moment, body)})
    members = town_of(moment).votes_in(body or "", _day(moment, day))
    if members is None or number <= members:
        return None
    return Reason("present_too_many", {"present": number, "members": members, "body": name_of(moment, body)})


def votes_present(moment: Moment, link: str, present: str, *votes: str) -> Reason | None:
    """No more votes than were present in the session that the link finds, as far as the fact `present` there says."""
    counted = [int(one.facts[present]) for one in moment.situation.linked.get(link, ()) if present in one.facts]
    given = sum(int(moment.data.get(name) or 0) for name in votes)
    if not counted or given <= min(counted):
        return None
    return Reason("votes_above_present", {"votes": given, "present": min(counted)})


def votes_within(moment: Moment, present: str, *votes: str) -> Reason | None:
    """No more votes than the fact `present` says."""
    number = moment.facts.get(present)
    given = sum(int(moment.data.get(name) or 0) for name in votes)
    if number is None or given <= int(number):
        return None
    return Reason("votes_above_present", {"votes": given, "present": number})


def present_fit(moment: Moment, link: str, amendments: str, agenda: str, present: str, *votes: str) -> Reason | None:
    """On no stop or amendment that the links find, nor on the urgency of an item, more voted than were `present`.

    So many as the event says. All such items are named, an amendment by that of its paper.
    """
    number = moment.data.get(present)
    if number is None:
        return None
    rows, stops = records(moment, agenda), moment.situation.linked.get(link, ())
    items = {row.get("beratung"): row["nummer"] for row in rows}
    of_papers = {one.parent_id: items[one.id] for one in stops if one.id in items}
    above = [_urgent(row["nummer"], cast) for row in rows if (cast := _sum(row, votes)) > number]
    above += [_cast(items.get(one.id), cast) for one in stops if (cast := _sum(one.facts, votes)) > number]
    moved = [one for one in moment.situation.linked.get(amendments, ()) if one.closed]
    above += [_amended(of_papers.get(m.parent_id), cast) for m in moved if (cast := _sum(m.facts, votes)) > number]
    told = Text(*(", ".join(one.in_(lang) for one in above) for lang in LANGS))
    return Reason("present_below_votes", {"present": number, "items": told}) if above else None


def _sum(facts: Mapping[str, Any], votes: Iterable[str]) -> int:
    return sum(int(facts.get(name) or 0) for name in votes)


def _urgent(item: str, votes: int) -> Text:
    """The item, with the votes cast on its being urgent."""
    return Text(f"{item}, Dringlichkeit ({votes})", f"{item}, urgency ({votes})")


def _amended(item: str | None, votes: int) -> Text:
    """The item of the paper, with the votes cast on an amendment to it."""
    number = f"{item}, " if item else ""
    return Text(f"{number}Änderungsantrag ({votes})", f"{number}amendment ({votes})")


def _cast(item: str | None, votes: int) -> Text:
    """The item, with the votes cast on it; what is on no agenda has no number by which people know it."""
    named = Text(item, item) if item else Text("Drucksache ohne Tagesordnungspunkt", "paper that is no item")
    return Text(f"{named.de} ({votes})", f"{named.en} ({votes})")


def majority(moment: Moment, name: str, organisation: str, day: str, yes: str, no: str) -> Reason | None:
    """The votes reach the majority that the rule set of the town asks for under `name`; without one, the plain one."""
    vote = _vote(moment, name, _Fields(organisation, day, yes, no))
    return vote.unknown or (None if vote.reached else Reason("majority_missed", vote.told))


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
    #: Why nobody can say whether it is reached.
    unknown: Reason | None


def _as_voted(moment: Moment, name: str, fields: _Fields, code: str) -> Reason | None:
    named, known = moment.data.get(fields.other), town_of(moment).rules_on(_day(moment, fields.day)).majorities
    if named is not None and named not in known:
        return Reason("majority_unknown", {"name": named, "known": ", ".join(sorted(known)) or "–"})
    missing = [one for one in (fields.yes, fields.no) if moment.data.get(one) is None]
    if missing:
        return _half_counted(fields.yes, fields.no) if len(missing) == 1 else None
    vote = _vote(moment, named or name, fields)
    return vote.unknown or (None if vote.reached == (code == "vote_lost") else Reason(code, vote.told))


def _half_counted(yes: str, no: str) -> Reason:
    return Reason("votes_half_counted", {"fact": yes, "other": no})


def _vote(moment: Moment, name: str, fields: _Fields) -> _Vote:
    ayes, noes = (int(moment.data.get(one) or 0) for one in (fields.yes, fields.no))
    town, body, day = town_of(moment), moment.facts.get(fields.organisation), _day(moment, fields.day)
    members = town.statutory_number(body or "")
    wanted = town.rules_on(day).majorities.get(name)
    share, whole, norm = (wanted.text, wanted.of, wanted.norm) if wanted else (MORE_THAN_HALF, "abgegebene", "–")
    if whole == "gesetzliche" and members is None:
        return _Vote(False, {}, Reason("seats_unknown", {"body": name_of(moment, body), "norm": norm}))
    counted = members if whole == "gesetzliche" else ayes + noes
    reached = wanted.reached(ayes, noes, members) if wanted else ayes > noes
    return _Vote(reached, {"yes": ayes, "no": noes, "whole": counted, "share": share, "norm": norm}, None)


def _day(moment: Moment, name: str) -> date:
    """The day of the session, today where none is known."""
    on = moment.facts.get(name)
    return date.fromisoformat(on) if on else moment.today
