"""Which mandatory statements (Pflichtangaben) a town wants in a draft for a case."""

from ..config.settings import Settings
from ..notifications.draft_form import Required
from ..notifications.drafting import Drafts
from ..states.queries import CaseSummary


def duties(settings: Settings, case: CaseSummary) -> tuple[Required, ...]:
    """The statements that ``entwurf.toml`` of the town wants in drafts for such a case.

    Raises:
        AuthorError: the file is wrong.
    """
    return Drafts(settings.templates).form(case.body).required(case.lifecycle)
