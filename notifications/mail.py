"""From words to the bytes of an e-mail. The same message always becomes the same bytes, however often it is sent."""

from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from .drafting import Attachment
from .recipients import Recipient, Sender
from .templates import Rendered, printable


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


#: No folding inside a name: folding an encoded display name is where `email` of some Pythons loses its quotes.
_POLICY = SMTP.clone(max_line_length=998, header_factory=_Headers())


class Letter(NamedTuple):
    """A message in words, with everything that goes on the envelope."""

    id: str
    case_id: str
    template: str
    written_at: datetime
    sender: Sender
    recipient: Recipient
    words: Rendered
    attachment: Attachment | None = None


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
    message = EmailMessage(policy=_POLICY)
    _head(message, letter)
    message.set_content(letter.words.text, cte="quoted-printable")
    message.add_alternative(letter.words.html, subtype="html", cte="quoted-printable")
    if letter.attachment:
        main, _, sub = letter.attachment.media_type.partition("/")
        message.add_attachment(letter.attachment.content, maintype=main, subtype=sub, filename=letter.attachment.name)
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
    message["From"] = Address(printable(sender.name), addr_spec=sender.address)
    message["To"] = Address(printable(recipient.name), addr_spec=recipient.address)
    if sender.reply_to:
        message["Reply-To"] = Address(addr_spec=sender.reply_to)
    message["Subject"] = letter.words.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    # Mail programs show all messages of a case together.
    message["References"] = f"<{letter.case_id}@{domain}>"
    # RFC 3834, and the same for Exchange: no automatic answer to an automatic message.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Vorgang-Case"] = letter.case_id
    # RFC 2919: by it a mail program can sort all of them into a folder.
    message["List-Id"] = f"<vorgang.{domain}>"


def _fix_boundaries(message: EmailMessage, id: str) -> None:
    """`email` would draw lots; a name made from the id cannot occur in a text that does not know it."""
    parts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{sha256(f'{id}/{number}'.encode()).hexdigest()[:40]}")
