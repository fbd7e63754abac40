"""Guards and effects of a Beratungsfolge: which stops can be, and which of them are scheduled."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..config.errors import Reason
from ..config.text import LANGS, Text
from ..config.texts import text_of
from ..states.consultation_results import role_text
from ..states.registry import Moment, Registry
from .council_guards import name_of, records, town_of, town_party
from .resolution_guards import as_scheduled

Changes = Mapping[str, Any]

#: What a stop names.
_BODY, _DAY, _ROLE, _AUTHORITATIVE = "gremium", "sitzung", "rolle", "massgeblich"


def register_stops(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("stops_fit", least=1, most=2, sessions=True)(stops_fit)
    registry.guard("referral_fits", least=1, beside=True, sessions=True)(referral_fits)
    registry.guard("plan_fits", least=2, sessions=True)(plan_fits)
    registry.guard("not_called_off", least=2, sessions=True)(not_called_off)
    registry.guard("not_before_opening", least=1)(not_before_opening)
    registry.guard("other_day", least=1)(other_day)
    registry.guard("elsewhere", least=1)(elsewhere)
    registry.guard("any_new", least=2)(any_new)
    registry.guard("dealt_with_before", least=3, one_by_one=True)(dealt_with_before)
    registry.effect("only_new", least=2)(only_new)
    registry.effect("until_last_session", least=4)(until_last_session)


def stops_fit(moment: Moment, name: str, seen: str | None = None) -> Reason | None:
    """Every stop of a Beratungsfolge can be: the body is there and deals with it, the session is ahead, none is twice.

    `name` is a list of records or one of them; what is in the list `seen` is scheduled and left alone. One at most
    is authoritative. All that is wrong is told at once.
    """
    return _fit(moment, name, seen, moment.situation.case.lifecycle)


def referral_fits(moment: Moment, name: str) -> Reason | None:
    """The stop `name`, to which a stop of a paper refers it, can be; see `stops_fit`."""
    beside = moment.situation.beside
    paper = beside.origin if beside else None
    return _fit(moment, name, None, (paper or moment.situation.case).lifecycle)


def _fit(moment: Moment, name: str, seen: str | None, kind: str) -> Reason | None:
    known = records(moment, seen) if seen else []
    stops = [one for one in records(moment, name) if one not in known]
    wrong = [told for stop in stops for told in _wrong(moment, stop, kind)]
    wrong += [_told("stop_twice", body=name_of(moment, body), day=day) for body, day in _twice(stops, _BODY, _DAY)]
    for body, role in _twice(stops, _BODY, _ROLE):
        wrong.append(_told("stop_role_twice", body=name_of(moment, body), what=role_text(role) or "–"))
    if (deciding := [name_of(moment, stop.get(_BODY)) for stop in stops if stop.get(_AUTHORITATIVE)])[1:]:
        wrong.append(_told("stops_authoritative", bodies=", ".join(deciding)))
    return Reason("stops_unfit", {"stops": _together(wrong)}) if wrong else None


def _twice(stops: list[dict[str, Any]], *names: str) -> Iterator[tuple[Any, ...]]:
    keys = [tuple(stop.get(name) for name in names) for stop in stops]
    return iter(dict.fromkeys(key for key in keys if keys.count(key) > 1))


def plan_fits(moment: Moment, name: str, seen: str) -> Reason | None:
    """What the event itself gives as Beratungsfolge can be, and none of it is scheduled yet (in the list `seen`)."""
    if not moment.data.get(name):
        return None
    return Reason("stops_scheduled", {"fact": name}) if records(moment, seen) else stops_fit(moment, name)


def _wrong(moment: Moment, stop: Mapping[str, Any], kind: str) -> Iterator[Text]:
    body, day, role = town_party(moment, stop.get(_BODY)), stop.get(_DAY), stop.get(_ROLE)
    named = {"body": name_of(moment, stop.get(_BODY)), "day": day}
    if day is not None and date.fromisoformat(day) < moment.today:
        yield _told("stop_past", **named, today=moment.today)
    if body is not None and not body.is_council_body:
        yield _told("no_council_body", name=body.name)
    if body is None or day is None:
        return
    if _is_called_off(moment, body.key, day):
        yield _told("stop_called_off", **named)
    if not body.exists_on(date.fromisoformat(day)):
        yield _told("stop_body_not_then", **named, start=body.start or "…", end=body.end or "…")
    if body.remit.roles is not None and role is not None and role not in body.remit.roles:
        roles = [role_text(one) for one in sorted(body.remit.roles)]
        yield _told("stop_not_in_remit", **named, what=role_text(role), known=roles)
    if body.remit.kinds is not None and kind not in body.remit.kinds:
        what, *known = (town_of(moment).kinds.get(one, one) for one in (kind, *sorted(body.remit.kinds)))
        yield _told("stop_not_in_remit", **named, what=what, known=known)


def _together(told: list[Text]) -> Text:
    return Text(*(" ".join(one.in_(lang) for one in told) for lang in LANGS))


def _told(code: str, **params: object) -> Text:
    return Text(*(text_of(code, params, lang) for lang in LANGS))


def _is_called_off(moment: Moment, body: str, day: str) -> bool:
    return date.fromisoformat(day) in town_of(moment).called_off.get(body, ())


def not_called_off(moment: Moment, organisation: str, day: str) -> Reason | None:
    """The session of the body on the day was not called off; a day on which none is kept here is as good as any."""
    body, on = moment.facts.get(organisation), moment.facts.get(day)
    if body is None or on is None or not _is_called_off(moment, body, on):
        return None
    return Reason("session_called_off", {"body": name_of(moment, body), "day": on})


def not_before_opening(moment: Moment, name: str) -> Reason | None:
    """The day `name` is not before that on which the case was opened."""
    day, opened = moment.facts.get(name), town_of(moment).today(moment.situation.case.opened_at)
    if day is None or date.fromisoformat(day) >= opened:
        return None
    return Reason("day_before_opening", {"fact": name, "day": day, "opened": opened})


def other_day(moment: Moment, name: str) -> Reason | None:
    """The event gives another day `name` than the stop has."""
    day = moment.situation.known.get(name)
    return Reason("same_session_day", {"day": day}) if day is not None and moment.data.get(name) == day else None


def elsewhere(moment: Moment, name: str) -> Reason | None:
    """The stops under `name` are before other bodies than this one, which would postpone it."""
    here = moment.situation.known.get(_BODY)
    if all(stop.get(_BODY) != here for stop in records(moment, name)):
        return None
    return Reason("referred_to_itself", {"body": name_of(moment, here), "day": moment.situation.known.get(_DAY)})


def any_new(moment: Moment, name: str, seen: str) -> Reason | None:
    """Some record of the list `name` is not in the list `seen`."""
    known = records(moment, seen)
    new = any(one not in known for one in records(moment, name))
    return None if new else Reason("nothing_new", {"fact": name})


def dealt_with_before(moment: Moment, child: str, name: str, seen: str) -> Reason | None:
    """Every body that a stop new in the list `name` brings the paper to has dealt with it in that role, if it had to.

    An open stop goes on to another session of its body, where both would stand with a result each.
    """
    known = records(moment, seen)
    new = [(one.get(_BODY), one.get(_ROLE)) for one in records(moment, name) if one not in known]
    rows = (row for stop, row in as_scheduled(moment, child, seen) if not stop.closed)
    waiting = [one for one in rows if (one.get(_BODY), one.get(_ROLE)) in new]
    named = ({"body": name_of(moment, one.get(_BODY)), "what": role_text(one.get(_ROLE)) or "–"} for one in waiting)
    told = [_told("stop_waiting", **params) for params in named]
    return Reason("stops_waiting", {"stops": _together(told)}) if told else None


def only_new(moment: Moment, name: str, seen: str) -> Changes:
    """Leave in the list `name` only what is not in the list `seen`, and add that to it."""
    known = records(moment, seen)
    new = [one for one in records(moment, name) if one not in known]
    return {name: new, seen: [*known, *new]}


def until_last_session(moment: Moment, name: str, deadline: str, stops: str, seen: str) -> Changes:
    """The day `name` becomes that of the last session of a Beratungsfolge, if the deadline would be over by then.

    Only where the deadline is mere custom: a day that the law or the Geschäftsordnung sets moves for no session. A day
    that the event itself gives stays.
    """
    if moment.data.get(name) is not None:
        return {}
    clock = next((one for one in moment.situation.clocks if one.name == deadline), None)
    days = [stop[_DAY] for stop in (*records(moment, stops), *records(moment, seen)) if stop.get(_DAY)]
    if clock is None or not days or clock.due_on.isoformat() >= max(days):
        return {name: None}
    terms = clock.known_terms()
    rule = town_of(moment).rules_pinned(terms.ruleset, terms.ruleset_version).rule(terms.rule)
    return {name: max(days) if rule.basis == "uebung" else None}
