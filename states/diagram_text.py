"""How wide a text will be, and where to break it. A picture without scripts and fonts of its own has to guess.

The widths are those of a wide sans-serif face, so that text in a narrower one never touches its frame.
"""

_NARROW = frozenset("iljI.,:;!|'’()[]/-–frt ")
_WIDE = frozenset("mwMW@%…→ÄÖÜGOQD")


def width_of(text: str, size: float) -> float:
    """The width of one line at a font size."""
    return sum(_em(char) for char in text) * size


def wrapped(text: str, size: float, limit: float) -> list[str]:
    """The text in lines no wider than `limit`, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= limit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.37
    if char in _WIDE:
        return 0.88
    return 0.70 if char.isupper() else 0.61
