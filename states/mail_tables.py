"""The tables about mail: what came back and what proves it, addresses not written to, what parties wish to be told."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Column, Index, false
from sqlmodel import Field

from .columns import ID, Instant
from .tables import PREFIX, Table, one_of


class BounceRow(Table, table=True):
    """A bounce that was read, so that reading it again does nothing again."""

    __tablename__ = PREFIX + "bounce"
    __table_args__ = (
        CheckConstraint("kind = 'failed' OR kind = 'delayed'", name="kind_known"),
        Index(None, "message_id"),
        Index(None, "read_at"),
    )

    #: SHA-256 of the bounce.
    digest: str = Field(primary_key=True)
    message_id: str = Field(sa_type=ID, foreign_key=PREFIX + "message.id")
    #: failed: it did not arrive and will not; delayed: the server goes on trying.
    kind: str
    #: RFC 3463, such as 5.1.1; NULL: not said.
    status: str | None = None
    reason: str
    read_at: datetime = Field(sa_type=Instant)
    #: It came to the signed return path of the message; else anybody who has seen the mail could have written it.
    proven: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    #: Which lease of the message had been the last when it was read.
    token: int | None = None
    #: Whether the reason lies in the address: see `notifications.bounce_reason`.
    fault: str | None = None


class SecretRow(Table, table=True):
    """What the installation has made up by itself and keeps to itself, by its purpose."""

    __tablename__ = PREFIX + "secret"

    name: str = Field(primary_key=True)
    #: In hexadecimal.
    value: str
    made_at: datetime = Field(sa_type=Instant)


class SuppressionRow(Table, table=True):
    """An address that is not written to, because it bounced or because somebody said so."""

    __tablename__ = PREFIX + "suppression"
    __table_args__ = (CheckConstraint("address = lower(address)", name="address_lower"),)

    body: str = Field(primary_key=True)
    #: In lower case, whatever RFC 5321 says of the part before the @: no server in use tells them apart.
    address: str = Field(primary_key=True)
    reason: str
    since: datetime = Field(sa_type=Instant)


class PreferenceRow(Table, table=True):
    """How often a party wants to be told messages of one kind by one channel; without a row, at once."""

    __tablename__ = PREFIX + "preference"
    __table_args__ = (
        one_of("frequency", "sofort", "taeglich", "woechentlich", "monatlich", "nie"),
        one_of("channel", "mail"),
    )

    body: str = Field(primary_key=True, foreign_key=PREFIX + "body.key")
    party_key: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    frequency: str
    changed_at: datetime = Field(sa_type=Instant)
    #: The person who said so; NULL: from before that was noted.
    set_by: str | None = None
