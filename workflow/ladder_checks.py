"""Whether the steps of a reminder ladder can be what they say: nothing is overdue, and nobody reminded, too early."""

from collections.abc import Iterator
from math import ceil

from ..config.errors import Finding
from ..config.rules import Rule, RuleSet, RungRule, Span, period
from ..notifications.sample_mails import OVERDUE

#: How many days of the calendar a unit is at most; Werktage and Arbeitstage are told apart below.
_DAYS = {
    "kalendertage": 1,
    "wochen": 7,
    "halbmonate": 15,
    "monate": 31,
    "quartale": 92,
    "halbjahre": 184,
    "jahre": 366,
    "stunden": 1 / 24,
}


def ladder_findings(one: RuleSet, file: str) -> Iterator[Finding]:
    """The steps of the ladders of a rule set that cannot be meant as they stand."""
    for rule in one.rules.values():
        for rung in rule.ladder:
            found = _overdue_too_early(rung) or _before_the_beginning(rule, rung)
            if found:
                code, params = found
                yield Finding(code=code, file=file, key=f"rule.{rule.id}.ladder", params=params)


def _overdue_too_early(rung: RungRule) -> tuple[str, dict[str, object]] | None:
    place = rung.offset if rung.hours is None else rung.hours
    if rung.template not in OVERDUE or place >= 0:
        return None
    key = "offset" if rung.hours is None else "hours"
    return "rules_rung_not_overdue", {"template": rung.template, "place": f"{key} = {place}"}


def _before_the_beginning(rule: Rule, rung: RungRule) -> tuple[str, dict[str, object]] | None:
    """A step that lies before the period begins, whatever weekends and holidays there are, and is passed over.

    Not certain, and so no mistake, where the period rests in a recess or is counted back from a session.
    """
    if rule.is_fixed or rule.direction == "backward" or rule.rests_in_recess or rung.hours is not None:
        return None
    most = _working_days_at_most(rule.span)
    if rule.extension:
        most += rule.extension.most * _working_days_at_most(rule.extension.span)
    if -rung.offset <= most:
        return None
    return "rules_rung_before_beginning", {"place": f"offset = {rung.offset}", "long": period(*rule.span)}


def _working_days_at_most(span: Span) -> int:
    """Arbeitstage in a period, the one to which its end may move among them."""
    if span.unit in {"arbeitstage", "werktage"}:
        return span.n
    weeks, days = divmod(ceil(span.n * _DAYS[span.unit]), 7)
    return weeks * 5 + min(days, 5) + 1
