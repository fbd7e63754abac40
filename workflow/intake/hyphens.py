"""Words that were parted at the end of a line, in one piece again. Pure."""

import re
from collections.abc import Iterable

_SUSPENDED = re.compile(r"(?:und|oder|bzw|sowie|als|wie|bis|noch|u)\b")
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad]$")
_SPLIT_NUMBER = re.compile(r"\d[/-]$")


def whole_words(lines: Iterable[str]) -> list[str]:
    """Lines in which a word that was parted at the end of one stands whole on that line."""
    whole: list[str] = []
    for line in lines:
        if whole and goes_on(whole[-1], line):
            head, _, rest = line.partition(" ")
            whole[-1] = put_together(whole[-1], head)
            whole += [rest] if rest else []
        else:
            whole.append(line)
    return whole


def goes_on(line: str, following: str) -> bool:
    """Whether the last word of a line goes on in the following one; ``Haupt- und`` does not."""
    if "\t" in line or "\t" in following:
        return False
    if _SPLIT_NUMBER.search(line):
        return following[:1].isdigit()
    return bool(_HYPHENATED.search(line)) and following[:1].isalnum() and not _SUSPENDED.match(following)


def put_together(line: str, head: str) -> str:
    """The hyphen of a parted word goes; one that belongs to it (before a capital or a number) stays."""
    if head[:1].islower():
        return _HYPHENATED.sub("", line) + head
    return line.rstrip("\u00ad") + ("" if line.endswith(("-", "/")) else "-") + head
