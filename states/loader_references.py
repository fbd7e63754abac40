"""Do the names inside one lifecycle file mean something? States, events, fields and their types.

What lies outside the file (roles, guards, rules, templates, other lifecycles) is the checker's.
"""

from collections.abc import Iterable

from ..config.reader import Source
from .checker_flow import way_key
from .child_spec import ChainSpec, ChildSpec
from .lifecycle import AUTOMATIC, NOTES, DeadlineSpec, Event, Lifecycle, SignatureSpec
from .loader_tables import known
from .signatures import SILENCE

RECORDS = ("paper", "consultation", "meeting")
#: The value of an order field that makes children run one after the other.
IN_ORDER = "reihe"
#: Guards that tell whether an event brings another draft.
_CHANGES = frozenset({"changed", "rewritten"})


def check_references(lifecycle: Lifecycle, source: Source) -> None:
    """Note every name that does not exist."""
    if lifecycle.initial:
        known(source, "lifecycle_unknown_state", "initial", name=lifecycle.initial, names=lifecycle.states)
    if lifecycle.record is not None:
        known(source, "lifecycle_unknown_record", "record", name=lifecycle.record, names=RECORDS)
    _check_opening(lifecycle, source)
    for event in lifecycle.events.values():
        _check_event(event, lifecycle, source)
    for deadline in lifecycle.deadlines.values():
        _check_deadline(deadline, lifecycle, source)
    _check_signature(lifecycle, source)
    if (queue := lifecycle.queue) is not None:
        known(source, "lifecycle_unknown_state", "queue.waits", name=queue.waits, names=lifecycle.states)
        _check_events([queue.event], "queue.event", lifecycle, source)
        _check_events(queue.after, "queue.after", lifecycle, source)
    for child in lifecycle.children.values():
        _check_child(child, lifecycle, source)


def _check_opening(lifecycle: Lifecycle, source: Source) -> None:
    opening = [event for event in lifecycle.events.values() if event.opens]
    if not opening:
        source.find("lifecycle_opening_missing", "event")
    for event in opening[1:]:
        source.find("lifecycle_opening_twice", f"event.{event.name}.opens", first=opening[0].name, second=event.name)


def _check_event(event: Event, lifecycle: Lifecycle, source: Source) -> None:
    for number, way in enumerate(event.ways):
        key = way_key(event, number)
        for origin in way.sources:
            known(source, "lifecycle_unknown_state", f"{key}.from", name=origin, names=lifecycle.states)
        if way.to is not None and not event.opens:
            known(source, "lifecycle_unknown_state", f"{key}.to", name=way.to, names=lifecycle.states)
    for field in event.ask:
        if field.column and lifecycle.record is None:
            source.find("lifecycle_column_without_record", f"field.{field.name}.column", column=field.column)


def _check_deadline(deadline: DeadlineSpec, lifecycle: Lifecycle, source: Source) -> None:
    key = f"deadline.{deadline.name}"
    concerned = {
        name: getattr(deadline, name) for name in ("starts", "stops", "moves", "extends", "handed_back", "undone")
    }
    for name, events in concerned.items():
        _check_events(events, f"{key}.{name}", lifecycle, source)
    for event in deadline.measured:
        known(source, "lifecycle_measured", f"{key}.measured", name=event, names=deadline.stops)
    named = {name: getattr(deadline, name) for name in ("pauses", "only_in")}
    for place, state in ((place, state) for place, states in named.items() for state in states):
        known(source, "lifecycle_unknown_state", f"{key}.{place}", name=state, names=lifecycle.states)
    for name in ("expired", "silence", "agenda", "nears"):
        event = getattr(deadline, name)
        _check_events([event] if event else [], f"{key}.{name}", lifecycle, source)
    _check_open(deadline, lifecycle, source)
    if deadline.interim_of is not None:
        _check_interim(deadline, deadline.interim_of, lifecycle, source)
    dates = [(name, getattr(deadline, name), "date") for name in ("date", "counts_from", "before", "latest")]
    numbers = [(name, getattr(deadline, name), "number") for name in ("stages", "room")]
    moved = [(f"moves.{event}", field, "date") for event, field in deadline.moves.items()]
    for name, field, wanted in (*dates, *numbers, *moved):
        if field and _check_field(field, f"{key}.{name}", lifecycle, source):
            _check_type(field, wanted, f"{key}.{name}", lifecycle, source)
    for event, field in deadline.extends.items():
        if _check_field(field, f"{key}.extends.{event}", lifecycle, source):
            _check_type(field, "party", f"{key}.extends.{event}", lifecycle, source)


def _check_open(deadline: DeadlineSpec, lifecycle: Lifecycle, source: Source) -> None:
    key = f"deadline.{deadline.name}.open_in"
    for state in deadline.open_in:
        there = known(source, "lifecycle_unknown_state", key, name=state, names=lifecycle.states)
        if there and lifecycle.states[state].final:
            source.find("lifecycle_milestone_final", key, deadline=deadline.name, state=state)


def _check_interim(deadline: DeadlineSpec, of: str, lifecycle: Lifecycle, source: Source) -> None:
    key = f"deadline.{deadline.name}.interim_of"
    if not known(source, "lifecycle_unknown_deadline", key, name=of, names=lifecycle.deadlines):
        return
    whole = lifecycle.deadlines[of]
    if whole.date or whole.is_optional:
        source.find("lifecycle_interim_of_what", key, name=deadline.name, of=of)


