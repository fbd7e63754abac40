"""Sentences of German administrative prose. Pure, one pass."""

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[\"“”»)]*(?=\s|$)")
#: A full stop behind one of these ends no sentence, as behind a number of a day or a quarter and behind an initial.
_SHORT = re.compile(
    r"(?:^|[\s(„\"/-])(?:z|B|u|a|d|h|i|V|A|o|g|e|s|S|Nr|Nrn|Drs|Drucks|ca|bzw|Abs|Art|Str|Dr|Prof|ggf|gez|inkl|einschl|gem|vgl|Ziff|St|Std|Mio|Mrd|Tsd|Tel|lfd|evtl|sog|Az|Bd|zzgl|max|min|geb|Kap|Pkt|Hr|Fr"
    r"|Jan|Feb|Mär|Mrz|Apr|Jun|Jul|Aug|Sept|Sep|Okt|Nov|Dez|[A-ZÄÖÜ]|\d{1,2}|[IVX]{1,5})$"
)
_LOOK = 12


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph, each with its mark."""
    start = 0
    for match in _END.finditer(text):
        if match[0].startswith(".") and len(match[0]) == 1 and _goes_on(text, match):
            continue
        if sentence := text[start : match.end()].strip():
            yield sentence
        start = match.end()
    if rest := text[start:].strip():
        yield rest


def _goes_on(text: str, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 2].strip()
    if not following:
        return False
    return following[:1].islower() or _SHORT.search(text[max(match.start() - _LOOK, 0) : match.start()]) is not None
