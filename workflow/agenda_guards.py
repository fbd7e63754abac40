"""Guards of the agenda: what stands on it once members are invited, and how long before the session they are told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..config.errors import Reason
from ..states.deadlines import compute
from ..states.registry import Moment, Registry


def register_agenda(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("keeps_items", least=1)(keeps_items)
    registry.guard("same_items", least=1)(same_items)
    registry.guard("notice_kept", least=3)(notice_kept)


def keeps_items(moment: Moment, name: str) -> Reason | None:
    """Every item that stood on the agenda `name` stands on it still."""
    missing = _only_in(_before(moment, name), moment.facts.get(name) or ())
    return Reason("agenda_items_missing", {"items": missing}) if missing else None


def same_items(moment: Moment, name: str) -> Reason | None:
    """As `keeps_items`, and nothing is new: numbers and words may be others, and a title may get its paper."""
    before, after = _before(moment, name), moment.facts.get(name) or ()
    new = _only_in(after, before)
    if new or len(after) > len(before):
        return Reason("agenda_items_new", {"items": new or "–"})
    return keeps_items(moment, name)


def _before(moment: Moment, name: str) -> Any:
    return moment.situation.known.get(name) or ()


def _only_in(rows: Any, others: Any) -> str:
    """The items among `rows` that are not among `others`, by number."""
    return ", ".join(row["nummer"] for row in rows if not any(_is_same(row, other) for other in others))


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    stop = one.get("beratung")
    return one["titel"] == other["titel"] or (stop is not None and stop == other.get("beratung"))


def notice_kept(moment: Moment, rule: str, day: str, excuse: str) -> Reason | None:
    """Members hear by the last day that the rule, counted back from the session, allows; or the event says why not.

    A session that stays on its day needs no new notice, nor does one of which the rules name no period.
    """
    if moment.town is None:
        raise LookupError("town")  # only where a guard is called without an engine
    rules, session = moment.town.rules_on(moment.today), moment.facts.get(day)
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
