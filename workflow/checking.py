"""Whether what authors wrote (lifecycles, rule sets, profiles, templates) fits together and may run."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, cast

from ..config.errors import AuthorError, Finding, InvalidInputError
from ..config.profile_files import load_profiles
from ..config.profiles import Profile, Profiles
from ..config.reader import Table, meant, raise_findings, read_file
from ..config.roles import known_roles
from ..config.rule_files import load_rules
from ..config.rules import Rule, RuleSet, RuleSets
from ..config.settings import Settings
from ..notifications.drafting import Drafts
from ..notifications.filed import NO_TEMPLATES
from ..notifications.templates import Templates
from ..states.checker import Known, check, check_surveyed
from ..states.checker_names import ROLE_TYPES
from ..states.deputies import plain_role
from ..states.lifecycle import Lifecycle
from ..states.loader import Survey, survey_file, survey_folders, with_lines
from ..states.records import RECORDS
from ..states.registry import Entry
from ..states.tables import table_of
from .guards import shipped_registry
from .ladder_checks import ladder_findings
from .retention_checks import retention_findings

#: Columns that the engine fills in itself.
_OWN_COLUMNS = frozenset(
    {"id", "body", "created", "modified", "canonical", "answer_canonical", "paper_type", "case_id"}
)


#: The key under which a rule says who may agree to an extension.
_WHO_AGREES = ".extension.by"
_DAY = timedelta(days=1)


class Checked(NamedTuple):
    """The lifecycles that were looked at, and what is wrong with them."""

    lifecycles: tuple[Lifecycle, ...]
    findings: tuple[Finding, ...]
    #: Mistakes of the rule sets, because of which nobody can say whether the rules exist that the lifecycles name.
    of_rules: tuple[Finding, ...] = ()


def check_lifecycles(settings: Settings, paths: Sequence[Path] = ()) -> Checked:
    """Check the lifecycles in `paths` (files or folders); without any, all that the installation has."""
    folders = [path for path in paths if not path.is_file()]
    try:
        survey = survey_folders(*settings.lifecycles, *folders)
        single = [survey_file(path) for path in paths if path.is_file()]
    except AuthorError as error:
        return Checked((), error.findings)
    sound = {**survey.sound, **{name: one for each in single for name, one in each.sound.items()}}
    rules, of_rules = read_rules(settings)
    known = known_names(settings, sound, rules)
    wanted = tuple(sound.values()) if not paths else (*_within(survey, folders), *_only(single))
    surveys = (survey, *single)
    unread = {name for each in surveys for name in _unread(each)}
    findings = [
        finding
        for lifecycle in wanted
        for finding in check(lifecycle, known)
        if not (finding.code == "lifecycle_unknown_lifecycle" and finding.params["name"] in unread)
    ]
    for each in surveys:  # a file may be named and lie in a folder too
        findings += [finding for finding in check_surveyed(each, known) if finding not in findings]
    return Checked(wanted, with_lines(findings), of_rules)


def read_rules(settings: Settings) -> tuple[RuleSets | None, tuple[Finding, ...]]:
    """The rule sets of the installation, or what is wrong with them."""
    try:
        return load_rules(settings.rules), ()
    except AuthorError as error:
        return None, error.findings


def _unread(survey: Survey) -> set[str]:
    """The lifecycles that are there, but could not be read: by id, or as their files are called."""
    return {*(one.id for one in survey.loose), *(Path(finding.file).stem for finding in survey.findings)}


def _within(survey: Survey, folders: Sequence[Path]) -> list[Lifecycle]:
    return [one for one in survey.sound.values() if any(Path(one.source).parent == folder for folder in folders)]


def _only(single: Sequence[Survey]) -> list[Lifecycle]:
    return [one for each in single for one in each.sound.values()]


def known_names(settings: Settings, lifecycles: Mapping[str, Lifecycle], rules: RuleSets | None) -> Known:
    """The names that a lifecycle of this installation may refer to."""
    registry = shipped_registry()
    versions = [version for id in rules.ids for version in rules.versions(id)] if rules is not None else []
    every = [rule for version in versions for rule in version.rules.values()]
    return Known(
        roles=known_roles(),
        guards=_arities(registry.guards),
        effects=_arities(registry.effects),
        rules={rule.id for rule in every},
        rules_known=rules is not None,
        backward={rule.id for rule in every if rule.direction == "backward"},
        milestones={
            rule.id: place
            for version in versions
            for plan in version.plans.values()
            for place, rule in enumerate(plan.milestones)
        },
        templates=Templates(settings.templates).names(),
        drafts=Drafts(settings.templates).names() | NO_TEMPLATES,
        lifecycles=lifecycles,
        columns={name: set(table_of(row).columns.keys()) - _OWN_COLUMNS for name, row in RECORDS.items()},
    )


def _arities(entries: Mapping[str, Entry]) -> dict[str, tuple[int, int]]:
    return {name: (entry.least, entry.most) for name, entry in entries.items()}


def check_rules(
    rules: RuleSets,
    templates: Templates,
    lifecycles: Iterable[Lifecycle],
    *,
    flawed: Container[tuple[str, str]] = (),
) -> list[Finding]:
    """Ladders that would reach nobody, or hide which step it is: found now, not on the day it should go out.

    `flawed`: id and version of those in which mistakes were found already. What could follow from one is left out.
    """
    found = check_rule_sets(rules, templates.names(), lifecycles, flawed=flawed)
    return [*found, *check_rungs(rules, templates)]


def check_rule_sets(
    rules: RuleSets,
    templates: frozenset[str],
    lifecycles: Iterable[Lifecycle] | None,
    *,
    flawed: Container[tuple[str, str]] = (),
) -> list[Finding]:
    """The mistakes of the rule sets themselves; `lifecycles` None: not all are known, and so not all roles."""
    known = None if lifecycles is None else {lifecycle.id: lifecycle for lifecycle in lifecycles}
    roles = [] if known is None else _unknown_roles(rules, _roles_of_all(known.values()))
    versions = [rules.versions(id) for id in rules.ids]
    found = [finding for each in versions for finding in _gaps(each)]
    for one in (one for each in versions for one in each if (one.id, one.version) not in flawed):
        found += [*_unsaid(one), *ladder_findings(one, _file_of(one))]
        found += [] if known is None else retention_findings(one, _file_of(one), known)
    return [*_unknown_templates(rules, templates), *roles, *found]


def check_rungs(rules: RuleSets, templates: Templates) -> list[Finding]:
    """What is wrong with the templates that ladders use, as reminders."""
    used = {rung.template for rule in _rules_of(rules) for rung in rule.ladder}
    return templates.findings_of_rungs(used & templates.names())


def _gaps(versions: Sequence[RuleSet]) -> Iterator[Finding]:
    """The days between two versions of a rule set on which none is valid."""
    for before, after in pairwise(versions):
        if before.valid_until is not None and before.valid_until + _DAY < after.valid_from:
            first, last = before.valid_until + _DAY, after.valid_from - _DAY
            days = {"first": f"{first:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}"}
            params = {"rules": after.id, "version": before.version, **days}
            yield Finding(code="rules_gap", file=_file_of(after), key="valid_from", params=params)


def _unsaid(one: RuleSet) -> Iterator[Finding]:
    """A calendar that leaves open whether a holiday holds that most municipalities of the Land have or have not."""
    if option := one.calendar.unsaid:
        params = {"option": option, "land": one.calendar.land}
        yield Finding(code="rules_local_holiday", file=_file_of(one), key="calendar", params=params)


def _file_of(one: RuleSet) -> str:
    return f"rules/{one.id}@{one.version}"


def _rules_of(rules: RuleSets) -> Iterable[Rule]:
    return (rule for id in rules.ids for version in rules.versions(id) for rule in version.rules.values())


def _roles_of_all(lifecycles: Iterable[Lifecycle]) -> set[str]:
    fields = (field for one in lifecycles for field in one.fields.values())
    return {"owner", *known_roles(), *(field.name for field in fields if field.type in ROLE_TYPES)}


class _Named(NamedTuple):
    """What a place in a rule file names: to whom, and with which template (None: nothing is told there)."""

    file: str
    key: str
    roles: tuple[str, ...]
    template: str | None


def _named_in(rules: RuleSets) -> Iterator[_Named]:
    for id in rules.ids:
        for version in rules.versions(id):
            file = _file_of(version)
            for rule in version.rules.values():
                yield from (
                    _Named(file, f"rule.{rule.id}.ladder", rung.to, rung.template or None) for rung in rule.ladder
                )
                if rule.extension:
                    yield _Named(file, f"rule.{rule.id}{_WHO_AGREES}", rule.extension.by, None)
            for plan in version.plans.values():
                yield _Named(file, f"plan.{plan.id}.template", plan.warn, plan.template)


def _unknown_roles(rules: RuleSets, roles: set[str]) -> list[Finding]:
    found = {(one.file, one.key, role) for one in _named_in(rules) for role in one.roles}
    known = ", ".join(sorted(roles))
    return [
        Finding(
            code="cli_extension_role" if key.endswith(_WHO_AGREES) else "cli_ladder_role",
            file=file,
            key=key,
            params={"role": role, "meant": meant(role, roles), "known": known},
        )
        for file, key, role in sorted(found)
        if plain_role(role) not in roles
    ]


def _unknown_templates(rules: RuleSets, names: frozenset[str]) -> list[Finding]:
    found = {(one.file, one.key, one.template) for one in _named_in(rules) if one.template is not None}
    known = ", ".join(sorted(names))
    return [
        Finding(code="cli_ladder_template", file=file, key=key, params={"template": template, "known": known})
        for file, key, template in sorted(found)
        if template not in names
    ]


def check_profiles(profiles: Iterable[Profile], rules: RuleSets, lifecycles: Iterable[Lifecycle]) -> list[Finding]:
    """Profiles whose rule set lacks a rule that a lifecycle starts."""
    needed = {(one.id, clock.rule) for one in lifecycles for clock in one.deadlines.values() if not clock.is_optional}
    lacking = {
        (profile.key, profile.rules, lifecycle, rule)
        for profile in profiles
        for version in rules.versions(profile.rules)
        for lifecycle, rule in needed
        if rule not in version.rules
    }
    return [
        Finding(
            code="cli_profile_rule",
            file=f"profiles/{key}",
            key="rules",
            params={"rules": name, "rule": rule, "lifecycle": lifecycle},
        )
        for key, name, lifecycle, rule in sorted(lacking)
    ]


class Holders(NamedTuple):
    """A town as a ladder sees it: who holds which function, and which roles the cases name themselves."""

    body: str
    functions: Mapping[str, str]
    fields: frozenset[str]


def named_by_cases(lifecycles: Iterable[Lifecycle]) -> frozenset[str]:
    """The roles whose holders a case names in a field of its own."""
    return frozenset(name for name in _roles_of_all(lifecycles) if name not in known_roles())


def in_force(rules: RuleSets, id: str, today: date) -> list[RuleSet]:
    """The versions of a rule set that hold on that day or begin later.

    Raises:
        NotFoundError: there is no such rule set.
    """
    versions = rules.versions(id)
    begun = [one for one in versions if one.valid_from <= today <= (one.valid_until or today)]
    return [*begun[-1:], *(one for one in versions if one.valid_from > today)]


def unheld_roles(versions: Iterable[RuleSet], holders: Holders) -> list[Finding]:
    """Steps of ladders, and warnings of plans, that name a function which nobody of that town holds."""
    held = {*holders.functions, *holders.fields}
    found = {
        (f"rules/{one.id}@{one.version}", key, plain_role(role))
        for one in versions
        for key, roles in _told_by(one)
        for role in roles
        if plain_role(role) in known_roles().keys() - held
    }
    return [
        Finding(
            code="cli_rung_unheld",
            file=file,
            key=key,
            params={"role": role, "label": known_roles()[role].label, "body": holders.body},
        )
        for file, key, role in sorted(found)
    ]


def _told_by(rules: RuleSet) -> Iterator[tuple[str, tuple[str, ...]]]:
    for rule in rules.rules.values():
        yield from ((f"rule.{rule.id}.ladder[{place}].to", rung.to) for place, rung in enumerate(rule.ladder, start=1))
    yield from ((f"plan.{plan.id}.warn", plan.warn) for plan in rules.plans.values())


def profile_meant(settings: Settings, name: str) -> Profile:
    """The profile of that name, or in the file of that name.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: there is no such file.
        AuthorError: it is wrong.
    """
    rules, path = load_rules(settings.rules), Path(name)
    if not (name.endswith(".toml") or path.is_file()):
        return load_profiles(settings.profiles, rules=rules).get(name)
    if not path.is_file():
        raise InvalidInputError("cli_path_missing", path=name)
    key = Table(source := read_file(path), source.parse()).string("key")
    raise_findings([source])
    if path.suffix != ".toml":
        raise InvalidInputError("cli_profile_suffix", path=name)
    found: Profiles = load_profiles([cast("Traversable", OnlyFiles(path))], rules=rules)
    return found.get(key)


class OnlyFiles:
    """A folder that holds these files, whatever lies beside them."""

    def __init__(self, *paths: Path) -> None:
        self._paths = list({path.resolve(): path for path in paths}.values())

    def is_dir(self) -> bool:
        return True

    def iterdir(self) -> list[Path]:
        return self._paths
