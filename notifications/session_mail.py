"""What goes with the mails of a session: the invitation with its agenda as PDF, and the entry for the calendar.

A mail is an open channel: the PDF holds the public part; of the other one it says how many items there are.
"""

from typing import Any, NamedTuple

from ..config.text import Lang
from ..states.agendas import AgendaView, Sight, agenda_of
from ..states.session_queries import changes_of
from ..states.town import Town
from .context import Scene
from .drafting import Attachment
from .papers.printing import Papers
from .papers.session_sheets import invitation_sheet, session_name
from .recipients import Sender
from .scenes import Sources
from .session_entries import INVITATION, WITHDRAWAL, Entry, Hand, request


class SessionFiles(NamedTuple):
    """What is attached, and the agenda that the words of the mail may tell."""

    files: tuple[Attachment, ...]
    agenda: list[dict[str, Any]]


def session_files(sources: Sources, papers: Papers, scene: Scene, sender: Sender) -> SessionFiles | None:
    """The files of a message about a session; None: the case is none.

    Raises:
        Temporary: the layout is wrong.
    """
    case_id, town = scene.dossier.case.row["id"], scene.town
    with sources.database.reading() as connection:
        view = agenda_of(connection, case_id, Sight(sources.lifecycles, sources.town), scene.reader)
        changes = changes_of(connection, [case_id])[case_id]
    if view is None:
        return None
    link = f"{scene.base_url}/vorgang/{case_id}"
    hand = Hand(sender, town.message_domain, town.zone, scene.lang)
    # Whoever is not asked to come any more: for them it does not take place.
    session = view.session._replace(cancelled=view.session.cancelled or scene.message.attach == WITHDRAWAL)
    entry = Entry(session, session_name(view, town), changes, link)
    files = [request(entry, hand, scene.recipient, scene.message.written_at)]
    if scene.message.attach == INVITATION:
        files.insert(0, papers.printed(invitation_sheet(view, town), "pdf").file)
    return SessionFiles(tuple(files), _told(view, town, scene.lang))


def _told(view: AgendaView, town: Town, lang: Lang) -> list[dict[str, Any]]:
    """The agenda as the words of a mail know it; of what is not public there is nothing but that it is."""
    kinds = [one.kind.in_(lang) if one.kind else "–" for one in view.items]
    titles = [one.heading(town.names, lang) or kind for one, kind in zip(view.items, kinds, strict=True)]
    moved = ["".join(f"\n– {one.heading(town.names, lang)}" for one in item.amendments) for item in view.items]
    rows = [
        {"nummer": one.number, "titel": title + more}
        for one, title, more in zip(view.items, titles, moved, strict=True)
    ]
    return [*rows, *({"nummer": "N", "titel": "–", "nichtoeffentlich": True} for _ in range(view.hidden))]
