"""Filling in a drafting template: the only module that knows docxtpl.

docxtpl's own environment would run whatever stands in a file; here a file runs in the sandbox, and values are escaped,
so that a title with ``&`` or ``<`` neither vanishes nor adds parts of its own. The same values give the same bytes.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.package import Package
from docxtpl import DocxTemplate

from ..config.errors import VorgangError
from .archives import repacked
from .draft_collect import collect
from .draft_foreign import require_nothing_foreign
from .draft_language import language
from .draft_marks import mark_word
from .draft_origin import CUSTOM, in_word, origin_of_form, properties
from .draft_parts import open_parts
from .draft_pieces import pieces_of
from .failures import Temporary, brief

_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"


def filled(path: Path, context: Mapping[str, Any]) -> bytes:
    """The file at `path` (.docx or .odt), filled in.

    Raises:
        Temporary: it cannot be filled in; a corrected file mends it.
    """
    try:
        return _filled(path, context)
    except MemoryError:
        raise Temporary("mail_template_memory", template=path.name) from None
    except VorgangError as error:  # what is wrong with the file itself has a sentence of its own
        reason = brief(error.text(context.get("lang", "de")))
        raise Temporary("mail_draft_failed", draft=path.stem, reason=reason) from error
    except Exception as error:  # whatever an author's file does, it must not take other messages with it
        reason = brief(f"{type(error).__name__}: {error}")
        raise Temporary("mail_draft_failed", draft=path.stem, reason=reason) from error


def _filled(path: Path, context: Mapping[str, Any]) -> bytes:
    parts = open_parts(path.read_bytes(), path.name)
    require_nothing_foreign(parts)
    if parts.format == "odt":
        from .filling_odt import filled_odt  # noqa: PLC0415  # a library more, and not every town uses LibreOffice

        return filled_odt(path, context)
    document = DocxTemplate(path)
    document.render(dict(context), language(), autoescape=True)
    body = document.docx.element.body
    mark_word(body)
    _say(document.docx.part.package, properties(origin_of_form(collect(pieces_of(body)), context)), path.name)
    written = BytesIO()
    document.save(written)
    return repacked(written)


def _say(package: Package, said: Mapping[str, str], name: str) -> None:
    """Put properties into the file, beside those that it has."""
    known = [one.target_part for one in package.rels.values() if one.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES]
    content = in_word(known[0].blob if known else None, said, name)
    if known:
        known[0]._blob = content  # noqa: SLF001  # python-docx has no other way to replace a part that it does not know
    else:
        part = Part(PackURI(f"/{CUSTOM}"), _CUSTOM_TYPE, content, package)
        package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
