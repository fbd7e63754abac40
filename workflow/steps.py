"""Guards and effects for the plan of a chain: a record list whose items are steps, told apart by one of their parts."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from ..config.errors import Reason
from ..states.chains import version
from ..states.ledger import canonical
from ..states.lifecycle import NEXT_DAY
from ..states.registry import Moment, Registry
from ..states.step import Member

Changes = Mapping[str, Any]


def register_steps(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("listed", least=2)(listed)
    registry.guard("each_once", least=2)(each_once)
    registry.guard("at_least", least=2, most=3)(at_least)
    registry.guard("none_later", least=4)(none_later)
    registry.guard("below", least=3)(below)
    registry.guard("acts_for", least=1)(acts_for)
    registry.guard("asked", least=2)(asked)
    registry.guard("none_asked", least=3, one_by_one=True)(none_asked)
    registry.guard("changed", least=1)(changed)
    registry.guard("rewritten", least=1, most=4)(rewritten)
    registry.guard("same_words", least=4, most=6)(same_words)
    registry.guard("any_fact", least=2)(any_fact)
    registry.effect("note_actor", least=1, most=2)(note_actor)
    registry.effect("note_authors", least=2, most=3)(note_authors)
    registry.effect("note_before", least=2)(note_before)
    registry.effect("due_today", least=2)(due_today)
    registry.effect("keep_words", least=3, most=5)(keep_words)
    registry.effect("only_now", least=1)(only_now)
    registry.effect("note_day", least=1)(note_day)
    registry.effect(NEXT_DAY, least=4, most=5)(note_next)
    registry.effect("equate", least=3)(equate)
    registry.effect("plan_steps", least=7, most=7)(plan_steps)
    registry.effect("ask_steps", least=5)(ask_steps)
    registry.effect("renew_steps", least=4)(renew_steps)
    registry.effect("note_asking", least=3)(note_asking)
    registry.effect("insert_step", least=2, most=5)(insert_step)
    registry.effect("skip_step", least=4)(skip_step)
    registry.effect("repeat_step", least=5, most=5)(repeat_step)


def listed(moment: Moment, plan: str, key: str) -> Reason | None:
    """The plan has a step for what `key` names."""
    wanted = moment.facts.get(key)
    if any(row.get(key) == wanted for row in _rows(moment, plan)):
        return None
    known = ", ".join(str(row.get(key)) for row in _rows(moment, plan)) or "–"
    return Reason("step_not_planned", {"fact": plan, "who": wanted, "known": known})


def each_once(moment: Moment, plan: str, key: str) -> Reason | None:
    """No two steps of the plan have the same `key`."""
    keys = [row.get(key) for row in _rows(moment, plan)]
    twice = sorted({str(one) for one in keys if keys.count(one) > 1})
    return Reason("step_twice", {"fact": plan, "who": ", ".join(twice)}) if twice else None


def at_least(moment: Moment, least: str, name: str, part: str | None = None) -> Reason | None:
    """The number `name`, or `part` of each record of the list `name`, is not below `least`; none does not offend."""
    given = [row.get(part) for row in _rows(moment, name)] if part else [moment.facts.get(name)]
    low = [number for number in given if number is not None and number < int(least)]
    return Reason("number_too_low", {"fact": part or name, "value": min(low), "least": least}) if low else None


def none_later(moment: Moment, plan: str, day: str, latest: str, done: str) -> Reason | None:
    """No step of the plan without `done` has its `day` after the day `latest`; what is not given does not offend."""
    last = moment.facts.get(latest)
    late = [str(row[day]) for row in _undone(moment, plan, day, done) if last is not None and row[day] > last]
    if not late:
        return None
    return Reason("step_too_late", {"fact": plan, "day": max(late), "other": latest, "latest": last})


def below(moment: Moment, named: str, above: str, most: str) -> Reason | None:
    """Nobody in the list `named` is in the list `above` (who asks, and who asked them), which is not too long."""
    offices, asking = list(moment.facts.get(named) or ()), list(moment.facts.get(above) or ())
    if circle := [one for one in offices if one in asking]:
        return Reason("step_asks_itself", {"who": ", ".join(circle), "above": " → ".join(asking)})
    if len(asking) > int(most):
        return Reason("steps_too_deep", {"most": most, "above": " → ".join(asking)})
    return None


def acts_for(moment: Moment, name: str) -> Reason | None:
    """Whoever acts does so for the party in `name`."""
    wanted = moment.facts.get(name)
    return None if wanted in moment.actor.parties else Reason("not_acting_for", {"who": wanted})


def asked(moment: Moment, child: str, key: str) -> Reason | None:
    """What `key` names is being asked: there is an open child for it."""
    wanted = moment.facts.get(key)
    mine = (one for one in moment.situation.members if one.child == child and not one.closed)
    return None if any(one.facts.get(key) == wanted for one in mine) else Reason("step_not_asked", {"who": wanted})


def none_asked(moment: Moment, child: str, key: str, named: str) -> Reason | None:
    """There is no open child for anything in the list `named`."""
    mine = {one.facts.get(key) for one in moment.situation.members if one.child == child and not one.closed}
    again = [one for one in moment.facts.get(named) or () if one in mine]
    names = moment.town.names if moment.town else {}
    return Reason("asked_already", {"who": [names.get(one, one) for one in again], "fact": named}) if again else None


def changed(moment: Moment, name: str) -> Reason | None:
    """The event gives the fact another value; of a file, another content."""
    before, after = version(moment.situation.known.get(name)), version(moment.facts.get(name))
    return None if before != after else Reason("fact_unchanged", {"fact": name})


def rewritten(moment: Moment, name: str, *words: str) -> Reason | None:
    """The event brings another file `name`, or says other `words` with the same one than are known."""
    known = moment.situation.known
    if any(known.get(one) != moment.data.get(one) for one in words):
        return None
    return changed(moment, name)


def same_words(moment: Moment, kept: str, plan: str, name: str, *words: str) -> Reason | None:
    """Once there is a `plan` of who is asked, a file that was handed in before (`kept`) comes with the words it had.

    Signatures name the file: they must not come to stand under other words.
    """
    file, said = version(moment.facts.get(name)), _digest(moment, words)
    others = [row for row in _rows(moment, kept) if row.get("sha256") == file and row.get("woerter") != said]
    return Reason("draft_other_words", {"fact": name}) if others and moment.facts.get(plan) else None


def keep_words(moment: Moment, kept: str, name: str, *words: str) -> Changes:
    """Keep what tells the `words` said with the file `name` from others, the newest for each file."""
    file = version(moment.facts.get(name))
    others = [row for row in _rows(moment, kept) if row.get("sha256") != file]
    return {kept: [*others, {"sha256": file, "woerter": _digest(moment, words)}]}


def _digest(moment: Moment, words: Iterable[str]) -> str:
    return sha256(canonical({name: moment.data.get(name) for name in words}).encode()).hexdigest()


def any_fact(moment: Moment, first: str, second: str) -> Reason | None:
    """The case knows at least one of two facts."""
    known = any(moment.facts.get(name) not in (None, "", [], {}, False) for name in (first, second))
    return None if known else Reason("facts_missing", {"facts": f"{first}, {second}"})


def note_actor(moment: Moment, by: str, behalf: str | None = None) -> Changes:
    """Keep who acts, and in `behalf` for whom."""
    return {by: moment.actor.key} | ({behalf: moment.actor.on_behalf_of} if behalf else {})


def note_asking(moment: Moment, chain: str, asking: str, name: str) -> Changes:
    """Add the party `name` to the list `chain` of those who ask one another; `asking` is who came before it."""
    before = list(moment.facts.get(chain) or ())
    return {chain: [*before, moment.facts.get(name)], asking: before[-1] if before else None}


def note_authors(moment: Moment, every: str, *names: str) -> Changes:
    """Gather in `every` whom the facts `names` have named before this event."""
    known = moment.situation.known
    said = [*(known.get(every) or ()), *(known.get(name) for name in names)]
    return {every: list(dict.fromkeys(who for who in said if who))}


def note_before(moment: Moment, name: str, other: str) -> Changes:
    """Keep under `name` what `other` was before this event, unless the event says something else."""
    return {} if name in moment.data else {name: moment.situation.known.get(other)}


def due_today(moment: Moment, rows: str, part: str) -> Changes:
    """In the records of the list `rows` whose day under `part` has passed it becomes today."""
    known, today = moment.facts.get(rows), moment.today.isoformat()
    return {rows: [{**row, part: max(row[part], today)} if row.get(part) else row for row in known]} if known else {}


def only_now(moment: Moment, name: str) -> Changes:
    """What an earlier event said under `name` is forgotten unless this one says it, too."""
    return {} if name in moment.data else {name: None}


def note_day(moment: Moment, name: str) -> Changes:
    """Keep the day of the event under `name`, unless the event says another."""
    return {} if moment.data.get(name) else {name: moment.today.isoformat()}


def equate(moment: Moment, same: str, name: str, reason: str) -> Changes:
    """Agreements to the value that `name` had before stay valid for the new one, because of `reason`."""
    before = moment.situation.known.get(name)
    known = list(moment.facts.get(same) or ())
    entry = {"sha256": version(before), "grund": moment.facts.get(reason)}
    return {same: [*known, entry]} if before is not None else {}


def plan_steps(moment: Moment, plan: str, offices: str, order: str, *names: str) -> Changes:
    """A plan where none is given: every office one step, all at once or in `order` one after the other.

    A plan that is there stays; saying the order anew puts its steps in that order. All offices of the plan take part.
    Who has refused, or whose question was taken back, is asked again. `names`: the parts for the office, its stage and
    how often it was asked, and the kind of child.
    """
    key, stage, count, child = names
    rows = _rows(moment, plan)
    parties = list(moment.facts.get(offices) or ())
    if not rows:
        rows = [{key: party} for party in parties]
    if plan not in moment.data and (order in moment.data or not any(stage in row for row in rows)):
        in_order = moment.facts.get(order) == "reihe"
        rows = [{**row, stage: n if in_order else 1} for n, row in enumerate(rows, 1)]
    rows = _renewed(moment, rows, (key, count, child))
    return {plan: rows, offices: list(dict.fromkeys([*parties, *(row[key] for row in rows)]))}


def ask_steps(moment: Moment, plan: str, named: str, key: str, count: str, child: str) -> Changes:
    """Put those whom the input `named` lists into the plan; who is in it and has ended is asked once more."""
    rows = {row[key]: row for row in _rows(moment, plan)}
    for one in moment.facts.get(named) or ():
        last = _last(moment, child, key, one)
        rows[one] = {**rows.get(one, {key: one}), **({count: last.round} if last and last.closed else {})}
    return {plan: list(rows.values()), named: None}


def renew_steps(moment: Moment, plan: str, key: str, count: str, child: str) -> Changes:
    """Who has refused, or whose question was taken back, is asked again."""
    rows = _rows(moment, plan)
    return {plan: _renewed(moment, rows, (key, count, child))} if rows else {}


def _renewed(moment: Moment, rows: list[dict[str, Any]], names: tuple[str, str, str]) -> list[dict[str, Any]]:
    key, count, child = names
    last = [_last(moment, child, key, row[key]) for row in rows]
    again = [one is not None and one.closed and one.outcome in {"refuse", "neutral"} for one in last]
    return [{**row, count: one.round} if one and due else row for row, one, due in zip(rows, last, again, strict=True)]


def _last(moment: Moment, child: str, key: str, wanted: Any) -> Member | None:
    mine = (one for one in moment.situation.members if one.child == child and one.facts.get(key) == wanted)
    return max(mine, key=lambda one: one.round, default=None)


def insert_step(moment: Moment, plan: str, *parts: str) -> Changes:
    """Put one more step into the plan; its parts are inputs of the event and no facts of their own."""
    row = {part: moment.facts[part] for part in parts if moment.facts.get(part) is not None}
    return {plan: [*_rows(moment, plan), row], **dict.fromkeys(parts)}


def skip_step(moment: Moment, plan: str, key: str, skipped: str, reason: str) -> Changes:
    """Skip the step that the input `key` names, because of `reason`."""
    return _with(moment, plan, key, {skipped: moment.facts.get(reason)})


def note_in_row(moment: Moment, rows: str, key: str, *pairs: str) -> Changes:
    """In the record that the input `key` names: under the first name of each pair what the second, an input, says."""
    said = zip(pairs[::2], pairs[1::2], strict=True)
    return _with(moment, rows, key, {name: moment.facts.get(given) for name, given in said})


def note_next(moment: Moment, name: str, plan: str, *parts: str) -> Changes:
    """Keep under `name` the earliest day of the steps of the plan that are still to be done; none is left: nothing.

    `parts`: those for the day and for what says that it is done; and for the key, if the event does what that names.
    """
    day, done, *keys = parts
    left = (row for row in _undone(moment, plan, day, done) if all(row[key] != moment.data.get(key) for key in keys))
    return {name: min((row[day] for row in left), default=None)}


def repeat_step(moment: Moment, plan: str, key: str, *names: str) -> Changes:
    """Ask the step that the input `key` names once more, also where it was skipped.

    `names`: the parts for how often it was asked and why it was skipped, and the kind of child.
    """
    count, skipped, child = names
    last = _last(moment, child, key, moment.facts.get(key))
    return _with(moment, plan, key, {count: last.round if last else 0, skipped: None})


def _with(moment: Moment, plan: str, key: str, parts: Changes) -> Changes:
    wanted = moment.facts.get(key)
    rows = [{**row, **parts} if row.get(key) == wanted else row for row in _rows(moment, plan)]
    kept = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return {plan: kept, key: None}


def _undone(moment: Moment, plan: str, day: str, done: str) -> list[dict[str, Any]]:
    return [row for row in _rows(moment, plan) if row.get(day) and not row.get(done)]


def _rows(moment: Moment, plan: str) -> list[dict[str, Any]]:
    return [dict(row) for row in moment.facts.get(plan) or ()]
