"""The control list of a session as its agenda papers, made once and kept: everybody is handed the same ones.

The public part goes with the invitation. The other one, where there is any, is for those concerned in the session and
goes with no mail. A session to which nobody was invited, or whose invitation went by no mail, gets them all the same.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection

from ..config.errors import NotFoundError
from ..notifications.drafting import Attachment
from ..states.issues import (
    CLOSED_CONTROL_LIST,
    CONTROL_LIST,
    Issue,
    IssueKey,
    content_of_issue,
    control_lists_of,
    keep_issue,
)
from ..states.session_queries import SessionRow, session_of, sessions_without_list
from ..states.town import Town
from .control_list import ControlList, closed_part, control_list, file_stem, sheet, title
from .control_paper import control_pdf
from .workflow import Workflow

_PLANNED = "geplant"
_AGENDA = "tagesordnung"
#: For how long after its day a session still gets its list: what is open then was not what was open in the session.
_LATEST = timedelta(days=7)
_PDF = "application/pdf"


class Occasion(NamedTuple):
    """By which line of the log of its session a list is made, and when."""

    seq: int
    at: datetime


def list_of_session(workflow: Workflow, session_id: str, occasion: Occasion, *, keep: bool) -> Attachment | None:
    """The public part, as it was made first; `keep`: what is made now is kept, the other part with it.

    None: its content has been erased.
    """
    with workflow.database.reading() as connection:
        session, kept = session_of(connection, session_id), control_lists_of(connection, session_id)
        if session is None:
            raise NotFoundError("session_unknown", session=session_id)
        town = workflow.directory.town(session.body)
        if CONTROL_LIST in kept:
            return _content(connection, town, kept[CONTROL_LIST])
    papers = _papers(workflow, session, occasion.at)
    if not keep:
        return papers[CONTROL_LIST]
    with workflow.database.writing() as connection:
        for kind, paper in papers.items():
            keep_issue(connection, town.key, _issue(session_id, kind, paper, occasion), paper.content)
        return _content(connection, town, control_lists_of(connection, session_id)[CONTROL_LIST])


def make_lists(workflow: Workflow) -> int:
    """The lists of sessions that have none, once members are invited or the day has come; how many were made."""
    now = workflow.clock.now()
    with workflow.database.reading() as connection:
        found = sessions_without_list(connection, now.date() - _LATEST)
    due = [one for one, state in found if state != _PLANNED or one.day <= workflow.today(one.body)]
    wanted = [one for one in due if workflow.directory.town(one.body).rules_on(one.day).agenda.control is not None]
    for one in wanted:
        occasion = Occasion(workflow.history(one.id)[-1].seq, now)
        list_of_session(workflow, one.id, occasion, keep=True)
    return len(wanted)


def _papers(workflow: Workflow, session: SessionRow, at: datetime) -> Mapping[str, Attachment]:
    """The parts by their kinds: the other one where something stands in it, or an item of the agenda announces it."""
    body, organisation = session.body, session.organisation
    found = control_list(workflow, body, organisation, workflow.reader(body))
    papers = {CONTROL_LIST: _paper(found, at, closed=False)}
    rest = closed_part(workflow, body, organisation)
    if rest.closed or _announces_rest(workflow, session):
        papers[CLOSED_CONTROL_LIST] = _paper(rest, at, closed=True)
    return papers


def _announces_rest(workflow: Workflow, session: SessionRow) -> bool:
    title = workflow.directory.town(session.body).rules_on(session.day).agenda.control
    rows = workflow.case(session.id).case.facts.get(_AGENDA) or ()
    return title is not None and any(row.get("nichtoeffentlich") and row.get("titel") == title.de for row in rows)


def _paper(found: ControlList, at: datetime, *, closed: bool) -> Attachment:
    part = "_nichtoeffentlich" if closed else ""
    content = control_pdf(found, at, [sheet(found, "de", closed=closed)])
    return Attachment(f"{file_stem(title(found, 'de'))}{part}_{found.day.isoformat()}.pdf", _PDF, content)


def _issue(session_id: str, kind: str, paper: Attachment, occasion: Occasion) -> Issue:
    """There is one of each kind, whatever the session has gone through since: it rests on the session alone."""
    basis = sha256(session_id.encode()).hexdigest()
    return Issue(
        key=IssueKey(session_id, kind, "pdf", "de", basis),
        anonymised=False,
        draft_sha256=None,
        seq=occasion.seq,
        name=paper.name,
        media_type=paper.media_type,
        sha256=sha256(paper.content).hexdigest(),
        told={"redacted": {}, "unshown": []},
        issued_at=occasion.at,
    )


def _content(connection: Connection, town: Town, issue: Issue) -> Attachment | None:
    try:
        return Attachment(issue.name, issue.media_type, content_of_issue(connection, town.key, issue, town.zone))
    except NotFoundError:  # erased since
        return None
