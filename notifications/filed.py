"""The draft of an answer as it was filed, as an attachment of the mail that asks to co-sign or to sign it."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from ..config.errors import NotFoundError
from ..states.files import read_file
from .context import Scene, blackout_of, facts_known
from .control_mail import LIST
from .draft_parts import MEDIA_TYPES
from .drafting import Attachment
from .papers.answering import PRINTED
from .scenes import Sources
from .session_entries import OF_SESSIONS

#: What a lifecycle says in ``attach`` for it, and the fact that holds it.
FILED = "entwurf"
#: What may stand in ``attach`` without being the name of a drafting template.
NO_TEMPLATES = frozenset({FILED, LIST}) | PRINTED | OF_SESSIONS
#: In bytes. A larger draft stays in the case: base64 makes it a third larger, and many servers take 10 MB.
LARGEST = 5 * 2**20
_TYPES = {".pdf": "application/pdf"} | {f".{suffix}": media_type for suffix, media_type in MEDIA_TYPES.items()}


def filed_draft(sources: Sources, scene: Scene) -> Attachment | None:
    """The draft of the case of a scene, for a mail that may show it.

    None: there is none, it is too large, or something in the case is not for the recipient: no file is blacked out.
    """
    draft = facts_known(scene.dossier.case).get(FILED)
    if not isinstance(draft, Mapping) or draft["size"] > LARGEST or blackout_of(scene) is not None:
        return None
    with sources.database.reading() as connection:
        try:
            content = read_file(connection, scene.town.key, draft["sha256"])
        except NotFoundError:  # said by hand, or kept elsewhere
            return None
    return Attachment(draft["name"], _media_type(draft), content)


def _media_type(draft: Mapping[str, Any]) -> str:
    """By the name alone: what was said when it was filed may be anything."""
    return _TYPES.get(PurePath(draft["name"]).suffix.lower(), "application/octet-stream")


def sample_draft() -> Attachment:
    """The draft of a made-up case, for a preview."""
    return Attachment("Entwurf.docx", MEDIA_TYPES["docx"], b"")
