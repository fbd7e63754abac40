"""``vorgang rules``: the rule sets that an installation has, and their checks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..config.errors import AuthorError, Finding, InvalidInputError
from ..config.text import Lang
from .cli_call import Call, command
from .cli_errors import finding_lines, findings_document
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from ..config.rules import RuleSet, RuleSets
    from .console import Screen

rules = group("rules")


@command(rules, "list")
def list_rules(call: Call) -> None:
    """The rule sets of this installation, each version with its validity."""
    from ..config.rule_files import load_rules  # noqa: PLC0415  # not before it is needed

    found = _versions(load_rules(call.settings.rules))

    def show(screen: "Screen") -> None:
        rows = ([one.id, one.version, one.label.in_(call.lang), one.period, _answer(one, call.lang)] for one in found)
        screen.rows(("name", "version", "label", "validity", "answer"), rows)

    call.tell({"rules": [_document(one) for one in found]}, show)


def _versions(known: "RuleSets") -> "list[RuleSet]":
    return [version for id in known.ids for version in known.versions(id)]


def _answer(one: "RuleSet", lang: Lang) -> str:
    from ..config.rules import period  # noqa: PLC0415  # not before it is needed

    rule = one.rules["antwort"]
    return period(rule.length, rule.unit).in_(lang) if rule.length else "–"


def _document(one: "RuleSet") -> dict[str, object]:
    return {
        "id": one.id,
        "version": one.version,
        "label": one.label,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "basis": one.basis,
        "source": one.source,
        "land": one.calendar.land,
        "rules": {
            rule.id: {
                "label": rule.label,
                "length": rule.length,
                "unit": rule.unit if rule.length else None,
                "direction": rule.direction,
                "basis": rule.basis,
                "norm": rule.norm,
            }
            for rule in one.rules.values()
        },
    }


@command(rules, "check")
def check(call: Call, paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH")] = None) -> None:
    """Check rule files before they apply: folders or files; without any, those of the installation."""
    missing = next((path for path in paths or () if not path.exists()), None)
    if missing is not None:
        raise InvalidInputError("cli_path_missing", path=str(missing))
    checked, findings = _checked(call, paths or [])

    def show(screen: "Screen") -> None:
        for finding in findings:
            for line in finding_lines(finding, call.lang):
                screen.line(line)
        names = ", ".join(dict.fromkeys(one.id for one in checked)) or "–"
        if findings:
            screen.say(
                "check_findings", style="red", findings=counted(len(findings), "findings", call.lang), names=names
            )
        else:
            told = counted(len(checked), "rulesets", call.lang)
            screen.say("check_ok", style="green", lifecycles=told, names=names)

    looked_at = [{"id": one.id, "version": one.version, "valid_from": one.valid_from} for one in checked]
    call.tell({"checked": looked_at, "findings": findings_document(findings)}, show)
    if findings:
        raise typer.Exit(1)


def _checked(call: Call, paths: list[Path]) -> "tuple[list[RuleSet], tuple[Finding, ...]]":
    from ..config.reader import read_folder  # noqa: PLC0415  # as above
    from ..config.rule_files import survey_rules  # noqa: PLC0415  # as above
    from ..notifications.templates import Templates  # noqa: PLC0415  # as above
    from ..states.loader import load_folders  # noqa: PLC0415  # as above
    from .checking import OnlyFiles, check_rules  # noqa: PLC0415  # as above

    single = [path for path in paths if not path.is_dir()]  # together, so that two of one version are found
    folders = [*([cast("Traversable", OnlyFiles(*single))] if single else []), *(one for one in paths if one.is_dir())]
    try:
        written = [source.parse() for folder in folders for source in read_folder(folder)]
        survey = survey_rules([*call.settings.rules, *folders])
    except AuthorError as error:
        return [], error.findings
    if paths and not written:
        raise InvalidInputError("cli_no_rules", path=", ".join(map(str, paths)))
    own = {(one.get("id"), one.get("version")) for one in written}
    looked_at = [one for one in _versions(survey.rules) if not paths or (one.id, one.version) in own]
    lifecycles = load_folders(*call.settings.lifecycles).values()
    templates = Templates(call.settings.templates)
    findings = check_rules(survey.rules, templates, lifecycles, flawed=survey.flawed)
    return looked_at, (*survey.findings, *findings)
