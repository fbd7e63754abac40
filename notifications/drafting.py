"""Drafting templates: files that an office writes in Word and Vorgang fills in; the only module that knows docxtpl.

docxtpl's own environment would run whatever stands in a file; here a file runs in the sandbox, and values are escaped,
so that a title with ``&`` or ``<`` neither vanishes nor adds parts of its own. The same values give the same bytes.
"""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .failures import Temporary, brief
from .templates import SHIPPED
from .wording import add_filters

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Attachment(NamedTuple):
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


class Drafts:
    """The drafting templates of an installation; `folders` of the municipality win, the last one first."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = (*reversed(folders), SHIPPED)

    def names(self) -> frozenset[str]:
        """The names that a lifecycle may give in ``attach``."""
        found = (path.stem for folder in self._folders for path in folder.glob("*.docx"))
        return frozenset(name for name in found if not name.startswith(("_", "~")))

    def fill(self, name: str, context: Mapping[str, Any]) -> Attachment:
        """The draft `name` for a case.

        Raises:
            Temporary: there is no such file, or it cannot be filled in; a corrected file mends it.
        """
        known = self.names()
        if name not in known:
            raise Temporary("mail_draft_unknown", draft=name, known=", ".join(sorted(known)))
        path = next(each for folder in self._folders if (each := folder / f"{name}.docx").is_file())
        try:
            content = _filled(path, context)
        except Exception as error:  # whatever an author's file does, it must not take other messages with it
            reason = brief(f"{type(error).__name__}: {error}")
            raise Temporary("mail_draft_failed", draft=name, reason=reason) from error
        return Attachment(_file_name(name, context["case"]["number"]), DOCX, content)


def _filled(path: Path, context: Mapping[str, Any]) -> bytes:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    add_filters(environment)
    document = DocxTemplate(path)
    document.render(dict(context), environment, autoescape=True)
    written = BytesIO()
    document.save(written)
    return _without_times(written)


def _without_times(written: BytesIO) -> bytes:
    """The same archive, but saying nothing of when it was written."""
    result = BytesIO()
    with ZipFile(written) as source, ZipFile(result, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name)  # 1 January 1980
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            target.writestr(entry, source.read(name))
    return result.getvalue()


def _file_name(name: str, number: str | None) -> str:
    """Stellungnahme_1062-2023.docx."""
    suffix = re.sub(r"[^A-Za-z0-9]+", "-", number or "").strip("-")
    return f"{name[:1].upper()}{name[1:]}{'_' + suffix if suffix else ''}.docx"
