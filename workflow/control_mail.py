"""The regular mail to an office with what is open there."""

from ..notifications.context import Scene
from ..notifications.control_mail import Listed, Lister
from ..notifications.drafting import Attachment
from ..notifications.workbooks import workbook
from .control_list import ControlList, control_list, sheets, title
from .documents import document
from .workflow import Workflow

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE = "amt"


def lister(workflow: Workflow) -> Lister:
    """What makes the list of the office that a case names, in the language of its recipient."""

    def listed(scene: Scene) -> Listed:
        office = str(scene.dossier.case.row["facts"].get(_OFFICE) or scene.recipient.key)
        found = control_list(workflow, scene.town.key, office)
        return Listed(_file(found, scene), [document(one) for one in (*found.public, *found.closed)])

    return listed


def _file(found: ControlList, scene: Scene) -> Attachment:
    name = f"{title(found, scene.lang).replace(':', '').replace(' ', '_').replace('/', '-')}.xlsx"
    content = workbook(title(found, scene.lang), sheets(found, scene.lang), scene.message.written_at)
    return Attachment(name, _XLSX, content)
