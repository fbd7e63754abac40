"""The read model of the report on punctuality: one narrow row per measured clock of a case.

The rows are derived data: `punctuality_rows` makes them from the log, and anew whenever that is asked for.
"""

from datetime import date

from sqlalchemy import ARRAY, JSON, CheckConstraint, Column, Index, Integer
from sqlmodel import Field

from .columns import ID
from .tables import PREFIX, Table, one_of


class PunctualityRow(Table, table=True):
    """A measured clock, with the keys by which it is grouped as they were."""

    __tablename__ = PREFIX + "punctuality"
    __table_args__ = (
        one_of("status", "open", "met", "late", "dropped"),
        CheckConstraint("(status = 'open') = (ended_on IS NULL)", name="open_has_no_end"),
        Index(None, "body", "began_on"),
    )

    case_id: str = Field(sa_column=Column(ID, primary_key=True))
    deadline: str = Field(primary_key=True)
    #: The line of the log that has started it.
    occurrence: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    body: str
    #: The lifecycle.
    kind: str
    #: Who had the lead when it ended (has it now), the faction of who has asked, and the council body asked.
    office: str | None = None
    faction: str | None = None
    council_body: str | None = None
    basis: str
    status: str
    #: The first day on which everybody may know of the case; NULL: none.
    public_from: date | None = None
    began_on: date
    due_on: date
    #: Since when an open clock stands still.
    stood_on: date | None = None
    ended_on: date | None = None
    #: Calendar days from its beginning to its end.
    days: int | None = None
    late_days: int = 0
    extensions: int = 0
    handed_back: int = 0
    #: The states of the case meanwhile, in order of the first visit, and the seconds in each; only of what was done.
    path: str | None = None
    seconds: list[int] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True).with_variant(ARRAY(Integer), "postgresql"))
    )
