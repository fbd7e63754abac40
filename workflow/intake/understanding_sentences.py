"""Sentences of administrative prose, German and English. Pure, one pass."""

import re
from collections.abc import Iterator

#: An ellipsis that stands by itself is a pause.
_END = re.compile(r"(?:[.!?]|(?<=\S)…)+[\"“”»)]*(?=\s|$)")
#: A full stop behind one of these ends no sentence, as behind a number of a day or a quarter and behind an initial,
#: unless a word follows with which only sentences begin.
_SHORT = re.compile(
    r"(?:^|[\s(„\"/.-])(?:z|B|u|a|d|h|i|V|A|o|g|e|s|S|Nr|Nrn|Drs|Drucks|ca|bzw|Abs|Art|Str|Dr|Prof|ggf|gez|inkl|einschl|gem|vgl|Ziff|St|Std|Mio|Mrd|Tsd|Tel|lfd|evtl|sog|Az|Bd|zzgl|max|min|geb|Kap|Pkt|Hr|Fr"
    r"|usw|etc|ff|rd|lt|vsl|Anl|Anm|Abb|Tab|Buchst|Dipl|Ing|BGBl|Mr|Mrs|Ms|No|Nos|approx|vs|cf|pp"
    r"|Jan|Feb|Mär|Mrz|Apr|Jun|Jul|Aug|Sept|Sep|Okt|Nov|Dez|Oct|Dec|[A-ZÄÖÜ]|\d{1,2}|[IVX]{1,5})$"
)
#: More of them, where whoever writes would gain by having fewer sentences; a letter by itself ends none.
_SHORTER = re.compile(
    r"(?:^|[\s(„\"/.-])(?:[A-Za-zÄÖÜäöü]|bspw|insb|insbes|bes|entspr|allg|bzgl|betr|wg|ehem|exkl|urspr|städt|öff|techn|jährl"
    r"|mtl|usf|ggü|ggfs|zw|voraussichtl|Fa|Hbf|Jh|Beschl|Vorl|[A-ZÄÖÜ]\w*str)$"
)
#: Words that have a capital at the beginning of a sentence alone: of an ordinal no noun, of a title no name.
_BEGINS = re.compile(
    r"(?:D(?:er|ie|as|en|em|es|ies\w*|ann|anach|aher|eshalb|azu|abei|amit|ort|och|erzeit|urch)|Ein(?:e[mnrs]?)?|Keine?|E[rs]|Sie|Wir"
    r"|Ich|Man|Alle|Beide|I[mn]|A[mnb]|Auf|Aus|Bei|Beim|Bis|Bisher|Mit|Nach|Für|Von|Vom|Vor|Zu[mr]?|Zudem|Zurzeit|Über|Unter|Seit"
    r"|Wegen|Trotz|Ohne|Um|Nun|Jetzt|Hier|Auch|Aber|Und|Oder|Denn|Weil|Wenn|Als|Sobald|Noch|Schon|Erst|Nur|So|Sonst|Leider|Außerdem"
    r"|Inzwischen|Mittlerweile|Anschließend|Zunächst|The|An?|This|That|These|Those|It|He|She|We|They|There|Then|Now|But|And|If|When"
    r"|After|On|At|By|For|From|To|With)\b"
)
_NUMBER = re.compile(r"\s*[\dIVX]+")
_LOOK = 24


def sentences(text: str, *, strict: bool = False) -> Iterator[str]:
    """The sentences of a paragraph, each with its mark; `strict`: also those that do not begin with a capital."""
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and _goes_on(text, start, match, strict=strict):
            continue
        if sentence := text[start : match.end()].strip():
            yield sentence
        start = match.end()
    if rest := text[start:].strip():
        yield rest


def _goes_on(text: str, start: int, match: re.Match[str], *, strict: bool) -> bool:
    following = text[match.end() : match.end() + 2].strip()
    if not following:
        return False
    is_number_of_item = _NUMBER.fullmatch(text, start, match.start()) is not None
    if is_number_of_item or (following[:1].islower() and not strict):
        return True
    before = text[max(match.start() - _LOOK, 0) : match.start()]
    short = bool(_SHORT.search(before)) or (strict and _SHORTER.search(before) is not None)
    return short and _BEGINS.match(text, match.end() + 1) is None
