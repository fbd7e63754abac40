"""Where mail servers send what they could not deliver: an address of its own for each message (VERP), signed.

``post@stadt.example`` becomes ``post+agm7fqd5lj6d…@stadt.example``: the id of the message and a code over it that only
this installation can compute, in base32, for on its way an address may lose its upper case. So even a bounce that
quotes nothing says which message it is about, and it proves that its sender knows the envelope of that mail. The
Message-ID proves nothing: it goes along with every answer and every forwarding.
"""

import re
from base64 import b32decode, b32encode
from hashlib import sha256
from hmac import compare_digest, digest
from typing import NamedTuple
from uuid import UUID

from ..config.errors import InvalidInputError
from .recipients import LONGEST_LOCAL, deliverable

#: Bytes of the code. Each guess is a mail; of 2^64 one is right.
_CODE = 8
_ID = 16
#: Characters of id and code in base32.
_SIGNED = -(-(_ID + _CODE) * 8 // 5)
#: Before the @: what the plus sign, the id and the code leave of it.
LONGEST = LONGEST_LOCAL - 1 - _SIGNED
#: Before addresses were signed, the id stood there in hexadecimal.
_HEX = re.compile(r"[0-9a-f]{32}")


class Claim(NamedTuple):
    """A message that a mail says it is about."""

    message: str
    #: By an address that only we can have made.
    proven: bool = False
    #: By its Message-ID: what stood behind the @.
    domain: str | None = None


class ReturnPath(NamedTuple):
    """An address to which bounces come back."""

    local: str
    domain: str
    secret: bytes

    def of(self, message: str) -> str:
        """The envelope sender of a message; of what is no message in the outbox, the address itself."""
        compact = message.replace("-", "")
        if not _HEX.fullmatch(compact):
            return f"{self.local}@{self.domain}"
        id_ = bytes.fromhex(compact)
        signed = b32encode(id_ + self._code(id_)).decode("ascii").rstrip("=").lower()
        return f"{self.local}+{signed}@{self.domain}"

    def read(self, address: str) -> Claim | None:
        """The message that an address was made for; None: for none, or the code in it is wrong."""
        local, _, domain = address.strip().strip("<>").rpartition("@")
        prefix = f"{self.local}+".lower()
        local = local.lower()
        if domain.lower() != self.domain.lower() or not local.startswith(prefix):
            return None
        extension = local.removeprefix(prefix)
        if _HEX.fullmatch(extension):
            return Claim(str(UUID(extension)))
        return self._verified(extension) if len(extension) == _SIGNED else None

    def _verified(self, extension: str) -> Claim | None:
        try:
            content = b32decode(extension.upper() + "=" * (-_SIGNED % 8))
        except ValueError:
            return None
        id_, code = content[:_ID], content[_ID:]
        return Claim(str(UUID(bytes=id_)), proven=True) if compare_digest(code, self._code(id_)) else None

    def _code(self, id_: bytes) -> bytes:
        return digest(self.secret, id_, sha256)[:_CODE]


def return_path(address: str, secret: bytes) -> ReturnPath:
    """The return path of an address; `secret` signs what is added to it.

    Raises:
        InvalidInputError: nothing can be delivered to it with an id in it (RFC 5321 §4.5.3.1.1).
    """
    local, _, domain = (deliverable(address) or "").rpartition("@")
    if not local or len(local) > LONGEST or "+" in local:
        raise InvalidInputError("mail_return_path", address=address, longest=LONGEST)
    return ReturnPath(local, domain, secret)
