"""The shipped guards and effects: what a lifecycle file may refer to without any Python of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ..config.errors import Reason
from ..notifications.draft_words import says_something
from ..states.instants import zoned
from ..states.registry import Moment, Registry
from ..states.visibility import PUBLIC
from . import numbering, places, publishing
from .agenda_guards import register_agenda
from .council_guards import register_council
from .question_guards import register_questions
from .resolution_guards import register_resolutions
from .steps import register_steps
from .stop_guards import register_stops
from .vote_guards import register_votes

_UTC = ZoneInfo("UTC")
#: So many unanswered questions are named, each with so many characters.
_NAMED_QUESTIONS, _QUESTION = 5, 80


def shipped_registry() -> Registry:
    """A registry with all shipped guards and effects; a host may add its own before it opens a workflow."""
    registry = Registry()
    registry.guard("fact", least=1, most=2)(fact)
    registry.guard("not_before_today", least=1)(not_before_today)
    registry.guard("not_in_future", least=1)(not_in_future)
    registry.guard("not_after", least=2)(not_after)
    registry.guard("day_passed", least=1)(day_passed)
    registry.guard("children_final", least=1)(children_final)
    registry.guard("children_any", least=1)(children_any)
    registry.guard("other_than", least=1)(other_than)
    registry.guard("automatic")(automatic)
    registry.guard("answered", least=2, most=3)(answered)
    registry.guard("worded", least=1, most=2)(worded)
    registry.guard("stated", least=1, most=2)(stated)
    registry.effect("set", least=2)(set_fact)
    registry.effect("clear", least=1)(clear_fact)
    registry.effect("hide", most=9)(hide)
    register_steps(registry)
    publishing.register(registry)
    numbering.register(registry)
    register_council(registry)
    register_votes(registry)
    register_agenda(registry)
    register_stops(registry)
    register_questions(registry)
    register_resolutions(registry)
    places.register(registry)
    return registry


def fact(moment: Moment, name: str, value: str | None = None) -> Reason | None:
    """The case knows `name` (and it is `value`)."""
    known = moment.facts.get(name)
    if known in (None, "", [], {}, False):
        return Reason("fact_missing", {"fact": name})
    if value is not None and str(known) != value:
        return Reason("fact_differs", {"fact": name, "value": value, "known": known})
    return None


def not_before_today(moment: Moment, name: str) -> Reason | None:
    """The day `name` is today or later, an instant still ahead; what is not given does not offend."""
    given = moment.facts.get(name)
    if given is None:
        return None
    if _is_instant(given):
        return Reason("instant_past", {"fact": name, "value": given}) if zoned(given, _UTC).at <= moment.now else None
    if date.fromisoformat(given) < moment.today:
        return Reason("day_in_the_past", {"fact": name, "day": given, "today": moment.today.isoformat()})
    return None


def _is_instant(value: str) -> bool:
    return "T" in value


def _day(value: str) -> date:
    """The day that a fact says; of an instant, that in its own zone."""
    return zoned(value, _UTC).local.date() if _is_instant(value) else date.fromisoformat(value)


def not_in_future(moment: Moment, name: str) -> Reason | None:
    """The day `name` is today or earlier; a day not given does not offend."""
    given = moment.facts.get(name)
    if given is not None and date.fromisoformat(given) > moment.today:
        return Reason("day_in_the_future", {"fact": name, "day": given, "today": moment.today.isoformat()})
    return None


def not_after(moment: Moment, name: str, other: str) -> Reason | None:
    """The day `name` is not later than the day `other` (of an instant: its day); a day not given does not offend."""
    given, latest = moment.facts.get(name), moment.facts.get(other)
    if given is not None and latest is not None and _day(given) > _day(latest):
        return Reason("day_after", {"fact": name, "day": given, "other": other, "latest": latest})
    return None


def day_passed(moment: Moment, name: str) -> Reason | None:
    """The day `name`, inclusive, is over."""
    given = moment.facts.get(name)
    if given is None:
        return Reason("fact_missing", {"fact": name})
    if date.fromisoformat(given) >= moment.today:
        return Reason("day_not_passed", {"fact": name, "day": given})
    return None


def children_final(moment: Moment, child: str) -> Reason | None:
    """Every child of that kind has ended."""
    still_open = sum(c.how_many for c in moment.situation.children if c.child == child and not c.closed)
    return Reason("children_open", {"child": child, "count": still_open}) if still_open else None


def children_any(moment: Moment, child: str) -> Reason | None:
    """There is at least one child of that kind."""
    some = any(count.child == child for count in moment.situation.children)
    return None if some else Reason("children_none", {"child": child})


def other_than(moment: Moment, name: str) -> Reason | None:
    """Whoever acts is not the party in `name` (four eyes)."""
    named = moment.facts.get(name)
    same = {moment.actor.key, moment.actor.on_behalf_of}.intersection(named if isinstance(named, list) else [named])
    who = ", ".join(sorted(filter(None, same)))  # a fact that is not there matches nobody
    return Reason("same_person", {"fact": name, "party": who}) if who else None


def automatic(moment: Moment) -> Reason | None:
    """The engine acts: a timer, or what follows an event of another case."""
    return None if moment.actor.kind in {"engine", "timer"} else Reason("automatic_only")


def answered(moment: Moment, questions: str, answers: str, excuse: str | None = None) -> Reason | None:
    """Every question has an answer, or this very event gives a reason (`excuse`) why one has none.

    Where nothing is known of the answers (a draft whose fields cannot be read), every question is open. Where nobody
    has asked anything, there must be some text at least.
    """
    asked = moment.facts.get(questions)
    if not asked:
        return worded(moment, answers, excuse)
    missing = unanswered(asked, moment.facts.get(answers))
    if not missing or _excused(moment, excuse):
        return None
    listed = "; ".join(f"{number}. {_brief(question)}" for number, question in missing[:_NAMED_QUESTIONS])
    more = " …" if len(missing) > _NAMED_QUESTIONS else ""
    return Reason("questions_unanswered", {"count": len(missing), "questions": listed + more, "excuse": excuse or "–"})


def worded(moment: Moment, answers: str, excuse: str | None = None) -> Reason | None:
    """Some text of the draft is known, or this very event gives a reason (`excuse`) why none is."""
    known = any(says_something(one.get("antwort") or "") for one in moment.facts.get(answers) or ())
    return None if known or _excused(moment, excuse) else Reason("draft_without_text", {"excuse": excuse or "–"})


def _excused(moment: Moment, excuse: str | None) -> bool:
    return excuse is not None and says_something(str(moment.data.get(excuse) or ""))


def unanswered(questions: Any, answers: Any) -> list[tuple[int, str]]:
    """Number and text of the questions to which `answers` (records with frage and antwort, or None) hold no answer."""
    given: dict[str, list[str]] = {}
    for one in answers or ():
        given.setdefault(_bare(one.get("frage", "")), []).append(one.get("antwort") or "")
    found = []
    for number, question in enumerate(questions or (), 1):
        same = given.get(_bare(question))
        if not says_something(same.pop(0) if same else ""):  # the same question twice has two answers
            found.append((number, str(question)))
    return found


def stated(moment: Moment, statements: str, excuse: str | None = None) -> Reason | None:
    """Every mandatory statement of the draft is made, or this very event gives a reason (`excuse`) why one is not."""
    missing = unstated(moment.facts.get(statements))
    if not missing or _excused(moment, excuse):
        return None
    return Reason("statements_missing", {"statements": ", ".join(missing), "excuse": excuse or "–"})


def unstated(statements: Any) -> list[str]:
    """What those `statements` (records with angabe, titel and text) are called that say nothing."""
    silent = [one for one in statements or () if not says_something(one.get("text") or "")]
    return [str(one.get("titel") or one.get("angabe")) for one in silent]


def _bare(text: Any) -> str:
    return " ".join(str(text).split())


def _brief(question: str) -> str:
    text = _bare(question)
    return text if len(text) <= _QUESTION else text[: _QUESTION - 1] + "…"


def set_fact(_moment: Moment, name: str, value: str) -> Mapping[str, Any]:
    """Set a fact of the case to a fixed text."""
    return {name: value}


def clear_fact(_moment: Moment, name: str) -> Mapping[str, Any]:
    """Remove a fact of the case."""
    return {name: None}


def hide(moment: Moment, *states: str) -> Mapping[str, Any]:
    """From now on the case is not public; with `states` only if it stood in one of them."""
    return {PUBLIC: False} if not states or moment.situation.case.state in states else {}
