"""The table of what was taken over from other systems, and how far."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from .columns import Instant
from .tables import PREFIX, Table


class HistoryRunRow(Table, table=True):
    """A file of historical cases: how far it has been taken over. The file is known by its content."""

    __tablename__ = PREFIX + "history_run"
    __table_args__ = (CheckConstraint("reached >= 0 AND imported >= 0", name="counts"),)

    body: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    #: What else decides what becomes of a row: the mapping and the options.
    terms: str = Field(primary_key=True)
    file: str
    source: str
    #: Rows of the file up to this one need not be looked at again; also the lock of whoever goes on.
    reached: int = 0
    imported: int = 0
    started_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
