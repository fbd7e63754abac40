"""What goes into the package of a case: everything, or what a reader may see."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, select, type_coerce

from ..states.agendas import agenda_of
from ..states.audit_chains import line_from
from ..states.columns import instant_text
from ..states.document_tables import FileRow
from ..states.issues import issues_of
from ..states.ledger import Line
from ..states.queries import CaseSummary, children, deadlines_of, summaries
from ..states.records import RECORDS
from ..states.retained import DISPOSAL, Member, family, files_of
from ..states.statements import LINE
from ..states.tables import MessageRow, SignatureRow, TransitionRow, table_of
from ..states.visibility import Reader
from .case_files import files
from .documents import document
from .reading_rights import public_history, seen_view
from .sessions import sight_of
from .workflow import Workflow

#: Of `vorgang.json`; grows when a key changes its meaning.
FORMAT = 1
_LONGEST_NAME = 80
_line, _message, _signature, _file = (table_of(row) for row in (TransitionRow, MessageRow, SignatureRow, FileRow))
_SENT = ("occasion", "occurrence", "recipient", "template", "status", "created_at", "sent_at")
_ENDING = re.compile(r"[A-Za-z0-9]{1,10}")
_UNSAFE = re.compile(r"[^\w.\-]+")


class Packed(NamedTuple):
    """What goes into a package."""

    body: str
    document: Mapping[str, Any]
    #: The log; None: it is no part of it.
    lines: list[dict[str, Any]] | None
    #: By its path in the package the SHA-256 of each file.
    files: Mapping[str, str]


class _Source(NamedTuple):
    """The cases of a family as they were read."""

    workflow: Workflow
    connection: Connection
    members: Mapping[str, Member]
    cases: Mapping[str, CaseSummary]
    lines: Mapping[str, Sequence[Line]]
    kept: frozenset[str]


def inside(workflow: Workflow, case_id: str) -> Packed:
    """Everything that is known of a case and those below it, but for how it is disposed of at present.

    Raises:
        NotFoundError: there is no such case.
    """
    body = workflow.case(case_id).case.body
    with workflow.database.reading() as connection:
        members = {one.id: one for one in family(connection, case_id) if one.id == case_id or not _is_disposal(one)}
        ids = sorted(members)
        lines = _log(connection, ids)
        digests = files_of(connection, ids)
        known = select(_file.c.sha256).where(_file.c.body == body, _file.c.sha256.in_(digests))
        kept = frozenset(connection.execute(known).scalars())
        source = _Source(workflow, connection, members, summaries(connection, ids), lines, kept)
        told = _whole(source, case_id)
    listed = [line._asdict() for one in ids for line in lines.get(one, ())]
    paths = {doc["path"]: doc["sha256"] for doc in _documents_in(told) if doc["path"]}
    return Packed(body, {"format": FORMAT, "body": body, "public": False, "case": told}, listed, paths)


def _is_disposal(member: Member) -> bool:
    return member.lifecycle == DISPOSAL and member.closed_at is None


def _log(connection: Connection, ids: Sequence[str]) -> dict[str, list[Line]]:
    columns = (type_coerce(_line.c[name], String) for name in LINE)
    query = select(*columns).where(_line.c.case_id.in_(ids)).order_by(_line.c.case_id, _line.c.seq)
    found: dict[str, list[Line]] = {}
    for row in connection.execute(query):
        line = line_from(row)
        found.setdefault(line.case_id, []).append(line)
    return found


def _whole(source: _Source, case_id: str) -> dict[str, Any]:
    case, lines = source.cases[case_id], source.lines.get(case_id, ())
    lifecycle = source.workflow.lifecycle(case.lifecycle, case.lifecycle_version)
    below = [one.id for one in children(source.connection, case_id) if one.id in source.members]
    return {
        **_head(case),
        "kind_version": case.lifecycle_version,
        "kind_label": document(lifecycle.label),
        "state": case.state,
        "state_label": document(lifecycle.states[case.state].label),
        "public": case.public,
        "facts": case.facts,
        "record": _record(source, case_id, lifecycle.record),
        **_agenda(source, case_id, lifecycle.record),
        "deadlines": _plain(deadlines_of(source.connection, [case_id]).get(case_id, [])),
        "signatures": _rows(source.connection, _signature, _signature.c.keys(), case_id),
        "messages": _rows(source.connection, _message, _SENT, case_id),
        "documents": _documents(source, case_id, lines),
        "log": {"lines": len(lines), "end": lines[-1].hash if lines else None},
        "children": [_whole(source, one) for one in below],
    }


def _head(case: CaseSummary) -> dict[str, Any]:
    return {
        "id": case.id,
        "kind": case.lifecycle,
        "number": case.number,
        "subject": case.subject,
        "opened_at": instant_text(case.opened_at),
        "closed_at": instant_text(case.closed_at) if case.closed_at else None,
    }


def _record(source: _Source, case_id: str, record: str | None) -> dict[str, Any] | None:
    if record is None:
        return None
    table = table_of(RECORDS[record])
    row = source.connection.execute(select(table).where(table.c.id == source.members[case_id].record_id)).mappings()
    return next((_plain(dict(one)) for one in row), None)


def _agenda(source: _Source, case_id: str, record: str | None) -> dict[str, Any]:
    """Of a session, how its items are called: the paper behind one may not be in the package."""
    view = agenda_of(source.connection, case_id, sight_of(source.workflow), None) if record == "meeting" else None
    return {"agenda": [{"number": one.number, "title": one.title} for one in view.items]} if view else {}


def _rows(connection: Connection, table: Any, names: Iterable[str], case_id: str) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in names]
    rows = connection.execute(select(*columns).where(table.c.case_id == case_id)).mappings()
    return sorted((_plain(dict(row)) for row in rows), key=str)


def _plain(value: Any) -> Any:
    return document(value)


def _documents(source: _Source, case_id: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Every file that the log of the case or its facts name, and the papers issued, each content and title once."""
    named = [_named(value, "") for value in (*(line.data for line in lines), source.cases[case_id].facts)]
    found = [_entry(file, title, source.kept) for some in named for title, file in some]
    found += [_entry(one._asdict(), one.key.kind, source.kept) for one in issues_of(source.connection, case_id)]
    unlike = {(one["sha256"], one["title"]): one for one in found}
    return [unlike[key] for key in sorted(unlike)]


