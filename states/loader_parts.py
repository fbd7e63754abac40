"""Reads the tables of a lifecycle file into the frozen model, one function per kind of table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar, cast, get_args

from ..config.reader import Table
from .child_spec import AheadSpec, ChainSpec, ChildSpec
from .lifecycle import Call, DeadlineSpec, Event, Field, Outcome, SignatureSpec, State, Tell, Way
from .link_spec import QueueSpec
from .loader_fields import Fields
from .loader_tables import known, names, optional_text, rows

T = TypeVar("T")
_CALL = re.compile(r"\s*(not\s+)?([a-z][a-z0-9_]*)\s*(?:\(([^()]*)\))?\s*")


def read_state(name: str, table: Table) -> State:
    """``[state.name]``."""
    outcome = table.optional("outcome") or "neutral"
    known(table.source, "lifecycle_unknown_outcome", table.at("outcome"), name=outcome, names=get_args(Outcome))
    state = State(
        name=name,
        label=table.text("label"),
        owner=table.optional("owner"),
        public=optional_text(table, "public"),
        undisclosed=optional_text(table, "undisclosed"),
        final=bool(table.flag("final")),
        outcome=cast("Outcome", outcome),
        unattended=table.optional("unattended"),
        by_hand=_effects(table, "by_hand"),
        by_hand_needs=_calls(table, "by_hand_needs"),
    )
    table.close()
    if not state.final and "outcome" in table.data:
        table.find("lifecycle_outcome_not_final", "outcome", state=name)
    return state


def read_event(name: str, ways: Sequence[Table], fields: Fields, initial: str) -> Event:
    """``[event.name]``, or the several ways of ``[[event.name]]``: the head of the event may stand in any of them."""
    opens = True in [table.flag("opens") for table in ways]
    by_link = True in [table.flag("by_link") for table in ways]
    labels = [(table.at("label"), optional_text(table, "label")) for table in ways]
    roles = [(table.at("by"), names(table, "by")) for table in ways]
    asked = [(table, fields.asked(table.table("ask"))) for table in ways]
    if opens and len(ways) > 1:
        ways[1].source.find("lifecycle_opening_several_ways", ways[1].path, name=name)
    event = Event(
        name=name,
        label=_agreed(ways[0], [(key, label) for key, label in labels if label]) or ways[0].text("label"),
        by=_agreed(ways[0], [(key, by) for key, by in roles if by]) or (),
        ask=_united(asked),
        ways=tuple(_opening(table, initial) if opens else _moving(table) for table in ways),
        opens=opens,
        by_link=by_link,
    )
    for table in ways:
        table.close()
    return event


def _way(table: Table, *, sources: tuple[str, ...], to: str | None) -> Way:
    needs, tells, signs = _calls(table, "needs"), _tells(table), table.optional("signs")
    return Way(sources=sources, to=to, needs=needs, do=_effects(table, "do"), tell=tells, signs=signs)


def _effects(table: Table, key: str) -> tuple[Call, ...]:
    effects = _calls(table, key)
    for effect in effects:
        if effect.negated:
            table.find("lifecycle_effect_negated", key, call=str(effect))
    return effects


def _moving(table: Table) -> Way:
    return _way(table, sources=names(table, "from", required=True), to=table.optional("to"))


def _opening(table: Table, initial: str) -> Way:
    """The way that opens a case: from nowhere to the initial state."""
    for given in ("from", "to"):
        if given in table.data:
            names(table, given)
            table.find("lifecycle_opening_has_place", given, name=given, initial=initial)
    return _way(table, sources=(), to=initial)


class _Misplaced(NamedTuple):
    """The keys that a kind of deadline cannot have, and what is found then."""

    code: str
    keys: frozenset[str]


_OWN = frozenset({"starts", "pauses", "date", "counts_from", "moves", "extends"})
_LIMIT = frozenset({"latest", "room", "firm", "only_in", "where_ruled"})
_MISPLACED = {
    "interim": _Misplaced(
        "lifecycle_interim_key", _OWN | {"rule", "before", "open_in", "silence", "agenda", "nears", "stages"} | _LIMIT
    ),
    "milestone": _Misplaced(
        "lifecycle_milestone_key", _OWN | {"expired", "tell", "silence", "agenda", "nears"} | _LIMIT
    ),
    "other": _Misplaced("lifecycle_open_in_key", frozenset({"open_in", "stages"})),
}


def read_deadline(name: str, table: Table) -> DeadlineSpec:
    """``[deadline.name]``; its rule has the same name unless it says another."""
    date, interim_of, before = (table.optional(key) for key in ("date", "interim_of", "before"))
    moves, extends = table.table("moves"), table.table("extends")
    deadline = DeadlineSpec(
        name=name,
        label=table.text("label"),
        rule=table.optional("rule") or name,
        starts=names(table, "starts", required=not (date or interim_of or before)),
        stops=names(table, "stops", required=before is None),
        pauses=names(table, "pauses"),
        date=date,
        counts_from=table.optional("counts_from"),
        moves={event: moves.string(event) for event in moves.data},
        extends={event: extends.string(event) for event in extends.data},
        expired=table.optional("expired"),
        interim_of=interim_of,
        before=before,
        open_in=names(table, "open_in", required=before is not None),
        tell=_tells(table),
        silence=table.optional("silence"),
        agenda=table.optional("agenda"),
        only_in=names(table, "only_in"),
        nears=table.optional("nears"),
        stages=table.optional("stages"),
        latest=table.optional("latest"),
        room=table.optional("room"),
        firm=table.optional("firm"),
        where_ruled=bool(table.flag("where_ruled")),
        measured=names(table, "measured"),
        handed_back=names(table, "handed_back"),
        undone=names(table, "undone"),
    )
    table.close()
    misplaced = _MISPLACED["interim" if interim_of else "milestone" if before else "other"]
    for key in misplaced.keys & table.data.keys():
        table.find(misplaced.code, key, name=key, deadline=name)
    return deadline


def with_stages(deadlines: Mapping[str, DeadlineSpec]) -> dict[str, DeadlineSpec]:
    """The deadlines, each interim stage with what it takes from the deadline that it belongs to."""
    return {name: _stage(spec, deadlines.get(spec.interim_of or "")) for name, spec in deadlines.items()}


def _stage(spec: DeadlineSpec, whole: DeadlineSpec | None) -> DeadlineSpec:
    if whole is None:
        return spec
    return replace(
        spec,
        rule=f"{whole.rule}.interim",
        starts=whole.starts,
        stops=tuple(dict.fromkeys((*spec.stops, *whole.stops))),
        pauses=whole.pauses,
        counts_from=whole.counts_from,
    )


def read_child(name: str, table: Table) -> ChildSpec:
    """``[child.name]``."""
    passes_on = table.table("passes_on")
    child = ChildSpec(
        name=name,
        lifecycle=table.string("lifecycle"),
        opens_on=names(table, "opens_on", required=True),
        for_each=table.optional("for_each"),
        as_=table.optional("as"),
        copy=names(table, "copy"),
        order=table.optional("order"),
        all_agree=table.optional("all_agree"),
        any_refuse=table.optional("any_refuse"),
        all_end=names(table, "all_end"),
        each_end=names(table, "each_end"),
        withdrawn_on=names(table, "withdrawn_on"),
        withdraw_event=table.optional("withdraw_event"),
        passes_on={event: passes_on.string(event) for event in passes_on.data},
        chain=_chain(table.table("chain")) if "chain" in table.data else None,
        ahead=_ahead(table.table("ahead")) if "ahead" in table.data else None,
    )
    table.close()
    if child.chain and (child.order or not (child.for_each and child.as_)):
        table.find("lifecycle_chain_incomplete", "chain")
    if bool(child.withdrawn_on) != bool(child.withdraw_event):
        missing = "withdraw_event" if child.withdrawn_on else "withdrawn_on"
        table.find("lifecycle_withdrawal_incomplete", "withdrawn_on", missing=missing)
    return child


def _chain(table: Table) -> ChainSpec:
    beside = table.table("beside")
    chain = ChainSpec(
        bound_to=table.string("bound_to"),
        stage=table.optional("stage"),
        same=table.optional("same"),
        beside={part: beside.string(part) for part in beside.data},
        skipped=table.optional("skipped"),
        count=table.optional("count"),
        after=table.optional("after"),
        needed_for=names(table, "needed_for"),
    )
    table.close()
    return chain


def _ahead(table: Table) -> AheadSpec:
    ahead = AheadSpec(
        of=names(table, "of", required=True),
        day=table.string("day"),
        days=table.string("days"),
        step=table.optional("step"),
    )
    table.close()
    return ahead


def read_signature(table: Table) -> SignatureSpec:
    """``[signature]``."""
    by_order = table.table("by_order")
    signature = SignatureSpec(
        draft=table.string("draft"),
        author=names(table, "author", required=True),
        remark=names(table, "remark"),
        seen=table.optional("seen"),
        by_order={role: by_order.string(role) for role in by_order.data},
    )
    table.close()
    return signature


def read_queue(table: Table) -> QueueSpec:
    """``[queue]``."""
    queue = QueueSpec(
        waits=table.string("waits"),
        event=table.string("event"),
        after=names(table, "after", required=True),
        order=table.optional("order"),
    )
    table.close()
    return queue


def _calls(table: Table, key: str) -> tuple[Call, ...]:
    calls = []
    for text in names(table, key):
        match = _CALL.fullmatch(text)
        args = tuple(arg.strip() for arg in match[3].split(",")) if match and match[3] is not None else ()
        if match and all(args):
            calls.append(Call(name=match[2], args=args, negated=bool(match[1])))
        else:
            table.find("lifecycle_call_form", key, call=text)
    return tuple(calls)


def _tells(table: Table) -> tuple[Tell, ...]:
    return tuple(_tell(row) for row in rows(table, "tell"))


def _tell(table: Table) -> Tell:
    tell = Tell(
        to=names(table, "to", required=True),
        template=table.string("template"),
        attach=table.optional("attach"),
        instead=table.optional("instead"),
    )
    table.close()
    return tell


def _agreed(table: Table, values: Sequence[tuple[str, T]]) -> T | None:
    """The one value of all the ways that give one."""
    for key, value in values[1:]:
        if value != values[0][1]:
            table.source.find("lifecycle_ways_disagree", key, first=values[0][0])
    return values[0][1] if values else None


def _united(asked: Sequence[tuple[Table, dict[str, Field]]]) -> tuple[Field, ...]:
    """The input fields of all ways together: the form is one, whichever way is taken."""
    united: dict[str, Field] = {}
    for table, fields in asked:
        for name, field in fields.items():
            if united.setdefault(name, field) != field:
                table.find("lifecycle_ways_disagree", f"ask.{name}", first=f"ask.{name}")
    return tuple(united.values())
