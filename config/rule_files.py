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
from typing import Any, NamedTuple

from .errors import AuthorError, Finding
from .reader import Source, Table, meant, read_folder
from .retention import read_retention
from .rule_agenda import read_agenda
from .rule_limits import read_limit, read_majority
from .rule_plans import read_plan
from .rule_tables import read_calendar, read_late_bands, read_rule
from .rules import REQUIRED, RuleSet, RuleSets

#: The tables of a file that are laid over those of the set which it extends.
TABLES = ("calendar", "rule", "plan", "majority", "limit", "retention", "report", "agenda")


class Survey(NamedTuple):
    """What files of rule sets hold: the sets that could be read, and every mistake of every file."""

    #: Also of a set with mistakes, as far as the others of its head say which set it is and when it holds.
    rules: RuleSets
    findings: tuple[Finding, ...]
    #: Those of them in whose tables there are mistakes, by id and version.
    flawed: frozenset[tuple[str, str]]


def load_rules(folders: Sequence[Traversable] = ()) -> RuleSets:
    """The shipped rule sets and those of the given folders; a later folder replaces the same id and version.

    Raises:
        AuthorError: with every mistake of every file.
    """
    return _loaded(tuple(folders)) if folders else _shipped()


@cache
def _shipped() -> RuleSets:
    """They do not change while a program runs."""
    return _loaded(())


def _loaded(folders: Sequence[Traversable]) -> RuleSets:
    survey = survey_rules(folders)
    if survey.findings:
        raise AuthorError(survey.findings)
    return survey.rules


def survey_rules(folders: Sequence[Traversable] = ()) -> Survey:
    """What `load_rules` would load, and all that is wrong with it: one mistake hides no other.

    Raises:
        AuthorError: a folder is none.
    """
    read: list[_Written] = []
    written: dict[tuple[str, str], _Written] = {}
    for folder in (files(__package__) / "rules", *folders):
        found = [_Written(source) for source in read_folder(folder)]
        _no_doubles(found)
        read += found
        # What lacks its name is a set of its own: it neither replaces another nor is one of its versions.
        written |= {one.key if one.is_named else (one.source.file, ""): one for one in found}
    every = tuple(written.values())
    _no_overlaps([one for one in every if one.is_dated])
    sets = []
    for one, bases in sorted(((one, _bases(one, every)) for one in every), key=lambda pair: len(pair[1])):
        if one.is_whole and all(base.is_sound for base in bases):  # what follows from a mistake is no second one
            made = _rule_set(one, bases)
            sets += [made] if one.is_dated else []
    findings = [finding for one in read for finding in one.source.findings]
    flawed = frozenset(one.key for one in every if not one.is_sound)
    return Survey(RuleSets(sets), tuple(findings), flawed)


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
        self.extends = head.optional("extends") or None
        self.label = head.text("label")
        self.basis = head.text("basis")
        self.cited = head.string("source")
        for table in TABLES:
            head.table(table)
        head.close()
        self.is_named = bool(self.id and self.version)
        backwards = self.valid_until is not None and self.valid_until < self.valid_from
        #: Whether it is said which set this is, and when it holds.
        self.is_dated = self.is_named and type(self.content.get("valid_from")) is date and not backwards
        tables = (self.content.get(key, {}) for key in TABLES)
        #: Whether its tables are tables, and it can be said what they are laid over.
        self.is_whole = (
            not source.broken
            and all(isinstance(table, dict) for table in tables)
            and (self.extends is not None or "extends" not in self.content)
        )
        #: Whether others can be laid over what its tables say: known when they have been read.
        self.is_sound = False
        if backwards:
            head.find("rules_period", "valid_until")


def _rule_set(written: _Written, bases: Sequence[_Written]) -> RuleSet:
    before = len(written.source.findings)
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
    calendar = read_calendar(table.table("calendar"))
    majorities = {name: read_majority(one) for name, one in table.table("majority").entries()}
    limits = {name: read_limit(one) for name, one in table.table("limit").entries()}
    agenda = read_agenda(table.table("agenda"))
    retention = read_retention(table.table("retention"))
    late_bands = read_late_bands(table.table("report"))
    written.is_sound = len(written.source.findings) == before
    return RuleSet(
        id=written.id,
        version=written.version,
        valid_from=written.valid_from,
        valid_until=written.valid_until,
        label=written.label,
        basis=written.basis,
        source=written.cited,
        calendar=calendar,
        rules={**rules, **{part.id: part for part in parts}},
        plans=plans,
        majorities=majorities,
        limits=limits,
        agenda=agenda,
        retention=retention,
        late_bands=late_bands,
    )


def _tables(written: _Written) -> dict[str, Any]:
    return {key: written.content.get(key, {}) for key in TABLES}


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
            written.is_whole = False
            break
        if not versions:
            written.is_whole = False
            if not bases and all(one.is_named for one in every):  # else it may be the set whose name cannot be read
                ids = sorted({one.id for one in every})
                known = ", ".join(ids)
                written.head.find("rules_extends", "extends", value=wanted, known=known, meant=meant(wanted, ids))
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
        other = seen.setdefault(one.key, one) if one.is_named else one
        if other is not one:
            one.head.find("rules_double", "version", rules=one.id, version=one.version, other=other.source.file)


def _no_overlaps(every: Iterable[_Written]) -> None:
    for before, after in pairwise(sorted(every, key=lambda one: (one.id, one.valid_from))):
        ends_late = before.valid_until is not None and before.valid_until >= after.valid_from
        if before.id == after.id and (ends_late or before.valid_from == after.valid_from):
            after.head.find("rules_overlap", "valid_from", rules=after.id, version=before.version)
