"""Cases below a case: do they exist, get what they ask for, come to an end, and does their end lead on?"""

from collections.abc import Iterator, Mapping

from ..config.errors import Finding
from ..config.text import Text
from .checker_automatic import endings, fireable
from .checker_findings import found, unknown
from .checker_flow import Flow, Move
from .child_spec import ChildSpec
from .known import Known
from .lifecycle import AUTOMATIC, Field, FieldType, Lifecycle


def check_children(flow: Flow, known: Known) -> Iterator[Finding]:
    """Everything about the children of a lifecycle."""
    house = {**known.lifecycles, flow.lifecycle.id: flow.lifecycle}
    for spec in flow.lifecycle.children.values():
        key = f"child.{spec.name}"
        yield from _check_items(flow, spec, key)
        if spec.lifecycle not in house:
            yield from unknown(
                flow.lifecycle, "lifecycle_unknown_lifecycle", f"{key}.lifecycle", name=spec.lifecycle, names=house
            )
            continue
        below = Flow(house[spec.lifecycle])
        yield from _check_end(flow, spec, below, house)
        yield from _check_answers(flow, spec, below)
        yield from fireable(below.lifecycle, below.lifecycle.opening.name, flow.lifecycle, f"{key}.lifecycle")
        yield from _check_input(flow, spec, below.lifecycle)
        if spec.withdraw_event:
            yield from _check_withdrawal(flow.lifecycle, spec, below, spec.withdraw_event)
        for event, passed in spec.passes_on.items():
            yield from _check_passed(flow.lifecycle, spec, below.lifecycle, event, passed)


def _check_items(flow: Flow, spec: ChildSpec, key: str) -> Iterator[Finding]:
    """The list of which each item opens a child must be there when they open."""
    for event in spec.opens_on if spec.for_each else ():
        if not any(spec.for_each in flow.possibly(move) for move in flow.of(event)):
            yield found(flow.lifecycle, "lifecycle_items_missing", f"{key}.for_each", name=spec.for_each, event=event)


def _check_end(flow: Flow, spec: ChildSpec, below: Flow, house: Mapping[str, Lifecycle]) -> Iterator[Finding]:
    if not below.final:
        yield found(flow.lifecycle, "lifecycle_child_never_ends", f"child.{spec.name}.lifecycle", child=spec.lifecycle)
    start = flow.lifecycle
    if start.opening.name in spec.opens_on and _always(spec, start):
        chain = _opened_at_once((start.id, spec.lifecycle), house)
        if chain:
            yield found(start, "lifecycle_child_opens_itself", f"child.{spec.name}.opens_on", chain=" → ".join(chain))


def _always(spec: ChildSpec, lifecycle: Lifecycle) -> bool:
    """Does the opening of a case surely open this child?"""
    asked = {field.name for field in lifecycle.opening.ask if field.required}
    return spec.for_each is None or spec.for_each in asked


def _opened_at_once(chain: tuple[str, ...], house: Mapping[str, Lifecycle]) -> tuple[str, ...]:
    """The lifecycles that open one another, back to the first one; nothing if it comes to rest."""
    if chain[-1] in chain[:-1]:
        return chain if chain[-1] == chain[0] else ()
    lifecycle = house.get(chain[-1])
    if lifecycle is None:
        return ()
    at_once = [spec for spec in lifecycle.children.values() if lifecycle.opening.name in spec.opens_on]
    chains = (_opened_at_once((*chain, spec.lifecycle), house) for spec in at_once if _always(spec, lifecycle))
    return next((longer for longer in chains if longer), ())


def _check_answers(flow: Flow, spec: ChildSpec, below: Flow) -> Iterator[Finding]:
    """The events that children's ends fire here: can the ends happen, and the events afterwards?"""
    lifecycle, key = flow.lifecycle, f"child.{spec.name}"
    outcomes = {below.lifecycle.states[name].outcome for name in below.final}
    wanted = {"all_agree": "agree", "any_refuse": "refuse"}
    for name, _ in endings(spec):
        outcome = wanted.get(name)
        if outcome and outcome not in outcomes:
            yield found(
                lifecycle, "lifecycle_outcome_impossible", f"{key}.{name}", child=spec.lifecycle, outcome=outcome
            )
    if spec.all_agree and "refuse" in outcomes and not (spec.any_refuse or spec.all_end):
        yield found(lifecycle, "lifecycle_refusal_unanswered", key, child=spec.lifecycle, event=spec.all_agree)
    opened = [move.target for event in spec.opens_on for move in flow.of(event)]
    afterwards = flow.from_on(opened)
    for name, event in endings(spec):
        if not any(move.source in afterwards for move in flow.of(event)):
            params = {"event": event, "states": ", ".join(sorted(afterwards)) or "–"}
            yield found(lifecycle, "lifecycle_ending_impossible", f"{key}.{name}", **params)


