"""The read model of the report on punctuality: one narrow row per measured clock of a case.

The rows are derived data: `punctuality_rows` makes them from the log and the master data, and anew whenever that is
asked for.
"""

from datetime import date

from sqlalchemy import Column, Index, Integer
from sqlmodel import Field

from .columns import ID
from .tables import PREFIX, Table

#: What of the log the rows have followed: a row of `SearchMarkRow`.
MARK = "punctuality"
#: What of the changes of the master data, likewise.
ROSTER_MARK = "punctuality_roster"
#: So many steps of a path are told apart; the last column adds up whatever comes after those before it.
STEPS = 8


class PunctualityRow(Table, table=True):
    """A measured clock, with the keys by which it is grouped as they were. What is counted together comes first."""

    __tablename__ = PREFIX + "punctuality"
    # SQLite keeps the rows in the order of the key: those of some years lie together, and are read in one go.
    __table_args__ = (
        Index(None, "case_id"),
        {"sqlite_with_rowid": False},
    )

    body: str = Field(primary_key=True)
    began_on: date = Field(primary_key=True)
    #: The first day on which everybody may know of the case; NULL: none.
    public_from: date | None = None
    #: Calendar days from its beginning to its end; NULL: it was not done.
    days: int | None = None
    #: The lifecycle.
    kind: str
    #: Who had the lead when it ended (has it now), the faction of who has asked, and the council body asked.
    office: str | None = None
    faction: str | None = None
    council_body: str | None = None
    #: How it ended, in one text (see `punctuality.Ending`): the database counts those that are alike.
    ending: str
    #: The states of the case meanwhile, in order of the first visit, and the seconds in each; only of what was done.
    path: str | None = None
    seconds_1: int | None = None
    seconds_2: int | None = None
    seconds_3: int | None = None
    seconds_4: int | None = None
    seconds_5: int | None = None
    seconds_6: int | None = None
    seconds_7: int | None = None
    seconds_8: int | None = None
    case_id: str = Field(sa_column=Column(ID, primary_key=True))
    deadline: str = Field(primary_key=True)
    #: The line of the log that has started it.
    occurrence: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
