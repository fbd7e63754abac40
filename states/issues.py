"""Papers as they were issued: their bytes are kept, so that everybody is handed the same ones, then and later.

The content lies with the other files (`files`), by its SHA-256; the row tells what it is. Rows are only added. Where a
content has been erased, the row still says that there was one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from ..config.errors import NotFoundError
from .document_tables import IssueRow
from .files import keep_file, read_file
from .ids import new_id
from .tables import table_of

_issue = table_of(IssueRow)

#: The kinds of the control list of a session: what everybody may know of it, and the rest, for those concerned in it.
CONTROL_LIST, CLOSED_CONTROL_LIST = "kontrollliste", "kontrollliste_nichtoeffentlich"


class IssueKey(NamedTuple):
    """What makes an issue another one."""

    case_id: str
    #: stellungnahme, mitteilung, ausfertigung, zwischenbescheid, kontrollliste, kontrollliste_nichtoeffentlich.
    kind: str
    #: pdf, docx, html.
    form: str
    lang: str
    #: SHA-256 of all it rests on: the signature, the publication, for whom it is, what is blacked out.
    basis: str


class Issue(NamedTuple):
    """A paper as it was issued."""

    key: IssueKey
    anonymised: bool
    #: The draft that was signed; None: it needs no signature.
    draft_sha256: str | None
    #: The line of the log with the signature, or with the event by which it was sent.
    seq: int
    name: str
    media_type: str
    #: Of its content.
    sha256: str
    #: What whoever asks for it should know: what was blacked out, what the PDF tells by name.
    told: Mapping[str, Any]
    issued_at: datetime


def find_issue(connection: Connection, key: IssueKey) -> Issue | None:
    """The issue with that key, if it has been made."""
    asked = [_issue.c[name] == value for name, value in key._asdict().items()]
    row = connection.execute(select(_issue).where(*asked)).mappings().first()
    return _of(row) if row is not None else None


def issues_of(connection: Connection, case_id: str) -> list[Issue]:
    """The issues of a case, oldest first."""
    query = select(_issue).where(_issue.c.case_id == case_id).order_by(_issue.c.issued_at, _issue.c.id)
    return [_of(row) for row in connection.execute(query).mappings()]


def control_lists_of(connection: Connection, session_id: str) -> dict[str, Issue]:
    """The papers of the control list of a session, by their kinds."""
    kinds = (CONTROL_LIST, CLOSED_CONTROL_LIST)
    return {one.key.kind: one for one in issues_of(connection, session_id) if one.key.kind in kinds}


def keep_issue(connection: Connection, body: str, issue: Issue, content: bytes) -> Issue:
    """Keep an issue with its content, and answer with what holds: another one, if somebody was faster."""
    keep_file(connection, body, (issue.name, issue.media_type, content), issue.issued_at)
    values = {**issue.key._asdict(), **{name: value for name, value in issue._asdict().items() if name != "key"}}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(_issue).values(id=new_id(issue.issued_at), **values)
    connection.execute(made.on_conflict_do_nothing())
    return find_issue(connection, issue.key) or issue


def content_of_issue(connection: Connection, body: str, issue: Issue, zone: ZoneInfo) -> bytes:
    """The bytes that were issued; `zone` is that of the town.

    Raises:
        NotFoundError: they have been erased.
    """
    try:
        return read_file(connection, body, issue.sha256)
    except NotFoundError:
        day = issue.issued_at.astimezone(zone).date().isoformat()
        raise NotFoundError("paper_issue_erased", name=issue.name, day=day, sha256=issue.sha256) from None


def _of(row: Mapping[str, Any] | Any) -> Issue:
    key = IssueKey(*(str(row[name]) for name in IssueKey._fields))
    return Issue(key, *(row[name] for name in Issue._fields if name != "key"))
