"""How a scenario hands in a draft: the drafting template of the assignment mail, filled in as an office does."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..config.settings import Settings
from ..notifications.composer import Composer
from ..notifications.draft_return import ANSWER
from ..notifications.draft_typing import typed
from ..states.engine import Fired
from ..states.step import Actor
from .draft_duties import duties
from .draft_templates import draft_of_case
from .drafts import DraftFile, draft_content, draft_versions, file_draft
from .scenario_files import ScenarioDraft
from .workflow import Workflow


class Drafter(NamedTuple):
    """Fills in drafts of one replay; `composer` writes the mails that carry the templates."""

    workflow: Workflow
    composer: Composer
    settings: Settings

    def hand_in(self, case_id: str, draft: ScenarioDraft, actor: Actor, said: Mapping[str, Any]) -> Fired:
        """File the draft with the case as `actor`; a later version is typed into the one before it.

        Raises:
            InvalidInputError: the template has no such field.
            NotFoundError: no message of the lifecycle brings a template.
        """
        name = f"{draft.name}.docx"
        texts = {_field(field): paragraphs(text) for field, text in draft.answers.items()}
        content = typed(self._blank(case_id), name, texts, draft.ticks)
        required = duties(self.settings, self.workflow.case(case_id).case)
        return file_draft(self.workflow, case_id, DraftFile(name, content, said, required), actor=actor).fired

    def _blank(self, case_id: str) -> bytes:
        versions = draft_versions(self.workflow, case_id)
        if versions:
            return draft_content(self.workflow, case_id, versions[-1])
        return draft_of_case(self.workflow, self.composer, case_id, "docx").content


def _field(name: str) -> str:
    """A number means the answer to the question of that number."""
    return f"{ANSWER}{name}" if name.isdigit() else name


def paragraphs(text: str) -> str:
    """A text as somebody types it: empty lines part paragraphs, an item stays a line, other lines run on."""
    parts = re.split(r"\n\s*\n|\n(?=- )", text.strip())
    return "\n".join(" ".join(part.split()) for part in parts)
