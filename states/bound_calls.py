"""The guards and effects that a lifecycle calls, bound to it: what they ask, what they change, and how they refuse."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ..config.errors import InvalidInputError, Reason
from ..config.text import LANGS, Text
from ..config.texts import text_of
from .inputs import is_plain
from .lifecycle import Call, Lifecycle, Way
from .registry import Moment, Registry

#: What is said of a guard that holds where it must not, by its name and the number of its arguments (None: any).
_HOLDS: Mapping[tuple[str, int | None], str] = {
    ("public", 0): "holds_public",
    ("fact", 1): "holds_fact",
    ("fact", 2): "holds_value",
    ("listed", 2): "holds_listed",
    ("asked", 2): "holds_asked",
    ("changed", 1): "holds_changed",
    ("given", 1): "holds_given",
    ("day_reached", 1): "holds_day",
    ("day_passed", 1): "holds_day",
    ("next_session", None): "holds_next_session",
    ("minutes_left", None): "holds_minutes_left",
    ("above_in", None): "holds_above",
    ("rewritten", None): "holds_rewritten",
    ("result_in", None): "holds_result",
    ("children_in", None): "holds_result",
    ("rule_known", None): "holds_rule",
}
Check = Callable[[Moment], Reason | None]
Act = Callable[[Moment], Mapping[str, Any]]


class CompiledWay(NamedTuple):
    """A way with its guards and effects bound."""

    way: Way
    checks: tuple[tuple[Call, Check], ...]
    acts: tuple[Act, ...]


def compiled(way: Way, registry: Registry, lifecycle: Lifecycle) -> CompiledWay:
    """The way with what it calls."""
    return CompiledWay(way, checks(way.needs, registry, lifecycle), acts(way.do, registry))


def checks(needs: Iterable[Call], registry: Registry, lifecycle: Lifecycle) -> tuple[tuple[Call, Check], ...]:
    """The guards of `needs`, each with what it asks of a case at a moment."""
    return tuple((call, _check(call, registry, lifecycle)) for call in needs)


def _check(call: Call, registry: Registry, lifecycle: Lifecycle) -> Check:
    function: Callable[..., Reason | None] = registry.guard_named(call.name).function
    args = call.args
    if call.negated:
        failed = Reason("guard_negated", {"guard": str(call).removeprefix("not "), "holds": holds(call, lifecycle)})
        return lambda moment: failed if function(moment, *args) is None else None
    if call.name == "fact" and any(one.chain and one.for_each == args[0] for one in lifecycle.children.values()):
        # No event asks for a plan by itself: sending the first round out makes it.
        unplanned = Reason("chain_not_planned", {"fact": _called(args[0], lifecycle)})
        return lambda moment: unplanned if function(moment, *args) is not None else None

    def check(moment: Moment) -> Reason | None:
        reason = function(moment, *args)
        return reason and replace(reason, params=_labelled(reason.params, lifecycle))

    return check


def _labelled(params: Mapping[str, object], lifecycle: Lifecycle) -> Mapping[str, object]:
    """The parameters of a reason with fields called by their labels, and by the names under which they are given."""
    called = {name: _labelled_name(str(params[name]), lifecycle) for name in ("fact", "other") if name in params}
    return {**params, **called}


def _labelled_name(name: str, lifecycle: Lifecycle) -> Text | str:
    field = lifecycle.fields.get(name)
    if field is None or field.label.de.casefold() == name:
        return field.label if field else name
    return Text(f"{field.label.de} [{name}]", f"{field.label.en} [{name}]")


def holds(call: Call, lifecycle: Lifecycle) -> Text:
    """What stands against a way that is only open where a guard does not hold, in words."""
    code = _HOLDS.get((call.name, len(call.args))) or _HOLDS.get((call.name, None), "holds_other")
    told: dict[str, object] = {"guard": str(call).removeprefix("not ")}
    told |= {f"of_{number}": _called(name, lifecycle) for number, name in enumerate(call.args, 1)}
    return Text(*(text_of(code, told, lang) for lang in LANGS))


def _called(name: str, lifecycle: Lifecycle) -> Text | str:
    field = lifecycle.fields.get(name)
    return field.label if field else name


def acts(effects: Iterable[Call], registry: Registry) -> tuple[Act, ...]:
    """What the effects change, in their order."""

    def bind(call: Call) -> Act:
        function = registry.effect_named(call.name).function

        def act(moment: Moment) -> Mapping[str, Any]:
            changes: Mapping[str, Any] = function(moment, *call.args)
            for name, value in changes.items():
                if not is_plain(value):
                    raise InvalidInputError("effect_value_unstorable", effect=str(call), field=name, value=repr(value))
            return changes

        return act

    return tuple(bind(call) for call in effects)
