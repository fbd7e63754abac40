"""Whether a rule for what becomes of closed cases can ever take effect."""

from collections.abc import Iterator, Mapping

from ..config.errors import Finding
from ..config.reader import meant
from ..config.rules import RuleSet
from ..states.lifecycle import Lifecycle

#: Who opens a case as a part of another one.
_ENGINE = ("automatik",)


def retention_findings(one: RuleSet, file: str, lifecycles: Mapping[str, Lifecycle]) -> Iterator[Finding]:
    """The rules of a rule set that no case is disposed of by."""
    for kind in one.retention:
        params = {"kind": kind}
        if kind not in lifecycles:
            near = {"known": ", ".join(sorted(lifecycles)), "meant": meant(kind, lifecycles)}
            yield Finding(code="retention_kind_unknown", file=file, key=f"retention.{kind}", params={**params, **near})
        elif _is_part(lifecycles[kind]):
            yield Finding(code="retention_kind_part", file=file, key=f"retention.{kind}", params=params)


def _is_part(lifecycle: Lifecycle) -> bool:
    """No such case stands alone or finds its place by itself; papers do, for they are imported from the past."""
    opened_by = {event.by for event in lifecycle.events.values() if event.opens}
    return lifecycle.parent is None and lifecycle.record != "paper" and opened_by == {_ENGINE}
