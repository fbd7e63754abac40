"""Do the names that point out of a lifecycle file exist: roles, guards, effects, rules, templates, drafts, columns?"""

from collections.abc import Collection, Iterator, Mapping
from itertools import permutations

from ..config.errors import Finding
from .checker_findings import found, unknown
from .checker_flow import SETTERS, way_key
from .deputies import MEMBERS, plain_role
from .known import Arity, Known
from .lifecycle import AUTOMATIC, NEXT_DAY, Call, DeadlineSpec, Field, Lifecycle, Tell
from .telling import INVITES, OWNER, invited_in

#: Fields of these types name who holds the role of the same name in a case.
ROLE_TYPES = frozenset({"office", "person", "body", "party"})
#: What the shipped guards and effects expect of their arguments.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "fact": ("fact", "value"),
    "not_before_today": ("day",),
    "not_after": ("day", "day"),
    "day_passed": ("date",),
    "children_final": ("child",),
    "children_any": ("child",),
    "set": ("any", "value"),
    "clear": ("fact",),
    "listed": ("fact", "any"),
    "each_once": ("fact", "any"),
    "asked": ("child", "any"),
    "none_asked": ("child", "any", "fact"),
    "changed": ("fact",),
    "any_fact": ("fact", "fact"),
    "only_now": ("fact",),
    "equate": ("any", "fact", "fact"),
    "plan_steps": ("fact", "fact", "fact", "any", "any", "any", "child"),
    "ask_steps": ("fact", "fact", "any", "any", "child"),
    "renew_steps": ("fact", "any", "any", "child"),
    "note_asking": ("fact", "fact", "fact"),
    "at_least": ("any", "fact", "any"),
    "below": ("fact", "fact", "any"),
    "acts_for": ("fact",),
    "insert_step": ("fact",),
    "skip_step": ("fact", "fact", "any", "fact"),
    "repeat_step": ("fact", "fact", "any", "any", "child"),
    "append": ("fact",),
    "attachment": ("fact",),
    "withhold": ("fact", "date"),
    "release": ("fact",),
    "answered": ("fact", "fact", "fact"),
    "clock_time": ("fact",),
    "email_address": ("fact",),
    "later": ("fact", "fact"),
    "day_reached": ("date",),
    "given": ("fact",),
    "unknown_before": ("fact",),
    "exists": ("fact", "date"),
    "meets": ("fact",),
    "any_uninvited": ("fact", "fact", "date"),
    "free_day": ("fact", "date"),
    "free_room": ("fact", "date", "fact", "fact"),
    "stops_fit": ("fact", "any"),
    "not_called_off": ("fact", "date"),
    "not_before_opening": ("date",),
    "plan_fits": ("fact", "any"),
    "any_new": ("fact", "any"),
    "only_new": ("fact", "any"),
    "dealt_with_before": ("child", "fact", "any"),
    "until_last_session": ("any", "any", "fact", "any"),
    "next_session": ("fact", "date", "any", *("state",) * 6),
    "to_next_session": ("date", "fact", "any", *("state",) * 6),
    "place_at_next_session": ("fact", "any", "fact", "any"),
    "attendance_fits": ("fact", "date", "fact"),
    "votes_fit": ("fact", "date", "fact", "fact", "fact", "fact"),
    "votes_present": ("link", "any", "fact", "fact", "fact", "fact"),
    "votes_within": ("any", "fact", "fact", "fact", "fact"),
    "without_paper": ("fact", "fact"),
    "stops_here": ("link", "fact"),
    "keeps_results": ("link", "fact"),
    "present_fit": ("link", "link", "fact", "fact", "any", "any", "any", "any"),
    "title_or_paper": ("fact", "fact", "fact"),
    "majority": ("any", "fact", "date", "fact", "fact"),
    "carried": ("any", "fact", "date", "fact", "fact", "fact"),
    "lost": ("any", "fact", "date", "fact", "fact", "fact"),
    "does": ("fact", "value", "value", "value"),
    "children_in": ("child",),
    "note_row": ("any", "any", "any", "fact", "fact", "fact", "fact", "fact", "fact"),
    "questions_left": ("any",),
    "parts_fit": ("any", "fact"),
    "minutes_left": ("any",),
    "fits_session": ("date", "any", *("state",) * 4),
    "in_following_session": ("fact", "date"),
    "off_agenda": ("fact",),
    "hide": ("state",) * 9,
    "in_time": ("any", "date", "date"),
    "not_barred": ("date",),
    "may_carry": ("any",),
    "keep_private": ("any", *("fact",) * 8),
    "keep_private_below": ("any", "any", *("fact",) * 7),
    "result_in": ("child",),
    "undecided": ("child", "any"),
    "only_noting_open": ("child", "any"),
    "as_decided": ("child", "any", "fact", "fact"),
    "note_treated_on": ("child",),
    "note_hidden": ("child",),
    "no_results": ("link", "date"),
    "decides_there": ("link", "fact", "date"),
    "note_hidden_there": ("link",),
    "not_over": ("date", "fact"),
    "none_pending": ("fact",),
    "note_pending": ("any", "fact", "any", "any", "any", "any"),
    "mark": ("any", "child", "any"),
    "unmark": ("any",),
    "sentences": ("fact",),
    "log_row": ("any", "any", "fact", "fact", "fact", "fact"),
    "gather": ("fact", "fact", "any"),
    "take_over": ("any", "fact"),
    "note_before": ("fact", "fact"),
    "due_today": ("fact", "any"),
    "note_decider": ("child", "any", "any"),
    "none_later": ("fact", "any", "date", "any"),
    NEXT_DAY: ("any", "fact", "any", "any", "any"),
    "note_in_row": ("fact", "any", "any", "fact", "any", "fact"),
    "prepare_report": ("fact", "fact", "fact", "fact", "fact"),
    INVITES: ("any", "fact", "date", "any", "any"),
    "append_row": ("fact", "fact", "fact", "fact", "fact", "fact", "fact", "fact", "fact"),
    "before": ("instant", "instant"),
    "day_of": ("date", "instant", "days"),
    "room": ("any", *("state",) * 20),
}


