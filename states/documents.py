"""Which documents have been read, and to which cases they belong."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from .document_tables import DocumentRow
from .tables import table_of

_document = table_of(DocumentRow)


class KnownDocument(NamedTuple):
    """A document that was put to a case."""

    id: str
    body: str
    #: Of its content.
    sha256: str
    name: str
    case_id: str
    #: ``opened``, ``same`` (the case has its number) or ``reply`` (it answers the case).
    relation: str
    kind: str | None
    canonical: str | None
    taken_at: datetime
    taken_by: str | None
    #: Of its words; None: it is not to be recognised by them.
    text_sha256: str | None = None


def find_document(connection: Connection, body: str, sha256: str) -> KnownDocument | None:
    """The document with this content, if it was put to a case of `body` before."""
    query = select(*(_document.c[name] for name in KnownDocument._fields))
    row = connection.execute(query.where(_document.c.body == body, _document.c.sha256 == sha256)).first()
    return KnownDocument(*row) if row else None


def find_alike(connection: Connection, body: str, text_sha256: str) -> KnownDocument | None:
    """The document with the same words that opened a case of `body`."""
    query = select(*(_document.c[name] for name in KnownDocument._fields))
    alike = query.where(_document.c.body == body, _document.c.text_sha256 == text_sha256)
    row = connection.execute(alike.where(_document.c.relation == "opened")).first()
    return KnownDocument(*row) if row else None


def documents_of(connection: Connection, case_id: str) -> list[KnownDocument]:
    """The documents put to a case, oldest first."""
    query = select(*(_document.c[name] for name in KnownDocument._fields)).where(_document.c.case_id == case_id)
    return [KnownDocument(*row) for row in connection.execute(query.order_by(_document.c.id))]


def put_document(connection: Connection, document: KnownDocument) -> None:
    """Remember that a document belongs to a case; the same content twice violates a constraint."""
    connection.execute(insert(_document).values(**document._asdict()))
