"""The control list that goes with a mail: what is open with an office, or before the body whose members are invited."""

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from ..config.errors import NotFoundError
from ..config.text import Text
from ..notifications.context import Scene
from ..notifications.control_mail import Listed, Lister
from ..notifications.drafting import Attachment
from ..notifications.workbooks import workbook
from ..states.control_lists import Entry, urgency
from ..states.issues import CONTROL_LIST, Issue, IssueKey, content_of_issue, find_issue, keep_issue
from ..states.publicity import reader_for
from ..states.town import Town
from ..states.visibility import may_mail_content
from .control_list import ControlList, control_list, sheets, title, without_house
from .control_paper import control_pdf
from .documents import document
from .workflow import Workflow

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE, _BODY = "amt", "organization_key"
#: What a mail calls a case that is not public, and all that it tells of one besides: due day, light, and the link.
_UNNAMED = Text("nichtöffentlicher Vorgang", "case that is not public")
_NEUTRAL = frozenset({"case_id", "target", "light", "public"})


def lister(workflow: Workflow) -> Lister:
    """What makes the list for a mail: of the office that a case names, or of the body that sits.

    A mail is an open channel: members get the public part alone, as a paper; an office learns of what is not public
    that it is there, and when it is due.
    """

    def listed(scene: Scene, keep: bool) -> Listed:  # noqa: FBT001  # as `Lister` has it
        case = scene.dossier.case
        if case.lifecycle.record == "meeting":
            return Listed(_of_session(workflow, scene, keep=keep), [])
        office = str(case.row["facts"].get(_OFFICE) or scene.recipient.key)
        reader = reader_for(scene.town, office, scene.day)
        found = control_list(workflow, scene.town.key, office, reader, lambda known: may_mail_content(known, scene.day))
        entries = sorted((*found.public, *map(_neutral, found.closed)), key=urgency)
        link = f"{scene.base_url}/vorgang/"
        told = [{**document(one), "link": link + one.case_id} for one in entries]
        return Listed(_table(found._replace(closed=()), scene), told)

    return listed


def _neutral(entry: Entry) -> Entry:
    kept = {name: value for name, value in entry._asdict().items() if name in _NEUTRAL}
    nothing: dict[str, Any] = dict.fromkeys(set(Entry._fields) - _NEUTRAL)
    return Entry(**{**nothing, **kept, "kind": _UNNAMED, "state": _UNNAMED})


def _of_session(workflow: Workflow, scene: Scene, *, keep: bool) -> Attachment | None:
    """The list as it went to the first member who was invited: all get the same one."""
    case, town, invited = scene.dossier.case, scene.town, scene.message.occurrence
    key = IssueKey(case.row["id"], CONTROL_LIST, "pdf", "de", sha256(f"{invited}".encode()).hexdigest())
    with workflow.database.reading() as connection:
        if (issue := find_issue(connection, key)) is not None:
            return _kept(connection, town, issue)
    everybody = workflow.reader(town.key)
    made = _paper(
        without_house(control_list(workflow, town.key, str((case.record or {}).get(_BODY)), everybody)), scene
    )
    if not keep:
        return made
    issue = Issue(
        key=key,
        anonymised=False,
        draft_sha256=None,
        seq=invited,
        name=made.name,
        media_type=made.media_type,
        sha256=sha256(made.content).hexdigest(),
        told={"redacted": {}, "unshown": []},
        issued_at=scene.message.written_at,
    )
    with workflow.database.writing() as connection:
        return _kept(connection, town, keep_issue(connection, town.key, issue, made.content))


def _kept(connection: Connection, town: Town, issue: Issue) -> Attachment | None:
    try:
        return Attachment(issue.name, issue.media_type, content_of_issue(connection, town.key, issue, town.zone))
    except NotFoundError:  # erased since
        return None


def _paper(found: ControlList, scene: Scene) -> Attachment:
    name = f"{_name(found, scene)}_{found.day.isoformat()}.pdf"
    return Attachment(name, "application/pdf", control_pdf(found, scene.message.written_at))


def _table(found: ControlList, scene: Scene) -> Attachment:
    content = workbook(title(found, scene.lang), sheets(found, scene.lang), scene.message.written_at)
    return Attachment(f"{_name(found, scene)}.xlsx", _XLSX, content)


def _name(found: ControlList, scene: Scene) -> str:
    return title(found, scene.lang).replace(":", "").replace(" ", "_").replace("/", "-")
