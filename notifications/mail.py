"""From words to the bytes of an e-mail. The same message always becomes the same bytes, however often it is sent."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from .drafting import Attachment
from .headers import written_address, written_text
from .plain import one_line, printable
from .recipients import Recipient, Sender
from .writer import Rendered

_BREAK = re.compile(r"\r\n|\r|\n")
#: A display name longer than this is cut at a word.
_LONGEST_NAME = 120


class Letter(NamedTuple):
    """A message in words, with everything that goes on the envelope."""

    id: str
    #: None: about no single case.
    case_id: str | None
    template: str
    written_at: datetime
    #: What stands behind the @ of its Message-ID: stays the same, whoever the sender is.
    domain: str
    sender: Sender
    recipient: Recipient
    words: Rendered
    attachments: tuple[Attachment, ...] = ()
    #: The cases above that of the message, the top one first.
    above: tuple[str, ...] = ()


class Mail(NamedTuple):
    """An e-mail ready to be handed over."""

    id: str
    template: str
    #: When the message was caused; part of the name in a folder.
    written_at: datetime
    sender: str
    #: Key of the party written to.
    recipient: str
    address: str
    subject: str
    content: bytes

    @property
    def domain(self) -> str:
        """The domain written to, in lower case."""
        return self.address.rpartition("@")[2].lower()

    @property
    def digest(self) -> str:
        """SHA-256 of the mail."""
        return sha256(self.content).hexdigest()


def build(letter: Letter) -> Mail:
    """The e-mail of a letter."""
    words = letter.words
    body = _multipart(letter.id, "alternative", (_text(words.text, "plain"), _text(words.html, "html")))
    if letter.attachments:
        body = _multipart(letter.id, "mixed", (_written(body), *map(_attached, letter.attachments)))
    head = (*_head(letter), ("MIME-Version", "1.0"), ("Content-Language", letter.recipient.lang))
    return Mail(
        id=letter.id,
        template=letter.template,
        written_at=letter.written_at,
        sender=letter.sender.address,
        recipient=letter.recipient.key,
        address=letter.recipient.address,
        subject=words.subject,
        content=_written(body._replace(head=(*body.head, *head))).encode("ascii"),
    )


def _head(letter: Letter) -> Iterator[tuple[str, str]]:
    sender, recipient, domain = letter.sender, letter.recipient, letter.domain
    yield "From", written_address(one_line(sender.name, _LONGEST_NAME), sender.address, "From")
    yield "To", written_address(one_line(recipient.name, _LONGEST_NAME), recipient.address, "To")
    if sender.reply_to:
        yield "Reply-To", sender.reply_to
    yield "Subject", written_text(one_line(letter.words.subject), "Subject")
    yield "Date", format_datetime(letter.written_at)
    yield "Message-ID", f"<{letter.id}@{domain}>"
    if letter.case_id:
        # Mail programs show all messages together whose references begin alike: those of a case and all its parts.
        yield "References", " ".join(f"<{case}@{domain}>" for case in (*letter.above, letter.case_id))
        yield "X-Vorgang-Case", letter.case_id
    # RFC 3834, and the same for Exchange: no automatic answer to an automatic message.
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    # RFC 2919: by it a mail program can sort all of them into a folder.
    yield "List-Id", f"<vorgang.{domain}>"


class _Part(NamedTuple):
    """A mail or a part of it, as RFC 2045 has it: heads in ASCII, folded, and what follows the empty line."""

    head: tuple[tuple[str, str], ...]
    content: str


def _written(part: _Part) -> str:
    heads = "".join(f"{name}: {value}\r\n" for name, value in part.head)
    return f"{heads}\r\n{part.content}"


def _text(text: str, kind: str) -> str:
    head = (("Content-Type", f'text/{kind}; charset="utf-8"'), ("Content-Transfer-Encoding", "quoted-printable"))
    return _written(_Part(head, _lines(b2a_qp(text.encode()))))


def _multipart(id: str, kind: str, parts: Sequence[str]) -> _Part:
    """Of several parts. `email` would draw lots; a mark made from the id occurs in no text that does not know it."""
    mark = "=_" + sha256(f"{id}/{kind}".encode()).hexdigest()[:40]
    between = f"\r\n--{mark}\r\n".join(parts)
    head = (("Content-Type", f'multipart/{kind}; boundary="{mark}"'),)
    return _Part(head, f"--{mark}\r\n{between}\r\n--{mark}--\r\n")


def _attached(file: Attachment) -> str:
    head = Message()  # it knows RFC 2231
    head.add_header("Content-Type", file.media_type, **dict(file.parameters))
    name = printable(file.name)
    head.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    head["Content-Transfer-Encoding"] = "base64"
    return _written(_Part(tuple(head.items()), _lines(encodebytes(file.content))))


def _lines(encoded: bytes) -> str:
    return _BREAK.sub("\r\n", encoded.decode("ascii"))
