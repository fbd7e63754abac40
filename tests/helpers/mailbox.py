"""The mails that lie in a folder as they went out, and the time that passes until they do."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from vorgang.config.clock import VirtualClock
from vorgang.workflow.office import Office


def mails_in(folder: Path) -> list[EmailMessage]:
    """All that went out so far, in the order of their names; none before the folder is there."""
    paths = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def work_until(office: Office, clock: VirtualClock, until: datetime) -> None:
    """Let time pass, doing what falls due at every instant at which something does, and deliver."""
    while (due := office.next_due(clock.now())) is not None and due <= until:
        clock.advance_to(due)
        office.work()
    clock.advance_to(until)
    office.work()