def _check_withdrawal(lifecycle: Lifecycle, spec: ChildSpec, below: Flow, event: str) -> Iterator[Finding]:
    key, child = f"child.{spec.name}.withdraw_event", below.lifecycle
    if event not in child.events:
        yield from unknown(lifecycle, "lifecycle_unknown_event", key, name=event, names=child.events)
        return
    yield from fireable(child, event, lifecycle, key)
    possible = {move.source for move in below.of(event)}
    stuck = sorted(below.reachable - below.final - possible)
    if stuck:
        yield found(
            lifecycle, "lifecycle_withdrawal_impossible", key, event=event, child=child.id, states=", ".join(stuck)
        )


def _check_passed(lifecycle: Lifecycle, spec: ChildSpec, child: Lifecycle, cause: str, event: str) -> Iterator[Finding]:
    """An event of the child that is told what happened above: it may ask for copied facts and the input of `cause`."""
    key = f"child.{spec.name}.passes_on.{cause}"
    if event not in child.events:
        yield from unknown(lifecycle, "lifecycle_unknown_event", key, name=event, names=child.events)
        return
    if AUTOMATIC not in child.events[event].by:
        yield found(lifecycle, "lifecycle_automatic_forbidden", key, event=event, lifecycle=child.id)
    known = {*spec.copy, *(field.name for field in lifecycle.events[cause].ask if field.required)}
    lacking = [field.name for field in child.events[event].ask if field.required and field.name not in known]
    if lacking:
        yield found(
            lifecycle, "lifecycle_automatic_asks", key, event=event, lifecycle=child.id, fields=", ".join(lacking)
        )


def _check_input(flow: Flow, spec: ChildSpec, child: Lifecycle) -> Iterator[Finding]:
    """What the opening event of the child asks for comes from the item, from `as` and from `copy`, and nowhere else."""
    lifecycle, key = flow.lifecycle, f"child.{spec.name}"
    item = lifecycle.fields[spec.for_each] if spec.for_each else None
    given = _given(flow, spec)
    if item and item.type != "record" and not spec.as_:
        yield found(lifecycle, "lifecycle_item_without_name", f"{key}.for_each", name=item.name)
    asked = {field.name: field for field in child.opening.ask}
    for name, field in asked.items():
        if field.required and name not in given:
            yield found(lifecycle, "lifecycle_child_input_missing", key, child=child.id, name=name)
    for name, (field, sure) in given.items():
        params = {"child": child.id, "name": name}
        if name not in asked:
            yield from unknown(lifecycle, "lifecycle_unknown_child_input", key, name=name, names=asked)
        elif (field.type, field.many) != (asked[name].type, asked[name].many):
            yield found(
                lifecycle, "lifecycle_child_input_type", key, type=field.type, wanted=asked[name].type, **params
            )
        elif asked[name].required and not sure:
            yield found(lifecycle, "lifecycle_child_input_unsure", key, **params)


def _given(flow: Flow, spec: ChildSpec) -> dict[str, tuple[Field, bool]]:
    """What a child gets by name, and whether it surely is there."""
    fields = flow.lifecycle.fields
    moves = [move for event in spec.opens_on for move in flow.of(event) if _may_open(flow, spec, move)]
    given = {name: (fields[name], all(name in flow.surely(move) for move in moves)) for name in spec.copy}
    item = fields[spec.for_each] if spec.for_each else None
    if item and item.type == "record":
        given |= {part.name: (part, part.required) for part in item.parts}
        given |= {name: (_field(name, "number"), True) for name in _counted(spec)}
    elif item and spec.as_:
        # One item of the list, and without items there is no child.
        given[spec.as_] = (_single(item), True)
    if spec.ahead:
        given |= {spec.ahead.day: (_field(spec.ahead.day, "date"), False)}
        given |= {spec.ahead.days: (_field(spec.ahead.days, "number"), False)}
    return given


def _may_open(flow: Flow, spec: ChildSpec, move: Move) -> bool:
    """A chain asks nobody where the case does not wait for it."""
    ending = flow.lifecycle.events.get(spec.all_agree or "") if spec.chain else None
    return ending is None or any(move.target in way.sources for way in ending.ways)


def _counted(spec: ChildSpec) -> tuple[str, ...]:
    """What the engine itself tells a step of a chain."""
    return tuple(name for name in (spec.chain.count, spec.chain.after) if name) if spec.chain else ()


def _field(name: str, type_: FieldType) -> Field:
    return Field(name=name, type=type_, label=Text(name, name))


def _single(field: Field) -> Field:
    return Field(name=field.name, type=field.type, label=field.label, choices=field.choices)
