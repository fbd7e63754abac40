"""Handing over mails: what delivery needs of a mailer, and the one that writes files instead of sending."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Protocol

from .failures import Outage, brief
from .mail import Mail


class Handover(Protocol):
    """An open way to hand over mails; may be called for so many at once as the mailer has `connections`."""

    async def send(self, mail: Mail) -> None:
        """Hand over one mail.

        Raises:
            Permanent: this mail will never be taken.
            Temporary: not now, or nobody knows whether it was taken.
            Outage: nothing can be handed over at present.
        """
        ...


class Mailer(Protocol):
    """Something that mails can be handed over to."""

    @property
    def connections(self) -> int:
        """How many mails may be handed over at once."""
        ...

    def session(self) -> AbstractAsyncContextManager[Handover]:
        """A way to hand over mails, closed at the end of the block; connects when the first mail comes."""
        ...


class FolderMailer:
    """Writes each mail as a file ``<instant>_<recipient>_<template>_<id>.eml``; sends nothing.

    A mail written a second time replaces itself: there is one file per message, whatever happens.
    """

    connections = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Handover]:
        """See `Mailer`."""
        yield self

    async def send(self, mail: Mail) -> None:
        """See `Handover`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self._folder / file_name(mail), mail.content)
        except OSError as error:
            raise Outage("mail_folder_unusable", folder=self._folder, reason=brief(error)) from error


def file_name(mail: Mail) -> str:
    """The name of the file of a mail; sorts by time. The end of a UUIDv7 is its random part."""
    instant = mail.written_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    parts = (instant, mail.recipient, mail.template, mail.id[-8:])
    return "_".join(re.sub(r"[^A-Za-z0-9.-]+", "-", part)[:80] for part in parts) + ".eml"


def _write_whole(path: Path, content: bytes) -> None:
    """The whole file or none, even through a loss of power; a reader never sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
