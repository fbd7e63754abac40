"""The control list that goes with a mail: what is open with an office, or before the body whose members are invited."""

from typing import Any

from ..config.text import Text
from ..notifications.context import Scene
from ..notifications.control_mail import Listed, Lister
from ..notifications.drafting import Attachment
from ..notifications.workbooks import workbook
from ..states.control_lists import Entry, urgency
from ..states.publicity import reader_for
from ..states.visibility import may_mail_content
from .control_issues import Occasion, list_of_session
from .control_list import ControlList, control_list, file_stem, sheets, title
from .documents import document
from .workflow import Workflow

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE = "amt"
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
            occasion = Occasion(scene.message.occurrence, scene.message.written_at)
            return Listed(list_of_session(workflow, case.row["id"], occasion, keep=keep), [])
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


def _table(found: ControlList, scene: Scene) -> Attachment:
    name = title(found, scene.lang)
    content = workbook(name, sheets(found, scene.lang), scene.message.written_at)
    return Attachment(f"{file_stem(name)}.xlsx", _XLSX, content)
