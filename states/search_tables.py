"""What is searched: one row of folded words per case, and the texts of its documents.

The rows are derived data: `search_index.reindex` makes them anew from the cases. The index structures that only one
database has stand in tables beginning with ``vorgang_fts_``, which revision 0011 creates in SQL: ``vorgang_fts_paper``
(FTS5; on PostgreSQL two ``tsvector``) follows `SearchRow` by triggers, ``vorgang_fts_vocabulary`` holds every word that
occurs, and an index of three-letter pieces finds those words in which a part stands.
"""

from datetime import date, datetime

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from .columns import ID, Instant
from .tables import PREFIX, SERIAL, Table

#: Beginning of the names that only the revisions know.
UNSEEN = PREFIX + "fts_"


class SearchRow(Table, table=True):
    """A case as it is searched. Small columns first: SQLite need not read the words to filter by them."""

    __tablename__ = PREFIX + "search"
    __table_args__ = (UniqueConstraint("case_id"), Index(None, "number"))

    #: Grows with the age of the installation: the newest hits are those with the highest.
    id: int | None = Field(default=None, sa_column=Column(SERIAL, primary_key=True, autoincrement=True))
    case_id: str = Field(sa_type=ID, foreign_key=PREFIX + "case.id")
    body: str
    #: The lifecycle.
    kind: str
    #: Key of the party that the paper comes from.
    originator: str | None = None
    #: The date of the paper, else the day on which the case was opened (UTC).
    day: date
    #: The canonical number.
    number: str | None = None
    number_words: str = ""
    subject: str = ""
    questions: str = ""
    answers: str = ""
    #: Of all documents, whoever may see them.
    texts: str = ""


class SearchDocumentRow(Table, table=True):
    """The text of a document of a case: a filed draft, an attachment."""

    __tablename__ = PREFIX + "search_document"

    case_id: str = Field(sa_column=Column(ID, primary_key=True))
    #: What tells it from the others of the case: the hash of its content, a name.
    key: str = Field(primary_key=True)
    title: str
    text: str
    words: str
    #: Whether outsiders may see it once they may see the answer.
    public: bool = False
    #: Locked for outsiders until the end of this day.
    locked_until: date | None = None
    added_at: datetime = Field(sa_type=Instant)


class SearchMarkRow(Table, table=True):
    """How far the texts of documents have been looked for: in the log, and among the documents of the intake."""

    __tablename__ = PREFIX + "search_mark"

    name: str = Field(primary_key=True)
    #: Id of the last row that is done with.
    reached: str
