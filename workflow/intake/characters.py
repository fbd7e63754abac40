"""Characters in one form: what looks like a space is one, what cannot be seen is gone. Pure."""

import re
import unicodedata
from typing import NamedTuple

_INVISIBLE = {
    code
    for code in (*range(0x10000), *range(0xE0000, 0xE0080))
    if unicodedata.category(chr(code)) in {"Cc", "Cf"} and chr(code) not in "\t\n"
}
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SPACES = {code: " " for code in range(0x80, 0x3001) if unicodedata.category(chr(code)) == "Zs"}
#: Vertical tab (a soft line break of Word) and form feed part words, as the separators of Unicode do.
_PARTING = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x1f\u2028\u2029"), " ")
_HYPHENS = {0x2010: "-", 0x2011: "-"}
_TABLE = dict.fromkeys(_INVISIBLE) | _PARTING | _SPACES | _LIGATURES | _HYPHENS
#: Bullets of word processors; those in the private area are Symbol's and Wingdings'.
_BULLET = re.compile(r"^[•◦‣⁃∙▪▫■□●○◆❖➢➤\uf0a7\uf0b7\uf0d8\uf076\uf0a8](?=\s|\w)\s*")
_LABEL = re.compile(r"^((?:\d{1,3}(?:\.\d{1,3}){0,4}[.)]?|\(?[a-zA-Z]\)|-))[ ]*\t[ \t]*(?=\S)")
_SPACES_RUN = re.compile(r" {2,}")


def plain(text: str) -> str:
    """A line without invisible characters, with usual spaces, composed letters and no space at its ends.

    Tabs stay: they part the cells of a row.
    """
    return unicodedata.normalize("NFC", text.translate(_TABLE)).strip(" ")


def tidy(text: str) -> str:
    """A paragraph as it is seen: runs of spaces are one, and its bullet or number stands before a space."""
    return labelled(_SPACES_RUN.sub(" ", plain(text)).strip(" \t"))


def labelled(text: str) -> str:
    """A line whose bullet is ``-``, and whose bullet or number stands before a space."""
    return _LABEL.sub(r"\1 ", _BULLET.sub("- ", text))


def cell(text: str) -> str:
    """What stands in a cell, on one line."""
    return plain(" ".join(text.split()))


# --- letters that were lost ---

#: What is left of German words whose umlaut is gone, as words that do not exist; and a question mark inside a word.
_REMAINS = re.compile(
    r"(?<!\S)(?:r|hrend|nnen|nne|nnten|rden|rde|rfen|glich|gliche[nrs]?|glichkeit(?:en)?|ffentlich(?:e[nrs]?|keit)?"
    r"|mge|mgen|beschlieen|beschliet|wre|wren|knnen|knnte|knnten|mssen|prft|prfen|gengt|[Ss]trae|[Ss]traen|[Ff]lche"
    r"|[Ff]lchen|[Bb]rger(?:in|innen|s|meister)?|[Ff]r(?= (?:die|den|das|eine[nr]?|alle)\b)"
    r"|ndig|ndige[nrs]?|chste[nrs]?|rger|rgerinnen|hrung|ber|bers)(?=[\s.,;:])"
    r"|(?<!\S)[^\W\d_]+\?[a-zäöüß](?!\S*[/=])|\ufffd"
)
#: Lines looked at, and usual words from which on a text is long and German.
_SEEN_LONG, _GERMAN = 4_000, 50


class Lost(NamedTuple):
    """Letters that a text seems to have lost."""

    number: int
    example: str
    #: Index of the line of the first.
    line: int


def lost_letters(lines: list[str]) -> Lost | None:
    """Where letters seem to be lost; None: nowhere. A long German text without one umlaut has lost them all."""
    found = [(index, match, line) for index, line in enumerate(lines) for match in _REMAINS.finditer(line)]
    certain = [one for one in found if one[1][0] not in {"ber", "r"}]
    if certain or len(found) > 1:
        index, match, line = found[0]
        return Lost(len(found), line[max(0, match.start() - 20) : match.end() + 20].strip(), index)
    text = " ".join(lines[:_SEEN_LONG])
    german = len(re.findall(r"\b(?:der|die|und|nicht|wird|werden)\b", text))
    if german > _GERMAN and not re.search(r"[äöüÄÖÜß]|\b\w*(?:fuer|ueber|koenn|wuerd)\w*", text):
        return Lost(0, "ä, ö, ü, ß", 0)
    return None
