"""What intake understood and did, as the command line and other faces answer it in JSON."""

from typing import Any

from ...config.text import Lang
from ...config.texts import text_of
from .openness import Openness
from .pages import Remark
from .understood import Understood


def understood_document(said: Understood) -> dict[str, Any]:
    """The fields of a document, and below ``found`` where each was found and how sure that is."""
    return {
        "kind": said.kind,
        "paper_type": said.paper_type,
        "number": said.number,
        "parent_number": said.parent_number,
        "subject": said.subject,
        "date": said.date,
        "public": said.public,
        "originator": said.originator,
        "lead_office": said.lead_office,
        "involved_offices": said.involved_offices,
        "consultations": said.consultations,
        "questions": said.questions,
        "signatory": said.signatory,
        "promises": said.promises,
        "attachments": [{"name": one.name, **understood_document(one)} for one in said.attachments],
        "references": said.references,
        "warnings": [remark_document(one) for one in said.warnings],
        "found": said.found,
        "text": said.text,
    }


def openness_document(planned: Openness) -> dict[str, Any]:
    """How public the case of a document is, what the document says of that, and where."""
    warnings = [remark_document(one) for one in planned.warnings]
    return {"public": planned.public, "said": planned.said, "found": planned.found, "warnings": warnings}


def remark_document(remark: Remark) -> dict[str, Any]:
    """A remark with its sentence in both languages."""
    langs: tuple[Lang, ...] = ("de", "en")
    return {
        "code": remark.code,
        "line": remark.line,
        "params": remark.params,
        **{lang: text_of(remark.code, remark.params, lang) for lang in langs},
    }
