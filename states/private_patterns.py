"""How private things look in German texts: addresses, telephone numbers, accounts, and words in names that name nobody.

Heuristics: a pattern may take too much (a public building with its house number), so that it takes too little nowhere.
"""

import re
from collections.abc import Iterator, Mapping

#: Words in names that are nobody's name.
NO_NAMES = frozenset(
    (
        *("herr", "frau", "herrn", "familie", "eheleute", "dr", "prof", "dipl", "ing", "med", "von", "vom", "van"),
        *("de", "der", "den", "del", "di", "da", "la", "le", "el", "al", "ten", "ter", "zu", "zum", "zur", "und"),
        *("bin", "ibn", "auf", "an", "in", "im", "am", "dos", "das", "erfunden"),
    )
)

#: Blanks within a line, the narrow and the fixed ones too.
_GAP = r"[ \t\u00a0\u202f]{0,5}"
_STREET = (
    r"(?:stra(?:ß|ss)e|str\.|str|weg|allee|platz|gasse|ring|damm|ufer|chaussee|steig|pfad|markt|hof|berg|graben"
    r"|wall|stieg|kamp|promenade|brücke|siedlung|park|tor|twiete|feld)"
)
#: What alone names no street.
GENERIC_STREET = re.compile(_STREET, re.IGNORECASE)
_AT = (
    r"(?:Am|An der|An den|Auf dem|Auf der|Auf den|Im|In der|In den|Zum|Zur|Unter den|Hinter der|Vor dem|Beim"
    r"|Alte[rn]?|Neue[rn]?) [A-ZÄÖÜ][\w-]{1,60}(?: [A-ZÄÖÜ][\w-]{1,60})?"
)
#: 12, 12 a, 12-14; not the beginning of a longer number or of a date.
HOUSE = rf"\d{{1,4}}(?:{_GAP}[a-zA-Z])?(?:{_GAP}[-–/+]{_GAP}\d{{1,4}}(?:{_GAP}[a-zA-Z])?)?(?!\w)(?!\.\d)"
PLACE = r"[A-ZÄÖÜ][\w.()-]{1,60}(?:[ ](?:am|an der|im|in der|ob der|bei|[A-ZÄÖÜ])[\w.()-]{0,60}){0,4}"
#: What five digits may count, and so are no postal code.
_COUNTED = (
    r"(?!(?:Euro|EUR|Einwohner|Tonnen|Personen|Stück|Kilo|Meter|Quadrat|Kubik|Haushalt|Wohn|Fahrzeug|Bäume|Mitglied"
    r"|Kinder|Schüler|Unterschrift|Stimmen|Menschen|Stunden|Uhr|Plätze|Bürger|Liter|Mark|Mal|Besuch|Arbeits|Exemplar))"
)
_DIAL = r"[\d \u00a0\u202f()/–-]"

#: What is blacked out wherever it stands, and what it is called.
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "Konto": re.compile(
        r"(?<![\w/])[A-Za-z]{2}[ \u00a0]?\d{2}(?:[\s\u00a0\u202f-]?[A-Za-z\d]{4}){2,7}"
        r"(?:[\s\u00a0\u202f-]?\d{1,4})?(?!\w)"
    ),
    "Ort": re.compile(rf"(?<![\d.,/-])(?:\bD{_GAP}[-–]{_GAP})?(?<!\d)\d{{5}}{_GAP}{_COUNTED}{PLACE}"),
    "Telefon": re.compile(
        rf"\b(?:Tel|Fax|Mobil|Handy|Festnetz|Rufnummer|Rückruf)\w{{0,20}}\.?:?\s{{0,5}}\(?\+?\d{_DIAL}{{4,24}}\d"
        rf"|(?<![\w/.])(?:\+|00)[1-9]\d{{0,2}}{_DIAL}{{6,24}}\d"
        r"|(?<![\w/.-])(?!\d+[/_](?:19|20)\d\d(?!\d))"
        rf"\(?0\d{{1,5}}\)?[ \u00a0\u202f/–-]{{1,5}}\d{_DIAL}{{3,24}}\d(?!\d|\.\d)"
        r"|(?<![\w/.-])01[567]\d{8,9}(?!\d)",
        re.IGNORECASE,
    ),
    "Geburtstag": re.compile(
        r"\b(?:geb(?:oren)?\.?(?:\s+am)?|Geburtsdatum:?)\s*\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}", re.IGNORECASE
    ),
}
#: Digits, and what stands in e-mail addresses.
_HINT = re.compile(r"[\d@]|[(\[](?:at|ät)[)\]]", re.IGNORECASE)


def may_hold(text: str) -> bool:
    """Whether anything of what is looked for here can stand in the text: all of it has digits, or is an address."""
    return _HINT.search(text) is not None


_NUMBERED = rf"{_GAP}(?:Nr\.?{_GAP})?{HOUSE}(?:[,;]?\s{{1,5}}(?:D{_GAP}[-–]{_GAP})?\d{{5}}\s{{1,5}}{PLACE})?"
_STREETS = re.compile(rf"(?i:{_STREET}){_NUMBERED}|(?<!\w){_AT}{_NUMBERED}")
#: Up to three words with a capital before the word that is a street: Lange, Karl-Marx-.
_WORDS_BEFORE = re.compile(r"(?:[A-ZÄÖÜ][\w.]{0,40}[ -]){1,3}$")


def streets(text: str) -> Iterator[tuple[int, int]]:
    """Where streets with a house number stand, with the town where that follows."""
    for found in _STREETS.finditer(text):
        start = found.start()
        while start > 0 and text[start - 1].isalnum():
            start -= 1
        before = _WORDS_BEFORE.search(text[max(0, start - 130) : start])
        yield start - (len(before[0]) if before else 0), found.end()


_AT_SIGN = re.compile(r"\s?(?:@|\((?:at|ät)\)|\[(?:at|ät)\])\s?", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]+(?:\s?(?:\.|\((?:dot|punkt)\)|\[(?:dot|punkt)\])\s?[\w-]+)*", re.IGNORECASE)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses stand, however long; also such that are written to escape machines."""
    done = 0
    for sign in _AT_SIGN.finditer(text):
        start = sign.start()
        while start > done and (text[start - 1].isalnum() or text[start - 1] in ".!#$%&'*+/=?^_`{|}~-"):
            start -= 1
        domain = _DOMAIN.match(text, sign.end())
        if domain is not None and start < sign.start():
            done = domain.end()
            yield start, done
