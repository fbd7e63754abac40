"""Whether the drafting templates, text blocks and layouts of papers of an installation are fit for use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..config.errors import AuthorError, Finding, InvalidInputError
from ..config.os_errors import cause
from ..config.settings import Settings
from ..notifications.draft_blocks import Block, expired
from ..notifications.draft_form import FILE as FORM
from ..notifications.draft_form import Form
from ..notifications.draft_parts import WITH_MACROS
from ..notifications.draft_reading import check_elsewhere
from ..notifications.drafting import Drafts, TemplateFile
from ..states.loader import survey_folders
from .papers import paper_findings

#: Facts that lifecycles agree on, whether one of this installation asks for them or not.
AGREED = (
    *("stellungnahme_nummer", "oeffentlich", "mitzeichnungen", "ausfertigungen", "beratungsfolge", "anlagen"),
    *("nummer", "betreff", "entwurf_von"),
)


def check_files(settings: Settings, paths: Iterable[Path], today: date) -> list[Finding]:
    """The mistakes of template files, wherever they lie: read, and filled in with made-up cases.

    What ``entwurf.toml`` beside a file (or above it, in a folder of templates) demands, it must hold.
    """
    return [finding for path in paths for finding in _alone(settings, path, today)]


def _alone(settings: Settings, path: Path, today: date) -> list[Finding]:
    home = _home(path, settings.templates)
    scope = path.parent.resolve().relative_to(home.resolve()).as_posix()
    file = TemplateFile(path.stem, "docx", path, "" if scope == "." else scope)
    drafts = Drafts(tuple(dict.fromkeys([*settings.templates, home])))
    try:
        known = _known(settings, file, today, drafts)
    except AuthorError as error:
        return list(error.findings)
    found = _checked(path, known)
    body, _, kind = file.scope.partition("/")
    return found or [*drafts.tried(path, body or None, kind or None)]


def _home(path: Path, folders: Sequence[Path]) -> Path:
    """The folder of templates in which a file lies; else the nearest one above it with a form of its own."""
    above = path.resolve().parents
    known = next((one for one in above if one in {folder.resolve() for folder in folders}), None)
    return known or next((one for one in above[:3] if (one / FORM).is_file()), above[0])


def check_all(settings: Settings, today: date) -> tuple[list[TemplateFile], list[Finding]]:
    """All drafting templates of the installation, and their mistakes, those of text blocks and ``entwurf.toml`` too.

    The mistakes in layouts of papers are among them.
    """
    drafts = Drafts(settings.templates)
    files, found = drafts.files(), [*_of_towns(drafts, today)]
    if not found:
        found += [one for file in files for one in _checked(file.path, _known(settings, file, today, drafts))]
        found += drafts.findings() if not found else []
    return files, [*found, *paper_findings(settings)]


def towns(files: Iterable[TemplateFile], folders: Sequence[Path]) -> list[str | None]:
    """The municipalities for which there is something of their own, and None for all others."""
    named = {path.parent.name for folder in folders for path in folder.glob("*/*.toml")}
    return [None, *sorted(named | {file.scope.split("/")[0] for file in files if file.scope})]


def _of_towns(drafts: Drafts, today: date) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for body in towns(drafts.files(), drafts.folders):
        try:
            drafts.form(body)
            found = expired(drafts.blocks(body).values(), today)
        except AuthorError as error:
            found = list(error.findings)
        yield from (one for one in found if (one.file, one.key) not in seen)
        seen |= {(one.file, one.key) for one in found}


def _known(settings: Settings, file: TemplateFile, today: date, drafts: Drafts) -> Mapping[str, Any]:
    body, _, kind = file.scope.partition("/")
    survey = survey_folders(*settings.lifecycles)
    facts = {name for one in (*survey.sound.values(), *survey.loose) for name in one.fields}
    try:
        blocks: Mapping[str, Block] = drafts.blocks(body or None)
    except AuthorError:  # said of its own file
        blocks = {}
    return {
        "facts": sorted(facts.union(AGREED)),
        "blocks": {id: block.problem(today, kind or None) for id, block in blocks.items()},
        "required": _demanded(drafts.form(body or None), kind),
    }


def _demanded(form: Form, kind: str) -> list[str]:
    """The statements that a template needs; one for all kinds of papers needs those of all."""
    return [one.id for one in (form.required(kind) if kind else form.statements)]


def _checked(path: Path, known: Mapping[str, Any]) -> list[Finding]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInputError("cli_file", path=str(path), detail=cause(error)) from None
    if path.suffix.lower() in WITH_MACROS:
        return [Finding(code="draft_file_macros", file=str(path), key="–", params={"name": path.name})]
    found = check_elsewhere(content, path.name, known)
    return [Finding(code=one.code, file=str(path), key=one.key, params=one.params) for one in found]
