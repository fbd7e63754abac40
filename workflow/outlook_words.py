"""One thing that happens by itself, in a sentence."""

from ..config.text import Lang
from .outlook import Happening
from .wording import say


def sentence(one: Happening, lang: Lang) -> str:
    """What happens in one line: who is told, and who for the first time where that matters."""
    parts = [one.text.in_(lang)]
    if one.kind in {"reminder", "escalation"} and one.told:
        parts.append(say("sim_told", lang, told=", ".join(party.name for party in one.told)))
        if one.kind == "escalation" and one.added:
            parts.append(say("sim_added", lang, added=", ".join(party.name for party in one.added)))
    return "; ".join(parts)
