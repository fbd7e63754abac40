"""Drucksachennummern: kept as given, found again however they are written.

Shapes met in practice: 1062/2023, 1062/2023-1, 0321_2022 (file names), 128/2021 for 0128/2021, 1199/2023-03,
S0183/23, DS0231/19, DS0322/16/1, 01/70/2018, 1818/IV, KA 359/XXI, 0002/3, IX/416/1, IX-0006, 1061 /IX.L., 05157-03E,
RBIV-1121/08, 15-1265/2020, 40-1/2009, 20-26 / A 1234, and 1562-53(VI)07 for resolutions. A number is an attribute,
never an identity.
"""

import re

_PARTS = re.compile(
    r"^(?P<prefix>[A-Za-zÄÖÜäöü]*)0*(?P<number>[0-9]+)(?P<inner>-[0-9]+)?[/_](?P<year>[0-9]{2,4})(?P<suffix>-[0-9]+)?$"
)
#: Made of letters, digits and the marks between them, so that zeros can be told from letters.
_MADE = re.compile(r"[A-ZÄÖÜ0-9/.()_-]*[0-9][A-ZÄÖÜ0-9/.()_-]*")
#: Zeros that lead a group of digits. A group of two after a stroke, before a letter or behind a term is a year: 05, 08.
_ZEROS = re.compile(r"(?<![0-9.])(?:(?<![/)])|(?<=/)(?![0-9]{2}(?![0-9])))(?<!\))0+(?=[0-9])(?![0-9][A-Z])")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "\\": None})

#: How numbers of follow-ups and amendments are made out of that of their parent; the first group is the parent, or two.
_FOLLOW_UPS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"^([A-ZÄÖÜ/-]*[0-9]{1,6}(?:-[0-9]+)?[/_](?:[0-9]{4}|[0-9]{2}))[-/][0-9]{1,2}$",  # 1062/2023-1, DS0322/16/1
        r"^([A-ZÄÖÜ]*[0-9]{1,6})-[0-9]{1,2}([/_][0-9]{2,4})$",  # 40-1/2009; 15-1265/2020 counts in district 15
        r"^([IVXLC]+/[0-9]{1,5})/[0-9]{1,2}$",  # IX/416/1
        r"^([0-9]{2}-[0-9]{4,5})[-.][0-9]{1,2}$",  # 23-12345-01
        r"^([IVXLC]+-[A-Z]{1,3}-[0-9]{4,6})(?:-[A-ZÄÖÜ]{1,3}-[0-9]{1,2})+$",  # VII-A-01234-ÄA-01
    )
)
#: A year of two digits, and one of four.
_SHORT_YEAR, _LONG_YEAR = re.compile(r"/(\d{2})(?=-|$)"), re.compile(r"/20(\d{2})(?=-|$)")
#: An office, a running number and a year: the last group of three is no follow-up.
_OFFICE_FIRST = re.compile(r"^[0-9]{1,2}/[0-9]{1,4}/[0-9]{4}$")


def canonical_number(given: str) -> str:
    """The form under which a number is compared: no blanks, no leading zeros, ``/`` before the year, capitals.

    A number of an unknown shape is its own canonical form but for blanks and capitals.
    """
    text = re.sub(r"\s+", "", given).upper()
    plain = text.translate(_DASHES)
    match = _PARTS.match(plain)
    if match:
        inner, suffix = (f"-{_bare(match[part])}" if match[part] else "" for part in ("inner", "suffix"))
        return f"{match['prefix']}{match['number']}{inner}/{match['year']}{suffix}"
    return _ZEROS.sub("", plain.replace("_", "/")) if _MADE.fullmatch(plain) else text


def number_forms(given: str) -> tuple[str, ...]:
    """The canonical forms that a number may have: the year with four digits or two."""
    canonical = canonical_number(given)
    forms = (canonical, _SHORT_YEAR.sub(r"/20\1", canonical), _LONG_YEAR.sub(r"/\1", canonical))
    return tuple(dict.fromkeys(forms))


def parent_of(number: str) -> str | None:
    """The number of the paper that a follow-up or an amendment belongs to, as far as the number says so; else None.

    ``1062/2023-1`` belongs to ``1062/2023``, ``40-1/2009`` to ``40/2009``, ``IX/416/1`` to ``IX/416``.
    """
    plain = re.sub(r"\s+", "", number).translate(_DASHES)
    if _OFFICE_FIRST.match(plain):
        return None
    for shape in _FOLLOW_UPS:
        if match := shape.match(plain):
            return "".join(match.groups())
    return None


def _bare(part: str) -> str:
    return part[1:].lstrip("0") or "0"
