"""Papers of sessions on demand: the invitation, and the extract of the minutes of one item."""

from ..config.errors import InvalidInputError
from ..config.settings import Settings
from ..notifications.papers.printing import Format, Printed
from ..notifications.papers.session_sheets import Entered, extract_sheet, invitation_sheet
from ..states.agendas import AgendaView, Item
from ..states.session_queries import SessionRow
from ..states.visibility import Reader, may_show_everything
from .papers import papers_of
from .session_results import noted
from .sessions import agenda
from .workflow import Workflow


def invitation_of(
    workflow: Workflow, session: SessionRow, form: Format, settings: Settings, *, reader: Reader | None
) -> Printed:
    """The invitation as far as `reader` may know the agenda.

    Raises:
        InvalidInputError: there is no agenda yet.
        Temporary: the layout is wrong.
    """
    view = agenda(workflow, session, reader)
    if not view.items and not view.hidden:
        raise InvalidInputError("session_agenda_empty")
    return papers_of(settings).printed(invitation_sheet(view, workflow.directory.town(session.body)), form)


def extract_of(
    workflow: Workflow, what: tuple[AgendaView, Item], form: Format, settings: Settings, *, reader: Reader | None
) -> Printed:
    """The extract for an item that `reader` may see; who entered it, and the minutes, for those who work on it.

    Raises:
        InvalidInputError: the item has no paper, or no result yet.
        Temporary: the layout is wrong.
    """
    view, item = what
    if item.stop is None:
        raise InvalidInputError("session_item_bare", item=item.number)
    entered = noted(workflow, item, view.session.day)
    if item.result is None or entered is None:
        raise InvalidInputError("session_no_result_yet", item=item.number)
    known = workflow.publicity([item.stop])[item.stop]
    told = Entered(entered.by, entered.at, entered.minutes)
    if reader is not None and not may_show_everything(known, reader):
        told = Entered(None, entered.at)
    return papers_of(settings).printed(
        extract_sheet(view, item, workflow.directory.town(view.session.body), told), form
    )