def check_names(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    """Every name that does not exist."""
    yield from _check_roles(lifecycle, known)
    for event in lifecycle.events.values():
        for number, way in enumerate(event.ways):
            key = way_key(event, number)
            for call in way.needs:
                yield from _check_call(
                    lifecycle, "lifecycle_unknown_guard", f"{key}.needs", call=call, known=known.guards
                )
            for call in way.do:
                yield from _check_call(
                    lifecycle, "lifecycle_unknown_effect", f"{key}.do", call=call, known=known.effects
                )
            for tell in way.tell:
                yield from _check_tell(lifecycle, known, f"{key}.tell", tell)
    yield from _check_by_hand(lifecycle, known)
    for deadline in lifecycle.deadlines.values():
        yield from _check_rule(lifecycle, known, deadline)
        for tell in deadline.tell:
            yield from _check_tell(lifecycle, known, f"deadline.{deadline.name}.tell", tell, {OWNER})
    yield from _check_order(lifecycle, known)
    for field in lifecycle.fields.values():
        if field.column and lifecycle.record in known.columns:
            columns = known.columns[lifecycle.record or ""]
            yield from unknown(
                lifecycle, "lifecycle_unknown_column", f"field.{field.name}.column", name=field.column, names=columns
            )


def _check_by_hand(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    for name, state in lifecycle.states.items():
        key = f"state.{name}.by_hand"
        for call in state.by_hand:
            yield from _check_call(lifecycle, "lifecycle_unknown_effect", key, call=call, known=known.effects)
        for call in state.by_hand_needs:
            yield from _check_call(lifecycle, "lifecycle_unknown_guard", f"{key}_needs", call=call, known=known.guards)


def _check_rule(lifecycle: Lifecycle, known: Known, deadline: DeadlineSpec) -> Iterator[Finding]:
    """Does the rule exist, and does it count in the direction in which the deadline means it?"""
    key, rule = f"deadline.{deadline.name}", deadline.rule
    if deadline.interim_of is not None or not known.rules_known:  # a town may name no interim reply; then nothing runs
        return
    yield from unknown(lifecycle, "lifecycle_unknown_rule", key, name=rule, names=known.rules)
    dated = deadline.before or deadline.counts_from or deadline.date
    if rule in known.backward and not dated:
        yield found(lifecycle, "lifecycle_backward_without_day", key, deadline=deadline.name, rule=rule)
    elif deadline.before and rule in known.rules and rule not in known.milestones:
        milestones = ", ".join(sorted(known.milestones)) or "–"
        yield found(lifecycle, "lifecycle_milestone_forward", key, deadline=deadline.name, rule=rule, known=milestones)
    elif rule in known.milestones and not deadline.before:
        yield found(lifecycle, "lifecycle_milestone_without_session", key, deadline=deadline.name, rule=rule)


def _check_order(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    """A step that is open in fewer states than another is done before it, so it must lie before it in the plan."""
    steps = [spec for spec in lifecycle.deadlines.values() if spec.before and spec.rule in known.milestones]
    for first, second in permutations(steps, 2):
        sooner = first.before == second.before and {*first.open_in} < {*second.open_in}
        same_plan = first.rule.partition(".")[0] == second.rule.partition(".")[0]
        if sooner and same_plan and known.milestones[first.rule] > known.milestones[second.rule]:
            key = f"deadline.{first.name}.open_in"
            yield found(lifecycle, "lifecycle_milestone_order", key, first=first.name, second=second.name)


def check_fields(lifecycle: Lifecycle) -> Iterator[Finding]:
    """A name means the same everywhere: the same field asked for with different types."""
    first: dict[str, tuple[str, Field]] = {}
    for event in lifecycle.events.values():
        for field in event.ask:
            other, known = first.setdefault(field.name, (event.name, field))
            if (known.type, known.many) != (field.type, field.many):
                key = f"event.{event.name}.ask.{field.name}"
                types = {"type": _spec(field), "other": other, "other_type": _spec(known)}
                yield found(lifecycle, "lifecycle_field_two_types", key, name=field.name, **types)


def roles_of(lifecycle: Lifecycle, known: Known) -> set[str]:
    """The roles that somebody can hold in a case: functions of the municipality, and fields that name a party."""
    return {*known.roles, *(field.name for field in lifecycle.fields.values() if field.type in ROLE_TYPES)}


def _spec(field: Field) -> str:
    return field.type + "*" * field.many


def _check_roles(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    roles = roles_of(lifecycle, known)
    for pair in lifecycle.signature.by_order.items() if lifecycle.signature else ():
        for role in pair:
            yield from unknown(lifecycle, "lifecycle_unknown_role", "signature.by_order", name=role, names=roles)
    for name, state in lifecycle.states.items():
        if state.owner:
            yield from unknown(
                lifecycle, "lifecycle_unknown_role", f"state.{name}.owner", name=state.owner, names=roles
            )
    for name, event in lifecycle.events.items():
        if not event.by:
            yield found(
                lifecycle, "lifecycle_event_without_role", f"event.{name}", event=name, known=", ".join(sorted(roles))
            )
        for role in event.by:
            yield from _check_role(lifecycle, f"event.{name}.by", role, {*roles, AUTOMATIC})


def _check_tell(
    lifecycle: Lifecycle, known: Known, key: str, tell: Tell, more: Collection[str] = ()
) -> Iterator[Finding]:
    for role in (*tell.to, *([tell.instead] if tell.instead else ())):
        yield from _check_role(lifecycle, key, role, {*roles_of(lifecycle, known), *invited_in(lifecycle), *more})
    yield from unknown(lifecycle, "lifecycle_unknown_template", key, name=tell.template, names=known.templates)
    if tell.attach:
        yield from unknown(lifecycle, "lifecycle_unknown_draft", key, name=tell.attach, names=known.drafts)


def _check_role(lifecycle: Lifecycle, key: str, role: str, names: Collection[str]) -> Iterator[Finding]:
    """Can anybody hold the role, and is what stands behind its members a day?"""
    base = plain_role(role)
    yield from unknown(lifecycle, "lifecycle_unknown_role", key, name=base, names=names)
    day = role.removeprefix(base).partition(f".{MEMBERS}.")[2]
    if day:
        yield from unknown(lifecycle, "lifecycle_unknown_date_field", key, name=day, names=_dates(lifecycle))


def _dates(lifecycle: Lifecycle, *types: str) -> set[str]:
    types = types or ("date",)
    return {field.name for field in lifecycle.fields.values() if field.type in types and not field.many}


def _check_call(
    lifecycle: Lifecycle, code: str, key: str, *, call: Call, known: Mapping[str, Arity]
) -> Iterator[Finding]:
    if call.name not in known:
        yield from unknown(lifecycle, code, key, name=call.name, names=known)
        return
    least, most = known[call.name]
    if not least <= len(call.args) <= most:
        wanted = str(least) if least == most else f"{least}–{most}"
        yield found(lifecycle, "lifecycle_argument_count", key, call=str(call), wanted=wanted, given=len(call.args))
        return
    for kind_of_argument, argument in zip(ARGUMENTS.get(call.name, ()), call.args, strict=False):
        yield from _check_argument(lifecycle, key, call, kind=kind_of_argument, argument=argument)


def _check_argument(lifecycle: Lifecycle, key: str, call: Call, *, kind: str, argument: str) -> Iterator[Finding]:
    fields = lifecycle.fields
    if kind == "child":
        yield from unknown(lifecycle, "lifecycle_unknown_child", key, name=argument, names=lifecycle.children)
    elif kind == "link":
        yield from unknown(lifecycle, "lifecycle_unknown_link", key, name=argument, names=lifecycle.links)
    elif kind == "state":
        yield from unknown(lifecycle, "lifecycle_unknown_state", key, name=argument, names=lifecycle.states)
    elif kind == "fact":
        yield from unknown(
            lifecycle, "lifecycle_unknown_field", key, name=argument, names={*fields, *_set_facts(lifecycle)}
        )
    elif kind == "date":
        yield from unknown(lifecycle, "lifecycle_unknown_date_field", key, name=argument, names=_dates(lifecycle))
    elif kind == "day":
        days = _dates(lifecycle, "date", "instant")
        yield from unknown(lifecycle, "lifecycle_unknown_date_field", key, name=argument, names=days)
    elif kind == "instant":
        instants = _dates(lifecycle, "instant")
        yield from unknown(lifecycle, "lifecycle_unknown_instant_field", key, name=argument, names=instants)
    elif kind == "days" and not argument.isdecimal():
        yield found(lifecycle, "lifecycle_argument_number", key, call=str(call), given=argument)
    elif kind == "value" and call.args[0] in fields and fields[call.args[0]].choices:
        yield from unknown(
            lifecycle, "lifecycle_unknown_choice", key, name=argument, names=fields[call.args[0]].choices
        )


def _set_facts(lifecycle: Lifecycle) -> set[str]:
    """Facts that no event asks for but an effect sets."""
    ways = [way for event in lifecycle.events.values() for way in event.ways]
    calls = [call for way in ways for call in way.do if call.args]
    return {call.args[0] for call in calls if call.name in SETTERS} | {*lifecycle.noted}
