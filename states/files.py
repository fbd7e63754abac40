"""Files handed in with events, kept once per content and body."""

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from ..config.errors import InvalidInputError, NotFoundError
from .document_tables import FileRow
from .tables import table_of

_file = table_of(FileRow)

#: Largest file that is kept, in MiB.
LIMIT_MIB = 50


class StoredFile(NamedTuple):
    """A file as an event's field of type ``file`` names it."""

    name: str
    media_type: str
    sha256: str
    size: int

    def value(self) -> dict[str, str | int]:
        """The value of the field."""
        return dict(self._asdict())


def keep_file(connection: Connection, body: str, file: tuple[str, str, bytes], now: datetime) -> StoredFile:
    """Keep `file` (name, media type, content); the same content is kept once.

    Raises:
        InvalidInputError: it is larger than `LIMIT_MIB`.
    """
    name, media_type, content = file
    if len(content) > LIMIT_MIB * 2**20:
        raise InvalidInputError("file_too_large", name=name, limit=LIMIT_MIB)
    stored = StoredFile(name, media_type, sha256(content).hexdigest(), len(content))
    known = select(_file.c.size).where(_file.c.sha256 == stored.sha256, _file.c.body == body)
    if connection.execute(known).first() is None:
        connection.execute(insert(_file).values(**stored._asdict(), body=body, content=content, stored_at=now))
    return stored


def size_of(connection: Connection, body: str, digest: str) -> int | None:
    """How large a kept file is; None: there is none with this SHA-256."""
    query = select(_file.c.size).where(_file.c.sha256 == digest, _file.c.body == body)
    return connection.execute(query).scalar_one_or_none()


def read_file(connection: Connection, body: str, digest: str) -> bytes:
    """The content of a kept file.

    Raises:
        NotFoundError: there is none with this SHA-256.
    """
    query = select(_file.c.content).where(_file.c.sha256 == digest, _file.c.body == body)
    content = connection.execute(query).scalar_one_or_none()
    if content is None:
        raise NotFoundError("file_unknown", sha256=digest)
    return bytes(content)
