"""The files of a case as a reader may have them: its attachments, and the files in its fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..config.errors import NotFoundError
from ..states.files import read_file, size_of
from ..states.inputs import SHOWN
from ..states.issues import control_lists_of
from ..states.visibility import ATTACHMENTS, Reader, may_attend
from .publishing import SHORTEST_HASH
from .reading_rights import lifecycle_of, seen_view
from .workflow import Workflow


class CaseFile(NamedTuple):
    """A file of a case; `title` says what it is: that of the attachment, or the name of the field."""

    name: str
    media_type: str
    sha256: str
    size: int
    title: str
    field: str


def files(workflow: Workflow, case_id: str, reader: Reader | None) -> list[CaseFile]:
    """The files of the case that `reader` may have; of a session the control list, for those concerned in it.

    Raises:
        NotFoundError: there is no such case, or none for this reader.
    """
    case = seen_view(workflow, case_id, reader).seen.case
    attached = [_file(one["datei"], str(one.get("titel", "")), ATTACHMENTS) for one in case.facts.get(ATTACHMENTS, ())]
    fields = lifecycle_of(workflow, case).fields.values()
    own = [
        _file(value, field.name, field.name)
        for field in fields
        if field.type == "file"
        for value in _values(case.facts.get(field.name))
    ]
    return [*attached, *own, *_issued(workflow, case_id, reader)]


def _issued(workflow: Workflow, case_id: str, reader: Reader | None) -> Iterator[CaseFile]:
    """What has become private since stays in the list as it was made: nobody else is handed it."""
    with workflow.database.reading() as connection:
        issues = control_lists_of(connection, case_id)
        body = workflow.case(case_id).case.body if issues else ""
        sizes = {kind: size_of(connection, body, issue.sha256) for kind, issue in issues.items()}
    if not issues or not (reader is None or may_attend(workflow.publicity([case_id])[case_id], reader)):
        return
    for kind, issue in issues.items():
        if (size := sizes[kind]) is not None:
            yield CaseFile(issue.name, issue.media_type, issue.sha256, size, kind, kind)


def one_file(found: Sequence[CaseFile], named: str) -> CaseFile:
    """The file that is meant by its name, its title or (the beginning of) its SHA-256.

    Raises:
        NotFoundError: none of these is, or several are. What a reader may not have is not among them.
    """
    fitting = {
        one.sha256: one
        for one in found
        if named in (one.name, one.title) or (len(named) >= SHORTEST_HASH and one.sha256.startswith(named.lower()))
    }
    if not fitting:
        raise NotFoundError("case_file_unknown", file=named[:SHOWN])
    if len(fitting) > 1:
        raise NotFoundError("case_file_ambiguous", file=named[:SHOWN], found=", ".join(fitting))
    return next(iter(fitting.values()))


def content(workflow: Workflow, case_id: str, file: CaseFile) -> bytes:
    """What is in the file.

    Raises:
        NotFoundError: it is not kept here.
    """
    body = workflow.case(case_id).case.body
    with workflow.database.reading() as connection:
        return read_file(connection, body, file.sha256)


def _values(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping))


def _file(value: Mapping[str, Any], title: str, field: str) -> CaseFile:
    return CaseFile(value["name"], value["media_type"], value["sha256"], value["size"], title, field)
