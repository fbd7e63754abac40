"""From words to the bytes of an e-mail. The same message always becomes the same bytes, however often it is sent."""

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from .drafting import Attachment
from .headers import AS_GIVEN, written_address, written_text
from .plain import one_line, printable
from .recipients import Recipient, Sender
from .writer import Rendered

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
        body = _multipart(letter.id, "mixed", (body, *map(_attached, letter.attachments)))
    for name, value in (*_head(letter), ("MIME-Version", "1.0"), ("Content-Language", letter.recipient.lang)):
        body[name] = value
    return Mail(
        id=letter.id,
        template=letter.template,
        written_at=letter.written_at,
        sender=letter.sender.address,
        recipient=letter.recipient.key,
        address=letter.recipient.address,
        subject=words.subject,
        content=body.as_bytes(),
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


def _text(text: str, kind: str) -> Message:
    part = Message(AS_GIVEN)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode()).decode("ascii"))
    return part


def _multipart(id: str, kind: str, parts: Iterable[Message]) -> Message:
    """Of several parts. `email` would draw lots; a mark made from the id occurs in no text that does not know it."""
    whole = Message(AS_GIVEN)
    mark = sha256(f"{id}/{kind}".encode()).hexdigest()[:40]
    whole["Content-Type"] = f'multipart/{kind}; boundary="=_{mark}"'
    for part in parts:
        whole.attach(part)
    return whole


def _attached(file: Attachment) -> Message:
    part = Message(AS_GIVEN)
    part.add_header("Content-Type", file.media_type, **dict(file.parameters))
    name = printable(file.name)
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(file.content).decode("ascii"))
    return part
