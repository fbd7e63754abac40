"""Where mail servers send what they could not deliver: an address of its own for each message (VERP).

``post@stadt.example`` becomes ``post+0199f2c07d5a7c3e9b1fd2a4c6e8a0b2@stadt.example``: the id of the message, without
hyphens, so that even a bounce that quotes nothing says which message it is about. The id is no secret of ours, but 62
of its bits are chance (`states.ids`): it is known only to those whom the mail itself has passed through, one
recipient and the servers on the way, who could as well refuse it. So it is not signed.
"""

import re
from typing import NamedTuple
from uuid import UUID

from ..config.errors import InvalidInputError
from .recipients import LONGEST_LOCAL, deliverable

#: Before the @: what the plus sign and the id leave of it.
LONGEST = LONGEST_LOCAL - 33
_HEX = re.compile(r"[0-9a-f]{32}")


class ReturnPath(NamedTuple):
    """An address to which bounces come back."""

    local: str
    domain: str

    def of(self, message: str) -> str:
        """The envelope sender of a message; of what is no message in the outbox, the address itself."""
        compact = message.replace("-", "")
        return f"{self.local}+{compact}@{self.domain}" if _HEX.fullmatch(compact) else f"{self.local}@{self.domain}"

    def read(self, address: str) -> str | None:
        """The id of the message that an address was made for; None: for none."""
        local, _, domain = address.strip().strip("<>").rpartition("@")
        prefix = f"{self.local}+".lower()
        local = local.lower()
        if domain.lower() != self.domain.lower() or not local.startswith(prefix):
            return None
        compact = local.removeprefix(prefix)
        return str(UUID(compact)) if _HEX.fullmatch(compact) else None


def return_path(address: str) -> ReturnPath:
    """The return path of an address.

    Raises:
        InvalidInputError: nothing can be delivered to it with an id in it (RFC 5321 §4.5.3.1.1).
    """
    local, _, domain = (deliverable(address) or "").rpartition("@")
    if not local or len(local) > LONGEST or "+" in local:
        raise InvalidInputError("mail_return_path", address=address, longest=LONGEST)
    return ReturnPath(local, domain)
