"""What has been changed of the master data, by whom, and what was there before."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field

from .columns import DOCUMENT, Instant
from .tables import PREFIX, SERIAL, Table, one_of


class RosterChangeRow(Table, table=True):
    """One row of the master data that changed. Never changed, never deleted (triggers).

    Only what is personal can be erased: actor, before and after become NULL together, and the key of a person becomes a
    word that only says so.
    """

    __tablename__ = PREFIX + "roster_change"
    __table_args__ = (
        one_of("kind", "term", "organization", "person", "membership"),
        one_of("action", "new", "changed", "ended", "withdrawn"),
        CheckConstraint("kind <> 'membership' OR person_key IS NOT NULL", name="membership_has_person"),
        Index(None, "body", "key"),
        Index(None, "body", "person_key"),
        Index(None, "body", "organization_key"),
    )

    id: int | None = Field(default=None, sa_column=Column(SERIAL, primary_key=True, autoincrement=True))
    body: str
    at: datetime = Field(sa_type=Instant)
    #: Key of the person who did it; NULL: the operator of the installation, or erased.
    actor: str | None = None
    #: The files or the profile that it came from.
    source: str
    action: str
    kind: str
    #: That of the row; of a membership its id.
    key: str
    #: Of a membership: whose, and where.
    person_key: str | None = None
    organization_key: str | None = None
    #: The fields that changed. NULL: erased.
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(DOCUMENT, nullable=True))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(DOCUMENT, nullable=True))
