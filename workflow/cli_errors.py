"""How an error is told: as an object for programs, as sentences for people."""

import os
import re
from typing import Any

from ..config.errors import AuthorError, InvalidInputError, RefusedError, VorgangError
from ..config.os_errors import cause
from ..config.text import Lang, Text
from ..config.texts import remedy_of, text_of
from .wording import counted, say

#: The way to a traceback.
DEBUG = "VORGANG_DEBUG"


class UnexpectedError(VorgangError):
    """A mistake in Vorgang itself; the exit code is that of a software error (sysexits.h)."""

    exit_code = 70


def as_error(error: Exception) -> VorgangError:
    """`error` as one of Vorgang's own."""
    if isinstance(error, VorgangError):
        return error
    if hasattr(error, "format_message"):
        return usage_error(error)
    if isinstance(error, OSError) and error.filename is not None:
        return InvalidInputError("cli_file", path=str(error.filename), detail=cause(error))
    if isinstance(error, UnicodeError):
        return InvalidInputError("cli_encoding", detail=cause(error))
    return UnexpectedError("cli_unexpected", kind=type(error).__name__, detail=str(error), variable=DEBUG)


def usage_error(error: Any) -> InvalidInputError:
    """What Typer says of a call that it cannot read. Told by its attributes: its classes are no public ones."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "vorgang"
    kind, option = type(error).__name__, getattr(error, "option_name", "")
    param = getattr(error, "param", None)
    if kind == "NoSuchOption":
        near = ", ".join(getattr(error, "possibilities", None) or ()) or "–"
        return InvalidInputError("cli_option_unknown", option=option, near=near, command=path)
    if kind == "BadOptionUsage":
        return InvalidInputError("cli_option_value", option=option, command=path)
    if kind == "MissingParameter" and param is not None:
        return InvalidInputError("cli_parameter_missing", parameter=_shown(param), command=path)
    if param is not None:
        return InvalidInputError("cli_parameter_wrong", parameter=_shown(param), detail=_fault(error), command=path)
    if kind == "NoArgsIsHelpError" or "Missing command" in error.message:
        return InvalidInputError("cli_command_missing", command=path)
    return InvalidInputError("cli_usage", detail=error.format_message(), command=path)


def _fault(error: Any) -> Text | str:
    """What is wrong with a value. Typer lets pydantic see to it, which speaks English only."""
    found: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    if not found:
        return str(error.message)
    kind, known = found[0]["type"], found[0].get("ctx", {})
    choices = _CHOICES.search(found[0]["msg"])
    if choices:
        return Text(f"möglich sind: {_plain(choices[1])}", f"possible are: {_plain(choices[1])}")
    fault = _FAULTS.get(kind)
    return Text(fault.de.format(**known), fault.en.format(**known)) if fault else str(error.message)


_CHOICES = re.compile(r"is not one of (.+?)\.?$")
_FAULTS = {
    "int_parsing": Text("erwartet wird eine ganze Zahl", "a whole number is expected"),
    "float_parsing": Text("erwartet wird eine Zahl", "a number is expected"),
    "bool_parsing": Text("erwartet wird true oder false", "true or false is expected"),
    "greater_than_equal": Text("mindestens {ge}", "at least {ge}"),
    "less_than_equal": Text("höchstens {le}", "at most {le}"),
}


def _plain(choices: str) -> str:
    return choices.replace("'", "")


def _shown(param: Any) -> str:
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name).upper()


def error_document(error: VorgangError) -> dict[str, Any]:
    """The object that ``--json`` answers with when a command fails."""
    return {
        "error": {
            "code": error.code,
            "de": error.text("de"),
            "en": error.text("en"),
            "remedy_de": error.remedy("de"),
            "remedy_en": error.remedy("en"),
            "findings": findings_document(error.findings) if isinstance(error, AuthorError) else [],
            "reasons": [told(reason) for reason in error.refusal.reasons] if isinstance(error, RefusedError) else [],
        }
    }


def findings_document(findings: Any) -> list[dict[str, Any]]:
    """Findings of a checker."""
    return [{"file": one.file, "line": one.line, "key": one.key, **told(one)} for one in findings]


def told(one: Any) -> dict[str, Any]:
    return {
        "code": one.code,
        "de": one.text("de"),
        "en": one.text("en"),
        "remedy_de": one.remedy("de"),
        "remedy_en": one.remedy("en"),
    }


def error_lines(error: VorgangError, lang: Lang) -> list[str]:
    """The same for people: what happened, and what would help."""
    head = f"{say('error', lang)} [{error.code}]: "
    if isinstance(error, AuthorError):
        count = say("error_findings", lang, findings=counted(len(error.findings), "findings", lang))
        return [head + count, *(line for one in error.findings for line in finding_lines(one, lang))]
    if isinstance(error, RefusedError) and error.refusal.reasons:
        refusal = error.refusal
        lines = [head + text_of(refusal.code, refusal.params, lang)]
        for reason in {reason.text(lang): reason for reason in refusal.reasons}.values():
            lines += [f"  – {reason.text(lang)}", *_remedies(reason.remedy(lang), "    ")]
        return [*lines, *_remedies(remedy_of(refusal.code, refusal.params, lang), "  ")]
    return [head + error.text(lang), *_remedies(error.remedy(lang), "  ")]


def finding_lines(finding: Any, lang: Lang) -> list[str]:
    """One finding of a checker."""
    return [f"  {finding.place()}: [{finding.code}] {finding.text(lang)}", *_remedies(finding.remedy(lang), "    ")]


def _remedies(remedy: str, indent: str) -> list[str]:
    return [f"{indent}→ {remedy}"] if remedy else []


def debugging() -> bool:
    """Whether tracebacks are wanted."""
    return bool(os.environ.get(DEBUG))
