"""Mails that came back, as an installation is set: where they lie, and reading all of them."""

from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

from ..config.errors import InvalidInputError
from ..config.settings import PREFIX, Settings
from ..notifications.bounce_imap import Account, from_imap
from ..notifications.bounce_sources import Found, from_folder
from ..notifications.bounces import Bounces, Effect

#: Under this name the last reading is remembered; the duty is called so as well.
READ_BOUNCES = "read_bounces"


class Returned(NamedTuple):
    """A mail that was read, and what came of it."""

    name: str
    effect: Effect
    message: str | None
    address: str | None
    suppressed: bool
    reason: str


def read_all(bounces: Bounces, found: Iterable[Found]) -> Iterator[Returned]:
    """Read mails, each as it is asked for; what was read is put aside, unless it came too early."""
    mails = iter(found)
    try:
        for mail in mails:
            taken = bounces.take(mail.content)
            if taken.effect != "early":
                mail.done()
            yield Returned(mail.name, taken.effect, taken.message, taken.address, taken.suppressed, taken.reason)
    finally:
        if isinstance(mails, Generator):  # whatever happens, a mailbox is left at once
            mails.close()


def is_set(settings: Settings) -> bool:
    """Whether it is set where bounces lie."""
    return settings.bounces_folder is not None or settings.imap_host is not None


def unread(settings: Settings) -> Iterator[Found]:
    """Everything that lies where the settings say and that nobody has read."""
    if settings.bounces_folder:
        yield from from_folder(settings.bounces_folder)
    if settings.imap_host:
        yield from from_imap(account(settings))


def account(settings: Settings) -> Account:
    """The mailbox of the settings.

    Raises:
        InvalidInputError: names the settings that are missing.
    """
    password = settings.imap_password.get_secret_value() if settings.imap_password else None
    host, username = settings.imap_host, settings.imap_username
    if host is None or username is None or password is None:
        given = {"IMAP_HOST": host, "IMAP_USERNAME": username, "IMAP_PASSWORD": password}
        missing = ", ".join(PREFIX + name for name, value in given.items() if value is None)
        raise InvalidInputError("bounce_imap_unset", missing=missing)
    return Account(
        host,
        settings.imap_port,
        username,
        password,
        settings.imap_security,
        settings.imap_folder,
        settings.imap_read_folder,
        settings.imap_ca_file,
    )
