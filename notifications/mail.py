"""From words to the bytes of an e-mail. The same message always becomes the same bytes, however often it is sent."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from .drafting import Attachment
from .headers import POLICY
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
    sender: Sender
    recipient: Recipient
    words: Rendered
    attachments: tuple[Attachment, ...] = ()


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
    message = EmailMessage(policy=POLICY)
    _head(message, letter)
    message.set_content(letter.words.text, cte="quoted-printable")
    message.add_alternative(letter.words.html, subtype="html", cte="quoted-printable")
    for file in letter.attachments:
        main, _, sub = file.media_type.partition("/")
        more = dict(file.parameters)
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=printable(file.name), params=more)
    message["Content-Language"] = letter.recipient.lang  # not earlier: `email` would move it into the first part
    _fix_boundaries(message, letter.id)
    return Mail(
        id=letter.id,
        template=letter.template,
        written_at=letter.written_at,
        sender=letter.sender.address,
        recipient=letter.recipient.key,
        address=letter.recipient.address,
        subject=letter.words.subject,
        content=message.as_bytes(),
    )


def _head(message: EmailMessage, letter: Letter) -> None:
    sender, recipient = letter.sender, letter.recipient
    domain = sender.address.rpartition("@")[2]
    message["From"] = Address(one_line(sender.name, _LONGEST_NAME), addr_spec=sender.address)
    message["To"] = Address(one_line(recipient.name, _LONGEST_NAME), addr_spec=recipient.address)
    if sender.reply_to:
        message["Reply-To"] = Address(addr_spec=sender.reply_to)
    message["Subject"] = one_line(letter.words.subject)
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    if letter.case_id:
        # Mail programs show all messages of a case together.
        message["References"] = f"<{letter.case_id}@{domain}>"
        message["X-Vorgang-Case"] = letter.case_id
    # RFC 3834, and the same for Exchange: no automatic answer to an automatic message.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # RFC 2919: by it a mail program can sort all of them into a folder.
    message["List-Id"] = f"<vorgang.{domain}>"


def _fix_boundaries(message: EmailMessage, id: str) -> None:
    """`email` would draw lots; a name made from the id cannot occur in a text that does not know it."""
    parts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{sha256(f'{id}/{number}'.encode()).hexdigest()[:40]}")
