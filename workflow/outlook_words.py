"""One thing that happens by itself, in a sentence."""

from ..config.text import Lang
from .outlook import Happening, Outlook
from .wording import say


def sentence(outlook: Outlook, one: Happening, lang: Lang) -> str:
    """What happens in one line: who is told, and who for the first time where that matters; of a digest, of what."""
    parts = [one.text.in_(lang)]
    if one.kind in {"reminder", "escalation"} and one.told:
        parts.append(say("sim_told", lang, told=", ".join(party.name for party in one.told)))
        if one.kind == "escalation" and one.added:
            parts.append(say("sim_added", lang, added=", ".join(party.name for party in one.added)))
    if one.tells:
        names = dict.fromkeys(outlook.cases[case].open_name().in_(lang) for case in one.about)
        parts.append(say("sim_tells", lang, cases=", ".join(names)))
    return "; ".join(parts)
