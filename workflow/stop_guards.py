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

Changes = Mapping[str, Any]

#: What a stop names.
_BODY, _DAY, _ROLE = "gremium", "sitzung", "rolle"


def register_stops(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("stops_fit", least=1, most=2)(stops_fit)
    registry.guard("plan_fits", least=2)(plan_fits)
    registry.guard("any_new", least=2)(any_new)
    registry.effect("only_new", least=2)(only_new)
    registry.effect("until_last_session", least=4)(until_last_session)


def stops_fit(moment: Moment, name: str, seen: str | None = None) -> Reason | None:
    """Every stop of a Beratungsfolge can be: the body is there and deals with it, the session is ahead, none is twice.

    `name` is a list of records or one of them; what is in the list `seen` is scheduled and left alone. All that is
    wrong is told at once.
    """
    known = records(moment, seen) if seen else []
    stops = [one for one in records(moment, name) if one not in known]
    wrong = [told for stop in stops for told in _wrong(moment, stop)]
    keys = [(stop.get(_BODY), stop.get(_DAY)) for stop in stops]
    twice = dict.fromkeys(key for key in keys if keys.count(key) > 1)
    wrong += [_told("stop_twice", body=name_of(moment, body), day=day) for body, day in twice]
    together = Text(*(" ".join(one.in_(lang) for one in wrong) for lang in LANGS))
    return Reason("stops_unfit", {"stops": together}) if wrong else None


def plan_fits(moment: Moment, name: str, seen: str) -> Reason | None:
    """What the event itself gives as Beratungsfolge can be, and none of it is scheduled yet (in the list `seen`)."""
    if not moment.data.get(name):
        return None
    return Reason("stops_scheduled", {"fact": name}) if records(moment, seen) else stops_fit(moment, name)


def _wrong(moment: Moment, stop: Mapping[str, Any]) -> Iterator[Text]:
    body, day, role = town_party(moment, stop.get(_BODY)), stop.get(_DAY), stop.get(_ROLE)
    named = {"body": name_of(moment, stop.get(_BODY)), "day": day}
    if day is not None and date.fromisoformat(day) < moment.today:
        yield _told("stop_past", **named, today=moment.today)
    if body is None or day is None:
        return
    if not body.exists_on(date.fromisoformat(day)):
        yield _told("stop_body_not_then", **named, start=body.start or "…", end=body.end or "…")
    if body.remit.roles is not None and role is not None and role not in body.remit.roles:
        roles = [role_text(one) for one in sorted(body.remit.roles)]
        yield _told("stop_not_in_remit", **named, what=role_text(role), known=roles)
    kind = moment.situation.case.lifecycle
    if body.remit.kinds is not None and kind not in body.remit.kinds:
        kinds = [_kind(one) for one in sorted(body.remit.kinds)]
        yield _told("stop_not_in_remit", **named, what=_kind(kind), known=kinds)


def _kind(kind: str) -> str:
    """A kind of paper in words; its name is the German word in ASCII."""
    return kind.replace("_", " ").capitalize()


def _told(code: str, **params: object) -> Text:
    return Text(*(text_of(code, params, lang) for lang in LANGS))


def any_new(moment: Moment, name: str, seen: str) -> Reason | None:
    """Some record of the list `name` is not in the list `seen`."""
    known = records(moment, seen)
    new = any(one not in known for one in records(moment, name))
    return None if new else Reason("nothing_new", {"fact": name})


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
