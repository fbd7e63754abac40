"""How subject, names and addresses are written into the head of a mail.

`email` folds encoded words at the length of the line that it is given and loses the quotes of a display name when it
folds one (in some Pythons). Here words of RFC 2047 have at most 75 characters, a line at most 78 where it can be
broken, and the same text becomes the same bytes in every Python.
"""

from email.header import Header
from email.headerregistry import Address, HeaderRegistry
from email.policy import EmailPolicy
from email.utils import formataddr
from typing import Any

_LINE = 78
_BREAK = "\r\n "
#: The longest word that stays as it is; a longer one could not be broken.
_LONGEST_WORD = 60


class HeaderPolicy(EmailPolicy):
    """SMTP's line ends; subject and addresses written as this module says, everything else as `email` does."""

    def fold(self, name: str, value: Any) -> str:
        """One header with the end of its line."""
        if name.lower() == "subject":
            return f"{name}: {_encoded(str(value), name)}\r\n"
        if hasattr(value, "addresses"):
            return f"{name}: {', '.join(_written(each, name) for each in value.addresses)}\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


class _Headers(HeaderRegistry):
    """Makes the class of each kind of header once; `email` makes it anew for each header of each mail."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        found = self._classes.get(name)
        if found is None:
            found = self._classes[name] = super().__getitem__(name)
        return found


#: 998: no header of ours is folded by `email` itself.
POLICY = HeaderPolicy(linesep="\r\n", max_line_length=998, header_factory=_Headers())


def _encoded(text: str, header: str) -> str:
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    return Header(text, charset, maxlinelen=_LINE - 2, header_name=header).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether it can stand as it is: breakable, and not to be taken for something encoded."""
    return text.isascii() and "=?" not in text and all(len(word) <= _LONGEST_WORD for word in text.split())


def _written(address: Address, header: str) -> str:
    if not address.display_name:
        return address.addr_spec
    if _is_plain(address.display_name) and len(address.display_name) <= _LONGEST_WORD:
        return formataddr((address.display_name, address.addr_spec))
    name = Header(address.display_name, "utf-8", maxlinelen=_LINE - 2, header_name=header).encode(linesep="\r\n")
    room = _LINE - len(name.rpartition("\r\n")[2]) - (len(header) + 2)
    return f"{name}{_BREAK if len(address.addr_spec) + 3 > room else ' '}<{address.addr_spec}>"
