"""The drafting template of a case, as its assignment mail carries it."""

from ..config.errors import NotFoundError
from ..notifications.composer import Composer
from ..notifications.draft_parts import Format
from ..notifications.drafting import Attachment
from ..notifications.filed import NO_TEMPLATES
from ..notifications.preview import Wanted, message_of_case
from .workflow import Workflow


def draft_of_case(workflow: Workflow, composer: Composer, case_id: str, suffix: Format | None = None) -> Attachment:
    """The drafting template of a case, filled in for it; `suffix` None: the first kind of file that the town wants.

    Raises:
        NotFoundError: there is no such case, or no message of its lifecycle brings a template.
        Temporary: the template is wrong.
    """
    case = workflow.case(case_id).case
    lifecycle = workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle
    tells = (tell for event in lifecycle.events.values() for way in event.ways for tell in way.tell)
    bringing = next((tell for tell in tells if tell.attach and tell.attach not in NO_TEMPLATES), None)
    if bringing is None:
        raise NotFoundError("draft_none_here", lifecycle=lifecycle.id)
    scene = lifecycle, workflow.directory.town(case.body)
    with workflow.database.reading() as connection:
        wanted = Wanted(bringing.template, None, workflow.clock.now())
        message = message_of_case(connection, case, scene, wanted)._replace(attach=bringing.attach)
    return composer.draft(message, suffix)
