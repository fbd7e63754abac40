"""The council's own things as typed tables, in OParl's terms (https://schema.oparl.org/1.1/).

A field of a lifecycle with a `column` lands in the record that the lifecycle names in `record`.
"""

from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Boolean, CheckConstraint, Column, Index, String, UniqueConstraint, text, true
from sqlmodel import Field

from ..config.profiles import UNNAMED_DOMAIN
from .columns import DOCUMENT, ID, Instant
from .tables import PREFIX, Table, partial_index

#: Which sessions are to take place; in the same words as their indexes.
TAKES_PLACE = "NOT cancelled"
#: Which consultations have no result yet; as above.
UNDECIDED = "result IS NULL"
#: A column called ``date`` hides the type of that name inside its class.
Day: TypeAlias = date


class Body(Table, table=True):
    """The municipality (oparl:Body)."""

    __tablename__ = PREFIX + "body"

    key: str = Field(primary_key=True)
    name: str
    short_name: str
    land: str
    zone: str
    ruleset: str
    sender: str
    #: What stands behind the @ of its Message-IDs; chosen once and never changed.
    message_domain: str = Field(sa_column=Column(String, nullable=False, server_default=UNNAMED_DOMAIN))
    #: Role of the administration -> key of the organisation that holds it.
    functions: dict[str, Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    #: Kind of paper -> how its numbers look: pattern, and what a follow-up appends. NULL: nothing is known of them.
    numbers: dict[str, Any] | None = Field(default=None, sa_column=Column(DOCUMENT, nullable=True))


class Organization(Table, table=True):
    """An office, body of the council, faction (oparl:Organization)."""

    __tablename__ = PREFIX + "organization"
    __table_args__ = (UniqueConstraint("body", "key"),)

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str = Field(foreign_key=PREFIX + "body.key")
    key: str
    name: str
    #: By which documents call it.
    short_name: str | None = None
    organization_type: str
    classification: str | None = None
    email: str | None = None
    parent_key: str | None = None
    #: The person at its head.
    head_key: str | None = None
    #: The language in which it is written to; NULL: that of the installation.
    lang: str | None = None
    #: When it began and, inclusive, ended; NULL: since ever, or without an end in sight.
    start_date: date | None = None
    end_date: date | None = None
    #: How many members it has by law or statute, and how many of them vote; NULL: nobody has said so.
    member_count: int | None = None
    voting_member_count: int | None = None
    #: What it may deal with: {"roles": […], "kinds": […]}, each a list or missing (any). NULL: nothing is ruled out.
    remit: dict[str, Any] | None = Field(default=None, sa_column=Column(DOCUMENT, nullable=True))


class LegislativeTerm(Table, table=True):
    """A Wahlperiode (oparl:LegislativeTerm)."""

    __tablename__ = PREFIX + "legislative_term"
    __table_args__ = (
        UniqueConstraint("body", "key"),
        CheckConstraint("end_date IS NULL OR start_date <= end_date", name="period"),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str = Field(foreign_key=PREFIX + "body.key")
    key: str
    name: str
    start_date: date
    #: Inclusive; NULL: it runs.
    end_date: date | None = None


class Person(Table, table=True):
    """A natural person (oparl:Person)."""

    __tablename__ = PREFIX + "person"
    __table_args__ = (UniqueConstraint("body", "key"),)

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str = Field(foreign_key=PREFIX + "body.key")
    key: str
    name: str
    form_of_address: str | None = None
    email: str | None = None
    #: Other spellings met in documents.
    also_written: list[Any] = Field(sa_column=Column(DOCUMENT, nullable=False))
    #: Who stands in whenever the person is away.
    deputy_key: str | None = None
    #: The language in which they are written to; NULL: that of the installation.
    lang: str | None = None


class AbsenceRow(Table, table=True):
    """A time in which a person is away, and who stands in. Why they are away is nobody's business here."""

    __tablename__ = PREFIX + "absence"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="period"), Index(None, "body", "last_day"))

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str = Field(foreign_key=PREFIX + "body.key")
    person_key: str
    first_day: date
    #: Inclusive.
    last_day: date
    #: None: the standing deputy of the person.
    deputy_key: str | None = None
    entered_by: str | None = None
    entered_at: datetime = Field(sa_type=Instant)


