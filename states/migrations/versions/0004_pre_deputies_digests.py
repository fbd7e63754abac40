"""Absences, deputies and heads of offices; what parties wish to be told, and messages that go out together."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.String()
ID = sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql")
#: UTC; on SQLite text with microseconds and Z.
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
FREQUENCIES = ("sofort", "taeglich", "woechentlich", "monatlich", "nie")


def upgrade() -> None:
    """Add tables and columns; nothing that is there changes."""
    op.add_column("vorgang_organization", sa.Column("head_key", TEXT))
    op.add_column("vorgang_person", sa.Column("deputy_key", TEXT))
    _absences()
    _preferences()
    op.add_column("vorgang_message", sa.Column("bundle_id", ID))
    _index("ix_vorgang_message_bundle", ["bundle_id"], "bundle_id IS NOT NULL")
    _index("ix_vorgang_message_told", ["recipient", "sent_at"], "status = 'sent'")


def downgrade() -> None:
    """Refuse: what is entered in these tables stands nowhere else."""
    raise RuntimeError("downgrade refused: absences and preferences would be lost")


def _index(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "vorgang_message", columns, postgresql_where=only, sqlite_where=only)


def _absences() -> None:
    op.create_table(
        "vorgang_absence",
        sa.Column("id", ID, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("person_key", TEXT, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy_key", TEXT),
        sa.Column("entered_by", TEXT),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vorgang_absence"),
        sa.ForeignKeyConstraint(["body"], ["vorgang_body.key"], name="fk_vorgang_absence_body"),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_vorgang_absence_period")),
    )
    op.create_index("ix_vorgang_absence_body_last_day", "vorgang_absence", ["body", "last_day"])


def _preferences() -> None:
    known = " OR ".join(f"frequency = '{one}'" for one in FREQUENCIES)
    op.create_table(
        "vorgang_preference",
        sa.Column("body", TEXT, nullable=False),
        sa.Column("party_key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("frequency", TEXT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("body", "party_key", "kind", "channel", name="pk_vorgang_preference"),
        sa.ForeignKeyConstraint(["body"], ["vorgang_body.key"], name="fk_vorgang_preference_body"),
        sa.CheckConstraint(known, name=op.f("ck_vorgang_preference_frequency_known")),
        sa.CheckConstraint("channel = 'mail'", name=op.f("ck_vorgang_preference_channel_known")),
    )
