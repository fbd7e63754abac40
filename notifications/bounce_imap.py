"""A mailbox of bounces on an IMAP server; the only module that knows imap-tools."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from ..config.errors import DeliveryError
from .bounce_mail import MOST_BYTES
from .bounce_sources import Found
from .failures import brief

#: Seconds to wait for one answer of the server.
TIMEOUT = 30
_ERRORS = (ImapToolsError, imaplib.IMAP4.error, OSError)


class Account(NamedTuple):
    """A mailbox, and how it is reached."""

    host: str
    port: int
    username: str
    password: str
    security: Literal["tls", "starttls", "never"] = "tls"
    folder: str = "INBOX"
    #: What was read is moved there; None: it is marked as seen.
    read_folder: str | None = None
    #: Certificates to trust instead of those of the system.
    ca_file: Path | None = None


def from_imap(account: Account) -> Iterator[Found]:
    """The mails of the mailbox that nobody has read.

    Raises:
        DeliveryError: the server cannot be reached, or refuses.
    """
    with _translated(account), ExitStack() as stack:
        box = _opened(account)
        stack.callback(_close, box)
        for uid in box.uids("ALL" if account.read_folder else "UNSEEN"):
            content = _beginning(box, uid)
            if content is not None:
                yield Found(f"imap:{uid}", content, partial(_done, box, uid, account))


@contextmanager
def _translated(account: Account) -> Iterator[None]:
    try:
        yield
    except (*_ERRORS, ValueError) as error:  # ValueError: a name or password that is not ASCII
        where = f"{account.host}:{account.port}"
        raise DeliveryError("bounce_imap_failed", user=account.username, server=where, reason=brief(error)) from error


def _close(box: BaseMailBox) -> None:
    with suppress(*_ERRORS):
        box.logout()


def _opened(account: Account) -> BaseMailBox:
    box: BaseMailBox
    if account.security == "never":
        box = MailBoxUnencrypted(account.host, account.port, timeout=TIMEOUT)
    else:
        trusted = ssl.create_default_context(cafile=account.ca_file)  # imaplib's own would trust anybody
        kind = MailBox if account.security == "tls" else MailBoxStartTls
        box = kind(account.host, account.port, timeout=TIMEOUT, ssl_context=trusted)
    return box.login(account.username, account.password, initial_folder=account.folder)


def _beginning(box: BaseMailBox, uid: str) -> bytes | None:
    """As much of a mail as is looked at; without marking it. imap-tools would fetch the whole of it."""
    _, answer = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), None)


def _done(box: BaseMailBox, uid: str, account: Account) -> None:
    with _translated(account):
        if account.read_folder:
            box.move(uid, account.read_folder)
            return
        box.client.uid("STORE", uid, "+FLAGS", r"(\Seen)")  # imap-tools would expunge besides
