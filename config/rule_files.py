"""Reads rule sets from TOML files: ``config/rules/`` and folders of the municipality.

A rule set may extend another (tables are merged, lists replaced, ``false`` removes an entry) and must in the end define
every rule of `REQUIRED`. All mistakes of all files are reported together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from .reader import Source, Table, meant, raise_findings, read_folder
from .rule_plans import read_plan
from .rule_tables import read_calendar, read_rule
from .rules import REQUIRED, RuleSet, RuleSets


def load_rules(folders: Sequence[Traversable] = ()) -> RuleSets:
    """The shipped rule sets and those of the given folders; a later folder replaces the same id and version.

    Raises:
        AuthorError: with every mistake of every file.
    """
    written: dict[tuple[str, str], _Written] = {}
    for folder in (files(__package__) / "rules", *folders):
        found = [_Written(source) for source in read_folder(folder)]
        _no_doubles(found)
        raise_findings(one.source for one in found)
        written |= {one.key: one for one in found}
    every = tuple(written.values())
    _no_overlaps(every)
    raise_findings(one.source for one in every)
    sets = []
    for one, bases in sorted(((one, _bases(one, every)) for one in every), key=lambda pair: len(pair[1])):
        if not any(each.source.findings for each in (one, *bases)):  # what follows from a mistake is no second one
            sets.append(_rule_set(one, bases))
    raise_findings(one.source for one in every)
    return RuleSets(sets)


@cache
def shipped_rules() -> RuleSets:
    """The rule sets that come with Vorgang."""
    return load_rules()


class _Written:
    """A rule set as written: its head is read, its rules are not yet merged with those that it extends."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.content = source.parse()
        self.head = head = Table(source, self.content)
        self.id = head.string("id")
        self.version = head.string("version")
        self.key = (self.id, self.version)
        self.valid_from = head.day("valid_from", required=True) or date.min
        self.valid_until = head.day("valid_until")
        self.extends = head.optional("extends")
        self.label = head.text("label")
        self.basis = head.text("basis")
        self.cited = head.string("source")
        head.table("calendar")
        head.table("rule")
        head.table("plan")
        head.close()
        if self.valid_until and self.valid_until < self.valid_from:
            head.find("rules_period", "valid_until")


def _rule_set(written: _Written, bases: Sequence[_Written]) -> RuleSet:
    below: dict[str, Any] = {}
    for one in reversed(bases):
        below = _overlay(below, _tables(one))
    merged = _overlay(below, _tables(written))
    _require_norms(written, below)
    table = Table(written.source, merged)
    rules = {name: read_rule(name, one) for name, one in table.table("rule").entries()}
    plans = {name: read_plan(name, one) for name, one in table.table("plan").entries()}
    parts = [rule.interim for rule in rules.values() if rule.interim]
    parts += [rule for plan in plans.values() for rule in plan.milestones]
    for missing in sorted(set(REQUIRED) - rules.keys()):
        table.find("rules_missing", f"rule.{missing}", rule=missing)
    return RuleSet(
        id=written.id,
        version=written.version,
        valid_from=written.valid_from,
        valid_until=written.valid_until,
        label=written.label,
        basis=written.basis,
        source=written.cited,
        calendar=read_calendar(table.table("calendar")),
        rules={**rules, **{part.id: part for part in parts}},
        plans=plans,
    )


def _tables(written: _Written) -> dict[str, Any]:
    return {key: written.content.get(key, {}) for key in ("calendar", "rule", "plan")}


def _require_norms(written: _Written, below: Mapping[str, Any]) -> None:
    """Whoever says what stands behind a period must say where: the norm that was there belongs to another basis."""
    rules = dict(_rules_in(below))
    for path, rule in _rules_in(_tables(written)):
        before = rules.get(path, {}).get("basis", "uebung")
        if rule.get("basis", before) != before and "norm" not in rule:
            written.head.find("rules_norm", f"{path}.basis", basis=str(rule["basis"]))


def _rules_in(tables: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every rule and every step of a plan, as written, with its path."""
    for name, rule in _entries(tables, "rule"):
        yield f"rule.{name}", rule
    for name, plan in _entries(tables, "plan"):
        for step, rule in _entries(plan, "step"):
            yield f"plan.{name}.step.{step}", rule


def _entries(table: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    entries = table.get(key)
    if isinstance(entries, dict):  # else it is found where it is read
        yield from ((name, entry) for name, entry in entries.items() if isinstance(entry, dict))


def _bases(written: _Written, every: Sequence[_Written]) -> tuple[_Written, ...]:
    """What a set extends, the nearest first: each in the version valid when the set begins."""
    bases: list[_Written] = []
    wanted = written.extends
    while wanted is not None:
        way = (written.id, *(base.id for base in bases))
        versions = sorted((one for one in every if one.id == wanted), key=lambda one: one.valid_from)
        if wanted in way:
            written.head.find("rules_extends_itself", "extends", way=" → ".join((*way, wanted)))
            break
        if not versions:
            ids = sorted({one.id for one in every})
            written.head.find("rules_extends", "extends", value=wanted, known=", ".join(ids), meant=meant(wanted, ids))
            break
        begun = [one for one in versions if one.valid_from <= written.valid_from] or versions[:1]
        bases.append(begun[-1])
        wanted = begun[-1].extends
    return tuple(bases)


def _overlay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        below = base.get(key)
        if value is False and key in base and not isinstance(below, bool):
            del result[key]
        elif isinstance(value, dict) and isinstance(below, dict):
            result[key] = _overlay(below, value)
        else:
            result[key] = value
    return result


def _no_doubles(found: Iterable[_Written]) -> None:
    seen: dict[tuple[str, str], _Written] = {}
    for one in found:
        other = seen.setdefault(one.key, one)
        if other is not one:
            one.head.find("rules_double", "version", rules=one.id, version=one.version, other=other.source.file)


def _no_overlaps(every: Iterable[_Written]) -> None:
    for before, after in pairwise(sorted(every, key=lambda one: (one.id, one.valid_from))):
        ends_late = before.valid_until is not None and before.valid_until >= after.valid_from
        if before.id == after.id and (ends_late or before.valid_from == after.valid_from):
            after.head.find("rules_overlap", "valid_from", rules=after.id, version=before.version)
