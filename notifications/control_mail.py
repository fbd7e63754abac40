"""The control list of an office that goes with a mail; who makes it is handed in: it takes what this floor has not."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .context import Scene
from .drafting import Attachment

#: What a lifecycle says in ``attach`` for it.
LIST = "kontrollliste"
#: The template, and what goes with it, of the message that brings the list of the body to its members.
INVITATION = "einladung"
#: Under which name a template finds the entries.
LISTED = "listed"


class Listed(NamedTuple):
    """The list as a file, and its entries as a template may show them, the most urgent first."""

    #: None: it was sent before, but its content has been erased.
    file: Attachment | None
    entries: Sequence[Mapping[str, Any]]


#: Makes the list of the recipient of a scene; if true, what is made once for a session is kept.
Lister: TypeAlias = Callable[[Scene, bool], Listed]


def is_wanted(scene: Scene) -> bool:
    """Whether a list goes with a message: it asks for one, or invites to a session on whose agenda the rules put it."""
    message = scene.message
    if message.attach == LIST:
        return True
    return (
        message.template == message.attach == INVITATION and scene.town.rules_on(scene.day).agenda.control is not None
    )
