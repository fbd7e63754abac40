"""The control list that goes with a mail: what is open with an office, or before the body whose members are invited."""

from ..notifications.context import Scene
from ..notifications.control_mail import Listed, Lister
from ..notifications.drafting import Attachment
from ..notifications.workbooks import workbook
from .control_list import ControlList, control_list, sheets, title, without_house
from .control_paper import control_pdf
from .documents import document
from .workflow import Workflow

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE, _BODY = "amt", "organization_key"


def lister(workflow: Workflow) -> Lister:
    """What makes the list for a mail: of the office that a case names, or of the body that sits.

    Members get the public part alone, as a paper: a mail is an open channel.
    """

    def listed(scene: Scene) -> Listed:
        case = scene.dossier.case
        if case.lifecycle.record == "meeting":
            everybody = workflow.reader(scene.town.key)
            found = control_list(workflow, scene.town.key, str((case.record or {}).get(_BODY)), everybody)
            return Listed(_paper(without_house(found), scene), [])
        office = str(case.row["facts"].get(_OFFICE) or scene.recipient.key)
        found = control_list(workflow, scene.town.key, office)
        return Listed(_table(found, scene), [document(one) for one in (*found.public, *found.closed)])

    return listed


def _paper(found: ControlList, scene: Scene) -> Attachment:
    name = f"{_name(found, scene)}_{found.day.isoformat()}.pdf"
    return Attachment(name, "application/pdf", control_pdf(found, scene.message.written_at))


def _table(found: ControlList, scene: Scene) -> Attachment:
    content = workbook(title(found, scene.lang), sheets(found, scene.lang), scene.message.written_at)
    return Attachment(f"{_name(found, scene)}.xlsx", _XLSX, content)


def _name(found: ControlList, scene: Scene) -> str:
    return title(found, scene.lang).replace(":", "").replace(" ", "_").replace("/", "-")
