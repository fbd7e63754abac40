"""The signed answer, or the extract of a resolution for an office, as an attachment of a mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...config.errors import InvalidInputError, NotFoundError
from ..context import Scene, has_anonymised, in_german
from ..drafting import Attachment
from ..scenes import Sources
from .issuing import issued
from .press import Wish
from .printing import Papers, Sheet
from .view import view
from .view_samples import known_samples

#: What a lifecycle says in ``attach`` for the signed answer, and for what an office gets of a resolution, as PDF.
ANSWER, EXTRACT = "antwort", "ausfertigung"
PRINTED = frozenset({ANSWER, EXTRACT})


@dataclass(frozen=True)
class Printer:
    """Prints answers by the layouts of an installation."""

    papers: Papers = field(default_factory=Papers)

    def __call__(self, sources: Sources, scene: Scene, *, keep: bool = True) -> Attachment | None:
        """The paper as PDF, for a mail that may show it; None: there is none to show, or nobody has signed it.

        It is the one that was issued, or issued now, anonymised where it would be if the recipient had asked for it;
        without `keep` (a preview of a mail) nothing is stored.

        Raises:
            Temporary: the layout is wrong; a corrected file mends it.
        """
        try:
            printed = issued(sources, self.papers, in_german(scene), _wish(scene), keep=keep)
        except (InvalidInputError, NotFoundError):  # there is none, or it has been erased
            return None
        return None if printed.draft else printed.file

    def sample(self, known: Mapping[str, Any], at: datetime, attach: str) -> Attachment:
        """What is attached, of a made-up case, for a preview. Errors as above."""
        kind = EXTRACT if attach == EXTRACT else "stellungnahme"
        return self.papers.printed(Sheet(kind, "", view(known, known_samples()[0]), at), "pdf").file


def _wish(scene: Scene) -> Wish:
    anonymised, message = has_anonymised(scene), scene.message
    if message.attach != EXTRACT:
        return Wish(anonymised=anonymised)
    office = message.params.get("represents") or message.recipient
    return Wish(EXTRACT, anonymised=anonymised, office=office, mailed=True)