def _check_child(child: ChildSpec, lifecycle: Lifecycle, source: Source) -> None:
    key = f"child.{child.name}"
    fired = {"all_agree": child.all_agree, "any_refuse": child.any_refuse}
    for name, event in fired.items():
        _check_events([event] if event else [], f"{key}.{name}", lifecycle, source)
    _check_events(child.all_end, f"{key}.all_end", lifecycle, source)
    _check_events(child.each_end, f"{key}.each_end", lifecycle, source)
    _check_events(child.opens_on, f"{key}.opens_on", lifecycle, source)
    _check_events(child.withdrawn_on, f"{key}.withdrawn_on", lifecycle, source)
    _check_events(child.passes_on, f"{key}.passes_on", lifecycle, source)
    for copied in child.copy:
        _check_field(copied, f"{key}.copy", lifecycle, source)
    if child.for_each and _check_field(child.for_each, f"{key}.for_each", lifecycle, source):
        field = lifecycle.fields[child.for_each]
        if not field.many and field.type != "record":
            source.find("lifecycle_for_each_no_list", f"{key}.for_each", name=field.name)
    for name in child.ahead.of if child.ahead else ():
        known(source, "lifecycle_unknown_deadline", f"{key}.ahead.of", name=name, names=lifecycle.deadlines)
    if child.chain:
        _check_chain(child, child.chain, lifecycle, source)
    if child.order and _check_field(child.order, f"{key}.order", lifecycle, source):
        _check_type(child.order, "choice", f"{key}.order", lifecycle, source)
        if IN_ORDER not in lifecycle.fields[child.order].choices:
            source.find("lifecycle_order_without_choice", f"{key}.order", name=child.order, choice=IN_ORDER)


def _check_chain(child: ChildSpec, chain: ChainSpec, lifecycle: Lifecycle, source: Source) -> None:
    key = f"child.{child.name}.chain"
    plan = lifecycle.fields.get(child.for_each or "")
    parts = {part.name: part for part in plan.parts} if plan else {}
    for name in (*([chain.stage] if chain.stage else []), child.item, *chain.beside):
        known(source, "lifecycle_unknown_part", key, name=name, names=parts)
    if chain.stage and chain.stage in parts and parts[chain.stage].type != "number":
        source.find(
            "lifecycle_field_type", f"{key}.stage", name=chain.stage, type=parts[chain.stage].type, wanted="number"
        )
    if _check_field(chain.bound_to, f"{key}.bound_to", lifecycle, source):
        known(source, "lifecycle_bound_not_copied", f"{key}.bound_to", name=chain.bound_to, names=child.copy)
    _check_events(chain.needed_for, f"{key}.needed_for", lifecycle, source)


def _check_signature(lifecycle: Lifecycle, source: Source) -> None:
    spec = lifecycle.signature
    signing = [name for name, event in lifecycle.events.items() if any(way.signs for way in event.ways)]
    if spec is None:
        for name in signing:
            source.find("lifecycle_signs_nothing", f"event.{name}.signs", event=name)
        return
    if _check_field(spec.draft, "signature.draft", lifecycle, source):
        _check_type(spec.draft, "file", "signature.draft", lifecycle, source)
    for name in (*spec.author, *spec.remark, *([spec.seen] if spec.seen else [])):
        _check_field(name, "signature", lifecycle, source)
    for name in signing:
        _check_signer(lifecycle.events[name], source)
    for event in lifecycle.events.values():
        _check_author(event, spec, source)


def _check_signer(event: Event, source: Source) -> None:
    """A timer signs nothing but silence, and nobody else does that."""
    for number, way in enumerate(event.ways):
        if way.signs and (AUTOMATIC in event.by) != (way.signs == SILENCE):
            source.find("lifecycle_timer_signs", f"{way_key(event, number)}.signs", event=event.name, result=SILENCE)


def _check_author(event: Event, spec: SignatureSpec, source: Source) -> None:
    """Whoever hands in a draft is its author: the event notes them, or is told who it was."""
    asked = {field.name for field in event.ask}
    for number, way in enumerate(event.ways):
        noted = {name for call in way.do if call.name == NOTES for name in call.args}
        same = any(call.negated and call.name in _CHANGES and call.args[:1] == (spec.draft,) for call in way.needs)
        if spec.draft in asked and not same and spec.author[0] not in asked | noted:
            key = f"{way_key(event, number)}.do"
            source.find("lifecycle_author_unknown", key, event=event.name, name=spec.author[0], draft=spec.draft)


def _check_events(names: Iterable[str], key: str, lifecycle: Lifecycle, source: Source) -> None:
    for name in names:
        known(source, "lifecycle_unknown_event", key, name=name, names=lifecycle.events)


def _check_field(name: str, key: str, lifecycle: Lifecycle, source: Source) -> bool:
    return known(source, "lifecycle_unknown_field", key, name=name, names=lifecycle.fields)


def _check_type(name: str, wanted: str, key: str, lifecycle: Lifecycle, source: Source) -> None:
    field = lifecycle.fields[name]
    if field.type != wanted or field.many:
        found = field.type + "*" * field.many
        source.find("lifecycle_field_type", key, name=name, type=found, wanted=wanted)