class Membership(Table, table=True):
    """A person's time in an organisation (oparl:Membership): leaving and returning are two rows."""

    __tablename__ = PREFIX + "membership"
    __table_args__ = (CheckConstraint("end_date IS NULL OR start_date <= end_date", name="period"),)

    id: str = Field(sa_column=Column(ID, primary_key=True))
    person_id: str = Field(sa_type=ID, foreign_key=PREFIX + "person.id", index=True)
    organization_id: str = Field(sa_type=ID, foreign_key=PREFIX + "organization.id", index=True)
    role: str | None = None
    start_date: date | None = None
    end_date: date | None = None
    voting_right: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=true()))
    #: The organisation that sent the person (oparl:onBehalfOf), such as a faction.
    on_behalf_of_key: str | None = None


class Paper(Table, table=True):
    """A Drucksache (oparl:Paper). Its number is an attribute, unique per body, kept as given and canonical."""

    __tablename__ = PREFIX + "paper"
    __table_args__ = (
        Index(
            "uq_vorgang_paper_number",
            "body",
            "canonical",
            unique=True,
            postgresql_where=text("canonical IS NOT NULL"),
            sqlite_where=text("canonical IS NOT NULL"),
        ),
        Index(
            "uq_vorgang_paper_answer_number",
            "body",
            "answer_canonical",
            unique=True,
            postgresql_where=text("answer_canonical IS NOT NULL"),
            sqlite_where=text("answer_canonical IS NOT NULL"),
        ),
        partial_index("ix_vorgang_paper_follows_id", "follows_id", where="follows_id IS NOT NULL"),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str
    paper_type: str
    reference: str | None = None
    canonical: str | None = None
    #: The number of its answer, where that has one of its own. No paper has a number that an answer has (triggers).
    answer_reference: str | None = None
    answer_canonical: str | None = None
    name: str | None = None
    #: oparl:date, the day from which periods of the paper reckon: the date of the letter.
    date: Day | None = None
    public: bool = True
    #: When its answer was made known last, and when that was taken back; NULL: it has not been.
    published_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    #: The earlier case that this one follows up.
    follows_id: str | None = Field(default=None, sa_type=ID)
    created: datetime = Field(sa_type=Instant)
    modified: datetime = Field(sa_type=Instant)


class Consultation(Table, table=True):
    """One stop of a Beratungsfolge (oparl:Consultation)."""

    __tablename__ = PREFIX + "consultation"
    __table_args__ = (
        # What stands before one session.
        Index("ix_vorgang_consultation_session", "body", "organization_key", "meeting_date"),
        # What a body still has before it.
        partial_index("ix_vorgang_consultation_ahead", "body", "organization_key", where=UNDECIDED),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str
    organization_key: str | None = None
    meeting_date: date | None = Field(default=None, index=True)
    role: str | None = None
    #: The case that it is the record of.
    case_id: str | None = Field(default=None, sa_type=ID)
    #: Whether this stop decides (oparl:authoritative), whatever its role is called; NULL: nobody has said so.
    authoritative: bool | None = None
    agenda_item: str | None = None
    #: How it ended (oparl:AgendaItem.result), in the words of the lifecycle.
    result: str | None = None
    public: bool = True
    created: datetime = Field(sa_type=Instant)
    modified: datetime = Field(sa_type=Instant)


class Meeting(Table, table=True):
    """A session of a body of the council (oparl:Meeting). A body has one session on a day, a room one at a time."""

    __tablename__ = PREFIX + "meeting"
    __table_args__ = (
        Index(
            "uq_vorgang_meeting_day",
            "body",
            "organization_key",
            "meeting_date",
            unique=True,
            postgresql_where=text(TAKES_PLACE),
            sqlite_where=text(TAKES_PLACE),
        ),
        partial_index("ix_vorgang_meeting_room", "body", "meeting_date", "location", where=TAKES_PLACE),
    )

    id: str = Field(sa_column=Column(ID, primary_key=True))
    body: str
    #: The case that it is the record of.
    case_id: str | None = Field(default=None, sa_type=ID)
    organization_key: str | None = None
    name: str | None = None
    meeting_date: date | None = None
    #: Clock times HH:MM in the zone of the body.
    begins: str | None = None
    ends: str | None = None
    location: str | None = None
    #: It does not take place (oparl:cancelled).
    cancelled: bool = False
    public: bool = True
    created: datetime = Field(sa_type=Instant)
    modified: datetime = Field(sa_type=Instant)


#: Record names that a lifecycle may give in `record`.
RECORDS: dict[str, type[Paper] | type[Consultation] | type[Meeting]] = {
    "paper": Paper,
    "consultation": Consultation,
    "meeting": Meeting,
}
