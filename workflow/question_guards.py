"""Guards and effects for questions in a session: how many, how long, until when, and what goes to the next session.

How much is allowed stands in the rule set of the town (``[limit.NAME]``); where it says nothing, anything is.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ..config.errors import Reason
from ..config.roster_values import EMAIL
from ..config.rule_limits import Limit
from ..config.text import Text
from ..states.deadlines import compute
from ..states.registry import Moment, Registry
from ..states.step import Case, Facts, Member
from ..states.town import Town

Changes = Mapping[str, Any]

#: What tells whose question it is, in this order; a citizen may be known by name only.
_ASKER, _FACTION, _NAME = "fragesteller", "fraktion", "name"
_MINUTES, _AGENDA, _CARRIED = "minuten", "tagesordnung", "uebertragungen"
_FACTIONS, _OF_RESIDENTS = "fraktion", "einwohnerfrage"
#: Days on which an answer was given, by the lifecycles that have one.
_ANSWERED = ("unterzeichnet_am", "beantwortet_am")
_NOTHING = Limit(None, None, None, Text("–", "–"))


def register_questions(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("questions_left", least=1, most=6, beside=True)(questions_left)
    registry.guard("parts_fit", least=2)(parts_fit)
    registry.guard("minutes_left", least=2, most=6, beside=True)(minutes_left)
    registry.guard("fits_session", least=3, most=6, sessions=True)(fits_session)
    registry.guard("follow_ups_left", most=4, beside=True)(follow_ups_left)
    registry.guard("in_following_session", least=2, beside=True, sessions=True)(in_following_session)
    registry.guard("above_in", least=1, most=9, beside=True)(above_in)
    registry.guard("above_is", least=1, most=9, beside=True)(above_is)
    registry.guard("off_agenda", least=1, beside=True)(off_agenda)
    registry.guard("in_time", least=2, most=3)(in_time)
    registry.guard("email_address", least=1)(email_address)
    registry.guard("may_ask", least=3, beside=True)(may_ask)
    registry.guard("not_barred", least=1)(not_barred)
    registry.guard("may_carry", least=1)(may_carry)
    registry.effect("keep_private", least=2, most=9)(keep_private)
    registry.effect("keep_private_below", least=3, most=9, beside=True)(keep_private_below)


def questions_left(moment: Moment, limit: str, *free: str) -> Reason | None:
    """Whoever asks has a question left in this session; those in the states `free`, or carried over, do not count."""
    allowed = _limit(moment, limit)
    if allowed.questions is None:
        return None
    asker = _asker(moment, moment.facts, allowed.per)
    mine = (one for one in _beside(moment, free) if not one.get(_CARRIED) and _asker(moment, one, allowed.per) == asker)
    asked = sum(1 for _ in mine)
    return _over("questions_used_up", allowed, allowed.questions, asked)


def parts_fit(moment: Moment, limit: str, name: str) -> Reason | None:
    """The question has no more sub-questions (in the list `name`) than are allowed."""
    allowed, parts = _limit(moment, limit), len(moment.facts.get(name) or ())
    if allowed.parts is None or parts <= allowed.parts:
        return None
    return Reason("question_parts_many", {"parts": parts, "most": allowed.parts, "norm": allowed.norm})


def minutes_left(moment: Moment, limit: str, *planned: str) -> Reason | None:
    """The question still fits into the minutes of the session, beside those that stand in the states `planned`."""
    return _minutes_short(moment, _limit(moment, limit), [one for one in _others(moment) if one.state in planned])


def fits_session(moment: Moment, day: str, limit: str, *planned: str) -> Reason | None:
    """The question fits into the session of its body on the day that the field names, as far as one is planned then."""
    return in_session(moment, str(moment.facts.get(day)), limit, *planned)


def in_session(moment: Moment, day: str, limit: str, *planned: str) -> Reason | None:
    """The question fits into the session of its body on that day: by the minutes, and by the number of who asks.

    Time is taken up by those in the states `planned`; by number all count that have not ended otherwise.
    """
    allowed, beside = _limit(moment, limit), moment.situation.beside
    there = [one for one in (beside.ahead.get(day, ()) if beside else ()) if one.id != moment.situation.case.id]
    if short := _minutes_short(moment, allowed, [one for one in there if one.state in planned]):
        return short
    if allowed.questions is None:
        return None
    asker = _asker(moment, moment.facts, allowed.per)
    mine = [one for one in there if not one.closed or one.state in planned]
    asked = sum(1 for one in mine if _asker(moment, one.facts, allowed.per) == asker)
    return _over("questions_used_up", allowed, allowed.questions, asked)


def _minutes_short(moment: Moment, allowed: Limit, planned: Sequence[Member]) -> Reason | None:
    if allowed.minutes is None:
        return None
    own = _minutes(allowed, moment.facts)
    taken = sum(_minutes(allowed, one.facts) for one in planned)
    if taken + own <= allowed.minutes:
        return None
    params = {"minutes": own, "left": max(allowed.minutes - taken, 0), "most": allowed.minutes, "norm": allowed.norm}
    return Reason("question_minutes_short", params)


def follow_ups_left(moment: Moment, *free: str) -> Reason | None:
    """A follow-up question is left to whoever asks; the limit is that of the kind of question above."""
    above = _above(moment)
    if above is None:
        return None
    allowed = _limit(moment, above.lifecycle)
    asker = _asker(moment, moment.facts, "person")
    is_own = asker is not None and asker == _asker(moment, above.facts, "person")
    if allowed.follow_ups_by == _ASKER and not is_own:
        return Reason("follow_up_not_yours", {"norm": allowed.norm})
    if allowed.follow_ups is None:
        return None
    per = allowed.follow_ups_per
    asker = _asker(moment, moment.facts, per)
    asked = sum(1 for one in _beside(moment, free) if _asker(moment, one, per) == asker)
    extra = (allowed.extra or 0) if is_own else 0
    return _over("follow_ups_used_up", allowed, allowed.follow_ups + extra, asked)


def in_following_session(moment: Moment, organisation: str, day: str) -> Reason | None:
    """Where the rules say so, a follow-up to a written answer is asked in the next session after it."""
    above = _above(moment)
    answered = next((found for name in _ANSWERED if above and (found := above.facts.get(name))), None)
    if answered is None or "zusatzfrage_in_folgesitzung" not in _town(moment).rules_on(moment.today).rules:
        return None
    rule = _town(moment).rules_on(moment.today).rule("zusatzfrage_in_folgesitzung")
    following = _town(moment).next_session(moment.facts.get(organisation) or "", date.fromisoformat(answered))
    wanted = following.day.isoformat() if following else None
    if wanted is not None and wanted == moment.facts.get(day):
        return None
    return Reason("follow_up_other_session", {"day": wanted or "–", "norm": rule.norm})


def above_in(moment: Moment, *states: str) -> Reason | None:
    """The case above stands in one of the states."""
    above = _above(moment)
    if above is not None and above.state in states:
        return None
    return Reason("above_not_in", {"state": above.state if above else "–", "states": ", ".join(states)})


def above_is(moment: Moment, *lifecycles: str) -> Reason | None:
    """The case above is of one of the lifecycles."""
    above, kinds = _above(moment), _town(moment).kinds
    if above is None or above.lifecycle in lifecycles:
        return None
    kind, *known = (kinds.get(one, one) for one in (above.lifecycle, *lifecycles))
    return Reason("above_other_kind", {"kind": kind, "kinds": known})


def off_agenda(moment: Moment, subject: str) -> Reason | None:
    """Where the rules want questions on other things, the session has no item of this name on its agenda."""
    rule = _town(moment).rules_on(moment.today).rules.get("frage_ausserhalb_der_tagesordnung")
    above, named = _above(moment), _bare(moment.facts.get(subject))
    if rule is None or above is None:
        return None
    items = above.facts.get(_AGENDA) or ()
    found = next((one for one in items if one.get("titel") and _bare(one["titel"]) == named), None)
    return Reason("question_on_agenda", {"item": found.get("nummer"), "norm": rule.norm}) if found else None


def email_address(moment: Moment, name: str) -> Reason | None:
    """`name` can be an e-mail address; one not given does not offend."""
    address = moment.facts.get(name)
    return None if address is None or EMAIL.fullmatch(address) else Reason("profile_email", {"value": address})


def may_ask(moment: Moment, asker: str, organisation: str, day: str) -> Reason | None:
    """Whoever asks sits in the body, or belongs to a faction that does, on the day of the session or by now.

    As an organisation: it is the body, or one of the council somebody of which sits there. What follows a resident's
    question is the resident's; only there somebody may be known by name alone. Of a body none of whose members has been
    entered nobody can tell.
    """
    town, party, body = _town(moment), moment.facts.get(asker), str(moment.facts.get(organisation))
    above, session = _above(moment), moment.facts.get(day)
    who = party or moment.facts.get(_NAME)
    if who is None or (above is not None and above.lifecycle == _OF_RESIDENTS):
        return None
    days = (moment.today, date.fromisoformat(session) if session else moment.today)
    if party is not None and any(_sits(town, str(party), body, each) for each in days):
        return None
    names = {"asker": town.names.get(str(who), who), "body": town.names.get(body, body)}
    return Reason("asker_not_in_body", {**names, "day": session or "–"})


def _sits(town: Town, asker: str, body: str, day: date) -> bool:
    members = town.members(body, day)
    if not members or asker in (body, *members):
        return True
    known = town.parties.get(asker)
    if known is not None and known.kind != "person":
        mine = {asker} if known.kind == "body" else set()
    else:
        named = (town.parties.get(one) for one in town.organisations(asker, day))
        mine = {one.key for one in named if one and (one.classification or "").casefold() == _FACTIONS}
    return any(not mine.isdisjoint(town.organisations(one, day)) for one in members)


def in_time(moment: Moment, rule: str, day: str, received: str | None = None) -> Reason | None:
    """The question has come by the last day, and the hour, that the rule allows before the session on `day`.

    What came on an earlier day (`received`) is judged by that day. Without such a rule it is always in time.
    """
    town = _town(moment)
    rules = town.rules_on(moment.today)
    counted, session = rules.rules.get(rule), moment.facts.get(day)
    if counted is None or counted.length is None or session is None:
        return None
    last = compute(counted, event_day=date.fromisoformat(session), calendar=rules.calendar).due_on
    came = date.fromisoformat(moment.facts.get(received or "") or moment.today.isoformat())
    clock = moment.now.astimezone(town.zone).time()
    is_late = came == last and came == moment.today and counted.cutoff is not None and clock > counted.cutoff
    if came <= last and not is_late:
        return None
    until = f"{last:%d.%m.%Y}" + (f", {counted.cutoff:%H:%M}" if counted.cutoff else "")
    return Reason("question_too_late", {"until": until, "session": session, "norm": counted.norm})


def not_barred(moment: Moment, treated: str) -> Reason | None:
    """The same was not treated on the day `treated` so lately that the bar on asking again still holds."""
    rules, day = _town(moment).rules_on(moment.today), moment.facts.get(treated)
    bar = rules.rules.get("wiederholung")
    if bar is None or bar.length is None or day is None:
        return None
    until = compute(bar, event_day=date.fromisoformat(day), calendar=rules.calendar).due_on
    if moment.today > until:
        return None
    return Reason("question_barred", {"day": day, "until": until.isoformat(), "norm": bar.norm})


def may_carry(moment: Moment, limit: str) -> Reason | None:
    """The question has not been carried over as often as the rules allow."""
    most, done = _limit(moment, limit).carried, len(moment.facts.get(_CARRIED) or ())
    return None if most is None or done < most else Reason("question_carried_often", {"done": done, "most": most})


def keep_private(moment: Moment, kept: str, *names: str) -> Changes:
    """What these fields say of a person is blacked out wherever the public reads."""
    said = [*(moment.facts.get(kept) or ()), *(moment.facts.get(name) for name in names)]
    return {kept: list(dict.fromkeys(one for one in said if one))}


def keep_private_below(moment: Moment, lifecycle: str, kept: str, *names: str) -> Changes:
    """As `keep_private`, where the case above is one of that lifecycle."""
    above = _above(moment)
    return keep_private(moment, kept, *names) if above is not None and above.lifecycle == lifecycle else {}


def _over(code: str, allowed: Limit, most: int, asked: int) -> Reason | None:
    return None if asked < most else Reason(code, {"asked": asked, "most": most, "norm": allowed.norm})


def _limit(moment: Moment, name: str) -> Limit:
    return _town(moment).rules_on(moment.today).limits.get(name, _NOTHING)


def _above(moment: Moment) -> Case | None:
    return moment.situation.beside.above if moment.situation.beside else None


def _others(moment: Moment) -> Iterator[Member]:
    beside, own = moment.situation.beside, moment.situation.case.id
    return (one for one in (beside.members if beside else ()) if one.id != own)


def _beside(moment: Moment, free: Sequence[str]) -> Iterator[Facts]:
    return (one.facts for one in _others(moment) if one.state not in free)


def _minutes(allowed: Limit, facts: Facts) -> int:
    said = facts.get(_MINUTES)
    return int(said) if said is not None else allowed.minutes_each or 0


def _asker(moment: Moment, facts: Facts, per: str) -> str | None:
    """Who has a number of questions together; None: all of them, or nobody knows."""
    if per == "frage":
        return None
    person = facts.get(_ASKER) or _bare(facts.get(_NAME)) or None
    return _faction(moment, facts) or person if per == _FACTION else person


def _faction(moment: Moment, facts: Facts) -> str | None:
    town, person = _town(moment), str(facts.get(_ASKER))
    if said := facts.get(_FACTION):
        return str(said)
    mine = (town.parties.get(key) for key in sorted(town.organisations(person, moment.today)))
    return next((one.key for one in mine if one and (one.classification or "").casefold() == _FACTIONS), None)


def _bare(text: Any) -> str:
    return " ".join(str(text or "").split()).casefold()


def _town(moment: Moment) -> Town:
    if moment.town is None:
        raise LookupError("town")  # only where a guard is called without an engine
    return moment.town
