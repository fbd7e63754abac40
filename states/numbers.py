"""Drucksachennummern: kept as given, found again however they are written.

Shapes met in practice: 1062/2023, 1062/2023-1, 0321_2022 (file names), 128/2021 for 0128/2021, 1199/2023-03,
S0183/23, DS0231/19. A number is an attribute, never an identity.
"""

import re

_PARTS = re.compile(
    r"^(?P<prefix>[A-Za-zÄÖÜäöü]*)0*(?P<number>[0-9]+)(?P<inner>-[0-9]+)?[/_](?P<year>[0-9]{2,4})(?P<suffix>-[0-9]+)?$"
)


def canonical_number(given: str) -> str:
    """The form under which a number is compared: no blanks, no leading zeros, ``/`` before the year, capitals.

    A number of an unknown shape is its own canonical form but for blanks and capitals.
    """
    text = re.sub(r"\s+", "", given).upper()
    match = _PARTS.match(text)
    if not match:
        return text
    inner, suffix = (f"-{_bare(match[part])}" if match[part] else "" for part in ("inner", "suffix"))
    return f"{match['prefix']}{match['number']}{inner}/{match['year']}{suffix}"


def _bare(part: str) -> str:
    return part[1:].lstrip("0") or "0"
