"""Files handed in with events, the documents that intake has read, and the papers that were issued."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from .columns import DOCUMENT, ID, Instant
from .tables import PREFIX, Table, one_of

#: Of the documents with the same words at most one has opened a case.
OPENED_BY_TEXT = "relation = 'opened' AND text_sha256 IS NOT NULL"


class FileRow(Table, table=True):
    """A file handed in with an event, by its content's SHA-256."""

    __tablename__ = PREFIX + "file"
    __table_args__ = (CheckConstraint("size >= 0", name="size_counts"),)

    sha256: str = Field(primary_key=True)
    body: str = Field(primary_key=True)
    name: str
    media_type: str
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    stored_at: datetime = Field(sa_type=Instant)


class DocumentRow(Table, table=True):
    """A document that was read and put to a case, recognised by its content's SHA-256."""

    __tablename__ = PREFIX + "document"
    __table_args__ = (
        UniqueConstraint("body", "sha256"),
        one_of("relation", "opened", "same", "reply"),
        Index(None, "case_id"),
        Index(
            "uq_vorgang_document_text",
            "body",
            "text_sha256",
            unique=True,
            postgresql_where=text(OPENED_BY_TEXT),
            sqlite_where=text(OPENED_BY_TEXT),
        ),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str = Field(foreign_key=PREFIX + "body.key")
    sha256: str
    #: Of its words; NULL: older than this column, or opened although there was one with the same words.
    text_sha256: str | None = None
    name: str
    case_id: str = Field(sa_type=ID, foreign_key=PREFIX + "case.id")
    #: ``opened``: it opened the case; ``same``: the case has its number; ``reply``: it answers the case.
    relation: str
    kind: str | None = None
    #: Its own number, canonical.
    canonical: str | None = None
    taken_at: datetime = Field(sa_type=Instant)
    taken_by: str | None = None


class IssueRow(Table, table=True):
    """A paper as it was issued; its bytes are the file with its SHA-256. Never changed, never deleted (triggers).

    It holds no personal data: these are in the file, which can be erased.
    """

    __tablename__ = PREFIX + "issue"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "form", "lang", "basis"),
        one_of("form", "pdf", "docx", "html"),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    case_id: str = Field(sa_type=ID, foreign_key=PREFIX + "case.id")
    kind: str
    form: str
    lang: str
    #: SHA-256 of all it rests on, see `issues.IssueKey`.
    basis: str
    anonymised: bool
    draft_sha256: str | None = None
    seq: int
    name: str
    media_type: str
    sha256: str
    told: dict[str, Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    issued_at: datetime = Field(sa_type=Instant)
