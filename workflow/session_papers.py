"""Papers of sessions on demand: the invitation, and the extract of the minutes of one item."""

from collections.abc import Iterator
from typing import Any

from ..config.errors import Refusal, RefusedError
from ..config.settings import Settings
from ..notifications.papers.printing import Format, Printed
from ..notifications.papers.session_sheets import Entered, extract_sheet, invitation_sheet
from ..states.agendas import AgendaView, Item
from ..states.amendments import amendment_told, changes_made
from ..states.kin import Kin
from ..states.session_queries import SessionRow
from ..states.visibility import Reader, blackout_for, may_show_content, may_show_everything
from .papers import papers_of
from .session_results import noted
from .sessions import agenda
from .workflow import Workflow


def invitation_of(
    workflow: Workflow, session: SessionRow, form: Format, settings: Settings, *, reader: Reader | None
) -> Printed:
    """The invitation as far as `reader` may know the agenda.

    Raises:
        RefusedError: there is no agenda yet.
        Temporary: the layout is wrong.
    """
    view = agenda(workflow, session, reader)
    if not view.items and not view.hidden:
        raise RefusedError(Refusal("session_agenda_empty"))
    return papers_of(settings).printed(invitation_sheet(view, workflow.directory.town(session.body)), form)


def extract_of(
    workflow: Workflow, what: tuple[AgendaView, Item], form: Format, settings: Settings, *, reader: Reader | None
) -> Printed:
    """The extract for an item that `reader` may see; who entered it, and the minutes, for those who work on it.

    Raises:
        RefusedError: it has no result yet.
        Temporary: the layout is wrong.
    """
    view, item = what
    entered = noted(workflow, view.session, item)
    if item.result is None or entered is None:
        raise RefusedError(Refusal("session_no_result_yet", {"item": item.number}))
    concerned = item.stop or view.session.id
    known = workflow.publicity([concerned])[concerned]
    amendments = tuple(_amendments(workflow, item.stop, reader)) if item.stop else ()
    told = Entered(entered.by, entered.at, entered.minutes, amendments)
    if reader is not None and not may_show_everything(known, reader):
        told = Entered(None, entered.at, amendments=amendments)
    return papers_of(settings).printed(
        extract_sheet(view, item, workflow.directory.town(view.session.body), told), form
    )


def _amendments(workflow: Workflow, stop: str, reader: Reader | None) -> Iterator[dict[str, Any]]:
    """The amendments by which a body has adopted a paper with changes, as far as `reader` may see them."""
    with workflow.database.reading() as connection:
        kin = Kin(connection, [stop], workflow.lifecycle)
        made = changes_made(connection, [(kin.of(stop), *kin.above(stop))], workflow.lifecycle).get(stop, ())
    seen = workflow.publicity([one.row["id"] for one in made])
    for one in made:
        known = seen[one.row["id"]]
        if reader is None or may_show_content(known, reader):
            black = blackout_for(known, reader)
            told = amendment_told(one)
            if black is not None and told["fragesteller"] in black.private.keys:
                told["fragesteller"] = None
            yield told if black is None else black.value(told)
