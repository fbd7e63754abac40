"""Filling in a drafting template: the only module that knows docxtpl.

docxtpl's own environment would run whatever stands in a file; here a file runs in the sandbox, and values are escaped,
so that a title with ``&`` or ``<`` neither vanishes nor adds parts of its own. The same values give the same bytes.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .failures import Temporary, brief
from .wording import add_filters


def filled(path: Path, context: Mapping[str, Any]) -> bytes:
    """The file at `path`, filled in.

    Raises:
        Temporary: it cannot be filled in; a corrected file mends it.
    """
    try:
        return _filled(path, context)
    except MemoryError:
        raise Temporary("mail_template_memory", template=path.name) from None
    except Exception as error:  # whatever an author's file does, it must not take other messages with it
        reason = brief(f"{type(error).__name__}: {error}")
        raise Temporary("mail_draft_failed", draft=path.stem, reason=reason) from error


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
