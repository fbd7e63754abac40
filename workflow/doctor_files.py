"""What ``vorgang doctor`` says of what authors wrote: each mistake under its own heading, and none hides another."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ..config.errors import AuthorError, Finding
from ..config.profile_files import load_profiles
from ..config.profiles import Profiles
from ..config.rules import RuleSet, RuleSets
from ..config.settings import Settings
from ..notifications.drafting import Drafts
from ..notifications.kinds import load_kinds
from ..notifications.templates import Templates
from ..states.lifecycle import Lifecycle
from ..states.loader import survey_folders
from .checking import (
    Checked,
    Holders,
    check_lifecycles,
    check_profiles,
    check_rule_sets,
    check_rungs,
    in_force,
    named_by_cases,
    read_rules,
    unheld_roles,
)
from .doctor_check import Check, findings, ok, warned, warning
from .papers import paper_findings

#: What is wrong with a profile only because its rule set cannot be read.
_FOLLOWS_FROM_RULES = frozenset({"rules_unknown", "profile_local_holiday"})


class Files(NamedTuple):
    """What authors wrote, as far as it can be read."""

    #: None: they are wrong.
    rules: RuleSets | None
    lifecycles: tuple[Lifecycle, ...]
    #: There are no others than those lifecycles.
    whole: bool


def read_files(settings: Settings) -> tuple[Files, tuple[Finding, ...]]:
    """What authors wrote, and what is wrong with the rule sets if they cannot be read."""
    rules, wrong = read_rules(settings)
    try:
        survey = survey_folders(*settings.lifecycles)
    except AuthorError:  # a folder is missing; `check_lifecycles` tells it
        return Files(rules, (), whole=False), wrong
    whole = {finding.file for finding in survey.findings} <= {one.source for one in survey.loose}
    return Files(rules, (*survey.sound.values(), *survey.loose), whole), wrong


def examine_files(settings: Settings, files: Files, wrong: Iterable[Finding], today: date) -> Iterator[Check]:
    """Look at every kind of file; `wrong`: with the rule sets."""
    templates = Templates(settings.templates)
    yield from _lifecycles(check_lifecycles(settings))
    yield from _rules(files, wrong, templates)
    yield from _profiles(settings, files, today)
    yield from _templates(settings, files, templates)


def unheld(versions: Iterable[RuleSet], holders: Holders) -> Iterator[Check]:
    """A step to a role that nobody holds loses nothing (the council office is told), but is not what was meant."""
    yield from (warned("ladders", finding) for finding in unheld_roles(versions, holders))


def _lifecycles(checked: Checked) -> Iterator[Check]:
    sound = ok("lifecycles", "lifecycles", count=len(checked.lifecycles))
    yield from findings("lifecycles", checked.findings, warning("lifecycles", "in_part") if checked.of_rules else sound)


def _rules(files: Files, wrong: Iterable[Finding], templates: Templates) -> Iterator[Check]:
    if files.rules is None:
        yield from findings("rules", wrong, warning("rules", "in_part"))
        return
    found = check_rule_sets(files.rules, templates.names(), files.lifecycles if files.whole else None)
    sound = ok("rules", "rules", count=len(files.rules.ids))
    yield from findings("rules", found, sound if files.whole else warning("rules", "in_part"))


def _profiles(settings: Settings, files: Files, today: date) -> Iterator[Check]:
    try:
        profiles = load_profiles(settings.profiles, rules=files.rules)
    except AuthorError as error:
        own = (one for one in error.findings if files.rules is not None or one.code not in _FOLLOWS_FROM_RULES)
        yield from findings("profiles", own, warning("profiles", "in_part"))
        return
    if files.rules is None:
        yield warning("profiles", "in_part")
    else:
        yield from _sound_profiles(profiles, files.rules, files.lifecycles, today)


def _sound_profiles(
    profiles: Profiles, rules: RuleSets, lifecycles: Sequence[Lifecycle], today: date
) -> Iterator[Check]:
    every = [profiles.get(key) for key in profiles.keys]  # no mapping; `keys` is its own property
    found = check_profiles(every, rules, lifecycles)
    yield from findings("profiles", found, ok("profiles", "profiles", count=len(every)))
    fields = named_by_cases(lifecycles)
    for one in every:
        yield from unheld(in_force(rules, one.rules, today), Holders(one.key, one.functions, fields))


def _templates(settings: Settings, files: Files, templates: Templates) -> Iterator[Check]:
    rungs = check_rungs(files.rules, templates) if files.rules is not None else []
    drafts, papers = Drafts(settings.templates).findings(), paper_findings(settings)
    every = [*templates.findings(), *rungs, *drafts, *papers, *_kinds(settings)]
    yield from findings("templates", every, ok("templates", "templates", count=len(templates.names())))


def _kinds(settings: Settings) -> tuple[Finding, ...]:
    try:
        load_kinds(settings.templates)
    except AuthorError as error:
        return error.findings
    return ()
