"""Sessions, legislative terms, and what is known of bodies of the council and of memberships. Only adds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"

_ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
_INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
_TEXT = sa.String()
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TAKES_PLACE = sa.text("NOT cancelled")


def upgrade() -> None:
    """Add everything; nothing that is there changes."""
    _organisations()
    _terms()
    _meetings()
    op.add_column("vorgang_consultation", sa.Column("case_id", _ID, nullable=True))
    op.execute(
        "UPDATE vorgang_consultation SET case_id = c.id FROM vorgang_case c WHERE c.record_id = vorgang_consultation.id"
    )
    op.add_column("vorgang_consultation", sa.Column("authoritative", sa.Boolean(), nullable=True))
    op.add_column("vorgang_consultation", sa.Column("result", _TEXT, nullable=True))
    op.execute(
        "UPDATE vorgang_consultation SET result = c.state FROM vorgang_case c"
        " WHERE c.id = vorgang_consultation.case_id AND c.closed_at IS NOT NULL"
    )
    undecided = sa.text("result IS NULL")
    op.create_index(
        "ix_vorgang_consultation_ahead",
        "vorgang_consultation",
        ["body", "organization_key"],
        postgresql_where=undecided,
        sqlite_where=undecided,
    )
    op.create_index(
        "ix_vorgang_consultation_session", "vorgang_consultation", ["body", "organization_key", "meeting_date"]
    )


def downgrade() -> None:
    """Refuse: what is entered in these tables stands nowhere else."""
    raise RuntimeError("downgrade refused: sessions, terms and memberships would be lost")


def _organisations() -> None:
    for name in ("start_date", "end_date"):
        op.add_column("vorgang_organization", sa.Column(name, sa.Date(), nullable=True))
    for name in ("member_count", "voting_member_count"):
        op.add_column("vorgang_organization", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("vorgang_organization", sa.Column("remit", _DOCUMENT, nullable=True))
    op.add_column(
        "vorgang_membership", sa.Column("voting_right", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column("vorgang_membership", sa.Column("on_behalf_of_key", _TEXT, nullable=True))


def _terms() -> None:
    op.create_table(
        "vorgang_legislative_term",
        sa.Column("id", _ID, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_legislative_term"),
        sa.ForeignKeyConstraint(["body"], ["vorgang_body.key"], name="fk_vorgang_legislative_term_body"),
        sa.UniqueConstraint("body", "key", name="uq_vorgang_legislative_term_body_key"),
        sa.CheckConstraint(
            "end_date IS NULL OR start_date <= end_date", name=op.f("ck_vorgang_legislative_term_period")
        ),
    )


def _meetings() -> None:
    op.create_table(
        "vorgang_meeting",
        sa.Column("id", _ID, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("organization_key", _TEXT, nullable=True),
        sa.Column("name", _TEXT, nullable=True),
        sa.Column("meeting_date", sa.Date(), nullable=True),
        sa.Column("begins", _TEXT, nullable=True),
        sa.Column("ends", _TEXT, nullable=True),
        sa.Column("location", _TEXT, nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("created", _INSTANT, nullable=False),
        sa.Column("modified", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_meeting"),
    )
    op.create_index(
        "uq_vorgang_meeting_day",
        "vorgang_meeting",
        ["body", "organization_key", "meeting_date"],
        unique=True,
        postgresql_where=_TAKES_PLACE,
        sqlite_where=_TAKES_PLACE,
    )
    op.create_index(
        "ix_vorgang_meeting_room",
        "vorgang_meeting",
        ["body", "meeting_date", "location"],
        postgresql_where=_TAKES_PLACE,
        sqlite_where=_TAKES_PLACE,
    )
