"""The tables of what the periodic duties have done, and what the scan of the deadlines could not do."""

from datetime import datetime

from sqlmodel import Field

from .columns import ID, Instant
from .tables import PREFIX, Table


class FailureRow(Table, table=True):
    """The last time that a case could not be done what time demands of it. Kept when it can be again.

    A failure is the reason of a clock that waits if it is no older than the instant at which that clock fell due.
    """

    __tablename__ = PREFIX + "failure"

    case_id: str = Field(sa_type=ID, primary_key=True, foreign_key=PREFIX + "case.id")
    failed_at: datetime = Field(sa_type=Instant)
    reason: str


class TickRow(Table, table=True):
    """When each of the periodic duties last succeeded: what `doctor` and the watchdog look at."""

    __tablename__ = PREFIX + "tick"

    name: str = Field(primary_key=True)
    succeeded_at: datetime = Field(sa_type=Instant)