def _named(value: Any, title: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The files within plain values, each with what it is called: its title, or the name of its field."""
    if isinstance(value, Mapping):
        if {"sha256", "name", "media_type"} <= value.keys():
            yield title, value
            return
        own = value.get("titel")
        for name, one in value.items():
            yield from _named(one, own if isinstance(own, str) and own else name)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _named(one, title)


def _entry(file: Mapping[str, Any], title: str, kept: frozenset[str]) -> dict[str, Any]:
    digest = str(file["sha256"])
    path = path_of(digest, str(file["name"])) if digest in kept else None
    told = {name: file.get(name) for name in ("name", "media_type", "size")}
    return {**told, "sha256": digest, "title": title, "path": path}


def path_of(digest: str, name: str) -> str:
    """Where a file lies in the package: a name that no system takes for a path or a device."""
    stem, _, ending = unicodedata.normalize("NFC", name).rpartition(".")
    suffix = f".{ending}" if stem and _ENDING.fullmatch(ending) else ""
    plain = _UNSAFE.sub("_", stem if suffix else name)[:_LONGEST_NAME].strip("._")
    return f"dokumente/{digest}-{plain or 'datei'}{suffix}"


def outside(workflow: Workflow, case_id: str, reader: Reader) -> Packed:
    """What `reader` may see of a case and of those below it.

    Raises:
        NotFoundError: there is no such case, or none for this reader.
    """
    told = _shown(workflow, case_id, reader)
    body = workflow.case(case_id).case.body
    paths = {doc["path"]: doc["sha256"] for doc in _documents_in(told) if doc["path"]}
    return Packed(body, {"format": FORMAT, "body": body, "public": True, "case": told}, None, paths)


def _shown(workflow: Workflow, case_id: str, reader: Reader) -> dict[str, Any]:
    found = seen_view(workflow, case_id, reader)
    case = found.seen.case
    lines = public_history(workflow, found.seen, workflow.history(case_id))
    listed = [one._asdict() for one in files(workflow, case_id, reader)]
    with workflow.database.reading() as connection:
        named = select(_file.c.sha256).where(_file.c.body == case.body)
        kept = frozenset(connection.execute(named.where(_file.c.sha256.in_([f["sha256"] for f in listed]))).scalars())
    lifecycle = workflow.lifecycle(case.lifecycle, case.lifecycle_version)
    return {
        **_head(case),
        "kind_label": document(lifecycle.label),
        "state": None,
        "state_label": document(found.seen.state),
        "facts": document(case.facts),
        "history": [{"at": instant_text(line.at), "state_label": document(line.state_label)} for line in lines],
        "documents": sorted((_entry(one, one["title"], kept) for one in listed), key=str),
        "children": [_shown(workflow, child.case.id, reader) for child in found.children],
    }


def _documents_in(case: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from case["documents"]
    for child in case["children"]:
        yield from _documents_in(child)
