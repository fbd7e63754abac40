"""How the heads of a mail are written: subject, names and addresses folded as the standards say, everything as it is.

`email` folds encoded words at the length of the line that it is given and loses the quotes of a display name when it
folds one (in some Pythons); and its modern policies read every header again before they write it, which costs more
than all the rest of a mail. Here words of RFC 2047 have at most 75 characters, a line at most 78 where it can be
broken, and the same text becomes the same bytes in every Python.
"""

from email.header import Header
from email.utils import formataddr
from functools import lru_cache

_LINE = 78
_BREAK = "\r\n "
#: The longest word that stays as it is; a longer one could not be broken.
_LONGEST_WORD = 60


@lru_cache(maxsize=1024)
def written_text(text: str, header: str) -> str:
    """A text (of one line) as the value of `header`."""
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    return Header(text, charset, maxlinelen=_LINE - 2, header_name=header).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether it can stand as it is: breakable, and not to be taken for something encoded."""
    return text.isascii() and "=?" not in text and all(len(word) <= _LONGEST_WORD for word in text.split())


@lru_cache(maxsize=4096)
def written_address(name: str, address: str, header: str) -> str:
    """An address with its display name ("": none) as the value of `header`."""
    if not name:
        return address
    if _is_plain(name) and len(name) <= _LONGEST_WORD:
        return formataddr((name, address))
    encoded = Header(name, "utf-8", maxlinelen=_LINE - 2, header_name=header).encode(linesep="\r\n")
    room = _LINE - len(encoded.rpartition("\r\n")[2]) - (len(header) + 2)
    return f"{encoded}{_BREAK if len(address) + 3 > room else ' '}<{address}>"
